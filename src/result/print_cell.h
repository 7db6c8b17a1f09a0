/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print_cell.h - cells and whole tables of a result for people.
 *
 * Dollars are printed as dollars, counts with commas, and every other number as the CSV file has
 * it. Nothing here is collective.
 */
#ifndef IHP_PRINT_CELL_H
#define IHP_PRINT_CELL_H

#include "result/print_table.h"
#include "result/table.h"

/* Adds a cell of a result to a table for people; a blank number is "-". */
void ihp__print_cell(struct ihp__print *print, const struct ihp__cell *cell,
                     enum ihp__cell_kind kind);

/* Prints a whole table, a column for each of its columns. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__print_whole_table(FILE *stream, const struct ihp__table *table,
                                       struct ihp_error *err);

#endif
