/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.csv and bridge_members.csv: what changed from the interim to the final settlement, and
 * why. */
#include "result_internal.h"

#include <string.h>

static const struct ihp_table_column bridge_columns[] = {
    {"ihp_id", IHP_CELL_TEXT}, {"step", IHP_CELL_TEXT}, {"amount", IHP_CELL_DOLLARS}};

static const struct ihp_table_column members_columns[] = {
    {"ihp_id", IHP_CELL_TEXT}, {"period", IHP_CELL_TEXT},     {"direction", IHP_CELL_TEXT},
    {"reason", IHP_CELL_TEXT}, {"members", IHP_CELL_INTEGER}, {"member_months", IHP_CELL_INTEGER}};

static void put_step(struct ihp_table *t, const char *ihp_id, const char *step, int64_t cents)
{
    ihp_table_text(t, ihp_id);
    ihp_table_text(t, step);
    ihp_table_cents(t, cents);
}

static void fill_steps(struct ihp_table *t, const char *id, const struct ihp_bridge *bridge)
{
    put_step(t, id, "interim", bridge->interim);
    for (int i = 0; i < IHP_BRIDGE_STEPS; i++) {
        put_step(t, id, ihp_bridge_text((enum ihp_bridge_step)i), bridge->step[i]);
    }
    put_step(t, id, "final", bridge->final_amount);
    put_step(t, id, "interim_paid", bridge->interim_paid);
    put_step(t, id, "amount_due", bridge->amount_due);
}

/* The moves of an IHP in a period, those in first; reasons in the order of the contract. */
static void fill_moves(struct ihp_table *t, const struct ihp_program *program, int64_t *moves,
                       size_t p, enum ihp_period period)
{
    for (int move = 0; move < IHP_MOVES; move++) {
        for (int reason = 0; reason < IHP_MOVE_REASONS; reason++) {
            const int64_t *sums =
                ihp_moves_at(moves, program->partnerships, period, p, (enum ihp_move)move, reason);
            if (sums[IHP_MOVE_MEMBERS] == 0) {
                continue;
            }
            ihp_table_text(t, program->partnership[p].id);
            ihp_table_text(t, ihp_period_text(period));
            ihp_table_text(t, move == IHP_MOVE_IN ? "in" : "out");
            ihp_table_text(t, reason == IHP_MOVE_OTHER_IHP
                                  ? "OTHER_IHP"
                                  : ihp_reason_text((enum ihp_reason)reason));
            ihp_table_integer(t, sums[IHP_MOVE_MEMBERS]);
            ihp_table_integer(t, sums[IHP_MOVE_MONTHS]);
        }
    }
}

void ihp_bridge_tables_begin(struct ihp_table *bridge, struct ihp_table *members)
{
    *bridge = (struct ihp_table){.name = "bridge",
                                 .column = bridge_columns,
                                 .columns = sizeof bridge_columns / sizeof bridge_columns[0]};
    *members = (struct ihp_table){.name = "bridge_members",
                                  .column = members_columns,
                                  .columns = sizeof members_columns / sizeof members_columns[0]};
}

enum ihp_status ihp_bridge_tables_create(struct ihp_table *bridge, struct ihp_table *members,
                                         const struct ihp_program *program,
                                         const struct ihp_bridge *steps, int64_t *moves,
                                         struct ihp_error *err)
{
    ihp_bridge_tables_begin(bridge, members);
    for (size_t p = 0; p < program->partnerships; p++) {
        fill_steps(bridge, program->partnership[p].id, &steps[p]);
        fill_moves(members, program, moves, p, IHP_BASE);
        fill_moves(members, program, moves, p, IHP_PERFORMANCE);
    }
    return ihp_table_whole(bridge) && ihp_table_whole(members)
               ? IHP_OK
               : ihp_fail_memory(err, "the tables of the bridge");
}

static void print_amount(FILE *stream, int64_t cents)
{
    char text[IHP_MONEY_TEXT];
    fprintf(stream, " %15s", ihp_money_format_grouped(cents, text));
}

void ihp_bridge_print(FILE *stream, const struct ihp_program *program,
                      const struct ihp_bridge *steps)
{
    fprintf(stream, "\nFrom the interim to the final amount [2.12]\n%-12s %15s", "IHP", "interim");
    for (int i = 0; i < IHP_BRIDGE_STEPS; i++) {
        fprintf(stream, " %15s", ihp_bridge_text((enum ihp_bridge_step)i));
    }
    fprintf(stream, " %15s %15s %15s\n", "final", "interim paid", "amount due");
    for (size_t p = 0; p < program->partnerships; p++) {
        fprintf(stream, "%-12.12s", program->partnership[p].id);
        print_amount(stream, steps[p].interim);
        for (int i = 0; i < IHP_BRIDGE_STEPS; i++) {
            print_amount(stream, steps[p].step[i]);
        }
        print_amount(stream, steps[p].final_amount);
        print_amount(stream, steps[p].interim_paid);
        print_amount(stream, steps[p].amount_due);
        fputc('\n', stream);
    }
}
