/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing tables for people: the one file that uses libsmartcols. */
#include "result/print_table.h"

#include <errno.h>
#include <fcntl.h>
#include <libsmartcols.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The least width of a text that wraps, and the blanks between columns. */
enum { WRAP_WIDTH = 12, SEPARATOR_WIDTH = 2 };
static const char separator[] = "  ";

/* Returns the width that a terminal reports, or 0. */
static size_t reported_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Returns the width of the terminal from which the process was started, or 0 if there is none. */
static size_t controlling_width(void)
{
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    size_t width = fd < 0 ? 0 : reported_width(fd);
    if (fd >= 0) {
        close(fd);
    }
    return width;
}

/* mpirun gives its processes a terminal of no width for their output: what they print goes to the
 * terminal of mpirun, or to a file. */
size_t ihp__print_width(FILE *stream)
{
    int64_t columns;
    const char *text = getenv("COLUMNS");
    int fd = fileno(stream); /* -1: a stream in memory */
    if (fd < 0 || !isatty(fd)) {
        return 0;
    }
    if (text != NULL && ihp__integer_parse(text, 1, INT16_MAX, &columns)) {
        return (size_t)columns;
    }
    size_t width = reported_width(fd);
    return width > 0 ? width : controlling_width();
}

struct ihp__print ihp__print_begin(FILE *stream, const struct ihp__print_column *column,
                                   size_t columns, size_t keys)
{
    return (struct ihp__print){.stream = stream,
                               .column = column,
                               .columns = columns,
                               .keys = keys,
                               .width = ihp__print_width(stream)};
}

void ihp__print_set_indent(struct ihp__print *print, size_t indent)
{
    print->indent = indent;
    if (print->width > 0) {
        print->width = print->width > indent ? print->width - indent : 1;
    }
}

/* ---- cells ----------------------------------------------------------------------------------- */

void ihp__print_text(struct ihp__print *print, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL ||
        !ihp__array_reserve(&print->cell, &print->capacity, print->used + 1, sizeof *print->cell)) {
        print->short_of_memory = true;
        free(copy);
        return;
    }
    print->cell[print->used++] = copy;
}

void ihp__print_count(struct ihp__print *print, int64_t count)
{
    char digits[32], text[48];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)count), out = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-') {
            text[out++] = ',';
        }
        text[out++] = digits[i];
    }
    text[out] = '\0';
    ihp__print_text(print, text);
}

void ihp__print_cents(struct ihp__print *print, int64_t cents)
{
    char text[IHP__MONEY_TEXT];
    ihp__print_text(print, ihp__money_format_grouped(cents, text));
}

void ihp__print_dollars(struct ihp__print *print, double dollars)
{
    if (isnan(dollars)) {
        ihp__print_text(print, "-");
    } else {
        ihp__print_cents(print, ihp__cents_of_dollars(dollars));
    }
}

void ihp__print_number(struct ihp__print *print, double value, int decimals)
{
    char text[400] = "-";
    if (!isnan(value)) {
        snprintf(text, sizeof text, "%.*f", decimals, value);
    }
    ihp__print_text(print, text);
}

void ihp__print_percent(struct ihp__print *print, double fraction, int decimals)
{
    char text[400] = "-";
    if (!isnan(fraction)) {
        snprintf(text, sizeof text, "%.*f%%", decimals, fraction * 100.0);
    }
    ihp__print_text(print, text);
}

void ihp__print_gap(struct ihp__print *print)
{
    for (size_t c = 0; c < print->columns; c++) {
        ihp__print_text(print, "");
    }
}

/* ---- blocks of columns ----------------------------------------------------------------------- */

/* A table with the widths of its columns. */
struct layout {
    const struct ihp__print *print;
    size_t *natural; /* [columns], owned; 0: the column is left out */
};

/* Returns the number of characters of a UTF-8 text, each of which takes one place. */
static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static size_t natural_width(const struct ihp__print *print, size_t column)
{
    size_t widest = 0, title = characters(print->column[column].title);
    for (size_t i = column; i < print->used; i += print->columns) {
        size_t width = characters(print->cell[i]);
        widest = width > widest ? width : widest;
    }
    if (widest == 0 && print->column[column].optional) {
        return 0;
    }
    return title > widest ? title : widest;
}

/* Returns the width that a column needs: half of the terminal is enough for texts that wrap. */
static size_t needed_width(const struct layout *layout, size_t column)
{
    const struct ihp__print *print = layout->print;
    size_t width = layout->natural[column];
    size_t half = print->width / 2 < WRAP_WIDTH ? WRAP_WIDTH : print->width / 2;
    bool wraps = print->width > 0 && print->column[column].kind == IHP__PRINT_WRAPPED;
    return wraps && width > half ? half : width;
}

/* Returns the column behind the last one that fits into a block that begins with column `first`,
 * next to the key columns. A block has at least one such column. */
