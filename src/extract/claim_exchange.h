/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_exchange.h - handing runs of claim lines to the ranks that write them, from memory to
 * memory.
 *
 * Where the runs of every rank are in memory, and the memory of every rank has room for the lines
 * that it gets, nothing needs to be written to temporary files. */
#ifndef IHP_EXTRACT_CLAIM_EXCHANGE_H
#define IHP_EXTRACT_CLAIM_EXCHANGE_H

#include "extract/claim_runs.h"

struct ihp__import_exchange {
    /* set by the caller */
    struct ihp__import *import;
    ihp__import_claim_key_fn key;
    struct ihp__import_key_range range;  /* of the lines that this rank gets; they ascend by rank */
    bool ready;                          /* all lines of this rank are in memory */
    const struct ihp__import_runs *runs; /* its runs */
    char *room;                          /* memory for the lines of other ranks */
    size_t room_bytes;

    /* set by `ihp__import_exchange_runs` */
    struct ihp__import_runs got; /* owned: what this rank gets, its own lines first */
};

/* Collective: gives this rank the lines of its range, as runs without marks. Sets `*done` to false,
 * on all ranks, if they do not fit on some rank; nothing has been changed then. */
enum ihp_status ihp__import_exchange_runs(struct ihp__import_exchange *exchange, bool *done,
                                          struct ihp_error *err);

#endif
