/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading CSV files: whole, plain or compressed; and a chunk of a plain file, from where it begins.
 */
#include "csv_rows.h"

#include "base/error.h"
#include "base/packed_read.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum ihp_status ihp__csv_check_file(const char *path, struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    if (!S_ISREG(info.st_mode)) { /* opening a pipe would wait until somebody writes to it */
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

/* Makes a reader of a file. `rows` is NULL to read only the header. */
static struct ihp__csv_reader make_reader(const struct ihp__csv_input *input,
                                          const struct ihp__csv_column *columns, size_t count,
                                          struct ihp__csv_rows *rows, struct ihp_notices *notices,
                                          struct ihp_error *err)
{
    if (rows != NULL) {
        rows->left_out = 0;
        rows->open_end = false;
        rows->marks = (struct ihp__csv_marks){0, 0};
    }
    return (struct ihp__csv_reader){.path = input->path,
                                    .columns = columns,
                                    .wanted = count,
                                    .format = input->format,
                                    .rows = rows,
                                    .notices = notices,
                                    .err = err};
}

/* ---- from the beginning: whole files, and headers of compressed files ------------------------ */

/* Parses up to the end of the header. Returns how many bytes that took. */
static size_t parse_header(struct ihp__csv_reader *r, char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size && r->header_fields == 0 && r->status == IHP_OK) {
        ihp__csv_reader_parse(r, bytes + done++, 1);
    }
    return done;
}

static void read_all(struct ihp__csv_reader *r, struct ihp__packed_file *file)
{
    size_t got = 1;
    bool only_header = r->rows == NULL;
    for (bool first = true; r->status == IHP_OK && got > 0; first = false) {
        if (only_header && r->header_fields > 0) {
            return;
        }
        ihp__csv_reader_stop(
            r, ihp__packed_read(file, r->buffer, IHP__CSV_BUFFER_BYTES, &got, r->err));
        r->bytes_read = ihp__packed_offset(file);
        size_t skip = first ? mark_bytes(r->buffer, got) : 0;
        if (only_header) {
            parse_header(r, r->buffer + skip, got - skip);
        } else {
            ihp__csv_reader_parse(r, r->buffer + skip, got - skip);
        }
    }
    ihp__csv_reader_end(r);
}

static enum ihp_status read_from_beginning(struct ihp__csv_reader *r)
{
    struct ihp__packed_file *file = NULL;
    if (ihp__csv_check_file(r->path, r->err) != IHP_OK) {
        return r->err->status;
    }
    if (ihp__csv_reader_open(r) == IHP_OK) {
        ihp__csv_reader_stop(r, ihp__packed_open(r->path, &file, r->err));
    }
    if (file != NULL) {
        read_all(r, file);
    }
    ihp__packed_close(&file);
    ihp__csv_reader_close(r);
    return r->status;
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
    size_t got = read_at(r, fd, 0, IHP__CSV_BUFFER_BYTES), mark = mark_bytes(r->buffer, got);
    if (r->header_fields > 0) { /* of the format: the file has none */
        return mark;
    }
    for (size_t skip = mark; got > 0; skip = 0) {
        at += skip + parse_header(r, r->buffer + skip, got - skip);
        if (r->header_fields > 0 || r->status != IHP_OK) {
            return at;
        }
        got = read_at(r, fd, at, IHP__CSV_BUFFER_BYTES);
    }
    ihp__csv_reader_end(r); /* a header without rows may lack its line end */
    return at;
}

static void read_rows(struct ihp__csv_reader *r, int fd, const struct ihp__csv_chunk *chunk)
{
    r->line = chunk->line;
    r->quotes = 0;
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
    r->rows->marks = (struct ihp__csv_marks){r->quotes, r->line - chunk->line};
}

/* Opens the file and reads its header; then the rows of `chunk`, or where it is NULL, sets `*body`
 * to the chunk of all rows. */
static enum ihp_status read_plain(struct ihp__csv_reader *r, const struct ihp__csv_chunk *chunk,
                                  struct ihp__csv_chunk *body)
{
    struct stat info;
    if (ihp__csv_check_file(r->path, r->err) != IHP_OK) {
        return r->err->status;
    }
    int fd = ihp__csv_reader_open(r) == IHP_OK ? open(r->path, O_RDONLY | O_CLOEXEC) : -1;
    if (r->status == IHP_OK && (fd < 0 || fstat(fd, &info) != 0)) {
        ihp__csv_reader_stop(r,
                             ihp__fail_system(r->err, IHP_ERR_DATA, r->path, "cannot be opened"));
    }
    uint64_t first = r->status == IHP_OK ? read_header(r, fd) : 0;
    if (r->status == IHP_OK && chunk != NULL) {
        read_rows(r, fd, chunk);
    } else if (r->status == IHP_OK) {
        uint64_t size = (uint64_t)info.st_size;
        *body = (struct ihp__csv_chunk){first, size > first ? size : first, r->line};
    }
    if (fd >= 0) {
        close(fd);
    }
    ihp__csv_reader_close(r);
    return r->status;
}

/* ---- runs that come from elsewhere ----------------------------------------------------------- */

/* Parses a run in the same pieces as a file that is read whole, so that errors are found alike. */
static void read_run(struct ihp__csv_reader *r, const struct ihp__csv_run *run)
{
    r->line = run->continues ? r->line : run->line;
    r->bytes_read = run->bytes_read;
    size_t done = run->at == 0 ? mark_bytes(run->bytes, run->size) : 0;
    while (done < run->size && r->status == IHP_OK) {
        uint64_t at = run->at + done;
        size_t piece = IHP__CSV_BUFFER_BYTES - (size_t)(at % IHP__CSV_BUFFER_BYTES);
        piece = piece < run->size - done ? piece : run->size - done;
        ihp__csv_reader_parse(r, run->bytes + done, piece);
        done += piece;
    }
}

