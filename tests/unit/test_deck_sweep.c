/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps that can be read: the scenarios of every design, with their texts, sections and terms, and
 * what they act on. */
#include "deck_text.h"

/* One scenario as it should be. */
struct expected {
    const char *key, *value, *section;
    enum ihp__acts_on acts_on;
};

static void assert_scenario(const struct ihp__scenario *s, const struct expected *expected)
{
    assert_string_equal(s->key, expected->key);
    assert_string_equal(s->value, expected->value);
    assert_string_equal(s->section, expected->section);
    assert_int_equal(s->acts_on, expected->acts_on);
}

static void assert_scenarios(const struct ihp__deck *deck, enum ihp__sweep_design design,
                             const struct expected *expected, size_t count)
{
    assert_non_null(deck->sweep);
    assert_int_equal(deck->sweep->design, design);
    assert_int_equal(deck->sweep->scenarios, count);
    for (size_t i = 0; i < count; i++) {
        assert_scenario(&deck->sweep->scenario[i], &expected[i]);
    }
}
#define ASSERT_SCENARIOS(deck, design, cases)                                                      \
    assert_scenarios(deck, design, cases, sizeof cases / sizeof cases[0])

/* Compares terms field by field, because the struct has padding. */
static void assert_terms(const struct ihp__terms *terms, const struct ihp__terms *expected)
{
    const struct ihp__changes *c = &terms->changes, *e = &expected->changes;
    assert_int_equal(terms->base_paid_through, expected->base_paid_through);
    assert_int_equal(terms->performance_paid_through, expected->performance_paid_through);
    assert_true(terms->threshold == expected->threshold);
    assert_true(terms->quality_share == expected->quality_share);
    assert_memory_equal(&terms->policies, &expected->policies, sizeof terms->policies);
    assert_int_equal(c->cap_given, e->cap_given);
    assert_int_equal(c->share_given, e->share_given);
    assert_int_equal(c->quarter_given, e->quarter_given);
    assert_int_equal(c->claims_cap, e->claims_cap);
    assert_true(c->corridor_share == e->corridor_share);
    assert_true(c->trend == e->trend);
    assert_int_equal(c->roster_quarter, e->roster_quarter);
}

/* ---- designs --------------------------------------------------------------------------------- */

/* The scenarios of the sweep below: key, value, section, what they act on. */
static const struct expected one_at_a_time[] = {
    {"claims_cap", "2000", "16.9", IHP__ACTS_ON_MONEY},
    {"claims_cap", "5000", "16.9", IHP__ACTS_ON_MONEY},
    {"claims_cap", "200000", "16.9", IHP__ACTS_ON_MONEY},
    {"claims_cap", "0", "16.9", IHP__ACTS_ON_MONEY},
    {"trend", "-0.01", "16.4.2", IHP__ACTS_ON_MONEY},
    {"trend", "0.01", "16.4.2", IHP__ACTS_ON_MONEY},
    {"threshold", "0.0", "16.7", IHP__ACTS_ON_MONEY},
    {"threshold", "0.01", "16.7", IHP__ACTS_ON_MONEY},
    {"threshold", "0.05", "16.7", IHP__ACTS_ON_MONEY},
    {"primary_care_elsewhere", "step3", "13.3.5.6", IHP__ACTS_ON_DECISION},
    {"primary_care_elsewhere", "blocks", "13.3.5.6", IHP__ACTS_ON_DECISION},
    {"count_unit", "visit", "13.3.3", IHP__ACTS_ON_CLAIMS},
    {"lookback_months", "0", "13.3.8", IHP__ACTS_ON_CLAIMS},
    {"risk_weights", "base", "16.5.2", IHP__ACTS_ON_MONEY},
    {"corridor_share", "0.25", "16.8", IHP__ACTS_ON_MONEY},
    {"corridor_share", "1", "16.8", IHP__ACTS_ON_MONEY},
    {"base_paid_through", "2024-12-31", "2.7", IHP__ACTS_ON_CLAIMS},
    {"performance_paid_through", "2025-12-31", "2.7", IHP__ACTS_ON_CLAIMS},
    {"performance_paid_through", "2026-01-31", "2.7", IHP__ACTS_ON_CLAIMS},
    {"performance_paid_through", "2026-12-30", "2.7", IHP__ACTS_ON_CLAIMS},
    {"roster_quarter", "2025Q1", "3.8.5", IHP__ACTS_ON_CLAIMS},
    {"roster_quarter", "2025Q2", "3.8.5", IHP__ACTS_ON_CLAIMS},
};

