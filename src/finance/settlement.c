/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement of each IHP: base, performance, target, ratio, sharing, amounts [16, 5.4]. */
#include "finance/finance.h"

#include "finance/quality.h"

#include <math.h>
#include <stdlib.h>

enum ihp_status ihp__trend_factor(const struct ihp__program *program, int base_year,
                                  const struct ihp__period_spec *performance, double added,
                                  double *factor, struct ihp_error *err)
{
    double product = 1.0;
    int months = ihp__period_last_month(performance) % 12 + 1; /* of the last year */
    for (int year = base_year + 1; year <= performance->year; year++) {
        const struct ihp__trend *trend = ihp__program_trend(program, year);
        if (trend == NULL) {
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/trend.csv: has no row for %d; the target requires every year from %d to "
                "%d [16.4.2]",
                program->folder, year, base_year + 1, performance->year);
        }
        double change = (1.0 + trend->rate + added) * (1.0 + trend->adjustment);
        bool whole = year < performance->year || months == 12;
        product *= whole ? change : pow(change, (double)months / 12.0);
        if (product > 1e6) {
            return ihp__fail(
                err, IHP_ERR_DATA,
                "%s/trend.csv: the trend to %d multiplies the target more than a million "
                "times; rates are fractions, such as 0.03 [16.4.2]",
                program->folder, year);
        }
    }
    *factor = product;
    return IHP_OK;
}

double ihp__pmpm(int64_t cents, int64_t months)
{
    return months == 0 ? NAN : (double)cents / 100.0 / (double)months;
}

/* Sets base and performance: members, months, PMPMs and risk scores [16.3-16.5]. */
static void set_performance(const struct ihp__tally *tally, const struct ihp__deck *deck,
                            const struct ihp__finance *finance, size_t p, struct ihp__settlement *s)
{
    const struct ihp__period_tally *base = &tally->period[IHP__BASE];
    const struct ihp__period_tally *performance = &tally->period[IHP__PERFORMANCE];
    size_t acgs = tally->shape.acgs, cap = tally->shape.cap_of[p];
    s->base_members = base->members[p];
    s->base_months = base->months[p];
    s->members = performance->members[p];
    s->months = performance->months[p];
    s->base_capped = base->capped[p];
    s->capped = performance->capped[p];
    s->base_pmpm = ihp__pmpm(s->base_capped, s->base_months);
    s->pmpm = ihp__pmpm(s->capped, s->months);
    s->base_risk =
        ihp__risk_score(base->acg_months + p * acgs, finance->weight[IHP__BASE] + cap * acgs, acgs);
    s->risk = ihp__risk_score(performance->acg_months + p * acgs,
                              finance->weight[IHP__PERFORMANCE] + cap * acgs, acgs);
    s->circumstance_share =
        ihp__circumstance_share(performance->affected + p * 12, s->members,
                                (enum ihp__circumstance_rule)deck->policies.circumstance_rule);
}

/* The ratio to an adjusted target that is not positive would say nothing about savings or losses,
 * so it is undefined. */
void ihp__settlement_target(struct ihp__settlement *s)
{
    s->target_pmpm = s->base_pmpm * s->trend_factor;
    s->adjusted_target_pmpm = s->base_risk == 0 ? NAN : s->target_pmpm * (s->risk / s->base_risk);
    s->ratio = s->adjusted_target_pmpm > 0 ? s->pmpm / s->adjusted_target_pmpm : NAN;
    s->gross_difference = (s->adjusted_target_pmpm - s->pmpm) * (double)s->months;
}

/* Returns the dollars by which the population-based payment reduces savings, which may be less than
 * that, or increases losses [16.8.2.2]. */
