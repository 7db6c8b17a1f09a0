/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables in memory: duplicate rows, sorting by member, writing columns. */
#include "extract/table.h"

#include "extract/layouts.h"
#include "extract/ranks.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

static char *row_at(const struct ihp__import_table *table, size_t i)
{
    return (char *)table->row + i * table->size;
}

static uint32_t member_at(const struct ihp__import_table *table, size_t i)
{
    uint32_t member;
    memcpy(&member, row_at(table, i) + table->member_at, sizeof member);
    return member;
}

enum ihp_status ihp__import_table_add(struct ihp__import *import, struct ihp__import_table *table,
                                      const void *row, const struct ihp__import_row *from,
                                      struct ihp_error *err)
{
    if (ihp__import_reserve(import, &table->row, &table->capacity, table->count + 1, table->size,
                            from, err) != IHP_OK) {
        return err->status;
    }
    memcpy(row_at(table, table->count++), row, table->size);
    return IHP_OK;
}

void ihp__import_table_free(struct ihp__import *import, struct ihp__import_table *table)
{
    ihp__import_release(import, &table->row, &table->capacity, table->size);
    table->count = 0;
}

/* ---- duplicate rows -------------------------------------------------------------------------- */

enum ihp_status ihp__import_drops_add(struct ihp__import *import, struct ihp__import_drops *drops,
                                      uint64_t row, enum ihp__import_drop why,
                                      struct ihp_error *err)
{
    if (ihp__import_reserve(import, &drops->row, &drops->capacity, drops->count + 1,
                            sizeof *drops->row, NULL, err) != IHP_OK) {
        return err->status;
    }
    drops->row[drops->count++] = row * 2 + why;
    return IHP_OK;
}

static int by_number(const void *a, const void *b)
{
    uint64_t p, q;
    memcpy(&p, a, sizeof p);
    memcpy(&q, b, sizeof q);
    return (p > q) - (p < q);
}

void ihp__import_drops_sort(struct ihp__import_drops *drops)
{
    if (drops->count > 0) {
        qsort(drops->row, drops->count, sizeof *drops->row, by_number);
    }
}

bool ihp__import_drops_has(const struct ihp__import_drops *drops, uint64_t row)
{
    size_t at;
    IHP__LOWER_BOUND(at, drops->count, drops->row[at] / 2 < row);
    return at < drops->count && drops->row[at] / 2 == row;
}

struct drop_report {
    struct ihp__import *import;
    const struct ihp__import_drops *drops;
    const char *const *reason;
    size_t next;
};

static enum ihp_status report_row(void *context, struct ihp__import_row *row, struct ihp_error *err)
{
    struct drop_report *report = context;
    const struct ihp__import_drops *drops = report->drops;
    while (report->next < drops->count && drops->row[report->next] / 2 < row->number) {
        report->next++; /* skips rows of the ranks before this one */
    }
    if (report->next == drops->count || drops->row[report->next] / 2 != row->number) {
        return IHP_OK;
    }
    enum ihp__import_drop why = (enum ihp__import_drop)(drops->row[report->next++] % 2);
    if (why == IHP__IMPORT_IDENTICAL && ihp__import_keeps_one(report->import, row->file)) {
        ihp__import_count_identical(report->import, row);
        return IHP_OK;
    }
    const struct ihp__import_reason reason = {NULL, report->reason[why],
                                              why == IHP__IMPORT_IDENTICAL};
    return ihp__import_bad_rows_add(report->import, row, &reason, err);
}

enum ihp_status ihp__import_drops_report(struct ihp__import *import, enum ihp__extract_file file,
                                         struct ihp__import_drops *drops,
                                         const char *const reason[2], struct ihp_error *err)
{
    ihp__import_drops_sort(drops);
    if (drops->count == 0) {
        return IHP_OK;
    }
    struct drop_report report = {import, drops, reason, 0};
    return ihp__import_read(import, file, true, report_row, &report, err);
}

void ihp__import_drops_free(struct ihp__import *import, struct ihp__import_drops *drops)
{
    ihp__import_release(import, &drops->row, &drops->capacity, sizeof *drops->row);
    drops->count = 0;
}

static uint64_t number_at(const struct ihp__import_table *table, size_t i)
{
    uint64_t number;
    memcpy(&number, row_at(table, i), sizeof number);
    return number;
}

