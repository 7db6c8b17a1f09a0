/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HDF5 file that all ranks write: making it, its columns, and its end. */
#include "shared_file.h"

#include "base/agree.h"
#include "base/seal.h"
#include "base/sync.h"
#include "base/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum ihp_status ihp__shared_fail(const struct ihp__shared_file *s, const char *what,
                                 struct ihp_error *err)
{
    int reason = errno; /* left by HDF5's last system call; 0 if HDF5 itself failed */
    int noted = ihp__h5_system_error();
    reason = noted != 0 ? noted : reason;
    if (reason == ENOMEM) {
        return ihp__fail_memory(err, s->path);
    }
    return ihp__fail(err, IHP_ERR_RUN, "%s: %s cannot be written (%s)", s->path, what,
                     reason != 0 ? strerror(reason) : "HDF5 failed");
}

/* ---- creation -------------------------------------------------------------------------------- */

/* Rank 0 makes the file. It is protected data, so only its owner may read it. */
static enum ihp_status make_file(struct ihp__shared_file *s, struct ihp_error *err)
{
    unlink(s->part); /* left by a killed process that had the same number */
    errno = 0;
    mode_t old_mask = umask(077);
    ihp__unfinished_hold();
    s->file = ihp__h5_create_file(s->part);
    s->unfinished = ihp__unfinished_add(s->part);
    ihp__unfinished_release();
    umask(old_mask);
    return s->file < 0 ? ihp__shared_fail(s, s->what, err) : IHP_OK;
}

static enum ihp_status open_file(struct ihp__shared_file *s, struct ihp_error *err)
{
    s->fd = open(s->part, O_RDWR | O_CLOEXEC);
    return s->fd < 0 ? ihp__shared_fail(s, s->what, err) : IHP_OK;
}

enum ihp_status ihp__shared_create(struct ihp__shared_file *s, const char *path, const char *what,
                                   uint64_t number, MPI_Comm comm, struct ihp_error *err)
{
    size_t size = strlen(path) + 32 + IHP__SEAL_BYTES;
    *s = (struct ihp__shared_file){
        .what = what, .comm = MPI_COMM_NULL, .ranks = 1, .file = H5I_INVALID_HID, .fd = -1};
    ihp__until_agreed(ihp__h5_begin(err));
    s->path = strdup(path);
    s->part = malloc(size);
    if (s->path == NULL || s->part == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, what));
    }
    if (ihp__agree(comm, err) != IHP_OK) {
        ihp__shared_close(s);
        return err->status;
    }
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_dup(comm, &s->comm);
        MPI_Comm_rank(s->comm, &s->rank);
        MPI_Comm_size(s->comm, &s->ranks);
    }
    ihp__share_u64(s->comm, &number, 1);
    snprintf(s->part, size, "%s.part-%llu", path, (unsigned long long)number);
    ihp__seal_name(s->part);
    if (s->rank == 0) {
        ihp__until_agreed(make_file(s, err));
    }
    if (ihp__agree(s->comm, err) == IHP_OK) {
        ihp__until_agreed(open_file(s, err));
    }
    if (ihp__agree(s->comm, err) != IHP_OK) {
        ihp__shared_drop(s);
    }
    return err->status;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Makes a dataset on rank 0 and finds its place. */
static enum ihp_status make_dataset(struct ihp__shared_file *s,
                                    const struct ihp__shared_dataset *dataset, uint64_t *address,
                                    struct ihp_error *err)
{
    errno = 0;
    hid_t made = ihp__h5_create_column(s->file, dataset->name, dataset->type, dataset->count);
    bool done = made >= 0 && ihp__h5_put_text_attribute(made, "units", dataset->units);
    haddr_t at = done && dataset->count > 0 ? H5Dget_offset(made) : 0;
    enum ihp_status status =
        !done || at == HADDR_UNDEF ? ihp__shared_fail(s, dataset->name, err) : IHP_OK;
    if (made >= 0) {
        H5Dclose(made);
    }
    *address = at;
    return status;
}

enum ihp_status ihp__shared_column(struct ihp__shared_file *s,
                                   const struct ihp__shared_dataset *dataset,
                                   struct ihp__raw_column *column, struct ihp_error *err)
{
    struct ihp__raw_column made = {0, dataset->element};
    if (s->rank == 0 && err->status == IHP_OK) {
        ihp__until_agreed(make_dataset(s, dataset, &made.address, err));
    }
    if (ihp__agree(s->comm, err) != IHP_OK) {
        return err->status;
    }
    ihp__share_u64(s->comm, &made.address, 1);
    *column = made;
    return IHP_OK;
}

enum ihp_status ihp__raw_write(const struct ihp__shared_file *s,
                               const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                               const void *data, struct ihp_error *err)
{
    uint64_t size = count * column->element, done = 0;
    off_t at = (off_t)(column->address + first * column->element);
    while (done < size) {
        ssize_t wrote = pwrite(s->fd, (const char *)data + done, size - done, at + (off_t)done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return ihp__shared_fail(s, "a column", err);
        }
        done += (uint64_t)wrote;
    }
    return IHP_OK;
}

enum ihp_status ihp__raw_read(const struct ihp__shared_file *s,
                              const struct ihp__raw_column *column, uint64_t first, uint64_t count,
                              void *data, struct ihp_error *err)
{
    if (!ihp__read_at(s->fd, data, count * column->element,
                      column->address + first * column->element)) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: what was written cannot be read again (%s)",
                         s->path, errno != 0 ? strerror(errno) : "the file is too short");
    }
    return IHP_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

enum ihp_status ihp__shared_sync(struct ihp__shared_file *s, struct ihp_error *err)
{
    if (s->ranks > 1 &&
        !ihp__sync_file(s->fd, s->path)) { /* a single rank syncs when it ends the file */
        ihp__until_agreed(ihp__shared_fail(s, s->what, err));
    }
    return ihp__agree(s->comm, err);
}

bool ihp__shared_end(struct ihp__shared_file *s)
{
    bool closed = ihp__h5_end_file(s->file);
    s->file = H5I_INVALID_HID;
    return closed && ihp__sync_file(s->fd, s->path);
}

void ihp__shared_close(struct ihp__shared_file *s)
{
    ihp__unfinished_done(&s->unfinished);
    if (s->file >= 0) {
        ihp__h5_drop_file(s->file);
    }
    if (s->fd >= 0) {
        close(s->fd);
    }
    if (s->comm != MPI_COMM_NULL) {
        MPI_Comm_free(&s->comm);
    }
    free(s->path);
    free(s->part);
    *s = (struct ihp__shared_file){.comm = MPI_COMM_NULL, .file = H5I_INVALID_HID, .fd = -1};
}

void ihp__shared_drop(struct ihp__shared_file *s)
{
    if (s->rank == 0 && s->part != NULL) {
        unlink(s->part);
    }
    ihp__shared_close(s);
}
