/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of three blocks of a sweep, in/1 to in/3, which are then merged. */
#include "state.h"

#include "ihp/ihp.h"

static const char *const operations[] = {FUZZ_FOLDER_OPERATIONS, NULL};
static struct fuzz_vocabulary words = {.operation = operations};
static struct fuzz_files *files;

static void run(const uint8_t *data, size_t size)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    fuzz_state_edit(files, data, size);
    const char *const folder[] = {fuzz_path("in/1"), fuzz_path("in/2"), fuzz_path("in/3")};
    const struct ihp_merge_options options = {
        .folder = folder, .folders = 3, .output = fuzz_path("merged"), .force = true};
    enum ihp_status status = ihp_merge(&options, &notices, &err);
    fuzz_state_check(status, "merged", &err);
    fuzz_check_notices(&notices);
}

static void begin(void)
{
    fuzz_state_import();
    fuzz_folder("in");
    for (size_t block = 1; block <= 3; block++) {
        char name[] = "in/1";
        name[3] = (char)('0' + block);
        fuzz_state_settle("sweep.yaml", name, block, 3);
    }
    files = fuzz_files_take("in", &words);
    run((const uint8_t *)"", 0);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_merge", .uses_mpi = true, .begin = begin, .run = run, .vocabulary = vocabulary};
