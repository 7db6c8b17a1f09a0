/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks that are refused: wrong types and values of each key, unknown keys, keys given twice, and
 * files that are not decks. */
#include "deck_text.h"

#include <sys/resource.h>

/* ---- values ---------------------------------------------------------------------------------- */

static const char *const policies[] = {
    "exclusion_scope",     "base_roster",
    "non_ihp_unit",        "count_unit",
    "visit_gate",          "primary_care_elsewhere",
    "specialty_elsewhere", "health_home_elsewhere",
    "primary_care_rival",  "specialty_equal",
    "tie_with_elsewhere",  "unresolved_tie",
    "cost_months",         "weights_population",
    "risk_weights",        "pbp_offset_outside",
    "pbp_offset_rule",     "quality_on_losses",
    "circumstance_rule",   "benchmark_difference",
    "not_reporting",       "absent_category",
    "equity_maintain",     "equity_drop",
    "lookback_when",       "gate_lines",
    "gate_window",         "off_roster_unit",
    "reversals",           "bootstrap_weights",
    "before_birth",
};

static void test_paths(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {1, "store:", ":1: store: '' is not allowed", "expected a path"},
        {1, "store: ''", ":1: store: '' is not allowed", "expected a path"},
        {1, "store: [a, b]", ":1: store: a list is not allowed", "expected a path"},
        {1, "store: {a: b}", ":1: store: a group of keys is not allowed", "expected a path"},
        {1, "store: \"a\\0b\"", ":1: store: ", "expected a path"},
        {2, "program:\n  - x", ":3: program: a list is not allowed", "expected a path"},
        {3, "output: ''", ":3: output: '' is not allowed", "expected a path"},
        {7, "interim: ''", ":7: interim: '' is not allowed", "expected a path"},
        {7, "interim:", ":7: interim: '' is not allowed", "expected a path"},
        {7, "payments: q1", ":7: payments: 'q1' is not allowed",
         "expected a list of 1 to 5 folders"},
        {7, "payments: []", ":7: payments: a list is not allowed", "a list of 1 to 5 folders"},
        {7, "payments: [a, '']", ":7: payments: '' is not allowed", "a list of 1 to 5 folders"},
        {7, "payments: [a, {b: c}]", ":7: payments: a group of keys is not allowed", "folders"},
        {7, "payments: [a, b, c, d, e, f]", ":7: payments: 'f' is not allowed", "1 to 5 folders"},
        {7, "reconciliation: r", ":7: reconciliation: the deck names no payments", "'payments'"},
    };
    ASSERT_REFUSALS(cases);
    /* Together with the folder, a path may have IHP__PATH_MAX - 1 bytes. */
    struct ihp__deck deck;
    struct ihp_error err;
    char text[IHP__PATH_MAX + 20] = "store: ";
    size_t most = IHP__PATH_MAX - 1 - strlen(test_folder) - 1;
    memset(text + 7, 'x', most);
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml: program: is missing"); /* the store is accepted */
    text[7 + most] = 'x';
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:1: store: 'xxx");
}

