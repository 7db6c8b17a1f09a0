/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV reading: libcsv cuts the fields, zlib opens plain and gzip files alike, and this file gives
 * rows by column name with the line they begin on. */
#include "base/base.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { READ_BYTES = 1 << 18 };

struct reader {
    const char *path;
    const struct ihp__csv_column *columns;
    size_t wanted;
    ihp__csv_row_fn row_fn;
    void *context;
    struct ihp_notices *notices;
    struct ihp_error *err;
    enum ihp_status status;

    char *text; /* fields of the row under construction, each ended with a NUL */
    size_t text_size, text_capacity;
    size_t start[IHP__CSV_COLUMNS_MAX + 1];
    size_t fields;                        /* of the row under construction */
    size_t header_fields;                 /* 0 while the header has not been read */
    size_t position[IHP__CSV_WANTED_MAX]; /* of a wanted column in the file, or SIZE_MAX */
    bool used[IHP__CSV_COLUMNS_MAX];      /* of the header's columns */
    uint64_t line, row_line;
    char last; /* byte read, '\n' before the first */
    uint64_t bytes_read;
};

static void stop(struct reader *r, enum ihp_status status)
{
    if (r->status == IHP_OK) {
        r->status = status;
    }
}

static void on_field(void *data, size_t length, void *context)
{
    struct reader *r = context;
    if (r->status != IHP_OK) {
        return;
    }
    if (r->fields == 0) {
        r->row_line = r->line;
    }
    const char *field = data;
    if (length > 0 && memchr(field, '\0', length) != NULL) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s:%llu: field %zu holds a NUL byte; the file must be UTF-8 text",
                          r->path, (unsigned long long)r->line, r->fields + 1));
        return;
    }
    if (r->fields == IHP__CSV_COLUMNS_MAX || r->text_size + length + 1 > IHP__CSV_ROW_MAX) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s:%llu: row is too long: at most %d fields and %d bytes are allowed",
                          r->path, (unsigned long long)r->row_line, IHP__CSV_COLUMNS_MAX,
                          IHP__CSV_ROW_MAX));
        return;
    }
    if (!ihp__array_reserve(&r->text, &r->text_capacity, r->text_size + length + 1, 1)) {
        stop(r, ihp__fail_memory(r->err, "a CSV row"));
        return;
    }
    if (length > 0) {
        memcpy(r->text + r->text_size, field, length);
    }
    r->text[r->text_size + length] = '\0';
    r->start[r->fields++] = r->text_size;
    r->text_size += length + 1;
    for (size_t i = 0; i < length; i++) {
        r->line += field[i] == '\n'; /* a line end inside quotes */
    }
}

static void read_header(struct reader *r)
{
    r->header_fields = r->fields;
    for (size_t w = 0; w < r->wanted; w++) {
        r->position[w] = SIZE_MAX;
    }
    for (size_t f = 0; f < r->fields; f++) {
        const char *name = r->text + r->start[f];
        bool wanted = false;
        for (size_t w = 0; w < r->wanted; w++) {
            if (strcmp(name, r->columns[w].name) != 0) {
                continue;
            }
            if (r->position[w] != SIZE_MAX) {
                stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                                  "%s:1: column %s stands in the header twice; keep one", r->path,
                                  name));
                return;
            }
            r->position[w] = f;
            wanted = true;
        }
        r->used[f] = wanted;
    }
    for (size_t w = 0; w < r->wanted; w++) {
        if (r->columns[w].required && r->position[w] == SIZE_MAX) {
            stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                              "%s:1: column %s is missing; add it to the header and the rows",
                              r->path, r->columns[w].name));
        }
    }
    /* Only now is it sure that the row is a header, and its texts names and no member's data. */
    for (size_t f = 0; r->status == IHP_OK && f < r->fields; f++) {
        if (!r->used[f]) {
            ihp__notice_add(r->notices, "%s: column '%.40s' is not used", ihp__path_base(r->path),
                            r->text + r->start[f]);
        }
    }
}

