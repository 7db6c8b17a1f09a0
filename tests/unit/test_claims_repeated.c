/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found twice about the same lines is told once, and what only looks alike stays. */
#include "engine/claims_repeated.h"

#include "build.h"

enum { FIRST = 54 * 12, YEAR = 12, MOST = 4 }; /* 2024-01 */

static struct ihp__month_finding month(enum ihp__month_finding_kind kind, uint16_t payer,
                                       uint8_t service_class, int32_t first, int32_t last)
{
    return (struct ihp__month_finding){
        .kind = kind,
        .payer = payer,
        .service_class = service_class,
        .first = FIRST + first,
        .last = FIRST + last,
        .lines = kind == IHP__MONTH_LOW ? 60 * (uint64_t)(last - first + 1) : 0,
        .lines_expected = 100 * (double)(last - first + 1),
        .cents_expected = 100000 * (double)(last - first + 1)};
}

/* A shift in the second year, of whose months some have lines. */
static struct ihp__shift shift(enum ihp__shift_kind kind, uint16_t payer, uint8_t service_class,
                               double lines)
{
    return (struct ihp__shift){
        .kind = kind,
        .payer = payer,
        .service_class = service_class,
        .less = 1,
        .side = {{FIRST, FIRST + 11, 1200, 100, 1200000, 1200, 1200, YEAR},
                 {FIRST + 12, FIRST + 23, lines, 100, 1000 * lines, 1200, 1200, YEAR}}};
}

/* Findings, of which copies are made that can be freed. */
struct found {
    struct ihp__month_finding month[MOST];
    struct ihp__shift shift[MOST];
    struct ihp__claims_end end[MOST];
    size_t months, shifts, ends;
};

/* Leaves out what is repeated, and says which is left by its position: "m0 m1 s0". */
static const char *left(const struct found *found)
{
    static char text[100];
    struct ihp__claims_judged judged = {
        .finding = malloc(sizeof found->month),
        .findings = found->months,
        .shifts = {.shift = malloc(sizeof found->shift), .count = found->shifts, .capacity = MOST},
        .end = malloc(sizeof found->end),
        .ends = found->ends};
    assert_true(judged.finding != NULL && judged.shifts.shift != NULL && judged.end != NULL);
    memcpy(judged.finding, found->month, sizeof found->month);
    memcpy(judged.shifts.shift, found->shift, sizeof found->shift);
    memcpy(judged.end, found->end, sizeof found->end);
    ihp__claims_leave_out_repeated(&judged);
    text[0] = '\0';
    for (size_t i = 0, at = 0; i < found->months && at < judged.findings; i++) {
        if (memcmp(&found->month[i], &judged.finding[at], sizeof found->month[i]) == 0) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "m%zu ", i);
            at++;
        }
    }
    for (size_t i = 0, at = 0; i < found->shifts && at < judged.shifts.count; i++) {
        if (memcmp(&found->shift[i], &judged.shifts.shift[at], sizeof found->shift[i]) == 0) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "s%zu ", i);
            at++;
        }
    }
    ihp__claims_judged_free(&judged);
    return text;
}

static void test_months_after_an_early_end(void **state)
{
    (void)state;
    struct found found = {.month = {month(IHP__MONTH_MISSING, 1, IHP__ALL_CLASSES, 22, 23),
                                    month(IHP__MONTH_LOW, 1, IHP__ALL_CLASSES, 21, 21),
                                    month(IHP__MONTH_MISSING, 1, IHP__ALL_CLASSES, 5, 5),
                                    month(IHP__MONTH_MISSING, 2, IHP__ALL_CLASSES, 22, 23)},
                          .months = 4,
                          .end = {{.payer = 1,
                                   .period = {FIRST + 12, FIRST + 23, FIRST + 35},
                                   .paid_last = FIRST + 21}},
                          .ends = 1};
    assert_string_equal(left(&found), "m2 m3 "); /* another year, and another payer */
    found.end[0].all_payers = true;
    assert_string_equal(left(&found), "m2 ");
    found.end[0].paid_last = FIRST + 30; /* not because of the end */
    assert_string_equal(left(&found), "m0 m1 m2 m3 ");
}

static void test_a_month_of_payment_and_of_service(void **state)
{
    (void)state;
    struct found found = {.month = {month(IHP__MONTH_MISSING, 1, IHP__ALL_CLASSES, 3, 8),
                                    month(IHP__MONTH_UNPAID, 1, IHP__ALL_CLASSES, 8, 9),
                                    month(IHP__MONTH_UNPAID, 1, IHP__ALL_CLASSES, 10, 10),
                                    month(IHP__MONTH_UNPAID, 2, IHP__ALL_CLASSES, 8, 8)},
                          .months = 4};
    assert_string_equal(left(&found), "m0 m2 m3 ");
    found.month[0].payer = IHP__ALL_PAYERS;
    assert_string_equal(left(&found), "m0 m2 ");
    found.month[0].service_class = IHP__SERVICE_CLASS_PHARMACY; /* others are paid */
    assert_string_equal(left(&found), "m0 m1 m2 m3 ");
}

