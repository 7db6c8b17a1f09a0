/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 1, health homes [13.3.4]. */
#include "attribution.h"

static const enum ihp__reason HOME_HERE = IHP__REASON_HEALTH_HOME;
static const enum ihp__reason HOME_ELSEWHERE = IHP__REASON_HEALTH_HOME_ELSEWHERE;

static void test_13_3_4_2_health_home_lines_at_one_ihp(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {HOME(B, 3, 20)};
    assert_steps(rows, &policies, B, HOME_HERE);
    struct ihp__entity_counts more[] = {HOME(B, 1, 20), PRIMARY(A, 9, 80), SPECIAL(X, 12, 90)};
    assert_steps(more, &policies, B, HOME_HERE); /* E&M lines do not matter */
}

static void test_13_3_4_3_most_health_home_lines_win(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts ihps[] = {HOME(A, 2, 90), HOME(C, 3, 10), HOME(B, 1, 95)};
    assert_steps(ihps, &policies, C, HOME_HERE);
    struct ihp__entity_counts elsewhere[] = {HOME(A, 2, 90), HOME(Y, 3, 10), HOME(X, 2, 5)};
    assert_steps(elsewhere, &policies, NOBODY, HOME_ELSEWHERE);
    /* Providers are compared one by one: X and Y have four together, A has three. */
    struct ihp__entity_counts apart[] = {HOME(A, 3, 10), HOME(X, 2, 60), HOME(Y, 2, 70)};
    assert_steps(apart, &policies, A, HOME_HERE);
}

static void test_13_3_4_3_health_home_elsewhere_decides(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {HOME(Z, 1, 10), PRIMARY(A, 9, 80), SPECIAL(B, 9, 90)};
    assert_steps(rows, &policies, NOBODY, HOME_ELSEWHERE);
}

static void test_13_3_4_4_latest_health_home_wins(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts ihps[] = {HOME(A, 2, 31), HOME(B, 2, 32)};
    assert_steps(ihps, &policies, B, HOME_HERE);
    struct ihp__entity_counts mixed[] = {HOME(A, 2, 33), HOME(X, 2, 32)};
    assert_steps(mixed, &policies, A, HOME_HERE);
    struct ihp__entity_counts elsewhere[] = {HOME(A, 2, 32), HOME(X, 2, 33)};
    assert_steps(elsewhere, &policies, NOBODY, HOME_ELSEWHERE);
    /* Three entities have two lines each; A, with one later line, does not take part. */
    struct ihp__entity_counts three[] = {HOME(B, 2, 40), HOME(Y, 2, 39), HOME(C, 2, 41),
                                         HOME(A, 1, 99)};
    assert_steps(three, &policies, C, HOME_HERE);
}

/* The dates compared are those of health-home lines, not of other lines. */
static void test_13_3_4_4_dates_of_other_lines_do_not_break_the_tie(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {HOME(A, 2, 31), HOME(B, 2, 32)};
    rows[0].primary = rows[0].specialty = 5;
    rows[0].primary_last = rows[0].specialty_last = 300;
    assert_steps(rows, &policies, B, HOME_HERE);
}

/* With equal numbers and equal dates, Step 2 decides by the E&M lines of all entities. */
static void test_13_3_4_4_still_equal_goes_on_to_step_2(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts primary[] = {HOME(A, 2, 32), HOME(B, 2, 32), PRIMARY(C, 1, 5)};
    assert_steps(primary, &policies, C, IHP__REASON_PRIMARY_CARE);
    struct ihp__entity_counts tied[] = {HOME(A, 2, 32), HOME(X, 2, 32)};
    tied[0].primary = 3;
    tied[1].primary = 4;
    assert_steps(tied, &policies, NOBODY, IHP__REASON_PRIMARY_CARE_ELSEWHERE);
    struct ihp__entity_counts others[] = {HOME(Y, 1, 32), HOME(X, 1, 32), SPECIAL(B, 1, 7)};
    assert_steps(others, &policies, B, IHP__REASON_SPECIALTY);
    /* Two of three share the latest date; the third does not matter. */
    struct ihp__entity_counts three[] = {HOME(A, 2, 31), HOME(B, 2, 32), HOME(C, 2, 32)};
    three[0].primary = 1;
    assert_steps(three, &policies, A, IHP__REASON_PRIMARY_CARE);
}

