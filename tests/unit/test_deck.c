/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks that can be read: values, defaults, ways to write them, and the run-out that each kind of
 * settlement allows [16.6.1.1]. */
#include "deck_text.h"

/* ---- values ---------------------------------------------------------------------------------- */

static void test_defaults(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("");
    assert_int_equal(deck.settlement, IHP__FINAL);
    assert_int_equal(deck.base.year, 2024);
    assert_int_equal(deck.performance.year, 2025);
    assert_int_equal(deck.base.paid_through, 20453);        /* 2025-12-31: 20454 days before it */
    assert_int_equal(deck.performance.paid_through, 20818); /* 365 days later */
    assert_true(deck.threshold == 0.02);
    assert_false(deck.strict_categories);
    assert_false(deck.allow_nonstandard_runout);
    for (size_t i = 0; i < POLICY_CASES; i++) {
        assert_int_equal(*policy_number(&deck.policies, &policy_case[i]), policy_case[i].fallback);
    }
    assert_string_equal(deck.policies.reference_group, "White");
    assert_false(deck.bootstrap_scenarios);
    assert_true(deck.checkpoint_minutes == 10.0);
    assert_int_equal(deck.bootstrap.replicates, 0);
    assert_null(deck.sweep);
    assert_false(deck.changes.cap_given || deck.changes.share_given || deck.changes.quarter_given);
    assert_true(deck.changes.trend == 0.0);
}

static void test_every_key_set(void **state)
{
    (void)state;
    char text[2000] = "threshold: 0.015\n"
                      "strict_categories: true\n"
                      "allow_nonstandard_runout: true\n"
                      "bootstrap_scenarios: false\n"
                      "checkpoint_minutes: 0.25\n"
                      "policies:\n"
                      "  reference_group: Asian/Pacific Islander\n";
    size_t size = strlen(text);
    for (size_t i = 0; i < POLICY_CASES; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "  %s: %s\n", policy_case[i].name,
                                 policy_case[i].value);
    }
    struct ihp__deck deck = loaded(text);
    assert_true(deck.threshold == 0.015);
    assert_true(deck.checkpoint_minutes == 0.25);
    assert_true(deck.strict_categories);
    assert_true(deck.allow_nonstandard_runout);
    for (size_t i = 0; i < POLICY_CASES; i++) {
        assert_int_equal(*policy_number(&deck.policies, &policy_case[i]), policy_case[i].number);
    }
    assert_string_equal(deck.policies.reference_group, "Asian/Pacific Islander");
}

/* The keys and values of `ihp__deck_each_key`, written as a deck. */
struct rewriting {
    char text[20000];
    size_t size;
    char group[64];
    int keys;
};

static void rewrite(void *context, const struct ihp__deck_key *key)
{
    struct rewriting *r = context;
    const char *dot = strchr(key->path, '.');
    const char *name = dot == NULL ? key->path : dot + 1;
    char group[64] = "";
    if (dot != NULL) {
        snprintf(group, sizeof group, "%.*s:", (int)(dot - key->path), key->path);
    }
    if (group[0] != '\0' && strcmp(group, r->group) != 0) {
        r->size += (size_t)snprintf(r->text + r->size, sizeof r->text - r->size, "%s\n", group);
    }
    strcpy(r->group, group);
    r->size += (size_t)snprintf(r->text + r->size, sizeof r->text - r->size, "%s%s: %s\n",
                                dot == NULL ? "" : "  ", name, key->value);
    assert_true(r->size < sizeof r->text);
    assert_non_null(key->allowed);
    assert_true(key->help[0] != '\0');
    r->keys++;
}

/* The keys and values that a manifest records make the same deck again. */
static void test_rewritten_deck_is_the_same(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded(
                         "threshold: 0.123456789012\nquality_share: 0.25\nstrict_categories: true\n"
                         "policies: {lookback_months: 7, count_unit: visit, "
                         "reference_group: Groups of \xc3\xa9}\n"),
                     again;
    struct rewriting r = {.size = 0};
    struct ihp_error err;
    ihp__deck_each_key(&deck, rewrite, &r);
    assert_int_equal(r.keys, 14 + IHP__POLICIES);
    if (load_text(r.text, &again, &err) != IHP_OK) {
        fail_msg("refused: %s\n%s", err.text, r.text);
    }
    assert_memory_equal(&again.settlement, &deck.settlement,
                        sizeof deck - offsetof(struct ihp__deck, settlement));
    assert_string_equal(again.store, deck.store);
    assert_string_equal(again.output, deck.output);
}

