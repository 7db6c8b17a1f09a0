/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_settlement.h - the settlement of a deck under its own terms, without sweep, bootstrap, and
 * any file: for jobs that need its amounts and do not write its folder.
 *
 * A job starts `job`, calls `ihp__own_settlement_make` and uses what that has filled, and ends with
 * `ihp__own_settlement_end`.
 */
#ifndef IHP_ENGINE_OWN_SETTLEMENT_H
#define IHP_ENGINE_OWN_SETTLEMENT_H

#include "engine/interim.h"
#include "engine/job.h"
#include "finance/finance.h"
#include "result/settlement_tables.h"

struct ihp__own_settlement {
    struct ihp__job job;         /* started by the caller */
    struct ihp__interim interim; /* where the deck names one */
    struct ihp__tally *tally;
    struct ihp__finance finance;
};

/* Opens the deck under `settings` (NULL: none), passes the claims and settles. Collective; returns
 * the same status on every rank. */
enum ihp_status ihp__own_settlement_make(struct ihp__own_settlement *own, const char *deck_path,
                                         const struct ihp__settings *settings, bool no_index);

/* Returns what the tables of its result are made from. */
struct ihp__result_input ihp__own_settlement_result(const struct ihp__own_settlement *own);

/* Frees all and ends the job. Collective. */
void ihp__own_settlement_end(struct ihp__own_settlement *own);

#endif
