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
        cmocka_unit_test(test_13_3_4_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