static void test_settlement_and_periods(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {4, "settlement: Final", ":4: settlement: 'Final' is not",
         "expected interim, final or quarterly"},
        {4, "settlement: 1", ":4: settlement: '1' is not allowed", "interim, final or quarterly"},
        {4, "settlement: [final]", ":4: settlement: a list is not allowed",
         "interim, final or quarterly"},
        {5, "base: 2024", ":5: base: a single value is not allowed", "expected a group of keys"},
        {5, "base: [2024]", ":5: base: a list is not allowed", "expected a group of keys"},
        {5, "base: {year: 1980, paid_through: 2025-12-31}", ":5: base.year: '1980' is not allowed",
         "a year from 1981 to 2147"},
        {5, "base: {year: 2148, paid_through: 2025-12-31}", ":5: base.year: '2148' is not", "2147"},
        {5, "base: {year: '2024', paid_through: 2025-12-31}", ":5: base.year: text '2024' is not",
         "a year"},
        {5, "base: {year: 2024.0, paid_through: 2025-12-31}", ":5: base.year: '2024.0' is not",
         "a year"},
        {5, "base: {year: 2e3, paid_through: 2025-12-31}", ":5: base.year: '2e3' is not", "a year"},
        {5, "base: {year: , paid_through: 2025-12-31}", ":5: base.year: '' is not", "a year"},
        {5, "base: {year: [2024], paid_through: 2025-12-31}", ":5: base.year: a list is not",
         "a year"},
        {5, "base: {year: 2024, paid_through: 2025-02-29}", ":5: base.paid_through: '2025-02-29'",
         "a date, YYYY-MM-DD, from 1970-01-02 to 2149-06-04"},
        {5, "base: {year: 2024, paid_through: 1970-01-01}", ":5: base.paid_through: '1970-01-01'",
         "a date"},
        {5, "base: {year: 2024, paid_through: 2149-06-05}", ":5: base.paid_through: '2149-06-05'",
         "a date"},
        {5, "base: {year: 2024, paid_through: 2025}", ":5: base.paid_through: '2025' is", "a date"},
        {5, "base: {year: 2024, paid_through: {}}", ":5: base.paid_through: a group of keys",
         "a date"},
        {6, "performance: {year: twenty, paid_through: 2026-12-31}",
         ":6: performance.year: 'twenty' is not allowed", "a year"},
        {6, "performance:\n  year: 2025\n  paid_through: 31.12.2026",
         ":8: performance.paid_through: '31.12.2026' is not allowed", "a date"},
    };
    ASSERT_REFUSALS(cases);
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(
        load_with(6, "performance: {year: 2147, paid_through: 2149-06-04}", &deck, &err), IHP_OK);
    assert_int_equal(load_with(5, "base: {year: 1981, paid_through: 1982-12-31}", &deck, &err),
                     IHP_OK);
}

static void test_threshold_and_switches(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "threshold: -0.01", ":7: threshold: '-0.01' is not allowed", "from 0 to below 1"},
        {7, "threshold: 1", ":7: threshold: '1' is not allowed", "from 0 to below 1"},
        {7, "threshold: 2%", ":7: threshold: '2%' is not allowed", "from 0 to below 1"},
        {7, "threshold: 2e-2", ":7: threshold: '2e-2' is not allowed", "from 0 to below 1"},
        {7, "threshold: .nan", ":7: threshold: '.nan' is not allowed", "from 0 to below 1"},
        {7, "threshold: '0.02'", ":7: threshold: text '0.02' is not allowed", "a number"},
        {7, "threshold: \"0.02\"", ":7: threshold: text '0.02' is not allowed", "a number"},
        {7, "threshold: |\n  0.02", ":7: threshold: text '0.02?' is not allowed", "a number"},
        {7, "threshold: [0.02]", ":7: threshold: a list is not allowed", "a number"},
        {7, "threshold:", ":7: threshold: '' is not allowed", "a number"},
        {7, "quality_share: -0.000001", ":7: quality_share: '-0.000001' is not", "from 0 to 1"},
        {7, "quality_share: 1.000001", ":7: quality_share: '1.000001' is not", "from 0 to 1"},
        {7, "quality_share: 50%", ":7: quality_share: '50%' is not allowed", "from 0 to 1"},
        {7, "quality_share: '0.5'", ":7: quality_share: text '0.5' is not", "from 0 to 1"},
        {7, "strict_categories: yes", ":7: strict_categories: 'yes' is not", "true or false"},
        {7, "strict_categories: 1", ":7: strict_categories: '1' is not allowed", "true or false"},
        {7, "strict_categories: True", ":7: strict_categories: 'True' is not", "true or false"},
        {7, "strict_categories: 'true'", ":7: strict_categories: text 'true'", "true or false"},
        {7, "allow_nonstandard_runout: on", ":7: allow_nonstandard_runout: 'on'", "true or false"},
        {7, "allow_nonstandard_runout: {}", ":7: allow_nonstandard_runout: a group",
         "true or false"},
        {7, "checkpoint_minutes: -1", ":7: checkpoint_minutes: '-1' is not", "0 to below 1440"},
        {7, "checkpoint_minutes: 1440", ":7: checkpoint_minutes: '1440'", "0 to below 1440"},
        {7, "checkpoint_minutes: often", ":7: checkpoint_minutes: 'often'", "0 to below 1440"},
    };
    ASSERT_REFUSALS(cases);
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_with(7, "threshold: 0", &deck, &err), IHP_OK);
    assert_true(deck.threshold == 0.0);
    assert_int_equal(load_with(7, "threshold: 0.999999", &deck, &err), IHP_OK);
    assert_true(deck.quality_share == 0.5);
    assert_int_equal(load_with(7, "quality_share: 0", &deck, &err), IHP_OK);
    assert_true(deck.quality_share == 0.0);
    assert_int_equal(load_with(7, "quality_share: 1", &deck, &err), IHP_OK);
    assert_true(deck.quality_share == 1.0);
    assert_int_equal(load_with(7, "checkpoint_minutes: 0", &deck, &err), IHP_OK);
    assert_true(deck.checkpoint_minutes == 0.0);
    assert_int_equal(load_with(7, "checkpoint_minutes: 1439.5", &deck, &err), IHP_OK);
}

