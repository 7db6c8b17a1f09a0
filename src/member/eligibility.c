/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Qualifying months, and whether there are enough of them [13.1, 13.2, 13.3.2]. */
#include "member/member.h"

#include <string.h>

enum { MONTHS = 12, EVERY_MONTH = 0xFFF };

/* Returns which of the `months` (at most 31) months from `first_month` on a span covers, as bits.
 */
static inline uint32_t months_covered(const struct ihp__span *span, int32_t first_month, int months)
{
    int64_t from = (int64_t)span->month_from - first_month;
    int64_t to = (int64_t)span->month_to - first_month;
    from = from < 0 ? 0 : from;
    to = to > months - 1 ? months - 1 : to;
    if (from > to) {
        return 0;
    }
    return ((1u << (to + 1)) - 1u) & ~((1u << from) - 1u);
}

/* Returns the months in which an exclusion applies [13.2]. The contract "may exclude" MSC+
 * [13.2.10], which is a policy here; that exclusion never applies to months of the blind and
 * disabled [13.1.3]. */
static uint32_t months_excluded(const struct ihp__span_months *seen,
                                const struct ihp__claims_policies *policies)
{
    return policies->msc_plus_excluded
               ? seen->excluded | (seen->msc_plus & ~seen->blind_or_disabled)
               : seen->excluded;
}

/* Returns all bits set if a condition holds, which few spans have in common with the one before. */
static inline uint32_t all_if(bool holds)
{
    return -(uint32_t)holds;
}

void ihp__months_of_spans(const struct ihp__span *span, size_t spans, int32_t first, int months,
                          struct ihp__span_months *seen)
{
    *seen = (struct ihp__span_months){0};
    for (size_t i = 0; i < spans; i++) {
        const uint32_t covered = months_covered(&span[i], first, months);
        const bool msc_plus = span[i].exclusion == IHP__EXCLUSION_MSC_PLUS;
        const bool none = span[i].exclusion == IHP__EXCLUSION_NONE;
        const uint8_t program = span[i].major_program;
        seen->qualifying |= covered & all_if(program != IHP__MAJOR_PROGRAM_OTHER);
        seen->blind_or_disabled |= covered & all_if(program == IHP__MAJOR_PROGRAM_MA_BD);
        seen->medical_assistance |= covered & all_if(program == IHP__MAJOR_PROGRAM_MA_BD ||
                                                     program == IHP__MAJOR_PROGRAM_MA);
        seen->msc_plus |= covered & all_if(msc_plus);
        seen->excluded |= covered & all_if(!msc_plus && !none);
    }
}

/* Gives each month that a span covers the span's payer, if it is the first span of the month,
 * starts later than the span that gave the payer before, or starts with it and has the lower payer
 * number. */
static void put_payer(const struct ihp__span *span, uint32_t covered, uint32_t qualifying,
                      int32_t payer_from[MONTHS], uint16_t payer[MONTHS])
{
    for (int m = 0; m < MONTHS; m++) {
        uint32_t bit = 1u << m;
        if ((covered & bit) == 0) {
            continue;
        }
        bool first = (qualifying & bit) == 0;
        bool later = span->month_from > payer_from[m];
        bool before = span->month_from == payer_from[m] && span->payer < payer[m];
        if (first || later || before) {
            payer_from[m] = span->month_from;
            payer[m] = span->payer;
        }
    }
}

void ihp__months_payers(const struct ihp__span *span, size_t spans, int32_t first_month,
                        uint16_t payer[MONTHS])
{
    int32_t payer_from[MONTHS] = {0}; /* month_from of the span that determines the month's payer */
    uint32_t qualifying = 0;
    memset(payer, 0, MONTHS * sizeof *payer);
    for (size_t i = 0; i < spans; i++) {
        uint32_t covered = months_covered(&span[i], first_month, MONTHS);
        if (span[i].major_program == IHP__MAJOR_PROGRAM_OTHER || covered == 0) {
            continue;
        }
        if (covered == EVERY_MONTH && qualifying == 0) { /* most members */
            for (int m = 0; m < MONTHS; m++) {
                payer[m] = span[i].payer;
                payer_from[m] = span[i].month_from;
            }
        } else {
            put_payer(&span[i], covered, qualifying, payer_from, payer);
        }
        qualifying |= covered;
    }
}

/* Returns the months of `months` (at most 31) months from `first` on that are not after `last`, as
 * bits. */
static uint32_t months_until(int32_t first, int32_t last, int months)
{
    int64_t until = (int64_t)last - first + 1;
    until = until < 0 ? 0 : until > months ? months : until;
    return (1u << until) - 1u;
}

struct ihp__lifetime ihp__lifetime_of(int32_t birth_day, int32_t death_day)
{
    return (struct ihp__lifetime){ihp__month_of_day(birth_day), death_day == IHP__NO_DEATH
                                                                    ? IHP__NO_DEATH
                                                                    : ihp__month_of_day(death_day)};
}

