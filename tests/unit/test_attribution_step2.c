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

/* Under all_em, specialty lines of a non-IHP provider count too; those of an IHP do not. */
static void test_policy_primary_care_rival_all_em(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.primary_care_rival = IHP__RIVAL_ALL_EM;
    struct ihp__entity_counts more[] = {PRIMARY(A, 3, 90), VISITS(X, 1, 5, 3, 6)};
    assert_steps(more, &policies, NOBODY, PRIMARY_ELSEWHERE); /* 4 against 3 */
    struct ihp__entity_counts fewer[] = {PRIMARY(A, 3, 5), VISITS(X, 1, 90, 1, 91)};
    assert_steps(fewer, &policies, A, PRIMARY_HERE);
    struct ihp__entity_counts special[] = {PRIMARY(A, 1, 5), VISITS(X, 0, 0, 2, 10)};
    assert_steps(special, &policies, NOBODY, PRIMARY_ELSEWHERE);
    /* Providers are compared one by one, and specialty lines of an IHP do not help it. */
    struct ihp__entity_counts apart[] = {PRIMARY(A, 3, 5), SPECIAL(X, 2, 90), PRIMARY(Y, 2, 91)};
    assert_steps(apart, &policies, A, PRIMARY_HERE);
    struct ihp__entity_counts ours[] = {VISITS(A, 2, 5, 9, 99), SPECIAL(X, 3, 4)};
    assert_steps(ours, &policies, NOBODY, PRIMARY_ELSEWHERE);
    /* Without a PCP line at an IHP, Step 3 follows as before. */
    struct ihp__entity_counts step3[] = {SPECIAL(B, 3, 5), SPECIAL(X, 3, 50)};
    assert_steps(step3, &policies, B, SPECIALTY_HERE);
}

/* As many lines of any kind at a provider as PCP lines at an IHP are a tie of Step 4. */
static void test_policy_primary_care_rival_all_em_in_step_4(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.primary_care_rival = IHP__RIVAL_ALL_EM;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 3, 50), VISITS(X, 1, 5, 2, 49)};
    assert_steps(rows, &policies, A, IHP__REASON_TIE_BREAK);
    rows[1].specialty_last = 50;
    assert_steps(rows, &policies, NOBODY, IHP__REASON_UNRESOLVED_TIE);
    rows[1].specialty_last = 51;
    assert_steps(rows, &policies, NOBODY, PRIMARY_ELSEWHERE);
    policies.primary_care_rival = IHP__RIVAL_PRIMARY_CARE; /* 1 against 3 */
    assert_steps(rows, &policies, A, PRIMARY_HERE);
    /* Y has three PCP lines, and a specialty line that makes four. */
    struct ihp__entity_counts most[] = {PRIMARY(A, 3, 50), VISITS(Y, 3, 40, 1, 41)};
    assert_steps(most, &policies, A, IHP__REASON_TIE_BREAK);
    policies.primary_care_rival = IHP__RIVAL_ALL_EM;
    assert_steps(most, &policies, NOBODY, PRIMARY_ELSEWHERE);
}

