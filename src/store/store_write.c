/* Writing a store: columns one by one, claims by position, everything under a part name until
 * committed. A hash of all contents is kept as they pass. */
#include "store_writer.h"

#include "ihp/agree.h"
#include "ihp/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static enum ihp_status fail_write(const struct ihp_store_writer *w, const char *what,
                                  struct ihp_error *err)
{
    int reason = errno; /* the one HDF5's last system call left; 0 when HDF5 itself refused */
    return ihp_fail(err, IHP_ERR_RUN, "%s: %s cannot be written (%s)", w->path, what,
                    reason != 0 ? strerror(reason) : "HDF5 refused");
}

static void writer_free(struct ihp_store_writer **writer)
{
    struct ihp_store_writer *w = *writer;
    if (w->fd >= 0) {
        close(w->fd);
    }
    if (w->comm != MPI_COMM_NULL) {
        MPI_Comm_free(&w->comm);
    }
    XXH3_freeState(w->chain);
    free(w->indexed);
    free(w->path);
    free(w->part);
    free(w);
    *writer = NULL;
}

/* ---- creation -------------------------------------------------------------------------------- */

static enum ihp_status writer_alloc(const char *path, struct ihp_store_writer **out,
                                    struct ihp_error *err)
{
    struct ihp_store_writer *w = calloc(1, sizeof *w);
    size_t size = strlen(path) + 32;
    if (w == NULL) {
        return ihp_fail_memory(err, "a store");
    }
    w->file = H5I_INVALID_HID;
    w->fd = -1;
    w->comm = MPI_COMM_NULL;
    w->path = strdup(path);
    w->part = malloc(size);
    w->chain = XXH3_createState();
    if (w->path == NULL || w->part == NULL || w->chain == NULL) {
        writer_free(&w);
        return ihp_fail_memory(err, "a store");
    }
    XXH3_128bits_reset(w->chain);
    *out = w;
    return IHP_OK;
}

/* Rank 0 makes the file; a store is protected data, so only its owner may read it. */
static void make_file(struct ihp_store_writer *w, struct ihp_error *err)
{
    unlink(w->part); /* left by a process of the same number that died */
    errno = 0;
    mode_t old_mask = umask(077);
    w->file = ihp_h5_create_file(w->part);
    umask(old_mask);
    if (w->file < 0) {
        fail_write(w, "the store", err);
    }
}

enum ihp_status ihp_store_create(const char *path, MPI_Comm comm, struct ihp_store_writer **out,
                                 struct ihp_error *err)
{
    struct ihp_store_writer *w = NULL;
    ihp_h5_quiet();
    writer_alloc(path, &w, err);
    if (ihp_agree(comm, err) != IHP_OK) {
        if (w != NULL) {
            writer_free(&w);
        }
        return err->status;
    }
    w->ranks = 1;
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_dup(comm, &w->comm);
        MPI_Comm_rank(w->comm, &w->rank);
        MPI_Comm_size(w->comm, &w->ranks);
    }
    uint64_t process = (uint64_t)getpid();
    ihp_share_u64(w->comm, &process, 1);
    snprintf(w->part, strlen(path) + 32, "%s.part-%llu", path, (unsigned long long)process);
    if (w->rank == 0) {
        make_file(w, err);
    }
    if (ihp_agree(w->comm, err) == IHP_OK) {
        w->fd = open(w->part, O_RDWR | O_CLOEXEC);
        if (w->fd < 0) {
            fail_write(w, "the store", err);
        }
    }
    if (ihp_agree(w->comm, err) != IHP_OK) {
        ihp_store_abandon(&w);
        return err->status;
    }
    *out = w;
    return IHP_OK;
}

/* ---- columns --------------------------------------------------------------------------------- */

enum ihp_status ihp_writer_column(struct ihp_store_writer *w, const char *name, enum ihp_type type,
                                  size_t width, uint64_t count, const char *units,
                                  struct ihp_raw_column *column, struct ihp_error *err)
{
    struct ihp_raw_column made = {0, ihp_type_size(type, width)};
    if (w->rank == 0 && err->status == IHP_OK) {
        bool owned;
        hid_t file_type = ihp_h5_file_type(type, width, &owned);
        errno = 0;
        hid_t dataset = ihp_h5_create_column(w->file, name, file_type, count);
        bool done = dataset >= 0 && ihp_h5_put_text_attribute(dataset, "units", units);
        haddr_t address = done && count > 0 ? H5Dget_offset(dataset) : 0;
        if (!done || address == HADDR_UNDEF) {
            fail_write(w, name, err);
        }
        made.address = address;
        if (dataset >= 0) {
            H5Dclose(dataset);
        }
        if (owned) {
            H5Tclose(file_type);
        }
    }
    if (ihp_agree(w->comm, err) != IHP_OK) {
        return err->status;
    }
    ihp_share_u64(w->comm, &made.address, 1);
    *column = made;
    return IHP_OK;
}

