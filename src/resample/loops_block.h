/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_block.h - what Philox computes once for a block of replicates; included by loops_avx512.c
 * and its like. */

/* Rounds that are left after the prepared ones. */
#define ROUNDS_LEFT (PHILOX4x32_DEFAULT_ROUNDS - 2)

/* The words of a block of replicates that are the same for all members, after two rounds, and the
 * keys of the rounds after these. */
struct block_words {
    uint32_t c0, c1, c2, k0[ROUNDS_LEFT], k1[ROUNDS_LEFT];
};

INLINE struct block_words words_of_block(uint64_t seed, uint32_t block)
{
    const uint64_t p0 = (uint64_t)block * PHILOX_M4x32_0;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    const uint32_t next = (uint32_t)(p0 >> 32) ^ FOR_BOOTSTRAP ^ k1;
    const uint64_t p1 = (uint64_t)next * PHILOX_M4x32_1;
    k0 += PHILOX_W32_0;
    k1 += PHILOX_W32_1;
    struct block_words of = {(uint32_t)(p1 >> 32) ^ k0, (uint32_t)p1, (uint32_t)p0 ^ k1, {0}, {0}};
    for (size_t i = 0; i < ROUNDS_LEFT; i++) {
        of.k0[i] = k0 += PHILOX_W32_0;
        of.k1[i] = k1 += PHILOX_W32_1;
    }
    return of;
}
