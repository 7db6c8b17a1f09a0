/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the months that the claims have, and those in which nothing was paid to a payer. */
#include "engine/completeness_internal.h"

#include <stdlib.h>

enum { UNPAID_LEAST = 200 }; /* lines paid in the months around a month without payments */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double ihp__quantile(double *number, size_t count, double share)
{
    if (count == 0) {
        return 0;
    }
    qsort(number, count, sizeof *number, ascending);
    double at = share * (double)(count - 1);
    size_t low = (size_t)at, high = low + 1 < count ? low + 1 : low;
    return number[low] + (at - (double)low) * (number[high] - number[low]);
}

/* Sums lines of all payers by month of service, or of payment, into `sum` [months from `first`]. */
static void sum_months(const struct ihp__payer_months *months, int32_t first, size_t count,
                       bool paid, double *sum)
{
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        if (cell->service_class != IHP__ALL_CLASSES) {
            continue;
        }
        for (int32_t lag = 0; lag < IHP__LAGS; lag++) {
            int64_t at = (int64_t)cell->month - first + (paid ? lag : 0);
            if (at >= 0 && at < (int64_t)count) {
                sum[at] += (double)cell->paid[lag];
            }
        }
    }
}

/* Finds the first and the last month with at least `share` of the median month's lines. */
static bool trim(const struct ihp__payer_months *months, int32_t low, size_t count, bool paid,
                 double share, int32_t bounds[2])
{
    double *sum = calloc(2 * count, sizeof *sum);
    size_t used = 0;
    if (sum == NULL) {
        return false;
    }
    double *sorted = sum + count;
    sum_months(months, low, count, paid, sum);
    for (size_t i = 0; i < count; i++) {
        if (sum[i] > 0) {
            sorted[used++] = sum[i];
        }
    }
    double limit = share * ihp__quantile(sorted, used, 0.5);
    bounds[0] = INT32_MAX;
    bounds[1] = INT32_MIN;
    for (size_t i = 0; i < count && used > 0; i++) {
        if (sum[i] > 0 && sum[i] >= limit) {
            bounds[0] = bounds[0] == INT32_MAX ? low + (int32_t)i : bounds[0];
            bounds[1] = low + (int32_t)i;
        }
    }
    free(sum);
    return true;
}

struct ihp__due_period ihp__due_period_of(const struct ihp__period_spec *spec)
{
    return (struct ihp__due_period){.first = ihp__period_first_month(spec),
                                    .last = ihp__period_last_month(spec),
                                    .through = ihp__month_of_day(spec->paid_through + 1) - 1};
}

enum ihp_status ihp__payer_months_window(const struct ihp__payer_months *months,
                                         struct ihp__month_window *window, struct ihp_error *err)
{
    int32_t low = INT32_MAX, high = INT32_MIN, service[2], paid[2];
    *window = (struct ihp__month_window){.last = -1, .paid_last = -1};
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        if (cell->service_class == IHP__ALL_CLASSES && cell->lines > 0) {
            low = cell->month < low ? cell->month : low;
            high = cell->month > high ? cell->month : high;
        }
    }
    if (low > high) {
        return IHP_OK;
    }
    size_t count = (size_t)(high - low) + 1;
    if (!trim(months, low, count, false, 0.5, service) ||
        !trim(months, low, count + IHP__LAGS, true, 0.01, paid)) {
        return ihp__fail_memory(err, "the months of claims");
    }
    window->first = service[0];
    window->last = service[1];
    window->end = paid[1] - 1; /* the last one may be cut short */
    window->paid_first = service[0] + 3;
    window->paid_last = window->end < service[1] ? window->end : service[1];
    return IHP_OK;
}

/* ---- months of payment ----------------------------------------------------------------------- */

/* Returns what is usually paid in the months around month `i` of `n`; 0 if payments began only
 * after it, or ended before. */
