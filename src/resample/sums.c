/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.c - weighted sums over members for many replicates.
 *
 * Members are processed in tiles. The values of a tile are split once into limbs of 15 bits, so
 * that weight times limb is a product of 16-bit numbers, which processors add in pairs. Then the
 * tile's weights are drawn for each block of replicates and multiplied while they are in the
 * first-level cache. */
#include "base/clones.h"
#include "resample/resample.h"

#include <stdlib.h>
#include <string.h>

/* Members of a tile. A 32-bit sum can hold 8 x 2^15 x 8191: the largest weight, limb and tile. */
#define TILE 1024
/* Tiles are padded with zeros to a multiple of this: the 16-bit numbers of the widest vector. */
#define PAD 32

#define LIMB_BITS 15
#define LIMBS_MAX 3

struct tile {
    size_t members, padded;
    size_t limbs[IHP__QUANTITIES_MAX];
    /* value = sum over i of limb[q][i] << (15 i); all but the last limb are in 0 .. 32767 */
    _Alignas(64) int16_t limb[IHP__QUANTITIES_MAX][LIMBS_MAX][TILE];
    _Alignas(64) int16_t weight[IHP__DRAWN_TOGETHER][TILE];
};

/* Returns the number of limbs that the values need; none if all are 0. */
IHP__CLONES
static size_t limbs_needed(const int64_t *value, size_t members)
{
    uint64_t bits = 0; /* OR of all values, with -1 - value for a negative one */
    uint64_t any = 0;
    for (size_t m = 0; m < members; m++) {
        any |= (uint64_t)value[m];
        bits |= (uint64_t)(value[m] ^ -(int64_t)(value[m] < 0));
    }
    if (any == 0) {
        return 0;
    }
    return bits >> LIMB_BITS == 0 ? 1 : bits >> 2 * LIMB_BITS == 0 ? 2 : 3;
}

/* Takes one limb of each value, by the quotient rounded down. The last limb keeps the sign. */
IHP__CLONES
static void split_limb(const int64_t *restrict value, size_t members, unsigned shift, bool last,
                       int16_t *restrict limb)
{
    const int64_t mask = last ? -1 : (1 << LIMB_BITS) - 1;
    const int64_t unit = (int64_t)1 << shift;
    for (size_t m = 0; m < members; m++) {
        const int64_t low = value[m] & (unit - 1);
        limb[m] = (int16_t)((value[m] - low) / unit & mask);
    }
}

static void fill_tile(struct tile *tile, const struct ihp__segment *segment, size_t from)
{
    const size_t left = segment->members - from;
    tile->members = left < TILE ? left : TILE;
    tile->padded = (tile->members + PAD - 1) / PAD * PAD;
    for (size_t q = 0; q < segment->quantities; q++) {
        const int64_t *value = segment->value[q] + from;
        tile->limbs[q] = limbs_needed(value, tile->members);
        for (size_t i = 0; i < tile->limbs[q]; i++) {
            int16_t *limb = tile->limb[q][i];
            split_limb(value, tile->members, (unsigned)(LIMB_BITS * i), i + 1 == tile->limbs[q],
                       limb);
            memset(limb + tile->members, 0, (tile->padded - tile->members) * sizeof *limb);
        }
    }
}

/* Sums weight times limb for eight replicates at once, so that each limb is loaded only once. */
IHP__CLONES_WIDE
static void multiply(int16_t (*restrict weight)[TILE], const int16_t *restrict limb, size_t padded,
                     int32_t *restrict sum)
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    for (size_t m = 0; m < padded; m++) {
        const int32_t x = limb[m];
        s0 += weight[0][m] * x;
        s1 += weight[1][m] * x;
        s2 += weight[2][m] * x;
        s3 += weight[3][m] * x;
        s4 += weight[4][m] * x;
        s5 += weight[5][m] * x;
        s6 += weight[6][m] * x;
        s7 += weight[7][m] * x;
    }
    const int32_t all[IHP__DRAWN_TOGETHER] = {s0, s1, s2, s3, s4, s5, s6, s7};
    memcpy(sum, all, sizeof all);
}

/* Adds one tile to the sums of one block of replicates, which start at `at`; `live` of them are
 * requested. */
static void add_block(struct tile *tile, const struct ihp__segment *segment, size_t at, size_t live)
{
    for (size_t q = 0; q < segment->quantities; q++) {
        int64_t *sum = segment->sum[q] + at;
        for (size_t i = 0; i < tile->limbs[q]; i++) {
            int32_t part[IHP__DRAWN_TOGETHER];
            multiply(tile->weight, tile->limb[q][i], tile->padded, part);
            for (size_t r = 0; r < live; r++) {
                sum[r] += part[r] * ((int64_t)1 << LIMB_BITS * i);
            }
        }
    }
}

/* Adds one tile, whose members have the keys `key`, to the sums of all replicates. */
static void add_tile(struct tile *tile, const struct ihp__draws *draws,
                     const struct ihp__segment *segment, const uint64_t *key)
{
    for (uint32_t at = 0; at < draws->count; at += IHP__DRAWN_TOGETHER) {
        const uint32_t left = draws->count - at;
        ihp__weights_draw(draws->seed, key, tile->members,
                          (draws->first + at) / IHP__DRAWN_TOGETHER, TILE, tile->weight[0]);
        add_block(tile, segment, at, left < IHP__DRAWN_TOGETHER ? left : IHP__DRAWN_TOGETHER);
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
    memset(tile, 0, sizeof *tile); /* weights of the padding are multiplied too */
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
