/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps that are refused: designs, keys, values, names, and more scenarios than are allowed. */
#include "deck_text.h"

/* A sweep with `vary` or `scenarios`, from line 7. */
#define EACH(vary)      "sweep:\n  design: one_at_a_time\n  vary:\n    " vary
#define GRID(vary)      "sweep:\n  design: grid\n  vary:\n    " vary
#define NAMED(scenario) "sweep:\n  design: named\n  scenarios:\n    " scenario

static void test_design(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep:", ":7: sweep.design: is missing; add one_at_a_time, grid", "named or readings"},
        {7, "\nsweep: {}", ":8: sweep.design: is missing", "named or readings"},
        {7, "sweep: grid", ":7: sweep: a single value is not allowed", "a group of keys"},
        {7, "sweep: [grid]", ":7: sweep: a list is not allowed", "a group of keys"},
        {7, "sweep:\n  design: tornado", ":8: sweep.design: 'tornado' is not allowed",
         "one_at_a_time, grid, named or readings"},
        {7, "sweep: {design: }", ":7: sweep.design: '' is not", "one_at_a_time"},
        {7, "sweep: {design: Grid}", ":7: sweep.design: 'Grid' is not", "one_at_a_time"},
        {7, "sweep: {design: [grid]}", ":7: sweep.design: a list is not", "one_at_a_time"},
        {7, "sweep: {design: readings, set: {}}",
         ":7: sweep.set: unknown key; the keys here are:", "design vary scenarios max_scenarios"},
        {7, "sweep:\n  design: grid\n  design: grid", ":9: sweep.design: was given on line 8",
         "keep one"},
        {7, "sweep: {design: readings}\nsweep: {design: readings}", ":8: sweep: was given on ",
         "line 7 already; keep one"},
        {7, "sweep: {[a]: b}", ":7: sweep: a key is not a text", ""},
        {7, "sweep.design: grid", ":7: sweep.design: write it nested", "'design: grid'"},
    };
    ASSERT_REFUSALS(cases);
}

/* A design refuses the entries of other designs. */
static void test_entries_of_other_designs(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep:\n  design: one_at_a_time", ":8: sweep.vary: is missing", "a list of values"},
        {7, "sweep: {design: grid}", ":7: sweep.vary: is missing; add keys", "a list of values"},
        {7, "sweep: {design: named}", ":7: sweep.scenarios: is missing", "{name: text, set:"},
        {7, "sweep: {design: named,\n vary: {trend: 0}, scenarios: [{name: a, set: {trend: 0}}]}",
         ":8: sweep.vary: is not allowed in a sweep of design named", "remove the key"},
        {7, "sweep: {design: readings, vary: {trend: 0}}",
         ":7: sweep.vary: is not allowed in a sweep of design readings", "remove the key"},
        {7, "sweep: {design: readings, scenarios: []}",
         ":7: sweep.scenarios: is not allowed in a sweep of design readings", "remove"},
        {7, "sweep: {design: grid, vary: {trend: 0}, scenarios: [{name: a, set: {trend: 0}}]}",
         ":7: sweep.scenarios: is not allowed in a sweep of design grid", "remove"},
        {7, "sweep: {design: one_at_a_time, vary: {trend: 0}, scenarios: }",
         ":7: sweep.scenarios: is not allowed in a sweep of design one_at_a_time", "remove"},
    };
    ASSERT_REFUSALS(cases);
}

