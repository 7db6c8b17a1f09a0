/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dollar curve of a month: relative risk, percentiles, bands, the three highest categories,
 * raised risks [15.2, 15.3.6]. Categories are given by their PMPM in dollars and member months; if
 * the mean of a case is 1, the relative risk is the PMPM itself. */
#include "payment_terms.h"

enum { ACGS = 12, MONTH = (2025 - 1970) * 12 + 4 };

/* A category of the eligible population, in which PBP-eligible members cost `pmpm` dollars. */
struct category {
    double pmpm;
    int64_t months;
};

struct sums_of_month {
    int64_t population_months[ACGS], population_cost[ACGS], paid_months[ACGS], paid_cost[ACGS];
    struct ihp__payment_sums sums;
};

static struct ihp__payment_sums *sums_of(struct sums_of_month *s, const struct category *category,
                                         size_t count)
{
    *s = (struct sums_of_month){.sums = {.population_months = s->population_months,
                                         .population_cost = s->population_cost,
                                         .paid_months = s->paid_months,
                                         .paid_cost = s->paid_cost}};
    assert_true(count <= ACGS);
    for (size_t c = 0; c < count; c++) {
        s->population_months[c] = category[c].months;
        s->population_cost[c] = 999900 * category[c].months; /* must not be used */
        s->paid_months[c] = category[c].months;
        s->paid_cost[c] = llround(category[c].pmpm * 100) * category[c].months;
    }
    return &s->sums;
}

/* Makes the curve of a month's sums by a value of the policy pbp_percentiles. */
static struct ihp__payment_curve curve_by(const struct ihp__payment_sums *sums, int percentiles,
                                          struct ihp_notices *notices)
{
    const struct ihp__program program = {.payment = terms};
    const struct ihp__policies policies = {.pbp_percentiles = percentiles};
    const struct ihp__payment_rules rules = {&program, &policies, MONTH};
    const struct ihp__payment_tally tally = {.shape = {1, 0, ACGS, false}, .month = {*sums}};
    struct ihp__payment_curve curve;
    struct ihp_error err = {0};
    assert_int_equal(ihp__payment_curve(&tally, 0, &rules, &curve, notices, &err), IHP_OK);
    return curve;
}

static struct ihp__payment_curve curve_of_sums(const struct ihp__payment_sums *sums,
                                               struct ihp_notices *notices)
{
    return curve_by(sums, IHP__PERCENTILES_POPULATION, notices);
}

static struct ihp__payment_curve curve_of(const struct category *category, size_t count)
{
    struct sums_of_month s;
    struct ihp_notices notices = {0};
    struct ihp__payment_curve curve = curve_of_sums(sums_of(&s, category, count), &notices);
    assert_int_equal(notices.count, 0);
    ihp_notices_clear(&notices);
    return curve;
}
#define CURVE(categories) curve_of(categories, COUNT(categories))

/* The expected category i of the curve. */
struct wanted {
    size_t acg;
    double weight, percentile, dollars;
};

static void check_curve(const struct ihp__payment_curve *curve, const struct wanted *wanted,
                        size_t count)
{
    assert_int_equal(curve->categories, count);
    for (size_t i = 0; i < count; i++) {
        const struct ihp__payment_category *c = &curve->category[i];
        if (c->acg != wanted[i].acg || fabs(c->weight - wanted[i].weight) > 1e-12 ||
            fabs(c->percentile - wanted[i].percentile) > 1e-10 ||
            fabs(c->dollars - wanted[i].dollars) > 1e-9) {
            fail_msg("place %zu: category %zu, risk %.15g, percentile %.15g, %.12g dollars", i,
                     c->acg, c->weight, c->percentile, c->dollars);
        }
    }
}
#define CHECK_CURVE(curve, wanted) check_curve(curve, wanted, COUNT(wanted))

/* Asserts dollars at relative risks, to a billionth. */
struct at {
    double weight, dollars;
};

static void check_dollars(const struct ihp__payment_curve *curve, const struct at *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double seen = ihp__payment_dollars(curve, &terms, at[i].weight);
        if (fabs(seen - at[i].dollars) > 1e-9) {
            fail_msg("at %.15g: %.12g is not %.12g", at[i].weight, seen, at[i].dollars);
        }
    }
}
#define CHECK_DOLLARS(curve, at) check_dollars(curve, at, COUNT(at))

