/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.h - plans what a deck's scenarios need computed, each thing once.
 *
 * A scenario varies keys of the deck, and each key acts on one step of a settlement (policies.h).
 * `ihp__plan_create` finds the distinct readings of a period that scenarios need: a reading is what
 * claims are to members, under its policies on claims, and has decisions, one for each set of
 * policies on decisions. A view is one decision of one reading; one pass over the claims makes all
 * views of a plan. A scenario is then a view of the base period, a view of the performance period,
 * a cap for each IHP, and money.
 *
 * Nothing here is collective or knows how a step works.
 */
#ifndef IHP_SWEEP_H
#define IHP_SWEEP_H

#include "program/program.h"
#include "tally/tally.h"

/* One way to read what claims are to members in a period, and the decisions made from it. */
struct ihp__reading {
    enum ihp__period period;
    int paid_through;       /* days since 1970-01-01 [2.7] */
    int32_t roster_quarter; /* year * 4 + 0..3 [3.8.5] */
    struct ihp__claims_policies policies;
    struct ihp__decision_policies *decision; /* owned */
    size_t decisions, capacity;
    size_t first_view; /* number of the view of decision[0]; the others follow */
};

/* What a pass over the claims is to make. */
struct ihp__plan {
    struct ihp__reading *reading; /* first the deck's own, of the base and performance period */
    size_t readings, capacity;
    size_t views;
    size_t first, scenarios;      /* scenarios first .. first + scenarios - 1 of the sweep */
    size_t (*view)[IHP__PERIODS]; /* by scenario of the plan */
    int64_t *cap; /* of the deck and of these scenarios, cents: distinct, ascending; 0 is none */
    size_t caps, cap_capacity;
};

/* The scenarios that a run settles: all of a sweep, or a block of them. Blocks are contiguous, in
 * the deck's order, and have equal numbers of scenarios, or one more or less. */
struct ihp__block {
    size_t number, blocks; /* number from 1; both 0: the run settles the whole sweep */
    size_t first, end;     /* scenarios first .. end - 1 of the sweep, numbered from 0 */
    size_t scenarios;      /* of the whole sweep */
};

#define IHP__BLOCKS_MAX 10000

/* Fills in block `number` of `blocks` of a sweep. Returns false, `*block` untouched, unless 1 <=
 * number <= blocks <= scenarios and blocks <= IHP__BLOCKS_MAX: every block has a scenario. */
bool ihp__block_of(size_t scenarios, size_t number, size_t blocks, struct ihp__block *block);

/* Returns the roster's quarter of a period under some terms [3.8.5]. */
int32_t ihp__terms_quarter(const struct ihp__deck *deck, const struct ihp__terms *terms,
                           enum ihp__period period);

/* Returns the cap of an IHP under some terms, cents; 0 is none [16.9]. */
int64_t ihp__terms_cap(const struct ihp__terms *terms, const struct ihp__partnership *partnership);

/* What to plan, all borrowed. */
struct ihp__plan_request {
    const struct ihp__deck *deck;
    const struct ihp__program *program;
    size_t acgs;         /* number of risk categories */
    size_t first, end;   /* scenarios first .. end - 1 of the sweep; unused without one */
    uint64_t bytes;      /* most that the views may take */
    uint64_t view_bytes; /* what a view takes in addition to its sums */
};

/* Plans as many scenarios from the first one on as fit into the bytes, and at least one. Without a
 * sweep, the plan has the deck's two views alone. IHP_ERR_RUN when memory is short. The caller
 * destroys the plan. */
enum ihp_status ihp__plan_create(const struct ihp__plan_request *request, struct ihp__plan **out,
                                 struct ihp_error *err);
void ihp__plan_destroy(struct ihp__plan **plan);

#endif
