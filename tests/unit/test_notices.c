/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dates of a settlement's notices, and the section that each amount rests on [2.9, 4.6, 5.4].
 * The dates were looked up in calendars. */
#include "jobs/notices/notices.h"

#include "files.h"

static struct ihp_notices notices;
static struct ihp_error err;
static struct ihp_notices_options options;

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    return day;
}

/* Returns a settlement of 2025, with claims paid through a day and notices of a day; NULL: of the
 * last day that the contract allows. */
static struct ihp__notices_run run_of(int settlement, const char *paid_through,
                                      const char *notified)
{
    struct ihp__notices_run run = {.options = &options, .notices = &notices, .err = &err};
    options.notified_given = notified != NULL;
    options.notified = notified == NULL ? 0 : day_of(notified);
    err = (struct ihp_error){0};
    run.deck.settlement = settlement;
    run.deck.performance.year = 2025;
    run.deck.performance.paid_through = day_of(paid_through);
    return run;
}

static void assert_day(int32_t day, const char *expected)
{
    char text[IHP__DATE_TEXT];
    assert_string_equal(ihp__day_format(day, text), expected);
}

static void assert_deadline(const struct ihp__deadline *deadline, const char *last_day,
                            const char *due)
{
    assert_non_null(deadline);
    assert_day(deadline->last_day, last_day);
    assert_day(deadline->due, due);
}

static void test_interim_dates(void **state)
{
    (void)state;
    struct ihp__notices_run run = run_of(IHP__INTERIM, "2026-03-31", NULL);
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_day(run.dates.notified, "2026-06-30");
    assert_deadline(&run.dates.report, "2026-06-30", "2026-06-30");
    assert_deadline(&run.dates.mco, "2026-07-30", "2026-07-30");
    assert_deadline(&run.dates.error_report, "2026-08-29", "2026-08-31"); /* a Saturday */
    assert_deadline(&run.dates.final, "2027-06-30", "2027-06-30");
    assert_deadline(&run.dates.response, "2027-05-31", "2027-05-28"); /* Memorial Day */
    assert_int_equal(notices.count, 0);
}

static void test_final_dates(void **state)
{
    (void)state;
    struct ihp__notices_run run = run_of(IHP__FINAL, "2026-12-31", "2027-06-21");
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_deadline(&run.dates.report, "2027-06-30", "2027-06-30");
    assert_deadline(&run.dates.mco, "2027-07-21", "2027-07-21");
    assert_deadline(&run.dates.losses, "2027-10-19", "2027-10-19");
    assert_deadline(&run.dates.error_report, "2027-08-20", "2027-08-20");
    assert_int_equal(notices.count, 0);
}

/* Checks when the package of a quarterly statement through a month is due [4.6.2]. */
static void assert_package(int year, int month, const char *last_day, const char *due)
{
    struct ihp__notices_run run = run_of(IHP__QUARTERLY, "2025-03-31", NULL);
    run.deck.performance.year = year;
    run.deck.performance.through = (year - 1970) * 12 + month - 1;
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_deadline(&run.dates.report, last_day, due);
    assert_int_equal(ihp__notices_of_first_quarter(&run), month <= 3);
}

static void test_quarterly_dates(void **state)
{
    (void)state;
    assert_package(2025, 3, "2025-06-30", "2025-06-30"); /* with the interim of 2024 */
    assert_package(2025, 6, "2025-08-14", "2025-08-14");
    assert_package(2025, 9, "2025-11-14", "2025-11-14");
    assert_package(2025, 12, "2026-02-14", "2026-02-17"); /* a Saturday; the Monday is a holiday */
    assert_package(2027, 6, "2027-08-14", "2027-08-16");
    assert_package(2029, 3, "2029-06-29", "2029-06-29");
    assert_package(2025, 5, "2025-08-14", "2025-08-14"); /* the quarter that has the month */
    struct ihp__notices_run run = run_of(IHP__QUARTERLY, "2025-08-14", NULL);
    run.deck.performance.through = (2025 - 1970) * 12 + 5;
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_deadline(&run.dates.final, "2027-06-30", "2027-06-30"); /* of the year 2025 */
    assert_deadline(&run.dates.response, "2027-05-31", "2027-05-28");
}

static void test_notified(void **state)
{
    (void)state;
    struct ihp__notices_run run = run_of(IHP__INTERIM, "2026-03-31", "2026-03-31");
    assert_int_equal(ihp__notices_plan(&run), IHP_OK); /* the cut-off itself */
    run = run_of(IHP__INTERIM, "2026-03-31", "2026-03-30");
    assert_int_equal(ihp__notices_plan(&run), IHP_ERR_USAGE);
    assert_non_null(strstr(err.text, "2026-03-30 is before 2026-03-31"));
    run = run_of(IHP__INTERIM, "2026-03-31", "2026-06-30");
    assert_int_equal(ihp__notices_plan(&run), IHP_OK); /* the last day allowed */
    assert_int_equal(notices.count, 0);
    run = run_of(IHP__INTERIM, "2026-03-31", "2026-07-01");
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.text[0], "due by 2026-06-30 [5.4.2.1]"));
    ihp_notices_clear(&notices);
}

/* An amount of a payer. */
static struct ihp__notice_row row_of(const char *payer, int64_t amount)
{
    static char text[2][16];
    static int turn;
    char *place = text[turn++ % 2];
    snprintf(place, sizeof text[0], "%s", payer);
    return (struct ihp__notice_row){.payer = place, .amount = amount};
}

static void assert_terms(int settlement, const char *payer, int64_t amount, const char *section,
                         const char *due)
{
    struct ihp__notices_run run = run_of(settlement, "2026-03-31", "2026-12-31");
    struct ihp__notice_row row = row_of(payer, amount);
    assert_int_equal(ihp__notices_plan(&run), IHP_OK);
    assert_string_equal(ihp__notice_section(&run, &row), section);
    const struct ihp__deadline *deadline = ihp__notice_due(&run, &row);
    if (due == NULL) {
        assert_null(deadline);
    } else {
        assert_non_null(deadline);
        assert_day(deadline->due, due);
    }
    ihp_notices_clear(&notices);
}

static void test_terms(void **state)
{
    (void)state;
    assert_terms(IHP__INTERIM, "FFS", 1, "5.4.2.2", NULL);
    assert_terms(IHP__INTERIM, "MCO-A", 1, "5.4.2.3", "2027-02-01"); /* January 30 is a Saturday */
    assert_terms(IHP__INTERIM, "FFS", 0, "", NULL);
    assert_terms(IHP__INTERIM, "MCO-A", 0, "", NULL);
    assert_terms(IHP__INTERIM, "", 1, "5.4.2", NULL);
    assert_terms(IHP__FINAL, "FFS", 1, "5.4.3.2", NULL);
    assert_terms(IHP__FINAL, "MCO-A", 1, "5.4.3.3", "2027-02-01");
    assert_terms(IHP__FINAL, "FFS", -1, "5.4.3.4", "2027-04-30");
    assert_terms(IHP__FINAL, "MCO-A", -1, "5.4.3.4", "2027-04-30");
    assert_terms(IHP__FINAL, "", -1, "5.4.3.4", "2027-04-30");
    assert_terms(IHP__FINAL, "", 1, "5.4.3", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interim_dates),   cmocka_unit_test(test_final_dates),
        cmocka_unit_test(test_quarterly_dates), cmocka_unit_test(test_notified),
        cmocka_unit_test(test_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
