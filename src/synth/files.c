/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a state that rank 0 writes: making them whole, naming them together, and removing
 * them again. */
#include "synth/files.h"

#include "base/aside.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/leftover.h"
#include "base/outfile.h"
#include "base/unfinished.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 64, FOLDERS_MAX = 4 };

struct item {
    struct ihp__outfile *file; /* owned; NULL once it has its name */
    struct ihp__target output; /* without a lease: its folder's counts */
    char path[IHP__PATH_MAX];
    bool made; /* named by this run, where nothing was */
};

struct ihp__synth_files {
    bool force;
    struct ihp_notices *notices;
    struct item *item[FILES_MAX]; /* owned */
    size_t items;
    struct ihp__lease *lease[FOLDERS_MAX]; /* owned */
    size_t leases;
    char made[FOLDERS_MAX][IHP__PATH_MAX]; /* folders that this run made */
    int unfinished[FOLDERS_MAX];
    size_t folders;
    struct ihp__asides asides;
    bool undo; /* a run was killed while it gave names */
};

struct ihp__synth_files *ihp__synth_files_create(bool force, struct ihp_notices *notices)
{
    struct ihp__synth_files *files = calloc(1, sizeof *files);
    if (files != NULL) {
        files->force = force;
        files->notices = notices;
    }
    return files;
}

/* ---- what was there before ------------------------------------------------------------------- */

enum ihp_status ihp__synth_files_look(struct ihp__synth_files *files, const char *deck,
                                      struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    if (ihp__path_resolve(path, sizeof path, deck, err) == IHP_OK) {
        files->undo = ihp__aside_is_left(path);
    }
    return err->status;
}

void ihp__synth_files_recover(const struct ihp__synth_files *files, const char *folder,
                              const char *name)
{
    struct ihp_error err = {0}; /* a path that cannot be used is reported where it is checked */
    char path[IHP__PATH_MAX], real[IHP__PATH_MAX];
    enum ihp_status status = folder == NULL ? ihp__path_copy(path, sizeof path, name, &err)
                                            : ihp__path_join(path, sizeof path, folder, name, &err);
    if (status == IHP_OK && ihp__path_resolve(real, sizeof real, path, &err) == IHP_OK) {
        ihp__aside_recover(real, files->undo, files->notices);
    }
}

enum ihp_status ihp__synth_files_aside(struct ihp__synth_files *files, const char *path,
                                       struct ihp_error *err)
{
    return files->force ? ihp__aside_put(&files->asides, path, err) : IHP_OK;
}

enum ihp_status ihp__synth_files_put_aside(struct ihp__synth_files *files,
                                           const struct ihp__target *store, struct ihp_error *err)
{
    if (ihp__lease_check(store->lease, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < files->leases; i++) {
        if (ihp__lease_check(files->lease[i], err) != IHP_OK) {
            return err->status;
        }
    }
    for (size_t i = files->items; i-- > 0;) {
        if (ihp__synth_files_aside(files, files->item[i]->output.path, err) != IHP_OK ||
            (i + 1 == files->items && ihp__synth_files_aside(files, store->path, err) != IHP_OK)) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- folders --------------------------------------------------------------------------------- */

static bool is_own(const char *name, const char *const *own, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, own[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Refuses a CSV file in an open folder that is not among `own`. */
static enum ihp_status check_others(DIR *open, const char *folder, const char *option,
                                    const char *const *own, size_t count, struct ihp_error *err)
{
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        const char *name = entry->d_name;
        if (ihp__csv_ending(name) != NULL && !is_own(name, own, count)) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "synth: %s has a file %s that would be read as part of this state; "
                             "remove it or give another folder with %s",
                             folder, name, option);
        }
    }
    return IHP_OK;
}

/* Returns the length of the path of the folder that has this one; 0 if the path does not name it.
 */
static size_t parent_length(const char *folder)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    while (length > 0 && folder[length - 1] != '/') {
        length--;
    }
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    return length;
}

static enum ihp_status fail_make(const char *folder, int error, struct ihp_error *err)
{
    size_t parent = parent_length(folder);
    if (error == ENOENT && parent > 0) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the folder %.*s does not exist; create it first",
                         folder, (int)parent, folder);
    }
    return ihp__fail(err, IHP_ERR_RUN, "%s: the folder cannot be created (%s)", folder,
                     strerror(error));
}

/* Makes the folder unless it is there. */
static enum ihp_status make_folder(struct ihp__synth_files *files, const char *folder,
                                   struct ihp_error *err)
{
    if (ihp__path_copy(files->made[files->folders], IHP__PATH_MAX, folder, err) != IHP_OK) {
        return err->status;
    }
    ihp__unfinished_hold();
    bool made = mkdir(folder, 0777) == 0;
    int reason = errno;
    if (made) {
        files->unfinished[files->folders] = ihp__unfinished_add_empty(folder);
        files->folders++;
    }
    ihp__unfinished_release();
    return made || reason == EEXIST ? IHP_OK : fail_make(folder, reason, err);
}

