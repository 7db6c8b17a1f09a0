/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 4, ties of Step 2 [13.3.7]. */
#include "attribution.h"

static const enum ihp__reason BROKEN = IHP__REASON_TIE_BREAK;
static const enum ihp__reason UNRESOLVED = IHP__REASON_UNRESOLVED_TIE;
static const enum ihp__reason ELSEWHERE = IHP__REASON_PRIMARY_CARE_ELSEWHERE;

static struct ihp__decision_policies lowest_ihp(void)
{
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.unresolved_tie = IHP__TIE_LOWEST_IHP;
    return policies;
}

/* ---- among IHPs ------------------------------------------------------------------------------ */

static void test_13_3_7_7_latest_em_line_where_none_has_specialty_lines(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 3, 40), PRIMARY(C, 3, 41), PRIMARY(B, 2, 99)};
    assert_steps(rows, &policies, C, BROKEN);
    /* Specialty lines at B, which is not tied, and at a provider do not matter. */
    struct ihp__entity_counts more[] = {PRIMARY(A, 3, 42), PRIMARY(C, 3, 41),
                                        VISITS(B, 2, 99, 7, 99), SPECIAL(X, 9, 99)};
    assert_steps(more, &policies, A, BROKEN);
    struct ihp__entity_counts three[] = {PRIMARY(A, 3, 40), PRIMARY(C, 3, 41), PRIMARY(B, 3, 42)};
    assert_steps(three, &policies, B, BROKEN);
}

static void test_13_3_7_7_equal_dates_are_unresolved(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    struct ihp__entity_counts two[] = {PRIMARY(C, 3, 41), PRIMARY(B, 3, 41)};
    assert_steps(two, &policies, NOBODY, UNRESOLVED);
    assert_steps(two, &lowest, B, BROKEN);
    /* Of three, A has an earlier date: lowest_ihp takes the first of those still tied. */
    struct ihp__entity_counts three[] = {PRIMARY(C, 3, 41), PRIMARY(A, 3, 40), PRIMARY(B, 3, 41)};
    assert_steps(three, &policies, NOBODY, UNRESOLVED);
    assert_steps(three, &lowest, B, BROKEN);
}

static void test_13_3_7_8_most_specialty_lines_of_the_tied(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {VISITS(A, 3, 99, 1, 99), VISITS(B, 3, 5, 2, 5)};
    assert_steps(rows, &policies, B, BROKEN);
    /* One of the tied IHPs has specialty lines, the other has none. */
    struct ihp__entity_counts one[] = {PRIMARY(A, 3, 99), VISITS(B, 3, 5, 1, 5)};
    assert_steps(one, &policies, B, BROKEN);
    /* C has the most specialty lines, but is not tied for the most PCP lines. */
    struct ihp__entity_counts apart[] = {VISITS(A, 3, 99, 1, 99), VISITS(B, 3, 5, 2, 5),
                                         VISITS(C, 2, 99, 8, 99)};
    assert_steps(apart, &policies, B, BROKEN);
}

/* With equal specialty lines, the latest PCP line decides, not the latest E&M line of any kind. */
static void test_13_3_7_9_latest_primary_care_line_of_the_still_tied(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {VISITS(A, 3, 40, 2, 90), VISITS(B, 3, 41, 2, 10)};
    assert_steps(rows, &policies, B, BROKEN);
    /* C is tied on PCP lines and has the latest line, but has fewer specialty lines. */
    struct ihp__entity_counts three[] = {VISITS(A, 3, 42, 2, 1), VISITS(B, 3, 41, 2, 1),
                                         VISITS(C, 3, 99, 1, 99)};
    assert_steps(three, &policies, A, BROKEN);
    struct ihp__entity_counts all[] = {VISITS(A, 3, 42, 2, 1), VISITS(B, 3, 43, 2, 1),
                                       VISITS(C, 3, 44, 2, 1)};
    assert_steps(all, &policies, C, BROKEN);
}

