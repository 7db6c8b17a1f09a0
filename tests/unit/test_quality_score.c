/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of measures, categories and IHPs, worked out by hand from the contract [17.3, 18.4]. */
#include "quality_fixture.h"

static char first[] = "First", second[] = "Second", third[] = "Third", extra[] = "Extra";

/* ---- a measure ------------------------------------------------------------------------------- */

/* 28% is 12% better than a baseline and a benchmark of 25% [18.4.4.2, example]. */
static void test_benchmark(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C1", first, 1, IHP__SCORING_BENCHMARK);
    add_benchmark(f, 0, 0.275);
    add_rates(f, 0, 25, 28, 100);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.rate, 0.28);
    assert_number(s.baseline, 0.25);
    assert_number(s.benchmark, 0.275);
    assert_number(s.difference, 0.005 / 0.275); /* 1.8%: 1.2 points */
    assert_number(s.improvement, 0.12);
    assert_number(s.achievement_points, 1.2);
    assert_number(s.improvement_points, 2);
    assert_number(s.points, 2);
    assert_number(s.available, 2);
    f->policies.benchmark_difference = IHP__DIFFERENCE_POINTS;
    s = scored(f, 0);
    assert_number(s.difference, 0.005);
    assert_number(s.improvement, 0.12); /* always relative */
    f->benchmark[0].benchmark = 0.26;   /* 2 percentage points more: 1.4; 7.7% more: 1.8 */
    assert_number(scored(f, 0).achievement_points, 1.4);
    f->policies.benchmark_difference = IHP__DIFFERENCE_RELATIVE;
    assert_number(scored(f, 0).achievement_points, 1.8);
}

/* A ratio may exceed 1, and its numbers are in millionths: 1.25 observed to expected, from 1.3125,
 * at a benchmark of 1.25 and of 1.2. */
static void test_ratio(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    struct ihp__measure *m = add_measure(f, "C14", first, 1, IHP__SCORING_BENCHMARK);
    m->lower_is_better = m->ratio = true;
    add_benchmark(f, 0, 1.25);
    add_row(f, TWO, 0, YEAR - 1, "", 1050000000, 800000000);
    add_row(f, TWO, 0, YEAR, "", 1000625000, 800500000);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.rate, 1.25);
    assert_number(s.baseline, 1.3125);
    assert_number(s.difference, 0);
    assert_number(s.improvement, 0.0625 / 1.3125); /* 4.8% */
    assert_number(s.achievement_points, 1.2);
    assert_number(s.improvement_points, 1.2);
    f->benchmark[0].benchmark = 1.2;
    assert_number(scored(f, 0).difference, -0.05 / 1.2); /* 4.2% worse: none */
    assert_number(scored(f, 0).achievement_points, 0);
    f->policies.benchmark_difference = IHP__DIFFERENCE_POINTS;
    assert_number(scored(f, 0).difference, -0.05);
    /* The greatest numbers: a product of two has 31 digits. */
    f->row[0].numerator = f->row[1].denominator = INT64_C(1000000000000000);
    f->row[0].denominator = f->row[1].numerator = INT64_C(999999999999999);
    s = scored(f, 0);
    assert_number(s.rate, 0.999999999999999);
    assert_true(s.improvement > 1.9e-15 && s.improvement < 2.1e-15);
}

/* If a lower rate is better, difference and improvement change their sign. */
static void test_lower_is_better(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C14", first, 1, IHP__SCORING_BENCHMARK)->lower_is_better = true;
    add_benchmark(f, 0, 0.25);
    add_rates(f, 0, 250, 240, 1000);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.difference, 0.04);
    assert_number(s.improvement, 0.04);
    assert_number(s.achievement_points, 1.6);
    assert_number(s.improvement_points, 1.2);
    assert_number(s.points, 1.6);
    f->row[1].numerator = 260; /* worse by the same amount */
    s = scored(f, 0);
    assert_number(s.difference, -0.04);
    assert_number(s.improvement, -0.04);
    assert_number(s.points, 0.5);
    f->row[1].numerator = 250; /* neither better nor worse */
    s = scored(f, 0);
    assert_number(s.difference, 0);
    assert_false(signbit(s.difference));
    assert_false(signbit(s.improvement));
    assert_number(s.points, 1.2);
}

