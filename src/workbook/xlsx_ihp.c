/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet of an IHP: the steps to its amount as formulas, and the terms that are its own. */
#include "workbook/terms.h"
#include "workbook/xlsx.h"

#include <math.h>
#include <string.h>

enum { LINE, STEP, RESULT = IHP__STEP_RESULT, SECTION, FORMULA, LAST_COLUMN = 10 };

/* Formulas of the steps. The names of cells are the columns of settlement.csv, the terms below the
 * steps, and the terms of all IHPs. A step that is not listed is an input. */
static const struct {
    const char *column, *formula;
} formulas[] = {
    {"base_tcoc_pmpm", "=IF(base_member_months>0,base_capped_cost/base_member_months,\"\")"},
    {"tcoc_pmpm", "=IF(member_months>0,capped_cost/member_months,\"\")"},
    {"trend_factor", "=trend_product"},
    {"target_pmpm", "=IF(ISNUMBER(base_tcoc_pmpm),base_tcoc_pmpm*trend_factor,\"\")"},
    {"adjusted_target_pmpm", "=IF(AND(ISNUMBER(target_pmpm),ISNUMBER(risk),N(base_risk)<>0),"
                             "target_pmpm*(risk/base_risk),\"\")"},
    {"ratio", "=IF(AND(ISNUMBER(adjusted_target_pmpm),ISNUMBER(tcoc_pmpm)),"
              "IF(adjusted_target_pmpm>0,tcoc_pmpm/adjusted_target_pmpm,\"\"),\"\")"},
    {"gross_difference", "=IF(AND(ISNUMBER(adjusted_target_pmpm),ISNUMBER(tcoc_pmpm)),"
                         "(adjusted_target_pmpm-tcoc_pmpm)*member_months,\"\")"},
    {"outcome", "=IF(OR(track=1,NOT(ISNUMBER(ratio))),\"no_settlement\","
                "IF(ratio_rounded<ROUND(1-threshold,12),\"savings\","
                "IF(ratio_rounded>ROUND(1+threshold,11),\"losses\",\"inside_threshold\")))"},
    {"shared_before_pbp",
     "=IF(outcome=\"savings\",corridors_shared*adjusted_target_pmpm*member_months,"
     "IF(outcome=\"losses\",-corridors_shared*adjusted_target_pmpm*member_months,0))"},
    {"pbp_offset", "=IF(outcome=\"savings\",MIN(shared_before_pbp,pbp_offset_unlimited),"
                   "IF(outcome=\"losses\",pbp_offset_unlimited,0))"},
    {"shared_amount", "=shared_before_pbp-pbp_offset"},
    {"quality_adjusted",
     "=IF(OR(settlement<>\"final\",NOT(ISNUMBER(quality_score)),"
     "AND(shared_amount<0,quality_on_losses=\"none\")),shared_amount,"
     "shared_amount*quality_share*IF(AND(shared_amount<0,quality_on_losses=\"inverse\"),"
     "1-quality_score,quality_score)+shared_amount*(1-quality_share))"},
    {"circumstance_reduction", "=IF(outcome=\"losses\",-quality_adjusted*circumstances_share,0)"},
    {"termination_factor",
     "=IF(outcome=\"no_settlement\",1,IF(AND(outcome=\"losses\",released_from_losses=\"true\"),0,"
     "days_in_force/days_of_period))"},
    {"final_amount", "=IF(final_unrounded=0,0,ROUND(ROUND(final_unrounded,"
                     "11-INT(LOG10(ABS(final_unrounded)))),2))"},
    {"interim_paid", "=IF(AND(settlement=\"final\",track=2),interim_paid_before,0)"},
    {"amount_due", "=IF(settlement=\"interim\",MAX(0,final_amount),"
                   "IF(AND(settlement=\"final\",track=2),ROUND(final_amount-interim_paid,2),0))"},
};

static const char *formula_of(const char *column)
{
    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
        if (strcmp(formulas[i].column, column) == 0) {
            return formulas[i].formula;
        }
    }
    return NULL;
}