static void test_13_3_7_9_equal_dates_are_unresolved(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    /* The dates of specialty lines differ, those of PCP lines do not. */
    struct ihp__entity_counts rows[] = {VISITS(C, 3, 40, 2, 90), VISITS(B, 3, 40, 2, 91)};
    assert_steps(rows, &policies, NOBODY, UNRESOLVED);
    assert_steps(rows, &lowest, B, BROKEN);
    struct ihp__entity_counts three[] = {VISITS(A, 3, 39, 2, 99), VISITS(C, 3, 40, 2, 90),
                                         VISITS(B, 3, 40, 2, 91)};
    assert_steps(three, &policies, NOBODY, UNRESOLVED);
    assert_steps(three, &lowest, B, BROKEN);
}

/* ---- between the IHP and non-IHP providers [13.3.7.10] --------------------------------------- */

static void test_13_3_7_10_ihp_later_than_the_provider(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    struct ihp__entity_counts later[] = {PRIMARY(B, 3, 51), PRIMARY(X, 3, 50)};
    assert_steps(later, &policies, B, BROKEN);
    struct ihp__entity_counts earlier[] = {PRIMARY(B, 3, 49), PRIMARY(X, 3, 50)};
    assert_steps(earlier, &policies, NOBODY, ELSEWHERE);
    assert_steps(earlier, &lowest, NOBODY, ELSEWHERE);
    struct ihp__entity_counts equal[] = {PRIMARY(B, 3, 50), PRIMARY(X, 3, 50)};
    assert_steps(equal, &policies, NOBODY, UNRESOLVED);
    assert_steps(equal, &lowest, B, BROKEN);
}

/* The dates are those of all E&M lines, also specialty lines, on both sides. */
static void test_13_3_7_10_dates_of_specialty_lines_count(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts ours[] = {VISITS(B, 3, 40, 1, 51), PRIMARY(X, 3, 50)};
    assert_steps(ours, &policies, B, BROKEN);
    struct ihp__entity_counts theirs[] = {PRIMARY(B, 3, 50), VISITS(X, 3, 40, 1, 51)};
    assert_steps(theirs, &policies, NOBODY, ELSEWHERE);
    /* Health-home lines, tied in Step 1 and later than all others, do not count here. */
    struct ihp__entity_counts home[] = {PRIMARY(B, 3, 50), PRIMARY(X, 3, 49)};
    home[0].health_home = home[1].health_home = 1;
    home[0].health_home_last = home[1].health_home_last = 99;
    assert_steps(home, &policies, B, BROKEN);
}

/* The IHP must be later than every tied provider; a provider that is not tied may be later. */
static void test_13_3_7_10_several_providers_with_different_dates(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    struct ihp__entity_counts last[] = {PRIMARY(A, 2, 60), PRIMARY(X, 2, 50), PRIMARY(Y, 2, 59),
                                        PRIMARY(Z, 1, 99)};
    assert_steps(last, &policies, A, BROKEN);
    struct ihp__entity_counts between[] = {PRIMARY(A, 2, 55), PRIMARY(X, 2, 50), PRIMARY(Y, 2, 59)};
    assert_steps(between, &policies, NOBODY, ELSEWHERE);
    assert_steps(between, &lowest, NOBODY, ELSEWHERE);
    struct ihp__entity_counts equal[] = {PRIMARY(A, 2, 59), PRIMARY(X, 2, 50), PRIMARY(Y, 2, 59)};
    assert_steps(equal, &policies, NOBODY, UNRESOLVED);
    assert_steps(equal, &lowest, A, BROKEN);
}

