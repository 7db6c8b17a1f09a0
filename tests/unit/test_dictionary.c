/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text dictionaries: numbers in the order of arrival, then of the texts; limits; many texts. */
#include "files.h"

static int64_t add(struct ihp__dict *dict, const char *text)
{
    return ihp__dict_add(dict, text, strlen(text));
}

static void test_numbers_in_order_of_arrival(void **state)
{
    (void)state;
    struct ihp__dict *dict = ihp__dict_create(100);
    assert_non_null(dict);
    assert_int_equal(ihp__dict_count(dict), 0);
    assert_int_equal(ihp__dict_find(dict, ""), -1);
    assert_int_equal(add(dict, "pear"), 0);
    assert_int_equal(add(dict, ""), 1);
    assert_int_equal(add(dict, "apple"), 2);
    assert_int_equal(add(dict, "pear"), 0);
    assert_int_equal(add(dict, ""), 1);
    assert_int_equal(ihp__dict_count(dict), 3);
    assert_string_equal(ihp__dict_text(dict, 0), "pear");
    assert_string_equal(ihp__dict_text(dict, 1), "");
    assert_string_equal(ihp__dict_text(dict, 2), "apple");
    assert_int_equal(ihp__dict_find(dict, "apple"), 2);
    assert_int_equal(ihp__dict_find(dict, ""), 1);
    assert_int_equal(ihp__dict_find(dict, "app"), -1);
    assert_int_equal(ihp__dict_find(dict, "apples"), -1);
    ihp__dict_destroy(&dict);
    assert_null(dict);
    ihp__dict_destroy(&dict); /* harmless */
    ihp__dict_destroy(NULL);
}

/* Only `length` bytes count: the beginning of a longer text is another text. */
static void test_length_decides(void **state)
{
    (void)state;
    struct ihp__dict *dict = ihp__dict_create(100);
    assert_int_equal(ihp__dict_add(dict, "applesauce", 10), 0);
    assert_int_equal(ihp__dict_add(dict, "applesauce", 5), 1);
    assert_int_equal(ihp__dict_add(dict, "applesauce", 6), 2);
    assert_int_equal(ihp__dict_add(dict, "applesauce", 0), 3);
    assert_string_equal(ihp__dict_text(dict, 1), "apple");
    assert_int_equal(ihp__dict_find(dict, "apples"), 2);
    assert_int_equal(ihp__dict_find(dict, ""), 3);
    ihp__dict_destroy(&dict);
}

static void test_limit(void **state)
{
    (void)state;
    struct ihp__dict *dict = ihp__dict_create(2);
    assert_int_equal(add(dict, "a"), 0);
    assert_int_equal(add(dict, "b"), 1);
    assert_int_equal(add(dict, "c"), -1);
    assert_int_equal(add(dict, "b"), 1); /* a text that it has is found although it is full */
    assert_int_equal(ihp__dict_count(dict), 2);
    assert_int_equal(ihp__dict_find(dict, "c"), -1);
    ihp__dict_destroy(&dict);
    dict = ihp__dict_create(0);
    assert_int_equal(add(dict, ""), -1);
    ihp__dict_destroy(&dict);
}

static void test_sort_by_bytes(void **state)
{
    (void)state;
    static const char *const arrival[] = {"b", "\xc3\xa9", "a", "B", "", "ab", "10", "9", "a b"};
    static const char *const sorted[] = {"", "10", "9", "B", "a", "a b", "ab", "b", "\xc3\xa9"};
    enum { COUNT = sizeof arrival / sizeof arrival[0] };
    struct ihp__dict *dict = ihp__dict_create(100);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(add(dict, arrival[i]), i);
    }
    uint32_t new_number[COUNT];
    assert_true(ihp__dict_sort(dict, new_number));
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(ihp__dict_text(dict, i), sorted[i]);
        assert_int_equal(ihp__dict_find(dict, sorted[i]), i);
        assert_string_equal(sorted[new_number[i]], arrival[i]);
    }
    assert_int_equal(add(dict, "zebra"), COUNT); /* it still grows */
    assert_int_equal(add(dict, "B"), 3);
    ihp__dict_destroy(&dict);
}

/* Sorting repeatedly leaves nothing behind on which a search would not end. */
static void test_sort_again(void **state)
{
    (void)state;
    enum { COUNT = 32 };
    struct ihp__dict *dict = ihp__dict_create(100);
    uint32_t new_number[COUNT];
    char text[8];
    for (int i = COUNT; i > 0; i--) {
        add(dict, (snprintf(text, sizeof text, "%02d", i), text));
    }
    for (int round = 0; round < 5; round++) {
        assert_true(ihp__dict_sort(dict, new_number));
        assert_int_equal(new_number[0], round == 0 ? COUNT - 1 : 0);
        for (int i = 0; i < 200; i++) {
            snprintf(text, sizeof text, "%02d", i);
            assert_int_equal(ihp__dict_find(dict, text), i >= 1 && i <= COUNT ? i - 1 : -1);
        }
    }
    ihp__dict_destroy(&dict);
}

static void test_sort_of_nothing(void **state)
{
    (void)state;
    struct ihp__dict *dict = ihp__dict_create(100);
    uint32_t none[1] = {77};
    assert_true(ihp__dict_sort(dict, none));
    assert_int_equal(none[0], 77);
    assert_int_equal(add(dict, "first"), 0);
    ihp__dict_destroy(&dict);
}

/* Equal sets have equal numbers, whatever their order of arrival. */
static void test_many_texts(void **state)
{
    (void)state;
    enum { COUNT = 100003 }; /* prime, so that steps of 7919 visit every number once */
    struct ihp__dict *up = ihp__dict_create(COUNT), *mixed = ihp__dict_create(COUNT);
    char text[16];
    for (int i = 0; i < COUNT; i++) {
        snprintf(text, sizeof text, "t%d", i);
        assert_int_equal(add(up, text), i);
        snprintf(text, sizeof text, "t%d", (int)((int64_t)i * 7919 % COUNT));
        assert_int_equal(add(mixed, text), i);
    }
    assert_int_equal(add(up, "another"), -1);
    uint32_t *number = calloc(COUNT, sizeof *number), *other = calloc(COUNT, sizeof *other);
    assert_true(ihp__dict_sort(up, number));
    assert_true(ihp__dict_sort(mixed, other));
    for (int i = 0; i < COUNT; i++) {
        assert_string_equal(ihp__dict_text(up, (size_t)i), ihp__dict_text(mixed, (size_t)i));
        assert_true(i == 0 ||
                    strcmp(ihp__dict_text(up, (size_t)i - 1), ihp__dict_text(up, (size_t)i)) < 0);
        assert_int_equal(other[i], number[(int64_t)i * 7919 % COUNT]);
        snprintf(text, sizeof text, "t%d", i);
        assert_int_equal(ihp__dict_find(up, text), number[i]);
    }
    free(number);
    free(other);
    ihp__dict_destroy(&up);
    ihp__dict_destroy(&mixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_in_order_of_arrival),
        cmocka_unit_test(test_length_decides),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_sort_by_bytes),
        cmocka_unit_test(test_sort_again),
        cmocka_unit_test(test_sort_of_nothing),
        cmocka_unit_test(test_many_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
