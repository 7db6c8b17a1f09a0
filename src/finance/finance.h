/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finance.h - from sums to money: risk, target, settlement, payers. Pure functions of tallies.
 *
 * `ihp__finance_settle` does all of it for every IHP. The rules it is made of stand beside it, each
 * a function of plain numbers with its section of the contract: `ihp__risk_weights`,
 * `ihp__trend_factor`, `ihp__outcome_of`, `ihp__corridor_sum`, `ihp__corridor_share`,
 * `ihp__payer_split`. Quality scores have a header of their own, quality.h.
 *
 * Floating point begins here, after the last reduction, on one code path in a fixed order. An
 * undefined number is NaN. Dollars are doubles until they are written; PMPM is dollars per member
 * per month. Nothing here is collective.
 */
#ifndef IHP_FINANCE_H
#define IHP_FINANCE_H

#include "tally/tally.h"

/* ---- risk [16.4, 16.5.2] --------------------------------------------------------------------- */

/* Weights of `count` categories from the eligible population's sums: (cost in c / months in c) /
 * (all cost / all months). A category without months has weight 1; so have all when the population
 * has no months or no cost. Costs in cents. */
void ihp__risk_weights(const int64_t *capped, const int64_t *months, size_t count, double *weight);

/* Sum of months x weight over sum of months, in category order; NaN without months. */
double ihp__risk_score(const int64_t *months, const double *weight, size_t count);

/* ---- target [16.4.2, 16.5.3] ----------------------------------------------------------------- */

/* Product over years base_year + 1 .. performance_year of (1 + rate + added)(1 + adjustment),
 * `added` being what a scenario adds to every rate. A year without a row in trend.csv is refused
 * (IHP_ERR_DATA). */
enum ihp_status ihp__trend_factor(const struct ihp__program *program, int base_year,
                                  int performance_year, double added, double *factor,
                                  struct ihp_error *err);

/* ---- settlement [16.7, 16.8] ----------------------------------------------------------------- */

enum ihp__outcome {
    IHP__OUTCOME_SAVINGS,
    IHP__OUTCOME_LOSSES,
    IHP__OUTCOME_INSIDE_THRESHOLD,
    IHP__OUTCOME_NO_SETTLEMENT,
    IHP__OUTCOMES
};
const char *ihp__outcome_text(enum ihp__outcome outcome);

/* Whether a ratio shares: strictly below 1 - threshold or above 1 + threshold [16.7]. An undefined
 * ratio gives no settlement. */
enum ihp__outcome ihp__outcome_of(double ratio, double threshold);

/* Sum over corridors of the overlap with [min(r, 1), max(r, 1)] times the share [16.8.2.3].
 * `share`, unless NULL, stands in place of every corridor's, here and below. */
double ihp__corridor_sum(double ratio, const struct ihp__corridor *corridor, size_t count,
                         const double *share);

/* Share of the corridor in which the ratio lies [16.8.2.2]: on a boundary the corridor nearer to 1;
 * in a gap 0; beyond the outermost 0, or its share when `outermost`. */
double ihp__corridor_share(double ratio, const struct ihp__corridor *corridor, size_t count,
                           bool outermost, const double *share);

/* Splits cents in proportion to `weight` by largest remainder, equal remainders in order; the parts
 * add up. All zero when the weights are [5.4]. */
void ihp__payer_split(int64_t cents, const int64_t *weight, size_t count, int64_t *part);

/* The share of losses that extreme circumstances take away [5.9]: (affected months / 12) x the
 * mean over those months of the share of the IHP's attributed members living in affected
 * counties. `affected[m]` of the `members` did in month m; a month is affected when they are a
 * fifth of them or more. 0 when there are none. */
double ihp__circumstance_share(const int64_t affected[12], int64_t members);

/* The part of an amount that stays after a termination [6.1]: days of the performance year in
 * force, the day of termination included, over all of its days; 1 for one later or none, 0 for
 * one before the year, and for losses of which the IHP is released. */
double ihp__termination_factor(const struct ihp__partnership *ihp, int year, bool losses);

/* The settlement of one IHP: a row of settlement.csv. */
struct ihp__settlement {
    int partnership;
    int64_t base_members, base_months, members, months;
    double base_pmpm, base_risk, pmpm, risk;
    double trend_factor, target_pmpm, adjusted_target_pmpm, ratio, gross_difference;
    enum ihp__outcome outcome;
    double shared_before_pbp, pbp_offset, shared_amount;
    double quality_score; /* NaN: none */
    double quality_adjusted, circumstance_reduction, termination_factor;
    double final_amount;
    double circumstance_share;        /* of losses, reduced for circumstances; given [5.9] */
    int64_t interim_paid, amount_due; /* cents */
};

