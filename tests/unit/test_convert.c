/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that mean one thing although they are not written as they should be, and those that could
 * mean two. */
#include "extract/convert.h"

#include "base/calendar.h"
#include "files.h"

static void test_blanks(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "MA",         " MA ",           "\tMA\t",         "MA\xc2\xa0",
        "\xc2\xa0MA", "\xef\xbb\xbfMA", "MA\xe2\x80\x8b", "  MA\xc2\xa0 \t"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = texts[i];
        size_t length = strlen(text);
        assert_int_equal(ihp__convert_trim(&text, &length), i > 0);
        assert_int_equal(length, 2);
        assert_memory_equal(text, "MA", 2);
    }
    const char *blank = " \xc2\xa0\t";
    size_t length = strlen(blank);
    assert_true(ihp__convert_trim(&blank, &length));
    assert_int_equal(length, 0);
    const char *inner = "M A\xc3\xa0"; /* the last byte is that of a no-break space */
    length = strlen(inner);
    assert_false(ihp__convert_trim(&inner, &length));
}

/* A text, and the value that it has: a date, a month or an amount; NULL: none, and why. */
struct text_case {
    const char *text, *value, *problem;
};

static void check_problem(const char *text, const char *problem, const char *expected)
{
    if (expected == NULL ? problem != NULL : problem == NULL || strstr(problem, expected) == NULL) {
        fail_msg("'%s': the problem is %s", text, problem == NULL ? "none" : problem);
    }
}

static const struct text_case days[] = {
    {"2023-06-04", "2023-06-04", NULL},
    {"20230604", "2023-06-04", NULL},
    {"20240229", "2024-02-29", NULL},
    {"2023-06-04 00:00:00", "2023-06-04", NULL},
    {"2023-06-04T00:00:00", "2023-06-04", NULL},
    {"2023-06-04 00:00:00.000000", "2023-06-04", NULL},
    {"99991231", "9999-12-31", NULL},
    {"2023-06-04 00:00:00.", NULL, "time of day"},
    {"2023-06-04 00:00:00.001", NULL, "time of day"},
    {"2023-06-04 13:45:00", NULL, "time of day"},
    {"2023-06-04T00:00:00Z", NULL, "time zone"},
    {"06/04/2023", NULL, "month or the day first"},
    {"6/4/2023", NULL, "month or the day first"},
    {"04.06.2023", NULL, "month or the day first"},
    {"06/04/23", NULL, "year of two digits"},
    {"23-06-04", NULL, "year of two digits"},
    {"2023-6-04", NULL, "one digit"},
    {"2023-06-4", NULL, "one digit"},
    {"45081", NULL, "days since"},
    {"20230230", NULL, NULL},
    {"20231301", NULL, NULL},
    {"06042023", NULL, NULL},
    {"01012012", NULL, NULL}, /* would be in the year 101 */
    {"2023-02-30", NULL, NULL},
    {"2023-06-04x", NULL, NULL},
    {"2023/06/04", "2023-06-04", NULL},
    {"2023.06.04", "2023-06-04", NULL},
    {"20230604 00:00:00", "2023-06-04", NULL},
    {"04JUN2023", "2023-06-04", NULL},
    {"4jun2023", "2023-06-04", NULL},
    {"04-Jun-2023", "2023-06-04", NULL},
    {"04/Jun/2023", "2023-06-04", NULL},
    {"4 JUN 2023", "2023-06-04", NULL},
    {"04JUN2023:00:00:00", "2023-06-04", NULL},
    {"04JUN2023:00:00:00.000", "2023-06-04", NULL},
    {"31DEC9999", "9999-12-31", NULL},
    {"29FEB2024", "2024-02-29", NULL},
    {"04JUN2023:10:00:00", NULL, "time of day"},
    {"29FEB2023", NULL, NULL},
    {"31-APR-2023", NULL, NULL},
    {"00JUN2023", NULL, NULL},
    {"04JUX2023", NULL, NULL},
    {"04JUN02023", NULL, NULL},
    {"04-JUN/2023", NULL, NULL},
    {"04-JUN2023", NULL, NULL},
    {"JUN042023", NULL, NULL},
    {"04JUN23", NULL, "year of two digits"},
    {"04-JUN-23", NULL, "year of two digits"},
    {"2023/06-04", NULL, NULL},
    {"2023/13/04", NULL, NULL},
    {"2023/6/04", NULL, "one digit"},
    {"202306041", NULL, NULL},
    {"2023-06-041", NULL, NULL},
    {"", NULL, NULL},
    {"-", NULL, NULL},
    {"//", NULL, NULL},
    {"4/", NULL, NULL},
    {"2023", NULL, NULL},
};

