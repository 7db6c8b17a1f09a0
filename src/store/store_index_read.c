/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the index: its offsets together with the members, its rows in batches. A store without an
 * index, or with one that lacks procedures a run needs, is read line by line instead. */
#include "store_internal.h"

#include <stdlib.h>

struct ihp__index_buffer {
    size_t capacity[IHP__INDEX_COLUMNS];
    void *data[IHP__INDEX_COLUMNS]; /* owned */
};

/* Reads which procedures the index holds. */
static enum ihp_status read_flags(struct ihp__store *store, struct ihp_error *err)
{
    size_t count = store->info.procedures;
    store->indexed = calloc(count + 1, 1);
    if (store->indexed == NULL) {
        return ihp__fail_memory(err, "the index");
    }
    store->info.indexed = store->indexed;
    if (ihp__store_read_part(store, IHP__COLUMN_INDEX_PROCEDURE_INDEXED, 0, count, store->indexed,
                             err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        if (store->indexed[i] > 1) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(INDEX_PROCEDURE_INDEXED),
                                          "has a number out of range", err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__store_open_index(struct ihp__store *store, struct ihp_error *err)
{
    return store->info.index_years > 0 ? read_flags(store, err) : IHP_OK;
}

static enum ihp_status check_offsets(const struct ihp__store *store,
                                     const struct ihp__members *members, struct ihp_error *err)
{
    size_t years = (size_t)store->info.index_years, count = (size_t)members->range.count;
    if (members->range.first == 0 && members->index_offset[0] != 0) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(INDEX_OFFSET),
                                      "does not start with 0", err);
    }
    if (members->range.first + count == store->info.members &&
        members->index_offset[count] != store->info.index_rows) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(INDEX_OFFSET),
                                      "does not end with the number of rows", err);
    }
    for (size_t m = 0; m < count; m++) {
        uint64_t lines = members->claim_offset[m + 1] - members->claim_offset[m];
        const uint32_t *year = members->year_line + m * (years + 1);
        uint64_t rows = members->index_offset[m + 1] - members->index_offset[m];
        if (members->index_offset[m + 1] < members->index_offset[m] || rows > lines ||
            members->index_offset[m + 1] > store->info.index_rows) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(INDEX_OFFSET),
                                          "decreases or points past the end", err);
        }
        for (size_t y = 0; y <= years; y++) {
            if (year[y] > lines || (y > 0 && year[y] < year[y - 1])) {
                return ihp__store_fail_column(store, IHP__COLUMN_NAME(INDEX_YEAR_LINE),
                                              "decreases or points past the end", err);
            }
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__store_read_index_offsets(const struct ihp__store *store,
                                              struct ihp__members *members, struct ihp_error *err)
{
    size_t years = (size_t)store->info.index_years, count = (size_t)members->range.count;
    if (years == 0) {
        return IHP_OK;
    }
    if (!ihp__array_reserve(&members->index_offset, &members->index_capacity, count + 1,
                            sizeof *members->index_offset) ||
        !ihp__array_reserve(&members->year_line, &members->year_capacity, count * (years + 1) + 1,
                            sizeof *members->year_line)) {
        return ihp__fail_memory(err, "the index");
    }
    if (ihp__store_read_part(store, IHP__COLUMN_INDEX_OFFSET, members->range.first, count + 1,
                             members->index_offset, err) != IHP_OK ||
        ihp__store_read_part(store, IHP__COLUMN_INDEX_YEAR_LINE, members->range.first * (years + 1),
                             count * (years + 1), members->year_line, err) != IHP_OK) {
        return err->status;
    }
    return check_offsets(store, members, err);
}

struct ihp__index_buffer *ihp__index_buffer_create(void)
{
    return calloc(1, sizeof(struct ihp__index_buffer));
}

void ihp__index_buffer_destroy(struct ihp__index_buffer **buffer)
{
    if (buffer == NULL || *buffer == NULL) {
        return;
    }
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        free((*buffer)->data[c]);
    }
    free(*buffer);
    *buffer = NULL;
}

static enum ihp_status check_rows(const struct ihp__store *store,
                                  const struct ihp__index_rows *rows, struct ihp_error *err)
{
    uint16_t procedure = 0;
    uint32_t npi = 0;
    uint8_t negative = 0;
    for (size_t i = 0; rows->negative != NULL && i < rows->count; i++) {
        negative = rows->negative[i] > negative ? rows->negative[i] : negative;
    }
    for (size_t i = 0; i < rows->count; i++) {
        procedure = rows->procedure[i] > procedure ? rows->procedure[i] : procedure;
        npi = rows->billing[i] > npi ? rows->billing[i] : npi;
        npi = rows->treating[i] > npi ? rows->treating[i] : npi;
    }
    if (rows->count > 0 &&
        (procedure >= store->info.procedures || npi >= store->info.npis || negative > 1)) {
        return ihp__store_fail_column(store, "index", "has a number out of range", err);
    }
    return IHP_OK;
}

enum ihp_status ihp__store_read_index(const struct ihp__store *store, uint64_t first, size_t count,
                                      struct ihp__index_buffer *buffer,
                                      struct ihp__index_rows *rows, struct ihp_error *err)
{
    if (first > store->info.index_rows || count > store->info.index_rows - first) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: index rows beyond the end were requested",
                         store->path);
    }
    for (int c = 0; c < IHP__INDEX_COLUMNS; c++) {
        const struct ihp__open_column *column = &store->column[ihp__column_of_index(c)];
        if (column->dataset <= 0) {
            continue; /* the store does not have it */
        }
        if (!ihp__array_reserve(&buffer->data[c], &buffer->capacity[c], count, column->element)) {
            return ihp__fail_memory(err, "index rows");
        }
        if (ihp__column_read(store, column, first, count, buffer->data[c], err) != IHP_OK) {
            return err->status;
        }
    }
    *rows = (struct ihp__index_rows){
        .first = first,
        .count = count,
        .service_date = buffer->data[IHP__INDEX_SERVICE_DATE],
        .known_from = buffer->data[IHP__INDEX_KNOWN_FROM],
        .procedure = buffer->data[IHP__INDEX_PROCEDURE],
        .billing = buffer->data[IHP__INDEX_BILLING],
        .treating = buffer->data[IHP__INDEX_TREATING],
        .void_date = buffer->data[IHP__INDEX_VOID_DATE],
        .negative = buffer->data[IHP__INDEX_NEGATIVE],
    };
    return check_rows(store, rows, err);
}
