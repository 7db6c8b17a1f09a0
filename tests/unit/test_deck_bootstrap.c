/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `bootstrap` of a deck, its policy, and intervals for scenarios. */
#include "deck_text.h"

static void assert_levels(const struct ihp__deck *deck, const double *level, size_t levels)
{
    assert_int_equal(deck->bootstrap.levels, levels);
    for (size_t i = 0; i < levels; i++) {
        assert_true(deck->bootstrap.level[i] == level[i]);
    }
}

static void test_all_keys(void **state)
{
    (void)state;
    struct ihp__deck deck =
        loaded("bootstrap: {replicates: 2000, seed: 20250101, levels: [0.95, 0.90]}");
    assert_int_equal(deck.bootstrap.replicates, 2000);
    assert_int_equal(deck.bootstrap.seed, 20250101);
    assert_levels(&deck, (double[]){0.90, 0.95}, 2); /* in ascending order */
    assert_null(deck.sweep);
}

static void test_defaults(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("bootstrap:\n  replicates: 1\n");
    assert_int_equal(deck.bootstrap.replicates, 1);
    assert_int_equal(deck.bootstrap.seed, 1);
    assert_levels(&deck, (double[]){0.95}, 1);
}

static void test_bounds_that_are_allowed(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("bootstrap: {replicates: 1000000, seed: 9223372036854775807}");
    assert_int_equal(deck.bootstrap.replicates, 1000000);
    assert_true(deck.bootstrap.seed == INT64_MAX);
    deck = loaded("bootstrap: {replicates: 1, seed: 0, levels: [0.000001]}");
    assert_true(deck.bootstrap.seed == 0);
    assert_levels(&deck, (double[]){0.000001}, 1);
    deck = loaded("bootstrap:\n  levels:\n    - 0.999999\n    - .8\n    - .7\n    - .6\n    - .5\n"
                  "    - .4\n    - .3\n    - .1\n  replicates: 7\n");
    assert_levels(&deck, (double[]){.1, .3, .4, .5, .6, .7, .8, 0.999999}, 8);
}

/* An alias has the value that it refers to. */
static void test_aliases(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("bootstrap: {replicates: &n 12, seed: *n, levels: [&l 0.5]}");
    assert_int_equal(deck.bootstrap.seed, 12);
    assert_deck_refused(7, "bootstrap: &b {replicates: 1, levels: [*b]}",
                        ":7: bootstrap.levels: ", "a group of keys is not allowed");
    assert_deck_refused(7, "bootstrap: {replicates: 1, levels: &l [*l]}",
                        ":7: bootstrap.levels: ", "a list is not allowed");
}

static void test_replicates_and_seed_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "bootstrap: {}", ":7: bootstrap.replicates: is missing; add a whole", "1 to 1000000"},
        {7, "bootstrap:", ":7: bootstrap.replicates: is missing", "1 to 1000000"},
        {7, "\nbootstrap: {seed: 1}", ":8: bootstrap.replicates: is missing", "1 to 1000000"},
        {7, "bootstrap: 2000", ":7: bootstrap: a single value is not", "expected a group of keys"},
        {7, "bootstrap: [1]", ":7: bootstrap: a list is not", "expected a group of keys"},
        {7, "bootstrap:\n  replicates: 0", ":8: bootstrap.replicates: '0' is", "1 to 1000000"},
        {7, "bootstrap: {replicates: 1000001}", ":7: bootstrap.replicates: '1000001' is not",
         "1 to 1000000"},
        {7, "bootstrap: {replicates: -1}", ":7: bootstrap.replicates: '-1'", "1 to 1000000"},
        {7, "bootstrap: {replicates: 1e3}", ":7: bootstrap.replicates: '1e3'", "a whole number"},
        {7, "bootstrap: {replicates: '5'}", ":7: bootstrap.replicates: text '5'", "a whole number"},
        {7, "bootstrap: {replicates: [5]}", ":7: bootstrap.replicates: a list", "a whole number"},
        {7, "bootstrap: {replicates: }", ":7: bootstrap.replicates: ''", "a whole number"},
        {7, "bootstrap: {replicates: 5, seed: -1}", ":7: bootstrap.seed: '-1'",
         "0 to 9223372036854775807"},
        {7, "bootstrap: {replicates: 5,\n seed: 9223372036854775808}",
         ":8: bootstrap.seed: '9223372036854775808'", "0 to 9223372036854775807"},
        {7, "bootstrap: {replicates: 5, seed: 1.0}", ":7: bootstrap.seed: '1.0'", "a whole number"},
        {7, "bootstrap: {replicates: 5, seed: \"1\"}", ":7: bootstrap.seed: text '1'", "a whole"},
        {7, "bootstrap: {replicates: 5, seed: {}}", ":7: bootstrap.seed: a group", "a whole"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_levels_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "bootstrap: {replicates: 5, levels: []}", ":7: bootstrap.levels: a list of 0 is not",
         "1 to 8 numbers"},
        {7, "bootstrap: {replicates: 5, levels: [.1, .2, .3, .4, .5, .6, .7, .8, .9]}",
         ":7: bootstrap.levels: a list of 9 is not", "1 to 8 numbers"},
        {7, "bootstrap: {replicates: 5, levels: 0.95}", ":7: bootstrap.levels: '0.95' is not",
         "a list of 1 to 8 numbers"},
        {7, "bootstrap: {replicates: 5, levels: }", ":7: bootstrap.levels: '' is", "a list of"},
        {7, "bootstrap: {replicates: 5, levels: {a: 1}}", ":7: bootstrap.levels: a group", "list"},
        {7, "bootstrap: {replicates: 5, levels: [0.9, 0]}", ":7: bootstrap.levels: '0' is not",
         "between 0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [1]}", ":7: bootstrap.levels: '1' is not",
         "between 0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [0.99999999999999999999]}",
         ":7: bootstrap.levels: '0.99999999999999999999' is", "between 0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [-0.5]}", ":7: bootstrap.levels: '-0.5' is",
         "between 0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [95]}", ":7: bootstrap.levels: '95' is", "0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [95%]}", ":7: bootstrap.levels: '95%'", "0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: ['0.9']}", ":7: bootstrap.levels: text '0.9'",
         "0 and 1"},
        {7, "bootstrap: {replicates: 5, levels: [[0.9]]}", ":7: bootstrap.levels: a list",
         "0 and 1"},
        {7, "bootstrap:\n  replicates: 5\n  levels:\n    - 0.9\n    - 0.5\n    - 0.90",
         ":12: bootstrap.levels: '0.90' appears twice", "keep one"},
    };
    ASSERT_REFUSALS(cases);
}