/* ---- a whole curve --------------------------------------------------------------------------- */

/* 100 months. Names are in descending order of risks, so that only a sort by risk gives the order.
 */
static const struct category whole[] = {
    {5.50, 3}, {3.80, 2},  {3.00, 5},  {2.00, 8},  {1.25, 8},
    {1.00, 8}, {0.48, 16}, {0.40, 26}, {0.21, 14}, {0.10, 10},
};
/* 16.5 + 7.6 + 15 + 16 + 10 + 8 + 7.68 + 10.4 + 2.94 + 1 = 95.12 dollars over 100 months. */
#define MEAN 0.9512

static void test_15_2_whole_curve(void **state)
{
    (void)state;
    struct ihp__payment_curve curve = CURVE(whole);
    /* The first band has 0.10, the second 0.21; the linear one starts with 0.40, the logarithmic
     * one with 2.00; the three highest are 3.00, 3.80 and 5.50. */
    const struct wanted wanted[] = {
        {9, 0.10 / MEAN, 5, 1.00},
        {8, 0.21 / MEAN, 17, 2.00},
        {7, 0.40 / MEAN, 37, 2.30},
        {6, 0.48 / MEAN, 58, 2.30 + 0.275 * (0.08 / MEAN) * 10},
        {5, 1.00 / MEAN, 70, 2.30 + 0.275 * (0.60 / MEAN) * 10},
        {4, 1.25 / MEAN, 78, 2.30 + 0.275 * (0.85 / MEAN) * 10},
        {3, 2.00 / MEAN, 86, 6.00},
        {2, 3.00 / MEAN, 92.5, 17.12},
        {1, 3.80 / MEAN, 96, 17.12 + 13.05 * 0.8 / 2.5}, /* interpolated: 21.296 */
        {0, 5.50 / MEAN, 98.5, 30.17},
    };
    CHECK_CURVE(&curve, wanted);
    /* Between 2.00 and 3.00 the curve is logarithmic: at their geometric mean 6 plus half of 11.12.
     */
    const struct at at[] = {{sqrt(6.0) / MEAN, 11.56},
                            {2.00 / MEAN, 6.00},
                            {3.00 / MEAN, 17.12},
                            {2.00 * pow(1.5, 0.25) / MEAN, 8.78}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);
    assert_null(curve.category);
}

/* A raised risk has the dollars of the curve at that risk, also beyond the next cut point [15.3.6].
 */
static void test_15_3_6_raised_risks(void **state)
{
    (void)state;
    struct ihp__payment_curve curve = CURVE(whole);
    const struct at at[] = {
        {0.10 / MEAN * 2.0999999, 1.00}, /* still below the lowest risk of the second band */
        {0.10 / MEAN * 2.1, 2.00},       /* exactly at it, although 0.1 x 2.1 is not exactly 0.21 */
        {0.15 / MEAN, 1.00},             /* a gap between categories belongs to the band below */
        {0.30 / MEAN, 2.00},
        {0.3999999 / MEAN, 2.00},
        {0.40 / MEAN, 2.30},
        {0.40 * (1 + 1e-13) / MEAN, 2.30 + 0.275 * 0.4e-12 / MEAN},
        {0.40 * (1 - 1e-13) / MEAN, 2.30},                /* 12 digits decide */
        {1.90 / MEAN, 2.30 + 0.275 * (1.50 / MEAN) * 10}, /* the line continues, also above 6.00 */
        {1.25 * 1.6 / MEAN, 6.00},
        {2.00 * 1.5 / MEAN, 17.12},
        {4.25 / MEAN, 17.12 + 13.05 / 2},
        {5.50 * (1 + 1e-6) / MEAN, 30.17}, /* flat above */
        {100, 30.17},
        {0, 1.00},
        {-3, 1.00},
    };
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);
}

/* ---- percentiles and bands [15.2.3, 15.2.4] -------------------------------------------------- */

