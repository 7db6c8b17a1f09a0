/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: the files of an extract, each after a line "=== NAME.csv", and words after "=== options":
 * quarantine, compress, runs (sort three lines at a time), gzip (all files are compressed).
 *
 * An import leaves a store if it succeeds, which `ihp check` accepts, and nothing otherwise. How
 * many lines are sorted at a time makes no difference. */
#include "fuzz.h"

#include "ihp/import.h"
#include "ihp/jobs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 16 };

struct options {
    bool quarantine, compress, runs, gzip;
};

static bool has_word(const struct fuzz_section *section, const char *word)
{
    char text[200];
    size_t size = section->size < sizeof text ? section->size : sizeof text - 1;
    memcpy(text, section->data, size);
    text[size] = '\0';
    return strstr(text, word) != NULL;
}

static struct options write_files(const uint8_t *data, size_t size)
{
    struct fuzz_section section[FILES_MAX];
    struct options options = {0};
    size_t sections = fuzz_split(data, size, section, FILES_MAX);
    bool allowed = false;
    fuzz_remove(fuzz_path("extract"));
    fuzz_folder("extract");
    for (size_t i = 0; i < sections; i++) {
        char name[80];
        if (strcmp(section[i].name, "options") == 0) {
            options = (struct options){
                has_word(&section[i], "quarantine"), has_word(&section[i], "compress"),
                has_word(&section[i], "runs"), has_word(&section[i], "gzip")};
            continue;
        }
        if (section[i].name[0] == '\0' || strchr(section[i].name, '/') != NULL ||
            section[i].name[0] == '.') {
            continue;
        }
        snprintf(name, sizeof name, "extract/%.63s%s", section[i].name, options.gzip ? ".gz" : "");
        (options.gzip ? fuzz_put_gzip : fuzz_put)(name, section[i].data, section[i].size);
        /* A message quotes control.csv, which says nothing about members. */
        allowed |= (strcmp(section[i].name, "control.csv") == 0 &&
                    fuzz_has_secret(section[i].data, section[i].size)) ||
                   fuzz_header_has_secret(&section[i]) ||
                   fuzz_has_secret((const uint8_t *)section[i].name, strlen(section[i].name));
    }
    fuzz_secret_allowed(allowed);
    return options;
}

static bool exists(const char *name)
{
    struct stat info;
    return lstat(fuzz_path(name), &info) == 0;
}

static void check_store(void)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct ihp_check_options options = {
        .path = fuzz_path("s.h5"), .program_folder = fuzz_path("program"), .verify = true};
    if (ihp_check(&options, fuzz_nowhere(), &notices, &err) != IHP_OK) {
        fuzz_fail("the store of an import is refused: %s", err.text);
    }
    fuzz_check_notices(&notices);
}

static void check_reasons(const struct ihp_import_report *report)
{
    for (size_t i = 0; i < report->bad_kinds; i++) {
        char text[IHP_IMPORT_BAD_KIND_TEXT];
        struct ihp_error err = {.status = IHP_ERR_DATA};
        snprintf(err.text, sizeof err.text, "%s",
                 ihp_import_bad_kind_format(&report->bad_kind[i], text));
        fuzz_check(IHP_ERR_DATA, &err);
    }
}

/* Imports the extract into s.h5, with bad.csv for bad rows. Returns the status. */
static enum ihp_status import(const struct options *how, struct ihp_error *err)
{
    struct ihp_import_report report = {0};
    struct ihp_notices notices = {0};
    const struct ihp_import_options options = {
        .comm = MPI_COMM_NULL,
        .extract_dir = fuzz_path("extract"),
        .store_path = fuzz_path("s.h5"),
        .quarantine_limit = 1,
        .allow_empty = true,
        .quarantine_path = how->quarantine ? fuzz_path("bad.csv") : NULL,
        .memory_bytes = IHP_IMPORT_MEMORY_MIN,
        .compress = how->compress,
        .run_lines = how->runs ? 3 : 0,
    };
    unlink(fuzz_path("s.h5"));
    unlink(fuzz_path("bad.csv"));
    enum ihp_status status = ihp_import(&options, &report, &notices, err);
    if (exists("s.h5") != (status == IHP_OK)) {
        fuzz_fail("status %d with%s a store", (int)status, exists("s.h5") ? "" : "out");
    }
    if (status != IHP_OK && exists("bad.csv")) {
        fuzz_fail("a quarantine file is left");
    }
    check_reasons(&report);
    fuzz_check_notices(&notices);
    ihp_import_report_clear(&report);
    return status;
}

/* Fails if a file is not as it was under another name. */
static void compare(const char *name, const char *before)
{
    size_t size, size_before;
    if (!exists(name)) {
        return;
    }
    char *bytes = fuzz_read(fuzz_path(name), &size);
    char *bytes_before = fuzz_read(fuzz_path(before), &size_before);
    if (size != size_before || memcmp(bytes, bytes_before, size) != 0) {
        fuzz_fail("%s depends on how many lines are sorted at a time", name);
    }
    free(bytes);
    free(bytes_before);
}

static void run(const uint8_t *data, size_t size)
{
    struct options how = write_files(data, size);
    struct ihp_error err = {0}, again = {0};
    enum ihp_status status = import(&how, &err);
    if (status == IHP_OK) {
        check_store();
        rename(fuzz_path("s.h5"), fuzz_path("before.h5"));
        rename(fuzz_path("bad.csv"), fuzz_path("before.csv"));
    }
    how.runs = !how.runs;
    enum ihp_status status_again = import(&how, &again);
    if (status_again != status || strcmp(err.text, again.text) != 0) {
        fuzz_fail("%s; with lines sorted otherwise: %s", err.text, again.text);
    }
    compare("s.h5", "before.h5");
    compare("bad.csv", "before.csv");
    fuzz_check(status, &err);
    fuzz_check(status_again, &again);
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_extract", .begin = fuzz_copy_base, .run = run};
