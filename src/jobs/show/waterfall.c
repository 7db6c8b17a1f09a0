/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps to the amount of one IHP: a numbered line for each, with formula, inputs, section of
 * the contract and result. The results are those of settlement.csv; nothing is computed again. */
#include "base/nearest.h"
#include "jobs/show/show.h"
#include "result/print_cell.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

/* What decides which formula a step has. */
struct facts {
    const struct ihp__finished *shown;
    const struct ihp__table *settlement;
    const struct ihp__cell *row;
    bool shared, losses; /* savings or losses are shared; they are losses */
    bool track1, final, interim;
};

/* A step is a column of settlement.csv. In a formula, {column} is the line of another step. */
struct step {
    const char *column, *title, *section, *formula;
    const char *(*choose)(const struct facts *facts); /* the formula, where `formula` is NULL */
};

static bool deck_has(const struct facts *f, const char *key, const char *value)
{
    char text[IHP__FINISHED_VALUE_TEXT];
    return strcmp(ihp__finished_deck_value(f->shown, key, text), value) == 0;
}

static const struct ihp__cell *cell_of(const struct facts *f, const char *column)
{
    return &f->row[ihp__table_column_of(f->settlement, column)];
}

/* ---- formulas that depend on what the settlement is ------------------------------------------ */

static const char *risk_formula(const struct facts *f)
{
    return deck_has(f, "policies.risk_weights", "base")
               ? "mean weight of the members' categories by member month, weights of the base "
                 "period (risk_weights.csv)"
               : "mean weight of the members' categories by member month (risk_weights.csv)";
}

static const char *outcome_formula(const struct facts *f)
{
    return f->track1 ? "Track 1 has no settlement"
           : cell_of(f, "ratio")->blank
               ? "no settlement without a ratio"
               : "savings if {ratio} < 1 - threshold, losses if it is > 1 + threshold";
}

static const char *share_formula(const struct facts *f)
{
    return !f->shared  ? "0 without savings or losses to share"
           : f->losses ? "-(shares of the corridors from 1 to {ratio}) x {adjusted_target_pmpm} x "
                         "{member_months}"
                       : "(shares of the corridors from {ratio} to 1) x {adjusted_target_pmpm} x "
                         "{member_months}";
}

static const char *offset_formula(const struct facts *f)
{
    if (!f->shared) {
        return "0 without savings or losses to share";
    }
    if (deck_has(f, "policies.pbp_offset_rule", "rerun")) {
        return f->losses ? "change of the shares if the PBP is part of the cost"
                         : "change of the shares if the PBP is part of the cost, at most "
                           "{shared_before_pbp}";
    }
    return f->losses ? "share of the corridor of {ratio} x PBP dollars"
                     : "share of the corridor of {ratio} x PBP dollars, at most "
                       "{shared_before_pbp}";
}

static const char *quality_formula(const struct facts *f)
{
    if (!f->final || cell_of(f, "quality_score")->blank) {
        return "{shared_amount}, not changed without a quality score";
    }
    if (f->losses && deck_has(f, "policies.quality_on_losses", "none")) {
        return "{shared_amount}, quality does not change losses";
    }
    return f->losses && deck_has(f, "policies.quality_on_losses", "inverse")
               ? "{shared_amount} x quality share x (1 - {quality_score}) + {shared_amount} x (1 - "
                 "quality share)"
               : "{shared_amount} x quality share x {quality_score} + {shared_amount} x (1 - "
                 "quality share)";
}

static const char *relief_formula(const struct facts *f)
{
    if (!f->losses) {
        return "0, as only losses are reduced";
    }
    return deck_has(f, "policies.circumstance_rule", "months")
               ? "-{quality_adjusted} x affected months / 12"
               : "-{quality_adjusted} x affected months / 12 x share of members in affected "
                 "counties";
}

static const char *due_formula(const struct facts *f)
{
    return f->final && !f->track1 ? "{final_amount} - {interim_paid}"
           : f->interim           ? "{final_amount} if it is savings, otherwise 0"
           : f->final             ? "0 for Track 1"
                                  : "0, as a quarterly statement pays nothing";
}

#define FIXED(column, title, section, formula)                                                     \
    {                                                                                              \
        column, title, section, formula, NULL                                                      \
    }