enum ihp_status ihp__synth_files_folder(struct ihp__synth_files *files, const char *folder,
                                        struct ihp_error *err)
{
    char parent[IHP__PATH_MAX];
    if (ihp__path_copy(parent, sizeof parent, folder, err) != IHP_OK) {
        return err->status;
    }
    parent[parent_length(folder)] = '\0';
    if (parent[0] != '\0' && access(parent, F_OK) != 0) {
        return fail_make(folder, errno, err);
    }
    /* The lease comes first, so that no other run removes the folder again. */
    if (ihp__synth_files_lease(files, folder, err) != IHP_OK) {
        return err->status;
    }
    return make_folder(files, folder, err);
}

enum ihp_status ihp__synth_files_check_folder(const struct ihp__synth_files *files,
                                              const char *folder, const char *option,
                                              const char *const *own, size_t count,
                                              struct ihp_error *err)
{
    DIR *open = opendir(folder);
    if (open == NULL) {
        return fail_make(folder, errno, err);
    }
    enum ihp_status status = check_others(open, folder, option, own, count, err);
    closedir(open);
    for (size_t i = 0; status == IHP_OK && i < count; i++) {
        status = ihp__synth_files_check(files, folder, own[i], NULL, err);
    }
    return status;
}

enum ihp_status ihp__synth_files_lease(struct ihp__synth_files *files, const char *path,
                                       struct ihp_error *err)
{
    enum ihp_status status =
        ihp__lease_take(path, files->notices, &files->lease[files->leases], err);
    files->leases += status == IHP_OK;
    return status;
}

/* ---- files ----------------------------------------------------------------------------------- */

enum ihp_status ihp__synth_files_check_store(const struct ihp__target *store, const char *path,
                                             struct ihp_error *err)
{
    return ihp__target_check_other(store, path, "both the store and another file of the state",
                                   err);
}

enum ihp_status ihp__synth_files_check(const struct ihp__synth_files *files, const char *folder,
                                       const char *name, const struct ihp__target *store,
                                       struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    struct ihp__target output = {.given = path, .force = files->force};
    if (ihp__path_join(path, sizeof path, folder, name, err) != IHP_OK ||
        ihp__path_resolve(output.path, sizeof output.path, path, err) != IHP_OK ||
        (store != NULL && ihp__synth_files_check_store(store, path, err) != IHP_OK)) {
        return err->status;
    }
    ihp__leftover_remove(output.path);
    return ihp__target_check_new(&output, err);
}

enum ihp_status ihp__synth_file_write(struct ihp__synth_files *files,
                                      const struct ihp__synth_file *file,
                                      const struct ihp__synth_model *model, struct ihp_error *err)
{
    struct item *item = files->items == FILES_MAX ? NULL : calloc(1, sizeof *item);
    if (item == NULL) {
        return ihp__fail_memory(err, "the files of the state");
    }
    files->item[files->items++] = item;
    item->output.given = item->path;
    item->output.force = files->force;
    if (ihp__path_join(item->path, sizeof item->path, file->folder, file->name, err) != IHP_OK ||
        ihp__path_resolve(item->output.path, sizeof item->output.path, item->path, err) != IHP_OK ||
        ihp__outfile_open(item->output.path, 0666, &item->file, err) != IHP_OK) {
        return err->status;
    }
    file->write(ihp__outfile_stream(item->file), model, file->context);
    return ihp__outfile_finish(item->file, err);
}

enum ihp_status ihp__synth_files_name(struct ihp__synth_files *files, struct ihp_error *err)
{
    for (size_t i = 0; i < files->items; i++) {
        struct item *item = files->item[i];
        bool is_new = access(item->output.path, F_OK) != 0;
        enum ihp_status status = ihp__outfile_name(&item->file, &item->output, err);
        /* One that has its name but may not be on disk is removed, too. */
        item->made = is_new && (status == IHP_OK ||
                                (status == IHP_ERR_RUN && access(item->output.path, F_OK) == 0));
        if (status != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

void ihp__synth_files_end(struct ihp__synth_files **out, bool keep)
{
    struct ihp__synth_files *files = *out;
    if (files == NULL) {
        return;
    }
    for (size_t i = 0; i < files->items; i++) {
        ihp__outfile_abandon(&files->item[i]->file);
        if (files->item[i]->made && !keep) {
            unlink(files->item[i]->output.path);
        }
        free(files->item[i]);
    }
    if (keep) {
        ihp__aside_drop(&files->asides, files->notices);
    } else {
        ihp__aside_restore(&files->asides, files->notices);
    }
    for (size_t i = 0; i < files->folders; i++) {
        if (!keep) {
            rmdir(files->made[i]); /* stays if somebody has put a file into it */
        }
        ihp__unfinished_done(&files->unfinished[i]);
    }
    for (size_t i = 0; i < files->leases; i++) {
        ihp__lease_release(&files->lease[i]);
    }
    free(files);
    *out = NULL;
}
