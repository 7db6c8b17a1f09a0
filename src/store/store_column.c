/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One column of an open store: opening and checking it. */
#include "store_internal.h"

#include "hdf5_own.h"

#include <stdlib.h>

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

/* What a dataset must be. */
struct wanted {
    enum ihp__type narrow, wide; /* either; they differ only for amounts */
    uint64_t count;              /* UINT64_MAX: any number */
};

/* Sets the type of a column. Returns false if the column has neither of the two types. */
static bool find_type(struct ihp__open_column *column, const struct wanted *wanted, hid_t held)
{
    const enum ihp__type types[] = {wanted->narrow, wanted->wide};
    for (size_t i = 0; i < 2; i++) {
        column->type = types[i];
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
static enum ihp_status check_dataset(const struct ihp__store *store, const struct wanted *wanted,
                                     struct ihp__open_column *column, struct ihp_error *err)
{
    /* No filter of HDF5 packs more than this many bytes into one. */
    enum { COMPRESSION_MAX = 1100 };
    hid_t space = H5Dget_space(column->dataset), held = H5Dget_type(column->dataset);
    hsize_t count = 0;
    const char *problem = NULL;
    if (space < 0 || held < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
        H5Sget_simple_extent_dims(space, &count, NULL) != 1) {
        problem = "is not a one-dimensional array";
    } else if (!find_type(column, wanted, held)) {
        problem = "has another element type than this version of ihp writes";
    } else if (count > COMPRESSION_MAX * store->info.file_bytes / column->element) {
        problem = "is larger than the file could hold";
    }
    H5Tclose(held);
    H5Sclose(space);
    if (problem != NULL) {
        return ihp__store_fail_column(store, column->name, problem, err);
    }
    if (wanted->count != UINT64_MAX && count != wanted->count) {
        char counts[100];
        snprintf(counts, sizeof counts, "has %llu elements where %llu are expected",
                 (unsigned long long)count, (unsigned long long)wanted->count);
        return ihp__store_fail_column(store, column->name, counts, err);
    }
    column->count = count;
    return ihp__h5_is_unwritten(column->dataset)
               ? ihp__store_fail_column(store, column->name, "has no elements in the file", err)
               : IHP_OK;
}

/* Finds out whether an open column can be read straight from its place in the file. */
static void find_place(const struct ihp__store *store, struct ihp__open_column *column)
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

static enum ihp_status open_dataset(const struct ihp__store *store, const char *name,
                                    const struct wanted *wanted, struct ihp__open_column *column,
                                    struct ihp_error *err)
{
    const char *problem;
    *column = (struct ihp__open_column){.name = name};
    column->dataset = ihp__h5_open_own(store->file, name, &problem);
    if (column->dataset < 0) {
        return ihp__store_fail_column(store, name, problem, err);
    }
    if (check_dataset(store, wanted, column, err) != IHP_OK) {
        return err->status;
    }
    find_place(store, column);
    column->held = calloc(1, sizeof *column->held);
    return column->held == NULL ? ihp__fail_memory(err, name) : IHP_OK;
}

enum ihp_status ihp__column_open(const struct ihp__store *store, enum ihp__column which,
                                 struct ihp__open_column *column, struct ihp_error *err)
{
    const struct ihp__column_spec *spec = &ihp__column_spec[which];
    const struct wanted wanted = {.narrow = ihp__column_type(which, false),
                                  .wide = ihp__column_type(which, true),
                                  .count = expected_count(&store->info, spec->length)};
    return open_dataset(store, spec->name, &wanted, column, err);
}

enum ihp_status ihp__column_open_digests(const struct ihp__store *store, uint64_t count,
                                         struct ihp__open_column *column, struct ihp_error *err)
{
    const struct wanted wanted = {IHP__TYPE_U64, IHP__TYPE_U64, count};
    return open_dataset(store, IHP__DIGESTS, &wanted, column, err);
}

enum ihp_status ihp__column_open_bytes(const struct ihp__store *store, const char *name,
                                       struct ihp__open_column *column, struct ihp_error *err)
{
    const struct wanted wanted = {IHP__TYPE_U8, IHP__TYPE_U8, UINT64_MAX};
    return open_dataset(store, name, &wanted, column, err);
}

void ihp__column_close(struct ihp__open_column *column)
{
    if (column->dataset > 0) {
        H5Dclose(column->dataset);
    }
    if (column->held != NULL) {
        free(column->held->data);
    }
    free(column->held);
    *column = (struct ihp__open_column){0};
}
