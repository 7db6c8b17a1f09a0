/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jobs.h - whole jobs: settling a deck, explaining a member, checking a store against a program.
 *
 * These functions do what the commands of `ihp` do. `ihp_settle`, `ihp_package`, `ihp_power`,
 * `ihp_pay`, `ihp_reconcile` and `ihp_explain_ihp` are collective over the communicator they are
 * given, which is duplicated and need not be the world's; the others are not collective. Those that
 * write a result, all but the last, keep a status file, <output>.status.json, from the moment when
 * their input is found good.
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
    const char *stage;   /* a static text: "settle", "bootstrap", "scenarios", ... */
    const char *what;    /* what is counted, a static text: "members of rank 0", ... */
    uint64_t done, all;  /* so many of so many */
    double rate;         /* done per second; below 0: not known yet */
    double seconds_left; /* of the stage; below 0: not known yet */
    uint64_t peak_bytes; /* the highest resident memory that a rank has reported so far */
    int peak_rank;       /* the rank that reported it */
};

/* Called now and then while a job runs. */
typedef void (*ihp_progress_fn)(void *context, const struct ihp_progress *progress);

/* Default claim lines of a batch: a few megabytes, which stay in a cache. */
#define IHP_BATCH_LINES 131072

/* Default rate of an estimate, in MB (10^6 bytes) of claims per second that a rank reads and
 * decides on (docs/performance.md); the bounds of a rate, and the most ranks of an estimate. */
#define IHP_ESTIMATE_RATE      200
#define IHP_ESTIMATE_RATE_MIN  0.001
#define IHP_ESTIMATE_RATE_MAX  1000000
#define IHP_ESTIMATE_RANKS_MAX 65536

struct ihp_settle_options {
    const char *deck_path;
    const char *output; /* folder to write to; NULL: the deck's */
    /* KEY=VALUE in place of the deck's values, with keys and values of a sweep: a what-if, for
     * which `output` must name another folder than the deck does. */
    const char *const *set;
    size_t sets;
    size_t block, blocks; /* settle block 1 to `blocks` of the deck's sweep; blocks 0: all of it */
    bool force;           /* replace a finished run */
    bool member_files;    /* write attributed/ and unattributed/ */
    bool dry_run;         /* print what the run would take, and do nothing */
    bool estimate;        /* print what a batch job should request, and do nothing */
    int ranks;            /* of that batch job, to IHP_ESTIMATE_RANKS_MAX; 0: the communicator's */
    double rate;          /* of that batch job; 0: IHP_ESTIMATE_RATE */
    bool no_index;        /* judge every line, also where the store's index holds all that counts */
    bool fresh;           /* start over although an earlier start has left a checkpoint */
    const volatile sig_atomic_t *stop; /* not 0: save what is done and end; may be NULL */
    volatile sig_atomic_t *listens;    /* becomes 1 when `stop` is looked at; may be NULL */
    FILE *log;                         /* a line for each checkpoint, on rank 0; NULL: none */
    uint64_t batch_lines;              /* 0: IHP_BATCH_LINES */
    FILE *report;                      /* print the settlement here, on rank 0; NULL: nowhere */
    ihp_progress_fn progress;          /* called on rank 0; may be NULL */
    void *progress_context;
};

/* Settles a deck and writes its result folder. Collective over `comm`.
 *
 * On failure every rank returns the same status and message, and no result is left; a folder that
 * was there before stays. Notices are those of rank 0, the same on every rank; the caller clears
 * them. `notices` must not be NULL, as the manifest repeats them; the same holds for other jobs.
 *
 * The run is saved as `output`.checkpoint.h5 (protected data, mode 0600) every `checkpoint_minutes`
 * of the deck, and when `*stop` of some rank is not 0; it then returns IHP_STOPPED. A later call,
 * on any number of ranks, goes on from there, gives the same bytes as an undisturbed run, and
 * removes the checkpoint. Unless `fresh` is set, it refuses a checkpoint of another deck, store,
 * program, interim, version or other options (IHP_ERR_USAGE), and a damaged one (IHP_ERR_DATA). */
