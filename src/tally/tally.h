/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - integer sums over members and their reduction over ranks.
 *
 * `ihp__tally_add` adds a member's facts, `ihp__tally_add_lines` the sums over its lines,
 * `ihp__tally_reduce` makes the sums of all ranks stand on every rank. All sums are 64-bit
 * integers in one block, so the result does not depend on the number of ranks, and the block's
 * size does not depend on the number of members.
 */
#ifndef IHP_TALLY_H
#define IHP_TALLY_H

#include "base/agree.h"
#include "member/member.h"

/* Sizes of a tally, the same on every rank. `cap` holds the distinct claims caps, ascending, in
 * cents, 0 (none) first; `cap_of` the position of each IHP's cap. Both borrowed. */
struct ihp__tally_shape {
    size_t partnerships, acgs, payers, caps;
    const int64_t *cap;
    const size_t *cap_of;
};

/* Sums of one period. Arrays by (i, j) are row-major. Money in cents. */
struct ihp__period_tally {
    int64_t *stage_lines, *stage_amount;                    /* [IHP__STAGES], leaving lines */
    int64_t *unknown_lines;                                 /* [IHP__SERVICES] */
    int64_t *reason_members, *reason_lines, *reason_amount; /* [IHP__REASONS], not attributed */
    int64_t *attributed;                                    /* members, lines, amount */
    int64_t *above_cap;                                     /* members, amount cut off */
    int64_t *negative;                                      /* members with a negative cost */
    int64_t *summary; /* [IHP__REASONS][2][partnerships + 1], last: none */
    int64_t *eligible_members, *eligible_months; /* [acgs], eligible population */
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

/* A tally of zeros. Not collective. */
enum ihp_status ihp__tally_create(const struct ihp__tally_shape *shape, struct ihp__tally **out,
                                  struct ihp_error *err);
void ihp__tally_destroy(struct ihp__tally **tally);

/* Bytes of a tally's sums; 0 where they are more than can be counted. `cap` and `cap_of` are not
 * looked at. Not collective. */
uint64_t ihp__tally_bytes(const struct ihp__tally_shape *shape);

/* Adds one member's facts. Not collective. */
void ihp__tally_add(struct ihp__tally *tally, const struct ihp__member_fact fact[IHP__PERIODS]);

/* Adds the sums over lines of a rank. Not collective. */
void ihp__tally_add_lines(struct ihp__tally *tally, const struct ihp__line_sums *sums);

/* Collective over `comm`: the sums of all ranks, on every rank. `bytes`, when not NULL, receives
 * what a rank hands to the reduction. */
enum ihp_status ihp__tally_reduce(struct ihp__tally *tally, MPI_Comm comm, uint64_t *bytes,
                                  struct ihp_error *err);

/* Collective over `comm`: adds up `count` integers of all ranks, on every rank, in pieces that
 * an MPI count can hold. False when MPI cannot. */
bool ihp__tally_sum(int64_t *block, size_t count, MPI_Comm comm);

/* min(cost, cap); a cap of 0 is none [16.9]. */
int64_t ihp__capped_cost(int64_t cost, int64_t cap);

/* ---- moves: who is attributed under one reading and not under another ------------------------ */

/* Reasons of a member that moved: those of attribution, and attribution to another IHP. */
enum { IHP__MOVE_OTHER_IHP = IHP__REASONS, IHP__MOVE_REASONS };
enum ihp__move { IHP__MOVE_IN, IHP__MOVE_OUT, IHP__MOVES };

/* Members and member months, integers to be added over ranks with `ihp__tally_sum`. */
enum { IHP__MOVE_MEMBERS, IHP__MOVE_MONTHS, IHP__MOVE_SUMS };

/* Elements of an array of moves of both periods, which the caller makes of zeros. */
size_t ihp__moves_size(size_t partnerships);

/* The sums [IHP__MOVE_SUMS] of an IHP's moves with a reason. */
int64_t *ihp__moves_at(int64_t *moves, size_t partnerships, enum ihp__period period,
                       size_t partnership, enum ihp__move move, int reason);

/* Adds a member: in to the IHP of `after` by the reason of `before`, out of that of `before` by
 * the reason of `after`; nothing where both are the same. */
void ihp__moves_add(int64_t *moves, size_t partnerships, enum ihp__period period,
                    const struct ihp__member_fact *before, const struct ihp__member_fact *after);

/* ---- views: the sums of a period under one reading of the contract --------------------------- */

/* What a settlement needs of a period, for many readings and many caps at once. A view is a period
 * under one reading; a scenario is a view of the base period, one of the performance period, and a
 * cap for each IHP.
 *
 * A cost is added once whatever the number of caps: to the bin of the lowest cap it does not
 * exceed. `ihp__views_close` turns bins into capped sums. */
struct ihp__views;

/* `cap` holds the caps of all scenarios, ascending, 0 (none) first as in ihp__tally_shape;
 * copied. */
enum ihp_status ihp__views_create(const struct ihp__tally_shape *shape, size_t views,
                                  struct ihp__views **out, struct ihp_error *err);
void ihp__views_destroy(struct ihp__views **views);

/* Bytes that so many views take. */
uint64_t ihp__views_bytes(const struct ihp__tally_shape *shape, size_t views);

/* Says that views first + 1 .. first + count - 1 are decisions of the same reading as `first`,
 * to be kept as differences from it: few members are decided otherwise. Before anything is
 * added. */
void ihp__views_share(struct ihp__views *views, size_t first, size_t count);

/* Adds a member's facts under all decisions of a reading, whose views were shared. */
void ihp__views_add_decisions(struct ihp__views *views, size_t first,
                              const struct ihp__member_fact *fact, size_t count,
                              const struct ihp__member_fact *deck);

/* Adds a member's fact to a view; `deck` is its fact under the deck's reading of that period. Not
 * collective. */
void ihp__views_add(struct ihp__views *views, size_t view, const struct ihp__member_fact *fact,
                    const struct ihp__member_fact *deck);

/* Collective over `comm`: the sums of all ranks, on every rank, capped. When all are added; a
 * second time it does nothing. */
enum ihp_status ihp__views_close(struct ihp__views *views, MPI_Comm comm, struct ihp_error *err);

/* The sums as they stand, to be saved and put back: before closing this rank's, to be added to
 * those of the others; afterwards those of all ranks. Borrowed. `ihp__views_set_closed` says that
 * sums put back are of the latter kind. */
bool ihp__views_are_closed(const struct ihp__views *views);
int64_t *ihp__views_sums(struct ihp__views *views, size_t *count);
void ihp__views_set_closed(struct ihp__views *views);

/* Members attributed to an IHP under a view that the deck attributes elsewhere or nowhere, and the
 * reverse. */
int64_t ihp__views_gained(const struct ihp__views *views, size_t view, size_t partnership);
int64_t ihp__views_lost(const struct ihp__views *views, size_t view, size_t partnership);

/* The tally of a scenario: `view` of each period, `cap` of each IHP (cents; one of the caps
 * given). What a settlement reads is set, the rest NULL or zero; `tally` is made before by
 * `ihp__scenario_tally_create` and used again. */
enum ihp_status ihp__scenario_tally_create(const struct ihp__views *views, struct ihp__tally **out,
                                           struct ihp_error *err);
void ihp__scenario_tally_set(const struct ihp__views *views, const size_t view[IHP__PERIODS],
                             const int64_t *cap, struct ihp__tally *tally);
void ihp__scenario_tally_destroy(struct ihp__tally **tally);

#endif