static void test_policies(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "policies: none", ":7: policies: a single value is not allowed", "a group of keys"},
        {7, "policies: [a]", ":7: policies: a list is not allowed", "a group of keys"},
        {7, "policies: {msc_plus_excluded: maybe}", ":7: policies.msc_plus_excluded: 'maybe'",
         "true or false"},
        {7, "policies: {min_continuous_months: 13}", ":7: policies.min_continuous_months: '13'",
         "a whole number from 0 to 12"},
        {7, "policies: {min_continuous_months: -1}", ":7: policies.min_continuous_months: '-1'",
         "a whole number from 0 to 12"},
        {7, "policies: {min_total_months: 13}", ":7: policies.min_total_months: '13'", "0 to 12"},
        {7, "policies: {min_total_months: 6.5}", ":7: policies.min_total_months: '6.5'", "0 to 12"},
        {7, "policies: {lookback_months: 121}", ":7: policies.lookback_months: '121'", "0 to 120"},
        {7, "policies: {lookback_months: '12'}", ":7: policies.lookback_months: text '12'",
         "0 to 120"},
        {7, "policies: {lookback_months: 99999999999999999999}",
         ":7: policies.lookback_months: '999", "0 to 120"},
    };
    ASSERT_REFUSALS(cases);
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        static const char *const wrong[] = {"perhaps", "", "[x]", "{x: y}", "1"};
        for (size_t j = 0; j < sizeof wrong / sizeof wrong[0]; j++) {
            char text[200], begins[200];
            snprintf(text, sizeof text, "policies:\n\n  %s: %s", policies[i], wrong[j]);
            snprintf(begins, sizeof begins, ":9: policies.%s: ", policies[i]);
            assert_deck_refused(7, text, begins, " is not allowed; expected ");
        }
    }
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void test_unknown_keys(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "colour: blue", ":7: colour: unknown key; the keys here are:",
         " store program output settlement interim payments reconciliation base performance "
         "threshold quality_share "
         "strict_categories allow_nonstandard_runout policies bootstrap_scenarios "
         "checkpoint_minutes bootstrap sweep"},
        {7, "Threshold: 0.02", ":7: Threshold: unknown key", " threshold"},
        {5, "base: {year: 2024, paid: 2025-12-31}",
         ":5: base.paid: unknown key; the keys here are:", ": year paid_through"},
        {6, "performance:\n  year: 2025\n  yaer: 2025", ":8: performance.yaer: unknown key",
         ": year through paid_through"},
        {7, "policies: {cost_month: all}", ":7: policies.cost_month: unknown key", " cost_months"},
        {7, "policies: {policies: {}}", ":7: policies.policies: unknown key", " cost_months"},
        {7, "year: 2025", ":7: year: unknown key", " settlement"},
        {7, "'': x", ":7: : unknown key", " store"},
        {7, "<<: {threshold: 0.5}", ":7: <<: unknown key", " store"},
        {7, "[a, b]: c", ":7: a key is not a text", ""},
        {7, "? {a: b}\n: c", ":7: a key is not a text", ""},
        {7, "\"store\\0x\": c", ":7: a key is not a text", ""},
        {7, "store_of_a_name_that_is_far_longer_than_any_key_of_a_deck_could_ever_be_made: x",
         ":7: store_of_a_name_that_is", "unknown key"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_missing_keys(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {1, "", ": store: is missing", "add a path"},
        {2, "", ": program: is missing", "add a path"},
        {3, "", ": output: is missing", "add a path"},
        {4, "", ": settlement: is missing", "interim, final or quarterly"},
        {5, "", ": base.year: is missing", "a year from"},
        {5, "base:", ": base.year: is missing", "a year from"},
        {5, "base: {year: 2024}", ": base.paid_through: is missing", "a date"},
        {6, "performance: {}", ": performance.year: is missing", "a year from"},
        {6, "performance: {year: 2025}", ": performance.paid_through: is missing", "a date"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_keys_given_twice(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "store: other.h5", ":7: store: was given on line 1 already", "keep one"},
        {7, "threshold: 0.02\nthreshold: 0.02", ":8: threshold: was given on line 7", "keep one"},
        {7, "policies: {count_unit: line, count_unit: visit}", ":7: policies.count_unit: was given",
         "on line 7"},
        {7, "policies:\n  cost_months: all\n\n  cost_months: all",
         ":10: policies.cost_months: was given on line 8", "keep one"},
    };
    ASSERT_REFUSALS(cases);
}

/* A text of 1 to 40 bytes on one line. */
static void test_reference_group(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "policies: {reference_group: }", ":7: policies.reference_group: '' is", "1 to 40"},
        {7, "policies: {reference_group: ''}", ":7: policies.reference_group: '' is", "1 to 40"},
        {7, "policies: {reference_group: =1+1}", ":7: policies.reference_group: '=1+1' is",
         "does not begin with = + - or @"},
        {7, "policies: {reference_group: [White]}", ":7: policies.reference_group: a list",
         "1 to 40"},
        {7, "policies: {reference_group: \"Wh\\tite\"}", ":7: policies.reference_group: 'Wh",
         "expected a text of 1 to 40 bytes on one line"},
        {7, "policies: {reference_group: \"White\\x7f\"}", ":7: policies.reference_group: 'White",
         "1 to 40"},
        {7, "policies: {reference_group: \"White\\n\"}", ":7: policies.reference_group: 'White",
         "1 to 40"},
        {7, "policies: {reference_group: 12345678901234567890123456789012345678901}",
         ":7: policies.reference_group: '123456789012345678901234567890123456789", "1 to 40"},
    };
    ASSERT_REFUSALS(cases);
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(
        load_with(7, "policies: {reference_group: '1234567890123456789012345678901234567890'}",
                  &deck, &err),
        IHP_OK);
    assert_string_equal(deck.policies.reference_group, "1234567890123456789012345678901234567890");
}

