/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment_tally.h - sums of members by month, for population-based payments.
 *
 * `ihp__payment_tally_add` adds a member's month; `ihp__payment_tally_reduce` sums over ranks. The
 * payments that follow from the sums are in finance/payment.h. All sums are 64-bit integers, so the
 * result does not depend on the number of ranks. Formulas: docs/methodology.md, "Payments".
 */
#ifndef IHP_PAYMENT_TALLY_H
#define IHP_PAYMENT_TALLY_H

#include "member/monthly.h"
#include "tally/tally.h"

/* ---- sums by month --------------------------------------------------------------------------- */

/* What a payment needs to know of a member's month [15.1.1, 15.3, 5.2.1]. */
struct ihp__paid_month {
    bool paid;  /* eligible for the PBP by what was known at payment */
    bool later; /* `paid`, and has a care-coordination payment by what is known now [15.5] */
    bool out;   /* `paid`, and an override gives the member to another IHP or to none [4.6.4.2] */
    bool ctc;   /* counts for C&TC outreach */
    uint8_t uplift_set; /* of IHP__UPLIFT_SETS */
};

/* A member's month, as a member list shows it. */
struct ihp__paid_fact {
    uint16_t acg;
    int16_t partnership;    /* if `attributed` */
    uint8_t reason, window; /* as in ihp__month_fact */
    uint8_t uplift_set;
    bool attributed, paid, ctc;
};

struct ihp__payment_shape {
    size_t months, partnerships, acgs;
    bool reconciles; /* the tally has the sums of a reconciliation */
};

/* Why the State takes back, or owes, what is due for a member month [15.5, 4.6.4.2]. */
enum ihp__reconcile_reason {
    IHP__RECONCILE_CARE_COORDINATION, /* paid, and there is a care-coordination payment */
    IHP__RECONCILE_OVERRIDE_OUT,      /* paid, and an override takes the member away */
    IHP__RECONCILE_OVERRIDE_IN,       /* not paid, and an override gives the member to the IHP */
    IHP__RECONCILE_REASONS
};

/* What payment runs wrote as paid for member months of an IHP. The sum of dollars is in two parts,
 * so that it does not depend on the order and cannot overflow. */
struct ihp__paid_sum {
    int64_t months, dollars, trillionths;
};

/* Sums of one month. Arrays are row-major. Money is in cents. */
struct ihp__payment_sums {
    int64_t *attributed, *eligible, *ctc; /* [partnerships], members; `eligible` for the PBP */
    int64_t *population_months,
        *population_cost;             /* [acgs], of the eligible population in the window */
    int64_t *paid_months, *paid_cost; /* [acgs], of PBP-eligible attributed members in the window */
    int64_t *members;                 /* [partnerships][acgs][IHP__UPLIFT_SETS], members paid for */
    int64_t *reason[IHP__RECONCILE_REASONS]; /* likewise, members reconciled for a reason, as
                                                computed; NULL unless the tally reconciles */
};

/* What a pass has seen, of all members. */
enum {
    IHP__SEEN_MEMBERS,
    IHP__SEEN_LINES,
    IHP__SEEN_UNKNOWN,      /* lines whose category of service is in no table */
    IHP__SEEN_NOT_BEGUN,    /* member months of the windows that would qualify had they begun by the
                               cut-off */
    IHP__SEEN_AFTER_DEATH,  /* likewise, had the member lived */
    IHP__SEEN_BEFORE_BIRTH, /* of the windows, before birth, which spans make qualify */
    IHP__PAYMENT_SEEN
};

struct ihp__payment_tally {
    struct ihp__payment_shape shape;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *seen; /* [IHP__PAYMENT_SEEN] */
    struct ihp__payment_sums month[IHP__PAY_MONTHS_MAX];
    struct ihp__paid_sum *paid; /* [partnerships][IHP__RECONCILE_REASONS], from payment runs */
};

/* Makes a tally of zeros. Not collective. The caller destroys it. */
enum ihp_status ihp__payment_tally_create(const struct ihp__payment_shape *shape,
                                          struct ihp__payment_tally **out, struct ihp_error *err);
void ihp__payment_tally_destroy(struct ihp__payment_tally **tally);

/* Adds one member's month. Not collective. */
void ihp__payment_tally_add(struct ihp__payment_tally *tally, size_t month,
                            const struct ihp__month_fact *fact, const struct ihp__paid_month *paid);

/* Adds a member month for which an override makes the IHP owed a payment [4.6.4.2]. Not collective.
 */
void ihp__payment_tally_gain(struct ihp__payment_tally *tally, size_t month, int partnership,
                             uint16_t acg, uint8_t uplift_set);

/* Adds a member month to what an IHP was paid and is taken back for a reason. Not collective. */
void ihp__payment_tally_paid(struct ihp__payment_tally *tally, int partnership,
                             enum ihp__reconcile_reason reason, double dollars);

/* Collective over `comm`. Makes the sums of all ranks on every rank. */
enum ihp_status ihp__payment_tally_reduce(struct ihp__payment_tally *tally, MPI_Comm comm,
                                          struct ihp_error *err);

#endif