/* Rates at boundaries whose difference has no exact double. */
static void test_boundaries_of_rates(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C1", first, 1, IHP__SCORING_BENCHMARK);
    add_benchmark(f, 0, 0.7);
    for (int64_t i = 1; i <= 1000; i++) { /* 8% above, then one person less */
        f->program.quality_rows = 0;
        add_rates(f, 0, 100 * i, 108 * i, 1000000);
        assert_number(scored(f, 0).improvement_points, 2);
        f->row[1].numerator--;
        assert_number(scored(f, 0).improvement_points, 1.8);
    }
    f->program.quality_rows = 0;
    add_rates(f, 0, 1, 728, 1000); /* 4% above 0.7 */
    assert_number(scored(f, 0).achievement_points, 1.6);
    f->row[1].numerator = 672; /* 4% below */
    assert_number(scored(f, 0).achievement_points, 0.5);
    f->row[1].numerator = 671;
    assert_number(scored(f, 0).achievement_points, 0);
}

/* Without a sufficient sample a measure is removed; without a baseline it has no improvement. */
static void test_removed(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C1", first, 1, IHP__SCORING_BENCHMARK);
    add_measure(f, "Q1", first, 1, IHP__SCORING_IMPROVEMENT);
    add_benchmark(f, 0, 0.5);
    add_rates(f, 0, 50, 50, 100);
    add_rates(f, 1, 50, 52, 100);
    assert_number(scored(f, 0).points, 1.2);
    assert_number(scored(f, 1).points, 1.0);
    assert_number(scored(f, 1).achievement_points, NAN);
    f->row[0].sufficient = f->row[2].sufficient = false;
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.baseline, NAN);
    assert_number(s.improvement_points, NAN);
    assert_number(s.points, 1.2);
    s = scored(f, 1); /* there are no other points than improvement */
    assert_number(s.rate, 0.52);
    assert_number(s.points, NAN);
    assert_number(s.available, 0);
    f->row[0].sufficient = f->row[2].sufficient = true;
    f->row[1].sufficient = f->row[3].sufficient = false;
    for (size_t m = 0; m < 2; m++) {
        s = scored(f, m);
        assert_number(s.rate, NAN);
        assert_number(s.baseline, 0.5);
        assert_number(s.benchmark, m == 0 ? 0.5 : NAN);
        assert_number(s.difference, NAN);
        assert_number(s.improvement, NAN);
        assert_number(s.points, NAN);
        assert_number(s.available, 0);
    }
    f->row[3].sufficient = true;
    f->row[2].numerator = 0; /* a baseline of 0 has no relative improvement */
    assert_number(scored(f, 1).improvement, NAN);
    assert_number(scored(f, 1).available, 0);
    assert_number(scored(f, 1).baseline, 0);
}

/* A changed specification removes improvement points, not achievement points [18.4.1]. */
static void test_not_comparable(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C1", first, 1, IHP__SCORING_BENCHMARK);
    add_measure(f, "Q1", first, 1, IHP__SCORING_IMPROVEMENT);
    add_benchmark(f, 0, 0.5)->comparable = false;
    add_benchmark(f, 1, NAN)->comparable = false;
    add_rates(f, 0, 40, 50, 100);
    add_rates(f, 1, 40, 50, 100);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.baseline, 0.4);
    assert_number(s.improvement, NAN);
    assert_number(s.improvement_points, NAN);
    assert_number(s.points, 1.2);
    assert_number(scored(f, 1).available, 0);
    f->benchmark[0].year = YEAR - 1; /* of another year, so this year is comparable */
    f->benchmark[1].year = YEAR - 1;
    assert_number(scored(f, 1).points, 2);
}

/* The share of participants that did not report reduces achievement points, not improvement points.
 */
static void test_percentile(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C12", first, 1, IHP__SCORING_PERCENTILE);
    add_benchmark(f, 0, NAN);
    add_rates(f, 0, 39, 40, 100);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.benchmark, NAN);
    assert_number(s.difference, NAN);
    assert_number(s.achievement_points, 1.2);
    f->row[1].not_reporting = 0.25;
    assert_number(scored(f, 0).achievement_points, 0.9);
    f->row[1].not_reporting = 1;
    assert_number(scored(f, 0).achievement_points, 0);
    f->row[0].numerator = 38; /* 5.3% */
    s = scored(f, 0);
    assert_number(s.improvement_points, 1.4);
    assert_number(s.points, 1.4);
    f->measure[0].lower_is_better = true;
    memcpy(f->benchmark[0].percentile, (double[]){0.8, 0.7, 0.6, 0.5, 0.4, 0.3},
           sizeof f->benchmark[0].percentile);
    f->row[1].not_reporting = 0;
    s = scored(f, 0);
    assert_number(s.achievement_points, 1.8);
    assert_number(s.improvement, -2.0 / 38);
}

