/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contents of an open store: its columns, and the digests and the hash by which it notices that
 * they have changed.
 *
 * The hash of the contents is compared when a store is opened. From then on the digests, and the
 * attributes that say how many rows there are, are those that were written. */
#include "store/store_record.h"
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- which columns --------------------------------------------------------------------------- */

static bool has_link(const struct ihp__store *store, const char *name)
{
    return H5Lexists(store->file, name, H5P_DEFAULT) > 0;
}

/* Returns true if the store has the group of a column. */
static bool has_group(const struct ihp__store *store, const char *column)
{
    char group[32];
    snprintf(group, sizeof group, "%.*s", (int)strcspn(column, "/"), column);
    return has_link(store, group);
}

/* Returns true if a store says that it has a column IHP__IF_USED. */
static bool is_used(const struct ihp__store_info *info, enum ihp__column which)
{
    switch ((int)which) {
    case IHP__COLUMN_CLAIM_VOID_DATE:
        return info->has_void_dates;
    case IHP__COLUMN_INDEX_VOID_DATE:
        return info->has_void_dates && info->index_years > 0;
    case IHP__COLUMN_CLAIM_VERSION:
        return (info->life & IHP__LIFE_VERSIONS) != 0;
    case IHP__COLUMN_MEMBER_DEATH:
        return info->has_death_dates;
    default:
        return false;
    }
}

/* Returns true if the store must have a column. Early stores lack the column index/negative. */
static bool is_expected(const struct ihp__store *store, enum ihp__column which)
{
    const struct ihp__column_spec *spec = &ihp__column_spec[which];
    if (spec->presence == IHP__IF_USED) {
        return is_used(&store->info, which);
    }
    if (which == IHP__COLUMN_INDEX_NEGATIVE &&
        store->info.format_version < IHP__STORE_VERSION_DIGESTS) {
        return has_link(store, spec->name);
    }
    return spec->presence == IHP__REQUIRED || has_group(store, spec->name);
}

/* ---- the index ------------------------------------------------------------------------------- */

/* Reads the attributes of the root that describe the index, if there is one. */
static enum ihp_status read_index_attributes(struct ihp__store *store, struct ihp_error *err)
{
    enum { YEARS_MAX = 64 };
    uint64_t rows, year, years;
    if (!has_link(store, "index")) {
        return IHP_OK;
    }
    if (!ihp__h5_get_u64_attribute(store->file, "index_rows", &rows) ||
        !ihp__h5_get_u64_attribute(store->file, "index_year", &year) ||
        !ihp__h5_get_u64_attribute(store->file, "index_years", &years) ||
        rows > store->info.lines || year < 1970 || year > 2149 || years < 1 || years > YEARS_MAX) {
        return ihp__store_fail_column(store, "index", "has missing or invalid attributes", err);
    }
    store->info.index_rows = rows;
    store->info.index_year = (int)year;
    store->info.index_years = (int)years;
    return IHP_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Keeps the lengths of dictionaries, which other columns have too. */
static void note_length(struct ihp__store *store, enum ihp__column which)
{
    if (which == IHP__COLUMN_DICT_PROCEDURE) {
        store->info.procedures = (size_t)store->column[which].count;
    } else if (which == IHP__COLUMN_DICT_NPI) {
        store->info.npis = (size_t)store->column[which].count;
    }
}

/* Describes the contents of the open store, without the digests. */
static struct ihp__content content_of(const struct ihp__store *store)
{
    const struct ihp__store_info *info = &store->info;
    struct ihp__content content = {.format_version = (uint64_t)info->format_version,
                                   .life = info->life,
                                   .members = info->members,
                                   .lines = info->lines,
                                   .spans = info->spans,
                                   .morbidity_rows = info->morbidity_rows,
                                   .index_rows = info->index_rows,
                                   .index_year = (uint64_t)info->index_year,
                                   .index_years = (uint64_t)info->index_years};
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__open_column *column = &store->column[c];
        content.column[c].is_there = column->dataset > 0;
        content.column[c].type = column->type;
        content.column[c].element = column->element;
        content.column[c].count = column->count;
    }
    return content;
}