/* Midpoints at exactly 6, 30 and 80 are in the upper band; those just below are not. */
static void test_15_2_4_midpoints_on_the_ends(void **state)
{
    (void)state;
    const struct category six[] = {{0.1, 12}, {0.9, 76}, {1.0, 4}, {2.0, 4}, {3.0, 4}};
    struct ihp__payment_curve on = CURVE(six);
    assert_near(on.category[0].percentile, 6.0);
    assert_double(on.second_from, on.category[0].weight);
    assert_double(on.category[0].dollars, 2.00);
    ihp__payment_curve_free(&on);
    const struct category under_six[] = {{0.1, 119}, {0.9, 769}, {1.0, 40}, {2.0, 40}, {3.0, 32}};
    struct ihp__payment_curve under = CURVE(under_six);
    assert_near(under.category[0].percentile, 5.95);
    assert_double(under.category[0].dollars, 1.00);
    ihp__payment_curve_free(&under);

    const struct category thirty[] = {{0.1, 20}, {0.5, 20}, {0.9, 40},
                                      {1.0, 10}, {2.0, 5},  {3.0, 5}};
    on = CURVE(thirty); /* 10, 30, 60, 85, 92.5, 97.5 */
    assert_near(on.category[1].percentile, 30.0);
    assert_double(on.linear_from, on.category[1].weight);
    assert_double(on.category[1].dollars, 2.30);
    ihp__payment_curve_free(&on);
    const struct category under_thirty[] = {{0.1, 20}, {0.5, 19}, {0.9, 41},
                                            {1.0, 10}, {2.0, 5},  {3.0, 5}};
    under = CURVE(under_thirty);
    assert_near(under.category[1].percentile, 29.5);
    assert_double(under.category[1].dollars, 2.00);
    assert_double(under.linear_from, under.category[2].weight);
    ihp__payment_curve_free(&under);

    const struct category eighty[] = {{0.1, 70}, {0.9, 20}, {1.0, 5}, {2.0, 3}, {3.0, 2}};
    on = CURVE(eighty); /* 35, 80, 92.5, 96.5, 99 */
    assert_near(on.category[1].percentile, 80.0);
    assert_double(on.log_from, on.category[1].weight);
    assert_double(on.category[1].dollars, 6.00);
    ihp__payment_curve_free(&on);
    const struct category under_eighty[] = {{0.1, 70}, {0.9, 19}, {1.0, 6}, {2.0, 3}, {3.0, 2}};
    under = CURVE(under_eighty);
    assert_near(under.category[1].percentile, 79.5);
    assert_double(under.log_from, under.category[2].weight);
    assert_near(under.category[1].dollars,
                2.30 + 0.275 * (under.category[1].weight - under.category[0].weight) / 0.1);
    ihp__payment_curve_free(&under);
}

/* Equal risks are ordered by name, which sets their midpoints, and are paid equally, by value. */
static void test_15_2_3_equal_risks_are_ordered_by_name(void **state)
{
    (void)state;
    const struct category ties[] = {{3.0, 10}, {0.5, 30}, {0.5, 10}, {0.0, 4},
                                    {0.0, 6},  {4.0, 20}, {5.0, 20}};
    struct ihp__payment_curve curve = CURVE(ties);
    static const size_t order[] = {3, 4, 1, 2, 0, 5, 6};
    static const double percentile[] = {2, 7, 25, 45, 55, 70, 90};
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_int_equal(curve.category[i].acg, order[i]);
        assert_near(curve.category[i].percentile, percentile[i]);
    }
    assert_double(curve.category[0].dollars, 2.00); /* by percentile it would be 1.00 */
    assert_double(curve.category[1].dollars, 2.00);
    assert_double(curve.category[2].dollars, 2.30);
    assert_double(curve.category[3].dollars, 2.30);
    ihp__payment_curve_free(&curve);
}

