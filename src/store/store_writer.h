/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - a store under construction, for the files of this room that write it: the file
 * that the ranks share, and what is known of its columns. */
#ifndef IHP_STORE_WRITER_H
#define IHP_STORE_WRITER_H

#include "shared_file.h"

struct ihp__store_writer {
    struct ihp__shared_file shared;
    uint64_t members, lines, written, spans, morbidity_rows, procedures;
    size_t claim_id_width, version_width; /* 0: no versions */
    bool wide_amounts, void_dates, death_dates, claims_begun, compressed;
    struct ihp__raw_column claim[IHP__CLAIM_COLUMNS];
    struct ihp__raw_column offset; /* claims/offset */
    uint8_t *indexed;              /* [procedures], owned: 1 if the index is to hold its lines */
    /* Hash of the contents. The hash of a column is a sum over its elements of hashes keyed by
     * position, so that it does not matter which rank wrote what; rank 0 chains the columns in the
     * order in which they are put. */
    void *chain;         /* XXH3 state, rank 0, owned */
    uint64_t claim_hash; /* this rank's share of the claims' sum */
};

/* Collective. Closes and frees a writer whose file has been ended or dropped. */
void ihp__writer_free(struct ihp__store_writer **writer);

/* Adds the sum of a column's hashes to the hash of the contents. */
void ihp__writer_chain_hash(struct ihp__store_writer *writer, const char *name, uint64_t count,
                            uint64_t hash);

/* Collective. Makes the dataset of a column of `count` elements, with its unit, and gives all ranks
 * its place. `width` is the width of texts in bytes, else 0. */
enum ihp_status ihp__writer_column(struct ihp__store_writer *writer, enum ihp__column column,
                                   size_t width, uint64_t count, struct ihp__raw_column *raw,
                                   struct ihp_error *err);

/* Collective. Makes the group `index` from the claims written so far. */
enum ihp_status ihp__store_make_index(struct ihp__store_writer *writer, struct ihp_error *err);

#endif