/* A sweep for which the rows of scenarios.csv are known, with their texts. A list of one value may
 * be written as the value alone. */
static void test_one_at_a_time(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("sweep:\n"
                                   "  design: one_at_a_time\n"
                                   "  vary:\n"
                                   "    claims_cap: [2000, 5000, 200000, 0]\n"
                                   "    trend: [-0.01, 0.01]\n"
                                   "    threshold: [0.0, 0.01, 0.05]\n"
                                   "    primary_care_elsewhere: [step3, blocks]\n"
                                   "    count_unit: visit\n    lookback_months: [0]\n"
                                   "    risk_weights: [base]\n"
                                   "    corridor_share:\n      - 0.25\n      - 1\n"
                                   "    base_paid_through: 2024-12-31\n"
                                   "    performance_paid_through: [2025-12-31, 2026-01-31, "
                                   "2026-12-30]\n"
                                   "    roster_quarter: [2025Q1, 2025Q2]\n");
    ASSERT_SCENARIOS(&deck, IHP__SWEEP_ONE_AT_A_TIME, one_at_a_time);
    assert_int_equal(deck.sweep->scenario[0].line, 10);
    assert_int_equal(deck.sweep->scenario[15].line, 19);
    assert_string_equal(deck.sweep->scenario[0].name, "");
    /* Each scenario has the deck's terms except for its key. */
    struct ihp__terms terms = ihp__deck_terms(&deck);
    assert_terms(&terms, &(struct ihp__terms){.base_paid_through = 20453,
                                              .performance_paid_through = 20818,
                                              .threshold = 0.02,
                                              .quality_share = 0.5,
                                              .policies = deck.policies});
    terms.changes.cap_given = true;
    terms.changes.claims_cap = 500000;
    assert_terms(&deck.sweep->scenario[1].terms, &terms);
    terms = ihp__deck_terms(&deck);
    terms.performance_paid_through = 20817;
    assert_terms(&deck.sweep->scenario[19].terms, &terms);
    ihp__deck_free(&deck);
}

/* The last key varies fastest. */
static void test_grid(void **state)
{
    (void)state;
    static const char keys[] = "trend;count_unit;claims_cap", sections[] = "16.4.2;13.3.3;16.9";
    static const struct expected expected[] = {
        {keys, "-0.01;line;0", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "-0.01;line;1000.50", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "-0.01;visit;0", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "-0.01;visit;1000.50", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "0;line;0", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "0;line;1000.50", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "0;visit;0", sections, IHP__ACTS_ON_CLAIMS},
        {keys, "0;visit;1000.50", sections, IHP__ACTS_ON_CLAIMS},
    };
    struct ihp__deck deck = loaded("sweep: {vary: {trend: [-0.01, 0], count_unit: [line, visit], "
                                   "claims_cap: [0, 1000.50]},\n design: grid, max_scenarios: 8}");
    ASSERT_SCENARIOS(&deck, IHP__SWEEP_GRID, expected);
    for (size_t i = 0; i < 8; i++) {
        struct ihp__terms terms = ihp__deck_terms(&deck);
        terms.changes = (struct ihp__changes){
            .cap_given = true, .claims_cap = i % 2 == 0 ? 0 : 100050, .trend = i < 4 ? -0.01 : 0.0};
        terms.policies.claims.count_unit = i / 2 % 2 == 0 ? IHP__COUNT_LINE : IHP__COUNT_VISIT;
        assert_terms(&deck.sweep->scenario[i].terms, &terms);
        assert_int_equal(deck.sweep->scenario[i].line, 7);
    }
    ihp__deck_free(&deck);
}