static void test_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        const struct text_case *c = &days[i];
        const char *problem = NULL;
        char text[IHP__DATE_TEXT];
        int32_t day = 77;
        bool good = ihp__convert_day(c->text, strlen(c->text), &day, &problem);
        if (good != (c->value != NULL)) {
            fail_msg("'%s' is %s", c->text, good ? "good" : "bad");
        }
        check_problem(c->text, problem, c->problem);
        if (good) {
            assert_string_equal(ihp__day_format(day, text), c->value);
        } else {
            assert_int_equal(day, 77);
        }
    }
    int32_t open;
    const char *problem = NULL;
    assert_true(ihp__convert_day("9999-12-31", 10, &open, &problem));
    assert_int_equal(open, IHP__CONVERT_OPEN_DAY);
}

static void check_months(const struct text_case *cases, size_t count, bool last)
{
    for (size_t i = 0; i < count; i++) {
        const struct text_case *c = &cases[i];
        const char *problem = NULL;
        char text[IHP__DATE_TEXT];
        int32_t month = 77;
        bool good = ihp__convert_month(c->text, strlen(c->text), last, &month, &problem);
        if (good != (c->value != NULL)) {
            fail_msg("'%s' is %s", c->text, good ? "good" : "bad");
        }
        check_problem(c->text, problem, c->problem);
        if (good) {
            assert_string_equal(ihp__month_format(month, text), c->value);
        }
    }
}

static void test_months(void **state)
{
    (void)state;
    static const struct text_case first[] = {
        {"2023-06", "2023-06", NULL},
        {"202306", "2023-06", NULL},
        {"2023/06", "2023-06", NULL},
        {"JUN2023", "2023-06", NULL},
        {"Jun-2023", "2023-06", NULL},
        {"JUN23", NULL, NULL},
        {"012012", NULL, NULL}, /* would be in the year 120 */
        {"JUN-23", NULL, NULL},
        {"01JUN2023", "2023-06", NULL},
        {"2023-06-01", "2023-06", NULL},
        {"20230601", "2023-06", NULL},
        {"2023-06-01 00:00:00", "2023-06", NULL},
        {"2023-06-02", NULL, "after the first of its month"},
        {"20230630", NULL, "after the first of its month"},
        {"2023-13", NULL, NULL},
        {"062023", NULL, NULL},
        {"06/2023", NULL, NULL},
        {"6/1/2023", NULL, "month or the day first"},
        {"2023", NULL, NULL},
        {"", NULL, NULL},
    };
    static const struct text_case last[] = {
        {"2023-06", "2023-06", NULL},
        {"202306", "2023-06", NULL},
        {"2023-06-30", "2023-06", NULL},
        {"20240229", "2024-02", NULL},
        {"20231231", "2023-12", NULL},
        {"9999-12", "9999-12", NULL},
        {"9999-12-31", "9999-12", NULL},
        {"99991231", "9999-12", NULL},
        {"999912", "9999-12", NULL},
        {"2023-06-29", NULL, "before the last of its month"},
        {"20240228", NULL, "before the last of its month"},
        {"2023-06-01", NULL, "before the last of its month"},
    };
    check_months(first, sizeof first / sizeof first[0], false);
    check_months(last, sizeof last / sizeof last[0], true);
}

