/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context.h - a deck with everything it names opened and looked up, ready for the member rules. */
#ifndef IHP_RUN_CONTEXT_H
#define IHP_RUN_CONTEXT_H

#include "ihp/jobs.h"
#include "member/monthly.h"
#include "result/result.h"
#include "sweep/sweep.h"

/* An override of a member of the store. */
struct ihp_context_override {
    uint64_t member;
    struct ihp_override_value value[IHP_PERIODS];
};

/* The rosters of a quarter. */
struct ihp_context_roster {
    int32_t quarter;
    struct ihp_roster_index *index;
};

struct ihp_context {
    struct ihp_deck deck;
    struct ihp_program *program;
    struct ihp_store *store;
    const struct ihp_store_info *info;
    struct ihp_context_roster *roster; /* those asked for so far */
    size_t rosters, roster_capacity;
    uint8_t *code_sets;                         /* by procedure number */
    struct ihp_period_rules rules[IHP_PERIODS]; /* as the deck reads the contract */
    struct ihp_context_override *override_;     /* ascending by member */
    size_t overrides;
    uint16_t none_acg;
    struct ihp_affected *affected; /* counties of the performance year [5.9] */
    size_t affected_counties;
    int64_t *cap;   /* distinct caps, ascending */
    size_t *cap_of; /* by IHP */
    size_t caps;
};

/* Opens deck, program and store, and looks up procedures. Not collective; every rank does it for
 * itself. The caller closes. */
enum ihp_status ihp_context_open_inputs(const char *deck_path, struct ihp_context *context,
                                        struct ihp_notices *notices, struct ihp_error *err);

/* The same with the rules, caps and overrides of the deck's settlement. */
enum ihp_status ihp_context_open(const char *deck_path, struct ihp_context *context,
                                 struct ihp_notices *notices, struct ihp_error *err);
void ihp_context_close(struct ihp_context *context);

/* The rules of a reading, which is borrowed; rosters are made when they are needed first. */
enum ihp_status ihp_context_rules(struct ihp_context *context, const struct ihp_reading *reading,
                                  struct ihp_notices *notices, struct ihp_period_rules *rules,
                                  struct ihp_error *err);

/* The rosters of a quarter, made when first asked for; borrowed from the context. */
enum ihp_status ihp_context_roster_of(struct ihp_context *context, int32_t quarter,
                                      struct ihp_notices *notices,
                                      const struct ihp_roster_index **out, struct ihp_error *err);

/* The rules of `months` months from `first_month` on, each under the rosters of its quarter
 * [15.2.1]; borrowed from the context. */
enum ihp_status ihp_context_monthly_rules(struct ihp_context *context, int32_t first_month,
                                          int months, struct ihp_notices *notices,
                                          struct ihp_monthly_rules *rules, struct ihp_error *err);

/* Collective over `comm`: refuses (IHP_ERR_USAGE) ranks that opened different things or have other
 * bytes in `options`, as they would mix them or wait for each other for ever. */
enum ihp_status ihp_context_check_same(const struct ihp_context *context, const void *options,
                                       size_t size, MPI_Comm comm, struct ihp_error *err);

/* Collective over `comm`: completes what this rank took, the total being the time since `start`
 * (MPI_Wtime). Rank 0 gets that of each rank, and frees `rank`. IHP_ERR_RUN on every rank when its
 * memory is short. */
enum ihp_status ihp_run_facts_collect(struct ihp_run_facts *facts, double start, MPI_Comm comm,
                                      struct ihp_error *err);

/* The overrides of a member; none where the table has none. */
const struct ihp_override_value *ihp_context_overrides(const struct ihp_context *context,
                                                       uint64_t member);

/* Looks up the NPPES taxonomy of each NPI of a store; the caller frees the array. */
const char **ihp_nppes_taxonomies(const struct ihp_store_info *info);

#endif
