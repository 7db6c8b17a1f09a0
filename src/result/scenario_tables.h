/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario_tables.h - the tables of a sweep: the settlement of every scenario, and the price of
 * each reading of the contract.
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_SCENARIO_TABLES_H
#define IHP_SCENARIO_TABLES_H

#include "finance/finance.h"
#include "result/table.h"
#include "sweep/sweep.h"

/* ---- scenarios.csv --------------------------------------------------------------------------- */

/* Makes scenarios.csv without rows. */
void ihp__scenarios_table_begin(struct ihp__table *table);

/* Adds the rows of a scenario, one per IHP of `program`. `number` is from 1; `deck` has the
 * settlements of the deck itself. */
void ihp__scenarios_table_add(struct ihp__table *table, const struct ihp__program *program,
                              size_t number, const struct ihp__scenario *scenario,
                              const struct ihp__settlement *settlement,
                              const struct ihp__settlement *deck);

/* Prints the amounts of scenarios.csv that differ from the deck's for people, the largest changes
 * first, at most `most`; 0: all. Returns IHP_ERR_RUN when memory is short. */
#define IHP__CHANGES_PRINTED 20 /* at the end of a settlement */
enum ihp_status ihp__scenarios_print(FILE *stream, const struct ihp__table *scenarios, size_t most,
                                     struct ihp_error *err);

/* ---- scenario_terms.csv ---------------------------------------------------------------------- */

/* Makes scenario_terms.csv without rows. */
void ihp__scenario_terms_table_begin(struct ihp__table *table);

/* Adds a row for each key that a scenario varies. `number` is from 1. */
void ihp__scenario_terms_table_add(struct ihp__table *table, size_t number,
                                   const struct ihp__scenario *scenario);

/* ---- readings.csv, readings_total.csv -------------------------------------------------------- */

/* How a reading differs from the deck for an IHP. */
struct ihp__effect {
    int64_t gained[IHP__PERIODS], lost[IHP__PERIODS]; /* members, by period */
    int64_t change;                                   /* of the final amount, cents */
};

/* Makes readings.csv and readings_total.csv without rows. */
void ihp__readings_tables_begin(struct ihp__table *readings, struct ihp__table *total);

/* Makes the price of each reading, most dollars first: of each IHP in readings.csv, and of all
 * together in readings_total.csv, so that the rows of a table can be added up. `effect` has
 * [scenarios][partnerships] elements. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__readings_tables_create(struct ihp__table *readings, struct ihp__table *total,
                                            const struct ihp__program *program,
                                            const struct ihp__sweep *sweep,
                                            const struct ihp__effect *effect,
                                            struct ihp_error *err);

/* Prints the price of the readings for people, a line each, from readings_total.csv. Returns
 * IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__readings_print(FILE *stream, const struct ihp__table *total,
                                    struct ihp_error *err);

/* A scenario, or an IHP within one, to be listed by dollars. */
struct ihp__moved {
    int64_t cents;
    size_t number;
};

/* The order of them for qsort: most dollars first, equal ones by number. */
int ihp__most_first(const void *a, const void *b);

#endif
