/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the instructions of the bootstrap are chosen. */
#include "instructions.h"

static void test_the_fastest_without_the_variable(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    use_instructions("plain");
    assert_int_equal(unsetenv("IHP_INSTRUCTIONS"), 0);
    assert_int_equal(ihp__instructions_choose(&err), IHP_OK);
    assert_string_equal(ihp__instructions_chosen(), ihp__instructions_listed(0));
    use_instructions("plain");
    assert_int_equal(setenv("IHP_INSTRUCTIONS", "", 1), 0);
    assert_int_equal(ihp__instructions_choose(&err), IHP_OK);
    assert_string_equal(ihp__instructions_chosen(), ihp__instructions_listed(0));
}

/* Plain C is the last of the list and always there; after the end there is nothing. */
static void test_the_list(void **state)
{
    (void)state;
    size_t count = 0;
    for (; ihp__instructions_listed(count) != NULL; count++) {
        use_instructions(ihp__instructions_listed(count));
    }
    assert_true(count >= 1);
    assert_string_equal(ihp__instructions_listed(count - 1), "plain");
    assert_null(ihp__instructions_listed(count + 1));
}

static void test_unknown_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"avx", "AVX2", "plain ", "avx5122", "sse2"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ihp_error err = {0};
        char start[80];
        snprintf(start, sizeof start,
                 "environment variable IHP_INSTRUCTIONS: '%s' is not valid; use one of ", names[i]);
        use_instructions("plain");
        assert_int_equal(setenv("IHP_INSTRUCTIONS", names[i], 1), 0);
        assert_int_equal(ihp__instructions_choose(&err), IHP_ERR_USAGE);
        assert_memory_equal(err.text, start, strlen(start));
        assert_non_null(strstr(err.text, "plain, or do not set the variable"));
        assert_string_equal(ihp__instructions_chosen(), "plain");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fastest_without_the_variable),
        cmocka_unit_test(test_the_list),
        cmocka_unit_test(test_unknown_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
