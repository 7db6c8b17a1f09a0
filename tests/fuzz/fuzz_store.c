/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits (edits.h) of a valid store. "compressed" takes the store in its
 * compressed form, "old" that of an earlier version, without digests; "digests" makes the digests
 * of the edited store.
 *
 * Every job that reads a store either refuses it or succeeds. If the digests are those of the valid
 * store, a settlement that succeeds has the same result. */
#include "state.h"

#include "../unit/store_seal.h"
#include "ihp/ihp.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static const char *const operations[] = {FUZZ_HDF5_VALUES, FUZZ_HDF5_VALUES, FUZZ_HDF5_SHAPES,
                                         "digests",        "compressed",     NULL};
static struct fuzz_vocabulary words = {.operation = operations};
static struct {
    char *bytes;
    size_t size;
} store[2]; /* plain, compressed */

static uint64_t whole; /* hash of the settlement's tables */

static const struct fuzz_vocabulary *vocabulary(void)
{
    return &words;
}

/* ---- the jobs -------------------------------------------------------------------------------- */

static enum ihp_status settle(bool no_index, struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_settle_options options = {.deck_path = fuzz_path("deck.yaml"),
                                               .output = fuzz_path("out"),
                                               .force = true,
                                               .fresh = true,
                                               .member_files = no_index,
                                               .no_index = no_index};
    return ihp_settle(&options, MPI_COMM_SELF, notices, err);
}

static enum ihp_status settle_with_index(struct ihp_notices *notices, struct ihp_error *err)
{
    return settle(false, notices, err);
}

static enum ihp_status settle_without_index(struct ihp_notices *notices, struct ihp_error *err)
{
    return settle(true, notices, err);
}

static enum ihp_status pay(struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_pay_options options = {.deck_path = fuzz_path("deck.yaml"),
                                            .output = fuzz_path("paid"),
                                            .force = true,
                                            .member_files = true,
                                            .first_quarter = 2025 * 4,
                                            .quarters = 4};
    return ihp_pay(&options, MPI_COMM_SELF, notices, err);
}

static enum ihp_status reconcile(struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_pay_options options = {.deck_path = fuzz_path("deck.yaml"),
                                            .output = fuzz_path("reconciled"),
                                            .force = true,
                                            .first_quarter = 2025 * 4,
                                            .quarters = 4};
    return ihp_reconcile(&options, MPI_COMM_SELF, notices, err);
}

static enum ihp_status package(struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_package_options options = {
        .deck_path = fuzz_path("deck.yaml"), .folder = fuzz_path("package"), .force = true};
    return ihp_package(&options, MPI_COMM_SELF, notices, err);
}

static enum ihp_status power(struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_power_options options = {.deck_path = fuzz_path("deck.yaml"),
                                              .size = {50},
                                              .sizes = 1,
                                              .effect = {-0.05},
                                              .effects = 1,
                                              .draws = 10};
    return ihp_power(&options, MPI_COMM_SELF, notices, err);
}

static enum ihp_status explain(struct ihp_notices *notices, struct ihp_error *err)
{
    return ihp_explain(fuzz_path("deck.yaml"), "SECRET220", fuzz_nowhere(), notices, err);
}

static enum ihp_status explain_month(struct ihp_notices *notices, struct ihp_error *err)
{
    return ihp_explain_month(fuzz_path("deck.yaml"), "SECRET220", (2025 - 1970) * 12 + 5,
                             fuzz_nowhere(), notices, err);
}

static enum ihp_status check(struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp_check_options options = {
        .path = fuzz_path("s.h5"), .program_folder = fuzz_path("program"), .verify = true};
    return ihp_check(&options, fuzz_nowhere(), notices, err);
}

static enum ihp_status info(struct ihp_notices *notices, struct ihp_error *err)
{
    (void)notices;
    return ihp_info(fuzz_path("s.h5"), fuzz_nowhere(), err);
}

/* Returns true if the job succeeds. */
static bool take_job(enum ihp_status (*job)(struct ihp_notices *, struct ihp_error *))
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    enum ihp_status status = job(&notices, &err);
    fuzz_check(status, &err);
    fuzz_check_notices(&notices);
    return status == IHP_OK;
}

static void begin(void)
{
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    fuzz_copy_base();
    for (int compress = 0; compress < 2; compress++) {
        struct ihp_import_report report = {0};
        const struct ihp_import_options options = {.comm = MPI_COMM_NULL,
                                                   .extract_dir = fuzz_path("extract"),
                                                   .store_path = fuzz_path("base.h5"),
                                                   .memory_bytes = IHP_IMPORT_MEMORY_MIN,
                                                   .compress = compress == 1};
        fuzz_remove(fuzz_path("base.h5"));
        fuzz_require(ihp_import(&options, &report, NULL, &err), &err);
        ihp_import_report_clear(&report);
        store[compress].bytes = fuzz_read(fuzz_path("base.h5"), &store[compress].size);
    }
    fuzz_hdf5_names(fuzz_path("base.h5"), "", &words);
    fuzz_put("s.h5", store[0].bytes, store[0].size);
    fuzz_require(settle(false, &notices, &err), &err);
    ihp_notices_clear(&notices);
    whole = fuzz_state_tables("out");
}

/* ---- an input -------------------------------------------------------------------------------- */

static void run(const uint8_t *data, size_t size)
{
    static enum ihp_status (*const job[])(struct ihp_notices *, struct ihp_error *) = {
        settle_with_index, settle_without_index, pay, reconcile, package, power,
        explain,           explain_month};
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    size_t edits = fuzz_edits_read(data, size, edit);
    fuzz_secret_allowed(fuzz_has_secret(data, size));
    bool compressed = fuzz_edits_have(edit, edits, "compressed");
    fuzz_put("s.h5", store[compressed].bytes, store[compressed].size);
    bool old = fuzz_edits_have(edit, edits, "old"),
         renewed = fuzz_edits_have(edit, edits, "digests");
    if (old) {
        unseal_store(fuzz_path("s.h5"));
    }
    fuzz_hdf5_edit(fuzz_path("s.h5"), edit, edits);
    if (renewed && H5Fis_hdf5(fuzz_path("s.h5")) > 0 && !fuzz_edits_have(edit, edits, "cut")) {
        seal_store(fuzz_path("s.h5"));
    }
    take_job(info);
    take_job(check);
    if (take_job(settle_with_index) && !old && !renewed && fuzz_state_tables("out") != whole) {
        fuzz_fail("an edit that nobody noticed has changed the settlement");
    }
    take_job(job[XXH3_64bits(data, size) % (sizeof job / sizeof job[0])]);
}

const struct fuzz_target fuzz_target = {
    .name = "fuzz_store", .uses_mpi = true, .begin = begin, .run = run, .vocabulary = vocabulary};