/* Named scenarios for which the rows of scenarios.csv are known, with their texts. */
static void test_named(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {"performance_paid_through;base_paid_through", "2025-12-31;2025-03-31", "2.7;2.7",
         IHP__ACTS_ON_CLAIMS},
        {"claims_cap;roster_quarter", "2000;2025Q1", "16.9;3.8.5", IHP__ACTS_ON_CLAIMS},
        {"trend;corridor_share;threshold;count_unit", "-0.02;0.75;0.01;visit",
         "16.4.2;16.8;16.7;13.3.3", IHP__ACTS_ON_CLAIMS},
        {"threshold", "0.02", "16.7", IHP__ACTS_ON_MONEY},
    };
    struct ihp__deck deck =
        loaded("sweep:\n  design: named\n  scenarios:\n"
               "    - {name: \"as at the year end\", set: {performance_paid_through: 2025-12-31, "
               "base_paid_through: 2025-03-31}}\n"
               "    - {name: \"low cap and the first quarter roster\", set: {claims_cap: 2000, "
               "roster_quarter: 2025Q1}}\n"
               "    - name: steep\n      set:\n        trend: -0.02\n        corridor_share: 0.75\n"
               "        threshold: 0.01\n        count_unit: visit\n"
               "    - {name: nothing changed, set: {threshold: 0.02}}\n");
    ASSERT_SCENARIOS(&deck, IHP__SWEEP_NAMED, expected);
    const struct ihp__scenario *s = deck.sweep->scenario;
    assert_string_equal(s[0].name, "as at the year end");
    assert_string_equal(s[2].name, "steep");
    assert_int_equal(s[0].line, 10);
    assert_int_equal(s[2].line, 12);
    assert_int_equal(s[3].line, 18);
    struct ihp__terms terms = ihp__deck_terms(&deck);
    assert_terms(&s[3].terms, &terms);
    terms.base_paid_through = ihp__day_of_civil(2025, 3, 31); /* the run-out rules do not apply */
    terms.performance_paid_through = ihp__day_of_civil(2025, 12, 31);
    assert_terms(&s[0].terms, &terms);
    terms = ihp__deck_terms(&deck);
    terms.threshold = 0.01;
    terms.policies.claims.count_unit = IHP__COUNT_VISIT;
    terms.changes =
        (struct ihp__changes){.share_given = true, .corridor_share = 0.75, .trend = -0.02};
    assert_terms(&s[2].terms, &terms);
    ihp__deck_free(&deck);
}

/* The first scenario of a key. */
static const struct ihp__scenario *scenario_of(const struct ihp__deck *deck, const char *key)
{
    for (size_t i = 0; i < deck->sweep->scenarios; i++) {
        if (strcmp(deck->sweep->scenario[i].key, key) == 0) {
            return &deck->sweep->scenario[i];
        }
    }
    fail_msg("no scenario of %s", key);
    return NULL;
}

/* A scenario for every other value of every choice and boolean, in the order of the policies.
 * Numbers and bootstrap_weights are not readings. */
