/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_internal.h - what the files of this room share. */
#ifndef IHP_RESULT_INTERNAL_H
#define IHP_RESULT_INTERNAL_H

#include "result/result.h"

#include <jansson.h>

/* Makes the folders above `path` that are not there. */
enum ihp_status ihp_make_parents(const char *path, struct ihp_error *err);

/* Removes the files of a folder, which is not a link, whose names are wanted. */
void ihp_remove_files(const char *folder, bool (*wanted)(const char *name));

/* Whether `name` is that of one of `count` files or of its part file, as a killed run leaves it. */
bool ihp_is_file_or_part(const char *name, const char *const *file, size_t count);

/* Whether `name` is a member file's, or its part file's: all that attributed/ and its like are
 * for. */
bool ihp_is_member_file(const char *name);

/* Makes a folder that is its owner's alone, or takes one that is there; `*made` tells. A link is
 * refused: what lies behind it is not removed by a later run. */
enum ihp_status ihp_private_folder_make(const char *path, bool *made, struct ihp_error *err);

/* The same, and makes one that is there its owner's alone. */
enum ihp_status ihp_private_folder_take(const char *path, struct ihp_error *err);

/* Collective over `comm`: makes the folder `name` for member files in `folder`, for its owner
 * alone, and puts its path into `path`. */
