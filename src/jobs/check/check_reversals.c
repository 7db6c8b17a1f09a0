/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks among the lines of a member and day for those that negative lines reverse, and for those
 * that another claim has, too. */
#include "jobs/check/check_scan.h"

#include <stdlib.h>

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Orders lines by what a reversal repeats. */
static int by_content(const struct ihp__reversal_line *x, const struct ihp__reversal_line *y)
{
    int order = compare((uint64_t)x->amount, (uint64_t)y->amount);
    order = order != 0 ? order : compare(x->billing, y->billing);
    order = order != 0 ? order : compare(x->treating, y->treating);
    order = order != 0 ? order : compare(x->procedure, y->procedure);
    return order != 0 ? order : compare(x->service, y->service);
}

static int by_content_and_claim(const void *a, const void *b)
{
    const struct ihp__reversal_line *x = a, *y = b;
    int order = by_content(x, y);
    order = order != 0 ? order : compare(x->payer, y->payer);
    return order != 0 ? order : compare(x->claim, y->claim);
}

void ihp__reversals_sort(struct ihp__reversal_day *day)
{
    if (day->lines > 1) {
        qsort(day->line, day->lines, sizeof *day->line, by_content_and_claim);
    }
}

/* Counts the paid lines from `first` to before `end`, which are alike: those of claims other than
 * the one with most of them, as far as they are not reversed. */
static uint64_t count_repeated(const struct ihp__reversal_line *line, size_t first, size_t end)
{
    uint64_t paid = 0, negative = 0, most = 0, of_claim = 0;
    for (size_t i = first; i < end; i++) {
        of_claim = i > first && line[i].claim == line[i - 1].claim ? of_claim : 0;
        of_claim += line[i].paid && !line[i].negative;
        paid += line[i].paid && !line[i].negative;
        negative += line[i].negative;
        most = of_claim > most ? of_claim : most;
    }
    uint64_t left = paid > negative ? paid - negative : 0, other = paid - most;
    return left == 0 ? 0 : other < left - 1 ? other : left - 1;
}

void ihp__reversals_repeated(const struct ihp__reversal_day *day, struct ihp__payer_scan *payer)
{
    const struct ihp__reversal_line *line = day->line;
    for (size_t first = 0, end; first < day->lines; first = end) {
        for (end = first; end < day->lines && by_content(&line[first], &line[end]) == 0 &&
                          line[first].payer == line[end].payer;
             end++) {
            payer[line[end].payer].dollar_lines += line[end].paid && !line[end].negative;
        }
        if (end - first > 1) {
            payer[line[first].payer].repeated += count_repeated(line, first, end);
        }
    }
}

uint64_t ihp__reversals_unmatched(struct ihp__reversal_day *day)
{
    uint64_t unmatched = 0;
    for (size_t first = 0, end; day->negative && first < day->lines; first = end) {
        uint64_t negative = 0;
        for (end = first; end < day->lines && by_content(&day->line[first], &day->line[end]) == 0;
             end++) {
            negative += day->line[end].negative;
        }
        uint64_t reversed = end - first - negative;
        unmatched += negative > reversed ? negative - reversed : 0;
    }
    day->lines = 0;
    day->negative = false;
    return unmatched;
}