/* Reads the digests of all blocks into memory of the store. */
static enum ihp_status read_digests(struct ihp__store *store, uint64_t digests,
                                    struct ihp_error *err)
{
    struct ihp__open_column column;
    enum ihp_status status = ihp__column_open_digests(store, digests, &column, err);
    if (status == IHP_OK) {
        store->digest = calloc((size_t)digests + 1, sizeof *store->digest);
        status = store->digest == NULL
                     ? ihp__fail_memory(err, IHP__DIGESTS)
                     : ihp__column_read(store, &column, 0, digests, store->digest, err);
    }
    ihp__column_close(&column);
    return status;
}

/* Reads the digests, compares them with the hash of the contents, and gives each column its own. */
static enum ihp_status take_digests(struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__content content = content_of(store);
    char hash[IHP__HASH_TEXT];
    if (read_digests(store, ihp__content_digests(&content), err) != IHP_OK) {
        return err->status;
    }
    content.digest = store->digest;
    store->info.digests = ihp__content_digests(&content);
    ihp__content_hash(&content, hash);
    if (strcmp(hash, store->info.content_hash) != 0) {
        return ihp__store_fail_column(
            store, IHP__DIGESTS, "does not give the content_hash: it or an attribute is damaged",
            err);
    }
    const uint64_t *digest = store->digest;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        struct ihp__open_column *column = &store->column[c];
        if (column->dataset > 0) {
            column->digest = digest;
            digest += ihp__blocks(column->count);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__store_open_columns(struct ihp__store *store, struct ihp_error *err)
{
    if (read_index_attributes(store, err) != IHP_OK) {
        return err->status;
    }
    for (int c = 0; c < IHP__COLUMNS; c++) {
        enum ihp__column which = (enum ihp__column)c;
        if (is_expected(store, which) &&
            ihp__column_open(store, which, &store->column[c], err) != IHP_OK) {
            return err->status;
        }
        note_length(store, which);
    }
    if (store->info.format_version >= IHP__STORE_VERSION_DIGESTS) {
        return take_digests(store, err);
    }
    return has_link(store, IHP__DIGESTS)
               ? ihp__store_fail_column(store, IHP__DIGESTS,
                                        "is there, although the format version has none", err)
               : IHP_OK;
}

/* ---- reading all of it ----------------------------------------------------------------------- */

static enum ihp_status verify_column(const struct ihp__store *store,
                                     const struct ihp__open_column *column,
                                     struct ihp__verified *verified, struct ihp_error *err)
{
    enum { PIECE = 16 * IHP__BLOCK_ELEMENTS }; /* elements */
    void *piece =
        malloc((size_t)(column->count < PIECE ? column->count : PIECE) * column->element + 1);
    if (piece == NULL) {
        return ihp__fail_memory(err, column->name);
    }
    enum ihp_status status = IHP_OK;
    for (uint64_t first = 0; status == IHP_OK && first < column->count; first += PIECE) {
        const uint64_t left = column->count - first;
        status = ihp__column_read(store, column, first, left < PIECE ? left : PIECE, piece, err);
    }
    free(piece);
    verified->columns++;
    verified->blocks += ihp__blocks(column->count);
    verified->bytes += column->count * column->element;
    return status;
}

enum ihp_status ihp__store_verify(const struct ihp__store *store, struct ihp__verified *verified,
                                  struct ihp_error *err)
{
    *verified = (struct ihp__verified){0};
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__open_column *column = &store->column[c];
        if (column->dataset > 0 && verify_column(store, column, verified, err) != IHP_OK) {
            return err->status;
        }
    }
    return ihp__store_check_record(store, err);
}

void ihp__store_close_columns(struct ihp__store *store)
{
    for (int c = 0; c < IHP__COLUMNS; c++) {
        ihp__column_close(&store->column[c]);
    }
    free(store->digest);
}