enum ihp_status ihp_member_folder_make(const char *folder, const char *name,
                                       char path[IHP_PATH_MAX], MPI_Comm comm,
                                       struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, or that has the file `last`, which
 * finishes it, unless `force`; and (IHP_ERR_RUN) one that cannot be written to. Writes nothing. */
enum ihp_status ihp_folder_check(const char *folder, const char *program, const char *last,
                                 bool force, struct ihp_error *err);

/* A text as JSON. A path is whatever bytes a file system takes, and JSON takes UTF-8 alone: bytes
 * that are none become '?'. NULL when memory is short. */
json_t *ihp_json_text(const char *text);

/* What each rank took: `timings` of the part of the manifest about the run, in order of ranks;
 * empty where it was not collected. NULL when memory is short. */
json_t *ihp_timings_create(const struct ihp_run_facts *facts);

/* The most that any rank took, of each number by itself; and its seconds as an object by stage. */
struct ihp_rank_facts ihp_timings_most(const struct ihp_run_facts *facts);
json_t *ihp_timings_seconds(const struct ihp_rank_facts *rank);

/* Whether `run`, read from a manifest, has `timings` as they are written. */
bool ihp_timings_valid(const json_t *run);

/* Writes `folder`/timings.h5, a table of that name: the timings of `run`, as part 0, and those of
 * its `parts`, by block, which are valid. */
#define IHP_TIMINGS "timings"
enum ihp_status ihp_timings_write(const char *folder, const json_t *run, struct ihp_error *err);

/* Writes `json` into `folder` as `name` with permission bits `mode`. */
enum ihp_status ihp_json_write(const char *folder, const char *name, int mode, const json_t *json,
                               struct ihp_error *err);

/* Rows of CSV that a rank collects. Zero-initialise; the caller frees `data`. False when memory is
 * short. */
struct ihp_rows {
    char *data;
    size_t size, capacity;
};
bool ihp_rows_add(struct ihp_rows *rows, const char *row, size_t length);

/* `text` as a CSV field, quoted where it needs it, in `field`, which is returned. */
const char *ihp_rows_field(const char *text, char *field, size_t size);

/* A file of members: its header, and section by section the rows of this rank's members. */
struct ihp_row_source {
    const char *header;
    int sections;
    bool (*collect)(const void *context, int section, struct ihp_rows *rows);
    const void *context;
};

/* Collective over `comm`: writes `folder`/`name` (mode 0600), rows by section, then by rank. */
enum ihp_status ihp_rank_rows_write(const char *folder, const char *name,
                                    const struct ihp_row_source *source, MPI_Comm comm,
                                    struct ihp_error *err);

/* The columns of settlement.csv after ihp_id, and a row's cells for them. */
#define IHP_SETTLEMENT_COLUMNS                                                                     \
    {"track", IHP_CELL_INTEGER}, {"base_members", IHP_CELL_INTEGER},                               \
        {"base_member_months", IHP_CELL_INTEGER}, {"base_tcoc_pmpm", IHP_CELL_DOLLARS},            \
        {"base_risk", IHP_CELL_RATIO}, {"members", IHP_CELL_INTEGER},                              \
        {"member_months", IHP_CELL_INTEGER}, {"tcoc_pmpm", IHP_CELL_DOLLARS},                      \
        {"risk", IHP_CELL_RATIO}, {"trend_factor", IHP_CELL_RATIO},                                \
        {"target_pmpm", IHP_CELL_DOLLARS}, {"adjusted_target_pmpm", IHP_CELL_DOLLARS},             \
        {"ratio", IHP_CELL_RATIO}, {"gross_difference", IHP_CELL_DOLLARS},                         \
        {"outcome", IHP_CELL_TEXT}, {"shared_before_pbp", IHP_CELL_DOLLARS},                       \
        {"pbp_offset", IHP_CELL_DOLLARS}, {"shared_amount", IHP_CELL_DOLLARS},                     \
        {"quality_score", IHP_CELL_RATIO}, {"quality_adjusted", IHP_CELL_DOLLARS},                 \
        {"circumstance_reduction", IHP_CELL_DOLLARS}, {"termination_factor", IHP_CELL_RATIO},      \
        {"final_amount", IHP_CELL_DOLLARS}, {"interim_paid", IHP_CELL_DOLLARS},                    \
    {                                                                                              \
        "amount_due", IHP_CELL_DOLLARS                                                             \
    }
void ihp_put_settlement(struct ihp_table *table, const struct ihp_program *program,
                        const struct ihp_settlement *settlement);

/* Give tables their names and columns; they have no rows. */
void ihp_settlement_tables_begin(struct ihp_table table[IHP_TABLES]); /* those always written */
void ihp_quality_tables_begin(struct ihp_table *measures, struct ihp_table *scores);
void ihp_bridge_tables_begin(struct ihp_table *bridge, struct ihp_table *members);
void ihp_readings_table_begin(struct ihp_table *table);

/* Something to be listed by dollars: a scenario, or an IHP within one; and the order for qsort,
 * most dollars first, equal ones by number. */
struct ihp_moved {
    int64_t cents;
    size_t number;
};
int ihp_most_first(const void *a, const void *b);

/* Adds the rows of a CSV file that `ihp_table_write_csv` wrote to `table`, which says the columns.
 * Every number must be written as ihp writes it, so that writing the table gives the same text
 * again. Refuses (IHP_ERR_DATA) what is no such file, one above IHP_TABLE_BYTES_MAX where `rows` is
 * 0, and more than `rows` rows otherwise. */
#define IHP_TABLE_BYTES_MAX (UINT64_C(128) << 20)
enum ihp_status ihp_table_read_csv(const char *path, struct ihp_table *table, size_t rows,
                                   struct ihp_error *err);

/* Whether two paths name one folder or file that is there. */
bool ihp_is_same_place(const char *path, const char *other);

/* Writes the tables that have columns, results.h5, timings.h5 and, last, the manifest with `run`
 * (consumed; NULL: memory is short) as the part that may differ between equal runs. */
enum ihp_status ihp_folder_fill(const char *folder, const struct ihp_table table[IHP_TABLES],
                                json_t *manifest, json_t *run, struct ihp_error *err);

/* Writes `folder`/`name`: the tables, every entry of `manifest` as an attribute, and an external
 * link to the table `linked` in the file of its name beside it; NULL: none. */
enum ihp_status ihp_results_h5_write(const char *folder, const char *name,
                                     const struct ihp_table *table, size_t tables,
                                     const json_t *manifest, const char *linked,
                                     struct ihp_error *err);

/* Makes a result folder and its parents unless they are there; `*made` says that it was not. */
enum ihp_status ihp_folder_make(const char *folder, bool *made, struct ihp_error *err);

/* The manifest of a run: version, deck, store, program, counts, notices. What may differ between
 * equal runs (ranks, timings, paths) is not in it. NULL when memory is short. */
json_t *ihp_manifest_create(const struct ihp_result_input *input,
                            const struct ihp_notices *notices);

/* The same of a job beside a settlement. */
json_t *ihp_manifest_job(const struct ihp_job *job, const struct ihp_notices *notices);

/* The part of the manifest that may differ between equal runs. */
json_t *ihp_manifest_run(const struct ihp_deck *deck, const struct ihp_run_facts *facts);

#endif
