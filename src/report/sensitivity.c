/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sweep: what each scenario changes in the final amounts, most dollars first; and the price of
 * each reading of the contract. */
#include "report/report.h"
#include "result/hide_small.h"
#include "result/scenario_tables.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST = 50 }; /* changes of one IHP in a scenario that are listed */

/* ---- scenarios ------------------------------------------------------------------------------- */

static const struct ihp__table_column sum_columns[] = {
    {"scenario", IHP__CELL_INTEGER}, {"key", IHP__CELL_TEXT},       {"value", IHP__CELL_TEXT},
    {"changed", IHP__CELL_INTEGER},  {"lowest", IHP__CELL_DOLLARS}, {"highest", IHP__CELL_DOLLARS},
    {"change", IHP__CELL_DOLLARS}};

/* Returns the end of the rows of the scenario that begins at `first`. */
static size_t scenario_end(const struct ihp__table *t, size_t first)
{
    size_t end = first + 1;
    while (end < t->rows &&
           ihp__table_row(t, end)[0].integer == ihp__table_row(t, first)[0].integer) {
        end++;
    }
    return end;
}

/* What a scenario changes in the amounts of the IHPs that are not hidden. */
struct change {
    int64_t changed, lowest, highest, sum; /* IHPs; cents */
    bool hidden;                           /* the sum: it would tell an amount that is hidden */
};

static void add_change(struct change *c, const struct ihp__cell *cell, bool track1)
{
    c->hidden = c->hidden || (cell->hidden && !track1);
    c->changed += cell->integer != 0;
    c->lowest = cell->integer < c->lowest ? cell->integer : c->lowest;
    c->highest = cell->integer > c->highest ? cell->integer : c->highest;
    c->sum += cell->integer;
}

enum ihp_status ihp__report_scenarios_make(struct ihp__report *r)
{
    enum { AT_SCENARIO, AT_KEY, AT_VALUE };
    const struct ihp__table *t = &r->finished.table[IHP__TABLE_SCENARIOS];
    const struct ihp__table *settlement = &r->finished.table[IHP__TABLE_SETTLEMENT];
    size_t at = ihp__table_column_of(t, "change_in_amount"),
           ihp_at = ihp__table_column_of(t, "ihp_id");
    r->scenarios = IHP__TABLE_OF("scenario_sums", sum_columns);
    for (size_t first = 0, end; first < t->rows; first = end) {
        const struct ihp__cell *row = ihp__table_row(t, first);
        struct change change = {0};
        end = scenario_end(t, first);
        for (size_t i = first; i < end; i++) {
            const struct ihp__cell *own = ihp__table_row(t, i);
            add_change(&change, &own[at], ihp__is_track1(settlement, own[ihp_at].text));
        }
        ihp__table_integer(&r->scenarios, row[AT_SCENARIO].integer);
        ihp__table_text(&r->scenarios, row[AT_KEY].text);
        ihp__table_text(&r->scenarios, row[AT_VALUE].text);
        ihp__table_integer(&r->scenarios, change.changed);
        ihp__table_cents(&r->scenarios, change.lowest);
        ihp__table_cents(&r->scenarios, change.highest);
        if (change.hidden) {
            ihp__table_hidden(&r->scenarios);
        } else {
            ihp__table_cents(&r->scenarios, change.sum);
        }
    }
    return ihp__table_whole(&r->scenarios) ? IHP_OK
                                           : ihp__fail_memory(r->err, "the scenarios of a report");
}

/* Copies the rows of `from` that have the most dollars in `column`: at most `most` that are not 0;
 * if `most` is 0, all rows. */
static enum ihp_status sort_rows(const struct ihp__table *from, const char *column, size_t most,
                                 struct ihp__table *sorted, struct ihp_error *err)
{
    struct ihp__moved *order = calloc(from->rows + 1, sizeof *order);
    size_t at = ihp__table_column_of(from, column), count = 0;
    *sorted = ihp__table_empty(from->name, from->column, from->columns);
    if (order == NULL) {
        return ihp__fail_memory(err, "the scenarios of a report");
    }
    for (size_t i = 0; i < from->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(from, i);
        if (most == 0 || row[at].integer != 0) {
            order[count++] = (struct ihp__moved){llabs(row[at].integer), i};
        }
    }
    qsort(order, count, sizeof *order, ihp__most_first);
    for (size_t i = 0; i < count && (most == 0 || i < most); i++) {
        for (size_t c = 0; c < from->columns; c++) {
            ihp__table_copy(sorted, &ihp__table_row(from, order[i].number)[c]);
        }
    }
    free(order);
    return ihp__table_whole(sorted) ? IHP_OK : ihp__fail_memory(err, "the scenarios of a report");
}

