/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payers that differ from other payers in all periods, and all payers that differ from what any
 * program has: amounts in another unit, classes without a line, lines of $0.00. */
#include "engine/payer_levels.h"

#include "build.h"

enum { FIRST = 54 * 12, PAYERS = 4 }; /* 2024-01 to 2025-12 */

/* What a payer has in a month: lines of two classes, in cents each. */
struct rates {
    int members, pharmacy, professional, zero; /* zero: of the pharmacy's lines */
    int64_t pharmacy_cents, professional_cents;
};

static const struct rates usual = {500, 300, 400, 0, 10000, 8000};

static void add_lines(struct ihp__payer_months *months, struct ihp__payer_month_cell cell,
                      int64_t cents)
{
    if (cell.lines > 0) {
        cell.members = cell.lines / 2;
        cell.cents = (int64_t)(cell.lines - cell.zero) * cents;
        assert_true(ihp__payer_months_join(months, &cell));
        cell.service_class = IHP__ALL_CLASSES;
        assert_true(ihp__payer_months_join(months, &cell));
    }
}

static void add_year(struct ihp__payer_months *months, uint16_t payer, int32_t january,
                     const struct rates *rates)
{
    for (int32_t month = january; month < january + 12; month++) {
        struct ihp__payer_month_cell cell = {.month = month, .payer = payer};
        assert_true(ihp__payer_months_enroll(months, payer, month, (uint64_t)rates->members));
        cell.service_class = IHP__SERVICE_CLASS_PHARMACY;
        cell.lines = (uint64_t)rates->pharmacy;
        cell.zero = (uint64_t)rates->zero;
        add_lines(months, cell, rates->pharmacy_cents);
        cell.service_class = IHP__SERVICE_CLASS_PROFESSIONAL;
        cell.lines = (uint64_t)rates->professional;
        cell.zero = 0;
        add_lines(months, cell, rates->professional_cents);
        for (int c = 0; c < 2; c++) { /* the classes that every program has */
            cell.service_class =
                c == 0 ? IHP__SERVICE_CLASS_INPATIENT : IHP__SERVICE_CLASS_OUTPATIENT;
            cell.lines = c == 0 ? 4 : 50;
            add_lines(months, cell, c == 0 ? 1000000 : 20000);
        }
    }
}

/* Judges two years of four payers: the first has `odd`, in the first year only if `once`, and the
 * others have `others`. Returns how many levels are found. */
static size_t find(const struct rates *odd, const struct rates *others, bool once,
                   struct ihp__payer_level found[4])
{
    struct ihp_error err = {0};
    struct ihp__payer_months months = {0};
    struct ihp__payer_levels levels = {0};
    const struct ihp__due_period period[2] = {{FIRST, FIRST + 11, FIRST + 36},
                                              {FIRST + 12, FIRST + 23, FIRST + 36}};
    for (uint16_t payer = 0; payer < PAYERS; payer++) {
        add_year(&months, payer, FIRST, payer == 0 ? odd : others);
        add_year(&months, payer, FIRST + 12, payer == 0 && !once ? odd : others);
    }
    ihp__payer_months_sort(&months);
    assert_int_equal(ihp__payer_levels_find(&months, period, 2, &levels, &err), IHP_OK);
    for (size_t i = 0; i < levels.count && i < 4; i++) {
        found[i] = levels.level[i];
    }
    size_t count = levels.count;
    free(levels.level);
    ihp__payer_months_free(&months);
    return count;
}

static void assert_found(const struct ihp__payer_level *found, enum ihp__level_kind kind,
                         uint16_t payer, uint8_t service_class, const char *expected)
{
    char text[IHP__LEVEL_TEXT];
    assert_string_equal(ihp__payer_level_text(found, false, text), expected);
    assert_int_equal(found->kind, kind);
    assert_int_equal(found->payer, payer);
    assert_int_equal(found->service_class, service_class);
}

static void test_ordinary_payers(void **state)
{
    (void)state;
    static const struct rates odd[] = {
        {500, 400, 200, 0, 10000, 8000},   {500, 400, 200, 0, 50000, 40000},
        {500, 400, 200, 0, 2000, 1600},    {500, 100, 800, 0, 10000, 8000},
        {500, 400, 200, 60, 10000, 8000},  {5000, 400, 200, 0, 10000, 8000},
        {500, 40, 20, 0, 1000000, 800000}, /* dollars of many lines are on one */
    };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct ihp__payer_level found[4];
        assert_int_equal(find(&odd[i], &usual, false, found), 0);
    }
}

