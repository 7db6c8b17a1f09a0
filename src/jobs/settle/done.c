/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks how far a checkpoint says that a settlement was, before anything rests on it. */
#include "jobs/settle/done.h"

#include "resample/resample.h"

/* Returns true if the order is that of a run: the deck's replicates are done before any scenario,
 * and a plan's scenarios are settled from sums of all ranks. */
static bool in_order(const struct ihp__done *d, const struct ihp__context *c,
                     const struct ihp__block *block)
{
    bool sweeping = d->closed != 0 || d->settled > block->first;
    return (!sweeping || d->resampled != 0 || c->deck.bootstrap.replicates == 0) &&
           (d->settled == d->plan_first || d->closed != 0);
}

bool ihp__done_is_possible(const struct ihp__done *d, const struct ihp__context *c,
                           const struct ihp__block *block)
{
    uint64_t replicates = (uint64_t)c->deck.bootstrap.replicates;
    bool sweeps = c->deck.sweep != NULL;
    bool plan = d->plan_first >= block->first && d->plan_first <= block->end &&
                d->plan_scenarios <= block->end - d->plan_first &&
                (d->plan_scenarios > 0) == sweeps;
    bool settled = d->settled >= d->plan_first && d->settled - d->plan_first <= d->plan_scenarios;
    bool in_case = d->in_case <= 1 && d->case_number <= block->end &&
                   d->case_first < c->program->partnerships && d->case_done <= replicates &&
                   (d->case_done % IHP__DRAWN_TOGETHER == 0 || d->case_done == replicates);
    return plan && settled && in_case && d->closed <= 1 && d->resampled <= 1 &&
           in_order(d, c, block);
}
