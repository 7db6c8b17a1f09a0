/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settling.h - a settlement under way, as the files of this room see it. */
#ifndef IHP_RUN_SETTLING_H
#define IHP_RUN_SETTLING_H

#include "bridge.h"
#include "checkpoint/checkpoint.h"
#include "engine/pass.h"
#include "engine/watch.h"

/* What the views of one plan may take: beyond it scenarios are worked off in several passes. */
#define IHP__VIEW_BYTES (UINT64_C(128) << 20)
/* The same where a bootstrap of the scenarios needs the members' facts under every view. */
#define IHP__VIEW_FACT_BYTES (UINT64_C(1) << 30)

struct ihp__bootstrap_run; /* bootstrap.c */
struct ihp__replicates;    /* bootstrap.h */

/* How far a run was when its checkpoint was made. Numbers alone, which ranks compare. */
struct ihp__done {
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
struct ihp__saving {
    bool on;
    char path[IHP__PATH_MAX];
    double last;       /* MPI_Wtime of the start or of the last checkpoint */
    MPI_Request round; /* the ranks' question to each other during a pass */
    bool rounds_over;
    int asked[4], common[4];
    uint64_t settled, resampled; /* as in ihp__done, now */
    /* the case under way, if any */
    const struct ihp__replicates *replicates;
    size_t case_number;
    const void *report;
    size_t report_words;
};

struct ihp__settling {
    const struct ihp_settle_options *options;
    MPI_Comm comm;
    int rank, ranks;
    int plan_ranks; /* for how many ranks plans are made: `ranks`, or those an estimate asks of */
    struct ihp__context context;
    struct ihp__range range;
    struct ihp__block block; /* the scenarios that this run settles */
    struct ihp__tally *tally;
    struct ihp__member_fact *fact; /* only for member files */
    int64_t *part2; /* only for a data package: as in ihp__pass_sums; the package's own */
    struct ihp__finance finance;
    struct ihp__table table[IHP__TABLES];
    struct ihp__run_stats stats;
    struct ihp__watch watch;

    /* the readings passed last, and their sums */
    struct ihp__plan *plan;
    struct ihp__period_rules *rules;  /* [plan->readings] */
    struct ihp__views *views;         /* NULL without a sweep */
    struct ihp__view_fact *view_fact; /* [slots][members of this rank]; NULL without a bootstrap */
    size_t *slot;                     /* by view */
    struct ihp__bootstrap_run *bootstrap;
    struct ihp__effect *effect; /* [scenarios of the part][partnerships], for readings */
    struct ihp__range *todo;    /* members of this rank still to be judged in the pass; owned */
    size_t todos, todo_capacity;
    struct ihp__saving saving;
    struct ihp__checkpoint *resume;     /* what an earlier start has left; NULL: nothing */
    struct ihp__done done;              /* how far that was; without one, where a run begins */
    struct ihp__settling_bridge bridge; /* empty unless the deck names an interim */

    bool folder_begun, folder_made;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Takes the output and the block of the options; refuses (IHP_ERR_USAGE) a block that the deck's
 * sweep does not have. Looks up the rosters of every scenario, those of other blocks too, so
 * that all parts of a sweep have its notices and faults. Not collective. */
enum ihp_status ihp__settling_block(struct ihp__settling *s);

/* Makes the plan from scenario `first` of the part on and the rules of its readings. Not
 * collective. */
enum ihp_status ihp__settling_plan(struct ihp__settling *s, size_t first);

/* Collective: passes the claims of this rank for the readings of the plan, but for members that a
 * checkpoint has done. A fault of a rank is not told to the others yet. */
enum ihp_status ihp__settling_pass(struct ihp__settling *s, struct ihp__tally *tally,
                                   struct ihp__member_fact *fact);
void ihp__settling_forget_plan(struct ihp__settling *s);

/* What a job that settles is made of, in this order. ihp__settling_start duplicates `comm`
 * and watches the job, whose name is `job`; ihp__settling_end gives all back.
 * Both are collective. */
enum ihp_status ihp__settling_start(struct ihp__settling *s, const char *job, MPI_Comm comm);
void ihp__settling_end(struct ihp__settling *s);

/* What the tables of a result are made from, once it is settled. */
struct ihp__result_input ihp__settling_result(const struct ihp__settling *s);

/* Collective: the pass of the deck's own reading, then reduction, settlement and its tables. */
enum ihp_status ihp__settling_take_claims(struct ihp__settling *s);
enum ihp_status ihp__settling_settle(struct ihp__settling *s);

/* Collective: settles every scenario of the deck's sweep, the first plan's views having been
 * passed, and fills the tables of the sweep on rank 0. */
enum ihp_status ihp__settling_sweep(struct ihp__settling *s);

/* Tells how many scenarios are done with their replicates. Not collective. */
void ihp__settling_tell_scenarios(struct ihp__settling *s);

/* What scenarios have changed for each IHP, `effect`, in words. */
size_t ihp__settling_effect_words(const struct ihp__settling *s);

/* Collective: replicates of the deck's settlement, whose facts the first plan's pass has kept;
 * fills the tables of the bootstrap on rank 0. */
enum ihp_status ihp__settling_bootstrap(struct ihp__settling *s);

/* Collective: replicates of scenario `i` of the plan, which `deck`, `tally` and `finance` are
 * of. Adds to the table of the scenarios' bootstrap on rank 0. */
enum ihp_status ihp__settling_bootstrap_scenario(struct ihp__settling *s, size_t i,
                                                 const struct ihp__deck *deck,
                                                 const struct ihp__tally *tally,
                                                 const struct ihp__finance *finance);
void ihp__settling_bootstrap_free(struct ihp__settling *s);

/* What replicates of the deck's settlement serve the scenarios for: amounts by IHP and
 * replicate, and those of the jackknife, in words; each stands on one rank or alike on several,
 * zero elsewhere. NULL where scenarios are not resampled. Borrowed. */
double *ihp__settling_deck_amounts(const struct ihp__settling *s, size_t *words);
double *ihp__settling_deck_left_out(const struct ihp__settling *s, size_t *words);

/* Reads the interim that the deck names, if any, and makes room for its sums. Not collective. */
enum ihp_status ihp__settling_bridge_open(struct ihp__settling *s);

/* The rules of both periods as the interim had them. Not collective. */
enum ihp_status ihp__settling_bridge_rules(struct ihp__settling *s,
                                           struct ihp__period_rules rules[IHP__PERIODS]);

/* Collective: the steps from the interim, whose sums the first pass has kept, to the final;
 * fills the tables of the bridge. Nothing without an interim. */
enum ihp_status ihp__settling_bridge(struct ihp__settling *s);
void ihp__settling_bridge_free(struct ihp__settling *s);

/* Not collective: prints what a run would take, as the options ask: for people (dry_run), or a name
 * and a number a line, for a batch job (estimate). The first plan has been made. */
enum ihp_status ihp__settling_estimate(struct ihp__settling *s, FILE *stream);

#endif