/* If there is no E&M line, the reason is not NO_EM, as the member has health-home lines. */
static void test_13_3_4_4_still_equal_without_em_lines(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {HOME(A, 2, 32), HOME(B, 2, 32)};
    assert_steps(rows, &policies, NOBODY, IHP__REASON_NO_IHP_EM);
    struct ihp__entity_counts lowest[] = {HOME(A, 2, 32), HOME(B, 2, 32)};
    struct ihp__decision_policies other = policies;
    other.unresolved_tie = IHP__TIE_LOWEST_IHP; /* a policy of Step 4 only */
    assert_steps(lowest, &other, NOBODY, IHP__REASON_NO_IHP_EM);
}

static void test_13_3_4_5_none_goes_on_to_step_2(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 1, 10), PRIMARY(X, 0, 0)};
    assert_steps(rows, &policies, A, IHP__REASON_PRIMARY_CARE);
}

static struct ihp__decision_policies pooled_homes(void)
{
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.health_home_elsewhere = IHP__HOME_POOLED;
    return policies;
}

/* Lines of all non-IHP providers are added up; those of IHPs are not. */
static void test_policy_health_home_elsewhere_pooled(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = pooled_homes();
    struct ihp__entity_counts more[] = {HOME(A, 3, 90), HOME(X, 2, 60), HOME(Y, 2, 70)};
    assert_steps(more, &policies, NOBODY, HOME_ELSEWHERE); /* 4 against 3 */
    struct ihp__entity_counts fewer[] = {HOME(A, 5, 10), HOME(X, 2, 60), HOME(Y, 2, 70)};
    assert_steps(fewer, &policies, A, HOME_HERE); /* 4 against 5 */
    struct ihp__entity_counts ihps[] = {HOME(A, 2, 10), HOME(B, 2, 20), HOME(X, 2, 60),
                                        HOME(Z, 1, 5)};
    assert_steps(ihps, &policies, NOBODY, HOME_ELSEWHERE); /* 3 against 2, not against 4 */
    struct ihp__entity_counts alone[] = {HOME(Y, 1, 70)};
    assert_steps(alone, &policies, NOBODY, HOME_ELSEWHERE);
    struct ihp__entity_counts none[] = {HOME(B, 1, 20), HOME(A, 1, 21)};
    assert_steps(none, &policies, A, HOME_HERE);
}

/* With equal numbers, the latest line of any non-IHP provider is that of all of them. */
static void test_policy_health_home_elsewhere_pooled_with_equal_numbers(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = pooled_homes();
    struct ihp__entity_counts rows[] = {HOME(A, 4, 71), HOME(X, 3, 60), HOME(Y, 1, 70)};
    assert_steps(rows, &policies, A, HOME_HERE);
    rows[0].health_home_last = 69;
    assert_steps(rows, &policies, NOBODY, HOME_ELSEWHERE);
    rows[0].health_home_last = 70; /* equal: Step 2 */
    assert_steps(rows, &policies, NOBODY, IHP__REASON_NO_IHP_EM);
    rows[0].primary = 1;
    rows[0].primary_last = 3;
    assert_steps(rows, &policies, A, IHP__REASON_PRIMARY_CARE);
    /* Two IHPs are tied with the providers: one of all three has the latest line, or none has. */
    struct ihp__entity_counts three[] = {HOME(A, 2, 40), HOME(B, 2, 41), HOME(X, 1, 40),
                                         HOME(Y, 1, 39)};
    assert_steps(three, &policies, B, HOME_HERE);
    three[0].health_home_last = 41;
    assert_steps(three, &policies, NOBODY, IHP__REASON_NO_IHP_EM);
    three[3].health_home_last = 42;
    assert_steps(three, &policies, NOBODY, HOME_ELSEWHERE);
}

/* Visits that are one if the providers are one entity count once: 2 + 2 - 1 = 3 against 3. */
static void test_policy_health_home_elsewhere_pooled_visits(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = pooled_homes();
    struct ihp__entity_counts rows[] = {HOME(A, 3, 80), HOME(X, 2, 60), HOME(Y, 2, 70)};
    struct ihp__counts counts = counts_of(rows, 3);
    check_decision(ihp__attribution_steps(&counts, IHPS, &policies, NULL), NOBODY, HOME_ELSEWHERE,
                   1, __FILE__, __LINE__);
    counts.repeated_homes = 1;
    check_decision(ihp__attribution_steps(&counts, IHPS, &policies, NULL), A, HOME_HERE, 1,
                   __FILE__, __LINE__);
}