enum ihp_status ihp_raw_write(const struct ihp_store_writer *w, const struct ihp_raw_column *column,
                              uint64_t first, uint64_t count, const void *data,
                              struct ihp_error *err)
{
    uint64_t size = count * column->element, done = 0;
    off_t at = (off_t)(column->address + first * column->element);
    while (done < size) {
        ssize_t wrote = pwrite(w->fd, (const char *)data + done, size - done, at + (off_t)done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return fail_write(w, "a column", err);
        }
        done += (uint64_t)wrote;
    }
    return IHP_OK;
}

enum ihp_status ihp_raw_read(const struct ihp_store_writer *w, const struct ihp_raw_column *column,
                             uint64_t first, uint64_t count, void *data, struct ihp_error *err)
{
    uint64_t size = count * column->element, done = 0;
    off_t at = (off_t)(column->address + first * column->element);
    while (done < size) {
        ssize_t got = pread(w->fd, (char *)data + done, size - done, at + (off_t)done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ihp_fail(err, IHP_ERR_RUN, "%s: what was written cannot be read back (%s)",
                            w->path, got < 0 ? strerror(errno) : "the file is short");
        }
        done += (uint64_t)got;
    }
    return IHP_OK;
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

static void chain_hash(struct ihp_store_writer *w, const char *name, uint64_t count, uint64_t hash)
{
    uint64_t numbers[2] = {count, hash};
    XXH3_128bits_update(w->chain, name, strlen(name) + 1);
    XXH3_128bits_update(w->chain, numbers, sizeof numbers);
}

static void note_column(struct ihp_store_writer *w, const char *name, uint64_t count,
                        const struct ihp_raw_column *column)
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

enum ihp_status ihp_store_put_part(struct ihp_store_writer *w, const char *name, enum ihp_type type,
                                   size_t width, const void *data, uint64_t first, uint64_t count,
                                   uint64_t total, const char *units, struct ihp_error *err)
{
    struct ihp_raw_column column;
    if (ihp_writer_column(w, name, type, width, total, units, &column, err) != IHP_OK) {
        return err->status;
    }
    if (count > total || first > total - count) {
        ihp_fail(err, IHP_ERR_RUN, "%s: elements beyond the end of %s were given", w->path, name);
    } else if (count > 0) {
        ihp_raw_write(w, &column, first, count, data, err);
    }
    uint64_t hash = err->status == IHP_OK ? hash_elements(data, first, count, column.element) : 0;
    ihp_sum_u64(w->comm, &hash, 1);
    chain_hash(w, name, total, hash);
    note_column(w, name, total, &column);
    return ihp_agree(w->comm, err);
}

enum ihp_status ihp_store_put(struct ihp_store_writer *w, const char *name, enum ihp_type type,
                              size_t width, const void *data, uint64_t count, const char *units,
                              struct ihp_error *err)
{
    uint64_t sizes[2] = {count, width}; /* rank 0's, whatever the others believe */
    ihp_share_u64(w->comm, sizes, 2);
    return ihp_store_put_part(w, name, type, (size_t)sizes[1], data, 0, w->rank == 0 ? sizes[0] : 0,
                              sizes[0], units, err);
}

/* Collective: which procedures of rank 0's dictionary the index is to hold. */
static enum ihp_status choose_indexed(struct ihp_store_writer *w, const struct ihp_dict *dict,
                                      struct ihp_error *err)
{
    free(w->indexed);
    w->indexed = calloc(w->procedures + 1, 1);
    if (w->indexed == NULL) {
        ihp_fail_memory(err, "the index");
    }
    if (ihp_agree(w->comm, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; w->rank == 0 && i < w->procedures; i++) {
        w->indexed[i] = ihp_procedure_in_contract(ihp_dict_text(dict, i));
    }
    ihp_share_bytes(w->comm, w->indexed, w->procedures);
    return IHP_OK;
}

enum ihp_status ihp_store_put_dict(struct ihp_store_writer *w, const char *name,
                                   const struct ihp_dict *dict, struct ihp_error *err)
{
    size_t count = w->rank == 0 ? ihp_dict_count(dict) : 0, width = 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(ihp_dict_text(dict, i));
        width = length > width ? length : width;
    }
    char *texts = calloc(count + 1, width);
    char path[64];
    if (texts == NULL) {
        ihp_fail_memory(err, "a dictionary");
    } else if (count > 65535 && strcmp(name, "taxonomy") != 0) {
        ihp_fail(err, IHP_ERR_DATA, "%s: dictionary/%s would have %zu entries; 65535 are allowed",
                 w->path, name, count);
    }
    if (ihp_agree(w->comm, err) != IHP_OK) {
        free(texts);
        return err->status;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(texts + i * width, ihp_dict_text(dict, i), strlen(ihp_dict_text(dict, i)));
    }
    snprintf(path, sizeof path, "dictionary/%s", name);
    enum ihp_status status = ihp_store_put(w, path, IHP_TYPE_TEXT, width, texts, count,
                                           "text, padded with NUL, in text order", err);
    free(texts);
    return status == IHP_OK && strcmp(name, "procedure") == 0 ? choose_indexed(w, dict, err)
                                                              : status;
}

/* ---- claims ---------------------------------------------------------------------------------- */

enum ihp_status ihp_store_claims_begin(struct ihp_store_writer *w, uint64_t lines,
                                       size_t claim_id_width, bool wide_amounts,
                                       struct ihp_error *err)
{
    if (lines > UINT32_MAX) {
        return ihp_fail(err, IHP_ERR_DATA, "%s: %llu claim lines are more than a store may have (%llu)",
                        w->path, (unsigned long long)lines, (unsigned long long)UINT32_MAX);
    }
    w->lines = lines;
    w->claim_id_width = claim_id_width;
    w->wide_amounts = wide_amounts;
    w->claims_begun = true;
    for (int c = 0; c < IHP_CLAIM_COLUMNS; c++) {
        const struct ihp_claim_spec *spec = &ihp_claim_spec[c];
        enum ihp_type type = c == IHP_CLAIM_AMOUNT && wide_amounts ? IHP_TYPE_I64 : spec->type;
        size_t width = type == IHP_TYPE_TEXT ? claim_id_width : 0;
        if (ihp_writer_column(w, spec->name, type, width, lines, spec->units, &w->claim[c], err) !=
            IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

static const void *claim_data(const struct ihp_claims *claims, enum ihp_claim_column column)
{
    switch (column) {
    case IHP_CLAIM_SERVICE_DATE:
        return claims->service_date;
    case IHP_CLAIM_KNOWN_FROM:
        return claims->known_from;
    case IHP_CLAIM_SERVICE:
        return claims->service;
    case IHP_CLAIM_AMOUNT:
        return claims->amount32 != NULL ? (const void *)claims->amount32 : claims->amount64;
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

/* The hash of one line keyed by its position, over all its columns; padding of the id is left out, as
 * its width depends on other lines. */
static uint64_t hash_line(const struct ihp_claims *claims, size_t i, uint64_t position)
{
    struct {
        int64_t amount, line;
        uint32_t billing, treating;
        uint16_t service_date, known_from, service, procedure, paid_date, payer, status, id_length;
        char id[IHP_CLAIM_ID_MAX];
    } packed;
    const char *id = claims->claim_id + i * claims->claim_id_width;
    size_t length = strnlen(id, claims->claim_id_width);
    packed.amount = ihp_claim_amount(claims, i);
    packed.line = claims->line[i];
    packed.billing = claims->billing[i];
    packed.treating = claims->treating[i];
    packed.service_date = claims->service_date[i];
    packed.known_from = claims->known_from[i];
    packed.service = claims->service[i];
    packed.procedure = claims->procedure[i];
    packed.paid_date = claims->paid_date[i];
    packed.payer = claims->payer[i];
    packed.status = claims->status[i];
    packed.id_length = (uint16_t)length;
    memcpy(packed.id, id, length);
    return XXH3_64bits_withSeed(&packed, offsetof(__typeof__(packed), id) + length, position);
}

enum ihp_status ihp_store_claims_write(struct ihp_store_writer *w, uint64_t first_line,
                                       const struct ihp_claims *claims, struct ihp_error *err)
{
    if (first_line > w->lines || claims->count > w->lines - first_line) {
        return ihp_fail(err, IHP_ERR_RUN, "%s: more claim lines came than were announced (%llu)",
                        w->path, (unsigned long long)w->lines);
    }
    for (int c = 0; c < IHP_CLAIM_COLUMNS; c++) {
        const void *data = claim_data(claims, (enum ihp_claim_column)c);
        if (ihp_raw_write(w, &w->claim[c], first_line, claims->count, data, err) != IHP_OK) {
            return err->status;
        }
    }
    for (size_t i = 0; i < claims->count; i++) {
        w->claim_hash += hash_line(claims, i, first_line + i);
    }
    w->written += claims->count;
    return IHP_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Root attributes; `complete` is last, so that a store without it was not finished. */
static bool put_root(struct ihp_store_writer *w)
{
    char hash[33];
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(w->chain));
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

/* Collective: that every announced line came, and the claims' share of the hash. */
static enum ihp_status end_claims(struct ihp_store_writer *w, struct ihp_error *err)
{
    uint64_t sums[2] = {w->written, w->claim_hash};
    ihp_sum_u64(w->comm, sums, 2);
    if (w->offset.element == 0 || w->indexed == NULL) {
        ihp_fail(err, IHP_ERR_RUN, "%s: claims/offset or dictionary/procedure was not put", w->path);
    } else if (!w->claims_begun || sums[0] != w->lines) {
        ihp_fail(err, IHP_ERR_RUN, "%s: %llu of %llu announced claim lines came", w->path,
                 (unsigned long long)sums[0], (unsigned long long)w->lines);
    }
    chain_hash(w, "claims", w->lines, sums[1]);
    return ihp_agree(w->comm, err);
}

void ihp_store_set_compressed(struct ihp_store_writer *w)
{
    w->compressed = true;
}

/* Rank 0: puts the compressed form of the finished part file in its place. */
static bool compress_part(struct ihp_store_writer *w)
{
    size_t size = strlen(w->part) + 8;
    char *packed = malloc(size);
    if (packed == NULL) {
        return false;
    }
    snprintf(packed, size, "%s-packed", w->part);
    unlink(packed);
    mode_t old_mask = umask(077);
    bool done = ihp_h5_pack(w->part, packed);
    umask(old_mask);
    int fd = done ? open(packed, O_RDONLY | O_CLOEXEC) : -1;
    done = fd >= 0 && fsync(fd) == 0 && rename(packed, w->part) == 0;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!done) {
        unlink(packed);
    }
    free(packed);
    errno = reason;
    return done;
}

/* Rank 0: attributes, close, onto the disk, final name. */
static void finish_file(struct ihp_store_writer *w, struct ihp_error *err)
{
    errno = 0;
    if (!put_root(w)) {
        fail_write(w, "the attributes", err);
        return;
    }
    bool closed = ihp_h5_end_file(w->file);
    w->file = H5I_INVALID_HID;
    if (!closed || fsync(w->fd) != 0 || (w->compressed && !compress_part(w)) ||
        rename(w->part, w->path) != 0) {
        fail_write(w, "the store", err);
    }
}

enum ihp_status ihp_store_commit(struct ihp_store_writer **writer, struct ihp_error *err)
{
    struct ihp_store_writer *w = *writer;
    if (end_claims(w, err) == IHP_OK && ihp_store_make_index(w, err) == IHP_OK) {
        if (w->ranks > 1 && fsync(w->fd) != 0) { /* what this rank wrote, before rank 0 renames */
            fail_write(w, "the store", err);
        }
        if (ihp_agree(w->comm, err) == IHP_OK && w->rank == 0) {
            finish_file(w, err);
        }
    }
    if (ihp_agree(w->comm, err) != IHP_OK) {
        ihp_store_abandon(writer);
        return err->status;
    }
    writer_free(writer);
    return IHP_OK;
}

void ihp_store_abandon(struct ihp_store_writer **writer)
{
    if (writer == NULL || *writer == NULL) {
        return;
    }
    struct ihp_store_writer *w = *writer;
    if (w->file >= 0) {
        ihp_h5_drop_file(w->file);
        w->file = H5I_INVALID_HID;
    }
    if (w->rank == 0) {
        unlink(w->part);
    }
    writer_free(writer);
}
