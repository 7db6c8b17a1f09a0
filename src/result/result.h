/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.h - the result folder: tables as CSV and HDF5, member files, manifest.
 *
 * A `ihp__table` is filled row by row with one function per kind of cell; `ihp__table_write_csv`
 * and the HDF5 writer give the same numbers in two forms. `ihp__result_tables_create` makes the
 * tables of a settlement. `ihp__result_begin` makes the folder, `ihp__result_write` fills it and
 * ends with `manifest.json`, so that a folder which has one is a finished run.
 *
 * Only `ihp__member_files_write` is collective.
 */
#ifndef IHP_RESULT_H
#define IHP_RESULT_H

#include "finance/finance.h"
#include "finance/quality.h"
#include "sweep/sweep.h"
#include "tally/payment.h"

/* ---- tables ---------------------------------------------------------------------------------- */

enum ihp__cell_kind {
    IHP__CELL_TEXT,
    IHP__CELL_INTEGER,
    IHP__CELL_DOLLARS, /* cents, written with two decimals */
    IHP__CELL_RATIO,   /* 12 significant digits; NaN is blank */
    IHP__CELL_SECONDS  /* written as ratios are */
};

struct ihp__table_column {
    const char *name;
    enum ihp__cell_kind kind;
};

/* A cell: text for TEXT, cents or integer in `integer`, `ratio` (SECONDS too); `blank` for
 * undefined. */
struct ihp__cell {
    bool blank, money; /* `money`: a RATIO cell in dollars, written with two decimals */
    int64_t integer;
    double ratio;
    char *text; /* owned by the table */
};

struct ihp__table {
    const char *name; /* file and group name, without ending */
    const struct ihp__table_column *column;
    size_t columns, rows;
    struct ihp__cell *cell; /* [rows][columns], owned */
    size_t used, capacity;  /* cells */
    bool short_of_memory;
};

/* Cells of the row under way, in order of the columns. A failed allocation is remembered and
 * told by `ihp__table_whole`. */
void ihp__table_text(struct ihp__table *table, const char *text);
void ihp__table_integer(struct ihp__table *table, int64_t value);
void ihp__table_cents(struct ihp__table *table, int64_t cents);
void ihp__table_dollars(struct ihp__table *table, double dollars); /* NaN: blank */
void ihp__table_ratio(struct ihp__table *table, double value);     /* NaN: blank */
void ihp__table_amount(struct ihp__table *table, double dollars);  /* dollars in a RATIO column */
void ihp__table_copy(struct ihp__table *table, const struct ihp__cell *cell); /* of another table */
void ihp__table_blank(struct ihp__table *table);
bool ihp__table_whole(const struct ihp__table *table);
void ihp__table_free(struct ihp__table *table);

/* The cells as 64-bit words, exactly, to be saved: how many, and the words, or false where memory
 * was short, so that rows are missing and must not be saved as all there are.
 * `ihp__table_take_words` adds them to a table of the same columns; false when they are not whole
 * rows of such a table. */
size_t ihp__table_count_words(const struct ihp__table *table);
bool ihp__table_put_words(const struct ihp__table *table, uint64_t *word);
bool ihp__table_take_words(struct ihp__table *table, const uint64_t *word, size_t count);

/* Writes the text of a cell as it stands in the CSV file into `buffer` (texts are cut to its
 * size). */
const char *ihp__cell_format(const struct ihp__cell *cell, enum ihp__cell_kind kind, char *buffer,
                             size_t size);

/* Writes the table as CSV to a stream of the caller's, who looks for write errors. */
void ihp__table_put_csv(const struct ihp__table *table, FILE *stream);

/* Writes `folder`/`name`.csv with permission bits `mode`. */
enum ihp_status ihp__table_write_csv(const struct ihp__table *table, const char *folder, int mode,
                                     struct ihp_error *err);

/* Writes those of several tables that have columns. */
enum ihp_status ihp__tables_write_csv(const struct ihp__table *table, size_t tables,
                                      const char *folder, int mode, struct ihp_error *err);

