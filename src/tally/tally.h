/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - integer sums over members, and their reduction over ranks.
 *
 * `ihp__tally_add` adds a member's facts, `ihp__tally_add_lines` adds sums over lines, and
 * `ihp__tally_reduce` makes the sums of all ranks on every rank. All sums are 64-bit integers in
 * one block, so the result does not depend on the number of ranks, and the size of the block does
 * not depend on the number of members.
 */
#ifndef IHP_TALLY_H
#define IHP_TALLY_H

#include "base/agree.h"
#include "member/member.h"

/* Sizes of a tally, the same on every rank. `cap` has the distinct claims caps in ascending order,
 * in cents, 0 (no cap) first; `cap_of` is the position of each IHP's cap. Both borrowed. */
struct ihp__tally_shape {
    size_t partnerships, acgs, payers, caps;
    const int64_t *cap;
    const size_t *cap_of;
};

/* Sums of one period. Arrays are row-major. Money is in cents. */
struct ihp__period_tally {
    int64_t *disposition_lines, *disposition_amount;        /* [IHP__DISPOSITIONS], leaving lines */
    int64_t *unknown_lines;                                 /* [IHP__SERVICES] */
    int64_t *reason_members, *reason_lines, *reason_amount; /* [IHP__REASONS], not attributed */
    int64_t *attributed;                                    /* members, lines, amount */
    int64_t *above_cap;                                     /* members, amount above the cap */
    int64_t *negative;                                      /* members with a negative cost */
    int64_t *not_begun;    /* member months that would qualify had they begun by the cut-off */
    int64_t *after_death;  /* member months that would qualify had the member lived */
    int64_t *before_birth; /* member months before birth that spans make qualify */
    int64_t *summary;      /* [IHP__REASONS][2 windows][partnerships + 1], last: no IHP */
    int64_t *eligible_members, *eligible_months; /* [acgs], the population of which risk weights are
                                                    computed: the eligible one, or a part of it */
    int64_t *eligible_capped;                    /* [caps][acgs] */
    int64_t *members, *months, *capped;          /* [partnerships], attributed */
    int64_t *acg_members, *acg_months;           /* [partnerships][acgs] */
    int64_t *payer_months;                       /* [partnerships][payers] */
    int64_t *affected;                           /* [partnerships][12], attributed members who lived
                                                    in an affected county in a month [5.9] */
};

struct ihp__tally {
    struct ihp__tally_shape shape;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *store; /* members, lines, amount of the whole store */
    struct ihp__period_tally period[IHP__PERIODS];
};

/* Makes a tally of zeros. Not collective. The caller destroys it. */
enum ihp_status ihp__tally_create(const struct ihp__tally_shape *shape, struct ihp__tally **out,
                                  struct ihp_error *err);
void ihp__tally_destroy(struct ihp__tally **tally);

/* Returns the bytes of a tally's sums; 0 if there are more than can be counted. Ignores `cap` and
 * `cap_of`. Not collective. */
uint64_t ihp__tally_bytes(const struct ihp__tally_shape *shape);

/* Adds one member's facts. Not collective. */
void ihp__tally_add(struct ihp__tally *tally, const struct ihp__member_fact fact[IHP__PERIODS]);

/* Adds the sums over lines of a rank. Not collective. */
void ihp__tally_add_lines(struct ihp__tally *tally, const struct ihp__line_sums *sums);

/* Collective over `comm`. Makes the sums of all ranks on every rank. `bytes`, if not NULL, receives
 * the number of bytes that each rank contributes. */
enum ihp_status ihp__tally_reduce(struct ihp__tally *tally, MPI_Comm comm, uint64_t *bytes,
                                  struct ihp_error *err);

/* Collective over `comm`. Sums `count` integers over ranks, on every rank, in pieces whose length
 * an MPI count can hold. Returns false if MPI fails. */
bool ihp__tally_sum(int64_t *block, size_t count, MPI_Comm comm);

/* Returns min(cost, cap); a cap of 0 means no cap [16.9]. */
int64_t ihp__capped_cost(int64_t cost, int64_t cap);

/* ---- moves: members attributed differently under two readings -------------------------------- */

/* Reasons of a move: those of attribution, and attribution to another IHP. */
enum { IHP__MOVE_OTHER_IHP = IHP__REASONS, IHP__MOVE_REASONS };
enum ihp__move { IHP__MOVE_IN, IHP__MOVE_OUT, IHP__MOVES };