/* Risks that differ by less than 12 digits are equal: 1/3 of a dollar from two sums. */
static void test_15_2_3_equal_within_12_digits(void **state)
{
    (void)state;
    struct sums_of_month s;
    const struct category base[] = {{1, 30}, {1, 90}, {2, 10}, {3, 10}, {4, 10}};
    struct ihp__payment_sums *sums = sums_of(&s, base, COUNT(base));
    sums->paid_cost[0] = 1000000000000001; /* / 3e13: more than 1e15 / 3e13 by one part in 1e15 */
    sums->paid_months[0] = 30000000000000;
    sums->paid_cost[1] = 1000000000000000;
    sums->paid_months[1] = 30000000000000;
    struct ihp__payment_curve curve = curve_of_sums(sums, NULL);
    assert_int_equal(curve.category[0].acg, 0);
    assert_int_equal(curve.category[1].acg, 1);
    assert_true(curve.category[0].weight > curve.category[1].weight); /* the doubles do differ */
    ihp__payment_curve_free(&curve);
}

/* A band without categories has no cut point: the piece below continues. */
static void test_15_2_4_empty_bands(void **state)
{
    (void)state;
    const struct category none_low[] = {{0.1, 20}, {0.2, 40}, {1.0, 15}, {2.0, 15}, {3.0, 10}};
    struct ihp__payment_curve curve = CURVE(none_low); /* 10, 40, 67.5, 82.5, 95 */
    double unit = curve.category[0].weight / 0.1;
    assert_double(curve.second_from, curve.category[0].weight);
    assert_double(curve.log_from, curve.category[3].weight); /* one of the three highest */
    const struct at at[] = {{0.05 * unit, 1.00}, {0.1 * unit, 2.00},
                            {0.15 * unit, 2.00}, {0.9 * unit, 2.30 + 0.275 * 0.7 * unit * 10},
                            {1.0 * unit, 17.12}, {2.0 * unit, 17.12 + 13.05 / 2},
                            {3.0 * unit, 30.17}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);

    /* One category has nearly all months: 0.5, 50, 99: there is no second band, and no logarithmic
     * band below the highest. */
    const struct category middle[] = {{0.1, 1}, {1.0, 98}, {2.0, 1}};
    curve = CURVE(middle);
    assert_double(curve.second_from, curve.category[1].weight); /* where the linear band starts */
    assert_double(curve.linear_from, curve.category[1].weight);
    const struct wanted wanted[] = {{0, curve.category[0].weight, 0.5, 17.12},
                                    {1, curve.category[1].weight, 50, 17.12 + 13.05 * 0.9 / 1.9},
                                    {2, curve.category[2].weight, 99.5, 30.17}};
    CHECK_CURVE(&curve, wanted);
    const struct at below[] = {{curve.category[0].weight * 0.99, 1.00}, {0, 1.00}};
    CHECK_DOLLARS(&curve, below);
    ihp__payment_curve_free(&curve);
}

/* ---- the three highest [15.2.4] -------------------------------------------------------------- */

/* The three highest are paid from 17.12 on, whatever their percentile: here all three are in the
 * second and the linear band, and the highest has 70 percent, so that none reaches the 80th
 * percentile. */
static void test_15_2_4_highest_in_lower_bands(void **state)
{
    (void)state;
    const struct category few[] = {{0.5, 10}, {0.6, 5}, {0.7, 5}, {0.8, 10}, {1.0, 70}};
    struct ihp__payment_curve curve = CURVE(few); /* 5, 12.5, 17.5, 25, 65 */
    double unit = curve.category[0].weight / 0.5;
    const struct wanted wanted[] = {{0, 0.5 * unit, 5, 1.00},
                                    {1, 0.6 * unit, 12.5, 2.00},
                                    {2, 0.7 * unit, 17.5, 17.12},
                                    {3, 0.8 * unit, 25, 17.12 + 13.05 / 3},
                                    {4, 1.0 * unit, 65, 30.17}};
    CHECK_CURVE(&curve, wanted);
    assert_true(isinf(curve.log_from));
    const struct at raised[] = {{0.69 * unit, 2.00}, {0.6 * 1.5 * unit, 17.12 + 13.05 * 2 / 3}};
    CHECK_DOLLARS(&curve, raised);
    ihp__payment_curve_free(&curve);
}

