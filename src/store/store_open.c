/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a store: format, attributes, dictionaries, and that every column is there in the right
 * type and length. What the claims themselves hold is checked as they are read. */
#include "store_internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ihp_status fail_store(const struct ihp__store *store, const char *what,
                                  struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA, "%s: %s; make the store anew with 'ihp import'",
                     store->path, what);
}

enum ihp_status ihp__store_fail_column(const struct ihp__store *store, const char *name,
                                       const char *what, struct ihp_error *err)
{
    if (ihp__store_check_unchanged(store, err) != IHP_OK) { /* it is not damaged, but another */
        return err->status;
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s: column %s %s; make the store anew with 'ihp import'",
                     store->path, name, what);
}

static bool type_matches(hid_t held, enum ihp__type type, size_t *width)
{
    if (type == IHP__TYPE_TEXT) {
        *width = H5Tget_size(held);
        return H5Tget_class(held) == H5T_STRING && H5Tis_variable_str(held) == 0 && *width > 0 &&
               *width <= 4096;
    }
    bool owned;
    return H5Tequal(held, ihp__h5_file_type(type, 0, &owned)) > 0;
}

/* No filter of HDF5 packs more than this many bytes into one. */
enum { COMPRESSION_MOST = 1100 };

/* Whether a dataset lies in the store itself: a link could lead to another file, whose bytes
 * would then be looked for at the same place in this one. */
static bool lies_in_store(const struct ihp__store *store, hid_t dataset)
{
    H5O_info_t own, other;
    hid_t creation = H5Dget_create_plist(dataset);
    bool inside = creation >= 0 && H5Oget_info2(store->file, &own, H5O_INFO_BASIC) >= 0 &&
                  H5Oget_info2(dataset, &other, H5O_INFO_BASIC) >= 0 &&
                  own.fileno == other.fileno && H5Pget_layout(creation) != H5D_VIRTUAL &&
                  H5Pget_external_count(creation) == 0;
    H5Pclose(creation);
    return inside;
}

enum ihp_status ihp__column_open(const struct ihp__store *store, const char *name,
                                 enum ihp__type type, uint64_t expected, hid_t *dataset,
                                 uint64_t *count, size_t *width, struct ihp_error *err)
{
    hid_t opened = H5Dopen2(store->file, name, H5P_DEFAULT);
    if (opened < 0) {
        return ihp__store_fail_column(store, name, "is missing", err);
    }
    hid_t space = H5Dget_space(opened), held = H5Dget_type(opened);
    hsize_t size = 0;
    size_t held_width = 0;
    enum ihp_status status = IHP_OK;
    if (!lies_in_store(store, opened)) {
        status = ihp__store_fail_column(store, name, "lies in another file", err);
    } else if (space < 0 || held < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
               H5Sget_simple_extent_dims(space, &size, NULL) != 1) {
        status = ihp__store_fail_column(store, name, "is no one-dimensional array", err);
    } else if (!type_matches(held, type, &held_width)) {
        status = ihp__store_fail_column(store, name,
                                        "has another element type than this version "
                                        "writes",
                                        err);
    } else if (size > COMPRESSION_MOST * store->info.file_bytes / H5Tget_size(held)) {
        status = ihp__store_fail_column(store, name, "is larger than the file could hold", err);
    } else if (expected != UINT64_MAX && size != expected) {
        status =
            ihp__fail(err, IHP_ERR_DATA,
                      "%s: column %s has %llu elements where %llu are expected; make the store "
                      "anew with 'ihp import'",
                      store->path, name, (unsigned long long)size, (unsigned long long)expected);
    }
    H5Tclose(held);
    H5Sclose(space);
    if (status != IHP_OK) {
        H5Dclose(opened);
        return status;
    }
    *dataset = opened;
    if (count != NULL) {
        *count = size;
    }
    if (width != NULL) {
        *width = held_width;
    }
    return IHP_OK;
}

