/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch.h - how far a job is: for its caller (ihp_progress_fn) and for its status file.
 *
 * A watch belongs to one job. Every rank reports its work to its own watch; the watch of rank 0
 * passes it on and writes the status file. The peak memory of the other ranks comes to rank 0 in
 * messages that nobody waits for: at most one under way from a rank, at most every few seconds, and
 * only when the peak has grown. While the job runs, the peak is therefore the highest that ranks
 * have reported so far; the last one, at the end, is of all ranks.
 */
#ifndef IHP_ENGINE_WATCH_H
#define IHP_ENGINE_WATCH_H

#include "ihp/jobs.h"
#include "result/run_status.h"

struct ihp__watch {
    MPI_Comm comm; /* its own, so that its messages cannot meet others */
    int rank;
    ihp_progress_fn progress; /* of the caller, may be NULL; for rank 0 */
    void *progress_context;
    struct ihp__run_status status;
    char path[IHP__PATH_MAX]; /* of the status file; empty: none */
    uint64_t stage_first;     /* done at the first report of the stage, at stage_start */
    double stage_start, last_write, last_look, last_message;
    uint64_t message, messages; /* the one under way; how many were sent, or received by rank 0 */
    MPI_Request request;
};

/* Starts to watch a job. Collective over `comm`, which is duplicated. Every rank that started calls
 * `ihp__watch_end`, whatever happens between. */
enum ihp_status ihp__watch_start(struct ihp__watch *watch, const char *job,
                                 ihp_progress_fn progress, void *progress_context, MPI_Comm comm,
                                 struct ihp_error *err);

/* Writes a status file for `output` from now on, in place of an earlier run's. Not collective; only
 * rank 0 writes. If the file cannot be written, the job goes on without it. */
void ihp__watch_open(struct ihp__watch *watch, const char *output);

/* Reports progress. This is an ihp_progress_fn whose context is a watch; every rank calls it. It
 * takes stage, what, done and all from `progress`. Not collective. */
void ihp__watch_report(void *watch, const struct ihp_progress *progress);

/* Ends the watch: the status becomes done or, by `err`, which ranks have agreed on, failed or
 * stopped. Collective. */
void ihp__watch_end(struct ihp__watch *watch, const struct ihp_error *err);

#endif