static void test_15_2_4_fewer_than_three_categories(void **state)
{
    (void)state;
    const struct category one[] = {{7.0, 12}};
    struct ihp__payment_curve curve = CURVE(one);
    const struct wanted alone[] = {{0, 1.0, 50, 30.17}};
    CHECK_CURVE(&curve, alone);
    /* Below its risk, which is the lowest of the linear piece, that piece does not start. */
    const struct at at[] = {{0.99, 1.00}, {1.0, 30.17}, {1.3, 30.17}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);

    const struct category two[] = {{1.0, 10}, {3.0, 10}};
    curve = CURVE(two); /* mean 2 */
    const struct wanted both[] = {{0, 0.5, 25, 17.12}, {1, 1.5, 75, 30.17}};
    CHECK_CURVE(&curve, both);
    const struct at between[] = {{1.0, 17.12 + 13.05 / 2}, {0.4, 1.00}};
    CHECK_DOLLARS(&curve, between);
    ihp__payment_curve_free(&curve);
}

static void test_15_2_4_all_equal(void **state)
{
    (void)state;
    const struct category same[] = {{2.0, 10}, {2.0, 40}, {2.0, 30}, {2.0, 20}};
    struct ihp__payment_curve curve = CURVE(same);
    const struct wanted wanted[] = {
        {0, 1, 5, 30.17}, {1, 1, 30, 30.17}, {2, 1, 65, 30.17}, {3, 1, 90, 30.17}};
    CHECK_CURVE(&curve, wanted);
    ihp__payment_curve_free(&curve);
}

/* The logarithmic piece starts at the third-highest: it has no slope, and nothing is divided by 0.
 */
static void test_15_2_4_logarithm_without_length(void **state)
{
    (void)state;
    const struct category at_top[] = {{0.5, 78}, {1.0, 6}, {2.0, 8}, {4.0, 8}};
    struct ihp__payment_curve curve = CURVE(at_top); /* 39, 81, 88, 96 */
    assert_double(curve.log_from, curve.top_from);
    assert_double(curve.log_slope, 0);
    assert_double(curve.category[1].dollars, 17.12);
    ihp__payment_curve_free(&curve);
}

/* The logarithm of a risk of 0 is not taken: if the band starts at a risk of 0, it is flat. */
static void test_15_2_4_logarithm_from_zero(void **state)
{
    (void)state;
    const struct category zeros[] = {{0, 60}, {0, 30}, {1.0, 4}, {2.0, 3}, {3.0, 3}};
    struct ihp__payment_curve curve = CURVE(zeros); /* 30, 75, 92, 95.5, 98.5 */
    assert_double(curve.linear_from, 0);
    assert_double(curve.category[0].dollars, 2.30);
    assert_double(curve.category[1].dollars, 2.30);
    ihp__payment_curve_free(&curve);
    const struct category more[] = {{0, 60}, {0, 24}, {0, 8}, {1.0, 4}, {2.0, 2}, {3.0, 2}};
    curve = CURVE(more); /* 30, 72, 88 */
    assert_double(curve.log_from, 0);
    assert_double(curve.category[0].dollars, 6.00); /* equal risks: the same amount */
    const struct at at[] = {{0, 6.00}, {1e-9, 6.00}, {curve.top_from * 0.999, 6.00}, {-0.1, 1.00}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);
}

/* ---- relative risk [15.2.2] ------------------------------------------------------------------ */

/* PMPMs are those of PBP-eligible attributed members, weighted by the eligible population. A
 * category without such members has the PMPM of the eligible population. */
static void test_15_2_2_category_of_only_the_population(void **state)
{
    (void)state;
    struct sums_of_month s;
    struct ihp__payment_sums *sums = sums_of(&s, NULL, 0);
    sums->population_months[2] = 60; /* 10 dollars over the 24 paid months, not over these 60 */
    sums->population_cost[2] = 777777;
    sums->paid_months[2] = 24;
    sums->paid_cost[2] = 24000;
    sums->population_months[5] = 40; /* 30 dollars, no member paid for */
    sums->population_cost[5] = 120000;
    sums->population_months[7] = 100; /* paid for, without cost */
    sums->population_cost[7] = 50000;
    sums->paid_months[7] = 12;
    struct ihp__payment_curve curve = curve_of_sums(sums, NULL);
    /* Mean: (10 x 60 + 30 x 40 + 0 x 100) / 200 = 9. */
    const struct wanted wanted[] = {
        {7, 0, 25, 17.12}, {2, 10.0 / 9, 65, 17.12 + 13.05 / 3}, {5, 30.0 / 9, 90, 30.17}};
    CHECK_CURVE(&curve, wanted);
    ihp__payment_curve_free(&curve);
}