/* A group given twice is refused, even if its two parts have no key in common. */
static void test_group_given_twice(void **state)
{
    (void)state;
    assert_deck_refused(7, "policies: {cost_months: all}\npolicies: {count_unit: visit}",
                        ":8: policies: ", "given on line 7");
    assert_deck_refused(7, "policies:\npolicies: {}", ":8: policies: ", "given on line 7");
    assert_deck_refused(7, "base: {}", ":7: base: ", "given on line 5");
}

/* Messages repeat so much of a name. */
#define SIXTY_BYTES "abcdefghijklmnopqrstabcdefghijklmnopqrstabcdefghijklmnopqrst"

/* A key with a dot in its name is not a key of a group; the message says how to nest it. */
static void test_dotted_key(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "policies.lookback_months: 6", ":7: policies.lookback_months: write it nested: a line ",
         "'policies:' and below it, indented, 'lookback_months: 6'"},
        {7, "base.year: 2023", ":7: base.year: write it nested",
         "'base:' and below it, indented, 'year: 2023'"},
        {7, "sweep.vary: {trend: [0.1]}", ":7: sweep.vary: write it nested",
         "'sweep:' and below it, indented, 'vary: ...'"},
        {7, "policies.lookback: 6",
         ":7: policies.lookback: unknown key; the keys here are:", " lookback_months"},
        {7, "policies.lookback_month: 6",
         ":7: policies.lookback_month: unknown key; did you mean 'lookback_months'? Write it "
         "nested",
         "a line 'policies:' and below it, indented, 'lookback_months: 6'"},
        {7, "policies.nothing: 6",
         ":7: policies.nothing: unknown key; the keys here are:", " lookback_months"},
        {7, "sweep.vary.policies.count_unit: [visit]",
         ":7: sweep.vary.policies.count_unit: write it nested",
         "'sweep:' and below it, indented, 'vary: ...'"},
        {7, "polices.cost_months: all",
         ":7: polices.cost_months: unknown key; did you mean 'policies'? Write it nested",
         "a line 'policies:' and below it, indented, 'cost_months: all'"},
        {7, "nowhere.cost_months: all",
         ":7: nowhere.cost_months: unknown key; the keys here are:", " policies"},
        {7, "claims_cap: 50000", ":7: claims_cap: unknown key; 'claims_cap' is a key of a sweep",
         "it belongs in 'sweep.vary'. The keys here are:"},
        {7, "base_paid_through: 2024-12-31", ":7: base_paid_through: unknown key",
         "'base_paid_through' is a key of a sweep"},
        {7, "policies: {policies.cost_months: all}", ":7: policies.policies.cost_months: unknown",
         "did you mean 'cost_months'?"},
        {7, SIXTY_BYTES ".vary: 6", ":7: " SIXTY_BYTES, "unknown key; the keys here are:"},
        {7, SIXTY_BYTES "a.vary: 6", ":7: " SIXTY_BYTES, "unknown key; the keys here are:"},
    };
    ASSERT_REFUSALS(cases);
}

