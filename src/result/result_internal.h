/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result_internal.h - what the files of this room share. */
#ifndef IHP_RESULT_INTERNAL_H
#define IHP_RESULT_INTERNAL_H

#include "result/result.h"

#include <jansson.h>

/* Makes the folders above `path` that are not there. */
enum ihp_status ihp__make_parents(const char *path, struct ihp_error *err);

/* Removes the files of a folder, which is not a link, whose names are wanted. */
void ihp__remove_files(const char *folder, bool (*wanted)(const char *name));

/* Whether `name` is that of one of `count` files or of its part file, as a killed run leaves it. */
bool ihp__is_file_or_part(const char *name, const char *const *file, size_t count);

/* Whether `name` is a member file's, or its part file's: all that attributed/ and its like are
 * for. */
bool ihp__is_member_file(const char *name);

/* Makes a folder that is its owner's alone, or takes one that is there; `*made` tells. A link is
 * refused: what lies behind it is not removed by a later run. */
enum ihp_status ihp__private_folder_make(const char *path, bool *made, struct ihp_error *err);

/* The same, and makes one that is there its owner's alone. */
enum ihp_status ihp__private_folder_take(const char *path, struct ihp_error *err);

/* Collective over `comm`: makes the folder `name` for member files in `folder`, for its owner
 * alone, and puts its path into `path`. */
