/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dates of the contract. */
#include "engine/deadlines.h"

#include "base/calendar.h"

struct ihp__deadline ihp__deadline_months(const struct ihp__holidays *holidays, int32_t last_month,
                                          int months)
{
    int32_t day = ihp__last_business_day(holidays, last_month + months);
    return (struct ihp__deadline){day, day};
}

struct ihp__deadline ihp__deadline_after(const struct ihp__holidays *holidays, int32_t day,
                                         int days)
{
    int32_t last = day + days;
    return (struct ihp__deadline){last, ihp__business_day_from(holidays, last)};
}

struct ihp__deadline ihp__deadline_before(const struct ihp__holidays *holidays, int32_t day,
                                          int days)
{
    int32_t last = day - days;
    return (struct ihp__deadline){last, ihp__business_day_until(holidays, last)};
}
