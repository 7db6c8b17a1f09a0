/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settling.h - a settlement under way, as the files of this room see it. */
#ifndef IHP_RUN_SETTLING_H
#define IHP_RUN_SETTLING_H

#include "bridge.h"
#include "checkpoint/checkpoint.h"
#include "pass.h"
#include "watch.h"

/* What the views of one plan may take: beyond it scenarios are worked off in several passes. */
#define IHP_VIEW_BYTES (UINT64_C(128) << 20)
/* The same where a bootstrap of the scenarios needs the members' facts under every view. */
#define IHP_VIEW_FACT_BYTES (UINT64_C(1) << 30)

struct ihp_bootstrap_run; /* bootstrap.c */
struct ihp_replicates;    /* bootstrap.h */

/* How far a run was when its checkpoint was made. Numbers alone, which ranks compare. */
struct ihp_done {
    uint64_t starts;                     /* of the run so far */
    uint64_t moment;                     /* of saving, ns: ranks that opened two files see it */
    uint64_t plan_first, plan_scenarios; /* the plan whose readings are passed or settled */
    uint64_t closed;                     /* its views are the sums of all ranks */
    uint64_t settled;   /* scenarios before this one, counted from the sweep's first, are done */
    uint64_t resampled; /* the deck's replicates are done: */
    uint64_t resampled_members;     /* for whom weights were drawn */
    uint64_t in_case;               /* replicates are under way: */
    uint64_t case_number;           /* 0 the deck's, else the scenario's number */
    uint64_t case_first, case_done; /* of the group of IHPs, and replicates of it that are done */
    uint64_t magnitude;             /* the bits of a double: of the amounts passed */
};

/* What saving needs to know besides; checkpoint.c. */
struct ihp_saving {
    bool on;
    char path[IHP_PATH_MAX];
    double last;       /* MPI_Wtime of the start or of the last checkpoint */
    MPI_Request round; /* the ranks' question to each other during a pass */
    bool rounds_over;
    int asked[4], common[4];
    uint64_t settled, resampled; /* as in ihp_done, now */
    /* the case under way, if any */
    const struct ihp_replicates *replicates;
    size_t case_number;
    const void *report;
    size_t report_words;
};

struct ihp_settling {
    const struct ihp_settle_options *options;
    MPI_Comm comm;
    int rank, ranks;
    int plan_ranks; /* for how many ranks plans are made: `ranks`, or those an estimate asks of */
    struct ihp_context context;
    struct ihp_range range;
    struct ihp_part part; /* the scenarios that this run settles */
    struct ihp_tally *tally;
    struct ihp_fact *fact; /* only for member files */
    int64_t *part2;        /* only for a data package: as in ihp_pass_sums; the package's own */
    struct ihp_finance finance;
    struct ihp_table table[IHP_TABLES];
    struct ihp_run_facts facts;
    struct ihp_watch watch;

    /* the readings passed last, and their sums */
    struct ihp_plan *plan;
    struct ihp_period_rules *rules;  /* [plan->readings] */
    struct ihp_views *views;         /* NULL without a sweep */
    struct ihp_view_fact *view_fact; /* [slots][members of this rank]; NULL without a bootstrap */
    size_t *slot;                    /* by view */
    struct ihp_bootstrap_run *bootstrap;
    struct ihp_effect *effect; /* [scenarios of the part][partnerships], for readings */
    struct ihp_range *todo;    /* members of this rank still to be judged in the pass; owned */
    size_t todos, todo_capacity;
    struct ihp_saving saving;
    struct ihp_checkpoint *resume;     /* what an earlier start has left; NULL: nothing */
    struct ihp_done done;              /* how far that was; without one, where a run begins */
    struct ihp_settling_bridge bridge; /* empty unless the deck names an interim */

