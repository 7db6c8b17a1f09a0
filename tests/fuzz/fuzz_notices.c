/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of the result folder of a settlement, of which notices are written. */
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
    const struct ihp_notices_options options = {
        .deck_path = fuzz_path("deck.yaml"), .folder = fuzz_path("notices"), .force = true};
    enum ihp_status status = ihp_notices_run(&options, &notices, &err);
    fuzz_state_check(status, "notices", &err);
    fuzz_check_notices(&notices);
}

static void begin(void)
{
    fuzz_state_import();
    fuzz_state_settle("deck.yaml", "out", 0, 0);
    files = fuzz_files_take("out", &words);
    run((const uint8_t *)"", 0);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_notices", .uses_mpi = true, .begin = begin, .run = run, .vocabulary = vocabulary};
