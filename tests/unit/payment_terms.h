/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payment_terms.h - the contract's numbers for payments [15.2.4, 5.2.1], and invented uplifts. */
#ifndef IHP_TEST_PAYMENT_TERMS_H
#define IHP_TEST_PAYMENT_TERMS_H

#include "build.h"
#include "finance/payment.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ihp__payment_terms terms = {
    .given = true,
    .flat_first = 1.00,
    .flat_second = 2.00,
    .linear_start = 2.30,
    .linear_step = 0.275,
    .log_start = 6.00,
    .top_start = 17.12,
    .top_end = 30.17,
    .ctc = 1.00,
    .uplift = {[IHP__UPLIFT_SMI_AND_SUD] = 0.30,
               [IHP__UPLIFT_SMI_OR_SUD] = 0.15,
               [IHP__UPLIFT_HOMELESS_OR_INCARCERATED] = 0.20,
               [IHP__UPLIFT_CPI_OR_PARENT_SPMI] = 0.25,
               [IHP__UPLIFT_PARENT_SMI_OR_SUD] = 0.40},
};

#endif
