/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate, the look-back and overrides around the steps [13.3.2, 13.3.8, 4.6.4.2]. */
#include "attribution.h"

enum { NINE = 0x1FF, EIGHT = 0x0FF }; /* January to September, to August */

/* A member that passes the gate: counts in the period and in the look-back, IHPs visited. */
struct member {
    struct ihp__counts window, lookback;
    uint64_t visited[2];
    struct ihp__attribution_input input;
};

static struct member *member_with(struct member *m, struct ihp__entity_counts *window, size_t rows,
                                  struct ihp__entity_counts *lookback, size_t lookback_rows,
                                  uint64_t visited)
{
    m->window = counts_of(window, rows);
    m->lookback = counts_of(lookback, lookback_rows);
    m->visited[0] = visited;
    m->visited[1] = 0;
    m->input = (struct ihp__attribution_input){.qualifying = NINE,
                                               .window = &m->window,
                                               .lookback = &m->lookback,
                                               .lookback_months = 12,
                                               .visited = m->visited,
                                               .partnerships = IHPS};
    return m;
}

#define VISITED(ihp) (UINT64_C(1) << (ihp))

#define assert_decides(member, policies, partnership, reason, window)                              \
    check_decision(ihp__attribution_decide(&(member)->input, (policies), NULL), (partnership),     \
                   (reason), (window), __FILE__, __LINE__)

/* ---- gate [13.3.2] --------------------------------------------------------------------------- */

static void test_13_3_2_not_enrolled_enough(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(B, 3, 9)};
    struct member m;
    member_with(&m, rows, 1, NULL, 0, VISITED(B));
    assert_decides(&m, &policies, B, IHP__REASON_PRIMARY_CARE, 1);
    m.input.qualifying = EIGHT;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_ENROLLMENT, 1);
    m.input.qualifying = 0x7DF; /* ten months, never six in a row */
    assert_decides(&m, &policies, NOBODY, IHP__REASON_ENROLLMENT, 1);
    m.visited[0] = 0; /* enrollment is checked before the visit */
    assert_decides(&m, &policies, NOBODY, IHP__REASON_ENROLLMENT, 1);
    policies.min_continuous_months = policies.min_total_months = 0;
    m.input.qualifying = 0;
    m.visited[0] = VISITED(B);
    assert_decides(&m, &policies, B, IHP__REASON_PRIMARY_CARE, 1);
}

static void test_13_3_2_no_visit_at_an_ihp(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(X, 3, 9)}, earlier[] = {PRIMARY(A, 3, 9)};
    struct member m;
    member_with(&m, rows, 1, earlier, 1, 0);
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
    member_with(&m, NULL, 0, earlier, 1, 0); /* the look-back does not help */
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
}

/* IHPs beyond the first 64 are in the second word. */
static void test_13_3_2_visit_at_an_ihp_of_a_large_program(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(69, 3, 9), PRIMARY(5, 2, 9)};
    struct member m;
    member_with(&m, rows, 2, NULL, 0, 0);
    m.input.partnerships = 70;
    m.visited[1] = VISITED(5);
    assert_decides(&m, &policies, 69, IHP__REASON_PRIMARY_CARE, 1);
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    assert_decides(&m, &policies, 69, IHP__REASON_PRIMARY_CARE, 1);
    m.visited[1] = 0;
    m.visited[0] = VISITED(5); /* 5, not 69 */
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
    policies.visit_gate = IHP__GATE_ANY_ROSTER;
    assert_decides(&m, &policies, 69, IHP__REASON_PRIMARY_CARE, 1);
    m.visited[0] = 0;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
}

static void test_policy_visit_gate_attributed_ihp(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    struct ihp__entity_counts rows[] = {PRIMARY(X, 3, 9)};
    struct member m;
    member_with(&m, rows, 1, NULL, 0, VISITED(B));
    /* Without a winner, the reason of the steps stays. */
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    struct ihp__entity_counts specialty[] = {SPECIAL(A, 3, 9)};
    member_with(&m, specialty, 1, NULL, 0, VISITED(B) | VISITED(A));
    assert_decides(&m, &policies, A, IHP__REASON_SPECIALTY, 1);
}

/* ---- look-back [13.3.8] ---------------------------------------------------------------------- */

