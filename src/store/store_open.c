/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a store: its file and attributes, its columns, and its dictionaries. The contents of
 * other columns are checked when they are read. */
#include "store_internal.h"

#include "base/npi.h"

#include <stdlib.h>
#include <string.h>

/* ---- dictionaries ---------------------------------------------------------------------------- */

/* A column in memory. */
struct whole {
    void *data; /* owned by the caller */
    uint64_t count;
    size_t element;
};

/* Reads a whole column into new memory and refuses more than `limit` elements. */
static enum ihp_status read_whole(const struct ihp__store *store, enum ihp__column which,
                                  uint64_t limit, struct whole *whole, struct ihp_error *err)
{
    const struct ihp__open_column *column = &store->column[which];
    struct whole fresh = {.count = column->count, .element = column->element};
    enum ihp_status status;
    if (column->count > limit) {
        status = ihp__store_fail_column(store, column->name,
                                        "has more elements than a store can have", err);
    } else if ((fresh.data = calloc((size_t)column->count + 1, column->element)) == NULL) {
        status = ihp__fail_memory(err, column->name);
    } else {
        status = ihp__column_read(store, column, 0, column->count, fresh.data, err);
    }
    if (status != IHP_OK) {
        free(fresh.data);
        return status;
    }
    *whole = fresh;
    return IHP_OK;
}

/* Makes texts that end with NUL out of texts of fixed width, which must be in strictly ascending
 * order. */
static enum ihp_status split_texts(const struct ihp__store *store, enum ihp__column which,
                                   const struct whole *raw, struct ihp__text_array *array,
                                   struct ihp_error *err)
{
    const char *name = ihp__column_spec[which].name;
    const size_t width = raw->element, count = (size_t)raw->count;
    array->bytes = malloc(count * (width + 1) + 1);
    array->text = malloc((count + 1) * sizeof *array->text);
    if (array->bytes == NULL || array->text == NULL) {
        return ihp__fail_memory(err, name);
    }
    for (size_t i = 0; i < count; i++) {
        char *text = array->bytes + i * (width + 1);
        memcpy(text, (char *)raw->data + i * width, width);
        text[width] = '\0';
        array->text[i] = text;
        if (i > 0 && strcmp(array->text[i - 1], text) >= 0) {
            return ihp__store_fail_column(store, name, "is not in text order", err);
        }
    }
    array->count = count;
    return IHP_OK;
}

/* Reads a dictionary whose texts have at most `longest` bytes. */
static enum ihp_status read_dictionary(const struct ihp__store *store, enum ihp__column which,
                                       size_t longest, struct ihp__text_array *array,
                                       struct ihp_error *err)
{
    struct whole raw;
    if (read_whole(store, which, UINT32_MAX - 1, &raw, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status =
        raw.element > longest
            ? ihp__store_fail_column(store, ihp__column_spec[which].name, "is too wide", err)
            : ihp__store_check_texts(store, which, raw.data, raw.element, (size_t)raw.count, err);
    if (status == IHP_OK) {
        status = split_texts(store, which, &raw, array, err);
    }
    free(raw.data);
    return status;
}

static enum ihp_status check_npis(struct ihp__store *store, struct ihp_error *err)
{
    if (store->info.npis == 0 || store->npi[0] != IHP__NPI_BLANK) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(DICT_NPI),
                                      "does not start with the blank NPI", err);
    }
    for (size_t i = 0; i < store->info.npis; i++) {
        if (i > 0 && store->npi[i] <= store->npi[i - 1]) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(DICT_NPI),
                                          "is not in ascending order", err);
        }
        if (!ihp__npi_valid(store->npi[i])) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(DICT_NPI),
                                          "has a number that is no NPI and no UMPI", err);
        }
        if (store->npi_taxonomy[i] != UINT32_MAX &&
            store->npi_taxonomy[i] >= store->taxonomy.count) {
            return ihp__store_fail_column(store, IHP__COLUMN_NAME(DICT_NPI_TAXONOMY),
                                          "has a number that dictionary/taxonomy does not have",
                                          err);
        }
        store->info.providers += store->npi_taxonomy[i] != UINT32_MAX;
    }
    return IHP_OK;
}

static enum ihp_status read_npis(struct ihp__store *store, struct ihp_error *err)
{
    const uint64_t limit = UINT32_MAX / 2;
    struct whole npi, taxonomy;
    if (read_whole(store, IHP__COLUMN_DICT_NPI, limit, &npi, err) != IHP_OK) {
        return err->status;
    }
    store->npi = npi.data;
    store->info.npi = store->npi;
    store->info.npis = npi.count;
    if (read_whole(store, IHP__COLUMN_DICT_NPI_TAXONOMY, limit, &taxonomy, err) != IHP_OK) {
        return err->status;
    }
    store->npi_taxonomy = taxonomy.data;
    store->info.npi_taxonomy = store->npi_taxonomy;
    return check_npis(store, err);
}

