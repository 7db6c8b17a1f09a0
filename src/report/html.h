/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.h - texts and tables of a result as HTML.
 *
 * Every text that is not of the program goes through `ihp__html_text`. Each number has the text of
 * the CSV file in `data-v`, by which the script of the page sorts. Nothing here is collective; who
 * writes looks for write errors.
 */
#ifndef IHP_HTML_H
#define IHP_HTML_H

#include "result/table.h"

/* Writes a text with the characters of HTML escaped; bytes that are not valid UTF-8 and control
 * characters become U+FFFD. */
void ihp__html_text(FILE *out, const char *text);

/* How people read a number. */
enum ihp__html_form {
    IHP__HTML_AS_ITSELF,
    IHP__HTML_WORDS,    /* a text of the program with blanks for its "_" */
    IHP__HTML_DECIMALS, /* four */
    IHP__HTML_PERCENT,
    IHP__HTML_DOLLARS /* a ratio that is dollars */
};

/* Writes a number for people: dollars, a count with commas, or as `form` says; "-" if it is blank
 * and "hidden" if it must not be shown. */
void ihp__html_number(FILE *out, const struct ihp__cell *cell, enum ihp__cell_kind kind,
                      enum ihp__html_form form);

/* Writes a cell of a table as <td>. */
void ihp__html_cell(FILE *out, const struct ihp__cell *cell, enum ihp__cell_kind kind,
                    enum ihp__html_form form);

/* A column of a table for people. */
struct ihp__html_column {
    const char *name, *title; /* in the table; for people */
    enum ihp__html_form form;
};

/* What is written of a table. */
struct ihp__html_table {
    const char *id, *caption;              /* of the program */
    const char *about;                     /* follows the caption; NULL: nothing */
    const struct ihp__html_column *column; /* the first one is the head of each row */
    size_t columns;
    bool sorts; /* the script may sort and filter it */
};
#define IHP__HTML_COLUMNS(array) .column = array, .columns = sizeof(array) / sizeof((array)[0])

/* Writes a table as <table> in a region that scrolls. */
void ihp__html_table(FILE *out, const struct ihp__table *table,
                     const struct ihp__html_table *shown);

/* Begin and end a table whose rows the caller writes. `table` says which columns have numbers;
 * NULL: none. */
void ihp__html_table_begin(FILE *out, const struct ihp__table *table,
                           const struct ihp__html_table *shown);
void ihp__html_table_end(FILE *out);

#endif
