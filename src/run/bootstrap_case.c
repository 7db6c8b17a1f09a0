/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From weighted sums to the statistics of a settlement. */
#include "bootstrap.h"

struct ihp_settlement ihp_case_settle(const struct ihp_case *c, size_t p,
                                      const struct ihp_measured *m)
{
    struct ihp_settlement s = {
        .partnership = (int)p,
        .base_members = c->estimate[p].base_members,
        .members = c->estimate[p].members,
        .base_months = m->months[IHP_BASE],
        .months = m->months[IHP_PERFORMANCE],
        .base_pmpm = ihp_pmpm(m->cents[IHP_BASE], m->months[IHP_BASE]),
        .pmpm = ihp_pmpm(m->cents[IHP_PERFORMANCE], m->months[IHP_PERFORMANCE]),
        .base_risk = m->risk[IHP_BASE],
        .risk = m->risk[IHP_PERFORMANCE],
        .trend_factor = c->estimate[p].trend_factor,
        .circumstance_share = c->estimate[p].circumstance_share, /* known, not sampled */
        .quality_score = c->estimate[p].quality_score, /* of measures, not of the members drawn */
    };
    ihp_settlement_complete(c->program, c->deck, &s);
    return s;
}

void ihp_case_statistics(const struct ihp_settlement *s, double statistic[IHP_STATISTICS])
{
    const double values[IHP_STATISTICS] = {
        s->base_pmpm, s->base_risk,        s->pmpm,        s->risk, s->adjusted_target_pmpm,
        s->ratio,     s->gross_difference, s->final_amount};
    for (int i = 0; i < IHP_STATISTICS; i++) {
        statistic[i] = values[i];
    }
}