static void test_13_3_8_no_em_line_looks_back(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts primary[] = {PRIMARY(C, 3, 9), PRIMARY(X, 2, 9)};
    struct member m;
    member_with(&m, NULL, 0, primary, 2, VISITED(A));
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    struct ihp__entity_counts home[] = {HOME(B, 1, 9)};
    member_with(&m, NULL, 0, home, 1, VISITED(A));
    assert_decides(&m, &policies, B, IHP__REASON_HEALTH_HOME, 2);
    struct ihp__entity_counts special[] = {SPECIAL(B, 1, 9)};
    member_with(&m, NULL, 0, special, 1, VISITED(A));
    assert_decides(&m, &policies, B, IHP__REASON_SPECIALTY, 2);
    struct ihp__entity_counts tie[] = {PRIMARY(B, 1, 9), PRIMARY(A, 1, 10)};
    member_with(&m, NULL, 0, tie, 2, VISITED(A));
    assert_decides(&m, &policies, A, IHP__REASON_TIE_BREAK, 2);
}

static void test_13_3_8_look_back_that_attributes_to_nobody(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts elsewhere[] = {HOME(Z, 1, 9)};
    struct member m;
    member_with(&m, NULL, 0, elsewhere, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_HEALTH_HOME_ELSEWHERE, 2);
    struct ihp__entity_counts none[] = {PRIMARY(Z, 1, 9)};
    member_with(&m, NULL, 0, none, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 2);
    member_with(&m, NULL, 0, NULL, 0, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_EM,
                   2); /* the look-back was made and found nothing */
}

/* Any E&M or health-home line in the period, even without an entity, prevents the look-back. */
static void test_13_3_8_lines_in_the_period_prevent_the_look_back(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)}, rows[] = {SPECIAL(X, 1, 9)};
    struct member m;
    member_with(&m, rows, 1, earlier, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    member_with(&m, NULL, 0, earlier, 1, VISITED(A));
    m.window.any_em = true;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    m.window.any_em = false;
    m.window.any_health_home = true;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
}

static void test_policy_lookback_months_0(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)};
    struct member m;
    member_with(&m, NULL, 0, earlier, 1, VISITED(A));
    m.input.lookback_months = 0;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_EM, 1);
    m.input.lookback_months = 1;
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
}

/* Under attributed_ihp the winner of a look-back needs a line in the period itself. */
static void test_13_3_8_look_back_under_visit_gate_attributed_ihp(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)};
    struct member m;
    member_with(&m, NULL, 0, earlier, 1, VISITED(A) | VISITED(B));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 2);
    m.visited[0] |= VISITED(C);
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
}

static void test_policy_lookback_when_no_ihp_em(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)}, rows[] = {SPECIAL(X, 1, 9)};
    struct member m;
    member_with(&m, rows, 1, earlier, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    policies.lookback_when = IHP__LOOKBACK_NO_IHP_EM;
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    m.window = (struct ihp__counts){.any_em = true}; /* a line without an entity */
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    m.input.lookback_months = 0;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    /* Other reasons do not look back. */
    struct ihp__entity_counts elsewhere[] = {PRIMARY(A, 1, 9), PRIMARY(X, 2, 9)};
    member_with(&m, elsewhere, 2, earlier, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_PRIMARY_CARE_ELSEWHERE, 1);
    struct ihp__entity_counts home[] = {HOME(X, 1, 9)};
    member_with(&m, home, 1, earlier, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_HEALTH_HOME_ELSEWHERE, 1);
    member_with(&m, NULL, 0, earlier, 1, VISITED(A)); /* and NO_EM does, as before */
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    /* The winner must pass the gate of the winner in the period. */
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    member_with(&m, rows, 1, earlier, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 2);
}

/* Without a line in the look-back, the first reason remains; otherwise the look-back's counts. */
static void test_policy_lookback_when_keeps_the_first_reason(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.lookback_when = IHP__LOOKBACK_NO_IHP_EM;
    struct ihp__entity_counts rows[] = {SPECIAL(X, 1, 9)}, home[] = {HOME(X, 1, 9)};
    struct member m;
    member_with(&m, rows, 1, NULL, 0, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 2);
    member_with(&m, rows, 1, home, 1, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_HEALTH_HOME_ELSEWHERE, 2);
    member_with(&m, NULL, 0, NULL, 0, VISITED(A));
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_EM, 2);
}

