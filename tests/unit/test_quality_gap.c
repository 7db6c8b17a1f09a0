/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equitable care, worked out by hand from the contract [18.4.9.2]. */
#include "quality_fixture.h"

static char first[] = "First";

/* A group with the same denominator in both years, and its numerators before and now. */
struct gap_case {
    const char *group;
    int64_t before, now, denominator;
};

/* Gives TWO an equitable care measure: all members at 50% in both years, and these groups in text
 * order. */
static struct fixture *gap(const struct gap_case *group, size_t groups)
{
    struct fixture *f = fixture();
    add_measure(f, "E1", first, 1, IHP__SCORING_GAP);
    for (int year = YEAR - 1; year <= YEAR; year++) {
        add_row(f, TWO, 0, year, "", 500, 1000);
        for (size_t i = 0; i < groups; i++) {
            add_row(f, TWO, 0, year, group[i].group, year == YEAR ? group[i].now : group[i].before,
                    group[i].denominator);
        }
    }
    return f;
}
#define GAP(...)                                                                                   \
    gap((const struct gap_case[]){__VA_ARGS__},                                                    \
        sizeof((const struct gap_case[]){__VA_ARGS__}) / sizeof(struct gap_case))
#define EQUITY(...) scored(GAP(__VA_ARGS__), 0).points

/* The contract's example: 25% and 20%, then 25% and 21%: the gap is 20% smaller, 1.4 points. */
static void test_gap_example(void **state)
{
    (void)state;
    assert_number(EQUITY({"Black", 20, 21, 100}, {"White", 25, 25, 100}), 1.4);
    struct fixture *f = GAP({"Black", 20, 21, 100}, {"White", 25, 25, 100});
    struct ihp__measure_score s = scored(f, 0);
    assert_number(s.rate, 0.5);
    assert_number(s.baseline, 0.5);
    assert_number(s.improvement, NAN); /* the rate has no points of its own */
    assert_number(s.improvement_points, NAN);
    assert_number(s.available, 2);
    /* The same if a lower rate is better: 75% and 80%, then 75% and 79%. */
    f = GAP({"Black", 80, 79, 100}, {"White", 75, 75, 100});
    f->measure[0].lower_is_better = true;
    assert_number(scored(f, 0).points, 1.4);
}

/* Weighted by the denominators of the performance year: (99 x 1.6 + 400 x 0 + 99 x 1.6) / 598. */
static void test_gap_weights(void **state)
{
    (void)state;
    assert_number(EQUITY({"Asian", 30, 30, 50}, {"Black", 30, 36, 99}, {"Hispanic", 160, 161, 400},
                         {"Native", 40, 43, 99}, {"White", 200, 200, 400}),
                  316.8 / 598);
    struct fixture *f = GAP({"A", 30, 40, 100}, {"B", 40, 45, 100}, {"White", 50, 50, 100});
    assert_number(scored(f, 0).points, 2); /* both groups halve their gap */
    f->row[5].numerator = 130;             /* A of 400 in the performance year: 32.5%, 12.5% less */
    f->row[5].denominator = 400;
    assert_number(scored(f, 0).points, (400 * 1.2 + 100 * 2.0) / 500);
}

/* A group that has overtaken the reference group does not count in the weights. If no group is
 * below, the measure has 2 points. */
static void test_gap_closed(void **state)
{
    (void)state;
    assert_number(EQUITY({"A", 120, 208, 400}, {"B", 80, 84, 200}, {"White", 25, 25, 50}), 1.4);
    assert_number(EQUITY({"A", 120, 208, 400}, {"White", 25, 25, 50}), 2);
    assert_number(EQUITY({"A", 120, 200, 400}, {"White", 25, 25, 50}), 2); /* exactly equal */
    assert_number(EQUITY({"White", 25, 25, 50}), 2);
    assert_number(EQUITY({"A", 30, 30, 50}, {"White", 25, 25, 50}), 2); /* above in both */
}

/* Groups below must come closer, all others must maintain their rate. */
static void test_gap_eligibility(void **state)
{
    (void)state;
    assert_number(EQUITY({"A", 20, 20, 50}, {"B", 20, 24, 50}, {"White", 25, 25, 50}), 0);
    assert_number(EQUITY({"A", 20, 21, 50}, {"B", 20, 24, 50}, {"White", 25, 25, 50}),
                  (1.4 + 2.0) / 2); /* gaps 20% and 80% smaller */
    /* The gap stays the same if both rates rise equally: 45/100 and 25/50, 47/100 and 26/50. */
    assert_number(EQUITY({"A", 90, 94, 200}, {"White", 25, 26, 50}), 0);
    /* Above before, below now; equal before, below now. */
    assert_number(EQUITY({"A", 26, 25, 50}, {"White", 25, 26, 50}), 0);
    assert_number(EQUITY({"A", 25, 25, 50}, {"White", 25, 26, 50}), 0);
    assert_number(EQUITY({"A", 240, 240, 400}, {"White", 200, 200, 400}), 2);
    /* Below and dropped by more than 1%, with a denominator of 100 and with less. */
    assert_number(EQUITY({"A", 40, 39, 100}, {"White", 50, 50, 100}), 0);
    assert_number(EQUITY({"A", 39, 38, 99}, {"White", 50, 50, 100}), 0);
}