/* Under `not_reporting: total` the points are reduced after the greater of the two was taken. */
static void test_not_reporting_of_the_total(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C12", first, 1, IHP__SCORING_PERCENTILE);
    add_measure(f, "Q1", first, 1, IHP__SCORING_IMPROVEMENT);
    add_benchmark(f, 0, NAN);
    add_rates(f, 0, 39, 40, 100);
    f->policies.not_reporting = IHP__NOT_REPORTING_TOTAL;
    f->row[1].not_reporting = 0.25;
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.achievement_points, 1.2);
    assert_number(s.improvement_points, 0); /* 2.6% */
    assert_number(s.points, 0.9);
    f->row[0].numerator = 38; /* 5.3%: 1.4 */
    s = scored(f, 0);
    assert_number(s.achievement_points, 1.2);
    assert_number(s.improvement_points, 1.4);
    assert_number(s.points, 1.05);
    f->row[1].not_reporting = 1;
    assert_number(scored(f, 0).points, 0);
    assert_number(scored(f, 0).available, 2);
    f->row[1].not_reporting = 0;
    assert_number(scored(f, 0).points, 1.4);
    f->row[1].not_reporting = 0.25;
    f->row[1].points = 2; /* given points are not reduced */
    assert_number(scored(f, 0).points, 2);
    add_rates(f, 1, 50, 52, 100); /* nor are those of other scorings */
    f->row[3].not_reporting = 0.25;
    assert_number(scored(f, 1).points, 1);
}

static void test_cahps(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "C7", first, 1, IHP__SCORING_CAHPS);
    add_benchmark(f, 0, 0.5);
    add_rates(f, 0, 500, 515, 1000);
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.achievement_points, 1.5); /* exactly 3% */
    assert_number(s.improvement_points, 1.0);
    assert_number(s.points, 1.5);
    f->row[1].numerator = 516;
    assert_number(scored(f, 0).points, 2);
    f->row[1].numerator = 484;
    assert_number(scored(f, 0).points, 0);
}

/* Points given in quality.csv replace all others, for every kind of scoring. */
static void test_points_given(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "E01", first, 1, IHP__SCORING_POINTS);
    add_measure(f, "C1", first, 1, IHP__SCORING_BENCHMARK);
    add_row(f, TWO, 0, YEAR, "", 0, 0)->points = 0.75;
    add_rates(f, 1, 50, 60, 100);
    f->row[2].points = 0;
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.points, 0.75);
    assert_number(s.available, 2);
    assert_number(s.rate, NAN);
    s = scored(f, 1);
    assert_number(s.rate, 0.6);
    assert_number(s.points, 0);
    assert_number(s.available, 2);
    assert_number(s.achievement_points, NAN);
    assert_number(s.improvement_points, NAN);
    f->row[0].points = NAN; /* no points given and no rate */
    assert_number(scored(f, 0).available, 0);
    f->row[0].points = 2;
    f->row[0].sufficient = false;
    assert_number(scored(f, 0).available, 0);
    f->row[0].sufficient = true;
    f->row[0].year = YEAR - 1; /* points of the year before do not count */
    assert_number(scored(f, 0).available, 0);
}

/* ---- categories and the overall score -------------------------------------------------------- */

/* Three categories of 50%, 30% and 20% with points given, and a bonus category of 5%. */
static struct fixture *scores(void)
{
    struct fixture *f = fixture();
    add_measure(f, "A1", first, 0.5, IHP__SCORING_POINTS);
    add_measure(f, "B1", second, 0.3, IHP__SCORING_POINTS);
    add_measure(f, "A2", first, 0.5, IHP__SCORING_POINTS);
    add_measure(f, "C1", third, 0.2, IHP__SCORING_POINTS);
    add_measure(f, "X1", extra, 0.05, IHP__SCORING_POINTS)->bonus = true;
    static const double points[] = {2, 0.5, 1, 1, 1.6};
    for (size_t m = 0; m < 5; m++) {
        add_row(f, TWO, m, YEAR, "", 0, 0)->points = points[m];
    }
    return f;
}

