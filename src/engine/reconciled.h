/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reconciled.h - the folder of a finished `ihp reconcile`, as a settlement takes it [15.5]. */
#ifndef IHP_ENGINE_RECONCILED_H
#define IHP_ENGINE_RECONCILED_H

#include "deck/deck.h"
#include "engine/paid_run.h"

/* What a reconciliation must belong to; all borrowed. */
struct ihp__reconciled_source {
    const struct ihp__deck *deck; /* names the folder */
    const struct ihp__program *program;
    const struct ihp__paid_run *run; /* the payment runs of the deck */
    size_t runs;
    struct ihp_notices *notices;
};

/* Subtracts what the reconciliation takes back from each IHP from `pbp[partnerships]`, in cents.
 * Refuses (IHP_ERR_DATA), naming file and key or line and column: a folder without a finished
 * reconciliation, one of another year, of other payment runs or of other overrides, a
 * reconcile.csv without exactly one row for each IHP and reason, and files that have changed since.
 * Not collective. */
enum ihp_status ihp__reconciled_read(const struct ihp__reconciled_source *source, int64_t *pbp,
                                     struct ihp_error *err);

#endif
