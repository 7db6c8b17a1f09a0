/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets of tables as they are, and of the manifest. */
#include "result/shown.h"
#include "workbook/xlsx.h"

#include <math.h>
#include <string.h>

/* ---- tables ---------------------------------------------------------------------------------- */

static const struct {
    const char *table, *sheet, *about;
} tables[] = {
    {"terms", "Terms by IHP", "What the amount of each IHP depends on, with sections."},
    {"payer_split", "Payers", "The amount due of each IHP by payer [5.4]."},
    {"risk_weights", "Risk weights", "The weight of each risk category [16.4.1.2]."},
    {"risk_scores", "Risk scores",
     "The attributed members of each IHP by risk category. The risk score of a period is the mean "
     "weight by member month [16.5.2]. Periods in which the members of an IHP are hidden are not "
     "listed."},
    {"quality_scores", "Quality",
     "Quality scores by category [18]. IHPs whose amounts are hidden are not listed."},
    {"quality", "Measures",
     "Points of each quality measure [18]. IHPs whose amounts are hidden are not listed."},
    {"scenarios", "Scenarios", "The settlement of each IHP in each scenario of the sweep."},
    {"scenario_terms", "Scenario terms", "What each scenario changes."},
    {"readings_total", "Readings in all", "The price of each other reading, all IHPs together."},
    {"readings", "Readings", "The price of each other reading of the contract, by IHP."},
    {"bootstrap_outcomes", "Outcomes", "Chances of savings and losses of each IHP."},
    {"bootstrap", "Bootstrap", "Standard errors and intervals of each IHP."},
    {"bootstrap_quantiles", "Quantiles", "Quantiles of ratio and final amount of each IHP."},
    {"scenario_bootstrap", "Scenario intervals", "Intervals of each IHP in each scenario."},
    {"bridge", "Bridge", "Steps from the interim to the final amount."},
    {"payments_quarter", "Payments", "Population-based payments of each IHP by quarter [15]."},
    {"payments", "Payments by month",
     "The members of each IHP by month, for whom it was paid, and the payments [15, 5.2.1]."},
    {"reconcile", "Reconciliation",
     "What the State takes back from each IHP (positive) or owes it (negative) [15.5]."},
};

/* Returns the width of a column that shows its name, the usual numbers, and texts of its first rows
 * that are not very long. */
static double width_of(const struct ihp__table *t, size_t column)
{
    enum { NUMBER = 16, TEXT = 14, TEXT_MOST = 48, ROWS = 2000, BORDER = 2 };
    bool texts = t->column[column].kind == IHP__CELL_TEXT;
    size_t width = strlen(t->column[column].name) + BORDER, least = texts ? TEXT : NUMBER;
    for (size_t r = 0; texts && r < t->rows && r < ROWS; r++) {
        size_t length = strlen(ihp__table_row(t, r)[column].text) + BORDER;
        length = length < TEXT_MOST ? length : TEXT_MOST;
        width = length > width ? length : width;
    }
    return (double)(width > least ? width : least);
}

static void set_widths(const struct ihp__sheet *sheet, const struct ihp__table *t)
{
    for (size_t c = 0; c < t->columns && sheet->worksheet != NULL; c++) {
        worksheet_set_column(sheet->worksheet, (lxw_col_t)c, (lxw_col_t)c, width_of(t, c), NULL);
    }
}

/* Returns true if a row is of the quality of an IHP whose score is hidden, as it is with the
 * amounts. */
static bool is_left_out(const struct ihp__finished *f, const struct ihp__table *t,
                        const struct ihp__cell *row)
{
    const struct ihp__table *settlement = &f->table[IHP__TABLE_SETTLEMENT];
    size_t score = ihp__table_column_of(settlement, "quality_score");
    bool quality = t == &f->table[IHP__TABLE_QUALITY] || t == &f->table[IHP__TABLE_QUALITY_SCORES];
    bool hidden = false;
    for (size_t r = 0; r < settlement->rows && quality; r++) {
        const struct ihp__cell *ihp = ihp__table_row(settlement, r);
        hidden = hidden || (ihp[score].hidden && strcmp(ihp[0].text, row[0].text) == 0);
    }
    return hidden;
}

