/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell_sums.c - weighted sums by cell for many replicates.
 *
 * Members are in chunks. The weights of a chunk in 32 replicates are drawn once, with the weights
 * of a member next to each other. Then each side is processed cell by cell, so that the sums of a
 * cell stay in registers. Adding in the members' own order would jump between more sums than the
 * caches hold. A register has 32 sums of 16 bits, each of one limb. They are added to 32-bit sums
 * before they can overflow, and those to the 64-bit sums of a cell when its run ends. */
#include "base/clones.h"
#include "resample/cells.h"

#include <string.h>

/* Members drawn before their weights are rearranged: few enough for the first-level cache. */
#define DRAWN_AT_ONCE 128

/* Limbs that are summed at the same time. */
#define LIMBS_AT_ONCE 4

/* The 16-bit numbers of a row, which GNU C compilers keep in registers. */
typedef int16_t lanes __attribute__((vector_size(CELLS_ROW * sizeof(int16_t))));

/* ---- weights --------------------------------------------------------------------------------- */

/* Puts the weights of each member in eight replicates next to each other. `row` is the place of the
 * first member's weights. */
IHP__CLONES_WIDE
static void turn(int16_t (*restrict drawn)[DRAWN_AT_ONCE], size_t members, int16_t *restrict row)
{
    int16_t turned[DRAWN_AT_ONCE][IHP__DRAWN_TOGETHER];
    for (size_t m = 0; m < DRAWN_AT_ONCE; m++) {
#pragma GCC unroll 8
        for (size_t r = 0; r < IHP__DRAWN_TOGETHER; r++) {
            turned[m][r] = drawn[r][m];
        }
    }
    for (size_t m = 0; m < members; m++) {
        memcpy(row + m * CELLS_ROW, turned[m], sizeof turned[m]);
    }
}