static void test_policy_health_home_elsewhere_trace(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = pooled_homes();
    struct ihp__entity_counts rows[] = {HOME(A, 3, 32), HOME(X, 2, 31), HOME(Y, 2, 30)};
    struct ihp__counts counts = counts_of(rows, 3);
    struct ihp__trace trace = {0};
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held elsewhere[] = {{IHP__RULE_HEALTH_HOME_PRESENT, true},
                                                 {IHP__RULE_HEALTH_HOME_POOLED, true}};
    assert_trace(&trace, elsewhere);
    assert_int_equal(trace.entry[1].value, 4);
    assert_int_equal(trace.entry[1].against, 3);
    assert_string_equal(ihp__rule_section(trace.entry[1].rule), "13.3.4.3");

    rows[0].health_home = 4;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held dates[] = {{IHP__RULE_HEALTH_HOME_PRESENT, true},
                                             {IHP__RULE_HEALTH_HOME_POOLED, false},
                                             {IHP__RULE_HEALTH_HOME_MOST, false},
                                             {IHP__RULE_HEALTH_HOME_LATEST, true}};
    assert_trace(&trace, dates);
    assert_int_equal(trace.entry[2].against, 2); /* A, and the providers */
    assert_int_equal(trace.entry[3].entity, A);
}

static void test_13_3_4_trace(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {HOME(A, 2, 32), HOME(C, 2, 35), HOME(X, 1, 99)};
    struct ihp__counts counts = counts_of(rows, 3);
    struct ihp__trace trace = {0};
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held tied[] = {{IHP__RULE_HEALTH_HOME_PRESENT, true},
                                            {IHP__RULE_HEALTH_HOME_MOST, false},
                                            {IHP__RULE_HEALTH_HOME_LATEST, true}};
    assert_trace(&trace, tied);
    assert_int_equal(trace.entry[0].value, 2);
    assert_int_equal(trace.entry[0].entity, IHP__NO_ENTITY);
    assert_int_equal(trace.entry[1].value, 2);
    assert_int_equal(trace.entry[2].entity, C);
    assert_int_equal(trace.entry[2].value, 35);
    assert_string_equal(ihp__rule_section(trace.entry[2].rule), "13.3.4.4");

    rows[1].health_home_last = 32;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held on[] = {{IHP__RULE_HEALTH_HOME_PRESENT, true},
                                          {IHP__RULE_HEALTH_HOME_MOST, false},
                                          {IHP__RULE_HEALTH_HOME_LATEST, false},
                                          {IHP__RULE_PRIMARY_AT_IHP, false},
                                          {IHP__RULE_SPECIALTY_AT_IHP, false}};
    assert_trace(&trace, on);

    rows[1].health_home = 5;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held alone[] = {{IHP__RULE_HEALTH_HOME_PRESENT, true},
                                             {IHP__RULE_HEALTH_HOME_MOST, true}};
    assert_trace(&trace, alone);
    assert_int_equal(trace.entry[1].entity, C);
    assert_int_equal(trace.entry[1].value, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_4_2_health_home_lines_at_one_ihp),
        cmocka_unit_test(test_13_3_4_3_most_health_home_lines_win),
        cmocka_unit_test(test_13_3_4_3_health_home_elsewhere_decides),
        cmocka_unit_test(test_13_3_4_4_latest_health_home_wins),
        cmocka_unit_test(test_13_3_4_4_dates_of_other_lines_do_not_break_the_tie),
        cmocka_unit_test(test_13_3_4_4_still_equal_goes_on_to_step_2),
        cmocka_unit_test(test_13_3_4_4_still_equal_without_em_lines),
        cmocka_unit_test(test_13_3_4_5_none_goes_on_to_step_2),
        cmocka_unit_test(test_policy_health_home_elsewhere_pooled),
        cmocka_unit_test(test_policy_health_home_elsewhere_pooled_with_equal_numbers),
        cmocka_unit_test(test_policy_health_home_elsewhere_pooled_visits),
        cmocka_unit_test(test_policy_health_home_elsewhere_trace),
        cmocka_unit_test(test_13_3_4_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
