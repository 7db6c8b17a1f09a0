/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the claim lines that an import set aside are much. */
#include "engine/set_aside.h"

#include "build.h"

/* Paid dollars are 1,000.00 in 2024 and 3,000.00 in 2025; denied ones do not count. */
static const char totals[] = "\"totals\": {\"claims\": ["
                             "[\"2024-03\", \"A\", \"other\", \"P\", 5, 100000, 0],"
                             "[\"2025-01\", \"A\", \"other\", \"P\", 5, 200000, 0],"
                             "[\"2025-12\", \"B\", \"other\", \"P\", 5, 100000, 0],"
                             "[\"2025-12\", \"B\", \"other\", \"D\", 5, 900000, 0]]}";

/* Says what is much of these bad rows, or "" if nothing is. */
static const char *said(const char *bad_rows, bool with_deck, bool show_small)
{
    static char text[IHP__SET_ASIDE_TEXT];
    char whole[2000];
    struct ihp__deck deck = {.base = {.year = 2024}, .performance = {.year = 2025}};
    snprintf(whole, sizeof whole, "{\"bad_rows\": [%s], %s}", bad_rows, totals);
    json_t *record = json_loads(whole, 0, NULL);
    assert_non_null(record);
    struct ihp__set_aside aside = ihp__set_aside_of(record, with_deck ? &deck : NULL);
    json_decref(record);
    return aside.is_much ? ihp__set_aside_text(&aside, show_small, text) : "";
}

#define KIND(table, rows, cents, unreadable, repeats)                                              \
    "{\"table\": \"" table "\", \"reason\": \"x\", \"rows\": " #rows ", \"cents\": " #cents        \
    ", \"unreadable\": " #unreadable ", \"repeats\": " #repeats "}"

static void test_dollars(void **state)
{
    (void)state;
    assert_string_equal(said("", true, false), "");
    assert_string_equal(said(KIND("claims", 20, 1000, 0, false), true, false), "");
    assert_string_equal(said(KIND("claims", 20, 1001, 0, false), true, false),
                        "the import set aside 20 lines of $10 (1.0% of a period's)");
    assert_string_equal(said(KIND("claims", 20, 1001, 0, false), false, false), "");
    assert_string_equal(said(KIND("claims", 20, -2001, 0, false), false, false),
                        "the import set aside 20 lines of $20 (1.0% of a period's)");
    assert_string_equal(said(KIND("claims", 20, 90000, 0, true), true, false), "");
    assert_string_equal(said(KIND("providers", 20, 90000, 20, false), true, false), "");
}

static void test_unknown_dollars(void **state)
{
    (void)state;
    assert_string_equal(said(KIND("claims", 12, 0, 12, false), true, false),
                        "the import set aside 12 lines of unknown dollars, as the amount could not "
                        "be read");
    assert_string_equal(
        said(KIND("claims", 12, 0, 12, false) "," KIND("claims", 30, 50000, 0, false), true, false),
        "the import set aside 30 lines of $500 (50.0% of a period's) and 12 lines of unknown "
        "dollars, as the amount could not be read");
    /* An earlier version did not count them. */
    assert_string_equal(said("{\"table\": \"claims\", \"reason\": \"paid_amount is not a valid "
                             "amount\", \"rows\": 13, \"cents\": 0}",
                             true, false),
                        "the import set aside 13 lines of unknown dollars, as the amount could not "
                        "be read");
}

static void test_small_counts(void **state)
{
    (void)state;
    const char *few = KIND("claims", 5, 50000, 2, false);
    assert_string_equal(said(few, true, false),
                        "the import set aside under 11 lines and under 11 lines of unknown "
                        "dollars, as the amount could not be read");
    assert_string_equal(said(few, true, true),
                        "the import set aside 3 lines of $500 (50.0% of a period's) and 2 lines of "
                        "unknown dollars, as the amount could not be read");
}

static void test_no_record(void **state)
{
    (void)state;
    assert_false(ihp__set_aside_of(NULL, NULL).is_much);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dollars),
        cmocka_unit_test(test_unknown_dollars),
        cmocka_unit_test(test_small_counts),
        cmocka_unit_test(test_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