static void test_readings(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {"msc_plus_excluded", "false", "13.2.10", IHP__ACTS_ON_CLAIMS},
        {"exclusion_scope", "period", "13.2", IHP__ACTS_ON_CLAIMS},
        {"before_birth", "never", "13.3.2", IHP__ACTS_ON_CLAIMS},
        {"base_roster", "own", "3.8.5", IHP__ACTS_ON_CLAIMS},
        {"non_ihp_unit", "treating", "13.3.1.3", IHP__ACTS_ON_CLAIMS},
        {"off_roster_unit", "billing", "13.3.1.3", IHP__ACTS_ON_CLAIMS},
        {"count_unit", "line", "13.3.3", IHP__ACTS_ON_CLAIMS}, /* the deck has visit */
        {"reversals", "count", "13.3.5.1", IHP__ACTS_ON_CLAIMS},
        {"visit_gate", "attributed_ihp", "13.3.2", IHP__ACTS_ON_DECISION},
        {"primary_care_elsewhere", "blocks", "13.3.5.6", IHP__ACTS_ON_DECISION},
        {"specialty_elsewhere", "specialty", "13.3.6.7", IHP__ACTS_ON_DECISION},
        {"health_home_elsewhere", "pooled", "13.3.4.3", IHP__ACTS_ON_DECISION},
        {"primary_care_rival", "all_em", "13.3.5.6", IHP__ACTS_ON_DECISION},
        {"specialty_equal", "none", "13.3.6.7", IHP__ACTS_ON_DECISION},
        {"tie_with_elsewhere", "any", "13.3.7.10", IHP__ACTS_ON_DECISION},
        {"unresolved_tie", "lowest_ihp", "13.3.7", IHP__ACTS_ON_DECISION},
        {"lookback_when", "no_ihp_em", "13.3.8", IHP__ACTS_ON_DECISION},
        {"gate_lines", "no_pharmacy", "13.3.2", IHP__ACTS_ON_CLAIMS},
        {"gate_window", "lookback", "13.3.2", IHP__ACTS_ON_DECISION},
        {"cost_months", "all", "16.5.1", IHP__ACTS_ON_CLAIMS},
        {"weights_population", "gate", "16.4.1.2", IHP__ACTS_ON_DECISION},
        {"risk_weights", "base", "16.5.2", IHP__ACTS_ON_MONEY},
        {"pbp_offset_outside", "outermost", "16.8.2.2", IHP__ACTS_ON_MONEY},
        {"pbp_offset_rule", "rerun", "16.8.2.2", IHP__ACTS_ON_MONEY},
        {"quality_on_losses", "none", "18.4.13", IHP__ACTS_ON_QUALITY},
        {"circumstance_rule", "months", "5.9", IHP__ACTS_ON_QUALITY},
        {"benchmark_difference", "points", "18.4.4.1", IHP__ACTS_ON_QUALITY},
        {"not_reporting", "total", "18.4.6.2", IHP__ACTS_ON_QUALITY},
        {"absent_category", "set", "18.4.10", IHP__ACTS_ON_QUALITY},
        {"equity_maintain", "strict", "18.4.9.2.1", IHP__ACTS_ON_QUALITY},
        {"equity_drop", "points", "18.4.9.2.1", IHP__ACTS_ON_QUALITY},
    };
    static const char *const others[] = {"min_continuous_months", "min_total_months",
                                         "lookback_months", "reference_group", "bootstrap_weights"};
    /* The deck has the sweep before the values that it is relative to. */
    struct ihp__deck deck = loaded("sweep:\n  design: readings\n"
                                   "policies: {count_unit: visit, lookback_months: 3}\n"
                                   "threshold: 0.07\n");
    const struct ihp__scenario *before = deck.sweep->scenario;
    assert_int_equal(deck.sweep->design, IHP__SWEEP_READINGS);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct ihp__scenario *s = scenario_of(&deck, expected[i].key);
        assert_true(i == 0 || s > before);
        assert_scenario(s, &expected[i]);
        before = s;
    }
    for (size_t i = 0; i < deck.sweep->scenarios; i++) {
        for (size_t j = 0; j < sizeof others / sizeof others[0]; j++) {
            assert_string_not_equal(deck.sweep->scenario[i].key, others[j]);
        }
    }
    ihp__deck_free(&deck);
}

/* The scenarios of readings have the deck's terms except for their policy. */
static void test_terms_of_readings(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("sweep: {design: readings}\nthreshold: 0.07\n"
                                   "policies: {count_unit: visit, lookback_months: 3}\n");
    struct ihp__terms terms = ihp__deck_terms(&deck);
    assert_true(terms.threshold == 0.07);
    assert_int_equal(terms.policies.claims.lookback_months, 3);
    terms.policies.claims.msc_plus_excluded = 0;
    assert_terms(&scenario_of(&deck, "msc_plus_excluded")->terms, &terms);
    terms.policies.claims.msc_plus_excluded = 1;
    terms.policies.claims.count_unit = IHP__COUNT_LINE;
    assert_terms(&scenario_of(&deck, "count_unit")->terms, &terms);
    assert_int_equal(scenario_of(&deck, "count_unit")->line, 7);
    ihp__deck_free(&deck);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Each policy, except for texts, acts on its step and changes its term. */
static void test_every_policy_as_a_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; i < POLICY_CASES; i++) {
        const struct policy_case *p = &policy_case[i];
        char text[200];
        snprintf(text, sizeof text, "sweep: {design: grid, vary: {%s: %s}}", p->name, p->value);
        struct ihp__deck deck = loaded(text);
        assert_int_equal(deck.sweep->scenarios, 1);
        assert_int_equal(deck.sweep->scenario[0].acts_on, p->acts_on);
        struct ihp__terms terms = ihp__deck_terms(&deck);
        *policy_number(&terms.policies, p) = p->number;
        assert_terms(&deck.sweep->scenario[0].terms, &terms);
        ihp__deck_free(&deck);
    }
}