enum ihp_status ihp__import_table_resolve(struct ihp__import *import,
                                          struct ihp__import_table *table,
                                          ihp__import_compare_fn by_key,
                                          ihp__import_compare_fn by_contents,
                                          struct ihp__import_drops *drops, struct ihp_error *err)
{
    size_t kept = 0;
    for (size_t first = 0, end; first < table->count; first = end) {
        bool same = true;
        for (end = first + 1;
             end < table->count && by_key(row_at(table, first), row_at(table, end)) == 0; end++) {
            same = same && by_contents(row_at(table, first), row_at(table, end)) == 0;
        }
        for (size_t i = same ? first + 1 : first; i < end; i++) {
            enum ihp__import_drop why = same ? IHP__IMPORT_IDENTICAL : IHP__IMPORT_CONFLICTING;
            if (ihp__import_drops_add(import, drops, number_at(table, i), why, err) != IHP_OK) {
                return err->status;
            }
        }
        if (same) {
            memmove(row_at(table, kept++), row_at(table, first), table->size);
        }
    }
    table->count = kept;
    return IHP_OK;
}

/* ---- order and columns ----------------------------------------------------------------------- */

/* Counts rows by member: offset[m] is where the rows of member m begin. */
static void count_by_member(const struct ihp__import_table *table, uint64_t *offset, size_t members)
{
    memset(offset, 0, (members + 1) * sizeof *offset);
    for (size_t i = 0; i < table->count; i++) {
        offset[member_at(table, i) + 1]++;
    }
    for (size_t m = 0; m < members; m++) {
        offset[m + 1] += offset[m];
    }
}

enum ihp_status ihp__import_table_sort(struct ihp__import *import, struct ihp__import_table *table,
                                       ihp__import_compare_fn compare, struct ihp_error *err)
{
    size_t members = import->members.count, offsets = 0;
    uint64_t *offset = NULL;
    struct ihp__import_table sorted = {.size = table->size, .member_at = table->member_at};
    if (ihp__import_reserve(import, &offset, &offsets, members + 1, sizeof *offset, NULL, err) !=
            IHP_OK ||
        ihp__import_reserve(import, &sorted.row, &sorted.capacity, table->count, table->size, NULL,
                            err) != IHP_OK) {
        ihp__import_release(import, &offset, &offsets, sizeof *offset);
        return err->status;
    }
    count_by_member(table, offset, members);
    for (size_t i = 0; i < table->count; i++) {
        memcpy(row_at(&sorted, (size_t)offset[member_at(table, i)]++), row_at(table, i),
               table->size);
    }
    sorted.count = table->count;
    for (size_t m = 0, first = 0; m < members; m++) { /* offset[m] is now the end of member m */
        size_t count = (size_t)offset[m] - first;
        if (count > 1) {
            qsort(row_at(&sorted, first), count, sorted.size, compare);
        }
        first = (size_t)offset[m];
    }
    ihp__import_release(import, &offset, &offsets, sizeof *offset);
    ihp__import_table_free(import, table);
    *table = sorted;
    return IHP_OK;
}

enum ihp_status ihp__import_table_put_offsets(struct ihp__import *import,
                                              const struct ihp__import_table *table,
                                              enum ihp__column column, struct ihp_error *err)
{
    size_t members = import->members.count, offsets = 0;
    uint64_t *offset = NULL;
    if (ihp__import_reserve(import, &offset, &offsets, members + 1, sizeof *offset, NULL, err) !=
        IHP_OK) {
        return err->status;
    }
    count_by_member(table, offset, members);
    enum ihp_status status = ihp__import_put(import, column, 0, offset, members + 1, err);
    ihp__import_release(import, &offset, &offsets, sizeof *offset);
    return status;
}

/* Writes one column through a buffer of `*capacity` bytes, which grows as needed. */
static enum ihp_status put_column(struct ihp__import *import, const struct ihp__import_table *table,
                                  const struct ihp__import_column *column, char **data,
                                  size_t *capacity, struct ihp_error *err)
{
    size_t size = ihp__type_size(ihp__column_type(column->column, false), column->width);
    if (ihp__import_reserve(import, data, capacity, table->count * size + 1, 1, NULL, err) !=
        IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < table->count; i++) {
        memcpy(*data + i * size, row_at(table, i) + column->offset, size);
    }
    return ihp__import_put(import, column->column, column->width, *data, table->count, err);
}

enum ihp_status ihp__import_table_put(struct ihp__import *import,
                                      const struct ihp__import_table *table,
                                      const struct ihp__import_column *column, size_t columns,
                                      struct ihp_error *err)
{
    char *data = NULL;
    size_t capacity = 0;
    enum ihp_status status = IHP_OK;
    for (size_t c = 0; c < columns && status == IHP_OK; c++) {
        status = put_column(import, table, &column[c], &data, &capacity, err);
    }
    ihp__import_release(import, &data, &capacity, 1);
    return status;
}
