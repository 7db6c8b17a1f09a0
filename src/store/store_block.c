/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading elements of an open column, and comparing its blocks with their digests.
 *
 * A plain column of a little-endian type is its elements one after the other, so that a positional
 * read does all that HDF5 would, without the copy through HDF5's conversion buffer. Chunked or
 * compressed columns are read by HDF5.
 *
 * Only a whole block can be compared with its digest. Whole blocks are read into the caller's
 * memory and compared there. A block of which the caller wants a part is read into memory of the
 * column, which holds it for the next read, as that usually goes on where this one ends. Calls of
 * the system are few, because each takes as long as copying tens of kilobytes. */
#define _DEFAULT_SOURCE /* for preadv */
#include "store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

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

/* Reads `size` bytes of a file from byte `at` into `data`, and the `more_size` bytes behind them
 * into `more`, in one call of the system. Fails as `ihp__read_at` does. */
static bool read_both_at(int fd, void *data, size_t size, void *more, size_t more_size, uint64_t at)
{
    const struct iovec piece[] = {{data, size}, {more, more_size}};
    ssize_t got = preadv(fd, piece, 2, (off_t)at);
    if (got < 0 && errno != EINTR) {
        return false;
    }
    size_t done = got > 0 ? (size_t)got : 0;
    size_t of_data = done < size ? done : size, of_more = done - of_data;
    return ihp__read_at(fd, (char *)data + of_data, size - of_data, at + of_data) &&
           ihp__read_at(fd, (char *)more + of_more, more_size - of_more, at + size + of_more);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Returns the elements of `blocks` blocks from `block` on. Only the last of a column is smaller. */
static uint64_t elements_of(const struct ihp__open_column *column, uint64_t block, uint64_t blocks)
{
    const uint64_t left = column->count - block * IHP__BLOCK_ELEMENTS;
    return left < blocks * IHP__BLOCK_ELEMENTS ? left : blocks * IHP__BLOCK_ELEMENTS;
}

/* Compares `blocks` blocks in memory with their digests. */
static enum ihp_status check_blocks(const struct ihp__store *store,
                                    const struct ihp__open_column *column, uint64_t block,
                                    uint64_t blocks, const char *data, struct ihp_error *err)
{
    for (const uint64_t end = block + blocks; block < end; block++) {
        const size_t size = ihp__block_size(column->count, block), bytes = size * column->element;
        if (ihp__block_digest(data, bytes, block) != column->digest[block]) {
            const uint64_t first = block * IHP__BLOCK_ELEMENTS;
            char problem[100];
            snprintf(problem, sizeof problem, "is damaged in block %llu (elements %llu to %llu)",
                     (unsigned long long)block, (unsigned long long)first,
                     (unsigned long long)(first + size - 1));
            return ihp__store_fail_column(store, column->name, problem, err);
        }
        data += bytes;
    }
    return IHP_OK;
}

/* Returns how many blocks fit `bytes` bytes, at least one. */
static uint64_t blocks_of(const struct ihp__open_column *column, size_t bytes)
{
    const uint64_t blocks = bytes / (IHP__BLOCK_ELEMENTS * column->element);
    return blocks > 0 ? blocks : 1;
}

/* Reads `blocks` blocks from `block` on and compares them. Pieces are small enough to be in a cache
 * still when they are compared. */
static enum ihp_status read_blocks(const struct ihp__store *store,
                                   const struct ihp__open_column *column, uint64_t block,
                                   uint64_t blocks, char *data, struct ihp_error *err)
{
    enum { PIECE_BYTES = 262144 };
    /* HDF5 would read a chunk once for each piece */
    const uint64_t most = column->is_plain ? blocks_of(column, PIECE_BYTES) : blocks;
    for (uint64_t done = 0, piece; done < blocks; done += piece) {
        piece = blocks - done < most ? blocks - done : most;
        const uint64_t elements = elements_of(column, block + done, piece);
        if (read_elements(store, column, (block + done) * IHP__BLOCK_ELEMENTS, elements, data,
                          err) != IHP_OK ||
            check_blocks(store, column, block + done, piece, data, err) != IHP_OK) {
            return err->status;
        }
        data += elements * column->element;
    }
    return IHP_OK;
}

/* ---- held blocks ----------------------------------------------------------------------------- */

/* Makes room for holding so many blocks, and holds none. */
static enum ihp_status clear_held(const struct ihp__open_column *column, uint64_t blocks,
                                  struct ihp_error *err)
{
    struct ihp__held_blocks *held = column->held;
    held->blocks = 0;
    if (held->room < blocks) {
        free(held->data);
        held->data = malloc((size_t)(blocks * IHP__BLOCK_ELEMENTS) * column->element);
        held->room = held->data != NULL ? blocks : 0;
    }
    return held->data != NULL ? IHP_OK : ihp__fail_memory(err, column->name);
}

/* Makes the column hold `blocks` blocks, or only the first one if a later one cannot be read: the
 * caller may never want it. */
static enum ihp_status hold_blocks(const struct ihp__store *store,
                                   const struct ihp__open_column *column, uint64_t block,
                                   uint64_t blocks, struct ihp_error *err)
{
    struct ihp__held_blocks *held = column->held;
    struct ihp_error ignored = {0};
    if (clear_held(column, blocks, err) != IHP_OK) {
        return err->status;
    }
    if (blocks == 1 || read_blocks(store, column, block, blocks, held->data, &ignored) != IHP_OK) {
        blocks = 1;
        if (read_blocks(store, column, block, blocks, held->data, err) != IHP_OK) {
            return err->status;
        }
    }
    held->first = block;
    held->blocks = blocks;
    return IHP_OK;
}

/* Returns how many blocks to hold for a read of less than a block from `block` on. If it follows
 * the read before, the ones behind it will be wanted too: a call of the system takes as long as
 * copying several blocks. */
static uint64_t blocks_ahead(const struct ihp__open_column *column, uint64_t block, bool follows)
{
    enum { AHEAD_BYTES = 131072 };
    const uint64_t left = ihp__blocks(column->count) - block, most = blocks_of(column, AHEAD_BYTES);
    uint64_t ahead = follows && column->is_plain ? 2 * column->held->blocks : 1;
    ahead = ahead < 1 ? 1 : ahead > most ? most : ahead;
    return ahead < left ? ahead : left;
}

/* Copies elements from the blocks that the column holds. Returns how many: 0 if element `first` is
 * in none of them. */
static uint64_t take_held(const struct ihp__open_column *column, uint64_t first, uint64_t count,
                          void *data)
{
    const struct ihp__held_blocks *held = column->held;
    const uint64_t block = first / IHP__BLOCK_ELEMENTS, at = held->first * IHP__BLOCK_ELEMENTS;
    if (block < held->first || block - held->first >= held->blocks) {
        return 0;
    }
    const uint64_t left = at + elements_of(column, held->first, held->blocks) - first,
                   taken = count < left ? count : left;
    memcpy(data, (const char *)held->data + (first - at) * column->element,
           (size_t)taken * column->element);
    return taken;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Returns how many whole blocks begin with element `first` and end within `count` elements. */
static uint64_t whole_blocks(const struct ihp__open_column *column, uint64_t first, uint64_t count)
{
    return first % IHP__BLOCK_ELEMENTS != 0 ? 0
           : first + count == column->count ? ihp__blocks(count)
                                            : count / IHP__BLOCK_ELEMENTS;
}

/* Reads whole blocks and compares them. Holds the block behind them too, if the caller wants a part
 * of it (`tail`) and the last piece that is read has room for it. */
static enum ihp_status read_whole(const struct ihp__store *store,
                                  const struct ihp__open_column *column, uint64_t block,
                                  uint64_t blocks, bool tail, char *data, struct ihp_error *err)
{
    enum { BOTH_BYTES = 262144 };
    struct ihp__held_blocks *held = column->held;
    const uint64_t behind = block + blocks, most = blocks_of(column, BOTH_BYTES) - 1,
                   last = !tail || !column->is_plain ? 0
                          : blocks < most            ? blocks
                                                     : most;
    const size_t block_bytes = IHP__BLOCK_ELEMENTS * column->element;
    char *piece = data + (blocks - last) * block_bytes;
    if (read_blocks(store, column, block, blocks - last, data, err) != IHP_OK) {
        return err->status;
    }
    if (last == 0) {
        return IHP_OK;
    }
    if (clear_held(column, 1, err) != IHP_OK) {
        return err->status;
    }
    if (!read_both_at(store->fd, piece, last * block_bytes, held->data,
                      ihp__block_size(column->count, behind) * column->element,
                      column->address + (behind - last) * block_bytes)) {
        return fail_read(store, column->name, err);
    }
    if (check_blocks(store, column, behind - last, last, piece, err) != IHP_OK ||
        check_blocks(store, column, behind, 1, held->data, err) != IHP_OK) {
        return err->status;
    }
    held->first = behind;
    held->blocks = 1;
    return IHP_OK;
}

enum ihp_status ihp__column_read(const struct ihp__store *store,
                                 const struct ihp__open_column *column, uint64_t first,
                                 uint64_t count, void *data, struct ihp_error *err)
{
    if (column->digest == NULL) {
        return read_elements(store, column, first, count, data, err);
    }
    const bool follows = first == column->held->next;
    column->held->next = first + count;
    while (count > 0) {
        uint64_t taken = take_held(column, first, count, data);
        if (taken == 0) {
            const uint64_t block = first / IHP__BLOCK_ELEMENTS,
                           whole = whole_blocks(column, first, count);
            taken = whole > 0 ? elements_of(column, block, whole) : 0;
            const enum ihp_status status =
                whole > 0
                    ? read_whole(store, column, block, whole, taken < count, data, err)
                    : hold_blocks(store, column, block, blocks_ahead(column, block, follows), err);
            if (status != IHP_OK) {
                return status;
            }
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
