/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store under construction: its file, its columns, and the hash of what they hold. */
#include "store_writer.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

void ihp__writer_free(struct ihp__store_writer **writer)
{
    struct ihp__store_writer *w = *writer;
    ihp__shared_close(&w->shared);
    XXH3_freeState(w->chain);
    free(w->indexed);
    free(w);
    *writer = NULL;
}

/* ---- creation -------------------------------------------------------------------------------- */

static struct ihp__store_writer *writer_alloc(struct ihp_error *err)
{
    struct ihp__store_writer *w = calloc(1, sizeof *w);
    if (w == NULL || (w->chain = XXH3_createState()) == NULL) {
        free(w);
        ihp__fail_memory(err, "a store");
        return NULL;
    }
    XXH3_128bits_reset(w->chain);
    return w;
}

enum ihp_status ihp__store_create(const char *path, MPI_Comm comm, struct ihp__store_writer **out,
                                  struct ihp_error *err)
{
    struct ihp__store_writer *w = writer_alloc(err);
    struct ihp__shared_file shared;
    ihp__shared_create(&shared, path, "the store", (uint64_t)getpid(), comm, err);
    if (w != NULL) {
        w->shared = shared;
    }
    if (err->status == IHP_OK) {
        *out = w;
    } else if (w != NULL) {
        ihp__writer_free(&w);
    }
    return err->status;
}

/* ---- columns --------------------------------------------------------------------------------- */

enum ihp_status ihp__writer_column(struct ihp__store_writer *w, const char *name,
                                   enum ihp__type type, size_t width, uint64_t count,
                                   const char *units, struct ihp__raw_column *column,
                                   struct ihp_error *err)
{
    bool owned;
    hid_t file_type = ihp__h5_file_type(type, width, &owned);
    ihp__shared_column(&w->shared, name, file_type, ihp__type_size(type, width), count, units,
                       column, err);
    if (owned) {
        H5Tclose(file_type);
    }
    return err->status;
}

/* The sum over elements of their hashes keyed by position. */
static uint64_t hash_elements(const void *data, uint64_t first, uint64_t count, size_t element)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        sum += XXH3_64bits_withSeed((const char *)data + i * element, element, first + i);
    }
    return sum;
}

void ihp__writer_chain_hash(struct ihp__store_writer *w, const char *name, uint64_t count,
                            uint64_t hash)
{
    uint64_t numbers[2] = {count, hash};
    XXH3_128bits_update(w->chain, name, strlen(name) + 1);
    XXH3_128bits_update(w->chain, numbers, sizeof numbers);
}

static void note_column(struct ihp__store_writer *w, const char *name, uint64_t count,
                        const struct ihp__raw_column *column)
{
    if (strcmp(name, "members/id") == 0) {
        w->members = count;
    } else if (strcmp(name, "enrollment/month_from") == 0) {
        w->spans = count;
    } else if (strcmp(name, "morbidity/year") == 0) {
        w->morbidity_rows = count;
    } else if (strcmp(name, "dictionary/procedure") == 0) {
        w->procedures = count;
    } else if (strcmp(name, "claims/offset") == 0) {
        w->offset = *column;
    }
}

enum ihp_status ihp__store_put_part(struct ihp__store_writer *w, const char *name,
                                    enum ihp__type type, size_t width, const void *data,
                                    uint64_t first, uint64_t count, uint64_t total,
                                    const char *units, struct ihp_error *err)
{
    struct ihp__raw_column column;
    if (ihp__writer_column(w, name, type, width, total, units, &column, err) != IHP_OK) {
        return err->status;
    }
    if (count > total || first > total - count) {
        ihp__fail(err, IHP_ERR_RUN, "%s: elements beyond the end of %s were given", w->shared.path,
                  name);
    } else if (count > 0) {
        ihp__raw_write(&w->shared, &column, first, count, data, err);
    }
    uint64_t hash = err->status == IHP_OK ? hash_elements(data, first, count, column.element) : 0;
    ihp__sum_u64(w->shared.comm, &hash, 1);
    ihp__writer_chain_hash(w, name, total, hash);
    note_column(w, name, total, &column);
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__store_put(struct ihp__store_writer *w, const char *name, enum ihp__type type,
                               size_t width, const void *data, uint64_t count, const char *units,
                               struct ihp_error *err)
{
    uint64_t sizes[2] = {count, width}; /* rank 0's, whatever the others believe */
    ihp__share_u64(w->shared.comm, sizes, 2);
    return ihp__store_put_part(w, name, type, (size_t)sizes[1], data, 0,
                               w->shared.rank == 0 ? sizes[0] : 0, sizes[0], units, err);
}

/* Collective: which procedures of rank 0's dictionary the index is to hold. */
static enum ihp_status choose_indexed(struct ihp__store_writer *w, const struct ihp__dict *dict,
                                      struct ihp_error *err)
{
    free(w->indexed);
    w->indexed = calloc(w->procedures + 1, 1);
    if (w->indexed == NULL) {
        ihp__fail_memory(err, "the index");
    }
    if (ihp__agree(w->shared.comm, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; w->shared.rank == 0 && i < w->procedures; i++) {
        w->indexed[i] = ihp__procedure_in_contract(ihp__dict_text(dict, i));
    }
    ihp__share_bytes(w->shared.comm, w->indexed, w->procedures);
    return IHP_OK;
}

enum ihp_status ihp__store_put_dict(struct ihp__store_writer *w, const char *name,
                                    const struct ihp__dict *dict, struct ihp_error *err)
{
    size_t count = w->shared.rank == 0 ? ihp__dict_count(dict) : 0, width = 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(ihp__dict_text(dict, i));
        width = length > width ? length : width;
    }
    char *texts = calloc(count + 1, width);
    char path[64];
    if (texts == NULL) {
        ihp__fail_memory(err, "a dictionary");
    } else if (count > 65535 && strcmp(name, "taxonomy") != 0) {
        ihp__fail(err, IHP_ERR_DATA, "%s: dictionary/%s would have %zu entries; 65535 are allowed",
                  w->shared.path, name, count);
    }
    if (ihp__agree(w->shared.comm, err) != IHP_OK) {
        free(texts);
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(texts + i * width, ihp__dict_text(dict, i), strlen(ihp__dict_text(dict, i)));
    }
    snprintf(path, sizeof path, "dictionary/%s", name);
    enum ihp_status status = ihp__store_put(w, path, IHP__TYPE_TEXT, width, texts, count,
                                            "text, padded with NUL, in text order", err);
    free(texts);
    return status == IHP_OK && strcmp(name, "procedure") == 0 ? choose_indexed(w, dict, err)
                                                              : status;
}
