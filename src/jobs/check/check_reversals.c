/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks for the lines that negative lines reverse: of the same member and day. */
#include "jobs/check/check_scan.h"

#include <stdlib.h>

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Orders lines by what a reversal repeats. */
static int by_content(const void *a, const void *b)
{
    const struct ihp__reversal_line *x = a, *y = b;
    int order = compare((uint64_t)x->amount, (uint64_t)y->amount);
    order = order != 0 ? order : compare(x->billing, y->billing);
    order = order != 0 ? order : compare(x->treating, y->treating);
    order = order != 0 ? order : compare(x->procedure, y->procedure);
    return order != 0 ? order : compare(x->service, y->service);
}

uint64_t ihp__reversals_unmatched(struct ihp__reversal_day *day)
{
    uint64_t unmatched = 0;
    if (day->negative) {
        qsort(day->line, day->lines, sizeof *day->line, by_content);
    }
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
