/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finance.h - from sums to money: risk, target, settlement, payers. Pure functions of tallies.
 *
 * `ihp__finance_settle` computes the settlement of every IHP. Its rules are functions of plain
 * numbers, each with its section of the contract: `ihp__risk_weights`, `ihp__trend_factor`,
 * `ihp__outcome_of`, `ihp__corridor_sum`, `ihp__corridor_share`, `ihp__payer_split`. Quality scores
 * are in quality.h, payments in payment.h.
 *
 * Floating point starts here, after the last reduction, on one code path in a fixed order. An
 * undefined number is NaN. Dollars are doubles until they are written; PMPM means dollars per
 * member per month. Nothing here is collective.
 */
#ifndef IHP_FINANCE_H
#define IHP_FINANCE_H

#include "tally/tally.h"

/* ---- risk [16.4, 16.5.2] --------------------------------------------------------------------- */

/* Computes the risk weights of `count` categories from the sums of the eligible population. A
 * weight is (cost of the category / months of the category) / (all cost / all months). A category
 * without months has weight 1; all categories have weight 1 if the population has no months or no
 * cost. `capped` is costs in cents. */
void ihp__risk_weights(const int64_t *capped, const int64_t *months, size_t count, double *weight);

/* Returns the mean of the weights, weighted with the months, summed in category order; NaN if there
 * are no months. */
double ihp__risk_score(const int64_t *months, const double *weight, size_t count);

/* ---- target [16.4.2, 16.5.3] ----------------------------------------------------------------- */

/* Computes the product over the years after the base year, up to that in which the performance
 * period ends, of (1 + rate + added)(1 + adjustment). If the period ends with month m < 12, the
 * last of them is raised to m/12. A scenario adds `added` to every rate. Fails with IHP_ERR_DATA if
 * trend.csv has no row for a year. */
enum ihp_status ihp__trend_factor(const struct ihp__program *program, int base_year,
                                  const struct ihp__period_spec *performance, double added,
                                  double *factor, struct ihp_error *err);

/* ---- settlement [16.7, 16.8] ----------------------------------------------------------------- */

enum ihp__outcome {
    IHP__OUTCOME_SAVINGS,
    IHP__OUTCOME_LOSSES,
    IHP__OUTCOME_INSIDE_THRESHOLD,
    IHP__OUTCOME_NO_SETTLEMENT,
    IHP__OUTCOMES
};

/* Returns the text of an outcome in settlement.csv, such as "savings". */
const char *ihp__outcome_text(enum ihp__outcome outcome);

/* Returns the outcome of a ratio: savings or losses are shared strictly below 1 - threshold or
 * above 1 + threshold [16.7]. An undefined ratio makes no settlement. */
enum ihp__outcome ihp__outcome_of(double ratio, double threshold);

/* Returns the sum over corridors of their overlap with [min(r, 1), max(r, 1)] times their share
 * [16.8.2.3]. If `share` is not NULL, it replaces the share of every corridor, here and below. */
double ihp__corridor_sum(double ratio, const struct ihp__corridor *corridor, size_t count,
                         const double *share);

/* Returns the share of the corridor of a ratio [16.8.2.2]. On a boundary it is the corridor nearer
 * to 1. In a gap the share is 0. Beyond the outermost corridor it is 0, or with `outermost` the
 * share of that corridor. */
double ihp__corridor_share(double ratio, const struct ihp__corridor *corridor, size_t count,
                           bool outermost, const double *share);

/* Returns the sum over corridors of their overlap with [from, to] times their share: how much more
 * is lost, or how much less is saved, at ratio `to` than at `from`, as a fraction of the target
 * [16.8.2.2]. */
double ihp__corridor_between(double from, double to, const struct ihp__corridor *corridor,
                             size_t count, const double *share);

/* Splits cents in proportion to `weight` by the largest remainder, equal remainders in order, so
 * that the parts add up. All parts are zero if all weights are [5.4]. */
void ihp__payer_split(int64_t cents, const int64_t *weight, size_t count, int64_t *part);

/* Returns true if a month in which `affected` of the members lived in affected counties is an
 * affected one: they are at least a fifth [5.9]. */
bool ihp__circumstance_counts(int64_t affected, int64_t members);

