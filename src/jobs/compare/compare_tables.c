/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a comparison: steps, values, and terms that differ; compare_inputs.c and
 * compare_members.c have the others. */
#include "jobs/compare/compare.h"

#include <math.h>
#include <string.h>

static const struct ihp__table_column steps_columns[] = {
    {"ihp_id", IHP__CELL_TEXT}, {"step", IHP__CELL_TEXT}, {"amount", IHP__CELL_DOLLARS}};
static const struct ihp__table_column inputs_columns[] = {
    {"input", IHP__CELL_TEXT}, {"first", IHP__CELL_TEXT}, {"second", IHP__CELL_TEXT}};
static const struct ihp__table_column values_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                          {"value", IHP__CELL_TEXT},
                                                          {"first", IHP__CELL_RATIO},
                                                          {"second", IHP__CELL_RATIO},
                                                          {"change", IHP__CELL_RATIO}};
static const struct ihp__table_column terms_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                         {"term", IHP__CELL_TEXT},
                                                         {"first", IHP__CELL_TEXT},
                                                         {"second", IHP__CELL_TEXT},
                                                         {"section", IHP__CELL_TEXT}};
static const struct ihp__table_column moves_columns[] = {
    {"ihp_id", IHP__CELL_TEXT},           {"period", IHP__CELL_TEXT},
    {"first", IHP__CELL_INTEGER},         {"stayed", IHP__CELL_INTEGER},
    {"joined", IHP__CELL_INTEGER},        {"left", IHP__CELL_INTEGER},
    {"stayed_change", IHP__CELL_DOLLARS}, {"joined_cost", IHP__CELL_DOLLARS},
    {"left_cost", IHP__CELL_DOLLARS},     {"second", IHP__CELL_INTEGER}};

/* ---- steps ----------------------------------------------------------------------------------- */

static void put_step(struct ihp__table *t, const char *id, const char *step, int64_t cents)
{
    ihp__table_text(t, id);
    ihp__table_text(t, step);
    ihp__table_cents(t, cents);
}

static enum ihp_status put_steps(struct ihp__table *t, const struct ihp__compared_ihp *ihp,
                                 struct ihp_error *err)
{
#define IHP__COMPARE_TEXT(name, text, title) text,
    static const char *const texts[] = {IHP__COMPARE_LIST(IHP__COMPARE_TEXT)};
#undef IHP__COMPARE_TEXT
    int64_t step[IHP__COMPARE_STEPS];
    if (ihp__compare_steps(ihp, step, err) != IHP_OK) {
        return err->status;
    }
    put_step(t, ihp->id, "first", ihp__compare_amount(ihp, 0));
    for (int i = 0; i < IHP__COMPARE_STEPS; i++) {
        put_step(t, ihp->id, texts[i], step[i]);
    }
    put_step(t, ihp->id, "second", ihp__compare_amount(ihp, 1));
    return IHP_OK;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Adds a number of settlement.csv, as that file has it. */
static void put_number(struct ihp__table *t, double number, enum ihp__cell_kind kind)
{
    if (kind == IHP__CELL_DOLLARS) {
        ihp__table_amount(t, number);
    } else {
        ihp__table_ratio(t, number);
    }
}

/* Adds the numbers of an IHP; a settlement without it has blanks. */
static void put_values(struct ihp__table *t, const struct ihp__compared_ihp *ihp)
{
    const struct ihp__table *settlement = ihp->side[0].settlement;
    for (size_t c = 1; c < settlement->columns; c++) {
        enum ihp__cell_kind kind = settlement->column[c].kind;
        double number[2] = {NAN, NAN};
        if (kind == IHP__CELL_TEXT) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            const struct ihp__cell *row = ihp->side[side].row;
            number[side] = row == NULL ? NAN : ihp__cell_number(&row[c], kind);
        }
        ihp__table_text(t, ihp->id);
        ihp__table_text(t, settlement->column[c].name);
        put_number(t, number[0], kind);
        put_number(t, number[1], kind);
        put_number(t, number[1] - number[0], kind);
    }
}

/* ---- terms ----------------------------------------------------------------------------------- */

static void put_term(struct ihp__table *t, const char *id, const char *const cell[4])
{
    ihp__table_text(t, id);
    for (int i = 0; i < 4; i++) {
        ihp__table_text(t, cell[i]);
    }
}

/* Returns true if the terms of a settlement have one of an IHP. */
static bool has_term(const struct ihp__waterfall *w, const char *name)
{
    for (size_t r = 0; r < w->terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(w->terms, r);
        if (strcmp(row[1].text, name) == 0 && strcmp(row[0].text, w->row[0].text) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the terms of an IHP that the settlements do not share, the first one's before those that
 * only the second has. */
static void put_terms(struct ihp__table *t, const struct ihp__compared_ihp *ihp)
{
    const struct ihp__waterfall *first = &ihp->side[0], *second = &ihp->side[1];
    if (first->row == NULL || second->row == NULL) {
        return;
    }
    const char *outcome[2] = {ihp__waterfall_cell(first, "outcome")->text,
                              ihp__waterfall_cell(second, "outcome")->text};
    if (strcmp(outcome[0], outcome[1]) != 0) {
        put_term(t, ihp->id, (const char *[]){"outcome", outcome[0], outcome[1], "16.7"});
    }
    for (int side = 0; side < 2; side++) {
        const struct ihp__table *terms = ihp->side[side].terms;
        for (size_t r = 0; r < terms->rows; r++) {
            const struct ihp__cell *row = ihp__table_row(terms, r);
            if (strcmp(row[0].text, ihp->id) != 0 || (side == 1 && has_term(first, row[1].text))) {
                continue;
            }
            const char *value[2] = {ihp__waterfall_term(first, row[1].text),
                                    ihp__waterfall_term(second, row[1].text)};
            if (strcmp(value[0], value[1]) != 0) {
                put_term(t, ihp->id,
                         (const char *[]){row[1].text, value[0], value[1], row[3].text});
            }
        }
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

enum ihp_status ihp__compare_tables_create(struct ihp__comparison *c, struct ihp_error *err)
{
    c->table[IHP__COMPARED_STEPS] = IHP__TABLE_OF("steps", steps_columns);
    c->table[IHP__COMPARED_INPUTS] = IHP__TABLE_OF("inputs", inputs_columns);
    c->table[IHP__COMPARED_VALUES] = IHP__TABLE_OF("values", values_columns);
    c->table[IHP__COMPARED_TERMS] = IHP__TABLE_OF("terms", terms_columns);
    c->table[IHP__COMPARED_MOVES] = IHP__TABLE_OF("moves", moves_columns);
    for (size_t i = 0; i < c->ihps; i++) {
        if (put_steps(&c->table[IHP__COMPARED_STEPS], &c->ihp[i], err) != IHP_OK) {
            return err->status;
        }
        put_values(&c->table[IHP__COMPARED_VALUES], &c->ihp[i]);
        put_terms(&c->table[IHP__COMPARED_TERMS], &c->ihp[i]);
    }
    bool whole = true;
    for (int t = 0; t < IHP__COMPARED_TABLES; t++) {
        whole = whole && ihp__table_whole(&c->table[t]);
    }
    return whole ? IHP_OK : ihp__fail_memory(err, "the tables of the comparison");
}
