/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zero_months.h - finds the months of a payer whose lines are all $0.00, or whose dollars are
 * negative. This needs no months around: no month of any payer is like that. Everything here is a
 * pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_ZERO_MONTHS_H
#define IHP_ENGINE_ZERO_MONTHS_H

#include "engine/completeness.h"

/* Appends the months of the window in which nearly all of at least 100 paid lines of a payer are
 * $0.00, or the dollars of these lines are negative; of all payers together if it is so for each
 * payer with 100 lines. The same of a service class, unless most of its lines in the other months
 * are $0.00, too. The cells must be sorted. Fails if memory is short; `*finding` is valid then,
 * too.
 */
enum ihp_status ihp__zero_months_find(const struct ihp__payer_months *months,
                                      const struct ihp__month_window *window,
                                      struct ihp__month_finding **finding, size_t *findings,
                                      struct ihp_error *err);

/* Returns true for a month that was found here. */
bool ihp__is_zero_month(const struct ihp__month_finding *finding);

#endif
