/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dates of the contract [2.9, 4.6, 5.4], looked up in calendars. */
#include "engine/deadlines.h"

#include "files.h"

static const struct ihp__holidays holidays = {0};

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    return day;
}

static void assert_deadline(struct ihp__deadline deadline, const char *last_day, const char *due)
{
    char text[IHP__DATE_TEXT];
    assert_string_equal(ihp__day_format(deadline.last_day, text), last_day);
    assert_string_equal(ihp__day_format(deadline.due, text), due);
}

/* Month 6 and month 18 after a Performance Period that ends in this month. */
static void assert_reports(const char *last_month, const char *interim, const char *final)
{
    int32_t month = 0;
    assert_true(ihp__month_parse(last_month, &month));
    assert_deadline(ihp__deadline_months(&holidays, month, IHP__INTERIM_MONTHS), interim, interim);
    assert_deadline(ihp__deadline_months(&holidays, month, IHP__FINAL_MONTHS), final, final);
}

static void test_5_4_2_1_months_6_and_18(void **state)
{
    (void)state;
    assert_reports("2025-12", "2026-06-30", "2027-06-30");
    assert_reports("2023-12", "2024-06-28", "2025-06-30"); /* 30 June 2024 is a Sunday */
    assert_reports("2027-12", "2028-06-30", "2029-06-29"); /* 30 June 2029 is a Saturday */
    /* Months 6 and 18 are months of a leap year, or end with New Year's Day as it is observed. */
    assert_reports("2026-08", "2027-02-26", "2028-02-29");
    assert_reports("2026-06", "2026-12-31", "2027-12-30");
    /* Memorial Day is the last day of May 2027; in May 2026 it is the 25th. */
    assert_reports("2025-11", "2026-05-29", "2027-05-28");
}

static void test_days_after(void **state)
{
    (void)state;
    /* 30 days after 30 June, a Thursday. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-06-30"), IHP__MCO_DAYS),
                    "2026-07-30", "2026-07-30");
    /* 60 days: a Saturday. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-06-30"), IHP__ERROR_REPORT_DAYS),
                    "2026-08-29", "2026-08-31");
    /* 120 days: a Thursday. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2027-06-30"), IHP__LOSSES_DAYS),
                    "2027-10-28", "2027-10-28");
    /* 45 days after the second, the third and the fourth quarter: Friday, Saturday, Sunday; the
     * Monday of the last is Washington's and Lincoln's Birthday in 2027, on 15 February. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-06-30"), IHP__PACKAGE_DAYS),
                    "2026-08-14", "2026-08-14");
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-09-30"), IHP__PACKAGE_DAYS),
                    "2026-11-14", "2026-11-16");
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-12-31"), IHP__PACKAGE_DAYS),
                    "2027-02-14", "2027-02-16");
    /* Thanksgiving Day, the Friday after it and the weekend. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2026-10-27"), IHP__MCO_DAYS),
                    "2026-11-26", "2026-11-30");
    /* Over a leap day, and over the same days without one. */
    assert_deadline(ihp__deadline_after(&holidays, day_of("2028-02-01"), IHP__MCO_DAYS),
                    "2028-03-02", "2028-03-02");
    assert_deadline(ihp__deadline_after(&holidays, day_of("2027-02-01"), IHP__MCO_DAYS),
                    "2027-03-03", "2027-03-03");
    assert_deadline(ihp__deadline_after(&holidays, day_of("2027-12-31"), IHP__ERROR_REPORT_DAYS),
                    "2028-02-29", "2028-02-29");
}

static void test_4_6_4_2_days_before(void **state)
{
    (void)state;
    /* 30 days before 30 June 2027 is Memorial Day, and the weekend is before it. */
    assert_deadline(ihp__deadline_before(&holidays, day_of("2027-06-30"), IHP__ERROR_RESPONSE_DAYS),
                    "2027-05-31", "2027-05-28");
    /* 30 days before 30 June 2025 is a Saturday. */
    assert_deadline(ihp__deadline_before(&holidays, day_of("2025-06-30"), IHP__ERROR_RESPONSE_DAYS),
                    "2025-05-31", "2025-05-30");
    /* 30 days before 28 June 2024 is a Wednesday. */
    assert_deadline(ihp__deadline_before(&holidays, day_of("2024-06-28"), IHP__ERROR_RESPONSE_DAYS),
                    "2024-05-29", "2024-05-29");
    assert_deadline(ihp__deadline_before(&holidays, day_of("2028-03-30"), IHP__ERROR_RESPONSE_DAYS),
                    "2028-02-29", "2028-02-29");
}

static void test_listed_holidays(void **state)
{
    (void)state;
    const int32_t days[] = {day_of("2026-06-29"), day_of("2026-06-30"), day_of("2026-07-30"),
                            day_of("2026-07-31")};
    const struct ihp__holidays listed = {days, 4, 2026, 2026};
    int32_t december = (2025 - 1970) * 12 + 11;
    assert_deadline(ihp__deadline_months(&listed, december, IHP__INTERIM_MONTHS), "2026-06-26",
                    "2026-06-26");
    assert_deadline(ihp__deadline_after(&listed, day_of("2026-06-30"), IHP__MCO_DAYS), "2026-07-30",
                    "2026-08-03");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_5_4_2_1_months_6_and_18),
        cmocka_unit_test(test_days_after),
        cmocka_unit_test(test_4_6_4_2_days_before),
        cmocka_unit_test(test_listed_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
