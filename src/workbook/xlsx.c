/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells, styles and names of a workbook, and the file that it becomes. */
#include "workbook/xlsx.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* ---- the book -------------------------------------------------------------------------------- */

/* Keeps the first error of the book. */
static void note(struct ihp__book *book, lxw_error error)
{
    if (book->error == LXW_NO_ERROR) {
        book->error = error;
    }
}

static const char *number_format(enum ihp__xlsx_style style)
{
    switch (style) {
    case IHP__XLSX_COUNT:
    case IHP__XLSX_INPUT_COUNT:
        return "#,##0";
    case IHP__XLSX_DOLLARS:
    case IHP__XLSX_TOTAL:
    case IHP__XLSX_INPUT_DOLLARS:
        return "$#,##0.00;[Red]-$#,##0.00";
    case IHP__XLSX_RATIO:
    case IHP__XLSX_INPUT_RATIO:
        return "0.0000##";
    case IHP__XLSX_TEXT:
    case IHP__XLSX_TITLE:
    case IHP__XLSX_NOTE:
    case IHP__XLSX_HEADER:
    case IHP__XLSX_HEADER_NUMBER:
    case IHP__XLSX_NOT_SHOWN:
    case IHP__XLSX_RESULT_TEXT:
    case IHP__XLSX_INPUT_TEXT:
    case IHP__XLSX_STYLES:
        break;
    }
    return NULL;
}

static bool is_input(enum ihp__xlsx_style style)
{
    return style >= IHP__XLSX_INPUT_TEXT;
}

static void set_style(lxw_format *format, enum ihp__xlsx_style style)
{
    const char *number = number_format(style);
    if (number != NULL) {
        format_set_num_format(format, number);
    }
    if (is_input(style)) {
        format_set_bg_color(format, 0xFFF8DC);
        format_set_font_color(format, 0x1F3F9F);
        format_set_border(format, LXW_BORDER_HAIR);
        format_set_align(format, LXW_ALIGN_RIGHT);
    } else if (style == IHP__XLSX_TITLE) {
        format_set_bold(format);
        format_set_font_size(format, 14);
    } else if (style == IHP__XLSX_NOTE || style == IHP__XLSX_NOT_SHOWN) {
        format_set_italic(format);
        format_set_font_color(format, 0x595959);
    } else if (style == IHP__XLSX_HEADER || style == IHP__XLSX_HEADER_NUMBER) {
        format_set_bold(format);
        format_set_bottom(format, LXW_BORDER_THIN);
        format_set_bg_color(format, 0xE7ECF2);
        format_set_align(format, style == IHP__XLSX_HEADER ? LXW_ALIGN_LEFT : LXW_ALIGN_RIGHT);
    } else if (style == IHP__XLSX_RESULT_TEXT) {
        format_set_align(format, LXW_ALIGN_RIGHT);
    } else if (style == IHP__XLSX_TEXT) {
        format_set_indent(format, 1); /* apart from a number on its left */
    } else if (style == IHP__XLSX_TOTAL) {
        format_set_bold(format);
        format_set_top(format, LXW_BORDER_THIN);
    }
}

enum ihp_status ihp__book_begin(struct ihp__book *book, const char *path, struct ihp_error *err)
{
    book->workbook = workbook_new(path);
    bool made = book->workbook != NULL;
    for (int style = 0; made && style < IHP__XLSX_STYLES; style++) {
        book->format[style] = workbook_add_format(book->workbook);
        made = book->format[style] != NULL;
        if (made) {
            set_style(book->format[style], (enum ihp__xlsx_style)style);
        }
    }
    if (!made) {
        return ihp__fail_memory(err, "a workbook");
    }
    /* The library would write the time of the run, and equal results would differ. */
    int64_t day = book->deck->performance.paid_through;
    lxw_doc_properties properties = {.title = "Settlement of Integrated Health Partnerships",
                                     .comments = "Made by 'ihp workbook' from a result folder",
                                     .created = day <= 0 ? 1 : day * 86400};
    note(book, workbook_set_properties(book->workbook, &properties));
    return IHP_OK;
}