/* ---- the tables of a settlement -------------------------------------------------------------- */

enum {
    IHP__TABLE_SETTLEMENT,
    IHP__TABLE_PAYER_SPLIT,
    IHP__TABLE_ATTRIBUTION_SUMMARY,
    IHP__TABLE_EXCLUSIONS,
    IHP__TABLE_RISK_WEIGHTS,
    /* only where the program or the deck asks for them; without columns they are not written */
    IHP__TABLE_QUALITY,
    IHP__TABLE_QUALITY_SCORES,
    IHP__TABLE_SCENARIOS,
    IHP__TABLE_READINGS,
    IHP__TABLE_BOOTSTRAP,
    IHP__TABLE_BOOTSTRAP_OUTCOMES,
    IHP__TABLE_SCENARIO_BOOTSTRAP,
    IHP__TABLE_BRIDGE,
    IHP__TABLE_BRIDGE_MEMBERS,
    IHP__TABLES
};

/* What the tables are made from; all borrowed. */
struct ihp__result_input {
    const struct ihp__deck *deck;
    const struct ihp__program *program;
    const struct ihp__store_info *store;
    const struct ihp__tally *tally;
    const struct ihp__finance *finance;
    struct ihp__block block; /* of the deck's sweep; its blocks 0: the whole */
};

/* Fills the tables of the settlement in `table[IHP__TABLES]`, with those of quality where a final
 * settlement has quality.csv; the others are empty. The caller frees each. */
enum ihp_status ihp__result_tables_create(const struct ihp__result_input *input,
                                          struct ihp__table table[IHP__TABLES],
                                          struct ihp_error *err);

/* ---- the tables of quality ------------------------------------------------------------------- */

/* Makes quality.csv, a row an IHP and measure of its track, and quality_scores.csv, a row an IHP,
 * section and category and one for the overall score. IHP_ERR_RUN when memory is short; the caller
 * frees both in any case. */
enum ihp_status ihp__quality_tables_create(const struct ihp__quality *quality,
                                           struct ihp__table *measures, struct ihp__table *scores,
                                           struct ihp_error *err);

/* Prints the scores for people: a block an IHP and section. */
void ihp__quality_print(FILE *stream, const struct ihp__quality *quality,
                        const struct ihp__table *scores);

/* Writes the two tables into `folder`, which is made where it is not there. Where the folder has a
 * finished run and one of these files with other content, nothing is written (IHP_ERR_USAGE) unless
 * `force`. */
enum ihp_status ihp__quality_write(const char *folder, const struct ihp__table *measures,
                                   const struct ihp__table *scores, bool force,
                                   struct ihp_error *err);

/* ---- the tables of a sweep ------------------------------------------------------------------- */

/* What a reading changes for an IHP against the deck. */
struct ihp__effect {
    int64_t gained[IHP__PERIODS], lost[IHP__PERIODS]; /* members, by period */
    int64_t change;                                   /* of the final amount, cents */
};

/* Makes scenarios.csv, empty, and adds a scenario's settlements (one for each IHP of `program`). */
void ihp__scenarios_table_begin(struct ihp__table *table);
void ihp__scenarios_table_add(struct ihp__table *table, const struct ihp__program *program,
                              size_t number, const struct ihp__scenario *scenario,
                              const struct ihp__settlement *settlement,
                              const struct ihp__settlement *deck);

/* Makes readings.csv, the price of each reading, most dollars first. `effect` has
 * [scenarios][partnerships] elements. IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__readings_table_create(struct ihp__table *table,
                                           const struct ihp__program *program,
                                           const struct ihp__sweep *sweep,
                                           const struct ihp__effect *effect, struct ihp_error *err);

/* Prints the price of the readings for people: a line each. */
void ihp__readings_print(FILE *stream, const struct ihp__table *table);

/* ---- the tables of a bootstrap --------------------------------------------------------------- */

