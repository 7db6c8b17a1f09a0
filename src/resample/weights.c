/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.c - draws W(b, m) ~ Poisson(1) with Philox, one at a time and many at a time. */
#include "base/clones.h"
#include "resample/resample.h"
#include "resample/weight_of.h"

#include <Random123/philox.h>
#include <string.h>
#include <xxhash.h>

/* The fourth word of the counter, "BOOT", which keeps these draws apart from draws for other
 * purposes with the same seed. It must never change, as a seed would then give other weights. */
#define FOR_BOOTSTRAP 0x424F4F54u

/* Members whose words are drawn before they become weights: few enough for the first-level cache.
 */
#define DRAWN_AT_ONCE 128

uint64_t ihp__member_key(const char *member_id)
{
    return XXH3_64bits(member_id, strlen(member_id));
}

unsigned ihp__weight(uint64_t seed, uint64_t key, uint32_t replicate)
{
    const philox4x32_ctr_t counter = {
        {replicate / IHP__DRAWN_TOGETHER, (uint32_t)key, (uint32_t)(key >> 32), FOR_BOOTSTRAP}};
    const philox4x32_key_t philox_key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t drawn = philox4x32(counter, philox_key);
    const uint32_t word = drawn.v[replicate % IHP__DRAWN_TOGETHER / 2];
    return (unsigned)ihp__weight_of((uint16_t)(replicate % 2 == 0 ? word : word >> 16));
}

/* Draws the four words of each member. A word is the lower half of 64 bits, whose upper half is
 * undefined: the product of two words needs 64 bits, its upper half is reached by a shift, and its
 * lower half by ignoring the rest. So lanes of a vector never have to be rearranged. */
IHP__CLONES_WIDE
static void draw_words(uint64_t seed, const uint64_t *restrict key, size_t members, uint32_t block,
                       uint32_t (*restrict word)[DRAWN_AT_ONCE])
{
    for (size_t m = 0; m < members; m++) {
        uint64_t c0 = block, c1 = key[m], c2 = key[m] >> 32, c3 = FOR_BOOTSTRAP;
        uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma GCC unroll 10
        for (int round = 0; round < PHILOX4x32_DEFAULT_ROUNDS; round++) {
            const uint64_t p0 = (c0 & UINT32_MAX) * PHILOX_M4x32_0;
            const uint64_t p1 = (c2 & UINT32_MAX) * PHILOX_M4x32_1;
            c0 = (p1 >> 32) ^ c1 ^ k0;
            c1 = p1;
            c2 = (p0 >> 32) ^ c3 ^ k1;
            c3 = p0;
            k0 += PHILOX_W32_0;
            k1 += PHILOX_W32_1;
        }
        word[0][m] = (uint32_t)c0;
        word[1][m] = (uint32_t)c1;
        word[2][m] = (uint32_t)c2;
        word[3][m] = (uint32_t)c3;
    }
}

/* Makes the weights of an even replicate and of the odd replicate after it. */
IHP__CLONES_WIDE
static void weigh(const uint32_t *restrict word, size_t members, int16_t *restrict even,
                  int16_t *restrict odd)
{
    for (size_t m = 0; m < members; m++) {
        even[m] = ihp__weight_of((uint16_t)word[m]);
    }
    for (size_t m = 0; m < members; m++) {
        odd[m] = ihp__weight_of((uint16_t)(word[m] >> 16));
    }
}

void ihp__weights_draw(uint64_t seed, const uint64_t *key, size_t members, uint32_t block,
                       size_t stride, int16_t *weight)
{
    uint32_t word[4][DRAWN_AT_ONCE];
    for (size_t m = 0; m < members; m += DRAWN_AT_ONCE) {
        const size_t count = members - m < DRAWN_AT_ONCE ? members - m : DRAWN_AT_ONCE;
        draw_words(seed, key + m, count, block, word);
        for (size_t j = 0; j < 4; j++) {
            int16_t *even = weight + 2 * j * stride + m;
            weigh(word[j], count, even, even + stride);
        }
    }
}