#define CHOSEN(column, title, section, choose)                                                     \
    {                                                                                              \
        column, title, section, NULL, choose                                                       \
    }
#define MEMBERS "members attributed to the IHP (attribution_summary.csv)"
#define MONTHS  "their qualifying months"
#define COST    "their core-service cost, of each member up to the claims cap"

static const struct step steps[] = {
    FIXED("base_members", "Members, base", "13.3", MEMBERS),
    FIXED("base_member_months", "Member months, base", "13.2", MONTHS),
    FIXED("base_capped_cost", "Capped cost, base", "16.9", COST),
    FIXED("base_tcoc_pmpm", "PMPM, base", "16.4", "{base_capped_cost} / {base_member_months}"),
    CHOSEN("base_risk", "Risk score, base", "16.4.1", risk_formula),
    FIXED("members", "Members", "13.3", MEMBERS),
    FIXED("member_months", "Member months", "13.2", MONTHS),
    FIXED("capped_cost", "Capped cost", "16.9", COST),
    FIXED("tcoc_pmpm", "PMPM", "16.5", "{capped_cost} / {member_months}"),
    CHOSEN("risk", "Risk score", "16.5", risk_formula),
    FIXED("trend_factor", "Trend factor", "16.4.2", "product of the trends after the base year"),
    FIXED("target_pmpm", "Target PMPM", "16.4", "{base_tcoc_pmpm} x {trend_factor}"),
    FIXED("adjusted_target_pmpm", "Adjusted target PMPM", "16.5",
          "{target_pmpm} x {risk} / {base_risk}"),
    FIXED("ratio", "Ratio", "16.7", "{tcoc_pmpm} / {adjusted_target_pmpm}"),
    FIXED("gross_difference", "Gross difference", "16.7",
          "({adjusted_target_pmpm} - {tcoc_pmpm}) x {member_months}"),
    CHOSEN("outcome", "Outcome", "16.7", outcome_formula),
    CHOSEN("shared_before_pbp", "Share of savings or losses", "16.8.2.3", share_formula),
    CHOSEN("pbp_offset", "Offset of the PBP", "16.8.2.2", offset_formula),
    FIXED("shared_amount", "Shared amount", "16.8.2", "{shared_before_pbp} - {pbp_offset}"),
    FIXED("quality_score", "Quality score", "18.2",
          "overall score of section 18 (quality_scores.csv); final settlements only"),
    CHOSEN("quality_adjusted", "Adjusted by quality", "18.2", quality_formula),
    CHOSEN("circumstance_reduction", "Extreme circumstances", "5.9", relief_formula),
    FIXED("termination_factor", "Termination factor", "6.1",
          "days of the contract in the period / days of the period; 0 where losses are dropped"),
    FIXED("final_amount", "Final amount", "2.12",
          "({quality_adjusted} + {circumstance_reduction}) x {termination_factor}"),
    FIXED("interim_paid", "Interim paid", "2.12", "what the interim settlement paid"),
    CHOSEN("amount_due", "Amount due", "5.4", due_formula),
};
enum { STEPS = sizeof steps / sizeof steps[0] };

static const char *formula_of(const struct facts *f, const struct step *step)
{
    return step->formula != NULL ? step->formula : step->choose(f);
}

/* ---- texts ----------------------------------------------------------------------------------- */

enum { FORMULA_TEXT = 400, RESULT_TEXT = 64 };

/* Writes the result of a step for people. Returns `text`. */
static const char *result_of(const struct facts *f, const char *column, char text[RESULT_TEXT])
{
    size_t at = ihp__table_column_of(f->settlement, column);
    const struct ihp__cell *cell = &f->row[at];
    char money[IHP__MONEY_TEXT];
    switch (f->settlement->column[at].kind) {
    case IHP__CELL_TEXT:
        snprintf(text, RESULT_TEXT, "%.60s", cell->text);
        break;
    case IHP__CELL_DOLLARS:
        snprintf(text, RESULT_TEXT, "%s",
                 cell->blank ? "-" : ihp__money_format_grouped(cell->integer, money));
        break;
    case IHP__CELL_INTEGER:
        snprintf(text, RESULT_TEXT, "%s",
                 ihp__count_format(cell->integer < 0 ? 0 : (uint64_t)cell->integer, money));
        break;
    case IHP__CELL_RATIO:
    case IHP__CELL_SECONDS:
        ihp__cell_format(cell, IHP__CELL_RATIO, text, RESULT_TEXT);
        break;
    }
    return text[0] == '\0' ? "-" : text;
}

