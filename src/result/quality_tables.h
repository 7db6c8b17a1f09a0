/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality_tables.h - the tables of quality measures and scores [17, 18].
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_QUALITY_TABLES_H
#define IHP_QUALITY_TABLES_H

#include "finance/quality.h"
#include "result/output_folder.h"
#include "result/table.h"

/* Gives the tables their names and columns; they have no rows. */
void ihp__quality_tables_begin(struct ihp__table *measures, struct ihp__table *scores);

/* Makes quality.csv, a row per IHP and measure of its track, and quality_scores.csv, a row per IHP,
 * section and category and one for the overall score. The caller frees both in any case. Returns
 * IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__quality_tables_create(const struct ihp__quality *quality,
                                           struct ihp__table *measures, struct ihp__table *scores,
                                           struct ihp_error *err);

/* Prints the scores for people, a table per IHP and section. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__quality_print(FILE *stream, const struct ihp__quality *quality,
                                   const struct ihp__table *scores, struct ihp_error *err);

/* Writes the two tables into an open output that keeps its other files, unless it has the very
 * same. Refuses (IHP_ERR_USAGE) an output that has other scores, unless `force`, and always one
 * with a finished settlement that does not have the same. */
enum ihp_status ihp__quality_write(struct ihp__output *output, const struct ihp__table *measures,
                                   const struct ihp__table *scores, bool force,
                                   struct ihp_error *err);

#endif
