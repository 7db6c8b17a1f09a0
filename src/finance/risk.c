/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risk weights and risk scores [16.4, 16.5.2]. */
#include "finance/finance.h"

#include <math.h>

void ihp__risk_weights(const int64_t *capped, const int64_t *months, size_t count, double *weight)
{
    int64_t all_capped = 0, all_months = 0;
    for (size_t c = 0; c < count; c++) {
        all_capped += capped[c];
        all_months += months[c];
    }
    for (size_t c = 0; c < count; c++) {
        weight[c] = months[c] == 0 || all_capped == 0
                        ? 1.0
                        : ((double)capped[c] / (double)months[c]) /
                              ((double)all_capped / (double)all_months);
    }
}

double ihp__risk_score(const int64_t *months, const double *weight, size_t count)
{
    int64_t all = 0;
    double sum = 0;
    for (size_t c = 0; c < count; c++) {
        all += months[c];
        sum += (double)months[c] * weight[c];
    }
    return all == 0 ? NAN : sum / (double)all;
}
