/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold, corridors and the shares of payers [16.7, 16.8, 5.4]. */
#include "build.h"
#include "finance/finance.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- threshold [16.7] ------------------------------------------------------------------------ */

struct outcome_case {
    double ratio;
    enum ihp__outcome outcome;
};

static void check_outcomes(const struct outcome_case *at, size_t count, double threshold)
{
    for (size_t i = 0; i < count; i++) {
        if (ihp__outcome_of(at[i].ratio, threshold) != at[i].outcome) {
            fail_msg("%.17g at %g is %s, not %s", at[i].ratio, threshold,
                     ihp__outcome_text(ihp__outcome_of(at[i].ratio, threshold)),
                     ihp__outcome_text(at[i].outcome));
        }
    }
}

/* Twelve digits decide: 0.98 - 1e-13 counts as 0.98 and does not share, 0.979999999999 does. Above
 * 1 the twelfth digit is the eleventh decimal. */
static void test_16_7_exactly_at_the_threshold(void **state)
{
    (void)state;
    const struct outcome_case at[] = {
        {0.98, IHP__OUTCOME_INSIDE_THRESHOLD},
        {nextafter(0.98, 0.0), IHP__OUTCOME_INSIDE_THRESHOLD},
        {nextafter(0.98, 1.0), IHP__OUTCOME_INSIDE_THRESHOLD},
        {0.98 - 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD},
        {0.98 + 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD},
        {0.9799999999996, IHP__OUTCOME_INSIDE_THRESHOLD}, /* rounds up to 0.98 */
        {0.9799999999994, IHP__OUTCOME_SAVINGS},          /* rounds down */
        {0.979999999999, IHP__OUTCOME_SAVINGS},
        {1.02, IHP__OUTCOME_INSIDE_THRESHOLD},
        {nextafter(1.02, 0.0), IHP__OUTCOME_INSIDE_THRESHOLD},
        {nextafter(1.02, 2.0), IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.02 - 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.02 + 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.020000000004, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.020000000006, IHP__OUTCOME_LOSSES},
        {1.02000000001, IHP__OUTCOME_LOSSES},
        {1.0, IHP__OUTCOME_INSIDE_THRESHOLD},
        {0.3, IHP__OUTCOME_SAVINGS},
        {-0.2, IHP__OUTCOME_SAVINGS}, /* reversals outweigh the cost */
        {7.5, IHP__OUTCOME_LOSSES},
    };
    check_outcomes(at, COUNT(at), 0.02);
}

static void test_16_7_other_thresholds(void **state)
{
    (void)state;
    const struct outcome_case zero[] = {
        {1.0, IHP__OUTCOME_INSIDE_THRESHOLD},         {1.0 - 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.0 + 1e-13, IHP__OUTCOME_INSIDE_THRESHOLD}, {0.999999999999, IHP__OUTCOME_SAVINGS},
        {1.00000000001, IHP__OUTCOME_LOSSES},
    };
    check_outcomes(zero, COUNT(zero), 0.0);
    /* 1 - 0.07 and 1 + 0.07 are not the doubles 0.93 and 1.07, but the threshold is the same. */
    const struct outcome_case seven[] = {
        {0.93, IHP__OUTCOME_INSIDE_THRESHOLD},
        {0.929999999999, IHP__OUTCOME_SAVINGS},
        {186.0 / 200.0, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.07, IHP__OUTCOME_INSIDE_THRESHOLD},
        {1.07000000001, IHP__OUTCOME_LOSSES},
        {321.0 / 300.0, IHP__OUTCOME_INSIDE_THRESHOLD},
    };
    check_outcomes(seven, COUNT(seven), 0.07);
    /* In doubles 1 + 0.118 is below 1.118, and 1 - 0.059 is above 0.941. */
    const struct outcome_case above[] = {{1.118, IHP__OUTCOME_INSIDE_THRESHOLD},
                                         {1.11800000001, IHP__OUTCOME_LOSSES}};
    check_outcomes(above, COUNT(above), 0.118);
    const struct outcome_case below[] = {{0.941, IHP__OUTCOME_INSIDE_THRESHOLD},
                                         {0.940999999999, IHP__OUTCOME_SAVINGS}};
    check_outcomes(below, COUNT(below), 0.059);
}