/* A key that varies is written next to `vary`, or in a scenario next to `set`. */
static void test_keys_outside_of_their_group(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep: {design: grid, lookback_months: [0, 12]}",
         ":7: sweep.lookback_months: unknown key; 'lookback_months' belongs in 'vary'. The keys",
         "design vary"},
        {7, "sweep: {lookback_months: [0, 12], design: named}",
         ":7: sweep.lookback_months: unknown key; 'lookback_months' belongs in 'set' of a "
         "scenario.",
         "design vary"},
        {7, "sweep: {design: readings, lookback_months: [0, 12]}",
         ":7: sweep.lookback_months: unknown key; a sweep of design readings varies every policy",
         "remove the key"},
        {7, "sweep: {policies.lookback_months: [0, 12]}",
         ":7: sweep.policies.lookback_months: unknown key; did you mean 'lookback_months' in "
         "'vary'?",
         "The keys here are: design"},
        {7, "sweep: {vary.trend: [0]}",
         ":7: sweep.vary.trend: unknown key; did you mean 'trend' in 'vary'?", ""},
        {7, "sweep: {trend: [0]}", ":7: sweep.trend: unknown key; 'trend' belongs in 'vary'.", ""},
        {7, "sweep: {claims_cap: [0]}",
         ":7: sweep.claims_cap: unknown key; 'claims_cap' belongs in 'vary'.", ""},
        {7, "sweep: {threshold: [0.01]}",
         ":7: sweep.threshold: unknown key; 'threshold' belongs in 'vary'.", ""},
        {7, "sweep: {claim_cap: [0]}",
         ":7: sweep.claim_cap: unknown key; did you mean 'claims_cap' in 'vary'?", ""},
        {7, "sweep: {base.paid_through: [2025-12-31]}",
         ":7: sweep.base.paid_through: unknown key; did you mean 'base_paid_through' in 'vary'?",
         ""},
        {7, "sweep: {policies: {lookback_months: [0]}}",
         ":7: sweep.policies: unknown key; a sweep has no groups: write a key of 'policies' such ",
         " in 'vary', without 'policies:'."},
        {7, "sweep: {scenario: []}",
         ":7: sweep.scenario: unknown key; did you mean 'scenarios'? The", ""},
        {7, "sweep: {bootstrap: {}}",
         ":7: sweep.bootstrap: unknown key; 'bootstrap' belongs at the top of the deck.", ""},
        {7, NAMED("- {name: a, lookback_months: 0}"),
         ":10: sweep.scenarios.1.lookback_months: unknown key; 'lookback_months' belongs in 'set'.",
         "The keys here are: name set"},
        {7, NAMED("- {name: a, lookback_month: 0}"),
         ":10: sweep.scenarios.1.lookback_month: unknown key; did you mean 'lookback_months' in ",
         "in 'set'? The keys here are: name set"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_keys_of_vary(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, EACH("colour: [a]"),
         ":10: sweep.vary.colour: unknown key; the keys here are: claims_cap",
         " trend threshold corridor_share quality_share base_paid_through performance_paid_through "
         "roster_quarter msc_plus_excluded exclusion_scope"},
        {7, EACH("policies.count_unit: [visit]"), ":10: sweep.vary.policies.count_unit: unknown",
         "did you mean 'count_unit'?"},
        {7, EACH("policies: {count_unit: visit}"),
         ":10: sweep.vary.policies: unknown key; a sweep has no groups: write a key of 'policies' ",
         "such as 'msc_plus_excluded' here, without 'policies:'. The keys here are: claims_cap"},
        {7, EACH("base: {paid_through: 2025-12-31}"), ":10: sweep.vary.base: unknown key; a sweep ",
         "such as 'base_paid_through' here, without 'base:'."},
        {7, EACH("paid_through: [2025-12-31]"), ":10: sweep.vary.paid_through: unknown key",
         "; did you mean 'base_paid_through'? The keys here are:"},
        {7, EACH("base.paid_through: [2025-12-31]"),
         ":10: sweep.vary.base.paid_through: unknown key; did you mean 'base_paid_through'?", ""},
        {7, EACH("settlement: [final]"), ":10: sweep.vary.settlement: unknown key", ""},
        {7, EACH("strict_categories: [true]"), ":10: sweep.vary.strict_categories: unknown", ""},
        {7, EACH("quality_on_losses: [None]"), ":10: sweep.vary.quality_on_losses: 'None' is not",
         "as_written, none or inverse"},
        {7, EACH("reference_group: ['']"), ":10: sweep.vary.reference_group: '' is not",
         "1 to 40 bytes"},
        {7, EACH("reference_group: [White, Black, White]"),
         ":10: sweep.vary.reference_group: 'White' is a value of line 10 already", "keep one"},
        {7, EACH("trend: [0]\n    trend: [0.1]"), ":11: sweep.vary.trend: was given on line 10",
         "keep one"},
        {7, EACH("[a]: [0]"), ":10: sweep.vary: a key is not a text", ""},
        {7, EACH("? {a: b}\n    : [0]"), ":10: sweep.vary: a key is not a text", ""},
        {7, "sweep:\n  design: grid\n  vary: {}", ":9: sweep.vary: is empty; expected keys", ""},
        {7, "sweep:\n  vary:\n  design: grid", ":8: sweep.vary: is empty; expected keys", ""},
        {7, "sweep:\n  design: grid\n  vary: trend", ":9: sweep.vary: a single value is not",
         "a group of keys"},
        {7, "sweep:\n  design: grid\n  vary: [trend]", ":9: sweep.vary: a list is not",
         "a group of keys"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_lists_of_values(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, EACH("trend: []"), ":10: sweep.vary.trend: the list is empty; expected", "to 1"},
        {7, EACH("trend: {a: 1}"), ":10: sweep.vary.trend: a group of keys is not", "to 1"},
        {7, EACH("trend:"), ":10: sweep.vary.trend: '' is not", "to 1"},
        {7, EACH("trend: [[0.1]]"), ":10: sweep.vary.trend: a list is not", "to 1"},
        {7, EACH("trend: [{a: 1}]"), ":10: sweep.vary.trend: a group of keys is not", "to 1"},
        {7, EACH("trend: [~]"), ":10: sweep.vary.trend: '~' is not", "to 1"},
        {7, EACH("trend: &t [*t]"), ":10: sweep.vary.trend: a list is not", "to 1"},
        {7, EACH("trend:\n      - 0.1\n      - 0.3\n      - 0.2\n      - 0.1\n      - 0.3"),
         ":14: sweep.vary.trend: '0.1' is a value of line 11 already", "keep one"},
        {7, EACH("threshold: [0.5,\n     0.50]"), ":11: sweep.vary.threshold: '0.50' is a value",
         "of line 10 already"},
        {7, EACH("claims_cap: [5, 7, 5.00]"), ":10: sweep.vary.claims_cap: '5.00' is a", "already"},
        {7, EACH("trend: [0, -0.0]"), ":10: sweep.vary.trend: '-0.0' is a value", "already"},
        {7, EACH("count_unit: [line, visit, line]"), ":10: sweep.vary.count_unit: 'line' is a",
         "already"},
        {7, EACH("lookback_months: [1, 01]"), ":10: sweep.vary.lookback_months: '01'", "already"},
        {7, EACH("trend: [\"0.1\\0\"]"), ":10: sweep.vary.trend: a single value is not", "to 1"},
    };
    ASSERT_REFUSALS(cases);
}