static void test_categories(void **state)
{
    (void)state;
    struct fixture *f = scores();
    struct ihp__category_score s;
    assert_true(ihp__quality_category(&f->quality, TWO, 18, 0, &s));
    assert_string_equal(s.category, "First");
    assert_number(s.points, 3);
    assert_number(s.available, 4);
    assert_number(s.weight, 0.5);
    assert_number(s.score, 0.75);
    assert_false(s.bonus);
    assert_true(ihp__quality_category(&f->quality, TWO, 18, 1, &s));
    assert_number(s.score, 0.25);
    assert_false(ihp__quality_category(&f->quality, TWO, 18, 2,
                                       &s)); /* row 0 is the first of that category */
    assert_number(s.score, 0.25);
    assert_false(ihp__quality_category(&f->quality, TWO, 17, 0, &s));
    assert_false(ihp__quality_category(&f->quality, ONE, 18, 0, &s));
    assert_true(ihp__quality_category(&f->quality, TWO, 18, 4, &s));
    assert_true(s.bonus);
    assert_true(ihp__quality_has_section(&f->program, TWO, 18));
    assert_false(ihp__quality_has_section(&f->program, TWO, 17));
    assert_false(ihp__quality_has_section(&f->program, ONE, 18));
    f->row[0].sufficient = f->row[2].sufficient = false;
    assert_true(ihp__quality_category(&f->quality, TWO, 18, 0, &s));
    assert_number(s.points, 0);
    assert_number(s.available, 0);
    assert_number(s.score, NAN);
}

/* 0.75 x 0.5 + 0.25 x 0.3 + 0.5 x 0.2 + bonus 0.8 x 0.05. */
static void test_overall(void **state)
{
    (void)state;
    struct fixture *f = scores();
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.59);
    f->row[1].sufficient = false; /* 30% distributed to 50% and 20%: (0.375 + 0.1) / 0.7 + 0.04 */
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.475 / 0.7 + 0.04);
    f->row[4].sufficient = false; /* the weight of a bonus is not distributed */
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.475 / 0.7);
    f->row[0].sufficient = false; /* one of two measures: 1 of 2 points */
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), (0.25 + 0.1) / 0.7);
    assert_number(ihp__quality_overall(&f->quality, TWO, 17), NAN);
}

/* The overall score if the categories with a 0 are absent, the bonus not counted. */
static double without(struct fixture *f, bool is_first, bool is_second, bool is_third)
{
    f->row[0].sufficient = f->row[2].sufficient = is_first;
    f->row[1].sufficient = is_second;
    f->row[3].sufficient = is_third;
    f->row[4].sufficient = false;
    return ihp__quality_overall(&f->quality, TWO, 18);
}

/* First and Second are a set. Their scores are 0.75 and 0.25, Third's is 0.5. */
static void test_absent_category(void **state)
{
    (void)state;
    struct fixture *f = scores();
    static const size_t core[] = {0, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        strcpy(f->measure[core[i]].set, "Core");
    }
    assert_number(without(f, true, false, true), (0.75 * 0.5 + 0.5 * 0.2) / 0.7);
    f->policies.absent_category = IHP__ABSENT_SET;
    assert_number(without(f, true, true, true), 0.55);
    assert_number(without(f, true, false, true), 0.75 * 0.8 + 0.5 * 0.2);
    assert_number(without(f, false, true, true), 0.25 * 0.8 + 0.5 * 0.2);
    assert_number(without(f, false, false, true), 0.5); /* all of the set is left to the others */
    assert_number(without(f, true, true, false), (0.75 * 0.5 + 0.25 * 0.3) / 0.8); /* no set */
    assert_number(without(f, true, false, false), 0.75); /* 0.8 within the set, then all */
    assert_number(without(f, false, false, false), NAN);
    strcpy(f->measure[3].set, "Other"); /* a set of one category */
    assert_number(without(f, true, false, true), 0.75 * 0.8 + 0.5 * 0.2);
    assert_number(without(f, true, true, false), (0.75 * 0.5 + 0.25 * 0.3) / 0.8);
    strcpy(f->measure[4].set, "Core"); /* a bonus category neither hands on nor receives */
    assert_number(without(f, true, false, true), 0.75 * 0.8 + 0.5 * 0.2);
    f->row[4].sufficient = true;
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.75 * 0.8 + 0.5 * 0.2 + 0.04);
    f->policies.absent_category = IHP__ABSENT_LOST;
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.75 * 0.5 + 0.5 * 0.2 + 0.04);
    assert_number(without(f, true, true, true), 0.55);
    assert_number(without(f, true, false, false), 0.75 * 0.5);
    assert_number(without(f, false, false, false), NAN);
}