/* Returns the line of a step by the `length` bytes of its column, from 1; 0 if there is none. */
static size_t line_of(const char *column, size_t length)
{
    for (size_t i = 0; i < STEPS; i++) {
        if (strlen(steps[i].column) == length && memcmp(steps[i].column, column, length) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Writes a formula with each {column} as the number of its line, or with `values` as its result.
 * Returns `text`. */
static const char *write_formula(const struct facts *f, const char *formula, bool values,
                                 char text[FORMULA_TEXT])
{
    size_t used = 0;
    for (const char *c = formula; *c != '\0' && used + RESULT_TEXT < FORMULA_TEXT;) {
        const char *end = *c == '{' ? strchr(c, '}') : NULL;
        size_t line = end == NULL ? 0 : line_of(c + 1, (size_t)(end - c) - 1);
        char result[RESULT_TEXT];
        if (line == 0) {
            text[used++] = *c++;
            continue;
        }
        int more = values ? snprintf(text + used, RESULT_TEXT, "%s",
                                     result_of(f, steps[line - 1].column, result))
                          : snprintf(text + used, RESULT_TEXT, "(%zu)", line);
        used += more > 0 ? (size_t)more : 0;
        c = end + 1;
    }
    text[used] = '\0';
    return text;
}

/* Writes the inputs of a step: results of other steps, or a number of the deck. Returns `text`. */
static const char *write_inputs(const struct facts *f, const struct step *step,
                                char text[FORMULA_TEXT])
{
    static const struct {
        const char *column, *key, *name;
    } added[] = {{"outcome", "threshold", "threshold"},
                 {"quality_adjusted", "quality_share", "quality share"}};
    const char *formula = formula_of(f, step);
    char value[IHP__FINISHED_VALUE_TEXT];
    text[0] = '\0';
    if (strchr(formula, '{') != NULL) {
        write_formula(f, formula, true, text);
    }
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        size_t used = strlen(text);
        if (strcmp(added[i].column, step->column) == 0 && strstr(formula, added[i].name) != NULL) {
            snprintf(text + used, FORMULA_TEXT - used, "; %s %s", added[i].name,
                     ihp__finished_deck_value(f->shown, added[i].key, value));
        }
    }
    return text;
}

/* ---- the table, and for people --------------------------------------------------------------- */

/* Reports an IHP that the settlement does not have, with the one that was probably meant. */
static enum ihp_status fail_ihp(const struct ihp__finished *shown, const char *ihp_id,
                                struct ihp_error *err)
{
    const struct ihp__table *t = &shown->table[IHP__TABLE_SETTLEMENT];
    const char **id = calloc(t->rows + 1, sizeof *id);
    for (size_t r = 0; id != NULL && r < t->rows; r++) {
        id[r] = ihp__table_row(t, r)[0].text;
    }
    const char *near = id == NULL ? NULL : ihp__nearest(ihp_id, id, t->rows);
    free(id);
    return near == NULL
               ? ihp__fail(err, IHP_ERR_USAGE,
                           "%s/settlement.csv: has no IHP '%.80s'; its column ihp_id lists them",
                           shown->folder, ihp_id)
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s/settlement.csv: has no IHP '%.80s'; did you mean '%.80s'?",
                           shown->folder, ihp_id, near);
}

/* Finds the row of an IHP and what decides its formulas. */
static enum ihp_status find_facts(const struct ihp__finished *shown, const char *ihp_id,
                                  struct facts *f, struct ihp_error *err)
{
    const struct ihp__table *t = &shown->table[IHP__TABLE_SETTLEMENT];
    *f = (struct facts){.shown = shown, .settlement = t};
    for (size_t r = 0; r < t->rows && f->row == NULL; r++) {
        const struct ihp__cell *row = ihp__table_row(t, r);
        f->row = strcmp(row[0].text, ihp_id) == 0 ? row : NULL;
    }
    if (!shown->present[IHP__TABLE_SETTLEMENT]) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "%s: has no settlement, so no steps to an amount; give --table with --ihp",
                         shown->folder);
    }
    if (f->row == NULL) {
        return fail_ihp(shown, ihp_id, err);
    }
    const char *outcome = cell_of(f, "outcome")->text;
    f->losses = strcmp(outcome, "losses") == 0;
    f->shared = f->losses || strcmp(outcome, "savings") == 0;
    f->track1 = cell_of(f, "track")->integer == 1;
    f->final = deck_has(f, "settlement", "final");
    f->interim = deck_has(f, "settlement", "interim");
    return IHP_OK;
}

