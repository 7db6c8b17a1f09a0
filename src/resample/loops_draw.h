/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_draw.h - draws weights with vectors of VECTOR bytes. A version's file defines VECTOR,
 * TARGET, INLINE, `words` (a vector of 64-bit numbers), `numbers` (the same bytes as 16-bit
 * numbers) and what its instructions do, and then includes this file.
 *
 * A word of Philox is the lower half of 64 bits, whose upper half is undefined: the product of two
 * words needs 64 bits, its upper half is reached by a shift, and its lower half by ignoring the
 * rest. So lanes of a vector never have to be rearranged between rounds.
 *
 * Four vectors make a group. Lane l of vector v has member l / 2 * 8 + v * 2 + l % 2 of the group,
 * so that packing words to 16-bit numbers puts members in order.
 *
 * The member's key and the block of replicates are in different words of the counter, so that the
 * first products of two rounds depend on only one of them. Those of the member are prepared, those
 * of the block are computed once for all members. */
#define LANES ((size_t)VECTOR / sizeof(uint64_t))
#define GROUP (4 * LANES)

TARGET static void prepare(uint64_t seed, const uint64_t *key, size_t members, uint64_t *prepared)
{
    for (size_t from = 0; from < members; from += GROUP) {
        uint64_t of[GROUP] = {0};
        memcpy(of, key + from, (members - from < GROUP ? members - from : GROUP) * sizeof *key);
        for (size_t v = 0; v < 4; v++) {
            words own = {0};
            for (size_t l = 0; l < LANES; l++) {
                own[l] = of[l / 2 * 8 + v * 2 + l % 2];
            }
            const words first = times(own >> 32, PHILOX_M4x32_1);
            const words second = times((first >> 32) ^ own ^ (uint32_t)seed, PHILOX_M4x32_0);
            memcpy(prepared + 2 * from + v * LANES, &first, sizeof first);
            memcpy(prepared + 2 * from + GROUP + v * LANES, &second, sizeof second);
        }
    }
}

#include "resample/loops_block.h"

/* Draws the words of two vectors of members at once, so that a product need not be waited for. */
INLINE void draw_two(const struct block_words *of, const uint64_t *prepared, words two[2][4])
{
    words a0, a1, a2, a3, b0, b1, b2, b3;
    memcpy(&a0, prepared, sizeof a0);
    memcpy(&b0, prepared + LANES, sizeof b0);
    memcpy(&a3, prepared + GROUP, sizeof a3);
    memcpy(&b3, prepared + GROUP + LANES, sizeof b3);
    a0 ^= of->c0;
    b0 ^= of->c0;
    a1 = b1 = (words){0} + of->c1;
    a2 = (a3 >> 32) ^ of->c2;
    b2 = (b3 >> 32) ^ of->c2;
#pragma GCC unroll 8
    for (size_t i = 0; i < ROUNDS_LEFT; i++) {
        const words pa0 = times(a0, PHILOX_M4x32_0), pa1 = times(a2, PHILOX_M4x32_1);
        const words pb0 = times(b0, PHILOX_M4x32_0), pb1 = times(b2, PHILOX_M4x32_1);
        a0 = xor3(pa1 >> 32, a1, of->k0[i]);
        a2 = xor3(pa0 >> 32, a3, of->k1[i]);
        b0 = xor3(pb1 >> 32, b1, of->k0[i]);
        b2 = xor3(pb0 >> 32, b3, of->k1[i]);
        a1 = pa1;
        a3 = pa0;
        b1 = pb1;
        b3 = pb0;
    }
    two[0][0] = a0;
    two[0][1] = a1;
    two[0][2] = a2;
    two[0][3] = a3;
    two[1][0] = b0;
    two[1][1] = b1;
    two[1][2] = b2;
    two[1][3] = b3;
}

TARGET static void draw(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                        size_t stride, int16_t *weight)
{
    const struct block_words of = words_of_block(seed, block);
    for (size_t m = 0; m < members; m += GROUP) {
        words group[4][4];
        draw_two(&of, prepared + 2 * m, group);
        draw_two(&of, prepared + 2 * m + 2 * LANES, group + 2);
#pragma GCC unroll 4
        for (size_t j = 0; j < 4; j++) {
            const numbers low = weigh(gather(group[0][j], group[1][j]));
            const numbers high = weigh(gather(group[2][j], group[3][j]));
            const numbers even = pack(low & even_half(), high & even_half());
            const numbers odd = pack(odd_half(low), odd_half(high));
            memcpy(weight + 2 * j * stride + m, &even, sizeof even);
            memcpy(weight + (2 * j + 1) * stride + m, &odd, sizeof odd);
        }
    }
}

/* Puts the weights of two members in each 16 bytes of a vector into their rows. */
INLINE void store_rows(numbers weights, int16_t *row)
{
    int16_t all[sizeof weights / sizeof(int16_t)];
    memcpy(all, &weights, sizeof all);
#pragma GCC unroll 4
    for (size_t i = 0; i < LANES / 2; i++) {
        memcpy(row + i * 8 * CELLS_ROW, all + i * IHP__DRAWN_TOGETHER, 16);
    }
}

TARGET static void draw_rows(uint64_t seed, const uint64_t *prepared, size_t members,
                             uint32_t block, int16_t *row)
{
    const struct block_words of = words_of_block(seed, block);
    for (size_t m = 0; m < members; m += GROUP) {
#pragma GCC unroll 2
        for (size_t half = 0; half < 2; half++) {
            words two[2][4];
            draw_two(&of, prepared + 2 * m + 2 * half * LANES, two);
#pragma GCC unroll 2
            for (size_t v = 0; v < 2; v++) {
                const words low = join(two[v][0], two[v][1]), high = join(two[v][2], two[v][3]);
                int16_t *first = row + (m + (half * 2 + v) * 2) * CELLS_ROW;
                store_rows(weigh(first_of_pairs(low, high)), first);
                store_rows(weigh(second_of_pairs(low, high)), first + CELLS_ROW);
            }
        }
    }
}