static void test_policy_gate_window_lookback(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)}, rows[] = {PRIMARY(X, 1, 9)};
    struct member m;
    member_with(&m, NULL, 0, earlier, 1, 0);
    m.input.visited_before = true;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
    policies.gate_window = IHP__GATE_WINDOW_LOOKBACK;
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    m.input.visited_before = false;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 1);
    m.visited[0] = VISITED(A); /* a line of the period is enough, as before */
    assert_decides(&m, &policies, C, IHP__REASON_PRIMARY_CARE, 2);
    member_with(&m, rows, 1, earlier, 1, 0); /* past the gate, the period decides */
    m.input.visited_before = true;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_IHP_EM, 1);
    /* The winner's line must be one of the period itself. */
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    member_with(&m, NULL, 0, earlier, 1, 0);
    m.input.visited_before = true;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_NO_VISIT, 2);
    m.input.qualifying = EIGHT;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_ENROLLMENT, 1);
}

static void test_trace_of_the_policies_of_gate_and_look_back(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.gate_window = IHP__GATE_WINDOW_LOOKBACK;
    policies.lookback_when = IHP__LOOKBACK_NO_IHP_EM;
    struct ihp__entity_counts rows[] = {PRIMARY(X, 1, 9)};
    struct member m;
    struct ihp__trace trace = {0};
    member_with(&m, rows, 1, NULL, 0, 0);
    m.input.visited_before = true;
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held all[] = {{IHP__RULE_MONTHS_IN_A_ROW, true},
                                           {IHP__RULE_MONTHS_TOTAL, true},
                                           {IHP__RULE_VISIT, false},
                                           {IHP__RULE_VISIT_BEFORE, true},
                                           {IHP__RULE_HEALTH_HOME_PRESENT, false},
                                           {IHP__RULE_PRIMARY_AT_IHP, false},
                                           {IHP__RULE_SPECIALTY_AT_IHP, false},
                                           {IHP__RULE_LOOKBACK_TOO, true},
                                           {IHP__RULE_HEALTH_HOME_PRESENT, false},
                                           {IHP__RULE_PRIMARY_AT_IHP, false},
                                           {IHP__RULE_SPECIALTY_AT_IHP, false}};
    assert_trace(&trace, all);
    assert_string_equal(ihp__rule_section(trace.entry[3].rule), "13.3.2");
    assert_string_equal(ihp__rule_section(trace.entry[7].rule), "13.3.8");
    assert_int_equal(trace.entry[7].value, 12);
}

/* ---- overrides [4.6.4.2] --------------------------------------------------------------------- */

static void test_4_6_4_2_override(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    struct ihp__entity_counts rows[] = {PRIMARY(B, 3, 9)};
    struct member m;
    member_with(&m, rows, 1, NULL, 0, VISITED(B));
    m.input.has_override = true;
    m.input.override_partnership = C; /* never visited */
    assert_decides(&m, &policies, C, IHP__REASON_OVERRIDE, 1);
    m.input.override_partnership = NOBODY;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_OVERRIDE, 1);
    member_with(&m, NULL, 0, NULL, 0, 0); /* no visit, no look-back lines, not enrolled */
    m.input.qualifying = 0;
    m.input.has_override = true;
    m.input.override_partnership = A;
    assert_decides(&m, &policies, A, IHP__REASON_OVERRIDE, 1);
    m.input.has_override = false;
    assert_decides(&m, &policies, NOBODY, IHP__REASON_ENROLLMENT, 1);
}

/* ---- traces ---------------------------------------------------------------------------------- */

static void test_13_3_2_trace_of_the_gate(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {PRIMARY(B, 3, 9)};
    struct member m;
    struct ihp__trace trace = {0};
    member_with(&m, rows, 1, NULL, 0, 0);
    m.input.qualifying = EIGHT;
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held months[] = {{IHP__RULE_MONTHS_IN_A_ROW, true},
                                              {IHP__RULE_MONTHS_TOTAL, false}};
    assert_trace(&trace, months);
    assert_int_equal(trace.entry[0].value, 8);
    assert_int_equal(trace.entry[0].against, 6);
    assert_int_equal(trace.entry[1].value, 8);
    assert_int_equal(trace.entry[1].against, 9);

    m.input.qualifying = 0xF9F; /* five months and five months */
    trace.count = 0;
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held row[] = {{IHP__RULE_MONTHS_IN_A_ROW, false},
                                           {IHP__RULE_MONTHS_TOTAL, true}};
    assert_trace(&trace, row);
    assert_int_equal(trace.entry[0].value, 5);
    assert_int_equal(trace.entry[1].value, 10);

    m.input.qualifying = NINE;
    trace.count = 0;
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held visit[] = {{IHP__RULE_MONTHS_IN_A_ROW, true},
                                             {IHP__RULE_MONTHS_TOTAL, true},
                                             {IHP__RULE_VISIT, false}};
    assert_trace(&trace, visit);
}

