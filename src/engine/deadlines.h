/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deadlines.h - the dates by which the contract asks for notices, payments, error reports and
 * answers [2.9, 4.6, 5.4].
 *
 * Nothing here is collective. A day is days since 1970-01-01, a month months since 1970-01.
 */
#ifndef IHP_ENGINE_DEADLINES_H
#define IHP_ENGINE_DEADLINES_H

#include "base/business_days.h"

/* The last day of a term, and the day on which it is due. They differ where the last day is not a
 * business day [2.9]. */
struct ihp__deadline {
    int32_t last_day, due;
};

/* The numbers of the contract: months after the close of the Performance Period [5.4.2.1, 5.4.3.1],
 * and days. */
enum {
    IHP__INTERIM_MONTHS = 6,
    IHP__FINAL_MONTHS = 18,
    IHP__MCO_DAYS = 30,          /* to pay, after the State informs the MCOs [5.4.2.3, 5.4.3.3] */
    IHP__LOSSES_DAYS = 120,      /* to pay losses, after the notice [5.4.3.4] */
    IHP__PACKAGE_DAYS = 45,      /* for a package, after the end of the quarter [4.6.2] */
    IHP__ERROR_REPORT_DAYS = 60, /* for an error report, after the list [4.6.4.1] */
    IHP__ERROR_RESPONSE_DAYS =
        30 /* for an answer, before the Final Payment calculation [4.6.4.2] */
};

/* Returns the last business day of the n-th month after `last_month`, the last month of the
 * Performance Period. */
struct ihp__deadline ihp__deadline_months(const struct ihp__holidays *holidays, int32_t last_month,
                                          int months);

/* Returns the end of a term of calendar days after a day: due on the business day that follows if
 * it ends on a weekend or a holiday [2.9]. */
struct ihp__deadline ihp__deadline_after(const struct ihp__holidays *holidays, int32_t day,
                                         int days);

/* Returns the last day that is at least so many calendar days before a day: due on the business day
 * before it if it is a weekend or a holiday, since the day that follows would be too late. */
struct ihp__deadline ihp__deadline_before(const struct ihp__holidays *holidays, int32_t day,
                                          int days);

#endif