/* Values just beyond each bound, and of each wrong type. */
static const struct {
    const char *key, *value, *found, *allowed;
} wrong_value[] = {
    {"claims_cap", "-0.01", "'-0.01'", "dollars from 0"},
    {"claims_cap", "0.001", "'0.001'", "two decimals"},
    {"claims_cap", "10000000000.00", "'10000000000.00'", "dollars"},
    {"claims_cap", "5e4", "'5e4'", "dollars"},
    {"claims_cap", "'2000'", "text '2000'", "dollars"},
    {"claims_cap", "none", "'none'", "0 for no cap"},
    {"trend", "-1", "'-1'", "above -1 and to 1"},
    {"trend", "-0.99999999999999999999", "'-0.99999999999999999999'", "above -1"},
    {"trend", "1.000001", "'1.000001'", "above -1 and to 1"},
    {"trend", "1%", "'1%'", "above -1"},
    {"trend", ".nan", "'.nan'", "above -1"},
    {"trend", "\"0.1\"", "text '0.1'", "above -1"},
    {"threshold", "-0.000001", "'-0.000001'", "from 0 to below 1"},
    {"threshold", "1", "'1'", "from 0 to below 1"},
    {"threshold", "'0.5'", "text '0.5'", "from 0 to below 1"},
    {"corridor_share", "-0.1", "'-0.1'", "from 0 to 1"},
    {"corridor_share", "1.000001", "'1.000001'", "from 0 to 1"},
    {"corridor_share", "'1'", "text '1'", "from 0 to 1"},
    {"quality_share", "-0.1", "'-0.1'", "from 0 to 1"},
    {"quality_share", "1.000001", "'1.000001'", "from 0 to 1"},
    {"quality_share", "'1'", "text '1'", "from 0 to 1"},
    {"base_paid_through", "1970-01-01", "'1970-01-01'", "a date, YYYY-MM-DD"},
    {"base_paid_through", "2149-06-05", "'2149-06-05'", "a date, YYYY-MM-DD"},
    {"performance_paid_through", "2025-02-29", "'2025-02-29'", "a date"},
    {"performance_paid_through", "2025", "'2025'", "a date"},
    {"roster_quarter", "2025Q0", "'2025Q0'", "a quarter such as 2025Q1"},
    {"roster_quarter", "2025Q5", "'2025Q5'", "a quarter"},
    {"roster_quarter", "2025q1", "'2025q1'", "a quarter"},
    {"roster_quarter", "0000Q1", "'0000Q1'", "a quarter"},
    {"roster_quarter", "2025", "'2025'", "a quarter"},
    {"msc_plus_excluded", "yes", "'yes'", "true or false"},
    {"msc_plus_excluded", "'true'", "text 'true'", "true or false"},
    {"min_continuous_months", "13", "'13'", "0 to 12"},
    {"min_total_months", "-1", "'-1'", "0 to 12"},
    {"min_total_months", "'9'", "text '9'", "0 to 12"},
    {"lookback_months", "121", "'121'", "0 to 120"},
    {"lookback_months", "6.0", "'6.0'", "0 to 120"},
    /* A number may have leading zeros, but no value has more than 63 bytes. */
    {"lookback_months", "0000000000000000000000000000000000000000000000000000000000000001",
     "'000000000000000000000000000000000000000000000000000000000000'", "0 to 120"},
    {"exclusion_scope", "year", "'year'", "month or period"},
    {"base_roster", "none", "'none'", "performance or own"},
    {"non_ihp_unit", "line", "'line'", "billing or treating"},
    {"off_roster_unit", "none", "'none'", "treating or billing"},
    {"count_unit", "lines", "'lines'", "line or visit"},
    {"reversals", "ignore", "'ignore'", "net or count"},
    {"visit_gate", "any", "'any'", "any_roster or attributed_ihp"},
    {"primary_care_elsewhere", "1", "'1'", "step3 or blocks"},
    {"specialty_elsewhere", "all", "'all'", "all_em or specialty"},
    {"lookback_when", "em", "'em'", "no_em or no_ihp_em"},
    {"gate_lines", "all", "'all'", "any, no_pharmacy or em"},
    {"gate_window", "all", "'all'", "period or lookback"},
    {"health_home_elsewhere", "all", "'all'", "single or pooled"},
    {"primary_care_rival", "all", "'all'", "primary_care or all_em"},
    {"specialty_equal", "no", "'no'", "ihp, none or latest"},
    {"tie_with_elsewhere", "all", "'all'", "chosen or any"},
    {"unresolved_tie", "ihp", "'ihp'", "unattributed or lowest_ihp"},
    {"cost_months", "none", "'none'", "qualifying or all"},
    {"risk_weights", "Own", "'Own'", "own or base"},
    {"weights_population", "all", "'all'", "enrolled or gate"},
    {"pbp_offset_outside", "all", "'all'", "none or outermost"},
    {"pbp_offset_rule", "run", "'run'", "share or rerun"},
    {"circumstance_rule", "days", "'days'", "share or months"},
    {"not_reporting", "none", "'none'", "achievement or total"},
    {"absent_category", "none", "'none'", "all, set or lost"},
    {"equity_maintain", "1", "'1'", "tolerance or strict"},
    {"equity_drop", "0.01", "'0.01'", "relative or points"},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_value / sizeof wrong_value[0]; i++) {
        char text[300], begins[300];
        snprintf(text, sizeof text, EACH("%s:\n      - %s"), wrong_value[i].key,
                 wrong_value[i].value);
        snprintf(begins, sizeof begins, ":11: sweep.vary.%s: %s is not allowed; expected ",
                 wrong_value[i].key, wrong_value[i].found);
        assert_deck_refused(7, text, begins, wrong_value[i].allowed);
        snprintf(text, sizeof text, NAMED("- {name: a, set: {%s: %s}}"), wrong_value[i].key,
                 wrong_value[i].value);
        snprintf(begins, sizeof begins, ":10: sweep.scenarios.1.set.%s: %s is not allowed; ",
                 wrong_value[i].key, wrong_value[i].found);
        assert_deck_refused(7, text, begins, wrong_value[i].allowed);
    }
}