/* The tie of IHPs is resolved first, then the winner is compared with the providers. */
static void test_13_3_7_10_after_a_tie_of_ihps(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    /* B wins by specialty lines although A's date is later; then B's own date is compared. */
    struct ihp__entity_counts earlier[] = {VISITS(A, 2, 90, 1, 1), VISITS(B, 2, 40, 2, 45),
                                           PRIMARY(X, 2, 50)};
    assert_steps(earlier, &policies, NOBODY, ELSEWHERE);
    struct ihp__entity_counts later[] = {VISITS(A, 2, 30, 1, 1), VISITS(B, 2, 40, 2, 51),
                                         PRIMARY(X, 2, 50)};
    assert_steps(later, &policies, B, BROKEN);
    struct ihp__entity_counts by_date[] = {PRIMARY(A, 2, 52), PRIMARY(B, 2, 51), PRIMARY(X, 2, 51)};
    assert_steps(by_date, &policies, A, BROKEN);
    /* If the tie of IHPs is unresolved, the providers do not matter... */
    struct ihp__entity_counts unresolved[] = {PRIMARY(A, 2, 52), PRIMARY(B, 2, 52),
                                              PRIMARY(X, 2, 99)};
    assert_steps(unresolved, &policies, NOBODY, UNRESOLVED);
    /* ...but under lowest_ihp they do. */
    assert_steps(unresolved, &lowest, NOBODY, ELSEWHERE);
    unresolved[2].primary_last = 52;
    assert_steps(unresolved, &lowest, A, BROKEN);
    unresolved[2].primary_last = 51;
    assert_steps(unresolved, &lowest, A, BROKEN);
    assert_steps(unresolved, &policies, NOBODY, UNRESOLVED);
}

/* The IHP that wins by the PCP date is compared with the providers by all its E&M lines. */
static void test_13_3_7_10_after_13_3_7_9(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 30, 2, 95), VISITS(B, 2, 40, 2, 60),
                                        PRIMARY(X, 2, 50)};
    assert_steps(rows, &policies, B, BROKEN);
    rows[2].primary_last = 61;
    assert_steps(rows, &policies, NOBODY, ELSEWHERE);
}

/* Under any, the latest of all tied IHPs is compared with the provider, whatever specialty lines.
 */
static void test_policy_tie_with_elsewhere_any(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision, lowest = lowest_ihp();
    policies.tie_with_elsewhere = lowest.tie_with_elsewhere = IHP__TIE_ANY;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 90, 1, 1), VISITS(B, 2, 40, 2, 45),
                                        PRIMARY(X, 2, 50)};
    assert_steps(rows, &policies, A, BROKEN); /* B, the chosen one, would lose */
    rows[2].primary_last = 91;
    assert_steps(rows, &policies, NOBODY, ELSEWHERE);
    rows[2].primary_last = 90;
    assert_steps(rows, &policies, NOBODY, UNRESOLVED);
    assert_steps(rows, &lowest, A, BROKEN);
    /* Equal dates of IHPs: the provider does not matter, except under lowest_ihp. */
    struct ihp__entity_counts equal[] = {VISITS(B, 2, 60, 1, 1), VISITS(C, 2, 40, 3, 60),
                                         PRIMARY(X, 2, 50)};
    assert_steps(equal, &policies, NOBODY, UNRESOLVED);
    assert_steps(equal, &lowest, B, BROKEN);
    equal[2].primary_last = 61;
    assert_steps(equal, &policies, NOBODY, UNRESOLVED);
    assert_steps(equal, &lowest, NOBODY, ELSEWHERE);
    /* Without a tied provider, or with a single tied IHP, nothing changes. */
    struct ihp__entity_counts ihps[] = {VISITS(A, 2, 90, 1, 1), VISITS(B, 2, 40, 2, 45),
                                        PRIMARY(X, 1, 99)};
    assert_steps(ihps, &policies, B, BROKEN);
    struct ihp__entity_counts single[] = {PRIMARY(A, 2, 49), PRIMARY(B, 1, 99), PRIMARY(X, 2, 50)};
    assert_steps(single, &policies, NOBODY, ELSEWHERE);
}

static void test_policy_tie_with_elsewhere_trace(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.tie_with_elsewhere = IHP__TIE_ANY;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 90, 1, 1), VISITS(B, 2, 40, 2, 45),
                                        PRIMARY(X, 2, 91)};
    struct ihp__counts counts = counts_of(rows, 3);
    struct ihp__trace trace = {0};
    struct ihp__decision seen = ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held any[] = {
        {IHP__RULE_HEALTH_HOME_PRESENT, false}, {IHP__RULE_PRIMARY_AT_IHP, true},
        {IHP__RULE_PRIMARY_ELSEWHERE, false},   {IHP__RULE_PRIMARY_MOST, false},
        {IHP__RULE_TIE_ANY_LATEST, true},       {IHP__RULE_TIE_NON_IHP, false}};
    assert_trace(&trace, any);
    assert_int_equal(trace.entry[4].entity, A);
    assert_int_equal(trace.entry[4].value, 90);
    assert_string_equal(ihp__decision_section(seen.reason, &trace), "13.3.7.10");
}

