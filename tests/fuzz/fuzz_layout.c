/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a layout after a line "=== layout.yaml", and the files that it names, each after a line
 * "=== NAME". Tables that it does not name are those of tests/fuzz/base.
 *
 * An import by a layout leaves a store if it succeeds, which `ihp check` accepts, and nothing
 * otherwise; bad rows are set aside. */
#include "fuzz.h"

#include "ihp/import.h"
#include "ihp/jobs.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 16 };

static void write_files(const uint8_t *data, size_t size)
{
    struct fuzz_section section[FILES_MAX];
    size_t sections = fuzz_split(data, size, section, FILES_MAX);
    bool allowed = false;
    fuzz_remove(fuzz_path("layout"));
    fuzz_folder("layout");
    for (size_t i = 0; i < sections; i++) {
        char name[80];
        if (section[i].name[0] == '\0' || strchr(section[i].name, '/') != NULL ||
            section[i].name[0] == '.') {
            continue;
        }
        snprintf(name, sizeof name, "layout/%.63s", section[i].name);
        fuzz_put(name, section[i].data, section[i].size);
        /* A layout can say that an id is something else, and its own texts are no member's. */
        allowed |= fuzz_has_secret((const uint8_t *)section[i].name, strlen(section[i].name)) ||
                   fuzz_has_secret(section[i].data, section[i].size);
    }
    fuzz_secret_allowed(allowed);
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

static void run(const uint8_t *data, size_t size)
{
    struct ihp_import_report report = {0};
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    struct stat info;
    write_files(data, size);
    const struct ihp_import_options options = {
        .comm = MPI_COMM_NULL,
        .extract_dir = fuzz_path("extract"),
        .layout_path = fuzz_path("layout/layout.yaml"),
        .store_path = fuzz_path("s.h5"),
        .quarantine_path = fuzz_path("bad.csv"),
        .memory_bytes = IHP_IMPORT_MEMORY_MIN,
        .force = true,
    };
    unlink(fuzz_path("s.h5"));
    enum ihp_status status = ihp_import(&options, &report, &notices, &err);
    bool exists = lstat(fuzz_path("s.h5"), &info) == 0;
    if (exists != (status == IHP_OK)) {
        fuzz_fail("status %d with%s a store", (int)status, exists ? "" : "out");
    }
    for (size_t i = 0; i < report.bad_kinds; i++) {
        char text[IHP_IMPORT_BAD_KIND_TEXT];
        struct ihp_error kind = {.status = IHP_ERR_DATA};
        snprintf(kind.text, sizeof kind.text, "%s",
                 ihp_import_bad_kind_format(&report.bad_kind[i], text));
        fuzz_check(IHP_ERR_DATA, &kind);
    }
    if (status == IHP_OK) {
        check_store();
    }
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
    ihp_import_report_clear(&report);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_layout", .begin = fuzz_copy_base, .run = run};