static enum ihp_status read_runs(struct ihp__csv_reader *r, const struct ihp__csv_feed *feed)
{
    struct ihp__csv_run run = {.size = 1};
    bool any = false;
    enum ihp_status status = ihp__csv_reader_open(r);
    while (status == IHP_OK && r->status == IHP_OK && run.size > 0) {
        ihp__csv_reader_stop(r, feed->next(feed->context, &run, r->err));
        if (r->status == IHP_OK && run.size > 0) {
            read_run(r, &run);
            any = true;
        }
    }
    if (any) {
        ihp__csv_reader_end(r);
    }
    ihp__csv_reader_close(r);
    return r->status;
}

/* ---- in any format --------------------------------------------------------------------------- */

enum ihp_status ihp__csv_read_rows(const struct ihp__csv_input *input,
                                   const struct ihp__csv_column *columns, size_t count,
                                   struct ihp__csv_rows *rows, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    struct ihp__csv_reader r = make_reader(input, columns, count, rows, notices, err);
    if (input->feed != NULL) {
        return read_runs(&r, input->feed);
    }
    return input->chunk == NULL ? read_from_beginning(&r) : read_plain(&r, input->chunk, NULL);
}

enum ihp_status ihp__csv_read_body(const struct ihp__csv_input *input,
                                   const struct ihp__csv_column *columns, size_t count,
                                   struct ihp__csv_chunk *body, bool *plain,
                                   struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__csv_reader r = make_reader(input, columns, count, NULL, notices, err);
    bool packed;
    if (ihp__csv_check_file(input->path, err) != IHP_OK ||
        ihp__packed_is(input->path, &packed, err) != IHP_OK) {
        return err->status;
    }
    *plain = !packed;
    return packed ? read_from_beginning(&r) : read_plain(&r, NULL, body);
}

enum ihp_status ihp__csv_read(const char *path, const struct ihp__csv_column *columns, size_t count,
                              ihp__csv_row_fn row_fn, void *context, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    const struct ihp__csv_input input = {.path = path};
    struct ihp__csv_rows rows = {.row_fn = row_fn, .context = context};
    if (ihp__csv_read_rows(&input, columns, count, &rows, notices, err) != IHP_OK) {
        return err->status;
    }
    if (rows.open_end) {
        ihp__csv_note_open_end(path, notices);
    }
    return IHP_OK;
}

enum ihp_status ihp__csv_body(const char *path, const struct ihp__csv_column *columns, size_t count,
                              struct ihp__csv_chunk *body, bool *plain, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    const struct ihp__csv_input input = {.path = path};
    return ihp__csv_read_body(&input, columns, count, body, plain, notices, err);
}

enum ihp_status ihp__csv_read_chunk(const char *path, const struct ihp__csv_column *columns,
                                    size_t count, const struct ihp__csv_chunk *chunk,
                                    ihp__csv_row_fn row_fn, void *context, struct ihp_error *err)
{
    const struct ihp__csv_input input = {.path = path, .chunk = chunk};
    struct ihp__csv_rows rows = {.row_fn = row_fn, .context = context};
    return ihp__csv_read_rows(&input, columns, count, &rows, NULL, err);
}

void ihp__csv_note_open_end(const char *path, struct ihp_notices *notices)
{
    ihp__notice_add(notices,
                    "%s: the last row has no line end; if the file was cut short, its last field "
                    "may be wrong",
                    ihp__path_base(path));
}

void ihp__csv_note_end(const char *path, struct ihp_notices *notices)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return;
    }
    int last = fseeko(file, -1, SEEK_END) == 0 ? fgetc(file) : '\n';
    if (last != EOF && ihp__csv_is_open_end(last)) {
        ihp__csv_note_open_end(path, notices);
    }
    fclose(file);
}

/* ---- finding --------------------------------------------------------------------------------- */

/* Of a plain file and the compressed forms of it. */
static const char *const endings[] = {"", ".gz", ".zst", ".zip"};
enum { ENDINGS = sizeof endings / sizeof endings[0] };

const char *ihp__csv_ending(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < ENDINGS; i++) {
        char ending[16];
        size_t size = (size_t)snprintf(ending, sizeof ending, ".csv%s", endings[i]);
        if (length >= size && strcmp(name + length - size, ending) == 0) {
            return name + length - size;
        }
    }
    return NULL;
}

enum ihp_status ihp__csv_find(const char *folder, const char *name, bool required, char *path,
                              size_t path_size, bool *found, struct ihp_error *err)
{
    char candidate[IHP__PATH_MAX];
    size_t size = path_size < sizeof candidate ? path_size : sizeof candidate;
    *found = false;
    for (size_t i = 0; i < ENDINGS; i++) {
        struct stat info;
        bool exists;
        int length = snprintf(candidate, size, "%s/%s.csv%s", folder, name, endings[i]);
        if (length < 0 || (size_t)length >= size) {
            return ihp__fail_long_path(err, folder, size);
        }
        if (ihp__path_look(candidate, &info, &exists, err) != IHP_OK) {
            return err->status;
        }
        if (exists && *found) {
            return ihp__fail(err, IHP_ERR_DATA, "%s: exists next to %s.csv%s; keep one of the two",
                             path, name, endings[i]);
        }
        if (exists) {
            snprintf(path, path_size, "%s", candidate);
            *found = true;
        }
    }
    return *found || !required
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_DATA,
                           "%s/%s.csv: is missing, and so are %s.csv.gz, .zst and .zip", folder,
                           name, name);
}
