/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files of all ranks: rows are counted, then each rank writes its rows in their place. */
#include "synth/extract_files.h"

#include "base/agree.h"
#include "base/path.h"
#include "base/seal.h"
#include "base/sync.h"
#include "base/unfinished.h"
#include "synth/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 18 };

struct file {
    char name[64], path[IHP__PATH_MAX], part[IHP__PATH_MAX + 64];
    int fd;         /* -1 while rows are counted */
    bool made;      /* this rank must remove the part file */
    int unfinished; /* of the part file */
    bool named;     /* this rank has named it, where nothing was */
    uint64_t bytes; /* of this rank's rows, counted */
    uint64_t at;    /* where the next rows go */
    char *buffer;   /* owned */
    size_t used;
};

struct ihp__synth_extract {
    MPI_Comm comm; /* not owned */
    bool first_rank;
    struct file file[IHP__EXTRACT_FILES];
};

/* Returns false for the file that a synthetic state does not have: what was known when payments
 * were made is not different from what is known now. */
static bool has_file(int f)
{
    return f != IHP__EXTRACT_COORDINATION_PAID;
}

static enum ihp_status fail_file(const struct file *file, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", file->path, strerror(errno));
}

/* ---- beginning ------------------------------------------------------------------------------- */

static enum ihp_status prepare_files(struct ihp__synth_extract *extract, const char *folder,
                                     uint64_t process, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct file *file = &extract->file[f];
        file->buffer = malloc(BUFFER);
        if (file->buffer == NULL) {
            return ihp__fail_memory(err, "the extract");
        }
        snprintf(file->name, sizeof file->name, "%s.csv", ihp__extract_schemas[f].name);
        char path[IHP__PATH_MAX]; /* gcc cannot see that two fields of a file do not overlap */
        if (ihp__path_join(path, sizeof path, folder, file->name, err) != IHP_OK) {
            return err->status;
        }
        strcpy(file->path, path);
        snprintf(file->part, sizeof file->part, "%s.part-%llu", path, (unsigned long long)process);
        ihp__seal_name(file->part);
    }
    return IHP_OK;
}

static enum ihp_status make_folder(const struct ihp__synth_extract *extract, const char *folder,
                                   struct ihp__synth_files *files, struct ihp_error *err)
{
    const char *own[IHP__EXTRACT_FILES];
    size_t count = 0;
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (has_file(f)) {
            own[count++] = extract->file[f].name;
        }
    }
    return ihp__synth_files_folder(files, folder, err) == IHP_OK
               ? ihp__synth_files_check_folder(files, folder, "--extract", own, count, err)
               : err->status;
}

void ihp__synth_extract_recover(const char *folder, const struct ihp__synth_files *files)
{
    char name[64];
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        snprintf(name, sizeof name, "%s.csv", ihp__extract_schemas[f].name);
        ihp__synth_files_recover(files, folder, name);
    }
}

static enum ihp_status prepare(struct ihp__synth_extract *extract, const char *folder,
                               uint64_t process, struct ihp__synth_files *files,
                               struct ihp_error *err)
{
    if (prepare_files(extract, folder, process, err) != IHP_OK || !extract->first_rank) {
        return err->status;
    }
    return make_folder(extract, folder, files, err);
}

static struct ihp__synth_extract *make_extract(MPI_Comm comm)
{
    struct ihp__synth_extract *extract = calloc(1, sizeof *extract);
    int rank = 0;
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_rank(comm, &rank);
    }
    if (extract != NULL) {
        extract->comm = comm;
        extract->first_rank = rank == 0;
        for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
            extract->file[f].fd = -1;
        }
    }
    return extract;
}

