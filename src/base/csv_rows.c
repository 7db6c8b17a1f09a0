/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From bytes of a CSV file to rows: fields are cut by csv_split.c in plain rows and by libcsv in
 * all others, and this file gives rows by column name with the line on which they begin. */
#include "csv_rows.h"

#include "base/array.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void ihp__csv_reader_stop(struct ihp__csv_reader *r, enum ihp_status status)
{
    if (r->status == IHP_OK) {
        r->status = status;
    }
}

/* Reports an error on a line. */
__attribute__((format(printf, 3, 4))) static void fail_at(struct ihp__csv_reader *r, uint64_t line,
                                                          const char *format, ...)
{
    char text[sizeof r->err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ihp__csv_reader_stop(
        r, ihp__fail(r->err, IHP_ERR_DATA, "%s:%" PRIu64 ": %s", r->path, line, text));
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Adds `length` bytes of ISO 8859-1 to `to` as UTF-8 and returns how many bytes these are. The
 * bytes 80 to 9f, which are controls there, are the letters and marks that Windows-1252 has, as in
 * every browser; files that are called Latin-1 hold those. */
static size_t put_utf8(char *to, const char *from, size_t length)
{
    static const uint16_t marks[32] = {
        0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned c = (unsigned char)from[i];
        c = c >= 0x80 && c < 0xa0 ? marks[c - 0x80] : c;
        if (c < 0x80) {
            to[size++] = (char)c;
        } else if (c < 0x800) {
            to[size++] = (char)(0xc0 | c >> 6);
            to[size++] = (char)(0x80 | (c & 0x3f));
        } else {
            to[size++] = (char)(0xe0 | c >> 12);
            to[size++] = (char)(0x80 | (c >> 6 & 0x3f));
            to[size++] = (char)(0x80 | (c & 0x3f));
        }
    }
    return size;
}

static void on_field(void *data, size_t length, void *context)
{
    struct ihp__csv_reader *r = context;
    if (r->status != IHP_OK) {
        return;
    }
    if (r->fields == 0) {
        r->row_line = r->line;
    }
    const char *field = data;
    if (length > 0 && memchr(field, '\0', length) != NULL) {
        fail_at(r, r->line, "field %zu has a NUL byte; the file must be UTF-8 text", r->fields + 1);
        return;
    }
    if (r->fields == IHP__CSV_COLUMNS_MAX || r->text_size + length + 1 > IHP__CSV_ROW_MAX) {
        fail_at(r, r->row_line, "the row is too long; at most %d fields and %d bytes are allowed",
                IHP__CSV_COLUMNS_MAX, IHP__CSV_ROW_MAX);
        return;
    }
    size_t size = r->latin1 ? 3 * length : length;
    if (!ihp__array_reserve(&r->text, &r->text_capacity, r->text_size + size + 1, 1)) {
        ihp__csv_reader_stop(r, ihp__fail_memory(r->err, "a CSV row"));
        return;
    }
    if (r->latin1) {
        size = put_utf8(r->text + r->text_size, field, length);
    } else if (length > 0) {
        memcpy(r->text + r->text_size, field, length);
    }
    r->text[r->text_size + size] = '\0';
    r->start[r->fields++] = r->text_size;
    r->text_size += size + 1;
    for (size_t i = 0; i < length; i++) {
        r->line += field[i] == '\n'; /* a line end inside quotes */
    }
}

/* ---- the header ------------------------------------------------------------------------------ */

/* Finds a column by its name. Returns its field, or SIZE_MAX. Refuses two that have the name. */
static size_t find_name(struct ihp__csv_reader *r, const char *name,
                        bool (*same)(const char *, const char *))
{
    size_t found = SIZE_MAX;
    for (size_t f = 0; f < r->fields; f++) {
        if (!same(r->text + r->start[f], name)) {
            continue;
        }
        if (found != SIZE_MAX) {
            fail_at(r, 1, "column %s appears twice in the header; keep one", name);
            return SIZE_MAX;
        }
        found = f;
    }
    return found;
}

static bool same_name(const char *text, const char *name)
{
    return strcmp(text, name) == 0;
}

/* Returns true if the first row has a column that the caller wants: it is a header then, and its
 * texts are not a member's data. */
static bool is_header(const struct ihp__csv_reader *r)
{
    for (size_t w = 0; w < r->wanted; w++) {
        for (size_t f = 0; f < r->fields; f++) {
            if (ihp__csv_same_name(r->text + r->start[f], r->columns[w].name)) {
                return true;
            }
        }
    }
    return false;
}

/* Writes what a layout should say of a first row that does not have a column. */
static void header_hint(const struct ihp__csv_reader *r, char *hint, size_t size)
{
    const struct ihp__csv_delimiter *other =
        r->fields == 1 ? ihp__csv_delimiter_in(r->text, r->delimiter, 1) : NULL;
    hint[0] = '\0';
    if (other != NULL) {
        snprintf(hint, size, "; the first row has %s; say so in the layout: delimiter: %s",
                 other->plural, other->name);
        return;
    }
    for (size_t f = 0; f < r->fields; f++) {
        const char *name = r->text + r->start[f];
        if (!ihp__text_is_utf8(name, strlen(name))) {
            snprintf(hint, size,
                     "; the first row is not UTF-8 text; the layout can say encoding: latin-1");
            return;
        }
    }
    if (!is_header(r)) {
        snprintf(hint, size,
                 "; if the file has no header row, give its columns in order: header: [NAME, ...]");
    }
}

/* Refuses a header without a column that somebody has named, with what it has. */
static void fail_named(struct ihp__csv_reader *r, size_t wanted)
{
    const char *name = r->columns[wanted].name;
    char listed[400] = "", meant[100] = "", hint[200];
    const char *names[IHP__CSV_COLUMNS_MAX];
    size_t used = 0, shown = is_header(r) ? r->fields : 0;
    for (size_t f = 0; f < shown; f++) {
        names[f] = r->text + r->start[f];
        if (used < sizeof listed) {
            used += (size_t)snprintf(listed + used, sizeof listed - used, "%s%.40s",
                                     f == 0 ? "; the file has " : ", ", names[f]);
        }
    }
    const char *nearest = ihp__nearest(name, names, shown);
    if (nearest != NULL) {
        snprintf(meant, sizeof meant, "; did you mean '%.60s'?", nearest);
    }
    header_hint(r, hint, sizeof hint);
    fail_at(r, 1, "column %.60s (%s) is missing%s%s%s%s", name, r->format->named_by[wanted], meant,
            listed, used < sizeof listed ? "" : "...", hint);
}

/* Finds a wanted column in the header. */
static void find_column(struct ihp__csv_reader *r, size_t wanted)
{
    const struct ihp__csv_column *column = &r->columns[wanted];
    size_t found = find_name(r, column->name, same_name);
    if (r->status == IHP_OK && found == SIZE_MAX && r->format != NULL && r->format->any_case) {
        found = find_name(r, column->name, ihp__csv_same_name);
        r->renamed += found != SIZE_MAX;
    }
    r->position[wanted] = found;
    if (found != SIZE_MAX) {
        r->used[found] = true;
    } else if (r->status == IHP_OK && column->required && r->format != NULL &&
               r->format->named_by != NULL) {
        fail_named(r, wanted);
    } else if (r->status == IHP_OK && column->required) {
        fail_at(r, 1, "column %s is missing; add it to the header and the rows", column->name);
    }
}

/* Says that names of columns were found in another case. Such a name is not data of a member. */
static void note_renamed(const struct ihp__csv_reader *r)
{
    for (size_t w = 0; w < r->wanted; w++) {
        const char *text =
            r->position[w] == SIZE_MAX ? r->columns[w].name : r->text + r->start[r->position[w]];
        if (strcmp(text, r->columns[w].name) != 0) {
            ihp__notice_add(r->notices,
                            "%s: %zu %s in another case or with blanks around, such as '%.40s' for "
                            "%s",
                            ihp__path_base(r->path), r->renamed,
                            r->renamed == 1 ? "name of a column is" : "names of columns are", text,
                            r->columns[w].name);
            return;
        }
    }
}

static void read_header(struct ihp__csv_reader *r)
{
    r->header_fields = r->fields;
    for (size_t w = 0; r->status == IHP_OK && w < r->wanted; w++) {
        find_column(r, w);
    }
    if (r->format != NULL && r->format->named_by != NULL) {
        return;
    }
    /* Only now is it sure that the row is a header, and that its texts are not a member's data. */
    for (size_t f = 0; r->status == IHP_OK && f < r->fields; f++) {
        if (!r->used[f]) {
            ihp__notice_add(r->notices, "%s: column '%.40s' is not used", ihp__path_base(r->path),
                            r->text + r->start[f]);
        }
    }
    if (r->status == IHP_OK && r->renamed > 0) {
        note_renamed(r);
    }
}

/* Takes the columns of a file without a header row from the format. */
static void take_header(struct ihp__csv_reader *r)
{
    for (size_t i = 0; i < r->format->header_columns; i++) {
        /* libcsv gives fields in this way */
        on_field((void *)(uintptr_t)r->format->header[i], strlen(r->format->header[i]), r);
    }
    if (r->status == IHP_OK) {
        read_header(r);
    }
    r->fields = 0;
    r->text_size = 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

const char ihp__csv_absent[1] = "";

/* The fields of a row, which begin at `start` in a text and end with a NUL each; `start[fields]` is
 * the size of the text. */
struct fields {
    const char *text;
    const size_t *start;
    size_t count;
};

/* Returns 1 + the number of the trailer with whose text the row begins, or 0. Fields of the row
 * have a NUL between them where the text has the delimiter. */
static size_t trailer_of(const struct ihp__csv_reader *r, const struct fields *fields)
{
    size_t trailers = r->format == NULL ? 0 : r->format->trailers;
    const char *text = fields->text + fields->start[0];
    const size_t size = fields->start[fields->count] - fields->start[0];
    for (size_t t = 0; t < trailers; t++) {
        if (ihp__csv_begins(text, size, r->delimiter, r->format->trailer[t])) {
            return t + 1;
        }
    }
    return 0;
}

/* Refuses a row with another number of fields than the header, unless it is a blank line, or
 * Ctrl-Z, by which DOS and Windows end texts. */
static void refuse_row(struct ihp__csv_reader *r, const struct fields *fields)
{
    const char *text = fields->text + fields->start[0];
    const size_t size = fields->start[fields->count] - fields->start[0];
    char hint[IHP__CSV_HINT] = "the file may be cut short";
    if (r->format != NULL) { /* else nothing but CSV as it should be is allowed */
        if (fields->count == 1 && strspn(text, " \t\x1a") == size - 1) {
            return;
        }
        const struct ihp__csv_odd_row row = {text, size, fields->count, r->header_fields,
                                             r->delimiter};
        ihp__csv_row_hint(&row, hint);
    }
    fail_at(r, r->row_line, "the row has %zu fields where the header has %zu; %s", fields->count,
            r->header_fields, hint);
}

static void give_row(struct ihp__csv_reader *r, const struct fields *fields)
{
    const size_t trailer = trailer_of(r, fields);
    const bool whole = fields->count == r->header_fields;
    if (!whole && trailer == 0) {
        refuse_row(r, fields);
        return;
    }
    if (!whole && (r->format->is_given == NULL || !r->format->is_given[trailer - 1])) {
        r->rows->left_out++;
        return;
    }
    const char *field[IHP__CSV_WANTED_MAX];
    size_t length[IHP__CSV_WANTED_MAX];
    for (size_t w = 0; w < r->wanted; w++) {
        size_t f = whole ? r->position[w] : SIZE_MAX;
        field[w] = f == SIZE_MAX ? ihp__csv_absent : fields->text + fields->start[f];
        length[w] = f == SIZE_MAX ? 0 : fields->start[f + 1] - fields->start[f] - 1;
    }
    struct ihp__csv_row row = {
        r->path, r->columns,    r->row_line, field,
        length,  r->bytes_read, trailer,     fields->text + fields->start[0]};
    ihp__csv_reader_stop(r, r->rows->row_fn(r->rows->context, &row, r->err));
}

static void on_row_end(int c, void *context)
{
    struct ihp__csv_reader *r = context;
    if (r->status == IHP_OK && r->fields > 0) {
        if (r->header_fields == 0) {
            read_header(r);
        } else {
            r->start[r->fields] = r->text_size;
            give_row(r, &(struct fields){r->text, r->start, r->fields});
        }
    }
    r->fields = 0;
    r->text_size = 0;
    r->line += c == '\n'; /* of a CRLF the CR ends the row and the LF counts the line */
    r->at_row = c == '\n';
}

/* Blanks belong to the field (RFC 4180); libcsv would trim them. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

enum ihp_status ihp__csv_reader_open(struct ihp__csv_reader *r)
{
    r->line = 1;
    r->last = '\n';
    r->buffer = malloc(IHP__CSV_BUFFER_BYTES);
    r->split = malloc(sizeof *r->split);
    if (r->buffer == NULL || r->split == NULL ||
        csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        free(r->buffer);
        r->buffer = NULL;
        ihp__csv_reader_stop(r, ihp__fail_memory(r->err, r->path));
        return r->status;
    }
    csv_set_space_func(&r->parser, no_space);
    /* By libcsv's own 128 bytes, a field of a megabyte would be copied thousands of times. */
    csv_set_blk_size(&r->parser, 1 << 14);
    r->delimiter = r->format != NULL && r->format->delimiter != 0 ? r->format->delimiter : ',';
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
    if (r->format != NULL && r->format->header != NULL) {
        take_header(r);
    }
    r->latin1 = r->format != NULL && r->format->latin1;
    r->split->delimiter = r->delimiter;
    r->split->ascii = r->latin1; /* other bytes of ISO 8859-1 must be converted */
    return r->status;
}

void ihp__csv_reader_close(struct ihp__csv_reader *r)
{
    if (r->buffer != NULL) {
        csv_free(&r->parser);
    }
    free(r->buffer);
    free(r->split);
    free(r->text);
}

/* Has libcsv parse bytes. Returns false on an error. */
static bool parse_any(struct ihp__csv_reader *r, const char *bytes, size_t size)
{
    struct ihp__csv_marks marks = {0, 0};
    ihp__csv_count_marks(bytes, size, &marks);
    r->quotes += marks.quotes;
    r->at_row = false;
    size_t done = csv_parse(&r->parser, bytes, size, on_field, on_row_end, r);
    if (r->status == IHP_OK && done != size) {
        if (csv_error(&r->parser) == CSV_ENOMEM) {
            ihp__csv_reader_stop(r, ihp__fail_memory(r->err, "a CSV row"));
        } else {
            fail_at(r, r->line,
                    "a quote is out of place; quote whole fields and double the quotes inside");
        }
    }
    return r->status == IHP_OK;
}

/* Gives plain rows, up to the first row that is not plain or not whole. */
static void give_plain_rows(struct ihp__csv_reader *r)
{
    struct ihp__csv_split *split = r->split;
    size_t start[IHP__CSV_COLUMNS_MAX + 1];
    while (r->status == IHP_OK && split->at < split->size) {
        size_t fields = ihp__csv_split_row(split, start, IHP__CSV_COLUMNS_MAX);
        if (fields == SIZE_MAX) {
            return;
        }
        r->row_line = r->line;
        if (fields > 0) {
            give_row(r, &(struct fields){split->bytes, start, fields});
        }
        r->line++;
    }
}

/* Parses bytes with libcsv up to the next line end, and so on until a row begins. */
static void parse_one_row(struct ihp__csv_reader *r)
{
    struct ihp__csv_split *split = r->split;
    size_t at = split->at;
    do {
        const char *bytes = split->bytes + at, *end = memchr(bytes, '\n', split->size - at);
        size_t size = end == NULL ? split->size - at : (size_t)(end - bytes) + 1;
        at += size;
        if (!parse_any(r, bytes, size)) {
            return;
        }
    } while (!r->at_row && at < split->size);
    ihp__csv_split_move(split, at);
}

void ihp__csv_reader_parse(struct ihp__csv_reader *r, char *bytes, size_t size)
{
    r->last = size > 0 ? bytes[size - 1] : r->last;
    ihp__csv_split_begin(r->split, bytes, size);
    while (r->status == IHP_OK && r->split->at < r->split->size) {
        if (r->at_row && r->header_fields > 0) {
            give_plain_rows(r);
        }
        if (r->status == IHP_OK && r->split->at < r->split->size) {
            parse_one_row(r);
        }
    }
    if (r->status == IHP_OK && csv_get_buffer_size(&r->parser) > 2 * IHP__CSV_ROW_MAX) {
        fail_at(r, r->line, "a field is longer than %d bytes; a quote may be missing",
                IHP__CSV_ROW_MAX);
    }
}

void ihp__csv_reader_end(struct ihp__csv_reader *r)
{
    if (r->status == IHP_OK && csv_fini(&r->parser, on_field, on_row_end, r) != 0) {
        if (csv_error(&r->parser) == CSV_ENOMEM) {
            ihp__csv_reader_stop(r, ihp__fail_memory(r->err, "a CSV row"));
        } else {
            fail_at(r, r->fields == 0 ? r->line : r->row_line,
                    "the file ends inside a quoted field; it may be cut short");
        }
    }
    if (r->status == IHP_OK && r->header_fields == 0) {
        ihp__csv_reader_stop(
            r, ihp__fail(r->err, IHP_ERR_DATA,
                         "%s: has no header row; the first row must name the columns", r->path));
    }
    if (r->rows != NULL) {
        r->rows->open_end = ihp__csv_is_open_end(r->last);
    }
}