/* An unknown key that is near to one of its group. */
static void test_near_misses(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "treshold: 0.02", ":7: treshold: unknown key; did you mean 'threshold'? The keys ",
         "here are: store program"},
        {7, "policies: {cost_month: all}", ":7: policies.cost_month: unknown key",
         "did you mean 'cost_months'? The keys here are: msc_plus_excluded"},
        {6, "performance:\n  year: 2025\n  yaer: 2025", ":8: performance.yaer: unknown key",
         "did you mean 'year'? The keys here are: year through paid_through"},
        {7, "bootstarp: {replicates: 5}", ":7: bootstarp: unknown key", "'bootstrap'?"},
    };
    ASSERT_REFUSALS(cases);
}

/* The name of a key of another group, or of the deck itself. */
static void test_other_group(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "lookback_months: 6", ":7: lookback_months: unknown key",
         "; 'lookback_months' belongs in 'policies'. The keys here are: store program"},
        {7, "paid_through: 2025-12-31", ":7: paid_through: unknown key",
         "; 'paid_through' belongs in 'base' or 'performance'. The keys"},
        {7, "replicates: 100", ":7: replicates: unknown key",
         "; 'replicates' belongs in 'bootstrap'. The keys"},
        {7, "policy: {cost_months: all}", ":7: policy: unknown key",
         "; did you mean 'policies'? The keys here are:"},
        {7, "policies: {threshold: 0.02}", ":7: policies.threshold: unknown key",
         "; 'threshold' belongs at the top of the deck. The keys here are: msc_plus_excluded"},
        {7, "policies: {bootstrap: {}}", ":7: policies.bootstrap: unknown key",
         "; 'bootstrap' belongs at the top of the deck. The keys"},
        {7, "bootstrap: {replicates: 5, vary: {}}", ":7: bootstrap.vary: unknown key",
         "; 'vary' belongs in 'sweep'. The keys here are: replicates"},
    };
    ASSERT_REFUSALS(cases);
}

/* ---- files that are not decks ---------------------------------------------------------------- */

static void assert_text_refused(const char *text, const char *part)
{
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, part);
}

static void test_not_a_deck(void **state)
{
    (void)state;
    assert_text_refused("", "run.yaml:1: is not a deck");
    assert_text_refused("# only a comment\n", "run.yaml:1: is not a deck");
    assert_text_refused("- store: a\n- b\n", "run.yaml:1: is not a deck");
    assert_text_refused("just words", "run.yaml:1: is not a deck");
    assert_text_refused("store: a\nprogram: [b\noutput: c\n", "run.yaml:3: is not YAML");
    assert_text_refused("store: a\n\tprogram: b\n", "run.yaml:2: is not YAML");
    assert_text_refused("store: 'a\n", "is not YAML");
    assert_text_refused("store: a\x01\n", "is not YAML");
    assert_text_refused("store: \xff\xfe\xfd\n", "is not YAML");
    assert_text_refused("\x89HDF\r\n\x1a\n", "is not YAML");
}

/* A second document is refused, because nothing would read it. */
static void test_second_document(void **state)
{
    (void)state;
    assert_deck_refused(7, "---\nthreshold: 0.5", ":8: ", "second document");
    assert_deck_refused(7, "--- {}", ":7: ", "second document");
    assert_deck_refused(7, "---\na: [", ":", "is not YAML");
    assert_deck_refused(7, "...\nthreshold: 0.5", ":", "");
}

