/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files of all ranks: counted, then written each piece in its place. */
#include "extract_files.h"

#include "folder.h"

#include "base/agree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 18 };

static const struct {
    const char *name, *header;
} files[IHP__SYNTH_FILES] = {
    [IHP__SYNTH_FILE_MEMBERS] = {"members.csv", "member_id,birth_date,sex,county,race_ethnicity\n"},
    [IHP__SYNTH_FILE_ENROLLMENT] =
        {"enrollment.csv", "member_id,month_from,month_to,program,payer,exclusion,county\n"},
    [IHP__SYNTH_FILE_CLAIMS] =
        {"claims.csv", "claim_id,line,member_id,service_date,paid_date,status,procedure,"
                       "service_class,category,billing_npi,treating_npi,payer,paid_amount\n"},
    [IHP__SYNTH_FILE_MORBIDITY] = {"morbidity.csv", "member_id,year,acg\n"},
    [IHP__SYNTH_FILE_PROVIDERS] = {"providers.csv", "npi,taxonomy\n"},
    [IHP__SYNTH_FILE_SOCIAL_RISK] = {"social_risk.csv", "member_id,month_from,month_to,factor\n"},
    [IHP__SYNTH_FILE_COORDINATION] = {"care_coordination.csv", "member_id,month,kind\n"},
};

struct file {
    char path[4096], part[4096 + 64];
    int fd;         /* -1 while rows are counted */
    bool made;      /* the part file is this rank's to remove */
    uint64_t bytes; /* of this rank's rows, counted */
    uint64_t at;    /* where the next go */
    char *buffer;   /* owned */
    size_t used;
};

struct ihp__synth_extract {
    MPI_Comm comm; /* not owned */
    bool first_rank;
    struct file file[IHP__SYNTH_FILES];
};

static enum ihp_status fail_file(const struct file *file, struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", file->path, strerror(errno));
}

static enum ihp_status prepare(struct ihp__synth_extract *extract, const char *folder,
                               struct ihp_error *err)
{
    uint64_t process = (uint64_t)getpid();
    ihp__share_u64(extract->comm, &process, 1);
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        struct file *file = &extract->file[f];
        file->buffer = malloc(BUFFER);
        if (file->buffer == NULL) {
            return ihp__fail_memory(err, "the extract");
        }
        if (ihp__path_join(file->path, sizeof file->path, folder, files[f].name, err) != IHP_OK) {
            return err->status;
        }
        snprintf(file->part, sizeof file->part, "%s/%s.part-%llu", folder, files[f].name,
                 (unsigned long long)process);
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_begin(const char *folder, MPI_Comm comm,
                                         struct ihp__synth_extract **out, struct ihp_error *err)
{
    struct ihp__synth_extract *extract = calloc(1, sizeof *extract);
    int rank = 0;
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_rank(comm, &rank);
    }
    if (extract == NULL) {
        ihp__fail_memory(err, "the extract");
    }
    if (ihp__agree(comm, err) != IHP_OK) {
        free(extract);
        return err->status;
    }
    extract->comm = comm;
    extract->first_rank = rank == 0;
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        extract->file[f].fd = -1;
    }
    prepare(extract, folder, err);
    if (err->status == IHP_OK && rank == 0) {
        const char *own[IHP__SYNTH_FILES];
        for (int f = 0; f < IHP__SYNTH_FILES; f++) {
            own[f] = files[f].name;
        }
        ihp__synth_folder_make(folder, "--extract", own, IHP__SYNTH_FILES, err);
    }
    if (ihp__agree(comm, err) != IHP_OK) {
        ihp__synth_extract_abandon(&extract);
        return err->status;
    }
    for (int f = 0; f < IHP__SYNTH_FILES && rank == 0; f++) {
        extract->file[f].bytes = strlen(files[f].header);
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

char *ihp__synth_extract_room(struct ihp__synth_extract *extract, enum ihp__synth_file f,
                              struct ihp_error *err)
{
    struct file *file = &extract->file[f];
    if (BUFFER - file->used < IHP__SYNTH_ROW_BYTES && flush_rows(file, err) != IHP_OK) {
        return NULL;
    }
    return file->buffer + file->used;
}

void ihp__synth_extract_took(struct ihp__synth_extract *extract, enum ihp__synth_file f,
                             const char *end)
{
    struct file *file = &extract->file[f];
    size_t used = (size_t)(end - file->buffer);
    if (file->fd < 0) {
        file->bytes += used - file->used; /* the row is dropped */
    } else {
        file->used = used;
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum ihp_status make_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        struct file *file = &extract->file[f];
        unlink(file->part); /* left by a process of the same number that died */
        int fd = open(file->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) {
            return fail_file(file, err);
        }
        file->made = true;
        close(fd);
    }
    return IHP_OK;
}

static enum ihp_status open_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        struct file *file = &extract->file[f];
        file->fd = open(file->part, O_WRONLY | O_CLOEXEC);
        if (file->fd < 0) {
            return fail_file(file, err);
        }
        if (extract->first_rank) {
            file->used = strlen(files[f].header);
            memcpy(file->buffer, files[f].header, file->used);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__synth_extract_open(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    if (extract->first_rank && err->status == IHP_OK) {
        make_files(extract, err);
    }
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        extract->file[f].at = ihp__sum_before_u64(extract->comm, extract->file[f].bytes);
    }
    if (ihp__agree(extract->comm, err) == IHP_OK) {
        open_files(extract, err);
    }
    return ihp__agree(extract->comm, err);
}

static void finish_files(struct ihp__synth_extract *extract, struct ihp_error *err)
{
    for (int f = 0; f < IHP__SYNTH_FILES && err->status == IHP_OK; f++) {
        struct file *file = &extract->file[f];
        int fd = file->fd;
        if (flush_rows(file, err) != IHP_OK) {
            return;
        }
        file->fd = -1;
        if (fsync(fd) != 0) {
            fail_file(file, err);
        }
        if (close(fd) != 0) {
            fail_file(file, err);
        }
    }
}

enum ihp_status ihp__synth_extract_commit(struct ihp__synth_extract **extract,
                                          struct ihp_error *err)
{
    struct ihp__synth_extract *x = *extract;
    finish_files(x, err);
    if (ihp__agree(x->comm, err) == IHP_OK && x->first_rank) {
        for (int f = 0; f < IHP__SYNTH_FILES && err->status == IHP_OK; f++) {
            if (rename(x->file[f].part, x->file[f].path) != 0) {
                fail_file(&x->file[f], err);
            } else {
                x->file[f].made = false;
            }
        }
    }
    ihp__agree(x->comm, err);
    ihp__synth_extract_abandon(extract);
    return err->status;
}

void ihp__synth_extract_abandon(struct ihp__synth_extract **extract)
{
    if (extract == NULL || *extract == NULL) {
        return;
    }
    for (int f = 0; f < IHP__SYNTH_FILES; f++) {
        struct file *file = &(*extract)->file[f];
        if (file->fd >= 0) {
            close(file->fd);
        }
        if (file->made) {
            unlink(file->part);
        }
        free(file->buffer);
    }
    free(*extract);
    *extract = NULL;
}
