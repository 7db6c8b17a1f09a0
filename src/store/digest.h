/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - by what a store notices that it has changed: a digest of each block of each column,
 * and the hash of the contents, which is made of them.
 *
 * A block is IHP__BLOCK_ELEMENTS consecutive elements of a column; the last one of a column may
 * have fewer. Its digest is XXH3-64 of the bytes of its elements in memory, seeded with its number,
 * so that compressed and plain stores have the same digests, and blocks that have changed places
 * are noticed. The digests of all columns that a store has, in the order of the table of columns,
 * are one dataset of the store. Nothing here is collective. */
#ifndef IHP_STORE_DIGEST_H
#define IHP_STORE_DIGEST_H

#include "base/hash_hex.h"
#include "store/columns.h"

/* The name of the dataset of digests, and its unit. */
#define IHP__DIGESTS       "digests"
#define IHP__DIGESTS_UNITS "XXH3-64 of each block of 8192 elements of each column"

enum { IHP__BLOCK_ELEMENTS = 8192 };

/* Returns the number of blocks of a column of `count` elements. */
static inline uint64_t ihp__blocks(uint64_t count)
{
    return count / IHP__BLOCK_ELEMENTS + (count % IHP__BLOCK_ELEMENTS != 0);
}

/* Returns the number of elements of block `block` of a column of `count` elements. */
static inline size_t ihp__block_size(uint64_t count, uint64_t block)
{
    uint64_t left = count - block * IHP__BLOCK_ELEMENTS;
    return left < IHP__BLOCK_ELEMENTS ? (size_t)left : IHP__BLOCK_ELEMENTS;
}

/* Returns the digest of block `block`, whose elements are `bytes` bytes. */
uint64_t ihp__block_digest(const void *data, size_t bytes, uint64_t block);

/* A digest of a block whose elements come in pieces. */
struct ihp__block_stream;

/* Makes a stream; NULL if memory is short. The caller destroys it. */
struct ihp__block_stream *ihp__block_stream_create(void);
void ihp__block_stream_destroy(struct ihp__block_stream *stream);

/* Begins block `block`, adds the bytes of its next elements, and returns the digest of what was
 * added. */
void ihp__block_stream_begin(struct ihp__block_stream *stream, uint64_t block);
void ihp__block_stream_add(struct ihp__block_stream *stream, const void *data, size_t bytes);
uint64_t ihp__block_stream_digest(const struct ihp__block_stream *stream);

/* What the hash of the contents is made of: the columns, the attributes of the root that say how
 * many rows there are and what the store has, and the digests. */
struct ihp__content {
    struct {
        bool is_there;
        enum ihp__type type; /* of the elements, never IHP__TYPE_CENTS */
        size_t element;      /* bytes of an element */
        uint64_t count;
    } column[IHP__COLUMNS];
    uint64_t format_version, life, members, lines, spans, morbidity_rows;
    uint64_t index_rows, index_year, index_years;
    const uint64_t *digest; /* of each block of the columns that are there, in order */
};

/* Returns how many digests there are. */
uint64_t ihp__content_digests(const struct ihp__content *content);

/* Writes the hash of the contents as text. */
void ihp__content_hash(const struct ihp__content *content, char text[IHP__HASH_TEXT]);

#endif
