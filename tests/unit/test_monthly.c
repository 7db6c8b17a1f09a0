/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution month by month [13.3, 15.2.1; methodology 12.1]: windows that end with the month, the
 * month itself qualifying, look-back, rosters by quarter, costs. */
#include "monthly_fixture.h"

/* The expected fact of a month: the IHP (or nobody), the window, the cost in dollars, and the
 * member months. */
struct expected {
    int partnership, window, dollars, months;
};
enum { NOBODY = -1 };
#define OUT                                                                                        \
    {                                                                                              \
        NOBODY, 1, 0, -1                                                                           \
    } /* not in the eligible population; months do not matter */

static void check_facts(const struct ihp__month_fact *fact, const struct expected *expected,
                        size_t count, bool reasons, const char *file, int line)
{
    for (size_t k = 0; k < count; k++) {
        const struct ihp__month_fact *f = &fact[k];
        const struct expected *w = &expected[k];
        bool out = w->months < 0;
        if (f->enough == out || f->partnership != w->partnership || f->cost != w->dollars * 100 ||
            (!out && f->months != w->months) ||
            ((reasons || w->partnership >= 0) && f->window != w->window)) {
            print_error("%s:%d: month %zu: enough %d, IHP %d, window %d, cost %lld, months %d\n",
                        file, line, k, f->enough, f->partnership, f->window, (long long)f->cost,
                        f->months);
            _fail(file, line);
        }
    }
}

/* Asserts the facts of a member in the months of the rules, by lines, in pieces and through the
 * index. */
static void check_member(const struct ihp__monthly_rules *rules, const struct member *m,
                         const struct expected *expected, const char *file, int line)
{
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    struct ihp__monthly_state *state = ihp__monthly_create(rules);
    bool any = false, begins;
    for (int k = 0; k < rules->months; k++) {
        any = any || expected[k].months >= 0;
    }
    for (size_t piece = 1; piece <= m->lines + 1; piece++) {
        begins = plainly(state, m, piece, fact);
        assert_int_equal(begins, any);
        check_facts(fact, expected, (size_t)rules->months, true, file, line);
        indexed(state, m, 0, piece, fact);
        check_facts(fact, expected, (size_t)rules->months, false, file, line);
    }
    ihp__monthly_destroy(&state);
    assert_null(state);
}
#define CHECK_MEMBER(rules, m, ...)                                                                \
    check_member(rules, m, (const struct expected[]){__VA_ARGS__}, __FILE__, __LINE__)

/* ---- windows --------------------------------------------------------------------------------- */

/* The window is the twelve months that end with the month, from the first day to the last. */
static void test_12_1_window_of_twelve_months(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    assert_int_equal(rules.month[0].first_day, day_of("2024-05-01"));
    assert_int_equal(rules.month[0].last_day, day_of("2025-04-30"));
    assert_int_equal(rules.month[0].lookback_first, day_of("2023-05-01"));
    assert_int_equal(rules.month[2].first_day, day_of("2024-07-01"));
    assert_int_equal(rules.month[2].last_day, day_of("2025-06-30"));
    assert_int_equal(rules.month[0].acg_year, 2024); /* of the risk category: the year before */

    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2024-06-30", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12}, {NOBODY, 1, 0, 12});
    m.lines = 0;
    add_line(&m, "2025-05-01", EM, 1, 8); /* the first day of the second month */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {0, 1, 1, 12}, {0, 1, 1, 12});
    m.lines = 0;
    add_line(&m, "2025-06-30", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {0, 1, 1, 12});
    m.lines = 0;
    add_line(&m, "2025-07-01", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
}

/* The risk category is that of the year before the month, also across the turn of the year. */
static void test_12_1_year_of_the_risk_category(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    const struct ihp__morbidity morbidity[] = {{2023, 3}, {2024, 4}, {2025, 5}};
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    struct member m = {0};
    make_rules(&rules, "2024-12", 2, "2026-12-31", &policies);
    struct ihp__monthly_state *s = ihp__monthly_create(&rules);
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    assert_true(ihp__monthly_begin(s, m.span, m.spans, always));
    assert_true(ihp__monthly_finish(s, morbidity, 3, 7, fact));
    assert_int_equal(fact[0].acg, 3);
    assert_int_equal(fact[1].acg, 4);
    assert_true(ihp__monthly_begin(s, m.span, m.spans, always));
    assert_true(ihp__monthly_finish(s, morbidity + 1, 2, 7, fact));
    assert_int_equal(fact[0].acg, 7); /* no row of the year: NONE */
    ihp__monthly_destroy(&s);
}