/* Which months of a range have begun, and in which the member was born and not yet dead, as bits;
 * `counted` are those that can qualify. */
struct possible_months {
    uint32_t begun, born, living, counted;
};

static struct possible_months possible(const struct ihp__month_range *range, int months,
                                       const struct ihp__claims_policies *policies)
{
    struct possible_months can = {
        .begun = months_until(range->first, range->last_begun, months),
        .born = ~months_until(range->first, range->life.born - 1, months),
        .living = months_until(range->first, range->life.died, months),
    };
    can.counted = can.begun & can.living;
    if (policies->before_birth == IHP__BEFORE_BIRTH_NEVER) {
        can.counted &= can.born;
    }
    return can;
}

void ihp__months_of_window(const struct ihp__span_months *spans, int place,
                           struct ihp__month_range range,
                           const struct ihp__claims_policies *policies, struct ihp__months *months)
{
    const struct possible_months can = possible(&range, MONTHS, policies);
    uint32_t excluded = months_excluded(spans, policies) >> place & EVERY_MONTH;
    uint32_t qualifying = spans->qualifying >> place & EVERY_MONTH & ~excluded;
    if (policies->exclusion_scope == IHP__SCOPE_PERIOD && (excluded & can.counted) != 0) {
        qualifying = 0;
    }
    months->excluded = (uint16_t)excluded;
    months->qualifying = (uint16_t)(qualifying & can.counted);
    months->not_begun = (uint16_t)(qualifying & ~can.begun);
    months->after_death = (uint16_t)(qualifying & can.begun & ~can.living);
    months->before_birth = (uint16_t)(qualifying & can.begun & ~can.born);
}

void ihp__months_of_period(const struct ihp__span *span, size_t spans,
                           struct ihp__month_range range,
                           const struct ihp__claims_policies *policies, struct ihp__months *months)
{
    struct ihp__span_months seen;
    ihp__months_of_spans(span, spans, range.first, MONTHS, &seen);
    ihp__months_of_window(&seen, 0, range, policies, months);
    ihp__months_payers(span, spans, range.first, months->payer);
}

void ihp__months_of_horizon(const struct ihp__span *span, size_t spans,
                            struct ihp__month_range range, int months,
                            const struct ihp__claims_policies *policies,
                            struct ihp__horizon_months *out)
{
    struct ihp__span_months seen;
    const struct possible_months can = possible(&range, months, policies);
    ihp__months_of_spans(span, spans, range.first, months, &seen);
    uint32_t excluded = months_excluded(&seen, policies);
    *out = (struct ihp__horizon_months){
        .covered = seen.qualifying & can.counted,
        .excluded = excluded & can.counted,
        .not_begun = seen.qualifying & ~excluded & ~can.begun,
        .before_birth = seen.qualifying & ~excluded & can.begun & ~can.born,
        .after_death = seen.qualifying & ~excluded & can.begun & ~can.living,
        .medical_assistance = seen.medical_assistance & can.counted,
    };
}

uint16_t ihp__horizon_window(const struct ihp__horizon_months *horizon, int first,
                             const struct ihp__claims_policies *policies)
{
    uint32_t excluded = horizon->excluded >> first & EVERY_MONTH;
    if (policies->exclusion_scope == IHP__SCOPE_PERIOD && excluded != 0) {
        return 0;
    }
    return (uint16_t)(horizon->covered >> first & EVERY_MONTH & ~excluded);
}

int ihp__months_count(uint16_t months)
{
    unsigned pairs = months - ((months >> 1) & 0x5555u); /* number of months in each pair of bits */
    unsigned fours = (pairs & 0x3333u) + ((pairs >> 2) & 0x3333u);
    return (int)((fours + (fours >> 4) + (fours >> 8) + (fours >> 12)) & 15u);
}

int ihp__months_in_a_row(uint16_t months)
{
    int run = 0;
    if (months == EVERY_MONTH) {
        return MONTHS;
    }
    for (; months != 0; run++) {
        months &= (uint16_t)(months << 1); /* each round removes the first month of every run */
    }
    return run;
}

/* Returns true if `least` months in a row are in a set. The number of rounds depends on `least`
 * alone, which a processor foresees. */
static bool has_in_a_row(unsigned months, int least)
{
    for (int row = 1, more; row < least; row += more) { /* bits are the first months of rows */
        more = least - row < row ? least - row : row;
        months &= months >> more;
    }
    return least <= 0 || months != 0;
}

bool ihp__months_enough(uint16_t qualifying, const struct ihp__decision_policies *policies)
{
    const bool total = ihp__months_count(qualifying) >= policies->min_total_months;
    return has_in_a_row(qualifying, policies->min_continuous_months) & total; /* no branch */
}