/* Returns the share of losses that extreme circumstances cancel [5.9]: (affected months / 12) x the
 * mean over those months of the share of the IHP's attributed members who live in affected
 * counties, or under IHP__CIRCUMSTANCE_MONTHS, affected months / 12. `affected[m]` of the `members`
 * live there in month m; the month is affected if they are at least a fifth of the members. Returns
 * 0 if no month is affected. */
double ihp__circumstance_share(const int64_t affected[12], int64_t members,
                               enum ihp__circumstance_rule rule);

/* Returns the number of days of the performance period, twelve months from `first_month` on, on
 * which an IHP's contract was in force, including the day of termination; sets `*of_period` to all
 * days of the period. */
int32_t ihp__days_in_force(const struct ihp__partnership *ihp, int32_t first_month,
                           int32_t *of_period);

/* Returns the section that releases an IHP from losses because of its termination: the State
 * terminated without cause [6.1.2.1.2], or the IHP terminated for a breach by the State
 * [6.1.3.3.1]. NULL if it is not released, or was terminated after the period. */
const char *ihp__losses_released_by(const struct ihp__partnership *ihp, int32_t first_month);

/* Returns the fraction of an amount that remains after a termination [6.1]: the days of the
 * performance period, twelve months from `first_month` on, in which the contract was in force,
 * including the day of termination, over all days of the period. 1 if the contract is not
 * terminated or later, 0 if it was terminated before the period, and for losses from which the IHP
 * is released. */
double ihp__termination_factor(const struct ihp__partnership *ihp, int32_t first_month,
                               bool losses);

/* The settlement of one IHP, a row of settlement.csv. */
struct ihp__settlement {
    int partnership;
    int64_t base_members, base_months, members, months;
    int64_t base_capped, capped; /* cents [16.9] */
    double base_pmpm, base_risk, pmpm, risk;
    double trend_factor, target_pmpm, adjusted_target_pmpm, ratio, gross_difference;
    enum ihp__outcome outcome;
    double shared_before_pbp, pbp_offset, shared_amount;
    double quality_score; /* NaN if there is none */
    double quality_adjusted, circumstance_reduction, termination_factor;
    double final_amount;
    double circumstance_share;        /* of losses cancelled for circumstances; an input [5.9] */
    int64_t interim_paid, amount_due; /* cents */
};

/* Everything that follows from a tally. Owned arrays. */
struct ihp__finance {
    size_t partnerships, acgs, caps;
    struct ihp__settlement *settlement; /* [partnerships], in the order of ihps.csv */
    double *weight[IHP__PERIODS]; /* [caps][acgs]; those of the performance period are its own,
                                    or the base year's under that policy */
};

/* Sets target, adjusted target, ratio and gross difference. PMPMs, risk scores, months and trend
 * factor are inputs [16.4.2.3, 16.5.3]. */
void ihp__settlement_target(struct ihp__settlement *settlement);

/* Reduces the quality-adjusted amount for circumstances and termination, and sets the final amount
 * [5.9, 6.1]. The outcome and `circumstance_share` are inputs. */
void ihp__settlement_relieve(const struct ihp__program *program, const struct ihp__deck *deck,
                             struct ihp__settlement *settlement);

/* Completes a settlement from measured values. `partnership`, `months`, the PMPMs, risk scores,
 * trend factor, quality score (NaN if there is none) and `circumstance_share` are inputs; target,
 * ratio, sharing and amounts follow from them alone. Replicates of a bootstrap use it too. */
void ihp__settlement_complete(const struct ihp__program *program, const struct ihp__deck *deck,
                              struct ihp__settlement *settlement);

/* ---- payers [5.4] ---------------------------------------------------------------------------- */

/* The attributed member months of an IHP in the performance period by payer, in the order of the
 * payers' texts. Borrowed. */
struct ihp__payer_months {
    const char *const *payer;
    const int64_t *months;
    size_t payers;
};

/* A payer's row of payer_split.csv. Money in cents. */
struct ihp__payer_row {
    const char *payer; /* borrowed from the months or the program; "": nobody to divide among */
    int64_t months;
    bool has_share;       /* false: nothing says who paid the interim */
    int64_t share;        /* its part of the interim's amount due or of the final amount */
    bool has_paid;        /* `interim_paid` is known, in a final */
    int64_t interim_paid; /* by this payer */
    int64_t amount;       /* its part of the amount due */
};

