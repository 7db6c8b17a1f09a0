/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch.h - how far a job is: for its caller (ihp_progress_fn) and for its status file.
 *
 * A watch belongs to one job. Every rank tells its own watch of its work; that of rank 0 passes it
 * on and writes the file. The other ranks' memory comes to rank 0 in messages that nobody waits
 * for: one on the way at most from a rank, at most every few seconds, and only when its peak has
 * grown. So what is said of memory while the job runs is what ranks at work have told so far; the
 * last word, at the end, is of all.
 */
#ifndef IHP_RUN_WATCH_H
#define IHP_RUN_WATCH_H

#include "ihp/jobs.h"
#include "result/result.h"

struct ihp__watch {
    MPI_Comm comm; /* its own, so that messages meet no others */
    int rank;
    ihp_progress_fn progress; /* of the caller, may be NULL; for rank 0 */
    void *progress_context;
    struct ihp__run_status status;
    char path[IHP__PATH_MAX]; /* of the status file; empty: none */
    uint64_t stage_first;     /* done when the stage was first told of, at stage_start */
    double stage_start, last_write, last_look, last_message;
    uint64_t message, messages; /* the one under way; how many were sent, or received by rank 0 */
    MPI_Request request;
};

/* Collective over `comm`. Every rank that started ends, whatever happens between. */
enum ihp_status ihp__watch_start(struct ihp__watch *watch, const char *job,
                                 ihp_progress_fn progress, void *progress_context, MPI_Comm comm,
                                 struct ihp_error *err);

/* Not collective; on rank 0: from now on there is a status file for `output`, in place of an
 * earlier run's. A file that cannot be written is done without: it must not end a night's work. */
void ihp__watch_open(struct ihp__watch *watch, const char *output);

/* Not collective: an ihp_progress_fn whose context is a watch, called by every rank. Of `progress`
 * it takes stage, what, done and all. */
void ihp__watch_tell(void *watch, const struct ihp_progress *progress);

/* Collective: the status becomes done or, by `err`, which ranks agree on, failed. */
void ihp__watch_end(struct ihp__watch *watch, const struct ihp_error *err);

/* Resident memory at its highest so far, of this process; 0: not known. */
uint64_t ihp__peak_bytes(void);

/* Whether there is a process `pid` on this host, and when it started (ticks; 0: not known). */
bool ihp__process_find(int64_t pid, uint64_t *start);

#endif
