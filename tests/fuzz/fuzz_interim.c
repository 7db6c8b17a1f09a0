/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of the result folder of an interim settlement, which a final one names.
 */
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
    const struct ihp_settle_options options = {
        .deck_path = fuzz_path("named.yaml"), .output = fuzz_path("out"), .force = true};
    enum ihp_status status = ihp_settle(&options, MPI_COMM_SELF, &notices, &err);
    fuzz_state_check(status, "out", &err);
    fuzz_check_notices(&notices);
}

static void begin(void)
{
    fuzz_state_import();
    fuzz_state_settle("interim.yaml", "interim", 0, 0);
    files = fuzz_files_take("interim", &words);
    run((const uint8_t *)"", 0);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_interim", .uses_mpi = true, .begin = begin, .run = run, .vocabulary = vocabulary};