struct ihp__payer_rows {
    struct ihp__payer_row *row; /* owned, in the order of the payers' texts */
    size_t rows;
};

/* Divides the amount due of an IHP among its payers. The parts of a final amount are by member
 * months, and each payer is credited with what it paid for the interim, also one without member
 * months; if nothing says who paid the interim, the amount due is divided by member months
 * [5.4.2.2, 5.4.2.3]. The caller frees `out->row`. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__payer_rows_create(const struct ihp__program *program,
                                       const struct ihp__deck *deck,
                                       const struct ihp__settlement *settlement,
                                       const struct ihp__payer_months *months,
                                       struct ihp__payer_rows *out, struct ihp_error *err);

/* ---- from interim to final [2.12, 16.6] ------------------------------------------------------ */

/* Why a final amount differs from what the interim paid, in the order in which the causes are
 * applied. */
#define IHP__BRIDGE_LIST(X)                                                                        \
    X(IHP__BRIDGE_RESTATED, "restated")           /* the interim's rules on today's store */       \
    X(IHP__BRIDGE_MEMBERS, "members")             /* other members are attributed */               \
    X(IHP__BRIDGE_RUN_OUT, "run_out")             /* claims that became known later */             \
    X(IHP__BRIDGE_RISK, "risk")                   /* risk weights with those claims */             \
    X(IHP__BRIDGE_PBP, "pbp")                     /* offset of the PBP [16.8.2.2] */               \
    X(IHP__BRIDGE_QUALITY, "quality")             /* [18.4] */                                     \
    X(IHP__BRIDGE_CIRCUMSTANCES, "circumstances") /* [5.9] */                                      \
    X(IHP__BRIDGE_TERMINATION, "termination")     /* [6.1] */

#define IHP__BRIDGE_ENUM(name, text) name,
enum ihp__bridge_step { IHP__BRIDGE_LIST(IHP__BRIDGE_ENUM) IHP__BRIDGE_STEPS };
#undef IHP__BRIDGE_ENUM

/* Returns the text of a step, as above. */
const char *ihp__bridge_text(enum ihp__bridge_step step);

/* The amounts between which the steps are, in cents as written to settlement.csv. */
struct ihp__bridge_amounts {
    int64_t shared_before_pbp, shared_amount, quality_adjusted, circumstance_reduction,
        final_amount;
    bool whole; /* termination_factor is 1: no termination */
};

/* interim_paid + steps = final_amount; final_amount - interim_paid = amount_due. All in cents. */
struct ihp__bridge {
    int64_t step[IHP__BRIDGE_STEPS], final_amount, interim_paid, amount_due;
};

/* Returns the amounts of a settlement. */
struct ihp__bridge_amounts ihp__bridge_amounts_of(const struct ihp__settlement *settlement);

/* Returns the steps from what the interim of an IHP paid to its final amount. `interim` has the
 * amounts that the interim's rules give on today's store. `members` and `run_out` are amounts
 * shared before the PBP offset, in cents: with the attribution of the final settlement, and with
 * its attribution and its claims. */
struct ihp__bridge ihp__bridge_between(int64_t paid, const struct ihp__bridge_amounts *interim,
                                       int64_t members, int64_t run_out,
                                       const struct ihp__bridge_amounts *final_);

/* Returns cents over member months as dollars PMPM; NaN if there are no months [16.3]. */
double ihp__pmpm(int64_t cents, int64_t months);

/* Computes the settlement of every IHP from a reduced tally. Fails with IHP_ERR_DATA if trend.csv
 * lacks a year, with IHP_ERR_RUN if memory is short. Notices name categories without a risk weight
 * of their own [16.4.1.2] and IHPs with something to know; `notices` may be NULL. The caller frees
 * `*finance` with `ihp__finance_free`. */
enum ihp_status ihp__finance_settle(const struct ihp__tally *tally,
                                    const struct ihp__program *program,
                                    const struct ihp__deck *deck, const char *const *acg_text,
                                    struct ihp__finance *finance, struct ihp_notices *notices,
                                    struct ihp_error *err);
void ihp__finance_free(struct ihp__finance *finance);

#endif