enum ihp_status ihp__member_folder_make(const char *folder, const char *name,
                                        char path[IHP__PATH_MAX], MPI_Comm comm,
                                        struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, or that has the file `last`, which
 * finishes it, unless `force`; and (IHP_ERR_RUN) one that cannot be written to. Writes nothing. */
enum ihp_status ihp__folder_check(const char *folder, const char *program, const char *last,
                                  bool force, struct ihp_error *err);

/* A text as JSON. A path is whatever bytes a file system takes, and JSON takes UTF-8 alone: bytes
 * that are none become '?'. NULL when memory is short. */
json_t *ihp__json_text(const char *text);

/* Returns `json`, or NULL after releasing it unless it is `whole`: an entry is missing when memory
 * was short. */
json_t *ihp__json_whole(json_t *json, bool whole);

/* What each rank took: `timings` of the part of the manifest about the run, in order of ranks;
 * empty where it was not collected. NULL when memory is short. */
json_t *ihp__timings_create(const struct ihp__run_stats *stats);

/* The most that any rank took, of each number by itself; and its seconds as an object by stage. */
struct ihp__rank_timing ihp__timings_most(const struct ihp__run_stats *stats);
json_t *ihp__timings_seconds(const struct ihp__rank_timing *rank);

/* Whether `run`, read from a manifest, has `timings` as they are written. */
bool ihp__timings_valid(const json_t *run);

/* Writes `folder`/timings.h5, a table of that name: the timings of `run`, as part 0, and those of
 * its `parts`, by block, which are valid. */
#define IHP__TIMINGS "timings"
enum ihp_status ihp__timings_write(const char *folder, const json_t *run, struct ihp_error *err);

/* Writes `json` into `folder` as `name` with permission bits `mode`. */
enum ihp_status ihp__json_write(const char *folder, const char *name, int mode, const json_t *json,
                                struct ihp_error *err);

/* Rows of CSV that a rank collects. Zero-initialise; the caller frees `data`. False when memory is
 * short. */
struct ihp__rows {
    char *data;
    size_t size, capacity;
};
bool ihp__rows_add(struct ihp__rows *rows, const char *row, size_t length);

/* `text` as a CSV field, quoted where it needs it, in `field`, which is returned. */
const char *ihp__rows_field(const char *text, char *field, size_t size);

/* A file of members: its header, and section by section the rows of this rank's members. */
struct ihp__row_source {
    const char *header;
    int sections;
    bool (*collect)(const void *context, int section, struct ihp__rows *rows);
    const void *context;
};

/* Collective over `comm`: writes `folder`/`name` (mode 0600), rows by section, then by rank. */
enum ihp_status ihp__rank_rows_write(const char *folder, const char *name,
                                     const struct ihp__row_source *source, MPI_Comm comm,
                                     struct ihp_error *err);

/* The columns of settlement.csv after ihp_id, and a row's cells for them. */
#define IHP__SETTLEMENT_COLUMNS                                                                    \
    {"track", IHP__CELL_INTEGER}, {"base_members", IHP__CELL_INTEGER},                             \
        {"base_member_months", IHP__CELL_INTEGER}, {"base_tcoc_pmpm", IHP__CELL_DOLLARS},          \
        {"base_risk", IHP__CELL_RATIO}, {"members", IHP__CELL_INTEGER},                            \
        {"member_months", IHP__CELL_INTEGER}, {"tcoc_pmpm", IHP__CELL_DOLLARS},                    \
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
void ihp__put_settlement(struct ihp__table *table, const struct ihp__program *program,
                         const struct ihp__settlement *settlement);

/* Give tables their names and columns; they have no rows. */
void ihp__settlement_tables_begin(struct ihp__table table[IHP__TABLES]); /* those always written */
void ihp__quality_tables_begin(struct ihp__table *measures, struct ihp__table *scores);
void ihp__bridge_tables_begin(struct ihp__table *bridge, struct ihp__table *members);
void ihp__readings_table_begin(struct ihp__table *table);

/* Something to be listed by dollars: a scenario, or an IHP within one; and the order for qsort,
 * most dollars first, equal ones by number. */
struct ihp__moved {
    int64_t cents;
    size_t number;
};
int ihp__most_first(const void *a, const void *b);

/* Adds the rows of a CSV file that `ihp__table_write_csv` wrote to `table`, which says the columns.
 * Every number must be written as ihp writes it, so that writing the table gives the same text
 * again. Refuses (IHP_ERR_DATA) what is no such file, one above IHP__TABLE_BYTES_MAX where `rows`
 * is 0, and more than `rows` rows otherwise. */
#define IHP__TABLE_BYTES_MAX (UINT64_C(128) << 20)
enum ihp_status ihp__table_read_csv(const char *path, struct ihp__table *table, size_t rows,
                                    struct ihp_error *err);

/* Whether two paths name one folder or file that is there. */
bool ihp__is_same_place(const char *path, const char *other);

/* Writes the tables that have columns, results.h5, timings.h5 and, last, the manifest with `run`
 * (consumed; NULL: memory is short) as the part that may differ between equal runs. */
enum ihp_status ihp__folder_fill(const char *folder, const struct ihp__table table[IHP__TABLES],
                                 json_t *manifest, json_t *run, struct ihp_error *err);

/* The content of an HDF5 file of tables; all borrowed. */
struct ihp__h5_content {
    const struct ihp__table *table; /* those without columns are left out */
    size_t tables;
    const json_t *manifest; /* each entry becomes an attribute of the root */
    const char *linked;     /* a table in the file `linked`.h5 next to this one; NULL: none */
};

/* Writes `folder`/`name`. */
enum ihp_status ihp__results_h5_write(const char *folder, const char *name,
                                      const struct ihp__h5_content *content, struct ihp_error *err);

/* Makes a result folder and its parents unless they are there; `*made` says that it was not. */
enum ihp_status ihp__folder_make(const char *folder, bool *made, struct ihp_error *err);

/* The manifest of a run: version, deck, store, program, counts, notices. What may differ between
 * equal runs (ranks, timings, paths) is not in it. NULL when memory is short. */
json_t *ihp__manifest_create(const struct ihp__result_input *input,
                             const struct ihp_notices *notices);

/* The same of a job beside a settlement. */
json_t *ihp__manifest_job(const struct ihp__job_files *job, const struct ihp_notices *notices);

/* The part of the manifest that may differ between equal runs. */
json_t *ihp__manifest_run(const struct ihp__deck *deck, const struct ihp__run_stats *stats);

#endif
