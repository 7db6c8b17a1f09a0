/* Qualifying months and enough of them [13.1, 13.2, 13.3.2]. */
#include "ihp/member.h"

enum { MONTHS = 12, EVERY_MONTH = 0xFFF };

/* The months of the period that a span covers, as bits. */
static uint16_t months_covered(const struct ihp_span *span, int32_t first_month)
{
    int64_t from = (int64_t)span->month_from - first_month;
    int64_t to = (int64_t)span->month_to - first_month;
    from = from < 0 ? 0 : from;
    to = to > MONTHS - 1 ? MONTHS - 1 : to;
    if (from > to) {
        return 0;
    }
    return (uint16_t)(((1u << (to + 1)) - 1u) & ~((1u << from) - 1u));
}

/* Months in which an exclusion is in force [13.2]. "May exclude" MSC+ [13.2.10] is a policy, and it
 * never reaches months of the blind and disabled [13.1.3]. */
static uint16_t months_excluded(const struct ihp_span *span, size_t spans, int32_t first_month,
                                const struct ihp_policies *policies)
{
    uint16_t blind_or_disabled = 0, msc_plus = 0, excluded = 0;
    for (size_t i = 0; i < spans; i++) {
        uint16_t covered = months_covered(&span[i], first_month);
        if (span[i].program == IHP_PROGRAM_MA_BD) {
            blind_or_disabled |= covered;
        }
        if (span[i].exclusion == IHP_EXCLUSION_MSC_PLUS) {
            msc_plus |= covered;
        } else if (span[i].exclusion != IHP_EXCLUSION_NONE) {
            excluded |= covered;
        }
    }
    if (policies->msc_plus_excluded) {
        excluded |= (uint16_t)(msc_plus & ~blind_or_disabled);
    }
    return excluded;
}

void ihp_months_of_period(const struct ihp_span *span, size_t spans, int32_t first_month,
                          const struct ihp_policies *policies, struct ihp_months *months)
{
    int32_t payer_from[MONTHS] = {0}; /* month_from of the span that gives a month its payer */
    uint16_t qualifying = 0;
    *months = (struct ihp_months){0};
    for (size_t i = 0; i < spans; i++) {
        uint16_t covered = months_covered(&span[i], first_month);
        if (span[i].program == IHP_PROGRAM_OTHER || covered == 0) {
            continue;
        }
        if (covered == EVERY_MONTH && qualifying == 0) { /* the usual member: one span, all year */
            for (int m = 0; m < MONTHS; m++) {
                months->payer[m] = span[i].payer;
                payer_from[m] = span[i].month_from;
            }
            qualifying = covered;
            continue;
        }
        for (int m = 0; m < MONTHS; m++) {
            uint16_t bit = (uint16_t)(1u << m);
            if ((covered & bit) == 0) {
                continue;
            }
            bool first = (qualifying & bit) == 0;
            bool later = span[i].month_from > payer_from[m];
            bool before = span[i].month_from == payer_from[m] && span[i].payer < months->payer[m];
            if (first || later || before) {
                payer_from[m] = span[i].month_from;
                months->payer[m] = span[i].payer;
            }
        }
        qualifying |= covered;
    }
    months->excluded = months_excluded(span, spans, first_month, policies);
    months->qualifying = (uint16_t)(qualifying & ~months->excluded);
    if (policies->exclusion_scope == IHP_SCOPE_PERIOD && months->excluded != 0) {
        months->qualifying = 0;
    }
}

int ihp_months_count(uint16_t months)
{
    unsigned pairs = months - ((months >> 1) & 0x5555u); /* months in each pair of bits, ... */
    unsigned fours = (pairs & 0x3333u) + ((pairs >> 2) & 0x3333u);
    return (int)((fours + (fours >> 4) + (fours >> 8) + (fours >> 12)) & 15u);
}

int ihp_months_in_a_row(uint16_t months)
{
    int run = 0;
    if (months == EVERY_MONTH) {
        return MONTHS;
    }
    for (; months != 0; run++) {
        months &= (uint16_t)(months << 1); /* each round takes the first month off every run */
    }
    return run;
}

bool ihp_months_enough(uint16_t qualifying, const struct ihp_policies *policies)
{
    return ihp_months_in_a_row(qualifying) >= policies->min_continuous_months &&
           ihp_months_count(qualifying) >= policies->min_total_months;
}
