/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - integer sums over members and their reduction over ranks.
 *
 * `ihp_tally_add` adds a member's facts, `ihp_tally_add_lines` the sums over its lines,
 * `ihp_tally_reduce` makes the sums of all ranks stand on every rank. All sums are 64-bit
 * integers in one block, so the result does not depend on the number of ranks, and the block's
 * size does not depend on the number of members.
 */
#ifndef IHP_TALLY_H
#define IHP_TALLY_H

#include "base/agree.h"
#include "member/member.h"

/* Sizes of a tally, the same on every rank. `cap` holds the distinct claims caps, ascending, in
 * cents, 0 (none) first; `cap_of` the position of each IHP's cap. Both borrowed. */
struct ihp_tally_shape {
    size_t partnerships, acgs, payers, caps;
    const int64_t *cap;
    const size_t *cap_of;
};

/* Sums of one period. Arrays by (i, j) are row-major. Money in cents. */
struct ihp_period_tally {
    int64_t *stage_lines, *stage_amount;                    /* [IHP_STAGES], leaving lines */
    int64_t *unknown_lines;                                 /* [IHP_SERVICES] */
    int64_t *reason_members, *reason_lines, *reason_amount; /* [IHP_REASONS], not attributed */
    int64_t *attributed;                                    /* members, lines, amount */
    int64_t *above_cap;                                     /* members, amount cut off */
    int64_t *negative;                                      /* members with a negative cost */
    int64_t *summary; /* [IHP_REASONS][2][partnerships + 1], last: none */
    int64_t *eligible_members, *eligible_months; /* [acgs], eligible population */
    int64_t *eligible_capped;                    /* [caps][acgs] */
    int64_t *members, *months, *capped;          /* [partnerships], attributed */
    int64_t *acg_members, *acg_months;           /* [partnerships][acgs] */
    int64_t *payer_months;                       /* [partnerships][payers] */
    int64_t *affected;                           /* [partnerships][12], attributed members who lived
                                                    in an affected county in a month [5.9] */
};

struct ihp_tally {
    struct ihp_tally_shape shape;
    int64_t *block; /* owned; everything below points into it */
    size_t size;
    int64_t *store; /* members, lines, amount of the whole store */
    struct ihp_period_tally period[IHP_PERIODS];
};

/* A tally of zeros. Not collective. */
enum ihp_status ihp_tally_create(const struct ihp_tally_shape *shape, struct ihp_tally **out,
                                 struct ihp_error *err);
void ihp_tally_destroy(struct ihp_tally **tally);

/* Bytes of a tally's sums; 0 where they are more than can be counted. `cap` and `cap_of` are not
 * looked at. Not collective. */
uint64_t ihp_tally_bytes(const struct ihp_tally_shape *shape);

/* Adds one member's facts. Not collective. */
void ihp_tally_add(struct ihp_tally *tally, const struct ihp_fact fact[IHP_PERIODS]);

/* Adds the sums over lines of a rank. Not collective. */
void ihp_tally_add_lines(struct ihp_tally *tally, const struct ihp_line_sums *sums);

/* Collective over `comm`: the sums of all ranks, on every rank. `bytes`, when not NULL, receives
 * what a rank hands to the reduction. */
enum ihp_status ihp_tally_reduce(struct ihp_tally *tally, MPI_Comm comm, uint64_t *bytes,
                                 struct ihp_error *err);

/* Collective over `comm`: adds up `count` integers of all ranks, on every rank, in pieces that
 * an MPI count can hold. False when MPI cannot. */
bool ihp_tally_sum(int64_t *block, size_t count, MPI_Comm comm);

/* min(cost, cap); a cap of 0 is none [16.9]. */
int64_t ihp_capped_cost(int64_t cost, int64_t cap);

/* ---- moves: who is attributed under one reading and not under another ------------------------ */

/* Reasons of a member that moved: those of attribution, and attribution to another IHP. */
enum { IHP_MOVE_OTHER_IHP = IHP_REASONS, IHP_MOVE_REASONS };
enum ihp_move { IHP_MOVE_IN, IHP_MOVE_OUT, IHP_MOVES };

