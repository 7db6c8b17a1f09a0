/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds by how much the lines of a month grow while more of them are paid: the chain ladder. */
#include "engine/completeness_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    LADDER_LEAST = 500, /* lines paid within two months, for shares of a class of its own */
    LATE = 6,           /* months after which lines are paid late */
};

/* Lines are paid late in a month of another kind if their share is beyond three times the usual
 * one, and a tenth. */
static const double late_times = 3, late_more = 0.1;

/* Returns the share of the lines of a month that is paid late; -1 if it is too young. */
static double late_share(const struct ihp__payer_month_cell *cell, int32_t end)
{
    double soon = 0, late = 0;
    for (int32_t lag = 0; lag < IHP__LAGS && cell->month + lag <= end; lag++) {
        *(lag < LATE ? &soon : &late) += (double)cell->paid[lag];
    }
    return cell->month + LATE > end || soon + late <= 0 ? -1 : late / (soon + late);
}

/* Finds the largest share of lines paid late that is usual. The months of lines with a wrong date
 * of service have more, and would make all others look as if many of their lines were missing. */
static double most_late(const struct ihp__payer_month_cell *cell, size_t cells, int32_t end)
{
    double *share = calloc(cells + 1, sizeof *share), most = 1;
    size_t shares = 0;
    for (size_t c = 0; share != NULL && c < cells; c++) {
        share[shares] = late_share(&cell[c], end);
        shares += share[shares] >= 0;
    }
    if (share != NULL) {
        most = late_times * ihp__quantile(share, shares, 0.5) + late_more;
    }
    free(share);
    return most;
}

/* Sums the lines that are paid within each lag, and by the month after, of months old enough. */
static void add_ladder(const struct ihp__payer_month_cell *cell, size_t cells, int32_t end,
                       double within[IHP__LAGS], double after[IHP__LAGS])
{
    double most = most_late(cell, cells, end);
    for (size_t c = 0; c < cells; c++) {
        double paid = 0;
        if (late_share(&cell[c], end) > most) {
            continue;
        }
        for (int32_t lag = 0; lag + 1 < IHP__LAGS && cell[c].month + lag + 1 <= end; lag++) {
            paid += (double)cell[c].paid[lag];
            within[lag] += paid;
            after[lag] += paid + (double)cell[c].paid[lag + 1];
        }
    }
}

/* Finds the share of lines that is paid within each lag, by the chain ladder. */
static void find_shares(const double within[IHP__LAGS], const double after[IHP__LAGS],
                        double share[IHP__LAGS])
{
    share[IHP__LAGS - 1] = 1;
    for (size_t lag = IHP__LAGS - 1; lag-- > 0;) {
        double step = after[lag] > 0 ? within[lag] / after[lag] : 1;
        share[lag] = share[lag + 1] * step;
    }
}

void ihp__run_out_shares(const struct ihp__payer_months *months,
                         const struct ihp__payer_month_cell *cell, size_t cells, int32_t end,
                         double share[IHP__LAGS])
{
    double within[IHP__LAGS] = {0}, after[IHP__LAGS] = {0};
    add_ladder(cell, cells, end, within, after);
    if (after[0] < LADDER_LEAST) {
        memset(within, 0, sizeof within);
        memset(after, 0, sizeof after);
        add_ladder(months->cell, months->cells, end, within, after);
    }
    find_shares(within, after, share);
}

double ihp__share_within(const double share[IHP__LAGS], int32_t lag)
{
    return lag < 0 ? 0 : lag < IHP__LAGS ? share[lag] : 1;
}
