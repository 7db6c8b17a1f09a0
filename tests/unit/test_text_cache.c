/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache of short texts: a text is found with its number or not at all. */
#include "extract/text_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h> /* after the headers it needs */

static struct ihp__text_cache cache;

static int set_up(void **state)
{
    (void)state;
    memset(&cache, 0, sizeof cache);
    return 0;
}

static void test_finds_what_it_keeps(void **state)
{
    static const char text[] = "ABCDEFGHIJKLMNOPQ";
    uint32_t number;
    (void)state;
    for (uint32_t length = 0; length <= 17; length++) {
        assert_false(ihp__text_cache_find(&cache, text, length, &number));
        ihp__text_cache_keep(&cache, text, length, 100 + length);
        const bool found = ihp__text_cache_find(&cache, text, length, &number);
        assert_int_equal(found, length >= 1 && length <= IHP__TEXT_CACHE_LONGEST);
        assert_true(!found || number == 100 + length);
    }
}

/* Changes each byte of texts of each length in turn: no such text may be found. */
static void test_each_byte_counts(void **state)
{
    uint32_t number;
    (void)state;
    for (size_t length = 1; length <= IHP__TEXT_CACHE_LONGEST; length++) {
        char *text = malloc(length); /* nothing behind it may be read */
        assert_non_null(text);
        memset(text, 'a', length);
        ihp__text_cache_keep(&cache, text, length, 7);
        for (size_t i = 0; i < length; i++) {
            text[i] = 'b';
            assert_false(ihp__text_cache_find(&cache, text, length, &number));
            text[i] = 'a';
        }
        assert_true(ihp__text_cache_find(&cache, text, length, &number));
        free(text);
    }
}

/* With more texts than places, each text that is found has its own number. */
static void test_many_texts(void **state)
{
    uint32_t found = 0;
    (void)state;
    for (uint32_t i = 0; i < 6000; i++) {
        char text[16];
        uint32_t number = 0;
        size_t length = (size_t)snprintf(text, sizeof text, "%u", i * 2654435u % 3000);
        if (ihp__text_cache_find(&cache, text, length, &number)) {
            assert_int_equal(number, i * 2654435u % 3000);
            found++;
        }
        ihp__text_cache_keep(&cache, text, length, i * 2654435u % 3000);
        assert_true(ihp__text_cache_find(&cache, text, length, &number));
    }
    assert_true(found > 0 && found < 6000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_finds_what_it_keeps, set_up),
        cmocka_unit_test_setup(test_each_byte_counts, set_up),
        cmocka_unit_test_setup(test_many_texts, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
