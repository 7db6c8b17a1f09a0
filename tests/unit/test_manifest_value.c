/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a deck in a manifest: each has its type, none loses a digit, and a reader gets the
 * texts of the deck back, also from manifests that had texts alone. */
#include "deck_text.h"

#include "result/json.h"
#include "result/manifest_value.h"

static void put(void *context, const struct ihp__deck_key *key)
{
    json_t *value = ihp__manifest_value(key);
    assert_non_null(value);
    assert_int_equal(json_object_set_new(context, key->path, value), 0);
}

/* Returns the manifest of a deck as a reader has it: written and read again. */
static json_t *written(const struct ihp__deck *deck)
{
    json_t *json = json_object();
    ihp__deck_each_key(deck, put, json);
    char *text = json_dumps(json, JSON_REAL_PRECISION(IHP__JSON_DIGITS));
    json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    free(text);
    json_decref(json);
    return read;
}

struct comparing {
    const json_t *manifest;
    size_t keys, numbers, integers, booleans, lists;
};

static void compare(void *context, const struct ihp__deck_key *key)
{
    struct comparing *c = context;
    char text[IHP__MANIFEST_TEXT];
    const json_t *value = json_object_get(c->manifest, key->path);
    if (key->acts_on != IHP__ACTS_ON_RUN) {
        assert_string_equal(ihp__manifest_text(c->manifest, key->path, text), key->value);
    }
    c->keys++;
    c->numbers += json_is_real(value);
    c->integers += json_is_integer(value);
    c->booleans += json_is_boolean(value);
    c->lists += json_is_array(value);
}

static const char more[] =
    "strict_categories: true\n"
    "threshold: 0.0212345678901\n"
    "quality_share: 0.1\n"
    "policies: {min_total_months: 7, msc_plus_excluded: false, reference_group: '12'}\n"
    "bootstrap: {replicates: 20, seed: 123456789012345678, levels: [0.9, 0.000001]}\n"
    "sweep: {design: one_at_a_time, vary: {trend: [0.01, 0.02]}}\n";

/* Returns a deck with a value of every type. */
static struct ihp__deck some_deck(void)
{
    return loaded(more);
}

static void test_types(void **state)
{
    (void)state;
    struct ihp__deck deck = some_deck();
    json_t *json = written(&deck);
    static const char *const integers[] = {
        "base.year",      "performance.year", "policies.min_total_months", "bootstrap.replicates",
        "bootstrap.seed", "sweep.scenarios"};
    static const char *const texts[] = {"settlement",          "base.paid_through",
                                        "sweep.design",        "sweep.hash",
                                        "policies.count_unit", "policies.reference_group"};
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        assert_true(json_is_integer(json_object_get(json, integers[i])));
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(json_is_string(json_object_get(json, texts[i])));
    }
    assert_true(json_is_true(json_object_get(json, "strict_categories")));
    assert_true(json_is_false(json_object_get(json, "policies.msc_plus_excluded")));
    assert_true(json_real_value(json_object_get(json, "threshold")) == 0.0212345678901);
    assert_true(json_real_value(json_object_get(json, "quality_share")) == 0.1);
    assert_int_equal(json_integer_value(json_object_get(json, "bootstrap.seed")),
                     123456789012345678);
    const json_t *levels = json_object_get(json, "bootstrap.levels");
    assert_int_equal(json_array_size(levels), 2);
    assert_true(json_real_value(json_array_get(levels, 1)) == 0.9);
    json_decref(json);
    ihp__deck_free(&deck);
}

/* Every key gives the text of the deck. */
static void test_texts(void **state)
{
    (void)state;
    struct ihp__deck deck = some_deck();
    json_t *json = written(&deck);
    struct comparing c = {.manifest = json};
    ihp__deck_each_key(&deck, compare, &c);
    assert_true(c.keys > 50 && c.numbers >= 2 && c.integers >= 6 && c.booleans >= 3);
    assert_int_equal(c.lists, 1);
    json_decref(json);
    ihp__deck_free(&deck);
}

/* 15 digits do not give it back, so it stays exact as a text. */
static void test_too_many_digits(void **state)
{
    (void)state;
    char text[IHP__MANIFEST_TEXT];
    struct ihp__deck deck = loaded("threshold: 0.01234567890123456\n");
    json_t *json = written(&deck);
    assert_true(json_is_string(json_object_get(json, "threshold")));
    assert_string_equal(ihp__manifest_text(json, "threshold", text), "0.01234567890123456");
    json_decref(json);
    ihp__deck_free(&deck);
}

static void test_earlier_versions(void **state)
{
    (void)state;
    char text[IHP__MANIFEST_TEXT];
    json_t *deck = json_pack("{s:s, s:s, s:n}", "threshold", "0.02", "bootstrap.levels",
                             "[0.9, 0.95]", "nothing");
    assert_string_equal(ihp__manifest_text(deck, "threshold", text), "0.02");
    assert_string_equal(ihp__manifest_text(deck, "bootstrap.levels", text), "[0.9, 0.95]");
    assert_string_equal(ihp__manifest_text(deck, "nothing", text), "");
    assert_string_equal(ihp__manifest_text(deck, "missing", text), "");
    json_decref(deck);
    for (int version = 0; version <= 3; version++) {
        json_t *manifest = json_pack("{s:i}", "format_version", version);
        assert_int_equal(ihp__manifest_is_known(manifest), version == 1 || version == 2);
        json_decref(manifest);
    }
}

/* A version that is not read: which it is, which are read, and what to do. */
static void test_other_versions(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    json_t *manifest = json_pack("{s:i, s:s}", "format_version", 2, "program_version", "9.9-later");
    assert_int_equal(ihp__manifest_check_version(manifest, "m.json", "read it", &err), IHP_OK);
    json_object_set_new(manifest, "format_version", json_integer(3));
    assert_int_equal(ihp__manifest_check_version(manifest, "m.json", "read it", &err),
                     IHP_ERR_DATA);
    assert_non_null(strstr(err.text, "m.json: format_version is 3, and ihp "));
    assert_non_null(
        strstr(err.text, " reads 1 to 2; read it with the version that wrote it, 9.9-later"));
    json_object_del(manifest, "format_version");
    err = (struct ihp_error){0};
    assert_int_equal(ihp__manifest_check_version(manifest, "m.json", "read it", &err),
                     IHP_ERR_DATA);
    assert_non_null(strstr(err.text, "m.json: format_version is missing"));
    json_decref(manifest);
}

/* A list that does not fit is cut, and not written behind its end. */
static void test_long_list(void **state)
{
    (void)state;
    char text[IHP__MANIFEST_TEXT];
    json_t *deck = json_object(), *list = json_array();
    for (int i = 0; i < 100; i++) {
        json_array_append_new(list, json_real(0.12345678));
    }
    json_object_set_new(deck, "list", list);
    assert_true(strlen(ihp__manifest_text(deck, "list", text)) < IHP__MANIFEST_TEXT);
    json_decref(deck);
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_FOLDER(test_types),
                                       IN_FOLDER(test_texts),
                                       IN_FOLDER(test_too_many_digits),
                                       cmocka_unit_test(test_earlier_versions),
                                       cmocka_unit_test(test_other_versions),
                                       cmocka_unit_test(test_long_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
