/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of an earlier data package, with which a new one is compared. */
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
    const struct ihp_package_options options = {.deck_path = fuzz_path("deck.yaml"),
                                                .folder = fuzz_path("package"),
                                                .previous = fuzz_path("previous"),
                                                .force = true};
    enum ihp_status status = ihp_package(&options, MPI_COMM_SELF, &notices, &err);
    fuzz_state_check(status, "package", &err);
    fuzz_check_notices(&notices);
}

static void begin(void)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    fuzz_state_import();
    const struct ihp_package_options options = {.deck_path = fuzz_path("deck.yaml"),
                                                .folder = fuzz_path("previous")};
    fuzz_require(ihp_package(&options, MPI_COMM_SELF, &notices, &err), &err);
    ihp_notices_clear(&notices);
    files = fuzz_files_take("previous", &words);
    run((const uint8_t *)"", 0);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

const struct fuzz_target fuzz_target = {.name = "fuzz_previous",
                                        .uses_mpi = true,
                                        .begin = begin,
                                        .run = run,
                                        .vocabulary = vocabulary};
