/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding small counts, and others from which they could be computed. */
#include "result/shown_counts.h"

bool ihp__counts_hide(struct ihp__shown_count *count, size_t counts)
{
    int64_t hidden = 0, sum = 0;
    for (size_t i = 0; i < counts; i++) {
        count[i].hidden = count[i].present && count[i].count < IHP__LEAST_SHOWN;
        hidden += count[i].hidden;
        sum += count[i].hidden ? count[i].count : 0;
    }
    while (hidden == 1 || (hidden > 1 && sum < hidden + 9)) {
        struct ihp__shown_count *least = NULL;
        for (size_t i = 0; i < counts; i++) {
            if (count[i].present && !count[i].hidden &&
                (least == NULL || count[i].count < least->count)) {
                least = &count[i];
            }
        }
        if (least == NULL) {
            return false;
        }
        least->hidden = true;
        hidden++;
        sum += least->count;
    }
    return true;
}
