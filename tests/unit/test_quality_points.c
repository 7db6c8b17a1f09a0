/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bands of the quality tables: each boundary, just below it, and beyond the last band. */
#include "build.h"
#include "finance/quality.h"

/* Smaller than any difference of rates, larger than 12 digits can hide. */
#define HAIR 1e-9

/* A measure has `points` from `from` on. */
struct step {
    double from, points;
};

/* Asserts the points at each step, just below it (the points before), and within the step. */
static void assert_steps(double (*points_of)(double value), double below, const struct step *step,
                         size_t steps)
{
    double before = below;
    assert_true(points_of(-0.99) == below);
    for (size_t i = 0; i < steps; i++) {
        double end = i + 1 < steps ? step[i + 1].from : step[i].from + 1;
        assert_true(points_of(step[i].from - HAIR) == before);
        assert_true(points_of(step[i].from) == step[i].points);
        assert_true(points_of((step[i].from + end) / 2) == step[i].points);
        assert_true(points_of(end - HAIR) == step[i].points);
        /* a number equal to the boundary in 12 digits is on it */
        assert_true(points_of(step[i].from * (1 - 1e-14)) == step[i].points);
        assert_true(points_of(step[i].from * (1 + 1e-14)) == step[i].points);
        before = step[i].points;
    }
    assert_true(points_of(50) == before);
}
#define ASSERT_STEPS(points_of, below, steps)                                                      \
    assert_steps(points_of, below, steps, sizeof steps / sizeof steps[0])

/* 17.3.1.3.1, 18.4.4.1. At 8% the text of 17.3.1.3.1 says "more than", its table "or greater". */
static void test_achievement(void **state)
{
    (void)state;
    static const struct step steps[] = {{-0.04, 0.5}, {-0.02, 1.0}, {0, 1.2},   {0.02, 1.4},
                                        {0.04, 1.6},  {0.06, 1.8},  {0.08, 2.0}};
    ASSERT_STEPS(ihp__quality_achievement, 0, steps);
}

/* 17.3.1.3.2, 17.3.1.4.3, 18.4.4.2, 18.4.5.2, 18.4.6.3, 18.4.8.3; example: 25% to 28% is 12%. */
static void test_improvement(void **state)
{
    (void)state;
    static const struct step steps[] = {{0.03, 1.0}, {0.04, 1.2}, {0.05, 1.4},
                                        {0.06, 1.6}, {0.07, 1.8}, {0.08, 2.0}};
    ASSERT_STEPS(ihp__quality_improvement, 0, steps);
    assert_true(ihp__quality_improvement((0.28 - 0.25) / 0.25) == 2.0);
}

/* 18.4.7.1. */
static void test_improvement_alone(void **state)
{
    (void)state;
    static const struct step steps[] = {{0.01, 0.25}, {0.02, 0.5}, {0.03, 0.75}, {0.04, 1.0},
                                        {0.05, 1.25}, {0.06, 1.5}, {0.07, 1.75}, {0.08, 2.0}};
    ASSERT_STEPS(ihp__quality_improvement_alone, 0, steps);
    assert_true(ihp__quality_improvement_alone((0.28 - 0.25) / 0.25) == 2.0);
}

/* 18.4.9.2.1; its example: a gap of 5% that becomes 4% is reduced by 20%. */
static void test_gap(void **state)
{
    (void)state;
    static const struct step steps[] = {{0.05, 1.0}, {0.10, 1.2}, {0.20, 1.4},
                                        {0.30, 1.6}, {0.40, 1.8}, {0.50, 2.0}};
    ASSERT_STEPS(ihp__quality_gap, 0, steps);
    assert_true(ihp__quality_gap((0.05 - 0.04) / 0.05) == 1.4);
}

/* 18.4.5.1: "more than three percent" on both sides, so that exactly 3% is in the middle band. */
static void test_cahps(void **state)
{
    (void)state;
    static const struct step cases[] = {{-1, 0},
                                        {-0.03 - HAIR, 0},
                                        {-0.03, 1.5},
                                        {-0.03 * (1 + 1e-14), 1.5},
                                        {0, 1.5},
                                        {0.03, 1.5},
                                        {0.03 * (1 + 1e-14), 1.5},
                                        {0.03 + HAIR, 2},
                                        {0.5, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(ihp__quality_cahps(cases[i].from) == cases[i].points);
    }
}

/* 17.3.1.4.2, 18.4.6.2, 18.4.8.2: no points below the 30th percentile, 2 from the 80th on. */
static void test_percentiles(void **state)
{
    (void)state;
    static const double up[IHP__PERCENTILES] = {0.3, 0.45, 0.5, 0.65, 0.7, 0.9};
    static const double down[IHP__PERCENTILES] = {0.9, 0.7, 0.65, 0.5, 0.45, 0.3};
    static const double points[IHP__PERCENTILES] = {1.0, 1.2, 1.4, 1.6, 1.8, 2.0};
    assert_true(ihp__quality_percentile(0, up, false) == 0);
    assert_true(ihp__quality_percentile(1, down, true) == 0);
    for (size_t i = 0; i < IHP__PERCENTILES; i++) {
        double before = i == 0 ? 0 : points[i - 1];
        assert_true(ihp__quality_percentile(up[i], up, false) == points[i]);
        assert_true(ihp__quality_percentile(up[i] - HAIR, up, false) == before);
        assert_true(ihp__quality_percentile(up[i] * (1 - 1e-14), up, false) == points[i]);
        assert_true(ihp__quality_percentile(down[i], down, true) == points[i]);
        assert_true(ihp__quality_percentile(down[i] + HAIR, down, true) == before);
    }
    assert_true(ihp__quality_percentile(1, up, false) == 2);
    assert_true(ihp__quality_percentile(0, down, true) == 2);
    /* The band between equal percentiles is empty. */
    static const double equal[IHP__PERCENTILES] = {0.3, 0.5, 0.5, 0.6, 0.7, 0.7};
    assert_true(ihp__quality_percentile(0.5, equal, false) == 1.4);
    assert_true(ihp__quality_percentile(0.7, equal, false) == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_achievement),
        cmocka_unit_test(test_improvement),
        cmocka_unit_test(test_improvement_alone),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_cahps),
        cmocka_unit_test(test_percentiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
