/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context.h - a deck with everything it names, opened and looked up, ready for the member rules.
 *
 * Settlements open it with `ihp__context_open`; a job that makes its own rules, such as a payment,
 * opens the inputs alone with `ihp__context_open_inputs`. Nothing here is collective: every rank
 * opens the files for itself.
 */
#ifndef IHP_ENGINE_CONTEXT_H
#define IHP_ENGINE_CONTEXT_H

#include "member/monthly.h"
#include "result/run_stats.h"
#include "sweep/sweep.h"

/* An override of a member of the store. */
struct ihp__context_override {
    uint64_t member;
    struct ihp__override_value value[IHP__PERIODS];
};

/* The rosters of a quarter, without those of contracts that ended by a day. */
struct ihp__context_roster {
    int32_t quarter;
    int32_t ended; /* the last day on which one of these contracts ended; INT32_MIN: none has */
    struct ihp__roster_index *index;
};

struct ihp__context {
    struct ihp__deck deck;
    struct ihp__program *program;
    struct ihp__store *store;
    const struct ihp__store_info *info;
    struct ihp__context_roster *roster; /* those asked for so far */
    size_t rosters, roster_capacity;
    uint8_t *code_sets;                           /* by procedure number */
    struct ihp__dated_codes dated_codes;          /* of those that depend on the month */
    struct ihp__period_rules rules[IHP__PERIODS]; /* as the deck reads the contract */
    struct ihp__context_override *override_;      /* ascending by member */
    size_t overrides;
    uint16_t none_acg;
    struct ihp__affected *affected; /* counties of the performance period [5.9] */
    size_t affected_counties;
    struct ihp__tally_shape shape; /* of the deck's tallies: one cap for each that an IHP has */
    int64_t *cap;                  /* owned, shape.cap */
    size_t *cap_of;                /* owned, shape.cap_of */
};

/* Opens deck, program and store, and looks up procedures. The caller closes the context, which is
 * empty after a failure. */
enum ihp_status ihp__context_open_inputs(const char *deck_path, struct ihp__context *context,
                                         struct ihp_notices *notices, struct ihp_error *err);

/* Does the same, and makes the rules, caps and overrides of the deck's settlement, under what
 * `settings` puts in place of the deck's values; NULL: nothing. */
enum ihp_status ihp__context_open_with(const char *deck_path, const struct ihp__settings *settings,
                                       struct ihp__context *context, struct ihp_notices *notices,
                                       struct ihp_error *err);
enum ihp_status ihp__context_open(const char *deck_path, struct ihp__context *context,
                                  struct ihp_notices *notices, struct ihp_error *err);
void ihp__context_close(struct ihp__context *context);

/* Makes the rules of a reading. They borrow from the context and from `reading`. */
enum ihp_status ihp__context_rules(struct ihp__context *context, const struct ihp__reading *reading,
                                   struct ihp_notices *notices, struct ihp__period_rules *rules,
                                   struct ihp_error *err);

/* Finds the rosters of a quarter, which are made when they are first needed. They are borrowed from
 * the context. */
enum ihp_status ihp__context_roster_of(struct ihp__context *context, int32_t quarter,
                                       struct ihp_notices *notices,
                                       const struct ihp__roster_index **out, struct ihp_error *err);

/* Makes the rules of `months` months from `first_month` on, each under the rosters of its quarter
 * that are in force when it begins [15.2.1, 6.1]. They borrow from the context. */
enum ihp_status ihp__context_monthly_rules(struct ihp__context *context, int32_t first_month,
                                           int months, struct ihp_notices *notices,
                                           struct ihp__monthly_rules *rules, struct ihp_error *err);

/* Places the overrides of a final settlement [4.6.4.2] with their members in the store. An interim
 * settlement has none. The rules of the context have been made. */
enum ihp_status ihp__context_make_overrides(struct ihp__context *context,
                                            struct ihp_notices *notices, struct ihp_error *err);

/* Finds the number of the member of a row of overrides.csv in the store. Refuses (IHP_ERR_DATA) a
 * member whom the store does not have. */
enum ihp_status ihp__context_find_overridden(const struct ihp__context *context,
                                             const struct ihp__override *override_,
                                             uint64_t *member, struct ihp_error *err);

/* Returns the overrides of a member, or values that change nothing. Borrowed. */
const struct ihp__override_value *ihp__context_overrides(const struct ihp__context *context,
                                                         uint64_t member);

#endif