/* Adds a number of settlement.csv to a column of ratios, so that it is written alike there. */
static void put_result(struct ihp__table *t, const struct ihp__cell *cell, enum ihp__cell_kind kind)
{
    double number = ihp__cell_number(cell, kind);
    if (kind == IHP__CELL_DOLLARS) {
        ihp__table_amount(t, number);
    } else {
        ihp__table_ratio(t, number);
    }
}

enum ihp_status ihp__waterfall_create(const struct ihp__finished *shown, const char *ihp_id,
                                      struct ihp__table *waterfall, struct ihp_error *err)
{
    static const struct ihp__table_column columns[] = {
        {"line", IHP__CELL_INTEGER}, {"step", IHP__CELL_TEXT},    {"formula", IHP__CELL_TEXT},
        {"inputs", IHP__CELL_TEXT},  {"section", IHP__CELL_TEXT}, {"result", IHP__CELL_RATIO},
        {"outcome", IHP__CELL_TEXT}};
    struct facts f;
    char text[FORMULA_TEXT];
    *waterfall = IHP__TABLE_OF("waterfall", columns);
    if (find_facts(shown, ihp_id, &f, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < STEPS; i++) {
        size_t at = ihp__table_column_of(f.settlement, steps[i].column);
        enum ihp__cell_kind kind = f.settlement->column[at].kind;
        ihp__table_integer(waterfall, (int64_t)i + 1);
        ihp__table_text(waterfall, steps[i].column);
        ihp__table_text(waterfall, write_formula(&f, formula_of(&f, &steps[i]), false, text));
        ihp__table_text(waterfall, write_inputs(&f, &steps[i], text));
        ihp__table_text(waterfall, steps[i].section);
        put_result(waterfall, &f.row[at], kind);
        ihp__table_text(waterfall, kind == IHP__CELL_TEXT ? f.row[at].text : "");
    }
    return ihp__table_whole(waterfall) ? IHP_OK
                                       : ihp__fail_memory(err, "the steps to the amount of an IHP");
}

enum ihp_status ihp__waterfall_print(FILE *stream, const struct ihp__finished *shown,
                                     const char *ihp_id, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Line", IHP__PRINT_NUMBER, false},   {"Step", IHP__PRINT_PROSE, false},
        {"Result", IHP__PRINT_NUMBER, false}, {"Section", IHP__PRINT_TEXT, false},
        {"Formula", IHP__PRINT_PROSE, false}, {"Inputs", IHP__PRINT_PROSE, true}};
    struct facts f;
    char text[FORMULA_TEXT], result[RESULT_TEXT];
    if (find_facts(shown, ihp_id, &f, err) != IHP_OK) {
        return err->status;
    }
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    for (size_t i = 0; i < STEPS; i++) {
        ihp__print_count(&print, (int64_t)i + 1);
        ihp__print_text(&print, steps[i].title);
        ihp__print_text(&print, result_of(&f, steps[i].column, result));
        ihp__print_text(&print, steps[i].section);
        ihp__print_text(&print, write_formula(&f, formula_of(&f, &steps[i]), false, text));
        ihp__print_text(&print, write_inputs(&f, &steps[i], text));
    }
    ihp__print_sentence(stream, "%s, Track %lld: the steps to its amount\n\n", f.row[0].text,
                        (long long)cell_of(&f, "track")->integer);
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream,
                        "\nPMPMs and amounts are printed to the cent; the settlement computes with "
                        "all their digits and rounds the final amount once.\n");
    return IHP_OK;
}
