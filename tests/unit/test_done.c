/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a checkpoint may say that a settlement was: bounds of each number, and the order in which
 * a run does its work. A checkpoint with impossible numbers is refused before anything rests on
 * them. */
#include "jobs/settle/done.h"
#include "resample/resample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Block 2 of a sweep: scenarios 10 to 19; 3 IHPs, 2,500 replicates. */
static struct ihp__program program = {.partnerships = 3};
static struct ihp__sweep sweep;
static const struct ihp__block block = {.first = 10, .end = 20, .scenarios = 30};

static struct ihp__context swept(void)
{
    struct ihp__context context = {.program = &program};
    context.deck.sweep = &sweep;
    context.deck.bootstrap.replicates = 2500;
    return context;
}

static bool possible(struct ihp__done done)
{
    struct ihp__context context = swept();
    return ihp__done_is_possible(&done, &context, &block);
}

static void test_plans_lie_in_the_block(void **state)
{
    (void)state;
    assert_true(
        possible((struct ihp__done){.plan_first = 10, .plan_scenarios = 10, .settled = 10}));
    assert_false(
        possible((struct ihp__done){.plan_first = 9, .plan_scenarios = 10, .settled = 10}));
    assert_false(
        possible((struct ihp__done){.plan_first = 10, .plan_scenarios = 11, .settled = 10}));
    assert_false(possible((struct ihp__done){.plan_first = 10, .settled = 10}));
    assert_false(possible((struct ihp__done){.plan_first = 10, .plan_scenarios = 4, .settled = 9}));
    assert_false(possible((struct ihp__done){
        .plan_first = 10, .plan_scenarios = 4, .settled = 15, .closed = 1, .resampled = 1}));
    assert_true(possible((struct ihp__done){
        .plan_first = 10, .plan_scenarios = 4, .settled = 14, .closed = 1, .resampled = 1}));
}

/* The deck's replicates cannot be drawn from the members' facts that a later plan keeps. */
static void test_the_decks_replicates_come_first(void **state)
{
    (void)state;
    struct ihp__done later = {.plan_first = 14, .plan_scenarios = 6, .settled = 14, .resampled = 1};
    struct ihp__done closed = {.plan_first = 10, .plan_scenarios = 6, .settled = 10, .closed = 1};
    assert_true(possible(later));
    later.resampled = 0;
    assert_false(possible(later));
    assert_false(possible(closed));
    closed.resampled = 1;
    assert_true(possible(closed));

    struct ihp__context context = swept();
    context.deck.bootstrap.replicates = 0;
    assert_true(ihp__done_is_possible(&later, &context, &block));
}

static void test_scenarios_are_settled_from_closed_views(void **state)
{
    (void)state;
    struct ihp__done done = {.plan_first = 10, .plan_scenarios = 6, .settled = 11, .resampled = 1};
    assert_false(possible(done));
    done.closed = 1;
    assert_true(possible(done));
    done.closed = 2;
    assert_false(possible(done));
}

static void test_replicates_are_done_in_blocks(void **state)
{
    (void)state;
    struct ihp__done done = {.plan_first = 10,
                             .plan_scenarios = 6,
                             .settled = 10,
                             .in_case = 1,
                             .case_first = 2,
                             .case_done = IHP__DRAWN_TOGETHER};
    assert_true(possible(done));
    done.case_done++;
    assert_false(possible(done));
    done.case_done = 2500;
    assert_true(possible(done));
    done.case_first = 3;
    assert_false(possible(done));
}

static void test_without_a_sweep_there_is_no_plan(void **state)
{
    (void)state;
    struct ihp__context context = swept();
    const struct ihp__block none = {0};
    context.deck.sweep = NULL;
    assert_true(ihp__done_is_possible(&(struct ihp__done){0}, &context, &none));
    assert_false(ihp__done_is_possible(&(struct ihp__done){.plan_scenarios = 1}, &context, &none));
    assert_false(ihp__done_is_possible(&(struct ihp__done){.settled = 1}, &context, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans_lie_in_the_block),
        cmocka_unit_test(test_the_decks_replicates_come_first),
        cmocka_unit_test(test_scenarios_are_settled_from_closed_views),
        cmocka_unit_test(test_replicates_are_done_in_blocks),
        cmocka_unit_test(test_without_a_sweep_there_is_no_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
