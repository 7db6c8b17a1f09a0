/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.csv and bridge_members.csv: what changed from the interim to the final settlement, and
 * why. */
#include "result_internal.h"

#include <string.h>

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
    put_step(t, id, "interim", bridge->interim);
    for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
        put_step(t, id, ihp__bridge_text((enum ihp__bridge_step)i), bridge->step[i]);
    }
    put_step(t, id, "final", bridge->final_amount);
    put_step(t, id, "interim_paid", bridge->interim_paid);
    put_step(t, id, "amount_due", bridge->amount_due);
}

/* The moves of an IHP in a period, those in first; reasons in the order of the contract. */
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
    *bridge = (struct ihp__table){.name = "bridge",
                                  .column = bridge_columns,
                                  .columns = sizeof bridge_columns / sizeof bridge_columns[0]};
    *members = (struct ihp__table){.name = "bridge_members",
                                   .column = members_columns,
                                   .columns = sizeof members_columns / sizeof members_columns[0]};
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

static void print_amount(FILE *stream, int64_t cents)
{
    char text[IHP__MONEY_TEXT];
    fprintf(stream, " %15s", ihp__money_format_grouped(cents, text));
}

void ihp__bridge_print(FILE *stream, const struct ihp__program *program,
                       const struct ihp__bridge *steps)
{
    fprintf(stream, "\nFrom the interim to the final amount [2.12]\n%-12s %15s", "IHP", "interim");
    for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
        fprintf(stream, " %15s", ihp__bridge_text((enum ihp__bridge_step)i));
    }
    fprintf(stream, " %15s %15s %15s\n", "final", "interim paid", "amount due");
    for (size_t p = 0; p < program->partnerships; p++) {
        fprintf(stream, "%-12.12s", program->partnership[p].id);
        print_amount(stream, steps[p].interim);
        for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
            print_amount(stream, steps[p].step[i]);
        }
        print_amount(stream, steps[p].final_amount);
        print_amount(stream, steps[p].interim_paid);
        print_amount(stream, steps[p].amount_due);
        fputc('\n', stream);
    }
}