/* Each value of a policy of texts sets all bytes of the term. */
static void test_texts_can_vary(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("policies: {reference_group: A very long group}\n"
                                   "sweep: {design: grid, vary: {reference_group: [Black, 7, 7.0, "
                                   "'white'], trend: [0.01]}}");
    static const char *const groups[] = {"Black", "7", "7.0", "white"};
    assert_int_equal(deck.sweep->scenarios, 4);
    for (size_t i = 0; i < 4; i++) {
        struct ihp__terms terms = ihp__deck_terms(&deck);
        memset(terms.policies.reference_group, 0, sizeof terms.policies.reference_group);
        strcpy(terms.policies.reference_group, groups[i]);
        terms.changes.trend = 0.01;
        assert_terms(&deck.sweep->scenario[i].terms, &terms);
        assert_int_equal(deck.sweep->scenario[i].acts_on, IHP__ACTS_ON_MONEY);
    }
    assert_string_equal(deck.sweep->scenario[0].value, "Black;0.01");
    assert_string_equal(deck.policies.reference_group, "A very long group");
    ihp__deck_free(&deck);
}

/* Joined texts cannot always be taken apart again. */
static void test_settings_one_by_one(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded(
        "sweep: {design: named, scenarios: [{name: a, set: {reference_group: x;y, trend: 0.01}}]}");
    const struct ihp__scenario *scenario = &deck.sweep->scenario[0];
    assert_string_equal(scenario->key, "reference_group;trend");
    assert_string_equal(scenario->value, "x;y;0.01");
    assert_int_equal(scenario->settings, 2);
    assert_string_equal(scenario->setting[0].key, "reference_group");
    assert_string_equal(scenario->setting[0].value, "x;y");
    assert_string_equal(scenario->setting[1].key, "trend");
    assert_string_equal(scenario->setting[1].value, "0.01");
    ihp__deck_free(&deck);
}

static void vary_policy(void *context, const struct ihp__deck_key *key)
{
    int *policies = context;
    char text[200];
    if (strncmp(key->path, "policies.", 9) != 0) {
        return;
    }
    snprintf(text, sizeof text, "sweep: {design: grid, vary: {%s: %s}}", key->path + 9,
             key->fallback);
    struct ihp__deck deck = loaded(text);
    assert_string_equal(deck.sweep->scenario[0].section, key->section);
    ihp__deck_free(&deck);
    ++*policies;
}

/* Every policy of the deck's table can vary. */
static void test_every_policy_can_vary(void **state)
{
    (void)state;
    int policies = 0;
    ihp__deck_each_key(NULL, vary_policy, &policies);
    assert_int_equal(policies, IHP__POLICIES);
}

/* A scenario acts on the earliest step that one of its keys acts on, in any order of the keys. */
static void test_acts_on_of_several_keys(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        enum ihp__acts_on acts_on;
    } cases[] = {
        {"trend: 0.5, risk_weights: base", IHP__ACTS_ON_MONEY},
        {"quality_share: 0.5", IHP__ACTS_ON_QUALITY},
        {"quality_share: 0.5, trend: 0.5", IHP__ACTS_ON_MONEY},
        {"trend: 0.5, min_total_months: 3", IHP__ACTS_ON_DECISION},
        {"min_total_months: 3, trend: 0.5", IHP__ACTS_ON_DECISION},
        {"cost_months: all, min_total_months: 3, trend: 0.5", IHP__ACTS_ON_CLAIMS},
        {"trend: 0.5, min_total_months: 3, roster_quarter: 2025Q4", IHP__ACTS_ON_CLAIMS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "sweep: {design: named, scenarios: [{name: x, set: {%s}}]}",
                 cases[i].set);
        struct ihp__deck deck = loaded(text);
        assert_int_equal(deck.sweep->scenario[0].acts_on, cases[i].acts_on);
        ihp__deck_free(&deck);
    }
}

