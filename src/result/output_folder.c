/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An output folder that appears whole: opening it, beginning its private folder, taking a failed
 * run back. output_commit.c gives the folder its name. */
#define _XOPEN_SOURCE 700 /* for realpath */
#include "result/output_folder.h"

#include "base/agree.h"
#include "base/unfinished.h"
#include "result/folder.h"
#include "result/folder_tree.h"
#include "result/output_leftover.h"
#include "result/what_if.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* Remembers the uppermost folder above the output that does not exist, and makes all of them: the
 * lease is next to the output. */
static enum ihp_status make_parents(struct ihp__output *o, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    memcpy(path, o->folder, sizeof path);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (stat(path, &info) != 0 && errno == ENOENT) {
            memcpy(o->made, path, sizeof path);
            break;
        }
        *slash = '/';
    }
    return ihp__make_parents(o->folder, err);
}

enum ihp_status ihp__output_open(struct ihp__output *o, const struct ihp__output_request *request,
                                 struct ihp_error *err)
{
    char resolved[IHP__PATH_MAX];
    *o = (struct ihp__output){.request = *request};
    if (ihp__path_resolve(resolved, sizeof resolved, request->folder, err) != IHP_OK ||
        ihp__path_next_to(o->folder, sizeof o->folder, resolved, "", err) != IHP_OK ||
        ihp__folder_check(request->folder, request->program, request->group, request->force, err) !=
            IHP_OK) {
        return err->status;
    }
    if (request->group != IHP__FILES_RESULT &&
        ihp__what_if_refuse_folder(request->folder, err) != IHP_OK) {
        return err->status;
    }
    if (!request->first) {
        return IHP_OK;
    }
    if (make_parents(o, err) != IHP_OK ||
        ihp__lease_take(o->folder, &o->notices, &o->lease, err) != IHP_OK) {
        return err->status;
    }
    ihp__output_recover(o->folder, &o->notices);
    /* Another run may have finished it meanwhile. */
    return ihp__folder_check(request->folder, request->program, request->group, request->force,
                             err);
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* Returns true if this process works in the folder or below it: whoever started it would be left in
 * a folder that is gone. */
static bool is_worked_in(const char *folder)
{
    char here[IHP__PATH_MAX];
    char *real = realpath(folder, NULL);
    size_t length = real == NULL ? 0 : strlen(real);
    bool inside = real != NULL && getcwd(here, sizeof here) != NULL &&
                  strncmp(here, real, length) == 0 &&
                  (here[length] == '\0' || here[length] == '/' || real[length - 1] == '/');
    free(real);
    return inside;
}

/* Returns why an output that exists cannot be replaced as a whole, or NULL. */
static const char *find_obstacle(const char *folder, const struct stat *info)
{
    if (is_worked_in(folder)) {
        return "it is the working folder";
    }
    if (ihp__tree_is_mount(folder)) {
        return "it is a mount point";
    }
    return info->st_uid != geteuid() && geteuid() != 0 ? "it belongs to another user" : NULL;
}

/* Makes the private folder. Signals wait until the list of unfinished files has it. */
static bool make_listed(struct ihp__output *o)
{
    ihp__unfinished_hold();
    bool made = mkdir(o->path, o->request.closed ? 0700 : 0777) == 0;
    o->unfinished = made ? ihp__unfinished_add(o->path) : 0; /* keeps errno */
    ihp__unfinished_release();
    return made;
}

/* Makes the private folder, and finds the mode that the finished folder gets if it is new. */
static bool make_private(struct ihp__output *o)
{
    struct stat info;
    if (!make_listed(o) && !(errno == EEXIST && ihp__tree_remove(o->path) && make_listed(o))) {
        return false; /* one that was there was of an earlier run of this pid */
    }
    if (stat(o->path, &info) != 0 || chmod(o->path, 0700 | (info.st_mode & 07000)) != 0) {
        int reason = errno;
        rmdir(o->path);
        ihp__unfinished_done(&o->unfinished);
        errno = reason;
        return false;
    }
    o->begun = true;
    o->mode = info.st_mode & 07777;
    return true;
}

static enum ihp_status fail_to_make(const struct ihp__output *o, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be made (%s)", o->request.folder,
                     strerror(errno));
}

