/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store under construction: its file and its columns. */
#include "store_writer.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ihp__writer_free(struct ihp__store_writer **writer)
{
    struct ihp__store_writer *w = *writer;
    ihp__shared_close(&w->shared);
    for (int c = 0; c < IHP__COLUMNS; c++) {
        ihp__writer_column_free(&w->column[c]);
    }
    free(w->indexed);
    free(w->record);
    free(w);
    *writer = NULL;
}

/* ---- creation -------------------------------------------------------------------------------- */

enum ihp_status ihp__store_create(const char *path, MPI_Comm comm, struct ihp__store_writer **out,
                                  struct ihp_error *err)
{
    struct ihp__store_writer *w = calloc(1, sizeof *w);
    struct ihp__shared_file shared;
    if (w == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "a store"));
    }
    enum ihp_status status =
        ihp__shared_create(&shared, path, "the store", (uint64_t)getpid(), comm, err);
    if (w != NULL) {
        w->shared = shared;
    }
    if (status == IHP_OK) {
        *out = w;
    } else if (w != NULL) {
        ihp__writer_free(&w);
    }
    return status;
}

/* ---- columns --------------------------------------------------------------------------------- */

enum ihp_status ihp__writer_column(struct ihp__store_writer *w, enum ihp__column column,
                                   size_t width, uint64_t count, struct ihp_error *err)
{
    struct ihp__writer_column *made = &w->column[column];
    const struct ihp__column_spec *spec = &ihp__column_spec[column];
    enum ihp__type type = ihp__column_type(column, w->wide_amounts);
    bool owned;
    struct ihp__shared_dataset dataset = {.name = spec->name,
                                          .type = ihp__h5_file_type(type, width, &owned),
                                          .element = ihp__type_size(type, width),
                                          .count = count,
                                          .units = spec->units};
    ihp__writer_column_free(made); /* it may have been put before */
    made->count = count;
    if (!ihp__writer_column_begin(made)) {
        ihp__until_agreed(ihp__fail_memory(err, spec->name)); /* in making the dataset */
    }
    enum ihp_status status = ihp__shared_column(&w->shared, &dataset, &made->raw, err);
    if (owned) {
        H5Tclose(dataset.type);
    }
    return status;
}

/* Keeps what the end of the store needs to know of a column. */
static void note_column(struct ihp__store_writer *w, enum ihp__column column, uint64_t count)
{
    switch ((int)column) {
    case IHP__COLUMN_MEMBER_ID:
        w->members = count;
        break;
    case IHP__COLUMN_MEMBER_DEATH:
        w->death_dates = true;
        break;
    case IHP__COLUMN_SPAN_FROM:
        w->spans = count;
        break;
    case IHP__COLUMN_MORBIDITY_YEAR:
        w->morbidity_rows = count;
        break;
    case IHP__COLUMN_DICT_PROCEDURE:
        w->procedures = count;
        break;
    default:
        break;
    }
}

enum ihp_status ihp__store_put_part(struct ihp__store_writer *w, enum ihp__column column,
                                    const struct ihp__elements *elements, struct ihp_error *err)
{
    const char *name = ihp__column_spec[column].name;
    const uint64_t first = elements->first, count = elements->count, total = elements->total;
    if (ihp__writer_column(w, column, elements->width, total, err) != IHP_OK) {
        return err->status;
    }
    if (count > total || first > total - count) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: elements beyond the end of %s were given",
                       w->shared.path, name);
    } else if (count > 0) {
        ihp__until_agreed(ihp__writer_write(w, column, first, count, elements->data, err));
    }
    note_column(w, column, total);
    return ihp__agree(w->shared.comm, err);
}

enum ihp_status ihp__store_put(struct ihp__store_writer *w, enum ihp__column column, size_t width,
                               const void *data, uint64_t count, struct ihp_error *err)
{
    uint64_t sizes[2] = {count, width}; /* rank 0's, whatever the other ranks pass */
    ihp__share_u64(w->shared.comm, sizes, 2);
    const struct ihp__elements elements = {.data = data,
                                           .count = w->shared.rank == 0 ? sizes[0] : 0,
                                           .total = sizes[0],
                                           .width = (size_t)sizes[1]};
    return ihp__store_put_part(w, column, &elements, err);
}

/* ---- dictionaries ---------------------------------------------------------------------------- */

/* Collective. Marks the procedures of rank 0's dictionary that the index is to hold. */
static enum ihp_status choose_indexed(struct ihp__store_writer *w, const struct ihp__dict *dict,
                                      struct ihp_error *err)
{
    free(w->indexed);
    w->indexed = calloc(w->procedures + 1, 1);
    if (w->indexed == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "the index"));
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

enum ihp_status ihp__store_put_dict(struct ihp__store_writer *w, enum ihp__column column,
                                    const struct ihp__dict *dict, struct ihp_error *err)
{
    enum { ENTRIES_MAX = 65535 };
    size_t count = w->shared.rank == 0 ? ihp__dict_count(dict) : 0, width = 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(ihp__dict_text(dict, i));
        width = length > width ? length : width;
    }
    char *texts = calloc(count + 1, width);
    if (texts == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "a dictionary"));
    } else if (count > ENTRIES_MAX && column != IHP__COLUMN_DICT_TAXONOMY) {
        ihp__error_set(err, IHP_ERR_DATA, "%s: %s would have %zu entries; at most %d are allowed",
                       w->shared.path, ihp__column_spec[column].name, count, ENTRIES_MAX);
    }
    if (ihp__agree(w->shared.comm, err) != IHP_OK) {
        free(texts);
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(texts + i * width, ihp__dict_text(dict, i), strlen(ihp__dict_text(dict, i)));
    }
    enum ihp_status status = ihp__store_put(w, column, width, texts, count, err);
    free(texts);
    return status == IHP_OK && column == IHP__COLUMN_DICT_PROCEDURE ? choose_indexed(w, dict, err)
                                                                    : status;
}
