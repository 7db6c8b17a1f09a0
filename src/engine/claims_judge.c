/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Applies the judges of months, of periods and of the end of the claims to the months of a deck, or
 * of a store. */
#include "engine/claims_judge.h"

#include "engine/claims_repeated.h"
#include "engine/zero_months.h"

#include <stdlib.h>

enum { MEMBERS_LEAST = 20 }; /* with a line in a month */

int32_t ihp__claims_cutoff(const struct ihp__deck *deck, int32_t month)
{
    if (deck == NULL) {
        return INT32_MAX;
    }
    const struct ihp__period_spec *base = &deck->base, *performance = &deck->performance;
    if (month >= ihp__period_first_month(base) && month <= ihp__period_last_month(base)) {
        return base->paid_through;
    }
    if (month >= ihp__period_first_month(performance) &&
        month <= ihp__period_last_month(performance)) {
        return performance->paid_through;
    }
    return base->paid_through > performance->paid_through ? base->paid_through
                                                          : performance->paid_through;
}

int32_t ihp__claims_first_month(const struct ihp__deck *deck)
{
    return ihp__period_first_month(&deck->base) - deck->policies.claims.lookback_months;
}

int32_t ihp__claims_paid_through(const struct ihp__deck *deck, int32_t month)
{
    int32_t cutoff = ihp__claims_cutoff(deck, month);
    return cutoff == INT32_MAX ? INT32_MAX / 2 : ihp__month_of_day(cutoff + 1) - 1;
}

static int32_t paid_through(const void *context, int32_t month)
{
    return ihp__claims_paid_through(context, month);
}

/* Looks at the months of a deck's periods, and at those before that attribution looks back to as
 * far as the claims have them, instead of all months of the claims. */
static void take_periods(const struct ihp__deck *deck, struct ihp__month_window *window)
{
    int32_t first = ihp__period_first_month(&deck->base), back = ihp__claims_first_month(deck);
    int32_t begin = window->first > back ? window->first : back;
    window->first = begin < first ? begin : first;
    window->last = ihp__period_last_month(&deck->performance);
    window->paid_first = window->paid_first > window->first ? window->paid_first : window->first;
    window->paid_last = window->paid_last < window->last ? window->paid_last : window->last;
    window->through = paid_through;
    window->context = deck;
}

/* Returns the months of a calendar year that the claims have. */
static struct ihp__due_period of_year(const struct ihp__month_window *window, int32_t january)
{
    int32_t last = january + 11;
    return (struct ihp__due_period){january > window->first ? january : window->first,
                                    last < window->last ? last : window->last, window->end};
}

/* Compares each calendar year of the claims with the next. */
static enum ihp_status compare_years(const struct ihp__payer_months *months,
                                     const struct ihp__month_window *window,
                                     struct ihp__shifts *shifts, struct ihp_error *err)
{
    for (int32_t january = window->first / 12 * 12; january + 12 <= window->last; january += 12) {
        const struct ihp__due_period period[2] = {of_year(window, january),
                                                  of_year(window, january + 12)};
        if (ihp__level_shifts_find(months, period, window->end, shifts, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* Compares the payers with each other in the latest calendar years. */
static enum ihp_status compare_payers(const struct ihp__payer_months *months,
                                      const struct ihp__month_window *window,
                                      struct ihp__payer_levels *levels, struct ihp_error *err)
{
    struct ihp__due_period period[IHP__LEVEL_PERIODS];
    size_t periods = 0;
    int32_t first = window->first / 12 * 12, last = window->last / 12 * 12;
    int32_t latest = last - 12 * (IHP__LEVEL_PERIODS - 1);
    for (int32_t january = first > latest ? first : latest; january <= last; january += 12) {
        period[periods++] = of_year(window, january);
    }
    return ihp__payer_levels_find(months, period, periods, levels, err);
}

/* Returns the first month of the claims if attribution looks back to months before it in which
 * enough members are enrolled to have lines; else 0. */
static int32_t late_begin(const struct ihp__payer_months *months, const struct ihp__deck *deck,
                          const struct ihp__month_window *window)
{
    int32_t back = ihp__claims_first_month(deck), first = ihp__period_first_month(&deck->base);
    int32_t begin = window->first < first ? window->first : first;
    double early = 0, enrolled = 0, members = 0;
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        if (cell->service_class != IHP__ALL_CLASSES || cell->month < back) {
            continue;
        }
        if (cell->month < begin) {
            early += (double)cell->member_months;
        } else {
            enrolled += (double)cell->member_months;
            members += (double)cell->members;
        }
    }
    double expected = enrolled > 0 ? early * members / enrolled : 0;
    return begin > back && expected >= MEMBERS_LEAST * (begin - back) ? begin : 0;
}

/* ---- all judges ------------------------------------------------------------------------------ */

static enum ihp_status judge_all(const struct ihp__payer_months *months,
                                 const struct ihp__deck *deck, struct ihp__claims_judged *judged,
                                 struct ihp_error *err)
{
    struct ihp__month_window window;
    if (ihp__payer_months_window(months, &window, err) != IHP_OK) {
        return err->status;
    }
    bool has_months = window.first <= window.last;
    if (deck != NULL && has_months) {
        judged->late_begin = late_begin(months, deck, &window);
        take_periods(deck, &window);
    }
    if (ihp__payer_months_judge(months, &window, &judged->finding, &judged->findings, err) !=
            IHP_OK ||
        ihp__zero_months_find(months, &window, &judged->finding, &judged->findings, err) !=
            IHP_OK) {
        return err->status;
    }
    if (deck == NULL) {
        return compare_years(months, &window, &judged->shifts, err) != IHP_OK ||
                       compare_payers(months, &window, &judged->levels, err) != IHP_OK
                   ? err->status
                   : IHP_OK;
    }
    const struct ihp__due_period period[2] = {ihp__due_period_of(&deck->base),
                                              ihp__due_period_of(&deck->performance)};
    enum ihp_status status =
        ihp__level_shifts_find(months, period, window.end, &judged->shifts, err);
    if (status == IHP_OK) {
        status = ihp__payer_levels_find(months, period, 2, &judged->levels, err);
    }
    return status != IHP_OK || !has_months
               ? status
               : ihp__claims_end_judge(months, window.end, period, &judged->end, &judged->ends,
                                       err);
}

enum ihp_status ihp__claims_judge(const struct ihp__payer_months *months,
                                  const struct ihp__deck *deck, struct ihp__claims_judged *judged,
                                  struct ihp_error *err)
{
    *judged = (struct ihp__claims_judged){0};
    if (months->cells == 0) {
        return IHP_OK;
    }
    if (judge_all(months, deck, judged, err) != IHP_OK) {
        ihp__claims_judged_free(judged);
        return err->status;
    }
    ihp__claims_leave_out_repeated(judged);
    return IHP_OK;
}

void ihp__claims_judged_free(struct ihp__claims_judged *judged)
{
    free(judged->finding);
    free(judged->shifts.shift);
    free(judged->levels.level);
    free(judged->end);
    *judged = (struct ihp__claims_judged){0};
}
