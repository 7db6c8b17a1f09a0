/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a finished private folder in the place of the output. */
#include "result/output_folder.h"

#include "base/base.h"
#include "base/rename.h"
#include "base/sync.h"
#include "base/unfinished.h"
#include "result/file_list.h"
#include "result/folder.h"
#include "result/folder_tree.h"
#include "result/output_leftover.h"
#include "result/package_ids.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ihp_status fail_to_write(struct ihp__output *o, struct ihp_error *err)
{
    return errno == ENOMEM ? ihp__fail_memory(err, o->request.folder)
                           : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)",
                                       o->request.folder, strerror(errno));
}

/* ---- files of others in the output ----------------------------------------------------------- */

/* The output and the folder that replaces it, or one folder inside each. */
struct carrying {
    struct ihp__output *output;
    int old, fresh;     /* the folders */
    const char *inside; /* the name of the folder inside the output; NULL: the output itself */
    const struct ihp__package_ids *ids; /* of the earlier packages */
    struct ihp_error *err;
};

static enum ihp_status carry_all(const struct carrying *c);

static bool has(int folder, const char *name)
{
    struct stat info;
    return fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Returns true if a folder of the output belongs to the group, so that its files do. */
static bool is_folder_of_group(const struct carrying *c, const char *name)
{
    enum ihp__file_group group = c->output->request.group;
    return c->inside == NULL && !c->output->request.adds &&
           (group == IHP__FILES_PACKAGE ? has(c->fresh, name) || ihp__package_ids_have(c->ids, name)
                                        : ihp__result_folder_of(group, name));
}

static enum ihp_status fail_in_the_way(const struct carrying *c, const char *name)
{
    return ihp__fail(
        c->err, IHP_ERR_RUN,
        "%s%s%s/%s: cannot be written, because something else has that name; rename it",
        c->output->request.folder, c->inside == NULL ? "" : "/", c->inside == NULL ? "" : c->inside,
        name);
}

/* Carries what is not the group's from a folder of the group; the folder itself goes if the run has
 * not written it and nothing else is in it. */
static enum ihp_status carry_group_folder(const struct carrying *c, const char *name,
                                          const struct stat *info)
{
    struct carrying inner = *c;
    bool made = !has(c->fresh, name);
    inner.inside = name;
    if (made && mkdirat(c->fresh, name, info->st_mode & 0700) != 0) {
        return fail_to_write(c->output, c->err);
    }
    inner.old = ihp__tree_open(c->old, name);
    inner.fresh = inner.old < 0 ? -1 : ihp__tree_open(c->fresh, name);
    enum ihp_status status = inner.fresh < 0 ? fail_to_write(c->output, c->err) : carry_all(&inner);
    if (inner.fresh >= 0) {
        close(inner.fresh);
    }
    if (inner.old >= 0) {
        close(inner.old);
    }
    if (made && status == IHP_OK) {
        unlinkat(c->fresh, name, AT_REMOVEDIR); /* stays if it is not empty */
    }
    return status;
}

/* Returns true for files of which reports and workbooks are made: those that were made of earlier
 * ones would contradict the new ones. */
static bool is_reported(enum ihp__file_group group)
{
    return group == IHP__FILES_RESULT || group == IHP__FILES_PAYMENTS ||
           group == IHP__FILES_RECONCILIATION;
}

/* Returns true for a file that the run replaces. */
static bool is_replaced(const struct carrying *c, const char *name)
{
    const struct ihp__output_request *request = &c->output->request;
    if (request->adds) {
        return has(c->fresh, name);
    }
    return ihp__result_file_at(request->group, c->inside, name, true) != NULL ||
           (is_reported(request->group) &&
            ihp__result_file_at(IHP__FILES_DERIVED, c->inside, name, true) != NULL);
}

static enum ihp_status carry(const struct carrying *c, const char *name)
{
    struct stat info;
    if (fstatat(c->old, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? IHP_OK : fail_to_write(c->output, c->err);
    }
    if (S_ISDIR(info.st_mode) && is_folder_of_group(c, name)) {
        return carry_group_folder(c, name, &info);
    }
    if (!S_ISDIR(info.st_mode) && is_replaced(c, name)) {
        return IHP_OK;
    }
    if (has(c->fresh, name)) {
        return fail_in_the_way(c, name);
    }
    return ihp__tree_carry(c->old, c->fresh, name) ? IHP_OK : fail_to_write(c->output, c->err);
}

static enum ihp_status carry_all(const struct carrying *c)
{
    int fd = dup(c->old);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    enum ihp_status status = IHP_OK;
    if (entries == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return fail_to_write(c->output, c->err);
    }
    for (errno = 0; status == IHP_OK && (entry = readdir(entries)) != NULL; errno = 0) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            status = carry(c, entry->d_name);
        }
    }
    if (status == IHP_OK && errno != 0) {
        status = fail_to_write(c->output, c->err);
    }
    closedir(entries);
    return status == IHP_OK && !ihp__sync_file(c->fresh, c->output->request.folder)
               ? fail_to_write(c->output, c->err)
               : status;
}