static double usually_paid(const double *lines, size_t n, size_t i)
{
    double around[2 * IHP__MONTHS_AROUND];
    size_t count = 0;
    bool before = false, after = false;
    for (size_t j = i < IHP__MONTHS_AROUND ? 0 : i - IHP__MONTHS_AROUND;
         j < n && j <= i + IHP__MONTHS_AROUND; j++) {
        if (j != i) {
            around[count++] = lines[j];
        }
    }
    double middle = count < IHP__MONTHS_AROUND_LEAST ? 0 : ihp__quantile(around, count, 0.5);
    for (size_t j = 0; j < n; j++) {
        before |= j < i && 2 * lines[j] >= middle;
        after |= j > i && 2 * lines[j] >= middle;
    }
    return before && after ? middle : 0;
}

/* Returns true if a payer pays in cycles of more than a month: at least a third of the months from
 * the first to the last payment are without one, in three places or more. */
static bool pays_in_cycles(const double *lines, size_t n)
{
    enum { PLACES = 3 };
    size_t first = 0, end = n, empty = 0, places = 0;
    while (first < n && lines[first] <= 0) {
        first++;
    }
    while (end > first && lines[end - 1] <= 0) {
        end--;
    }
    for (size_t i = first; i < end; i++) {
        empty += lines[i] <= 0;
        places += lines[i] <= 0 && lines[i - 1] > 0;
    }
    return places >= PLACES && 3 * empty >= end - first;
}

void ihp__judge_payments(const struct ihp__payer_month_cell *cell, size_t cells,
                         const struct ihp__month_window *window, uint16_t payer,
                         struct ihp__month_judge *judge)
{
    size_t n = window->paid_last < window->paid_first
                   ? 0
                   : (size_t)(window->paid_last - window->paid_first) + 1;
    double *lines = calloc(n + 1, sizeof *lines);
    judge->short_of_memory |= lines == NULL;
    for (size_t c = 0; lines != NULL && c < cells; c++) {
        for (int32_t lag = 0; lag + 1 < IHP__LAGS; lag++) {
            int64_t at = (int64_t)cell[c].month + lag - window->paid_first;
            if (at >= 0 && at < (int64_t)n) {
                lines[at] += (double)cell[c].paid[lag];
            }
        }
    }
    bool cycles = lines != NULL && pays_in_cycles(lines, n);
    for (size_t i = 0; lines != NULL && !cycles && i < n; i++) {
        double usual = usually_paid(lines, n, i);
        int32_t month = window->paid_first + (int32_t)i;
        if (usual >= UNPAID_LEAST && lines[i] <= IHP__HARDLY_ANY * usual) {
            ihp__month_report(judge, &(struct ihp__month_finding){.kind = IHP__MONTH_UNPAID,
                                                                  .payer = payer,
                                                                  .service_class = IHP__ALL_CLASSES,
                                                                  .first = month,
                                                                  .last = month,
                                                                  .lines = (uint64_t)lines[i],
                                                                  .lines_expected = usual});
        }
    }
    free(lines);
}

/* ---- findings -------------------------------------------------------------------------------- */

void ihp__month_report(struct ihp__month_judge *j, const struct ihp__month_finding *finding)
{
    struct ihp__month_finding *last = j->findings == 0 ? NULL : &j->finding[j->findings - 1];
    if (last != NULL && last->kind == finding->kind && last->payer == finding->payer &&
        last->service_class == finding->service_class && last->last + 1 == finding->first) {
        last->last = finding->first;
        last->lines += finding->lines;
        last->cents = (int64_t)((uint64_t)last->cents + (uint64_t)finding->cents);
        last->lines_expected += finding->lines_expected;
        last->members_expected += finding->members_expected;
        last->cents_expected += finding->cents_expected;
    } else if (ihp__array_reserve(&j->finding, &j->capacity, j->findings + 1, sizeof *j->finding)) {
        j->finding[j->findings++] = *finding;
    } else {
        j->short_of_memory = true;
    }
}