enum ihp_status ihp__column_read(const struct ihp__store *store, hid_t dataset, const char *name,
                                 enum ihp__type type, size_t width, uint64_t first, uint64_t count,
                                 void *data, struct ihp_error *err)
{
    if (count == 0) {
        return IHP_OK;
    }
    hsize_t start = first, size = count;
    bool owned;
    hid_t memory_type = ihp__h5_memory_type(type, width, &owned);
    hid_t memory = H5Screate_simple(1, &size, NULL);
    hid_t space = H5Dget_space(dataset);
    bool done = space >= 0 && memory >= 0 &&
                H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &size, NULL) >= 0 &&
                H5Dread(dataset, memory_type, memory, space, H5P_DEFAULT, data) >= 0;
    H5Sclose(space);
    H5Sclose(memory);
    if (owned) {
        H5Tclose(memory_type);
    }
    return done ? IHP_OK
                : ihp__store_fail_column(store, name, "cannot be read; the file may be damaged",
                                         err);
}

/* Reads a whole column into fresh memory, refusing counts beyond `limit`. */
static enum ihp_status read_whole(const struct ihp__store *store, const char *name,
                                  enum ihp__type type, uint64_t expected, uint64_t limit,
                                  void **data, uint64_t *count, size_t *width,
                                  struct ihp_error *err)
{
    hid_t dataset;
    if (ihp__column_open(store, name, type, expected, &dataset, count, width, err) != IHP_OK) {
        return err->status;
    }
    size_t element = ihp__type_size(type, *width);
    void *fresh = NULL;
    if (*count > limit) {
        ihp__store_fail_column(store, name, "has more elements than any store may have", err);
    } else if ((fresh = calloc((size_t)*count + 1, element)) == NULL) {
        ihp__fail_memory(err, name);
    } else {
        ihp__column_read(store, dataset, name, type, *width, 0, *count, fresh, err);
    }
    H5Dclose(dataset);
    if (err->status != IHP_OK) {
        free(fresh);
        return err->status;
    }
    *data = fresh;
    return IHP_OK;
}

/* Reads "dictionary/name" as ended texts in strictly ascending order. */
static enum ihp_status read_dictionary(const struct ihp__store *store, const char *name,
                                       struct ihp__text_array *array, struct ihp_error *err)
{
    char path[64];
    void *raw;
    uint64_t count;
    size_t width;
    snprintf(path, sizeof path, "dictionary/%s", name);
    if (read_whole(store, path, IHP__TYPE_TEXT, UINT64_MAX, UINT32_MAX - 1, &raw, &count, &width,
                   err) != IHP_OK) {
        return err->status;
    }
    array->bytes = malloc((size_t)count * (width + 1) + 1);
    array->text = malloc(((size_t)count + 1) * sizeof *array->text);
    if (array->bytes == NULL || array->text == NULL) {
        free(raw);
        return ihp__fail_memory(err, path);
    }
    for (size_t i = 0; i < count; i++) {
        char *text = array->bytes + i * (width + 1);
        memcpy(text, (char *)raw + i * width, width);
        text[width] = '\0';
        array->text[i] = text;
        if (i > 0 && strcmp(array->text[i - 1], text) >= 0) {
            free(raw);
            return ihp__store_fail_column(store, path, "is not in text order", err);
        }
    }
    free(raw);
    array->count = count;
    return IHP_OK;
}

static enum ihp_status read_npis(struct ihp__store *store, struct ihp_error *err)
{
    uint64_t count, again;
    size_t width = 0;
    void *npi, *taxonomy;
    if (read_whole(store, "dictionary/npi", IHP__TYPE_I64, UINT64_MAX, UINT32_MAX / 2, &npi, &count,
                   &width, err) != IHP_OK) {
        return err->status;
    }
    store->npi = npi;
    if (read_whole(store, "dictionary/npi_taxonomy", IHP__TYPE_U32, count, UINT32_MAX / 2,
                   &taxonomy, &again, &width, err) != IHP_OK) {
        return err->status;
    }
    store->npi_taxonomy = taxonomy;
    if (count == 0 || store->npi[0] != IHP__NPI_BLANK) {
        return ihp__store_fail_column(store, "dictionary/npi", "does not begin with the blank NPI",
                                      err);
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && store->npi[i] <= store->npi[i - 1]) {
            return ihp__store_fail_column(store, "dictionary/npi", "does not ascend", err);
        }
        if (store->npi_taxonomy[i] != UINT32_MAX &&
            store->npi_taxonomy[i] >= store->taxonomy.count) {
            return ihp__store_fail_column(store, "dictionary/npi_taxonomy",
                                          "holds a number that dictionary/taxonomy has not", err);
        }
        store->info.providers += store->npi_taxonomy[i] != UINT32_MAX;
    }
    store->info.npis = count;
    store->info.npi = store->npi;
    store->info.npi_taxonomy = store->npi_taxonomy;
    return IHP_OK;
}