struct seen {
    const char *path;
    char value[64];
};

static void see(void *context, const struct ihp__deck_key *key)
{
    struct seen *seen = context;
    if (strcmp(key->path, seen->path) == 0) {
        snprintf(seen->value, sizeof seen->value, "%.60s", key->value);
    }
}

/* A number is written as a deck would have it, and no two numbers are written alike: a checkpoint
 * recognizes its deck by these texts. */
static void test_numbers_are_written_in_full(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0",       "0.02",
                                          "0.00001", "0.1",
                                          "0.5",     "0.02000000000000049",
                                          "0.9999",  "0.00000000000000000000000012345"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char more[80];
        struct seen seen = {.path = "threshold"};
        snprintf(more, sizeof more, "threshold: %s\n", numbers[i]);
        struct ihp__deck deck = loaded(more);
        ihp__deck_each_key(&deck, see, &seen);
        assert_string_equal(seen.value, numbers[i]);
    }
}

/* Without a deck there are no values. A deck that lacks a key has the default of the table. */
static void check_default(void *context, const struct ihp__deck_key *key)
{
    char(*fallback)[64] = context;
    size_t i = 0;
    for (; fallback[i][0] != '\0'; i++) {
        if (strncmp(fallback[i], key->path, strlen(key->path)) == 0 &&
            fallback[i][strlen(key->path)] == '=') {
            assert_string_equal(fallback[i] + strlen(key->path) + 1, key->value);
            return;
        }
    }
    if (key->fallback != NULL) {
        assert_string_equal(key->value, "");
        snprintf(fallback[i], sizeof fallback[i], "%s=%s", key->path, key->fallback);
    }
}

static void test_stated_defaults_are_the_defaults(void **state)
{
    (void)state;
    char fallback[200][64] = {{0}};
    ihp__deck_each_key(NULL, check_default, fallback);
    struct ihp__deck deck = loaded("");
    ihp__deck_each_key(&deck, check_default, fallback);
    /* Every policy has one, and 10 other keys and 5 of the sections. */
    size_t fallbacks = IHP__POLICIES + 10 + 5;
    assert_true(fallback[fallbacks - 1][0] != '\0' && fallback[fallbacks][0] == '\0');
}

/* The interim is a path like any other, for a final settlement alone. */
static void test_the_interim_of_a_final(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("interim: results/interim-2025\n");
    assert_string_equal(deck.interim, in_folder("results/interim-2025"));
    struct rewriting r = {.size = 0};
    ihp__deck_each_key(&deck, rewrite, &r);
    assert_int_equal(r.keys, 15 + IHP__POLICIES);
    assert_string_equal(loaded("").interim, "");
}

/* Payment runs are paths, too; the manifest has what was found in them. */
static void test_the_payments_of_a_period(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("payments: [q1, /abs/q2]\nreconciliation: rec\n");
    assert_int_equal(deck.payments.runs, 2);
    assert_string_equal(deck.payments.folder[0], in_folder("q1"));
    assert_string_equal(deck.payments.folder[1], "/abs/q2");
    assert_string_equal(deck.reconciliation, in_folder("rec"));
    assert_string_equal(deck.payments.found, "");
    struct rewriting r = {.size = 0};
    ihp__deck_each_key(&deck, rewrite, &r);
    assert_int_equal(r.keys, 15 + IHP__POLICIES); /* the reconciliation; nothing was read yet */
    snprintf(deck.payments.found, sizeof deck.payments.found, "2 runs");
    r = (struct rewriting){.size = 0};
    ihp__deck_each_key(&deck, rewrite, &r);
    assert_int_equal(r.keys, 16 + IHP__POLICIES);
    assert_int_equal(loaded("").payments.runs, 0);
}

/* ---- ways of writing ------------------------------------------------------------------------- */