static void test_named(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep:\n  design: named\n  scenarios: []", ":9: sweep.scenarios: is empty", "a list"},
        {7, "sweep:\n  design: named\n  scenarios:", ":9: sweep.scenarios: is empty", "a list of"},
        {7, "sweep:\n  design: named\n  scenarios: a", ":9: sweep.scenarios: 'a' is", "a list of"},
        {7, NAMED("{name: a, set: {trend: 0}}"), ":10: sweep.scenarios: a group of keys is not",
         "a list of {name: text, set: {key: value}}"},
        {7, NAMED("- a"), ":10: sweep.scenarios.1: a single value is not", "a group of keys"},
        {7, NAMED("- [a]"), ":10: sweep.scenarios.1: a list is not", "a group of keys"},
        {7, NAMED("- {set: {trend: 0}}"), ":10: sweep.scenarios.1.name: is missing", "a text"},
        {7, NAMED("- {name: a}"), ":10: sweep.scenarios.1.set: is missing", "keys, each with"},
        {7, NAMED("-"), ":10: sweep.scenarios.1.name: is missing", "a text"},
        {7, NAMED("- {name: a, set: {trend: 0}}\n    - name: b\n      sets: {trend: 0}"),
         ":12: sweep.scenarios.2.sets: unknown key; did you mean 'set'?",
         "The keys here are: name set"},
        {7, NAMED("- {name: a, name: b, set: {trend: 0}}"), ":10: sweep.scenarios.1.name: was",
         "keep one"},
        {7, NAMED("- {name: , set: {trend: 0}}"), ":10: sweep.scenarios.1.name: '' is", "1 to 199"},
        {7, NAMED("- {name: [a], set: {trend: 0}}"), ":10: sweep.scenarios.1.name: a list is",
         "1 to 199"},
        {7, NAMED("- {name: \"a\\nb\", set: {trend: 0}}"), ":10: sweep.scenarios.1.name: 'a",
         "one line"},
        {7, NAMED("- {name: a, set: {}}"), ":10: sweep.scenarios.1.set: is empty", "keys, each"},
        {7, NAMED("- {name: a, set: }"), ":10: sweep.scenarios.1.set: is empty", "keys, each"},
        {7, NAMED("- {name: a, set: [trend]}"), ":10: sweep.scenarios.1.set: a list is not",
         "a group of keys"},
        {7, NAMED("- {name: a, set: trend}"), ":10: sweep.scenarios.1.set: a single value is not",
         "a group of keys"},
        {7, NAMED("- {name: a, set: {trend: [0.1]}}"), ":10: sweep.scenarios.1.set.trend: a list",
         "above -1"},
        {7, NAMED("- {name: a, set: {trend: 0,\n       trend: 0}}"),
         ":11: sweep.scenarios.1.set.trend: was given on line 10", "keep one"},
        {7, NAMED("- {name: a, set: {shade: 0}}"), ":10: sweep.scenarios.1.set.shade: unknown key",
         "the keys here are: claims_cap"},
        {7,
         NAMED("- {name: b, set: {trend: 0}}\n    - {name: a, set: {trend: 0}}\n"
               "    - {name: 'b', set: {trend: 1}}\n    - {name: a, set: {trend: 1}}"),
         ":12: sweep.scenarios.3.name: 'b' is the name of scenario 1 already", "differ"},
    };
    ASSERT_REFUSALS(cases);
}

