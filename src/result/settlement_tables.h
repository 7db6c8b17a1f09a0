/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settlement_tables.h - the tables of a settlement and of its attribution, cost and risk weights.
 *
 * `ihp__result_tables_create` makes all tables that follow from one settlement;
 * `ihp__settlement_print` prints the settlement for people. The tables of a sweep, a bootstrap and
 * a bridge have headers of their own and their places in the same array.
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_SETTLEMENT_TABLES_H
#define IHP_SETTLEMENT_TABLES_H

#include "finance/finance.h"
#include "result/table.h"
#include "sweep/sweep.h"

#include <jansson.h>

/* The tables of a result folder. A new one has a row in result_files.c, too, its columns where it
 * is made, what they mean in column_meanings.c, and when a block of a sweep has it in
 * jobs/merge/merge_tables.c. */
enum ihp__table_number {
    IHP__TABLE_SETTLEMENT,
    IHP__TABLE_PAYER_SPLIT,
    IHP__TABLE_ATTRIBUTION_SUMMARY,
    IHP__TABLE_EXCLUSIONS,
    IHP__TABLE_RISK_WEIGHTS,
    IHP__TABLE_RISK_SCORES,
    IHP__TABLE_TERMS,
    /* Only if the program or the deck asks for them; a table without columns is not written. */
    IHP__TABLE_QUALITY,
    IHP__TABLE_QUALITY_SCORES,
    IHP__TABLE_SCENARIOS,
    IHP__TABLE_SCENARIO_TERMS,
    IHP__TABLE_READINGS,
    IHP__TABLE_READINGS_TOTAL,
    IHP__TABLE_BOOTSTRAP,
    IHP__TABLE_BOOTSTRAP_OUTCOMES,
    IHP__TABLE_BOOTSTRAP_QUANTILES,
    IHP__TABLE_SCENARIO_BOOTSTRAP,
    IHP__TABLE_BRIDGE,
    IHP__TABLE_BRIDGE_MEMBERS,
    IHP__TABLES
};

/* The source of the tables; all borrowed. */
struct ihp__result_input {
    const struct ihp__deck *deck;
    const struct ihp__program *program;
    const struct ihp__store_info *store;
    const struct ihp__tally *tally;
    const struct ihp__finance *finance;
    struct ihp__block block;     /* of the deck's sweep; its blocks 0: the whole */
    const json_t *import_record; /* of the store; NULL: it has none, or it is not needed */
};

/* Gives the tables that are always written their names and columns; they have no rows. */
void ihp__settlement_tables_begin(struct ihp__table table[IHP__TABLES]);

/* Fills the tables that are always written, and those of quality in a final settlement with quality
 * data; the others stay empty. The caller frees each. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__result_tables_create(const struct ihp__result_input *input,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err);

/* The columns of settlement.csv behind ihp_id, which scenarios.csv has too. */
#define IHP__SETTLEMENT_COLUMNS                                                                    \
    {"track", IHP__CELL_INTEGER}, {"base_members", IHP__CELL_INTEGER},                             \
        {"base_member_months", IHP__CELL_INTEGER}, {"base_capped_cost", IHP__CELL_DOLLARS},        \
        {"base_tcoc_pmpm", IHP__CELL_DOLLARS}, {"base_risk", IHP__CELL_RATIO},                     \
        {"members", IHP__CELL_INTEGER}, {"member_months", IHP__CELL_INTEGER},                      \
        {"capped_cost", IHP__CELL_DOLLARS}, {"tcoc_pmpm", IHP__CELL_DOLLARS},                      \
        {"risk", IHP__CELL_RATIO}, {"trend_factor", IHP__CELL_RATIO},                              \
        {"target_pmpm", IHP__CELL_DOLLARS}, {"adjusted_target_pmpm", IHP__CELL_DOLLARS},           \
        {"ratio", IHP__CELL_RATIO}, {"gross_difference", IHP__CELL_DOLLARS},                       \
        {"outcome", IHP__CELL_TEXT}, {"shared_before_pbp", IHP__CELL_DOLLARS},                     \
        {"pbp_offset", IHP__CELL_DOLLARS}, {"shared_amount", IHP__CELL_DOLLARS},                   \
        {"quality_score", IHP__CELL_RATIO}, {"quality_adjusted", IHP__CELL_DOLLARS},               \
        {"circumstance_reduction", IHP__CELL_DOLLARS}, {"termination_factor", IHP__CELL_RATIO},    \
        {"final_amount", IHP__CELL_DOLLARS}, {"interim_paid", IHP__CELL_DOLLARS},                  \
    {                                                                                              \
        "amount_due", IHP__CELL_DOLLARS                                                            \
    }

/* Adds the cells of these columns to the current row. */
void ihp__put_settlement(struct ihp__table *table, const struct ihp__program *program,
                         const struct ihp__settlement *settlement);

/* What the lines above a settlement say. */
struct ihp__settlement_head {
    const struct ihp__deck *deck; /* its kind and periods; borrowed */
    int64_t members;              /* of the store */
    int64_t attributed[IHP__PERIODS];
};

/* Returns the head of a result. */
struct ihp__settlement_head ihp__settlement_head(const struct ihp__result_input *input);

/* Prints what is settled, and that it is a what-if if it is one: a line or two. `under` is the path
 * of a deck that was not settled before; NULL: none. */
void ihp__settlement_print_title(FILE *stream, const struct ihp__deck *deck, const char *under);

/* Prints the settlement for people, from settlement.csv. Returns IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__settlement_print(FILE *stream, const struct ihp__settlement_head *head,
                                      const struct ihp__table *settlement, struct ihp_error *err);

#endif
