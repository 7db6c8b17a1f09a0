/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hide_small.h - hides in the tables of a settlement what would reveal a number of 1 to 10 members,
 * for documents about all IHPs that leave the State's analysts.
 *
 * Rules: docs/methodology.md, "Data package", under "Report". Nothing here is collective.
 */
#ifndef IHP_HIDE_SMALL_H
#define IHP_HIDE_SMALL_H

#include "result/settlement_tables.h"
#include "result/shown.h"

/* Hides numbers in tables that were read of a folder or made of a settlement (ihp__table_hide):
 *
 * - the members of an IHP in a period if they are 1 to 10, and those of others by the rule of
 *   ihp__counts_hide, as the sum over the IHPs is known; with them everything of the IHP that rests
 *   on them, in every table;
 * - the numbers of an IHP's members who lived in a county of extreme circumstances by month, if
 *   those of a month, or the others, are 1 to 10; with them what can be losses in its other tables,
 *   and everything if the settlement has losses;
 * - in a scenario or a reading that could differ from the deck's by 1 to 10 members, their number
 *   and all dollars (result/few_moved.h);
 * - numbers of members who are gained or lost by a reading; categories of risk_weights.csv with few
 *   members; and payers of an IHP with few member months.
 *
 * attribution_summary, exclusions, risk_scores and bridge_members lose their rows: their numbers
 * are too fine to be hidden one by one. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__hide_small(struct ihp__table table[IHP__TABLES], struct ihp_error *err);

/* Returns true if the final amount of an IHP is hidden in settlement.csv, so that no sum of dollars
 * over the IHPs may be shown. The amount of an IHP of Track 1 is known to be 0. */
bool ihp__hides_amounts(const struct ihp__table *settlement);

/* Returns true for an IHP of settlement.csv that is in Track 1. */
bool ihp__is_track1(const struct ihp__table *settlement, const char *ihp_id);

/* Hides the members of the IHPs in a period of settlement.csv as above, but only these. Returns
 * false if their sum must not be shown either. `count` has an element for each row. */
bool ihp__hide_ihps(const struct ihp__table *settlement, enum ihp__period period,
                    struct ihp__shown_count *count);

#endif
