/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of a sweep: contiguous, in order, of equal numbers of scenarios or one more or less, and
 * together the whole sweep. */
#include "sweep/sweep.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h> /* after the headers it needs */

/* By hand: 22 scenarios in 7 blocks are floor(22 k / 7) scenarios up to block k. */
static void test_seven_of_22(void **state)
{
    (void)state;
    static const size_t end[] = {0, 3, 6, 9, 12, 15, 18, 22};
    for (size_t k = 1; k <= 7; k++) {
        struct ihp__block block;
        assert_true(ihp__block_of(22, k, 7, &block));
        assert_int_equal(block.number, k);
        assert_int_equal(block.blocks, 7);
        assert_int_equal(block.scenarios, 22);
        assert_int_equal(block.first, end[k - 1]);
        assert_int_equal(block.end, end[k]);
    }
}

/* Every division of small sweeps, and the largest sweeps in the most blocks. */
static void test_all_together(void **state)
{
    (void)state;
    static const size_t great[][2] = {
        {100000, 10000}, {99999, 10000}, {10001, 10000}, {10000, 10000}, {100000, 1}};
    for (size_t i = 0; i < 40 * 40 + 5; i++) {
        size_t scenarios = i < 1600 ? i / 40 + 1 : great[i - 1600][0];
        size_t blocks = i < 1600 ? i % 40 + 1 : great[i - 1600][1], next = 0;
        for (size_t k = 1; k <= blocks && blocks <= scenarios; k++) {
            struct ihp__block block;
            assert_true(ihp__block_of(scenarios, k, blocks, &block));
            assert_int_equal(block.first, next);
            assert_in_range(block.end - block.first, scenarios / blocks,
                            (scenarios + blocks - 1) / blocks);
            next = block.end;
        }
        assert_int_equal(next, blocks <= scenarios ? scenarios : 0);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const size_t wrong[][3] = {/* scenarios, block, blocks */
                                      {5, 0, 3}, {5, 4, 3}, {5, 1, 6},         {0, 1, 1},
                                      {5, 1, 0}, {5, 0, 0}, {100000, 1, 10001}};
    const struct ihp__block before = {1, 2, 3, 4, 5};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ihp__block block = before;
        assert_false(ihp__block_of(wrong[i][0], wrong[i][1], wrong[i][2], &block));
        assert_memory_equal(&block, &before, sizeof block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_seven_of_22),
                                       cmocka_unit_test(test_all_together),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
