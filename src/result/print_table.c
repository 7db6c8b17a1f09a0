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

/* The least widths of prose and of an id that wrap, and the blanks between columns. */
enum { PROSE_WIDTH = 12, ID_WIDTH = 6, SEPARATOR_WIDTH = 2 };
static const char separator[] = "  ";

/* The mark at the end of a line whose id goes on in the next one. */
enum { MARK = '\\' };

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

/* ---- texts that wrap ------------------------------------------------------------------------- */

/* A part of a text that one line has. */
struct piece {
    size_t length; /* bytes to print */
    size_t next;   /* bytes from its begin to that of the next piece; 0: there is none */
    bool marked;   /* the mark follows */
};

/* Returns the bytes of the first `count` characters of a UTF-8 text, or of all of them. */
static size_t bytes_of(const char *text, size_t count)
{
    size_t i = 0;
    for (; text[i] != '\0'; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80 && count-- == 0) {
            break;
        }
    }
    return i;
}

/* Returns the number of characters of a UTF-8 text, each of which takes one place. */
static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static struct piece id_piece(const char *text, size_t width)
{
    if (characters(text) <= width) {
        return (struct piece){.length = strlen(text)};
    }
    size_t length = bytes_of(text, width > 1 ? width - 1 : 1);
    return (struct piece){.length = length, .next = length, .marked = true};
}

/* Ends the piece before the last blank with which it fits, or else before the first blank. */
static struct piece prose_piece(const char *text, size_t width)
{
    size_t room = bytes_of(text, width), end = room;
    if (text[room] == '\0') {
        return (struct piece){.length = room};
    }
    while (end > 0 && text[end] != ' ') {
        end--;
    }
    if (end == 0) {
        end = room + strcspn(text + room, " ");
    }
    size_t next = end + strspn(text + end, " ");
    while (end > 0 && text[end - 1] == ' ') {
        end--;
    }
    return (struct piece){.length = end, .next = text[next] == '\0' ? 0 : next};
}

static struct piece piece_of(enum ihp__print_kind kind, const char *text, size_t width)
{
    switch (kind) {
    case IHP__PRINT_ID:
        return id_piece(text, width);
    case IHP__PRINT_PROSE:
        return prose_piece(text, width);
    default:
        return (struct piece){.length = strlen(text)};
    }
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    while (*text != '\0') {
        size_t bytes = strcspn(text, " "), word = 0;
        for (size_t i = 0; i < bytes; i++) {
            word += ((unsigned char)text[i] & 0xc0) != 0x80;
        }
        longest = word > longest ? word : longest;
        text += bytes + strspn(text + bytes, " ");
    }
    return longest;
}

/* ---- widths of columns ----------------------------------------------------------------------- */

/* The widths of a column. */
struct width {
    size_t natural; /* of its title and cells; 0: the column is left out */
    size_t least;   /* to which it can be made narrower */
    size_t wanted;  /* with which it takes part in a block */
    size_t given;   /* in the current block */
};