    bool folder_begun, folder_made;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Takes the output and the block of the options; refuses (IHP_ERR_USAGE) a block that the deck's
 * sweep does not have. Looks up the rosters of every scenario, those of other blocks too, so
 * that all parts of a sweep have its notices and faults. Not collective. */
enum ihp_status ihp_settling_part(struct ihp_settling *s);

/* Makes the plan from scenario `first` of the part on and the rules of its readings. Not
 * collective. */
enum ihp_status ihp_settling_plan(struct ihp_settling *s, size_t first);

/* Collective: passes the claims of this rank for the readings of the plan, but for members that a
 * checkpoint has done. A fault of a rank is not told to the others yet. */
enum ihp_status ihp_settling_pass(struct ihp_settling *s, struct ihp_tally *tally,
                                  struct ihp_fact *fact);
void ihp_settling_forget_plan(struct ihp_settling *s);

/* What a job that settles is made of, in this order. ihp_settling_start duplicates `comm`
 * and watches the job, whose name is `job`; ihp_settling_end gives all back.
 * Both are collective. */
enum ihp_status ihp_settling_start(struct ihp_settling *s, const char *job, MPI_Comm comm);
void ihp_settling_end(struct ihp_settling *s);

/* What the tables of a result are made from, once it is settled. */
struct ihp_result_input ihp_settling_result(const struct ihp_settling *s);

/* Collective: the pass of the deck's own reading, then reduction, settlement and its tables. */
enum ihp_status ihp_settling_take_claims(struct ihp_settling *s);
enum ihp_status ihp_settling_settle(struct ihp_settling *s);

/* A tally of zeros of this settlement's shape. Not collective. */
enum ihp_status ihp_settling_tally(struct ihp_settling *s, struct ihp_tally **tally);

/* Collective: settles every scenario of the deck's sweep, the first plan's views having been
 * passed, and fills the tables of the sweep on rank 0. */
enum ihp_status ihp_settling_sweep(struct ihp_settling *s);

/* Tells how many scenarios are done with their replicates. Not collective. */
void ihp_settling_tell_scenarios(struct ihp_settling *s);

/* What scenarios have changed for each IHP, `effect`, in words. */
size_t ihp_settling_effect_words(const struct ihp_settling *s);

/* Collective: replicates of the deck's settlement, whose facts the first plan's pass has kept;
 * fills the tables of the bootstrap on rank 0. */
enum ihp_status ihp_settling_bootstrap(struct ihp_settling *s);

/* Collective: replicates of scenario `i` of the plan, which `deck`, `tally` and `finance` are
 * of. Adds to the table of the scenarios' bootstrap on rank 0. */
enum ihp_status ihp_settling_bootstrap_scenario(struct ihp_settling *s, size_t i,
                                                const struct ihp_deck *deck,
                                                const struct ihp_tally *tally,
                                                const struct ihp_finance *finance);
void ihp_settling_bootstrap_free(struct ihp_settling *s);

/* What replicates of the deck's settlement serve the scenarios for: amounts by IHP and
 * replicate, and those of the jackknife, in words; each stands on one rank or alike on several,
 * zero elsewhere. NULL where scenarios are not resampled. Borrowed. */
double *ihp_settling_deck_amounts(const struct ihp_settling *s, size_t *words);
double *ihp_settling_deck_left_out(const struct ihp_settling *s, size_t *words);

/* Reads the interim that the deck names, if any, and makes room for its sums. Not collective. */
enum ihp_status ihp_settling_bridge_open(struct ihp_settling *s);

/* The rules of both periods as the interim had them. Not collective. */
enum ihp_status ihp_settling_bridge_rules(struct ihp_settling *s,
                                          struct ihp_period_rules rules[IHP_PERIODS]);

/* Collective: the steps from the interim, whose sums the first pass has kept, to the final;
 * fills the tables of the bridge. Nothing without an interim. */
enum ihp_status ihp_settling_bridge(struct ihp_settling *s);
void ihp_settling_bridge_free(struct ihp_settling *s);

/* Not collective: prints what a run would take, as the options ask: for people (dry_run), or a name
 * and a number a line, for a batch job (estimate). The first plan has been made. */
enum ihp_status ihp_settling_estimate(struct ihp_settling *s, FILE *stream);

#endif