static double pbp_offset(const struct ihp__program *program, const struct ihp__deck *deck,
                         const struct ihp__settlement *s)
{
    size_t count;
    const struct ihp__corridor *corridor = ihp__program_corridors(program, s->partnership, &count);
    const double *given = deck->changes.share_given ? &deck->changes.corridor_share : NULL;
    double pbp = (double)program->partnership[s->partnership].pbp / 100.0;
    if (deck->policies.pbp_offset_rule == IHP__OFFSET_RERUN) {
        double target = s->adjusted_target_pmpm * (double)s->months;
        return ihp__corridor_between(s->ratio, s->ratio + pbp / target, corridor, count, given) *
               target;
    }
    bool outermost = deck->policies.pbp_offset_outside == IHP__OUTSIDE_OUTERMOST;
    return ihp__corridor_share(s->ratio, corridor, count, outermost, given) * pbp;
}

/* Sets the shared amount, with the offset of the population-based payment [16.7, 16.8.2]. */
static void set_sharing(const struct ihp__program *program, const struct ihp__deck *deck,
                        struct ihp__settlement *s)
{
    const struct ihp__partnership *ihp = &program->partnership[s->partnership];
    s->outcome =
        ihp->track == 1 ? IHP__OUTCOME_NO_SETTLEMENT : ihp__outcome_of(s->ratio, deck->threshold);
    if (s->outcome != IHP__OUTCOME_SAVINGS && s->outcome != IHP__OUTCOME_LOSSES) {
        return;
    }
    size_t count;
    const struct ihp__corridor *corridor = ihp__program_corridors(program, s->partnership, &count);
    const struct ihp__changes *changes = &deck->changes;
    double shared = ihp__corridor_sum(s->ratio, corridor, count,
                                      changes->share_given ? &changes->corridor_share : NULL);
    double amount = shared * s->adjusted_target_pmpm * (double)s->months;
    double offset = pbp_offset(program, deck, s);
    if (s->outcome == IHP__OUTCOME_SAVINGS) {
        s->shared_before_pbp = amount;
        s->pbp_offset = fmin(amount, offset);
        s->shared_amount = amount - s->pbp_offset;
    } else {
        s->shared_before_pbp = -amount;
        s->pbp_offset = offset;
        s->shared_amount = -amount - offset;
    }
}

/* Returns the quality share of the shared amount, savings or losses, times the quality score, plus
 * the rest, which is not changed [18.2, 18.4.12, 18.4.13]. Only a final settlement has a score
 * [2.18]. */
static double quality_adjusted(const struct ihp__deck *deck, const struct ihp__settlement *s)
{
    int on_losses = deck->policies.quality_on_losses;
    bool losses = s->shared_amount < 0, spared = losses && on_losses == IHP__LOSSES_NONE;
    if (deck->settlement != IHP__FINAL || isnan(s->quality_score) || spared) {
        return s->shared_amount;
    }
    bool inverse = losses && on_losses == IHP__LOSSES_INVERSE;
    double score = inverse ? 1.0 - s->quality_score : s->quality_score;
    return s->shared_amount * deck->quality_share * score +
           s->shared_amount * (1.0 - deck->quality_share);
}

/* Sets the amounts from the shared amount to the amount due [2.12, 2.18, 5.4]. */
static void set_amounts(const struct ihp__program *program, const struct ihp__deck *deck,
                        struct ihp__settlement *s)
{
    s->quality_adjusted = quality_adjusted(deck, s);
    ihp__settlement_relieve(program, deck, s);
    int64_t cents = ihp__cents_of_dollars(s->final_amount);
    if (deck->settlement == IHP__INTERIM) {
        s->amount_due = cents > 0 ? cents : 0; /* an interim pays savings and reports losses */
    } else if (deck->settlement == IHP__FINAL && program->partnership[s->partnership].track == 2) {
        s->interim_paid = program->partnership[s->partnership].interim_paid;
        s->amount_due = cents - s->interim_paid;
    }
}

void ihp__settlement_complete(const struct ihp__program *program, const struct ihp__deck *deck,
                              struct ihp__settlement *s)
{
    ihp__settlement_target(s);
    set_sharing(program, deck, s);
    set_amounts(program, deck, s);
}