/* Points under `equity_maintain: strict`. */
static double strict(struct fixture *f)
{
    f->policies.equity_maintain = IHP__MAINTAIN_STRICT;
    return scored(f, 0).points;
}

/* A group that is not below maintains its rate with a drop of up to 1%, whatever its denominator;
 * so does the reference group. Under `strict` it must not drop at all. */
static void test_gap_maintain(void **state)
{
    (void)state;
    assert_number(EQUITY({"A", 400, 396, 800}, {"White", 200, 200, 800}), 2); /* exactly 1% */
    assert_number(strict(GAP({"A", 400, 396, 800}, {"White", 200, 200, 800})), 0);
    assert_number(EQUITY({"A", 400, 395, 800}, {"White", 200, 200, 800}), 0);
    assert_number(strict(GAP({"A", 400, 400, 800}, {"White", 200, 200, 800})), 2);
    assert_number(EQUITY({"A", 50, 49, 99}, {"White", 25, 25, 99}), 0); /* 2%, a small group */
    /* The reference group drops by exactly 1% and by more; A's gap becomes 85% smaller. */
    assert_number(EQUITY({"A", 20, 24, 50}, {"White", 500, 495, 1000}), 2);
    assert_number(strict(GAP({"A", 20, 24, 50}, {"White", 500, 495, 1000})), 0);
    assert_number(strict(GAP({"A", 20, 24, 50}, {"White", 500, 499, 1000})), 0);
    assert_number(EQUITY({"A", 20, 24, 50}, {"White", 500, 494, 1000}), 0);
}

/* A group below may drop if its gap shrinks because the reference group drops too, but not by more
 * than 1% from a denominator of 100 on. White from 50% to 49.5%, A from 40% to 34 of 86 or 39.53%:
 * 1.2% less, and its gap 0.3% smaller, without points. B has 2 points. */
static void test_gap_below_and_dropped(void **state)
{
    (void)state;
    struct fixture *f = GAP({"A", 40, 34, 100}, {"B", 20, 24, 50}, {"White", 500, 495, 1000});
    f->row[5].denominator = 86;
    assert_number(scored(f, 0).points, (86 * 0.0 + 50 * 2.0) / 136);
    assert_number(strict(f), 0);
    f = GAP({"A", 40, 68, 100}, {"B", 20, 24, 50}, {"White", 500, 495, 1000});
    f->row[5].denominator = 172; /* the same rate of a large group */
    assert_number(scored(f, 0).points, 0);
    f->policies.equity_drop = IHP__DROP_POINTS; /* 0.47 points */
    assert_number(scored(f, 0).points, (172 * 0.0 + 50 * 2.0) / 222);
}

/* Under `equity_drop: points` the 1% is of the rate itself. */
static void test_gap_drop_in_points(void **state)
{
    (void)state;
    struct fixture *f = GAP({"A", 240, 236, 400}, {"White", 200, 200, 400});
    assert_number(scored(f, 0).points, 0); /* 60% to 59%: 1.7% less */
    f->policies.equity_drop = IHP__DROP_POINTS;
    assert_number(scored(f, 0).points, 2); /* exactly 1 point */
    assert_number(strict(f), 0);
    f->policies.equity_maintain = IHP__MAINTAIN_TOLERANCE;
    f->row[4].numerator = 235;
    assert_number(scored(f, 0).points, 0);
    f->row[4].numerator = 240;
    f->row[3].numerator = 490; /* everyone, from 50% to exactly 49% */
    assert_number(scored(f, 0).points, 2);
    f->row[3].numerator = 489;
    assert_number(scored(f, 0).points, 0);
}

/* The denominator of a large group is 100 for ratios as well, whose numbers are in millionths. */
static void test_gap_of_ratios(void **state)
{
    (void)state;
    struct fixture *f =
        GAP({"A", 40000000, 34000000, 100000000}, {"B", 20, 24, 50}, {"White", 500, 495, 1000});
    f->measure[0].ratio = true;
    f->row[5].denominator = 86000000; /* 86: a small group, without points */
    assert_number(scored(f, 0).points, 50 * 2.0 / (86000000 + 50));
    f->row[1].numerator = 400; /* 40% of 1000, and 39.53% of 99.999999 and of 100 */
    f->row[1].denominator = 1000;
    f->row[5].denominator = 99999999;
    f->row[5].numerator = 39534883;
    assert_true(scored(f, 0).points > 0);
    f->row[5].denominator = 100000000;
    assert_number(scored(f, 0).points, 0);
}

