/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job_files.h - the files of a job next to a settlement: payments and reconciliation.
 *
 * Check the folder before any work, begin it before writing, write member files if there are any,
 * and write the tables: that ends with the job's .json, so that a folder which has it has the job
 * finished. Nothing here is collective: rank 0 calls.
 */
#ifndef IHP_JOB_FILES_H
#define IHP_JOB_FILES_H

#include "deck/deck.h"
#include "program/program.h"
#include "result/result_files.h"
#include "result/run_stats.h"
#include "result/table.h"
#include "store/store.h"

/* A payment run that a job reconciled; both borrowed. */
struct ihp__job_run {
    const char *span, *hash;
};

/* A job and its tables; all borrowed. */
struct ihp__job_files {
    const char *name;           /* "payments": of the .h5 and the .json */
    enum ihp__file_group group; /* the rows of result_files.h */
    const char *span;           /* the months it covers: "2025Q2" */
    const struct ihp__deck *deck;
    const struct ihp__program *program;
    const struct ihp__store_info *store;
    const struct ihp__table *table;
    size_t tables;
    const struct ihp__job_run *paid; /* the runs of a reconciliation */
    size_t runs;
    const char *overrides; /* the hash of its overrides; NULL unless the job is a reconciliation */
};

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, or that has the job finished, unless
 * `force`; and (IHP_ERR_RUN) one that cannot be written to. Writes nothing. */
enum ihp_status ihp__job_files_check(const char *folder, const char *program,
                                     enum ihp__file_group group, bool force, struct ihp_error *err);

/* Makes the folder if needed (`*made`), and otherwise removes the files of an earlier run of the
 * job. */
enum ihp_status ihp__job_files_begin(const char *folder, const struct ihp__job_files *job,
                                     bool *made, struct ihp_error *err);

/* Removes the files of a failed run, and the folder if it was `made`. */
void ihp__job_files_abandon(const char *folder, const struct ihp__job_files *job, bool made);

/* Writes the job's tables and, last, its .json. */
enum ihp_status ihp__job_files_write(const char *folder, const struct ihp__job_files *job,
                                     const struct ihp_notices *notices,
                                     const struct ihp__run_stats *stats, struct ihp_error *err);

#endif
