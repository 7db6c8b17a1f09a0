/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading elements of an open column, and comparing its blocks with their digests.
 *
 * A plain column of a little-endian type is its elements one after the other, so that a positional
 * read does all that HDF5 would, without the copy through HDF5's conversion buffer. Chunked or
 * compressed columns are read by HDF5.
 *
 * Only a whole block can be compared with its digest. Whole blocks are read into the caller's
 * memory and compared there. A block of which the caller wants a part is read into memory of the
 * column, which holds it for the next read, as that usually goes on where this one ends. */
#include "store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the file -------------------------------------------------------------------------------- */

static enum ihp_status read_through_hdf5(const struct ihp__store *store,
                                         const struct ihp__open_column *column, uint64_t first,
                                         uint64_t count, void *data, struct ihp_error *err)
{
    if (count == 0) {
        return IHP_OK;
    }
    hsize_t start = first, size = count;
    bool owned;
    hid_t memory_type = ihp__h5_memory_type(column->type, column->element, &owned);
    hid_t memory = H5Screate_simple(1, &size, NULL);
    hid_t space = H5Dget_space(column->dataset);
    bool done = space >= 0 && memory >= 0 &&
                H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &size, NULL) >= 0 &&
                H5Dread(column->dataset, memory_type, memory, space, H5P_DEFAULT, data) >= 0;
    H5Sclose(space);
    H5Sclose(memory);
    if (owned) {
        H5Tclose(memory_type);
    }
    return done ? IHP_OK
                : ihp__store_fail_column(store, column->name,
                                         "cannot be read; the file may be damaged", err);
}

/* Records that a positional read failed: errno has the system's reason, or 0 if the file ended.
 */
static enum ihp_status fail_read(const struct ihp__store *store, const char *name,
                                 struct ihp_error *err)
{
    int reason = errno;
    if (reason == 0) {
        return ihp__store_fail_column(store, name,
                                      "cannot be read; the file is cut short or damaged", err);
    }
    if (ihp__store_check_unchanged(store, err) != IHP_OK) {
        return err->status;
    }
    char what[160];
    snprintf(what, sizeof what, "column %s cannot be read", name);
    errno = reason;
    return ihp__fail_system(err, IHP_ERR_RUN, store->path, what);
}

