/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of blocks of a store's columns, and the hash of the contents that is made of them.
 *
 * XXH3 is compiled into this file: a settlement digests every block that it reads, and the inlined
 * function is up to twice as fast as the library's. The values are the same. */
#define XXH_INLINE_ALL
#include "digest.h"

#include "digest_avx2.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

uint64_t ihp__block_digest(const void *data, size_t bytes, uint64_t block)
{
#ifdef IHP__DIGEST_AVX2
    if (__builtin_cpu_supports("avx2")) {
        return ihp__block_digest_avx2(data, bytes, block);
    }
#endif
    return XXH3_64bits_withSeed(data, bytes, block);
}

/* ---- in pieces ------------------------------------------------------------------------------- */

struct ihp__block_stream {
    XXH3_state_t *state; /* owned */
};

struct ihp__block_stream *ihp__block_stream_create(void)
{
    struct ihp__block_stream *stream = malloc(sizeof *stream);
    if (stream != NULL && (stream->state = XXH3_createState()) == NULL) {
        free(stream);
        stream = NULL;
    }
    return stream;
}

void ihp__block_stream_destroy(struct ihp__block_stream *stream)
{
    if (stream != NULL) {
        XXH3_freeState(stream->state);
        free(stream);
    }
}

void ihp__block_stream_begin(struct ihp__block_stream *stream, uint64_t block)
{
    XXH3_64bits_reset_withSeed(stream->state, block);
}

void ihp__block_stream_add(struct ihp__block_stream *stream, const void *data, size_t bytes)
{
    XXH3_64bits_update(stream->state, data, bytes);
}

uint64_t ihp__block_stream_digest(const struct ihp__block_stream *stream)
{
    return XXH3_64bits_digest(stream->state);
}

/* ---- the contents ---------------------------------------------------------------------------- */

uint64_t ihp__content_digests(const struct ihp__content *content)
{
    uint64_t digests = 0;
    for (int c = 0; c < IHP__COLUMNS; c++) {
        digests += content->column[c].is_there ? ihp__blocks(content->column[c].count) : 0;
    }
    return digests;
}

/* Adds the name and form of a column. */
static void add_column(XXH3_state_t *state, const struct ihp__content *content, int column)
{
    const char *name = ihp__column_spec[column].name;
    const char *type = ihp__type_name(content->column[column].type);
    const uint64_t form[] = {content->column[column].element, content->column[column].count};
    XXH3_128bits_update(state, name, strlen(name) + 1);
    XXH3_128bits_update(state, type, strlen(type) + 1);
    XXH3_128bits_update(state, form, sizeof form);
}

void ihp__content_hash(const struct ihp__content *content, char text[IHP__HASH_TEXT])
{
    const uint64_t attributes[] = {
        content->format_version, content->life,       content->members,
        content->lines,          content->spans,      content->morbidity_rows,
        content->index_rows,     content->index_year, content->index_years};
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    for (int c = 0; c < IHP__COLUMNS; c++) {
        if (content->column[c].is_there) {
            add_column(&state, content, c);
        }
    }
    XXH3_128bits_update(&state, attributes, sizeof attributes);
    XXH3_128bits_update(&state, content->digest,
                        (size_t)ihp__content_digests(content) * sizeof *content->digest);
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    ihp__hash_hex(hash.high64, hash.low64, text);
}