static void test_16_7_undefined_ratio_and_texts(void **state)
{
    (void)state;
    assert_int_equal(ihp__outcome_of(NAN, 0.02), IHP__OUTCOME_NO_SETTLEMENT);
    assert_string_equal(ihp__outcome_text(IHP__OUTCOME_SAVINGS), "savings");
    assert_string_equal(ihp__outcome_text(IHP__OUTCOME_LOSSES), "losses");
    assert_string_equal(ihp__outcome_text(IHP__OUTCOME_INSIDE_THRESHOLD), "inside_threshold");
    assert_string_equal(ihp__outcome_text(IHP__OUTCOME_NO_SETTLEMENT), "no_settlement");
}

/* ---- corridors [16.8] ------------------------------------------------------------------------ */

static const struct ihp__corridor table_2[] = {
    {-1, 0.90, 0.98, 0.5}, {-1, 0.98, 1.00, 0.5}, {-1, 1.00, 1.02, 0.5}, {-1, 1.02, 1.10, 0.5}};

/* A counter-proposal with other shares and gaps at 0.90-0.92 and 1.10-1.20. */
static const struct ihp__corridor own[] = {{0, 0.80, 0.90, 0.7}, {0, 0.92, 0.98, 0.4},
                                           {0, 0.98, 1.00, 0.3}, {0, 1.00, 1.05, 0.2},
                                           {0, 1.05, 1.10, 0.6}, {0, 1.20, 1.30, 0.1}};

/* A ratio, the sum of sharing at it, and the share at it without and with `outermost`. */
struct corridor_case {
    double ratio, sum, share, outermost;
};

static void check_corridors(const struct ihp__corridor *corridor, size_t corridors,
                            const struct corridor_case *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double sum = ihp__corridor_sum(at[i].ratio, corridor, corridors, NULL);
        double share = ihp__corridor_share(at[i].ratio, corridor, corridors, false, NULL);
        double outermost = ihp__corridor_share(at[i].ratio, corridor, corridors, true, NULL);
        /* One share in place of all: the sum is what the corridors cover times it. */
        const double given = 0.25;
        double covered = 0;
        for (size_t c = 0; c < corridors; c++) {
            double from = fmax(fmin(at[i].ratio, 1), corridor[c].from);
            covered += fmax(fmin(fmax(at[i].ratio, 1), corridor[c].to) - from, 0);
        }
        assert_true(fabs(ihp__corridor_sum(at[i].ratio, corridor, corridors, &given) -
                         given * covered) < 1e-11);
        assert_true(ihp__corridor_share(at[i].ratio, corridor, corridors, true, &given) ==
                    (outermost != 0 ? given : 0));
        if (fabs(sum - at[i].sum) > 1e-11 || share != at[i].share || outermost != at[i].outermost) {
            fail_msg("at %.17g: sum %.17g, share %g, outermost %g", at[i].ratio, sum, share,
                     outermost);
        }
    }
}

static void test_16_8_2_3_table_2(void **state)
{
    (void)state;
    static const struct corridor_case at[] = {
        {0.975, 0.0125, 0.5, 0.5}, {0.95, 0.025, 0.5, 0.5}, {0.90, 0.05, 0.5, 0.5},
        {0.85, 0.05, 0.0, 0.5},    {1.03, 0.015, 0.5, 0.5}, {1.10, 0.05, 0.5, 0.5},
        {1.25, 0.05, 0.0, 0.5},    {1.00, 0.0, 0.5, 0.5},   {-0.3, 0.05, 0.0, 0.5}};
    check_corridors(table_2, COUNT(table_2), at, COUNT(at));
}

