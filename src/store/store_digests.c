/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digests of a store under construction.
 *
 * Each rank digests what it writes as it writes it: a block that it writes from its first element
 * to its last needs nothing more. A block in which the writes of ranks meet, or that was written in
 * another order, is read back at the end by the rank that wrote its last element. So each digest is
 * found on one rank and is 0 on the others, and their sum is the digests of all. */
#include "store_writer.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>

bool ihp__writer_column_begin(struct ihp__writer_column *column)
{
    const size_t blocks = (size_t)ihp__blocks(column->count);
    column->digest = calloc(blocks + 1, sizeof *column->digest);
    column->read_back = calloc(blocks + 1, sizeof *column->read_back);
    column->stream = ihp__block_stream_create();
    column->next = UINT64_MAX;
    return column->digest != NULL && column->read_back != NULL && column->stream != NULL;
}

void ihp__writer_column_free(struct ihp__writer_column *column)
{
    free(column->digest);
    free(column->read_back);
    ihp__block_stream_destroy(column->stream);
    *column = (struct ihp__writer_column){0};
}

/* Digests `count` elements of one block, which begin with element `at` of the block. */
static void digest_part(struct ihp__writer_column *column, uint64_t block, size_t at, size_t count,
                        const void *data)
{
    const size_t size = ihp__block_size(column->count, block), bytes = count * column->raw.element;
    const uint64_t first = block * IHP__BLOCK_ELEMENTS + at;
    const bool ends = at + count == size;
    if (at == 0 && ends) {
        column->digest[block] = ihp__block_digest(data, bytes, block);
    } else if (at == 0 || first == column->next) {
        if (at == 0) {
            ihp__block_stream_begin(column->stream, block);
        }
        ihp__block_stream_add(column->stream, data, bytes);
        column->next = ends ? UINT64_MAX : first + count;
        if (ends) {
            column->digest[block] = ihp__block_stream_digest(column->stream);
        }
    } else if (ends) {
        column->read_back[block] = true;
    }
}

enum ihp_status ihp__writer_write(struct ihp__store_writer *w, enum ihp__column which,
                                  uint64_t first, uint64_t count, const void *data,
                                  struct ihp_error *err)
{
    struct ihp__writer_column *column = &w->column[which];
    if (ihp__raw_write(&w->shared, &column->raw, first, count, data, err) != IHP_OK) {
        return err->status;
    }
    while (count > 0) {
        const uint64_t block = first / IHP__BLOCK_ELEMENTS;
        const size_t at = (size_t)(first % IHP__BLOCK_ELEMENTS),
                     left = ihp__block_size(column->count, block) - at;
        const size_t taken = count < left ? (size_t)count : left;
        digest_part(column, block, at, taken, data);
        first += taken;
        count -= taken;
        data = (const char *)data + taken * column->raw.element;
    }
    return IHP_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Digests the blocks of a column that have to be read back. */
static enum ihp_status read_back(const struct ihp__store_writer *w,
                                 struct ihp__writer_column *column, struct ihp_error *err)
{
    void *data = malloc(ihp__block_size(column->count, 0) * column->raw.element + 1);
    enum ihp_status status = data == NULL ? ihp__fail_memory(err, IHP__DIGESTS) : IHP_OK;
    for (uint64_t b = 0; status == IHP_OK && b < ihp__blocks(column->count); b++) {
        const size_t size = ihp__block_size(column->count, b);
        if (column->read_back[b]) {
            status =
                ihp__raw_read(&w->shared, &column->raw, b * IHP__BLOCK_ELEMENTS, size, data, err);
            column->digest[b] =
                status == IHP_OK ? ihp__block_digest(data, size * column->raw.element, b) : 0;
        }
    }
    free(data);
    return status;
}

/* Describes the contents of the finished store, without the digests. */
static struct ihp__content content_of(const struct ihp__store_writer *w)
{
    struct ihp__content content = {.format_version = IHP__STORE_VERSION_DIGESTS,
                                   .life = ihp__writer_life(w),
                                   .members = w->members,
                                   .lines = w->lines,
                                   .spans = w->spans,
                                   .morbidity_rows = w->morbidity_rows,
                                   .index_rows = w->index_rows,
                                   .index_year = (uint64_t)w->index_year,
                                   .index_years = (uint64_t)w->index_years};
    for (int c = 0; c < IHP__COLUMNS; c++) {
        const struct ihp__writer_column *column = &w->column[c];
        content.column[c].is_there = column->digest != NULL;
        content.column[c].type = ihp__column_type((enum ihp__column)c, w->wide_amounts);
        content.column[c].element = column->raw.element;
        content.column[c].count = column->count;
    }
    return content;
}

/* Puts the digests that this rank has found in a row. */
static enum ihp_status gather(struct ihp__store_writer *w, uint64_t *digest, struct ihp_error *err)
{
    if (digest == NULL) {
        return ihp__fail_memory(err, IHP__DIGESTS);
    }
    for (int c = 0; c < IHP__COLUMNS; c++) {
        struct ihp__writer_column *column = &w->column[c];
        if (column->digest == NULL) {
            continue; /* the store does not have it */
        }
        if (read_back(w, column, err) != IHP_OK) {
            return err->status;
        }
        const size_t blocks = (size_t)ihp__blocks(column->count);
        memcpy(digest, column->digest, blocks * sizeof *digest);
        digest += blocks;
    }
    return IHP_OK;
}

/* Collective. Adds the digests of the ranks and writes them. */
static enum ihp_status put_digests(struct ihp__store_writer *w, struct ihp__content *content,
                                   uint64_t *digest, struct ihp_error *err)
{
    const uint64_t digests = ihp__content_digests(content);
    struct ihp__raw_column raw;
    ihp__until_agreed(gather(w, digest, err));
    if (ihp__agree(w->shared.comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__sum_u64(w->shared.comm, digest, (int)digests); /* at most 2^32 lines have few millions */
    content->digest = digest;
    ihp__content_hash(content, w->content_hash);
    const struct ihp__shared_dataset dataset = {.name = IHP__DIGESTS,
                                                .type = H5T_STD_U64LE,
                                                .element = sizeof *digest,
                                                .count = digests,
                                                .units = IHP__DIGESTS_UNITS};
    if (ihp__shared_column(&w->shared, &dataset, &raw, err) != IHP_OK) {
        return err->status;
    }
    if (w->shared.rank == 0) {
        ihp__until_agreed(ihp__raw_write(&w->shared, &raw, 0, digests, digest, err));
    }
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__writer_put_digests(struct ihp__store_writer *w, struct ihp_error *err)
{
    struct ihp__content content = content_of(w);
    uint64_t *digest = calloc((size_t)ihp__content_digests(&content) + 1, sizeof *digest);
    enum ihp_status status = put_digests(w, &content, digest, err);
    free(digest);
    return status;
}