/* Everything that follows from a tally. */
struct ihp__finance {
    size_t partnerships, acgs, caps, payers;
    struct ihp__settlement *settlement; /* [partnerships], in the order of ihps.csv */
    double *weight[IHP__PERIODS];       /* [caps][acgs]; the performance period's own weights, or
                                          the base year's under that policy */
    int64_t *payer_amount;              /* [partnerships][payers], cents */
};

/* Sets target, adjusted target, ratio and gross difference from the PMPMs, risk scores, months and
 * trend factor, which are set [16.4.2.3, 16.5.3]. */
void ihp__settlement_target(struct ihp__settlement *settlement);

/* Sets what circumstances and termination leave of the quality-adjusted amount, and the final
 * amount [5.9, 6.1]; outcome and `circumstance_share` are set. */
void ihp__settlement_relieve(const struct ihp__program *program, const struct ihp__deck *deck,
                             struct ihp__settlement *settlement);

/* Completes a settlement from what is measured: `partnership`, `months`, the PMPMs, risk scores,
 * trend factor, quality score (NaN: none) and `circumstance_share` are set, and target, ratio,
 * sharing and amounts follow from them alone. Replicates of a bootstrap take the same way. */
void ihp__settlement_complete(const struct ihp__program *program, const struct ihp__deck *deck,
                              struct ihp__settlement *settlement);

/* ---- from interim to final [2.12, 16.6] ------------------------------------------------------ */

/* Why a final amount is not the interim's, in the order in which the causes are taken. */
#define IHP__BRIDGE_LIST(X)                                                                        \
    X(IHP__BRIDGE_MEMBERS, "members")             /* who is attributed */                          \
    X(IHP__BRIDGE_RUN_OUT, "run_out")             /* claims known later */                         \
    X(IHP__BRIDGE_RISK, "risk")                   /* risk weights of what is known later */        \
    X(IHP__BRIDGE_PBP, "pbp")                     /* offset of the PBP [16.8.2.2] */               \
    X(IHP__BRIDGE_QUALITY, "quality")             /* [18.4] */                                     \
    X(IHP__BRIDGE_CIRCUMSTANCES, "circumstances") /* [5.9] */                                      \
    X(IHP__BRIDGE_TERMINATION, "termination")     /* [6.1] */

#define IHP__BRIDGE_ENUM(name, text) name,
enum ihp__bridge_step { IHP__BRIDGE_LIST(IHP__BRIDGE_ENUM) IHP__BRIDGE_STEPS };
#undef IHP__BRIDGE_ENUM

const char *ihp__bridge_text(enum ihp__bridge_step step);

/* Columns of settlement.csv that the steps lie between, in cents as written there. */
struct ihp__bridge_amounts {
    int64_t shared_before_pbp, shared_amount, quality_adjusted, circumstance_reduction,
        final_amount;
    bool whole; /* termination_factor is 1 */
};

/* interim + the steps = final; final - interim_paid = amount_due. Cents. */
struct ihp__bridge {
    int64_t interim, step[IHP__BRIDGE_STEPS], final_amount, interim_paid, amount_due;
};

/* The amounts of a settlement. */
struct ihp__bridge_amounts ihp__bridge_amounts_of(const struct ihp__settlement *settlement);

/* The steps between two settlements of an IHP. `members` and `run_out` are what was shared
 * before the PBP offset, in cents, with the attribution of the final alone, and with its claims
 * as well. Amounts paid and due are not set. */
struct ihp__bridge ihp__bridge_between(const struct ihp__bridge_amounts *interim, int64_t members,
                                       int64_t run_out, const struct ihp__bridge_amounts *final_);

/* Cents over member months as dollars PMPM; NaN without months [16.3]. */
double ihp__pmpm(int64_t cents, int64_t months);

/* Computes it. Errors: IHP_ERR_DATA (trend), IHP_ERR_RUN (memory). Notices name categories that the
 * weights' population lacks [16.4.1.2]; `notices` may be NULL. The caller frees with
 * `ihp__finance_free`. */
enum ihp_status ihp__finance_settle(const struct ihp__tally *tally,
                                    const struct ihp__program *program,
                                    const struct ihp__deck *deck, const char *const *acg_text,
                                    struct ihp__finance *finance, struct ihp_notices *notices,
                                    struct ihp_error *err);
void ihp__finance_free(struct ihp__finance *finance);

#endif
