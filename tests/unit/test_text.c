/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of UTF-8 without control characters. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_good_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "M1",
                                        " ~!",
                                        "a/b",
                                        "M\303\266ller",
                                        "\302\240",
                                        "\337\277",
                                        "\340\240\200",
                                        "\355\237\277",
                                        "\356\200\200",
                                        "\360\220\200\200",
                                        "\364\217\277\277"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_null(ihp__text_problem(texts[i], strlen(texts[i])));
    }
}

static void test_control_characters(void **state)
{
    (void)state;
    for (int c = 0; c < 0x100; c++) {
        const char text[] = {'A', (char)c, 'B'}, high[] = {'\302', (char)c};
        bool control = c < ' ' || c == 0x7f;
        const char *problem = ihp__text_problem(text, sizeof text);
        if (control) {
            assert_string_equal(problem, "has control characters");
        } else if (c >= 0x80) {
            assert_string_equal(problem, "is not UTF-8 text");
        } else {
            assert_null(problem);
        }
        if (c >= 0x80 && c < 0xa0) { /* U+0080 to U+009F */
            assert_string_equal(ihp__text_problem(high, sizeof high), "has control characters");
        }
    }
}

/* Characters cut short, too long, of surrogates, or beyond the last one. */
static void test_other_bytes(void **state)
{
    (void)state;
    static const char *const texts[] = {"\303",
                                        "A\303",
                                        "\340\240",
                                        "\360\220\200",
                                        "\200",
                                        "\300\200",
                                        "\301\277",
                                        "\340\237\277",
                                        "\360\217\277\277",
                                        "\355\240\200",
                                        "\355\277\277",
                                        "\364\220\200\200",
                                        "\365\200\200\200",
                                        "\303A",
                                        "\377"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_string_equal(ihp__text_problem(texts[i], strlen(texts[i])), "is not UTF-8 text");
    }
    assert_string_equal(ihp__text_problem("\303\266", 1), "is not UTF-8 text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_texts),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