IHP_API enum ihp_status ihp_settle(const struct ihp_settle_options *options, MPI_Comm comm,
                                   struct ihp_notices *notices, struct ihp_error *err);

struct ihp_merge_options {
    const char *const *folder; /* results that `ihp_settle` made of blocks of one deck's sweep */
    size_t folders;
    const char *output; /* folder to write to */
    bool force;         /* replace a finished run */
    FILE *report;       /* print here what was made; NULL: nowhere */
};

/* Puts the blocks of a sweep together. The folder has the files of an undivided `ihp_settle` of the
 * deck with the same bytes, except for the manifest's `run`. Not collective. Fails with
 * IHP_ERR_USAGE (output), IHP_ERR_DATA (blocks of different runs, blocks twice or missing, damaged
 * files) or IHP_ERR_RUN, and then leaves no result; an earlier one stays as it was. */
IHP_API enum ihp_status ihp_merge(const struct ihp_merge_options *options,
                                  struct ihp_notices *notices, struct ihp_error *err);

struct ihp_package_options {
    const char *deck_path;
    const char *folder;       /* of the packages; NULL: package/ in the deck's output */
    const char *previous;     /* the folder of an earlier package; NULL: none */
    bool own_figures;         /* show each IHP its own settlement, however few its members are */
    bool force;               /* replace a finished package */
    FILE *report;             /* print here what was made, on rank 0; NULL: nowhere */
    ihp_progress_fn progress; /* called on rank 0; may be NULL */
    void *progress_context;
};

/* Settles a deck and writes a data package for each IHP [4.6.2]: its members (protected data), its
 * rows of the settlement and, compared with an earlier package, who came and who left. Claim lines
 * that the program's part2.csv lists are left out of a member's cost [4.6.1.2]; without that file
 * the job fails with IHP_ERR_DATA. It leaves out the deck's bootstrap and sweep. Collective over
 * `comm`. On failure every rank returns the same status and message, and no package is left.
 * Notices are as of `ihp_settle`. */
IHP_API enum ihp_status ihp_package(const struct ihp_package_options *options, MPI_Comm comm,
                                    struct ihp_notices *notices, struct ihp_error *err);

#define IHP_POWER_LIST_MAX  50
#define IHP_POWER_SIZE_MAX  10000000
#define IHP_POWER_DRAWS_MAX 1000000

/* The default draws, sizes and effects of ihp_power. */
#define IHP_POWER_DRAWS      1000
#define IHP_POWER_SIZES(X)   X(1000) X(2000) X(5000) X(10000) X(20000) X(50000) X(100000)
#define IHP_POWER_EFFECTS(X) X(-0.10) X(-0.05) X(-0.02) X(0) X(0.02) X(0.05) X(0.10)

struct ihp_power_options {
    const char *deck_path;
    const char *output; /* CSV file for the table; NULL: none */
    bool force;         /* replace a file that exists */
    /* Members of a draw, each 1 to IHP_POWER_SIZE_MAX and given once; none: IHP_POWER_SIZES. */
    int64_t size[IHP_POWER_LIST_MAX];
    size_t sizes;
    /* True changes of cost, fractions above -1 and at most 1, each given once; -0.05 stands for 5 %
     * true savings. None: IHP_POWER_EFFECTS. */
    double effect[IHP_POWER_LIST_MAX];
    size_t effects;
    int64_t draws;   /* of each size, 1 to IHP_POWER_DRAWS_MAX; 0: IHP_POWER_DRAWS */
    bool seed_given; /* use `seed`; otherwise that of the deck's bootstrap, which is 1 unless set */
    int64_t seed;    /* 0 or more */
    FILE *report;    /* print the table here, on rank 0; NULL: nowhere */
    ihp_progress_fn progress; /* called on rank 0; may be NULL */
    void *progress_context;
};

