/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table that ihp wrote: every cell must be written as ihp writes it, so that writing the
 * table again gives the same bytes. */
#include "result/table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_MAX = 4096, HEADER_MAX = 2048 };

/* Parses "-1234.50", of any size that a table can hold. */
static bool parse_cents(const char *text, int64_t *cents)
{
    char digits[IHP__MONEY_TEXT];
    size_t length = strlen(text);
    if (length < 4 || length >= sizeof digits || text[length - 3] != '.') {
        return false;
    }
    memcpy(digits, text, length - 3);
    memcpy(digits + length - 3, text + length - 2, 3);
    return ihp__integer_parse(digits, -INT64_MAX, INT64_MAX, cents);
}

static bool parse_ratio(const char *text, double *ratio)
{
    char *end;
    *ratio = strtod(text, &end);
    return *end == '\0' && isfinite(*ratio);
}

/* Returns true if a cell is written as `text`. */
static bool is_written(const struct ihp__cell *cell, enum ihp__cell_kind kind, const char *text)
{
    char written[64];
    return strcmp(ihp__cell_format(cell, kind, written, sizeof written), text) == 0;
}

/* Parses a number as ihp writes it. Returns false for any other text. */
static bool parse_cell(const char *text, enum ihp__cell_kind kind, struct ihp__cell *cell)
{
    *cell = (struct ihp__cell){.blank = text[0] == '\0'};
    if (cell->blank) {
        return true;
    }
    switch (kind) {
    case IHP__CELL_TEXT:
        break;
    case IHP__CELL_INTEGER:
        return ihp__integer_parse(text, -INT64_MAX, INT64_MAX, &cell->integer) &&
               is_written(cell, kind, text);
    case IHP__CELL_DOLLARS:
        return parse_cents(text, &cell->integer) && is_written(cell, kind, text);
    case IHP__CELL_RATIO:
    case IHP__CELL_SECONDS:
        if (!parse_ratio(text, &cell->ratio)) {
            return false;
        }
        if (!is_written(cell, kind, text)) { /* dollars in a column of ratios */
            cell->money = true;
        }
        return is_written(cell, kind, text);
    }
    return false;
}

/* The rows of a file that are added to a table. */
struct adding {
    struct ihp__table *table;
    size_t rows, most; /* so far, and at most; 0: any number */
};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    static const char *const allowed[] = {"a text of at most 4096 bytes", "a whole number",
                                          "dollars with two decimals", "a number", "a number"};
    struct adding *r = context;
    const struct ihp__table *t = r->table;
    if (r->rows++ == r->most && r->most > 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s:%llu: is one row too many; at most %zu rows belong here", row->file,
                         (unsigned long long)row->line, r->most);
    }
    for (size_t c = 0; c < t->columns; c++) {
        enum ihp__cell_kind kind = t->column[c].kind;
        struct ihp__cell cell;
        if (kind == IHP__CELL_TEXT && row->length[c] <= TEXT_MAX) {
            ihp__table_text(r->table, row->field[c]);
        } else if (kind != IHP__CELL_TEXT && parse_cell(row->field[c], kind, &cell)) {
            ihp__table_copy(r->table, &cell);
        } else {
            return ihp__fail_value(err, row, c, allowed[kind]);
        }
    }
    return t->short_of_memory ? ihp__fail_memory(err, "a table of a result") : IHP_OK;
}

/* Refuses a file whose columns are not the table's, all of them and in this order. */
static enum ihp_status check_header(const char *path, const struct ihp__table *table,
                                    struct ihp_error *err)
{
    char header[HEADER_MAX] = "", got[HEADER_MAX];
    size_t used = 0;
    for (size_t c = 0; c < table->columns && used < sizeof header; c++) {
        used += (size_t)snprintf(header + used, sizeof header - used, "%s%c", table->column[c].name,
                                 c + 1 < table->columns ? ',' : '\n');
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be opened");
    }
    errno = 0;
    size_t length = fread(got, 1, used, file);
    int reason = ferror(file) != 0 ? errno : 0;
    fclose(file);
    if (reason != 0) {
        errno = reason;
        return ihp__fail_system(err, IHP_ERR_DATA, path, "cannot be read");
    }
    return length == used && memcmp(got, header, used) == 0
               ? IHP_OK
               : ihp__fail(
                     err, IHP_ERR_DATA,
                     "%s:1: has other columns than this version writes; make the result again",
                     path);
}

enum ihp_status ihp__table_read_csv(const char *path, struct ihp__table *table, size_t rows,
                                    struct ihp_error *err)
{
    struct ihp__csv_column column[IHP__CSV_WANTED_MAX];
    struct adding r = {table, 0, rows};
    struct stat info;
    bool found;
    if (ihp__path_look(path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is missing; make the result again", path);
    }
    if (!S_ISREG(info.st_mode)) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: is not a file", path);
    }
    if (rows == 0 && (uint64_t)info.st_size > IHP__TABLE_BYTES_MAX) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: has %lld bytes, more than such a table can have; make the result "
                         "again",
                         path, (long long)info.st_size);
    }
    if (check_header(path, table, err) != IHP_OK) {
        return err->status;
    }
    for (size_t c = 0; c < table->columns; c++) {
        column[c] = (struct ihp__csv_column){table->column[c].name, true};
    }
    return ihp__csv_read(path, column, table->columns, on_row, &r, NULL, err);
}
