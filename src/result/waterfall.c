/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps to the amount of an IHP as a table, and for people. */
#include "result/waterfall.h"

#include "base/nearest.h"
#include "deck/deck.h"
#include "result/print_cell.h"
#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts ----------------------------------------------------------------------------------- */

enum { FORMULA_TEXT = 2 * IHP__WATERFALL_TEXT, RESULT_TEXT = 64 };

/* A number that is hidden, and inputs of which one is. */
static const char not_shown[] = "not shown";

/* Writes the result of a step for people. Returns `text`. */
static const char *result_of(const struct ihp__waterfall *w, const char *column,
                             char text[RESULT_TEXT])
{
    size_t at = ihp__table_column_of(w->settlement, column);
    const struct ihp__cell *cell = &w->row[at];
    char money[IHP__MONEY_TEXT];
    if (cell->hidden) {
        snprintf(text, RESULT_TEXT, "%s", not_shown);
        return text;
    }
    switch (w->settlement->column[at].kind) {
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
    for (size_t i = 0; i < IHP__WATERFALL_STEPS; i++) {
        if (strlen(ihp__waterfall_step[i].column) == length &&
            memcmp(ihp__waterfall_step[i].column, column, length) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* A formula on its way into a text. */
struct writing {
    const struct ihp__waterfall *w;
    bool values; /* numbers instead of the lines and words */
    char *text;  /* [FORMULA_TEXT] */
    size_t used;
};

static void put(struct writing *to, const char *text)
{
    int more = snprintf(to->text + to->used, FORMULA_TEXT - to->used, "%s", text);
    size_t left = FORMULA_TEXT - 1 - to->used;
    to->used += more < 0 ? 0 : (size_t)more < left ? (size_t)more : left;
}

/* Returns true where a minus sign needs parentheses: behind another one, and at the beginning,
 * where a spreadsheet would take the text for a formula. */
static bool follows_minus_or_nothing(const struct writing *to)
{
    size_t end = to->used;
    while (end > 0 && to->text[end - 1] == ' ') {
        end--;
    }
    return end == 0 || to->text[end - 1] == '-';
}

/* Writes {column} as the number of its line, or as its result. */
static void put_step(struct writing *to, const char *column, size_t length)
{
    char text[RESULT_TEXT];
    size_t line = line_of(column, length);
    if (line == 0) {
        return;
    }
    if (to->values) {
        const char *result = result_of(to->w, ihp__waterfall_step[line - 1].column, text);
        bool negative = result[0] == '-' && result[1] != '\0' && follows_minus_or_nothing(to);
        put(to, negative ? "(" : "");
        put(to, result);
        put(to, negative ? ")" : "");
    } else {
        snprintf(text, sizeof text, "(%zu)", line);
        put(to, text);
    }
}

/* Returns the end of a token, which may have tokens in it. */
static const char *token_end(const char *open)
{
    int depth = 0;
    for (const char *c = open; *c != '\0'; c++) {
        depth += *c == '{' ? 1 : *c == '}' ? -1 : 0;
        if (depth == 0) {
            return c;
        }
    }
    return NULL;
}

/* Writes `length` bytes of a formula without {term|words} in it. */
static void put_words(struct writing *to, const char *words, size_t length)
{
    for (const char *c = words; c < words + length;) {
        const char *end = *c == '{' ? token_end(c) : NULL;
        if (end != NULL) {
            put_step(to, c + 1, (size_t)(end - c) - 1);
            c = end + 1;
        } else {
            put(to, (char[]){*c++, '\0'});
        }
    }
}

/* Writes a formula with lines and words, or with its numbers. Returns `text`. */
static const char *write_formula(const struct ihp__waterfall *w, const char *formula, bool values,
                                 char text[FORMULA_TEXT])
{
    struct writing to = {.w = w, .values = values, .text = text};
    text[0] = '\0';
    for (const char *c = formula; *c != '\0';) {
        const char *end = *c == '{' ? token_end(c) : NULL;
        const char *bar = end == NULL ? NULL : memchr(c, '|', (size_t)(end - c));
        char name[40], value[IHP__WATERFALL_TEXT];
        if (end == NULL) {
            put(&to, (char[]){*c++, '\0'});
            continue;
        }
        if (bar == NULL) {
            put_step(&to, c + 1, (size_t)(end - c) - 1);
        } else if (values) {
            snprintf(name, sizeof name, "%.*s", (int)(bar - c - 1), c + 1);
            put(&to, ihp__waterfall_value(w, name, value));
        } else {
            put_words(&to, bar + 1, (size_t)(end - bar) - 1);
        }
        c = end + 1;
    }
    return text;
}

static const char *formula_of(const struct ihp__waterfall *w,
                              const struct ihp__waterfall_step *step)
{
    return step->formula != NULL ? step->formula : step->choose(w);
}

/* Returns true if a step, or a number of its formula, is hidden. Terms are hidden only where a step
 * that depends on them is. */
static bool hides_input(const struct ihp__waterfall *w, const struct ihp__waterfall_step *step,
                        const char *inputs)
{
    bool hides = ihp__waterfall_cell(w, step->column)->hidden;
    for (size_t i = 0; i < IHP__WATERFALL_STEPS; i++) {
        char name[40];
        snprintf(name, sizeof name, "{%s}", ihp__waterfall_step[i].column);
        hides = hides || (strstr(inputs, name) != NULL &&
                          ihp__waterfall_cell(w, ihp__waterfall_step[i].column)->hidden);
    }
    return hides;
}

/* Writes the inputs of a step: its formula with numbers, "" without any. Returns `text`. */
static const char *write_inputs(const struct ihp__waterfall *w,
                                const struct ihp__waterfall_step *step, char text[FORMULA_TEXT])
{
    const char *inputs = step->inputs != NULL ? step->inputs : formula_of(w, step);
    text[0] = '\0';
    if (strchr(inputs, '{') != NULL && hides_input(w, step, inputs)) {
        snprintf(text, FORMULA_TEXT, "%s", not_shown);
        return text;
    }
    return strchr(inputs, '{') != NULL ? write_formula(w, inputs, true, text) : text;
}

/* ---- finding an IHP -------------------------------------------------------------------------- */

/* Reports an IHP that the settlement does not have, with the one that was probably meant. */
static enum ihp_status fail_ihp(const struct ihp__table *settlement, const char *source,
                                const char *ihp_id, struct ihp_error *err)
{
    const char **id = calloc(settlement->rows + 1, sizeof *id);
    for (size_t r = 0; id != NULL && r < settlement->rows; r++) {
        id[r] = ihp__table_row(settlement, r)[0].text;
    }
    const char *near = id == NULL ? NULL : ihp__nearest(ihp_id, id, settlement->rows);
    free(id);
    return near == NULL
               ? ihp__fail(err, IHP_ERR_USAGE,
                           "%s: has no IHP '%.80s'; its column ihp_id lists them", source, ihp_id)
               : ihp__fail(err, IHP_ERR_USAGE, "%s: has no IHP '%.80s'; did you mean '%.80s'?",
                           source, ihp_id, near);
}

enum ihp_status ihp__waterfall_find(const struct ihp__table *settlement,
                                    const struct ihp__table *terms, const char *source,
                                    const char *ihp_id, struct ihp__waterfall *w,
                                    struct ihp_error *err)
{
    *w = (struct ihp__waterfall){.settlement = settlement, .terms = terms};
    for (size_t r = 0; r < settlement->rows && w->row == NULL; r++) {
        const struct ihp__cell *row = ihp__table_row(settlement, r);
        w->row = strcmp(row[0].text, ihp_id) == 0 ? row : NULL;
    }
    if (w->row == NULL) {
        return fail_ihp(settlement, source, ihp_id, err);
    }
    const char *outcome = ihp__waterfall_cell(w, "outcome")->text;
    const char *kind = ihp__waterfall_term(w, "settlement");
    w->losses = strcmp(outcome, "losses") == 0;
    w->shared = w->losses || strcmp(outcome, "savings") == 0;
    w->track1 = ihp__waterfall_cell(w, "track")->integer == 1;
    w->final = strcmp(kind, "final") == 0;
    w->interim = strcmp(kind, "interim") == 0;
    return IHP_OK;
}

/* ---- the table, and for people --------------------------------------------------------------- */

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

static const struct ihp__table_column step_columns[] = {
    {"line", IHP__CELL_INTEGER},      {"step", IHP__CELL_TEXT},
    {"formula", IHP__CELL_TEXT},      {"inputs", IHP__CELL_TEXT},
    {"section", IHP__CELL_TEXT},      {"result", IHP__CELL_RATIO},
    {"outcome", IHP__CELL_TEXT},      {"settlement", IHP__CELL_TEXT},
    {"first_month", IHP__CELL_TEXT},  {"last_month", IHP__CELL_TEXT},
    {"base_year", IHP__CELL_INTEGER}, {"what_if", IHP__CELL_TEXT}};
enum {
    COLUMNS = sizeof step_columns / sizeof step_columns[0],
    SETTLED = 7 /* the first of what is settled */
};

/* Writes what a what-if set: "trend=-0.01, claims_cap=1500", "" for a settlement. Returns `text`.
 */
static const char *write_what_if(const struct ihp__waterfall *w, char text[IHP__WHAT_IF_TEXT])
{
    const size_t prefix = strlen(IHP__WHAT_IF);
    size_t used = 0;
    text[0] = '\0';
    for (size_t r = 0; r < w->terms->rows && used < IHP__WHAT_IF_TEXT; r++) {
        const struct ihp__cell *row = ihp__table_row(w->terms, r);
        if (strcmp(row[0].text, w->row[0].text) == 0 &&
            strncmp(row[1].text, IHP__WHAT_IF, prefix) == 0) {
            int more = snprintf(text + used, IHP__WHAT_IF_TEXT - used, "%s%s=%s",
                                used == 0 ? "" : ", ", row[1].text + prefix, row[2].text);
            used += more > 0 ? (size_t)more : 0;
        }
    }
    return text;
}

/* Adds the columns of what is settled to a row: each has them, so that no row can be taken for one
 * of another settlement. */
static void put_settled(struct ihp__table *table, const struct ihp__waterfall *w)
{
    char what_if[IHP__WHAT_IF_TEXT];
    ihp__table_text(table, ihp__waterfall_term(w, "settlement"));
    ihp__table_text(table, ihp__waterfall_term(w, "period.first_month"));
    ihp__table_text(table, ihp__waterfall_term(w, "period.last_month"));
    ihp__table_integer(table, w->base_year);
    ihp__table_text(table, write_what_if(w, what_if));
}

static enum ihp_status create(const struct ihp__waterfall *w, size_t width,
                              struct ihp__table *table, struct ihp_error *err)
{
    char text[FORMULA_TEXT];
    *table = ihp__table_empty("waterfall", step_columns, width);
    for (size_t i = 0; i < IHP__WATERFALL_STEPS; i++) {
        const struct ihp__waterfall_step *step = &ihp__waterfall_step[i];
        size_t at = ihp__table_column_of(w->settlement, step->column);
        enum ihp__cell_kind kind = w->settlement->column[at].kind;
        ihp__table_integer(table, (int64_t)i + 1);
        ihp__table_text(table, step->column);
        ihp__table_text(table, write_formula(w, formula_of(w, step), false, text));
        ihp__table_text(table, write_inputs(w, step, text));
        ihp__table_text(table, step->section);
        put_result(table, &w->row[at], kind);
        ihp__table_text(table, kind == IHP__CELL_TEXT ? w->row[at].text : "");
        if (width == COLUMNS) {
            put_settled(table, w);
        }
    }
    return ihp__table_whole(table) ? IHP_OK
                                   : ihp__fail_memory(err, "the steps to the amount of an IHP");
}

enum ihp_status ihp__waterfall_create(const struct ihp__waterfall *w, struct ihp__table *table,
                                      struct ihp_error *err)
{
    return create(w, SETTLED, table, err);
}

/* Prints the steps for people. */
static enum ihp_status print_text(FILE *stream, const struct ihp__waterfall *w,
                                  struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"Line", IHP__PRINT_NUMBER, false},   {"Step", IHP__PRINT_PROSE, false},
        {"Result", IHP__PRINT_NUMBER, false}, {"Section", IHP__PRINT_TEXT, false},
        {"Formula", IHP__PRINT_PROSE, false}, {"Inputs", IHP__PRINT_PROSE, true}};
    char text[FORMULA_TEXT], result[RESULT_TEXT];
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    for (size_t i = 0; i < IHP__WATERFALL_STEPS; i++) {
        const struct ihp__waterfall_step *step = &ihp__waterfall_step[i];
        ihp__print_count(&print, (int64_t)i + 1);
        ihp__print_text(&print, step->title);
        ihp__print_text(&print, result_of(w, step->column, result));
        ihp__print_text(&print, step->section);
        ihp__print_text(&print, write_formula(w, formula_of(w, step), false, text));
        ihp__print_text(&print, write_inputs(w, step, text));
    }
    ihp__print_sentence(stream, "%s, Track %lld: the steps to its amount\n\n", w->row[0].text,
                        (long long)ihp__waterfall_cell(w, "track")->integer);
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream,
                        "\nPMPMs and amounts are printed to the cent; the settlement computes with "
                        "all their digits and rounds the final amount once.\n");
    return IHP_OK;
}

enum ihp_status ihp__waterfall_print(FILE *stream, const struct ihp__waterfall *w,
                                     enum ihp_show_format format, struct ihp_error *err)
{
    struct ihp__table table = {0};
    if (format == IHP_SHOW_TEXT) {
        return print_text(stream, w, err);
    }
    enum ihp_status status = create(w, COLUMNS, &table, err);
    if (status == IHP_OK && format == IHP_SHOW_JSON) {
        ihp__tables_put_json((const struct ihp__table *[]){&table}, 1, stream);
    } else if (status == IHP_OK) {
        ihp__table_put_csv(&table, stream);
    }
    ihp__table_free(&table);
    return status;
}
