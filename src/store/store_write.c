/* Writing a store: columns one by one, claims by appending, everything under a part name until
 * committed. A hash of all contents is kept as they pass. */
#include "hdf5_util.h"
#include "ihp/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct claim_column {
    hid_t dataset, memory_type;
    bool type_owned;
    size_t element;
    XXH3_state_t *hash; /* owned */
};

struct ihp_store_writer {
    char *path, *part; /* owned */
    hid_t file;
    XXH3_state_t *hash; /* of names and contents of finished columns; owned */
    uint64_t members, lines, appended, spans, morbidity_rows;
    size_t claim_id_width;
    bool wide_amounts, claims_begun;
    struct claim_column claim[IHP_CLAIM_COLUMNS];
};

static enum ihp_status fail_write(struct ihp_store_writer *w, const char *what,
                                  struct ihp_error *err)
{
    int reason = errno; /* the one HDF5's last system call left; 0 when HDF5 itself refused */
    return ihp_fail(err, IHP_ERR_RUN, "%s: %s cannot be written (%s)", w->path, what,
                    reason != 0 ? strerror(reason) : "HDF5 refused");
}

static void writer_free(struct ihp_store_writer **writer)
{
    struct ihp_store_writer *w = *writer;
    for (int c = 0; c < IHP_CLAIM_COLUMNS; c++) {
        if (w->claim[c].dataset > 0) {
            H5Dclose(w->claim[c].dataset);
        }
        if (w->claim[c].type_owned) {
            H5Tclose(w->claim[c].memory_type);
        }
        XXH3_freeState(w->claim[c].hash);
    }
    if (w->file >= 0) {
        H5Fclose(w->file);
    }
    XXH3_freeState(w->hash);
    free(w->path);
    free(w->part);
    free(w);
    *writer = NULL;
}

enum ihp_status ihp_store_create(const char *path, struct ihp_store_writer **out,
                                 struct ihp_error *err)
{
    ihp_h5_quiet();
    struct ihp_store_writer *w = calloc(1, sizeof *w);
    size_t size = strlen(path) + 32;
    if (w == NULL) {
        return ihp_fail_memory(err, "a store");
    }
    w->file = H5I_INVALID_HID;
    w->path = strdup(path);
    w->part = malloc(size);
    w->hash = XXH3_createState();
    if (w->path == NULL || w->part == NULL || w->hash == NULL) {
        writer_free(&w);
        return ihp_fail_memory(err, "a store");
    }
    XXH3_128bits_reset(w->hash);
    snprintf(w->part, size, "%s.part-%ld", path, (long)getpid());
    unlink(w->part); /* left by a process of the same number that died */
    errno = 0;
    mode_t old_mask = umask(077); /* a store is protected data */
    w->file = ihp_h5_create_file(w->part);
    umask(old_mask);
    if (w->file < 0) {
        fail_write(w, "the store", err);
        writer_free(&w);
        return err->status;
    }
    *out = w;
    return IHP_OK;
}

static void hash_column(struct ihp_store_writer *w, const char *name, XXH3_state_t *column)
{
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(column));
    XXH3_128bits_update(w->hash, name, strlen(name) + 1);
    XXH3_128bits_update(w->hash, &digest, sizeof digest);
}

static void note_size(struct ihp_store_writer *w, const char *name, uint64_t count)
{
    if (strcmp(name, "members/id") == 0) {
        w->members = count;
    } else if (strcmp(name, "enrollment/month_from") == 0) {
        w->spans = count;
    } else if (strcmp(name, "morbidity/year") == 0) {
        w->morbidity_rows = count;
    }
}