static void test_block_maps_comments_and_quotes(void **state)
{
    (void)state;
    struct ihp__deck deck, plain = loaded("threshold: 0.03\n");
    struct ihp_error err;
    assert_int_equal(load_text("# a deck\r\n---\r\nbase:\r\n  paid_through: '2025-12-31'\r\n"
                               "  year: 2024 # the base\r\n\r\n"
                               "performance:\r\n    year: 2025\r\n    paid_through: 2026-12-31\r\n"
                               "policies:\r\nthreshold: 0.03\r\nstore: \"state.h5\"\r\n"
                               "program: 'contract'\r\noutput: results/final-2025\r\n"
                               "settlement: \"final\"\r\n...\r\n",
                               &deck, &err),
                     IHP_OK);
    assert_memory_equal(&deck, &plain, sizeof deck);
    assert_int_equal(load_text("{\"store\": \"state.h5\", program: contract, settlement: final,\n"
                               "output: results/final-2025, threshold: .03, policies: {},\n"
                               "base: {year: 2024, paid_through: 2025-12-31},\n"
                               "performance: {year: 2025, paid_through: 2026-12-31}}",
                               &deck, &err),
                     IHP_OK);
    assert_memory_equal(&deck, &plain, sizeof deck);
}

static void test_aliases(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_with(6,
                               "performance: {year: 2025, paid_through: &cut 2026-12-31}\n"
                               "policies: {min_total_months: &n 3, min_continuous_months: *n}",
                               &deck, &err),
                     IHP_OK);
    assert_int_equal(deck.policies.decision.min_continuous_months, 3);
    /* The message names the key that takes the value, and the line of the value. */
    assert_deck_refused(7, "threshold: &x 0.5\nstrict_categories: *x",
                        ":7: strict_categories: '0.5' is not allowed", "true or false");
    assert_deck_refused(7, "policies: &p {count_unit: *p}", ":7: policies.count_unit: a group of",
                        "keys is not allowed");
    assert_deck_refused(7, "policies: *nowhere", ":7: is not YAML", "alias");
}

/* A deck that contains itself is refused. */
static void test_cycles(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_text("&r\npolicies: *r\n", &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:2: policies.policies: unknown key");
    assert_int_equal(load_text("&r\nbase: {base: *r}\n", &deck, &err), IHP_ERR_USAGE);
    assert_int_equal(load_text("&r\n? *r\n: 1\n", &deck, &err), IHP_ERR_USAGE);
}

static void test_paths_are_relative_to_the_deck(void **state)
{
    (void)state;
    char expected[PATH_BYTES], here[PATH_BYTES];
    struct ihp__deck deck = loaded("");
    snprintf(expected, sizeof expected, "%s/state.h5", test_folder);
    assert_string_equal(deck.store, expected);
    snprintf(expected, sizeof expected, "%s/results/final-2025", test_folder);
    assert_string_equal(deck.output, expected);
    assert_string_equal(deck.path, in_folder("run.yaml"));
    struct ihp_error err;
    assert_int_equal(load_with(1, "store: /data/state.h5", &deck, &err), IHP_OK);
    assert_string_equal(deck.store, "/data/state.h5");
    assert_int_equal(load_with(2, "program: ../contract/2025", &deck, &err), IHP_OK);
    snprintf(expected, sizeof expected, "%s/../contract/2025", test_folder);
    assert_string_equal(deck.program, expected);
    /* Without a folder in the name of the deck, paths stay as they are. */
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(test_folder), 0);
    enum ihp_status status = ihp__deck_load("run.yaml", &deck, &err);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(status, IHP_OK);
    assert_string_equal(deck.store, "state.h5");
    assert_string_equal(deck.program, "../contract/2025");
}

/* ---- run-out [16.6.1.1] ---------------------------------------------------------------------- */

/* Loads the plain deck as `settlement` with two cut-offs, base year 2023 and performance 2024. */
static enum ihp_status load_runout(const char *settlement, const char *base,
                                   const char *performance, const char *more, struct ihp_error *err)
{
    struct ihp__deck deck;
    char text[1000];
    snprintf(
        text, sizeof text,
        "store: s\nprogram: p\noutput: o\nsettlement: %s\n"
        "base: {year: 2023, paid_through: %s}\nperformance: {year: 2024, paid_through: %s}\n%s",
        settlement, base, performance, more);
    return load_text(text, &deck, err);
}

