/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares two periods of a payer. The limits are far from what a year changes:
 * docs/completeness.md. */
#include "engine/level_shifts.h"

#include "base/array.h"
#include "engine/all_payers.h"
#include "engine/completeness_internal.h"

#include <math.h>
#include <string.h>

enum {
    YEAR = 12,
    MONTHS_LEAST = 6,    /* that can be compared */
    MEMBERS_LEAST = 20,  /* with a line in a month, on average and as expected */
    ABSENT_LEAST = 5,    /* the same of what is absent: nobody for a whole period */
    LINES_LEAST = 100,   /* of the period with more */
    DOLLARS_LEAST = 100, /* the same of the dollars of a class, which one drug can double */
    ABSENT_LINES = 50,   /* the same of what is absent */
    NEAR_EDGE = 3,       /* months from the end of a period that its step moves */
};
static const double run_out_least = 0.5; /* paid so far, for a month to be compared */
static const double deviations = 4.5;    /* of chance, within which all is well */
static const double of_lines = 1.5;      /* variance of lines for 1 of members */
static const double of_dollars = 6;      /* the same of dollars, which few members move */

static const double never_dollars = 50; /* a factor that no drug and no stay makes */

/* The largest factor between two periods, by payer and by service class. */
static const double most_lines[2] = {1 / 0.6, 2.5}, most_dollars[2] = {2, 3};

/* A month of one payer and class. */
struct month {
    double lines, members, cents, own, all, paid;
};

/* Pairs of the same calendar month in both periods. */
struct pairs {
    struct month month[2][YEAR];
    int32_t at[2][YEAR]; /* months since 1970-01 */
    double all[2][YEAR]; /* member months of all payers */
    size_t count;
    bool has_own; /* the payer has member months in some period */
};

/* What is searched: a payer's cells, and where the shifts go. */
struct search {
    const struct ihp__payer_months *months;
    const struct ihp__due_period *period; /* [2] */
    int32_t end;
    size_t payer_first, payer_end; /* its cells */
    size_t shifts_before;          /* of other periods */
    struct ihp__shifts *shifts;
};

/* ---- pairs ----------------------------------------------------------------------------------- */

static void pair_months(const struct ihp__due_period period[2], struct pairs *pairs)
{
    pairs->count = 0;
    for (int32_t i = period[0].first; i <= period[0].last && pairs->count < YEAR; i++) {
        for (int32_t j = period[1].first; j <= period[1].last; j++) {
            if ((j - i) % YEAR == 0 && j != i) {
                pairs->at[0][pairs->count] = i;
                pairs->at[1][pairs->count++] = j;
                break;
            }
        }
    }
}

/* Finds the pair of a month on one side; -1 if it has none. */
static int pair_of(const struct pairs *pairs, int side, int32_t month)
{
    for (size_t i = 0; i < pairs->count; i++) {
        if (pairs->at[side][i] == month) {
            return (int)i;
        }
    }
    return -1;
}

static void add_all(const struct ihp__payer_months *months, struct pairs *pairs)
{
    memset(pairs->all, 0, sizeof pairs->all);
    for (size_t c = 0; c < months->cells; c++) {
        for (int side = 0; side < 2; side++) {
            int at = pair_of(pairs, side, months->cell[c].month);
            if (at >= 0 && months->cell[c].service_class == IHP__ALL_CLASSES) {
                pairs->all[side][at] += (double)months->cell[c].member_months;
            }
        }
    }
}

/* Takes the months of a payer in one class: `cell` are those of the class, `own` those of all
 * classes, which have the member months. */
static void take_months(const struct ihp__payer_month_cell *cell, size_t cells,
                        const struct ihp__payer_month_cell *own, size_t owns, struct pairs *pairs)
{
    memset(pairs->month, 0, sizeof pairs->month);
    pairs->has_own = false;
    for (int side = 0; side < 2; side++) {
        for (size_t c = 0; c < owns; c++) {
            int at = pair_of(pairs, side, own[c].month);
            if (at >= 0 && own[c].service_class == IHP__ALL_CLASSES) {
                pairs->month[side][at].own = (double)own[c].member_months;
                pairs->has_own |= own[c].member_months > 0;
            }
        }
        for (size_t c = 0; c < cells; c++) {
            int at = pair_of(pairs, side, cell[c].month);
            if (at >= 0) {
                struct month *month = &pairs->month[side][at];
                month->lines = (double)cell[c].lines;
                month->members = (double)cell[c].members;
                month->cents = (double)cell[c].cents;
            }
        }
        for (size_t i = 0; i < pairs->count; i++) {
            /* Claims without enrollment count as they are. */
            pairs->month[side][i].all = pairs->all[side][i] > 0 ? pairs->all[side][i] : 1;
        }
    }
}