static void test_few_lines_because_of_what_is_missing(void **state)
{
    (void)state;
    struct found found = {.month = {month(IHP__MONTH_LOW, 1, IHP__ALL_CLASSES, 4, 4),
                                    month(IHP__MONTH_UNPAID, 1, IHP__ALL_CLASSES, 5, 5),
                                    month(IHP__MONTH_LOW, 1, IHP__ALL_CLASSES, 2, 2),
                                    month(IHP__MONTH_LOW, 2, IHP__ALL_CLASSES, 4, 4)},
                          .months = 4};
    assert_string_equal(left(&found), "m1 m2 m3 ");
    found.month[1].lines_expected = 30; /* 40 lines are missing */
    assert_string_equal(left(&found), "m0 m1 m2 m3 ");
    found.month[1] = month(IHP__MONTH_MISSING, 1, IHP__SERVICE_CLASS_PHARMACY, 4, 4);
    found.month[1].lines_expected = 35;
    assert_string_equal(left(&found), "m1 m2 m3 ");
    found.month[1].lines_expected = 20;
    assert_string_equal(left(&found), "m0 m1 m2 m3 ");
}

static void test_a_period_without_the_missing_months(void **state)
{
    (void)state;
    struct found found = {.month = {month(IHP__MONTH_MISSING, 1, IHP__ALL_CLASSES, 16, 23)},
                          .months = 1,
                          .shift = {shift(IHP__SHIFT_LINES, 1, IHP__ALL_CLASSES, 400),
                                    shift(IHP__SHIFT_LINES, 2, IHP__ALL_CLASSES, 400),
                                    shift(IHP__SHIFT_ABSENT, 1, IHP__SERVICE_CLASS_PHARMACY, 0)},
                          .shifts = 3};
    assert_string_equal(left(&found), "m0 s1 s2 ");
    found.shift[0].side[1].months = 4; /* the missing months were not compared */
    assert_string_equal(left(&found), "m0 s0 s1 s2 ");
    found.shift[0].side[1].months = YEAR;
    found.shift[0].side[0].lines = 3000; /* the others are few, too */
    assert_string_equal(left(&found), "m0 s0 s1 s2 ");
    found.month[0] = month(IHP__MONTH_MISSING, 1, IHP__ALL_CLASSES, 12, 23);
    assert_string_equal(left(&found), "m0 s0 s1 "); /* no class has a line */
    found.month[0].payer = IHP__ALL_PAYERS;
    assert_string_equal(left(&found), "m0 ");
}

static void test_a_period_with_an_early_end(void **state)
{
    (void)state;
    struct found found = {.shift = {shift(IHP__SHIFT_LINES, 1, IHP__ALL_CLASSES, 400),
                                    shift(IHP__SHIFT_ZERO, 1, IHP__ALL_CLASSES, 400),
                                    shift(IHP__SHIFT_LINES, 2, IHP__ALL_CLASSES, 400)},
                          .shifts = 3,
                          .end = {{.payer = 1,
                                   .period = {FIRST + 12, FIRST + 23, FIRST + 35},
                                   .paid_last = FIRST + 17}},
                          .ends = 1};
    assert_string_equal(left(&found), "s1 s2 ");
    found.end[0].paid_last = FIRST + 26;
    assert_string_equal(left(&found), "s0 s1 s2 ");
}

static void test_months_without_dollars(void **state)
{
    (void)state;
    struct found found = {.month = {month(IHP__MONTH_LOW_DOLLARS, 1, IHP__ALL_CLASSES, 13, 14),
                                    month(IHP__MONTH_ZERO, 1, IHP__ALL_CLASSES, 13, 14),
                                    month(IHP__MONTH_LOW_DOLLARS, 2, IHP__ALL_CLASSES, 13, 13),
                                    month(IHP__MONTH_LOW_DOLLARS, 1, IHP__ALL_CLASSES, 16, 16)},
                          .months = 4,
                          .shift = {shift(IHP__SHIFT_LINES, 1, IHP__SERVICE_CLASS_PHARMACY, 100)},
                          .shifts = 1};
    found.shift[0].side[0].last = found.shift[0].side[1].last = FIRST; /* no edge is near */
    found.shift[0].side[0].first = found.shift[0].side[1].first = FIRST;
    assert_string_equal(left(&found), "m1 m2 m3 s0 ");
    found.shift[0] = shift(IHP__SHIFT_ZERO, 1, IHP__ALL_CLASSES, 1200); /* has the month, too */
    found.month[1].kind = IHP__MONTH_NEGATIVE;
    found.months = 3;
    assert_string_equal(left(&found), "m2 s0 ");
    found.month[1].payer = IHP__ALL_PAYERS;
    assert_string_equal(left(&found), "m1 s0 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_months_after_an_early_end),
        cmocka_unit_test(test_a_month_of_payment_and_of_service),
        cmocka_unit_test(test_few_lines_because_of_what_is_missing),
        cmocka_unit_test(test_a_period_without_the_missing_months),
        cmocka_unit_test(test_a_period_with_an_early_end),
        cmocka_unit_test(test_months_without_dollars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