/* The IHP of a sheet. */
struct ihp_sheet {
    struct ihp__sheet sheet;
    struct ihp__waterfall w;
    struct ihp__ihp_terms terms;
    const struct ihp__exact_risk *risk;
    double offset; /* of the PBP, before it is limited to the savings */
};

static double number_of(const struct ihp_sheet *s, const char *column)
{
    size_t at = ihp__table_column_of(s->w.settlement, column);
    return ihp__cell_number(&s->w.row[at], s->w.settlement->column[at].kind);
}

/* ---- the steps ------------------------------------------------------------------------------- */

static enum ihp__xlsx_style style_of(enum ihp__cell_kind kind, bool input)
{
    switch (kind) {
    case IHP__CELL_INTEGER:
        return input ? IHP__XLSX_INPUT_COUNT : IHP__XLSX_COUNT;
    case IHP__CELL_DOLLARS:
        return input ? IHP__XLSX_INPUT_DOLLARS : IHP__XLSX_DOLLARS;
    case IHP__CELL_RATIO:
    case IHP__CELL_SECONDS:
        return input ? IHP__XLSX_INPUT_RATIO : IHP__XLSX_RATIO;
    case IHP__CELL_TEXT:
        break;
    }
    return input ? IHP__XLSX_INPUT_TEXT : IHP__XLSX_TEXT;
}

static void put_step(const struct ihp_sheet *s, const char *column)
{
    size_t at = ihp__table_column_of(s->w.settlement, column);
    const struct ihp__cell *cell = &s->w.row[at];
    enum ihp__cell_kind kind = s->w.settlement->column[at].kind;
    const char *formula = formula_of(column);
    double value = ihp__cell_number(cell, kind);
    if (strcmp(column, "risk") == 0) {
        value = s->risk->score[IHP__PERFORMANCE];
    } else if (strcmp(column, "base_risk") == 0) {
        value = s->risk->score[IHP__BASE];
    }
    if (formula == NULL) {
        ihp__sheet_number(&s->sheet, RESULT, value, style_of(kind, true));
    } else if (kind == IHP__CELL_TEXT) {
        ihp__sheet_formula_text(&s->sheet, RESULT, formula, cell->text);
    } else {
        ihp__sheet_formula(&s->sheet, RESULT, formula, value, style_of(kind, false));
    }
    ihp__sheet_name(&s->sheet, RESULT, column, false);
}

/* Writes the steps with their formulas in words, as `ihp show` prints them. */
static enum ihp_status put_steps(struct ihp_sheet *s, struct ihp_error *err)
{
    static const char *const header[] = {
        ">Line", "Step", ">Result", "Section", "Formula of the settlement", "", "", "", "", "", ""};
    struct ihp__table words = {0};
    if (ihp__waterfall_create(&s->w, &words, err) != IHP_OK) {
        ihp__table_free(&words);
        return err->status;
    }
    size_t formula = ihp__table_column_of(&words, "formula");
    ihp__sheet_header(&s->sheet, header, LAST_COLUMN + 1);
    for (size_t i = 0; i < words.rows; i++, s->sheet.row++) {
        const struct ihp__waterfall_step *step = &ihp__waterfall_step[i];
        ihp__sheet_number(&s->sheet, LINE, (double)(i + 1), IHP__XLSX_COUNT);
        ihp__sheet_text(&s->sheet, STEP, step->title, IHP__XLSX_TEXT);
        put_step(s, step->column);
        ihp__sheet_text(&s->sheet, SECTION, step->section, IHP__XLSX_TEXT);
        ihp__sheet_text(&s->sheet, FORMULA, ihp__table_row(&words, i)[formula].text,
                        IHP__XLSX_NOTE);
    }
    ihp__table_free(&words);
    s->sheet.row++;
    return IHP_OK;
}

/* ---- corridors ------------------------------------------------------------------------------- */

enum { FROM = 2, TO, SHARE, SHARED, AT_RATIO, WITH_PBP };

/* What a corridor adds to the shares between two ratios. */
static double shared(const struct ihp_sheet *s, size_t i, double from, double to)
{
    return isnan(from) || isnan(to)
               ? 0
               : ihp__corridor_between(from, to, &s->terms.corridor[i], 1, NULL);
}

