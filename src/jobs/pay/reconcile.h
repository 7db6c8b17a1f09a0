/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reconcile.h - what a reconciliation needs in addition to a payment: the runs that paid, what they
 * paid to whom, and the overrides of the year [15.5, 4.6.4.2]. */
#ifndef IHP_JOBS_PAY_RECONCILE_H
#define IHP_JOBS_PAY_RECONCILE_H

#include "engine/paid_run.h"
#include "finance/payment.h"
#include "result/job_files.h"

struct ihp__pay_run; /* pay.h */

/* An override of the year. */
struct ihp__year_override {
    uint64_t member; /* number in the store */
    int partnership; /* -1: none */
};

/* A member month that a run paid. */
struct ihp__paid_row {
    uint64_t member; /* number in the store */
    double dollars;
    int16_t partnership;
    uint8_t month, run; /* of the year; place among the runs */
    uint32_t line;      /* in the run's member file */
};

struct ihp__reconciliation {
    struct ihp__year_override *override_; /* owned; ascending by member */
    size_t overrides;
    struct ihp__paid_run run[IHP__PAID_RUNS_MAX];
    size_t runs;                 /* 0: payments are computed again */
    struct ihp__paid_row *row;   /* owned; of this rank's members, by member and month */
    size_t rows, capacity, next; /* `next` is the first row that the pass has not taken */
    struct ihp__payment_curve curve[IHP__PAY_MONTHS_MAX]; /* of the runs; owned */
    struct ihp__reconciled *result; /* owned; [partnerships][IHP__RECONCILE_REASONS] */
};

/* Opens the runs that the options name, with what they paid to the members of this rank, and places
 * the overrides of the year. Not collective. */
enum ihp_status ihp__reconcile_open(struct ihp__pay_run *run);

/* Returns the override of a member, NULL if there is none. */
const struct ihp__year_override *ihp__reconcile_override(const struct ihp__reconciliation *r,
                                                         uint64_t member);

/* Computes the result from the tally of all ranks. Not collective. */
enum ihp_status ihp__reconcile_finish(struct ihp__pay_run *run);

/* Describes the runs and the overrides in the files of the job. The arrays are the caller's. */
void ihp__reconcile_describe(const struct ihp__pay_run *run,
                             struct ihp__job_run paid[IHP__PAID_RUNS_MAX],
                             char overrides[IHP__HASH_TEXT], struct ihp__job_files *files);

void ihp__reconcile_free(struct ihp__reconciliation *r);

#endif
