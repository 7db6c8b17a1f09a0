/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_status.h - the status file of a run, next to its output, for people and scripts.
 *
 * Nothing here is collective: rank 0 writes.
 */
#ifndef IHP_RUN_STATUS_H
#define IHP_RUN_STATUS_H

#include "base/base.h"

/* Stopped: by a signal, with the work so far kept for the next start. */
enum ihp__run_state { IHP__RUN_RUNNING, IHP__RUN_DONE, IHP__RUN_FAILED, IHP__RUN_STOPPED };

/* Returns "running", "done", "failed" or "stopped". */
const char *ihp__run_state_text(enum ihp__run_state state);

/* The content of OUTPUT.status.json: the run as rank 0 saw it last. */
struct ihp__run_status {
    enum ihp__run_state state;
    char job[24];     /* "settle" */
    char stage[24];   /* "bootstrap" */
    char counted[80]; /* "replicates"; empty if the stage counts nothing */
    uint64_t done, all;
    double rate;         /* counted per second; below 0: not known */
    double seconds_left; /* of the stage; below 0: not known */
    uint64_t peak_bytes; /* highest resident memory that a rank has reported */
    int peak_rank, ranks;
    char host[256];           /* of rank 0 */
    int64_t pid;              /* of rank 0 */
    uint64_t process_start;   /* of rank 0, clock ticks after the host's start; 0: not known */
    int64_t started, updated; /* seconds since 1970-01-01 UTC */
    char error[1000];         /* of a failed run: one line */
};

/* Writes the path of the status of a run with this output: next to it, so that it remains when a
 * failed run removes the folder. `output` need not exist. Returns IHP_ERR_USAGE when the path is
 * too long. */
enum ihp_status ihp__run_status_path(const char *output, char path[IHP__PATH_MAX],
                                     struct ihp_error *err);

/* Replaces the file in one step, through a file whose name ends in .part; that of a killed run is
 * replaced too. Returns IHP_ERR_RUN when it cannot be written. */
enum ihp_status ihp__run_status_write(const char *path, const struct ihp__run_status *status,
                                      struct ihp_error *err);

/* Reads the file, which may hold anything. Returns IHP_ERR_DATA, `*status` untouched, if there is
 * none, it cannot be read or it is not a status. */
enum ihp_status ihp__run_status_read(const char *path, struct ihp__run_status *status,
                                     struct ihp_error *err);

#endif
