/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws for the chances by size: known draws, an even choice, and sums that parts of the population
 * add up to. */
#include "build.h"
#include "jobs/power/power.h"

#include <gsl/gsl_cdf.h>

/* From the 128 bits that a Philox of its own in Python drew for these counters, each half times the
 * population by long multiplication. */
static void test_known_draws(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        uint32_t size, draw, first, population, position[5];
    } known[] = {
        {0, 5, 0, 0, 10, {3, 6, 4, 0, 0}},
        {1, 5000, 999, 4994, 1229690, {822831, 361392, 1046392, 913825, 910179}},
        {0xFEDCBA9876543210,
         10000000,
         999999,
         9999990,
         4294967295,
         {2537344598, 319630534, 2979723710, 238861270, 4114094354}},
        {20240101, 7, 3, 2, 1, {0, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t position[5];
        ihp__power_positions(known[i].seed, known[i].size, known[i].draw, known[i].first, 5,
                             known[i].population, position);
        for (int k = 0; k < 5; k++) {
            assert_int_equal(position[k], known[i].position[k]);
        }
    }
}

/* Where a draw is cut makes no difference. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    uint32_t whole[1001], part[1001];
    ihp__power_positions(9, 1001, 3, 0, 1001, 777, whole);
    for (uint32_t cut = 0; cut <= 1000; cut += 250) {
        ihp__power_positions(9, 1001, 3, 0, cut, 777, part);
        ihp__power_positions(9, 1001, 3, cut, 1001 - cut, 777, part + cut);
        assert_memory_equal(whole, part, sizeof whole);
    }
}

/* Every member is drawn about equally often (chi squared), and none beyond the population. */
static void test_even(void **state)
{
    (void)state;
    enum { POPULATION = 97, SIZE = 1000, DRAWS = 970 };
    uint32_t position[SIZE];
    double count[POPULATION] = {0}, sum = 0;
    for (uint32_t d = 0; d < DRAWS; d++) {
        ihp__power_positions(5, SIZE, d, 0, SIZE, POPULATION, position);
        for (int i = 0; i < SIZE; i++) {
            assert_in_range(position[i], 0, POPULATION - 1);
            count[position[i]]++;
        }
    }
    const double expected = (double)SIZE * DRAWS / POPULATION;
    for (int m = 0; m < POPULATION; m++) {
        sum += (count[m] - expected) * (count[m] - expected) / expected;
    }
    const double tail = gsl_cdf_chisq_Q(sum, POPULATION - 1);
    assert_true(tail > 1e-4 && tail < 1 - 1e-4);
}

/* Seeds, sizes and draws have draws of their own. */
static void test_all_different(void **state)
{
    (void)state;
    const uint32_t of[][3] = {{1, 50, 0}, {2, 50, 0}, {1, 51, 0}, {1, 50, 1}};
    uint32_t position[4][50];
    for (int i = 0; i < 4; i++) {
        ihp__power_positions(of[i][0], of[i][1], of[i][2], 0, 50, 1000000, position[i]);
        for (int k = 0; k < i; k++) {
            assert_memory_not_equal(position[i], position[k], sizeof position[i]);
        }
    }
}

/* Ranks that have a part of the members each add up to a rank that has all. Negative costs too. */
static void test_parts_add_up(void **state)
{
    (void)state;
    enum { POPULATION = 5000, SIZE = 12345 };
    static struct ihp__drawable member[POPULATION];
    static const uint32_t end[] = {0, 1, 1700, 1700, POPULATION};
    for (int m = 0; m < POPULATION; m++) {
        member[m] = (struct ihp__drawable){
            {m * 1000003LL - 7, -m}, {-m, m * 400000}, {(uint8_t)(m % 13), 12}};
    }
    const struct ihp__drawables all = {POPULATION, 0, POPULATION, member};
    int64_t whole[IHP__DRAW_SUMS], parts[IHP__DRAW_SUMS] = {0}, plain[IHP__DRAW_SUMS] = {0};
    static uint32_t position[SIZE];
    ihp__power_sum(3, SIZE, 8, &all, whole);
    for (int i = 0; i < 4; i++) {
        const struct ihp__drawables some = {POPULATION, end[i], end[i + 1] - end[i],
                                            member + end[i]};
        int64_t sum[IHP__DRAW_SUMS];
        ihp__power_sum(3, SIZE, 8, &some, sum);
        for (int k = 0; k < IHP__DRAW_SUMS; k++) {
            parts[k] += sum[k];
        }
    }
    assert_memory_equal(whole, parts, sizeof whole);
    ihp__power_positions(3, SIZE, 8, 0, SIZE, POPULATION, position);
    for (int i = 0; i < SIZE; i++) {
        const int64_t m = position[i];
        plain[0] += m % 13;
        plain[1] += m * 1000003 - 7;
        plain[2] -= m;
        plain[3] += 12;
        plain[4] -= m;
        plain[5] += m * 400000;
    }
    assert_memory_equal(whole, plain, sizeof whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_draws),  cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_even),         cmocka_unit_test(test_all_different),
        cmocka_unit_test(test_parts_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
