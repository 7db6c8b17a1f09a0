/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first sheet: the amounts of all IHPs, from their sheets, next to those of the settlement. */
#include "workbook/xlsx.h"

#include <ctype.h>
#include <string.h>

/* ---- names of sheets ------------------------------------------------------------------------- */

/* Returns true if two texts differ in no more than upper and lower case, as Excel compares names.
 */
static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

/* Names that the book or Excel has for other sheets. */
static bool is_taken(const char *name)
{
    static const char *const others[] = {"Summary",        "Terms",       "History",
                                         "Terms by IHP",   "Payers",      "Risk weights",
                                         "Quality",        "Measures",    "Scenarios",
                                         "Readings",       "Outcomes",    "Bootstrap",
                                         "Quantiles",      "Bridge",      "Scenario intervals",
                                         "Payments",       "Manifest",    "Readings in all",
                                         "Scenario terms", "Risk scores", "Payments by month",
                                         "Reconciliation"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (same_name(name, others[i])) {
            return true;
        }
    }
    return false;
}

static bool has_plain_name(const struct ihp__table *settlement, size_t r)
{
    const char *id = ihp__table_row(settlement, r)[0].text;
    bool plain = strlen(id) <= IHP__SHEET_NAME && !is_taken(id);
    for (size_t i = 0; i < settlement->rows && plain; i++) {
        plain = i == r || !same_name(id, ihp__table_row(settlement, i)[0].text);
    }
    return plain;
}

void ihp__ihp_sheet_name(const struct ihp__table *settlement, size_t r,
                         char name[IHP__SHEET_NAME + 1])
{
    const char *id = ihp__table_row(settlement, r)[0].text;
    if (has_plain_name(settlement, r)) {
        snprintf(name, IHP__SHEET_NAME + 1, "%s", id);
    } else {
        snprintf(name, IHP__SHEET_NAME + 1, "%.20s (%zu)", id, r + 1); /* no id has a parenthesis */
    }
}

bool ihp__ihp_is_shown(const struct ihp__table *settlement, size_t r)
{
    static const char *const columns[] = {"base_members", "base_member_months", "base_capped_cost",
                                          "members",      "member_months",      "capped_cost",
                                          "final_amount", "amount_due"};
    const struct ihp__cell *row = ihp__table_row(settlement, r);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (row[ihp__table_column_of(settlement, columns[i])].blank) {
            return false;
        }
    }
    return true;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

enum { IHP, FIRST, LAST = 7, SETTLED = LAST + 1, CHANGE, COLUMNS };

static const char *const from_sheets[COLUMNS] = {
    [FIRST] = "track", "members", "ratio", "outcome", "final_amount", "interim_paid", "amount_due"};

/* Writes a cell that repeats a step of the IHP's sheet. */
static void put_link(const struct ihp__sheet *sheet, lxw_col_t c, const char *from, size_t at,
                     const struct ihp__cell *row)
{
    static const enum ihp__xlsx_style style[] = {[IHP__CELL_TEXT] = IHP__XLSX_TEXT,
                                                 [IHP__CELL_INTEGER] = IHP__XLSX_COUNT,
                                                 [IHP__CELL_DOLLARS] = IHP__XLSX_DOLLARS,
                                                 [IHP__CELL_RATIO] = IHP__XLSX_RATIO,
                                                 [IHP__CELL_SECONDS] = IHP__XLSX_RATIO};
    const struct ihp__table *t = &sheet->book->finished->table[IHP__TABLE_SETTLEMENT];
    enum ihp__cell_kind kind = t->column[at].kind;
    char formula[80];
    size_t line = ihp__step_line(t->column[at].name);
    if (line == IHP__WATERFALL_STEPS) { /* a term, which has only its name */
        snprintf(formula, sizeof formula, "='%s'!%s", from, t->column[at].name);
    } else {
        snprintf(formula, sizeof formula, "='%s'!$C$%zu", from, IHP__STEP_ROW + 1 + line);
    }
    if (kind == IHP__CELL_TEXT) {
        ihp__sheet_formula_text(sheet, c, formula, row[at].text);
    } else {
        ihp__sheet_formula(sheet, c, formula, ihp__cell_number(&row[at], kind), style[kind]);
    }
}

