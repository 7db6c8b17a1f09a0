/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that results are written into, and writing the files of a group. */
#include "result/folder.h"

#include "base/agree.h"
#include "result/json.h"
#include "result/keep_finished.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- checking -------------------------------------------------------------------------------- */

bool ihp__is_same_place(const char *path, const char *other)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Refuses a folder that cannot be written to, or whose nearest parent that exists cannot be: that
 * is better reported before a night's work than after it. Something else than a folder in the way
 * is reported when it is met. */
static enum ihp_status check_writable(const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    snprintf(path, sizeof path, "%s", folder);
    while (stat(path, &info) != 0 && errno == ENOENT && strcmp(path, ".") != 0) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            snprintf(path, sizeof path, ".");
        } else {
            slash[slash == path] = '\0'; /* keeps the root */
        }
    }
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode) && access(path, W_OK | X_OK) != 0) {
        return ihp__fail(err, IHP_ERR_RUN,
                         "%s: output: the folder %s cannot be written to (%s); change its "
                         "permissions or name another output",
                         folder, path, strerror(errno));
    }
    return IHP_OK;
}

/* What a group of files is when its last one has been written. */
static const char *const finished[IHP__FILE_GROUPS] = {
    [IHP__FILES_RESULT] = "a finished run",
    [IHP__FILES_PAYMENTS] = "finished payments",
    [IHP__FILES_RECONCILIATION] = "a finished reconciliation",
    [IHP__FILES_PACKAGE] = "a finished package",
    [IHP__FILES_PACKAGE_OF_IHP] = "a finished package of an IHP",
    [IHP__FILES_NOTICES] = "finished notices",
    [IHP__FILES_APPEAL] = "finished answers",
};

enum ihp_status ihp__folder_check(const char *folder, const char *program,
                                  enum ihp__file_group group, bool force, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct stat info;
    const char *last = ihp__result_file_last(group);
    if (ihp__path_join(path, sizeof path, folder, last, err) != IHP_OK) {
        return err->status;
    }
    if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_USAGE, "%s: output: is not a folder; name another", folder);
    }
    /* Results must not be mixed with the files that they come from: both have a quality.csv. */
    if (ihp__is_same_place(folder, program)) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: output: is the program folder, whose files results would replace; "
                         "name another",
                         folder);
    }
    if (!force && stat(path, &info) == 0) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: has %s (%s); name another folder with -o, or give --force", folder,
                         finished[group], last);
    }
    return ihp__keep_finished_folder(folder, group, err) == IHP_OK ? check_writable(folder, err)
                                                                   : err->status;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* Reports that a folder cannot be made, with the reason in errno. */
static enum ihp_status fail_to_make(const char *path, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be made (%s)", path, strerror(errno));
}

enum ihp_status ihp__make_parents(const char *folder, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            return fail_to_make(path, err);
        }
        *slash = '/';
    }
    return IHP_OK;
}

enum ihp_status ihp__private_folder_take(const char *path, struct ihp_error *err)
{
    struct stat info;
    if (mkdir(path, 0700) == 0) {
        return IHP_OK;
    }
    if (errno != EEXIST || lstat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return fail_to_make(path, err);
    }
    return chmod(path, 0700) == 0
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be closed to other users (%s)", path,
                           strerror(errno));
}

enum ihp_status ihp__member_folder_make(const char *folder, const char *name,
                                        char path[IHP__PATH_MAX], MPI_Comm comm,
                                        struct ihp_error *err)
{
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (ihp__path_join(path, IHP__PATH_MAX, folder, name, err) == IHP_OK && rank == 0) {
        ihp__until_agreed(ihp__private_folder_take(path, err));
    }
    return ihp__agree(comm, err);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Finds the row of a file. A file that is not in the list would never be removed. */
static enum ihp_status find_file(enum ihp__file_group group, const char *name,
                                 const struct ihp__result_file **file, struct ihp_error *err)
{
    *file = ihp__result_file_find(group, name);
    return *file != NULL
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_RUN, "%s: is not in the list of result files", name);
}

enum ihp_status ihp__folder_write_tables(const char *folder, enum ihp__file_group group,
                                         const struct ihp__table *table, size_t tables,
                                         struct ihp_error *err)
{
    for (size_t t = 0; t < tables; t++) {
        const struct ihp__result_file *file;
        char name[IHP__FILE_TEXT];
        if (table[t].columns == 0) {
            continue;
        }
        snprintf(name, sizeof name, "%s.csv", table[t].name);
        if (find_file(group, name, &file, err) != IHP_OK ||
            ihp__table_write_csv(&table[t], folder, file->mode, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__folder_write_json(const char *folder, enum ihp__file_group group,
                                       const char *name, const json_t *json, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    const struct ihp__result_file *file;
    struct ihp__outfile *out;
    if (find_file(group, name, &file, err) != IHP_OK ||
        ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK ||
        ihp__outfile_open(path, file->mode, &out, err) != IHP_OK) {
        return err->status;
    }
    if (json_dumpf(json, ihp__outfile_stream(out),
                   JSON_INDENT(2) | JSON_REAL_PRECISION(IHP__JSON_DIGITS)) != 0) {
        int reason = errno;
        ihp__outfile_abandon(&out);
        return reason == ENOMEM ? ihp__fail_memory(err, name)
                                : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", path,
                                            strerror(reason));
    }
    fputc('\n', ihp__outfile_stream(out));
    return ihp__outfile_commit(&out, err);
}
