/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The months of claims that a record of an import has: what counts at the cut-offs of a deck, and
 * that rows which are not valid are left out. */
#include "engine/recorded_months.h"

#include "build.h"

enum { JANUARY = 54 * 12 }; /* 2024-01 */

/* Reads totals, in which ' stands for ", for a deck whose cut-off is 2024-06-15. */
static struct ihp__payer_months take(const char *text)
{
    static const char *const payer[] = {"FFS", "MCO-A"};
    const struct ihp__store_info info = {.payers = 2, .payer = payer, .lines = 1000};
    char json[2000];
    snprintf(json, sizeof json, "%s", text);
    for (char *c = json; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    json_t *totals = json_loads(json, 0, NULL);
    assert_non_null(totals);
    struct ihp__deck *deck = calloc(1, sizeof *deck);
    assert_non_null(deck);
    deck->base = (struct ihp__period_spec){
        .year = 2024, .paid_through = ihp__day_of_month_start(JANUARY + 5) + 14};
    deck->performance = deck->base;
    struct ihp__payer_months months = {0};
    struct ihp_error err = {0};
    assert_true(ihp__recorded_paid(totals));
    assert_int_equal(ihp__recorded_months_take(totals, &info, deck, &months, &err), IHP_OK);
    free(deck);
    json_decref(totals);
    return months;
}

static void test_only_what_is_paid_by_the_last_whole_month(void **state)
{
    (void)state;
    struct ihp__payer_months months =
        take("{'months': [['2024-03', 'MCO-A', 9]], 'paid': ["
             "['2024-03', 'MCO-A', 'pharmacy', 40, 2000, [50, 30, 10, 10]],"
             "['2024-03', 'MCO-A', 'inpatient', 5, 900, [0, 0, 0, 0, 6]],"
             "['2024-03', 'MCO-A', null, 42]]}");
    const struct ihp__payer_month_cell *one =
        ihp__payer_months_find(&months, 1, IHP__SERVICE_CLASS_PHARMACY, JANUARY + 2);
    const struct ihp__payer_month_cell *all =
        ihp__payer_months_find(&months, 1, IHP__ALL_CLASSES, JANUARY + 2);
    assert_non_null(one);
    assert_non_null(all);
    assert_int_equal(one->lines, 90); /* those of June may be paid after the 15th */
    assert_int_equal(one->members, 36);
    assert_int_equal(one->cents, 1800);
    assert_int_equal(one->paid[3], 10);
    assert_int_equal(all->lines, 90);
    assert_int_equal(all->cents, 1800);
    assert_int_equal(all->members, 36); /* 42 x 90 / 106 */
    assert_int_equal(all->paid[4], 6);
    assert_int_equal(all->member_months, 9);
    ihp__payer_months_free(&months);
}

static void test_rows_that_are_not_valid(void **state)
{
    (void)state;
    struct ihp__payer_months months = take(
        "{'months': [['2024-03', 'MCO-B', 9], ['2024', 'FFS', 9], [], 7], 'paid': ["
        "['2024-03', 'MCO-B', 'pharmacy', 40, 2000, [50]], ['2024-03', 'FFS', 'drugs', 4, 2, [5]],"
        "['2024-03', 'FFS', 'pharmacy', 4, 2, [1001]], ['2024-03', 'FFS', 'pharmacy', 4, 2, [-1]],"
        "['2024-03', 'FFS', null, 42], ['2024-03', 'FFS'], null, {}]}");
    assert_int_equal(months.cells, 0);
    ihp__payer_months_free(&months);
}

static void test_totals_without_months_of_payment(void **state)
{
    (void)state;
    json_t *totals = json_pack("{s:n}", "paid"), *none = json_object();
    assert_false(ihp__recorded_paid(totals));
    assert_false(ihp__recorded_paid(none));
    assert_false(ihp__recorded_paid(NULL));
    json_decref(totals);
    json_decref(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_paid_by_the_last_whole_month),
        cmocka_unit_test(test_rows_that_are_not_valid),
        cmocka_unit_test(test_totals_without_months_of_payment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