static void give_row(struct reader *r)
{
    if (r->fields != r->header_fields) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s:%llu: row has %zu fields where the header has %zu; "
                          "the file may be cut short",
                          r->path, (unsigned long long)r->row_line, r->fields, r->header_fields));
        return;
    }
    const char *field[IHP__CSV_WANTED_MAX];
    size_t length[IHP__CSV_WANTED_MAX];
    r->start[r->fields] = r->text_size;
    for (size_t w = 0; w < r->wanted; w++) {
        size_t f = r->position[w];
        field[w] = f == SIZE_MAX ? "" : r->text + r->start[f];
        length[w] = f == SIZE_MAX ? 0 : r->start[f + 1] - r->start[f] - 1;
    }
    struct ihp__csv_row row = {r->path, r->columns, r->row_line, field, length, r->bytes_read};
    stop(r, r->row_fn(r->context, &row, r->err));
}

static void on_row_end(int c, void *context)
{
    struct reader *r = context;
    if (r->status == IHP_OK && r->fields > 0) {
        if (r->header_fields == 0) {
            read_header(r);
        } else {
            give_row(r);
        }
    }
    r->fields = 0;
    r->text_size = 0;
    r->line += c == '\n'; /* of a CRLF the CR ends the row and the LF counts the line */
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0; /* blanks belong to the field (RFC 4180); libcsv would trim them */
}

static void parse_chunk(struct reader *r, struct csv_parser *parser, const char *chunk, size_t size)
{
    size_t done = csv_parse(parser, chunk, size, on_field, on_row_end, r);
    r->last = size > 0 ? chunk[size - 1] : r->last;
    if (r->status == IHP_OK && done != size) {
        stop(r,
             ihp__fail(r->err, IHP_ERR_DATA,
                       "%s:%llu: a quote stands where none may be; quote whole fields and double "
                       "the quotes inside",
                       r->path, (unsigned long long)r->line));
    }
    if (r->status == IHP_OK && csv_get_buffer_size(parser) > 2 * IHP__CSV_ROW_MAX) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s:%llu: a field is longer than %d bytes; a quote may be missing",
                          r->path, (unsigned long long)r->line, IHP__CSV_ROW_MAX));
    }
}

/* A last row without a line end is allowed (RFC 4180), but it is all that tells of a file that was
 * cut inside its last field. */
static void note_last_byte(const char *path, int last, struct ihp_notices *notices)
{
    if (last != '\n' && last != '\r') {
        ihp__notice_add(notices,
                        "%s: the last row has no line end; if the file was cut short, its last "
                        "field may be wrong",
                        ihp__path_base(path));
    }
}

void ihp__csv_note_end(const char *path, struct ihp_notices *notices)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return;
    }
    int last = fseeko(file, -1, SEEK_END) == 0 ? fgetc(file) : '\n';
    if (last != EOF) {
        note_last_byte(path, last, notices);
    }
    fclose(file);
}

/* What stands at the end of the file, or of the part that is read: its last row, or a fault. */
static void end_rows(struct reader *r, struct csv_parser *parser)
{
    if (r->status == IHP_OK && csv_fini(parser, on_field, on_row_end, r) != 0) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s:%llu: the file ends inside a quoted field; it may be cut short",
                          r->path, (unsigned long long)(r->fields == 0 ? r->line : r->row_line)));
    }
    if (r->status == IHP_OK && r->header_fields == 0) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                          "%s: has no header row; the first row names the "
                          "columns",
                          r->path));
    }
    if (r->status == IHP_OK) {
        note_last_byte(r->path, r->last, r->notices);
    }
}

static size_t mark_bytes(const char *chunk, size_t size)
{
    static const char byte_order_mark[3] = {'\xef', '\xbb', '\xbf'};
    return size >= 3 && memcmp(chunk, byte_order_mark, 3) == 0 ? 3 : 0;
}

static void read_all(struct reader *r, gzFile file, struct csv_parser *parser, char *chunk)
{
    bool first = true;
    while (r->status == IHP_OK) {
        int got = gzread(file, chunk, READ_BYTES);
        if (got < 0) {
            int code;
            const char *text = gzerror(file, &code);
            stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                              "%s: cannot be read to its end (%s); the file is "
                              "cut short or damaged",
                              r->path, code == Z_ERRNO ? strerror(errno) : text));
            return;
        }
        if (got == 0) {
            break;
        }
        r->bytes_read = (uint64_t)gzoffset(file);
        size_t skip = first ? mark_bytes(chunk, (size_t)got) : 0;
        first = false;
        parse_chunk(r, parser, chunk + skip, (size_t)got - skip);
    }
    end_rows(r, parser);
}

