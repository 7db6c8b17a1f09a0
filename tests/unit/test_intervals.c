/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries and intervals of replicates. Expected numbers were computed separately, in Python with
 * the quantiles of statistics.NormalDist, or by hand as the comments show. */
#include "build.h"
#include "resample/resample.h"

enum { COUNT = 20 };

/* 1, 4, 9, .. 400: skewed, and all different. */
static void fill_squares(double value[COUNT])
{
    for (int i = 0; i < COUNT; i++) {
        value[i] = (i + 1) * (i + 1);
    }
}

static void assert_close(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-9 * (1 + fabs(expected)));
}

static void assert_undefined(struct ihp__interval interval)
{
    assert_true(isnan(interval.lower) && isnan(interval.upper));
}

/* ---- summary --------------------------------------------------------------------------------- */

enum { MANY = 3000 };

/* Summarises with room for the values and a guard behind it. */
static struct ihp__resample_summary summarise(double *value, size_t count, double estimate)
{
    static double scratch[MANY + 1];
    scratch[count] = 31;
    const struct ihp__resample_summary s = ihp__resample_summarise(value, count, estimate, scratch);
    assert_true(scratch[count] == 31);
    return s;
}

/* 2, 3, 5, 10: mean 5, squares 9 + 4 + 0 + 25 = 38 over 3. */
static void test_summary_sorts_and_leaves_nan_out(void **state)
{
    (void)state;
    double value[] = {10, NAN, 3, 2, NAN, 5};
    const struct ihp__resample_summary s = summarise(value, 6, 4.5);
    assert_int_equal(s.defined, 4);
    assert_close(s.mean, 5);
    assert_close(s.bias, 0.5);
    assert_close(s.std_error, sqrt(38.0 / 3));
    assert_true(value[0] == 2 && value[1] == 3 && value[2] == 5 && value[3] == 10);
    assert_true(isnan(value[4]) && isnan(value[5]));
}

/* Draws bits, so that values have every sign and exponent, with NaN, infinities, denormal values
 * and zeros of both signs; or few different values. */
static double draw_value(struct random_draws *draws, size_t i)
{
    static const double few[] = {0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, 5e-324, -5e-324, 2.5};
    uint64_t bits =
        (uint64_t)random_below(draws, UINT32_MAX) << 32 | random_below(draws, UINT32_MAX);
    double value;
    memcpy(&value, &bits, sizeof value);
    return i % 3 == 0 ? few[random_below(draws, 10)] : i % 3 == 1 ? (double)(bits % 100000) : value;
}

/* Inserts one value after another behind all that are not greater, NaN last. */
static void sort_plainly(double *value, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const double x = value[i];
        size_t at = i;
        for (; at > 0 && (value[at - 1] > x || (isnan(value[at - 1]) && !isnan(x))); at--) {
            value[at] = value[at - 1];
        }
        value[at] = x;
    }
}

/* Every byte is as after a plain sort: zeros of both signs are equal and keep their order. */
static void test_summary_sorts_any_values(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 17};
    static const size_t counts[] = {1, 2, 3, 10, 255, 256, 257, MANY};
    static double value[MANY], expected[MANY];
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (size_t i = 0; i < counts[c]; i++) {
            value[i] = expected[i] = draw_value(&draws, i);
        }
        sort_plainly(expected, counts[c]);
        summarise(value, counts[c], 0);
        for (size_t i = 0; i < counts[c]; i++) {
            assert_true(isnan(expected[i]) ? isnan(value[i])
                                           : memcmp(&value[i], &expected[i], sizeof value[i]) == 0);
        }
    }
}

static void test_summary_of_few(void **state)
{
    (void)state;
    double nothing[] = {NAN, NAN}, one[] = {NAN, 7.25};
    struct ihp__resample_summary s = summarise(nothing, 2, 1);
    assert_int_equal(s.defined, 0);
    assert_true(isnan(s.mean) && isnan(s.bias) && isnan(s.std_error));
    s = summarise(nothing, 0, 1);
    assert_int_equal(s.defined, 0);
    s = summarise(one, 2, NAN);
    assert_int_equal(s.defined, 1);
    assert_true(s.mean == 7.25 && isnan(s.bias) && isnan(s.std_error));
}

