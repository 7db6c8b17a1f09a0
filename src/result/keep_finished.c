/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refuses outputs that would damage a finished folder. */
#define _XOPEN_SOURCE 700 /* for realpath */
#include "result/keep_finished.h"

#include "base/path.h"
#include "result/package_ids.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NO_GROUP = IHP__FILE_GROUPS };

/* ---- what is finished ------------------------------------------------------------------------ */

/* What messages call the content of a finished folder. */
static const char *const contents[IHP__FILE_GROUPS] = {
    [IHP__FILES_RESULT] = "a settlement",
    [IHP__FILES_PAYMENTS] = "payments",
    [IHP__FILES_RECONCILIATION] = "a reconciliation",
    [IHP__FILES_PACKAGE] = "data packages",
    [IHP__FILES_NOTICES] = "notices",
    [IHP__FILES_APPEAL] = "answers to error reports",
};

/* Returns true if a group is finished in a folder. */
static bool is_finished(const char *folder, int group)
{
    char last[IHP__PATH_MAX];
    const char *name = ihp__result_file_last((enum ihp__file_group)group);
    return name != NULL && ihp__path_join(last, sizeof last, folder, name, NULL) == IHP_OK &&
           access(last, F_OK) == 0;
}

/* Returns the first group that is finished in a folder and that `besides` cannot share one with;
 * NO_GROUP if there is none. */
static int find_finished(const char *folder, int besides)
{
    static const bool shares[IHP__FILE_GROUPS + 1] = {[IHP__FILES_RESULT] = true,
                                                      [IHP__FILES_PAYMENTS] = true,
                                                      [IHP__FILES_RECONCILIATION] = true};
    int group = 0;
    while (group < NO_GROUP && (group == besides || (shares[group] && shares[besides]) ||
                                !is_finished(folder, group))) {
        group++;
    }
    return group;
}

/* Writes the real folder that a path is in, without links. Returns the name in it; NULL if there is
 * no such folder, so that nothing can be finished in it. */
static const char *split(const char *path, char folder[IHP__PATH_MAX])
{
    const char *name = ihp__path_base(path);
    int length = (int)(name - path);
    snprintf(folder, IHP__PATH_MAX, "%.*s", length, length == 0 ? "" : path);
    char *real = realpath(length == 0 ? "." : folder, NULL);
    bool found = real != NULL && name[0] != '\0' &&
                 ihp__path_copy(folder, IHP__PATH_MAX, real, NULL) == IHP_OK;
    free(real);
    return found ? name : NULL;
}

static bool is_same_folder(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Returns true if `name` is that of a result file, and `folder` or the folder around it has a group
 * finished. */
static bool is_of_finished(const char *folder, const char *name)
{
    char around[IHP__PATH_MAX];
    if (ihp__result_file_named(NULL, name) && find_finished(folder, NO_GROUP) < NO_GROUP) {
        return true;
    }
    const char *inside = split(folder, around);
    return inside != NULL && ihp__result_file_named(inside, name) &&
           find_finished(around, NO_GROUP) < NO_GROUP;
}

/* Returns the group to which a folder belongs, if its files are sent and nothing else may be among
 * them: data packages, notices or answers that are finished in it, or around it. NO_GROUP: none. */
static int find_sent(const char *folder)
{
    static const int sent[] = {IHP__FILES_PACKAGE, IHP__FILES_NOTICES, IHP__FILES_APPEAL};
    char around[IHP__PATH_MAX];
    const char *inside = split(folder, around);
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        /* Every folder among packages is that of an IHP. */
        bool belongs = inside != NULL && is_finished(around, sent[i]) &&
                       (sent[i] == IHP__FILES_PACKAGE ||
                        ihp__result_folder_of((enum ihp__file_group)sent[i], inside));
        if (belongs || is_finished(folder, sent[i])) {
            return sent[i];
        }
    }
    return NO_GROUP;
}

enum ihp_status ihp__keep_finished_file(const char *path, const char *folder, const char *own,
                                        struct ihp_error *err)
{
    char real[IHP__PATH_MAX], there[IHP__PATH_MAX];
    struct ihp_error ignored = {0}; /* a path that cannot be used is reported by who writes there */
    if (ihp__path_resolve(real, sizeof real, path, &ignored) != IHP_OK) {
        return IHP_OK;
    }
    const char *name = split(real, there);
    bool is_own =
        name != NULL && own != NULL && strcmp(name, own) == 0 && is_same_folder(there, folder);
    if (name == NULL || is_own) {
        return IHP_OK;
    }
    if (is_of_finished(there, name)) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: is a file of a finished result, or would be taken for one, and is "
                         "not written there, even with --force; name a file elsewhere",
                         path);
    }
    int sent = find_sent(there);
    return sent == NO_GROUP
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: is in a finished folder with %s, to which nothing can be added, "
                           "even with --force; name a file elsewhere",
                           path, contents[sent]);
}

/* ---- folders --------------------------------------------------------------------------------- */

/* Refuses a folder that belongs to a group which is finished around it. */
static enum ihp_status check_inside(const char *folder, const char *real, struct ihp_error *err)
{
    char around[IHP__PATH_MAX];
    struct ihp__package_ids ids = {0};
    const char *name = split(real, around);
    for (int group = 0; name != NULL && group < NO_GROUP; group++) {
        if (!is_finished(around, group)) {
            continue;
        }
        if (group == IHP__FILES_PACKAGE && ihp__package_ids_read(around, &ids, err) != IHP_OK) {
            return err->status;
        }
        bool belongs = ihp__result_folder_of((enum ihp__file_group)group, name) ||
                       ihp__package_ids_have(&ids, name);
        ihp__package_ids_free(&ids);
        if (belongs) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "%s: belongs to a finished folder with %s, to which nothing can be "
                             "added; name another folder",
                             folder, contents[group]);
        }
    }
    return IHP_OK;
}

/* Checks a folder for a group, or for NO_GROUP. */
static enum ihp_status check_folder(const char *folder, int group, struct ihp_error *err)
{
    char real[IHP__PATH_MAX];
    struct ihp_error ignored = {0}; /* as above */
    if (ihp__path_resolve(real, sizeof real, folder, &ignored) != IHP_OK) {
        return IHP_OK;
    }
    int found = find_finished(real, group);
    return found == NO_GROUP
               ? check_inside(folder, real, err)
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: has %s (%s), with which nothing else can share a folder, even with "
                           "--force; name another folder",
                           folder, contents[found],
                           ihp__result_file_last((enum ihp__file_group)found));
}

enum ihp_status ihp__keep_finished_folder(const char *folder, enum ihp__file_group group,
                                          struct ihp_error *err)
{
    return check_folder(folder, (int)group, err);
}

enum ihp_status ihp__keep_finished_folders(const char *folder, struct ihp_error *err)
{
    return folder == NULL ? IHP_OK : check_folder(folder, NO_GROUP, err);
}
