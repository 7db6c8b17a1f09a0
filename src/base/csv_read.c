/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading CSV files: whole, plain or compressed with gzip; and a chunk of a plain file, from where
 * it begins. */
#include "csv_rows.h"

#include "base/error.h"
#include "base/gzip_read.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ihp_status check_is_file(const char *path, struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file", path);
    }
    return IHP_OK;
}

/* Returns the length of a byte order mark with which the file begins. */
static size_t mark_bytes(const char *bytes, size_t size)
{
    static const char byte_order_mark[3] = {'\xef', '\xbb', '\xbf'};
    return size >= 3 && memcmp(bytes, byte_order_mark, 3) == 0 ? 3 : 0;
}

/* ---- whole files ----------------------------------------------------------------------------- */

static void read_all(struct ihp__csv_reader *r, struct ihp__gzip_file *file)
{
    size_t got = 1;
    for (bool first = true; r->status == IHP_OK && got > 0; first = false) {
        ihp__csv_reader_stop(r,
                             ihp__gzip_read(file, r->buffer, IHP__CSV_BUFFER_BYTES, &got, r->err));
        r->bytes_read = ihp__gzip_offset(file);
        size_t skip = first ? mark_bytes(r->buffer, got) : 0;
        ihp__csv_reader_parse(r, r->buffer + skip, got - skip);
    }
    ihp__csv_reader_end(r);
}

static void read_file(struct ihp__csv_reader *r)
{
    struct ihp__gzip_file *file = NULL;
    ihp__csv_reader_stop(r, ihp__gzip_open(r->path, &file, r->err));
    if (file != NULL) {
        read_all(r, file);
    }
    ihp__gzip_close(&file);
}

enum ihp_status ihp__csv_read(const char *path, const struct ihp__csv_column *columns, size_t count,
                              ihp__csv_row_fn row_fn, void *context, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    if (check_is_file(path, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__csv_reader r = {.path = path,
                                .columns = columns,
                                .wanted = count,
                                .row_fn = row_fn,
                                .context = context,
                                .notices = notices,
                                .err = err};
    if (ihp__csv_reader_open(&r) == IHP_OK) {
        read_file(&r);
    }
    ihp__csv_reader_close(&r);
    return r.status;
}

/* ---- chunks of a plain file ------------------------------------------------------------------ */

/* Reads `size` bytes from `at` on into the reader's buffer. Returns how many there were. */
static size_t read_at(struct ihp__csv_reader *r, int fd, uint64_t at, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, r->buffer + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            ihp__csv_reader_stop(
                r, ihp__fail_system(r->err, IHP_ERR_DATA, r->path, "cannot be read to its end"));
        }
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    }
    return done;
}

/* Reads the header and no further: byte by byte, to find where it ends. Returns that place. */
static uint64_t read_header(struct ihp__csv_reader *r, int fd)
{
    uint64_t at = 0;
    size_t got = read_at(r, fd, 0, IHP__CSV_BUFFER_BYTES);
    for (size_t i = mark_bytes(r->buffer, got); got > 0; i = 0) {
        for (; i < got && r->status == IHP_OK; i++) {
            ihp__csv_reader_parse(r, r->buffer + i, 1);
            if (r->header_fields > 0) {
                return at + i + 1;
            }
        }
        at += got;
        got = r->status == IHP_OK ? read_at(r, fd, at, IHP__CSV_BUFFER_BYTES) : 0;
    }
    ihp__csv_reader_end(r); /* a header without rows may lack its line end */
    return at;
}

static void read_rows(struct ihp__csv_reader *r, int fd, const struct ihp__csv_chunk *chunk)
{
    r->line = chunk->line;
    for (uint64_t at = chunk->first; at < chunk->end && r->status == IHP_OK;) {
        /* The same pieces as of a file that is read whole, so that errors are found alike. */
        uint64_t piece = IHP__CSV_BUFFER_BYTES - at % IHP__CSV_BUFFER_BYTES;
        piece = piece < chunk->end - at ? piece : chunk->end - at;
        size_t got = read_at(r, fd, at, (size_t)piece);
        if (r->status == IHP_OK && got < piece) {
            ihp__csv_reader_stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                                              "%s: became shorter while it was read", r->path));
        }
        at += got;
        r->bytes_read = at - chunk->first;
        if (r->status == IHP_OK) {
            ihp__csv_reader_parse(r, r->buffer, got);
        }
    }
    ihp__csv_reader_end(r);
}