/* Reports why the file is not whole: by the system's words, or else by the library's. */
static enum ihp_status fail_book(const struct ihp__book *book, const char *path,
                                 struct ihp_error *err)
{
    int reason = errno;
    if (book->error == LXW_ERROR_MEMORY_MALLOC_FAILED || reason == ENOMEM) {
        return ihp__fail_memory(err, path);
    }
    return ihp__fail(err, IHP_ERR_RUN, "%s: cannot be written to its end (%s)", path,
                     reason != 0 ? strerror(reason) : lxw_strerror(book->error));
}

enum ihp_status ihp__book_close(struct ihp__book *book, const char *path, struct ihp_error *err)
{
    if (book->workbook == NULL) {
        return err->status;
    }
    if (err->status != IHP_OK || book->error != LXW_NO_ERROR) {
        lxw_workbook_free(book->workbook);
        errno = 0;
    } else {
        errno = 0;
        book->error = workbook_close(book->workbook);
    }
    book->workbook = NULL;
    if (err->status == IHP_OK && book->error != LXW_NO_ERROR) {
        return fail_book(book, path, err);
    }
    return err->status;
}

/* ---- sheets ---------------------------------------------------------------------------------- */

struct ihp__sheet ihp__sheet_begin(struct ihp__book *book, const char *name, const char *title,
                                   const char *about)
{
    struct ihp__sheet sheet = {.book = book,
                               .worksheet = workbook_add_worksheet(book->workbook, name)};
    snprintf(sheet.name, sizeof sheet.name, "%s", name);
    if (sheet.worksheet == NULL) {
        note(book, LXW_ERROR_PARAMETER_VALIDATION);
        return sheet;
    }
    worksheet_set_landscape(sheet.worksheet);
    worksheet_set_paper(sheet.worksheet, 1); /* Letter */
    worksheet_fit_to_pages(sheet.worksheet, 1, 0);
    note(book, worksheet_set_footer(sheet.worksheet, "&L&A&RPage &P of &N"));
    char text[sizeof book->what_if + 300];
    snprintf(text, sizeof text, "%s%s", book->what_if, about);
    if (book->what_if[0] != '\0') {
        note(book, worksheet_set_header(sheet.worksheet, "&CWhat-if, not a settlement"));
    }
    ihp__sheet_text(&sheet, 0, title, IHP__XLSX_TITLE);
    sheet.row++;
    ihp__sheet_text(&sheet, 0, text, IHP__XLSX_NOTE);
    sheet.row += 2;
    return sheet;
}

/* Gives a place of the sheet a name that Excel knows. The library's own functions for this do not
 * quote the name of a sheet that looks like a cell, such as IHP001, which damages the file. */
static void define(const struct ihp__sheet *sheet, const char *name, const char *place)
{
    char full[80], formula[120];
    snprintf(full, sizeof full, "'%s'!_xlnm.%s", sheet->name, name);
    snprintf(formula, sizeof formula, "='%s'!%s", sheet->name, place);
    note(sheet->book, workbook_define_name(sheet->book->workbook, full, formula));
}

void ihp__sheet_end(const struct ihp__sheet *sheet, lxw_row_t header, lxw_col_t last)
{
    char area[LXW_MAX_CELL_RANGE_LENGTH], rows[40];
    if (sheet->worksheet != NULL) {
        worksheet_freeze_panes(sheet->worksheet, header + 1, 0);
        lxw_rowcol_to_range_abs(area, 0, 0, sheet->row > 0 ? sheet->row - 1 : 0, last);
        snprintf(rows, sizeof rows, "$%u:$%u", header + 1, header + 1);
        define(sheet, "Print_Area", area);
        define(sheet, "Print_Titles", rows);
    }
}

