/* SPDX-License-Identifier: GPL-3.0-or-later */
/* all_payers.h - the claims of all payers together, as if of one payer.
 *
 * What is missing at every payer may be too little to judge at any of them, such as the inpatient
 * lines of a small state. So the sums of all payers are judged, too. Here is how these sums are
 * made, and which findings remain: of a service class those of all payers together, unless some
 * payers explain them; of all classes those of payers, if there are any. Everything here is
 * a pure function; nothing is collective.
 */
#ifndef IHP_ENGINE_ALL_PAYERS_H
#define IHP_ENGINE_ALL_PAYERS_H

#include "engine/level_shifts.h"

/* Adds up the cells of all payers into those of IHP__ALL_PAYERS. `*sum` stays empty if fewer than
 * two payers have lines. The caller frees it. Returns false if memory is short. */
bool ihp__all_payers_sum(const struct ihp__payer_months *months, struct ihp__payer_months *sum);

/* Keep, of what was found of all payers together and of single payers, what says it once. `months`
 * are those of the payers, sorted. Only shifts from number `from` on are looked at. */
void ihp__all_payers_keep_months(const struct ihp__payer_months *months,
                                 struct ihp__month_finding *finding, size_t *findings);
void ihp__all_payers_keep_shifts(const struct ihp__payer_months *months, struct ihp__shifts *shifts,
                                 size_t from);

#endif
