/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading plain and gzip files, member after member, to the end of the file. */
#include "base/gzip_read.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    INPUT_BYTES = 1 << 17,
    EXTRA_BYTES = 512,    /* of a member's extra field that are looked at */
    GZIP_WINDOW = 15 + 16 /* for inflateInit2: the largest window, and a gzip header */
};

/* Where in the file the next byte is. */
enum place {
    UNKNOWN,        /* at its beginning */
    PLAIN,          /* in a file without compression */
    IN_MEMBER,      /* in a gzip member */
    BETWEEN_MEMBERS /* after a gzip member */
};

struct ihp__gzip_file {
    char *path; /* owned */
    int fd;
    enum place place;
    unsigned char *input; /* owned; INPUT_BYTES */
    size_t at, have;      /* of `input`, read and not used yet: at .. have - 1 */
    uint64_t before;      /* bytes of the file before `input` */
    bool ended;           /* the file has no more bytes than `input` */
    z_stream stream;
    bool has_stream;
    gz_header header; /* of the member that is read */
    unsigned char extra[EXTRA_BYTES];
    bool after_block; /* the last member is a block of BGZF that is not its end block */
};

static enum ihp_status fail_damaged(const struct ihp__gzip_file *file, const char *found,
                                    struct ihp_error *err)
{
    return ihp__fail(err, IHP_ERR_DATA,
                     "%s: cannot be read to its end (%s); the file is cut short or damaged, get it "
                     "again",
                     file->path, found);
}

/* ---- bytes of the file ----------------------------------------------------------------------- */

/* Reads into `input` behind what is there, after moving that to the front. */
static enum ihp_status fill(struct ihp__gzip_file *file, struct ihp_error *err)
{
    memmove(file->input, file->input + file->at, file->have - file->at);
    file->before += file->at;
    file->have -= file->at;
    file->at = 0;
    ssize_t got;
    do {
        got = read(file->fd, file->input + file->have, INPUT_BYTES - file->have);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, file->path, "cannot be read to its end");
    }
    file->have += (size_t)got;
    file->ended = got == 0;
    return IHP_OK;
}

