/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From weighted sums to the statistics of a settlement, and what both kinds of weights share. */
#include "bootstrap/bootstrap.h"

#include "base/agree.h"

const struct ihp__statistic ihp__statistic[IHP__STATISTICS] = {
    {"base_tcoc_pmpm", true},
    {"base_risk", false},
    {"tcoc_pmpm", true},
    {"risk", false},
    {"adjusted_target_pmpm", true},
    {"ratio", false},
    {"gross_difference", true},
    {"final_amount", true},
};

const int ihp__quantile_statistic[IHP__QUANTILE_STATISTICS] = {IHP__STATISTIC_RATIO,
                                                               IHP__STATISTIC_AMOUNT};

bool ihp__case_is_small(const struct ihp__settlement *s)
{
    return s->members < IHP__BOOTSTRAP_LEAST_MEMBERS ||
           s->base_members < IHP__BOOTSTRAP_LEAST_MEMBERS;
}

struct ihp__settlement ihp__case_settle(const struct ihp__case *c, size_t p,
                                        const struct ihp__measured *m)
{
    struct ihp__settlement s = {
        .partnership = (int)p,
        .base_members = c->estimate[p].base_members,
        .members = c->estimate[p].members,
        .base_months = m->months[IHP__BASE],
        .months = m->months[IHP__PERFORMANCE],
        .base_pmpm = ihp__pmpm(m->cents[IHP__BASE], m->months[IHP__BASE]),
        .pmpm = ihp__pmpm(m->cents[IHP__PERFORMANCE], m->months[IHP__PERFORMANCE]),
        .base_risk = m->risk[IHP__BASE],
        .risk = m->risk[IHP__PERFORMANCE],
        .trend_factor = c->estimate[p].trend_factor,
        .circumstance_share = c->estimate[p].circumstance_share, /* known, not sampled */
        .quality_score = c->estimate[p].quality_score, /* of measures, not of the members drawn */
    };
    ihp__settlement_complete(c->program, c->deck, &s);
    return s;
}

void ihp__case_statistics(const struct ihp__settlement *s, double statistic[IHP__STATISTICS])
{
    const double values[IHP__STATISTICS] = {
        s->base_pmpm, s->base_risk,        s->pmpm,        s->risk, s->adjusted_target_pmpm,
        s->ratio,     s->gross_difference, s->final_amount};
    for (int i = 0; i < IHP__STATISTICS; i++) {
        statistic[i] = values[i];
    }
}

enum ihp_status ihp__case_pause(const struct ihp__case *c, const struct ihp__replicates *r,
                                struct ihp_error *err)
{
    return c->hooks.between == NULL ? ihp__agree(c->comm, err)
                                    : c->hooks.between(c->hooks.context, r);
}