static enum ihp_status read_root(struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store_info *info = &store->info;
    char format[32];
    uint64_t version, complete;
    if (!ihp__h5_get_text_attribute(store->file, "format", format, sizeof format) ||
        strcmp(format, IHP__STORE_FORMAT) != 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is an HDF5 file but no store of ihp; make one with "
                         "'ihp import'",
                         store->path);
    }
    if (!ihp__h5_get_u64_attribute(store->file, "format_version", &version) ||
        version != IHP__STORE_VERSION) {
        return fail_store(store, "is of another format version", err);
    }
    if (!ihp__h5_get_u64_attribute(store->file, "complete", &complete) || complete != 1 ||
        !ihp__h5_get_u64_attribute(store->file, "members", &info->members) ||
        !ihp__h5_get_u64_attribute(store->file, "claim_lines", &info->lines) ||
        !ihp__h5_get_u64_attribute(store->file, "enrollment_spans", &info->spans) ||
        !ihp__h5_get_u64_attribute(store->file, "morbidity_rows", &info->morbidity_rows) ||
        !ihp__h5_get_text_attribute(store->file, "content_hash", info->content_hash,
                                    sizeof info->content_hash) ||
        !ihp__h5_get_text_attribute(store->file, "program_version", info->program_version,
                                    sizeof info->program_version)) {
        return fail_store(store, "was not finished (an attribute is missing)", err);
    }
    if (info->members >= UINT32_MAX || info->lines > UINT32_MAX) {
        return fail_store(store, "says it has more rows than any store may have", err);
    }
    return IHP_OK;
}

static enum ihp_status check_column(const struct ihp__store *store, const char *name,
                                    enum ihp__type type, uint64_t expected, struct ihp_error *err)
{
    hid_t dataset;
    size_t width;
    enum ihp_status status =
        ihp__column_open(store, name, type, expected, &dataset, NULL, &width, err);
    if (status == IHP_OK) {
        H5Dclose(dataset);
    }
    return status;
}

