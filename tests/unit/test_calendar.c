/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days, months and quarters, compared with a count of one day after another from 1600 to 2400. */
#include "files.h"

/* A date, counted by the rules of the Gregorian calendar. */
struct date {
    int year, month, day;
};

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static struct date day_after(struct date d)
{
    if (d.day < days_of_month(d.year, d.month)) {
        return (struct date){d.year, d.month, d.day + 1};
    }
    return d.month < 12 ? (struct date){d.year, d.month + 1, 1} : (struct date){d.year + 1, 1, 1};
}

static void test_every_day(void **state)
{
    (void)state;
    /* From 1600-01-01 to 1970-01-01: 370 years and the leap days of 1600, 1604, ... 1968 without
     * 1700, 1800 and 1900. */
    int32_t day = -(370 * 365 + 93 - 3);
    for (struct date d = {1600, 1, 1}; d.year <= 2400; d = day_after(d), day++) {
        int year, month, date;
        int32_t parsed = INT32_MIN;
        char text[40], formatted[IHP__DATE_TEXT];
        snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
        ihp__civil_of_day(day, &year, &month, &date);
        bool right = ihp__day_of_civil(d.year, d.month, d.day) == day && year == d.year &&
                     month == d.month && date == d.day && ihp__day_parse(text, &parsed) &&
                     parsed == day && strcmp(ihp__day_format(day, formatted), text) == 0;
        int32_t month_number = (d.year - 1970) * 12 + d.month - 1;
        right = right && ihp__month_of_day(day) == month_number &&
                ihp__day_of_month_start(month_number) == day - (d.day - 1);
        if (!right) {
            fail_msg("%s, day %d, comes back as %d-%d-%d", text, day, year, month, date);
        }
    }
    assert_int_equal(day, 431 * 365 + 108 - 3); /* 2401-01-01: no leap day in 2100, 2200, 2300 */
}

static void test_limits(void **state)
{
    (void)state;
    const int32_t first = ihp__day_of_civil(1, 1, 1), last = ihp__day_of_civil(9999, 12, 31);
    assert_true(ihp__day_in_calendar(first) && ihp__day_in_calendar(last));
    assert_true(ihp__day_in_calendar(0));
    assert_false(ihp__day_in_calendar(first - 1) || ihp__day_in_calendar(last + 1));
    assert_false(ihp__day_in_calendar(INT32_MIN) || ihp__day_in_calendar(INT32_MAX));
    const int32_t from = ihp__month_of_day(first), to = ihp__month_of_day(last);
    assert_true(ihp__month_in_calendar(from) && ihp__month_in_calendar(to));
    assert_false(ihp__month_in_calendar(from - 1) || ihp__month_in_calendar(to + 1));
    assert_false(ihp__month_in_calendar(INT32_MIN) || ihp__month_in_calendar(INT32_MAX));
}

static void test_known_days(void **state)
{
    (void)state;
    assert_int_equal(ihp__day_of_civil(1970, 1, 1), 0);
    assert_int_equal(ihp__day_of_civil(1969, 12, 31), -1);
    assert_int_equal(ihp__day_of_civil(2000, 2, 29), 11016);
    assert_int_equal(ihp__day_of_civil(2038, 1, 19), 24855); /* 2^31 seconds are 24855.13 days */
    assert_int_equal(ihp__day_of_civil(1, 1, 1), -719162);
    assert_int_equal(ihp__day_of_civil(9999, 12, 31), 2932896);
    assert_int_equal(ihp__day_of_civil(0, 2, 29), -719469); /* a leap year, as 2000 is */
}

static void test_leap_years(void **state)
{
    (void)state;
    int32_t day;
    assert_true(ihp__day_parse("2000-02-29", &day));
    assert_true(ihp__day_parse("2024-02-29", &day));
    assert_true(ihp__day_parse("0004-02-29", &day));
    day = 77;
    assert_false(ihp__day_parse("1900-02-29", &day));
    assert_false(ihp__day_parse("2100-02-29", &day));
    assert_false(ihp__day_parse("2023-02-29", &day));
    assert_false(ihp__day_parse("2000-02-30", &day));
    assert_int_equal(day, 77);
}

/* Checks that a parser takes none of the texts, and leaves its output alone. */
static void assert_refuses(bool (*parse)(const char *text, int32_t *value), const char *const *bad,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int32_t value = 77;
        if (parse(bad[i], &value)) {
            fail_msg("'%s' was taken for %d", bad[i], value);
        }
        assert_int_equal(value, 77);
    }
}

