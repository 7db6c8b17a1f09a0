/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of an import in a store: a dataset of bytes, and its digest. */
#include "store/store_record.h"

#include "base/json_load.h"
#include "store_internal.h"
#include "store_writer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static void digest_of(const char *text, size_t size, char hex[IHP__HASH_TEXT])
{
    const XXH128_hash_t hash = XXH3_128bits(text, size);
    ihp__hash_hex(hash.high64, hash.low64, hex);
}

/* ---- writing --------------------------------------------------------------------------------- */

enum ihp_status ihp__store_set_record(struct ihp__store_writer *w, const char *text, size_t size,
                                      struct ihp_error *err)
{
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        return ihp__fail_memory(err, "the record of the import");
    }
    memcpy(copy, text, size);
    free(w->record);
    w->record = copy;
    w->record_size = size;
    return IHP_OK;
}

bool ihp__writer_put_record(const struct ihp__store_writer *w)
{
    char hex[IHP__HASH_TEXT];
    if (w->record == NULL) {
        return true;
    }
    hid_t made =
        ihp__h5_create_column(w->shared.file, IHP__RECORD_DATASET, H5T_STD_U8LE, w->record_size);
    bool done = made >= 0 && ihp__h5_put_text_attribute(made, "units", IHP__RECORD_UNITS) &&
                H5Dwrite(made, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, w->record) >= 0;
    if (made >= 0 && H5Dclose(made) < 0) {
        done = false;
    }
    digest_of(w->record, w->record_size, hex);
    return done && ihp__h5_put_text_attribute(w->shared.file, IHP__RECORD_DIGEST, hex);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads the text of the record into new memory and compares it with its digest. */
static enum ihp_status read_text(const struct ihp__store *store,
                                 const struct ihp__open_column *column, const char *digest,
                                 char **text, struct ihp_error *err)
{
    char hex[IHP__HASH_TEXT], *fresh;
    if (column->count == 0 || column->count > IHP__RECORD_SIZE_MAX) {
        return ihp__store_fail_column(store, IHP__RECORD_DATASET, "has a length that none has",
                                      err);
    }
    if ((fresh = malloc((size_t)column->count)) == NULL) {
        return ihp__fail_memory(err, "the record of the import");
    }
    if (ihp__column_read(store, column, 0, column->count, fresh, err) != IHP_OK) {
        free(fresh);
        return err->status;
    }
    digest_of(fresh, (size_t)column->count, hex);
    if (strcmp(hex, digest) != 0) {
        free(fresh);
        return ihp__store_fail_column(store, IHP__RECORD_DATASET, "is damaged", err);
    }
    *text = fresh;
    return IHP_OK;
}

/* Reads the record. `*text` (owned by the caller) is NULL if the store has none. */
static enum ihp_status read_record(const struct ihp__store *store, char **text, size_t *size,
                                   struct ihp_error *err)
{
    char digest[IHP__HASH_TEXT];
    struct ihp__open_column column = {0};
    *text = NULL;
    const bool has_digest =
        ihp__h5_get_text_attribute(store->file, IHP__RECORD_DIGEST, digest, sizeof digest);
    if (!has_digest) {
        return ihp__h5_fail_system(store->path, "the store cannot be read", err) ||
                       H5Lexists(store->file, IHP__RECORD_DATASET, H5P_DEFAULT) <= 0
                   ? err->status
                   : ihp__store_fail_column(store, IHP__RECORD_DATASET, "has no digest", err);
    }
    enum ihp_status status = ihp__column_open_bytes(store, IHP__RECORD_DATASET, &column, err);
    if (status == IHP_OK) {
        status = read_text(store, &column, digest, text, err);
        *size = (size_t)column.count;
    }
    ihp__column_close(&column);
    return status;
}

enum ihp_status ihp__store_check_record(const struct ihp__store *store, struct ihp_error *err)
{
    char *text;
    size_t size;
    enum ihp_status status = read_record(store, &text, &size, err);
    free(text);
    return status;
}

enum ihp_status ihp__store_read_record(const struct ihp__store *store, json_t **record,
                                       struct ihp_error *err)
{
    char *text;
    size_t size;
    json_t *json = NULL;
    *record = NULL;
    if (read_record(store, &text, &size, err) != IHP_OK || text == NULL) {
        return err->status;
    }
    enum ihp_status status = ihp__json_load_text(text, size, IHP__RECORD_DATASET, &json, err);
    free(text);
    if (status == IHP_OK && !json_is_object(json)) {
        json_decref(json);
        return ihp__store_fail_column(store, IHP__RECORD_DATASET, "is not valid JSON", err);
    }
    *record = json;
    return status;
}