/* A tenth has no exact double, and a sum of seven such doubles is not seven tenths. */
static void test_constants_do_not_spread(void **state)
{
    (void)state;
    double value[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const struct ihp__resample_summary s = summarise(value, 7, 0.1);
    assert_true(s.mean == 0.1 && s.bias == 0 && s.std_error == 0);
    const struct ihp__interval p = ihp__interval_percentile(value, 7, 0.9);
    assert_true(p.lower == 0.1 && p.upper == 0.1);
    const struct ihp__interval b = ihp__interval_bca(value, 7, 0.1, 0.02, 0.9);
    assert_true(b.lower == 0.1 && b.upper == 0.1);
}

/* ---- percentile ------------------------------------------------------------------------------ */

/* Quantile f of n values is at position (n - 1) f: 0.4 and 3.6 for 80 % of five values. */
static void test_percentile_of_few(void **state)
{
    (void)state;
    static const double value[] = {10, 20, 40, 80, 160};
    struct ihp__interval i = ihp__interval_percentile(value, 5, 0.8);
    assert_close(i.lower, 14);
    assert_close(i.upper, 128);
    i = ihp__interval_percentile(value, 5, 0.5);
    assert_close(i.lower, 20);
    assert_close(i.upper, 80);
    i = ihp__interval_percentile(value, 1, 0.95);
    assert_true(i.lower == 10 && i.upper == 10);
    i = ihp__interval_percentile(value, 2, 0.9);
    assert_close(i.lower, 10.5);
    assert_close(i.upper, 19.5);
}

/* 1, 4, 9, .. 400 at places 0, 4.75 (25 + 0.75 x 11) and 19. */
static void test_quantiles(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    assert_close(ihp__replicate_quantile(value, COUNT, 0), 1);
    assert_close(ihp__replicate_quantile(value, COUNT, 0.25), 33.25);
    assert_close(ihp__replicate_quantile(value, COUNT, 1), 400);
    assert_close(ihp__replicate_quantile(value, 1, 0.7), 1);
    assert_true(isnan(ihp__replicate_quantile(value, 0, 0.5)));
}

static void test_invalid_levels(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    static const double levels[] = {0, 1, -0.5, 1.5, NAN, INFINITY};
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        assert_undefined(ihp__interval_percentile(value, COUNT, levels[l]));
        assert_undefined(ihp__interval_bca(value, COUNT, 90, 0, levels[l]));
    }
    assert_undefined(ihp__interval_percentile(value, 0, 0.9));
    assert_undefined(ihp__interval_bca(value, 0, 90, 0, 0.9));
}

/* ---- BCa ------------------------------------------------------------------------------------- */

/* Nine of twenty below 90: z0 = -0.12566. Eight below 81 and one equal: 0.425, z0 = -0.18912. */
static void test_bca_of_squares(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    struct ihp__interval i = ihp__interval_bca(value, COUNT, 90, 0.03, 0.9);
    assert_close(i.lower, 3.017268233937457);
    assert_close(i.upper, 347.86636294844925);
    i = ihp__interval_bca(value, COUNT, 81, -0.02, 0.95);
    assert_close(i.lower, 1.4247439315202692);
    assert_close(i.upper, 352.93029778195137);
}

/* Rounding separates numbers that would be equal: an estimate that differs in the last digits is
 * still a tie, one that differs by a part in a billion is not. */
static void test_bca_ties_to_rounding(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    const struct ihp__interval tie = ihp__interval_bca(value, COUNT, 81, 0, 0.9);
    const struct ihp__interval less = ihp__interval_bca(value, COUNT, 81 * (1 - 1e-9), 0, 0.9);
    const struct ihp__interval more = ihp__interval_bca(value, COUNT, 81 * (1 + 1e-9), 0, 0.9);
    assert_true(less.lower < tie.lower && tie.lower < more.lower);
    for (int digits = -3; digits <= 3; digits++) {
        const struct ihp__interval near =
            ihp__interval_bca(value, COUNT, 81 * (1 + digits * DBL_EPSILON), 0, 0.9);
        assert_true(near.lower == tie.lower && near.upper == tie.upper);
        for (int i = 0; i < COUNT; i++) {
            value[i] = -(double)((COUNT - i) * (COUNT - i)); /* also below zero */
        }
        const struct ihp__interval turned =
            ihp__interval_bca(value, COUNT, -81 * (1 + digits * DBL_EPSILON), 0, 0.9);
        assert_close(turned.lower, -tie.upper);
        assert_close(turned.upper, -tie.lower);
        fill_squares(value);
    }
}

