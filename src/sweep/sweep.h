/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.h - what the scenarios of a deck need computed, each thing once.
 *
 * A scenario varies keys of the deck (deck.h). Each key touches one stage: what a claim is to a
 * member, how a member's counts are decided, or the money that follows from the sums.
 * `ihp__plan_create` finds the distinct readings of a period that scenarios need: those that differ
 * in what claims are (a `ihp__reading`) and, within one, in how counts are decided (its decisions).
 * A view is one decision of one reading; the claims are passed once for all views of a plan. A
 * scenario is then a view of the base period, one of the performance period, a cap for each IHP,
 * and money.
 *
 * Nothing here is collective or knows how a stage works.
 */
#ifndef IHP_SWEEP_H
#define IHP_SWEEP_H

#include "program/program.h"
#include "tally/tally.h"

/* One way to read what claims are to members in a period. */
struct ihp__reading {
    enum ihp__period period;
    int paid_through;       /* days since 1970-01-01 [2.7] */
    int32_t roster_quarter; /* year * 4 + 0..3 [3.8.5] */
    struct ihp__claims_policies policies;
    struct ihp__decision_policies *decision; /* owned */
    size_t decisions, capacity;
    size_t first_view; /* number of the view of decision[0]; the others follow */
};

struct ihp__plan {
    struct ihp__reading
        *reading; /* [0] and [1]: base and performance period as the deck has them */
    size_t readings, capacity;
    size_t views;
    size_t first, scenarios;      /* scenarios first .. first + scenarios - 1 of the sweep */
    size_t (*view)[IHP__PERIODS]; /* by scenario of the plan */
    int64_t *cap; /* of the deck and of these scenarios: distinct, ascending, 0 first */
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

/* The roster's quarter of a period under some terms [3.8.5]. */
int32_t ihp__terms_quarter(const struct ihp__deck *deck, const struct ihp__terms *terms,
                           enum ihp__period period);

/* The cap of an IHP under some terms, cents; 0 is none [16.9]. */
int64_t ihp__terms_cap(const struct ihp__terms *terms, const struct ihp__partnership *partnership);

/* Plans scenarios from `first` on and before `end`: as many as take at most `bytes` for their
 * views, each of which takes `more` besides its sums, and at least one scenario. Without a sweep
 * the plan has the deck's two views alone. `acgs` is the number of risk categories. IHP_ERR_RUN
 * when memory is short. The caller destroys. */
enum ihp_status ihp__plan_create(const struct ihp__deck *deck, const struct ihp__program *program,
                                 size_t acgs, size_t first, size_t end, uint64_t bytes,
                                 uint64_t more, struct ihp__plan **out, struct ihp_error *err);
void ihp__plan_destroy(struct ihp__plan **plan);

#endif