static void test_amounts_of_another_unit(void **state)
{
    (void)state;
    struct ihp__payer_level found[4];
    struct rates odd = usual;
    odd.pharmacy_cents *= 100;
    assert_int_equal(find(&odd, &usual, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_AMOUNTS, 0, IHP__SERVICE_CLASS_PHARMACY,
                 "pharmacy: $10,000.00 per line and $6,000.00 per member month in 2025, as in all "
                 "periods, but $100.00 per line and $60.00 per member month at other payers; its "
                 "amounts may be in another unit");
    assert_int_equal(find(&odd, &usual, true, found), 0); /* one period alone is a shift */
    odd.professional_cents *= 100;
    assert_int_equal(find(&odd, &usual, false, found), 1);
    assert_int_equal(found[0].service_class, IHP__ALL_CLASSES);
    odd.pharmacy_cents /= 10000;
    odd.professional_cents /= 10000;
    assert_int_equal(find(&odd, &usual, false, found), 2);
    assert_true(found[0].per_line < found[0].usual_line);
}

/* Dollars of all payers that no program has. */
static void test_bounds(void **state)
{
    (void)state;
    struct ihp__payer_level found[4];
    struct rates all = usual;
    all.pharmacy_cents *= 100;
    assert_int_equal(find(&all, &all, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_IMPLAUSIBLE, IHP__ALL_PAYERS, IHP__SERVICE_CLASS_PHARMACY,
                 "pharmacy: $10,000.00 per line in 2025, as in all periods; no program has more "
                 "than $2,000.00 per line; the amounts may be in another unit");
    all.professional_cents *= 100;
    all.members = 200;
    assert_int_equal(find(&all, &all, false, found), 1);
    assert_int_equal(found[0].service_class, IHP__ALL_CLASSES);
    all = usual;
    all.pharmacy_cents /= 100;
    assert_int_equal(find(&all, &all, false, found), 1);
    assert_true(found[0].per_line < found[0].usual_line);
}

static void test_classes_without_lines(void **state)
{
    (void)state;
    struct ihp__payer_level found[4];
    struct rates odd = usual;
    odd.professional = 0;
    assert_int_equal(find(&odd, &usual, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_NO_CLASS, 0, IHP__SERVICE_CLASS_PROFESSIONAL,
                 "professional: no line in 2025, as in all periods; about 2,300 lines are expected "
                 "by those of other payers");
    assert_int_equal(find(&odd, &usual, true, found), 0);
    assert_int_equal(find(&usual, &odd, false, found), 0); /* most payers do without it */
    assert_int_equal(find(&odd, &odd, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_NO_CLASS, IHP__ALL_PAYERS, IHP__SERVICE_CLASS_PROFESSIONAL,
                 "professional: no line in 2025, as in all periods; any program of this size has "
                 "1,200 lines or more");
}

static void test_zero_dollars(void **state)
{
    (void)state;
    struct ihp__payer_level found[4];
    struct rates odd = usual;
    odd.zero = 220; /* of 754 lines */
    assert_int_equal(find(&odd, &usual, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_ZERO_SHARE, 0, IHP__ALL_CLASSES,
                 "29% of its 9,048 lines in 2025 are $0.00, and in all periods far more than at "
                 "other payers (0%)");
    assert_int_equal(find(&odd, &odd, false, found), 0);
    odd = (struct rates){500, 200, 400, 200, 0, 8000};
    assert_int_equal(find(&odd, &usual, false, found), 1);
    assert_found(&found[0], IHP__LEVEL_ZERO, 0, IHP__SERVICE_CLASS_PHARMACY,
                 "pharmacy: all of its 2,400 lines in 2025 are $0.00, as in all periods");
    assert_int_equal(find(&odd, &odd, false, found), 1);
    assert_int_equal(found[0].payer, IHP__ALL_PAYERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_payers), cmocka_unit_test(test_amounts_of_another_unit),
        cmocka_unit_test(test_bounds),          cmocka_unit_test(test_classes_without_lines),
        cmocka_unit_test(test_zero_dollars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