static enum ihp_status check_is_file(const char *path, struct ihp_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: cannot be read (%s)", path, strerror(errno));
    }
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file", path);
    }
    return IHP_OK;
}

enum ihp_status ihp__csv_read(const char *path, const struct ihp__csv_column *columns, size_t count,
                              ihp__csv_row_fn row_fn, void *context, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    if (check_is_file(path, err) != IHP_OK) {
        return err->status;
    }
    struct reader r = {.path = path,
                       .columns = columns,
                       .wanted = count,
                       .row_fn = row_fn,
                       .context = context,
                       .notices = notices,
                       .err = err,
                       .line = 1,
                       .last = '\n'};
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return ihp__fail_memory(err, "the CSV parser");
    }
    csv_set_space_func(&parser, no_space);
    gzFile file = gzopen(path, "rb");
    char *chunk = malloc(READ_BYTES);
    if (file == NULL || chunk == NULL) {
        stop(&r, ihp__fail(err, IHP_ERR_DATA, "%s: cannot be opened (%s)", path, strerror(errno)));
    } else {
        gzbuffer(file, READ_BYTES);
        read_all(&r, file, &parser, chunk);
    }
    if (file != NULL && gzclose(file) != Z_OK && r.status == IHP_OK) {
        stop(&r, ihp__fail(err, IHP_ERR_DATA, "%s: the gzip file is cut short; get it anew", path));
    }
    csv_free(&parser);
    free(chunk);
    free(r.text);
    return r.status;
}

/* ---- parts of a plain file ------------------------------------------------------------------- */

static size_t read_at(struct reader *r, int fd, uint64_t at, char *to, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, to + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            stop(r, ihp__fail(r->err, IHP_ERR_DATA,
                              "%s: cannot be read to its end (%s); the file is "
                              "cut short or damaged",
                              r->path, strerror(errno)));
        }
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    }
    return done;
}

/* Reads the header and no further: byte by byte, to know where it ends. Returns that place. */
static uint64_t read_header_part(struct reader *r, int fd, struct csv_parser *parser, char *chunk)
{
    uint64_t at = 0;
    size_t got = read_at(r, fd, 0, chunk, READ_BYTES);
    for (size_t i = mark_bytes(chunk, got); got > 0; i = 0) {
        for (; i < got && r->status == IHP_OK; i++) {
            parse_chunk(r, parser, chunk + i, 1);
            if (r->header_fields > 0) {
                return at + i + 1;
            }
        }
        at += got;
        got = r->status == IHP_OK ? read_at(r, fd, at, chunk, READ_BYTES) : 0;
    }
    end_rows(r, parser); /* a header without rows may lack its line end */
    return at;
}

static void read_part(struct reader *r, int fd, struct csv_parser *parser, char *chunk,
                      const struct ihp__csv_part *part)
{
    r->line = part->line;
    for (uint64_t at = part->first; at < part->end && r->status == IHP_OK;) {
        /* Pieces as of a file that is read whole, so that faults are met at the same places. */
        uint64_t want = READ_BYTES - at % READ_BYTES;
        want = want < part->end - at ? want : part->end - at;
        size_t got = read_at(r, fd, at, chunk, (size_t)want);
        if (r->status == IHP_OK && got < want) {
            stop(r,
                 ihp__fail(r->err, IHP_ERR_DATA, "%s: became shorter while it was read", r->path));
        }
        at += got;
        r->bytes_read = at - part->first;
        if (r->status == IHP_OK) {
            parse_chunk(r, parser, chunk, got);
        }
    }
    end_rows(r, parser);
}

