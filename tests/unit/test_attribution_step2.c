/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps 2 and 3: primary care, then specialty care [13.3.5, 13.3.6]. */
#include "attribution.h"

static const enum ihp__reason PRIMARY_HERE = IHP__REASON_PRIMARY_CARE;
static const enum ihp__reason PRIMARY_ELSEWHERE = IHP__REASON_PRIMARY_CARE_ELSEWHERE;
static const enum ihp__reason SPECIALTY_HERE = IHP__REASON_SPECIALTY;
static const enum ihp__reason SPECIALTY_ELSEWHERE = IHP__REASON_SPECIALTY_ELSEWHERE;

/* ---- Step 2 [13.3.5] ------------------------------------------------------------------------- */

static void test_13_3_5_3_primary_care_at_one_ihp(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(C, 1, 10)};
    assert_steps(rows, &policies, C, PRIMARY_HERE);
    /* Specialty lines do not matter, even if there are many and late ones, at an IHP or a provider.
     */
    struct ihp__entity_counts more[] = {PRIMARY(C, 1, 10), SPECIAL(A, 8, 90), SPECIAL(X, 9, 99)};
    assert_steps(more, &policies, C, PRIMARY_HERE);
}

static void test_13_3_5_4_most_primary_care_lines_win(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 3, 90), PRIMARY(B, 4, 10), PRIMARY(X, 3, 99)};
    assert_steps(rows, &policies, B, PRIMARY_HERE);
    /* Providers are compared one by one: six lines at X and Y together do not matter. */
    struct ihp__entity_counts apart[] = {PRIMARY(X, 3, 80), PRIMARY(B, 4, 10), PRIMARY(Y, 3, 99)};
    assert_steps(apart, &policies, B, PRIMARY_HERE);
    /* Two IHPs tied below the greatest number are not a tie. */
    struct ihp__entity_counts below[] = {PRIMARY(A, 3, 80), PRIMARY(B, 3, 10), PRIMARY(C, 5, 1)};
    assert_steps(below, &policies, C, PRIMARY_HERE);
}

static void test_13_3_5_6_more_primary_care_at_one_provider(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 3, 99), PRIMARY(X, 4, 10)};
    assert_steps(rows, &policies, NOBODY, PRIMARY_ELSEWHERE);
    /* Also if the IHPs are tied, and if they have specialty lines and later dates. */
    struct ihp__entity_counts tied[] = {VISITS(A, 3, 99, 9, 99), PRIMARY(B, 3, 98),
                                        PRIMARY(Z, 4, 10), PRIMARY(X, 1, 1)};
    assert_steps(tied, &policies, NOBODY, PRIMARY_ELSEWHERE);
    /* Specialty lines at a provider do not count in Step 2. */
    struct ihp__entity_counts special[] = {PRIMARY(A, 1, 5), VISITS(X, 0, 0, 30, 10)};
    assert_steps(special, &policies, A, PRIMARY_HERE);
}

static void test_13_3_5_7_none_at_an_ihp_goes_on_to_step_3(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(B, 2, 5), PRIMARY(X, 2, 50)};
    assert_steps(rows, &policies, B, SPECIALTY_HERE);
}

static void test_policy_primary_care_elsewhere_blocks(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.primary_care_elsewhere = IHP__ELSEWHERE_BLOCKS;
    struct ihp__entity_counts rows[] = {SPECIAL(B, 9, 90), PRIMARY(X, 1, 5)};
    assert_steps(rows, &policies, NOBODY, PRIMARY_ELSEWHERE);
    struct ihp__entity_counts special[] = {SPECIAL(B, 2, 5), SPECIAL(X, 2, 50)};
    assert_steps(special, &policies, B, SPECIALTY_HERE); /* without a PCP line nothing is blocked */
    struct ihp__entity_counts none[] = {PRIMARY(X, 1, 5)};
    assert_steps(none, &policies, NOBODY, PRIMARY_ELSEWHERE); /* instead of NO_IHP_EM */
    struct ihp__entity_counts fewer[] = {PRIMARY(A, 2, 5), PRIMARY(X, 1, 50)};
    assert_steps(fewer, &policies, A, PRIMARY_HERE);
}

