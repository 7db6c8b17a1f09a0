/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx.h - what the sheets of a workbook share: styles, cells, names, and the first error.
 *
 * A sheet is written cell by cell into its current row. Texts are always strings, so that none can
 * become a formula. Errors are kept in the book, whose `ihp__book_close` reports the first. Nothing
 * here is collective.
 */
#ifndef IHP_XLSX_H
#define IHP_XLSX_H

#include "result/finished.h"
#include "result/waterfall.h"
#include "result/what_if.h"
#include "workbook/book.h"

#include <xlsxwriter.h>

/* How a cell looks. Those of INPUT may be changed by the reader. */
enum ihp__xlsx_style {
    IHP__XLSX_TEXT,
    IHP__XLSX_TITLE,
    IHP__XLSX_NOTE,
    IHP__XLSX_HEADER,
    IHP__XLSX_HEADER_NUMBER, /* above numbers */
    IHP__XLSX_COUNT,
    IHP__XLSX_DOLLARS,
    IHP__XLSX_RATIO,
    IHP__XLSX_TOTAL,
    IHP__XLSX_RESULT_TEXT, /* a text among numbers */
    IHP__XLSX_NOT_SHOWN,
    IHP__XLSX_INPUT_TEXT,
    IHP__XLSX_INPUT_COUNT,
    IHP__XLSX_INPUT_DOLLARS,
    IHP__XLSX_INPUT_RATIO,
    IHP__XLSX_STYLES
};

/* A workbook on its way into a file. */
struct ihp__book {
    const struct ihp__finished *finished; /* with small counts hidden; borrowed */
    const struct ihp__exact_risk *risk;   /* of each row of the settlement; borrowed */
    const struct ihp__deck *deck;         /* its kind and periods; borrowed */
    char what_if[IHP__WHAT_IF_TEXT + 80]; /* says that it is one; empty for a settlement */
    lxw_workbook *workbook;
    lxw_format *format[IHP__XLSX_STYLES];
    lxw_error error; /* the first */
};

enum { IHP__SHEET_NAME = 31 }; /* characters that Excel allows */

struct ihp__sheet {
    struct ihp__book *book;
    lxw_worksheet *worksheet; /* NULL after an error */
    char name[IHP__SHEET_NAME + 1];
    lxw_row_t row; /* the current one */
};

/* Begins a workbook whose bytes will be in `path`. Returns IHP_ERR_RUN when memory is short. The
 * caller closes the book in any case. */
enum ihp_status ihp__book_begin(struct ihp__book *book, const char *path, struct ihp_error *err);

/* Writes the file unless `err` has an error. Messages begin with `path`. */
enum ihp_status ihp__book_close(struct ihp__book *book, const char *path, struct ihp_error *err);

/* Adds a sheet with a title and a line about it in its first rows; that of a what-if says that it
 * is one there, and on every page. It is printed across the paper, as wide as a page. */
struct ihp__sheet ihp__sheet_begin(struct ihp__book *book, const char *name, const char *title,
                                   const char *note);

/* Sets the printed part of a sheet, to the row before the current one and to column `last`; rows to
 * `header` are printed on every page and do not scroll. */
void ihp__sheet_end(const struct ihp__sheet *sheet, lxw_row_t header, lxw_col_t last);

/* Write a cell of the current row. A NaN and an empty text are blank. */
void ihp__sheet_text(const struct ihp__sheet *sheet, lxw_col_t column, const char *text,
                     enum ihp__xlsx_style style);
void ihp__sheet_number(const struct ihp__sheet *sheet, lxw_col_t column, double value,
                       enum ihp__xlsx_style style);

/* Write a formula with the value that the engine has for it: viewers that do not compute show it.
 * The result of a NaN is an empty text. */
void ihp__sheet_formula(const struct ihp__sheet *sheet, lxw_col_t column, const char *formula,
                        double value, enum ihp__xlsx_style style);
void ihp__sheet_formula_text(const struct ihp__sheet *sheet, lxw_col_t column, const char *formula,
                             const char *value);

/* Writes the cells of a header into the current row, and goes to the next one. A name that begins
 * with '>' is written without it, above numbers. */
void ihp__sheet_header(struct ihp__sheet *sheet, const char *const *name, lxw_col_t names);

/* Writes a cell of a table as a value. */
void ihp__sheet_cell(const struct ihp__sheet *sheet, lxw_col_t column, const struct ihp__cell *cell,
                     enum ihp__cell_kind kind);

/* Gives a cell of the current row a name: in formulas of the whole book, or of its sheet. */
void ihp__sheet_name(const struct ihp__sheet *sheet, lxw_col_t column, const char *name,
                     bool whole_book);

/* ---- the sheets ------------------------------------------------------------------------------ */

/* Returns the name of the sheet of row `r` of the settlement, which no other sheet has. */
void ihp__ihp_sheet_name(const struct ihp__table *settlement, size_t r,
                         char name[IHP__SHEET_NAME + 1]);

/* Returns true if all numbers of row `r` of the settlement on which the steps rest may be shown. */
bool ihp__ihp_is_shown(const struct ihp__table *settlement, size_t r);

/* The amounts of all IHPs; the terms of all; the steps of each; tables as they are. */
void ihp__put_summary_sheet(struct ihp__book *book);
void ihp__put_terms_sheet(struct ihp__book *book);
enum ihp_status ihp__put_ihp_sheet(struct ihp__book *book, size_t r, struct ihp_error *err);
void ihp__put_table_sheets(struct ihp__book *book, struct ihp_notices *notices);
void ihp__put_manifest_sheet(struct ihp__book *book);

/* The rows of the steps in the sheet of an IHP, and the column of their results. */
enum { IHP__STEP_ROW = 4, IHP__STEP_RESULT = 2 };

/* Returns the line of a step by the name of its column, from 0; IHP__WATERFALL_STEPS for a column
 * that is no step. */
size_t ihp__step_line(const char *column);

#endif
