/* result_internal.h - what the files of this room share. */
#ifndef IHP_RESULT_INTERNAL_H
#define IHP_RESULT_INTERNAL_H

#include "ihp/result.h"

#include <jansson.h>

/* The columns of settlement.csv after ihp_id, and a row's cells for them. */
#define IHP_SETTLEMENT_COLUMNS                 \
    {"track", IHP_CELL_INTEGER}, \
    {"base_members", IHP_CELL_INTEGER}, \
    {"base_member_months", IHP_CELL_INTEGER}, \
    {"base_tcoc_pmpm", IHP_CELL_DOLLARS}, \
    {"base_risk", IHP_CELL_RATIO}, \
    {"members", IHP_CELL_INTEGER}, \
    {"member_months", IHP_CELL_INTEGER}, \
    {"tcoc_pmpm", IHP_CELL_DOLLARS}, \
    {"risk", IHP_CELL_RATIO}, \
    {"trend_factor", IHP_CELL_RATIO}, \
    {"target_pmpm", IHP_CELL_DOLLARS}, \
    {"adjusted_target_pmpm", IHP_CELL_DOLLARS}, \
    {"ratio", IHP_CELL_RATIO}, \
    {"gross_difference", IHP_CELL_DOLLARS}, \
    {"outcome", IHP_CELL_TEXT}, \
    {"shared_before_pbp", IHP_CELL_DOLLARS}, \
    {"pbp_offset", IHP_CELL_DOLLARS}, \
    {"shared_amount", IHP_CELL_DOLLARS}, \
    {"quality_score", IHP_CELL_RATIO}, \
    {"quality_adjusted", IHP_CELL_DOLLARS}, \
    {"circumstance_reduction", IHP_CELL_DOLLARS}, \
    {"termination_factor", IHP_CELL_RATIO}, \
    {"final_amount", IHP_CELL_DOLLARS}, \
    {"interim_paid", IHP_CELL_DOLLARS}, \
    {"amount_due", IHP_CELL_DOLLARS}
void ihp_put_settlement(struct ihp_table *table, const struct ihp_program *program,
                        const struct ihp_settlement *settlement);

/* Makes a folder and its parents; `*made` says that it was not there before. */
enum ihp_status ihp_result_make_folder(const char *folder, bool *made, struct ihp_error *err);

/* Writes `folder`/results.h5: the tables, and every entry of `manifest` as an attribute. */
enum ihp_status ihp_results_h5_write(const char *folder, const struct ihp_table *table, size_t tables,
                                     const json_t *manifest, struct ihp_error *err);

/* The manifest of a run: version, deck, store, program, counts, notices. What may differ between
 * equal runs (ranks, timings, paths) is not in it. NULL when memory is short. */
json_t *ihp_manifest_create(const struct ihp_result_input *input, const struct ihp_notices *notices);

/* The part of the manifest that may differ between equal runs. */
json_t *ihp_manifest_run(const struct ihp_result_input *input, const struct ihp_run_facts *facts);

#endif
