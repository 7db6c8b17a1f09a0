/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Business days, the holidays of Minn. Stat. 645.44, and lists of other holidays. The dates were
 * looked up in calendars. */
#include "base/business_days.h"

#include "files.h"

static const struct ihp__holidays state_holidays = {0};

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    return day;
}

static void assert_day(int32_t day, const char *expected)
{
    char text[IHP__DATE_TEXT];
    assert_string_equal(ihp__day_format(day, text), expected);
}

static int32_t month_of(const char *text)
{
    int32_t month = 0;
    assert_true(ihp__month_parse(text, &month));
    return month;
}

/* ---- days of the week ------------------------------------------------------------------------ */

static void test_weekdays(void **state)
{
    (void)state;
    assert_int_equal(ihp__weekday(day_of("1970-01-01")), IHP__THURSDAY);
    assert_int_equal(ihp__weekday(day_of("1969-12-31")), IHP__WEDNESDAY);
    assert_int_equal(ihp__weekday(day_of("1969-12-29")), IHP__MONDAY);
    assert_int_equal(ihp__weekday(day_of("1969-12-28")), IHP__SUNDAY);
    assert_int_equal(ihp__weekday(day_of("2000-02-29")), IHP__TUESDAY);
    assert_int_equal(ihp__weekday(day_of("2100-02-28")), IHP__SUNDAY);
    assert_int_equal(ihp__weekday(day_of("2100-03-01")), IHP__MONDAY); /* no leap day */
    assert_int_equal(ihp__weekday(day_of("2026-06-30")), IHP__TUESDAY);
    for (int32_t day = -800; day < 800; day++) {
        assert_int_equal(ihp__weekday(day + 1), (ihp__weekday(day) + 1) % 7);
    }
}

/* ---- the State's holidays -------------------------------------------------------------------- */

/* All holidays of the executive branch in a year, in order. */
static void assert_holidays(int year, const char *const *expected)
{
    size_t found = 0;
    int32_t end = ihp__day_of_civil(year + 1, 1, 1);
    for (int32_t day = ihp__day_of_civil(year, 1, 1); day < end; day++) {
        if (ihp__state_holiday(day) != NULL) {
            assert_non_null(expected[found]);
            assert_day(day, expected[found++]);
        }
    }
    assert_null(expected[found]);
}

static void test_holidays_of_2026(void **state)
{
    (void)state;
    /* Independence Day is a Saturday. */
    assert_holidays(2026,
                    (const char *const[]){"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25",
                                          "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-11",
                                          "2026-11-26", "2026-11-27", "2026-12-25", NULL});
}

static void test_holidays_of_2027(void **state)
{
    (void)state;
    /* Juneteenth and Christmas Day are Saturdays, Independence Day is a Sunday; New Year's Day of
     * 2028 is a Saturday and observed in this year. */
    assert_holidays(2027, (const char *const[]){"2027-01-01", "2027-01-18", "2027-02-15",
                                                "2027-05-31", "2027-06-18", "2027-07-05",
                                                "2027-09-06", "2027-11-11", "2027-11-25",
                                                "2027-11-26", "2027-12-24", "2027-12-31", NULL});
}

static void test_holidays_of_2028(void **state)
{
    (void)state;
    /* New Year's Day was observed in 2027, Veterans Day is a Saturday. */
    assert_holidays(2028,
                    (const char *const[]){"2028-01-17", "2028-02-21", "2028-05-29", "2028-06-19",
                                          "2028-07-04", "2028-09-04", "2028-11-10", "2028-11-23",
                                          "2028-11-24", "2028-12-25", NULL});
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(ihp__state_holiday(day_of("2022-12-26")), "Christmas Day"); /* a Sunday */
    assert_string_equal(ihp__state_holiday(day_of("2023-01-02")), "New Year's Day");
    assert_string_equal(ihp__state_holiday(day_of("2021-12-31")), "New Year's Day");
    assert_string_equal(ihp__state_holiday(day_of("2025-11-28")), "Friday after Thanksgiving Day");
    assert_string_equal(ihp__state_holiday(day_of("2029-11-23")), "Friday after Thanksgiving Day");
    assert_null(ihp__state_holiday(day_of("2026-07-04"))); /* a Saturday, observed on the Friday */
    assert_null(ihp__state_holiday(day_of("2026-10-12"))); /* Indigenous Peoples Day */
    assert_null(ihp__state_holiday(day_of("2024-12-31")));
}

static void test_juneteenth_since_2023(void **state)
{
    (void)state;
    assert_null(ihp__state_holiday(day_of("2020-06-19")));
    assert_null(ihp__state_holiday(day_of("2022-06-20"))); /* 19 June was a Sunday */
    assert_string_equal(ihp__state_holiday(day_of("2023-06-19")), "Juneteenth");
    assert_string_equal(ihp__state_holiday(day_of("2032-06-18")), "Juneteenth"); /* a Saturday */
}

/* ---- business days --------------------------------------------------------------------------- */