static void test_day_parse_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2024",        "2024-1-1",    "2024-01-1",  "24-01-01",
        "2024/01/01", "2024-01-01 ", " 2024-01-01", "2024-00-01", "2024-13-01",
        "2024-01-00", "2024-01-32",  "2024-04-31",  "2024-06-31", "2024-09-31",
        "2024-11-31", "0000-01-01",  "-001-01-01",  "2024-01-0a", "2024-0a-01",
        "202a-01-01", "20240101",    "2024-01-01T", "+024-01-01", "2024-01--1",
        "2024- 1-01", "01-01-2024",  "10000-01-01", "2024-01+01",
    };
    assert_refuses(ihp__day_parse, bad, sizeof bad / sizeof bad[0]);
    int32_t day;
    assert_true(ihp__day_parse("0001-01-01", &day));
    assert_true(ihp__day_parse("9999-12-31", &day));
}

static void test_months(void **state)
{
    (void)state;
    int32_t month = 77;
    char text[IHP__DATE_TEXT];
    assert_true(ihp__month_parse("1970-01", &month));
    assert_int_equal(month, 0);
    assert_true(ihp__month_parse("1969-12", &month));
    assert_int_equal(month, -1);
    assert_true(ihp__month_parse("2024-12", &month));
    assert_int_equal(month, 54 * 12 + 11);
    assert_true(ihp__month_parse("0001-01", &month));
    assert_int_equal(month, -1969 * 12);
    assert_string_equal(ihp__month_format(month, text), "0001-01");
    assert_true(ihp__month_parse("9999-12", &month));
    assert_string_equal(ihp__month_format(month, text), "9999-12");
    assert_string_equal(ihp__month_format(-1, text), "1969-12");
    static const char *const bad[] = {"",           "2024-00", "2024-13", "2024-1",   "2024/01",
                                      "0000-01",    "2024-1a", "2024Q1",  "2024-01 ", "24-01-01",
                                      "2024-01-01", "20a4-01", "202401",  "+024-01"};
    assert_refuses(ihp__month_parse, bad, sizeof bad / sizeof bad[0]);
}

static void test_quarters(void **state)
{
    (void)state;
    int32_t quarter = 77;
    char text[IHP__DATE_TEXT];
    assert_true(ihp__quarter_parse("2025Q1", &quarter));
    assert_int_equal(quarter, 8100);
    assert_true(ihp__quarter_parse("2025Q4", &quarter));
    assert_int_equal(quarter, 8103);
    assert_string_equal(ihp__quarter_format(quarter, text), "2025Q4");
    assert_string_equal(ihp__quarter_format(quarter + 1, text), "2026Q1");
    static const char *const bad[] = {"",       "2025Q0",  "2025Q5", "2025q1",  "2025-1",
                                      "2025Q",  "25Q1",    "0000Q1", "2025Q11", "2025Q1 ",
                                      "Q12025", "2025Q-1", "2025Qa", "2a25Q1"};
    assert_refuses(ihp__quarter_parse, bad, sizeof bad / sizeof bad[0]);
}

static void test_day16(void **state)
{
    (void)state;
    assert_int_equal(ihp__day16_of_day(INT32_MIN), IHP__DAY16_BEFORE);
    assert_int_equal(ihp__day16_of_day(-1), IHP__DAY16_BEFORE);
    assert_int_equal(ihp__day16_of_day(0), IHP__DAY16_BEFORE);
    assert_int_equal(ihp__day16_of_day(1), 1);
    assert_int_equal(ihp__day16_of_day(32768), 32768);
    assert_int_equal(ihp__day16_of_day(65534), 65534);
    assert_int_equal(ihp__day16_of_day(65535), IHP__DAY16_AFTER);
    assert_int_equal(ihp__day16_of_day(65536), IHP__DAY16_AFTER);
    assert_int_equal(ihp__day16_of_day(INT32_MAX), IHP__DAY16_AFTER);
    assert_int_equal(ihp__day_of_civil(2149, 6, 5), 65534); /* the last day that is kept */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),         cmocka_unit_test(test_limits),
        cmocka_unit_test(test_known_days),        cmocka_unit_test(test_leap_years),
        cmocka_unit_test(test_day_parse_refuses), cmocka_unit_test(test_months),
        cmocka_unit_test(test_quarters),          cmocka_unit_test(test_day16),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
