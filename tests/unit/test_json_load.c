/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading JSON: bad text is the caller's to report, a file that cannot be read and lack of memory
 * are not bad text, whichever allocation of jansson fails. */
#include "base/json_load.h"

#include "files.h"

/* The allocation that fails, counted from 1; 0: none. */
static unsigned failing, seen;

static void *allocate(size_t size)
{
    return ++seen == failing ? NULL : malloc(size);
}

static json_t *load(const char *path, enum ihp_status expected, const char *text)
{
    json_t *json = NULL;
    json_error_t reason;
    struct ihp_error err = {0};
    assert_int_equal(ihp__json_load_file(path, JSON_REJECT_DUPLICATES, &json, &reason, &err),
                     expected);
    assert_non_null(strstr(err.text, text));
    return json;
}

static void test_good(void **state)
{
    (void)state;
    const char *path = in_folder("a.json");
    write_text(path, "{\"a\": [1, \"\\u00e9\"], \"b\": -12345678901234567}\n");
    json_t *json = load(path, IHP_OK, "");
    assert_int_equal(json_integer_value(json_object_get(json, "b")), -12345678901234567);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "a"), 1)), "é");
    json_decref(json);
}

static void test_bad_text(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",     "\n",     "{", "{\n\"a\" 1}", "{}x", "{\"a\": 1, \"a\": 2}", "{\"a\": \"\xff\"}",
        "[1,]", "\x89HDF"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *path = in_folder("a.json");
        json_t *json;
        struct ihp_error err = {0};
        write_text(path, bad[i]);
        assert_null(load(path, IHP_OK, ""));
        assert_int_equal(ihp__json_load_text(bad[i], strlen(bad[i]), "x", &json, &err), IHP_OK);
        assert_null(json);
    }
}

static void test_reason(void **state)
{
    (void)state;
    const char *path = in_folder("a.json");
    json_t *json;
    json_error_t reason;
    struct ihp_error err = {0};
    write_text(path, "{\n\"a\": 1,\n\"b\" 2}\n");
    assert_int_equal(ihp__json_load_file(path, 0, &json, &reason, &err), IHP_OK);
    assert_null(json);
    assert_int_equal(reason.line, 3);
    assert_string_equal(reason.text, "':' expected near '2'");
}

static void test_no_file(void **state)
{
    (void)state;
    assert_null(load(in_folder("a.json"), IHP_ERR_DATA,
                     "a.json: cannot be read (No such file or directory)"));
    assert_int_equal(mkdir(in_folder("folder"), 0755), 0);
    assert_null(load(in_folder("folder"), IHP_ERR_DATA, "cannot be read (Is a directory)"));
}

static enum ihp_status load_text(const char *text, json_t **json)
{
    struct ihp_error err = {0};
    seen = 0;
    return ihp__json_load_text(text, strlen(text), "a status", json, &err);
}

/* Loads a text, and a file that holds it, with each allocation failing once. Returns how many there
 * are. */
static unsigned fail_each(const char *path, const char *text)
{
    json_t *json;
    failing = 0;
    assert_int_equal(load_text(text, &json), IHP_OK);
    assert_non_null(json);
    json_decref(json);
    unsigned all = seen;
    for (failing = 1; failing <= all; failing++) {
        assert_int_equal(load_text(text, &json), IHP_ERR_RUN);
        assert_null(json);
        seen = 0;
        assert_null(load(path, IHP_ERR_RUN, "out of memory for /tmp/"));
    }
    return all;
}

/* Words and numbers of any length: jansson would lose the character at which their text grows, and
 * after a lost quote read beyond the text. */
static void test_memory(void **state)
{
    (void)state;
    json_malloc_t was;
    json_free_t release;
    json_get_alloc_funcs(&was, &release);
    json_set_alloc_funcs(allocate, free);
    for (int length = 1; length < 140; length++) {
        char text[800];
        const char *path = in_folder("a.json");
        snprintf(text, sizeof text, "{\"%0*d\": [%d.%0*d, \"%0*d\", 1, true, {}, 1%0*d]}", length,
                 0, length, length, 1, length, 1, length % 18 + 1, 0);
        write_text(path, text);
        assert_true(fail_each(path, text) > 10);
    }
    json_set_alloc_funcs(was, release);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_good),    IN_FOLDER(test_bad_text), IN_FOLDER(test_reason),
        IN_FOLDER(test_no_file), IN_FOLDER(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
