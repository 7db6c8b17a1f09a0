/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums up the replicates of an IHP: error, bias, intervals, chances of an outcome. */
#include "bootstrap/bootstrap.h"

#include <math.h>
#include <string.h>

/* The replicates of a statistic. */
struct sample {
    double *value; /* [count] */
    size_t count;
    double *scratch; /* [count] */
};

/* Sums up the replicates of a statistic, and sorts them. */
static struct ihp__confidence sum_up(const struct sample *sample, double estimate,
                                     const double *left_out, const struct ihp__bootstrap_spec *spec,
                                     bool small)
{
    const double *value = sample->value;
    struct ihp__resample_summary summary =
        ihp__resample_summarise(sample->value, sample->count, estimate, sample->scratch);
    double acceleration = ihp__jackknife_acceleration(left_out, IHP__JACKKNIFE_GROUPS);
    struct ihp__confidence c = {estimate, summary.mean, summary.bias, summary.std_error, {{{0}}}};
    for (size_t l = 0; l < spec->levels && l < IHP__LEVELS_MAX; l++) {
        struct ihp__interval percentile = {NAN, NAN}, bca = {NAN, NAN};
        if (!small && summary.defined > 0 && !isnan(estimate)) {
            percentile = ihp__interval_percentile(value, summary.defined, spec->level[l]);
            bca = ihp__interval_bca(value, summary.defined, estimate, acceleration, spec->level[l]);
        }
        c.bound[l][IHP__METHOD_PERCENTILE][0] = percentile.lower;
        c.bound[l][IHP__METHOD_PERCENTILE][1] = percentile.upper;
        c.bound[l][IHP__METHOD_BCA][0] = bca.lower;
        c.bound[l][IHP__METHOD_BCA][1] = bca.upper;
    }
    return c;
}

/* Sums up the change of a scenario's final amount from the deck's, replicate by replicate. */
static struct ihp__confidence sum_up_change(const struct ihp__case *c, size_t p,
                                            const double *amount, const double *left_out,
                                            double *scratch)
{
    const struct ihp__bootstrap_spec *spec = &c->deck->bootstrap;
    size_t replicates = (size_t)spec->replicates;
    double without[IHP__JACKKNIFE_GROUPS];
    for (size_t b = 0; b < replicates; b++) {
        scratch[b] = amount[b] - c->deck_replicates.amount[p * replicates + b];
    }
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        without[g] = left_out[g] - c->deck_replicates.left_out[p * IHP__JACKKNIFE_GROUPS + g];
    }
    const struct sample change = {scratch, replicates, scratch + replicates};
    return sum_up(&change, c->estimate[p].final_amount - c->against[p].final_amount, without, spec,
                  ihp__case_is_small(&c->estimate[p]) || ihp__case_is_small(&c->against[p]));
}

/* Keeps the amounts of the deck's replicates for the scenarios. */
static void keep_amounts(const struct ihp__case *c, size_t p, const double *amount,
                         const double *left_out)
{
    size_t replicates = (size_t)c->deck->bootstrap.replicates;
    memcpy(c->deck_replicates.amount + p * replicates, amount, replicates * sizeof *amount);
    memcpy(c->deck_replicates.left_out + p * IHP__JACKKNIFE_GROUPS, left_out,
           IHP__JACKKNIFE_GROUPS * sizeof *left_out);
}

/* Takes the quantiles of sorted replicates, in which NaN is last. */
static void take_quantiles(const double *value, size_t count, double quantile[IHP__QUANTILES])
{
    while (count > 0 && isnan(value[count - 1])) {
        count--;
    }
    for (int i = 0; i < IHP__QUANTILES; i++) {
        quantile[i] = ihp__replicate_quantile(value, count, i / (double)(IHP__QUANTILES - 1));
    }
}

void ihp__case_sum_up(const struct ihp__case *c, const struct ihp__replicates *r, size_t i,
                      double *scratch, struct ihp__case_report *report)
{
    size_t p = r->first + i, n = r->replicates;
    const int64_t *outcome = r->outcome + i * IHP__OUTCOMES;
    double estimate[IHP__STATISTICS];
    double *value = r->value + i * IHP__STATISTICS * n;
    const double *left_out = r->left_out + i * IHP__STATISTICS * IHP__JACKKNIFE_GROUPS;
    const double *amount = value + IHP__STATISTIC_AMOUNT * n;
    const double *amount_left_out = left_out + IHP__STATISTIC_AMOUNT * IHP__JACKKNIFE_GROUPS;
    ihp__case_statistics(&c->estimate[p], estimate);
    if (c->against != NULL) { /* the amounts are in order of replicates until they are sorted */
        report->change = sum_up_change(c, p, amount, amount_left_out, scratch);
    } else if (c->deck_replicates.amount != NULL) {
        keep_amounts(c, p, amount, amount_left_out);
    }
    for (size_t k = 0; k < IHP__STATISTICS; k++) {
        const struct sample sample = {value + k * n, n, scratch};
        report->statistic[k] = sum_up(&sample, estimate[k], left_out + k * IHP__JACKKNIFE_GROUPS,
                                      &c->deck->bootstrap, ihp__case_is_small(&c->estimate[p]));
    }
    bool small = ihp__case_is_small(&c->estimate[p]);
    for (size_t q = 0; c->against == NULL && q < IHP__QUANTILE_STATISTICS; q++) {
        int k = ihp__quantile_statistic[q];
        take_quantiles(value + (size_t)k * n, small || isnan(estimate[k]) ? 0 : n,
                       report->quantile[q]);
    }
    report->outlook = (struct ihp__outlook){
        .savings = (double)outcome[IHP__OUTCOME_SAVINGS] / (double)n,
        .losses = (double)outcome[IHP__OUTCOME_LOSSES] / (double)n,
        .inside = (double)outcome[IHP__OUTCOME_INSIDE_THRESHOLD] / (double)n,
        .expected = report->statistic[IHP__STATISTIC_AMOUNT].mean,
    };
}
