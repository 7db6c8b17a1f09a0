/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reductions of a settlement after quality: extreme circumstances and termination [5.9, 6.1]. */
#include "finance/finance.h"

enum { MONTHS = 12, FIFTH = 5 /* a month is affected from a fifth of the members on */ };

double ihp__circumstance_share(const int64_t affected[12], int64_t members,
                               enum ihp__circumstance_rule rule)
{
    int64_t sum = 0, months = 0;
    for (int m = 0; m < MONTHS; m++) {
        bool counts = affected[m] > 0 && affected[m] * FIFTH >= members;
        sum += counts ? affected[m] : 0;
        months += counts;
    }
    if (rule == IHP__CIRCUMSTANCE_MONTHS) {
        return (double)months / (double)MONTHS;
    }
    return sum == 0 ? 0.0 : (double)sum / ((double)MONTHS * (double)members);
}

/* Returns true if the termination releases the IHP from losses: the State terminated without cause
 * [6.1.2.1.2], or the IHP terminated for a breach by the State [6.1.3.3.1]. */
static bool releases_losses(const struct ihp__partnership *ihp)
{
    return ihp->termination == IHP__TERMINATION_STATE_WITHOUT_CAUSE ||
           ihp->termination == IHP__TERMINATION_STATE_BREACH;
}

double ihp__termination_factor(const struct ihp__partnership *ihp, int32_t first_month, bool losses)
{
    int32_t first = ihp__day_of_month_start(first_month);
    int32_t last = ihp__day_of_month_start(first_month + MONTHS) - 1;
    if (!ihp->terminated || ihp->terminated_on > last) {
        return 1.0;
    }
    if (ihp->terminated_on < first || (losses && releases_losses(ihp))) {
        return 0.0;
    }
    return (double)(ihp->terminated_on - first + 1) / (double)(last - first + 1);
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