/* Carries everything that is not the group's from the output into the private folder. */
static enum ihp_status carry_others(struct ihp__output *o, struct ihp_error *err)
{
    struct ihp__package_ids ids = {0};
    struct carrying c = {.output = o, .ids = &ids, .err = err};
    if (o->request.group == IHP__FILES_PACKAGE &&
        ihp__package_ids_read(o->folder, &ids, err) != IHP_OK) {
        return err->status;
    }
    c.old = ihp__tree_open(AT_FDCWD, o->folder);
    c.fresh = c.old < 0 ? -1 : ihp__tree_open(AT_FDCWD, o->path);
    enum ihp_status status = c.fresh < 0 ? fail_to_write(o, err) : carry_all(&c);
    if (c.fresh >= 0) {
        close(c.fresh);
    }
    if (c.old >= 0) {
        close(c.old);
    }
    ihp__package_ids_free(&ids);
    return status;
}

/* ---- file by file ---------------------------------------------------------------------------- */

/* A folder whose files get their place in another one by one. */
struct moving {
    const char *from, *to;
    const char *inside; /* the name of the folder inside the output; NULL: the output itself */
    enum ihp__file_group group;
    const char *last;                   /* which waits; NULL: none */
    const struct ihp__package_ids *ids; /* of the packages in `from` */
    struct ihp_error *err;
};

static enum ihp_status move_all(const struct moving *m, bool looks);

static enum ihp_status fail_to_move(const struct moving *m, const char *path)
{
    return ihp__fail(m->err, IHP_ERR_RUN, "%s: cannot be written (%s)", path, strerror(errno));
}

/* Moves the files of a folder inside. */
static enum ihp_status move_folder(const struct moving *m, const char *name, const char *from,
                                   const char *to, bool looks)
{
    struct moving inner = *m;
    inner.from = from;
    inner.to = to;
    inner.inside = name;
    inner.last = NULL;
    if (!looks && mkdir(to, 0700) != 0 && (errno != EEXIST || chmod(to, 0700) != 0)) {
        return fail_to_move(m, to);
    }
    return move_all(&inner, looks);
}

/* Moves an entry of a folder, or only looks if something is in the way of it. What is not the
 * run's is passed over. */
static enum ihp_status move(const struct moving *m, const char *name, bool looks)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX];
    struct stat mine, there;
    if (ihp__path_join(from, sizeof from, m->from, name, m->err) != IHP_OK ||
        ihp__path_join(to, sizeof to, m->to, name, m->err) != IHP_OK) {
        return m->err->status;
    }
    if (lstat(from, &mine) != 0) {
        return fail_to_move(m, from);
    }
    bool folder = S_ISDIR(mine.st_mode);
    bool own = !folder ? ihp__result_file_at(m->group, m->inside, name, false) != NULL
                       : m->inside == NULL && (ihp__result_folder_of(m->group, name) ||
                                               ihp__package_ids_have(m->ids, name));
    if (!own || (m->last != NULL && strcmp(name, m->last) == 0)) {
        return IHP_OK;
    }
    if (looks && lstat(to, &there) == 0 && folder != S_ISDIR(there.st_mode)) {
        return ihp__fail(m->err, IHP_ERR_RUN,
                         "%s: cannot be written, because something else has that name; rename it",
                         to);
    }
    if (folder) {
        return move_folder(m, name, from, to, looks);
    }
    return looks || rename(from, to) == 0 ? IHP_OK : fail_to_move(m, to);
}

/* Moves the entries of a folder, or looks if something is in their way. */
static enum ihp_status move_all(const struct moving *m, bool looks)
{
    DIR *entries = opendir(m->from);
    struct dirent *entry;
    enum ihp_status status = entries == NULL ? fail_to_move(m, m->from) : IHP_OK;
    while (status == IHP_OK && (errno = 0, entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            status = move(m, entry->d_name, looks);
        }
    }
    if (status == IHP_OK && errno != 0) {
        status = fail_to_move(m, m->from);
    }
    if (entries != NULL) {
        closedir(entries);
    }
    return status != IHP_OK || looks || ihp__sync_folder(m->to) ? status : fail_to_move(m, m->to);
}

