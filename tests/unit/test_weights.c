/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bootstrap weights: known values, their distribution, and the fast functions, with all
 * instructions that this processor has, against Random123. */
#include "instructions.h"
#include "resample/resample.h"
#include "resample/weight_of.h"

#include <gsl/gsl_cdf.h>

enum { TOGETHER = IHP__DRAWN_TOGETHER, MOST = 8 };

/* Makes keys from IDs. */
static void fill_keys(uint64_t *key, size_t members)
{
    for (size_t m = 0; m < members; m++) {
        char id[24];
        snprintf(id, sizeof id, "M%07zu", m);
        key[m] = ihp__member_key(id);
    }
}

/* The weights were drawn by a Philox written separately in Python, which gives Random123's known
 * answer 6627e8d5 e169c58d bc57ac4c 9b00dbd8 for zeros. */
static void test_known_weights(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, key;
        uint32_t first;
        unsigned weight[16];
    } known[] = {
        {0, 0, 0, {1, 0, 2, 1, 0, 1, 4, 2, 0, 0, 1, 1, 1, 0, 0, 0}},
        {1, 0x0123456789ABCDEF, 0, {1, 2, 0, 1, 2, 2, 1, 1, 0, 0, 0, 2, 2, 1, 1, 1}},
        {0xFEDCBA9876543210,
         0xFFFFFFFF00000001,
         80000,
         {1, 2, 0, 1, 2, 1, 0, 0, 1, 2, 2, 1, 2, 2, 1, 0}},
        {20240101, 7, 4294967280, {2, 0, 0, 0, 0, 1, 3, 1, 2, 0, 1, 1, 3, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        for (uint32_t r = 0; r < 16; r++) {
            assert_int_equal(ihp__weight(known[i].seed, known[i].key, known[i].first + r),
                             known[i].weight[r]);
        }
    }
}

/* The key of the empty text is XXH3's published value; one letter makes another key. */
static void test_member_keys(void **state)
{
    (void)state;
    assert_true(ihp__member_key("") == 0x2D06800538D394C2);
    assert_true(ihp__member_key("M0000001") != ihp__member_key("M0000002"));
    char copy[] = "M0000001";
    assert_true(ihp__member_key("M0000001") == ihp__member_key(copy));
}

/* ---- distribution ---------------------------------------------------------------------------- */

/* Returns how many of the 65,536 uniforms give a weight above k. */
static int64_t uniforms_above(int k)
{
    int64_t above = 0;
    for (uint32_t u = 0; u < 65536; u++) {
        above += ihp__weight_of((uint16_t)u) > k;
    }
    return above;
}

static void test_thresholds_are_poisson(void **state)
{
    (void)state;
    int64_t mean = 0, square = 0;
    for (uint32_t u = 0; u < 65536; u++) {
        const int weight = ihp__weight_of((uint16_t)u);
        mean += weight;
        square += weight * weight;
    }
    assert_int_equal(mean, 65536);       /* mean 1 */
    assert_int_equal(square, 2 * 65536); /* variance 1 */
    for (unsigned k = 0; k < MOST; k++) {
        const double exact = 65536 * (1 - gsl_cdf_poisson_P(k, 1));
        assert_true(fabs((double)uniforms_above((int)k) - exact) < 0.7);
    }
    assert_int_equal(uniforms_above(MOST), 0);
    assert_int_equal(MOST, IHP__WEIGHT_MAX);
}

/* Draws the weights of `members` members, a multiple of IHP__DRAW_PAD, in `blocks` blocks. */
static void draw_blocks(uint64_t seed, const uint64_t *key, size_t members, uint32_t blocks,
                        int16_t *weight)
{
    uint64_t *prepared = calloc(2 * members, sizeof *prepared);
    assert_non_null(prepared);
    ihp__weights_prepare(seed, key, members, prepared);
    for (uint32_t b = 0; b < blocks; b++) {
        ihp__weights_draw(seed, prepared, members, b, members,
                          weight + (size_t)b * TOGETHER * members);
    }
    free(prepared);
}

/* Draws `blocks` blocks of `members` members and counts the weights. */
static void count_weights(size_t members, uint32_t blocks, uint64_t count[MOST + 1])
{
    uint64_t *key = calloc(members, sizeof *key);
    int16_t *weight = calloc(members * TOGETHER * blocks, sizeof *weight);
    assert_true(key != NULL && weight != NULL);
    fill_keys(key, members);
    draw_blocks(99, key, members, blocks, weight);
    for (size_t i = 0; i < members * TOGETHER * blocks; i++) {
        assert_in_range(weight[i], 0, MOST);
        count[weight[i]]++;
    }
    free(key);
    free(weight);
}

/* The share above each k, the mean and the variance are within five standard errors of those of the
 * thresholds. */
static void test_weights_follow_the_thresholds(void **state)
{
    (void)state;
    uint64_t count[MOST + 1] = {0};
    count_weights(8192, 64, count);
    const double n = 8192.0 * 64 * TOGETHER;
    double left = n, mean = 0, square = 0;
    for (int k = 0; k <= MOST; k++) {
        mean += k * (double)count[k] / n;
        square += k * k * (double)count[k] / n;
        if (k < MOST) {
            const double share = (double)uniforms_above(k) / 65536;
            left -= (double)count[k];
            assert_true(fabs(left / n - share) < 5 * sqrt(share * (1 - share) / n));
        }
    }
    /* Poisson(1) has variance 1, and its squared deviation has variance 3. */
    assert_true(fabs(mean - 1) < 5 * sqrt(1 / n));
    assert_true(fabs(square - mean * mean - 1) < 5 * sqrt(3 / n));
    assert_true(count[MOST - 1] > 0);
}

/* Asserts that a sum of (a - 1)(b - 1) over n pairs is small: with independent pairs it has
 * variance n. */
static void assert_uncorrelated(double sum, double n)
{
    assert_true(fabs(sum) < 5 * sqrt(n));
}

static void test_nothing_is_correlated(void **state)
{
    (void)state;
    enum { MEMBERS = 4096, BLOCKS = 16, REPLICATES = BLOCKS * TOGETHER };
    uint64_t key[MEMBERS];
    int16_t *w = calloc(MEMBERS * REPLICATES, sizeof *w);
    int16_t *other = calloc(MEMBERS * REPLICATES, sizeof *other); /* another seed */
    assert_true(w != NULL && other != NULL);
    fill_keys(key, MEMBERS);
    for (size_t m = 0; m < MEMBERS / 2; m++) {
        key[m] = m; /* keys that differ by few bits must work as well */
    }
    draw_blocks(5, key, MEMBERS, BLOCKS, w);
    draw_blocks(6, key, MEMBERS, BLOCKS, other);
    double members = 0, replicates[TOGETHER] = {0}, blocks = 0, seeds = 0;
    for (size_t r = 0; r + TOGETHER < REPLICATES; r++) {
        for (size_t m = 0; m + 1 < MEMBERS; m++) {
            const double x = w[r * MEMBERS + m] - 1;
            members += x * (w[r * MEMBERS + m + 1] - 1);
            blocks += x * (w[(r + TOGETHER) * MEMBERS + m] - 1);
            seeds += x * (other[r * MEMBERS + m] - 1);
            for (size_t d = 1; d < TOGETHER; d++) {
                replicates[d] += x * (w[(r + d) * MEMBERS + m] - 1);
            }
        }
    }
    const double n = (REPLICATES - TOGETHER) * (double)(MEMBERS - 1);
    assert_uncorrelated(members, n);
    assert_uncorrelated(blocks, n);
    assert_uncorrelated(seeds, n);
    for (size_t d = 1; d < TOGETHER; d++) {
        assert_uncorrelated(replicates[d], n);
    }
    free(w);
    free(other);
}

/* ---- the fast functions ---------------------------------------------------------------------- */

enum { MEMBERS = 300, PADDED = 320, STRIDE = PADDED + 7, UNTOUCHED = -77 };
_Static_assert(PADDED % IHP__DRAW_PAD == 0 && PADDED >= MEMBERS, "whole groups");

/* Draws with the chosen instructions and compares each weight with the reference. Nothing is
 * written beyond whole groups of members. */
static void assert_drawn(uint64_t seed, const uint64_t *key, size_t members, uint32_t block,
                         size_t more)
{
    const size_t whole = (members + IHP__DRAW_PAD - 1) / IHP__DRAW_PAD * IHP__DRAW_PAD;
    const size_t stride = whole + more;
    uint64_t prepared[2 * PADDED + 1];
    int16_t weight[TOGETHER * STRIDE + 1];
    for (size_t i = 0; i <= TOGETHER * STRIDE; i++) {
        weight[i] = UNTOUCHED;
    }
    prepared[2 * whole] = 5;
    ihp__weights_prepare(seed, key, members, prepared);
    ihp__weights_draw(seed, prepared, members, block, stride, weight);
    assert_int_equal(prepared[2 * whole], 5);
    assert_int_equal(weight[TOGETHER * stride], UNTOUCHED);
    for (size_t i = 0; i < TOGETHER * stride; i++) {
        const size_t r = i / stride, m = i % stride;
        if (m < members) {
            assert_int_equal(weight[i], ihp__weight(seed, key[m], block * TOGETHER + (uint32_t)r));
        } else if (m >= whole) {
            assert_int_equal(weight[i], UNTOUCHED);
        }
    }
}

/* Counts around the widths of vectors and chunks, odd strides, and the last block. */
static void test_any_number_of_members(void **state)
{
    (void)state;
    static const size_t counts[] = {0,  1,  2,  3,  7,   8,   9,   15,  16,  17,  31,  32,  33,
                                    47, 63, 64, 65, 127, 128, 129, 143, 200, 255, 256, 257, 300};
    static const uint32_t blocks[] = {0, 1, 2, 1249, UINT32_MAX / TOGETHER};
    static const uint64_t seeds[] = {0, 0xFFFFFFFFFFFFFFFF, 0x9ABCDEF012345678};
    uint64_t key[MEMBERS];
    fill_keys(key, MEMBERS);
    key[0] = 0;
    key[1] = UINT64_MAX;
    key[2] = UINT32_MAX;
    key[3] = (uint64_t)UINT32_MAX << 32;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        assert_drawn(seeds[c % 3], key, counts[c], blocks[c % 5], c % 8);
    }
}

/* So many draws that the uniforms on both sides of most thresholds are among them. */
static void test_many_weights(void **state)
{
    (void)state;
    uint64_t key[MEMBERS];
    fill_keys(key, MEMBERS);
    for (uint32_t block = 0; block < 200; block++) {
        assert_drawn(block, key, MEMBERS, block, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_weights),
        cmocka_unit_test(test_member_keys),
        cmocka_unit_test(test_thresholds_are_poisson),
        cmocka_unit_test(test_weights_follow_the_thresholds),
        cmocka_unit_test(test_nothing_is_correlated),
    };
    const struct CMUnitTest fast[] = {
        cmocka_unit_test(test_any_number_of_members),
        cmocka_unit_test(test_many_weights),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t i = 0; ihp__instructions_listed(i) != NULL; i++) {
        use_instructions(ihp__instructions_listed(i));
        failed += cmocka_run_group_tests_name(ihp__instructions_listed(i), fast, NULL, NULL);
    }
    return failed;
}
