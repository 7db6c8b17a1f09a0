/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_exchange.h - handing claim lines to the ranks that write them, from memory to memory.
 *
 * Where the lines of every rank are in its block, and the block of every rank has room for the
 * lines that it gets, nothing needs to be written to temporary files. */
#ifndef IHP_EXTRACT_CLAIM_EXCHANGE_H
#define IHP_EXTRACT_CLAIM_EXCHANGE_H

#include "extract/claim_sort.h"

/* A line, next to its key. */
struct ihp__import_entry {
    uint64_t key;
    const struct ihp__import_claim *claim;
};

/* The bytes that a rank has sent. */
struct ihp__import_area {
    const char *end;
    int source;
};

struct ihp__import_exchange {
    /* set by the caller */
    struct ihp__import *import;
    ihp__import_claim_key_fn key;
    struct ihp__import_key_range range; /* of the lines that this rank gets; they ascend by rank */
    bool ready;                         /* all lines of this rank are in memory */
    const struct ihp__import_entry *entry; /* its lines, in any order */
    size_t lines;
    char *record; /* where they are, and room for others behind them; aligned to 8 */
    size_t used, record_bytes;
    struct ihp__import_entry *got; /* room for `most` entries */
    size_t most;

    /* set by `ihp__import_exchange_lines` */
    size_t got_lines;              /* in the order of the ranks that have read them */
    struct ihp__import_area *area; /* owned: of all other ranks, one behind the other */
    size_t areas;
};

/* Collective: gives this rank the lines of its range. Sets `*done` to false, on all ranks, if they
 * do not fit on some rank; nothing has been changed then. */
enum ihp_status ihp__import_exchange_lines(struct ihp__import_exchange *exchange, bool *done,
                                           struct ihp_error *err);

#endif