/* Removes the earlier run's files of the group from the output, the last one first. */
static enum ihp_status remove_earlier(struct ihp__output *o, struct ihp_error *err)
{
    struct ihp__package_ids ids = {0};
    char path[IHP__PATH_MAX];
    if (o->request.adds) {
        return IHP_OK;
    }
    if (o->request.group == IHP__FILES_PACKAGE &&
        ihp__package_ids_read(o->folder, &ids, err) != IHP_OK) {
        return err->status;
    }
    ihp__result_files_remove(o->folder, o->request.group);
    if (is_reported(o->request.group)) {
        ihp__result_files_remove(o->folder, IHP__FILES_DERIVED);
    }
    for (size_t i = 0; i < ids.count; i++) {
        if (ihp__path_join(path, sizeof path, o->folder, ids.id[i], NULL) == IHP_OK) {
            ihp__result_files_remove(path, IHP__FILES_PACKAGE_OF_IHP);
            rmdir(path);
        }
    }
    ihp__package_ids_free(&ids);
    return IHP_OK;
}

/* Gives the last file of the group its place, if the run has written it. */
static enum ihp_status move_last(const struct moving *m)
{
    char from[IHP__PATH_MAX], to[IHP__PATH_MAX];
    struct stat info;
    if (ihp__path_join(from, sizeof from, m->from, m->last, m->err) != IHP_OK ||
        ihp__path_join(to, sizeof to, m->to, m->last, m->err) != IHP_OK) {
        return m->err->status;
    }
    return lstat(from, &info) != 0 || (rename(from, to) == 0 && ihp__sync_folder(m->to))
               ? IHP_OK
               : fail_to_move(m, to);
}

