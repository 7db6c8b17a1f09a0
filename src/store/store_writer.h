/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_writer.h - a store under construction, for the files of this room that write it: the file
 * that the ranks share, and what is known of its columns. */
#ifndef IHP_STORE_WRITER_H
#define IHP_STORE_WRITER_H

#include "base/target.h"
#include "digest.h"
#include "shared_file.h"

/* A column of the store, with the digests of the blocks that this rank has written. */
struct ihp__writer_column {
    struct ihp__raw_column raw;
    uint64_t count;
    uint64_t *digest; /* of each block, 0 where another rank finds it; owned; NULL: the store does
                         not have the column */
    bool *read_back;  /* of each block: this rank is to read it again at the end; owned */
    struct ihp__block_stream *stream; /* of the block that this rank has begun; owned */
    uint64_t next;                    /* the element that goes on with that block; or UINT64_MAX */
};

struct ihp__store_writer {
    struct ihp__shared_file shared;
    const struct ihp__target *output; /* not owned; NULL: an existing store is replaced */
    bool finished;                    /* only the name is missing */
    uint64_t members, lines, written, spans, morbidity_rows, procedures, index_rows;
    int index_year, index_years;
    size_t claim_id_width, version_width; /* 0: no versions */
    bool wide_amounts, void_dates, death_dates, claims_begun, compressed;
    struct ihp__writer_column column[IHP__COLUMNS];
    char *record;       /* rank 0: of the import; owned; NULL: none */
    size_t record_size; /* bytes */
    uint8_t *indexed;   /* [procedures], owned: 1 if the index is to hold its lines */
    char content_hash[IHP__HASH_TEXT];
};

/* Collective. Closes and frees a writer whose file has been ended or dropped. */
void ihp__writer_free(struct ihp__store_writer **writer);

/* Returns which columns IHP__IF_USED the store has, as bits IHP__LIFE_*. */
static inline unsigned ihp__writer_life(const struct ihp__store_writer *writer)
{
    return (writer->void_dates ? IHP__LIFE_VOID_DATES : 0u) |
           (writer->version_width > 0 ? IHP__LIFE_VERSIONS : 0u) |
           (writer->death_dates ? IHP__LIFE_DEATH_DATES : 0u);
}

/* Collective. Makes the dataset of a column of `count` elements, with its unit, and gives all ranks
 * its place. `width` is the width of texts in bytes, else 0. */
enum ihp_status ihp__writer_column(struct ihp__store_writer *writer, enum ihp__column column,
                                   size_t width, uint64_t count, struct ihp_error *err);

/* ---- digests (store_digests.c) --------------------------------------------------------------- */

/* Makes room for the digests of a column whose `count` is set. Returns false if memory is short. */
bool ihp__writer_column_begin(struct ihp__writer_column *column);
void ihp__writer_column_free(struct ihp__writer_column *column);

/* Not collective. Writes elements first .. first + count - 1 of a column that has been made, and
 * digests them. Every element must be written once by one rank; ascending writes are fastest. */
enum ihp_status ihp__writer_write(struct ihp__store_writer *writer, enum ihp__column which,
                                  uint64_t first, uint64_t count, const void *data,
                                  struct ihp_error *err);

/* Collective, when all columns have been written. Writes the digests, and sets the hash of the
 * contents. */
enum ihp_status ihp__writer_put_digests(struct ihp__store_writer *writer, struct ihp_error *err);

/* ---- the record of an import (store_record.c) ------------------------------------------------ */

/* Not collective, on rank 0. Writes the record, if there is one, and its digest. Returns false on
 * failure. */
bool ihp__writer_put_record(const struct ihp__store_writer *writer);

/* ---- the index (store_index.c) --------------------------------------------------------------- */

/* Collective. Makes the group `index` from the claims written so far. */
enum ihp_status ihp__store_make_index(struct ihp__store_writer *writer, struct ihp_error *err);

#endif
