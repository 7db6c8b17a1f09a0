/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From bytes of a CSV file to rows: libcsv cuts the fields, and this file gives rows by column name
 * with the line on which they begin. */
#include "csv_rows.h"

#include "base/array.h"
#include "base/error.h"
#include "base/path.h"

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
    if (!ihp__array_reserve(&r->text, &r->text_capacity, r->text_size + length + 1, 1)) {
        ihp__csv_reader_stop(r, ihp__fail_memory(r->err, "a CSV row"));
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

/* Finds a wanted column in the header. */
static void find_column(struct ihp__csv_reader *r, size_t wanted)
{
    const struct ihp__csv_column *column = &r->columns[wanted];
    r->position[wanted] = SIZE_MAX;
    for (size_t f = 0; f < r->fields; f++) {
        if (strcmp(r->text + r->start[f], column->name) != 0) {
            continue;
        }
        if (r->position[wanted] != SIZE_MAX) {
            fail_at(r, 1, "column %s appears twice in the header; keep one", column->name);
            return;
        }
        r->position[wanted] = f;
        r->used[f] = true;
    }
    if (column->required && r->position[wanted] == SIZE_MAX) {
        fail_at(r, 1, "column %s is missing; add it to the header and the rows", column->name);
    }
}

static void read_header(struct ihp__csv_reader *r)
{
    r->header_fields = r->fields;
    for (size_t w = 0; r->status == IHP_OK && w < r->wanted; w++) {
        find_column(r, w);
    }
    /* Only now is it sure that the row is a header, and that its texts are not a member's data. */
    for (size_t f = 0; r->status == IHP_OK && f < r->fields; f++) {
        if (!r->used[f]) {
            ihp__notice_add(r->notices, "%s: column '%.40s' is not used", ihp__path_base(r->path),
                            r->text + r->start[f]);
        }
    }
}

const char ihp__csv_absent[1] = "";

static void give_row(struct ihp__csv_reader *r)
{
    if (r->fields != r->header_fields) {
        fail_at(r, r->row_line,
                "the row has %zu fields where the header has %zu; the file may be cut short",
                r->fields, r->header_fields);
        return;
    }
    const char *field[IHP__CSV_WANTED_MAX];
    size_t length[IHP__CSV_WANTED_MAX];
    r->start[r->fields] = r->text_size;
    for (size_t w = 0; w < r->wanted; w++) {
        size_t f = r->position[w];
        field[w] = f == SIZE_MAX ? ihp__csv_absent : r->text + r->start[f];
        length[w] = f == SIZE_MAX ? 0 : r->start[f + 1] - r->start[f] - 1;
    }
    struct ihp__csv_row row = {r->path, r->columns, r->row_line, field, length, r->bytes_read};
    ihp__csv_reader_stop(r, r->row_fn(r->context, &row, r->err));
}

static void on_row_end(int c, void *context)
{
    struct ihp__csv_reader *r = context;
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
    if (r->buffer == NULL ||
        csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        free(r->buffer);
        r->buffer = NULL;
        ihp__csv_reader_stop(r, ihp__fail_memory(r->err, r->path));
        return r->status;
    }
    csv_set_space_func(&r->parser, no_space);
    /* By libcsv's own 128 bytes, a field of a megabyte would be copied thousands of times. */
    csv_set_blk_size(&r->parser, 1 << 14);
    return r->status;
}

void ihp__csv_reader_close(struct ihp__csv_reader *r)
{
    if (r->buffer != NULL) {
        csv_free(&r->parser);
    }
    free(r->buffer);
    free(r->text);
}

void ihp__csv_reader_parse(struct ihp__csv_reader *r, const char *bytes, size_t size)
{
    size_t done = csv_parse(&r->parser, bytes, size, on_field, on_row_end, r);
    r->last = size > 0 ? bytes[size - 1] : r->last;
    if (r->status == IHP_OK && done != size) {
        if (csv_error(&r->parser) == CSV_ENOMEM) {
            ihp__csv_reader_stop(r, ihp__fail_memory(r->err, "a CSV row"));
        } else {
            fail_at(r, r->line,
                    "a quote is out of place; quote whole fields and double the quotes inside");
        }
    }
    if (r->status == IHP_OK && csv_get_buffer_size(&r->parser) > 2 * IHP__CSV_ROW_MAX) {
        fail_at(r, r->line, "a field is longer than %d bytes; a quote may be missing",
                IHP__CSV_ROW_MAX);
    }
}

void ihp__csv_note_last_byte(const char *path, int last, struct ihp_notices *notices)
{
    if (last != '\n' && last != '\r') {
        ihp__notice_add(notices,
                        "%s: the last row has no line end; if the file was cut short, its last "
                        "field may be wrong",
                        ihp__path_base(path));
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
    if (r->status == IHP_OK) {
        ihp__csv_note_last_byte(r->path, r->last, r->notices);
    }
}
