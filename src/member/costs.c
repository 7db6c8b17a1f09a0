/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost of a member's lines that are taken through the store's index [2.7, 16.10, 13.1]. Lines
 * that do not count are set aside, and the reason why is found for many of them at once. */
#include "counted.h"
#include "member_state.h"

#include "../base/clones.h"

enum { EVERY_MONTH = 0xFFF };

static inline unsigned qualifies(const struct ihp__cost_rules *c, size_t i)
{
    unsigned day = (unsigned)(c->service_date[i] - c->first_day) & (IHP__MONTH_DAYS - 1);
    return (c->months >> c->month_of_day[day]) & 1u;
}

/* Adds the amounts of the counted lines among first .. end - 1 to `sum`, and writes the places of
 * the other lines into `aside`. There is no branch that a processor would have to predict: each
 * place is written, and kept by advancing the count. `every_month` and `voids`, constants in each
 * call, mean that all months qualify and that lines may have void dates. */
static inline void add_counted(const struct ihp__cost_rules *c, size_t first, size_t end,
                               bool every_month, bool voids, uint32_t *aside,
                               struct ihp__counted *sum)
{
    for (size_t i = first; i < end; i++) {
        unsigned counted = (unsigned)(c->known_from[i] <= c->cutoff) &
                           (voids ? (unsigned)(c->void_date[i] > c->cutoff) : 1u) &
                           c->inclusion[c->service[i]] & (every_month ? 1u : qualifies(c, i));
        sum->amount += ihp__claim_amount(c->claims, i) & -(int64_t)counted;
        aside[sum->others] = (uint32_t)i;
        sum->others += 1 - counted;
    }
}

/* Does the same for the first of the lines with instructions that take many at once. Returns the
 * first line that is left. */
static size_t add_many(const struct ihp__cost_rules *c, size_t first, size_t end, uint32_t *aside,
                       struct ihp__counted *sum)
{
#ifdef IHP__COUNTED_AVX2
    if (c->claims->amount32 != NULL && __builtin_cpu_supports("avx2")) {
        return ihp__counted_avx2(c, first, end, aside, sum);
    }
#endif
    (void)c, (void)end, (void)aside, (void)sum;
    return first;
}

void ihp__costs_add(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                    const struct ihp__claims *claims, size_t first, size_t end,
                    struct ihp__aside *aside)
{
    bool every_month =
        rules->policies->cost_months == IHP__COST_ALL || period->months.qualifying == EVERY_MONTH;
    const struct ihp__cost_rules c = {
        .inclusion = rules->inclusion,
        .month_of_day = rules->month_of_day,
        .known_from = claims->known_from,
        .void_date = claims->void_date,
        .service_date = claims->service_date,
        .service = claims->service,
        .claims = claims,
        .months = every_month ? UINT32_MAX : period->months.qualifying,
        .every_month = every_month,
        .cutoff = rules->cutoff,
        .first_day = rules->first_day,
    };
    uint32_t *place = aside->line + aside->count;
    struct ihp__counted sum = {0, 0};
    size_t left = add_many(&c, first, end, place, &sum);
    if (claims->void_date != NULL) {
        add_counted(&c, left, end, every_month, true, place, &sum);
    } else if (every_month) {
        add_counted(&c, left, end, true, false, place, &sum);
    } else {
        add_counted(&c, left, end, false, false, place, &sum);
    }
    size_t counted = end - first - sum.others;
    period->cost += sum.amount;
    aside->count += sum.others;
    period->lines += (uint32_t)counted;
    aside->counted_lines += (int64_t)counted;
    aside->counted_amount += period->cost;
}

/* Returns the disposition of a line that was set aside [2.7, 16.10, 13.1]. A line that passes the
 * cut-off and has an included category was set aside because of its month. */
