/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.h - the steps from an interim settlement to its final [2.12, 16.6].
 *
 * In one pass, every member is judged as the final reads the claims and as the interim did. Three
 * sums are kept: the final's, the interim's, and a hybrid of the final's attribution with the
 * interim's costs. Settling each gives the steps between.
 */
#ifndef IHP_JOBS_SETTLE_BRIDGE_H
#define IHP_JOBS_SETTLE_BRIDGE_H

#include "engine/interim.h"
#include "engine/saving.h"

/* The sums that the pass adds up for it. */
struct ihp__bridge_sums {
    struct ihp__tally *interim; /* as the interim judged members */
    struct ihp__tally *hybrid; /* attribution of the final; months, costs, weights of the interim */
    int64_t *moves;            /* tally.h */
    struct ihp__member_fact *fact; /* [members of the range][IHP__PERIODS], as the interim judged
                                      them; NULL: not kept */
};

struct ihp__bridge_run {
    struct ihp__interim interim;
    struct ihp__reading reading[IHP__PERIODS]; /* the interim's */
    struct ihp__bridge_sums sums;
    struct ihp__bridge *steps;      /* by IHP; NULL: the deck names no interim, so no bridge */
    struct ihp__pass_second second; /* what a pass takes to fill the sums */
};

/* Reads the interim that the deck names, if it names one, and makes room for the sums. Not
 * collective. */
enum ihp_status ihp__bridge_open(struct ihp__bridge_run *bridge, struct ihp__job *job);

/* Makes room for the facts of this rank's members as the interim judged them, for their files. Does
 * nothing without an interim. Not collective. */
enum ihp_status ihp__bridge_keep_facts(struct ihp__bridge_run *bridge, const struct ihp__job *job);

void ihp__bridge_free(struct ihp__bridge_run *bridge);

/* Makes the rules of both periods as the interim had them. Not collective. */
enum ihp_status ihp__bridge_rules(struct ihp__bridge_run *bridge, struct ihp__job *job,
                                  struct ihp__period_rules rules[IHP__PERIODS]);

/* Settles the steps from the interim, whose sums the pass has kept, to the final with its tally and
 * settlements, and fills the two tables. Does nothing without an interim. Collective; returns the
 * same status on every rank. */
enum ihp_status ihp__bridge_settle(struct ihp__bridge_run *bridge, struct ihp__job *job,
                                   const struct ihp__tally *final_,
                                   const struct ihp__settlement *settlement,
                                   struct ihp__table *steps, struct ihp__table *members);

/* Puts the sums into a checkpoint, in words of a kind. Collective. */
enum ihp_status ihp__bridge_save(const struct ihp__bridge_run *bridge, enum ihp__saved_kind kind,
                                 struct ihp__saver *saver);

/* Gets the sums back. Not collective. */
enum ihp_status ihp__bridge_get_back(struct ihp__bridge_run *bridge, struct ihp__saving *saving);

#endif
