/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settling.h - a settlement under way: what settling adds to a job, and its stages.
 *
 * settle.c calls the stages in their order: it opens everything (block.c, go_on.c), takes the
 * claims and settles the deck (claims.c), then the bridge from an interim (bridge.c), the bootstrap
 * (resample.c) and the sweep (sweep.c). planned.c makes the plans and passes the claims for them.
 * Each stage saves what it has and gets it back.
 */
#ifndef IHP_JOBS_SETTLE_SETTLING_H
#define IHP_JOBS_SETTLE_SETTLING_H

#include "bootstrap/bootstrap.h"
#include "engine/job.h"
#include "engine/saving.h"
#include "jobs/settle/bridge.h"
#include "jobs/settle/done.h"
#include "result/output_folder.h"
#include "result/scenario_tables.h"
#include "result/settlement_tables.h"

/* Most memory of the views of one plan. Scenarios beyond it need a further pass. */
#define IHP__VIEW_BYTES (UINT64_C(128) << 20)
/* The same where a bootstrap of the scenarios needs the members' facts under every view. */
#define IHP__VIEW_FACT_BYTES (UINT64_C(1) << 30)

/* The plan whose readings were passed last, and their sums. */
struct ihp__planned {
    struct ihp__plan *plan;
    struct ihp__period_rules *rules;  /* [plan->readings], then the bridge's with the first plan */
    struct ihp__views *views;         /* NULL without a sweep */
    struct ihp__view_fact *view_fact; /* [slots][members of this rank]; NULL without a bootstrap */
    size_t *slot;                     /* by view */
    struct ihp__range *todo; /* members of this rank still to be judged in the pass; owned */
    size_t todos, todo_capacity;
    bool passing; /* the pass is under way */
};

/* The bootstrap of the deck and of its scenarios. */
struct ihp__resampling {
    uint64_t *key;                    /* of this rank's members */
    struct ihp__deck_replicates deck; /* kept only for scenarios */
    uint64_t done;                    /* 1: the deck's replicates are done */
    /* the case under way */
    size_t number;                           /* 0: the deck's, else the scenario's number */
    const struct ihp__replicates *under_way; /* between blocks of its replicates; NULL otherwise */
    struct ihp__case_report *report;         /* [partnerships] */
};

struct ihp__settling {
    const struct ihp_settle_options *options;
    struct ihp__job job;
    int plan_ranks; /* for how many ranks plans are made: the job's, or those an estimate is for */
    struct ihp__block block; /* the scenarios that this run settles */
    struct ihp__saving saving;
    struct ihp__done from; /* how far an earlier start was; without one, where a run begins */

    /* the deck's own settlement */
    struct ihp__tally *tally;
    struct ihp__member_fact *fact; /* only for member files */
    struct ihp__finance finance;
    struct ihp__table table[IHP__TABLES]; /* of the whole result */

    struct ihp__planned planned;
    struct ihp__bridge_run bridge;
    struct ihp__resampling resampling;
    struct ihp__effect *effect; /* [scenarios of the block][partnerships], for readings */
    uint64_t settled; /* scenarios before this one, counted from the sweep's first, are done */
    struct ihp__output output;
};

/* ---- opening: block.c, go_on.c --------------------------------------------------------------- */

/* Takes output and block from the options; refuses (IHP_ERR_USAGE) a block that the deck's sweep
 * does not have. Looks up the rosters of every scenario, also those of other blocks, so that all
 * blocks of a sweep have its notices and errors. Not collective. */
enum ihp_status ihp__settling_take_block(struct ihp__settling *s);

/* Prepares saving, and finds out how far an earlier start was. Not collective. */
enum ihp_status ihp__settling_go_on(struct ihp__settling *s);

/* Writes a line on rank 0 about what was under way, if there was an earlier start. Not collective.
 */
void ihp__settling_log_going_on(const struct ihp__settling *s);

/* ---- plans and their passes: planned.c ------------------------------------------------------- */

/* Makes the plan from scenario `first` of the block on, and the rules of its readings. Not
 * collective. */
enum ihp_status ihp__planned_make(struct ihp__settling *s, size_t first);
void ihp__planned_forget(struct ihp__planned *planned);

/* Returns true if the plan is the first one of the run, whose pass adds up the deck's own sums. */
bool ihp__planned_is_first(const struct ihp__settling *s);

/* Passes the claims for the readings of the plan, except for members that a checkpoint has done.
 * Collective; returns the same status on every rank. */
enum ihp_status ihp__planned_pass(struct ihp__settling *s, struct ihp__tally *tally,
                                  struct ihp__member_fact *fact);
enum ihp_status ihp__planned_save(struct ihp__settling *s, struct ihp__saver *saver);

/* ---- the deck's own settlement: claims.c ----------------------------------------------------- */

/* Passes the claims under the deck's own reading. Collective; returns the same status on every
 * rank. */
enum ihp_status ihp__claims_take(struct ihp__settling *s);

/* Adds up the sums of all ranks, settles them and makes the tables. Collective; returns the same
 * status on every rank. */
enum ihp_status ihp__claims_settle(struct ihp__settling *s);
enum ihp_status ihp__claims_save(struct ihp__settling *s, struct ihp__saver *saver);

/* Returns what the tables of a result are made from, once it is settled. */
struct ihp__result_input ihp__settling_result(const struct ihp__settling *s);

/* ---- the bootstrap: resample.c --------------------------------------------------------------- */

/* Makes the replicates of the deck's settlement, whose facts the first plan's pass has kept, and
 * the tables of the bootstrap on rank 0. Collective; returns the same status on every rank. */
enum ihp_status ihp__resampling_deck(struct ihp__settling *s);

/* A scenario that is settled. */
struct ihp__scenario_run {
    size_t i;                     /* scenario of the plan */
    const struct ihp__deck *deck; /* with its terms */
    const struct ihp__tally *tally;
    const struct ihp__finance *finance;
};

/* Makes the replicates of a scenario, and its rows on rank 0. Collective; returns the same status
 * on every rank. */
enum ihp_status ihp__resampling_scenario(struct ihp__settling *s,
                                         const struct ihp__scenario_run *scenario);

/* Reports how many scenarios are done with their replicates. Not collective. */
void ihp__resampling_report_scenarios(struct ihp__settling *s);
enum ihp_status ihp__resampling_save(struct ihp__settling *s, struct ihp__saver *saver);
void ihp__resampling_free(struct ihp__resampling *resampling);

/* ---- the sweep: sweep.c ---------------------------------------------------------------------- */

/* Settles every scenario of the block, the first plan's views having been passed, and fills the
 * tables of the sweep on rank 0. Collective; returns the same status on every rank. */
enum ihp_status ihp__sweep_settle(struct ihp__settling *s);
enum ihp_status ihp__sweep_save(struct ihp__settling *s, struct ihp__saver *saver);

/* ---- an estimate: estimate.c ----------------------------------------------------------------- */

/* Prints what a run would take, as the options ask: for people (dry_run), or a name and a number a
 * line for a batch job (estimate). The first plan has been made. Not collective. */
enum ihp_status ihp__settling_estimate(struct ihp__settling *s, FILE *stream);

#endif
