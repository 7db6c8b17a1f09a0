/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settles draws under each claims cap: what members bring, a trend without effect, outcomes. */
#include "finance/finance.h"
#include "jobs/power/power.h"
#include "result/power_table.h"

#include <math.h>
#include <stdlib.h>

/* Least members of a draw whose ratio may be shown: counts of 1 to 10 are not shown elsewhere, and
 * anyone who knows the seed knows who was drawn. */
enum { LEAST_MEMBERS = 11 };

/* Members drawn between two reports of progress. */
enum { REPORT_MEMBERS = 1 << 18 };

/* ---- what members bring under a cap ---------------------------------------------------------- */

struct cap {
    int64_t cents;                /* 0: none */
    double *weight[IHP__PERIODS]; /* [acgs], of the whole population [16.4.1.2] */
    double parts;                 /* of a member month of weight 1, in which risk is counted */
    double trend;
};

/* Sets the weights that a settlement has under cap `number` of the program's. */
static void set_weights(const struct ihp__power_run *run, size_t number, struct cap *cap)
{
    const size_t acgs = run->tally->shape.acgs;
    const bool base = run->job.context.deck.policies.risk_weights == IHP__WEIGHTS_BASE;
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_tally *t = &run->tally->period[base ? IHP__BASE : period];
        ihp__risk_weights(t->eligible_capped + number * acgs, t->eligible_months, acgs,
                          cap->weight[period]);
    }
}

/* Returns a million parts, so that sums of whole parts lose nothing that shows, or fewer where a
 * weight is so great that a year of it would not fit. */
static double risk_parts(const struct cap *cap, size_t acgs)
{
    double greatest = 1, parts = 1048576.0;
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t i = 0; i < acgs; i++) {
            greatest = fmax(greatest, fabs(cap->weight[period][i]));
        }
    }
    while (12 * greatest * parts > INT32_MAX) {
        parts /= 2;
    }
    return parts;
}

/* Checks that the cents of a draw fit 64 bits, even if it drew the most expensive member every
 * time. */
static enum ihp_status check_room(struct ihp__power_run *run, int64_t greatest)
{
    int64_t most = 1;
    for (size_t i = 0; i < run->terms.sizes; i++) {
        most = run->terms.size[i] > most ? run->terms.size[i] : most;
    }
    return greatest <= INT64_MAX / most
               ? IHP_OK
               : ihp__fail(run->job.err, IHP_ERR_DATA,
                           "%s: the cost of some member is too great for draws of %lld members; "
                           "give smaller --sizes",
                           run->job.context.info->path, (long long)most);
}

static enum ihp_status set_members(struct ihp__power_run *run, const struct cap *cap)
{
    struct ihp__drawable *out = run->drawables.member;
    int64_t greatest = 0;
    for (uint64_t m = 0; m < run->job.range.count; m++) {
        const struct ihp__view_fact *fact[] = {&run->fact[m], &run->fact[run->job.range.count + m]};
        if (!fact[IHP__BASE]->enough && !fact[IHP__PERFORMANCE]->enough) {
            continue;
        }
        *out = (struct ihp__drawable){{0}, {0}, {0}};
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__view_fact *f = fact[period];
            if (f->enough) {
                out->months[period] = f->months;
                out->cents[period] = ihp__capped_cost(f->cost, cap->cents);
                out->risk[period] =
                    (int32_t)lround(f->months * cap->weight[period][f->acg] * cap->parts);
                greatest =
                    llabs(out->cents[period]) > greatest ? llabs(out->cents[period]) : greatest;
            }
        }
        out++;
    }
    return check_room(run, greatest);
}

/* ---- from sums to a ratio -------------------------------------------------------------------- */

static double risk_of(const int64_t *sum, double parts)
{
    return sum[IHP__DRAW_MONTHS] == 0
               ? NAN
               : (double)sum[IHP__DRAW_RISK] / parts / (double)sum[IHP__DRAW_MONTHS];
}