static void test_upper_limit_and_no_score(void **state)
{
    (void)state;
    struct fixture *f = scores();
    for (size_t i = 0; i < 5; i++) {
        f->row[i].points = 2;
    }
    assert_true(ihp__quality_overall(&f->quality, TWO, 18) == 1.0); /* not 1.05 [18.4.11] */
    f->row[3].points = 1.75;                                        /* 0.975 + 0.05 */
    assert_true(ihp__quality_overall(&f->quality, TWO, 18) == 1.0);
    f->row[3].points = 1; /* 0.9 + 0.05 */
    assert_number(ihp__quality_overall(&f->quality, TWO, 18), 0.95);
    for (size_t i = 0; i < 4; i++) {
        f->row[i].sufficient = false;
    }
    assert_number(ihp__quality_overall(&f->quality, TWO, 18),
                  NAN); /* a bonus alone is not a score */
}

/* Section 17 by track: rows of one track and of both; weights may differ between tracks. */
static void test_tracks(void **state)
{
    (void)state;
    struct fixture *f = fixture();
    add_measure(f, "E01", first, 0.4, IHP__SCORING_POINTS)->track = 0;
    add_measure(f, "M01", second, 0.2, IHP__SCORING_POINTS)->track = 1;
    add_measure(f, "M01", second, 0.3, IHP__SCORING_POINTS)->first = 1;
    add_measure(f, "M06", third, 0.2, IHP__SCORING_POINTS)->track = 1;
    for (size_t m = 0; m < 4; m++) {
        f->measure[m].section = 17;
    }
    for (int ihp = ONE; ihp <= TWO; ihp++) {
        static const size_t measures[] = {0, 1, 3};
        static const double points[] = {1, 2, 0};
        for (size_t i = 0; i < 3; i++) {
            add_row(f, ihp, measures[i], YEAR, "", 0, 0)->points = points[i];
        }
    }
    /* (0.5 x 0.4 + 1 x 0.2 + 0 x 0.2) of 0.8: all have points, so no weight is distributed. */
    assert_number(ihp__quality_overall(&f->quality, ONE, 17), 0.4);
    assert_number(ihp__quality_overall(&f->quality, TWO, 17), 0.5);
    struct ihp__category_score s;
    assert_true(ihp__quality_category(&f->quality, TWO, 17, 2, &s));
    assert_number(s.weight, 0.3);
    assert_number(s.available, 2); /* the row of the other track is not counted again */
    assert_false(ihp__quality_category(&f->quality, TWO, 17, 1, &s));
}

/* ---- for a settlement ------------------------------------------------------------------------ */

static void test_of_settlement(void **state)
{
    (void)state;
    struct fixture *f = scores();
    struct ihp__deck deck = {
        .settlement = IHP__FINAL, .performance = {.year = YEAR}, .policies = f->policies};
    assert_number(ihp__quality_of_settlement(&f->program, &deck, TWO), 0.59);
    assert_number(ihp__quality_of_settlement(&f->program, &deck, ONE), NAN);
    deck.settlement = IHP__INTERIM;
    assert_number(ihp__quality_of_settlement(&f->program, &deck, TWO), NAN);
    deck.settlement = IHP__FINAL;
    deck.performance.year = YEAR + 1;
    assert_number(ihp__quality_of_settlement(&f->program, &deck, TWO), NAN);
    deck.performance.year = YEAR;
    f->program.has_quality = false;
    assert_number(ihp__quality_of_settlement(&f->program, &deck, TWO), NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_benchmark),       cmocka_unit_test(test_lower_is_better),
        cmocka_unit_test(test_ratio),           cmocka_unit_test(test_boundaries_of_rates),
        cmocka_unit_test(test_removed),         cmocka_unit_test(test_not_comparable),
        cmocka_unit_test(test_percentile),      cmocka_unit_test(test_not_reporting_of_the_total),
        cmocka_unit_test(test_cahps),           cmocka_unit_test(test_points_given),
        cmocka_unit_test(test_categories),      cmocka_unit_test(test_overall),
        cmocka_unit_test(test_absent_category), cmocka_unit_test(test_upper_limit_and_no_score),
        cmocka_unit_test(test_tracks),          cmocka_unit_test(test_of_settlement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