/* ---- Step 3 [13.3.6] ------------------------------------------------------------------------- */

static void test_13_3_6_3_specialty_care_at_one_ihp(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 1, 5)};
    assert_steps(rows, &policies, A, SPECIALTY_HERE);
}

static void test_13_3_6_4_most_specialty_lines_win(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90), SPECIAL(B, 5, 10), SPECIAL(C, 4, 95)};
    assert_steps(rows, &policies, B, SPECIALTY_HERE);
}

/* A tie of IHPs decides, whatever the dates; unresolved_tie is a policy of Step 4 only. */
static void test_13_3_6_5_equal_specialty_lines_at_two_ihps(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 10), SPECIAL(C, 4, 95), SPECIAL(B, 3, 99)};
    for (int policy = 0; policy < 2; policy++) {
        policies.unresolved_tie = policy;
        assert_steps(rows, &policies, NOBODY, IHP__REASON_SPECIALTY_TIE);
    }
}

/* All E&M lines of a provider count, also those by primary-care providers. */
static void test_13_3_6_7_more_em_lines_at_one_provider(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90), VISITS(X, 3, 10, 2, 10)};
    assert_steps(rows, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    /* An equal number is not greater. A single IHP has the most lines of the IHPs. */
    struct ihp__entity_counts equal[] = {SPECIAL(A, 4, 10), VISITS(X, 2, 90, 2, 90)};
    assert_steps(equal, &policies, A, SPECIALTY_HERE);
    /* Providers are compared one by one: 4 and 4 lines at two providers. */
    struct ihp__entity_counts apart[] = {SPECIAL(A, 5, 10), SPECIAL(X, 4, 90), PRIMARY(Y, 4, 90)};
    assert_steps(apart, &policies, A, SPECIALTY_HERE);
    /* A provider with more lines decides before a tie of IHPs. */
    struct ihp__entity_counts tied[] = {SPECIAL(A, 4, 1), SPECIAL(B, 4, 2), SPECIAL(Z, 5, 1)};
    assert_steps(tied, &policies, NOBODY, SPECIALTY_ELSEWHERE);
}

static void test_policy_specialty_elsewhere_specialty(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.specialty_elsewhere = IHP__SPECIALTY_SPECIALTY;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90), VISITS(X, 3, 10, 2, 10)};
    assert_steps(rows, &policies, A, SPECIALTY_HERE); /* 2 lines at X; all E&M lines would be 5 */
    struct ihp__entity_counts more[] = {SPECIAL(A, 4, 90), SPECIAL(X, 5, 10)};
    assert_steps(more, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    struct ihp__entity_counts equal[] = {SPECIAL(A, 4, 90), VISITS(X, 7, 10, 4, 99)};
    assert_steps(equal, &policies, A, SPECIALTY_HERE);
}

/* ---- no E&M line at an IHP [13.3.6.1, 13.3.8] ------------------------------------------------ */

static void test_13_3_8_no_em_or_none_at_an_ihp(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__counts counts = {0};
    struct ihp__decision seen = ihp__attribution_steps(&counts, IHPS, &policies, NULL);
    check_decision(seen, NOBODY, IHP__REASON_NO_EM, 1, __FILE__, __LINE__);
    counts.any_em = true; /* lines without an entity: the billing NPI is blank */
    seen = ihp__attribution_steps(&counts, IHPS, &policies, NULL);
    check_decision(seen, NOBODY, IHP__REASON_NO_IHP_EM, 1, __FILE__, __LINE__);
    counts = (struct ihp__counts){.any_health_home = true};
    seen = ihp__attribution_steps(&counts, IHPS, &policies, NULL);
    check_decision(seen, NOBODY, IHP__REASON_NO_IHP_EM, 1, __FILE__, __LINE__);
    struct ihp__entity_counts rows[] = {PRIMARY(Y, 2, 9), SPECIAL(Z, 3, 9)};
    assert_steps(rows, &policies, NOBODY, IHP__REASON_NO_IHP_EM);
}

