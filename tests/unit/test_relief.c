/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extreme circumstances [5.9] and termination [6.1], with numbers worked out by hand. */
#include "settlement_fixture.h"

/* ---- the share of losses that circumstances cancel [5.9] ------------------------------------- */

static void test_5_9_just_under_at_and_over_a_fifth(void **state)
{
    (void)state;
    static const struct {
        int64_t affected, members;
        double share; /* of one month */
    } cases[] = {
        {199, 1000, 0.0}, {200, 1000, 200.0 / 12000}, {201, 1000, 201.0 / 12000},
        {0, 5, 0.0},      {1, 5, 1.0 / 60},           {1, 4, 1.0 / 48},
        {1, 6, 0.0},      {2, 6, 2.0 / 72},           {7, 7, 1.0 / 12},
        {0, 0, 0.0},      {49999999, 250000000, 0.0}, {50000000, 250000000, 1.0 / 60},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t affected[12] = {0};
        affected[i] = cases[i].affected;
        assert_near(ihp__circumstance_share(affected, cases[i].members, IHP__CIRCUMSTANCE_SHARE),
                    cases[i].share);
        assert_near(ihp__circumstance_share(affected, cases[i].members, IHP__CIRCUMSTANCE_MONTHS),
                    cases[i].share > 0 ? 1.0 / 12 : 0.0);
    }
}

/* Months are judged one by one. Of 10 members 2, 1, 10 and 5 live in affected counties in four
 * months; the month with 1 is not affected. (3 / 12) x mean of 20 %, 100 % and 50 % = 17 / 120; by
 * months alone, 3 / 12. */
static void test_5_9_months_one_by_one(void **state)
{
    (void)state;
    static const int64_t four[12] = {[0] = 2, [3] = 1, [4] = 10, [11] = 5};
    assert_near(ihp__circumstance_share(four, 10, IHP__CIRCUMSTANCE_SHARE), 17.0 / 120.0);
    assert_double(ihp__circumstance_share(four, 10, IHP__CIRCUMSTANCE_MONTHS), 0.25);
    static const int64_t everywhere[12] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    assert_double(ihp__circumstance_share(everywhere, 3, IHP__CIRCUMSTANCE_SHARE), 1.0);
    assert_double(ihp__circumstance_share(everywhere, 3, IHP__CIRCUMSTANCE_MONTHS), 1.0);
}

/* $6,300 of losses, 2 and 10 of 10 members: 12 / 120 of the losses are cancelled. */
static void test_5_9_only_losses_are_reduced(void **state)
{
    struct fixture *f = *state;
    f->performance->members[EAST] = 10;
    f->performance->affected[EAST * 12 + 6] = 2;
    f->performance->affected[EAST * 12 + 7] = 1;
    f->performance->affected[EAST * 12 + 8] = 10;
    f->base->affected[EAST * 12 + 1] = 10; /* the base period has no circumstances */
    const struct ihp__settlement *s = settle_at(f, 43260000);
    assert_int_equal(s->outcome, IHP__OUTCOME_LOSSES);
    assert_double(round(s->quality_adjusted * 1e6), -6300e6);
    assert_double(round(s->circumstance_reduction * 1e6), 630e6);
    assert_double(round(s->final_amount * 1e6), -5670e6);
    assert_int_equal(s->amount_due, -567000);
    assert_double(f->finance.settlement[WEST].circumstance_reduction, 0.0);
    f->deck.policies.circumstance_rule = IHP__CIRCUMSTANCE_MONTHS; /* 2 / 12 of them */
    s = settle_at(f, 43260000);
    assert_double(round(s->circumstance_reduction * 1e6), 1050e6);
    assert_int_equal(s->amount_due, -525000);
    assert_double(f->finance.settlement[WEST].circumstance_reduction, 0.0);
    s = settle_at(f, 39900000);
    assert_int_equal(s->outcome, IHP__OUTCOME_SAVINGS);
    assert_double(s->circumstance_reduction, 0.0);
    assert_int_equal(s->amount_due, 1050000);
    s = settle_at(f, 42000000);
    assert_int_equal(s->outcome, IHP__OUTCOME_INSIDE_THRESHOLD);
    assert_double(s->circumstance_reduction, 0.0);
    assert_int_equal(s->amount_due, 0);
}