/* Opens, reads the header and, where there is a `part`, its rows; else tells where rows may be. */
static enum ihp_status read_plain(struct reader *r, const struct ihp__csv_part *part,
                                  struct ihp__csv_part *body)
{
    struct csv_parser parser;
    struct stat info;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return ihp__fail_memory(r->err, "the CSV parser");
    }
    csv_set_space_func(&parser, no_space);
    int fd = open(r->path, O_RDONLY | O_CLOEXEC);
    char *chunk = malloc(READ_BYTES);
    if (fd < 0 || chunk == NULL || fstat(fd, &info) != 0) {
        stop(r, ihp__fail(r->err, IHP_ERR_DATA, "%s: cannot be opened (%s)", r->path,
                          strerror(errno)));
    } else {
        uint64_t first = read_header_part(r, fd, &parser, chunk);
        uint64_t end = (uint64_t)info.st_size > first ? (uint64_t)info.st_size : first;
        if (r->status == IHP_OK && part != NULL) {
            read_part(r, fd, &parser, chunk, part);
        } else if (r->status == IHP_OK) {
            *body = (struct ihp__csv_part){first, end, r->line};
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    csv_free(&parser);
    free(chunk);
    free(r->text);
    return r->status;
}

enum ihp_status ihp__csv_body(const char *path, const struct ihp__csv_column *columns, size_t count,
                              struct ihp__csv_part *body, bool *plain, struct ihp_notices *notices,
                              struct ihp_error *err)
{
    unsigned char magic[2] = {0};
    if (check_is_file(path, err) != IHP_OK) {
        return err->status;
    }
    struct reader r = {.path = path,
                       .columns = columns,
                       .wanted = count,
                       .notices = notices,
                       .err = err,
                       .line = 1,
                       .last = '\n'};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: cannot be opened (%s)", path, strerror(errno));
    }
    read_at(&r, fd, 0, (char *)magic, sizeof magic);
    close(fd);
    bool zipped = magic[0] == 0x1f && magic[1] == 0x8b;
    if (r.status == IHP_OK && (zipped || read_plain(&r, NULL, body) == IHP_OK)) {
        *plain = !zipped;
    }
    return r.status;
}

enum ihp_status ihp__csv_read_part(const char *path, const struct ihp__csv_column *columns,
                                   size_t count, const struct ihp__csv_part *part,
                                   ihp__csv_row_fn row_fn, void *context, struct ihp_error *err)
{
    if (check_is_file(path, err) != IHP_OK) {
        return err->status;
    }
    struct reader r = {.path = path,
                       .columns = columns,
                       .wanted = count,
                       .row_fn = row_fn,
                       .context = context,
                       .err = err,
                       .line = 1,
                       .last = '\n'};
    return read_plain(&r, part, NULL);
}

enum ihp_status ihp__csv_find(const char *folder, const char *name, bool required, char *path,
                              size_t path_size, bool *found, struct ihp_error *err)
{
    char plain[4096], zipped[4096];
    int a = snprintf(plain, sizeof plain, "%s/%s.csv", folder, name);
    int b = snprintf(zipped, sizeof zipped, "%s/%s.csv.gz", folder, name);
    if (a < 0 || b < 0 || (size_t)b >= sizeof zipped || (size_t)b >= path_size) {
        return ihp__fail_long_path(err, folder,
                                   sizeof zipped < path_size ? sizeof zipped : path_size);
    }
    struct stat info;
    bool has_plain = stat(plain, &info) == 0, has_zipped = stat(zipped, &info) == 0;
    if (has_plain && has_zipped) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: stands beside %s.csv.gz; keep one of the two",
                         plain, name);
    }
    if (!has_plain && !has_zipped && required) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is missing, and so is %s.csv.gz", plain, name);
    }
    *found = has_plain || has_zipped;
    snprintf(path, path_size, "%s", has_zipped ? zipped : plain);
    return IHP_OK;
}

enum ihp_status ihp__fail_value(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *expected)
{
    return row->length[field] == 0
               ? ihp__fail_field(err, row, field, "a blank is not valid; expected %s", expected)
               : ihp__fail_field(err, row, field, "'%.40s' is not valid; expected %s",
                                 row->field[field], expected);
}

enum ihp_status ihp__fail_field(struct ihp_error *err, const struct ihp__csv_row *row, size_t field,
                                const char *format, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return ihp__fail(err, IHP_ERR_DATA, "%s:%" PRIu64 ": column %s: %s", row->file, row->line,
                     row->column[field].name, text);
}
