/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files of members. A prefix sum over the ranks' lengths gives each rank the place of its rows
 * in the file. */
#include "result/member_rows.h"

#include "base/agree.h"
#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool ihp__rows_add(struct ihp__rows *rows, const char *row, size_t length)
{
    if (!ihp__array_reserve(&rows->data, &rows->capacity, rows->size + length, 1)) {
        return false;
    }
    memcpy(rows->data + rows->size, row, length);
    rows->size += length;
    return true;
}

const char *ihp__rows_field(const char *text, char *field, size_t size)
{
    size_t used = 0;
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (quote) {
        field[used++] = '"';
    }
    for (; *text != '\0' && used + 4 < size; text++) {
        if (*text == '"') {
            field[used++] = '"';
        }
        field[used++] = *text;
    }
    if (quote) {
        field[used++] = '"';
    }
    field[used] = '\0';
    return field;
}

/* Writes all bytes at their place, however few of them the system takes at a time. Returns false
 * with errno. */
static bool put_all(int fd, const char *data, size_t size, off_t at)
{
    size_t done = 0;
    while (done < size) {
        ssize_t wrote = pwrite(fd, data + done, size - done, at + (off_t)done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            errno = wrote == 0 ? EIO : errno;
            return false;
        }
        done += (size_t)wrote;
    }
    return true;
}

static enum ihp_status write_at(const char *path, const struct ihp__rows *rows, int64_t offset,
                                struct ihp_error *err)
{
    if (rows->size == 0) {
        return IHP_OK;
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && put_all(fd, rows->data, rows->size, offset) && ihp__sync_file(fd, path);
    int reason = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        done = false;
        reason = errno;
    }
    return done ? IHP_OK
                : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written to its end (%s)", path,
                            strerror(reason));
}

/* Rank 0 makes the file with its header; only its owner can read it. */
static enum ihp_status begin_file(const char *part, const char *header, struct ihp_error *err)
{
    size_t length = strlen(header);
    unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = fd >= 0 && put_all(fd, header, length, 0);
    int reason = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        done = false;
        reason = errno;
    }
    return done ? IHP_OK
                : ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written (%s)", part, strerror(reason));
}

/* Collective. Writes the rows of one section behind `*end`, which moves to their end. */
static enum ihp_status write_section(const char *part, const struct ihp__row_source *source,
                                     int section, int64_t *end, MPI_Comm comm,
                                     struct ihp_error *err)
{
    struct ihp__rows rows = {0};
    int64_t mine = 0, before = 0, all = 0;
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (!source->collect(source->context, section, &rows)) {
        ihp__until_agreed(ihp__fail_memory(err, "member rows"));
    }
    mine = (int64_t)rows.size;
    MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, comm);
    MPI_Allreduce(&mine, &all, 1, MPI_INT64_T, MPI_SUM, comm);
    if (err->status == IHP_OK) {
        ihp__until_agreed(write_at(part, &rows, *end + (rank == 0 ? 0 : before), err));
    }
    *end += all;
    free(rows.data);
    return ihp__agree(comm, err);
}

/* Rank 0 gives the file its name, or removes it when a rank failed. */
static enum ihp_status end_file(const char *part, const char *path, struct ihp_error *err)
{
    if (err->status == IHP_OK && rename(part, path) != 0) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: cannot be written (%s)", path, strerror(errno));
    }
    if (err->status != IHP_OK) {
        unlink(part);
    }
    return err->status;
}

enum ihp_status ihp__member_rows_write(const char *folder, const char *name,
                                       const struct ihp__row_source *source, MPI_Comm comm,
                                       struct ihp_error *err)
{
    char path[IHP__PATH_MAX], part[IHP__PATH_MAX + 8] = "";
    int64_t end = (int64_t)strlen(source->header);
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (ihp__path_join(path, sizeof path, folder, name, err) == IHP_OK) {
        snprintf(part, sizeof part, "%s.part", path);
        ihp__until_agreed(rank == 0 ? begin_file(part, source->header, err) : IHP_OK);
    }
    enum ihp_status status = ihp__agree(comm, err);
    for (int s = 0; s < source->sections && status == IHP_OK; s++) {
        status = write_section(part, source, s, &end, comm, err);
    }
    if (rank == 0) {
        ihp__until_agreed(end_file(part, path, err));
    }
    return ihp__agree(comm, err);
}
