/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.h - two finished settlements of the same years: the steps from the amounts of the first
 * to those of the second, all values, and the inputs and terms that differ.
 *
 * Everything follows from manifest.json, settlement.csv and terms.csv of the two folders, and who
 * moved from their files of members. Nothing here is collective.
 */
#ifndef IHP_COMPARE_H
#define IHP_COMPARE_H

#include "ihp/jobs.h"
#include "result/finished.h"
#include "result/waterfall.h"

/* The steps of an IHP, in the order of the calculation. Those from the PBP on are the steps of the
 * bridge from an interim (finance.h), and have their names; the others divide the change otherwise,
 * and none has the name of a step of the bridge. */
#define IHP__COMPARE_LIST(X)                                                                       \
    X(IHP__COMPARE_IHP, "ihp", "IHP")                  /* only one settlement has the IHP */       \
    X(IHP__COMPARE_MONTHS, "member_months", "months")  /* at the same PMPM and risk */             \
    X(IHP__COMPARE_BASE, "base_cost", "base cost")     /* PMPM of the base period [16.4] */        \
    X(IHP__COMPARE_COST, "cost", "cost")               /* PMPM of the performance period [16.5] */ \
    X(IHP__COMPARE_RISK, "risk_scores", "risk scores") /* of both periods [16.5.2] */              \
    X(IHP__COMPARE_TREND, "trend", "trend")            /* [16.4.2] */                              \
    X(IHP__COMPARE_TERMS, "terms", "terms")       /* track, threshold, corridors [16.7, 16.8] */   \
    X(IHP__COMPARE_PBP, "pbp", "PBP")             /* [16.8.2.2] */                                 \
    X(IHP__COMPARE_QUALITY, "quality", "quality") /* [18.4] */                                     \
    X(IHP__COMPARE_CIRCUMSTANCES, "circumstances", "circumstances") /* [5.9] */                    \
    X(IHP__COMPARE_TERMINATION, "termination", "termination")       /* [6.1] */

#define IHP__COMPARE_ENUM(name, text, title) name,
enum ihp__compare_step { IHP__COMPARE_LIST(IHP__COMPARE_ENUM) IHP__COMPARE_STEPS };
#undef IHP__COMPARE_ENUM

/* The tables of a comparison. */
enum {
    IHP__COMPARED_STEPS,
    IHP__COMPARED_INPUTS,
    IHP__COMPARED_VALUES,
    IHP__COMPARED_TERMS,
    IHP__COMPARED_MOVES, /* only if both folders have files of members */
    IHP__COMPARED_TABLES
};

/* One of the two settlements. */
struct ihp__compared {
    struct ihp__finished finished; /* with the tables settlement and terms */
    struct ihp__deck deck;
    struct ihp__settlement_head head;
};

/* An IHP of one or both settlements. */
struct ihp__compared_ihp {
    const char *id;
    struct ihp__waterfall side[2]; /* `row` is NULL where the settlement does not have the IHP */
};

/* Two settlements, and their IHPs: those of the first in its order, then those that only the second
 * has. */
struct ihp__comparison {
    struct ihp__compared side[2];
    struct ihp__compared_ihp *ihp; /* owned */
    size_t ihps;
    struct ihp__table table[IHP__COMPARED_TABLES];
    bool has_moves;
};

/* Fills the steps in cents. They lead from the final amount of the first settlement to that of the
 * second. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__compare_steps(const struct ihp__compared_ihp *ihp,
                                   int64_t step[IHP__COMPARE_STEPS], struct ihp_error *err);

/* Returns the final amount of an IHP in one of the settlements, in cents; 0 where it is not. */
int64_t ihp__compare_amount(const struct ihp__compared_ihp *ihp, int side);

/* Adds the deck keys that differ, and program folder, store and version if they do, from the
 * manifests. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__compare_inputs(struct ihp__comparison *comparison, struct ihp_error *err);

/* Fills the tables. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__compare_tables_create(struct ihp__comparison *comparison,
                                           struct ihp_error *err);

/* If both settlements have files of members, fills the table of those who joined or left each IHP,
 * and writes the members who moved to the file that the options name (mode 0600). Returns
 * IHP_ERR_USAGE if the options need them and a settlement has none, or for the file. */
enum ihp_status ihp__compare_members(struct ihp__comparison *comparison,
                                     const struct ihp_compare_options *options,
                                     struct ihp_notices *notices, struct ihp_error *err);

/* Prints the tables for people: the steps and terms, or the one that is not negative. */
enum ihp_status ihp__compare_print(FILE *stream, const struct ihp__comparison *comparison, int only,
                                   struct ihp_error *err);

#endif