/* A member lost to a provider in Step 2 and one lost in Step 4 have one reason and two sections. */
static void test_section_that_decided(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(B, 3, 49), PRIMARY(X, 3, 50)};
    struct ihp__counts counts = counts_of(rows, 2);
    struct ihp__trace trace = {0};
    struct ihp__decision seen = ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    assert_int_equal(seen.reason, ELSEWHERE);
    assert_string_equal(ihp__decision_section(seen.reason, &trace), "13.3.7.10");
    rows[1].primary = 4;
    trace.count = 0;
    seen = ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    assert_int_equal(seen.reason, ELSEWHERE);
    assert_string_equal(ihp__decision_section(seen.reason, &trace), "13.3.5.6");
    rows[1] = (struct ihp__entity_counts)PRIMARY(X, 3, 48);
    trace.count = 0;
    seen = ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    assert_int_equal(seen.reason, BROKEN);
    assert_string_equal(ihp__decision_section(seen.reason, &trace), "13.3.7.10");
    trace.count = 0;
    assert_string_equal(ihp__decision_section(IHP__REASON_NO_VISIT, &trace), "13.3.2");
}

static void test_13_3_7_trace(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 30, 2, 95), VISITS(B, 2, 40, 2, 60),
                                        PRIMARY(X, 2, 50)};
    struct ihp__counts counts = counts_of(rows, 3);
    struct ihp__trace trace = {0};
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held all[] = {
        {IHP__RULE_HEALTH_HOME_PRESENT, false}, {IHP__RULE_PRIMARY_AT_IHP, true},
        {IHP__RULE_PRIMARY_ELSEWHERE, false},   {IHP__RULE_PRIMARY_MOST, false},
        {IHP__RULE_TIE_SPECIALTY, false},       {IHP__RULE_TIE_PRIMARY_LATEST, true},
        {IHP__RULE_TIE_NON_IHP, true}};
    assert_trace(&trace, all);
    assert_int_equal(trace.entry[5].entity, B);
    assert_int_equal(trace.entry[5].value, 40);
    assert_int_equal(trace.entry[6].entity, B);
    assert_int_equal(trace.entry[6].value, 60);
    assert_int_equal(trace.entry[6].against, 50);

    rows[0].specialty = rows[1].specialty = 0;
    rows[0].specialty_last = rows[1].specialty_last = 0;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held dates[] = {
        {IHP__RULE_HEALTH_HOME_PRESENT, false}, {IHP__RULE_PRIMARY_AT_IHP, true},
        {IHP__RULE_PRIMARY_ELSEWHERE, false},   {IHP__RULE_PRIMARY_MOST, false},
        {IHP__RULE_TIE_EM_LATEST, true},        {IHP__RULE_TIE_NON_IHP, false}};
    assert_trace(&trace, dates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_7_7_latest_em_line_where_none_has_specialty_lines),
        cmocka_unit_test(test_13_3_7_7_equal_dates_are_unresolved),
        cmocka_unit_test(test_13_3_7_8_most_specialty_lines_of_the_tied),
        cmocka_unit_test(test_13_3_7_9_latest_primary_care_line_of_the_still_tied),
        cmocka_unit_test(test_13_3_7_9_equal_dates_are_unresolved),
        cmocka_unit_test(test_13_3_7_10_ihp_later_than_the_provider),
        cmocka_unit_test(test_13_3_7_10_dates_of_specialty_lines_count),
        cmocka_unit_test(test_13_3_7_10_several_providers_with_different_dates),
        cmocka_unit_test(test_13_3_7_10_after_a_tie_of_ihps),
        cmocka_unit_test(test_13_3_7_10_after_13_3_7_9),
        cmocka_unit_test(test_policy_tie_with_elsewhere_any),
        cmocka_unit_test(test_policy_tie_with_elsewhere_trace),
        cmocka_unit_test(test_section_that_decided),
        cmocka_unit_test(test_13_3_7_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