/* The least and the greatest value of each key, and other ways to write a value. */
static void test_bounds_that_are_allowed(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("sweep:\n  design: one_at_a_time\n  vary:\n"
                                   "    claims_cap: [0, 0.01, 9999999999.99]\n"
                                   "    trend: [-0.999999, 1]\n"
                                   "    threshold: [0, 0.999999]\n"
                                   "    corridor_share: [0, 1]\n"
                                   "    base_paid_through: [1970-01-02, '2149-06-04']\n"
                                   "    roster_quarter: [0001Q1, \"9999Q4\"]\n"
                                   "    min_continuous_months: [0, 12]\n"
                                   "    lookback_months: [0, 120]\n"
                                   "    quality_share: [0, 1]\n");
    assert_int_equal(deck.sweep->scenarios, 19);
    const struct ihp__scenario *s = deck.sweep->scenario;
    assert_true(s[0].terms.changes.cap_given && s[0].terms.changes.claims_cap == 0);
    assert_true(s[1].terms.changes.claims_cap == 1);
    assert_true(s[2].terms.changes.claims_cap == IHP__MONEY_MAX);
    assert_true(s[3].terms.changes.trend == -0.999999);
    assert_true(s[4].terms.changes.trend == 1.0);
    assert_true(s[6].terms.threshold == 0.999999);
    assert_true(s[17].terms.quality_share == 0.0 && s[18].terms.quality_share == 1.0);
    assert_true(s[7].terms.changes.share_given && s[7].terms.changes.corridor_share == 0.0);
    assert_true(s[8].terms.changes.corridor_share == 1.0);
    assert_int_equal(s[9].terms.base_paid_through, 1);
    assert_int_equal(s[10].terms.base_paid_through, 65533);
    assert_string_equal(s[10].value, "2149-06-04");
    assert_true(s[11].terms.changes.quarter_given);
    assert_int_equal(s[11].terms.changes.roster_quarter, 4);
    assert_int_equal(s[12].terms.changes.roster_quarter, 9999 * 4 + 3);
    assert_int_equal(s[16].terms.policies.claims.lookback_months, 120);
    ihp__deck_free(&deck);
}

static void test_aliases(void **state)
{
    (void)state;
    static const struct expected expected[] = {
        {"min_total_months", "3", "13.3.2", IHP__ACTS_ON_DECISION},
        {"min_total_months", "4", "13.3.2", IHP__ACTS_ON_DECISION},
        {"min_continuous_months", "3", "13.3.2", IHP__ACTS_ON_DECISION},
        {"min_continuous_months", "4", "13.3.2", IHP__ACTS_ON_DECISION},
    };
    struct ihp__deck deck = loaded("sweep: {design: one_at_a_time, vary: {min_total_months: &m "
                                   "[3, 4], min_continuous_months: *m}}");
    ASSERT_SCENARIOS(&deck, IHP__SWEEP_ONE_AT_A_TIME, expected);
    ihp__deck_free(&deck);
    deck = loaded("sweep: {design: named, scenarios: [{name: a, set: &s {trend: 0.1}}, "
                  "{name: b, set: *s}]}");
    assert_int_equal(deck.sweep->scenarios, 2);
    assert_string_equal(deck.sweep->scenario[1].value, "0.1");
    ihp__deck_free(&deck);
}

/* ---- terms, freeing, describing -------------------------------------------------------------- */

