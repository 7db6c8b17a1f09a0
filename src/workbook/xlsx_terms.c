/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet of the terms that all IHPs have in common, as inputs of every IHP's sheet. */
#include "workbook/terms.h"
#include "workbook/xlsx.h"

#include <math.h>
#include <string.h>

enum { TERM, VALUE, SECTION, MEANING, COLUMNS };

/* A term with a name of its own; what it can be, if it is a text. */
static const struct {
    const char *term, *name, *section, *meaning;
    const char *choices[4];
} common[] = {
    {"settlement",
     "settlement",
     "2.12",
     "kind of settlement",
     {"interim", "final", "quarterly", NULL}},
    {"threshold", "threshold", "16.7", "nothing is shared within it", {NULL}},
    {"quality_share", "quality_share", "18.2", "part of an amount that quality changes", {NULL}},
    {"policies.pbp_offset_rule",
     "pbp_offset_rule",
     "16.8.2.2",
     "how the population-based payment is offset",
     {"share", "rerun", NULL}},
    {"policies.pbp_offset_outside",
     "pbp_offset_outside",
     "16.8.2.2",
     "the offset beyond the outermost corridor",
     {"none", "outermost", NULL}},
    {"policies.quality_on_losses",
     "quality_on_losses",
     "18.4.13",
     "what quality does to losses",
     {"as_written", "none", "inverse", NULL}},
    {"policies.circumstance_rule",
     "circumstance_rule",
     "5.9",
     "how affected months cancel losses",
     {"share", "months", NULL}},
};

/* Lets a reader choose among what a text can be. */
static void put_choices(const struct ihp__sheet *sheet, const char *const *choices)
{
    char text[4][20] = {""}, *list[5] = {NULL};
    for (size_t i = 0; choices[i] != NULL; i++) {
        snprintf(text[i], sizeof text[i], "%s", choices[i]);
        list[i] = text[i];
    }
    lxw_data_validation validation = {.validate = LXW_VALIDATION_TYPE_LIST, .value_list = list};
    if (sheet->worksheet != NULL && sheet->book->error == LXW_NO_ERROR) {
        sheet->book->error =
            worksheet_data_validation_cell(sheet->worksheet, sheet->row, VALUE, &validation);
    }
}

static void put_common(struct ihp__sheet *sheet, const struct ihp__waterfall *w)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++, sheet->row++) {
        const char *value = ihp__waterfall_term(w, common[i].term);
        ihp__sheet_text(sheet, TERM, common[i].term, IHP__XLSX_TEXT);
        if (common[i].choices[0] != NULL) {
            ihp__sheet_text(sheet, VALUE, value, IHP__XLSX_INPUT_TEXT);
            put_choices(sheet, common[i].choices);
        } else {
            ihp__sheet_number(sheet, VALUE, ihp__ihp_term_number(w, common[i].term),
                              IHP__XLSX_INPUT_RATIO);
        }
        ihp__sheet_text(sheet, SECTION, common[i].section, IHP__XLSX_TEXT);
        ihp__sheet_text(sheet, MEANING, common[i].meaning, IHP__XLSX_NOTE);
        ihp__sheet_name(sheet, VALUE, common[i].name, true);
    }
}

/* Writes a part of a year's trend. Returns its value. */
static double put_rate(struct ihp__sheet *sheet, const struct ihp__waterfall *w, int year,
                       const char *part)
{
    char term[80], name[80];
    snprintf(term, sizeof term, "trend.%d.%s", year, part);
    snprintf(name, sizeof name, "trend_%s_%d", part, year);
    double value = ihp__ihp_term_number(w, term);
    ihp__sheet_text(sheet, TERM, term, IHP__XLSX_TEXT);
    ihp__sheet_number(sheet, VALUE, value, IHP__XLSX_INPUT_RATIO);
    ihp__sheet_text(sheet, SECTION, "16.4.2", IHP__XLSX_TEXT);
    ihp__sheet_text(sheet, MEANING,
                    strcmp(part, "rate") == 0
                        ? "expected change of cost in the year"
                        : "adjustment for excluded services and other factors",
                    IHP__XLSX_NOTE);
    ihp__sheet_name(sheet, VALUE, name, true);
    sheet->row++;
    return value;
}

