/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print_table.h - tables for people, laid out by libsmartcols.
 *
 * Begin a table, add its cells row by row, and end it: that prints and frees it. On a terminal a
 * table fits the width: long texts go on in the next line, and columns that do not fit next to each
 * other follow in a second block, which repeats the key columns. Nothing is ever cut short: numbers
 * and the words of prose stay whole, and an id that goes on in the next line ends in "\\". A table
 * that is not printed on a terminal is as wide as its content, so that the output of a pipe does
 * not depend on a window.
 *
 * Nothing here is collective. A failed allocation is remembered and reported at the end.
 */
#ifndef IHP_PRINT_TABLE_H
#define IHP_PRINT_TABLE_H

#include "base/base.h"

enum ihp__print_kind {
    IHP__PRINT_TEXT,  /* left-aligned */
    IHP__PRINT_ID,    /* left-aligned; on a narrow terminal it goes on in the next line, marked */
    IHP__PRINT_PROSE, /* left-aligned; on a narrow terminal it is wrapped at its blanks */
    IHP__PRINT_NUMBER /* right-aligned */
};

struct ihp__print_column {
    const char *title;
    enum ihp__print_kind kind;
    bool optional; /* left out when all its cells are empty */
};

struct ihp__print {
    FILE *stream;
    const struct ihp__print_column *column; /* [columns], borrowed */
    size_t columns;
    size_t keys;   /* at least 1, fewer than `columns`: the first, which say what a row is about */
    size_t width;  /* of the terminal without the indent; 0: no limit */
    size_t indent; /* blanks before each line */
    char **cell;   /* [rows][columns], owned */
    size_t used, capacity;
    bool short_of_memory;
};

/* Begins a table for a stream: its width is the terminal's if the stream is one. There the
 * environment variable COLUMNS, if it is a number, goes before what the terminal reports. */
struct ihp__print ihp__print_begin(FILE *stream, const struct ihp__print_column *column,
                                   size_t columns, size_t keys);
#define IHP__PRINT_BEGIN(stream, columns, keys)                                                    \
    ihp__print_begin(stream, columns, sizeof(columns) / sizeof((columns)[0]), keys)

/* Returns the width of the terminal that a stream is, by the rule above; 0 if it is none. */
size_t ihp__print_width(FILE *stream);

/* Sets the blanks before each line of a table that has just begun. */
void ihp__print_set_indent(struct ihp__print *print, size_t indent);

/* Add a cell to the current row. An undefined number (NaN) is printed as "-". */
void ihp__print_text(struct ihp__print *print, const char *text);
void ihp__print_count(struct ihp__print *print, int64_t count);    /* "12,345" */
void ihp__print_cents(struct ihp__print *print, int64_t cents);    /* "-$1,234.50" */
void ihp__print_dollars(struct ihp__print *print, double dollars); /* the same */
void ihp__print_number(struct ihp__print *print, double value, int decimals);
void ihp__print_percent(struct ihp__print *print, double fraction, int decimals); /* "93.36%" */

/* Adds an empty row, which separates groups of rows. */
void ihp__print_gap(struct ihp__print *print);

/* Prints the table and frees it. Returns IHP_ERR_RUN when memory is short; the caller looks for
 * write errors of the stream. */
enum ihp_status ihp__print_end(struct ihp__print *print, struct ihp_error *err);

#endif
