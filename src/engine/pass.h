/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pass.h - one pass over the claims of a range of members.
 *
 * `ihp__pass` judges each member under the rules it is given and adds the facts to sums. The
 * `ihp__pass_check_*` functions look at what came of it. Nothing here is collective.
 */
#ifndef IHP_ENGINE_PASS_H
#define IHP_ENGINE_PASS_H

#include "engine/context.h"
#include "engine/view_fact.h"
#include "ihp/jobs.h"

/* Most members of a block, which also has no more members than a batch has lines. Few enough that
 * their small tables stay in a cache; one less than a power of two, since offsets are one more. */
enum { IHP__PASS_BLOCK_MEMBERS = 16383 };

struct ihp__pass_options {
    const char *stage; /* of the job, as its progress shows it; static */
    /* What else to do about a damaged index, such as ", or settle with --no-index"; static. NULL:
     * nothing. */
    const char *index_advice;
    uint64_t batch_lines;
    bool use_index; /* where the index holds all that counts */
    /* The readings to judge under: the deck's of both periods first. With `second` in the sums, the
     * last IHP__PERIODS are that second judgement's and make no view. */
    const struct ihp__period_rules *rules;
    size_t rule_count;
    ihp_progress_fn progress; /* may be NULL; called on every rank */
    void *progress_context;
    /* The members of the range to judge, ascending; NULL: all. */
    const struct ihp__range *todo;
    size_t todos;
    /* Called after each block of members, when the sums hold all before member `next`; anything
     * but IHP_OK ends the pass. May be NULL. */
    enum ihp_status (*after_block)(void *context, uint64_t next);
    void *after_block_context;
};

/* Takes the facts of the member at a place of the range under the deck's reading and under a second
 * judgement, such as an interim's. */
struct ihp__pass_second {
    void (*add)(void *context, size_t place, const struct ihp__member_fact deck[IHP__PERIODS],
                const struct ihp__member_fact second[IHP__PERIODS]);
    void *context;
};

/* Where the facts of members go: NULL for what is not needed; `tally` is always needed. */
struct ihp__pass_sums {
    struct ihp__tally *tally;      /* under the deck's reading */
    struct ihp__views *views;      /* under every view: a decision of one of the rules, in turn */
    struct ihp__member_fact *fact; /* [members of the range][IHP__PERIODS], under the deck's */
    struct ihp__view_fact *view_fact; /* [slots][members of the range] */
    const size_t *slot;               /* of each view in view_fact; SIZE_MAX: none */
    int64_t *part2; /* [members of the range][IHP__PERIODS]: cents of marked lines [4.6.1.2]; the
                       rules must have marks and the index must not be used */
    const struct ihp__pass_second *second;
};

/* Where the time of a pass went, in seconds, and what was read of the claims. */
struct ihp__pass_cost {
    double read, decide;
    uint64_t bytes;
    bool indexed;
    double magnitude; /* sum of |amount| in cents where amounts are 64 bits wide, else 0 */
};

/* Returns true if the store's index holds every procedure that counts and the years of both
 * periods. */
bool ihp__pass_index_serves(const struct ihp__context *context);

/* Returns the bytes of so many claim lines and rows of the index in the columns that a pass reads.
 * With the index (`indexed`) a pass does not read the lines' procedures. */
uint64_t ihp__pass_bytes(const struct ihp__store_info *info, uint64_t lines, uint64_t index_rows,
                         bool indexed);

/* Runs the member rules over `range` in batches of `batch_lines` claim lines and adds to `sums`.
 * `*cost` is up to date at every call of `after_block`. Fails with IHP_ERR_DATA for a store that
 * contradicts itself, IHP_ERR_RUN when memory is short, or with what `after_block` returned. */
enum ihp_status ihp__pass(const struct ihp__context *context, struct ihp__range range,
                          const struct ihp__pass_options *options,
                          const struct ihp__pass_sums *sums, struct ihp__pass_cost *cost,
                          struct ihp_error *err);

/* Refuses (IHP_ERR_DATA) a sum of magnitudes whose sums could leave 64 bits. */
enum ihp_status ihp__pass_check_magnitude(const struct ihp__context *context, double magnitude,
                                          struct ihp_error *err);

/* Refuses (IHP_ERR_DATA) sums of all ranks that have not seen every member and line of the store
 * once, whatever the store's offsets say. */
enum ihp_status ihp__pass_check_whole(const struct ihp__context *context, int64_t members,
                                      int64_t lines, struct ihp_error *err);

/* Notes services that categories.csv does not list, or refuses them (IHP_ERR_DATA) if the deck is
 * strict. `tally` is reduced. */
enum ihp_status ihp__pass_check_categories(const struct ihp__context *context,
                                           const struct ihp__tally *tally,
                                           struct ihp_notices *notices, struct ihp_error *err);

/* Says what the policy `before_birth` makes of months before birth; a static text. */
const char *ihp__before_birth_text(const struct ihp__claims_policies *policies);

/* Notes the member months that do not qualify because they begin after the cut-off of their period
 * [2.7] or after the member's death, and those before the member's birth. `tally` is reduced. */
void ihp__pass_note_months(const struct ihp__context *context, const struct ihp__tally *tally,
                           struct ihp_notices *notices);

/* Notes a period in which many of the members by whom risk weights are computed have no ACG of its
 * year [16.4.1]. `tally` is reduced. */
void ihp__pass_note_morbidity(const struct ihp__context *context, const struct ihp__tally *tally,
                              struct ihp_notices *notices);

#endif