/* Takes the share of each month that is paid. */
static void take_shares(const struct ihp__due_period period[2], int32_t end,
                        const double share[IHP__LAGS], struct pairs *pairs)
{
    for (int side = 0; side < 2; side++) {
        int32_t through = period[side].through < end ? period[side].through : end;
        for (size_t i = 0; i < pairs->count; i++) {
            pairs->month[side][i].paid = ihp__share_within(share, through - pairs->at[side][i]);
        }
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Marks the pairs of which one month is empty and most others of its period are not: these are
 * missing months, which are told elsewhere. Returns how many are left. */
static size_t mark_holes(const struct pairs *pairs, size_t first, size_t end, bool hole[YEAR])
{
    size_t left = 0;
    for (size_t i = first; i < end; i++) {
        hole[i] =
            pairs->month[0][i].paid < run_out_least || pairs->month[1][i].paid < run_out_least;
    }
    bool unpaid[YEAR];
    memcpy(unpaid, hole, sizeof unpaid);
    for (int side = 0; side < 2; side++) {
        double rate[YEAR];
        size_t rates = 0;
        for (size_t i = first; i < end; i++) {
            if (!unpaid[i]) {
                rate[rates++] = pairs->month[side][i].lines;
            }
        }
        double usual = ihp__quantile(rate, rates, 0.75);
        for (size_t i = first; i < end; i++) {
            hole[i] |= usual > 0 && pairs->month[side][i].lines <= IHP__HARDLY_ANY * usual;
        }
    }
    for (size_t i = first; i < end; i++) {
        left += !hole[i];
    }
    if (2 * left < end - first) { /* rather all months that are paid */
        left = 0;
        for (size_t i = first; i < end; i++) {
            hole[i] = unpaid[i];
            left += !hole[i];
        }
    }
    return left;
}

static void sum_side(const struct pairs *pairs, int side, const bool hole[YEAR], size_t first,
                     size_t end, struct ihp__shift_side *sum)
{
    *sum =
        (struct ihp__shift_side){.first = pairs->at[side][first], .last = pairs->at[side][first]};
    for (size_t i = first; i < end; i++) {
        const struct month *month = &pairs->month[side][i];
        int32_t at = pairs->at[side][i];
        sum->first = at < sum->first ? at : sum->first;
        sum->last = at > sum->last ? at : sum->last;
        if (!hole[i]) {
            sum->lines += month->lines;
            sum->members += month->members;
            sum->cents += month->cents;
            sum->own += month->own * month->paid;
            sum->all += month->all * month->paid;
            sum->months++;
        }
    }
}

/* ---- comparison ------------------------------------------------------------------------------ */

/* Returns the logarithm of how far two sums are apart, by the measure that sees less of it; 0 if
 * the measures do not agree. */
static double apart(const struct ihp__shift_side side[2], double first, double second)
{
    const double sums[2] = {first > 0 ? first : 0, second > 0 ? second : 0};
    if (sums[0] <= 0 && sums[1] <= 0) {
        return 0;
    }
    double all = log(sums[1] / side[1].all) - log(sums[0] / side[0].all);
    if (side[0].own <= 0 || side[1].own <= 0) {
        return all;
    }
    double own = log(sums[1] / side[1].own) - log(sums[0] / side[0].own);
    if ((own > 0) != (all > 0)) {
        return 0;
    }
    return fabs(own) < fabs(all) ? own : all;
}

/* Returns how many members have a line in a month: on average in the period with more lines, and as
 * is expected by that of the other. The smaller number. */
static double members_of(const struct ihp__shift_side side[2], int less)
{
    const struct ihp__shift_side *full = &side[1 - less], *other = &side[less];
    double members = full->members / (double)full->months;
    double expected = members * other->all / full->all;
    if (full->own > 0 && other->own > 0 && members * other->own / full->own < expected) {
        expected = members * other->own / full->own;
    }
    return members < expected ? members : expected;
}

static bool beyond(double logarithm, double most, double dispersion, double members)
{
    double chance = deviations * sqrt(2 * dispersion / members), limit = log(most);
    return fabs(logarithm) > (chance > limit ? chance : limit);
}

/* Compares what was summed. Returns false if nothing is far apart. */
static bool compare(const struct pairs *pairs, bool of_class, struct ihp__shift *found)
{
    const struct ihp__shift_side *side = found->side;
    double lines = apart(side, side[0].lines, side[1].lines);
    double cents = apart(side, side[0].cents, side[1].cents);
    for (int s = 0; s < 2 && pairs->has_own; s++) {
        if (side[s].own <= 0 && side[s].lines <= 0 && side[1 - s].own > 0) {
            double members = side[1 - s].members / (double)side[1 - s].months;
            found->kind = IHP__SHIFT_NEW;
            found->less = (uint8_t)s;
            return !of_class && side[1 - s].lines >= LINES_LEAST && members >= MEMBERS_LEAST;
        }
    }
    found->less = lines < 0 || (lines == 0 && cents < 0);
    double members = members_of(side, found->less);
    bool absent = fabs(lines) >= -log(IHP__HARDLY_ANY);
    if (side[1 - found->less].lines < (absent ? ABSENT_LINES : LINES_LEAST) ||
        !(members >= (absent ? ABSENT_LEAST : MEMBERS_LEAST))) {
        return false;
    }
    if (absent) {
        found->kind = IHP__SHIFT_ABSENT;
        return beyond(lines, most_lines[of_class], of_lines, members);
    }
    if (isinf(cents) != 0) {
        found->kind = IHP__SHIFT_ZERO;
        found->less = cents < 0;
        return true;
    }
    if (beyond(lines, most_lines[of_class], of_lines, members)) {
        found->kind = IHP__SHIFT_LINES;
        return true;
    }
    found->kind = IHP__SHIFT_DOLLARS;
    found->less = cents < 0;
    if (of_class && members < DOLLARS_LEAST && fabs(cents) < log(never_dollars)) {
        return false;
    }
    return beyond(cents, most_dollars[of_class], of_dollars, members);
}

/* Compares pairs from `first` to before `end`. */
static bool compare_range(const struct pairs *pairs, size_t first, size_t end,
                          struct ihp__shift *found)
{
    bool hole[YEAR] = {false};
    if (end - first < MONTHS_LEAST || 2 * mark_holes(pairs, first, end, hole) < end - first) {
        return false;
    }
    for (int side = 0; side < 2; side++) {
        sum_side(pairs, side, hole, first, end, &found->side[side]);
    }
    return compare(pairs, found->service_class != IHP__ALL_CLASSES, found);
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Returns true if a payer as a whole has the shift of a class, or one that has it within. */
static bool has_payer_shift(const struct ihp__shifts *shifts, size_t from,
                            const struct ihp__shift *found)
{
    for (size_t i = from; i < shifts->count; i++) {
        const struct ihp__shift *shift = &shifts->shift[i];
        bool whole = shift->kind == IHP__SHIFT_NEW || shift->kind == IHP__SHIFT_ABSENT ||
                     (shift->kind == IHP__SHIFT_LINES && found->kind == IHP__SHIFT_DOLLARS);
        if (shift->payer == found->payer && shift->service_class == IHP__ALL_CLASSES &&
            shift->less == found->less && (whole || shift->kind == found->kind) &&
            shift->side[0].first <= found->side[0].first &&
            shift->side[0].last >= found->side[0].last) {
            return true;
        }
    }
    return false;
}

/* Compares all pairs, and if these are not far apart, either half of them. */
static bool add_shift(const struct pairs *pairs, size_t from, struct ihp__shift *found,
                      struct ihp__shifts *shifts)
{
    size_t n = pairs->count, half = n / 2;
    if (!compare_range(pairs, 0, n, found) && !compare_range(pairs, 0, half, found) &&
        !compare_range(pairs, half, n, found)) {
        return true;
    }
    if (found->service_class != IHP__ALL_CLASSES && has_payer_shift(shifts, from, found)) {
        return true;
    }
    if (!ihp__array_reserve(&shifts->shift, &shifts->capacity, shifts->count + 1,
                            sizeof *shifts->shift)) {
        return false;
    }
    shifts->shift[shifts->count++] = *found;
    return true;
}

/* Compares one class of a payer: the cells from `from` to before `to`. */
static bool find_class(const struct search *search, size_t from, size_t to, struct pairs *pairs)
{
    const struct ihp__payer_months *months = search->months;
    double share[IHP__LAGS];
    struct ihp__shift found = {.payer = months->cell[from].payer,
                               .service_class = months->cell[from].service_class};
    ihp__run_out_shares(months, &months->cell[from], to - from, search->end, share);
    take_months(&months->cell[from], to - from, &months->cell[search->payer_first],
                search->payer_end - search->payer_first, pairs);
    take_shares(search->period, search->end, share, pairs);
    return add_shift(pairs, search->shifts_before, &found, search->shifts);
}

/* Compares a payer: all classes first, then each class. */
static bool find_payer(const struct search *search, struct pairs *pairs)
{
    const struct ihp__payer_month_cell *cell = search->months->cell;
    for (int of_class = 0; of_class < 2; of_class++) {
        for (size_t from = search->payer_first, to; from < search->payer_end; from = to) {
            unsigned service_class = cell[from].service_class;
            for (to = from; to < search->payer_end && cell[to].service_class == service_class;
                 to++) {
            }
            if ((service_class != IHP__ALL_CLASSES) == (of_class != 0) &&
                !find_class(search, from, to, pairs)) {
                return false;
            }
        }
    }
    return true;
}

/* Compares each payer of the cells. Returns false if memory is short. */
static bool find_payers(const struct ihp__payer_months *months,
                        const struct ihp__due_period period[2], int32_t end,
                        struct ihp__shifts *shifts)
{
    struct pairs pairs;
    struct search search = {months, period, end, 0, 0, shifts->count, shifts};
    pair_months(period, &pairs);
    add_all(months, &pairs);
    for (size_t first = 0; first < months->cells && pairs.count >= MONTHS_LEAST;
         first = search.payer_end) {
        search.payer_first = search.payer_end = first;
        while (search.payer_end < months->cells &&
               months->cell[search.payer_end].payer == months->cell[first].payer) {
            search.payer_end++;
        }
        if (!find_payer(&search, &pairs)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__level_shifts_find(const struct ihp__payer_months *months,
                                       const struct ihp__due_period period[2], int32_t end,
                                       struct ihp__shifts *shifts, struct ihp_error *err)
{
    struct ihp__payer_months sum;
    size_t from = shifts->count;
    bool found = ihp__all_payers_sum(months, &sum) && find_payers(&sum, period, end, shifts) &&
                 find_payers(months, period, end, shifts);
    ihp__payer_months_free(&sum);
    if (!found) {
        return ihp__fail_memory(err, "the months of claims");
    }
    ihp__all_payers_keep_shifts(months, shifts, from);
    return IHP_OK;
}

/* ---- findings of months ---------------------------------------------------------------------- */

bool ihp__shift_is_told(const struct ihp__shift *shift, const struct ihp__month_finding *month,
                        size_t count)
{
    const struct ihp__shift_side *less = &shift->side[shift->less];
    for (size_t i = 0; i < count && shift->kind == IHP__SHIFT_ABSENT; i++) {
        bool same = month[i].payer == shift->payer || month[i].payer == IHP__ALL_PAYERS;
        if (month[i].kind == IHP__MONTH_MISSING && same &&
            month[i].service_class == shift->service_class && month[i].first <= less->first &&
            month[i].last >= less->last) {
            return true;
        }
    }
    return false;
}

/* Returns true if a month is close to an end of a period. */
static bool is_near_edge(const struct ihp__shift_side *side, const struct ihp__month_finding *month)
{
    const int32_t edge[2] = {side->first, side->last + 1};
    for (int e = 0; e < 2; e++) {
        if (month->first >= edge[e] - NEAR_EDGE && month->last < edge[e] + NEAR_EDGE) {
            return true;
        }
    }
    return false;
}

bool ihp__shifts_explain(const struct ihp__shifts *shifts, const struct ihp__month_finding *month)
{
    for (size_t i = 0; i < shifts->count && month->kind != IHP__MONTH_UNPAID; i++) {
        const struct ihp__shift *shift = &shifts->shift[i];
        const struct ihp__shift_side *less = &shift->side[shift->less];
        bool same = shift->service_class == month->service_class;
        if (shift->payer != month->payer && shift->payer != IHP__ALL_PAYERS) {
            continue;
        }
        if (month->kind == IHP__MONTH_ZERO || month->kind == IHP__MONTH_NEGATIVE) {
            if ((same || shift->service_class == IHP__ALL_CLASSES) &&
                shift->kind == IHP__SHIFT_ZERO && month->first >= less->first &&
                month->last <= less->last) {
                return true;
            }
        } else if (month->kind == IHP__MONTH_MISSING) {
            if (same && shift->kind == IHP__SHIFT_ABSENT && month->first >= less->first &&
                month->last <= less->last && !ihp__shift_is_told(shift, month, 1)) {
                return true;
            }
        } else if ((same || shift->service_class == IHP__ALL_CLASSES ||
                    month->service_class == IHP__ALL_CLASSES) &&
                   (is_near_edge(&shift->side[0], month) || is_near_edge(&shift->side[1], month))) {
            return true;
        }
    }
    return false;
}
