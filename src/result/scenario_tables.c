/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a sweep: every scenario's settlement, and the price of each reading. */
#include "result/scenario_tables.h"

#include "result/print_cell.h"
#include "result/print_sentence.h"
#include "result/settlement_tables.h"

#include <stdlib.h>

static const struct ihp__table_column scenario_columns[] = {
    {"scenario", IHP__CELL_INTEGER}, {"key", IHP__CELL_TEXT},
    {"value", IHP__CELL_TEXT},       {"ihp_id", IHP__CELL_TEXT},
    IHP__SETTLEMENT_COLUMNS,         {"change_in_amount", IHP__CELL_DOLLARS},
};

void ihp__scenarios_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("scenarios", scenario_columns);
}

void ihp__scenarios_table_add(struct ihp__table *table, const struct ihp__program *program,
                              size_t number, const struct ihp__scenario *scenario,
                              const struct ihp__settlement *settlement,
                              const struct ihp__settlement *deck)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        ihp__table_integer(table, (int64_t)number);
        ihp__table_text(table, scenario->key);
        ihp__table_text(table, scenario->value);
        ihp__table_text(table, program->partnership[p].id);
        ihp__put_settlement(table, program, &settlement[p]);
        ihp__table_cents(table, ihp__cents_of_dollars(settlement[p].final_amount) -
                                    ihp__cents_of_dollars(deck[p].final_amount));
    }
}

/* ---- the keys of a scenario ------------------------------------------------------------------ */

static const struct ihp__table_column term_columns[] = {
    {"scenario", IHP__CELL_INTEGER}, {"key", IHP__CELL_TEXT}, {"value", IHP__CELL_TEXT}};

void ihp__scenario_terms_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("scenario_terms", term_columns);
}

void ihp__scenario_terms_table_add(struct ihp__table *table, size_t number,
                                   const struct ihp__scenario *scenario)
{
    for (size_t i = 0; i < scenario->settings; i++) {
        ihp__table_integer(table, (int64_t)number);
        ihp__table_text(table, scenario->setting[i].key);
        ihp__table_text(table, scenario->setting[i].value);
    }
}

/* ---- the price of a reading ------------------------------------------------------------------ */

/* Columns of readings_total.csv. */
enum { AT_POLICY, AT_READING, AT_SECTION, AT_GAINED, AT_LOST, AT_CHANGE = 7, AT_MOVED };

#define READING                                                                                    \
    {"policy", IHP__CELL_TEXT}, {"reading", IHP__CELL_TEXT},                                       \
    {                                                                                              \
        "section", IHP__CELL_TEXT                                                                  \
    }
#define EFFECT /* dollars_moved is the change without its sign */                                  \
    {"members_gained", IHP__CELL_INTEGER}, {"members_lost", IHP__CELL_INTEGER},                    \
        {"base_members_gained", IHP__CELL_INTEGER}, {"base_members_lost", IHP__CELL_INTEGER},      \
        {"change_in_amount", IHP__CELL_DOLLARS},                                                   \
    {                                                                                              \
        "dollars_moved", IHP__CELL_DOLLARS                                                         \
    }

static const struct ihp__table_column reading_columns[] = {
    READING, {"ihp_id", IHP__CELL_TEXT}, EFFECT};
static const struct ihp__table_column total_columns[] = {READING, EFFECT};

void ihp__readings_tables_begin(struct ihp__table *readings, struct ihp__table *total)
{
    *readings = IHP__TABLE_OF("readings", reading_columns);
    *total = IHP__TABLE_OF("readings_total", total_columns);
}