/* Finds out how large an IHP must be before its ratio means something. Draws populations of each
 * size with replacement from the members eligible in either period, and settles each under the
 * deck's threshold and every claims cap of the program, with a trend that leaves no true effect.
 * The table says how often they come to savings or losses (docs/methodology.md, "Power"); it is the
 * same on any number of ranks. Collective over `comm`. Fails with IHP_ERR_USAGE (options, deck),
 * IHP_ERR_DATA (program, store, nobody eligible, nothing to set a target by) or IHP_ERR_RUN, on
 * every rank alike, and then leaves no output. Notices are as of `ihp_settle`. After DeLia, Hoover
 * and Cantor, "Statistical uncertainty in the Medicare Shared Savings Program", Medicare & Medicaid
 * Research Review 2(4), 2012, doi:10.5600/mmrr.002.04.a04 (PMC4006477). */
IHP_API enum ihp_status ihp_power(const struct ihp_power_options *options, MPI_Comm comm,
                                  struct ihp_notices *notices, struct ihp_error *err);

struct ihp_pay_options {
    const char *deck_path;
    const char *output;       /* folder to write to; NULL: the deck's */
    bool force;               /* replace the payments that the folder has */
    bool member_files;        /* write paid/ */
    int32_t first_quarter;    /* year * 4 + 0..3 */
    int quarters;             /* 1, or 4 from the first quarter of a year */
    const char *const *paid;  /* of a reconciliation: the folders of the year's payments */
    size_t paid_count;        /* 0: payments are computed again */
    FILE *report;             /* print the payments here, on rank 0; NULL: nowhere */
    ihp_progress_fn progress; /* called on rank 0; may be NULL */
    void *progress_context;
};

/* Computes the population-based and C&TC payments of a quarter or a year [15, 5.2.1] in one pass
 * over the claims. Writes payments.csv, payments_quarter.csv, payment_categories.csv, payments.h5
 * and, last, payments.json into the result folder. Collective over `comm`. Fails with IHP_ERR_USAGE
 * (deck, payments there already), IHP_ERR_DATA (program, store) or IHP_ERR_RUN, on every rank
 * alike, and then leaves no payments.json. Notices are as of `ihp_settle`. */
IHP_API enum ihp_status ihp_pay(const struct ihp_pay_options *options, MPI_Comm comm,
                                struct ihp_notices *notices, struct ihp_error *err);

/* Computes the annual reconciliation [15.5]: what was paid in the year's quarters for member months
 * that, as is known now, have a care-coordination payment, or that an override gives to another IHP
 * [4.6.4.2], and what is owed to an IHP that an override gives a member. What was paid is what the
 * runs in the folders `paid` wrote into their member files, each with its own cut-off and rosters;
 * without them payments are computed again. `quarters` is 4 and `member_files` is false. Writes
 * reconcile.csv, reconcile.h5 and, last, reconcile.json. Collective over `comm`; fails as `ihp_pay`
 * does. */
IHP_API enum ihp_status ihp_reconcile(const struct ihp_pay_options *options, MPI_Comm comm,
                                      struct ihp_notices *notices, struct ihp_error *err);

struct ihp_quality_options {
    const char *deck_path;
    const char *output; /* folder for the two tables; NULL: the deck's output */
    bool force;         /* replace tables of a finished run */
    FILE *report;       /* print the scores here; NULL: nowhere */
};

/* Scores quality from program and deck alone, for final and interim decks alike, and writes
 * quality.csv and quality_scores.csv. It opens no store. Not collective. Fails with IHP_ERR_USAGE
 * (deck, a finished run with other scores), IHP_ERR_DATA (program) or IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_quality_run(const struct ihp_quality_options *options,
                                        struct ihp_notices *notices, struct ihp_error *err);

struct ihp_notices_options {
    const char *deck_path;
    const char *folder;  /* to write to; NULL: notices/ in the deck's output */
    bool force;          /* replace finished notices */
    bool notified_given; /* use `notified`; otherwise the last day that the contract allows */
    int32_t notified;    /* day on which the State sends the notices, since 1970-01-01 */
    FILE *report;        /* print here what was made; NULL: nowhere */
};

/* Writes the notices of a finished settlement: what each IHP and payer is owed or owes, and the
 * dates of the contract [5.4, 4.6, 2.9], as tables and letters; and the list of each IHP's members
 * for C&TC outreach [4.11.6] (protected data) if the settlement has member files. The settlement is
 * read from the deck's output folder. Not collective. Fails with IHP_ERR_USAGE (deck, day, finished
 * notices in the folder), IHP_ERR_DATA (no finished settlement of this deck, program and store) or
 * IHP_ERR_RUN, and then leaves no notices. */
