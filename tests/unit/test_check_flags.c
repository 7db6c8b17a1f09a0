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

static uint64_t unmatched(struct ihp__reversal_day *day)
{
    ihp__reversals_sort(day);
    return ihp__reversals_unmatched(day);
}

static void test_reversals(void **state)
{
    (void)state;
    struct ihp__reversal_day day = {0};
    add(&day, -500, 1);
    add(&day, 500, 1);
    add(&day, 700, 1);
    assert_int_equal(unmatched(&day), 0);
    assert_int_equal(day.lines, 0);
    add(&day, -500, 1); /* other dollars */
    add(&day, 501, 1);
    add(&day, -700, 1); /* another code */
    add(&day, 700, 2);
    assert_int_equal(unmatched(&day), 2);
    add(&day, 500, 1); /* two reversals of one line */
    add(&day, -500, 1);
    add(&day, -500, 1);
    assert_int_equal(unmatched(&day), 1);
    add(&day, 500, 1);
    assert_int_equal(unmatched(&day), 0);
    free(day.line);
}

static void add_paid(struct ihp__reversal_day *day, int64_t amount, uint16_t payer, uint64_t claim)
{
    add(day, amount, 1);
    day->line[day->lines - 1].payer = payer;
    day->line[day->lines - 1].claim = claim;
    day->line[day->lines - 1].paid = true;
}

/* Returns how many lines of payer 0 another claim has, too, and empties the day. */
static uint64_t repeated(struct ihp__reversal_day *day)
{
    struct ihp__payer_scan payer[2] = {{0}};
    ihp__reversals_sort(day);
    ihp__reversals_repeated(day, payer);
    day->lines = 0;
    day->negative = false;
    return payer[0].repeated;
}

static void test_repeated_lines(void **state)
{
    (void)state;
    struct ihp__reversal_day day = {0};
    for (uint64_t claim = 1; claim <= 3; claim++) {
        add_paid(&day, 500, 0, claim);
    }
    assert_int_equal(repeated(&day), 2);
    add_paid(&day, 500, 0, 1); /* two units on one claim, other dollars, and another payer */
    add_paid(&day, 500, 0, 1);
    add_paid(&day, 501, 0, 2);
    add_paid(&day, 500, 1, 3);
    assert_int_equal(repeated(&day), 0);
    for (uint64_t claim = 1; claim <= 2; claim++) { /* both units twice */
        add_paid(&day, 500, 0, claim);
        add_paid(&day, 500, 0, claim);
    }
    assert_int_equal(repeated(&day), 2);
    add_paid(&day, 500, 0, 1); /* an original, its reversal and a replacement */
    add_paid(&day, -500, 0, 2);
    add_paid(&day, 500, 0, 3);
    assert_int_equal(repeated(&day), 0);
    add_paid(&day, 500, 0, 1); /* one that is void or denied */
    add_paid(&day, 500, 0, 2);
    day.line[0].paid = false;
    assert_int_equal(repeated(&day), 0);
    free(day.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_flag_is_in_the_documents),
        cmocka_unit_test(test_lists_of_flags),
        cmocka_unit_test(test_reversals),
        cmocka_unit_test(test_repeated_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