static void test_last_business_day(void **state)
{
    (void)state;
    /* Months 6 and 18 after 2024, 2025, 2026. */
    assert_day(ihp__last_business_day(&state_holidays, month_of("2025-06")), "2025-06-30");
    assert_day(ihp__last_business_day(&state_holidays, month_of("2026-06")), "2026-06-30");
    assert_day(ihp__last_business_day(&state_holidays, month_of("2027-06")), "2027-06-30");
    /* 30 June is a Sunday, a Saturday. */
    assert_day(ihp__last_business_day(&state_holidays, month_of("2024-06")), "2024-06-28");
    assert_day(ihp__last_business_day(&state_holidays, month_of("2029-06")), "2029-06-29");
    /* The last day of the month is a holiday: Memorial Day, and New Year's Day of the next year. */
    assert_day(ihp__last_business_day(&state_holidays, month_of("2027-05")), "2027-05-28");
    assert_day(ihp__last_business_day(&state_holidays, month_of("2027-12")), "2027-12-30");
    /* November ends with Thanksgiving Day, the Friday after it and a weekend. */
    assert_day(ihp__last_business_day(&state_holidays, month_of("2031-11")), "2031-11-26");
    /* February of a leap year, and of 2100, which is none. */
    assert_day(ihp__last_business_day(&state_holidays, month_of("2028-02")), "2028-02-29");
    assert_day(ihp__last_business_day(&state_holidays, month_of("2100-02")), "2100-02-26");
}

static void test_following_business_day(void **state)
{
    (void)state;
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-06-30")), "2026-06-30");
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-08-29")), "2026-08-31");
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-08-30")), "2026-08-31");
    /* Saturday, Sunday, Labor Day. */
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-09-05")), "2026-09-08");
    /* Thanksgiving Day, the Friday after it, and the weekend. */
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-11-26")), "2026-11-30");
    /* A holiday on a Saturday closes the Friday before it. */
    assert_day(ihp__business_day_from(&state_holidays, day_of("2026-07-03")), "2026-07-06");
    /* A holiday on a Sunday closes the Monday after it. */
    assert_day(ihp__business_day_from(&state_holidays, day_of("2027-07-03")), "2027-07-06");
    /* From one year into the next. */
    assert_day(ihp__business_day_from(&state_holidays, day_of("2027-12-31")), "2028-01-03");
}

static void test_preceding_business_day(void **state)
{
    (void)state;
    assert_day(ihp__business_day_until(&state_holidays, day_of("2027-05-31")), "2027-05-28");
    assert_day(ihp__business_day_until(&state_holidays, day_of("2026-07-05")), "2026-07-02");
    assert_day(ihp__business_day_until(&state_holidays, day_of("2028-01-02")), "2027-12-30");
    assert_day(ihp__business_day_until(&state_holidays, day_of("2028-01-03")), "2028-01-03");
}

/* ---- lists of holidays ----------------------------------------------------------------------- */

static void test_listed_years(void **state)
{
    (void)state;
    const int32_t days[] = {day_of("2026-06-26"), day_of("2026-06-29"), day_of("2026-06-30"),
                            day_of("2027-01-01")};
    const struct ihp__holidays listed = {days, 4, 2026, 2027};
    /* A list replaces the State's holidays in its years... */
    assert_true(ihp__is_business_day(&listed, day_of("2026-07-03")));
    assert_true(ihp__is_business_day(&listed, day_of("2026-01-01")));
    assert_false(ihp__is_business_day(&listed, day_of("2027-01-01")));
    assert_true(ihp__is_business_day(&listed, day_of("2027-12-31")));
    /* ...and in no other. */
    assert_false(ihp__is_business_day(&listed, day_of("2025-12-25")));
    assert_false(ihp__is_business_day(&listed, day_of("2028-12-25")));
    /* A weekend is closed in every year. */
    assert_false(ihp__is_business_day(&listed, day_of("2026-06-27")));
    /* Five closed days in a row. */
    assert_day(ihp__business_day_from(&listed, day_of("2026-06-26")), "2026-07-01");
    assert_day(ihp__last_business_day(&listed, month_of("2026-06")), "2026-06-25");
}

static void test_closed_month(void **state)
{
    (void)state;
    int32_t days[31];
    for (int i = 0; i < 31; i++) {
        days[i] = day_of("2026-12-01") + i;
    }
    const struct ihp__holidays listed = {days, 31, 2026, 2026};
    assert_day(ihp__last_business_day(&listed, month_of("2026-12")), "2026-11-30");
    /* New Year's Day of 2027 is not listed, but the State's. */
    assert_day(ihp__business_day_from(&listed, day_of("2026-12-01")), "2027-01-04");
}

static void test_empty_list(void **state)
{
    (void)state;
    const struct ihp__holidays listed = {NULL, 0, 2026, 2026};
    assert_true(ihp__is_business_day(&listed, day_of("2026-12-25")));
    assert_false(ihp__is_business_day(&listed, day_of("2027-12-24")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weekdays),
        cmocka_unit_test(test_holidays_of_2026),
        cmocka_unit_test(test_holidays_of_2027),
        cmocka_unit_test(test_holidays_of_2028),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_juneteenth_since_2023),
        cmocka_unit_test(test_last_business_day),
        cmocka_unit_test(test_following_business_day),
        cmocka_unit_test(test_preceding_business_day),
        cmocka_unit_test(test_listed_years),
        cmocka_unit_test(test_closed_month),
        cmocka_unit_test(test_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