static size_t end_of_block(const struct layout *layout, size_t first)
{
    const struct ihp__print *print = layout->print;
    size_t used = 0, end = first;
    for (size_t c = 0; c < print->keys; c++) {
        used += needed_width(layout, c) + SEPARATOR_WIDTH;
    }
    for (; end < print->columns; end++) {
        size_t width = needed_width(layout, end);
        if (width == 0) {
            continue;
        }
        if (print->width > 0 && end > first && used + width > print->width) {
            break;
        }
        used += width + SEPARATOR_WIDTH;
    }
    return end;
}

/* ---- libsmartcols: functions return 0 or a negative errno -------------------------------------
 */

/* Returns the column of a block behind `column`: the keys come first. */
static size_t next_column(const struct layout *layout, size_t column, size_t first)
{
    return column + 1 == layout->print->keys ? first : column + 1;
}

static int add_columns(struct libscols_table *table, const struct layout *layout, size_t first,
                       size_t end)
{
    static const int flags[] = {[IHP__PRINT_TEXT] = 0,
                                [IHP__PRINT_WRAPPED] = SCOLS_FL_WRAP,
                                [IHP__PRINT_NUMBER] = SCOLS_FL_RIGHT};
    for (size_t c = 0; c < end; c = next_column(layout, c, first)) {
        const struct ihp__print_column *column = &layout->print->column[c];
        if (layout->natural[c] > 0 &&
            scols_table_new_column(table, column->title, 0, flags[column->kind]) == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

static int add_lines(struct libscols_table *table, const struct layout *layout, size_t first,
                     size_t end)
{
    const struct ihp__print *print = layout->print;
    for (size_t i = 0; i < print->used; i += print->columns) {
        struct libscols_line *line = scols_table_new_line(table, NULL);
        size_t at = 0;
        for (size_t c = 0; c < end; c = next_column(layout, c, first)) {
            if (layout->natural[c] > 0 &&
                (line == NULL || scols_line_set_data(line, at++, print->cell[i + c]) != 0)) {
                return -ENOMEM;
            }
        }
    }
    return 0;
}

static int fill_block(struct libscols_table *table, const struct layout *layout, size_t first,
                      size_t end)
{
    bool limited = layout->print->width > 0;
    int failed = scols_table_set_column_separator(table, separator);
    if (failed == 0) {
        failed = scols_table_set_termforce(table, limited ? SCOLS_TERMFORCE_ALWAYS
                                                          : SCOLS_TERMFORCE_NEVER);
    }
    if (failed == 0 && limited) {
        failed = scols_table_set_termwidth(table, layout->print->width);
    }
    if (failed == 0) {
        failed = add_columns(table, layout, first, end);
    }
    return failed != 0 ? failed : add_lines(table, layout, first, end);
}

/* Prints a text, indented, without the blanks at the ends of its lines. */
static void put_lines(FILE *stream, const char *text, size_t indent)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n"), kept = length;
        while (kept > 0 && text[kept - 1] == ' ') {
            kept--;
        }
        fprintf(stream, "%*s%.*s", kept > 0 ? (int)indent : 0, "", (int)kept, text);
        fputc('\n', stream);
        text += length + (text[length] == '\n');
    }
}

static int print_block(const struct layout *layout, size_t first, size_t end)
{
    char *text = NULL;
    struct libscols_table *table = scols_new_table();
    if (table == NULL) {
        return -ENOMEM;
    }
    int failed = fill_block(table, layout, first, end);
    if (failed == 0) {
        failed = scols_print_table_to_string(table, &text);
    }
    if (failed == 0 && text != NULL) {
        put_lines(layout->print->stream, text, layout->print->indent);
    }
    free(text);
    scols_unref_table(table);
    return failed;
}

static int print_blocks(const struct ihp__print *print)
{
    struct layout layout = {print, calloc(print->columns, sizeof *layout.natural)};
    if (print->short_of_memory || layout.natural == NULL) {
        free(layout.natural);
        return -ENOMEM;
    }
    for (size_t c = 0; c < print->columns; c++) {
        layout.natural[c] = natural_width(print, c);
    }
    int failed = 0;
    for (size_t first = print->keys, end; failed == 0 && first < print->columns; first = end) {
        end = end_of_block(&layout, first);
        if (first > print->keys) {
            fputc('\n', print->stream);
        }
        failed = print_block(&layout, first, end);
    }
    free(layout.natural);
    return failed;
}

enum ihp_status ihp__print_end(struct ihp__print *print, struct ihp_error *err)
{
    int failed = print_blocks(print);
    for (size_t i = 0; i < print->used; i++) {
        free(print->cell[i]);
    }
    free(print->cell);
    *print = (struct ihp__print){0};
    if (failed == 0) {
        return IHP_OK;
    }
    return failed == -ENOMEM
               ? ihp__fail_memory(err, "a printed table")
               : ihp__fail(err, IHP_ERR_RUN, "a table cannot be printed (%s)", strerror(-failed));
}