static void test_keys_refused(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "bootstrap: {replicates: 5, level: [0.9]}",
         ":7: bootstrap.level: unknown key; did you mean 'levels'? The keys here are: replicates "
         "seed levels",
         ""},
        {7, "bootstrap: {replicates: 5,\n replicates: 5}",
         ":8: bootstrap.replicates: was given on line 7", "keep one"},
        {7, "bootstrap: {replicates: 5}\nbootstrap: {seed: 5}", ":8: bootstrap: was given on ",
         "line 7 already; keep one"},
        {7, "bootstrap: {[a]: 5}", ":7: bootstrap: a key is not a text", ""},
        {7, "bootstrap.replicates: 5", ":7: bootstrap.replicates: write it nested: a line ",
         "'bootstrap:' and below it, indented, 'replicates: 5'"},
        {7, "policies: {bootstrap_weights: none}", ":7: policies.bootstrap_weights: 'none' is not",
         "fixed or refit"},
    };
    ASSERT_REFUSALS(cases);
}

/* Intervals for scenarios need replicates and scenarios; the message says which are missing. */
static void test_bootstrap_scenarios(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {7, "bootstrap_scenarios: true", ":7: bootstrap_scenarios: true, but the deck has no ",
         "no bootstrap and no sweep; add the sections"},
        {7, "bootstrap_scenarios: true\nbootstrap: {replicates: 5}",
         ":7: bootstrap_scenarios: ", "has no sweep; add the section "},
        {7, "sweep: {design: readings}\nbootstrap_scenarios: true",
         ":8: bootstrap_scenarios: ", "has no bootstrap; add the section "},
        {7, "bootstrap_scenarios: 1", ":7: bootstrap_scenarios: '1' is not", "true or false"},
    };
    ASSERT_REFUSALS(cases);
    struct ihp__deck deck = loaded("bootstrap_scenarios: true\nsweep: {design: readings}\n"
                                   "bootstrap: {replicates: 5}\n");
    assert_int_equal(deck.bootstrap_scenarios, 1);
    assert_non_null(deck.sweep);
    ihp__deck_free(&deck);
    deck = loaded("bootstrap_scenarios: false\n");
    assert_int_equal(deck.bootstrap_scenarios, 0);
}

/* ---- what a manifest records ----------------------------------------------------------------- */

struct seen {
    char text[4000];
    size_t size;
};

static void see(void *context, const struct ihp__deck_key *key)
{
    struct seen *seen = context;
    if (strncmp(key->path, "bootstrap", 9) == 0) {
        seen->size += (size_t)snprintf(seen->text + seen->size, sizeof seen->text - seen->size,
                                       "%s=%s\n", key->path, key->value);
        assert_true(seen->size < sizeof seen->text);
    }
}

static void test_described(void **state)
{
    (void)state;
    struct ihp__deck deck = loaded("bootstrap: {replicates: 2000, seed: 7, levels: [0.95, 0.90]}");
    struct seen seen = {.size = 0}, plain = {.size = 0};
    ihp__deck_each_key(&deck, see, &seen);
    assert_string_equal(seen.text, "bootstrap_scenarios=false\n"
                                   "bootstrap.replicates=2000\n"
                                   "bootstrap.seed=7\n"
                                   "bootstrap.levels=[0.9, 0.95]\n");
    deck = loaded("");
    ihp__deck_each_key(&deck, see, &plain);
    assert_string_equal(plain.text, "bootstrap_scenarios=false\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_all_keys),
        IN_FOLDER(test_defaults),
        IN_FOLDER(test_bounds_that_are_allowed),
        IN_FOLDER(test_aliases),
        IN_FOLDER(test_replicates_and_seed_refused),
        IN_FOLDER(test_levels_refused),
        IN_FOLDER(test_keys_refused),
        IN_FOLDER(test_bootstrap_scenarios),
        IN_FOLDER(test_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
