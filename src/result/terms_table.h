/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terms_table.h - what the amounts of a settlement depend on: terms.csv and risk_scores.csv.
 *
 * With settlement.csv and risk_weights.csv they suffice to compute every column of settlement.csv
 * again. Nothing here is collective. docs/data.md describes the columns and the terms.
 */
#ifndef IHP_TERMS_TABLE_H
#define IHP_TERMS_TABLE_H

#include "result/settlement_tables.h"

extern const struct ihp__table_column ihp__terms_columns[], ihp__risk_score_columns[];
enum { IHP__TERMS_COLUMNS = 4, IHP__RISK_SCORE_COLUMNS = 6 };

/* Adds the terms of each IHP, in the order of ihps.csv: a name, a value, the section. Numbers that
 * are not exact decimals have 17 significant digits, so that they are read back as they are. */
void ihp__put_terms(const struct ihp__result_input *input, struct ihp__table *table);

/* Adds the attributed members of each IHP by period and risk category, with the weight that each of
 * their months has in the risk score [16.5.2]. */
void ihp__put_risk_scores(const struct ihp__result_input *input, struct ihp__table *table);

#endif