/* What blocks is what Step 2 compares. */
static void test_policy_primary_care_rival_all_em_that_blocks(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.primary_care_elsewhere = IHP__ELSEWHERE_BLOCKS;
    struct ihp__entity_counts rows[] = {SPECIAL(B, 9, 90), SPECIAL(X, 1, 5)};
    assert_steps(rows, &policies, B, SPECIALTY_HERE);
    policies.primary_care_rival = IHP__RIVAL_ALL_EM;
    assert_steps(rows, &policies, NOBODY, PRIMARY_ELSEWHERE);
    struct ihp__entity_counts none[] = {SPECIAL(B, 9, 90)};
    assert_steps(none, &policies, B, SPECIALTY_HERE);
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

static void test_policy_specialty_equal_none(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.specialty_equal = IHP__EQUAL_NONE;
    struct ihp__entity_counts equal[] = {SPECIAL(A, 4, 99), VISITS(X, 2, 1, 2, 2)};
    assert_steps(equal, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    struct ihp__entity_counts fewer[] = {SPECIAL(A, 4, 10), VISITS(X, 2, 90, 1, 91)};
    assert_steps(fewer, &policies, A, SPECIALTY_HERE);
    struct ihp__entity_counts none[] = {SPECIAL(A, 4, 10)};
    assert_steps(none, &policies, A, SPECIALTY_HERE);
    /* A tie of IHPs is still a tie. */
    struct ihp__entity_counts tied[] = {SPECIAL(A, 4, 99), SPECIAL(B, 4, 98), SPECIAL(X, 4, 2)};
    assert_steps(tied, &policies, NOBODY, IHP__REASON_SPECIALTY_TIE);
    /* What is equal depends on what is compared. */
    policies.specialty_elsewhere = IHP__SPECIALTY_SPECIALTY;
    assert_steps(equal, &policies, A, SPECIALTY_HERE); /* 2 against 4 */
    struct ihp__entity_counts special[] = {SPECIAL(A, 4, 99), VISITS(X, 3, 1, 4, 2)};
    assert_steps(special, &policies, NOBODY, SPECIALTY_ELSEWHERE);
}

static void test_policy_specialty_equal_latest(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.specialty_equal = IHP__EQUAL_LATEST;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 51), VISITS(X, 2, 50, 2, 49)};
    assert_steps(rows, &policies, A, SPECIALTY_HERE);
    rows[0].specialty_last = 50;
    assert_steps(rows, &policies, NOBODY, SPECIALTY_ELSEWHERE); /* equal is not later */
    rows[0].specialty_last = 49;
    assert_steps(rows, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    /* The IHP must be later than every provider with as many lines, and no other. */
    struct ihp__entity_counts several[] = {SPECIAL(A, 4, 51), SPECIAL(X, 4, 50), SPECIAL(Y, 4, 48),
                                           SPECIAL(Z, 3, 99)};
    assert_steps(several, &policies, A, SPECIALTY_HERE);
    several[2].specialty_last = 52;
    assert_steps(several, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    struct ihp__entity_counts fewer[] = {SPECIAL(A, 4, 10), SPECIAL(X, 3, 99)};
    assert_steps(fewer, &policies, A, SPECIALTY_HERE);
    /* With specialty lines compared, the date is still that of all E&M lines. */
    policies.specialty_elsewhere = IHP__SPECIALTY_SPECIALTY;
    struct ihp__entity_counts primary[] = {SPECIAL(A, 4, 51), VISITS(X, 1, 60, 4, 20)};
    assert_steps(primary, &policies, NOBODY, SPECIALTY_ELSEWHERE);
    primary[1].primary_last = 50;
    assert_steps(primary, &policies, A, SPECIALTY_HERE);
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

static void test_trace_of_policies(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.specialty_equal = IHP__EQUAL_LATEST;
    policies.primary_care_elsewhere = IHP__ELSEWHERE_BLOCKS;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 90), SPECIAL(X, 4, 91)};
    struct ihp__counts counts = counts_of(rows, 2);
    struct ihp__trace trace = {0};
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held latest[] = {
        {IHP__RULE_HEALTH_HOME_PRESENT, false}, {IHP__RULE_PRIMARY_AT_IHP, false},
        {IHP__RULE_PRIMARY_BLOCKED, false},     {IHP__RULE_SPECIALTY_AT_IHP, true},
        {IHP__RULE_SPECIALTY_ELSEWHERE, false}, {IHP__RULE_SPECIALTY_MOST, true},
        {IHP__RULE_SPECIALTY_LATEST, false}};
    assert_trace(&trace, latest);
    assert_int_equal(trace.entry[6].entity, A);
    assert_int_equal(trace.entry[6].value, 90);
    assert_int_equal(trace.entry[6].against, 91);

    policies.specialty_equal = IHP__EQUAL_NONE;
    policies.primary_care_elsewhere = IHP__ELSEWHERE_STEP3;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held none[] = {
        {IHP__RULE_HEALTH_HOME_PRESENT, false}, {IHP__RULE_PRIMARY_AT_IHP, false},
        {IHP__RULE_SPECIALTY_AT_IHP, true},     {IHP__RULE_SPECIALTY_ELSEWHERE, false},
        {IHP__RULE_SPECIALTY_MOST, true},       {IHP__RULE_SPECIALTY_EQUAL, false}};
    assert_trace(&trace, none);

    policies.primary_care_rival = IHP__RIVAL_ALL_EM;
    policies.primary_care_elsewhere = IHP__ELSEWHERE_BLOCKS;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held blocked[] = {{IHP__RULE_HEALTH_HOME_PRESENT, false},
                                               {IHP__RULE_PRIMARY_AT_IHP, false},
                                               {IHP__RULE_PRIMARY_BLOCKED_ALL, true}};
    assert_trace(&trace, blocked);

    rows[0].primary = 3;
    trace.count = 0;
    ihp__attribution_steps(&counts, IHPS, &policies, &trace);
    static const struct rule_held elsewhere[] = {{IHP__RULE_HEALTH_HOME_PRESENT, false},
                                                 {IHP__RULE_PRIMARY_AT_IHP, true},
                                                 {IHP__RULE_PRIMARY_ELSEWHERE_ALL, true}};
    assert_trace(&trace, elsewhere);
    assert_int_equal(trace.entry[2].value, 4);
    assert_int_equal(trace.entry[2].against, 3);
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
        cmocka_unit_test(test_policy_primary_care_rival_all_em),
        cmocka_unit_test(test_policy_primary_care_rival_all_em_in_step_4),
        cmocka_unit_test(test_policy_primary_care_rival_all_em_that_blocks),
        cmocka_unit_test(test_13_3_6_3_specialty_care_at_one_ihp),
        cmocka_unit_test(test_13_3_6_4_most_specialty_lines_win),
        cmocka_unit_test(test_13_3_6_5_equal_specialty_lines_at_two_ihps),
        cmocka_unit_test(test_13_3_6_7_more_em_lines_at_one_provider),
        cmocka_unit_test(test_policy_specialty_elsewhere_specialty),
        cmocka_unit_test(test_policy_specialty_equal_none),
        cmocka_unit_test(test_policy_specialty_equal_latest),
        cmocka_unit_test(test_trace_of_policies),
        cmocka_unit_test(test_13_3_8_no_em_or_none_at_an_ihp),
        cmocka_unit_test(test_13_3_3_a_program_whose_ihps_have_no_lines),
        cmocka_unit_test(test_13_3_6_trace),
        cmocka_unit_test(test_trace_that_is_full_stays_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
