/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hide.h - hides small numbers of members in the tables that only a workbook shows.
 *
 * Rules: docs/methodology.md, "Data package", under "Report". Nothing here is collective.
 */
#ifndef IHP_WORKBOOK_HIDE_H
#define IHP_WORKBOOK_HIDE_H

#include "result/finished.h"

/* Hides numbers in the whole risk_scores.csv, from which `ihp__hide_small` has taken nothing, with
 * `weights` and `settlement` in which it has hidden. Categories of an IHP with few members are
 * hidden, and others until neither their sums nor the risk score reveal them. Rows of an IHP and
 * period whose members are hidden are left out. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__hide_risk_scores(struct ihp__table *scores, const struct ihp__table *weights,
                                      const struct ihp__table *settlement, struct ihp_error *err);

#endif