/* First dollar: everything between the ratio and 1 is shared, at the share of its corridor. */
static void test_16_8_1_own_corridors_savings(void **state)
{
    (void)state;
    static const struct corridor_case at[] = {
        {0.99, 0.003, 0.3, 0.3},
        {0.98, 0.006, 0.3, 0.3},         /* on the boundary: the corridor nearer to 1 */
        {0.98 - 1e-13, 0.006, 0.3, 0.3}, /* to 12 digits */
        {0.98 + 1e-13, 0.006, 0.3, 0.3},
        {0.979999999999, 0.006, 0.4, 0.4},
        {0.95, 0.018, 0.4, 0.4}, /* 0.006 + 0.03 x 0.4 */
        {0.92, 0.030, 0.4, 0.4},
        {0.92 - 1e-14, 0.030, 0.4, 0.4},
        {0.91, 0.030, 0.0, 0.0}, /* a gap is not beyond the outermost */
        {0.90, 0.030, 0.7, 0.7},
        {0.85, 0.065, 0.7, 0.7}, /* 0.030 + 0.05 x 0.7 */
        {0.80, 0.100, 0.7, 0.7},
        {0.80 - 1e-14, 0.100, 0.7, 0.7},
        {0.799999999999, 0.100, 0.0, 0.7},
        {0.10, 0.100, 0.0, 0.7},
    };
    check_corridors(own, COUNT(own), at, COUNT(at));
}

static void test_16_8_1_own_corridors_losses(void **state)
{
    (void)state;
    static const struct corridor_case at[] = {
        {1.03, 0.006, 0.2, 0.2},          {1.05, 0.010, 0.2, 0.2}, {1.05 + 1e-12, 0.010, 0.2, 0.2},
        {1.05000000001, 0.010, 0.6, 0.6}, {1.08, 0.028, 0.6, 0.6}, /* 0.010 + 0.03 x 0.6 */
        {1.10, 0.040, 0.6, 0.6},          {1.15, 0.040, 0.0, 0.0}, {1.20, 0.040, 0.1, 0.1},
        {1.25, 0.045, 0.1, 0.1},          {1.30, 0.050, 0.1, 0.1}, {1.31, 0.050, 0.0, 0.1},
        {5.00, 0.050, 0.0, 0.1},
    };
    check_corridors(own, COUNT(own), at, COUNT(at));
}

static void test_16_8_1_corridor_across_1(void **state)
{
    (void)state;
    static const struct ihp__corridor across[] = {{0, 0.95, 1.05, 0.4}};
    static const struct corridor_case at[] = {{0.97, 0.012, 0.4, 0.4}, {0.95, 0.02, 0.4, 0.4},
                                              {0.94, 0.02, 0.0, 0.4},  {1.04, 0.016, 0.4, 0.4},
                                              {1.05, 0.02, 0.4, 0.4},  {1.06, 0.02, 0.0, 0.4}};
    check_corridors(across, 1, at, COUNT(at));
    /* With another corridor on either side. */
    static const struct ihp__corridor more[] = {
        {0, 0.90, 0.95, 0.1}, {0, 0.95, 1.05, 0.4}, {0, 1.05, 1.20, 0.9}};
    static const struct corridor_case further[] = {
        {0.93, 0.022, 0.1, 0.1}, {0.95, 0.020, 0.4, 0.4}, {0.89, 0.025, 0.0, 0.1},
        {1.05, 0.020, 0.4, 0.4}, {1.10, 0.065, 0.9, 0.9}, {1.21, 0.155, 0.0, 0.9}};
    check_corridors(more, 3, further, COUNT(further));
}

