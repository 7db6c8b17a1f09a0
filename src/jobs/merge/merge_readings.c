/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readings.csv of blocks: checks that the rows follow from those of scenarios.csv, and puts all of
 * them into the order of the whole. */
#include "jobs/merge/merge.h"
#include "result/scenario_tables.h"

#include <stdlib.h>
#include <string.h>

/* Columns of scenarios.csv and readings.csv. */
enum { KEY = 1, VALUE = 2 };
enum { POLICY, READING, SECTION, IHP, GAINED, COUNTS_END = 8, CHANGE = 8, MOVED = 9 };

struct checking {
    const struct ihp__table *scenarios, *readings;
    size_t partnerships;
    size_t from;                       /* rows of earlier blocks */
    struct ihp__moved *order, *within; /* scenarios of the block, IHPs of one */
    const char *path;
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

static enum ihp_status unfit(const struct checking *c, size_t row, const char *column)
{
    return ihp__fail(
        c->err, IHP_ERR_DATA,
        "%s: row %zu: %s: does not follow from the scenarios of the block; settle the block again",
        c->path, row - c->from + 1, column);
}

/* Checks a row of an IHP, or of all together (`ihp` blank). */
static enum ihp_status check_row(const struct checking *c, size_t row, size_t scenario,
                                 const char *ihp, int64_t change, int64_t moved)
{
    const struct ihp__cell *cell = row_of(c->readings, row);
    const struct ihp__cell *of = row_of(c->scenarios, scenario * c->partnerships);
    if (strcmp(cell[POLICY].text, of[KEY].text) != 0) {
        return unfit(c, row, "policy");
    }
    if (strcmp(cell[READING].text, of[VALUE].text) != 0) {
        return unfit(c, row, "reading");
    }
    if (strcmp(cell[IHP].text, ihp) != 0) {
        return unfit(c, row, "ihp_id");
    }
    if (cell[CHANGE].blank || cell[CHANGE].integer != change) {
        return unfit(c, row, "change_in_amount");
    }
    return !cell[MOVED].blank && cell[MOVED].integer == moved ? IHP_OK
                                                              : unfit(c, row, "dollars_moved");
}

/* Checks that the counts of all IHPs together are the sums of those of each. */
static enum ihp_status check_counts(const struct checking *c, size_t row)
{
    for (size_t column = GAINED; column < COUNTS_END; column++) {
        int64_t sum = 0;
        for (size_t p = 1; p <= c->partnerships; p++) {
            sum = add(sum, row_of(c->readings, row + p)[column].integer);
        }
        if (row_of(c->readings, row)[column].integer != sum) {
            return unfit(c, row, c->readings->column[column].name);
        }
    }
    return IHP_OK;
}

/* Checks the rows of one scenario: all IHPs together, then each, most dollars first. */
static enum ihp_status check_group(const struct checking *c, size_t row, size_t scenario)
{
    int64_t change = 0, moved = 0;
    for (size_t p = 0; p < c->partnerships; p++) {
        int64_t own = change_of(c, scenario, p);
        change = add(change, own);
        moved = add(moved, magnitude(own));
        c->within[p] = (struct ihp__moved){magnitude(own), p};
    }
    qsort(c->within, c->partnerships, sizeof *c->within, ihp__most_first);
    if (check_row(c, row, scenario, "", change, moved) != IHP_OK) {
        return c->err->status;
    }
    for (size_t i = 0; i < c->partnerships; i++) {
        size_t p = c->within[i].number;
        const char *id = row_of(c->scenarios, scenario * c->partnerships + p)[3].text;
        if (check_row(c, row + 1 + i, scenario, id, change_of(c, scenario, p),
                      c->within[i].cents) != IHP_OK) {
            return c->err->status;
        }
    }
    return check_counts(c, row);
}

static enum ihp_status check_block(const struct checking *c, size_t first, size_t end)
{
    size_t each = c->partnerships + 1;
    for (size_t s = first; s < end; s++) {
        int64_t moved = 0;
        for (size_t p = 0; p < c->partnerships; p++) {
            moved = add(moved, magnitude(change_of(c, s, p)));
        }
        c->order[s - first] = (struct ihp__moved){moved, s};
    }
    qsort(c->order, end - first, sizeof *c->order, ihp__most_first);
    for (size_t i = 0; i < end - first; i++) {
        if (check_group(c, (first + i) * each, c->order[i].number) != IHP_OK) {
            return c->err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__merge_check_readings(const struct ihp__table table[IHP__TABLES], size_t first,
                                          size_t end, const char *path, struct ihp_error *err)
{
    struct checking c = {.scenarios = &table[IHP__TABLE_SCENARIOS],
                         .readings = &table[IHP__TABLE_READINGS],
                         .partnerships = table[IHP__TABLE_SETTLEMENT].rows,
                         .from = first * (table[IHP__TABLE_SETTLEMENT].rows + 1),
                         .path = path,
                         .err = err};
    c.order = calloc(end - first, sizeof *c.order);
    c.within = calloc(c.partnerships, sizeof *c.within);
    enum ihp_status status = c.order == NULL || c.within == NULL
                                 ? ihp__fail_memory(err, "the price of the readings")
                                 : check_block(&c, first, end);
    free(c.order);
    free(c.within);
    return status;
}

/* Within a block, scenarios of equal dollars are in the order of their numbers, and blocks follow
 * each other, so the place of a scenario among the rows can be used for its number. */
enum ihp_status ihp__merge_order_readings(struct ihp__table table[IHP__TABLES], size_t partnerships,
                                          struct ihp_error *err)
{
    struct ihp__table *t = &table[IHP__TABLE_READINGS], sorted;
    size_t each = partnerships + 1, groups = t->rows / each;
    struct ihp__moved *order = calloc(groups + 1, sizeof *order);
    if (order == NULL) {
        return ihp__fail_memory(err, "the price of the readings");
    }
    for (size_t g = 0; g < groups; g++) {
        order[g] = (struct ihp__moved){row_of(t, g * each)[MOVED].integer, g};
    }
    qsort(order, groups, sizeof *order, ihp__most_first);
    ihp__readings_table_begin(&sorted);
    for (size_t g = 0; g < groups; g++) {
        const struct ihp__cell *cell = row_of(t, order[g].number * each);
        for (size_t i = 0; i < each * t->columns; i++) {
            ihp__table_copy(&sorted, &cell[i]);
        }
    }
    free(order);
    ihp__table_free(t);
    *t = sorted;
    return ihp__table_whole(t) ? IHP_OK : ihp__fail_memory(err, "the price of the readings");
}
