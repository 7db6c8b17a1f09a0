/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a sweep: every scenario's settlement, and the price of each reading. */
#include "result_internal.h"

#include <stdlib.h>

static const struct ihp_table_column scenario_columns[] = {
    {"scenario", IHP_CELL_INTEGER}, {"key", IHP_CELL_TEXT}, {"value", IHP_CELL_TEXT},
    {"ihp_id", IHP_CELL_TEXT},      IHP_SETTLEMENT_COLUMNS, {"change_in_amount", IHP_CELL_DOLLARS},
};

void ihp_scenarios_table_begin(struct ihp_table *table)
{
    *table = (struct ihp_table){.name = "scenarios",
                                .column = scenario_columns,
                                .columns = sizeof scenario_columns / sizeof scenario_columns[0]};
}

void ihp_scenarios_table_add(struct ihp_table *table, const struct ihp_program *program,
                             size_t number, const struct ihp_scenario *scenario,
                             const struct ihp_settlement *settlement,
                             const struct ihp_settlement *deck)
{
    for (size_t p = 0; p < program->partnerships; p++) {
        ihp_table_integer(table, (int64_t)number);
        ihp_table_text(table, scenario->key);
        ihp_table_text(table, scenario->value);
        ihp_table_text(table, program->partnership[p].id);
        ihp_put_settlement(table, program, &settlement[p]);
        ihp_table_cents(table, ihp_cents_of_dollars(settlement[p].final_amount) -
                                   ihp_cents_of_dollars(deck[p].final_amount));
    }
}

/* ---- the price of a reading ------------------------------------------------------------------ */

static const struct ihp_table_column reading_columns[] = {
    {"policy", IHP_CELL_TEXT},
    {"reading", IHP_CELL_TEXT},
    {"section", IHP_CELL_TEXT},
    {"ihp_id", IHP_CELL_TEXT}, /* blank: all together */
    {"members_gained", IHP_CELL_INTEGER},
    {"members_lost", IHP_CELL_INTEGER},
    {"base_members_gained", IHP_CELL_INTEGER},
    {"base_members_lost", IHP_CELL_INTEGER},
    {"change_in_amount", IHP_CELL_DOLLARS},
    {"dollars_moved", IHP_CELL_DOLLARS}, /* the change without its sign */
};

void ihp_readings_table_begin(struct ihp_table *table)
{
    *table = (struct ihp_table){.name = "readings",
                                .column = reading_columns,
                                .columns = sizeof reading_columns / sizeof reading_columns[0]};
}

int ihp_most_first(const void *a, const void *b)
{
    const struct ihp_moved *x = a, *y = b;
    if (x->cents != y->cents) {
        return x->cents > y->cents ? -1 : 1;
    }
    return (x->number > y->number) - (x->number < y->number);
}

static int64_t magnitude(int64_t cents)
{
    return cents < 0 ? -cents : cents;
}

static void put_effect(struct ihp_table *t, const struct ihp_scenario *scenario, const char *ihp,
                       const struct ihp_effect *effect, int64_t moved)
{
    ihp_table_text(t, scenario->key);
    ihp_table_text(t, scenario->value);
    ihp_table_text(t, scenario->section);
    ihp_table_text(t, ihp);
    ihp_table_integer(t, effect->gained[IHP_PERFORMANCE]);
    ihp_table_integer(t, effect->lost[IHP_PERFORMANCE]);
    ihp_table_integer(t, effect->gained[IHP_BASE]);
    ihp_table_integer(t, effect->lost[IHP_BASE]);
    ihp_table_cents(t, effect->change);
    ihp_table_cents(t, moved);
}

/* The IHPs' effects added up; `*moved` receives the changes without their signs. */
static struct ihp_effect sum_effects(const struct ihp_effect *effect, size_t count, int64_t *moved)
{
    struct ihp_effect all = {0};
    *moved = 0;
    for (size_t p = 0; p < count; p++) {
        for (int q = 0; q < IHP_PERIODS; q++) {
            all.gained[q] += effect[p].gained[q];
            all.lost[q] += effect[p].lost[q];
        }
        all.change += effect[p].change;
        *moved += magnitude(effect[p].change);
    }
    return all;
}

/* A reading: all IHPs together, then each, most dollars first. */
static void put_reading(struct ihp_table *t, const struct ihp_program *program,
                        const struct ihp_scenario *scenario, const struct ihp_effect *effect,
                        struct ihp_moved *order)
{
    int64_t moved;
    struct ihp_effect all = sum_effects(effect, program->partnerships, &moved);
    put_effect(t, scenario, "", &all, moved);
    for (size_t p = 0; p < program->partnerships; p++) {
        order[p] = (struct ihp_moved){magnitude(effect[p].change), p};
    }
    qsort(order, program->partnerships, sizeof *order, ihp_most_first);
    for (size_t i = 0; i < program->partnerships; i++) {
        size_t p = order[i].number;
        put_effect(t, scenario, program->partnership[p].id, &effect[p], order[i].cents);
    }
}

enum ihp_status ihp_readings_table_create(struct ihp_table *table,
                                          const struct ihp_program *program,
                                          const struct ihp_sweep *sweep,
                                          const struct ihp_effect *effect, struct ihp_error *err)
{
    size_t partnerships = program->partnerships;
    struct ihp_moved *order = calloc(sweep->scenarios + 1, sizeof *order);
    struct ihp_moved *within = calloc(partnerships + 1, sizeof *within);
    ihp_readings_table_begin(table);
    if (order == NULL || within == NULL) {
        free(order);
        free(within);
        return ihp_fail_memory(err, "the price of the readings");
    }
    for (size_t s = 0; s < sweep->scenarios; s++) {
        order[s].number = s;
        sum_effects(effect + s * partnerships, partnerships, &order[s].cents);
    }
    qsort(order, sweep->scenarios, sizeof *order, ihp_most_first);
    for (size_t i = 0; i < sweep->scenarios; i++) {
        size_t s = order[i].number;
        put_reading(table, program, &sweep->scenario[s], effect + s * partnerships, within);
    }
    free(order);
    free(within);
    return ihp_table_whole(table) ? IHP_OK : ihp_fail_memory(err, "the price of the readings");
}

void ihp_readings_print(FILE *stream, const struct ihp_table *table)
{
    char change[IHP_MONEY_TEXT], moved[IHP_MONEY_TEXT];
    fprintf(stream, "\nWhat another reading of the contract would change, most dollars first\n");
    fprintf(stream, "%-24s %-16s %-10s %9s %9s %18s %18s\n", "Policy", "Reading", "Section",
            "Gained", "Lost", "Change in amount", "Dollars moved");
    for (size_t i = 0; i < table->rows; i++) {
        const struct ihp_cell *row = table->cell + i * table->columns;
        if (row[3].text[0] != '\0') {
            continue; /* of one IHP: in readings.csv */
        }
        fprintf(stream, "%-24s %-16s %-10s %9lld %9lld %18s %18s\n", row[0].text, row[1].text,
                row[2].text, (long long)row[4].integer, (long long)row[5].integer,
                ihp_money_format_grouped(row[8].integer, change),
                ihp_money_format_grouped(row[9].integer, moved));
    }
}
