/* SPDX-License-Identifier: GPL-3.0-or-later */
/* payments.h - the population-based payments of the performance period, from the payment runs and
 * the reconciliation that a deck names, so that nobody types them [16.8.2.2]. */
#ifndef IHP_ENGINE_PAYMENTS_H
#define IHP_ENGINE_PAYMENTS_H

#include "deck/deck.h"
#include "program/program.h"

/* Sets each IHP's PBP dollars to what the runs of the deck paid in the months of the performance
 * period, less what their reconciliation takes back; does nothing if the deck names no runs. Notes
 * so, and describes what was read in the deck, for its manifest. Refuses (IHP_ERR_DATA), naming
 * file and key or line and column: folders without finished payments, of other months or of another
 * program; a quarter in two of them; a reconciliation of another year; and pbp_dollars in ihps.csv
 * that differ. Not collective. */
enum ihp_status ihp__payments_read(struct ihp__deck *deck, struct ihp__program *program,
                                   struct ihp_notices *notices, struct ihp_error *err);

#endif