static void test_apply(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("sweep: {design: named, scenarios: [{name: a, set: {"
                                   "claims_cap: 7, performance_paid_through: 2026-05-01, "
                                   "threshold: 0.5, visit_gate: attributed_ihp}}]}");
    const struct ihp__sweep *sweep = deck.sweep;
    const struct ihp__terms own = ihp__deck_terms(&deck);
    struct ihp__terms now;
    ihp__deck_apply(&deck, &sweep->scenario[0].terms);
    assert_ptr_equal(deck.sweep, sweep);
    assert_true(deck.threshold == 0.5);
    assert_int_equal(deck.performance.paid_through, ihp__day_of_civil(2026, 5, 1));
    assert_int_equal(deck.performance.year, 2025);
    assert_int_equal(deck.policies.decision.visit_gate, IHP__GATE_ATTRIBUTED_IHP);
    assert_int_equal(deck.changes.claims_cap, 700);
    now = ihp__deck_terms(&deck);
    assert_terms(&now, &sweep->scenario[0].terms);
    ihp__deck_apply(&deck, &own);
    now = ihp__deck_terms(&deck);
    assert_terms(&now, &own);
    ihp__deck_free(&deck);
    assert_null(deck.sweep);
    ihp__deck_free(&deck);
}

struct seen {
    char text[1000];
    size_t size;
};

static void see(void *context, const struct ihp__deck_key *key)
{
    struct seen *seen = context;
    if (strncmp(key->path, "sweep", 5) == 0) {
        seen->size += (size_t)snprintf(seen->text + seen->size, sizeof seen->text - seen->size,
                                       "%s=%s\n", key->path, key->value);
        assert_true(seen->size < sizeof seen->text);
    }
}

static struct seen described(const char *more)
{
    struct seen seen = {.size = 0};
    struct ihp__deck deck = loaded(more);
    ihp__deck_each_key(&deck, see, &seen);
    ihp__deck_free(&deck);
    return seen;
}

/* The manifest has the design, the number of scenarios, and a hash, which differs between sweeps
 * that differ anywhere. */
static void test_described(void **state)
{
    (void)state;
    static const char *const sweeps[] = {
        "sweep: {design: named, scenarios: [{name: ab, set: {trend: 0.1, threshold: 0.2}}]}",
        "sweep: {design: named, scenarios: [{name: ac, set: {trend: 0.1, threshold: 0.2}}]}",
        "sweep: {design: named, scenarios: [{name: ab, set: {trend: 0.1, threshold: 0.3}}]}",
        "sweep: {design: named, scenarios: [{name: ab, set: {trend: 0.1, corridor_share: 0.2}}]}",
        "sweep: {design: named, scenarios: [{name: ab, set: {threshold: 0.2, trend: 0.1}}]}",
    };
    enum { SWEEPS = sizeof sweeps / sizeof sweeps[0] };
    struct seen seen[SWEEPS], none = described(""), again = described(sweeps[0]);
    static const char begins[] = "sweep.design=named\nsweep.scenarios=1\nsweep.hash=";
    assert_string_equal(none.text, "");
    for (int i = 0; i < SWEEPS; i++) {
        seen[i] = described(sweeps[i]);
        assert_memory_equal(seen[i].text, begins, sizeof begins - 1);
        assert_int_equal(seen[i].size, sizeof begins - 1 + 32 + 1);
        assert_int_equal(strspn(seen[i].text + sizeof begins - 1, "0123456789abcdef"), 32);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(seen[i].text, seen[j].text);
        }
    }
    assert_string_equal(again.text, seen[0].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_one_at_a_time),
        IN_FOLDER(test_grid),
        IN_FOLDER(test_named),
        IN_FOLDER(test_readings),
        IN_FOLDER(test_terms_of_readings),
        IN_FOLDER(test_every_policy_as_a_scenario),
        IN_FOLDER(test_texts_can_vary),
        IN_FOLDER(test_settings_one_by_one),
        IN_FOLDER(test_every_policy_can_vary),
        IN_FOLDER(test_acts_on_of_several_keys),
        IN_FOLDER(test_bounds_that_are_allowed),
        IN_FOLDER(test_aliases),
        IN_FOLDER(test_apply),
        IN_FOLDER(test_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
