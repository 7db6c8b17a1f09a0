/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payers and service classes whose claims differ far between two years, and those that only look
 * so. The payers here have as many lines as their rate and their members say. */
#include "engine/level_shifts.h"

#include "build.h"

enum { FIRST = 54 * 12 }; /* 2024-01 to 2025-12 */

/* The claims of a payer in a month: lines of $10.00 in each of two classes. */
struct rate {
    int members, lines;
    int64_t cents;
};

static void add_cell(struct ihp__payer_months *months, uint16_t payer, int32_t month,
                     uint8_t service_class, struct rate rate)
{
    struct ihp__payer_month_cell cell = {.month = month,
                                         .payer = payer,
                                         .service_class = service_class,
                                         .lines = (uint64_t)rate.lines,
                                         .members = (uint64_t)(rate.lines / 2),
                                         .cents = rate.lines * rate.cents,
                                         .paid = {(uint64_t)rate.lines}};
    if (rate.lines > 0) {
        assert_true(ihp__payer_months_join(months, &cell));
        cell.service_class = IHP__ALL_CLASSES;
        assert_true(ihp__payer_months_join(months, &cell));
    }
}

/* Adds a year of a payer: of pharmacy as `rate` says, and half as many professional lines. */
static void add_year(struct ihp__payer_months *months, uint16_t payer, int32_t january,
                     struct rate rate)
{
    for (int32_t month = january; month < january + 12; month++) {
        struct rate half = {rate.members, rate.lines / 2, rate.cents};
        if (rate.members > 0) {
            assert_true(ihp__payer_months_enroll(months, payer, month, (uint64_t)rate.members));
        }
        add_cell(months, payer, month, IHP__SERVICE_CLASS_PHARMACY, rate);
        add_cell(months, payer, month, IHP__SERVICE_CLASS_PROFESSIONAL, half);
    }
}

/* Compares two years and frees the months. Returns the number of shifts. */
static size_t find_shifts(struct ihp__payer_months *months, struct ihp__shift found[4])
{
    struct ihp_error err = {0};
    struct ihp__shifts shifts = {0};
    const struct ihp__due_period period[2] = {{FIRST, FIRST + 11, FIRST + 36},
                                              {FIRST + 12, FIRST + 23, FIRST + 36}};
    ihp__payer_months_sort(months);
    assert_int_equal(ihp__level_shifts_find(months, period, FIRST + 36, &shifts, &err), IHP_OK);
    for (size_t i = 0; i < shifts.count && i < 4; i++) {
        found[i] = shifts.shift[i];
    }
    size_t count = shifts.count;
    free(shifts.shift);
    ihp__payer_months_free(months);
    return count;
}

/* The same, beside a payer 0 that stays as it is. */
static size_t compare_months(struct ihp__payer_months *months, struct ihp__shift found[4])
{
    const struct rate same = {1000, 2000, 1000};
    add_year(months, 0, FIRST, same);
    add_year(months, 0, FIRST + 12, same);
    return find_shifts(months, found);
}

static size_t compare(struct rate first, struct rate second, struct ihp__shift found[4])
{
    struct ihp__payer_months months = {0};
    add_year(&months, 1, FIRST, first);
    add_year(&months, 1, FIRST + 12, second);
    return compare_months(&months, found);
}

static const struct rate usual = {500, 1000, 1000};

static void assert_text(const struct ihp__shift *shift, const char *expected)
{
    char text[IHP__SHIFT_TEXT];
    assert_string_equal(ihp__shift_text(shift, false, text), expected);
}

/* Ordinary trend, and members who come and leave, are not shifts. */
static void test_ordinary_years(void **state)
{
    (void)state;
    static const struct rate second[] = {
        {500, 1000, 1000},  {500, 700, 1000},  {500, 1500, 1000},
        {500, 1000, 600},   {500, 1000, 1800}, {100, 200, 1000},
        {2500, 5000, 1000}, {100, 1000, 1000}, /* lines of members who went to another payer are
                                                  still with this one */
    };
    for (size_t i = 0; i < sizeof second / sizeof second[0]; i++) {
        struct ihp__shift found[4];
        assert_int_equal(compare(usual, second[i], found), 0);
        assert_int_equal(compare(second[i], usual, found), 0);
    }
}