/* Writes a table as sheet `i` of the list. */
static void put_table(struct ihp__book *book, const struct ihp__table *t, size_t i,
                      struct ihp_notices *notices)
{
    enum { ROWS_MAX = LXW_ROW_MAX - 8 };
    char title[80];
    snprintf(title, sizeof title, "%.60s.csv", t->name);
    struct ihp__sheet sheet = ihp__sheet_begin(book, tables[i].sheet, title, tables[i].about);
    lxw_row_t header = sheet.row;
    size_t rows = t->rows < ROWS_MAX ? t->rows : ROWS_MAX;
    set_widths(&sheet, t);
    for (size_t c = 0; c < t->columns; c++) {
        ihp__sheet_text(&sheet, (lxw_col_t)c, t->column[c].name,
                        t->column[c].kind == IHP__CELL_TEXT ? IHP__XLSX_HEADER
                                                            : IHP__XLSX_HEADER_NUMBER);
    }
    sheet.row++;
    for (size_t r = 0; r < rows; r++) {
        const struct ihp__cell *row = ihp__table_row(t, r);
        if (is_left_out(book->finished, t, row)) {
            continue;
        }
        for (size_t c = 0; c < t->columns; c++) {
            ihp__sheet_cell(&sheet, (lxw_col_t)c, &row[c], t->column[c].kind);
        }
        sheet.row++;
    }
    if (sheet.worksheet != NULL && sheet.row > header + 1) {
        worksheet_autofilter(sheet.worksheet, header, 0, sheet.row - 1,
                             (lxw_col_t)(t->columns - 1));
    }
    ihp__sheet_end(&sheet, header, (lxw_col_t)(t->columns - 1));
    if (rows < t->rows) {
        ihp__notice_add(notices,
                        "%s.csv has %zu rows, and a sheet can have %zu: the others are only in the "
                        "result folder",
                        t->name, t->rows, rows);
    }
}

void ihp__put_table_sheets(struct ihp__book *book, struct ihp_notices *notices)
{
    const struct ihp__finished *f = book->finished;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (int t = 0; t < IHP__FINISHED_TABLES; t++) {
            if (f->present[t] && strcmp(f->table[t].name, tables[i].table) == 0) {
                put_table(book, &f->table[t], i, notices);
            }
        }
    }
}

/* ---- the manifest ---------------------------------------------------------------------------- */

enum { ENTRY, VALUE, ENTRY_TEXT = 200 };

/* Returns true for a count that must not be shown: one of 1 to 10, and those of attributed members
 * if an IHP is not shown. */
static bool is_small(const struct ihp__book *book, const char *entry, json_int_t value)
{
    const struct ihp__table *t = &book->finished->table[IHP__TABLE_SETTLEMENT];
    if (strncmp(entry, "counts.", 7) != 0 && strncmp(entry, "import.", 7) != 0) {
        return false;
    }
    bool hidden = ihp__count_is_small(value);
    for (size_t r = 0; strncmp(entry, "counts.attributed", 17) == 0 && r < t->rows; r++) {
        hidden = hidden || !ihp__ihp_is_shown(t, r);
    }
    return hidden;
}

static void put_value(struct ihp__sheet *sheet, const char *entry, const json_t *value)
{
    ihp__sheet_text(sheet, ENTRY, entry, IHP__XLSX_TEXT);
    if (json_is_string(value)) {
        ihp__sheet_text(sheet, VALUE, json_string_value(value), IHP__XLSX_TEXT);
    } else if (json_is_integer(value) && is_small(sheet->book, entry, json_integer_value(value))) {
        ihp__sheet_text(sheet, VALUE, "not shown", IHP__XLSX_NOT_SHOWN);
    } else if (json_is_number(value)) {
        ihp__sheet_number(sheet, VALUE, json_number_value(value), IHP__XLSX_TEXT);
    } else {
        char text[IHP__MANIFEST_TEXT];
        ihp__sheet_text(sheet, VALUE, ihp__manifest_value_text(value, text), IHP__XLSX_TEXT);
    }
    sheet->row++;
}

/* Writes the entries of an object or array of the manifest, which is not deeper than two. */
static void put_entries(struct ihp__sheet *sheet, const char *entry, json_t *value)
{
    char name[ENTRY_TEXT];
    const char *key;
    json_t *inner;
    size_t i;
    json_object_foreach(value, key, inner)
    {
        snprintf(name, sizeof name, "%.90s.%.90s", entry, key);
        put_value(sheet, name, inner);
    }
    json_array_foreach(value, i, inner)
    {
        snprintf(name, sizeof name, "%.90s %zu", entry, i + 1);
        put_value(sheet, name, inner);
    }
}

void ihp__put_manifest_sheet(struct ihp__book *book)
{
    static const char *const header[] = {"Entry", "Value"};
    json_t *manifest = book->finished->manifest, *value;
    const char *key;
    struct ihp__sheet sheet =
        ihp__sheet_begin(book, "Manifest", "manifest.json",
                         "From what the settlement was made. The files of the "
                         "folder and the data about its run are left out, and so are notices.");
    if (sheet.worksheet != NULL) {
        worksheet_set_column(sheet.worksheet, ENTRY, ENTRY, 36, NULL);
        worksheet_set_column(sheet.worksheet, VALUE, VALUE, 90, NULL);
    }
    lxw_row_t first = sheet.row;
    ihp__sheet_header(&sheet, header, 2);
    json_object_foreach(manifest, key, value)
    {
        /* Notices can have small numbers in their sentences. */
        static const char *const left_out[] = {"run", "files", "notices"};
        bool out = false;
        for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
            out = out || strcmp(key, left_out[i]) == 0;
        }
        if (out) {
            continue;
        }
        if (json_is_object(value) || json_is_array(value)) {
            put_entries(&sheet, key, value);
        } else {
            put_value(&sheet, key, value);
        }
    }
    ihp__sheet_end(&sheet, first, VALUE);
}
