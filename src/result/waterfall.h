/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waterfall.h - the steps to the amount of one IHP: a numbered line for each, with formula, inputs,
 * section of the contract and result.
 *
 * The results are those of settlement.csv, and the inputs are those or numbers of terms.csv;
 * nothing is computed again. `ihp__waterfall_find` comes first. Nothing here is collective.
 */
#ifndef IHP_WATERFALL_H
#define IHP_WATERFALL_H

#include "ihp/jobs.h"
#include "result/table.h"

/* The files that a reader of the steps has, next to settlement.csv and terms.csv: formulas name no
 * others. */
enum ihp__waterfall_files {
    IHP__FILES_OF_RESULT,  /* the result folder */
    IHP__FILES_OF_PACKAGE, /* the package of the IHP */
    IHP__FILES_NONE        /* none: nothing was written */
};

/* One IHP in the tables of a settlement, and what decides which formulas its steps have. */
struct ihp__waterfall {
    const struct ihp__table *settlement, *terms; /* borrowed */
    const struct ihp__cell *row;                 /* of the IHP in the settlement */
    bool shared, losses;                         /* savings or losses are shared; they are losses */
    bool track1, final, interim;
    enum ihp__waterfall_files files; /* of a result, unless the caller changes it */
    int base_year;                   /* for CSV and JSON, which the caller sets */
};

/* Finds an IHP in the tables settlement and terms of one result. Returns IHP_ERR_USAGE for an IHP
 * that the settlement does not have; the message begins with `source`, such as the path of
 * settlement.csv. */
enum ihp_status ihp__waterfall_find(const struct ihp__table *settlement,
                                    const struct ihp__table *terms, const char *source,
                                    const char *ihp_id, struct ihp__waterfall *waterfall,
                                    struct ihp_error *err);

/* Makes the table `waterfall`, which the caller frees in any case. Where a number is hidden, inputs
 * are "not shown"; the outcome must not be hidden, as formulas depend on it. Returns IHP_ERR_RUN
 * when memory is short. */
enum ihp_status ihp__waterfall_create(const struct ihp__waterfall *waterfall,
                                      struct ihp__table *table, struct ihp_error *err);

/* Prints the steps: for people, or as CSV or JSON the table with columns that say what is settled.
 * Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__waterfall_print(FILE *stream, const struct ihp__waterfall *waterfall,
                                     enum ihp_show_format format, struct ihp_error *err);

/* ---- the steps: waterfall_steps.c ------------------------------------------------------------ */

/* A step is a column of settlement.csv. In a formula, {column} is the line of another step, and
 * {term|words} is a number that ihp__waterfall_value gives, which the formula names by the words.
 */
struct ihp__waterfall_step {
    const char *column, *title, *section;
    const char *formula;                                   /* NULL: what `choose` returns */
    const char *inputs;                                    /* NULL: the formula with its numbers */
    const char *(*choose)(const struct ihp__waterfall *w); /* NULL: the formula is fixed */
};

enum { IHP__WATERFALL_STEPS = 26 };
extern const struct ihp__waterfall_step ihp__waterfall_step[IHP__WATERFALL_STEPS];

/* ---- numbers: waterfall_values.c ------------------------------------------------------------- */

/* Returns the value of a term of the IHP, "" without one, borrowed. */
const char *ihp__waterfall_term(const struct ihp__waterfall *waterfall, const char *name);

/* Returns the cell of the IHP in a column of the settlement. */
const struct ihp__cell *ihp__waterfall_cell(const struct ihp__waterfall *waterfall,
                                            const char *column);

/* Writes the number of a {term|words} for people, as arithmetic where it has parts, such as the
 * shares of the corridors. Returns `text`. */
enum { IHP__WATERFALL_TEXT = 400 };
const char *ihp__waterfall_value(const struct ihp__waterfall *waterfall, const char *name,
                                 char text[IHP__WATERFALL_TEXT]);

#endif
