/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorded_months.h - the months of claims as the record of an import has them, so that they can be
 * judged without a pass over the claims. Nothing here is collective. */
#ifndef IHP_ENGINE_RECORDED_MONTHS_H
#define IHP_ENGINE_RECORDED_MONTHS_H

#include "deck/deck.h"
#include "store/payer_months.h"
#include "store/store.h"

#include <jansson.h>

/* Takes month and payer of a row of control totals. Returns false for a row that is not of one
 * month and payer. */
bool ihp__recorded_key(const struct ihp__store_info *info, const json_t *row, int32_t *month,
                       int *payer);

/* Returns true if control totals say when lines were paid. */
bool ihp__recorded_paid(const json_t *totals);

/* Adds paid lines and member months of control totals, and sorts. Lines count if they were paid by
 * the last whole month before the cut-off of their month in the deck. Rows that are not valid are
 * left out. Fails if memory is short. */
enum ihp_status ihp__recorded_months_take(const json_t *totals, const struct ihp__store_info *info,
                                          const struct ihp__deck *deck,
                                          struct ihp__payer_months *months, struct ihp_error *err);

#endif
