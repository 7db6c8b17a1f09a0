/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the two periods of a member's settlement. */
#include "explain/explanation.h"

#include "result/print_sentence.h"

enum ihp_status ihp__explain_print_period(struct ihp__explanation *e, enum ihp__period period)
{
    const struct ihp__member_fact *f = &e->fact[period];
    const struct ihp__period_spec *spec =
        period == IHP__BASE ? &e->context.deck.base : &e->context.deck.performance;
    char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT], money[IHP__MONEY_TEXT];
    ihp__print_sentence(e->out, "\n%s period %s, claims paid through %s [16.1, 2.7]\n",
                        period == IHP__BASE ? "Base" : "Performance",
                        ihp__period_months(spec, months),
                        ihp__day_format(spec->paid_through, date));
    if (ihp__explain_print_decision(e, period) != IHP_OK ||
        ihp__explain_print_alternatives(e, period) != IHP_OK) {
        return e->err->status;
    }
    ihp__print_sentence(
        e->out, "  Cost of %u core lines [16.3.2, 16.10]: %s; %s; risk category %s [16.4.1]\n",
        f->lines, ihp__money_format_grouped(f->cost, money),
        f->enough ? "in the eligible population" : "not in the eligible population",
        e->context.info->acg[f->acg]);
    if (e->context.deck.policies.decision.weights_population == IHP__WEIGHS_GATE) {
        ihp__print_sentence(e->out, "  Past the gate, %s [16.4.1.2, 13.3.2]\n",
                            f->weighs ? "so one of those of whom risk weights are computed"
                                      : "no: not one of those of whom risk weights are computed");
    }
    if (f->partnership >= 0) {
        int64_t cap = e->context.cap[e->context.cap_of[f->partnership]];
        ihp__print_sentence(e->out, "  Capped cost [16.9]: %s\n",
                            ihp__money_format_grouped(ihp__capped_cost(f->cost, cap), money));
    }
    return IHP_OK;
}

enum ihp_status ihp__explain_print_settlement(struct ihp__explanation *e)
{
    enum ihp_status status = IHP_OK;
    for (int period = 0; status == IHP_OK && period < IHP__PERIODS; period++) {
        status = ihp__explain_print_period(e, (enum ihp__period)period);
    }
    return status;
}