/* Sets the weights of each period and cap. Under `risk_weights: base` both periods have the weights
 * of the base year. */
static void set_weights(const struct ihp__tally *tally, const struct ihp__deck *deck,
                        struct ihp__finance *finance)
{
    size_t acgs = tally->shape.acgs;
    for (int period = 0; period < IHP__PERIODS; period++) {
        bool base = deck->policies.risk_weights == IHP__WEIGHTS_BASE;
        const struct ihp__period_tally *population = &tally->period[base ? IHP__BASE : period];
        for (size_t cap = 0; cap < tally->shape.caps; cap++) {
            ihp__risk_weights(population->eligible_capped + cap * acgs, population->eligible_months,
                              acgs, finance->weight[period] + cap * acgs);
        }
    }
}

/* Notes a period whose weights are all 1 because its population has no cost. */
static void note_no_cost(const struct ihp__tally *tally, const struct ihp__deck *deck,
                         struct ihp_notices *notices)
{
    size_t acgs = tally->shape.acgs;
    int periods = deck->policies.risk_weights == IHP__WEIGHTS_BASE ? 1 : IHP__PERIODS;
    for (int period = 0; period < periods; period++) {
        for (size_t cap = 0; cap < tally->shape.caps; cap++) {
            const int64_t *capped = tally->period[period].eligible_capped + cap * acgs;
            int64_t sum = 0;
            for (size_t c = 0; c < acgs; c++) {
                sum += capped[c];
            }
            if (sum == 0) {
                ihp__notice_add(notices,
                                "the eligible population has no cost in the %s period, so all "
                                "its risk weights are 1 [16.4.1.2]",
                                ihp__period_text((enum ihp__period)period));
            }
        }
    }
}

/* Notes the categories of attributed members that are not in the eligible population. */
static void note_lacking(const struct ihp__tally *tally, const struct ihp__deck *deck,
                         const char *const *acg_text, struct ihp_notices *notices)
{
    size_t acgs = tally->shape.acgs;
    for (int period = 0; period < IHP__PERIODS; period++) {
        bool base = deck->policies.risk_weights == IHP__WEIGHTS_BASE;
        const int64_t *population = tally->period[base ? IHP__BASE : period].eligible_months;
        for (size_t c = 0; c < acgs; c++) {
            int64_t members = 0;
            for (size_t p = 0; p < tally->shape.partnerships; p++) {
                members += tally->period[period].acg_members[p * acgs + c];
            }
            if (members > 0 && population[c] == 0) {
                ihp__notice_add(
                    notices,
                    "risk category '%s' of attributed members (%s period) is not in the "
                    "eligible population, so its risk weight is 1 [16.4.1.2]",
                    acg_text[c], ihp__period_text((enum ihp__period)period));
            }
        }
    }
}

/* Notes what becomes of an interim amount paid where the final amount does not just replace it. */
static void note_interim_paid(const struct ihp__program *program, const struct ihp__settlement *s,
                              struct ihp_notices *notices)
{
    const struct ihp__partnership *ihp = &program->partnership[s->partnership];
    char money[IHP__MONEY_TEXT];
    size_t payers;
    if (ihp->track == 1) {
        ihp__notice_add(notices,
                        "%s: the interim amount paid, %s, is not part of this result, because "
                        "an IHP of Track 1 has no settlement [2.12]",
                        ihp->id, ihp__money_format_grouped(ihp->interim_paid, money));
        return;
    }
    if (s->outcome == IHP__OUTCOME_NO_SETTLEMENT) {
        ihp__notice_add(notices,
                        "%s: the interim amount paid, %s, is due back in full, because there is no "
                        "settlement [2.12]",
                        ihp->id, ihp__money_format_grouped(ihp->interim_paid, money));
    }
    if (ihp__program_interim_payers(program, s->partnership, &payers) == NULL) {
        ihp__notice_add(notices,
                        "%s: neither interim_payers.csv nor an interim folder says who paid the "
                        "interim amount, %s, so the payers divide the amount due instead of each "
                        "being credited with what it paid [5.4.2, 5.4.3]",
                        ihp->id, ihp__money_format_grouped(ihp->interim_paid, money));
    }
}