/* Writes the row of an IHP. */
static void put_row(const struct ihp__sheet *sheet, size_t r)
{
    const struct ihp__table *t = &sheet->book->finished->table[IHP__TABLE_SETTLEMENT];
    const struct ihp__cell *row = ihp__table_row(t, r);
    size_t due = ihp__table_column_of(t, "amount_due");
    char name[IHP__SHEET_NAME + 1], text[80];
    ihp__ihp_sheet_name(t, r, name);
    ihp__sheet_text(sheet, IHP, row[0].text, IHP__XLSX_TEXT);
    if (!ihp__ihp_is_shown(t, r)) {
        ihp__sheet_text(sheet, FIRST, "not shown", IHP__XLSX_NOT_SHOWN);
        return;
    }
    for (lxw_col_t c = FIRST; c <= LAST; c++) {
        put_link(sheet, c, name, ihp__table_column_of(t, from_sheets[c]), row);
    }
    ihp__sheet_number(sheet, SETTLED, ihp__cell_number(&row[due], IHP__CELL_DOLLARS),
                      IHP__XLSX_DOLLARS);
    snprintf(text, sizeof text, "=ROUND(H%u-I%u,2)", sheet->row + 1, sheet->row + 1);
    ihp__sheet_formula(sheet, CHANGE, text, 0, IHP__XLSX_DOLLARS);
}

/* Writes a row of sums with a text in each, or, if it is NULL, the sums of the rows of the IHPs,
 * of which `first` is the first. */
static void put_sums(struct ihp__sheet *sheet, const char *title, const char *text, lxw_row_t first)
{
    const struct ihp__table *t = &sheet->book->finished->table[IHP__TABLE_SETTLEMENT];
    static const char *const columns[COLUMNS] = {
        [5] = "final_amount", "interim_paid", "amount_due", "amount_due", ""};
    ihp__sheet_text(sheet, IHP, title, IHP__XLSX_TOTAL);
    for (lxw_col_t c = FIRST; c < COLUMNS; c++) {
        char formula[80];
        int64_t cents = 0;
        if (columns[c] == NULL || text != NULL) {
            ihp__sheet_text(sheet, c, columns[c] == NULL ? "" : text, IHP__XLSX_TOTAL);
            continue;
        }
        size_t at = ihp__table_column_of(t, columns[c]);
        for (size_t r = 0; c != CHANGE && r < t->rows; r++) {
            cents += ihp__ihp_is_shown(t, r) ? ihp__table_row(t, r)[at].integer : 0;
        }
        snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'A' + c, first + 1, 'A' + c,
                 sheet->row);
        ihp__sheet_formula(sheet, c, formula, (double)cents / 100.0, IHP__XLSX_TOTAL);
    }
}

/* Writes the sums of the amounts below the rows of the IHPs, and says so if some are not in them.
 * An IHP of Track 1 has amounts of 0. */
static void put_totals(struct ihp__sheet *sheet, lxw_row_t first)
{
    const struct ihp__table *t = &sheet->book->finished->table[IHP__TABLE_SETTLEMENT];
    size_t track = ihp__table_column_of(t, "track"), shown = 0;
    bool hides = false;
    for (size_t r = 0; r < t->rows; r++) {
        shown += ihp__ihp_is_shown(t, r);
        hides = hides || (!ihp__ihp_is_shown(t, r) && ihp__table_row(t, r)[track].integer != 1);
    }
    if (shown > 0 || !hides) {
        put_sums(sheet, hides ? "Total of the IHPs shown" : "Total", NULL, first);
        sheet->row++;
    }
    if (hides) {
        put_sums(sheet, shown > 0 ? "The others" : "Total", "not shown", first);
        sheet->row++;
    }
}

void ihp__put_summary_sheet(struct ihp__book *book)
{
    static const char *const header[] = {
        "IHP",           ">Track",        ">Members",    ">Ratio",      ">Outcome",
        ">Final amount", ">Interim paid", ">Amount due", ">As settled", ">Change"};
    const struct ihp__table *t = &book->finished->table[IHP__TABLE_SETTLEMENT];
    char title[160], about[280];
    snprintf(title, sizeof title, "%.60s of %d against %d", ihp__settlement_title(book->deck),
             book->deck->performance.year, book->deck->base.year);
    snprintf(about, sizeof about,
             "%.120s Amounts follow from the sheets of the IHPs; as settled is the amount due "
             "whatever inputs are changed.",
             ihp__settlement_amounts(book->deck));
    struct ihp__sheet sheet = ihp__sheet_begin(book, "Summary", title, about);
    if (sheet.worksheet != NULL) {
        worksheet_set_column(sheet.worksheet, IHP, IHP, 24, NULL);
        worksheet_set_column(sheet.worksheet, FIRST, CHANGE, 18, NULL);
    }
    lxw_row_t first = sheet.row;
    ihp__sheet_header(&sheet, header, COLUMNS);
    for (size_t r = 0; r < t->rows; r++, sheet.row++) {
        put_row(&sheet, r);
    }
    put_totals(&sheet, first + 1);
    ihp__sheet_end(&sheet, first, CHANGE);
}
