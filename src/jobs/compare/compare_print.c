/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison for people. */
#include "jobs/compare/compare.h"

#include "result/print_cell.h"
#include "result/print_sentence.h"
#include "result/shown.h"

#include <string.h>

static void print_head(FILE *stream, const struct ihp__comparison *c)
{
    static const char *const names[] = {"First: ", "Second:"};
    for (int side = 0; side < 2; side++) {
        const struct ihp__deck *deck = &c->side[side].deck;
        char months[IHP__PERIOD_TEXT], date[IHP__DATE_TEXT], what_if[IHP__WHAT_IF_TEXT];
        ihp__print_sentence(stream,
                            "%s %s: %s of %s against base year %d, claims paid through %s\n",
                            names[side], c->side[side].finished.folder, ihp__settlement_title(deck),
                            ihp__period_months(&deck->performance, months), deck->base.year,
                            ihp__day_format(deck->performance.paid_through, date));
        if (deck->what_if.count > 0) {
            ihp__print_sentence(stream,
                                "        WHAT-IF, not a settlement: %s in place of the deck's "
                                "values\n",
                                ihp__what_if_format(&deck->what_if, what_if));
        }
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

enum { STEP_ROWS = IHP__COMPARE_STEPS + 2 }; /* of an IHP: first, the steps, second */

/* Returns true if a row of the steps is not 0 for an IHP, so that people see its column. */
static bool is_used(const struct ihp__table *steps, size_t row)
{
    bool used = row == 0 || row == STEP_ROWS - 1;
    for (size_t r = row; r < steps->rows && !used; r += STEP_ROWS) {
        used = ihp__table_row(steps, r)[2].integer != 0;
    }
    return used;
}

static enum ihp_status print_steps(FILE *stream, const struct ihp__table *steps,
                                   struct ihp_error *err)
{
#define IHP__COMPARE_TITLE(name, text, title) title,
    static const char *const titles[STEP_ROWS] = {"first",
                                                  IHP__COMPARE_LIST(IHP__COMPARE_TITLE) "second"};
#undef IHP__COMPARE_TITLE
    struct ihp__print_column columns[1 + STEP_ROWS] = {{"IHP", IHP__PRINT_ID, false}};
    size_t used = 1;
    for (size_t row = 0; row < STEP_ROWS; row++) {
        if (is_used(steps, row)) {
            columns[used++] = (struct ihp__print_column){titles[row], IHP__PRINT_NUMBER, false};
        }
    }
    ihp__print_sentence(stream, "\nFrom the final amount of the first to that of the second\n\n");
    struct ihp__print print = ihp__print_begin(stream, columns, used, 1);
    for (size_t r = 0; r < steps->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(steps, r);
        if (r % STEP_ROWS == 0) {
            ihp__print_text(&print, row[0].text);
        }
        if (is_used(steps, r % STEP_ROWS)) {
            ihp__print_cents(&print, row[2].integer);
        }
    }
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(
        stream, "\nA step replaces one number of the first by the second's: months are "
                "member months at the first's PMPM, and other members are in base cost, "
                "cost and risk scores, too. The bridge from an interim (bridge.csv) divides "
                "the change otherwise, in its steps members and risk.\n");
    return IHP_OK;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Returns true if an input differs. */
static bool differs(const struct ihp__table *inputs, const char *input)
{
    for (size_t r = 0; r < inputs->rows; r++) {
        if (strcmp(ihp__table_row(inputs, r)[0].text, input) == 0) {
            return true;
        }
    }
    return false;
}

static enum ihp_status print_inputs(FILE *stream, const struct ihp__table *inputs,
                                    struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"Input", IHP__PRINT_TEXT, false},
                                                       {"First", IHP__PRINT_TEXT, false},
                                                       {"Second", IHP__PRINT_TEXT, false}};
    /* As far as the two hashes say (ihp__program_terms_hash). */
    static const char in_terms[] = "in ihps.csv, rosters.csv, taxonomy.csv, categories.csv, "
                                   "codes.csv, corridors.csv or trend.csv";
    static const char in_others[] =
        "neither in rosters, taxonomy, categories, codes, corridors and trend nor in track, roster "
        "type and cap of the IHPs: in another file, such as overrides.csv, circumstances.csv or "
        "quality.csv, or in names or the order of rows";
    if (inputs->rows == 0) {
        ihp__print_sentence(stream, "\nDeck, program folder, store and version of ihp do not "
                                    "differ\n");
        return IHP_OK;
    }
    ihp__print_sentence(stream, "\nInputs that differ\n\n");
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    for (size_t r = 0; r < inputs->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(inputs, r);
        for (size_t i = 0; i < inputs->columns; i++) {
            ihp__print_text(&print, row[i].text[0] == '\0' ? "-" : row[i].text);
        }
    }
    if (ihp__print_end(&print, err) != IHP_OK) {
        return err->status;
    }
    if (differs(inputs, "program.hash")) {
        ihp__print_sentence(stream, "\nAnother program folder, which differs %s\n",
                            differs(inputs, "program.terms_hash") ? in_terms : in_others);
    }
    if (differs(inputs, "store.content_hash")) {
        ihp__print_sentence(stream, "\nAnother store: claims, enrollment or other rows of the "
                                    "extract differ.\n");
    }
    return IHP_OK;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static bool same_change(const struct ihp__cell *a, const struct ihp__cell *b)
{
    return strcmp(a[1].text, b[1].text) == 0 && strcmp(a[2].text, b[2].text) == 0 &&
           strcmp(a[3].text, b[3].text) == 0;
}

/* Returns how many rows have the same change as row `row`; 0 if an earlier one has it. */
static size_t rows_alike(const struct ihp__table *terms, size_t row)
{
    const struct ihp__cell *own = ihp__table_row(terms, row);
    size_t alike = 0;
    for (size_t r = 0; r < terms->rows; r++) {
        if (same_change(ihp__table_row(terms, r), own)) {
            if (r < row) {
                return 0;
            }
            alike++;
        }
    }
    return alike;
}

/* Returns how many IHPs both settlements have. */
static size_t common_ihps(const struct ihp__comparison *c)
{
    size_t common = 0;
    for (size_t i = 0; i < c->ihps; i++) {
        common += c->ihp[i].side[0].row != NULL && c->ihp[i].side[1].row != NULL;
    }
    return common;
}

/* Prints the terms that differ; one that differs alike for all IHPs is a single row. */
static enum ihp_status print_terms(FILE *stream, const struct ihp__comparison *c,
                                   struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {{"IHP", IHP__PRINT_ID, false},
                                                       {"Term", IHP__PRINT_TEXT, false},
                                                       {"First", IHP__PRINT_TEXT, false},
                                                       {"Second", IHP__PRINT_TEXT, false},
                                                       {"Section", IHP__PRINT_TEXT, false}};
    const struct ihp__table *terms = &c->table[IHP__COMPARED_TERMS];
    const size_t common = common_ihps(c);
    if (terms->rows == 0) {
        ihp__print_sentence(
            stream, "\nThe terms of the IHPs that both have do not differ%s\n",
            c->table[IHP__COMPARED_INPUTS].rows == 0 ? "" : "; inputs do (--table inputs)");
        return IHP_OK;
    }
    ihp__print_sentence(stream, "\nTerms that differ\n\n");
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 2);
    for (size_t r = 0; r < terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(terms, r);
        /* All IHPs: the change is told once, in its first row. */
        bool all = false, told = false;
        for (size_t other = 0; other <= r && !all; other++) {
            if (same_change(ihp__table_row(terms, other), row)) {
                all = common > 1 && rows_alike(terms, other) == common;
                told = other < r;
            }
        }
        if (all && told) {
            continue;
        }
        ihp__print_text(&print, all ? "all" : row[0].text);
        for (size_t i = 1; i < terms->columns; i++) {
            ihp__print_text(&print, row[i].text[0] == '\0' ? "-" : row[i].text);
        }
    }
    return ihp__print_end(&print, err);
}

/* ---- members --------------------------------------------------------------------------------- */

static enum ihp_status print_moves(FILE *stream, const struct ihp__table *moves,
                                   struct ihp_error *err)
{
    ihp__print_sentence(stream, "\nAttributed members\n\n");
    if (ihp__print_whole_table(stream, moves, err) != IHP_OK) {
        return err->status;
    }
    ihp__print_sentence(stream,
                        "\nNumbers are not shown (-) where those who stayed, joined or left are "
                        "fewer than %d; --members FILE lists the members with their reasons\n",
                        IHP__LEAST_SHOWN);
    return IHP_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

enum ihp_status ihp__compare_print(FILE *stream, const struct ihp__comparison *c, int only,
                                   struct ihp_error *err)
{
    const struct ihp__table *values = &c->table[IHP__COMPARED_VALUES];
    print_head(stream, c);
    if ((only < 0 || only == IHP__COMPARED_STEPS) &&
        print_steps(stream, &c->table[IHP__COMPARED_STEPS], err) != IHP_OK) {
        return err->status;
    }
    if ((only < 0 || only == IHP__COMPARED_INPUTS) &&
        print_inputs(stream, &c->table[IHP__COMPARED_INPUTS], err) != IHP_OK) {
        return err->status;
    }
    if (only == IHP__COMPARED_VALUES || (only < 0 && c->ihps == 1)) {
        ihp__print_sentence(stream, "\nColumns of settlement.csv\n\n");
        if (ihp__print_whole_table(stream, values, err) != IHP_OK) {
            return err->status;
        }
    }
    if ((only < 0 || only == IHP__COMPARED_TERMS) && print_terms(stream, c, err) != IHP_OK) {
        return err->status;
    }
    return only == IHP__COMPARED_MOVES || (only < 0 && c->has_moves)
               ? print_moves(stream, &c->table[IHP__COMPARED_MOVES], err)
               : IHP_OK;
}
