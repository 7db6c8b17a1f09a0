/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reductions of a settlement after quality: extreme circumstances and termination [5.9, 6.1]. */
#include "finance/finance.h"

enum { MONTHS = 12, FIFTH = 5 /* a month is affected from a fifth of the members on */ };

bool ihp__circumstance_counts(int64_t affected, int64_t members)
{
    return affected > 0 && affected * FIFTH >= members;
}

double ihp__circumstance_share(const int64_t affected[12], int64_t members,
                               enum ihp__circumstance_rule rule)
{
    int64_t sum = 0, months = 0;
    for (int m = 0; m < MONTHS; m++) {
        bool counts = ihp__circumstance_counts(affected[m], members);
        sum += counts ? affected[m] : 0;
        months += counts;
    }
    if (rule == IHP__CIRCUMSTANCE_MONTHS) {
        return (double)months / (double)MONTHS;
    }
    return sum == 0 ? 0.0 : (double)sum / ((double)MONTHS * (double)members);
}

int32_t ihp__days_in_force(const struct ihp__partnership *ihp, int32_t first_month,
                           int32_t *of_period)
{
    int32_t first = ihp__day_of_month_start(first_month);
    int32_t last = ihp__day_of_month_start(first_month + MONTHS) - 1;
    *of_period = last - first + 1;
    if (!ihp->terminated || ihp->terminated_on > last) {
        return *of_period;
    }
    return ihp->terminated_on < first ? 0 : ihp->terminated_on - first + 1;
}

const char *ihp__losses_released_by(const struct ihp__partnership *ihp, int32_t first_month)
{
    if (!ihp->terminated || ihp->terminated_on >= ihp__day_of_month_start(first_month + MONTHS)) {
        return NULL;
    }
    switch (ihp->termination) {
    case IHP__TERMINATION_STATE_WITHOUT_CAUSE:
        return "6.1.2.1.2";
    case IHP__TERMINATION_STATE_BREACH:
        return "6.1.3.3.1";
    case IHP__TERMINATION_INSUFFICIENT_FUNDS:
    case IHP__TERMINATION_IHP_WITHOUT_CAUSE:
    case IHP__TERMINATION_WITH_CAUSE:
        break;
    }
    return NULL;
}

double ihp__termination_factor(const struct ihp__partnership *ihp, int32_t first_month, bool losses)
{
    int32_t of_period;
    int32_t days = ihp__days_in_force(ihp, first_month, &of_period);
    return losses && ihp__losses_released_by(ihp, first_month) != NULL
               ? 0.0
               : (double)days / (double)of_period;
}

void ihp__settlement_relieve(const struct ihp__program *program, const struct ihp__deck *deck,
                             struct ihp__settlement *s)
{
    bool losses = s->outcome == IHP__OUTCOME_LOSSES;
    s->circumstance_reduction = losses ? -s->quality_adjusted * s->circumstance_share : 0.0;
    s->termination_factor =
        s->outcome == IHP__OUTCOME_NO_SETTLEMENT
            ? 1.0
            : ihp__termination_factor(&program->partnership[s->partnership],
                                      ihp__period_first_month(&deck->performance), losses);
    s->final_amount = (s->quality_adjusted + s->circumstance_reduction) * s->termination_factor;
}