/* Returns the ratio that a settlement of a drawn population has, or NaN where it has none. */
static double ratio_of(const int64_t sum[IHP__DRAW_SUMS], double parts, double trend)
{
    const int64_t *base = sum, *performance = sum + IHP__DRAW_KINDS;
    struct ihp__settlement s = {
        .base_months = base[IHP__DRAW_MONTHS],
        .months = performance[IHP__DRAW_MONTHS],
        .base_pmpm = ihp__pmpm(base[IHP__DRAW_CENTS], base[IHP__DRAW_MONTHS]),
        .pmpm = ihp__pmpm(performance[IHP__DRAW_CENTS], performance[IHP__DRAW_MONTHS]),
        .base_risk = risk_of(base, parts),
        .risk = risk_of(performance, parts),
        .trend_factor = trend,
    };
    ihp__settlement_target(&s);
    return s.ratio;
}

/* Adds up this rank's eligible members. */
static void add_members(const struct ihp__drawables *drawables, int64_t sum[IHP__DRAW_SUMS])
{
    for (uint32_t m = 0; m < drawables->count; m++) {
        const struct ihp__drawable *member = &drawables->member[m];
        for (int period = 0; period < IHP__PERIODS; period++) {
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_MONTHS] += member->months[period];
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_CENTS] += member->cents[period];
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_RISK] += member->risk[period];
        }
    }
}

/* Finds the trend under which the eligible population as a whole has the ratio 1, which is its
 * ratio without trend. Collective; returns the same status on every rank. */