static enum ihp_status check_member_columns(const struct ihp__store *store, struct ihp_error *err)
{
    uint64_t members = store->info.members, spans = store->info.spans,
             rows = store->info.morbidity_rows;
    const struct {
        const char *name;
        enum ihp__type type;
        uint64_t count;
    } columns[] = {
        {"members/id", IHP__TYPE_TEXT, members},
        {"members/birth_date", IHP__TYPE_I32, members},
        {"members/sex", IHP__TYPE_U8, members},
        {"members/county", IHP__TYPE_U32, members},
        {"members/race", IHP__TYPE_U16, members},
        {"enrollment/offset", IHP__TYPE_U64, members + 1},
        {"enrollment/month_from", IHP__TYPE_I32, spans},
        {"enrollment/month_to", IHP__TYPE_I32, spans},
        {"enrollment/program", IHP__TYPE_U8, spans},
        {"enrollment/payer", IHP__TYPE_U16, spans},
        {"enrollment/exclusion", IHP__TYPE_U8, spans},
        {"enrollment/county", IHP__TYPE_U32, spans},
        {"morbidity/offset", IHP__TYPE_U64, members + 1},
        {"morbidity/year", IHP__TYPE_I16, rows},
        {"morbidity/acg", IHP__TYPE_U16, rows},
        {"claims/offset", IHP__TYPE_U64, members + 1},
    };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (check_column(store, columns[i].name, columns[i].type, columns[i].count, err) !=
            IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status open_claims(struct ihp__store *store, struct ihp_error *err)
{
    store->info.contiguous = true;
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        enum ihp__type type = ihp__claim_spec[c].type;
        struct ihp_error narrow = {0};
        size_t width = 0;
        struct ihp__place place;
        enum ihp_status status = ihp__place_open(store, ihp__claim_spec[c].name, type,
                                                 store->info.lines, &width, &place, &narrow);
        if (status != IHP_OK && c == IHP__CLAIM_AMOUNT) {
            struct ihp_error wide = {0};
            status = ihp__place_open(store, ihp__claim_spec[c].name, IHP__TYPE_I64,
                                     store->info.lines, &width, &place, &wide);
            store->info.wide_amounts = status == IHP_OK;
        }
        if (status != IHP_OK) {
            return ihp__fail(err, narrow.status, "%s", narrow.text);
        }
        store->claim[c] = place;
        store->info.contiguous = store->info.contiguous && place.raw;
        if (c == IHP__CLAIM_CLAIM_ID) {
            store->info.claim_id_width = width;
        }
    }
    if (store->info.claim_id_width > IHP__CLAIM_ID_MAX) {
        return ihp__store_fail_column(store, "claims/claim_id", "is too wide", err);
    }
    return IHP_OK;
}

static enum ihp_status read_dictionaries(struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store_info *info = &store->info;
    if (read_dictionary(store, "payer", &store->payer, err) != IHP_OK ||
        read_dictionary(store, "acg", &store->acg, err) != IHP_OK ||
        read_dictionary(store, "procedure", &store->procedure, err) != IHP_OK ||
        read_dictionary(store, "taxonomy", &store->taxonomy, err) != IHP_OK ||
        read_dictionary(store, "race", &store->race, err) != IHP_OK ||
        read_npis(store, err) != IHP_OK) {
        return err->status;
    }
    if (store->payer.count > 65535 || store->acg.count > 65535 || store->procedure.count > 65536 ||
        store->race.count > 65535) {
        return fail_store(store, "has a dictionary beyond its 16-bit numbers", err);
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

static bool has_link(const struct ihp__store *store, const char *name)
{
    return H5Lexists(store->file, name, H5P_DEFAULT) > 0;
}

/* HDF5 would report a missing file and one of another kind alike; users want to know which. */
static enum ihp_status open_file(struct ihp__store *store, struct ihp_error *err)
{
    struct stat info;
    if (stat(store->path, &info) != 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: there is no such store; make it with 'ihp import'",
                         store->path);
    }
    store->info.file_bytes = (uint64_t)info.st_size;
    if (!S_ISREG(info.st_mode) || H5Fis_hdf5(store->path) <= 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is not an HDF5 file; a store is made with "
                         "'ihp import'",
                         store->path);
    }
    store->file = H5Fopen(store->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (store->file < 0) {
        return fail_store(store, "cannot be opened: it is cut short or damaged", err);
    }
    store->fd = open(store->path, O_RDONLY | O_CLOEXEC);
    if (store->fd < 0 || fstat(store->fd, &store->opened) != 0) {
        return fail_store(store, "cannot be opened for reading", err);
    }
    return store->opened.st_ino == info.st_ino && store->opened.st_dev == info.st_dev &&
                   store->opened.st_size == info.st_size
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA, "%s: was replaced while it was opened; start again",
                           store->path);
}

enum ihp_status ihp__store_open(const char *path, struct ihp__store **out, struct ihp_error *err)
{
    ihp__h5_quiet();
    struct ihp__store *store = calloc(1, sizeof *store);
    if (store == NULL || (store->path = strdup(path)) == NULL) {
        free(store);
        return ihp__fail_memory(err, "a store");
    }
    store->file = H5I_INVALID_HID;
    store->fd = -1;
    store->info.path = store->path;
    if (open_file(store, err) != IHP_OK || read_root(store, err) != IHP_OK ||
        check_member_columns(store, err) != IHP_OK || open_claims(store, err) != IHP_OK ||
        read_dictionaries(store, err) != IHP_OK || ihp__store_open_index(store, err) != IHP_OK) {
        ihp__store_close(&store);
        return err->status;
    }
    store->info.has_social_risk = has_link(store, "social_risk");
    store->info.has_care_coordination = has_link(store, "care_coordination");
    store->info.has_care_coordination_paid = has_link(store, "care_coordination_paid");
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
    for (int c = 0; c < IHP__CLAIM_COLUMNS; c++) {
        if (s->claim[c].dataset > 0) {
            H5Dclose(s->claim[c].dataset);
        }
    }
    ihp__store_close_index(s);
    if (s->fd >= 0) {
        close(s->fd);
    }
    if (s->file >= 0) {
        H5Fclose(s->file);
    }
    text_array_free(&s->payer);
    text_array_free(&s->acg);
    text_array_free(&s->procedure);
    text_array_free(&s->taxonomy);
    text_array_free(&s->race);
    free(s->npi);
    free(s->npi_taxonomy);
    free(s->path);
    free(s);
    *store = NULL;
}

const struct ihp__store_info *ihp__store_info(const struct ihp__store *store)
{
    return &store->info;
}
