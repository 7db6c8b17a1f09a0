/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell_sums.c - weighted sums by cell for many replicates.
 *
 * Members are in chunks. The weights of a chunk in 32 replicates are drawn once, with the weights
 * of a member next to each other. Then each side is processed cell by cell, so that the sums of a
 * cell stay in registers. Adding in the members' own order would jump between more sums than the
 * caches hold. */
#include "resample/loops.h"

#include <string.h>

/* Members whose keys are prepared at the same time: few enough for the first-level cache. */
#define PREPARED_AT_ONCE 256

/* Draws the weights of a chunk for replicates first .. first + live - 1. */
static void draw_chunk(uint64_t seed, struct ihp__cells *cells, size_t from, size_t count,
                       uint32_t first, size_t live)
{
    const struct ihp__loops *loops = ihp__loops_chosen();
    uint64_t prepared[2 * PREPARED_AT_ONCE];
    for (size_t m = 0; m < count; m += PREPARED_AT_ONCE) {
        const size_t members = count - m < PREPARED_AT_ONCE ? count - m : PREPARED_AT_ONCE;
        loops->prepare(seed, cells->key + from + m, members, prepared);
        for (uint32_t r = 0; r < live; r += IHP__DRAWN_TOGETHER) {
            loops->draw_rows(seed, prepared, members, (first + r) / IHP__DRAWN_TOGETHER,
                             cells->weight + m * CELLS_ROW + r);
        }
    }
}

void ihp__resample_cells(const struct ihp__draws *draws, struct ihp__cells *cells,
                         int64_t *const *sum)
{
    const struct ihp__loops *loops = ihp__loops_chosen();
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
                const struct cells_work work = {side, cells->weight, count, live, sum[s] + row};
                const size_t run = chunk == 0 ? 0 : side->run_end[chunk - 1];
                end[s] = loops->add_runs(&work, side->run + run, side->run_end[chunk] - run, at[s]);
            }
        }
        memcpy(at, end, sizeof at);
    }
}
