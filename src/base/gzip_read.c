/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading plain and gzip files, member after member, to the end of the file. */
#include "base/gzip_read.h"

#include "base/error.h"
#include "base/inflate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT_BYTES = 1 << 17, RUN_MOST = 1 << 30 };

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
    unsigned char *input;           /* owned; INPUT_BYTES */
    size_t at, have;                /* of `input`, read and not used yet: at .. have - 1 */
    uint64_t before;                /* bytes of the file before `input` */
    bool ended;                     /* the file has no more bytes than `input` */
    struct ihp__inflater *inflater; /* owned */
    bool fast;                      /* the inflater need not be zlib alone */
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

static enum ihp_status open_file(const char *path, bool fast, struct ihp__gzip_file **out,
                                 struct ihp_error *err)
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
    file->fast = fast;
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

/* ---- bytes of the file ----------------------------------------------------------------------- */

/* Reads into `input` behind what is there, after moving that to the front. The last bytes that were
 * used stay in front of it, because the inflater may give them back. */
static enum ihp_status fill(struct ihp__gzip_file *file, struct ihp_error *err)
{
    size_t kept = file->at < IHP__INFLATE_BACK ? file->at : IHP__INFLATE_BACK;
    size_t moved = file->at - kept;
    memmove(file->input, file->input + moved, file->have - moved);
    file->before += moved;
    file->have -= moved;
    file->at = kept;
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
    if (file->inflater == NULL) {
        file->inflater = ihp__inflater_create(file->fast);
    }
    if (file->inflater == NULL || !ihp__inflater_begin(file->inflater)) {
        return ihp__fail_memory(err, file->path);
    }
    file->place = IN_MEMBER;
    return IHP_OK;
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
    bool block = ihp__inflater_is_block(file->inflater);
    if (file->after_block && !block) {
        return fail_damaged(file, "the end block of BGZF is missing", err);
    }
    file->after_block = block && ihp__inflater_has_text(file->inflater);
    file->place = BETWEEN_MEMBERS;
    return IHP_OK;
}

/* Reports what was found in a member. ISA-L notices less of it than zlib, or later, so that zlib
 * reads the file again for its words. */
static enum ihp_status fail_member(const struct ihp__gzip_file *file, const char *found,
                                   struct ihp_error *err)
{
    enum { TEXT_BYTES = 1 << 16 };
    struct ihp__gzip_file *again = NULL;
    struct stat info;
    size_t got = 1;
    if (!file->fast || fstat(file->fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return fail_damaged(file, found, err);
    }
    char *text = malloc(TEXT_BYTES);
    if (text == NULL) {
        return ihp__fail_memory(err, file->path);
    }
    if (open_file(file->path, false, &again, err) == IHP_OK) {
        while (got > 0 && ihp__gzip_read(again, text, TEXT_BYTES, &got, err) == IHP_OK) {
        }
    }
    ihp__gzip_close(&again);
    free(text);
    return err->status != IHP_OK ? err->status : fail_damaged(file, found, err);
}

/* Inflates into `data` until it is full, the member ends, or the input is used up. */
static enum ihp_status inflate_some(struct ihp__gzip_file *file, void *data, size_t size,
                                    size_t *got, struct ihp_error *err)
{
    if (look_ahead(file, 1, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__inflate_run run = {.input = file->input + file->at,
                                   .size = file->have - file->at,
                                   .text = data,
                                   .room = size < RUN_MOST ? size : RUN_MOST};
    enum ihp__inflate_result result = ihp__inflater_run(file->inflater, &run);
    file->at = (size_t)((ptrdiff_t)file->at + run.used);
    *got = run.got;
    switch (result) {
    case IHP__INFLATE_ENDED:
        return end_member(file, err);
    case IHP__INFLATE_GOES_ON: /* without input, there may still have been text to fetch */
        return run.size > 0 || run.used != 0 || run.got > 0
                   ? IHP_OK
                   : fail_member(file, "it ends within a gzip member", err);
    case IHP__INFLATE_NO_MEMORY:
        return ihp__fail_memory(err, file->path);
    case IHP__INFLATE_DAMAGED:
        break;
    }
    return fail_member(file, ihp__inflater_problem(file->inflater), err);
}

/* ---- reading --------------------------------------------------------------------------------- */

enum ihp_status ihp__gzip_open(const char *path, struct ihp__gzip_file **out, struct ihp_error *err)
{
    return open_file(path, true, out, err);
}

enum ihp_status ihp__gzip_open_slow(const char *path, struct ihp__gzip_file **out,
                                    struct ihp_error *err)
{
    return open_file(path, false, out, err);
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
    ihp__inflater_free(&(*file)->inflater);
    if ((*file)->fd >= 0) {
        close((*file)->fd);
    }
    free((*file)->input);
    free((*file)->path);
    free(*file);
    *file = NULL;
}