/* If a lower rate is better, any rise from 0 is a relative drop of more than 1%. */
static void test_gap_drop_from_zero(void **state)
{
    (void)state;
    struct fixture *f = GAP({"White", 25, 25, 50});
    f->measure[0].lower_is_better = true;
    f->row[0].numerator = f->row[2].numerator = 0;
    assert_number(scored(f, 0).points, 2);
    f->row[2].numerator = 1;
    assert_number(scored(f, 0).points, 0);
    f->policies.equity_drop = IHP__DROP_POINTS; /* from 0 to 0.1% */
    assert_number(scored(f, 0).points, 2);
    f->row[2].numerator = 10; /* exactly 1% */
    assert_number(scored(f, 0).points, 2);
    f->row[2].numerator = 11;
    assert_number(scored(f, 0).points, 0);
}

/* The rate of all members must not drop by more than 1%. */
static void test_gap_overall_drop(void **state)
{
    (void)state;
    struct fixture *f = GAP({"A", 20, 24, 50}, {"White", 25, 25, 50});
    f->row[3].numerator = 495; /* exactly 1% */
    assert_number(scored(f, 0).points, 2);
    f->row[3].numerator = 494;
    assert_number(scored(f, 0).points, 0);
    f->row[0].numerator = 0; /* a rate cannot drop from 0 */
    f->row[3].numerator = 0;
    assert_number(scored(f, 0).points, 2);
}

/* A group without a rate in both years does not count. The measure is removed if the reference
 * group lacks a rate in one of the years, or if the years cannot be compared. */
static void test_gap_missing_rates(void **state)
{
    (void)state;
    struct fixture *f = GAP({"A", 30, 20, 200}, {"B", 20, 24, 50}, {"White", 25, 25, 50});
    assert_number(scored(f, 0).points, 0);
    f->row[1].sufficient = false; /* A before */
    assert_number(scored(f, 0).points, 2);
    f->row[1].sufficient = true;
    f->row[5].sufficient = false; /* A now */
    assert_number(scored(f, 0).points, 2);
    strcpy(f->row[5].group, "AA"); /* another name now: neither group has both years */
    f->row[5].sufficient = true;
    assert_number(scored(f, 0).points, 2);
    static const size_t needed[] = {3, 7}; /* the reference group in both years */
    for (size_t i = 0; i < 2; i++) {
        f->row[needed[i]].sufficient = false;
        assert_number(scored(f, 0).available, 0);
        assert_number(scored(f, 0).points, NAN);
        f->row[needed[i]].sufficient = true;
    }
    assert_number(scored(f, 0).available, 2);
    add_benchmark(f, 0, NAN)->comparable = false;
    assert_number(scored(f, 0).available, 0);
    f->benchmark[0].comparable = true;
    strcpy(f->policies.reference_group, "B");
    assert_number(scored(f, 0).points, 2); /* White is above and does not drop */
}

/* Without a rate of all members in both years, they do not drop. */
static void test_gap_without_overall_rates(void **state)
{
    (void)state;
    struct fixture *f = GAP({"A", 20, 24, 50}, {"White", 25, 25, 50});
    f->row[3].numerator = 494; /* all members drop by more than 1% */
    assert_number(scored(f, 0).points, 0);
    f->row[0].sufficient = false; /* before */
    assert_number(scored(f, 0).points, 2);
    assert_number(scored(f, 0).available, 2);
    f->row[3].sufficient = false; /* and now */
    assert_number(scored(f, 0).points, 2);
    f->row[0].sufficient = true;
    assert_number(scored(f, 0).points, 2);
    f->row[1].numerator = 30; /* groups are compared all the same: A's 60% fall to 48% */
    assert_number(scored(f, 0).points, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gap_example),        cmocka_unit_test(test_gap_weights),
        cmocka_unit_test(test_gap_closed),         cmocka_unit_test(test_gap_eligibility),
        cmocka_unit_test(test_gap_overall_drop),   cmocka_unit_test(test_gap_missing_rates),
        cmocka_unit_test(test_gap_maintain),       cmocka_unit_test(test_gap_below_and_dropped),
        cmocka_unit_test(test_gap_drop_in_points), cmocka_unit_test(test_gap_drop_from_zero),
        cmocka_unit_test(test_gap_of_ratios),      cmocka_unit_test(test_gap_without_overall_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