/* A name has at most 199 bytes. */
static void test_length_of_a_name(void **state)
{
    (void)state;
    char name[201], text[600];
    struct ihp__deck deck;
    struct ihp_error err;
    memset(name, 'n', sizeof name);
    name[199] = '\0';
    snprintf(text, sizeof text, NAMED("- {name: %s, set: {trend: 0}}"), name);
    assert_int_equal(load_with(7, text, &deck, &err), IHP_OK);
    assert_string_equal(deck.sweep->scenario[0].name, name);
    ihp__deck_free(&deck);
    name[199] = 'n';
    name[200] = '\0';
    snprintf(text, sizeof text, NAMED("- {name: %s, set: {trend: 0}}"), name);
    assert_deck_refused(7, text, ":10: sweep.scenarios.1.name: 'nnn", "1 to 199 bytes");
}

static void test_max_scenarios(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep: {design: readings, max_scenarios: 0}", ":7: sweep.max_scenarios: '0' is not",
         "1 to 100000"},
        {7, "sweep: {design: readings, max_scenarios: 100001}", ":7: sweep.max_scenarios: '100001'",
         "1 to 100000"},
        {7, "sweep: {design: readings, max_scenarios: '5'}", ":7: sweep.max_scenarios: text '5'",
         "a whole number"},
        {7, "sweep: {design: readings, max_scenarios: [5]}", ":7: sweep.max_scenarios: a list",
         "a whole number"},
        {7, "sweep: {max_scenarios: 2,\n design: readings}", ":8: sweep.design: ",
         " scenarios are not allowed; expected at most max_scenarios, which is 2"},
        {7,
         "sweep: {max_scenarios: 3, design: one_at_a_time,\n vary: {trend: [0.1, 0.2], "
         "threshold: [0.1, 0.2]}}",
         ":8: sweep.vary: 4 scenarios are not allowed", "max_scenarios, which is 3"},
        {7,
         "sweep: {max_scenarios: 5, design: grid, vary: {trend: [0.1, 0.2, 0.3], "
         "threshold: [0.1, 0.2]}}",
         ":7: sweep.vary: 6 scenarios are not allowed", "which is 5 and can be 100000"},
        {7, "sweep: {max_scenarios: 1, design: named, scenarios: [{name: a, set: {trend: 0}}, x]}",
         ":7: sweep.scenarios: 2 scenarios are not allowed", "max_scenarios, which is 1"},
    };
    ASSERT_REFUSALS(cases);
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_with(7,
                               "sweep: {max_scenarios: 100000, design: grid, vary: {trend: "
                               "[0.1, 0.2], threshold: [0.1, 0.2]}}",
                               &deck, &err),
                     IHP_OK);
    assert_int_equal(deck.sweep->scenarios, 4);
    ihp__deck_free(&deck);
}

