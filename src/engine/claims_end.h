/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims_end.h - finds out whether the claims, or those of a payer, end long before a cut-off.
 *
 * What was paid in the last months before a cut-off is compared with what the payments of older
 * services let expect (the chain ladder). A pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_CLAIMS_END_H
#define IHP_ENGINE_CLAIMS_END_H

#include "engine/completeness.h"

/* Services of a period of which hardly any line was paid after a month. */
struct ihp__claims_end {
    uint16_t payer;
    bool all_payers;
    struct ihp__due_period period;
    int32_t paid_last; /* the last month with payments as expected */
    uint64_t lines;    /* paid after it, up to the cut-off */
    double lines_expected, cents_expected;
};

/* Finds periods of all payers, or of a payer whose claims end before those of the others, whose
 * payments end two months or more before the cut-off with at least 200 lines still expected.
 * `end` is the last month of payment that the claims have as a whole. The cells must be sorted. The
 * caller frees `*found`. Fails if memory is short. */
enum ihp_status ihp__claims_end_judge(const struct ihp__payer_months *months, int32_t end,
                                      const struct ihp__due_period period[2],
                                      struct ihp__claims_end **found, size_t *count,
                                      struct ihp_error *err);

/* Writes what was found, without its payer: "services of 2025-01 to 2025-12: no line was paid after
 * 2025-11, ...". Counts of 1 to 10 are hidden unless `show_small`. */
const char *ihp__claims_end_text(const struct ihp__claims_end *end, bool show_small,
                                 char text[IHP__MONTH_FINDING_TEXT]);

#endif
