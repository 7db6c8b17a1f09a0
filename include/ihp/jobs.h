/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jobs.h - whole jobs: settling a deck, explaining a member, checking a store against a program.
 *
 * This is what the subcommands of `ihp` do, callable from C. `ihp_settle`, `ihp_package`,
 * `ihp_power`, `ihp_pay` and `ihp_reconcile` are collective over the communicator they are given
 * (duplicated, never the world's own); the others are not. Those that are keep <output>.status.json
 * (ihp__run_status_path) while they run, from when their input is open and found good.
 */
#ifndef IHP_JOBS_H
#define IHP_JOBS_H

#include "ihp/error.h"

#include <mpi.h>

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How far a stage is, as rank 0 sees it. */
struct ihp_progress {
    const char *stage; /* "settle", "bootstrap", "scenarios" */
    const char *what;  /* is counted: "members of rank 0", ... */
    uint64_t done, all;
    double rate;         /* counted a second; below 0: not known yet */
    double seconds_left; /* of the stage; below 0: not known yet */
    uint64_t peak_bytes; /* the highest resident memory that a rank has told of so far */
    int peak_rank;       /* which it was */
};
typedef void (*ihp_progress_fn)(void *context, const struct ihp_progress *progress);

/* Claim lines of a batch unless told otherwise: a few megabytes that stay in a cache. */
#define IHP_BATCH_LINES 131072

/* MB (10^6 bytes) of claims a second that a rank reads and decides on, unless an estimate is told
 * otherwise (docs/performance.md); the bounds of such a rate, and the most ranks of an estimate. */
#define IHP_ESTIMATE_RATE      200.0
#define IHP_ESTIMATE_RATE_MIN  0.001
#define IHP_ESTIMATE_RATE_MAX  1000000
#define IHP_ESTIMATE_RANKS_MAX 65536

struct ihp_settle_options {
    const char *deck_path;
    const char *output;   /* folder; NULL: the deck's */
    size_t block, blocks; /* of the deck's sweep, from 1; blocks 0: the whole */
    bool force;           /* replace a finished run */
    bool member_files;    /* write attributed/ */
    bool dry_run;         /* print what the run would take, and do nothing */
    bool estimate;        /* print what a batch job should ask for, and do nothing */
    int ranks;            /* of that job, to IHP_ESTIMATE_RANKS_MAX; 0: as the communicator has */
    double rate;          /* of that job; 0: IHP_ESTIMATE_RATE */
    bool no_index;        /* judge every line, also where the store's index would serve */
    bool fresh;           /* begin anew although an earlier start has left a checkpoint */
    const volatile sig_atomic_t *stop; /* set by a signal: save what is done and end; may be NULL */
    FILE *log;                /* a line when a checkpoint is written or used; NULL: none; rank 0 */
    uint64_t batch_lines;     /* 0: IHP_BATCH_LINES */
    FILE *report;             /* for the table of the settlement; NULL for none; used on rank 0 */
    ihp_progress_fn progress; /* may be NULL; called on rank 0 */
    void *progress_context;
};

/* Collective over `comm`: settles a deck and writes its result folder. On failure every rank
 * returns the same status and message and no result is left; a folder that was there before stays.
 * Notices are those of rank 0 and the same on every rank; the caller clears them.
 *
 * Every `checkpoint_minutes` of the deck, and when `*stop` of some rank is not 0, saves what is
 * done as `output`.checkpoint.h5 (protected data, mode 0600); in the latter case it returns
 * IHP_STOPPED. A later call, on any number of ranks, goes on from there, gives the same bytes as
 * an undisturbed one, and removes the checkpoint. One of another deck, store, program, interim,
 * version or other options is refused (IHP_ERR_USAGE), a damaged one too (IHP_ERR_DATA), unless
 * `fresh`. */
IHP_API enum ihp_status ihp_settle(const struct ihp_settle_options *options, MPI_Comm comm,
                                   struct ihp_notices *notices, struct ihp_error *err);

struct ihp_merge_options {
    const char *const *folder; /* results that `ihp_settle` made of blocks of one deck's sweep */
    size_t folders;
    const char *output; /* folder */
    bool force;         /* replace a finished run */
    FILE *report;       /* for a line on what was made; NULL for none */
};

/* Not collective: puts the parts of a sweep together. The folder has the files of an undivided
 * `ihp_settle` of the deck with the same bytes, but for the manifest's `run`. Fails with
 * IHP_ERR_USAGE (output), IHP_ERR_DATA (parts of different runs, blocks twice or missing,
 * damaged files) or IHP_ERR_RUN, and leaves no result then; an earlier one stays unless the
 * writing itself failed. */
IHP_API enum ihp_status ihp_merge(const struct ihp_merge_options *options, struct ihp_error *err);

struct ihp_package_options {
    const char *deck_path;
    const char *folder;       /* of the packages; NULL: package/ in the deck's output */
    const char *previous;     /* the folder of an earlier run; NULL for none */
    bool force;               /* replace a finished package */
    FILE *report;             /* for a line on what was made; NULL for none; used on rank 0 */
    ihp_progress_fn progress; /* may be NULL; called on rank 0 */
    void *progress_context;
};

/* Collective over `comm`: settles a deck and writes a data package for each IHP [4.6.2]: its
 * members (protected data), its lines of the settlement and, against an earlier package, who came
 * and left. Lines that the program's part2.csv lists are left out of a member's cost [4.6.1.2];
 * without that file it fails with IHP_ERR_DATA. The deck's bootstrap and sweep are not run. On
 * failure every rank returns the same status and message and no package is left. Notices are as of
 * `ihp_settle`. */
IHP_API enum ihp_status ihp_package(const struct ihp_package_options *options, MPI_Comm comm,
                                    struct ihp_notices *notices, struct ihp_error *err);

#define IHP_POWER_LIST_MAX  50
#define IHP_POWER_SIZE_MAX  10000000
#define IHP_POWER_DRAWS_MAX 1000000
#define IHP_POWER_DRAWS     1000 /* unless told otherwise */

struct ihp_power_options {
    const char *deck_path;
    const char *output; /* of the table as CSV; NULL for none */
    /* Members of a draw, each 1 to IHP_POWER_SIZE_MAX and once; none: 1,000 to 100,000. */
    int64_t size[IHP_POWER_LIST_MAX];
    size_t sizes;
    /* True changes of cost, fractions above -1 and at most 1, each once; -0.05 stands for 5 % true
     * savings. None: 0 and 2, 5 and 10 % both ways. */
    double effect[IHP_POWER_LIST_MAX];
    size_t effects;
    int64_t draws; /* of each size, 1 to IHP_POWER_DRAWS_MAX; 0: IHP_POWER_DRAWS */
    bool seed_given;
    int64_t seed; /* 0 or more; unless given, that of the deck's bootstrap, which is 1 unless set */
    FILE *report; /* for the table for people; NULL for none; used on rank 0 */
    ihp_progress_fn progress; /* may be NULL; called on rank 0 */
    void *progress_context;
};

/* Collective over `comm`: how large an IHP must be before its ratio means something. Draws
 * populations of each size with replacement from the members eligible in either period, settles
 * each under the deck's threshold and every claims cap of the program, with a trend that leaves
 * no true effect, and tabulates how often they come to savings or losses (docs/methodology.md,
 * "Power"). The table is the same on any number of ranks. Fails with IHP_ERR_USAGE (options,
 * deck), IHP_ERR_DATA (program, store, nobody eligible, nothing to set a target by) or
 * IHP_ERR_RUN, on every rank alike, and leaves no output then. Notices are as of `ihp_settle`.
 * After DeLia, Hoover and Cantor, "Statistical uncertainty in the Medicare Shared Savings
 * Program", Medicare & Medicaid Research Review 2(4), 2012, doi:10.5600/mmrr.002.04.a04
 * (PMC4006477). */
IHP_API enum ihp_status ihp_power(const struct ihp_power_options *options, MPI_Comm comm,
                                  struct ihp_notices *notices, struct ihp_error *err);

struct ihp_pay_options {
    const char *deck_path;
    const char *output;       /* folder; NULL: the deck's */
    bool force;               /* replace the payments that the folder has */
    bool member_files;        /* write paid/ */
    int32_t first_quarter;    /* year * 4 + 0..3 */
    int quarters;             /* 1, or 4 from a year's first */
    FILE *report;             /* for the table for people; NULL for none; used on rank 0 */
    ihp_progress_fn progress; /* may be NULL; called on rank 0 */
    void *progress_context;
};

/* Collective over `comm`: the population-based and C&TC payments of a quarter or a year [15,
 * 5.2.1], in one pass over the claims. Writes payments.csv, payments_quarter.csv,
 * payment_categories.csv, payments.h5 and, last, payments.json into the result folder. Fails
 * with IHP_ERR_USAGE (deck, payments there already), IHP_ERR_DATA (program, store) or
 * IHP_ERR_RUN, on every rank alike, and leaves no payments.json then. Notices are as of
 * `ihp_settle`. */
IHP_API enum ihp_status ihp_pay(const struct ihp_pay_options *options, MPI_Comm comm,
                                struct ihp_notices *notices, struct ihp_error *err);

/* Collective over `comm`: the annual reconciliation [15.5]: what was paid in the year's quarters
 * for member months that show a care-coordination payment by what is known now. `quarters` is 4
 * and `member_files` false. Writes reconcile.csv, reconcile.h5 and, last, reconcile.json; fails
 * as `ihp_pay`. */
IHP_API enum ihp_status ihp_reconcile(const struct ihp_pay_options *options, MPI_Comm comm,
                                      struct ihp_notices *notices, struct ihp_error *err);

struct ihp_quality_options {
    const char *deck_path;
    const char *output; /* folder for the two tables; NULL: the deck's output */
    bool force;         /* replace tables of a finished run */
    FILE *report;       /* for the scores for people; NULL for none */
};

/* Not collective: scores quality from program and deck alone, for final and interim decks alike,
 * and writes quality.csv and quality_scores.csv. No store is opened. Fails with IHP_ERR_USAGE
 * (deck, a finished run with other scores), IHP_ERR_DATA (program) or IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_quality_run(const struct ihp_quality_options *options,
                                        struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: prints why a member is where it is [4.6.4]. The text is protected data. */
IHP_API enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                                    struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: prints why a member is where it is in a month that is paid for, and what
 * decides its payment [15]. The text is protected data. */
IHP_API enum ihp_status ihp_explain_month(const char *deck_path, const char *member_id,
                                          int32_t month, FILE *stream, struct ihp_notices *notices,
                                          struct ihp_error *err);

/* Not collective: prints what is in a store and, unless `program_folder` is NULL, how the program
 * fits it. Counts below 11 members are not shown. */
IHP_API enum ihp_status ihp_check(const char *store_path, const char *program_folder, FILE *stream,
                                  struct ihp_notices *notices, struct ihp_error *err);

/* Not collective, needs no MPI: prints how far the run with this output (a result folder, or the
 * file of ihp_power) is, or how it ended. Fails with IHP_ERR_RUN when it failed or is dead, that
 * is, its process is gone from this host or it has told nothing for ten minutes, and with
 * IHP_ERR_DATA when there is no status of a run or the file is damaged. */
IHP_API enum ihp_status ihp_run_status_print(const char *output, FILE *stream,
                                             struct ihp_error *err);

/* Not collective: prints what a store or a result (manifest.json, results.h5 or the folder) is. */
IHP_API enum ihp_status ihp_info(const char *path, FILE *stream, struct ihp_error *err);

#ifdef __cplusplus
}
#endif
#endif