IHP_API enum ihp_status ihp_notices_run(const struct ihp_notices_options *options,
                                        struct ihp_notices *notices, struct ihp_error *err);

/* Prints why a member is attributed where it is, with every line and rule [4.6.4]. The text is
 * protected data. Not collective. */
IHP_API enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                                    struct ihp_notices *notices, struct ihp_error *err);

/* Forms of what is printed: for people, or as the files of a result have it. */
enum ihp_show_format { IHP_SHOW_TEXT, IHP_SHOW_CSV, IHP_SHOW_JSON };

struct ihp_explain_ihp_options {
    const char *deck_path;
    const char *ihp;        /* its ID */
    const char *const *set; /* KEY=VALUE in place of the deck's values, as of `ihp_settle` */
    size_t sets;
    enum ihp_show_format format;
    FILE *stream; /* to print to, on rank 0 */
};

/* Settles a deck without writing anything, and prints the steps to the amount of one IHP: numbered
 * lines, each with formula, inputs, section of the contract and result. Sweep and bootstrap are
 * left out. Collective over `comm`; every rank returns the same status. Fails with IHP_ERR_USAGE
 * (deck, an IHP that the program does not have), IHP_ERR_DATA (program, store, interim) or
 * IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_explain_ihp(const struct ihp_explain_ihp_options *options,
                                        MPI_Comm comm, struct ihp_notices *notices,
                                        struct ihp_error *err);

/* Prints why a member is attributed where it is in a month of a population-based payment, and what
 * decides the payment [15]. `month` is months since 1970-01. The text is protected data. Not
 * collective. */
IHP_API enum ihp_status ihp_explain_month(const char *deck_path, const char *member_id,
                                          int32_t month, FILE *stream, struct ihp_notices *notices,
                                          struct ihp_error *err);

struct ihp_appeal_options {
    const char *deck_path;
    const char *errors_path; /* the error reports, CSV */
    const char *folder;      /* to write to; NULL: appeal/ in the deck's output */
    bool force;              /* replace finished answers */
    bool answered_given;     /* `answered` is the day on which the State answers */
    bool final_given;        /* use `final_day`; otherwise the last day that the contract allows */
    int32_t answered;        /* days since 1970-01-01 */
    int32_t final_day;       /* of the Final Payment calculation */
    FILE *report;            /* print here what was made; NULL: nowhere */
};

/* Answers the error reports of IHPs on their lists of attributed members [4.6.4], member by member,
 * and writes the overrides that the State may accept. All files are protected data. Not collective.
 * Fails with IHP_ERR_USAGE (deck, finished answers in the folder), IHP_ERR_DATA (program, store, a
 * report that is not valid, with file, line and column) or IHP_ERR_RUN, and then leaves no answers.
 */
IHP_API enum ihp_status ihp_appeal(const struct ihp_appeal_options *options,
                                   struct ihp_notices *notices, struct ihp_error *err);

struct ihp_check_options {
    const char *path;           /* a store, or a run deck that names store and program folder */
    const char *program_folder; /* NULL: the deck's; of a store: none, only the store is checked */
    bool verify;                /* first compare every block of the store with its digest */
    bool by_class;              /* print each month by service class, too */
    bool show_small;            /* print counts of 1 to 10 */
    bool strict;                /* fail if a flag of `strict_flags` is raised */
    const char *strict_flags;   /* names with commas; NULL: those that --help marks */
};

/* Prints what is in a store, how the program fits it, and flags: what looks wrong. Counts of 1 to
 * 10 are hidden unless `show_small`. Fails with IHP_ERR_DATA if the store is damaged or contradicts
 * itself, and with `strict` if a flag is raised. Not collective. */
IHP_API enum ihp_status ihp_check(const struct ihp_check_options *options, FILE *stream,
                                  struct ihp_notices *notices, struct ihp_error *err);

