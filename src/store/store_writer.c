/* A store under construction: its file, its columns, and the hash of what they hold. */
#include "store_writer.h"

#include "ihp/agree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum ihp_status ihp_writer_fail(const struct ihp_store_writer *w, const char *what,
                                struct ihp_error *err)
{
    int reason = errno; /* the one HDF5's last system call left; 0 when HDF5 itself refused */
    return ihp_fail(err, IHP_ERR_RUN, "%s: %s cannot be written (%s)", w->path, what,
                    reason != 0 ? strerror(reason) : "HDF5 refused");
}

void ihp_writer_free(struct ihp_store_writer **writer)
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
        ihp_writer_free(&w);
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
        ihp_writer_fail(w, "the store", err);
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
            ihp_writer_free(&w);
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
            ihp_writer_fail(w, "the store", err);
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
            ihp_writer_fail(w, name, err);
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
            return ihp_writer_fail(w, "a column", err);
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

void ihp_writer_chain_hash(struct ihp_store_writer *w, const char *name, uint64_t count, uint64_t hash)
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
    ihp_writer_chain_hash(w, name, total, hash);
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