static void test_zero_dollars_in_one_year(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    assert_int_equal(compare(usual, (struct rate){500, 1000, 0}, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_ZERO);
    assert_int_equal(found[0].payer, 1);
    assert_int_equal(found[0].service_class, IHP__ALL_CLASSES);
    assert_text(&found[0], "$0.00 for 18,000 lines in 2025, but 18,000 lines and $180,000 in 2024");
    assert_int_equal(compare((struct rate){500, 1000, 0}, usual, found), 1);
    assert_text(&found[0], "$0.00 for 18,000 lines in 2024, but 18,000 lines and $180,000 in 2025");
    assert_int_equal(compare((struct rate){500, 1000, 0}, (struct rate){500, 1000, 0}, found), 0);
}

static void test_amounts_of_another_unit(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    assert_int_equal(compare(usual, (struct rate){500, 1000, 100000}, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_DOLLARS);
    assert_text(&found[0], "3 lines and $30.00 per member month ($180,000) in 2024, but 3 lines "
                           "and $3,000.00 per member month ($18,000,000) in 2025");
    assert_int_equal(compare((struct rate){500, 1000, 100000}, usual, found), 1);
    assert_int_equal(found[0].less, 1);
}

static void test_half_of_the_lines(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    assert_int_equal(compare(usual, (struct rate){500, 500, 1000}, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_LINES);
    assert_text(&found[0], "1.5 lines and $15.00 per member month ($90,000) in 2025, but 3 lines "
                           "and $30.00 per member month ($180,000) in 2024");
    assert_int_equal(compare((struct rate){500, 500, 1000}, usual, found), 1);
    assert_int_equal(found[0].less, 0);
}

static void test_payer_and_class_without_lines(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    assert_int_equal(compare(usual, (struct rate){500, 0, 0}, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_ABSENT);
    assert_text(&found[0], "no line in 2025, but 18,000 lines and $180,000 in 2024");
    assert_int_equal(compare(usual, (struct rate){0, 0, 0}, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_NEW);
    assert_text(&found[0], "no member and no line in 2025, but 18,000 lines and $180,000 in 2024");

    struct ihp__payer_months months = {0};
    add_year(&months, 1, FIRST, usual);
    for (int32_t month = FIRST + 12; month < FIRST + 24; month++) {
        assert_true(ihp__payer_months_enroll(&months, 1, month, 500));
        add_cell(&months, 1, month, IHP__SERVICE_CLASS_PHARMACY, usual);
    }
    assert_int_equal(compare_months(&months, found), 1);
    assert_int_equal(found[0].kind, IHP__SHIFT_ABSENT);
    assert_int_equal(found[0].service_class, IHP__SERVICE_CLASS_PROFESSIONAL);
    assert_text(&found[0], "professional: no line in 2025, but 6,000 lines and $60,000 in 2024");
}

/* Sums of 1 to 10 lines are not shown unless asked for. */
static void test_small_counts_are_hidden(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    char text[IHP__SHIFT_TEXT];
    struct ihp__payer_months months = {0};
    add_year(&months, 1, FIRST, usual);
    add_year(&months, 1, FIRST + 12, (struct rate){500, 0, 0});
    add_cell(&months, 1, FIRST + 14, IHP__SERVICE_CLASS_PHARMACY, (struct rate){500, 7, 12345});
    assert_int_equal(compare_months(&months, found), 1);
    assert_text(&found[0], "hardly any line in 2025, but 18,000 lines and $180,000 in 2024");
    assert_string_equal(ihp__shift_text(&found[0], true, text),
                        "7 lines and $864 in 2025, but 18,000 lines and $180,000 in 2024");
}

/* Of few members chance alone can change a year. */
static void test_few_members_are_not_judged(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    assert_int_equal(compare((struct rate){6, 6, 1000}, (struct rate){6, 0, 0}, found), 0);
    assert_int_equal(compare((struct rate){15, 20, 1000}, (struct rate){15, 0, 0}, found), 1);
    assert_int_equal(compare((struct rate){15, 40, 1000}, (struct rate){15, 10, 1000}, found), 0);
    assert_int_equal(compare((struct rate){30, 40, 1000}, (struct rate){30, 0, 0}, found), 1);
    assert_int_equal(compare((struct rate){30, 40, 1000}, (struct rate){30, 20, 1000}, found), 0);
    assert_int_equal(compare((struct rate){30, 40, 1000}, (struct rate){30, 40, 4000}, found), 0);
}

/* One drug or stay can move the dollars of a class that few members have, but not by a factor of
 * 100. */
static void test_dollars_of_a_small_class(void **state)
{
    (void)state;
    static const struct {
        int lines, factor;
        size_t shifts;
    } row[] = {{100, 25, 0}, {100, 100, 1}, {250, 25, 1}};
    for (size_t r = 0; r < sizeof row / sizeof row[0]; r++) {
        struct ihp__shift found[4];
        struct ihp__payer_months months = {0};
        for (int32_t month = FIRST; month < FIRST + 24; month++) {
            int64_t cents = month < FIRST + 12 ? 10 : 10 * row[r].factor;
            assert_true(ihp__payer_months_enroll(&months, 1, month, 500));
            add_cell(&months, 1, month, IHP__SERVICE_CLASS_PHARMACY, usual);
            add_cell(&months, 1, month, IHP__SERVICE_CLASS_PROFESSIONAL,
                     (struct rate){500, row[r].lines, cents});
        }
        assert_int_equal(compare_months(&months, found), row[r].shifts);
        assert_int_equal(row[r].shifts == 0 ? IHP__SERVICE_CLASS_PROFESSIONAL
                                            : found[0].service_class,
                         IHP__SERVICE_CLASS_PROFESSIONAL);
    }
}

/* Adds two years of pharmacy of several payers, and of professional lines that too few members have
 * to be judged at one payer. `lines` are theirs in a month of the second year. */
static void add_small_classes(struct ihp__payer_months *months, uint16_t first, uint16_t end,
                              int lines)
{
    for (uint16_t payer = first; payer < end; payer++) {
        for (int32_t month = FIRST; month < FIRST + 24; month++) {
            bool second = month >= FIRST + 12;
            assert_true(ihp__payer_months_enroll(months, payer, month, 500));
            add_cell(months, payer, month, IHP__SERVICE_CLASS_PHARMACY, usual);
            add_cell(months, payer, month, IHP__SERVICE_CLASS_PROFESSIONAL,
                     (struct rate){500, second ? lines : 8, 1000});
        }
    }
}

/* A class that is gone everywhere is told once, of all payers together, however little each payer
 * has of it. */
static void test_class_of_all_payers(void **state)
{
    (void)state;
    struct ihp__shift found[4];
    struct ihp__payer_months months = {0};
    const struct rate none = {1000, 0, 0};
    add_small_classes(&months, 1, 6, 0);
    add_year(&months, 0, FIRST, none);
    add_year(&months, 0, FIRST + 12, none);
    assert_int_equal(find_shifts(&months, found), 1);
    assert_int_equal(found[0].payer, IHP__ALL_PAYERS);
    assert_int_equal(found[0].service_class, IHP__SERVICE_CLASS_PROFESSIONAL);
    assert_text(&found[0], "professional: no line in 2025, but 480 lines and $4,800 in 2024");

    /* Where large payers have it as before, nothing is said of all. */
    add_small_classes(&months, 1, 6, 0);
    assert_int_equal(compare_months(&months, found), 0);

    /* Payers that lost it are named if they explain what all have. */
    add_small_classes(&months, 2, 6, 8);
    add_year(&months, 1, FIRST, usual);
    for (int32_t month = FIRST + 12; month < FIRST + 24; month++) {
        assert_true(ihp__payer_months_enroll(&months, 1, month, 500));
        add_cell(&months, 1, month, IHP__SERVICE_CLASS_PHARMACY, usual);
    }
    assert_int_equal(find_shifts(&months, found), 1);
    assert_int_equal(found[0].payer, 1);
    assert_int_equal(found[0].service_class, IHP__SERVICE_CLASS_PROFESSIONAL);
}

/* One missing month, and a month that is not paid yet, are no shift; half a year is one. */
static void test_parts_of_a_year(void **state)
{
    (void)state;
    for (int missing = 1; missing <= 6; missing += 5) {
        struct ihp__shift found[4];
        struct ihp__payer_months months = {0};
        add_year(&months, 1, FIRST, usual);
        for (int32_t month = FIRST + 12; month < FIRST + 24; month++) {
            bool half = month >= FIRST + 24 - missing;
            assert_true(ihp__payer_months_enroll(&months, 1, month, 500));
            add_cell(&months, 1, month, IHP__SERVICE_CLASS_PHARMACY,
                     (struct rate){500, half ? 400 : 1000, 1000});
            add_cell(&months, 1, month, IHP__SERVICE_CLASS_PROFESSIONAL,
                     (struct rate){500, half ? 200 : 500, 1000});
        }
        assert_int_equal(compare_months(&months, found), missing == 6);
        if (missing == 6) {
            assert_text(&found[0],
                        "1.2 lines and $12.00 per member month ($36,000) in 2025-07 to 2025-12, "
                        "but 3 lines and $30.00 per member month ($90,000) in 2024-07 to 2024-12");
        }
    }
}

/* A step between two years also moves months at its ends out of their band. */
static void test_findings_of_months(void **state)
{
    (void)state;
    struct ihp__shift shift = {
        .kind = IHP__SHIFT_ABSENT,
        .payer = 1,
        .service_class = IHP__SERVICE_CLASS_PHARMACY,
        .less = 1,
        .side = {{.first = FIRST, .last = FIRST + 11}, {.first = FIRST + 12, .last = FIRST + 23}}};
    const struct ihp__shifts shifts = {.shift = &shift, .count = 1};
    struct ihp__month_finding month = {.kind = IHP__MONTH_LOW,
                                       .payer = 1,
                                       .service_class = IHP__SERVICE_CLASS_PHARMACY,
                                       .first = FIRST + 11,
                                       .last = FIRST + 11};
    assert_true(ihp__shifts_explain(&shifts, &month));
    month.service_class = IHP__ALL_CLASSES;
    assert_true(ihp__shifts_explain(&shifts, &month));
    month.service_class = IHP__SERVICE_CLASS_PROFESSIONAL;
    assert_false(ihp__shifts_explain(&shifts, &month));
    month.service_class = IHP__ALL_CLASSES;
    month.first = month.last = FIRST + 6;
    assert_false(ihp__shifts_explain(&shifts, &month));
    month = (struct ihp__month_finding){.kind = IHP__MONTH_MISSING,
                                        .payer = 1,
                                        .service_class = IHP__SERVICE_CLASS_PHARMACY,
                                        .first = FIRST + 11,
                                        .last = FIRST + 11};
    assert_false(ihp__shifts_explain(&shifts, &month));
    month.first = month.last = FIRST + 12;
    assert_true(ihp__shifts_explain(&shifts, &month));
    assert_false(ihp__shift_is_told(&shift, &month, 1));
    month.last = FIRST + 23; /* the months say all of it */
    assert_false(ihp__shifts_explain(&shifts, &month));
    assert_true(ihp__shift_is_told(&shift, &month, 1));
    month.payer = 0;
    assert_false(ihp__shift_is_told(&shift, &month, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_years),
        cmocka_unit_test(test_zero_dollars_in_one_year),
        cmocka_unit_test(test_amounts_of_another_unit),
        cmocka_unit_test(test_half_of_the_lines),
        cmocka_unit_test(test_payer_and_class_without_lines),
        cmocka_unit_test(test_small_counts_are_hidden),
        cmocka_unit_test(test_few_members_are_not_judged),
        cmocka_unit_test(test_dollars_of_a_small_class),
        cmocka_unit_test(test_class_of_all_payers),
        cmocka_unit_test(test_parts_of_a_year),
        cmocka_unit_test(test_findings_of_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
