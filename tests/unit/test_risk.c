/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Risk weights, risk scores and the trend [16.4, 16.5.2]. */
#include "build.h"
#include "finance/finance.h"

/* ---- weights [16.4.1.2] ---------------------------------------------------------------------- */

/* 60 months cost $8,000, $133.33 a month. By category: $100 / 133.33 = 0.75, zero, -$100, and
 * $182.50 / 133.33 = 1.36875. */
static const int64_t capped[] = {100000, 0, -30000, 730000};
static const int64_t months[] = {10, 7, 3, 40};

static void test_16_4_1_2_weights(void **state)
{
    (void)state;
    double weight[4];
    ihp__risk_weights(capped, months, 4, weight);
    assert_near(weight[0], 0.75);
    assert_double(weight[1], 0.0); /* months without cost */
    assert_near(weight[2], -0.75); /* reversals outweigh the cost */
    assert_near(weight[3], 1.36875);
    /* The eligible population as a whole has risk 1. */
    assert_near(ihp__risk_score(months, weight, 4), 1.0);
}

static void test_16_4_1_2_category_the_population_lacks_has_weight_1(void **state)
{
    (void)state;
    const int64_t cost[] = {0, 90000, 30000}, time[] = {0, 6, 6};
    double weight[3];
    ihp__risk_weights(cost, time, 3, weight);
    assert_double(weight[0], 1.0);
    assert_near(weight[1], 1.5); /* $150 over $100 */
    assert_near(weight[2], 0.5);
}

static void test_16_4_1_2_population_without_cost_or_months(void **state)
{
    (void)state;
    const int64_t nothing[] = {0, 0}, time[] = {5, 8}, even[] = {-700, 700};
    double weight[2] = {9, 9};
    ihp__risk_weights(nothing, time, 2, weight);
    assert_double(weight[0], 1.0);
    assert_double(weight[1], 1.0);
    ihp__risk_weights(even, time, 2, weight); /* the sum of costs is zero too */
    assert_double(weight[0], 1.0);
    assert_double(weight[1], 1.0);
    ihp__risk_weights(nothing, nothing, 2, weight);
    assert_double(weight[0], 1.0);
    assert_double(weight[1], 1.0);
}

/* The size of a state: 1.2 million members, 14.4 million months, 9 billion dollars. */
static void test_16_4_1_2_weights_of_a_state(void **state)
{
    (void)state;
    const int64_t cost[] = {INT64_C(300000000000), INT64_C(600000000000)};
    const int64_t time[] = {INT64_C(7200000), INT64_C(7200000)};
    double weight[2];
    ihp__risk_weights(cost, time, 2, weight);
    assert_near(weight[0], 2.0 / 3.0); /* 300 of (300 + 600) / 2 */
    assert_near(weight[1], 4.0 / 3.0);
}

/* ---- scores [16.4.1.1, 16.5.2] --------------------------------------------------------------- */

/* (5 x 0.75 + 15 x -0.75 + 20 x 1.36875) / 40 = (3.75 - 11.25 + 27.375) / 40 = 0.496875 */
static void test_16_4_1_1_score(void **state)
{
    (void)state;
    const int64_t of_ihp[] = {5, 0, 15, 20};
    const double weight[] = {0.75, 123.0, -0.75, 1.36875};
    assert_near(ihp__risk_score(of_ihp, weight, 4), 0.496875);
    const int64_t one[] = {0, 7};
    const double two[] = {5.0, 0.0};
    assert_double(ihp__risk_score(one, two, 2), 0.0);
}

static void test_16_4_1_1_score_without_months_is_undefined(void **state)
{
    (void)state;
    const int64_t none[] = {0, 0};
    const double weight[] = {0.75, 1.5};
    assert_true(isnan(ihp__risk_score(none, weight, 2)));
    assert_true(isnan(ihp__risk_score(NULL, NULL, 0)));
}

/* ---- trend [16.4.2] -------------------------------------------------------------------------- */

static struct ihp__program program_with(struct ihp__trend *trend, size_t trends)
{
    static char folder[] = "some/program";
    return (struct ihp__program){.folder = folder, .trend = trend, .trends = trends};
}

/* The factor from a base year through a performance year. */
static enum ihp_status trend_of_years(const struct ihp__program *program, int base, int year,
                                      double *factor, struct ihp_error *err)
{
    const struct ihp__period_spec performance = {.year = year};
    return ihp__trend_factor(program, base, &performance, 0, factor, err);
}