enum { IHP__METHOD_PERCENTILE, IHP__METHOD_BCA, IHP__METHODS };

/* How sure a statistic is. Doubles alone, so that it can be sent as they are. */
struct ihp__confidence {
    double estimate, mean, bias, std_error;
    double bound[IHP__LEVELS_MAX][IHP__METHODS][2]; /* lower, upper; NaN: undefined */
};

/* Replicates with each outcome, as shares, and the mean final amount in dollars. */
struct ihp__outlook {
    double savings, losses, inside, expected;
};

/* A statistic of an IHP with its confidence; all borrowed. */
struct ihp__estimate {
    const char *ihp_id, *statistic;
    bool dollars;
    const struct ihp__confidence *confidence;
    bool too_small; /* the IHP has too few members for an interval */
};

/* Makes bootstrap.csv and bootstrap_outcomes.csv without rows, and adds rows to them. An interval
 * has a row for each level and method. */
void ihp__bootstrap_tables_begin(struct ihp__table *bootstrap, struct ihp__table *outcomes);
void ihp__bootstrap_table_add(struct ihp__table *table, const struct ihp__bootstrap_spec *spec,
                              const struct ihp__estimate *estimate);
void ihp__bootstrap_outcomes_add(struct ihp__table *table, const char *ihp_id,
                                 const struct ihp__outlook *outlook);

/* The same for scenario_bootstrap.csv, whose rows begin with the scenario; `number` from 1. */
void ihp__scenario_bootstrap_table_begin(struct ihp__table *table);
void ihp__scenario_bootstrap_table_add(struct ihp__table *table, size_t number,
                                       const struct ihp__scenario *scenario,
                                       const struct ihp__bootstrap_spec *spec,
                                       const struct ihp__estimate *estimate);

/* Prints ratio and final amount of each IHP with their widest intervals, for people. */
void ihp__bootstrap_print(FILE *stream, const struct ihp__bootstrap_spec *spec,
                          const struct ihp__table *bootstrap, const struct ihp__table *outcomes);

/* ---- the tables of the bridge from interim to final ------------------------------------------ */

/* Makes bridge.csv of the steps of each IHP, and bridge_members.csv of who came and who went
 * (`moves` of tally.h). IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__bridge_tables_create(struct ihp__table *bridge, struct ihp__table *members,
                                          const struct ihp__program *program,
                                          const struct ihp__bridge *steps, int64_t *moves,
                                          struct ihp_error *err);

/* Prints the steps for people: a row an IHP. */
void ihp__bridge_print(FILE *stream, const struct ihp__program *program,
                       const struct ihp__bridge *steps);

/* ---- the table of the chances of an outcome -------------------------------------------------- */

/* Populations drawn of one size, under one cap and with one true effect: what was found of them. */
struct ihp__power_row {
    int64_t cap;                    /* cents; 0: none */
    int64_t members;                /* of each draw */
    double effect;                  /* true change of cost, a fraction; -0.05: 5 % true savings */
    int64_t draws;                  /* that have a ratio */
    double savings, losses, inside; /* shares of these draws; NaN where there are none */
    double mean_ratio, sd_ratio;    /* the latter with draws - 1; NaN: undefined or not shown */
};

/* Makes power.csv, empty, and adds a row. */
void ihp__power_table_begin(struct ihp__table *table);
void ihp__power_table_add(struct ihp__table *table, const struct ihp__power_row *row);

/* Prints it for people: a block a cap, false rewards and false penalties marked. */
void ihp__power_print(FILE *stream, const struct ihp__table *table, double threshold);

/* ---- the tables of payments ------------------------------------------------------------------ */

enum {
    IHP__TABLE_PAYMENTS,
    IHP__TABLE_PAYMENTS_QUARTER,
    IHP__TABLE_PAYMENT_CATEGORIES,
    IHP__PAYMENT_TABLES
};

/* What they are made from; all borrowed. `curve` has an element a month, `payment` [months]
 * [partnerships]. */
