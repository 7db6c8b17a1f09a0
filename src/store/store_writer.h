/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - a store under construction, as the writing files of this room see it: the file
 * that the ranks share, and what is known of its columns. */
#ifndef IHP_STORE_WRITER_H
#define IHP_STORE_WRITER_H

#include "shared_file.h"

struct ihp__store_writer {
    struct ihp__shared_file shared;
    uint64_t members, lines, written, spans, morbidity_rows, procedures;
    size_t claim_id_width;
    bool wide_amounts, claims_begun, compressed;
    struct ihp__raw_column claim[IHP__CLAIM_COLUMNS];
    struct ihp__raw_column offset; /* claims/offset */
    uint8_t *indexed;              /* [procedures], owned: 1 when the index is to hold its lines */
    /* Hash of the contents: each column's is a sum over its elements of hashes keyed by
     * position, so that it does not matter which rank wrote what; rank 0 chains them in order of
     * the puts. */
    void *chain;         /* XXH3 state, rank 0, owned */
    uint64_t claim_hash; /* this rank's share of the claims' sum */
};

/* Closes and frees a writer whose HDF5 file has been ended or dropped. Collective. */
void ihp__writer_free(struct ihp__store_writer **writer);

/* Adds a column's sum of hashes to the hash of the contents. */
void ihp__writer_chain_hash(struct ihp__store_writer *writer, const char *name, uint64_t count,
                            uint64_t hash);

/* Collective: makes the dataset `name` of `count` elements on rank 0, with its unit, and tells all
 * ranks its place. */
enum ihp_status ihp__writer_column(struct ihp__store_writer *writer, const char *name,
                                   enum ihp__type type, size_t width, uint64_t count,
                                   const char *units, struct ihp__raw_column *column,
                                   struct ihp_error *err);

/* Collective: makes the group `index` from the claims written so far. */
enum ihp_status ihp__store_make_index(struct ihp__store_writer *writer, struct ihp_error *err);

#endif