enum ihp_status ihp__synth_extract_begin(const char *folder, MPI_Comm comm,
                                         struct ihp__synth_files *files,
                                         struct ihp__synth_extract **out, struct ihp_error *err)
{
    struct ihp__synth_extract *extract = make_extract(comm);
    char header[IHP__EXTRACT_HEADER_TEXT];
    uint64_t process = (uint64_t)getpid();
    ihp__share_u64(comm, &process, 1);
    ihp__until_agreed(extract == NULL ? ihp__fail_memory(err, "the extract")
                                      : prepare(extract, folder, process, files, err));
    if (ihp__agree(comm, err) != IHP_OK) {
        ihp__synth_extract_end(&extract, false);
        return err->status;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES && extract->first_rank; f++) {
        extract->file[f].bytes = ihp__extract_header((enum ihp__extract_file)f, header);
    }
    *out = extract;
    return IHP_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum ihp_status flush_rows(struct file *file, struct ihp_error *err)
{
    size_t done = 0;
    while (file->fd >= 0 && done < file->used) {
        ssize_t wrote =
            pwrite(file->fd, file->buffer + done, file->used - done, (off_t)(file->at + done));
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return fail_file(file, err);
        }
        done += (size_t)wrote;
    }
    file->at += file->used;
    file->used = 0;
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_room(struct ihp__synth_extract *extract,
                                        enum ihp__extract_file f, char **row, struct ihp_error *err)
{
    struct file *file = &extract->file[f];
    if (BUFFER - file->used < IHP__SYNTH_ROW_BYTES && flush_rows(file, err) != IHP_OK) {
        return err->status;
    }
    *row = file->buffer + file->used;
    return IHP_OK;
}

void ihp__synth_extract_took(struct ihp__synth_extract *extract, enum ihp__extract_file f,
                             const char *end)
{
    struct file *file = &extract->file[f];
    size_t used = (size_t)(end - file->buffer);
    if (file->fd < 0) {
        file->bytes += used - file->used; /* the row is counted and dropped */
    } else {
        file->used = used;
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Makes the empty files. Only the first rank does. */
static enum ihp_status make_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES && extract->first_rank; f++) {
        struct file *file = &extract->file[f];
        if (!has_file(f)) {
            continue;
        }
        unlink(file->part); /* a process of the same number may have died and left it */
        ihp__unfinished_hold();
        int fd = open(file->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        file->made = fd >= 0;
        file->unfinished = fd >= 0 ? ihp__unfinished_add(file->part) : 0;
        ihp__unfinished_release();
        if (fd < 0) {
            return fail_file(file, err);
        }
        close(fd);
    }
    return IHP_OK;
}

static enum ihp_status open_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct file *file = &extract->file[f];
        if (!has_file(f)) {
            continue;
        }
        file->fd = open(file->part, O_WRONLY | O_CLOEXEC);
        if (file->fd < 0) {
            return fail_file(file, err);
        }
        if (extract->first_rank) {
            file->used = ihp__extract_header((enum ihp__extract_file)f, file->buffer);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_open(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    ihp__until_agreed(make_files(extract, err));
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        extract->file[f].at = ihp__sum_before_u64(extract->comm, extract->file[f].bytes);
    }
    if (ihp__agree(extract->comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__until_agreed(open_files(extract, err));
    return ihp__agree(extract->comm, err);
}

/* Writes the last rows and makes sure that everything is on disk. */
static enum ihp_status finish_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct file *file = &extract->file[f];
        int fd = file->fd;
        if (!has_file(f)) {
            continue;
        }
        if (flush_rows(file, err) != IHP_OK) {
            return err->status;
        }
        file->fd = -1;
        bool synced = ihp__sync_file(fd, file->path);
        if (close(fd) != 0 || !synced) {
            return fail_file(file, err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_finish(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    ihp__until_agreed(finish_files(extract, err));
    return ihp__agree(extract->comm, err);
}

enum ihp_status ihp__synth_extract_put_aside(const struct ihp__synth_extract *extract,
                                             struct ihp__synth_files *files, struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        if (has_file(f) &&
            (ihp__path_resolve(path, sizeof path, extract->file[f].path, err) != IHP_OK ||
             ihp__synth_files_aside(files, path, err) != IHP_OK)) {
            return err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_name(struct ihp__synth_extract *extract, bool force,
                                        struct ihp_error *err)
{
    for (int f = 0; f < IHP__EXTRACT_FILES && extract->first_rank; f++) {
        struct file *file = &extract->file[f];
        struct ihp__target output = {.given = file->path, .force = force};
        if (!has_file(f)) {
            continue;
        }
        if (ihp__path_resolve(output.path, sizeof output.path, file->path, err) != IHP_OK) {
            return err->status;
        }
        bool is_new = access(output.path, F_OK) != 0;
        if (ihp__target_name(&output, file->part, err) != IHP_OK) {
            return err->status;
        }
        file->made = false;
        file->named = is_new;
        snprintf(file->path, sizeof file->path, "%s", output.path); /* what to remove */
        ihp__unfinished_done(&file->unfinished);
    }
    return IHP_OK;
}

void ihp__synth_extract_end(struct ihp__synth_extract **extract, bool keep)
{
    if (extract == NULL || *extract == NULL) {
        return;
    }
    for (int f = 0; f < IHP__EXTRACT_FILES; f++) {
        struct file *file = &(*extract)->file[f];
        if (file->fd >= 0) {
            close(file->fd);
        }
        if (file->made) {
            unlink(file->part);
        } else if (file->named && !keep) {
            unlink(file->path);
        }
        ihp__unfinished_done(&file->unfinished);
        free(file->buffer);
    }
    free(*extract);
    *extract = NULL;
}