static bool is_gzip(struct ihp__csv_reader *r, int fd)
{
    return read_at(r, fd, 0, 2) == 2 && memcmp(r->buffer, "\x1f\x8b", 2) == 0;
}

/* Opens the file and reads its header; then the rows of `chunk`, or where it is NULL, sets `*body`
 * to the chunk of all rows. `*plain` may be NULL; a gzip file sets it to false and nothing else. */
static enum ihp_status read_plain(struct ihp__csv_reader *r, const struct ihp__csv_chunk *chunk,
                                  struct ihp__csv_chunk *body, bool *plain)
{
    struct stat info;
    if (check_is_file(r->path, r->err) != IHP_OK) {
        return r->err->status;
    }
    int fd = ihp__csv_reader_open(r) == IHP_OK ? open(r->path, O_RDONLY | O_CLOEXEC) : -1;
    if (r->status == IHP_OK && (fd < 0 || fstat(fd, &info) != 0)) {
        ihp__csv_reader_stop(r,
                             ihp__fail_system(r->err, IHP_ERR_DATA, r->path, "cannot be opened"));
    }
    bool zipped = r->status == IHP_OK && plain != NULL && is_gzip(r, fd);
    uint64_t first = r->status == IHP_OK && !zipped ? read_header(r, fd) : 0;
    if (r->status == IHP_OK && chunk != NULL) {
        read_rows(r, fd, chunk);
    } else if (r->status == IHP_OK) {
        *plain = !zipped;
        if (!zipped) {
            uint64_t size = (uint64_t)info.st_size;
            *body = (struct ihp__csv_chunk){first, size > first ? size : first, r->line};
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    ihp__csv_reader_close(r);
    return r->status;
}

enum ihp_status ihp__csv_body(const char *path, const struct ihp__csv_column *columns, size_t count,
                              struct ihp__csv_chunk *body, bool *plain, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    struct ihp__csv_reader r = {
        .path = path, .columns = columns, .wanted = count, .notices = notices, .err = err};
    return read_plain(&r, NULL, body, plain);
}

enum ihp_status ihp__csv_read_chunk(const char *path, const struct ihp__csv_column *columns,
                                    size_t count, const struct ihp__csv_chunk *chunk,
                                    ihp__csv_row_fn row_fn, void *context, struct ihp_error *err)
{
    struct ihp__csv_reader r = {.path = path,
                                .columns = columns,
                                .wanted = count,
                                .row_fn = row_fn,
                                .context = context,
                                .err = err};
    return read_plain(&r, chunk, NULL, NULL);
}

void ihp__csv_note_end(const char *path, struct ihp_notices *notices)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return;
    }
    int last = fseeko(file, -1, SEEK_END) == 0 ? fgetc(file) : '\n';
    if (last != EOF) {
        ihp__csv_note_last_byte(path, last, notices);
    }
    fclose(file);
}

/* ---- finding --------------------------------------------------------------------------------- */

enum ihp_status ihp__csv_find(const char *folder, const char *name, bool required, char *path,
                              size_t path_size, bool *found, struct ihp_error *err)
{
    char plain[IHP__PATH_MAX], zipped[IHP__PATH_MAX];
    size_t size = path_size < sizeof zipped ? path_size : sizeof zipped;
    int length = snprintf(zipped, size, "%s/%s.csv.gz", folder, name);
    if (length < 0 || (size_t)length >= size) {
        return ihp__fail_long_path(err, folder, size);
    }
    snprintf(plain, sizeof plain, "%.*s", length - (int)strlen(".gz"), zipped);
    struct stat info;
    bool has_plain, has_zipped;
    if (ihp__path_look(plain, &info, &has_plain, err) != IHP_OK ||
        ihp__path_look(zipped, &info, &has_zipped, err) != IHP_OK) {
        return err->status;
    }
    if (has_plain && has_zipped) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: exists next to %s.csv.gz; keep one of the two",
                         plain, name);
    }
    if (!has_plain && !has_zipped && required) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is missing, and so is %s.csv.gz", plain, name);
    }
    *found = has_plain || has_zipped;
    snprintf(path, path_size, "%s", has_zipped ? zipped : plain);
    return IHP_OK;
}
