/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readings.csv and readings_total.csv of blocks: checks that the rows follow from those of
 * scenarios.csv, and puts all of them into the order of the whole. */
#include "jobs/merge/merge.h"
#include "result/scenario_tables.h"

#include <stdlib.h>
#include <string.h>

/* Columns of scenarios.csv; those of readings.csv, and readings_total.csv, which has no ihp_id. */
enum { KEY = 1, VALUE = 2 };
enum { POLICY, READING, SECTION, IHP };
enum { COUNTS = 4 }; /* of members; then the change in amount and the dollars moved */

struct checking {
    const struct ihp__table *scenarios, *readings, *total;
    size_t partnerships;
    size_t first;                      /* scenarios of earlier blocks */
    struct ihp__moved *order, *within; /* scenarios of the block, IHPs of one */
    const char *path, *total_path;
    struct ihp_error *err;
};

static const struct ihp__cell *row_of(const struct ihp__table *t, size_t row)
{
    return t->cell + row * t->columns;
}

/* Returns the change that scenario `s` makes to IHP `p`, in cents. */
static int64_t change_of(const struct checking *c, size_t s, size_t p)
{
    return row_of(c->scenarios, s * c->partnerships + p)[c->scenarios->columns - 1].integer;
}

static int64_t magnitude(int64_t cents)
{
    return cents < 0 ? -cents : cents;
}

/* Adds up to the greatest number and no further: no table that ihp writes has such an amount. */
static int64_t add(int64_t a, int64_t b)
{
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) {
        return b > 0 ? INT64_MAX : -INT64_MAX;
    }
    return a + b;
}

/* A row of one of the two tables, and where it begins to have numbers. */
struct row {
    const struct ihp__table *table;
    const char *path;
    size_t number, in_file; /* among all blocks, and in the block's file, from 1 */
    size_t numbers;
};

/* Returns the row of an IHP's place in the reading at place `r` of all blocks. */
static struct row reading_row(const struct checking *c, size_t r, size_t place)
{
    return (struct row){c->readings, c->path, r * c->partnerships + place,
                        (r - c->first) * c->partnerships + place + 1, IHP + 1};
}

static struct row total_row(const struct checking *c, size_t r)
{
    return (struct row){c->total, c->total_path, r, r - c->first + 1, IHP};
}

static enum ihp_status unfit(const struct checking *c, const struct row *row, const char *column)
{
    return ihp__fail(
        c->err, IHP_ERR_DATA,
        "%s: row %zu: %s: does not follow from the scenarios of the block; settle the block again",
        row->path, row->in_file, column);
}

/* Checks a row of an IHP, or of all together (`ihp` NULL). */
static enum ihp_status check_row(const struct checking *c, const struct row *row, size_t scenario,
                                 const char *ihp, int64_t change, int64_t moved)
{
    const struct ihp__cell *cell = row_of(row->table, row->number);
    const struct ihp__cell *of = row_of(c->scenarios, scenario * c->partnerships);
    const struct ihp__cell *amounts = cell + row->numbers + COUNTS;
    if (strcmp(cell[POLICY].text, of[KEY].text) != 0) {
        return unfit(c, row, "policy");
    }
    if (strcmp(cell[READING].text, of[VALUE].text) != 0) {
        return unfit(c, row, "reading");
    }
    if (ihp != NULL && strcmp(cell[IHP].text, ihp) != 0) {
        return unfit(c, row, "ihp_id");
    }
    if (amounts[0].blank || amounts[0].integer != change) {
        return unfit(c, row, "change_in_amount");
    }
    return !amounts[1].blank && amounts[1].integer == moved ? IHP_OK
                                                            : unfit(c, row, "dollars_moved");
}

/* Checks that the counts of all IHPs together are the sums of those of each. */
static enum ihp_status check_counts(const struct checking *c, size_t r)
{
    const struct row total = total_row(c, r);
    for (size_t count = 0; count < COUNTS; count++) {
        int64_t sum = 0;
        for (size_t p = 0; p < c->partnerships; p++) {
            const struct row row = reading_row(c, r, p);
            sum = add(sum, row_of(row.table, row.number)[row.numbers + count].integer);
        }
        if (row_of(total.table, total.number)[total.numbers + count].integer != sum) {
            return unfit(c, &total, total.table->column[total.numbers + count].name);
        }
    }
    return IHP_OK;
}

/* Checks the rows of one scenario, which is the reading at place `r`: each IHP, most dollars first,
 * and all together. */
