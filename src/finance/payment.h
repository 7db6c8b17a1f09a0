/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment.h - population-based payments: the dollar curve of a month, and the payment of each IHP.
 *
 * `ihp__payment_curve` makes a month's dollar curve from the sums of all ranks,
 * `ihp__payment_dollars` evaluates it, and `ihp__payment_settle` computes the payments. Floating
 * point starts here, after the reduction, on one code path in a fixed order. Nothing here is
 * collective. Formulas: docs/methodology.md, "Payments".
 */
#ifndef IHP_PAYMENT_H
#define IHP_PAYMENT_H

#include "deck/policies.h"
#include "program/program.h"
#include "tally/payment_tally.h"

/* The terms that payments are computed from, together with the sums; all borrowed. */
struct ihp__payment_rules {
    const struct ihp__program *program;
    const struct ihp__policies *policies;
    int32_t first_month; /* of the tally, months since 1970-01 */
};

/* ---- the dollar curve [15.2] ----------------------------------------------------------------- */

/* A risk category in a month. */
struct ihp__payment_category {
    size_t acg;
    int64_t months;    /* of the eligible population */
    double weight;     /* relative risk [15.2.2] */
    double percentile; /* by the policy pbp_percentiles [15.2.3] */
    double dollars;    /* per member [15.2.4] */
};

/* The dollar curve of a month, by the relative risks at which its pieces start. A piece without
 * categories starts at infinity, or where the next piece starts. */
struct ihp__payment_curve {
    struct ihp__payment_category *category; /* owned; by relative risk, then name */
    size_t categories;
    double second_from, linear_from, log_from, top_from, top_to;
    double log_slope;
};

/* Makes the curve of a month of the tally. Categories are numbered in the order of their names. A
 * month without population has no categories. If the mean PMPM is 0, all categories have the
 * relative risk 1. A notice reports a negative mean, which makes relative risks meaningless. The
 * caller frees the curve with `ihp__payment_curve_free`. */
enum ihp_status ihp__payment_curve(const struct ihp__payment_tally *tally, size_t month,
                                   const struct ihp__payment_rules *rules,
                                   struct ihp__payment_curve *curve, struct ihp_notices *notices,
                                   struct ihp_error *err);
void ihp__payment_curve_free(struct ihp__payment_curve *curve);

/* Makes the pieces of a curve from its categories, in any order, each with its weight and its
 * percentile: those that a payment run wrote. */
void ihp__payment_curve_again(struct ihp__payment_curve *curve,
                              const struct ihp__payment_terms *terms);

/* Returns dollars per member at a relative risk, by the risk cut points of the curve [15.2.4,
 * 15.3.6]. */
double ihp__payment_dollars(const struct ihp__payment_curve *curve,
                            const struct ihp__payment_terms *terms, double weight);

/* Returns the sum of the uplifts of a set, as a fraction [15.3.5]. */
double ihp__payment_uplift(const struct ihp__payment_terms *terms, int set);

/* ---- payments [15.3.6, 15.4, 15.5, 5.2.1] ---------------------------------------------------- */

/* The payment of an IHP for a month. */
struct ihp__payment {
    int64_t attributed, eligible, ctc_members;
    int64_t pbp; /* cents */
    double ctc;  /* dollars; whole cents if the contract ends in the month */
};

/* Returns the share of a month in which an IHP's contract is in force: 1 but in the month in which
 * it ends, where it is days in force (the last one included) by days of the month, and 0 after it
 * [6.1.2.1.1, 6.1.3.1.1]. */
double ihp__payment_in_force(const struct ihp__partnership *partnership, int32_t month);

/* Computes the payment of every IHP for a month of the tally: `payment[partnerships]`. */
void ihp__payment_settle(const struct ihp__payment_tally *tally, size_t month,
                         const struct ihp__payment_curve *curve,
                         const struct ihp__payment_rules *rules, struct ihp__payment *payment);

/* ---- the reconciliation [15.5, 4.6.4.2] ------------------------------------------------------ */

/* What the State takes back from an IHP for a reason; negative: owes it. */
struct ihp__reconciled {
    int64_t months;
    double dollars; /* not yet rounded */
};

/* Returns the text of a reason, an enum ihp__reconcile_reason: "override_in". */
const char *ihp__reconcile_reason_text(int reason);

/* The curve of a month and the numbers it was paid by; both borrowed. */
struct ihp__paid_by {
    const struct ihp__payment_curve *curve; /* without categories: nothing was paid */
    const struct ihp__payment_terms *terms;
};

/* Computes what is taken back, and owed, for all months of a tally that reconciles, month by month
 * by `by[months]`: `out[partnerships * IHP__RECONCILE_REASONS]`. A category that a curve lacks has
 * the relative risk 1. */
void ihp__payment_reconcile(const struct ihp__payment_tally *tally, const struct ihp__paid_by *by,
                            const struct ihp__payment_rules *rules, struct ihp__reconciled *out);

#endif