/* ---- enrollment ------------------------------------------------------------------------------ */

/* The month itself must qualify, whatever the eleven before it. */
static void test_12_1_qualifying_in_the_month_itself(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2024-01", "2025-04", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2025-06", "9999-12", IHP__MAJOR_PROGRAM_MCRE, IHP__EXCLUSION_NONE);
    add_line(&m, "2025-01-10", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, {0, 1, 1, 11});
    /* Excluded in the month: the same as not enrolled. */
    m.spans = 0;
    add_span(&m, "2024-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2025-05", "2025-05", IHP__MAJOR_PROGRAM_OTHER, IHP__EXCLUSION_QMB);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, {0, 1, 1, 11});
}

/* 6 in a row and 9 in total, within the window. */
static void test_12_1_enough_months_of_the_window(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2024-09", "9999-12", IHP__MAJOR_PROGRAM_MA,
             IHP__EXCLUSION_NONE); /* 8, 9, 10 months */
    add_line(&m, "2025-01-10", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, OUT, {0, 1, 1, 9}, {0, 1, 1, 10});
    /* Five months, a gap, six months: 11 in total and 6 in a row in April. A month later one of the
     * first five has left the window. */
    m.spans = 0;
    add_span(&m, "2024-05", "2024-09", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2024-11", "2025-04", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 11}, OUT, OUT);
    /* 5, gap, 5, gap: 10 months, never 6 in a row until June. */
    m.spans = 0;
    add_span(&m, "2024-07", "2024-11", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2025-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    CHECK_MEMBER(&rules, &m, OUT, OUT, {0, 1, 1, 11});
}

/* exclusion_scope: period means the window: an exclusion no longer matters when the window has
 * moved past it. */
static void test_13_2_exclusion_scope_period_over_the_window(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2024-05", "2024-05", IHP__MAJOR_PROGRAM_OTHER, IHP__EXCLUSION_QMB);
    add_line(&m, "2025-01-10", EM, 1, 8);
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 11}, {0, 1, 1, 12}, {0, 1, 1, 12});
    policies.claims.exclusion_scope = IHP__SCOPE_PERIOD;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, OUT, {0, 1, 1, 12}, {0, 1, 1, 12});
}

/* A month that begins after the cut-off does not qualify, though open spans reach it: not as the
 * month paid for, not in a window, and its exclusions do not matter either. */
static void test_2_7_months_that_begin_after_the_cut_off(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    struct member m = {0};
    add_span(&m, "2024-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2025-01-10", EM, 1, 8);
    make_rules(&rules, "2025-04", 3, "2025-06-01", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12}, {0, 1, 1, 12});
    make_rules(&rules, "2025-04", 3, "2025-05-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12}, OUT);
    make_rules(&rules, "2025-04", 3, "2025-04-01", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, OUT);
    make_rules(&rules, "2025-04", 3, "2025-03-31", &policies);
    CHECK_MEMBER(&rules, &m, OUT, OUT, OUT);
    struct ihp__monthly_state *s = ihp__monthly_create(&rules);
    plainly(s, &m, 1, fact);
    assert_int_equal(ihp__monthly_not_begun(s), 3);
    plainly(s, &m, 1, fact); /* another member */
    assert_int_equal(ihp__monthly_not_begun(s), 6);
    ihp__monthly_destroy(&s);
    /* An exclusion of a month to come. */
    policies.claims.exclusion_scope = IHP__SCOPE_PERIOD;
    add_span(&m, "2025-06", "9999-12", IHP__MAJOR_PROGRAM_OTHER, IHP__EXCLUSION_QMB);
    make_rules(&rules, "2025-05", 3, "2025-05-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, OUT);
    make_rules(&rules, "2025-05", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, OUT);
}

/* Only a span of MA or MA_BD in the month itself counts, not other major programs or months
 * [5.2.1]. */
static void test_5_2_1_medical_assistance_in_the_month(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    struct member m = {0};
    make_rules(&rules, "2025-01", 4, "2026-12-31", &policies);
    struct ihp__monthly_state *s = ihp__monthly_create(&rules);
    add_span(&m, "2024-01", "2025-01", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2025-02", "2025-04", IHP__MAJOR_PROGRAM_MCRE, IHP__EXCLUSION_NONE);
    add_span(&m, "2025-03", "2025-03", IHP__MAJOR_PROGRAM_MA_BD, IHP__EXCLUSION_MSC_PLUS);
    plainly(s, &m, 1, fact);
    assert_true(fact[0].medical_assistance);
    assert_false(fact[1].medical_assistance);
    assert_true(fact[2].medical_assistance);
    assert_false(fact[3].medical_assistance);
    ihp__monthly_destroy(&s);
}

/* ---- known lines, look-back, rosters --------------------------------------------------------- */

/* In every month, a line paid on the cut-off counts, and a line paid a day later does not. */
static void test_2_7_cut_off(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 2, "2025-12-31", &policies);
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2025-02-03", EM, 1, 8);
    m.known_from[0] = (uint16_t)day_of("2025-12-31");
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12});
    m.known_from[0] = (uint16_t)day_of("2026-01-01");
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
    m.known_from[0] = IHP__NEVER_KNOWN;
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
}

