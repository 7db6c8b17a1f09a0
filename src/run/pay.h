/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pay.h - a payment job under way, as the files of this room see it. */
#ifndef IHP_RUN_PAY_H
#define IHP_RUN_PAY_H

#include "pass.h"
#include "watch.h"

#include "tally/payment.h"

struct ihp_pay_run {
    const struct ihp_pay_options *options;
    bool reconciles; /* the job is the reconciliation of what was paid */
    MPI_Comm comm;
    int rank, ranks;
    struct ihp_context context;
    struct ihp_range range;
    struct ihp_monthly_rules rules;
    struct ihp_payment_tally *tally;
    struct ihp_paid_fact *fact; /* [members of this rank][months]; NULL unless asked for */
    struct ihp_payment_curve curve[IHP_PAY_MONTHS_MAX];
    struct ihp_payment *payment; /* [months][partnerships] */
    struct ihp_run_facts facts;
    struct ihp_watch watch;
    struct ihp_table table[IHP_PAYMENT_TABLES]; /* on rank 0 */
    size_t tables;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Not collective: takes the claims of this rank's members once, adds to the sums of every month. */
enum ihp_status ihp_pay_pass(struct ihp_pay_run *run);

#endif