/* Makes sure that the next `count` bytes are in `input`, or all that the file still has. */
static enum ihp_status look_ahead(struct ihp__gzip_file *file, size_t count, struct ihp_error *err)
{
    while (file->have - file->at < count && !file->ended) {
        if (fill(file, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

/* ---- members --------------------------------------------------------------------------------- */

/* Returns true if the next bytes are the mark with which a gzip member begins. */
static bool at_mark(const struct ihp__gzip_file *file)
{
    return file->have - file->at >= 2 && file->input[file->at] == 0x1f &&
           file->input[file->at + 1] == 0x8b;
}

static enum ihp_status begin_member(struct ihp__gzip_file *file, struct ihp_error *err)
{
    int result =
        file->has_stream ? inflateReset(&file->stream) : inflateInit2(&file->stream, GZIP_WINDOW);
    if (result != Z_OK) {
        return ihp__fail_memory(err, file->path);
    }
    file->has_stream = true;
    file->header = (gz_header){.extra = file->extra, .extra_max = EXTRA_BYTES};
    inflateGetHeader(&file->stream, &file->header);
    file->place = IN_MEMBER;
    return IHP_OK;
}

/* Returns true if the member is a block of BGZF: its extra field has a subfield "BC" of two bytes.
 */
static bool is_block(const struct ihp__gzip_file *file)
{
    const unsigned char *extra = file->extra;
    size_t size = file->header.extra == NULL ? 0 : file->header.extra_len;
    size = size < EXTRA_BYTES ? size : EXTRA_BYTES;
    for (size_t at = 0; at + 4 <= size;) {
        size_t length = extra[at + 2] + 256u * extra[at + 3];
        if (extra[at] == 'B' && extra[at + 1] == 'C' && length == 2) {
            return true;
        }
        at += 4 + length;
    }
    return false;
}

/* Looks at what follows a member: another member, or the end of the file. */
static enum ihp_status pass_seam(struct ihp__gzip_file *file, bool *ended, struct ihp_error *err)
{
    char found[160];
    if (look_ahead(file, 2, err) != IHP_OK) {
        return err->status;
    }
    *ended = file->at == file->have;
    if (*ended) {
        return file->after_block ? fail_damaged(file, "the end block of BGZF is missing", err)
                                 : IHP_OK;
    }
    if (at_mark(file)) {
        return begin_member(file, err);
    }
    snprintf(found, sizeof found,
             "after the gzip member that ends at byte %llu come %s, not another member",
             (unsigned long long)ihp__gzip_offset(file),
             file->input[file->at] == 0 ? "zeros" : "other bytes");
    return fail_damaged(file, found, err);
}

/* Ends a member. A block of BGZF must be followed by another one unless it is the empty one. */
static enum ihp_status end_member(struct ihp__gzip_file *file, struct ihp_error *err)
{
    bool block = is_block(file);
    if (file->after_block && !block) {
        return fail_damaged(file, "the end block of BGZF is missing", err);
    }
    file->after_block = block && file->stream.total_out > 0;
    file->place = BETWEEN_MEMBERS;
    return IHP_OK;
}

/* Inflates into `data` until it is full, the member ends, or the input is used up. */
static enum ihp_status inflate_some(struct ihp__gzip_file *file, void *data, size_t size,
                                    size_t *got, struct ihp_error *err)
{
    z_stream *stream = &file->stream;
    if (look_ahead(file, 1, err) != IHP_OK) {
        return err->status;
    }
    if (file->at == file->have) {
        return fail_damaged(file, "it ends within a gzip member", err);
    }
    size_t piece = size < UINT32_MAX / 2 ? size : UINT32_MAX / 2;
    stream->next_in = file->input + file->at;
    stream->avail_in = (uInt)(file->have - file->at);
    stream->next_out = data;
    stream->avail_out = (uInt)piece;
    int result = inflate(stream, Z_NO_FLUSH);
    file->at = file->have - stream->avail_in;
    *got = piece - stream->avail_out;
    if (result == Z_STREAM_END) {
        return end_member(file, err);
    }
    if (result == Z_OK || result == Z_BUF_ERROR) {
        return IHP_OK;
    }
    return result == Z_MEM_ERROR
               ? ihp__fail_memory(err, file->path)
               : fail_damaged(file, stream->msg != NULL ? stream->msg : "not valid gzip", err);
}

/* ---- reading --------------------------------------------------------------------------------- */

enum ihp_status ihp__gzip_open(const char *path, struct ihp__gzip_file **out, struct ihp_error *err)
{
    struct ihp__gzip_file *file = calloc(1, sizeof *file);
    if (file == NULL || (file->path = strdup(path)) == NULL ||
        (file->input = malloc(INPUT_BYTES)) == NULL) {
        if (file != NULL) {
            free(file->path);
            free(file);
        }
        return ihp__fail_memory(err, path);
    }
    file->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        int reason = errno;
        ihp__gzip_close(&file);
        errno = reason;
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be opened");
    }
    *out = file;
    return IHP_OK;
}

/* Finds out of what kind the file is. */
static enum ihp_status begin(struct ihp__gzip_file *file, struct ihp_error *err)
{
    if (look_ahead(file, 2, err) != IHP_OK) {
        return err->status;
    }
    if (at_mark(file)) {
        return begin_member(file, err);
    }
    file->place = PLAIN;
    return IHP_OK;
}

static enum ihp_status read_plain(struct ihp__gzip_file *file, void *data, size_t size, size_t *got,
                                  struct ihp_error *err)
{
    if (look_ahead(file, 1, err) != IHP_OK) {
        return err->status;
    }
    size_t left = file->have - file->at;
    *got = left < size ? left : size;
    memcpy(data, file->input + file->at, *got);
    file->at += *got;
    return IHP_OK;
}

enum ihp_status ihp__gzip_read(struct ihp__gzip_file *file, void *data, size_t size, size_t *got,
                               struct ihp_error *err)
{
    enum ihp_status status = IHP_OK;
    bool ended = false;
    *got = 0;
    while (status == IHP_OK && *got == 0 && !ended) {
        switch (file->place) {
        case UNKNOWN:
            status = begin(file, err);
            break;
        case PLAIN:
            status = read_plain(file, data, size, got, err);
            ended = *got == 0;
            break;
        case IN_MEMBER:
            status = inflate_some(file, data, size, got, err);
            break;
        case BETWEEN_MEMBERS:
            status = pass_seam(file, &ended, err);
            break;
        }
    }
    return status;
}

uint64_t ihp__gzip_offset(const struct ihp__gzip_file *file)
{
    return file->before + file->at;
}

void ihp__gzip_close(struct ihp__gzip_file **file)
{
    if (file == NULL || *file == NULL) {
        return;
    }
    if ((*file)->has_stream) {
        inflateEnd(&(*file)->stream);
    }
    if ((*file)->fd >= 0) {
        close((*file)->fd);
    }
    free((*file)->input);
    free((*file)->path);
    free(*file);
    *file = NULL;
}
