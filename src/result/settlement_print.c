/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement for people. */
#include "result/print_cell.h"
#include "result/print_sentence.h"
#include "result/settlement_tables.h"

struct ihp__settlement_head ihp__settlement_head(const struct ihp__result_input *in)
{
    return (struct ihp__settlement_head){
        .deck = in->deck,
        .members = in->tally->store[0],
        .attributed = {in->tally->period[IHP__BASE].attributed[0],
                       in->tally->period[IHP__PERFORMANCE].attributed[0]}};
}

void ihp__settlement_print_title(FILE *stream, const struct ihp__deck *deck, const char *under)
{
    char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT], what_if[IHP__WHAT_IF_TEXT];
    if (deck->what_if.count > 0) {
        ihp__print_sentence(stream, "WHAT-IF, not a settlement: %s in place of the deck's values\n",
                            ihp__what_if_format(&deck->what_if, what_if));
    }
    ihp__print_sentence(stream, "%s of %s against base year %d, claims paid through %s%s%s\n",
                        ihp__settlement_title(deck), ihp__period_months(&deck->performance, months),
                        deck->base.year, ihp__day_format(deck->performance.paid_through, date),
                        under == NULL ? "" : ", under ", under == NULL ? "" : under);
}

static void print_head(FILE *stream, const struct ihp__settlement_head *head)
{
    const struct ihp__deck *deck = head->deck;
    char months[IHP__PERIOD_TEXT];
    ihp__settlement_print_title(stream, deck, NULL);
    ihp__print_sentence(stream, "%lld members in the store; attributed: %lld in %d, %lld in %s\n\n",
                        (long long)head->members, (long long)head->attributed[IHP__BASE],
                        deck->base.year, (long long)head->attributed[IHP__PERFORMANCE],
                        ihp__period_months(&deck->performance, months));
}

/* A column of settlement.csv, and how people read it. */
struct shown {
    const char *name;
    enum { AS_ITSELF, AS_DECIMALS, AS_PERCENT } as;
    struct ihp__print_column column;
};

static const struct shown shown[] = {
    {"ihp_id", AS_ITSELF, {"IHP", IHP__PRINT_ID, false}},
    {"track", AS_ITSELF, {"Track", IHP__PRINT_NUMBER, false}},
    {"members", AS_ITSELF, {"Members", IHP__PRINT_NUMBER, false}},
    {"base_tcoc_pmpm", AS_ITSELF, {"Base PMPM", IHP__PRINT_NUMBER, false}},
    {"risk", AS_DECIMALS, {"Risk", IHP__PRINT_NUMBER, false}},
    {"adjusted_target_pmpm", AS_ITSELF, {"Adj.target", IHP__PRINT_NUMBER, false}},
    {"tcoc_pmpm", AS_ITSELF, {"TCOC PMPM", IHP__PRINT_NUMBER, false}},
    {"ratio", AS_PERCENT, {"Ratio", IHP__PRINT_NUMBER, false}},
    {"outcome", AS_ITSELF, {"Outcome", IHP__PRINT_TEXT, false}},
    {"final_amount", AS_ITSELF, {"Final amount", IHP__PRINT_NUMBER, false}},
    {"amount_due", AS_ITSELF, {"Amount due", IHP__PRINT_NUMBER, false}},
};
enum { SHOWN = sizeof shown / sizeof shown[0] };

static void add_cell(struct ihp__print *print, const struct ihp__table *t,
                     const struct ihp__cell *row, const struct shown *what)
{
    size_t at = ihp__table_column_of(t, what->name);
    double number = ihp__cell_number(&row[at], t->column[at].kind);
    if (what->as == AS_DECIMALS) {
        ihp__print_number(print, number, 4);
    } else if (what->as == AS_PERCENT) {
        ihp__print_percent(print, number, 2);
    } else {
        ihp__print_cell(print, &row[at], t->column[at].kind);
    }
}

enum ihp_status ihp__settlement_print(FILE *stream, const struct ihp__settlement_head *head,
                                      const struct ihp__table *settlement, struct ihp_error *err)
{
    struct ihp__print_column columns[SHOWN];
    char text[IHP__MONEY_TEXT];
    int64_t due = 0;
    size_t due_at = ihp__table_column_of(settlement, "amount_due");
    for (size_t i = 0; i < SHOWN; i++) {
        columns[i] = shown[i].column;
    }
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    for (size_t r = 0; r < settlement->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(settlement, r);
        for (size_t i = 0; i < SHOWN; i++) {
            add_cell(&print, settlement, row, &shown[i]);
        }
        due += row[due_at].integer;
    }
    print_head(stream, head);
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(
        stream, "\nTotal amount due: %s (positive: the State pays; negative: the IHPs owe)\n",
        ihp__money_format_grouped(due, text));
    return IHP_OK;
}