static enum ihp_status find_trend(struct ihp__power_run *run, struct cap *cap)
{
    const struct ihp__context *c = &run->job.context;
    int64_t sum[IHP__DRAW_SUMS] = {0};
    char months[IHP__PERIOD_TEXT];
    add_members(&run->drawables, sum);
    if (!ihp__tally_sum(sum, IHP__DRAW_SUMS, run->job.comm)) {
        return ihp__fail(run->job.err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    cap->trend = ratio_of(sum, cap->parts, 1.0);
    return cap->trend > 0
               ? IHP_OK
               : ihp__fail(run->job.err, IHP_ERR_DATA,
                           "%s: the eligible population has no cost above zero in each of %d and "
                           "%s, so draws of it have no target",
                           c->info->path, c->deck.base.year,
                           ihp__period_months(&c->deck.performance, months));
}

/* ---- draws ----------------------------------------------------------------------------------- */

static void report_progress(struct ihp__power_run *run, uint64_t members)
{
    const uint64_t before = run->drawn;
    run->drawn += members;
    if (before / REPORT_MEMBERS != run->drawn / REPORT_MEMBERS || run->drawn == run->to_draw) {
        ihp__watch_report(&run->job.watch, &(struct ihp_progress){.stage = "draw",
                                                                  .what = "members drawn",
                                                                  .done = run->drawn,
                                                                  .all = run->to_draw});
    }
}

/* Sums up what the ratios of draws say under a true effect, which multiplies each. */
static struct ihp__power_row sum_up(const double *ratio, size_t draws, double effect,
                                    double threshold)
{
    struct ihp__power_row row = {.effect = effect};
    int64_t outcome[IHP__OUTCOMES] = {0};
    double sum = 0, squares = 0;
    for (size_t d = 0; d < draws; d++) {
        outcome[ihp__outcome_of(ratio[d] * (1.0 + effect), threshold)]++;
        sum += isnan(ratio[d]) ? 0 : ratio[d] * (1.0 + effect);
    }
    row.draws = (int64_t)draws - outcome[IHP__OUTCOME_NO_SETTLEMENT];
    const double n = (double)row.draws;
    row.mean_ratio = sum / n; /* NaN without draws, and so are the shares */
    for (size_t d = 0; d < draws; d++) {
        const double off = ratio[d] * (1.0 + effect) - row.mean_ratio;
        squares += isnan(off) ? 0 : off * off;
    }
    row.sd_ratio = row.draws > 1 ? sqrt(squares / (n - 1)) : NAN;
    row.savings = (double)outcome[IHP__OUTCOME_SAVINGS] / n;
    row.losses = (double)outcome[IHP__OUTCOME_LOSSES] / n;
    row.inside = (double)outcome[IHP__OUTCOME_INSIDE_THRESHOLD] / n;
    return row;
}

static void add_rows(struct ihp__power_run *run, const struct cap *cap, int64_t size,
                     const double *ratio)
{
    for (size_t e = 0; e < run->terms.effects; e++) {
        struct ihp__power_row row = sum_up(ratio, (size_t)run->terms.draws, run->terms.effect[e],
                                           run->job.context.deck.threshold);
        row.cap = cap->cents;
        row.members = size;
        if (size < LEAST_MEMBERS) {
            row.mean_ratio = row.sd_ratio = NAN;
        }
        ihp__power_table_add(&run->table, &row);
    }
}

/* Makes the draws of one size. `sum` has IHP__DRAW_SUMS elements for each draw, `ratio` has one.
 * Collective; returns the same status on every rank. */
static enum ihp_status run_size(struct ihp__power_run *run, const struct cap *cap, int64_t size,
                                int64_t *sum, double *ratio)
{
    const size_t draws = (size_t)run->terms.draws;
    for (size_t d = 0; d < draws; d++) {
        ihp__power_sum(run->terms.seed, (uint32_t)size, (uint32_t)d, &run->drawables,
                       sum + d * IHP__DRAW_SUMS);
        report_progress(run, (uint64_t)size);
    }
    if (!ihp__tally_sum(sum, draws * IHP__DRAW_SUMS, run->job.comm)) {
        return ihp__fail(run->job.err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    for (size_t d = 0; run->job.rank == 0 && d < draws; d++) {
        ratio[d] = ratio_of(sum + d * IHP__DRAW_SUMS, cap->parts, cap->trend);
    }
    if (run->job.rank == 0) {
        add_rows(run, cap, size, ratio);
    }
    return IHP_OK;
}

/* Makes the draws of all sizes under cap `number` of the program's. Collective; returns the same
 * status on every rank. */
static enum ihp_status run_cap(struct ihp__power_run *run, size_t number, struct cap *cap,
                               int64_t *sum, double *ratio)
{
    const struct ihp__tally_shape *shape = &run->tally->shape;
    cap->cents = shape->cap[number];
    set_weights(run, number, cap);
    cap->parts = risk_parts(cap, shape->acgs);
    enum ihp_status status = ihp__job_agree(&run->job, set_members(run, cap));
    status = status == IHP_OK ? find_trend(run, cap) : status;
    for (size_t i = 0; status == IHP_OK && i < run->terms.sizes; i++) {
        status = run_size(run, cap, run->terms.size[i], sum, ratio);
    }
    return status;
}

enum ihp_status ihp__power_settle_draws(struct ihp__power_run *run)
{
    const size_t draws = (size_t)run->terms.draws, acgs = run->tally->shape.acgs;
    struct cap cap = {
        .weight = {calloc(acgs + 1, sizeof(double)), calloc(acgs + 1, sizeof(double))}};
    int64_t *sum = calloc(draws * IHP__DRAW_SUMS, sizeof *sum);
    double *ratio = calloc(draws, sizeof *ratio);
    if (cap.weight[0] == NULL || cap.weight[1] == NULL || sum == NULL || ratio == NULL) {
        ihp__until_agreed(ihp__fail_memory(run->job.err, "the sums of the draws"));
    }
    enum ihp_status status = ihp__agree(run->job.comm, run->job.err);
    for (size_t i = 0; status == IHP_OK && i < run->tally->shape.caps; i++) {
        status = run_cap(run, i, &cap, sum, ratio);
    }
    free(cap.weight[0]);
    free(cap.weight[1]);
    free(sum);
    free(ratio);
    return status;
}
