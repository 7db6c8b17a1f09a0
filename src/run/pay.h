/* pay.h - a payment job under way, as the files of this room see it. */
#ifndef IHP_RUN_PAY_H
#define IHP_RUN_PAY_H

#include "pass.h"

#include "ihp/payment.h"

/* A member's month as a member list shows it. */
struct ihp_pay_fact {
    uint16_t acg;
    int16_t partnership; /* -1: not attributed */
    uint8_t reason, window, uplift_set;
    bool paid, ctc;
};

struct ihp_pay_run {
    const struct ihp_pay_options *options;
    MPI_Comm comm;
    int rank, ranks;
    struct ihp_context context;
    struct ihp_range range;
    struct ihp_monthly_rules rules;
    struct ihp_payment_tally *tally;
    struct ihp_pay_fact *fact; /* [members of this rank][months]; NULL unless asked for */
    struct ihp_payment_curve curve[IHP_PAY_MONTHS_MAX];
    struct ihp_payment *payment; /* [months][partnerships] */
    double magnitude;            /* sum of |amount| of this rank, where amounts are 64 bits wide */
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Not collective: takes the claims of this rank's members once, adds to the sums of every month. */
enum ihp_status ihp_pay_pass(struct ihp_pay_run *run);

#endif
