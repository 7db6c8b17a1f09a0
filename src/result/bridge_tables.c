/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.csv and bridge_members.csv: the changes from the interim to the final settlement, with
 * their reasons. */
#include "result/bridge_tables.h"

#include "result/print_table.h"
#include "tally/tally.h"

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

enum ihp_status ihp__bridge_print(FILE *stream, const struct ihp__program *program,
                                  const struct ihp__bridge *steps, struct ihp_error *err)
{
    enum { OTHERS = 4 }; /* columns besides the steps */
    struct ihp__print_column columns[IHP__BRIDGE_STEPS + OTHERS];
    size_t used = 0;
    columns[used++] = (struct ihp__print_column){"IHP", IHP__PRINT_ID, false};
    columns[used++] = (struct ihp__print_column){"interim paid", IHP__PRINT_NUMBER, false};
    for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
        columns[used++] = (struct ihp__print_column){ihp__bridge_text((enum ihp__bridge_step)i),
                                                     IHP__PRINT_NUMBER, false};
    }
    columns[used++] = (struct ihp__print_column){"final", IHP__PRINT_NUMBER, false};
    columns[used++] = (struct ihp__print_column){"amount due", IHP__PRINT_NUMBER, false};
    struct ihp__print print = ihp__print_begin(stream, columns, used, 1);
    for (size_t p = 0; p < program->partnerships; p++) {
        ihp__print_text(&print, program->partnership[p].id);
        ihp__print_cents(&print, steps[p].interim_paid);
        for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
            ihp__print_cents(&print, steps[p].step[i]);
        }
        ihp__print_cents(&print, steps[p].final_amount);
        ihp__print_cents(&print, steps[p].amount_due);
    }
    fprintf(stream, "\nFrom what the interim paid to the final amount [2.12]\n");
    return ihp__print_end(&print, err);
}