static enum ihp_status read_dictionaries(struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store_info *info = &store->info;
    const struct {
        enum ihp__column which;
        size_t longest; /* in bytes; of UTF-8, four for each character that an import takes */
        struct ihp__text_array *array;
    } reads[] = {{IHP__COLUMN_DICT_PAYER, 4 * IHP__PAYER_CHARACTERS, &store->payer},
                 {IHP__COLUMN_DICT_ACG, 4 * IHP__ACG_MAX, &store->acg},
                 {IHP__COLUMN_DICT_PROCEDURE, IHP__PROCEDURE_LENGTH, &store->procedure},
                 {IHP__COLUMN_DICT_TAXONOMY, 4 * IHP__TAXONOMY_MAX, &store->taxonomy},
                 {IHP__COLUMN_DICT_RACE, 4 * IHP__RACE_CHARACTERS, &store->race}};
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        if (read_dictionary(store, reads[i].which, reads[i].longest, reads[i].array, err) !=
            IHP_OK) {
            return err->status;
        }
    }
    if (read_npis(store, err) != IHP_OK) {
        return err->status;
    }
    if (store->payer.count > 65535 || store->acg.count > 65535 || store->procedure.count > 65536 ||
        store->race.count > 65535) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has a dictionary with more entries than 16-bit numbers can refer to; "
                         "make the store again with 'ihp import'",
                         store->path);
    }
    info->payers = store->payer.count;
    info->payer = store->payer.text;
    info->acgs = store->acg.count;
    info->acg = store->acg.text;
    info->procedures = store->procedure.count;
    info->procedure = store->procedure.text;
    info->taxonomies = store->taxonomy.count;
    info->taxonomy = store->taxonomy.text;
    info->races = store->race.count;
    info->race = store->race.text;
    return IHP_OK;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Keeps the forms of the columns of claims. */
static enum ihp_status note_claims(struct ihp__store *store, struct ihp_error *err)
{
    const struct ihp__open_column *column = store->column;
    store->info.contiguous = true;
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        const struct ihp__open_column *own = &column[ihp__column_of_claim(c)];
        store->info.contiguous = store->info.contiguous && (own->dataset <= 0 || own->is_plain);
    }
    store->info.wide_amounts = column[IHP__COLUMN_CLAIM_AMOUNT].type == IHP__TYPE_I64;
    store->info.claim_id_width = column[IHP__COLUMN_CLAIM_CLAIM_ID].element;
    store->info.version_width = column[IHP__COLUMN_CLAIM_VERSION].element;
    if (store->info.claim_id_width > IHP__CLAIM_ID_MAX) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(CLAIM_CLAIM_ID), "is too wide", err);
    }
    if (store->info.version_width > IHP__VERSION_MAX) {
        return ihp__store_fail_column(store, IHP__COLUMN_NAME(CLAIM_VERSION), "is too wide", err);
    }
    return IHP_OK;
}

/* Returns true if the store has the group of a column of offsets. */
static bool has_rows(const struct ihp__store *store, enum ihp__column offsets)
{
    return store->column[offsets].dataset > 0;
}

/* ---- the whole store ------------------------------------------------------------------------- */

enum ihp_status ihp__store_open(const char *path, struct ihp__store **out, struct ihp_error *err)
{
    if (ihp__h5_begin(err) != IHP_OK) {
        return err->status;
    }
    struct ihp__store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return ihp__fail_memory(err, "a store");
    }
    if (ihp__store_file_open(store, path, err) != IHP_OK ||
        ihp__store_open_columns(store, err) != IHP_OK || note_claims(store, err) != IHP_OK ||
        read_dictionaries(store, err) != IHP_OK || ihp__store_open_index(store, err) != IHP_OK ||
        /* What the system could not read was taken for something that the store lacks. */
        ihp__h5_fail_system(path, "the store cannot be read", err)) {
        ihp__store_close(&store);
        return err->status;
    }
    store->info.has_social_risk = has_rows(store, IHP__COLUMN_SOCIAL_OFFSET);
    store->info.has_care_coordination = has_rows(store, IHP__COLUMN_CARE_OFFSET);
    store->info.has_care_coordination_paid = has_rows(store, IHP__COLUMN_PAID_OFFSET);
    *out = store;
    return IHP_OK;
}

static void text_array_free(struct ihp__text_array *array)
{
    free(array->bytes);
    free(array->text);
}

void ihp__store_close(struct ihp__store **store)
{
    if (store == NULL || *store == NULL) {
        return;
    }
    struct ihp__store *s = *store;
    ihp__store_close_columns(s);
    ihp__store_file_close(s);
    free(s->indexed);
    text_array_free(&s->payer);
    text_array_free(&s->acg);
    text_array_free(&s->procedure);
    text_array_free(&s->taxonomy);
    text_array_free(&s->race);
    free(s->npi);
    free(s->npi_taxonomy);
    free(s);
    *store = NULL;
}

void ihp__store_note_digests(const struct ihp__store *store, struct ihp_notices *notices)
{
    if (!store->info.has_digests) {
        ihp__notice_add(notices,
                        "%s: has no digests, so damage to it may go unnoticed: ihp %s made it; "
                        "import the extract again",
                        store->path, store->info.program_version);
    }
}

const struct ihp__store_info *ihp__store_info(const struct ihp__store *store)
{
    return &store->info;
}
