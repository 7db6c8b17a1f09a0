/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim_batch.h - claim lines in memory, column by column, to be written to a store.
 *
 * Set the widths and `wide_amounts`, `void_dates` of a zero-initialized batch, make room with
 * `ihp__claim_batch_reserve`, fill in the columns of line `count` and add 1 to `count` for each
 * line, then write with `ihp__claim_batch_write`, which empties the batch. Nothing here is
 * collective. */
#ifndef IHP_STORE_CLAIM_BATCH_H
#define IHP_STORE_CLAIM_BATCH_H

#include "store/store.h"

/* The columns are those of struct ihp__claims; each is owned and has room for `capacity` lines. */
struct ihp__claim_batch {
    size_t count, capacity;
    size_t claim_id_width; /* bytes of a claim ID */
    size_t version_width;  /* bytes of a version; 0: `version` is NULL */
    bool wide_amounts;     /* amounts are in `amount64`, else in `amount32`; the other is NULL */
    bool void_dates;       /* otherwise `void_date` is NULL */
    uint16_t *service_date, *known_from, *service, *procedure, *paid_date, *payer, *void_date;
    int32_t *amount32;
    int64_t *amount64;
    uint32_t *billing, *treating;
    uint8_t *status;
    int64_t *line;
    char *claim_id, *version;
};

/* Makes room for `lines` more lines. */
enum ihp_status ihp__claim_batch_reserve(struct ihp__claim_batch *batch, size_t lines,
                                         struct ihp_error *err);

/* Frees the columns and leaves an empty batch. */
void ihp__claim_batch_free(struct ihp__claim_batch *batch);

/* Writes the lines of the batch as lines `first_line` and following of the store, and empties the
 * batch. */
enum ihp_status ihp__claim_batch_write(struct ihp__claim_batch *batch,
                                       struct ihp__store_writer *writer, uint64_t first_line,
                                       struct ihp_error *err);

#endif
