/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word that somebody probably meant, and no word where none is near. */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

static const char *const commands[] = {"check", "explain", "import", "info", "settle", "status"};

/* Returns the nearest command, or "" for none. */
static const char *command(const char *word)
{
    const char *nearest = ihp__nearest(word, commands, sizeof commands / sizeof commands[0]);
    return nearest == NULL ? "" : nearest;
}

static void test_one_edit(void **state)
{
    (void)state;
    assert_string_equal(command("setle"), "settle");   /* one letter missing */
    assert_string_equal(command("settlee"), "settle"); /* one too many */
    assert_string_equal(command("sattle"), "settle");  /* one replaced */
    assert_string_equal(command("settel"), "settle");  /* two swapped */
    assert_string_equal(command("esttle"), "settle");
    assert_string_equal(command("chekc"), "check");
    assert_string_equal(command("settle"), "settle");
}

static void test_distance_is_at_most_a_third(void **state)
{
    (void)state;
    assert_string_equal(command("imprtt"), "import"); /* 2 of 6 */
    assert_string_equal(command("imptt"), "");        /* 2 of 5 */
    assert_string_equal(command("inof"), "info");
    assert_string_equal(command("nfi"), ""); /* 2 of 3 */
    assert_string_equal(command("frobnicate"), "");
}

static void test_one_byte_must_stay(void **state)
{
    (void)state;
    const char *const list[] = {"a", "bc"};
    assert_null(ihp__nearest("x", list, 2));
    assert_null(ihp__nearest("", list, 2));
    assert_string_equal(ihp__nearest("a", list, 2), "a");
    assert_string_equal(ihp__nearest("b", list, 2), "bc");
    assert_string_equal(ihp__nearest("cb", list, 2), "bc");
}

static void test_the_first_of_equals_wins(void **state)
{
    (void)state;
    const char *const list[] = {"cold", "bold", "gold"};
    assert_ptr_equal(ihp__nearest("hold", list, 3), list[0]);
    assert_ptr_equal(ihp__nearest("golf", list, 3), list[2]);
}

static void test_empty_lists_and_entries(void **state)
{
    (void)state;
    const char *const list[] = {NULL, "", "deck"};
    assert_null(ihp__nearest("deck", NULL, 0));
    assert_null(ihp__nearest("deck", list, 2));
    assert_string_equal(ihp__nearest("dekc", list, 3), "deck");
}

/* Distance of optimal string alignment: no byte is edited after it was swapped. */
static void test_swapped_bytes_stay_as_they_are(void **state)
{
    (void)state;
    const char *const list[] = {"abc"};
    assert_null(ihp__nearest("ca", list, 1)); /* 3 edits; 2 with an insertion between the swapped */
}

static void test_long_words(void **state)
{
    (void)state;
    char word[200], same[200], longer[200];
    memset(word, 'a', sizeof word);
    memset(same, 'a', sizeof same);
    memset(longer, 'a', sizeof longer);
    const char *const list[] = {longer, same};
    word[64] = '\0';
    longer[86] = '\0'; /* 22 more than the word: one too many */
    same[85] = '\0';
    assert_ptr_equal(ihp__nearest(word, list, 2), same);
    longer[86] = 'a';
    longer[199] = '\0'; /* beyond what is compared at all */
    assert_ptr_equal(ihp__nearest(word, list, 2), same);
    word[64] = 'a';
    word[65] = '\0'; /* too long to look for anything */
    same[65] = '\0';
    assert_null(ihp__nearest(word, list, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_edit),
        cmocka_unit_test(test_distance_is_at_most_a_third),
        cmocka_unit_test(test_one_byte_must_stay),
        cmocka_unit_test(test_the_first_of_equals_wins),
        cmocka_unit_test(test_empty_lists_and_entries),
        cmocka_unit_test(test_swapped_bytes_stay_as_they_are),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
