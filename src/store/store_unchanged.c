/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a store is still the one that was opened. */
#include "store_internal.h"

#include <errno.h>
#include <string.h>

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_untouched(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Another file under the name, whose content may be the same: a copy that was put in place. */
static enum ihp_status check_successor(const struct ihp__store *store, struct ihp_error *err)
{
    struct ihp__store *now = NULL;
    struct ihp_error other = {0};
    const struct ihp__store_info *was = &store->info;
    if (ihp__store_open(store->path, &now, &other) != IHP_OK) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: was replaced while it was read, by a file that is no store; put the "
                         "store back and start again",
                         store->path);
    }
    const struct ihp__store_info *is = &now->info;
    if (strcmp(was->content_hash, is->content_hash) != 0 || was->file_bytes != is->file_bytes) {
        ihp__fail(err, IHP_ERR_DATA,
                  "%s: was replaced while it was read (content hash %s, %llu bytes; now %s, %llu "
                  "bytes); start again",
                  store->path, was->content_hash, (unsigned long long)was->file_bytes,
                  is->content_hash, (unsigned long long)is->file_bytes);
    }
    ihp__store_close(&now);
    return err->status;
}

enum ihp_status ihp__store_check_unchanged(const struct ihp__store *store, struct ihp_error *err)
{
    struct stat now;
    if (stat(store->path, &now) != 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is gone since it was opened (%s); put it back and start again",
                         store->path, strerror(errno));
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