void ihp__sheet_text(const struct ihp__sheet *sheet, lxw_col_t column, const char *text,
                     enum ihp__xlsx_style style)
{
    lxw_format *format = sheet->book->format[style];
    if (sheet->worksheet != NULL) {
        note(sheet->book,
             text[0] != '\0'
                 ? worksheet_write_string(sheet->worksheet, sheet->row, column, text, format)
                 : worksheet_write_blank(sheet->worksheet, sheet->row, column, format));
    }
}

void ihp__sheet_number(const struct ihp__sheet *sheet, lxw_col_t column, double value,
                       enum ihp__xlsx_style style)
{
    lxw_format *format = sheet->book->format[style];
    if (sheet->worksheet != NULL) {
        note(sheet->book,
             isnan(value)
                 ? worksheet_write_blank(sheet->worksheet, sheet->row, column, format)
                 : worksheet_write_number(sheet->worksheet, sheet->row, column, value, format));
    }
}

void ihp__sheet_formula(const struct ihp__sheet *sheet, lxw_col_t column, const char *formula,
                        double value, enum ihp__xlsx_style style)
{
    lxw_format *format = sheet->book->format[style];
    if (sheet->worksheet != NULL) {
        note(sheet->book, isnan(value)
                              ? worksheet_write_formula_str(sheet->worksheet, sheet->row, column,
                                                            formula, format, "")
                              : worksheet_write_formula_num(sheet->worksheet, sheet->row, column,
                                                            formula, format, value));
    }
}

void ihp__sheet_formula_text(const struct ihp__sheet *sheet, lxw_col_t column, const char *formula,
                             const char *value)
{
    if (sheet->worksheet != NULL) {
        note(sheet->book,
             worksheet_write_formula_str(sheet->worksheet, sheet->row, column, formula,
                                         sheet->book->format[IHP__XLSX_RESULT_TEXT], value));
    }
}

void ihp__sheet_header(struct ihp__sheet *sheet, const char *const *name, lxw_col_t names)
{
    for (lxw_col_t i = 0; i < names; i++) {
        bool number = name[i][0] == '>';
        ihp__sheet_text(sheet, i, name[i] + number,
                        number ? IHP__XLSX_HEADER_NUMBER : IHP__XLSX_HEADER);
    }
    sheet->row++;
}

void ihp__sheet_cell(const struct ihp__sheet *sheet, lxw_col_t column, const struct ihp__cell *cell,
                     enum ihp__cell_kind kind)
{
    static const enum ihp__xlsx_style style[] = {
        [IHP__CELL_INTEGER] = IHP__XLSX_COUNT,
        [IHP__CELL_DOLLARS] = IHP__XLSX_DOLLARS,
        [IHP__CELL_RATIO] = IHP__XLSX_RATIO,
        [IHP__CELL_SECONDS] = IHP__XLSX_RATIO,
    };
    if (cell->hidden) {
        ihp__sheet_text(sheet, column, "not shown", IHP__XLSX_NOT_SHOWN);
    } else if (kind == IHP__CELL_TEXT) {
        ihp__sheet_text(sheet, column, cell->text, IHP__XLSX_TEXT);
    } else {
        ihp__sheet_number(sheet, column, ihp__cell_number(cell, kind),
                          cell->money ? IHP__XLSX_DOLLARS : style[kind]);
    }
}

void ihp__sheet_name(const struct ihp__sheet *sheet, lxw_col_t column, const char *name,
                     bool whole_book)
{
    char full[160], place[160], cell[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(cell, sheet->row, column, 1, 1);
    snprintf(place, sizeof place, "='%s'!%s", sheet->name, cell);
    if (whole_book) {
        snprintf(full, sizeof full, "%s", name);
    } else {
        snprintf(full, sizeof full, "'%s'!%s", sheet->name, name);
    }
    note(sheet->book, workbook_define_name(sheet->book->workbook, full, place));
}

size_t ihp__step_line(const char *column)
{
    size_t line = 0;
    while (line < IHP__WATERFALL_STEPS && strcmp(ihp__waterfall_step[line].column, column) != 0) {
        line++;
    }
    return line;
}