int ihp__most_first(const void *a, const void *b)
{
    const struct ihp__moved *x = a, *y = b;
    if (x->cents != y->cents) {
        return x->cents > y->cents ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

static int64_t magnitude(int64_t cents)
{
    return cents < 0 ? -cents : cents;
}

/* Adds a row of an IHP, or if `ihp` is NULL of all together. */
static void put_effect(struct ihp__table *t, const struct ihp__scenario *scenario, const char *ihp,
                       const struct ihp__effect *effect, int64_t moved)
{
    ihp__table_text(t, scenario->key);
    ihp__table_text(t, scenario->value);
    ihp__table_text(t, scenario->section);
    if (ihp != NULL) {
        ihp__table_text(t, ihp);
    }
    ihp__table_integer(t, effect->gained[IHP__PERFORMANCE]);
    ihp__table_integer(t, effect->lost[IHP__PERFORMANCE]);
    ihp__table_integer(t, effect->gained[IHP__BASE]);
    ihp__table_integer(t, effect->lost[IHP__BASE]);
    ihp__table_cents(t, effect->change);
    ihp__table_cents(t, moved);
}

/* Returns the sum of the IHPs' effects; `*moved` becomes the sum of the changes without their
 * signs. */
static struct ihp__effect sum_effects(const struct ihp__effect *effect, size_t count,
                                      int64_t *moved)
{
    struct ihp__effect all = {0};
    *moved = 0;
    for (size_t p = 0; p < count; p++) {
        for (int period = 0; period < IHP__PERIODS; period++) {
            all.gained[period] += effect[p].gained[period];
            all.lost[period] += effect[p].lost[period];
        }
        all.change += effect[p].change;
        *moved += magnitude(effect[p].change);
    }
    return all;
}

/* Adds the rows of a reading: each IHP, most dollars first, and all together. */
static void put_reading(struct ihp__table *t, struct ihp__table *total,
                        const struct ihp__program *program, const struct ihp__scenario *scenario,
                        const struct ihp__effect *effect, struct ihp__moved *order)
{
    int64_t moved;
    struct ihp__effect all = sum_effects(effect, program->partnerships, &moved);
    put_effect(total, scenario, NULL, &all, moved);
    for (size_t p = 0; p < program->partnerships; p++) {
        order[p] = (struct ihp__moved){magnitude(effect[p].change), p};
    }
    qsort(order, program->partnerships, sizeof *order, ihp__most_first);
    for (size_t i = 0; i < program->partnerships; i++) {
        size_t p = order[i].number;
        put_effect(t, scenario, program->partnership[p].id, &effect[p], order[i].cents);
    }
}

enum ihp_status ihp__readings_tables_create(struct ihp__table *readings, struct ihp__table *total,
                                            const struct ihp__program *program,
                                            const struct ihp__sweep *sweep,
                                            const struct ihp__effect *effect, struct ihp_error *err)
{
    size_t partnerships = program->partnerships;
    struct ihp__moved *order = calloc(sweep->scenarios + 1, sizeof *order);
    struct ihp__moved *within = calloc(partnerships + 1, sizeof *within);
    ihp__readings_tables_begin(readings, total);
    if (order == NULL || within == NULL) {
        free(order);
        free(within);
        return ihp__fail_memory(err, "the price of the readings");
    }
    for (size_t s = 0; s < sweep->scenarios; s++) {
        order[s].number = s;
        sum_effects(effect + s * partnerships, partnerships, &order[s].cents);
    }
    qsort(order, sweep->scenarios, sizeof *order, ihp__most_first);
    for (size_t i = 0; i < sweep->scenarios; i++) {
        size_t s = order[i].number;
        put_reading(readings, total, program, &sweep->scenario[s], effect + s * partnerships,
                    within);
    }
    free(order);
    free(within);
    return ihp__table_whole(readings) && ihp__table_whole(total)
               ? IHP_OK
               : ihp__fail_memory(err, "the price of the readings");
}

enum ihp_status ihp__readings_print(FILE *stream, const struct ihp__table *total,
                                    struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Policy", IHP__PRINT_ID, false},
        {"Reading", IHP__PRINT_ID, false},
        {"Section", IHP__PRINT_TEXT, false},
        {"Gained", IHP__PRINT_NUMBER, false},
        {"Lost", IHP__PRINT_NUMBER, false},
        {"Net change", IHP__PRINT_NUMBER, false},
        {"Dollars moved", IHP__PRINT_NUMBER, false},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    for (size_t i = 0; i < total->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(total, i);
        ihp__print_text(&print, row[AT_POLICY].text);
        ihp__print_text(&print, row[AT_READING].text);
        ihp__print_text(&print, row[AT_SECTION].text);
        ihp__print_count(&print, row[AT_GAINED].integer);
        ihp__print_count(&print, row[AT_LOST].integer);
        ihp__print_cents(&print, row[AT_CHANGE].integer);
        ihp__print_cents(&print, row[AT_MOVED].integer);
    }
    ihp__print_sentence(stream,
                        "\nEffect of each other reading of the contract, most dollars first\n");
    return ihp__print_end(&print, err);
}

/* ---- the sweep for people -------------------------------------------------------------------- */

/* Columns of scenarios.csv in front of the settlement. */
enum { AT_SCENARIO, AT_KEY, AT_VALUE, AT_IHP };

/* Lists the rows that change an amount, most dollars first. Returns how many they are. */
static size_t changes_of(const struct ihp__table *scenarios, struct ihp__moved *order)
{
    size_t at = ihp__table_column_of(scenarios, "change_in_amount"), changes = 0;
    for (size_t i = 0; i < scenarios->rows; i++) {
        int64_t cents = ihp__table_row(scenarios, i)[at].integer;
        if (cents != 0) {
            order[changes++] = (struct ihp__moved){cents < 0 ? -cents : cents, i};
        }
    }
    qsort(order, changes, sizeof *order, ihp__most_first);
    return changes;
}

static void add_scenario(struct ihp__print *print, const struct ihp__table *scenarios, size_t row)
{
    static const char *const shown[] = {"ratio", "outcome", "final_amount", "change_in_amount"};
    const struct ihp__cell *cell = ihp__table_row(scenarios, row);
    ihp__print_count(print, cell[AT_SCENARIO].integer);
    ihp__print_text(print, cell[AT_KEY].text);
    ihp__print_text(print, cell[AT_VALUE].text);
    ihp__print_text(print, cell[AT_IHP].text);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        size_t at = ihp__table_column_of(scenarios, shown[i]);
        if (i == 0) {
            ihp__print_percent(print, ihp__cell_number(&cell[at], IHP__CELL_RATIO), 2);
        } else {
            ihp__print_cell(print, &cell[at], scenarios->column[at].kind);
        }
    }
}

enum ihp_status ihp__scenarios_print(FILE *stream, const struct ihp__table *scenarios, size_t most,
                                     struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Scenario", IHP__PRINT_NUMBER, false},
        {"Key", IHP__PRINT_ID, false},
        {"Value", IHP__PRINT_ID, false},
        {"IHP", IHP__PRINT_ID, false},
        {"Ratio", IHP__PRINT_NUMBER, false},
        {"Outcome", IHP__PRINT_TEXT, false},
        {"Final amount", IHP__PRINT_NUMBER, false},
        {"Change", IHP__PRINT_NUMBER, false},
    };
    struct ihp__moved *order = calloc(scenarios->rows + 1, sizeof *order);
    if (order == NULL) {
        return ihp__fail_memory(err, "the changes of a sweep");
    }
    size_t changes = changes_of(scenarios, order);
    size_t printed = most > 0 && most < changes ? most : changes;
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 4);
    for (size_t i = 0; i < printed; i++) {
        add_scenario(&print, scenarios, order[i].number);
    }
    free(order);
    ihp__print_sentence(stream, "\nSweep: %zu of %zu amounts change, largest change first\n",
                        changes, scenarios->rows);
    enum ihp_status status = ihp__print_end(&print, err);
    if (status == IHP_OK && printed < changes) {
        ihp__print_sentence(
            stream,
            "%zu smaller changes: see scenarios.csv, or 'ihp show RESULT --table scenarios'\n",
            changes - printed);
    }
    return status;
}
