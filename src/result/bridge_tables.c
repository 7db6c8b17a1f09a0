/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.csv and bridge_members.csv: the changes from the interim to the final settlement, with
 * their reasons. */
#include "result/bridge_tables.h"

#include "result/print_cell.h"
#include "tally/tally.h"

#include <string.h>

/* Columns of bridge.csv, for the print. */
enum { AT_IHP, AT_STEP, AT_AMOUNT };

static const struct ihp__table_column bridge_columns[] = {
    {"ihp_id", IHP__CELL_TEXT}, {"step", IHP__CELL_TEXT}, {"amount", IHP__CELL_DOLLARS}};

static const struct ihp__table_column members_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},     {"period", IHP__CELL_TEXT},
    {"direction", IHP__CELL_TEXT},  {"reason", IHP__CELL_TEXT},
    {"members", IHP__CELL_INTEGER}, {"member_months", IHP__CELL_INTEGER}};

static void put_step(struct ihp__table *t, const char *ihp_id, const char *step, int64_t cents)
{
    ihp__table_text(t, ihp_id);
    ihp__table_text(t, step);
    ihp__table_cents(t, cents);
}

static void fill_steps(struct ihp__table *t, const char *id, const struct ihp__bridge *bridge)
{
    put_step(t, id, "interim", bridge->interim_paid);
    for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
        put_step(t, id, ihp__bridge_text((enum ihp__bridge_step)i), bridge->step[i]);
    }
    put_step(t, id, "final", bridge->final_amount);
    put_step(t, id, "interim_paid", bridge->interim_paid);
    put_step(t, id, "amount_due", bridge->amount_due);
}

/* Adds the moves of an IHP in a period: members who joined first, reasons in the order of the
 * contract. */
static void fill_moves(struct ihp__table *t, const struct ihp__program *program, int64_t *moves,
                       size_t p, enum ihp__period period)
{
    for (int move = 0; move < IHP__MOVES; move++) {
        for (int reason = 0; reason < IHP__MOVE_REASONS; reason++) {
            const int64_t *sums = ihp__moves_at(moves, program->partnerships, period, p,
                                                (enum ihp__move)move, reason);
            if (sums[IHP__MOVE_MEMBERS] == 0) {
                continue;
            }
            ihp__table_text(t, program->partnership[p].id);
            ihp__table_text(t, ihp__period_text(period));
            ihp__table_text(t, move == IHP__MOVE_IN ? "in" : "out");
            ihp__table_text(t, reason == IHP__MOVE_OTHER_IHP
                                   ? "OTHER_IHP"
                                   : ihp__reason_text((enum ihp__reason)reason));
            ihp__table_integer(t, sums[IHP__MOVE_MEMBERS]);
            ihp__table_integer(t, sums[IHP__MOVE_MONTHS]);
        }
    }
}

void ihp__bridge_tables_begin(struct ihp__table *bridge, struct ihp__table *members)
{
    *bridge = IHP__TABLE_OF("bridge", bridge_columns);
    *members = IHP__TABLE_OF("bridge_members", members_columns);
}

enum ihp_status ihp__bridge_tables_create(struct ihp__table *bridge, struct ihp__table *members,
                                          const struct ihp__program *program,
                                          const struct ihp__bridge *steps, int64_t *moves,
                                          struct ihp_error *err)
{
    ihp__bridge_tables_begin(bridge, members);
    for (size_t p = 0; p < program->partnerships; p++) {
        fill_steps(bridge, program->partnership[p].id, &steps[p]);
        fill_moves(members, program, moves, p, IHP__BASE);
        fill_moves(members, program, moves, p, IHP__PERFORMANCE);
    }
    return ihp__table_whole(bridge) && ihp__table_whole(members)
               ? IHP_OK
               : ihp__fail_memory(err, "the tables of the bridge");
}

/* Returns the title of the column of a step; the others are words already. */
static const char *title_of(const char *step)
{
    return strcmp(step, "interim") == 0      ? "interim paid"
           : strcmp(step, "amount_due") == 0 ? "amount due"
                                             : step;
}

/* Returns how many rows from row `first` on are of its IHP. */
static size_t rows_of_ihp(const struct ihp__table *bridge, size_t first)
{
    size_t end = first;
    while (end < bridge->rows && strcmp(ihp__table_row(bridge, end)[AT_IHP].text,
                                        ihp__table_row(bridge, first)[AT_IHP].text) == 0) {
        end++;
    }
    return end - first;
}

/* Returns true if a step has a column of its own: what the interim paid has its column already. */
static bool is_shown(const struct ihp__cell *row)
{
    return strcmp(row[AT_STEP].text, "interim_paid") != 0;
}

enum ihp_status ihp__bridge_print(FILE *stream, const struct ihp__table *bridge,
                                  struct ihp_error *err)
{
    enum { STEPS_MAX = IHP__BRIDGE_STEPS + 4 };
    struct ihp__print_column columns[1 + STEPS_MAX] = {{"IHP", IHP__PRINT_ID, false}};
    size_t used = 1, steps = bridge->rows == 0 ? 0 : rows_of_ihp(bridge, 0);
    for (size_t i = 0; i < steps && used <= STEPS_MAX; i++) {
        const struct ihp__cell *row = ihp__table_row(bridge, i);
        if (is_shown(row)) {
            columns[used++] =
                (struct ihp__print_column){title_of(row[AT_STEP].text), IHP__PRINT_NUMBER, false};
        }
    }
    fprintf(stream, "\nFrom what the interim paid to the final amount [2.12]\n");
    if (used < 2) {
        return IHP_OK; /* no IHP */
    }
    struct ihp__print print = ihp__print_begin(stream, columns, used, 1);
    for (size_t first = 0; first < bridge->rows; first += rows_of_ihp(bridge, first)) {
        size_t rows = rows_of_ihp(bridge, first);
        ihp__print_text(&print, ihp__table_row(bridge, first)[AT_IHP].text);
        for (size_t i = first, cells = 1; cells < used; i++) {
            const struct ihp__cell *row = i < first + rows ? ihp__table_row(bridge, i) : NULL;
            if (row == NULL) {
                ihp__print_text(&print, "-"); /* not as ihp writes it */
                cells++;
            } else if (is_shown(row)) {
                ihp__print_cell(&print, &row[AT_AMOUNT], IHP__CELL_DOLLARS);
                cells++;
            }
        }
    }
    return ihp__print_end(&print, err);
}