static void test_unreadable(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err = {0};
    assert_int_equal(ihp__deck_load(in_folder("none.yaml"), &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "none.yaml: the deck cannot be read (No such file");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__deck_load(test_folder, &deck, &err), IHP_ERR_USAGE); /* a folder */
    assert_error(&err, IHP_ERR_USAGE, "the deck cannot be read (");
}

/* A process that may open no more files says nothing about the deck. */
static void test_too_many_open_files(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err = {0};
    struct rlimit old, none;
    write_text(in_folder("run.yaml"), "threshold: 0.5\n");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = (struct rlimit){0, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    enum ihp_status status = ihp__deck_load(in_folder("run.yaml"), &deck, &err);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(status, IHP_ERR_RUN);
    assert_error(&err, IHP_ERR_RUN, "run.yaml: the deck cannot be read (Too many open files)");
}

/* Nesting 10,000 deep, in each way that YAML has, is refused without a crash or a long wait. */
static void test_deep_nesting(void **state)
{
    (void)state;
    static const char *const opening[] = {"[", "{a: ", "- ", "? "};
    enum { LEVELS = 10000 };
    for (size_t i = 0; i < sizeof opening / sizeof opening[0]; i++) {
        char *text = calloc(LEVELS * 4 + 20, 1);
        assert_non_null(text);
        size_t size = (size_t)sprintf(text, i < 2 ? "store: " : "store:\n  ");
        for (int n = 0; n < LEVELS; n++) {
            size += (size_t)sprintf(text + size, "%s", opening[i]);
        }
        struct ihp__deck deck;
        struct ihp_error err;
        assert_int_equal(load_text(text, &deck, &err), IHP_ERR_USAGE);
        free(text);
    }
}

static void test_closed_deep_nesting(void **state)
{
    (void)state;
    enum { LEVELS = 10000 };
    char *text = calloc(LEVELS * 2 + 20, 1);
    assert_non_null(text);
    memcpy(text, "store: ", 7);
    memset(text + 7, '[', LEVELS);
    memset(text + 7 + LEVELS, ']', LEVELS);
    assert_text_refused(text, "run.yaml:1: ");
    free(text);
}

static void test_long_file(void **state)
{
    (void)state;
    size_t size = 2 << 20;
    char *text = calloc(size + 1, 1);
    assert_non_null(text);
    memset(text, '#', size);
    assert_text_refused(text, "run.yaml: is longer than any deck (1 MiB)");
    text[1 << 20] = '\0'; /* exactly 1 MiB, one long comment, is allowed */
    assert_text_refused(text, "run.yaml:1: is not a deck");
    free(text);
}

/* Aliases of aliases, which would be billions of values if they were copied. */
static void test_many_aliases(void **state)
{
    (void)state;
    char text[4000] = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    size_t size = strlen(text);
    for (int i = 1; i < 12; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "b%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++) {
            size += (size_t)snprintf(text + size, sizeof text - size, "%s*a%d", j > 0 ? ", " : "",
                                     i - 1);
        }
        size += (size_t)snprintf(text + size, sizeof text - size, "]\n");
    }
    assert_text_refused(text, "run.yaml:1: a: unknown key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_paths),
        IN_FOLDER(test_settlement_and_periods),
        IN_FOLDER(test_threshold_and_switches),
        IN_FOLDER(test_policies),
        IN_FOLDER(test_unknown_keys),
        IN_FOLDER(test_missing_keys),
        IN_FOLDER(test_keys_given_twice),
        IN_FOLDER(test_reference_group),
        IN_FOLDER(test_group_given_twice),
        IN_FOLDER(test_dotted_key),
        IN_FOLDER(test_near_misses),
        IN_FOLDER(test_other_group),
        IN_FOLDER(test_not_a_deck),
        IN_FOLDER(test_second_document),
        IN_FOLDER(test_unreadable),
        IN_FOLDER(test_too_many_open_files),
        IN_FOLDER(test_deep_nesting),
        IN_FOLDER(test_closed_deep_nesting),
        IN_FOLDER(test_long_file),
        IN_FOLDER(test_many_aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