/* Writes the formula of the share if the ratio lies in corridor `i`: of two that meet at the ratio,
 * the one nearer to 1. Row numbers of a sheet begin with 1. Returns `text`. */
enum { FORMULA_TEXT = 600 };
static const char *share_formula(const struct ihp_sheet *s, size_t i, char text[FORMULA_TEXT])
{
    unsigned row = s->sheet.row + 1;
    bool first = i == 0, last = i + 1 == s->terms.corridors;
    char nearer_savings[80] = "", nearer_losses[80] = "";
    if (!last) {
        snprintf(nearer_savings, sizeof nearer_savings, ",NOT(AND(C%u<1,ratio_rounded>=C%u))",
                 row + 1, row + 1);
    }
    if (!first) {
        snprintf(nearer_losses, sizeof nearer_losses, ",NOT(AND(D%u>1,ratio_rounded<=D%u))",
                 row - 1, row - 1);
    }
    snprintf(text, FORMULA_TEXT,
             "=IF(NOT(ISNUMBER(ratio_rounded)),0,IF(ratio_rounded<1,"
             "IF(AND(C%u<1,OR(ratio_rounded>=C%u,%s),ratio_rounded<=D%u%s),E%u,0),"
             "IF(AND(D%u>1,ratio_rounded>=C%u,OR(ratio_rounded<=D%u,%s)%s),E%u,0)))",
             row, row, first ? "pbp_offset_outside=\"outermost\"" : "FALSE", row, nearer_savings,
             row, row, row, row, last ? "pbp_offset_outside=\"outermost\"" : "FALSE", nearer_losses,
             row);
    return text;
}

static void put_corridor(const struct ihp_sheet *s, size_t i)
{
    const struct ihp__corridor *c = &s->terms.corridor[i];
    unsigned row = s->sheet.row + 1;
    double ratio = number_of(s, "ratio");
    double target = number_of(s, "adjusted_target_pmpm") * number_of(s, "member_months");
    double pbp = ihp__ihp_term_number(&s->w, "pbp");
    bool outermost =
        strcmp(ihp__waterfall_term(&s->w, "policies.pbp_offset_outside"), "outermost") == 0;
    char text[FORMULA_TEXT];
    ihp__sheet_number(&s->sheet, LINE, (double)(i + 1), IHP__XLSX_COUNT);
    ihp__sheet_text(&s->sheet, STEP, "Corridor", IHP__XLSX_TEXT);
    ihp__sheet_number(&s->sheet, FROM, c->from, IHP__XLSX_INPUT_RATIO);
    ihp__sheet_number(&s->sheet, TO, c->to, IHP__XLSX_INPUT_RATIO);
    ihp__sheet_number(&s->sheet, SHARE, c->share, IHP__XLSX_INPUT_RATIO);
    snprintf(text, sizeof text,
             "=IF(ISNUMBER(ratio),MAX(0,MIN(MAX(ratio,1),D%u)-MAX(MIN(ratio,1),C%u))*E%u,0)", row,
             row, row);
    ihp__sheet_formula(&s->sheet, SHARED, text, shared(s, i, fmin(ratio, 1), fmax(ratio, 1)),
                       IHP__XLSX_RATIO);
    ihp__sheet_formula(&s->sheet, AT_RATIO, share_formula(s, i, text),
                       ihp__corridor_share_of(&s->terms, i, ratio, outermost), IHP__XLSX_RATIO);
    snprintf(text, sizeof text,
             "=IF(ISNUMBER(ratio),MAX(0,MIN(ratio+pbp/(adjusted_target_pmpm*member_months),D%u)-"
             "MAX(ratio,C%u))*E%u,0)",
             row, row, row);
    ihp__sheet_formula(&s->sheet, WITH_PBP, text, shared(s, i, ratio, ratio + pbp / target),
                       IHP__XLSX_RATIO);
}

