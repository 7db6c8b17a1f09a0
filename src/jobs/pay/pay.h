/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pay.h - a payment job under way, as its files see it. */
#ifndef IHP_JOBS_PAY_H
#define IHP_JOBS_PAY_H

#include "engine/job.h"
#include "finance/payment.h"
#include "ihp/jobs.h"
#include "jobs/pay/reconcile.h"
#include "result/output_folder.h"
#include "result/payment_tables.h"

struct ihp__pay_run {
    const struct ihp_pay_options *options;
    bool reconciles; /* the job is the reconciliation of what was paid */
    struct ihp__job job;
    struct ihp__monthly_rules rules;
    struct ihp__reconciliation reconciliation; /* empty unless `reconciles` */
    struct ihp__payment_tally *tally;
    struct ihp__paid_fact *fact; /* [members of this rank][months]; NULL unless asked for */
    struct ihp__payment_curve curve[IHP__PAY_MONTHS_MAX];
    struct ihp__payment *payment;                 /* [months][partnerships] */
    struct ihp__table table[IHP__PAYMENT_TABLES]; /* on rank 0 */
    struct ihp__output output;
    size_t tables;
};

/* Takes the claims of this rank's members once, and adds to the sums of every month. Not
 * collective. */
enum ihp_status ihp__pay_pass(struct ihp__pay_run *run);

#endif