static void test_15_2_2_zero_mean(void **state)
{
    (void)state;
    const struct category free_[] = {{0, 10}, {0, 10}};
    struct ihp__payment_curve curve = CURVE(free_);
    const struct wanted wanted[] = {{0, 1, 25, 30.17}, {1, 1, 75, 30.17}};
    CHECK_CURVE(&curve, wanted);
    ihp__payment_curve_free(&curve);
    /* Reversals that cancel the cost of another category: the mean is 0 too, and nothing is divided
     * by 0. */
    const struct category cancelled[] = {{-5.0, 10}, {5.0, 10}};
    curve = CURVE(cancelled);
    CHECK_CURVE(&curve, wanted);
    ihp__payment_curve_free(&curve);
}

static void test_15_2_2_negative_mean_is_noted(void **state)
{
    (void)state;
    struct sums_of_month s;
    struct ihp_notices notices = {0};
    const struct category reversed[] = {{-2.0, 10}, {-1.0, 10}};
    struct ihp__payment_curve curve = curve_of_sums(sums_of(&s, reversed, 2), &notices);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.text[0], "2025-05: the mean cost"));
    for (size_t i = 0; i < curve.categories; i++) {
        assert_true(isfinite(curve.category[i].weight) && isfinite(curve.category[i].dollars));
    }
    ihp__payment_curve_free(&curve);
    ihp_notices_clear(&notices);
}

/* A category of negative cost among others, raised: its risk decreases, and no logarithm is taken.
 */
static void test_15_2_2_negative_category(void **state)
{
    (void)state;
    const struct category one[] = {{-1.0, 10}, {1.0, 60}, {1.5, 10}, {2.0, 10}, {3.0, 10}};
    struct ihp__payment_curve curve = CURVE(one); /* 5, 40, 75, 85, 95 */
    double lowest = curve.category[0].weight;
    assert_true(lowest < 0);
    const struct at at[] = {{lowest, 1.00}, {lowest * 1.5, 1.00}, {lowest / 2, 1.00}, {0, 1.00}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);
}

static void test_15_2_2_month_without_population(void **state)
{
    (void)state;
    struct ihp__payment_curve curve = curve_of(NULL, 0);
    assert_int_equal(curve.categories, 0);
    ihp__payment_curve_free(&curve);
}

/* ---- percentiles by another measure [15.2.3] ------------------------------------------------- */

/* Six categories with the relative risks 0.5, 0.6, 0.8, 1.0, 1.2 and 2.2 of 100, 100, 200, 400, 100
 * and 100 months: the mean is (50 + 60 + 160 + 400 + 120 + 220) / 1000 = 1.01. */
static struct ihp__payment_sums *six_categories(struct sums_of_month *s)
{
    static const struct category six[] = {{0.5, 100}, {0.6, 100}, {0.8, 200},
                                          {1.0, 400}, {1.2, 100}, {2.2, 100}};
    return sums_of(s, six, 6);
}

static void check_percentiles(const struct ihp__payment_curve *curve, const double *percentile,
                              size_t count)
{
    assert_int_equal(curve->categories, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(curve->category[i].acg, i);
        assert_true(fabs(curve->category[i].percentile - percentile[i]) < 1e-10);
        assert_int_equal(curve->category[i].months, i == 2 ? 200 : i == 3 ? 400 : 100);
    }
}

/* By rank: (1 - 1/2) / 6 = 8.33, then 25, 41.67, 58.33, 75 and 91.67. The second band begins with
 * the first category, so none is in the first. */
