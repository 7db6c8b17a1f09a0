/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_plain.c - the loops of the bootstrap in plain C, for every processor. Loops are written so
 * that compilers find vectors for them: GCC uses SSE2 on x86 and Neon on ARM. */
#include "resample/loops.h"

#include <Random123/philox.h>
#include <string.h>

#define VECTOR 16
#define TARGET
#define INLINE static inline

typedef int16_t numbers __attribute__((vector_size(VECTOR)));

/* Members whose words are drawn before they become weights: few enough for the first-level cache.
 */
#define GROUP IHP__DRAW_PAD

/* The member's key and the block of replicates are in different words of the counter, so that the
 * first products of two rounds depend on only one of them. Those of the member are prepared. */
struct prepared {
    uint32_t c0[GROUP], c2[GROUP], c3[GROUP];
};
_Static_assert(sizeof(struct prepared) <= 2 * GROUP * sizeof(uint64_t), "the room for it");

static void prepare(uint64_t seed, const uint64_t *key, size_t members, uint64_t *prepared)
{
    for (size_t from = 0; from < members; from += GROUP) {
        struct prepared group;
        for (size_t m = 0; m < GROUP; m++) {
            const uint64_t of = from + m < members ? key[from + m] : 0;
            const uint64_t first = (of >> 32) * PHILOX_M4x32_1;
            const uint32_t next = (uint32_t)(first >> 32) ^ (uint32_t)of ^ (uint32_t)seed;
            const uint64_t second = (uint64_t)next * PHILOX_M4x32_0;
            group.c0[m] = (uint32_t)first;
            group.c2[m] = (uint32_t)(second >> 32);
            group.c3[m] = (uint32_t)second;
        }
        memcpy(prepared + 2 * from, &group, sizeof group);
    }
}

#include "resample/loops_block.h"

/* Draws the words of a group of members. */
static void draw_words(const struct block_words *of, const struct prepared *restrict group,
                       uint32_t (*restrict word)[GROUP])
{
    for (size_t m = 0; m < GROUP; m++) {
        uint32_t c0 = group->c0[m] ^ of->c0, c1 = of->c1;
        uint32_t c2 = group->c2[m] ^ of->c2, c3 = group->c3[m];
#pragma GCC unroll 8
        for (size_t i = 0; i < ROUNDS_LEFT; i++) {
            const uint64_t p0 = (uint64_t)c0 * PHILOX_M4x32_0, p1 = (uint64_t)c2 * PHILOX_M4x32_1;
            c0 = (uint32_t)(p1 >> 32) ^ c1 ^ of->k0[i];
            c1 = (uint32_t)p1;
            c2 = (uint32_t)(p0 >> 32) ^ c3 ^ of->k1[i];
            c3 = (uint32_t)p0;
        }
        word[0][m] = c0;
        word[1][m] = c1;
        word[2][m] = c2;
        word[3][m] = c3;
    }
}

/* Makes the weights of an even replicate and of the odd replicate after it. */
static void weigh(const uint32_t *restrict word, int16_t *restrict even, int16_t *restrict odd)
{
    for (size_t m = 0; m < GROUP; m++) {
        even[m] = ihp__weight_of((uint16_t)word[m]);
    }
    for (size_t m = 0; m < GROUP; m++) {
        odd[m] = ihp__weight_of((uint16_t)(word[m] >> 16));
    }
}

static void draw(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                 size_t stride, int16_t *weight)
{
    const struct block_words of = words_of_block(seed, block);
    for (size_t m = 0; m < members; m += GROUP) {
        struct prepared group;
        uint32_t word[4][GROUP];
        memcpy(&group, prepared + 2 * m, sizeof group);
        draw_words(&of, &group, word);
        for (size_t j = 0; j < 4; j++) {
            int16_t *even = weight + 2 * j * stride + m;
            weigh(word[j], even, even + stride);
        }
    }
}

static void draw_rows(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                      int16_t *row)
{
    int16_t drawn[IHP__DRAWN_TOGETHER][GROUP];
    for (size_t from = 0; from < members; from += GROUP) {
        draw(seed, prepared + 2 * from, GROUP, block, GROUP, drawn[0]);
        for (size_t m = 0; m < GROUP; m++) {
            int16_t turned[IHP__DRAWN_TOGETHER];
            for (size_t r = 0; r < IHP__DRAWN_TOGETHER; r++) {
                turned[r] = drawn[r][m];
            }
            memcpy(row + (from + m) * CELLS_ROW, turned, sizeof turned);
        }
    }
}

/* Sums weight times limb for eight replicates at once, so that each limb is loaded only once. */
static void multiply_limb(int16_t (*restrict weight)[SUMS_TILE], const int16_t *restrict limb,
                          size_t padded, int32_t *restrict sum)
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

static void multiply(int16_t (*weight)[SUMS_TILE], int16_t (*limb)[SUMS_TILE], size_t limbs,
                     size_t padded, int32_t (*sum)[IHP__DRAWN_TOGETHER])
{
    for (size_t i = 0; i < limbs; i++) {
        multiply_limb(weight, limb[i], padded, sum[i]);
    }
}

#define LIMBS_AT_ONCE 2
#include "resample/loops_cells.h"
#include "resample/loops_split.h"

static bool runs(void)
{
    return true;
}

const struct ihp__loops ihp__loops_plain = {
    .name = "plain",
    .runs = runs,
    .prepare = prepare,
    .draw = draw,
    .draw_rows = draw_rows,
    .limbs_needed = limbs_needed,
    .split_limb = split_limb,
    .multiply = multiply,
    .add_runs = add_runs,
};