/* A table with the widths of its columns. */
struct layout {
    const struct ihp__print *print;
    struct width *width; /* [columns], owned */
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t natural_width(const struct ihp__print *print, size_t column)
{
    size_t widest = 0;
    for (size_t i = column; i < print->used; i += print->columns) {
        widest = larger(widest, characters(print->cell[i]));
    }
    if (widest == 0 && print->column[column].optional) {
        return 0;
    }
    return larger(widest, characters(print->column[column].title));
}

/* Returns the least width of a column that is `natural` characters wide. */
static size_t least_width(const struct ihp__print *print, size_t column, size_t natural)
{
    size_t least = characters(print->column[column].title);
    switch (print->column[column].kind) {
    case IHP__PRINT_ID:
        least = larger(least, ID_WIDTH);
        break;
    case IHP__PRINT_PROSE:
        least = larger(least, PROSE_WIDTH);
        for (size_t i = column; i < print->used; i += print->columns) {
            least = larger(least, longest_word(print->cell[i]));
        }
        break;
    default:
        return natural;
    }
    return least < natural ? least : natural;
}

/* Makes columns from `first` to `end` narrower, the widest of those that can be first, until
 * `excess` is gone. */
static void make_narrower(struct width *width, size_t first, size_t end, size_t excess)
{
    for (; excess > 0; excess--) {
        size_t widest = end;
        for (size_t c = first; c < end; c++) {
            bool can = width[c].given > width[c].least;
            if (can && (widest == end || width[c].given > width[widest].given)) {
                widest = c;
            }
        }
        if (widest == end) {
            return;
        }
        width[widest].given--;
    }
}

/* Makes columns from `first` to `end` wider, in their order, by `spare` altogether. Returns what is
 * left of it. */
static size_t make_wider(struct width *width, size_t first, size_t end, size_t spare)
{
    for (size_t c = first; c < end; c++) {
        size_t missing = width[c].natural - width[c].given;
        size_t more = missing < spare ? missing : spare;
        width[c].given += more;
        spare -= more;
    }
    return spare;
}

/* Returns the places that columns take with the blanks behind them, in widths of `given`. */
static size_t places(const struct width *width, size_t first, size_t end)
{
    size_t sum = 0;
    for (size_t c = first; c < end; c++) {
        sum += width[c].given > 0 ? width[c].given + SEPARATOR_WIDTH : 0;
    }
    return sum;
}

/* Finds the widths of the columns. Half of the terminal is enough for texts that wrap; the keys
 * leave room for the widest of the other columns. */
static void find_widths(struct layout *layout)
{
    const struct ihp__print *print = layout->print;
    size_t widest = 0;
    for (size_t c = 0; c < print->columns; c++) {
        struct width *width = &layout->width[c];
        size_t natural = natural_width(print, c), least = least_width(print, c, natural);
        size_t half = larger(print->width / 2, least);
        bool cut = print->width > 0 && least < natural && half < natural;
        *width = (struct width){.natural = natural, .least = least, .given = cut ? half : natural};
        widest = c < print->keys ? 0 : larger(widest, least);
    }
    size_t used = places(layout->width, 0, print->keys) + widest;
    if (print->width > 0 && used > print->width) {
        make_narrower(layout->width, 0, print->keys, used - print->width);
    }
    for (size_t c = 0; c < print->columns; c++) {
        layout->width[c].wanted = layout->width[c].given;
    }
}

/* Returns the column behind the last one that fits into a block that begins with column `first`,
 * next to the key columns. A block has at least one such column. */
static size_t end_of_block(const struct layout *layout, size_t first)
{
    const struct ihp__print *print = layout->print;
    size_t used = 0, end = first;
    for (size_t c = 0; c < print->keys; c++) {
        used += layout->width[c].wanted + SEPARATOR_WIDTH;
    }
    for (; end < print->columns; end++) {
        size_t width = layout->width[end].wanted;
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

/* Gives the columns of a block the width of the terminal. */
static void fit_block(struct layout *layout, size_t first, size_t end)
{
    const struct ihp__print *print = layout->print;
    for (size_t c = 0; c < print->columns; c++) {
        layout->width[c].given = layout->width[c].wanted;
    }
    if (print->width == 0) {
        return;
    }
    size_t used = places(layout->width, 0, print->keys) + places(layout->width, first, end);
    size_t room = print->width + SEPARATOR_WIDTH; /* no blanks follow the last column */
    if (used > room) {
        make_narrower(layout->width, first, end, used - room);
    } else {
        make_wider(layout->width, first, end,
                   make_wider(layout->width, 0, print->keys, room - used));
    }
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
    for (size_t c = 0; c < end; c = next_column(layout, c, first)) {
        const struct ihp__print_column *column = &layout->print->column[c];
        int flags = column->kind == IHP__PRINT_NUMBER ? SCOLS_FL_RIGHT : 0;
        if (layout->width[c].natural > 0 &&
            scols_table_new_column(table, column->title, 0, flags) == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

/* Sets a cell of a line to the piece of a text at `*at`, which goes to the next piece, or NULL. */
static int set_piece(struct libscols_line *line, size_t column, enum ihp__print_kind kind,
                     size_t width, const char **at)
{
    if (*at == NULL) {
        return 0;
    }
    struct piece piece = piece_of(kind, *at, width);
    char *text = malloc(piece.length + 2);
    if (text == NULL) {
        return -ENOMEM;
    }
    snprintf(text, piece.length + 2, "%.*s%c", (int)piece.length, *at, piece.marked ? MARK : '\0');
    *at = piece.next == 0 ? NULL : *at + piece.next;
    int failed = scols_line_refer_data(line, column, text); /* it frees the text */
    if (failed != 0) {
        free(text);
    }
    return failed;
}

/* Adds the lines of a row, of which there are as many as its longest text needs. */
static int add_row(struct libscols_table *table, const struct layout *layout, size_t first,
                   size_t end, const char **at)
{
    bool more = true;
    while (more) {
        struct libscols_line *line = scols_table_new_line(table, NULL);
        size_t column = 0;
        if (line == NULL) {
            return -ENOMEM;
        }
        more = false;
        for (size_t c = 0; c < end; c = next_column(layout, c, first)) {
            const struct width *width = &layout->width[c];
            if (width->natural == 0) {
                continue;
            }
            int failed =
                set_piece(line, column++, layout->print->column[c].kind, width->given, &at[c]);
            if (failed != 0) {
                return failed;
            }
            more = more || at[c] != NULL;
        }
    }
    return 0;
}

static int add_rows(struct libscols_table *table, const struct layout *layout, size_t first,
                    size_t end)
{
    const struct ihp__print *print = layout->print;
    const char **at = calloc(print->columns, sizeof *at);
    int failed = at == NULL ? -ENOMEM : 0;
    for (size_t i = 0; failed == 0 && i < print->used; i += print->columns) {
        for (size_t c = 0; c < print->columns; c++) {
            at[c] = print->cell[i + c];
        }
        failed = add_row(table, layout, first, end, at);
    }
    free(at);
    return failed;
}

/* Fills a table whose texts have their lines already: libsmartcols aligns, and wraps nothing. */
static int fill_block(struct libscols_table *table, const struct layout *layout, size_t first,
                      size_t end)
{
    int failed = scols_table_set_column_separator(table, separator);
    if (failed == 0) {
        failed = scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
    }
    if (failed == 0) {
        failed = add_columns(table, layout, first, end);
    }
    return failed != 0 ? failed : add_rows(table, layout, first, end);
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
    struct layout layout = {print, calloc(print->columns, sizeof *layout.width)};
    if (print->short_of_memory || layout.width == NULL) {
        free(layout.width);
        return -ENOMEM;
    }
    find_widths(&layout);
    int failed = 0;
    for (size_t first = print->keys, end; failed == 0 && first < print->columns; first = end) {
        end = end_of_block(&layout, first);
        fit_block(&layout, first, end);
        if (first > print->keys) {
            fputc('\n', print->stream);
        }
        failed = print_block(&layout, first, end);
    }
    free(layout.width);
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
