/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Months whose lines are $0.00, or whose dollars are negative, and those that only look so. */
#include "engine/zero_months.h"

#include "build.h"

enum { FIRST = 54 * 12, MONTHS = 12 }; /* 2024-01 to 2024-12 */

/* Adds a year of a payer: lines of $10.00 in two classes, of which a part are $0.00. */
static void add_payer(struct ihp__payer_months *months, uint16_t payer, uint64_t lines,
                      uint64_t zero)
{
    static const uint8_t classes[] = {IHP__SERVICE_CLASS_PROFESSIONAL, IHP__SERVICE_CLASS_PHARMACY,
                                      IHP__ALL_CLASSES};
    for (int32_t month = FIRST; month < FIRST + MONTHS; month++) {
        for (int c = 0; c < 3; c++) {
            uint64_t times = c == 2 ? 2 : 1;
            struct ihp__payer_month_cell cell = {.month = month,
                                                 .payer = payer,
                                                 .service_class = classes[c],
                                                 .lines = times * lines,
                                                 .zero = times * zero,
                                                 .cents = 1000 * (int64_t)(times * (lines - zero))};
            assert_true(ihp__payer_months_join(months, &cell));
        }
    }
}

static struct ihp__payer_months three_payers(void)
{
    struct ihp__payer_months months = {0};
    add_payer(&months, 0, 200, 20);
    add_payer(&months, 1, 100, 0);
    add_payer(&months, 2, 49, 0); /* too small */
    ihp__payer_months_sort(&months);
    return months;
}

static struct ihp__payer_month_cell *cell(struct ihp__payer_months *months, uint16_t payer,
                                          uint8_t service_class, int32_t month)
{
    struct ihp__payer_month_cell *found =
        ihp__payer_months_find(months, payer, service_class, FIRST + month);
    assert_non_null(found);
    return found;
}

/* Makes all lines of a month but `left` $0.00. */
static void make_zero(struct ihp__payer_months *months, uint16_t payer, uint8_t service_class,
                      int32_t month, uint64_t left)
{
    struct ihp__payer_month_cell *at = cell(months, payer, service_class, month);
    at->zero = at->lines - left;
    at->cents = 1000 * (int64_t)left;
}

/* Says what is found, and frees the months. */
static const char *found(struct ihp__payer_months *months)
{
    static char text[1000];
    struct ihp__month_window window = {.first = FIRST, .last = FIRST + MONTHS - 1};
    struct ihp__month_finding *finding = NULL;
    size_t findings = 0;
    struct ihp_error err = {0};
    assert_int_equal(ihp__zero_months_find(months, &window, &finding, &findings, &err), IHP_OK);
    text[0] = '\0';
    for (size_t i = 0; i < findings; i++) {
        char one[IHP__MONTH_FINDING_TEXT];
        size_t used = strlen(text);
        assert_true(ihp__is_zero_month(&finding[i]));
        snprintf(text + used, sizeof text - used, "%s%d: %s", i == 0 ? "" : "\n",
                 finding[i].payer == IHP__ALL_PAYERS ? -1 : finding[i].payer,
                 ihp__month_finding_text(&finding[i], false, one));
    }
    free(finding);
    ihp__payer_months_free(months);
    return text;
}

static void test_ordinary(void **state)
{
    (void)state;
    struct ihp__payer_months months = three_payers();
    make_zero(&months, 0, IHP__ALL_CLASSES, 3, 5); /* 98.75% */
    make_zero(&months, 2, IHP__ALL_CLASSES, 4, 0); /* 98 lines */
    cell(&months, 0, IHP__ALL_CLASSES, 5)->cents = 1;
    assert_string_equal(found(&months), "");
    struct ihp__payer_months none = {0};
    assert_string_equal(found(&none), "");
}

static void test_zero(void **state)
{
    (void)state;
    struct ihp__payer_months months = three_payers();
    make_zero(&months, 1, IHP__ALL_CLASSES, 3, 0);
    make_zero(&months, 1, IHP__ALL_CLASSES, 4, 0);
    make_zero(&months, 1, IHP__SERVICE_CLASS_PHARMACY, 3, 0); /* is said with the month */
    make_zero(&months, 0, IHP__ALL_CLASSES, 11, 4);           /* 99% */
    assert_string_equal(
        found(&months),
        "0: 2024-12: nearly $0.00 for 400 lines; about $3,600 is expected from its other months\n"
        "1: 2024-04 to 2024-05: $0.00 for 400 lines; about $4,000 is expected from its other "
        "months");
}

static void test_negative(void **state)
{
    (void)state;
    struct ihp__payer_months months = three_payers();
    cell(&months, 0, IHP__ALL_CLASSES, 6)->cents = -123400;
    cell(&months, 2, IHP__ALL_CLASSES, 6)->cents = -100; /* too small */
    assert_string_equal(found(&months), "0: 2024-07: -$1,230 for 400 lines; about $3,600 is "
                                        "expected from its other months");
}

/* A class of a payer is said if its other months have dollars. */
static void test_class(void **state)
{
    (void)state;
    struct ihp__payer_months months = three_payers();
    make_zero(&months, 0, IHP__SERVICE_CLASS_PHARMACY, 0, 0);
    for (int32_t month = 0; month < MONTHS; month++) {
        make_zero(&months, 1, IHP__SERVICE_CLASS_PROFESSIONAL, month, 0);
    }
    assert_string_equal(found(&months), "0: pharmacy, 2024-01: $0.00 for 200 lines; about $1,800 "
                                        "is expected from its other months");
}

/* What is so at each payer that is large enough is said once. */
static void test_all_payers(void **state)
{
    (void)state;
    struct ihp__payer_months months = three_payers();
    for (uint16_t payer = 0; payer < 3; payer++) {
        make_zero(&months, payer, IHP__ALL_CLASSES, 1, 0);
        make_zero(&months, payer, IHP__SERVICE_CLASS_PHARMACY, 8, 0);
    }
    assert_string_equal(
        found(&months),
        "-1: 2024-02: $0.00 for 698 lines; about $6,580 is expected from its other months\n"
        "-1: pharmacy, 2024-09: $0.00 for 349 lines; about $3,290 is expected from its other "
        "months");
}

/* A payer whose lines are always $0.00 is said, too, without what is expected. */
static void test_always(void **state)
{
    (void)state;
    struct ihp__payer_months months = {0};
    add_payer(&months, 4, 100, 100);
    add_payer(&months, 5, 100, 0);
    ihp__payer_months_sort(&months);
    assert_string_equal(found(&months), "4: 2024-01 to 2024-12: $0.00 for 2,400 lines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary),   cmocka_unit_test(test_zero),
        cmocka_unit_test(test_negative),   cmocka_unit_test(test_class),
        cmocka_unit_test(test_all_payers), cmocka_unit_test(test_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