/* If no IHP has lines, every member is elsewhere. */
static void test_13_3_3_a_program_whose_ihps_have_no_lines(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(0, 2, 9), SPECIAL(1, 3, 9)};
    struct ihp__counts counts = counts_of(rows, 2);
    struct ihp__decision seen = ihp__attribution_steps(&counts, 0, &policies, NULL);
    check_decision(seen, NOBODY, IHP__REASON_NO_IHP_EM, 1, __FILE__, __LINE__);
}

static void test_13_3_6_trace(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90), VISITS(X, 1, 10, 2, 10)};
    struct ihp__counts counts = counts_of(rows, 2);
    struct ihp__trace trace = {0};
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held specialty[] = {{IHP__RULE_HEALTH_HOME_PRESENT, false},
                                                 {IHP__RULE_PRIMARY_AT_IHP, false},
                                                 {IHP__RULE_SPECIALTY_AT_IHP, true},
                                                 {IHP__RULE_SPECIALTY_ELSEWHERE, false},
                                                 {IHP__RULE_SPECIALTY_MOST, true}};
    assert_trace(&trace, specialty);
    assert_int_equal(trace.entry[3].entity, X);
    assert_int_equal(trace.entry[3].value, 3); /* 1 + 2 */
    assert_int_equal(trace.entry[3].against, 4);
    assert_int_equal(trace.entry[4].entity, A);

    policies.primary_care_elsewhere = IHP__ELSEWHERE_BLOCKS;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held blocked[] = {{IHP__RULE_HEALTH_HOME_PRESENT, false},
                                               {IHP__RULE_PRIMARY_AT_IHP, false},
                                               {IHP__RULE_PRIMARY_BLOCKED, true}};
    assert_trace(&trace, blocked);

    rows[0].primary = 3;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held primary[] = {{IHP__RULE_HEALTH_HOME_PRESENT, false},
                                               {IHP__RULE_PRIMARY_AT_IHP, true},
                                               {IHP__RULE_PRIMARY_ELSEWHERE, false},
                                               {IHP__RULE_PRIMARY_MOST, true}};
    assert_trace(&trace, primary);
    assert_int_equal(trace.entry[3].value, 3);
    assert_int_equal(trace.entry[3].against, 1);
}

/* Nothing is written past the end of a full trace. */
static void test_trace_that_is_full_stays_within_bounds(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct {
        struct ihp__trace trace;
        unsigned char guard[256];
    } full;
    memset(&full, 0x5A, sizeof full);
    full.trace.count = IHP__TRACE_MAX - 1;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90)};
    struct ihp__counts counts = counts_of(rows, 1);
    struct ihp__decision seen = ihp__attribution_steps(&counts, IHPS, &policies, &full.trace);
    check_decision(seen, A, SPECIALTY_HERE, 1, __FILE__, __LINE__);
    assert_int_equal(full.trace.count, IHP__TRACE_MAX);
    for (size_t i = 0; i < sizeof full.guard; i++) {
        assert_int_equal(full.guard[i], 0x5A);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_5_3_primary_care_at_one_ihp),
        cmocka_unit_test(test_13_3_5_4_most_primary_care_lines_win),
        cmocka_unit_test(test_13_3_5_6_more_primary_care_at_one_provider),
        cmocka_unit_test(test_13_3_5_7_none_at_an_ihp_goes_on_to_step_3),
        cmocka_unit_test(test_policy_primary_care_elsewhere_blocks),
        cmocka_unit_test(test_13_3_6_3_specialty_care_at_one_ihp),
        cmocka_unit_test(test_13_3_6_4_most_specialty_lines_win),
        cmocka_unit_test(test_13_3_6_5_equal_specialty_lines_at_two_ihps),
        cmocka_unit_test(test_13_3_6_7_more_em_lines_at_one_provider),
        cmocka_unit_test(test_policy_specialty_elsewhere_specialty),
        cmocka_unit_test(test_13_3_8_no_em_or_none_at_an_ihp),
        cmocka_unit_test(test_13_3_3_a_program_whose_ihps_have_no_lines),
        cmocka_unit_test(test_13_3_6_trace),
        cmocka_unit_test(test_trace_that_is_full_stays_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
