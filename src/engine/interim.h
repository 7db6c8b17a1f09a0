/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interim.h - the result folder of a finished interim settlement, from which a final settlement
 * takes the amounts that were paid [2.12]. */
#ifndef IHP_ENGINE_INTERIM_H
#define IHP_ENGINE_INTERIM_H

#include "engine/context.h"
#include "finance/finance.h"

/* A row of its settlement.csv; money in cents. */
struct ihp__interim_row {
    int64_t members[IHP__PERIODS], months[IHP__PERIODS];
    struct ihp__bridge_amounts amounts;
    int64_t amount_due; /* what was paid [2.18, 5.4.2] */
};

struct ihp__interim {
    int paid_through[IHP__PERIODS]; /* its cut-offs, days since 1970-01-01 */
    bool same_store;                /* it was settled from the store that the deck names */
    bool repeats;                 /* its rules give its amounts again: its store, and no what-if */
    struct ihp__interim_row *row; /* by IHP; owned; NULL: the deck names no interim */
};

/* Reads the folder that the deck names as its interim, if it names one. Refuses (IHP_ERR_DATA),
 * naming file and key or line and column: a folder without a finished run, a run that is not an
 * interim of the same years, terms, threshold and policies, a damaged file, and an interim_paid in
 * ihps.csv or payers in interim_payers.csv that are not those of the folder. A policy that the
 * manifest lacks has its default. Then sets each IHP's `interim_paid` in the program to the amount
 * that was due, and the program's payers of the interim to those of the folder. Not collective. The
 * caller frees `row`, also after a failure. */
enum ihp_status ihp__interim_read(struct ihp__context *context, struct ihp__interim *interim,
                                  struct ihp_notices *notices, struct ihp_error *err);

#endif
