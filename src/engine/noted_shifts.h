/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noted_shifts.h - notices of payers and service classes whose control totals differ far between
 * the periods of a deck, and of payers whose lines are $0.00 (missing_months.h uses it). Nothing
 * here is collective. */
#ifndef IHP_ENGINE_NOTED_SHIFTS_H
#define IHP_ENGINE_NOTED_SHIFTS_H

#include "deck/deck.h"
#include "engine/level_shifts.h"
#include "store/store.h"

#include <jansson.h>

/* Takes month and payer of a row of control totals. Returns false for a row that is not of one
 * month and payer. */
bool ihp__totals_key(const struct ihp__store_info *info, const json_t *row, int32_t *month,
                     int *payer);

/* Returns the text of a payer for a notice, "(blank payer)" for the empty one and
 * "all payers together" for IHP__ALL_PAYERS. */
const char *ihp__noted_payer(const struct ihp__store_info *info, size_t payer);

/* Adds notices of shifts between the two periods, at most ten, and gives them in `shifts`, which
 * the caller frees. Months within `known` months of their cut-off are left out, as the totals do
 * not say when lines were paid. Fails if memory is short. */
enum ihp_status ihp__note_level_shifts(const struct ihp__deck *deck, int32_t known,
                                       const struct ihp__store_info *info,
                                       const struct ihp__payer_months *months,
                                       struct ihp__shifts *shifts, struct ihp_notices *notices,
                                       struct ihp_error *err);

/* Returns true if missing months are part of a period that a shift names as a whole. */
bool ihp__shifts_contain(const struct ihp__shifts *shifts, const struct ihp__month_finding *month);

/* Adds notices of payers most of whose paid lines are $0.00 in the periods of a deck, at most ten,
 * without those whose dollars of one period are told as a shift. `rows` are the control totals of
 * claims. Fails if memory is short. */
enum ihp_status ihp__note_zero_dollars(const struct ihp__deck *deck, const json_t *rows,
                                       const struct ihp__store_info *info,
                                       const struct ihp__shifts *shifts,
                                       struct ihp_notices *notices, struct ihp_error *err);

#endif
