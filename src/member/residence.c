/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The county in which a member lives, month by month, and whether it was affected [5.9]. */
#include "member/member.h"

#include "base/search.h"

enum { MONTHS = 12 };

/* Returns true if a span, rather than `best`, determines a month's payer [5.4], or has the lower
 * county number of two spans with the same payer. */
static bool goes_before(const struct ihp__span *span, const struct ihp__span *best)
{
    if (best == NULL || span->month_from != best->month_from) {
        return best == NULL || span->month_from > best->month_from;
    }
    if (span->payer != best->payer) {
        return span->payer < best->payer;
    }
    return span->county != 0 && (best->county == 0 || span->county < best->county);
}

void ihp__months_county(const struct ihp__span *span, size_t spans, int32_t first_month,
                        uint16_t qualifying, uint32_t own, uint32_t county[12])
{
    for (int m = 0; m < MONTHS; m++) {
        const struct ihp__span *best = NULL;
        int32_t month = first_month + m;
        for (size_t i = 0; ((qualifying >> m) & 1u) != 0 && i < spans; i++) {
            bool covers = span[i].month_from <= month && month <= span[i].month_to;
            if (covers && span[i].major_program != IHP__MAJOR_PROGRAM_OTHER &&
                goes_before(&span[i], best)) {
                best = &span[i];
            }
        }
        county[m] = best != NULL && best->county != 0 ? best->county : own;
    }
}

static uint16_t months_of_county(uint32_t county, const struct ihp__affected *affected,
                                 size_t count)
{
    size_t at;
    IHP__LOWER_BOUND(at, count, affected[at].county < county);
    return at < count && affected[at].county == county ? affected[at].months : 0;
}

uint16_t ihp__months_affected(const uint32_t county[12], const struct ihp__affected *affected,
                              size_t count)
{
    uint16_t months = 0, of_county = 0;
    for (int m = 0; m < MONTHS; m++) {
        if (m == 0 || county[m] != county[m - 1]) { /* most members do not move */
            of_county = months_of_county(county[m], affected, count);
        }
        months |= (uint16_t)(of_county & (1u << m));
    }
    return months;
}
