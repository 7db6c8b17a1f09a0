/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pass.h - one pass over the claims of a range of members. */
#ifndef IHP_RUN_PASS_H
#define IHP_RUN_PASS_H

#include "bridge.h"

struct ihp__pass_options {
    uint64_t batch_lines;
    bool use_index; /* where it holds all that counts */
    /* The readings to judge under: the deck's of both periods first, an interim's of both last
     * where there are sums for its bridge; these make no view. */
    const struct ihp__period_rules *rules;
    size_t rule_count;
    ihp_progress_fn progress; /* may be NULL; called on every rank */
    void *progress_context;
    /* The members of the range to judge, ascending; NULL: all. */
    const struct ihp__range *todo;
    size_t todos;
    /* Told after each block of members, when the sums hold all before member `next`; anything
     * but IHP_OK ends the pass. May be NULL. */
    enum ihp_status (*after_block)(void *context, uint64_t next);
    void *after_block_context;
};

/* A member under one view, as a bootstrap needs it. */
struct ihp__view_fact {
    int64_t cost; /* uncapped, cents */
    uint16_t acg;
    int16_t partnership; /* -1 none */
    uint8_t months;      /* qualifying */
    bool enough;
};

/* Where the facts of members go; what is NULL is not wanted. */
struct ihp__pass_sums {
    struct ihp__tally *tally;      /* under the deck's reading */
    struct ihp__views *views;      /* under every view: a decision of one of the rules, in turn */
    struct ihp__member_fact *fact; /* [members of the range][IHP__PERIODS], under the deck's */
    struct ihp__view_fact *view_fact; /* [slots][members of the range] */
    const size_t *slot;               /* of each view in view_fact; SIZE_MAX: not wanted */
    int64_t *part2; /* [members of the range][IHP__PERIODS]: cents of marked lines [4.6.1.2]; the
                       rules must have marks and the index must not be used */
    const struct ihp__bridge_sums *bridge;
};

/* Where the time of a pass went, in seconds, and what was read of the claims. */
struct ihp__pass_cost {
    double read, decide;
    uint64_t bytes;
    bool indexed;
    double magnitude; /* sum of |amount| in cents where amounts are 64 bits wide, else 0 */
};

/* Whether the store's index holds every procedure that counts and the years of both periods. Not
 * collective. */
bool ihp__pass_index_serves(const struct ihp__context *context);

/* Bytes of so many claim lines and rows of the index in the columns that a pass reads; where it
 * goes by the index (`indexed`) it does without the lines' procedures. */
uint64_t ihp__pass_bytes(const struct ihp__store_info *info, uint64_t lines, uint64_t index_rows,
                         bool indexed);

/* Refuses (IHP_ERR_DATA) a sum of magnitudes whose sums could leave 64 bits. */
enum ihp_status ihp__pass_check_magnitude(const struct ihp__context *context, double magnitude,
                                          struct ihp_error *err);

/* Refuses (IHP_ERR_DATA) a reduced tally that has not seen every member and line of the store once,
 * whatever the store's offsets said. */
enum ihp_status ihp__pass_check_whole(const struct ihp__context *context,
                                      const struct ihp__tally *tally, struct ihp_error *err);

/* Notes services that categories.csv does not list, or refuses them (IHP_ERR_DATA) when the deck is
 * strict. */
enum ihp_status ihp__pass_check_categories(const struct ihp__context *context,
                                           const struct ihp__tally *tally,
                                           struct ihp_notices *notices, struct ihp_error *err);

/* Not collective: runs the member rules over `range` in batches of `batch_lines` claim lines and
 * adds to `sums`. `*cost` is kept as of the last block. */
enum ihp_status ihp__pass(const struct ihp__context *context, struct ihp__range range,
                          const struct ihp__pass_options *options,
                          const struct ihp__pass_sums *sums, struct ihp__pass_cost *cost,
                          struct ihp_error *err);

#endif
