/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run sets in place of its deck's values. */
#include "deck_text.h"

/* Loads the plain deck with more text behind it and settings. */
static enum ihp_status load_set(const char *more, const char *const *set, size_t sets,
                                struct ihp__deck *deck, struct ihp_error *err)
{
    struct ihp__deck plain = loaded(more); /* writes run.yaml */
    const struct ihp__settings settings = {set, sets};
    ihp__deck_free(&plain);
    *err = (struct ihp_error){0};
    return ihp__deck_load_with(in_folder("run.yaml"), &settings, deck, err);
}

static void test_terms_and_policies(void **state)
{
    (void)state;
    const char *const set[] = {"claims_cap=50000", "trend=-0.01", "count_unit=visit",
                               "base_paid_through=2024-12-31", "reference_group=Asian"};
    struct ihp__deck deck;
    struct ihp_error err;
    char text[IHP__WHAT_IF_TEXT];
    assert_int_equal(load_set("threshold: 0.03", set, 5, &deck, &err), IHP_OK);
    assert_true(deck.changes.cap_given);
    assert_int_equal(deck.changes.claims_cap, 5000000);
    assert_true(deck.changes.trend < 0 && !deck.changes.share_given && !deck.changes.quarter_given);
    assert_int_equal(deck.policies.claims.count_unit, IHP__COUNT_VISIT);
    assert_string_equal(deck.policies.reference_group, "Asian");
    int32_t day = 0;
    assert_true(ihp__day_parse("2024-12-31", &day)); /* which a final settlement would refuse */
    assert_int_equal(deck.base.paid_through, day);
    assert_true(deck.threshold > 0.029 && deck.threshold < 0.031);
    assert_string_equal(ihp__what_if_format(&deck.what_if, text),
                        "claims_cap=50000, trend=-0.01, count_unit=visit, "
                        "base_paid_through=2024-12-31, reference_group=Asian");
    struct ihp__deck own = ihp__deck_as_it_is(&deck);
    assert_int_equal(own.what_if.count, 0);
    assert_false(own.changes.cap_given);
    assert_int_equal(own.policies.claims.count_unit, IHP__COUNT_LINE);
    assert_true(ihp__day_parse("2025-12-31", &day));
    assert_int_equal(own.base.paid_through, day);
    ihp__deck_free(&deck);
}

/* The scenarios of a sweep begin at what is set, as if the deck had it. */
static void test_before_the_sweep(void **state)
{
    (void)state;
    const char *const set[] = {"claims_cap=0", "threshold=0.05"};
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_set("sweep: {design: one_at_a_time, vary: {threshold: [0.01], "
                              "claims_cap: [7]}}",
                              set, 2, &deck, &err),
                     IHP_OK);
    const struct ihp__terms *first = &deck.sweep->scenario[0].terms;
    assert_true(first->changes.cap_given && first->changes.claims_cap == 0);
    assert_true(first->threshold < 0.02);
    assert_int_equal(deck.sweep->scenario[1].terms.changes.claims_cap, 700);
    assert_true(deck.sweep->scenario[1].terms.threshold > 0.049);
    ihp__deck_free(&deck);
}

struct described {
    int keys, of_what_if;
    bool cap;
};

static void describe(void *context, const struct ihp__deck_key *key)
{
    struct described *d = context;
    d->keys++;
    if (strncmp(key->path, IHP__WHAT_IF, strlen(IHP__WHAT_IF)) == 0) {
        d->of_what_if++;
        d->cap = d->cap || (strcmp(key->path, "what_if.claims_cap") == 0 &&
                            strcmp(key->value, "50000") == 0 && key->acts_on == IHP__ACTS_ON_MONEY);
    }
}

/* Manifests, checkpoints and ranks compare the keys of a deck, so they know a what-if. */
static void test_described(void **state)
{
    (void)state;
    const char *const set[] = {"claims_cap=50000", "roster_quarter=2025Q1"};
    struct ihp__deck deck, plain = loaded("");
    struct ihp_error err;
    struct described without = {0}, with = {0};
    ihp__deck_each_key(&plain, describe, &without);
    assert_int_equal(load_set("", set, 2, &deck, &err), IHP_OK);
    ihp__deck_each_key(&deck, describe, &with);
    assert_int_equal(without.of_what_if, 0);
    assert_int_equal(with.keys, without.keys + 2);
    assert_true(with.of_what_if == 2 && with.cap);
    ihp__deck_free(&deck);
}

static void assert_set_refused(const char *setting, const char *text)
{
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_set("", &setting, 1, &deck, &err), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, text));
}

static void test_refused(void **state)
{
    (void)state;
    assert_set_refused("claims_cap", "--set: 'claims_cap' is not a setting; expected KEY=VALUE");
    assert_set_refused("=1", "is not a setting");
    assert_set_refused("claims_cap=", "claims_cap: '' is not allowed; expected dollars");
    assert_set_refused("claims_cap=1.234", "claims_cap: '1.234' is not allowed");
    assert_set_refused("Claims_cap=1", "did you mean 'claims_cap'?");
    assert_set_refused("output=x", "'output' is not a key that can be set; ");
    assert_set_refused("count_unit=LINE", "count_unit: 'LINE' is not allowed; expected line or");
    const char *const twice[] = {"trend=0.1", "threshold=0.1", "trend=0.1"};
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_set("", twice, 3, &deck, &err), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, "--set: trend is given twice; give it once"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_terms_and_policies),
        IN_FOLDER(test_before_the_sweep),
        IN_FOLDER(test_described),
        IN_FOLDER(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