/* Reads elements without comparing anything. */
static enum ihp_status read_elements(const struct ihp__store *store,
                                     const struct ihp__open_column *column, uint64_t first,
                                     uint64_t count, void *data, struct ihp_error *err)
{
    if (!column->is_plain) {
        return read_through_hdf5(store, column, first, count, data, err);
    }
    if (!ihp__read_at(store->fd, data, count * column->element,
                      column->address + first * column->element)) {
        return fail_read(store, column->name, err);
    }
    return IHP_OK;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Compares a block in memory with its digest. */
static enum ihp_status check_block(const struct ihp__store *store,
                                   const struct ihp__open_column *column, uint64_t block,
                                   const void *data, struct ihp_error *err)
{
    const size_t size = ihp__block_size(column->count, block);
    if (ihp__block_digest(data, size * column->element, block) == column->digest[block]) {
        return IHP_OK;
    }
    const uint64_t first = block * IHP__BLOCK_ELEMENTS;
    char problem[100];
    snprintf(problem, sizeof problem, "is damaged in block %llu (elements %llu to %llu)",
             (unsigned long long)block, (unsigned long long)first,
             (unsigned long long)(first + size - 1));
    return ihp__store_fail_column(store, column->name, problem, err);
}

/* Reads `count` elements, whole blocks from block `block` on, and compares them. Pieces are small
 * enough to be in a cache still when they are compared. */
static enum ihp_status read_blocks(const struct ihp__store *store,
                                   const struct ihp__open_column *column, uint64_t block,
                                   uint64_t count, void *data, struct ihp_error *err)
{
    enum { PIECE_BYTES = 262144 };
    const size_t block_bytes = IHP__BLOCK_ELEMENTS * column->element;
    const uint64_t all = ihp__blocks(count),
                   fit = block_bytes < PIECE_BYTES ? PIECE_BYTES / block_bytes : 1,
                   most = column->is_plain ? fit : all; /* HDF5 would read a chunk once for each */
    for (uint64_t done = 0; done < all; done += most) {
        const uint64_t blocks = all - done < most ? all - done : most;
        const uint64_t before = done * IHP__BLOCK_ELEMENTS, left = count - before;
        char *piece = (char *)data + before * column->element;
        if (read_elements(store, column, (block + done) * IHP__BLOCK_ELEMENTS,
                          left < blocks * IHP__BLOCK_ELEMENTS ? left : blocks * IHP__BLOCK_ELEMENTS,
                          piece, err) != IHP_OK) {
            return err->status;
        }
        for (uint64_t b = 0; b < blocks; b++) {
            if (check_block(store, column, block + done + b, piece + b * block_bytes, err) !=
                IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

/* Makes the column hold a block. */
static enum ihp_status hold_block(const struct ihp__store *store,
                                  const struct ihp__open_column *column, uint64_t block,
                                  struct ihp_error *err)
{
    struct ihp__held_block *held = column->held;
    if (held->is_held && held->block == block) {
        return IHP_OK;
    }
    if (held->data == NULL) {
        held->data = malloc(ihp__block_size(column->count, 0) * column->element);
    }
    if (held->data == NULL) {
        return ihp__fail_memory(err, column->name);
    }
    held->is_held = false;
    if (read_blocks(store, column, block, ihp__block_size(column->count, block), held->data, err) !=
        IHP_OK) {
        return err->status;
    }
    held->is_held = true;
    held->block = block;
    return IHP_OK;
}

enum ihp_status ihp__column_read(const struct ihp__store *store,
                                 const struct ihp__open_column *column, uint64_t first,
                                 uint64_t count, void *data, struct ihp_error *err)
{
    if (column->digest == NULL) {
        return read_elements(store, column, first, count, data, err);
    }
    while (count > 0) {
        const uint64_t block = first / IHP__BLOCK_ELEMENTS;
        const size_t at = (size_t)(first % IHP__BLOCK_ELEMENTS),
                     left = ihp__block_size(column->count, block) - at;
        uint64_t taken = count < left ? count : left;
        enum ihp_status status;
        if (at == 0 && taken == left) {
            taken = first + count == column->count ? count : count - count % IHP__BLOCK_ELEMENTS;
            status = read_blocks(store, column, block, taken, data, err);
        } else if ((status = hold_block(store, column, block, err)) == IHP_OK) {
            memcpy(data, (const char *)column->held->data + at * column->element,
                   (size_t)taken * column->element);
        }
        if (status != IHP_OK) {
            return status;
        }
        first += taken;
        count -= taken;
        data = (char *)data + taken * column->element;
    }
    return IHP_OK;
}

enum ihp_status ihp__store_read_part(const struct ihp__store *store, enum ihp__column which,
                                     uint64_t first, uint64_t count, void *data,
                                     struct ihp_error *err)
{
    const struct ihp__open_column *column = &store->column[which];
    if (column->dataset <= 0) {
        return ihp__store_fail_column(store, ihp__column_spec[which].name, "is missing", err);
    }
    return first > column->count || count > column->count - first
               ? ihp__store_fail_column(store, column->name, "is shorter than its offsets say", err)
               : ihp__column_read(store, column, first, count, data, err);
}

/* ---- offsets --------------------------------------------------------------------------------- */

enum ihp_status ihp__store_read_offsets(const struct ihp__store *store, enum ihp__column which,
                                        struct ihp__range range, uint64_t limit, uint64_t *offset,
                                        struct ihp_error *err)
{
    const char *name = ihp__column_spec[which].name;
    size_t count = (size_t)range.count + 1;
    if (ihp__store_read_part(store, which, range.first, count, offset, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        if (offset[i] > limit) {
            return ihp__store_fail_column(store, name, "points past the end", err);
        }
        if (i > 0 && offset[i] < offset[i - 1]) {
            return ihp__store_fail_column(store, name, "decreases", err);
        }
    }
    if (range.first == 0 && offset[0] != 0) {
        return ihp__store_fail_column(store, name, "does not start with 0", err);
    }
    if (range.first + range.count == store->info.members && offset[count - 1] != limit) {
        return ihp__store_fail_column(store, name, "does not end with the number of rows", err);
    }
    return IHP_OK;
}

void ihp__offsets_rebase(uint64_t *offset, uint64_t count)
{
    uint64_t first = offset[0];
    for (uint64_t i = 0; i <= count; i++) {
        offset[i] -= first;
    }
}