static void test_15_2_3_percentiles_by_rank(void **state)
{
    (void)state;
    struct sums_of_month s;
    struct ihp__payment_curve curve =
        curve_by(six_categories(&s), IHP__PERCENTILES_CATEGORIES, NULL);
    const double percentile[] = {50.0 / 6, 25, 250.0 / 6, 350.0 / 6, 75, 550.0 / 6};
    check_percentiles(&curve, percentile, 6);
    /* 2.00 and 2.00 below the 30th; 0.8 / 1.01 begins the linear piece; the others are the three
     * highest: 17.12, + 13.05 x 0.2 / 1.2, 30.17. */
    const struct at at[] = {{0.5 / 1.01, 2.00},  {0.6 / 1.01, 2.00},   {0.8 / 1.01, 2.30},
                            {1.0 / 1.01, 17.12}, {1.2 / 1.01, 19.295}, {2.2 / 1.01, 30.17}};
    CHECK_DOLLARS(&curve, at);
    ihp__payment_curve_free(&curve);
}

/* By the months of the PBP-eligible members: 10, 0, 20, 0, 60 and 10 of 100. A category without any
 * is where those below it end. */
static void test_15_2_3_percentiles_of_the_pbp_eligible(void **state)
{
    (void)state;
    struct sums_of_month s;
    struct ihp__payment_sums *sums = six_categories(&s);
    static const int64_t eligible[] = {10, 0, 20, 0, 60, 10};
    for (size_t c = 0; c < 6; c++) { /* the same PMPM, so that the order does not change */
        int64_t pmpm = sums->paid_cost[c] / sums->paid_months[c];
        sums->population_cost[c] = pmpm * sums->population_months[c];
        sums->paid_months[c] = eligible[c];
        sums->paid_cost[c] = pmpm * eligible[c];
    }
    struct ihp__payment_curve curve = curve_by(sums, IHP__PERCENTILES_ELIGIBLE, NULL);
    const double percentile[] = {5, 10, 20, 30, 60, 95};
    check_percentiles(&curve, percentile, 6);
    const struct at at[] = {{0.5 / 1.01, 1.00}, {0.6 / 1.01, 2.00}, {0.8 / 1.01, 2.00}};
    CHECK_DOLLARS(&curve, at);
    assert_true(curve.linear_from == curve.category[3].weight); /* 30 is not below 30 */
    ihp__payment_curve_free(&curve);
}

/* With nobody PBP eligible, the percentiles are those of the population. */
static void test_15_2_3_percentiles_of_nobody(void **state)
{
    (void)state;
    struct sums_of_month s;
    struct ihp__payment_sums *sums = six_categories(&s);
    for (size_t c = 0; c < 6; c++) {
        sums->population_cost[c] = sums->paid_cost[c];
        sums->paid_months[c] = sums->paid_cost[c] = 0;
    }
    struct ihp__payment_curve curve = curve_by(sums, IHP__PERCENTILES_ELIGIBLE, NULL);
    const double percentile[] = {5, 15, 30, 60, 85, 95};
    check_percentiles(&curve, percentile, 6);
    ihp__payment_curve_free(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_15_2_whole_curve),
        cmocka_unit_test(test_15_3_6_raised_risks),
        cmocka_unit_test(test_15_2_4_midpoints_on_the_ends),
        cmocka_unit_test(test_15_2_3_equal_risks_are_ordered_by_name),
        cmocka_unit_test(test_15_2_3_equal_within_12_digits),
        cmocka_unit_test(test_15_2_4_empty_bands),
        cmocka_unit_test(test_15_2_4_highest_in_lower_bands),
        cmocka_unit_test(test_15_2_4_fewer_than_three_categories),
        cmocka_unit_test(test_15_2_4_all_equal),
        cmocka_unit_test(test_15_2_4_logarithm_without_length),
        cmocka_unit_test(test_15_2_4_logarithm_from_zero),
        cmocka_unit_test(test_15_2_2_category_of_only_the_population),
        cmocka_unit_test(test_15_2_2_zero_mean),
        cmocka_unit_test(test_15_2_2_negative_mean_is_noted),
        cmocka_unit_test(test_15_2_2_negative_category),
        cmocka_unit_test(test_15_2_2_month_without_population),
        cmocka_unit_test(test_15_2_3_percentiles_by_rank),
        cmocka_unit_test(test_15_2_3_percentiles_of_the_pbp_eligible),
        cmocka_unit_test(test_15_2_3_percentiles_of_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
