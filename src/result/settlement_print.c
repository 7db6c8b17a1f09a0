/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement for people. */
#include "result/print_sentence.h"
#include "result/print_table.h"
#include "result/settlement_tables.h"

static void print_head(FILE *stream, const struct ihp__result_input *in)
{
    const struct ihp__deck *deck = in->deck;
    const int64_t *base = in->tally->period[IHP__BASE].attributed;
    const int64_t *performance = in->tally->period[IHP__PERFORMANCE].attributed;
    char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT];
    ihp__period_months(&deck->performance, months);
    ihp__print_sentence(stream, "%s of %s against base year %d, claims paid through %s\n",
                        ihp__settlement_title(deck), months, deck->base.year,
                        ihp__day_format(deck->performance.paid_through, date));
    ihp__print_sentence(stream, "%lld members in the store; attributed: %lld in %d, %lld in %s\n\n",
                        (long long)in->tally->store[0], (long long)base[0], deck->base.year,
                        (long long)performance[0], months);
}

static void add_row(struct ihp__print *print, const struct ihp__partnership *ihp,
                    const struct ihp__settlement *s)
{
    ihp__print_text(print, ihp->id);
    ihp__print_count(print, ihp->track);
    ihp__print_count(print, s->members);
    ihp__print_dollars(print, s->base_pmpm);
    ihp__print_number(print, s->risk, 4);
    ihp__print_dollars(print, s->adjusted_target_pmpm);
    ihp__print_dollars(print, s->pmpm);
    ihp__print_percent(print, s->ratio, 2);
    ihp__print_text(print, ihp__outcome_text(s->outcome));
    ihp__print_dollars(print, s->final_amount);
    ihp__print_cents(print, s->amount_due);
}

enum ihp_status ihp__settlement_print(FILE *stream, const struct ihp__result_input *in,
                                      struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"IHP", IHP__PRINT_ID, false},
        {"Track", IHP__PRINT_NUMBER, false},
        {"Members", IHP__PRINT_NUMBER, false},
        {"Base PMPM", IHP__PRINT_NUMBER, false},
        {"Risk", IHP__PRINT_NUMBER, false},
        {"Adj.target", IHP__PRINT_NUMBER, false},
        {"TCOC PMPM", IHP__PRINT_NUMBER, false},
        {"Ratio", IHP__PRINT_NUMBER, false},
        {"Outcome", IHP__PRINT_TEXT, false},
        {"Final amount", IHP__PRINT_NUMBER, false},
        {"Amount due", IHP__PRINT_NUMBER, false},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    char text[IHP__MONEY_TEXT];
    int64_t due = 0;
    for (size_t p = 0; p < in->finance->partnerships; p++) {
        add_row(&print, &in->program->partnership[p], &in->finance->settlement[p]);
        due += in->finance->settlement[p].amount_due;
    }
    print_head(stream, in);
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(
        stream, "\nTotal amount due: %s (positive: the State pays; negative: the IHPs owe)\n",
        ihp__money_format_grouped(due, text));
    return IHP_OK;
}