static const struct {
    const char *text;
    int64_t cents;
} good_amounts[] = {
    {"142.12", 14212},
    {"142.1200", 14212},
    {".50", 50},
    {".5", 50},
    {"50.", 5000},
    {"142.12-", -14212},
    {"142.12 -", -14212},
    {"(50.00)", -5000},
    {"( 50.00 )", -5000},
    {"$1,234.56", 123456},
    {"-$5.00", -500},
    {"$-5.00", -500},
    {"($5.00)", -500},
    {"$(5.00)", -500},
    {"$ 5", 500},
    {"1,234", 123400},
    {"1,234,567.8", 123456780},
    {"12,345.00", 1234500},
    {"+5", 500},
    {"0", 0},
    {"(0.00)", 0},
    {"0.000", 0},
    {"9,999,999,999.99", 999999999999},
    {"-9999999999.99", -999999999999},
    {"00012.50", 1250},
};
static const struct text_case bad_amounts[] = {
    {"142.125", NULL, "part of a cent"},
    {"0.001", NULL, "part of a cent"},
    {"1.42E+02", NULL, "spreadsheet"},
    {"1e5", NULL, "spreadsheet"},
    {"1.234,56", NULL, "decimal comma"},
    {"12,50", NULL, "decimal comma"},
    {"1,23", NULL, "decimal comma"},
    {"1234,567", NULL, "decimal comma"},
    {"0,123", NULL, "decimal comma"},
    {",123", NULL, "decimal comma"},
    {"1,,234", NULL, "decimal comma"},
    {"1,234,", NULL, "decimal comma"},
    {"1,2345", NULL, "decimal comma"},
    {"10000000000", NULL, NULL},
    {"9999999999999999999999", NULL, NULL},
    {"", NULL, NULL},
    {".", NULL, NULL},
    {"$", NULL, NULL},
    {"-", NULL, NULL},
    {"()", NULL, NULL},
    {"(5", NULL, NULL},
    {"5)", NULL, NULL},
    {"--5", NULL, NULL},
    {"-5-", NULL, NULL},
    {"(-5)", NULL, NULL},
    {"+5-", NULL, NULL},
    {"$$5", NULL, NULL},
    {"$5$", NULL, NULL},
    {"5 000", NULL, NULL},
    {"5.0.0", NULL, NULL},
    {"5.00x", NULL, NULL},
    {"five", NULL, NULL},
    {"NULL", NULL, NULL},
};

static void test_amounts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_amounts / sizeof good_amounts[0]; i++) {
        int64_t cents = 77;
        const char *problem = NULL;
        if (!ihp__convert_money(good_amounts[i].text, strlen(good_amounts[i].text), &cents,
                                &problem) ||
            cents != good_amounts[i].cents) {
            fail_msg("'%s' is %lld", good_amounts[i].text, (long long)cents);
        }
    }
    for (size_t i = 0; i < sizeof bad_amounts / sizeof bad_amounts[0]; i++) {
        int64_t cents = 77;
        const char *problem = NULL;
        if (ihp__convert_money(bad_amounts[i].text, strlen(bad_amounts[i].text), &cents,
                               &problem)) {
            fail_msg("'%s' is %lld", bad_amounts[i].text, (long long)cents);
        }
        assert_int_equal(cents, 77);
        check_problem(bad_amounts[i].text, problem, bad_amounts[i].problem);
    }
}

static void test_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t whole;
        const char *problem;
    } cases[] = {
        {"1234567890.0", 10, NULL},
        {"1.00", 1, NULL},
        {"-3.0", 2, NULL},
        {"1.", 0, NULL},
        {".0", 0, NULL},
        {"1.50", 0, NULL},
        {"1.0x", 0, NULL},
        {"12", 0, NULL},
        {"", 0, NULL},
        {"-", 0, NULL},
        {"1.23E+09", 0, "spreadsheet"},
        {"1E9", 0, "spreadsheet"},
        {"1.2E", 0, NULL},
        {"1E+", 0, NULL},
        {"E5", 0, NULL},
        {"12E4x", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *problem = NULL;
        assert_int_equal(ihp__convert_whole(cases[i].text, strlen(cases[i].text), &problem),
                         cases[i].whole);
        check_problem(cases[i].text, problem, cases[i].problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blanks),        cmocka_unit_test(test_days),
        cmocka_unit_test(test_months),        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_whole_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