/* Begins inside the output. */
static enum ihp_status begin_inside(struct ihp__output *o, const char *why, struct ihp_error *err)
{
    o->folder_made = mkdir(o->folder, o->request.closed ? 0700 : 0777) == 0;
    if (!o->folder_made && errno != EEXIST) {
        return fail_to_make(o, err);
    }
    if (ihp__output_inner_name(o->path, sizeof o->path, o->folder, err) != IHP_OK) {
        return err->status;
    }
    if (!make_private(o)) {
        return fail_to_make(o, err);
    }
    o->in_place = true;
    if (!o->folder_made) {
        ihp__notice_add(&o->notices,
                        "%s: cannot be replaced as a whole (%s), so its files are replaced one by "
                        "one",
                        o->request.folder, why);
    }
    return IHP_OK;
}

/* Begins next to the output, or inside it where that is not possible. */
static enum ihp_status begin(struct ihp__output *o, struct ihp_error *err)
{
    struct stat info;
    bool exists = lstat(o->folder, &info) == 0;
    const char *why = exists ? find_obstacle(o->folder, &info) : NULL;
    if (exists && !S_ISDIR(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: output: is not a folder; name another",
                         o->request.folder);
    }
    if (ihp__make_parents(o->folder, err) != IHP_OK) {
        return err->status;
    }
    if (why != NULL) {
        return begin_inside(o, why, err);
    }
    if (ihp__output_name(o->path, sizeof o->path, o->folder, IHP__OUTPUT_PART, err) != IHP_OK) {
        return err->status;
    }
    if (make_private(o)) {
        return IHP_OK;
    }
    bool elsewhere =
        !o->begun && (errno == EACCES || errno == EPERM || errno == EROFS || errno == ENAMETOOLONG);
    return elsewhere && exists ? begin_inside(o, strerror(errno), err) : fail_to_make(o, err);
}

enum ihp_status ihp__output_begin(struct ihp__output *o, MPI_Comm comm, struct ihp_error *err)
{
    if (o->request.first && err->status == IHP_OK) {
        ihp__until_agreed(begin(o, err));
    }
    if (ihp__agree(comm, err) == IHP_OK) {
        ihp__share_bytes(comm, o->path, sizeof o->path);
    }
    return err->status;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Lets a message name the output instead of the private folder, which nobody will find. */
static void name_output(const struct ihp__output *o, struct ihp_error *err)
{
    char text[sizeof err->text];
    size_t length = strlen(o->path);
    char *at = length == 0 ? NULL : strstr(err->text, o->path);
    if (at == NULL) {
        return;
    }
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - err->text), err->text, o->request.folder,
             at + length);
    memcpy(err->text, text, sizeof text);
}

/* Removes the folders that were made above the output, if they are empty. */
static void remove_parents(const struct ihp__output *o)
{
    char path[IHP__PATH_MAX];
    memcpy(path, o->folder, sizeof path);
    for (char *slash = strrchr(path, '/'); slash != NULL && slash != path;
         slash = strrchr(path, '/')) {
        *slash = '\0';
        if (strlen(path) < strlen(o->made) || rmdir(path) != 0) {
            return;
        }
    }
}

void ihp__output_close(struct ihp__output *o, struct ihp_notices *notices, struct ihp_error *err)
{
    bool undone = o->request.first && o->begun;
    if (undone && !ihp__tree_remove(o->path)) {
        ihp__notice_add(&o->notices,
                        "%s: cannot be removed (%s); remove it, because it may hold protected data",
                        o->path, strerror(errno));
    }
    ihp__unfinished_done(&o->unfinished);
    if (undone && o->folder_made) {
        rmdir(o->folder);
    }
    name_output(o, err);
    ihp__lease_release(&o->lease);
    if (o->made[0] != '\0') {
        remove_parents(o);
    }
    for (size_t i = 0; i < o->notices.count; i++) {
        ihp__notice_add(notices, "%s", o->notices.text[i]);
    }
    ihp_notices_clear(&o->notices);
    *o = (struct ihp__output){.begun = false};
}
