/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of a result folder, which `ihp info` prints: the folder, its manifest
 * and its HDF5 files. `ihp show` prints its tables and the steps to an amount. */
#include "state.h"

#include "ihp/ihp.h"

static const char *const operations[] = {FUZZ_FOLDER_OPERATIONS, NULL};
static struct fuzz_vocabulary words = {.operation = operations};
static struct fuzz_files *files;

static void begin(void)
{
    fuzz_state_import();
    fuzz_state_settle("sweep.yaml", "out", 0, 0);
    files = fuzz_files_take("out", &words);
    fuzz_hdf5_names(fuzz_path("out/results.h5"), "results.h5:", &words);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

/* Prints the folder in one form: all tables, or the steps to the amount of an IHP. */
static void show(enum ihp_show_format format, const char *ihp)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    const struct ihp_show_options options = {
        .folder = fuzz_path("out"), .ihp = ihp, .format = format, .stream = fuzz_nowhere()};
    enum ihp_status status = ihp_show(&options, &notices, &err);
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
}

static void run(const uint8_t *data, size_t size)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    fuzz_state_edit(files, data, size);
    static const char *const path[] = {"out/manifest.json", "out/results.h5", "out/timings.h5"};
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        enum ihp_status part = ihp_info(fuzz_path(path[i]), fuzz_nowhere(), &err);
        fuzz_check(part, &err);
    }
    enum ihp_status status = ihp_info(fuzz_path("out"), fuzz_nowhere(), &err);
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
    show(IHP_SHOW_TEXT, NULL);
    show(IHP_SHOW_JSON, NULL);
    show(IHP_SHOW_TEXT, "NORTHWOODS");
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_info", .uses_mpi = true, .begin = begin, .run = run, .vocabulary = vocabulary};
