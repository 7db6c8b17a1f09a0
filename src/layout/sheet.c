/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a small CSV file into memory. */
#include "layout/sheet.h"

#include "base/array.h"
#include "base/error.h"
#include "layout/layout_internal.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { BYTES_MAX = 64 << 20, COLUMNS_MAX = 256 };

struct loading {
    const char *path;
    struct ihp__sheet *sheet;
    size_t used, capacity; /* of the sheet's text */
    size_t *start;         /* owned: where cells begin in it */
    size_t cells, start_capacity;
    size_t line_capacity;
    size_t line, row_line; /* of the next byte, and on which the row begins */
    size_t fields;         /* of the row so far */
    struct ihp_error *err;
};

static void fail_at(struct loading *l, size_t line, const char *what)
{
    ihp__error_set(l->err, IHP_ERR_DATA, "%s:%zu: %s", l->path, line, what);
}

static void on_field(void *data, size_t length, void *context)
{
    struct loading *l = context;
    const char *field = data;
    if (l->err->status != IHP_OK) {
        return;
    }
    l->row_line = l->fields == 0 ? l->line : l->row_line;
    if (length > 0 && memchr(field, '\0', length) != NULL) {
        fail_at(l, l->line, "a cell has a NUL byte; the file must be UTF-8 text");
        return;
    }
    for (size_t i = 0; i < length; i++) {
        l->line += field[i] == '\n';
    }
    struct ihp__layout_text cell = ihp__layout_trim(length == 0 ? "" : field, length);
    if (!ihp__array_reserve(&l->sheet->text, &l->capacity, l->used + cell.length + 1, 1) ||
        !ihp__array_reserve(&l->start, &l->start_capacity, l->cells + 1, sizeof *l->start)) {
        ihp__error_set(l->err, IHP_ERR_RUN, "%s: out of memory", l->path);
        return;
    }
    l->start[l->cells++] = l->used;
    memcpy(l->sheet->text + l->used, cell.text, cell.length);
    l->used += cell.length;
    l->sheet->text[l->used++] = '\0';
    l->fields++;
}

static void end_header(struct loading *l)
{
    l->sheet->columns = l->fields;
    l->sheet->header_line = l->row_line;
    if (l->fields > COLUMNS_MAX) {
        fail_at(l, l->row_line, "the header has too many columns; at most 256 are allowed");
    }
    for (size_t i = 0; i < l->fields; i++) {
        const char *name = l->sheet->text + l->start[i];
        if (name[0] == '\0') {
            fail_at(l, l->row_line, "a column has no name; name it in the header");
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(l->sheet->text + l->start[j], name) == 0) {
                ihp__error_set(l->err, IHP_ERR_DATA,
                               "%s:%zu: column '%.40s' appears twice in the header; keep one",
                               l->path, l->row_line, name);
            }
        }
    }
}

static void end_row(struct loading *l)
{
    struct ihp__sheet *sheet = l->sheet;
    if (l->fields != sheet->columns) {
        ihp__error_set(l->err, IHP_ERR_DATA,
                       "%s:%zu: the row has %zu cells where the header has %zu", l->path,
                       l->row_line, l->fields, sheet->columns);
    } else if (!ihp__array_reserve(&sheet->line, &l->line_capacity, sheet->rows + 1,
                                   sizeof *sheet->line)) {
        ihp__error_set(l->err, IHP_ERR_RUN, "%s: out of memory", l->path);
    } else {
        sheet->line[sheet->rows++] = l->row_line;
    }
}

static void on_row_end(int c, void *context)
{
    struct loading *l = context;
    if (l->err->status == IHP_OK && l->fields > 0) {
        if (l->sheet->columns == 0) {
            end_header(l);
        } else {
            end_row(l);
        }
    }
    l->fields = 0;
    l->line += c == '\n';
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static enum ihp_status parse(struct loading *l, const char *bytes, size_t size)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return ihp__fail_memory(l->err, l->path);
    }
    csv_set_space_func(&parser, no_space);
    bool good = csv_parse(&parser, bytes, size, on_field, on_row_end, l) == size &&
                csv_fini(&parser, on_field, on_row_end, l) == 0;
    if (!good && csv_error(&parser) == CSV_ENOMEM) {
        ihp__error_set(l->err, IHP_ERR_RUN, "%s: out of memory", l->path);
    } else if (!good) {
        fail_at(l, l->line,
                "a quote is out of place; quote whole cells and double the quotes inside");
    }
    csv_free(&parser);
    if (l->err->status == IHP_OK && l->sheet->columns == 0) {
        fail_at(l, 1, "has no header row; the first row must name the columns");
    }
    return l->err->status;
}

/* Makes pointers of the cells, whose places are final now. */
static enum ihp_status point(struct loading *l)
{
    struct ihp__sheet *sheet = l->sheet;
    sheet->name = calloc(l->cells, sizeof *sheet->name);
    if (sheet->name == NULL) {
        return ihp__fail_memory(l->err, l->path);
    }
    for (size_t i = 0; i < l->cells; i++) {
        sheet->name[i] = sheet->text + l->start[i];
    }
    sheet->cell = sheet->name + sheet->columns;
    return IHP_OK;
}

/* Reads the file into `*bytes` (the caller's to free). */
static enum ihp_status read_bytes(const char *path, char **bytes, size_t *size,
                                  struct ihp_error *err)
{
    size_t capacity = 0, got = 1;
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    while (got > 0 && *size <= BYTES_MAX) {
        if (!ihp__array_reserve(bytes, &capacity, *size + (1 << 16), 1)) {
            fclose(file);
            return ihp__fail_memory(err, path);
        }
        got = fread(*bytes + *size, 1, 1 << 16, file);
        *size += got;
    }
    enum ihp_status status = IHP_OK;
    if (ferror(file) != 0) {
        status = ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    } else if (*size > BYTES_MAX) {
        status = ihp__fail(err, IHP_ERR_DATA, "%s: is longer than 64 MiB", path);
    }
    fclose(file);
    return status;
}

static enum ihp_status load(struct loading *l)
{
    char *bytes = NULL;
    size_t size = 0;
    enum ihp_status status = read_bytes(l->path, &bytes, &size, l->err);
    if (status == IHP_OK) {
        size_t mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        XXH128_hash_t digest = XXH3_128bits(bytes, size);
        l->sheet->digest[0] = digest.high64;
        l->sheet->digest[1] = digest.low64;
        status = parse(l, bytes + mark, size - mark);
    }
    free(bytes);
    return status == IHP_OK ? point(l) : status;
}

enum ihp_status ihp__sheet_load(const char *path, struct ihp__sheet **sheet, struct ihp_error *err)
{
    struct ihp__sheet *made = calloc(1, sizeof *made);
    struct loading l = {.path = path, .sheet = made, .line = 1, .err = err};
    *sheet = NULL;
    if (made == NULL || (made->path = strdup(path)) == NULL) {
        free(made);
        return ihp__fail_memory(err, path);
    }
    enum ihp_status status = load(&l);
    free(l.start);
    if (status == IHP_OK) {
        *sheet = made;
    } else {
        ihp__sheet_free(&made);
    }
    return status;
}

void ihp__sheet_free(struct ihp__sheet **sheet)
{
    if (*sheet != NULL) {
        free((*sheet)->path);
        free((*sheet)->name);
        free((*sheet)->line);
        free((*sheet)->text);
        free(*sheet);
        *sheet = NULL;
    }
}

size_t ihp__sheet_column(const struct ihp__sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->columns; i++) {
        if (strcmp(sheet->name[i], name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}