/* Prints how far the run with this output (a result folder, or the file of ihp_power) is, or how it
 * ended. Fails with IHP_ERR_RUN if it failed or is dead: its process is gone from this host, or it
 * has reported nothing for ten minutes; and with IHP_ERR_DATA if there is no status of a run or the
 * file is damaged. Not collective; MPI need not be initialised. */
IHP_API enum ihp_status ihp_run_status_print(const char *output, FILE *stream,
                                             struct ihp_error *err);

struct ihp_show_options {
    const char *folder; /* of a result */
    const char *ihp;    /* only this IHP; NULL: all */
    const char *table;  /* only this table, by the name of its file without ".csv"; NULL: all */
    enum ihp_show_format format;
    FILE *stream; /* to print to */
};

/* Prints a finished settlement, payments or a reconciliation again, from the tables of its folder;
 * with `ihp` and no `table`, the steps to the amount of one IHP. Files of members are never
 * printed. Not collective; MPI need not be initialised. Fails with IHP_ERR_USAGE (a table or an IHP
 * that the folder does not have), IHP_ERR_DATA (no finished folder, one of another version, a block
 * of a sweep, a file that is not as it was written) or IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_show(const struct ihp_show_options *options,
                                 struct ihp_notices *notices, struct ihp_error *err);

struct ihp_report_options {
    const char *folder; /* of a result */
    const char *output; /* file to write; NULL: report.html in the folder */
    bool force;         /* replace a file that exists */
    FILE *report;       /* print here what was made; NULL: nowhere */
};

/* Writes a finished settlement as one HTML file for people, without numbers of 1 to 10 members. Not
 * collective; MPI need not be initialised. Fails with IHP_ERR_USAGE (a file that exists),
 * IHP_ERR_DATA (no finished settlement, one of another version, a block of a sweep, a file that is
 * not as it was written) or IHP_ERR_RUN, and then leaves no file. */
IHP_API enum ihp_status ihp_report(const struct ihp_report_options *options,
                                   struct ihp_notices *notices, struct ihp_error *err);

struct ihp_compare_options {
    const char *first, *second; /* result folders */
    const char *ihp;            /* only this IHP; NULL: all */
    const char *table;   /* "steps", "values", "terms" or "moves"; NULL: all, as CSV the steps */
    const char *members; /* file for the members who moved, protected; NULL: none */
    bool force;          /* replace a file that exists */
    enum ihp_show_format format;
    FILE *stream; /* to print to */
};

/* Prints the steps from the final amounts of one finished settlement to those of another one of the
 * same years, the columns of both, the terms that differ, and if both have files of members, how
 * many joined or left each IHP. Not collective; MPI need not be initialised. Fails with
 * IHP_ERR_USAGE (a table or an IHP that does not exist, a file that exists, no files of members for
 * `members`), IHP_ERR_DATA (no finished settlement, one of another version, a block of a sweep,
 * different years, a file that is not as it was written) or IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_compare(const struct ihp_compare_options *options,
                                    struct ihp_notices *notices, struct ihp_error *err);

struct ihp_workbook_options {
    const char *folder; /* of a result */
    const char *output; /* the file to write; NULL: settlement.xlsx in the folder */
    bool force;         /* replace a file that exists */
    FILE *report;       /* says where the workbook is; NULL: nothing */
};

/* Writes a finished settlement as a workbook in which every amount is a formula of cells that can
 * be changed. Numbers that would reveal 1 to 10 members are not in it. Not collective; MPI need not
 * be initialised. Fails with IHP_ERR_USAGE (the file exists, or ihp was built without
 * libxlsxwriter), IHP_ERR_DATA (as ihp_show, and for a folder without a settlement or its terms) or
 * IHP_ERR_RUN. */
IHP_API enum ihp_status ihp_workbook(const struct ihp_workbook_options *options,
                                     struct ihp_notices *notices, struct ihp_error *err);

/* Prints what a store or a result (manifest.json, results.h5 or the folder) is. Not collective. */
IHP_API enum ihp_status ihp_info(const char *path, FILE *stream, struct ihp_error *err);

#ifdef __cplusplus
}
#endif
#endif
