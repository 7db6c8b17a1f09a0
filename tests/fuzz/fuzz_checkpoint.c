/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of a checkpoint, from which a settlement with a bootstrap and a sweep
 * goes on. It is refused, or the result is that of an undisturbed run. */
#include "state.h"

#include "ihp/ihp.h"

#include <stdlib.h>
#include <string.h>

static const char *const operations[] = {FUZZ_HDF5_VALUES, FUZZ_HDF5_VALUES, FUZZ_HDF5_SHAPES,
                                         "digests", NULL};
static struct fuzz_vocabulary words = {.operation = operations};
static char *checkpoint;
static size_t checkpoint_size;
static volatile sig_atomic_t stop;
static uint64_t whole;

/* Asks the settlement to stop as soon as it draws replicates. */
static void stop_in_bootstrap(void *context, const struct ihp_progress *progress)
{
    (void)context;
    if (strcmp(progress->stage, "bootstrap") == 0) {
        stop = 1;
    }
}

static enum ihp_status settle(const volatile sig_atomic_t *when, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    const struct ihp_settle_options options = {.deck_path = fuzz_path("resume.yaml"),
                                               .output = fuzz_path("resumed"),
                                               .force = true,
                                               .member_files = true,
                                               .stop = when,
                                               .progress = when == NULL ? NULL : stop_in_bootstrap};
    return ihp_settle(&options, MPI_COMM_SELF, notices, err);
}

static void begin(void)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    fuzz_state_import();
    fuzz_require(settle(NULL, &notices, &err), &err);
    whole = fuzz_state_tables("resumed");
    if (settle(&stop, &notices, &err) != IHP_STOPPED) {
        fuzz_fail("the settlement does not stop: %s", err.text);
    }
    ihp_notices_clear(&notices);
    checkpoint = fuzz_read(fuzz_path("resumed.checkpoint.h5"), &checkpoint_size);
    fuzz_hdf5_names(fuzz_path("resumed.checkpoint.h5"), "", &words);
}

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

static void run(const uint8_t *data, size_t size)
{
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    size_t edits = fuzz_edits_read(data, size, edit);
    fuzz_secret_allowed(fuzz_has_secret(data, size));
    fuzz_put("resumed.checkpoint.h5", checkpoint, checkpoint_size);
    fuzz_hdf5_edit(fuzz_path("resumed.checkpoint.h5"), edit, edits);
    enum ihp_status status = settle(NULL, &notices, &err);
    if (status == IHP_OK && fuzz_state_tables("resumed") != whole) {
        fuzz_fail("the result is another one");
    }
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
}

const struct fuzz_target fuzz_target = {.name = "fuzz_checkpoint",
                                        .uses_mpi = true,
                                        .begin = begin,
                                        .run = run,
                                        .vocabulary = vocabulary};
