/* SPDX-License-Identifier: GPL-3.0-or-later */
/* few_moved.h - scenarios whose dollars, compared with those of the deck, could tell what 1 to 10
 * members cost.
 *
 * Rules: docs/methodology.md, "Data package", under "Report". Nothing here is collective.
 */
#ifndef IHP_FEW_MOVED_H
#define IHP_FEW_MOVED_H

#include "result/settlement_tables.h"

/* Finds the rows of scenarios.csv (`scenario`) and readings.csv (`reading`) that could differ by 1
 * to 10 members from the settlement of their IHP: in who they are, how long they were enrolled, or
 * whose cost lies between two claims caps. `table` has the tables of a settlement before anything
 * in them is hidden; the arrays have an element for each row. */
void ihp__find_few_moved(const struct ihp__table table[IHP__TABLES], bool *scenario, bool *reading);

/* Hides in bridge.csv the steps `members` and `run_out` of an IHP that 1 to 10 members joined or
 * left in a period: the first tells what they cost, and the other with its neighbours tells the
 * first. `table` still has the rows of bridge_members.csv. */
void ihp__hide_bridge(struct ihp__table table[IHP__TABLES]);

#endif
