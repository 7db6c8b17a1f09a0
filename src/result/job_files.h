/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job_files.h - the files of a job next to a settlement: payments and reconciliation.
 *
 * The output is opened and begun as output_folder.h says. Member files are written if there are
 * any, and then the tables: that ends with the job's .json, so that a folder which has it has the
 * job finished. Nothing here is collective: rank 0 calls.
 */
#ifndef IHP_JOB_FILES_H
#define IHP_JOB_FILES_H

#include "deck/deck.h"
#include "program/program.h"
#include "result/output_folder.h"
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

/* Writes the job's tables and, last, its .json, and finishes the output. */
enum ihp_status ihp__job_files_write(struct ihp__output *output, const struct ihp__job_files *job,
                                     const struct ihp_notices *notices,
                                     const struct ihp__run_stats *stats, struct ihp_error *err);

#endif