/* The sums of a move, integers to be summed over ranks with `ihp__tally_sum`. */
enum { IHP__MOVE_MEMBERS, IHP__MOVE_MONTHS, IHP__MOVE_SUMS };

/* Returns the number of elements of an array of moves of both periods, which the caller allocates
 * and sets to zero. */
size_t ihp__moves_size(size_t partnerships);

/* Returns the sums [IHP__MOVE_SUMS] of an IHP's moves with a reason. */
int64_t *ihp__moves_at(int64_t *moves, size_t partnerships, enum ihp__period period,
                       size_t partnership, enum ihp__move move, int reason);

/* Adds a member, unless both facts have the same IHP: a move in to the IHP of `after`, with the
 * reason of `before`, and a move out of the IHP of `before`, with the reason of `after`. */
void ihp__moves_add(int64_t *moves, size_t partnerships, enum ihp__period period,
                    const struct ihp__member_fact *before, const struct ihp__member_fact *after);

/* ---- views: the sums of a period under one reading of the contract --------------------------- */

/* The sums that a settlement needs from a period, for many readings and many caps at once. A view
 * is a period under one reading. A scenario is a view of the base period, a view of the performance
 * period, and a cap for each IHP.
 *
 * A cost is added only once for any number of caps: to the bin of the lowest cap that it does not
 * exceed. `ihp__views_close` turns bins into capped sums. */
struct ihp__views;

/* Makes views of zeros. `cap` has the caps of all scenarios in ascending order, 0 (no cap) first as
 * in ihp__tally_shape; it is copied. The caller destroys the views. */
enum ihp_status ihp__views_create(const struct ihp__tally_shape *shape, size_t views,
                                  struct ihp__views **out, struct ihp_error *err);
void ihp__views_destroy(struct ihp__views **views);

/* Returns the bytes of a number of views. */
uint64_t ihp__views_bytes(const struct ihp__tally_shape *shape, size_t views);

/* Declares that views first + 1 .. first + count - 1 are decisions of the same reading as `first`,
 * and keeps them as differences from it, as the decisions differ for few members. Call it before
 * anything is added. */
void ihp__views_share(struct ihp__views *views, size_t first, size_t count);

/* Adds a member's facts under all decisions of a reading, whose views are shared. Not collective.
 */
void ihp__views_add_decisions(struct ihp__views *views, size_t first,
                              const struct ihp__member_fact *fact, size_t count,
                              const struct ihp__member_fact *deck);

/* Adds a member's fact to a view. `deck` is the member's fact under the deck's reading of that
 * period. Not collective. */
void ihp__views_add(struct ihp__views *views, size_t view, const struct ihp__member_fact *fact,
                    const struct ihp__member_fact *deck);

/* Collective over `comm`. Makes the capped sums of all ranks on every rank, when all members are
 * added. A second call does nothing. */
enum ihp_status ihp__views_close(struct ihp__views *views, MPI_Comm comm, struct ihp_error *err);

/* The current sums, to be saved and restored, borrowed. Before closing they are this rank's, to be
 * added to those of the other ranks; afterwards they are those of all ranks.
 * `ihp__views_set_closed` declares restored sums to be those of all ranks. */
bool ihp__views_are_closed(const struct ihp__views *views);
int64_t *ihp__views_sums(struct ihp__views *views, size_t *count);
void ihp__views_set_closed(struct ihp__views *views);

/* Return the number of members that a view attributes to an IHP and the deck does not, and the
 * reverse. */
int64_t ihp__views_gained(const struct ihp__views *views, size_t view, size_t partnership);
int64_t ihp__views_lost(const struct ihp__views *views, size_t view, size_t partnership);

/* Makes a tally for scenarios, which is reused from one to the next. The caller destroys it. */
enum ihp_status ihp__scenario_tally_create(const struct ihp__views *views, struct ihp__tally **out,
                                           struct ihp_error *err);

/* Sets the tally to a scenario: `view` for each period, `cap` for each IHP (cents; one of the caps
 * of the views). Sets what a settlement reads; the rest is NULL or zero. */
void ihp__scenario_tally_set(const struct ihp__views *views, const size_t view[IHP__PERIODS],
                             const int64_t *cap, struct ihp__tally *tally);
void ihp__scenario_tally_destroy(struct ihp__tally **tally);

#endif