/* The plain deck with a sweep of `keys` keys that share a list of whole numbers from 0 to below
 * `values`; the caller frees it. */
static char *long_lists(const char *design, const char *const *key, size_t keys, int values)
{
    size_t size = 4000 + (size_t)values * 12, used = 0;
    char *text = calloc(size, 1);
    assert_non_null(text);
    for (int i = 0; i < DECK_LINES; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s\n", deck_line[i]);
    }
    used += (size_t)snprintf(text + used, size - used,
                             "sweep:\n  design: %s\n  vary:\n    %s: &l [", design, key[0]);
    for (int i = 0; i < values; i++) {
        used += (size_t)snprintf(text + used, size - used, "%d,", i);
    }
    used += (size_t)snprintf(text + used, size - used, "]\n");
    for (size_t k = 1; k < keys; k++) {
        used += (size_t)snprintf(text + used, size - used, "    %s: *l\n", key[k]);
    }
    assert_true(used < size);
    return text;
}

/* The default is 10,000: that many scenarios are made, and one more is refused. */
static void test_default_of_max_scenarios(void **state)
{
    (void)state;
    static const char *const key[] = {"claims_cap"};
    struct ihp__deck deck;
    struct ihp_error err;
    char *text = long_lists("one_at_a_time", key, 1, 10000);
    assert_int_equal(load_text(text, &deck, &err), IHP_OK);
    free(text);
    assert_int_equal(deck.sweep->scenarios, 10000);
    assert_true(deck.sweep->scenario[9999].terms.changes.claims_cap == 999900);
    ihp__deck_free(&deck);
    text = long_lists("one_at_a_time", key, 1, 10001);
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    free(text);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:9: sweep.vary: 10001 scenarios are not allowed");
}