/* Writes the corridors and, below them, their sums. */
static void put_corridors(struct ihp_sheet *s)
{
    static const char *const header[] = {"",
                                         "Corridors of the IHP [16.8.2.3]",
                                         ">From",
                                         ">To",
                                         ">Share",
                                         ">Shared by the ratio",
                                         ">Share at the ratio",
                                         ">Shared by the PBP"};
    static const char *const names[] = {
        [SHARED] = "corridors_shared", [AT_RATIO] = "corridor_at_ratio", [WITH_PBP] = "pbp_shared"};
    ihp__sheet_header(&s->sheet, header, WITH_PBP + 1);
    unsigned first = s->sheet.row + 1;
    double sum[WITH_PBP + 1] = {0}, ratio = number_of(s, "ratio");
    double target = number_of(s, "adjusted_target_pmpm") * number_of(s, "member_months");
    double pbp = ihp__ihp_term_number(&s->w, "pbp");
    bool outermost =
        strcmp(ihp__waterfall_term(&s->w, "policies.pbp_offset_outside"), "outermost") == 0;
    for (size_t i = 0; i < s->terms.corridors; i++, s->sheet.row++) {
        put_corridor(s, i);
        sum[SHARED] += shared(s, i, fmin(ratio, 1), fmax(ratio, 1));
        sum[AT_RATIO] += ihp__corridor_share_of(&s->terms, i, ratio, outermost);
        sum[WITH_PBP] += shared(s, i, ratio, ratio + pbp / target);
    }
    bool rerun = strcmp(ihp__waterfall_term(&s->w, "policies.pbp_offset_rule"), "rerun") == 0;
    s->offset = isnan(ratio) ? 0 : rerun ? sum[WITH_PBP] * target : sum[AT_RATIO] * pbp;
    ihp__sheet_text(&s->sheet, STEP, "All corridors", IHP__XLSX_TEXT);
    for (lxw_col_t c = SHARED; c <= WITH_PBP; c++) {
        char text[80] = "=0";
        if (s->terms.corridors > 0) {
            snprintf(text, sizeof text, "=SUM(%c%u:%c%u)", 'A' + c, first, 'A' + c, s->sheet.row);
        }
        ihp__sheet_formula(&s->sheet, c, text, sum[c], IHP__XLSX_RATIO);
        ihp__sheet_name(&s->sheet, c, names[c], false);
    }
    s->sheet.row += 2;
}

/* ---- other terms ----------------------------------------------------------------------------- */

/* Writes a number that may be changed. */
static void put_input(struct ihp_sheet *s, const char *title, const char *name, double value,
                      enum ihp__xlsx_style style)
{
    ihp__sheet_text(&s->sheet, STEP, title, IHP__XLSX_TEXT);
    ihp__sheet_number(&s->sheet, RESULT, value, style);
    ihp__sheet_name(&s->sheet, RESULT, name, false);
    s->sheet.row++;
}

static void put_terms(struct ihp_sheet *s)
{
    const struct ihp__waterfall *w = &s->w;
    static const char *const header[] = {"", "Terms of the IHP", ">Value"};
    ihp__sheet_header(&s->sheet, header, 3);
    put_input(s, "Track [4.4]", "track", number_of(s, "track"), IHP__XLSX_INPUT_COUNT);
    ihp__sheet_text(&s->sheet, STEP, "Claims cap, already in the cost [16.9]", IHP__XLSX_TEXT);
    double cap = ihp__ihp_term_number(w, "claims_cap");
    if (isnan(cap)) {
        ihp__sheet_text(&s->sheet, RESULT, ihp__waterfall_term(w, "claims_cap"), IHP__XLSX_TEXT);
    } else {
        ihp__sheet_number(&s->sheet, RESULT, cap, IHP__XLSX_DOLLARS);
    }
    ihp__sheet_text(&s->sheet, SECTION,
                    "Not an input: costs are capped member by member. For another cap, take the "
                    "costs and risk scores of a scenario, or settle with --set claims_cap=...",
                    IHP__XLSX_NOTE);
    s->sheet.row++;
    put_input(s, "Population-based payment [16.8.2.2]", "pbp", ihp__ihp_term_number(w, "pbp"),
              IHP__XLSX_INPUT_DOLLARS);
    put_input(s, "Days of the contract in the period [6.1]", "days_in_force",
              ihp__ihp_term_number(w, "days_in_force"), IHP__XLSX_INPUT_COUNT);
    put_input(s, "Days of the period", "days_of_period", ihp__ihp_term_number(w, "days_of_period"),
              IHP__XLSX_INPUT_COUNT);
    ihp__sheet_text(&s->sheet, STEP, "Losses are dropped at the termination [6.1]", IHP__XLSX_TEXT);
    ihp__sheet_text(&s->sheet, RESULT, ihp__waterfall_term(w, "released_from_losses"),
                    IHP__XLSX_INPUT_TEXT);
    ihp__sheet_name(&s->sheet, RESULT, "released_from_losses", false);
    s->sheet.row++;
    put_input(s, "Paid by the interim settlement [2.12]", "interim_paid_before",
              ihp__ihp_term_number(w, "interim_paid"), IHP__XLSX_INPUT_DOLLARS);
    s->sheet.row++;
}