static void test_16_4_2_trend_of_one_to_three_years(void **state)
{
    (void)state;
    /* Not in order, with a row of the base year, which does not matter. */
    struct ihp__trend trend[] = {
        {2025, -0.01, 0.01}, {2022, 9.0, 9.0}, {2023, 0.03, -0.004}, {2024, 0.025, 0.0}};
    const struct ihp__program program = program_with(trend, 4);
    struct ihp_error err = {0};
    double factor = 0;
    assert_int_equal(trend_of_years(&program, 2022, 2023, &factor, &err), IHP_OK);
    assert_near(factor, 1.02588); /* 1.03 x 0.996 */
    assert_int_equal(trend_of_years(&program, 2022, 2024, &factor, &err), IHP_OK);
    assert_near(factor, 1.051527); /* x 1.025 */
    assert_int_equal(trend_of_years(&program, 2022, 2025, &factor, &err), IHP_OK);
    assert_near(factor, 1.0514218473); /* x 0.99 x 1.01 */
    assert_int_equal(trend_of_years(&program, 2024, 2025, &factor, &err), IHP_OK);
    assert_near(factor, 0.9999);
    assert_int_equal(err.status, IHP_OK);
}

/* A quarterly statement through month m has the last year's change to the power of m/12: through
 * June the square root of 1.21 x 1.44, through March the fourth root of 1.3^4. */
static void test_16_4_2_trend_of_a_part_of_a_year(void **state)
{
    (void)state;
    struct ihp__trend trend[] = {{2025, 0.21, 0.44}, {2026, 1.8561, 0}};
    const struct ihp__program program = program_with(trend, 2);
    static const struct {
        const char *through;
        int base;
        double added, factor;
    } cases[] = {
        {"2025-06", 2024, 0, 1.32},
        {"2025-12", 2024, 0, 1.7424},
        {"2026-03", 2025, 0, 1.3},
        {"2026-03", 2024, 0, 2.26512},
        {"2025-06", 2024, 0.04, 1.3416407864998738}, /* the root of 1.25 x 1.44 */
        {"2026-12", 2024, 0, 4.97646864},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp_error err = {0};
        double factor = 0;
        int32_t through = month_of(cases[i].through);
        const struct ihp__period_spec performance = {.year = 1970 + through / 12,
                                                     .through = through};
        assert_int_equal(
            ihp__trend_factor(&program, cases[i].base, &performance, cases[i].added, &factor, &err),
            IHP_OK);
        assert_near(factor, cases[i].factor);
    }
}

static void test_16_4_2_year_without_a_trend_is_refused(void **state)
{
    (void)state;
    struct ihp__trend trend[] = {{2023, 0.03, 0.0}, {2025, 0.02, 0.0}};
    const struct ihp__program program = program_with(trend, 2);
    static const struct {
        int base, performance;
        const char *says;
    } cases[] = {
        {2022, 2025,
         "some/program/trend.csv: has no row for 2024; the target requires every year from "
         "2023 to 2025 [16.4.2]"},
        {2024, 2026, "has no row for 2026; the target requires every year from 2025 to 2026"},
        {2021, 2022, "has no row for 2022; the target requires every year from 2022 to 2022"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct ihp_error err = {0};
        double factor = -7.5;
        assert_int_equal(
            trend_of_years(&program, cases[i].base, cases[i].performance, &factor, &err),
            IHP_ERR_DATA);
        assert_int_equal(err.status, IHP_ERR_DATA);
        assert_non_null(strstr(err.text, cases[i].says));
        assert_double(factor, -7.5); /* untouched */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16_4_1_2_weights),
        cmocka_unit_test(test_16_4_1_2_category_the_population_lacks_has_weight_1),
        cmocka_unit_test(test_16_4_1_2_population_without_cost_or_months),
        cmocka_unit_test(test_16_4_1_2_weights_of_a_state),
        cmocka_unit_test(test_16_4_1_1_score),
        cmocka_unit_test(test_16_4_1_1_score_without_months_is_undefined),
        cmocka_unit_test(test_16_4_2_trend_of_one_to_three_years),
        cmocka_unit_test(test_16_4_2_trend_of_a_part_of_a_year),
        cmocka_unit_test(test_16_4_2_year_without_a_trend_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
