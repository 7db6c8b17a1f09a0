/* SPDX-License-Identifier: GPL-3.0-or-later */
/* all_tables.h - the names and columns of all tables of a result folder, for those who read one.
 *
 * Nothing here is collective.
 */
#ifndef IHP_ALL_TABLES_H
#define IHP_ALL_TABLES_H

#include "result/settlement_tables.h"

/* Gives each table its name and columns; they have no rows. */
void ihp__result_tables_begin(struct ihp__table table[IHP__TABLES]);

#endif