/* Members and member months, integers to be added over ranks with `ihp_tally_sum`. */
enum { IHP_MOVE_MEMBERS, IHP_MOVE_MONTHS, IHP_MOVE_SUMS };

/* Elements of an array of moves of both periods, which the caller makes of zeros. */
size_t ihp_moves_size(size_t partnerships);

/* The sums [IHP_MOVE_SUMS] of an IHP's moves with a reason. */
int64_t *ihp_moves_at(int64_t *moves, size_t partnerships, enum ihp_period period,
                      size_t partnership, enum ihp_move move, int reason);

/* Adds a member: in to the IHP of `after` by the reason of `before`, out of that of `before` by
 * the reason of `after`; nothing where both are the same. */
void ihp_moves_add(int64_t *moves, size_t partnerships, enum ihp_period period,
                   const struct ihp_fact *before, const struct ihp_fact *after);

/* ---- views: the sums of a period under one reading of the contract --------------------------- */

/* What a settlement needs of a period, for many readings and many caps at once. A view is a period
 * under one reading; a scenario is a view of the base period, one of the performance period, and a
 * cap for each IHP.
 *
 * A cost is added once whatever the number of caps: to the bin of the lowest cap it does not
 * exceed. `ihp_views_close` turns bins into capped sums. */
struct ihp_views;

/* `cap` holds the caps of all scenarios, ascending, 0 (none) first as in ihp_tally_shape;
 * copied. */
enum ihp_status ihp_views_create(const struct ihp_tally_shape *shape, size_t views,
                                 struct ihp_views **out, struct ihp_error *err);
void ihp_views_destroy(struct ihp_views **views);

/* Bytes that so many views take. */
uint64_t ihp_views_bytes(const struct ihp_tally_shape *shape, size_t views);

/* Says that views first + 1 .. first + count - 1 are decisions of the same reading as `first`,
 * to be kept as differences from it: few members are decided otherwise. Before anything is
 * added. */
void ihp_views_share(struct ihp_views *views, size_t first, size_t count);

/* Adds a member's facts under all decisions of a reading, whose views were shared. */
void ihp_views_add_decisions(struct ihp_views *views, size_t first, const struct ihp_fact *fact,
                             size_t count, const struct ihp_fact *deck);

/* Adds a member's fact to a view; `deck` is its fact under the deck's reading of that period. Not
 * collective. */
void ihp_views_add(struct ihp_views *views, size_t view, const struct ihp_fact *fact,
                   const struct ihp_fact *deck);

/* Collective over `comm`: the sums of all ranks, on every rank, capped. When all are added; a
 * second time it does nothing. */
enum ihp_status ihp_views_close(struct ihp_views *views, MPI_Comm comm, struct ihp_error *err);

/* The sums as they stand, to be saved and put back: before closing this rank's, to be added to
 * those of the others; afterwards those of all ranks. Borrowed. `ihp_views_set_closed` says that
 * sums put back are of the latter kind. */
bool ihp_views_are_closed(const struct ihp_views *views);
int64_t *ihp_views_sums(struct ihp_views *views, size_t *count);
void ihp_views_set_closed(struct ihp_views *views);

/* Members attributed to an IHP under a view that the deck attributes elsewhere or nowhere, and the
 * reverse. */
int64_t ihp_views_gained(const struct ihp_views *views, size_t view, size_t partnership);
int64_t ihp_views_lost(const struct ihp_views *views, size_t view, size_t partnership);

/* The tally of a scenario: `view` of each period, `cap` of each IHP (cents; one of the caps
 * given). What a settlement reads is set, the rest NULL or zero; `tally` is made before by
 * `ihp_scenario_tally_create` and used again. */
enum ihp_status ihp_scenario_tally_create(const struct ihp_views *views, struct ihp_tally **out,
                                          struct ihp_error *err);
void ihp_scenario_tally_set(const struct ihp_views *views, const size_t view[IHP_PERIODS],
                            const int64_t *cap, struct ihp_tally *tally);
void ihp_scenario_tally_destroy(struct ihp_tally **tally);

#endif