struct ihp__payment_input {
    const struct ihp__program *program;
    const char *const *acg_text;
    int32_t first_month; /* the first of a quarter */
    size_t months;       /* 3 or 12 */
    const struct ihp__payment_curve *curve;
    const struct ihp__payment *payment;
};

/* Fills `table[IHP__PAYMENT_TABLES]`. The caller frees each. */
enum ihp_status ihp__payment_tables_create(const struct ihp__payment_input *input,
                                           struct ihp__table table[IHP__PAYMENT_TABLES],
                                           struct ihp_error *err);

/* Fills reconcile.csv: by IHP, the member months and dollars taken back in the months together. */
enum ihp_status ihp__reconcile_table_create(const struct ihp__payment_input *input,
                                            struct ihp__table *table, struct ihp_error *err);

/* Collective over `comm`: writes paid/<ihp_id>.csv (mode 0600), month by month, from every rank's
 * members. `fact` has range.count x months elements, `ids` range.count. */
enum ihp_status ihp__paid_files_write(const char *folder, const struct ihp__payment_input *input,
                                      struct ihp__range range, const struct ihp__paid_fact *fact,
                                      const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                      struct ihp_error *err);

/* Print the quarters' payments and the reconciliation for people. */
void ihp__payments_print(FILE *stream, const struct ihp__table *quarters);
void ihp__reconcile_print(FILE *stream, const struct ihp__table *table);

/* Prints the settlement for people: aligned, dollars as dollars. */
void ihp__result_print(FILE *stream, const struct ihp__result_input *input);

/* ---- the folder ------------------------------------------------------------------------------ */

/* What a rank took; its numbers may differ between equal runs. Seconds: opening deck, program and
 * store; reading claims and small tables; deciding; the pass as a whole; reducing; settling;
 * scenarios; replicates; saving; all but the writing. */
#define IHP__STAGES(X)                                                                             \
    X(open)                                                                                        \
    X(read) X(decide) X(pass) X(reduce) X(finish) X(sweep) X(bootstrap) X(checkpoint) X(total)
#define IHP__STAGE_SECONDS(stage) double stage;
struct ihp__rank_timing {
    IHP__STAGES(IHP__STAGE_SECONDS)
    double peak_bytes; /* resident memory */
};

/* What a run tells of itself; numbers that may differ between equal runs. */
struct ihp__run_stats {
    int ranks;
    uint64_t batch_lines;
    uint64_t reduced_bytes;        /* that a rank handed to the reduction */
    uint64_t read_bytes;           /* of claims, by rank 0 */
    double magnitude;              /* sum of |amount| of this rank, where it has to be looked at */
    bool indexed;                  /* the store's index served */
    uint64_t resampled;            /* members of all ranks whom a bootstrap draws weights for */
    uint64_t starts;               /* 1, and one for each checkpoint that the run went on from */
    struct ihp__rank_timing own;   /* of this rank */
    struct ihp__rank_timing *rank; /* [ranks], owned; NULL but on rank 0 after collecting */
};

/* Refuses (IHP_ERR_USAGE) an output folder that is the program folder, or that has a finished run,
 * unless `force`; and (IHP_ERR_RUN) one that cannot be written to. Writes nothing. */
enum ihp_status ihp__result_check(const char *folder, const char *program, bool force,
                                  struct ihp_error *err);

/* Makes the folder and its parents, or takes what an earlier run left out of it; `*made` says that
 * it was not there before. */
enum ihp_status ihp__result_begin(const char *folder, bool *made, struct ihp_error *err);

/* Writes tables, results.h5, timings.h5 and, last, manifest.json. */
enum ihp_status ihp__result_write(const char *folder, const struct ihp__result_input *input,
                                  const struct ihp__table table[IHP__TABLES],
                                  const struct ihp_notices *notices,
                                  const struct ihp__run_stats *stats, struct ihp_error *err);

/* A job that stands beside a settlement in a result folder. Its files are those of its tables,
 * `name`.h5 and, written last, `name`.json, so that a folder which has that one has the job
 * finished; member files stand in the folder `members`. All borrowed. */
