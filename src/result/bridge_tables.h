/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge_tables.h - the tables of the bridge from the interim to the final settlement [2.12].
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_BRIDGE_TABLES_H
#define IHP_BRIDGE_TABLES_H

#include "finance/finance.h"
#include "result/table.h"

/* Give bridge.csv and bridge_members.csv their names and columns; they have no rows. */
void ihp__bridge_tables_begin(struct ihp__table *bridge, struct ihp__table *members);

/* Makes bridge.csv of the steps of each IHP, and bridge_members.csv of the numbers of members who
 * joined or left (`moves` of tally.h). Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__bridge_tables_create(struct ihp__table *bridge, struct ihp__table *members,
                                          const struct ihp__program *program,
                                          const struct ihp__bridge *steps, int64_t *moves,
                                          struct ihp_error *err);

/* Prints bridge.csv for people, a row per IHP. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__bridge_print(FILE *stream, const struct ihp__table *bridge,
                                  struct ihp_error *err);

#endif
