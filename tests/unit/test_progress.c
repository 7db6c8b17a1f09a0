/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The progress line of a terminal, which never takes a second line. */
#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

static void assert_line(size_t width, const char *expected)
{
    char line[IHP__CLI_PROGRESS_LINE];
    ihp__cli_progress_line(line, "reading claims", "5 of 10 blocks", 0.5, 12.4, width);
    assert_string_equal(line, expected);
}

static void test_widths(void **state)
{
    (void)state;
    assert_line(0, "reading claims:  50%  5 of 10 blocks  12 s left");
    assert_line(47, "reading claims:  50%  5 of 10 blocks  12 s left");
    assert_line(46, "reading claims:  50%  12 s left");
    assert_line(31, "reading claims:  50%  12 s left");
    assert_line(30, "reading claims:  50%");
    assert_line(20, "reading claims:  50%");
    assert_line(7, "reading");
}

static void test_long_texts(void **state)
{
    (void)state;
    char line[IHP__CLI_PROGRESS_LINE], stage[2 * IHP__CLI_PROGRESS_LINE];
    memset(stage, 'x', sizeof stage);
    stage[sizeof stage - 1] = '\0';
    ihp__cli_progress_line(line, stage, stage, 1.0, 0.0, 0);
    assert_true(strlen(line) < sizeof line);
    ihp__cli_progress_line(line, stage, stage, 1.0, 0.0, 10000);
    assert_true(strlen(line) < sizeof line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_widths),
                                       cmocka_unit_test(test_long_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
