/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completeness_internal.h - what the two parts of completeness.h share: completeness.c judges
 * months of service, completeness_paid.c finds the months of claims and judges months of payment.
 */
#ifndef IHP_ENGINE_COMPLETENESS_INTERNAL_H
#define IHP_ENGINE_COMPLETENESS_INTERNAL_H

#include "engine/completeness.h"
#include "result/shown_counts.h"

enum {
    IHP__MONTHS_AROUND = 6,       /* months before and after */
    IHP__MONTHS_AROUND_LEAST = 4, /* of them, that can be compared */
};

/* The share of what is expected, up to which a month is missing. */
#define IHP__HARDLY_ANY 0.1

/* The findings so far. Begins with zeros. */
struct ihp__month_judge {
    struct ihp__month_finding *finding; /* owned */
    size_t findings, capacity;
    bool short_of_memory;
};

/* Adds a finding, to the last one if it goes on with it. */
void ihp__month_report(struct ihp__month_judge *judge, const struct ihp__month_finding *finding);

/* Returns the quantile of numbers, which it sorts; 0 of none. */
double ihp__quantile(double *number, size_t count, double share);

/* Finds the share of lines that is paid within each lag, by the payments of a group of cells up to
 * the month `end`; by those of all cells if the group has few lines. */
void ihp__run_out_shares(const struct ihp__payer_months *months,
                         const struct ihp__payer_month_cell *cell, size_t cells, int32_t end,
                         double share[IHP__LAGS]);

/* Returns the share that is paid within a lag: 0 before the month of service, 1 after all lags. */
double ihp__share_within(const double share[IHP__LAGS], int32_t lag);

/* Write "no line", "3,412 lines" or "under 11 lines"; and dollars with three digits, "$412,000".
 * Return `text`. */
enum { IHP__FINDING_SUM_TEXT = 64 };
const char *ihp__lines_text(uint64_t lines, bool show_small, char text[IHP__FINDING_SUM_TEXT]);
const char *ihp__dollars_text(double cents, char text[IHP__FINDING_SUM_TEXT]);

/* Writes "2025" or "2025-07 to 2025-12". Returns `text`. */
enum { IHP__SPAN_TEXT = 2 * IHP__DATE_TEXT + 8 };
const char *ihp__span_text(int32_t first, int32_t last, char text[IHP__SPAN_TEXT]);

/* Looks for months in which nothing was paid to a payer, such as that of a file that is missing.
 * The cells are those of all classes of the payer. */
void ihp__judge_payments(const struct ihp__payer_month_cell *cell, size_t cells,
                         const struct ihp__month_window *window, uint16_t payer,
                         struct ihp__month_judge *judge);

#endif
