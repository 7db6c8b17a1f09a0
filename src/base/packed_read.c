/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a text with what its first bytes call for. */
#include "base/packed_read.h"

#include "base/archive_read.h"
#include "base/error.h"
#include "base/file_kind.h"
#include "base/gzip_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct ihp__packed_file {
    struct ihp__gzip_file *gzip; /* plain text too; or else */
    struct ihp__archive_file *archive;
};

enum kind { PLAIN, GZIP, ARCHIVE };

/* Finds out of what kind a file is, and refuses one that is not read. A pipe, whose bytes can be
 * read only once, is plain or gzip. */
static enum ihp_status find_kind(const char *path, enum kind *kind, struct ihp_error *err)
{
    unsigned char bytes[IHP__FILE_KIND_BYTES];
    size_t have = 0;
    struct stat info;
    ssize_t got = 1;
    *kind = PLAIN;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        return IHP_OK;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be opened");
    }
    while (have < sizeof bytes && (got > 0 || errno == EINTR)) {
        errno = 0;
        got = pread(fd, bytes + have, sizeof bytes - have, (off_t)have);
        have += got > 0 ? (size_t)got : 0;
    }
    int reason = errno;
    close(fd);
    if (got < 0) {
        errno = reason;
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read to its end");
    }
    const char *refused = ihp__file_kind(bytes, have);
    if (refused != NULL) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: %s", path, refused);
    }
    if (ihp__archive_begins(bytes, have)) {
        *kind = ARCHIVE;
    } else if (have >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b) {
        *kind = GZIP;
    }
    return IHP_OK;
}

enum ihp_status ihp__packed_is(const char *path, bool *packed, struct ihp_error *err)
{
    enum kind kind;
    if (find_kind(path, &kind, err) != IHP_OK) {
        return err->status;
    }
    *packed = kind != PLAIN;
    return IHP_OK;
}

enum ihp_status ihp__packed_open(const char *path, struct ihp__packed_file **out,
                                 struct ihp_error *err)
{
    enum kind kind;
    if (find_kind(path, &kind, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__packed_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return ihp__fail_memory(err, path);
    }
    enum ihp_status status = kind == ARCHIVE ? ihp__archive_open(path, &file->archive, err)
                                             : ihp__gzip_open(path, &file->gzip, err);
    if (status != IHP_OK) {
        ihp__packed_close(&file);
        return status;
    }
    *out = file;
    return IHP_OK;
}

enum ihp_status ihp__packed_read(struct ihp__packed_file *file, void *data, size_t size,
                                 size_t *got, struct ihp_error *err)
{
    return file->archive != NULL ? ihp__archive_read(file->archive, data, size, got, err)
                                 : ihp__gzip_read(file->gzip, data, size, got, err);
}

uint64_t ihp__packed_offset(const struct ihp__packed_file *file)
{
    return file->archive != NULL ? ihp__archive_offset(file->archive)
                                 : ihp__gzip_offset(file->gzip);
}

void ihp__packed_close(struct ihp__packed_file **file)
{
    if (file == NULL || *file == NULL) {
        return;
    }
    ihp__archive_close(&(*file)->archive);
    ihp__gzip_close(&(*file)->gzip);
    free(*file);
    *file = NULL;
}
