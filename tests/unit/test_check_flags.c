/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags of ihp check: their table in the documents, lists of names, and reversals without an
 * original. */
#include "jobs/check/check_flags.h"
#include "jobs/check/check_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

static void test_every_flag_is_in_the_documents(void **state)
{
    (void)state;
    static char page[65536];
    FILE *file = fopen(IHP_TEST_SOURCE "/docs/completeness.md", "r");
    assert_non_null(file);
    size_t size = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    page[size] = '\0';
    const char *name, *meaning;
    bool strict;
    for (size_t flag = 0; (name = ihp__flag_name(flag, &meaning, &strict)) != NULL; flag++) {
        char row[400];
        snprintf(row, sizeof row, "| `%s` | %s | %s |\n", name, strict ? "fails" : "", meaning);
        if (strstr(page, row) == NULL) {
            fail_msg("docs/completeness.md has no row: %s", row);
        }
    }
}

static void test_lists_of_flags(void **state)
{
    (void)state;
    bool set[IHP__CHECK_FLAGS];
    struct ihp_error err = {0};
    assert_int_equal(ihp__flags_parse(NULL, set, &err), IHP_OK);
    assert_true(set[IHP__FLAG_MISSING_MONTHS]);
    assert_false(set[IHP__FLAG_LOW_MONTHS]);
    assert_int_equal(ihp__flags_parse("low_months,zero_dollars", set, &err), IHP_OK);
    assert_false(set[IHP__FLAG_MISSING_MONTHS]);
    assert_true(set[IHP__FLAG_LOW_MONTHS]);
    assert_true(set[IHP__FLAG_ZERO_DOLLARS]);
    static const char *const wrong[] = {"",
                                        ",",
                                        "low_months,",
                                        "low_month",
                                        "low_months ,odd_dollars",
                                        "LOW_MONTHS",
                                        "low_months,,odd_dollars"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ihp_error other = {0};
        assert_int_equal(ihp__flags_parse(wrong[i], set, &other), IHP_ERR_USAGE);
        assert_true(set[IHP__FLAG_ZERO_DOLLARS]); /* unchanged */
    }
}

/* Adds a line of some dollars; those of one kind have the same codes and providers. */
static void add(struct ihp__reversal_day *day, int64_t amount, uint16_t kind)
{
    assert_true(ihp__array_reserve(&day->line, &day->capacity, day->lines + 1, sizeof *day->line));
    day->line[day->lines++] = (struct ihp__reversal_line){
        .amount = amount < 0 ? -amount : amount, .procedure = kind, .negative = amount < 0};
    day->negative |= amount < 0;
}

static void test_reversals(void **state)
{
    (void)state;
    struct ihp__reversal_day day = {0};
    add(&day, -500, 1);
    add(&day, 500, 1);
    add(&day, 700, 1);
    assert_int_equal(ihp__reversals_unmatched(&day), 0);
    assert_int_equal(day.lines, 0);
    add(&day, -500, 1); /* other dollars */
    add(&day, 501, 1);
    add(&day, -700, 1); /* another code */
    add(&day, 700, 2);
    assert_int_equal(ihp__reversals_unmatched(&day), 2);
    add(&day, 500, 1); /* two reversals of one line */
    add(&day, -500, 1);
    add(&day, -500, 1);
    assert_int_equal(ihp__reversals_unmatched(&day), 1);
    add(&day, 500, 1);
    assert_int_equal(ihp__reversals_unmatched(&day), 0);
    free(day.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_flag_is_in_the_documents),
        cmocka_unit_test(test_lists_of_flags),
        cmocka_unit_test(test_reversals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
