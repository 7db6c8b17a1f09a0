/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.c - weighted sums over members for many replicates.
 *
 * Members are processed in tiles. The values of a tile are split once into limbs of 15 bits, so
 * that weight times limb is a product of 16-bit numbers, which processors add in pairs. Then the
 * tile's weights are drawn for each block of replicates and multiplied while they are in the
 * first-level cache. */
#include "resample/loops.h"

#include <stdlib.h>
#include <string.h>

#define TILE SUMS_TILE

/* A limb of a quantity: value = sum over its limbs of limb << shift; all but the last limb of a
 * quantity are in 0 .. 32767. */
struct limb_of {
    size_t quantity;
    unsigned shift;
};

enum { LIMBS_MAX = IHP__QUANTITIES_MAX * SUMS_LIMBS_MAX };

struct tile {
    size_t members, padded, limbs;
    struct limb_of of[LIMBS_MAX];
    _Alignas(64) int16_t limb[LIMBS_MAX][TILE];
    _Alignas(64) int16_t weight[IHP__DRAWN_TOGETHER][TILE];
    _Alignas(64) uint64_t prepared[2 * TILE];
};

static void fill_tile(struct tile *tile, const struct ihp__segment *segment, size_t from)
{
    const struct ihp__loops *loops = ihp__loops_chosen();
    const size_t left = segment->members - from;
    tile->members = left < TILE ? left : TILE;
    tile->padded = (tile->members + IHP__DRAW_PAD - 1) / IHP__DRAW_PAD * IHP__DRAW_PAD;
    tile->limbs = 0;
    for (size_t q = 0; q < segment->quantities; q++) {
        const int64_t *value = segment->value[q] + from;
        const size_t limbs = loops->limbs_needed(value, tile->members);
        for (size_t i = 0; i < limbs; i++) {
            const struct limb_of of = {q, (unsigned)(SUMS_LIMB_BITS * i)};
            int16_t *limb = tile->limb[tile->limbs];
            loops->split_limb(value, tile->members, of.shift, i + 1 == limbs, limb);
            memset(limb + tile->members, 0, (tile->padded - tile->members) * sizeof *limb);
            tile->of[tile->limbs++] = of;
        }
    }
}

/* Adds one tile, whose members have the keys `key`, to the sums of all replicates. */
static void add_tile(struct tile *tile, const struct ihp__draws *draws,
                     const struct ihp__segment *segment, const uint64_t *key)
{
    const struct ihp__loops *loops = ihp__loops_chosen();
    loops->prepare(draws->seed, key, tile->members, tile->prepared);
    for (uint32_t at = 0; at < draws->count; at += IHP__DRAWN_TOGETHER) {
        const size_t left = draws->count - at;
        const size_t live = left < IHP__DRAWN_TOGETHER ? left : IHP__DRAWN_TOGETHER;
        int32_t part[LIMBS_MAX][IHP__DRAWN_TOGETHER];
        loops->draw(draws->seed, tile->prepared, tile->members,
                    (draws->first + at) / IHP__DRAWN_TOGETHER, TILE, tile->weight[0]);
        loops->multiply(tile->weight, tile->limb, tile->limbs, tile->padded, part);
        for (size_t i = 0; i < tile->limbs; i++) {
            int64_t *sum = segment->sum[tile->of[i].quantity] + at;
            for (size_t r = 0; r < live; r++) {
                sum[r] += part[i][r] * ((int64_t)1 << tile->of[i].shift);
            }
        }
    }
}

enum ihp_status ihp__resample_sums(const struct ihp__draws *draws,
                                   const struct ihp__segment *segment, size_t segments,
                                   ihp__resample_progress_fn progress, void *context,
                                   struct ihp_error *err)
{
    struct tile *tile = aligned_alloc(64, sizeof *tile);
    if (tile == NULL) {
        return ihp__fail_memory(err, "weights of a bootstrap");
    }
    memset(tile, 0, sizeof *tile);
    size_t members = 0, done = 0;
    for (size_t s = 0; s < segments; s++) {
        members += segment[s].members;
    }
    for (size_t s = 0; s < segments; s++) {
        for (size_t from = 0; from < segment[s].members; from += TILE) {
            fill_tile(tile, &segment[s], from);
            add_tile(tile, draws, &segment[s], segment[s].key + from);
            done += tile->members;
            if (progress != NULL) {
                progress(context, (double)done / (double)members);
            }
        }
    }
    free(tile);
    return IHP_OK;
}
