/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a store: opening it, reading the attributes of its root, and noticing later that it
 * is no longer the file that was opened. */
#include "store_internal.h"

#include "base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum ihp_status fail_store(const struct ihp__store *store, const char *problem,
                                  struct ihp_error *err)
{
    if (ihp__h5_fail_system(store->path, "the store cannot be read", err)) {
        return err->status;
    }
    return ihp__fail(err, IHP_ERR_DATA, "%s: %s; make the store again with 'ihp import'",
                     store->path, problem);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Opens a descriptor of the file. HDF5 would report a missing file, one that may not be read and
 * one of another kind alike; here each has its own message. */
static enum ihp_status open_descriptor(struct ihp__store *store, struct stat *named,
                                       struct ihp_error *err)
{
    bool found;
    if (ihp__path_look(store->path, named, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: the store does not exist; make it with 'ihp import'", store->path);
    }
    store->info.file_bytes = (uint64_t)named->st_size;
    if (S_ISREG(named->st_mode)) {
        store->fd = open(store->path, O_RDONLY | O_CLOEXEC);
        if (store->fd < 0 || fstat(store->fd, &store->opened) != 0) {
            return ihp__fail_system(err, IHP_ERR_DATA, store->path, "the store cannot be opened");
        }
    }
    return IHP_OK;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static enum ihp_status open_file(struct ihp__store *store, struct ihp_error *err)
{
    struct stat named;
    if (open_descriptor(store, &named, err) != IHP_OK) {
        return err->status;
    }
    if (!S_ISREG(named.st_mode) || !ihp__h5_is_file(store->path)) {
        return ihp__h5_fail_system(store->path, "the store cannot be read", err)
                   ? err->status
                   : ihp__fail(err, IHP_ERR_DATA,
                               "%s: is not an HDF5 file; make a store with 'ihp import'",
                               store->path);
    }
    store->file = ihp__h5_open_file(store->path);
    if (store->file < 0) {
        return fail_store(store, "cannot be opened: it is cut short or damaged", err);
    }
    if (!is_same_file(&named, &store->opened) || named.st_size != store->opened.st_size) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: was replaced while it was opened; start again",
                         store->path);
    }
    return IHP_OK;
}

/* Reads which columns a store has that others lack. */
static bool read_life(const struct ihp__store *store, struct ihp__store_info *info)
{
    uint64_t life = 0;
    const bool may_be_none = info->format_version >= IHP__STORE_VERSION_DIGESTS;
    if (info->format_version >= IHP__STORE_VERSION_LIFE &&
        (!ihp__h5_get_u64_attribute(store->file, "life", &life) || life > IHP__LIFE ||
         (life == 0 && !may_be_none))) {
        return false;
    }
    info->life = (unsigned)life;
    info->has_void_dates = (life & IHP__LIFE_VOID_DATES) != 0;
    info->has_death_dates = (life & IHP__LIFE_DEATH_DATES) != 0;
    return true;
}

/* Returns true if the texts of the root, which are printed, are texts that a store can have. */
static bool texts_are_valid(const struct ihp__store_info *info)
{
    return strspn(info->content_hash, "0123456789abcdef") == sizeof info->content_hash - 1 &&
           ihp__text_problem(info->program_version, strlen(info->program_version)) == NULL;
}

static enum ihp_status read_root(struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store_info *info = &store->info;
    char format[32];
    uint64_t version, complete;
    if (!ihp__h5_get_text_attribute(store->file, "format", format, sizeof format) ||
        strcmp(format, IHP__STORE_FORMAT) != 0) {
        return ihp__h5_fail_system(store->path, "the store cannot be read", err)
                   ? err->status
                   : ihp__fail(err, IHP_ERR_DATA,
                               "%s: is an HDF5 file but not an ihp store; make a store with "
                               "'ihp import'",
                               store->path);
    }
    if (!ihp__h5_get_u64_attribute(store->file, "format_version", &version) ||
        version < IHP__STORE_VERSION || version > IHP__STORE_VERSION_DIGESTS) {
        return fail_store(store, "has a format version that this version of ihp does not read",
                          err);
    }
    info->format_version = (int)version;
    info->has_digests = version >= IHP__STORE_VERSION_DIGESTS;
    if (!read_life(store, info) || !ihp__h5_get_u64_attribute(store->file, "complete", &complete) ||
        complete != 1 || !ihp__h5_get_u64_attribute(store->file, "members", &info->members) ||
        !ihp__h5_get_u64_attribute(store->file, "claim_lines", &info->lines) ||
        !ihp__h5_get_u64_attribute(store->file, "enrollment_spans", &info->spans) ||
        !ihp__h5_get_u64_attribute(store->file, "morbidity_rows", &info->morbidity_rows) ||
        !ihp__h5_get_text_attribute(store->file, "content_hash", info->content_hash,
                                    sizeof info->content_hash) ||
        !ihp__h5_get_text_attribute(store->file, "program_version", info->program_version,
                                    sizeof info->program_version) ||
        !texts_are_valid(info)) {
        return fail_store(store, "was not finished (an attribute is missing or not valid)", err);
    }
    if (info->members >= UINT32_MAX || info->lines > UINT32_MAX) {
        return fail_store(store, "has attributes that name more rows than a store can have", err);
    }
    return IHP_OK;
}

enum ihp_status ihp__store_file_open(struct ihp__store *store, const char *path,
                                     struct ihp_error *err)
{
    store->file = H5I_INVALID_HID;
    store->fd = -1;
    store->path = strdup(path);
    if (store->path == NULL) {
        return ihp__fail_memory(err, "a store");
    }
    store->info.path = store->path;
    return open_file(store, err) != IHP_OK ? err->status : read_root(store, err);
}

void ihp__store_file_close(struct ihp__store *store)
{
    if (store->fd >= 0) {
        close(store->fd);
    }
    if (store->file >= 0) {
        ihp__h5_close_file(store->file);
    }
    free(store->path);
}

/* ---- noticing a change ----------------------------------------------------------------------- */

/* Checks the file that has taken the store's name. A copy of the same content is accepted. */
static enum ihp_status check_successor(const struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store now = {0};
    struct ihp_error other = {0};
    const struct ihp__store_info *before = &store->info, *after = &now.info;
    enum ihp_status status = ihp__store_file_open(&now, store->path, &other);
    if (status == IHP_ERR_RUN) { /* the system failed: nothing is known of the file */
        ihp__error_set(err, status, "%s", other.text);
    } else if (status != IHP_OK) {
        ihp__error_set(err, IHP_ERR_DATA,
                       "%s: was replaced while it was read, by a file that is not a store; put "
                       "the store back and start again",
                       store->path);
    } else if (strcmp(before->content_hash, after->content_hash) != 0 ||
               before->file_bytes != after->file_bytes) {
        ihp__error_set(err, IHP_ERR_DATA,
                       "%s: was replaced while it was read (content hash %s, %llu bytes; now %s, "
                       "%llu bytes); start again",
                       store->path, before->content_hash, (unsigned long long)before->file_bytes,
                       after->content_hash, (unsigned long long)after->file_bytes);
    }
    ihp__store_file_close(&now);
    return err->status;
}

static bool is_untouched(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

enum ihp_status ihp__store_check_unchanged(const struct ihp__store *store, struct ihp_error *err)
{
    struct stat now;
    bool found;
    if (ihp__path_look(store->path, &now, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has disappeared since it was opened; put it back and start again",
                         store->path);
    }
    if (!is_same_file(&store->opened, &now)) {
        return check_successor(store, err);
    }
    return is_untouched(&store->opened, &now)
               ? IHP_OK
               : ihp__fail(
                     err, IHP_ERR_DATA,
                     "%s: was written to while it was read (%lld bytes, now %lld); start again",
                     store->path, (long long)store->opened.st_size, (long long)now.st_size);
}