/* With half of the replicates below and no acceleration, nothing is corrected. */
static void test_bca_without_correction_is_percentile(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    const struct ihp__interval p = ihp__interval_percentile(value, COUNT, 0.9);
    const struct ihp__interval b = ihp__interval_bca(value, COUNT, 110.5, 0, 0.9);
    assert_close(p.lower, 3.85);
    assert_close(p.upper, 362.95);
    assert_close(b.lower, p.lower);
    assert_close(b.upper, p.upper);
    const struct ihp__interval other = ihp__interval_bca(value, COUNT, 110.5, 0.05, 0.9);
    assert_true(other.lower > p.lower + 0.1 && other.upper > p.upper + 0.1);
}

static void test_bca_undefined(void **state)
{
    (void)state;
    double value[COUNT];
    fill_squares(value);
    static const double accelerations[] = {0, 0.03, -0.03};
    for (size_t a = 0; a < 3; a++) { /* all above, all below */
        assert_undefined(ihp__interval_bca(value, COUNT, 0.5, accelerations[a], 0.9));
        assert_undefined(ihp__interval_bca(value, COUNT, 400.5, accelerations[a], 0.9));
    }
    assert_undefined(ihp__interval_bca(value, COUNT, NAN, 0, 0.9));
    assert_undefined(ihp__interval_bca(value, COUNT, 90, NAN, 0.9));
    assert_undefined(ihp__interval_bca(value, COUNT, 90, 0.9, 0.9)); /* 1 - 0.9 x 1.5 < 0 */
    const struct ihp__interval edge = ihp__interval_bca(value, COUNT, 400, 0, 0.9); /* a tie */
    assert_true(edge.lower > 300 && edge.upper <= 400);
}

/* ---- acceleration ---------------------------------------------------------------------------- */

/* 1, 2, 4, 7, 11 about 5: 4, 3, 1, -2, -6; squares 66, cubes 64 + 27 + 1 - 8 - 216 = -132. */
static void test_acceleration_by_hand(void **state)
{
    (void)state;
    static const double value[] = {1, 2, 4, 7, 11};
    assert_close(ihp__jackknife_acceleration(value, 5), -132 / (6 * 66 * sqrt(66)));
    static const double holes[] = {NAN, 1, 2, NAN, NAN, 4, 7, 11, NAN};
    assert_close(ihp__jackknife_acceleration(holes, 9), -132 / (6 * 66 * sqrt(66)));
    static const double turned[] = {-11, -7, -4, -2, -1};
    assert_close(ihp__jackknife_acceleration(turned, 5), 132 / (6 * 66 * sqrt(66)));
    static const double even[] = {1, 2, 3};
    assert_close(ihp__jackknife_acceleration(even, 3), 0);
}

static void test_acceleration_of_nothing(void **state)
{
    (void)state;
    static const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, none[] = {NAN, NAN};
    assert_true(ihp__jackknife_acceleration(same, 7) == 0);
    assert_true(ihp__jackknife_acceleration(none, 2) == 0);
    assert_true(ihp__jackknife_acceleration(none, 0) == 0);
    static const double tiny[] = {0, 0, 1e-120}; /* cubes and powers vanish */
    assert_true(isfinite(ihp__jackknife_acceleration(tiny, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary_sorts_and_leaves_nan_out),
        cmocka_unit_test(test_summary_sorts_any_values),
        cmocka_unit_test(test_summary_of_few),
        cmocka_unit_test(test_constants_do_not_spread),
        cmocka_unit_test(test_percentile_of_few),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_invalid_levels),
        cmocka_unit_test(test_bca_of_squares),
        cmocka_unit_test(test_bca_ties_to_rounding),
        cmocka_unit_test(test_bca_without_correction_is_percentile),
        cmocka_unit_test(test_bca_undefined),
        cmocka_unit_test(test_acceleration_by_hand),
        cmocka_unit_test(test_acceleration_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