/* Without E&M and health-home lines in the window the twelve months before decide, if a known line
 * of the window belongs to some IHP [13.3.2, 13.3.8]. */
static void test_13_3_8_lookback(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2023-05-31", EM, 1, 8);                  /* only in April's look-back */
    size_t gate = add_line(&m, "2024-06-15", PLAIN, 1, 8); /* in the windows of April and May */
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {NOBODY, 2, 1, 12}, {NOBODY, 1, 0, 12});
    m.billing[gate] = 9; /* at no IHP: the member does not pass the gate */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 1, 12}, {NOBODY, 1, 1, 12}, {NOBODY, 1, 0, 12});
    m.billing[gate] = 1;
    m.known_from[gate] = IHP__NEVER_KNOWN; /* denied: not a visit */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
    /* The day before the look-back starts. */
    m.lines = 0;
    add_line(&m, "2023-04-30", EM, 1, 8);
    add_line(&m, "2025-01-15", PLAIN, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, 1, 12}, {NOBODY, 2, 1, 12}, {NOBODY, 2, 1, 12});
    /* An E&M line of the window, even at no IHP, prevents the look-back. */
    m.lines = 0;
    add_line(&m, "2023-06-30", EM, 1, 8);
    add_line(&m, "2025-01-15", PLAIN, 1, 8);
    add_line(&m, "2025-05-15", EM, 9, 8);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {NOBODY, 1, 2, 12}, {NOBODY, 1, 2, 12});
    policies.claims.lookback_months = 0;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 1, 12}, {NOBODY, 1, 2, 12}, {NOBODY, 1, 2, 12});
}

/* The windows of April and May 2025 have a drug at IHP 0, and their look-backs an E&M line there;
 * the look-back of June has the drug alone. */
static void test_policies_of_gate_and_look_back(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2023-06-30", EM, 1, 8);
    m.service[add_line(&m, "2024-06-15", PLAIN, 1, 8)] = DRUG;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {0, 2, 1, 12}, {NOBODY, 1, 0, 12});
    policies.claims.gate_lines = IHP__GATE_LINES_NO_PHARMACY;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 1, 12}, {NOBODY, 1, 1, 12}, {NOBODY, 1, 0, 12});
    policies.decision.gate_window = IHP__GATE_WINDOW_LOOKBACK;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {0, 2, 1, 12}, {NOBODY, 1, 0, 12});
    policies.claims.gate_lines = IHP__GATE_LINES_EM;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {0, 2, 1, 12}, {NOBODY, 1, 0, 12});
    policies.claims.gate_lines = IHP__GATE_LINES_ANY;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {0, 2, 1, 12}, {NOBODY, 2, 0, 12});
    /* An E&M line of the windows elsewhere prevents the look-back, except under no_ihp_em. */
    add_line(&m, "2024-08-01", EM, 9, 8);
    policies.decision.gate_window = IHP__GATE_WINDOW_PERIOD;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 2, 12}, {NOBODY, 1, 2, 12}, {NOBODY, 1, 1, 12});
    policies.decision.lookback_when = IHP__LOOKBACK_NO_IHP_EM;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 2, 12}, {0, 2, 2, 12}, {NOBODY, 1, 1, 12});
}

