/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_stats.h - numbers that a run reports about itself: time, memory, bytes. They may differ
 * between equal runs.
 *
 * Nothing here is collective; engine/ collects the numbers of all ranks.
 */
#ifndef IHP_RUN_STATS_H
#define IHP_RUN_STATS_H

#include "base/base.h"

#include <jansson.h>

/* The stages of a job that take time, in the order of their columns: opening deck, program and
 * store; reading claims and small tables; deciding; the pass as a whole; reducing; settling;
 * scenarios; replicates; saving; everything but writing the results. */
#define IHP__JOB_STAGES(X)                                                                         \
    X(open)                                                                                        \
    X(read) X(decide) X(pass) X(reduce) X(finish) X(sweep) X(bootstrap) X(checkpoint) X(total)
#define IHP__STAGE_SECONDS(stage) double stage;

/* Seconds of a rank in each stage. Doubles alone, so that ranks can send it as it is. */
struct ihp__rank_timing {
    IHP__JOB_STAGES(IHP__STAGE_SECONDS)
    double peak_bytes; /* resident memory */
};

struct ihp__run_stats {
    int ranks;
    uint64_t batch_lines;
    uint64_t reduced_bytes;        /* that a rank handed to the reduction */
    uint64_t read_bytes;           /* of claims, by rank 0 */
    double magnitude;              /* sum of |amount| of this rank, if it must be checked */
    bool indexed;                  /* the pass used the store's index */
    const char *instructions;      /* that draw weights on rank 0; NULL: no bootstrap */
    uint64_t resampled;            /* members of all ranks for whom a bootstrap draws weights */
    uint64_t starts;               /* 1, and one more for each checkpoint the run continued from */
    struct ihp__rank_timing own;   /* of this rank */
    struct ihp__rank_timing *rank; /* [ranks], owned; NULL but on rank 0 after collecting */
};

/* Returns the entry `timings` of a manifest: an object per rank, in order; empty if they were not
 * collected. Returns NULL when memory is short. */
json_t *ihp__timings_create(const struct ihp__run_stats *stats);

/* Returns the greatest of each number over all ranks. */
struct ihp__rank_timing ihp__timings_most(const struct ihp__run_stats *stats);

/* Returns the seconds as an object by stage, or NULL when memory is short. */
json_t *ihp__timings_seconds(const struct ihp__rank_timing *rank);

/* Returns true if `run`, the entry of a manifest that was read, has `timings` as they are
 * written. */
bool ihp__timings_valid(const json_t *run);

/* Writes `folder`/timings.h5, a table of that name, from the entry `run` of a manifest: the timings
 * of the run, as block 0, and those of its `parts`, which are valid. Returns IHP_ERR_RUN when it
 * cannot be written or memory is short. */
#define IHP__TIMINGS "timings"
enum ihp_status ihp__timings_write(const char *folder, const json_t *run, struct ihp_error *err);

#endif