/* No corridor on the ratio's side, no corridors, and a gap next to 1. */
static void test_16_8_1_one_sided_corridors(void **state)
{
    (void)state;
    static const struct ihp__corridor losses[] = {{0, 1.00, 1.10, 0.5}};
    static const struct corridor_case at[] = {
        {0.80, 0.0, 0.0, 0.0}, {1.05, 0.025, 0.5, 0.5}, {1.20, 0.05, 0.0, 0.5}};
    check_corridors(losses, 1, at, COUNT(at));
    static const struct ihp__corridor savings[] = {{0, 0.85, 0.90, 0.8}};
    static const struct corridor_case apart[] = {{0.95, 0.0, 0.0, 0.0},
                                                 {0.90, 0.0, 0.8, 0.8},
                                                 {0.88, 0.016, 0.8, 0.8},
                                                 {0.80, 0.04, 0.0, 0.8},
                                                 {1.50, 0.0, 0.0, 0.0}};
    check_corridors(savings, 1, apart, COUNT(apart));
    static const struct corridor_case none[] = {{0.80, 0.0, 0.0, 0.0}, {1.20, 0.0, 0.0, 0.0}};
    check_corridors(savings, 0, none, COUNT(none));
}

/* ---- payers [5.4] ---------------------------------------------------------------------------- */

static void check_split(int64_t cents, const int64_t *weight, size_t count, const int64_t *wanted)
{
    int64_t part[8];
    memset(part, 0x77, sizeof part);
    ihp__payer_split(cents, weight, count, part);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(part[i], wanted[i]);
    }
    assert_int_equal(part[count], INT64_C(0x7777777777777777)); /* nothing written beyond the end */
}

static void test_5_4_parts_by_largest_remainder(void **state)
{
    (void)state;
    /* 1000 x 3/7 = 428 4/7, 1000 x 4/7 = 571 3/7: the cent goes to the first. */
    check_split(1000, (int64_t[]){3, 0, 4}, 3, (int64_t[]){429, 0, 571});
    /* 100 x 1/6 = 16 4/6, 2/6 = 33 2/6, 3/6 = 50: the cent goes to the first. */
    check_split(100, (int64_t[]){1, 2, 3}, 3, (int64_t[]){17, 33, 50});
    /* 7 x 5/12 = 2 11/12, 3/12 = 1 9/12, 4/12 = 2 4/12: two cents, to the first and second. */
    check_split(7, (int64_t[]){5, 3, 4}, 3, (int64_t[]){3, 2, 2});
    check_split(7, (int64_t[]){4, 3, 5}, 3, (int64_t[]){2, 2, 3});
}

static void test_5_4_equal_remainders_in_payer_order(void **state)
{
    (void)state;
    check_split(100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 33, 33});
    check_split(101, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 34, 33});
    check_split(1, (int64_t[]){0, 9, 9}, 3, (int64_t[]){0, 1, 0});
    /* 5 x 1/7 = 5/7, 5 x 2/7 = 1 3/7 three times: two cents, to the first and then in order. */
    check_split(5, (int64_t[]){1, 2, 2, 2}, 4, (int64_t[]){1, 2, 1, 1});
    check_split(5, (int64_t[]){2, 2, 2, 1}, 4, (int64_t[]){2, 1, 1, 1});
}

static void test_5_4_losses_are_split_like_savings(void **state)
{
    (void)state;
    check_split(-100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){-34, -33, -33});
    check_split(-1000, (int64_t[]){3, 0, 4}, 3, (int64_t[]){-429, 0, -571});
    check_split(-7, (int64_t[]){4, 3, 5}, 3, (int64_t[]){-2, -2, -3});
}

static void test_5_4_few_payers_and_no_months(void **state)
{
    (void)state;
    check_split(12345, (int64_t[]){8}, 1, (int64_t[]){12345});
    check_split(-12345, (int64_t[]){8}, 1, (int64_t[]){-12345});
    check_split(12345, (int64_t[]){0, 0}, 2, (int64_t[]){0, 0});
    check_split(0, (int64_t[]){5, 3}, 2, (int64_t[]){0, 0});
    check_split(5, NULL, 0, NULL);
}