/* If all members live there all year, nothing is owed and nothing is paid. */
static void test_5_9_all_losses(void **state)
{
    struct fixture *f = *state;
    for (int m = 0; m < 12; m++) {
        f->performance->affected[EAST * 12 + m] = f->performance->members[EAST];
    }
    const struct ihp__settlement *s = settle_at(f, 43260000);
    assert_double(s->circumstance_reduction, -s->quality_adjusted);
    assert_double(s->final_amount, 0.0);
    assert_int_equal(s->amount_due, 0);
}

/* ---- the fraction that remains after a termination [6.1] ------------------------------------- */

static struct ihp__partnership terminated(const char *day, enum ihp__termination kind)
{
    return (struct ihp__partnership){
        .track = 2, .terminated = true, .terminated_on = day_of(day), .termination = kind};
}

static void test_6_1_days_in_force(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        int year;
        double factor;
    } cases[] = {
        {"2024-06-30", 2025, 0.0},         {"2024-12-31", 2025, 0.0},
        {"2025-01-01", 2025, 1.0 / 365},   {"2025-02-28", 2025, 59.0 / 365},
        {"2025-06-30", 2025, 181.0 / 365}, {"2025-12-30", 2025, 364.0 / 365},
        {"2025-12-31", 2025, 1.0},         {"2026-01-01", 2025, 1.0},
        {"2028-01-01", 2028, 1.0 / 366},   {"2028-02-29", 2028, 60.0 / 366},
        {"2028-06-30", 2028, 182.0 / 366}, {"2028-12-30", 2028, 365.0 / 366},
        {"2028-12-31", 2028, 1.0},         {"2027-12-31", 2028, 0.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int kind = 0; kind <= IHP__TERMINATION_WITH_CAUSE; kind++) {
            struct ihp__partnership ihp = terminated(cases[i].day, (enum ihp__termination)kind);
            assert_near(ihp__termination_factor(&ihp, (cases[i].year - 1970) * 12, false),
                        cases[i].factor);
        }
    }
    const struct ihp__partnership going_on = {.track = 2};
    assert_double(ihp__termination_factor(&going_on, month_of("2025-01"), false), 1.0);
    assert_double(ihp__termination_factor(&going_on, month_of("2025-01"), true), 1.0);
}

/* The days of a quarterly statement's twelve months: July 2024 to June 2025, and March 2027 to
 * February 2028, which has a leap day. */