struct ihp__job_files {
    const char *name;    /* "payments" */
    const char *members; /* "paid"; NULL: the job has no member files */
    const char *span;    /* what it is of: "2025Q2" */
    const struct ihp__deck *deck;
    const struct ihp__program *program;
    const struct ihp__store_info *store;
    const struct ihp__table *table;
    size_t tables;
};

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, or that has the job finished, unless
 * `force`. Writes nothing. */
enum ihp_status ihp__job_files_check(const char *folder, const char *program, const char *name,
                                     bool force, struct ihp_error *err);

/* Makes the folder if need be, which `*made` says, and takes away what an earlier run of the job
 * left in it. */
enum ihp_status ihp__job_files_begin(const char *folder, const struct ihp__job_files *job,
                                     bool *made, struct ihp_error *err);

/* Takes back what a failed run wrote, and the folder when `made`. */
void ihp__job_files_abandon(const char *folder, const struct ihp__job_files *job, bool made);

/* Writes the job's tables and, last, its .json. */
enum ihp_status ihp__job_files_write(const char *folder, const struct ihp__job_files *job,
                                     const struct ihp_notices *notices,
                                     const struct ihp__run_stats *stats, struct ihp_error *err);

/* Takes back what a failed run wrote, and the folder when `made`. */
void ihp__result_abandon(const char *folder, bool made);

/* Collective over `comm`: writes attributed/<ihp_id>.csv (mode 0600) from every rank's members.
 * `fact` has range.count x IHP__PERIODS elements, `ids` range.count. */
enum ihp_status ihp__member_files_write(const char *folder, const struct ihp__result_input *input,
                                        struct ihp__range range,
                                        const struct ihp__member_fact *fact,
                                        const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                        struct ihp_error *err);

/* ---- the status of a run --------------------------------------------------------------------- */

/* Stopped: by a signal, with what was done so far kept for the next start. */
enum ihp__run_state { IHP__RUN_RUNNING, IHP__RUN_DONE, IHP__RUN_FAILED, IHP__RUN_STOPPED };

/* "running", "done", "failed" or "stopped". */
const char *ihp__run_state_text(enum ihp__run_state state);

/* What <output>.status.json says of a run, as rank 0 saw it last. */
struct ihp__run_status {
    enum ihp__run_state state;
    char job[24];     /* "settle" */
    char stage[24];   /* "bootstrap" */
    char counted[80]; /* "replicates"; empty where the stage counts nothing */
    uint64_t done, all;
    double rate;         /* counted a second; below 0: not known */
    double seconds_left; /* of the stage; below 0: not known */
    uint64_t peak_bytes; /* highest resident memory that a rank has told of */
    int peak_rank, ranks;
    char host[256];           /* of rank 0 */
    int64_t pid;              /* of rank 0 */
    uint64_t process_start;   /* of rank 0, clock ticks after the host's start; 0: not known */
    int64_t started, updated; /* seconds since 1970-01-01 UTC */
    char error[1000];         /* of a failed run: one line */
};

/* Where the status of a run with this output stands: beside it, so that it outlives a folder that a
 * failed run takes back. `output` need not exist. IHP_ERR_USAGE when the path is too long. */
enum ihp_status ihp__run_status_path(const char *output, char path[IHP__PATH_MAX],
                                     struct ihp_error *err);

/* Replaces the file, in one step; it is made beside its name with .part behind it. What a run that
 * was killed left of that is replaced too. IHP_ERR_RUN when it cannot be written. */
enum ihp_status ihp__run_status_write(const char *path, const struct ihp__run_status *status,
                                      struct ihp_error *err);

/* Reads the file, which may hold anything. IHP_ERR_DATA when there is none, it cannot be read or it
 * is no status; `*status` is then untouched. */
enum ihp_status ihp__run_status_read(const char *path, struct ihp__run_status *status,
                                     struct ihp_error *err);

#endif