/* Writes the rates of each year after the base year, and the product. */
static void put_trend(struct ihp__sheet *sheet, const struct ihp__waterfall *w, int base_year)
{
    char product[2000] = "=1", term[80];
    double value = 1;
    int32_t last_month = 11;
    if (!ihp__month_parse(ihp__waterfall_term(w, "period.last_month"), &last_month)) {
        last_month = 11;
    }
    int last_year = 1970 + last_month / 12, months = last_month % 12 + 1;
    ihp__sheet_text(sheet, TERM, "months of the last year", IHP__XLSX_TEXT);
    ihp__sheet_number(sheet, VALUE, months, IHP__XLSX_INPUT_COUNT);
    ihp__sheet_text(sheet, SECTION, "16.4.2", IHP__XLSX_TEXT);
    ihp__sheet_text(sheet, MEANING, "the trend of the last year counts for so many of 12 months",
                    IHP__XLSX_NOTE);
    ihp__sheet_name(sheet, VALUE, "trend_months", true);
    sheet->row++;
    for (int year = base_year + 1; year <= last_year; year++) {
        snprintf(term, sizeof term, "trend.%d.rate", year);
        if (ihp__waterfall_term(w, term)[0] == '\0') {
            continue;
        }
        double rate = put_rate(sheet, w, year, "rate");
        double change = (1 + rate) * (1 + put_rate(sheet, w, year, "adjustment"));
        bool last = year == last_year;
        value *= last && months < 12 ? pow(change, months / 12.0) : change;
        size_t used = strlen(product);
        snprintf(product + used, sizeof product - used,
                 "*((1+trend_rate_%d)*(1+trend_adjustment_%d))%s", year, year,
                 last ? "^(trend_months/12)" : "");
    }
    ihp__sheet_text(sheet, TERM, "trend factor", IHP__XLSX_TEXT);
    ihp__sheet_formula(sheet, VALUE, product, value, IHP__XLSX_RATIO);
    ihp__sheet_text(sheet, SECTION, "16.4.2", IHP__XLSX_TEXT);
    ihp__sheet_text(sheet, MEANING, "product of (1 + rate) x (1 + adjustment)", IHP__XLSX_NOTE);
    ihp__sheet_name(sheet, VALUE, "trend_product", true);
    sheet->row++;
}

void ihp__put_terms_sheet(struct ihp__book *book)
{
    static const char *const header[] = {"Term", ">Value", "Section", "Meaning"};
    const struct ihp__finished *f = book->finished;
    const struct ihp__table *settlement = &f->table[IHP__TABLE_SETTLEMENT];
    struct ihp__sheet sheet = ihp__sheet_begin(
        book, "Terms", "Terms of all IHPs",
        "Yellow cells are inputs: change one, and the amounts of every IHP follow. What an IHP has "
        "for itself is in its own sheet.");
    lxw_row_t first = sheet.row;
    if (sheet.worksheet != NULL) {
        worksheet_set_column(sheet.worksheet, TERM, TERM, 30, NULL);
        worksheet_set_column(sheet.worksheet, VALUE, VALUE, 18, NULL);
        worksheet_set_column(sheet.worksheet, SECTION, SECTION, 12, NULL);
        worksheet_set_column(sheet.worksheet, MEANING, MEANING, 60, NULL);
    }
    ihp__sheet_header(&sheet, header, COLUMNS);
    /* The terms are those of the deck, which all IHPs have; every IHP has rows of them. */
    const struct ihp__waterfall w = {.settlement = settlement,
                                     .terms = &f->table[IHP__TABLE_TERMS],
                                     .row = ihp__table_row(settlement, 0)};
    put_common(&sheet, &w);
    put_trend(&sheet, &w, book->deck->base.year);
    ihp__sheet_end(&sheet, first, MEANING);
}