static void test_13_3_8_trace_of_a_look_back(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    struct ihp__entity_counts earlier[] = {PRIMARY(C, 3, 9)};
    struct member m;
    struct ihp__trace trace = {0};
    member_with(&m, NULL, 0, earlier, 1, VISITED(A));
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held rules[] = {
        {IHP__RULE_MONTHS_IN_A_ROW, true}, {IHP__RULE_MONTHS_TOTAL, true},
        {IHP__RULE_VISIT, true},           {IHP__RULE_HEALTH_HOME_PRESENT, false},
        {IHP__RULE_PRIMARY_AT_IHP, false}, {IHP__RULE_SPECIALTY_AT_IHP, false},
        {IHP__RULE_LOOKBACK, true},        {IHP__RULE_HEALTH_HOME_PRESENT, false},
        {IHP__RULE_PRIMARY_AT_IHP, true},  {IHP__RULE_PRIMARY_ELSEWHERE, false},
        {IHP__RULE_PRIMARY_MOST, true},    {IHP__RULE_VISIT_AT_WINNER, false}};
    assert_trace(&trace, rules);
    assert_int_equal(trace.entry[6].value, 12);
    assert_int_equal(trace.entry[11].entity, C);
}

static void test_4_6_4_2_trace_of_an_override(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct member m;
    struct ihp__trace trace = {0};
    member_with(&m, NULL, 0, NULL, 0, 0);
    m.input.has_override = true;
    m.input.override_partnership = B;
    ihp__attribution_decide(&m.input, &policies, &trace);
    static const struct rule_held rules[] = {{IHP__RULE_OVERRIDE, true}};
    assert_trace(&trace, rules);
    assert_int_equal(trace.entry[0].entity, B);
    m.input.override_partnership = NOBODY;
    trace.count = 0;
    ihp__attribution_decide(&m.input, &policies, &trace);
    assert_int_equal(trace.entry[0].entity, IHP__NO_ENTITY);
}

/* Each reason has its text in the results and its section of the contract. */
static void test_texts_of_reasons(void **state)
{
    (void)state;
    assert_int_equal(IHP__REASONS, 14);
    assert_string_equal(ihp__reason_text(IHP__REASON_HEALTH_HOME), "HEALTH_HOME");
    assert_string_equal(ihp__reason_text(IHP__REASON_NO_IHP_EM), "NO_IHP_EM");
    assert_string_equal(ihp__reason_text(IHP__REASON_OVERRIDE), "OVERRIDE");
    assert_string_equal(ihp__reason_section(IHP__REASON_SPECIALTY_TIE), "13.3.6.5");
    assert_string_equal(ihp__reason_section(IHP__REASON_PRIMARY_CARE_ELSEWHERE), "13.3.5.6");
    assert_string_equal(ihp__reason_text(IHP__REASONS), "?");
    assert_string_equal(ihp__rule_section(IHP__RULES), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_2_not_enrolled_enough),
        cmocka_unit_test(test_13_3_2_no_visit_at_an_ihp),
        cmocka_unit_test(test_13_3_2_visit_at_an_ihp_of_a_large_program),
        cmocka_unit_test(test_policy_visit_gate_attributed_ihp),
        cmocka_unit_test(test_13_3_8_no_em_line_looks_back),
        cmocka_unit_test(test_13_3_8_look_back_that_attributes_to_nobody),
        cmocka_unit_test(test_13_3_8_lines_in_the_period_prevent_the_look_back),
        cmocka_unit_test(test_policy_lookback_months_0),
        cmocka_unit_test(test_13_3_8_look_back_under_visit_gate_attributed_ihp),
        cmocka_unit_test(test_policy_lookback_when_no_ihp_em),
        cmocka_unit_test(test_policy_lookback_when_keeps_the_first_reason),
        cmocka_unit_test(test_policy_gate_window_lookback),
        cmocka_unit_test(test_trace_of_the_policies_of_gate_and_look_back),
        cmocka_unit_test(test_4_6_4_2_override),
        cmocka_unit_test(test_13_3_2_trace_of_the_gate),
        cmocka_unit_test(test_13_3_8_trace_of_a_look_back),
        cmocka_unit_test(test_4_6_4_2_trace_of_an_override),
        cmocka_unit_test(test_texts_of_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