/* Writes the members in counties of extreme circumstances by month. */
static void put_affected(struct ihp_sheet *s)
{
    static const char *const header[] = {"", "Members in affected counties [5.9]", ">Members"};
    char month[IHP__DATE_TEXT];
    ihp__sheet_header(&s->sheet, header, 3);
    for (int m = 0; m < IHP__WORKBOOK_MONTHS; m++, s->sheet.row++) {
        ihp__sheet_text(&s->sheet, STEP, ihp__month_format(s->terms.first_month + m, month),
                        IHP__XLSX_TEXT);
        ihp__sheet_number(&s->sheet, RESULT,
                          s->terms.hides_month[m] ? NAN : (double)s->terms.affected[m],
                          IHP__XLSX_INPUT_COUNT);
    }
}

/* Writes the share of losses that is cancelled [5.9]. Numbers that are not shown do not matter to
 * the settlement: it has no losses, or they are below a fifth of the members. If a change makes
 * losses, there is no amount without them. */
static void put_circumstances(struct ihp_sheet *s)
{
    char text[FORMULA_TEXT], needed[80] = "";
    bool by_months =
        strcmp(ihp__waterfall_term(&s->w, "policies.circumstance_rule"), "months") == 0;
    put_affected(s);
    unsigned last = s->sheet.row, first = last - IHP__WORKBOOK_MONTHS + 1;
    bool unknown = s->terms.hides_affected && !s->w.losses;
    if (unknown) {
        snprintf(needed, sizeof needed, "IF(AND(outcome=\"losses\",COUNT(C%u:C%u)<12),NA(),", first,
                 last);
    }
    snprintf(text, sizeof text,
             "=%sIF(members>0,IF(circumstance_rule=\"months\","
             "SUMPRODUCT((C%u:C%u>0)*(C%u:C%u*5>=members))/12,"
             "SUMPRODUCT((C%u:C%u*5>=members)*C%u:C%u)/(12*members)),0)%s",
             needed, first, last, first, last, first, last, first, last, unknown ? ")" : "");
    ihp__sheet_text(&s->sheet, STEP, "Share of losses cancelled", IHP__XLSX_TEXT);
    ihp__sheet_formula(
        &s->sheet, RESULT, text,
        ihp__circumstance_share(s->terms.affected, (int64_t)number_of(s, "members"),
                                by_months ? IHP__CIRCUMSTANCE_MONTHS : IHP__CIRCUMSTANCE_SHARE),
        IHP__XLSX_RATIO);
    ihp__sheet_name(&s->sheet, RESULT, "circumstances_share", false);
    if (s->terms.hides_affected) {
        ihp__sheet_text(
            &s->sheet, SECTION,
            unknown
                ? "Members are not shown in a month in which they, or the others, are 1 to 10. If "
                  "a change makes losses, enter those of every month."
                : "Members are not shown in a month in which they are 1 to 10. They are less than "
                  "a fifth, and reduce nothing.",
            IHP__XLSX_NOTE);
    }
    s->sheet.row += 2;
}