static void test_runout_of_a_final_settlement(void **state)
{
    (void)state;
    struct ihp_error err;
    assert_int_equal(load_runout("final", "2024-12-31", "2025-12-31", "", &err), IHP_OK);
    assert_int_equal(load_runout("final", "2024-12-31", "2026-01-01", "", &err), IHP_OK);
    assert_int_equal(load_runout("final", "2024-12-31", "2025-12-30", "", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:6: performance.paid_through: a final settlement");
    assert_error(&err, IHP_ERR_USAGE, "[16.6.1.1]; expected 2025-12-31 or later");
}

static void test_runout_of_an_interim_settlement(void **state)
{
    (void)state;
    struct ihp_error err;
    assert_int_equal(load_runout("interim", "2024-12-31", "2025-03-31", "", &err), IHP_OK);
    assert_int_equal(load_runout("interim", "2024-12-31", "2025-03-30", "", &err), IHP_OK);
    assert_int_equal(load_runout("interim", "2024-12-31", "2025-04-01", "", &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE,
                 "run.yaml:6: performance.paid_through: an interim settlement");
    assert_error(&err, IHP_ERR_USAGE, "[16.6.1.1]; expected 2025-03-31 or earlier");
}

static void test_runout_of_the_base_period(void **state)
{
    (void)state;
    struct ihp_error err;
    static const char *const kinds[] = {"final", "interim"}, *const cuts[] = {"2025-12-31",
                                                                              "2025-03-31"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(load_runout(kinds[i], "2024-12-31", cuts[i], "", &err), IHP_OK);
        assert_int_equal(load_runout(kinds[i], "2025-01-01", cuts[i], "", &err), IHP_OK);
        assert_int_equal(load_runout(kinds[i], "2024-12-30", cuts[i], "", &err), IHP_ERR_USAGE);
        assert_error(&err, IHP_ERR_USAGE, "run.yaml:5: base.paid_through: less than 12 months");
        assert_error(&err, IHP_ERR_USAGE, "[16.6.1.1]; expected 2024-12-31 or later");
    }
}

static void test_nonstandard_runout_allowed(void **state)
{
    (void)state;
    struct ihp_error err;
    const char *allow = "allow_nonstandard_runout: true", *deny = "allow_nonstandard_runout: false";
    assert_int_equal(load_runout("final", "2024-12-30", "2025-12-30", allow, &err), IHP_OK);
    assert_int_equal(load_runout("final", "2023-02-01", "2024-02-01", allow, &err), IHP_OK);
    assert_int_equal(load_runout("interim", "2024-12-30", "2030-01-01", allow, &err), IHP_OK);
    assert_int_equal(load_runout("final", "2024-12-30", "2025-12-31", deny, &err), IHP_ERR_USAGE);
}

static void test_years_in_order(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_with(5, "base: {year: 2020, paid_through: 2025-12-31}", &deck, &err),
                     IHP_OK); /* the years need not be consecutive */
    assert_deck_refused(5, "base: {year: 2025, paid_through: 2026-12-31}",
                        ":6: performance.year: 2025 is not allowed", "after the base year 2025");
    assert_int_equal(load_text("store: s\nprogram: p\noutput: o\nsettlement: final\n"
                               "base: {year: 2026, paid_through: 2027-12-31}\n"
                               "performance: {year: 2025, paid_through: 2026-12-31}\n"
                               "allow_nonstandard_runout: true\n",
                               &deck, &err),
                     IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, "run.yaml:6: performance.year: 2025 is not allowed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_defaults),
        IN_FOLDER(test_every_key_set),
        IN_FOLDER(test_rewritten_deck_is_the_same),
        IN_FOLDER(test_numbers_are_written_in_full),
        IN_FOLDER(test_stated_defaults_are_the_defaults),
        IN_FOLDER(test_the_interim_of_a_final),
        IN_FOLDER(test_the_payments_of_a_period),
        IN_FOLDER(test_block_maps_comments_and_quotes),
        IN_FOLDER(test_aliases),
        IN_FOLDER(test_cycles),
        IN_FOLDER(test_paths_are_relative_to_the_deck),
        IN_FOLDER(test_runout_of_a_final_settlement),
        IN_FOLDER(test_runout_of_an_interim_settlement),
        IN_FOLDER(test_runout_of_the_base_period),
        IN_FOLDER(test_nonstandard_runout_allowed),
        IN_FOLDER(test_years_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
