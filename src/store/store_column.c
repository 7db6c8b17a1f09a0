/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One column of an open store: opening and checking it, and reading elements.
 *
 * A plain column of a little-endian type is its elements one after the other, so that a positional
 * read does all that HDF5 would, without the copy through HDF5's conversion buffer. Chunked or
 * compressed columns are read by HDF5. */
#include "store_internal.h"

#include "hdf5_own.h"

#include <errno.h>
#include <string.h>

enum ihp_status ihp__store_fail_column(const struct ihp__store *store, const char *name,
                                       const char *problem, struct ihp_error *err)
{
    char what[160];
    snprintf(what, sizeof what, "column %s cannot be read", name);
    if (ihp__h5_fail_system(store->path, what, err)) {
        return err->status;
    }
    if (ihp__store_check_unchanged(store, err) != IHP_OK) {
        return err->status;
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s: column %s %s; make the store again with 'ihp import'",
                     store->path, name, problem);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Returns true if `held` is the file's form of `type`, and sets the bytes of an element. */
static bool is_type(hid_t held, enum ihp__type type, size_t *element)
{
    enum { WIDTH_MAX = 4096 };
    if (type == IHP__TYPE_TEXT) {
        *element = H5Tget_size(held);
        return H5Tget_class(held) == H5T_STRING && H5Tis_variable_str(held) == 0 && *element > 0 &&
               *element <= WIDTH_MAX;
    }
    bool owned;
    *element = ihp__type_size(type, 0);
    return H5Tequal(held, ihp__h5_file_type(type, 0, &owned)) > 0;
}

/* Sets the type of a column; false if it is none that the table allows. */
static bool find_type(struct ihp__open_column *column, enum ihp__column which, hid_t held)
{
    for (int wide = 0; wide < 2; wide++) {
        column->type = ihp__column_type(which, wide == 1);
        if (is_type(held, column->type, &column->element)) {
            return true;
        }
    }
    return false;
}

/* Returns how many elements a column must have, or UINT64_MAX for any number. */
static uint64_t expected_count(const struct ihp__store_info *info, enum ihp__length length)
{
    switch (length) {
    case IHP__PER_MEMBER:
        return info->members;
    case IHP__PER_OFFSET:
        return info->members + 1;
    case IHP__PER_SPAN:
        return info->spans;
    case IHP__PER_MORBIDITY_ROW:
        return info->morbidity_rows;
    case IHP__PER_LINE:
        return info->lines;
    case IHP__PER_INDEX_ROW:
        return info->index_rows;
    case IHP__PER_INDEX_YEAR:
        return info->members * ((uint64_t)info->index_years + 1);
    case IHP__PER_PROCEDURE:
        return info->procedures;
    case IHP__PER_NPI:
        return info->npis;
    case IHP__OWN_LENGTH:
        break;
    }
    return UINT64_MAX;
}

/* Checks an open dataset and sets the type, size and count of its elements. */
static enum ihp_status check_dataset(const struct ihp__store *store, enum ihp__column which,
                                     struct ihp__open_column *column, struct ihp_error *err)
{
    /* No filter of HDF5 packs more than this many bytes into one. */
    enum { COMPRESSION_MAX = 1100 };
    const uint64_t expected = expected_count(&store->info, ihp__column_spec[which].length);
    hid_t space = H5Dget_space(column->dataset), held = H5Dget_type(column->dataset);
    hsize_t count = 0;
    const char *problem = NULL;
    if (space < 0 || held < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &count, NULL) != 1) {
        problem = "is not a one-dimensional array";
    } else if (!find_type(column, which, held)) {
        problem = "has another element type than this version of ihp writes";
    } else if (count > COMPRESSION_MAX * store->info.file_bytes / column->element) {
        problem = "is larger than the file could hold";
    }
    H5Tclose(held);
    H5Sclose(space);
    if (problem != NULL) {
        return ihp__store_fail_column(store, column->name, problem, err);
    }
    if (expected != UINT64_MAX && count != expected) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: column %s has %llu elements where %llu are expected; make the store "
                         "again with 'ihp import'",
                         store->path, column->name, (unsigned long long)count,
                         (unsigned long long)expected);
    }
    column->count = count;
    return ihp__h5_is_unwritten(column->dataset)
               ? ihp__store_fail_column(store, column->name, "has no elements in the file", err)
               : IHP_OK;
}

bool ihp__column_is_there(const struct ihp__store *store, enum ihp__column which)
{
    switch ((int)which) {
    case IHP__COLUMN_CLAIM_VOID_DATE:
    case IHP__COLUMN_INDEX_VOID_DATE:
        return store->info.has_void_dates;
    case IHP__COLUMN_CLAIM_VERSION:
        return (store->info.life & IHP__LIFE_VERSIONS) != 0;
    case IHP__COLUMN_MEMBER_DEATH:
        return store->info.has_death_dates;
    default:
        return true;
    }
}

enum ihp_status ihp__column_open(const struct ihp__store *store, enum ihp__column which,
                                 struct ihp__open_column *column, struct ihp_error *err)
{
    struct ihp__open_column opened = {.name = ihp__column_spec[which].name};
    const char *problem;
    opened.dataset = ihp__h5_open_own(store->file, opened.name, &problem);
    if (opened.dataset < 0) {
        return ihp__store_fail_column(store, opened.name, problem, err);
    }
    if (check_dataset(store, which, &opened, err) != IHP_OK) {
        H5Dclose(opened.dataset);
        return err->status;
    }
    *column = opened;
    return IHP_OK;
}

void ihp__column_close(struct ihp__open_column *column)
{
    if (column->dataset > 0) {
        H5Dclose(column->dataset);
    }
    column->dataset = 0;
}

enum ihp_status ihp__column_check(const struct ihp__store *store, enum ihp__column which,
                                  struct ihp_error *err)
{
    struct ihp__open_column column = {0};
    enum ihp_status status = ihp__column_open(store, which, &column, err);
    ihp__column_close(&column);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

void ihp__column_find_place(const struct ihp__store *store, struct ihp__open_column *column)
{
    const uint64_t bytes = column->count * column->element, file_bytes = store->info.file_bytes;
    haddr_t at = bytes > 0 && ihp__h5_is_plain(column->dataset) ? H5Dget_offset(column->dataset)
                                                                : HADDR_UNDEF;
    if (at == HADDR_UNDEF || at > file_bytes || bytes > file_bytes - at) {
        return;
    }
    column->address = at;
    column->is_plain = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

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

enum ihp_status ihp__column_read(const struct ihp__store *store,
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

enum ihp_status ihp__store_read_part(const struct ihp__store *store, enum ihp__column which,
                                     uint64_t first, uint64_t count, void *data,
                                     struct ihp_error *err)
{
    struct ihp__open_column column;
    if (ihp__column_open(store, which, &column, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status =
        first > column.count || count > column.count - first
            ? ihp__store_fail_column(store, column.name, "is shorter than its offsets say", err)
            : ihp__column_read(store, &column, first, count, data, err);
    ihp__column_close(&column);
    return status;
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