/* A grid of more scenarios than an integer can hold is refused for its size, before any value is
 * read. */
static void test_grid_beyond_all_numbers(void **state)
{
    (void)state;
    static const char *const key[] = {"claims_cap",
                                      "trend",
                                      "corridor_share",
                                      "threshold",
                                      "lookback_months",
                                      "roster_quarter",
                                      "base_paid_through",
                                      "min_total_months",
                                      "performance_paid_through"};
    struct ihp__deck deck;
    struct ihp_error err;
    char *text = long_lists("grid", key, sizeof key / sizeof key[0], 80000);
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:9: sweep.vary: 18446744073709551615 or more");
    free(text);
    text = long_lists("grid", key, 3, 80000);
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "sweep.vary: 512000000000000 scenarios are not allowed");
    free(text);
}

/* Scenarios that are aliases of one have the same name. */
static void test_repeated_scenario(void **state)
{
    (void)state;
    char text[40000] = NAMED("- &s {name: a, set: {trend: 0}}\n"), whole[41000] = "";
    size_t size = strlen(text), used = 0;
    for (int i = 0; i < 3000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "    - *s\n");
    }
    for (int i = 0; i < DECK_LINES; i++) {
        used += (size_t)snprintf(whole + used, sizeof whole - used, "%s\n", deck_line[i]);
    }
    assert_true(used + size < sizeof whole);
    memcpy(whole + used, text, size + 1);
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_text(whole, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "sweep.scenarios.2.name: 'a' is the name of scenario 1");
}

/* An error after a sweep that has been read leaves the deck as it was. */
static void test_second_document(void **state)
{
    (void)state;
    assert_deck_refused(7, "sweep: {design: readings}\n---\nthreshold: 0.5",
                        ":9: ", "second document");
}

/* A sweep that contains itself is refused. */
static void test_cycles(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "sweep: &s {design: grid, vary: *s}", ":7: sweep.vary.design: unknown key", ""},
        {7, "sweep: {design: grid, vary: &v {trend: *v}}", ":7: sweep.vary.trend: a group", ""},
        {7, "sweep: {design: named, scenarios: &l [*l]}", ":7: sweep.scenarios.1: a list is", ""},
        {7, "sweep: {design: named, scenarios: [&s {name: a, set: *s}]}",
         ":7: sweep.scenarios.1.set.name: unknown key", ""},
    };
    ASSERT_REFUSALS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_design),
        IN_FOLDER(test_entries_of_other_designs),
        IN_FOLDER(test_keys_outside_of_their_group),
        IN_FOLDER(test_keys_of_vary),
        IN_FOLDER(test_lists_of_values),
        IN_FOLDER(test_values),
        IN_FOLDER(test_named),
        IN_FOLDER(test_length_of_a_name),
        IN_FOLDER(test_max_scenarios),
        IN_FOLDER(test_default_of_max_scenarios),
        IN_FOLDER(test_grid_beyond_all_numbers),
        IN_FOLDER(test_repeated_scenario),
        IN_FOLDER(test_second_document),
        IN_FOLDER(test_cycles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