/* Policy visit_gate: attributed_ihp requires a known line at the winner in the window. */
static void test_13_3_2_visit_at_the_winner(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2023-07-01", EM, 1, 8);
    add_line(&m, "2024-06-15", PLAIN, 1, 8);
    add_line(&m, "2025-03-15", PLAIN, 2, 3); /* at IHP 1 */
    make_rules(&rules, "2025-05", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 2, 12}, {0, 2, 1, 12});
    policies.decision.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    make_rules(&rules, "2025-05", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 2, 12}, {NOBODY, 2, 1, 12});
}

/* Each month uses the rosters of its quarter, whatever the quarter of the line. */
static void test_13_3_1_rosters_by_quarter(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-03", 4, "2026-12-31", &policies);
    rules.month[1].roster = rules.month[2].roster = &roster[1];
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_line(&m, "2024-10-10", EM, 1, 3);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {1, 1, 1, 12}, {1, 1, 1, 12}, {0, 1, 1, 12});
    m.lines = 0; /* look-backs too */
    add_line(&m, "2023-10-10", EM, 1, 3);
    add_line(&m, "2024-10-10", PLAIN, 1, 3);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {1, 2, 1, 12}, {1, 2, 1, 12}, {0, 2, 1, 12});
}

/* ---- costs ----------------------------------------------------------------------------------- */

/* The cost is that of known lines of core services in the window's qualifying months, or in all
 * months under cost_months: all. */
static void test_12_1_cost_of_the_window(void **state)
{
    (void)state;
    struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "2024-08", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    add_span(&m, "2024-10", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    m.amount[add_line(&m, "2024-04-30", PLAIN, 1, 8)] = 100;  /* a day early for April */
    m.amount[add_line(&m, "2024-05-01", PLAIN, 1, 8)] = 200;  /* April's alone */
    m.amount[add_line(&m, "2024-09-10", PLAIN, 1, 8)] = 400;  /* a month that does not qualify */
    m.amount[add_line(&m, "2025-04-30", PLAIN, 1, 8)] = -800; /* a reversal of both */
    m.amount[add_line(&m, "2025-05-01", PLAIN, 1, 8)] = 1600; /* only May's */
    m.service[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = EXCLUDED;
    m.service[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = UNKNOWN;
    m.known_from[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = IHP__NEVER_KNOWN;
    m.amount[add_line(&m, "2025-06-01", PLAIN, 1, 8)] = 3200; /* a day late */
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, -6, 11}, {NOBODY, 2, 8, 11});
    policies.claims.cost_months = IHP__COST_ALL;
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, -2, 11}, {NOBODY, 2, 12, 11});
}

/* Lines of an unknown category are counted only on days of the windows. */
static void test_16_10_unknown_lines(void **state)
{
    (void)state;
    const struct ihp__policies policies = usual_policies();
    struct ihp__monthly_rules rules;
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    struct member m = {0};
    static const char *const day[] = {"2024-04-30", "2024-05-01", "2025-05-31", "2025-06-01"};
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    struct ihp__monthly_state *s = ihp__monthly_create(&rules);
    add_span(&m, "2023-01", "9999-12", IHP__MAJOR_PROGRAM_MA, IHP__EXCLUSION_NONE);
    for (size_t i = 0; i < COUNT(day); i++) {
        m.service[add_line(&m, day[i], PLAIN, 1, 8)] = UNKNOWN;
    }
    plainly(s, &m, 3, fact);
    assert_int_equal(ihp__monthly_unknown_lines(s), 2);
    indexed(s, &m, 0, 2, fact);
    assert_int_equal(ihp__monthly_unknown_lines(s), 4);
    ihp__monthly_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_12_1_window_of_twelve_months),
        cmocka_unit_test(test_12_1_year_of_the_risk_category),
        cmocka_unit_test(test_12_1_qualifying_in_the_month_itself),
        cmocka_unit_test(test_12_1_enough_months_of_the_window),
        cmocka_unit_test(test_13_2_exclusion_scope_period_over_the_window),
        cmocka_unit_test(test_2_7_months_that_begin_after_the_cut_off),
        cmocka_unit_test(test_5_2_1_medical_assistance_in_the_month),
        cmocka_unit_test(test_2_7_cut_off),
        cmocka_unit_test(test_13_3_8_lookback),
        cmocka_unit_test(test_policies_of_gate_and_look_back),
        cmocka_unit_test(test_13_3_2_visit_at_the_winner),
        cmocka_unit_test(test_13_3_1_rosters_by_quarter),
        cmocka_unit_test(test_12_1_cost_of_the_window),
        cmocka_unit_test(test_16_10_unknown_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
