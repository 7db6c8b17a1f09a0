/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zero_dollars.h - notices of payers whose paid lines are $0.00 (missing_months.h uses it). Nothing
 * here is collective. */
#ifndef IHP_ENGINE_ZERO_DOLLARS_H
#define IHP_ENGINE_ZERO_DOLLARS_H

#include "deck/deck.h"
#include "engine/claims_judge.h"
#include "store/store.h"

#include <jansson.h>

/* Returns the text of a payer for a notice, "(blank payer)" for the empty one and
 * "all payers together" for IHP__ALL_PAYERS. */
const char *ihp__noted_payer(const struct ihp__store_info *info, size_t payer);

/* Adds notices of payers most of whose paid lines are $0.00 in the periods of a deck, at most ten,
 * without those whose dollars of one period are told as a shift, or whose months with most of
 * these lines are told. `rows` are the control totals of
 * claims. Fails if memory is short. */
enum ihp_status ihp__note_zero_dollars(const struct ihp__deck *deck, const json_t *rows,
                                       const struct ihp__store_info *info,
                                       const struct ihp__claims_judged *judged,
                                       struct ihp_notices *notices, struct ihp_error *err);

#endif
