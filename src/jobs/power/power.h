/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power.h - populations drawn from the eligible members, as the files of this job share them.
 *
 * power.c finds the eligible members and writes the table, power_options.c checks the options,
 * power_caps.c settles draws under one claims cap, power_draws.c draws. */
#ifndef IHP_JOBS_POWER_H
#define IHP_JOBS_POWER_H

#include "base/target.h"
#include "engine/job.h"
#include "result/table.h"

/* The share of an eligible member in a draw under one cap; zero in a period in which it is not
 * eligible. It takes half a cache line, because draws come to members in random order. */
struct ihp__drawable {
    int64_t cents[IHP__PERIODS];  /* capped */
    int32_t risk[IHP__PERIODS];   /* months x weight, in parts of a member month of weight 1 */
    uint8_t months[IHP__PERIODS]; /* qualifying */
};
_Static_assert(sizeof(struct ihp__drawable) == 32, "two members fit in a line of a cache");

/* Sums over the members of a draw, first of the base, then of the performance period. */
enum { IHP__DRAW_MONTHS, IHP__DRAW_CENTS, IHP__DRAW_RISK, IHP__DRAW_KINDS };
enum { IHP__DRAW_SUMS = IHP__DRAW_KINDS * IHP__PERIODS };

/* The eligible members, numbered in the order of the store over all ranks, and those of a rank. */
struct ihp__drawables {
    uint32_t population;          /* members of all ranks */
    uint32_t first, count;        /* of this rank */
    struct ihp__drawable *member; /* [count] */
};

/* Draws members first .. first + count - 1 of a population of `size`, `first` being even: each is
 * any of 0 .. population - 1 with a probability that differs from 1 / population by less than
 * 2^-64. The result follows from the arguments alone. Not collective. */
void ihp__power_positions(uint64_t seed, uint32_t size, uint32_t draw, uint32_t first,
                          uint32_t count, uint32_t population, uint32_t *position);

/* Sums up those members of draw `draw` of `size` members that this rank has. Not collective. */
void ihp__power_sum(uint64_t seed, uint32_t size, uint32_t draw, const struct ihp__drawables *from,
                    int64_t sum[IHP__DRAW_SUMS]);

/* The options with their defaults filled in. No pointers and no gaps: ranks compare its bytes. */
struct ihp__power_terms {
    int64_t size[IHP_POWER_LIST_MAX];
    double effect[IHP_POWER_LIST_MAX];
    uint64_t sizes, effects, draws, seed;
};

struct ihp__power_run {
    const struct ihp_power_options *options;
    struct ihp__power_terms terms;
    struct ihp__job job;
    struct ihp__view_fact *fact; /* [IHP__PERIODS][members of this rank] */
    struct ihp__tally *tally;    /* of all ranks, for the risk weights */
    struct ihp__drawables drawables;
    struct ihp__target output; /* on rank 0 */
    struct ihp__outfile *file; /* on rank 0; NULL: none */
    struct ihp__table table;   /* on rank 0 */
    uint64_t drawn, to_draw;   /* members, for progress */
};

/* Checks the options (IHP_ERR_USAGE) before anything is opened, and fills in their defaults once
 * the deck is open. Not collective. */
enum ihp_status ihp__power_check_options(const struct ihp_power_options *options,
                                         struct ihp_error *err);
void ihp__power_set_terms(struct ihp__power_run *run);

/* Settles the draws of every cap, size and effect, and adds them to the table on rank 0.
 * Collective; returns the same status on every rank. */
enum ihp_status ihp__power_settle_draws(struct ihp__power_run *run);

#endif