static void test_6_1_days_in_force_of_twelve_months(void **state)
{
    (void)state;
    static const struct {
        const char *day, *first;
        double factor;
    } cases[] = {
        {"2024-06-30", "2024-07", 0.0},         {"2024-07-01", "2024-07", 1.0 / 365},
        {"2024-12-31", "2024-07", 184.0 / 365}, {"2025-01-01", "2024-07", 185.0 / 365},
        {"2025-06-29", "2024-07", 364.0 / 365}, {"2025-06-30", "2024-07", 1.0},
        {"2025-07-01", "2024-07", 1.0},         {"2027-03-01", "2027-03", 1.0 / 366},
        {"2028-02-28", "2027-03", 365.0 / 366}, {"2028-02-29", "2027-03", 1.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__partnership ihp = terminated(cases[i].day, IHP__TERMINATION_WITH_CAUSE);
        assert_near(ihp__termination_factor(&ihp, month_of(cases[i].first), false),
                    cases[i].factor);
    }
}

/* The days behind the factor, and the section that drops losses, as README.txt and letters have
 * them. */
static void test_6_1_words(void **state)
{
    (void)state;
    int32_t of_period, first = month_of("2025-01");
    struct ihp__partnership ihp = terminated("2025-06-30", IHP__TERMINATION_STATE_WITHOUT_CAUSE);
    assert_int_equal(ihp__days_in_force(&ihp, first, &of_period), 181);
    assert_int_equal(of_period, 365);
    assert_string_equal(ihp__losses_released_by(&ihp, first), "6.1.2.1.2");
    assert_string_equal(ihp__termination_text(ihp.termination), "state_without_cause");
    ihp = terminated("2025-12-31", IHP__TERMINATION_STATE_BREACH);
    assert_int_equal(ihp__days_in_force(&ihp, first, &of_period), 365);
    assert_string_equal(ihp__losses_released_by(&ihp, first), "6.1.3.3.1");
    ihp = terminated("2026-01-01", IHP__TERMINATION_STATE_BREACH); /* after the period */
    assert_int_equal(ihp__days_in_force(&ihp, first, &of_period), 365);
    assert_null(ihp__losses_released_by(&ihp, first));
    ihp = terminated("2024-12-31", IHP__TERMINATION_WITH_CAUSE);
    assert_int_equal(ihp__days_in_force(&ihp, first, &of_period), 0);
    assert_null(ihp__losses_released_by(&ihp, first));
    const struct ihp__partnership going_on = {.track = 2};
    assert_int_equal(ihp__days_in_force(&going_on, first, &of_period), 365);
    assert_null(ihp__losses_released_by(&going_on, first));
}

/* The IHP is released from losses if the State terminated without cause or was in breach, on any
 * day in the year, but not if the contract lasted beyond the year. */
static void test_6_1_losses_by_kind(void **state)
{
    (void)state;
    static const struct {
        enum ihp__termination kind;
        bool dropped;
    } cases[] = {
        {IHP__TERMINATION_STATE_WITHOUT_CAUSE, true}, {IHP__TERMINATION_STATE_BREACH, true},
        {IHP__TERMINATION_INSUFFICIENT_FUNDS, false}, {IHP__TERMINATION_IHP_WITHOUT_CAUSE, false},
        {IHP__TERMINATION_WITH_CAUSE, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__partnership ihp = terminated("2025-01-01", cases[i].kind);
        assert_near(ihp__termination_factor(&ihp, month_of("2025-01"), true),
                    cases[i].dropped ? 0.0 : 1.0 / 365);
        ihp = terminated("2025-12-31", cases[i].kind);
        assert_near(ihp__termination_factor(&ihp, month_of("2025-01"), true),
                    cases[i].dropped ? 0.0 : 1.0);
        ihp = terminated("2026-01-01", cases[i].kind);
        assert_near(ihp__termination_factor(&ihp, month_of("2025-01"), true), 1.0);
        ihp = terminated("2024-12-31", cases[i].kind);
        assert_near(ihp__termination_factor(&ihp, month_of("2025-01"), true), 0.0);
    }
}

/* 73 days are a fifth of the year. Savings of $10,500; losses of $6,300, of which $630 are
 * cancelled. */
static void test_6_1_amounts(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].terminated = true;
    f->ihp[EAST].terminated_on = day_of("2025-03-14");
    f->ihp[EAST].termination = IHP__TERMINATION_IHP_WITHOUT_CAUSE;
    f->ihp[EAST].interim_paid = 100000;
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_near(s->termination_factor, 0.2);
    assert_double(round(s->quality_adjusted * 1e6), 10500e6); /* before it */
    assert_int_equal(s->amount_due, 210000 - 100000);
    f->performance->members[EAST] = 10;
    f->performance->affected[EAST * 12 + 11] = 10;
    f->performance->affected[EAST * 12 + 10] = 2;
    s = settle_at(f, 43260000);
    assert_double(round(s->circumstance_reduction * 1e6), 630e6);
    assert_int_equal(s->amount_due, -113400 - 100000); /* a fifth of $5,670 */
    f->ihp[EAST].termination = IHP__TERMINATION_STATE_BREACH;
    s = settle_at(f, 43260000);
    assert_double(s->termination_factor, 0.0);
    assert_double(round(s->circumstance_reduction * 1e6), 630e6);
    assert_int_equal(s->amount_due, -100000);
    f->deck.settlement = IHP__INTERIM; /* an interim is prorated too */
    assert_int_equal(settle_at(f, 39900000)->amount_due, 210000);
    f->ihp[EAST].track = 1;
    s = settle_at(f, 39900000);
    assert_int_equal(s->outcome, IHP__OUTCOME_NO_SETTLEMENT);
    assert_double(s->termination_factor, 1.0); /* nothing to prorate */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_5_9_just_under_at_and_over_a_fifth),
        cmocka_unit_test(test_5_9_months_one_by_one),
        TEST(test_5_9_only_losses_are_reduced),
        TEST(test_5_9_all_losses),
        cmocka_unit_test(test_6_1_days_in_force),
        cmocka_unit_test(test_6_1_days_in_force_of_twelve_months),
        cmocka_unit_test(test_6_1_words),
        cmocka_unit_test(test_6_1_losses_by_kind),
        TEST(test_6_1_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
