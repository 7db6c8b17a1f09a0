/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment.h - population-based payments: sums of members by month, the dollar curve, what is paid.
 *
 * `ihp__payment_tally_add` adds a member's months, `ihp__payment_tally_reduce` makes the sums of
 * all ranks stand on every rank; `ihp__payment_curve` makes a month's dollar curve of them,
 * `ihp__payment_dollars` reads it, `ihp__payment_settle` gives every IHP its dollars. Sums are
 * integers; floating point begins after the reduction, on one code path in a fixed order. Formulas:
 * docs/methodology.md, "Payments".
 */
#ifndef IHP_PAYMENT_H
#define IHP_PAYMENT_H

#include "member/monthly.h"
#include "tally/tally.h"

/* ---- sums by month --------------------------------------------------------------------------- */

/* A member's month as far as a payment asks [15.1.1, 15.3, 5.2.1]. */
struct ihp__paid_month {
    bool paid;          /* PBP eligible by what was known when paying */
    bool later;         /* and has a care-coordination payment by what is known now [15.5] */
    bool ctc;           /* counts for C&TC outreach */
    uint8_t uplift_set; /* of IHP__UPLIFT_SETS */
};

/* A member's month as a member list shows it. */
struct ihp__paid_fact {
    uint16_t acg;
    int16_t partnership;    /* where `attributed` */
    uint8_t reason, window; /* as in ihp__month_fact */
    uint8_t uplift_set;
    bool attributed, paid, ctc;
};

struct ihp__payment_shape {
    size_t months, partnerships, acgs;
};

/* Sums of one month. Arrays by (i, j, k) are row-major. Money in cents. */
struct ihp__payment_sums {
    int64_t *attributed, *eligible, *ctc; /* [partnerships]: members; `eligible`: for the PBP */
    int64_t *population_months, *population_cost; /* [acgs]: eligible population, of the window */
    int64_t *paid_months, *paid_cost; /* [acgs]: PBP-eligible attributed, of the window */
    int64_t *members;                 /* [partnerships][acgs][IHP__UPLIFT_SETS], paid for */
    int64_t *later;                   /* the same, of those taken back [15.5] */
};

struct ihp__payment_tally {
    struct ihp__payment_shape shape;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *seen; /* members, claim lines, lines of unknown category */
    struct ihp__payment_sums month[IHP__PAY_MONTHS_MAX];
};

/* A tally of zeros. Not collective. */
enum ihp_status ihp__payment_tally_create(const struct ihp__payment_shape *shape,
                                          struct ihp__payment_tally **out, struct ihp_error *err);
void ihp__payment_tally_destroy(struct ihp__payment_tally **tally);

/* Adds one member's month. Not collective. */
void ihp__payment_tally_add(struct ihp__payment_tally *tally, size_t month,
                            const struct ihp__month_fact *fact, const struct ihp__paid_month *paid);

/* Collective over `comm`: the sums of all ranks, on every rank. */
enum ihp_status ihp__payment_tally_reduce(struct ihp__payment_tally *tally, MPI_Comm comm,
                                          struct ihp_error *err);

/* ---- the dollar curve [15.2] ----------------------------------------------------------------- */

/* A risk category of a month. */
struct ihp__payment_category {
    size_t acg;
    int64_t months;    /* of the eligible population */
    double weight;     /* relative risk [15.2.2] */
    double percentile; /* midpoint of its cumulative share of the months [15.2.3] */
    double dollars;    /* per member [15.2.4] */
};

/* Where the pieces of a month's curve begin, in relative risk; a piece that no category is in
 * begins at infinity or where the next does. */
struct ihp__payment_curve {
    struct ihp__payment_category *category; /* owned; by relative risk, then name */
    size_t categories;
    double second_from, linear_from, log_from, top_from, top_to;
    double log_slope;
};

/* The curve of a month, of categories numbered in the order of their names. A month without
 * population has no categories; where the mean PMPM is 0 all have the relative risk 1. A mean below
 * 0 is told in a notice: relative risks then say little. The caller frees with
 * `ihp__payment_curve_free`. */
enum ihp_status ihp__payment_curve(const struct ihp__payment_sums *sums, size_t acgs,
                                   const struct ihp__payment_terms *terms, int32_t month,
                                   struct ihp__payment_curve *curve, struct ihp_notices *notices,
                                   struct ihp_error *err);
void ihp__payment_curve_free(struct ihp__payment_curve *curve);

/* Dollars per member at a relative risk, by the risk cut points of the curve [15.2.4, 15.3.6]. */
double ihp__payment_dollars(const struct ihp__payment_curve *curve,
                            const struct ihp__payment_terms *terms, double weight);

/* Sum of the uplifts of a set, as a fraction [15.3.5]. */
double ihp__payment_uplift(const struct ihp__payment_terms *terms, int set);

/* ---- what is paid [15.3.6, 15.4, 15.5, 5.2.1] ------------------------------------------------ */

/* An IHP in a month. */
struct ihp__payment {
    int64_t attributed, eligible, ctc_members;
    int64_t pbp;           /* cents */
    int64_t later_members; /* member months taken back */
    double later_dollars;  /* their dollars, not yet rounded */
};

/* What is paid to every IHP for a month of the tally: `payment[partnerships]`. */
void ihp__payment_settle(const struct ihp__payment_tally *tally, size_t month,
                         const struct ihp__payment_curve *curve,
                         const struct ihp__payment_terms *terms, struct ihp__payment *payment);

#endif
