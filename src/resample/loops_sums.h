/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_sums.h - multiplies weights with vectors of 16-bit numbers. A version's file defines what
 * loops_draw.h needs, `products` (a vector of 32-bit numbers), `add_products`, `add_lanes`, and
 * REPLICATES, the replicates whose sums for two limbs fit its registers. */

/* Sums weight times limb over `padded` members for `limbs` limbs (1 or 2, a compile-time constant)
 * and REPLICATES replicates. Weights are loaded once for both limbs. */
INLINE void multiply_limbs(int16_t (*restrict weight)[SUMS_TILE],
                           int16_t (*restrict limb)[SUMS_TILE], size_t limbs, size_t padded,
                           int32_t (*restrict sum)[IHP__DRAWN_TOGETHER])
{
    products total[2][REPLICATES] = {{{0}}};
    for (size_t m = 0; m < padded; m += sizeof(numbers) / sizeof(int16_t)) {
        numbers x[2] = {{0}};
        memcpy(&x[0], &limb[0][m], sizeof x[0]);
        if (limbs > 1) {
            memcpy(&x[1], &limb[1][m], sizeof x[1]);
        }
#pragma GCC unroll 8
        for (size_t r = 0; r < REPLICATES; r++) {
            numbers w;
            memcpy(&w, &weight[r][m], sizeof w);
            total[0][r] = add_products(total[0][r], w, x[0]);
            if (limbs > 1) {
                total[1][r] = add_products(total[1][r], w, x[1]);
            }
        }
    }
#pragma GCC unroll 2
    for (size_t i = 0; i < limbs; i++) {
#pragma GCC unroll 2
        for (size_t r = 0; r < REPLICATES; r += 4) {
            add_lanes(&total[i][r], &sum[i][r]);
        }
    }
}

TARGET static void multiply(int16_t (*restrict weight)[SUMS_TILE],
                            int16_t (*restrict limb)[SUMS_TILE], size_t limbs, size_t padded,
                            int32_t (*restrict sum)[IHP__DRAWN_TOGETHER])
{
    size_t i = 0;
    for (; i + 2 <= limbs; i += 2) {
        for (size_t r = 0; r < IHP__DRAWN_TOGETHER; r += REPLICATES) {
            multiply_limbs(weight + r, limb + i, 2, padded,
                           (int32_t(*)[IHP__DRAWN_TOGETHER])(void *)&sum[i][r]);
        }
    }
    if (i < limbs) {
        for (size_t r = 0; r < IHP__DRAWN_TOGETHER; r += REPLICATES) {
            multiply_limbs(weight + r, limb + i, 1, padded,
                           (int32_t(*)[IHP__DRAWN_TOGETHER])(void *)&sum[i][r]);
        }
    }
}