static void put_scenarios(struct ihp__report *r)
{
    static const struct ihp__html_column columns[] = {
        {"scenario", "Scenario", IHP__HTML_AS_ITSELF}, {"key", "Key", IHP__HTML_AS_ITSELF},
        {"value", "Value", IHP__HTML_AS_ITSELF},       {"changed", "IHPs", IHP__HTML_AS_ITSELF},
        {"lowest", "Lowest", IHP__HTML_AS_ITSELF},     {"highest", "Highest", IHP__HTML_AS_ITSELF},
        {"change", "All IHPs", IHP__HTML_AS_ITSELF}};
    struct ihp__table sorted = {0};
    if (sort_rows(&r->scenarios, "change", 0, &sorted, r->err) == IHP_OK) {
        ihp__html_table(r->out, &sorted,
                        &(struct ihp__html_table){.id = "scenarios",
                                                  .caption = "Changes of final amounts: how many "
                                                             "IHPs, the lowest, the highest, and "
                                                             "all together",
                                                  IHP__HTML_COLUMNS(columns),
                                                  .sorts = true});
    }
    ihp__table_free(&sorted);
}

static void put_largest(struct ihp__report *r, const struct ihp__table *scenarios)
{
    static const struct ihp__html_column columns[] = {
        {"scenario", "Scenario", IHP__HTML_AS_ITSELF},
        {"key", "Key", IHP__HTML_AS_ITSELF},
        {"value", "Value", IHP__HTML_AS_ITSELF},
        {"ihp_id", "IHP", IHP__HTML_AS_ITSELF},
        {"ratio", "Ratio", IHP__HTML_PERCENT},
        {"outcome", "Outcome", IHP__HTML_WORDS},
        {"final_amount", "Final amount", IHP__HTML_AS_ITSELF},
        {"change_in_amount", "Change", IHP__HTML_AS_ITSELF}};
    struct ihp__table sorted;
    if (sort_rows(scenarios, "change_in_amount", LARGEST, &sorted, r->err) == IHP_OK) {
        ihp__html_table(r->out, &sorted,
                        &(struct ihp__html_table){.id = "changes",
                                                  .caption = "The largest changes of one IHP "
                                                             "(scenarios.csv has all)",
                                                  IHP__HTML_COLUMNS(columns),
                                                  .sorts = true});
    }
    ihp__table_free(&sorted);
}

void ihp__report_put_sensitivity(struct ihp__report *r)
{
    const struct ihp__table *scenarios = ihp__report_table(r, IHP__TABLE_SCENARIOS);
    if (scenarios == NULL) {
        fputs("<p>The deck has no sweep, so the report cannot say what other terms would change."
              "</p>\n",
              r->out);
        return;
    }
    fputs(
        "<p>Each scenario is the settlement with some of its terms changed. A change is the final "
        "amount of the scenario less that of the settlement.</p>\n",
        r->out);
    ihp__report_put_picture(r, IHP__PICTURE_TORNADO);
    put_scenarios(r);
    put_largest(r, scenarios);
}

/* ---- readings -------------------------------------------------------------------------------- */

#define READING                                                                                    \
    {"policy", "Policy", IHP__HTML_AS_ITSELF}, {"reading", "Reading", IHP__HTML_AS_ITSELF},        \
    {                                                                                              \
        "section", "Section", IHP__HTML_AS_ITSELF                                                  \
    }
#define EFFECT                                                                                     \
    {"members_gained", "Members gained", IHP__HTML_AS_ITSELF},                                     \
        {"members_lost", "Members lost", IHP__HTML_AS_ITSELF},                                     \
        {"base_members_gained", "Gained, base", IHP__HTML_AS_ITSELF},                              \
        {"base_members_lost", "Lost, base", IHP__HTML_AS_ITSELF},                                  \
        {"change_in_amount", "Change", IHP__HTML_AS_ITSELF},                                       \
    {                                                                                              \
        "dollars_moved", "Dollars moved", IHP__HTML_AS_ITSELF                                      \
    }

void ihp__report_put_readings(struct ihp__report *r)
{
    static const struct ihp__html_column all[] = {READING, EFFECT};
    static const struct ihp__html_column by_ihp[] = {
        READING, {"ihp_id", "IHP", IHP__HTML_AS_ITSELF}, EFFECT};
    const struct ihp__table *total = ihp__report_table(r, IHP__TABLE_READINGS_TOTAL);
    const struct ihp__table *readings = ihp__report_table(r, IHP__TABLE_READINGS);
    struct ihp__table moved;
    if (total == NULL || readings == NULL) {
        fputs("<p>The deck has no sweep of readings (<code>sweep: {design: readings}</code>), so "
              "the report cannot say what another reading of the contract would cost.</p>\n",
              r->out);
        return;
    }
    fputs("<p>Where the contract can be read in more than one way, each other reading has a price: "
          "what it changes in the final amounts.</p>\n",
          r->out);
    ihp__report_put_picture(r, IHP__PICTURE_READINGS);
    ihp__html_table(r->out, total,
                    &(struct ihp__html_table){.id = "readings-total",
                                              .caption = "Price of each reading, all IHPs together",
                                              IHP__HTML_COLUMNS(all),
                                              .sorts = true});
    if (sort_rows(readings, "dollars_moved", SIZE_MAX, &moved, r->err) == IHP_OK) {
        fputs("<details open><summary>Price of each reading by IHP</summary>\n", r->out);
        ihp__html_table(r->out, &moved,
                        &(struct ihp__html_table){.id = "readings-ihp",
                                                  .caption = "IHPs whose amount changes",
                                                  IHP__HTML_COLUMNS(by_ihp),
                                                  .sorts = true});
        fputs("</details>\n", r->out);
    }
    ihp__table_free(&moved);
}