enum ihp_status ihp_store_put(struct ihp_store_writer *w, const char *name, enum ihp_type type,
                              size_t width, const void *data, uint64_t count, const char *units,
                              struct ihp_error *err)
{
    bool owned, memory_owned;
    hid_t file_type = ihp_h5_file_type(type, width, &owned);
    hid_t memory_type = ihp_h5_memory_type(type, width, &memory_owned);
    errno = 0;
    hid_t dataset = ihp_h5_create_column(w->file, name, file_type, count);
    bool done = dataset >= 0 && ihp_h5_put_text_attribute(dataset, "units", units) &&
                (count == 0 ||
                 H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    if (dataset >= 0 && H5Dclose(dataset) < 0) {
        done = false;
    }
    if (owned) {
        H5Tclose(file_type);
    }
    if (memory_owned) {
        H5Tclose(memory_type);
    }
    if (!done) {
        return fail_write(w, name, err);
    }
    XXH3_state_t *hash = XXH3_createState();
    if (hash == NULL) {
        return ihp_fail_memory(err, "a hash");
    }
    XXH3_128bits_reset(hash);
    XXH3_128bits_update(hash, data, (size_t)count * ihp_type_size(type, width));
    hash_column(w, name, hash);
    XXH3_freeState(hash);
    note_size(w, name, count);
    return IHP_OK;
}

enum ihp_status ihp_store_put_dict(struct ihp_store_writer *w, const char *name,
                                   const struct ihp_dict *dict, struct ihp_error *err)
{
    size_t count = ihp_dict_count(dict), width = 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(ihp_dict_text(dict, i));
        width = length > width ? length : width;
    }
    char *texts = calloc(count + 1, width);
    char path[64];
    if (texts == NULL) {
        return ihp_fail_memory(err, "a dictionary");
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(texts + i * width, ihp_dict_text(dict, i), strlen(ihp_dict_text(dict, i)));
    }
    snprintf(path, sizeof path, "dictionary/%s", name);
    enum ihp_status status = ihp_store_put(w, path, IHP_TYPE_TEXT, width, texts, count,
                                           "text, padded with NUL, in text order", err);
    free(texts);
    return status;
}

enum ihp_status ihp_store_claims_begin(struct ihp_store_writer *w, uint64_t lines,
                                       size_t claim_id_width, bool wide_amounts,
                                       struct ihp_error *err)
{
    w->lines = lines;
    w->claim_id_width = claim_id_width;
    w->wide_amounts = wide_amounts;
    w->claims_begun = true;
    for (int c = 0; c < IHP_CLAIM_COLUMNS; c++) {
        struct claim_column *column = &w->claim[c];
        enum ihp_type type = ihp_claim_spec[c].type;
        if (c == IHP_CLAIM_AMOUNT && wide_amounts) {
            type = IHP_TYPE_I64;
        }
        bool owned;
        hid_t file_type = ihp_h5_file_type(type, claim_id_width, &owned);
        column->memory_type = ihp_h5_memory_type(type, claim_id_width, &column->type_owned);
        column->element = ihp_type_size(type, claim_id_width);
        column->hash = XXH3_createState();
        errno = 0;
        column->dataset = ihp_h5_create_column(w->file, ihp_claim_spec[c].name, file_type, lines);
        if (owned) {
            H5Tclose(file_type);
        }
        if (column->hash == NULL) {
            return ihp_fail_memory(err, "a hash");
        }
        XXH3_128bits_reset(column->hash);
        if (column->dataset < 0 ||
            !ihp_h5_put_text_attribute(column->dataset, "units", ihp_claim_spec[c].units)) {
            return fail_write(w, ihp_claim_spec[c].name, err);
        }
    }
    return IHP_OK;
}

static const void *claim_data(const struct ihp_claims *claims, enum ihp_claim_column column,
                              bool wide_amounts)
{
    switch (column) {
    case IHP_CLAIM_SERVICE_DATE:
        return claims->service_date;
    case IHP_CLAIM_KNOWN_FROM:
        return claims->known_from;
    case IHP_CLAIM_SERVICE:
        return claims->service;
    case IHP_CLAIM_AMOUNT:
        return wide_amounts ? (const void *)claims->amount64 : claims->amount32;
    case IHP_CLAIM_PROCEDURE:
        return claims->procedure;
    case IHP_CLAIM_BILLING:
        return claims->billing;
    case IHP_CLAIM_TREATING:
        return claims->treating;
    case IHP_CLAIM_PAID_DATE:
        return claims->paid_date;
    case IHP_CLAIM_STATUS:
        return claims->status;
    case IHP_CLAIM_PAYER:
        return claims->payer;
    case IHP_CLAIM_LINE:
        return claims->line;
    case IHP_CLAIM_CLAIM_ID:
        return claims->claim_id;
    case IHP_CLAIM_COLUMNS:
        break;
    }
    return NULL;
}