/* Writes what the steps need and do not show. */
static void put_between(struct ihp_sheet *s)
{
    static const char *const header[] = {"", "Computed between the steps", ">Result"};
    double ratio = number_of(s, "ratio"), final = number_of(s, "final_amount");
    double before = number_of(s, "quality_adjusted") + number_of(s, "circumstance_reduction");
    ihp__sheet_header(&s->sheet, header, 3);
    ihp__sheet_text(&s->sheet, STEP, "Ratio with 12 digits, for comparisons", IHP__XLSX_TEXT);
    ihp__sheet_formula(&s->sheet, RESULT,
                       "=IF(ISNUMBER(ratio),ROUND(ratio,IF(ratio<1,12,11)),\"\")", ratio,
                       IHP__XLSX_RATIO);
    ihp__sheet_name(&s->sheet, RESULT, "ratio_rounded", false);
    s->sheet.row++;
    ihp__sheet_text(&s->sheet, STEP, "Offset of the PBP without a limit", IHP__XLSX_TEXT);
    ihp__sheet_formula(&s->sheet, RESULT,
                       "=IF(ISNUMBER(ratio),IF(pbp_offset_rule=\"rerun\",pbp_shared*"
                       "adjusted_target_pmpm*member_months,corridor_at_ratio*pbp),0)",
                       s->offset, IHP__XLSX_DOLLARS);
    ihp__sheet_name(&s->sheet, RESULT, "pbp_offset_unlimited", false);
    s->sheet.row++;
    ihp__sheet_text(&s->sheet, STEP, "Final amount before rounding", IHP__XLSX_TEXT);
    ihp__sheet_formula(
        &s->sheet, RESULT, "=(quality_adjusted+circumstance_reduction)*termination_factor",
        isnan(before) ? final : before * number_of(s, "termination_factor"), IHP__XLSX_DOLLARS);
    ihp__sheet_name(&s->sheet, RESULT, "final_unrounded", false);
    s->sheet.row++;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static void set_widths(const struct ihp__sheet *sheet)
{
    if (sheet->worksheet != NULL) {
        worksheet_set_column(sheet->worksheet, LINE, LINE, 6, NULL);
        worksheet_set_column(sheet->worksheet, STEP, STEP, 42, NULL);
        worksheet_set_column(sheet->worksheet, RESULT, RESULT, 20, NULL);
        worksheet_set_column(sheet->worksheet, SECTION, LAST_COLUMN, 17, NULL);
    }
}

enum ihp_status ihp__put_ihp_sheet(struct ihp__book *book, size_t r, struct ihp_error *err)
{
    const struct ihp__finished *f = book->finished;
    const struct ihp__table *settlement = &f->table[IHP__TABLE_SETTLEMENT];
    const char *id = ihp__table_row(settlement, r)[0].text;
    char name[IHP__SHEET_NAME + 1], title[160];
    struct ihp_sheet s = {.risk = &book->risk[r]};
    if (ihp__waterfall_find(settlement, &f->table[IHP__TABLE_TERMS], f->folder, id, &s.w, err) !=
        IHP_OK) {
        return err->status;
    }
    s.w.files = f->files;
    ihp__ihp_sheet_name(settlement, r, name);
    snprintf(title, sizeof title, "%.60s: the steps to its amount", id);
    s.sheet = ihp__sheet_begin(book, name, title,
                               "Yellow cells are inputs: change one, and the amounts follow. The "
                               "terms of all IHPs are in the sheet Terms.");
    set_widths(&s.sheet);
    if (!ihp__ihp_is_shown(settlement, r)) {
        ihp__sheet_text(&s.sheet, 0,
                        "Not shown: the numbers of this IHP would reveal a number of 1 to 10 "
                        "members.",
                        IHP__XLSX_NOT_SHOWN);
        s.sheet.row++;
        ihp__sheet_end(&s.sheet, s.sheet.row, LAST_COLUMN);
        return IHP_OK;
    }
    s.sheet.row = IHP__STEP_ROW - 1;
    if (ihp__ihp_terms_take(&s.w, f->folder, &s.terms, err) == IHP_OK &&
        put_steps(&s, err) == IHP_OK) {
        put_corridors(&s);
        put_terms(&s);
        put_circumstances(&s);
        put_between(&s);
        ihp__sheet_end(&s.sheet, IHP__STEP_ROW - 1, LAST_COLUMN);
    }
    ihp__ihp_terms_free(&s.terms);
    return err->status;
}