/* Nine quadrillion dollars. 899999999999999999 = 15 x 59999999999999999 + 14, so with q =
 * 59999999999999999 the parts are 3q + 2 12/15, 5q + 4 10/15, 7q + 6 8/15, which leaves two cents.
 */
static void test_5_4_huge_amounts(void **state)
{
    (void)state;
    const int64_t cents = INT64_C(899999999999999999), q = INT64_C(59999999999999999);
    check_split(cents, (int64_t[]){3, 5, 7}, 3, (int64_t[]){3 * q + 3, 5 * q + 5, 7 * q + 6});
    check_split(-cents, (int64_t[]){3, 5, 7}, 3, (int64_t[]){-3 * q - 3, -5 * q - 5, -7 * q - 6});
    check_split(cents, (int64_t[]){3000000000, 5000000000, 7000000000}, 3,
                (int64_t[]){3 * q + 3, 5 * q + 5, 7 * q + 6});
}

/* Random splits equal those that distribute cent by cent, for sums of any size. */
static void test_5_4_random_splits(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 54};
    for (int trial = 0; trial < 50000; trial++) {
        enum { MOST = 7 };
        size_t count = 1 + random_below(&draws, MOST);
        int64_t amount = random_below(&draws, 2000), weight[MOST], part[MOST], wanted[MOST];
        int64_t all = 0, left = amount, rest[MOST];
        for (size_t i = 0; i < count; i++) {
            weight[i] = random_below(&draws, 9);
            all += weight[i];
        }
        all = all == 0 ? weight[0] = 1 : all;
        for (size_t i = 0; i < count; i++) {
            wanted[i] = amount * weight[i] / all;
            rest[i] = amount * weight[i] % all;
            left -= wanted[i];
        }
        for (int64_t r = all - 1; r > 0; r--) { /* from the largest remainder down */
            for (size_t i = 0; i < count && left > 0; i++) {
                if (rest[i] == r) {
                    wanted[i]++;
                    left--;
                }
            }
        }
        assert_int_equal(left, 0);
        ihp__payer_split(amount, weight, count, part);
        assert_memory_equal(part, wanted, count * sizeof *part);

        amount =
            (int64_t)(random_bits(&draws) % UINT64_C(1800000000000000000)) - 900000000000000000;
        int64_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            weight[i] *= (int64_t)random_below(&draws, 20000000);
        }
        ihp__payer_split(amount, weight, count, part);
        all = 0;
        for (size_t i = 0; i < count; i++) {
            sum += part[i];
            all += weight[i];
            assert_true(amount < 0 ? part[i] <= 0 : part[i] >= 0);
            assert_true(weight[i] > 0 || part[i] == 0);
        }
        assert_int_equal(sum, all == 0 ? 0 : amount);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16_7_exactly_at_the_threshold),
        cmocka_unit_test(test_16_7_other_thresholds),
        cmocka_unit_test(test_16_7_undefined_ratio_and_texts),
        cmocka_unit_test(test_16_8_2_3_table_2),
        cmocka_unit_test(test_16_8_1_own_corridors_savings),
        cmocka_unit_test(test_16_8_1_own_corridors_losses),
        cmocka_unit_test(test_16_8_1_corridor_across_1),
        cmocka_unit_test(test_16_8_1_one_sided_corridors),
        cmocka_unit_test(test_5_4_parts_by_largest_remainder),
        cmocka_unit_test(test_5_4_equal_remainders_in_payer_order),
        cmocka_unit_test(test_5_4_losses_are_split_like_savings),
        cmocka_unit_test(test_5_4_few_payers_and_no_months),
        cmocka_unit_test(test_5_4_huge_amounts),
        cmocka_unit_test(test_5_4_random_splits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