enum ihp_status ihp_store_claims_append(struct ihp_store_writer *w, const struct ihp_claims *claims,
                                        struct ihp_error *err)
{
    if (claims->count == 0) {
        return IHP_OK;
    }
    if (claims->count > w->lines - w->appended) {
        return ihp_fail(err, IHP_ERR_RUN, "%s: more claim lines came than were announced (%llu)",
                        w->path, (unsigned long long)w->lines);
    }
    hsize_t start = w->appended, count = claims->count;
    for (int c = 0; c < IHP_CLAIM_COLUMNS; c++) {
        struct claim_column *column = &w->claim[c];
        const void *data = claim_data(claims, (enum ihp_claim_column)c, w->wide_amounts);
        hid_t memory = H5Screate_simple(1, &count, NULL);
        hid_t space = H5Dget_space(column->dataset);
        errno = 0;
        bool done =
            H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
            H5Dwrite(column->dataset, column->memory_type, memory, space, H5P_DEFAULT, data) >= 0;
        int reason = errno;
        H5Sclose(space);
        H5Sclose(memory);
        if (!done) {
            errno = reason;
            return fail_write(w, ihp_claim_spec[c].name, err);
        }
        XXH3_128bits_update(column->hash, data, claims->count * column->element);
    }
    w->appended += claims->count;
    return IHP_OK;
}

/* Root attributes; `complete` is last, so that a store without it was not finished. */
static bool put_root(struct ihp_store_writer *w)
{
    char hash[33];
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(w->hash));
    for (size_t i = 0; i < sizeof digest.digest; i++) {
        snprintf(hash + 2 * i, 3, "%02x", digest.digest[i]);
    }
    return ihp_h5_put_text_attribute(w->file, "format", IHP_STORE_FORMAT) &&
           ihp_h5_put_u64_attribute(w->file, "format_version", IHP_STORE_VERSION) &&
           ihp_h5_put_text_attribute(w->file, "program_version", IHP_VERSION) &&
           ihp_h5_put_u64_attribute(w->file, "members", w->members) &&
           ihp_h5_put_u64_attribute(w->file, "claim_lines", w->lines) &&
           ihp_h5_put_u64_attribute(w->file, "enrollment_spans", w->spans) &&
           ihp_h5_put_u64_attribute(w->file, "morbidity_rows", w->morbidity_rows) &&
           ihp_h5_put_text_attribute(w->file, "content_hash", hash) &&
           ihp_h5_put_u64_attribute(w->file, "complete", 1);
}

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return done;
}

enum ihp_status ihp_store_commit(struct ihp_store_writer **writer, struct ihp_error *err)
{
    struct ihp_store_writer *w = *writer;
    enum ihp_status status = IHP_OK;
    if (!w->claims_begun || w->appended != w->lines) {
        status = ihp_fail(err, IHP_ERR_RUN, "%s: %llu of %llu announced claim lines came", w->path,
                          (unsigned long long)w->appended, (unsigned long long)w->lines);
    }
    for (int c = 0; c < IHP_CLAIM_COLUMNS && status == IHP_OK; c++) {
        hash_column(w, ihp_claim_spec[c].name, w->claim[c].hash);
        errno = 0;
        if (H5Dclose(w->claim[c].dataset) < 0) {
            status = fail_write(w, ihp_claim_spec[c].name, err);
        }
        w->claim[c].dataset = 0;
    }
    errno = 0;
    if (status == IHP_OK && !put_root(w)) {
        status = fail_write(w, "the attributes", err);
    }
    if (status == IHP_OK) {
        errno = 0;
        herr_t closed = H5Fclose(w->file);
        w->file = H5I_INVALID_HID;
        if (closed < 0 || !sync_file(w->part) || rename(w->part, w->path) != 0) {
            status = fail_write(w, "the store", err);
        }
    }
    if (status != IHP_OK) {
        ihp_store_abandon(writer);
        return status;
    }
    writer_free(writer);
    return IHP_OK;
}

void ihp_store_abandon(struct ihp_store_writer **writer)
{
    if (writer == NULL || *writer == NULL) {
        return;
    }
    unlink((*writer)->part);
    writer_free(writer);
}