static enum ihp_status check_reading(const struct checking *c, size_t r, size_t scenario)
{
    int64_t change = 0, moved = 0;
    for (size_t p = 0; p < c->partnerships; p++) {
        int64_t own = change_of(c, scenario, p);
        change = add(change, own);
        moved = add(moved, magnitude(own));
        c->within[p] = (struct ihp__moved){magnitude(own), p};
    }
    qsort(c->within, c->partnerships, sizeof *c->within, ihp__most_first);
    const struct row total = total_row(c, r);
    if (check_row(c, &total, scenario, NULL, change, moved) != IHP_OK) {
        return c->err->status;
    }
    for (size_t i = 0; i < c->partnerships; i++) {
        size_t p = c->within[i].number;
        const char *id = row_of(c->scenarios, scenario * c->partnerships + p)[3].text;
        const struct row row = reading_row(c, r, i);
        if (check_row(c, &row, scenario, id, change_of(c, scenario, p), c->within[i].cents) !=
            IHP_OK) {
            return c->err->status;
        }
    }
    return check_counts(c, r);
}

static enum ihp_status check_block(const struct checking *c, size_t end)
{
    for (size_t s = c->first; s < end; s++) {
        int64_t moved = 0;
        for (size_t p = 0; p < c->partnerships; p++) {
            moved = add(moved, magnitude(change_of(c, s, p)));
        }
        c->order[s - c->first] = (struct ihp__moved){moved, s};
    }
    qsort(c->order, end - c->first, sizeof *c->order, ihp__most_first);
    for (size_t r = c->first; r < end; r++) {
        if (check_reading(c, r, c->order[r - c->first].number) != IHP_OK) {
            return c->err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__merge_check_readings(const struct ihp__table table[IHP__TABLES], size_t first,
                                          size_t end, const char *path, const char *total_path,
                                          struct ihp_error *err)
{
    struct checking c = {.scenarios = &table[IHP__TABLE_SCENARIOS],
                         .readings = &table[IHP__TABLE_READINGS],
                         .total = &table[IHP__TABLE_READINGS_TOTAL],
                         .partnerships = table[IHP__TABLE_SETTLEMENT].rows,
                         .first = first,
                         .path = path,
                         .total_path = total_path,
                         .err = err};
    c.order = calloc(end - first, sizeof *c.order);
    c.within = calloc(c.partnerships, sizeof *c.within);
    enum ihp_status status = c.order == NULL || c.within == NULL
                                 ? ihp__fail_memory(err, "the price of the readings")
                                 : check_block(&c, end);
    free(c.order);
    free(c.within);
    return status;
}

/* Moves `each` rows of every reading to the place that `order` gives the reading. */
static void reorder(struct ihp__table *t, struct ihp__table sorted, const struct ihp__moved *order,
                    size_t readings, size_t each)
{
    for (size_t r = 0; r < readings; r++) {
        const struct ihp__cell *cell = row_of(t, order[r].number * each);
        for (size_t i = 0; i < each * t->columns; i++) {
            ihp__table_copy(&sorted, &cell[i]);
        }
    }
    ihp__table_free(t);
    *t = sorted;
}

/* Within a block, scenarios of equal dollars are in the order of their numbers, and blocks follow
 * each other, so the place of a scenario among the rows can be used for its number. */
enum ihp_status ihp__merge_order_readings(struct ihp__table table[IHP__TABLES], size_t partnerships,
                                          struct ihp_error *err)
{
    struct ihp__table *readings = &table[IHP__TABLE_READINGS];
    struct ihp__table *total = &table[IHP__TABLE_READINGS_TOTAL], empty, empty_total;
    size_t count = total->rows;
    struct ihp__moved *order = calloc(count + 1, sizeof *order);
    if (order == NULL) {
        return ihp__fail_memory(err, "the price of the readings");
    }
    for (size_t r = 0; r < count; r++) {
        order[r] = (struct ihp__moved){row_of(total, r)[total->columns - 1].integer, r};
    }
    qsort(order, count, sizeof *order, ihp__most_first);
    ihp__readings_tables_begin(&empty, &empty_total);
    reorder(readings, empty, order, count, partnerships);
    reorder(total, empty_total, order, count, 1);
    free(order);
    return ihp__table_whole(readings) && ihp__table_whole(total)
               ? IHP_OK
               : ihp__fail_memory(err, "the price of the readings");
}
