/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a deck owns, and its terms, which scenarios vary. */
#include "deck_sweep.h"

void ihp__deck_free(struct ihp__deck *deck)
{
    ihp__sweep_free(&deck->sweep);
}

struct ihp__terms ihp__deck_terms(const struct ihp__deck *deck)
{
    return (struct ihp__terms){.base_paid_through = deck->base.paid_through,
                               .performance_paid_through = deck->performance.paid_through,
                               .threshold = deck->threshold,
                               .quality_share = deck->quality_share,
                               .policies = deck->policies,
                               .changes = deck->changes};
}

void ihp__deck_apply(struct ihp__deck *deck, const struct ihp__terms *terms)
{
    deck->base.paid_through = terms->base_paid_through;
    deck->performance.paid_through = terms->performance_paid_through;
    deck->threshold = terms->threshold;
    deck->quality_share = terms->quality_share;
    deck->policies = terms->policies;
    deck->changes = terms->changes;
}