/* Draws the weights of a chunk for replicates first .. first + live - 1. */
static void draw_chunk(uint64_t seed, struct ihp__cells *cells, size_t from, size_t count,
                       uint32_t first, size_t live)
{
    int16_t drawn[IHP__DRAWN_TOGETHER][DRAWN_AT_ONCE] = {{0}};
    for (size_t m = 0; m < count; m += DRAWN_AT_ONCE) {
        const size_t members = count - m < DRAWN_AT_ONCE ? count - m : DRAWN_AT_ONCE;
        for (uint32_t r = 0; r < live; r += IHP__DRAWN_TOGETHER) {
            ihp__weights_draw(seed, cells->key + from + m, members,
                              (first + r) / IHP__DRAWN_TOGETHER, DRAWN_AT_ONCE, drawn[0]);
            turn(drawn, members, cells->weight + m * CELLS_ROW + r);
        }
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* One chunk and row of replicates on one side, and the place of its sums. */
struct work {
    const struct cells_side *side;
    const lanes *weight; /* of each member of the chunk */
    size_t stride;       /* replicates of a sum */
    size_t live;         /* replicates of the row */
    int64_t *sum;        /* of the row's first replicate */
};

typedef int32_t totals[LIMBS_AT_ONCE][CELLS_ROW];

/* Returns the first sum of a cell to which a limb belongs. */
static inline int64_t *target(const struct work *work, uint32_t cell, size_t limb)
{
    const struct cells_side *side = work->side;
    return work->sum + (cell * side->quantities + side->limb[limb].quantity) * work->stride;
}

/* Adds 16-bit sums to 32-bit totals, or with `begin` sets the totals to them. */
static inline __attribute__((always_inline)) void empty(const lanes *sum, bool begin,
                                                        int32_t *total)
{
    int16_t part[CELLS_ROW];
    memcpy(part, sum, sizeof part);
    if (begin) {
        for (size_t r = 0; r < CELLS_ROW; r++) {
            total[r] = part[r];
        }
        return;
    }
    for (size_t r = 0; r < CELLS_ROW; r++) {
        total[r] += part[r];
    }
}

/* Sums `count` limbs (1 to 4, a compile-time constant) of so few members that the sums fit into 16
 * bits, and adds the sums to `total`, or with `begin` sets `total` to them. */
static inline __attribute__((always_inline)) void add_part(const struct work *work, size_t from,
                                                           size_t end, size_t limb, size_t count,
                                                           bool begin, totals total)
{
    const int16_t *value = work->side->value + from * work->side->limbs + limb;
    lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (size_t i = from; i < end; i++) {
        const lanes w = work->weight[work->side->member[i]];
        s0 += w * value[0];
        if (count > 1) {
            s1 += w * value[1];
        }
        if (count > 2) {
            s2 += w * value[2];
        }
        if (count > 3) {
            s3 += w * value[3];
        }
        value += work->side->limbs;
    }
    empty(&s0, begin, total[0]);
    if (count > 1) {
        empty(&s1, begin, total[1]);
    }
    if (count > 2) {
        empty(&s2, begin, total[2]);
    }
    if (count > 3) {
        empty(&s3, begin, total[3]);
    }
}

/* Adds the totals of a run to the sums of its cell. */
static inline __attribute__((always_inline)) void put(const struct work *work, uint32_t cell,
                                                      size_t limb, size_t count, totals total)
{
    for (size_t l = 0; l < count; l++) {
        const int64_t unit = (int64_t)1 << work->side->limb[limb + l].shift;
        int64_t *to = target(work, cell, limb + l);
        if (work->live == CELLS_ROW) {
            for (size_t r = 0; r < CELLS_ROW; r++) {
                to[r] += total[l][r] * unit;
            }
            continue;
        }
        for (size_t r = 0; r < work->live; r++) {
            to[r] += total[l][r] * unit;
        }
    }
}

/* Prefetches the sums of a cell, which are no longer in the first caches. */
static inline __attribute__((always_inline)) void fetch(const struct work *work, uint32_t cell,
                                                        size_t limb, size_t count)
{
    for (size_t l = 0; l < count; l++) {
        if (work->side->limb[limb + l].shift == 0) {
            const int64_t *to = target(work, cell, limb + l);
            for (size_t r = 0; r < work->live; r += IHP__DRAWN_TOGETHER) {
                __builtin_prefetch(to + r, 1);
            }
        }
    }
}

/* Adds the run of members from .. end - 1, which belong to a cell. */
static inline __attribute__((always_inline)) void
add_run(const struct work *work, uint32_t cell, size_t from, size_t end, size_t limb, size_t count)
{
    totals total;
    size_t part = end - from < CELLS_PART ? end : from + CELLS_PART;
    fetch(work, cell, limb, count);
    add_part(work, from, part, limb, count, true, total);
    for (; part < end; part += CELLS_PART) {
        add_part(work, part, end - part < CELLS_PART ? end : part + CELLS_PART, limb, count, false,
                 total);
    }
    put(work, cell, limb, count, total);
}

/* Adds consecutive runs of members. The first run starts at member `from`; returns the end of the
 * last run. */
IHP__CLONES_WIDE
static size_t add_runs(const struct work *work, const struct cells_run *run, size_t runs,
                       size_t from)
{
    const size_t limbs = work->side->limbs;
    for (size_t i = 0; i < runs; i++) {
        const size_t end = from + run[i].members;
        size_t l = 0;
        for (; l + LIMBS_AT_ONCE <= limbs; l += LIMBS_AT_ONCE) {
            add_run(work, run[i].cell, from, end, l, LIMBS_AT_ONCE);
        }
        if (limbs - l == 3) {
            add_run(work, run[i].cell, from, end, l, 3);
        } else if (limbs - l == 2) {
            add_run(work, run[i].cell, from, end, l, 2);
        } else if (limbs - l == 1) {
            add_run(work, run[i].cell, from, end, l, 1);
        }
        from = end;
    }
    return from;
}

void ihp__resample_cells(const struct ihp__draws *draws, struct ihp__cells *cells,
                         int64_t *const *sum)
{
    const uint64_t seed = draws->seed;
    const uint32_t first = draws->first, count = draws->count;
    size_t at[IHP__SIDES_MAX] = {0};
    for (size_t from = 0, chunk = 0; from < cells->members; from += CELLS_CHUNK, chunk++) {
        const size_t left = cells->members - from;
        size_t end[IHP__SIDES_MAX] = {0};
        for (uint32_t row = 0; row < count; row += CELLS_ROW) {
            const size_t live = count - row < CELLS_ROW ? count - row : CELLS_ROW;
            draw_chunk(seed, cells, from, left < CELLS_CHUNK ? left : CELLS_CHUNK, first + row,
                       live);
            for (size_t s = 0; s < cells->sides; s++) {
                const struct cells_side *side = &cells->side[s];
                const struct work work = {side, (const lanes *)(const void *)cells->weight, count,
                                          live, sum[s] + row};
                const size_t run = chunk == 0 ? 0 : side->run_end[chunk - 1];
                end[s] = add_runs(&work, side->run + run, side->run_end[chunk] - run, at[s]);
            }
        }
        memcpy(at, end, sizeof at);
    }
}
