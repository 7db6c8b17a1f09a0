/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the payments of the last months before a cut-off with what the lines of each month of
 * service let expect. Months of service that are missing altogether are not expected to be paid:
 * completeness.c names them. */
#include "engine/claims_end.h"

#include "engine/completeness_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    NEAR = 1,             /* months without payments before a cut-off that mean nothing */
    EXPECTED_LEAST = 200, /* lines after the last payment */
    PERIOD_MONTHS = 12,
};
static const double paid_least = 0.5; /* share of a month's lines, to estimate all of them */

/* A payer, or all payers together, in one period. */
struct group {
    struct ihp__due_period period;
    int32_t end; /* the last month of payment to estimate from */
    double share[IHP__LAGS];
    double paid[PERIOD_MONTHS][IHP__LAGS]; /* lines by month of service and lag */
    double own[PERIOD_MONTHS];             /* member months */
    double all[PERIOD_MONTHS];             /* lines that each month has, once all are paid */
    double lines, cents;
};

static void take_cells(struct group *g, const struct ihp__payer_month_cell *cell, size_t cells)
{
    for (size_t c = 0; c < cells; c++) {
        int64_t at = (int64_t)cell[c].month - g->period.first;
        if (cell[c].service_class != IHP__ALL_CLASSES || at < 0 || at >= PERIOD_MONTHS) {
            continue;
        }
        for (int lag = 0; lag < IHP__LAGS; lag++) {
            g->paid[at][lag] += (double)cell[c].paid[lag];
        }
        g->own[at] += (double)cell[c].member_months;
        g->lines += (double)cell[c].lines;
        g->cents += (double)cell[c].cents;
    }
}

/* Returns the share of the lines of a month of service that is paid by the end of the claims, and
 * how many these are in `*lines`. */
static double paid_so_far(const struct group *g, int month, double *lines)
{
    int32_t by = g->end < g->period.through ? g->end : g->period.through;
    int32_t lag = by - (g->period.first + month);
    *lines = 0;
    for (int32_t l = 0; l <= lag && l < IHP__LAGS; l++) {
        *lines += g->paid[month][l];
    }
    return ihp__share_within(g->share, lag);
}

/* Estimates how many lines each month of service has. A month that is too young is taken to be like
 * the older ones. A month that is missing has none, nor have the young ones after it. */
static void estimate_lines(struct group *g)
{
    double rate[PERIOD_MONTHS], lines;
    size_t rates = 0;
    bool missing = false;
    for (int m = 0; m < PERIOD_MONTHS; m++) {
        double share = paid_so_far(g, m, &lines);
        if (share >= paid_least && g->own[m] > 0 && lines > 0) {
            rate[rates++] = lines / (share * g->own[m]);
        }
    }
    double usual = ihp__quantile(rate, rates, 0.5);
    for (int m = 0; m < PERIOD_MONTHS; m++) {
        double share = paid_so_far(g, m, &lines);
        bool old = share >= paid_least;
        if (old) {
            missing = lines <= IHP__HARDLY_ANY * usual * share * g->own[m];
        }
        g->all[m] = missing ? 0 : old ? lines / share : usual * g->own[m];
    }
}

/* Adds what was paid in a month, and what was to be expected. */
static void add_month(const struct group *g, int32_t month, double *paid, double *expected)
{
    for (int m = 0; m < PERIOD_MONTHS; m++) {
        int32_t lag = month - (g->period.first + m);
        if (lag >= 0 && lag + 1 < IHP__LAGS) {
            *paid += g->paid[m][lag];
            *expected += g->all[m] * (g->share[lag] - (lag == 0 ? 0 : g->share[lag - 1]));
        }
    }
}

/* Looks back from the cut-off for the last month with payments. Returns false if it is near, or if
 * only few lines are to be expected after it. */
static bool find_end(const struct group *g, struct ihp__claims_end *found)
{
    double paid = 0, expected = 0;
    int32_t month = g->period.through;
    for (; month >= g->period.first; month--) {
        double paid_now = 0, expected_now = 0;
        add_month(g, month, &paid_now, &expected_now);
        if (paid_now > expected_now / 2 ||
            paid + paid_now > IHP__HARDLY_ANY * (expected + expected_now)) {
            break;
        }
        paid += paid_now;
        expected += expected_now;
    }
    *found = (struct ihp__claims_end){.period = g->period,
                                      .paid_last = month,
                                      .lines = (uint64_t)paid,
                                      .lines_expected = expected,
                                      .cents_expected =
                                          g->lines > 0 ? expected * g->cents / g->lines : 0};
    return g->period.through - month > NEAR && expected >= EXPECTED_LEAST;
}

/* Judges a group. Where its payments seem to end early, all is estimated again from the payments
 * before that end: those that are missing after it would make lines look as if they were paid
 * sooner. */
static bool judge_group(const struct ihp__payer_months *months,
                        const struct ihp__payer_month_cell *cell, size_t cells, int32_t end,
                        const struct ihp__due_period *period, struct ihp__claims_end *found)
{
    struct group g = {.period = *period, .end = end};
    take_cells(&g, cell, cells);
    for (int turn = 0;; turn++) {
        ihp__run_out_shares(months, cell, cells, g.end, g.share);
        estimate_lines(&g);
        bool ends = find_end(&g, found);
        if (turn == 1 || period->through - found->paid_last <= NEAR || found->paid_last >= g.end ||
            found->paid_last < period->first) {
            return ends;
        }
        g.end = found->paid_last;
    }
}

enum ihp_status ihp__claims_end_judge(const struct ihp__payer_months *months, int32_t end,
                                      const struct ihp__due_period period[2],
                                      struct ihp__claims_end **found, size_t *count,
                                      struct ihp_error *err)
{
    size_t capacity = 0;
    bool whole = true;
    *found = NULL;
    *count = 0;
    for (int p = 0; p < 2 && whole; p++) {
        struct ihp__claims_end all, one;
        bool ends = judge_group(months, months->cell, months->cells, end, &period[p], &all);
        all.all_payers = true;
        whole = !ends || ihp__array_reserve(found, &capacity, *count + 1, sizeof **found);
        if (ends && whole) {
            (*found)[(*count)++] = all;
        }
        for (size_t first = 0, next; first < months->cells && whole; first = next) {
            const struct ihp__payer_month_cell *cell = &months->cell[first];
            for (next = first; next < months->cells && months->cell[next].payer == cell->payer;
                 next++) {
            }
            if (!judge_group(months, cell, next - first, end, &period[p], &one) ||
                (ends && one.paid_last + NEAR >= all.paid_last)) {
                continue;
            }
            one.payer = cell->payer;
            whole = ihp__array_reserve(found, &capacity, *count + 1, sizeof **found);
            if (whole) {
                (*found)[(*count)++] = one;
            }
        }
    }
    if (!whole) {
        free(*found);
        *found = NULL;
        return ihp__fail_memory(err, "the months of claims");
    }
    return IHP_OK;
}
