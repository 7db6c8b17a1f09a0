/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names and columns of all tables of a result folder. */
#include "result/all_tables.h"

#include "result/bootstrap_tables.h"
#include "result/bridge_tables.h"
#include "result/quality_tables.h"
#include "result/scenario_tables.h"

void ihp__result_tables_begin(struct ihp__table table[IHP__TABLES])
{
    ihp__settlement_tables_begin(table);
    ihp__quality_tables_begin(&table[IHP__TABLE_QUALITY], &table[IHP__TABLE_QUALITY_SCORES]);
    ihp__scenarios_table_begin(&table[IHP__TABLE_SCENARIOS]);
    ihp__scenario_terms_table_begin(&table[IHP__TABLE_SCENARIO_TERMS]);
    ihp__readings_tables_begin(&table[IHP__TABLE_READINGS], &table[IHP__TABLE_READINGS_TOTAL]);
    ihp__bootstrap_tables_begin(&table[IHP__TABLE_BOOTSTRAP],
                                &table[IHP__TABLE_BOOTSTRAP_OUTCOMES]);
    ihp__bootstrap_quantiles_table_begin(&table[IHP__TABLE_BOOTSTRAP_QUANTILES]);
    ihp__scenario_bootstrap_table_begin(&table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
    ihp__bridge_tables_begin(&table[IHP__TABLE_BRIDGE], &table[IHP__TABLE_BRIDGE_MEMBERS]);
}