/* Notes what a reader of an IHP's settlement must know and no column says. */
static void note_settlement(const struct ihp__program *program, const struct ihp__deck *deck,
                            const struct ihp__settlement *s, struct ihp_notices *notices)
{
    const struct ihp__partnership *ihp = &program->partnership[s->partnership];
    size_t corridors;
    ihp__program_corridors(program, s->partnership, &corridors);
    if (ihp->track == 2 && corridors == 0) {
        ihp__notice_add(notices,
                        "%s: corridors.csv has no corridor for this IHP, so nothing is shared "
                        "[16.8]",
                        ihp->id);
    }
    if (ihp->track == 2 && s->outcome == IHP__OUTCOME_NO_SETTLEMENT) {
        ihp__notice_add(notices,
                        "%s: there is no settlement, because the IHP has no member months or no "
                        "positive target [16.4, 16.5]",
                        ihp->id);
    }
    if (deck->settlement == IHP__FINAL && program->has_quality && ihp->track == 2 &&
        isnan(s->quality_score)) {
        ihp__notice_add(
            notices,
            "%s: has no quality score, because quality.csv gives it no points of section "
            "18 for %d, so its amount is not adjusted [18.2]",
            ihp->id, deck->performance.year);
    }
    if (deck->settlement == IHP__FINAL && ihp->interim_paid != 0) {
        note_interim_paid(program, s, notices);
    }
}

static bool finance_alloc(const struct ihp__tally_shape *shape, struct ihp__finance *finance)
{
    *finance = (struct ihp__finance){
        .partnerships = shape->partnerships, .acgs = shape->acgs, .caps = shape->caps};
    finance->settlement = calloc(shape->partnerships, sizeof *finance->settlement);
    bool done = finance->settlement != NULL;
    for (int period = 0; period < IHP__PERIODS; period++) {
        finance->weight[period] = calloc(shape->caps * shape->acgs + 1, sizeof(double));
        done = done && finance->weight[period] != NULL;
    }
    return done;
}

enum ihp_status ihp__finance_settle(const struct ihp__tally *tally,
                                    const struct ihp__program *program,
                                    const struct ihp__deck *deck, const char *const *acg_text,
                                    struct ihp__finance *finance, struct ihp_notices *notices,
                                    struct ihp_error *err)
{
    double trend_factor = 0;
    if (ihp__trend_factor(program, deck->base.year, &deck->performance, deck->changes.trend,
                          &trend_factor, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__finance fresh;
    if (!finance_alloc(&tally->shape, &fresh)) {
        ihp__finance_free(&fresh);
        return ihp__fail_memory(err, "the settlement");
    }
    set_weights(tally, deck, &fresh);
    if (notices != NULL) {
        note_no_cost(tally, deck, notices);
        note_lacking(tally, deck, acg_text, notices);
    }
    for (size_t p = 0; p < fresh.partnerships; p++) {
        struct ihp__settlement *s = &fresh.settlement[p];
        s->partnership = (int)p;
        s->trend_factor = trend_factor;
        set_performance(tally, deck, &fresh, p, s);
        s->quality_score = ihp__quality_of_settlement(program, deck, (int)p);
        ihp__settlement_complete(program, deck, s);
        if (notices != NULL) {
            note_settlement(program, deck, s, notices);
        }
    }
    *finance = fresh;
    return IHP_OK;
}

void ihp__finance_free(struct ihp__finance *finance)
{
    free(finance->settlement);
    for (int period = 0; period < IHP__PERIODS; period++) {
        free(finance->weight[period]);
    }
    *finance = (struct ihp__finance){0};
}
