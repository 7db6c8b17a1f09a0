/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Temporary files, most of them without a name. */
#include "extract/temp_file.h"

#include "base/seal.h"
#include "base/sync.h"
#include "base/unfinished.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 20, OWN_BYTES = 40, NAME_BYTES = 80 + IHP__SEAL_BYTES };

struct ihp__temp_file {
    int fd;
    char *path;     /* owned; for messages, also when the file has lost its name */
    bool named;     /* the name must be removed */
    int unfinished; /* of the name */
    uint64_t size;  /* with the bytes in the buffer */
    size_t in_buffer;
    char *buffer; /* owned; NULL until something is appended */
};

/* Makes a file called `output`.sort-`name`, which is not open yet. */
static enum ihp_status make(const char *output, const char *name, struct ihp__temp_file **out,
                            struct ihp_error *err)
{
    struct ihp__temp_file *file = calloc(1, sizeof *file);
    size_t size = strlen(output) + NAME_BYTES;
    if (file != NULL) {
        file->fd = -1;
        file->path = malloc(size);
    }
    if (file == NULL || file->path == NULL) {
        free(file);
        return ihp__fail_memory(err, "a temporary file");
    }
    snprintf(file->path, size, "%s.sort-%s", output, name);
    ihp__seal_name(file->path);
    *out = file;
    return IHP_OK;
}

static enum ihp_status create(const char *output, const char *name, struct ihp__temp_file **out,
                              struct ihp_error *err)
{
    struct ihp__temp_file *file = NULL;
    if (make(output, name, &file, err) != IHP_OK) {
        return err->status;
    }
    unlink(file->path); /* a process of the same number may have died and left it */
    ihp__unfinished_hold();
    file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    file->unfinished = file->fd >= 0 ? ihp__unfinished_add(file->path) : 0;
    ihp__unfinished_release();
    if (file->fd < 0) {
        ihp__error_set(err, IHP_ERR_RUN, "%s: temporary file cannot be created (%s)", file->path,
                       strerror(errno));
        ihp__temp_file_destroy(&file);
        return err->status;
    }
    file->named = true;
    *out = file;
    return IHP_OK;
}

enum ihp_status ihp__temp_file_create(const char *output, struct ihp__temp_file **out,
                                      struct ihp_error *err)
{
    char name[OWN_BYTES];
    snprintf(name, sizeof name, "%ld", (long)getpid());
    if (create(output, name, out, err) == IHP_OK) {
        ihp__temp_file_unname(*out);
    }
    return err->status;
}

static void shared_name(char name[OWN_BYTES], uint64_t process, int rank, const char *tag)
{
    snprintf(name, OWN_BYTES, "%llu-%.8s-%d", (unsigned long long)process, tag, rank);
}

enum ihp_status ihp__temp_file_create_named(const char *output, uint64_t process, int rank,
                                            const char *tag, struct ihp__temp_file **out,
                                            struct ihp_error *err)
{
    char name[OWN_BYTES];
    shared_name(name, process, rank, tag);
    return create(output, name, out, err);
}

enum ihp_status ihp__temp_file_open(const char *output, uint64_t process, int rank, const char *tag,
                                    struct ihp__temp_file **out, struct ihp_error *err)
{
    char name[OWN_BYTES];
    struct ihp__temp_file *file = NULL;
    shared_name(name, process, rank, tag);
    if (make(output, name, &file, err) != IHP_OK) {
        return err->status;
    }
    file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        ihp__error_set(
            err, IHP_ERR_RUN,
            "%s: temporary file of another rank cannot be opened (%s); put the store into a folder "
            "that all ranks can read",
            file->path, strerror(errno));
        ihp__temp_file_destroy(&file);
        return err->status;
    }
    *out = file;
    return IHP_OK;
}

void ihp__temp_file_unname(struct ihp__temp_file *file)
{
    if (file->named) {
        unlink(file->path);
        ihp__unfinished_done(&file->unfinished);
        file->named = false;
    }
}

void ihp__temp_file_destroy(struct ihp__temp_file **file)
{
    if (file == NULL || *file == NULL) {
        return;
    }
    ihp__temp_file_unname(*file);
    if ((*file)->fd >= 0) {
        close((*file)->fd);
    }
    free((*file)->path);
    free((*file)->buffer);
    free(*file);
    *file = NULL;
}

static enum ihp_status write_all(struct ihp__temp_file *file, const char *data, size_t bytes,
                                 struct ihp_error *err)
{
    while (bytes > 0) {
        ssize_t written = write(file->fd, data, bytes);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return ihp__fail(err, IHP_ERR_RUN,
                             "%s: temporary file cannot be written (%s); sorting needs about as "
                             "much space in its folder as claims.csv has uncompressed",
                             file->path, written < 0 ? strerror(errno) : "no space");
        }
        data += written;
        bytes -= (size_t)written;
    }
    return IHP_OK;
}

enum ihp_status ihp__temp_file_flush(struct ihp__temp_file *file, struct ihp_error *err)
{
    size_t bytes = file->in_buffer;
    file->in_buffer = 0;
    return write_all(file, file->buffer, bytes, err);
}

enum ihp_status ihp__temp_file_append(struct ihp__temp_file *file, const void *data, size_t bytes,
                                      struct ihp_error *err)
{
    if (file->buffer == NULL && (file->buffer = malloc(BUFFER_BYTES)) == NULL) {
        return ihp__fail_memory(err, "a temporary file");
    }
    file->size += bytes;
    if (bytes > BUFFER_BYTES - file->in_buffer && ihp__temp_file_flush(file, err) != IHP_OK) {
        return err->status;
    }
    if (bytes > BUFFER_BYTES) {
        return write_all(file, data, bytes, err);
    }
    memcpy(file->buffer + file->in_buffer, data, bytes);
    file->in_buffer += bytes;
    return IHP_OK;
}

enum ihp_status ihp__temp_file_sync(struct ihp__temp_file *file, struct ihp_error *err)
{
    return ihp__sync_file(file->fd, file->path)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_RUN, "%s: temporary file cannot be written (%s)",
                           file->path, strerror(errno));
}

uint64_t ihp__temp_file_size(const struct ihp__temp_file *file)
{
    return file->size;
}

enum ihp_status ihp__temp_file_read(const struct ihp__temp_file *file, uint64_t at, void *data,
                                    size_t bytes, struct ihp_error *err)
{
    char *to = data;
    while (bytes > 0) {
        ssize_t got = pread(file->fd, to, bytes, (off_t)at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ihp__fail(err, IHP_ERR_RUN, "%s: temporary file cannot be read (%s)", file->path,
                             got < 0 ? strerror(errno) : "the file is too short");
        }
        to += got;
        at += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return IHP_OK;
}