static enum ihp__disposition disposition_aside(const struct ihp__period_rules *rules,
                                               const struct ihp__claims *claims, size_t i)
{
    enum { PAID, LATER, NEVER, STATES }; /* by the cut-off */
    static const uint8_t by_inclusion[STATES][3] = {
        [PAID] = {[IHP__SERVICE_UNKNOWN] = IHP__DISPOSITION_CATEGORY_UNKNOWN,
                  [IHP__SERVICE_EXCLUDED] = IHP__DISPOSITION_CATEGORY_EXCLUDED,
                  [IHP__SERVICE_INCLUDED] = IHP__DISPOSITION_MONTH_NOT_QUALIFYING},
        [LATER] = {IHP__DISPOSITION_AFTER_CUTOFF, IHP__DISPOSITION_AFTER_CUTOFF,
                   IHP__DISPOSITION_AFTER_CUTOFF},
        [NEVER] = {IHP__DISPOSITION_NOT_PAID, IHP__DISPOSITION_NOT_PAID, IHP__DISPOSITION_NOT_PAID},
    };
    uint16_t known_from = claims->known_from[i];
    unsigned state = (unsigned)(known_from > rules->cutoff) + (known_from == IHP__NEVER_KNOWN);
    if (claims->void_date != NULL && claims->void_date[i] <= rules->cutoff && state == PAID) {
        state = NEVER;
    }
    return (enum ihp__disposition)by_inclusion[state][rules->inclusion[claims->service[i]]];
}

IHP__CLONES static int64_t sum_of_32(const int32_t *amount, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += amount[i];
    }
    return sum;
}

static int64_t sum_of_amounts(const struct ihp__claims *claims, size_t first, size_t end)
{
    int64_t sum = 0;
    if (claims->amount32 != NULL) {
        return sum_of_32(claims->amount32 + first, end - first);
    }
    for (size_t i = first; i < end; i++) {
        sum += claims->amount64[i];
    }
    return sum;
}

/* Adds the lines set aside to the sums of a period by disposition, and to the number and amount of
 * the period's lines. Lines in even and odd places have sums of their own, because equal
 * dispositions in a row would wait for each other. */
static void sort_aside(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                       const struct ihp__aside *aside, struct ihp__line_sums *sums, int period,
                       int64_t *lines, int64_t *amount)
{
    struct {
        int64_t lines, amount;
    } sum[IHP__DISPOSITIONS][2] = {0};
    for (size_t n = 0; n < aside->count; n++) {
        size_t i = aside->line[n];
        enum ihp__disposition disposition = disposition_aside(rules, claims, i);
        sum[disposition][n % 2].lines++;
        sum[disposition][n % 2].amount += ihp__claim_amount(claims, i);
        if (disposition == IHP__DISPOSITION_CATEGORY_UNKNOWN) {
            sums->unknown_lines[period][claims->service[i]]++;
        }
    }
    for (int d = 0; d < IHP__DISPOSITIONS; d++) {
        int64_t paid = sum[d][0].amount + sum[d][1].amount;
        sums->lines[period][d] += sum[d][0].lines + sum[d][1].lines;
        sums->amount[period][d] += paid;
        *amount += paid;
    }
    *lines += (int64_t)aside->count;
}

void ihp__line_sums_add(struct ihp__line_sums *sums,
                        const struct ihp__period_rules rules[IHP__PERIODS],
                        const struct ihp__claims *claims, size_t first, size_t end,
                        struct ihp__aside aside[IHP__PERIODS])
{
    int64_t count = (int64_t)(end - first), all = sum_of_amounts(claims, first, end);
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__aside *set_aside = &aside[period];
        int64_t lines = set_aside->counted_lines, amount = set_aside->counted_amount;
        sums->lines[period][IHP__DISPOSITION_COUNTED] += lines;
        sums->amount[period][IHP__DISPOSITION_COUNTED] += amount;
        sort_aside(&rules[period], claims, set_aside, sums, period, &lines, &amount);
        sums->lines[period][IHP__DISPOSITION_OUTSIDE_PERIOD] += count - lines;
        sums->amount[period][IHP__DISPOSITION_OUTSIDE_PERIOD] += all - amount;
        set_aside->count = 0;
        set_aside->counted_lines = set_aside->counted_amount = 0;
    }
    sums->store_lines += count;
    sums->store_amount += all;
}
