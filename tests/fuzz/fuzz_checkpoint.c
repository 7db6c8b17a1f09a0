/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input: a script of edits of a checkpoint, from which a settlement with a bootstrap and a sweep
 * goes on. It is refused, or the result is that of an undisturbed run: unless the script has
 * "digests", which makes the digests true again. */
#include "state.h"

#include "checkpoint/checkpoint_internal.h"
#include "ihp/ihp.h"

#include <hdf5.h>
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

/* ---- digests --------------------------------------------------------------------------------- */

/* Returns the digest of an array with these bytes. */
static uint64_t digest_of(const char *name, hid_t type, const unsigned char *bytes, size_t count)
{
    size_t size = H5Tget_size(type);
    uint64_t seed = ihp__checkpoint_seed(name, count, size);
    return H5Tget_class(type) == H5T_OPAQUE
               ? seed + ihp__checkpoint_hash_rows(bytes, 0, count, size)
               : XXH3_64bits_withSeed(bytes, count * size, seed);
}

/* Computes the digest of an array again, if it has one. */
static herr_t renew_digest(hid_t file, const char *name, const H5O_info_t *info, void *context)
{
    (void)context;
    if (info->type != H5O_TYPE_DATASET ||
        H5Aexists_by_name(file, name, IHP__CHECKPOINT_DIGEST, H5P_DEFAULT) <= 0) {
        return 0;
    }
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    unsigned char *bytes = calloc((size_t)(count > 0 ? count : 0) + 1, H5Tget_size(type));
    if (bytes != NULL && count >= 0 &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0) {
        uint64_t digest = digest_of(name, type, bytes, (size_t)count);
        hid_t attribute = H5Aopen(dataset, IHP__CHECKPOINT_DIGEST, H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_UINT64, &digest);
        H5Aclose(attribute);
    }
    free(bytes);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
    return 0;
}

static void renew_digests(void)
{
    hid_t file = H5Fopen(fuzz_path("resumed.checkpoint.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    if (file >= 0) {
        H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, renew_digest, NULL, H5O_INFO_BASIC);
        H5Fclose(file);
    }
}

/* ---- an input -------------------------------------------------------------------------------- */

static void run(const uint8_t *data, size_t size)
{
    struct fuzz_edit edit[FUZZ_EDITS_MAX];
    struct ihp_error err = {0};
    struct ihp_notices notices = {0};
    size_t edits = fuzz_edits_read(data, size, edit);
    fuzz_secret_allowed(fuzz_has_secret(data, size));
    fuzz_put("resumed.checkpoint.h5", checkpoint, checkpoint_size);
    fuzz_hdf5_edit(fuzz_path("resumed.checkpoint.h5"), edit, edits);
    bool renewed = fuzz_edits_have(edit, edits, "digests");
    if (renewed) {
        renew_digests();
    }
    enum ihp_status status = settle(NULL, &notices, &err);
    if (status == IHP_OK && !renewed && fuzz_state_tables("resumed") != whole) {
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