/* Replaces the files of the group in the output one by one, the last file last. */
static enum ihp_status replace_files(struct ihp__output *o, struct ihp_error *err)
{
    struct ihp__package_ids ids = {0};
    const struct moving m = {.from = o->path,
                             .to = o->folder,
                             .group = o->request.group,
                             .last = ihp__result_file_last(o->request.group),
                             .ids = &ids,
                             .err = err};
    if (o->request.group == IHP__FILES_PACKAGE &&
        ihp__package_ids_read(o->path, &ids, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = move_all(&m, true);
    if (status == IHP_OK) {
        status = remove_earlier(o, err);
    }
    if (status == IHP_OK) {
        status = move_all(&m, false);
        status = status == IHP_OK ? move_last(&m) : status;
        if (status != IHP_OK && !o->request.adds) {
            ihp__result_files_remove(o->folder, o->request.group); /* a part of them is useless */
        }
    }
    ihp__package_ids_free(&ids);
    return status;
}

/* ---- in one step ----------------------------------------------------------------------------- */

/* Gives the private folder the mode and the owner that the finished one has. */
static bool take_mode(struct ihp__output *o, const struct stat *earlier)
{
    if (earlier == NULL) {
        return chmod(o->path, o->mode) == 0;
    }
    struct stat own;
    bool same =
        stat(o->path, &own) == 0 && own.st_uid == earlier->st_uid && own.st_gid == earlier->st_gid;
    return (same || chown(o->path, earlier->st_uid, earlier->st_gid) == 0 || errno == EPERM) &&
           chmod(o->path, earlier->st_mode & 07777) == 0;
}

/* Removes the earlier folder, which has the name `old` now; tries twice, as nobody comes by here
 * again soon. The result is in its place whatever happens here. */
static void remove_old(struct ihp__output *o, const char *old)
{
    if (!ihp__tree_sweep(old, o->folder) && !ihp__tree_sweep(old, o->folder)) {
        ihp__notice_add(&o->notices,
                        "%s: is the earlier folder, and cannot be removed (%s); remove it, because "
                        "it may hold protected data",
                        old, strerror(errno));
    }
}

/* Replaces the output in two steps, where the file system cannot do it in one. */
static enum ihp_status replace_in_two_steps(struct ihp__output *o, struct ihp_error *err)
{
    char old[IHP__PATH_MAX];
    if (ihp__output_name(old, sizeof old, o->folder, IHP__OUTPUT_OLD, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__rename_new(o->folder, old) != 0) {
        return fail_to_write(o, err);
    }
    if (ihp__rename_new(o->path, o->folder) != 0) {
        enum ihp_status status = fail_to_write(o, err);
        if (ihp__rename_new(old, o->folder) != 0) {
            ihp__notice_add(&o->notices, "%s: is the earlier %s, which could not be put back (%s)",
                            old, o->request.folder, strerror(errno));
        }
        return status;
    }
    remove_old(o, old);
    return IHP_OK;
}

/* Puts the private folder in the place of one that exists. */
static enum ihp_status replace(struct ihp__output *o, const struct stat *earlier,
                               struct ihp_error *err)
{
    char swap[IHP__PATH_MAX];
    /* Under this name, a next run knows that not everything in it is this run's. */
    if (ihp__output_name(swap, sizeof swap, o->folder, IHP__OUTPUT_SWAP, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__tree_remove(swap) || ihp__rename_new(o->path, swap) != 0) {
        return fail_to_write(o, err);
    }
    memcpy(o->path, swap, sizeof o->path);
    ihp__unfinished_done(&o->unfinished);
    o->unfinished = ihp__unfinished_add(o->path);
    if (carry_others(o, err) != IHP_OK) {
        return err->status;
    }
    if (!take_mode(o, earlier)) {
        return fail_to_write(o, err);
    }
    enum ihp__exchange exchange = ihp__tree_exchange(o->path, o->folder);
    if (exchange == IHP__EXCHANGED) {
        if (!ihp__sync_folder_of(o->folder)) { /* the earlier folder is removed only after that */
            enum ihp_status status = fail_to_write(o, err);
            o->begun = ihp__tree_exchange(o->path, o->folder) == IHP__EXCHANGED;
            return status;
        }
        o->begun = false; /* what has the private name is the earlier folder */
        ihp__unfinished_done(&o->unfinished);
        o->unfinished = ihp__unfinished_add(swap);
        remove_old(o, swap);
        return IHP_OK;
    }
    if (exchange == IHP__CANNOT) {
        o->begun = replace_in_two_steps(o, err) != IHP_OK;
        return err->status;
    }
    return errno == EXDEV || errno == EBUSY ? replace_files(o, err) : fail_to_write(o, err);
}

/* Refuses an output that another run has finished or taken over meanwhile. */
static enum ihp_status check_still_ours(struct ihp__output *o, struct ihp_error *err)
{
    const struct ihp__output_request *r = &o->request;
    return ihp__lease_check(o->lease, err) == IHP_OK
               ? ihp__folder_check(o->folder, r->program, r->group, r->force, err)
               : err->status;
}

static enum ihp_status put(struct ihp__output *o, struct ihp_error *err)
{
    struct stat earlier;
    enum ihp_status status = check_still_ours(o, err);
    if (status != IHP_OK) {
        return status;
    }
    if (!ihp__sync_folder(o->path)) {
        return fail_to_write(o, err);
    }
    if (o->in_place) {
        status = replace_files(o, err);
        o->folder_made = o->folder_made && status != IHP_OK;
        return status;
    }
    if (lstat(o->folder, &earlier) == 0) {
        status = replace(o, &earlier, err);
    } else if (errno != ENOENT) {
        status = fail_to_write(o, err);
    } else if (take_mode(o, NULL) && ihp__rename_new(o->path, o->folder) == 0) {
        o->begun = false;
    } else {
        status = fail_to_write(o, err);
    }
    return status == IHP_OK && !ihp__sync_folder_of(o->folder) ? fail_to_write(o, err) : status;
}

enum ihp_status ihp__output_put(struct ihp__output *o, struct ihp_error *err)
{
    ihp__unfinished_hold(); /* a signal waits until one of two folders is in the place */
    enum ihp_status status = put(o, err);
    ihp__unfinished_done(&o->unfinished);
    if (o->begun) {
        o->unfinished = ihp__unfinished_add(o->path); /* its name may be another now */
    }
    ihp__unfinished_release();
    return status;
}

enum ihp_status ihp__output_finish(struct ihp__output *o, json_t *manifest, struct ihp_error *err)
{
    enum ihp__file_group group = o->request.group;
    if (ihp__file_list_seal(o->path, group, manifest, err) != IHP_OK ||
        ihp__folder_write_json(o->path, group, ihp__result_file_last(group), manifest, err) !=
            IHP_OK) {
        return err->status;
    }
    return ihp__output_put(o, err);
}
