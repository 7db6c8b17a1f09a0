/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control totals: sums by kind, which become coarser in the same way however lines are divided. */
#include "extract/control_sums.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

static struct ihp_error err;

static struct ihp__control_sums begin(void)
{
    struct ihp__control_sums sums;
    err = (struct ihp_error){0};
    assert_int_equal(ihp__control_begin(&sums, &err), IHP_OK);
    return sums;
}

static void add(struct ihp__control_sums *sums, int day, int payer, int status, int64_t cents)
{
    const struct ihp__control_line line = {.service_date = (uint16_t)day,
                                           .paid_date = (uint16_t)day,
                                           .payer = (uint16_t)payer,
                                           .service_class = 6,
                                           .status = (uint8_t)status,
                                           .cents = cents};
    assert_int_equal(ihp__control_add_line(sums, &line, &err), IHP_OK);
}

static void test_lines_add_up_by_kind(void **state)
{
    (void)state;
    struct ihp__control_sums sums = begin();
    add(&sums, 31, 2, 0, 100); /* 1970-02-01 */
    add(&sums, 30, 2, 0, 7);   /* 1970-01-31 */
    add(&sums, 58, 2, 0, -40); /* 1970-02-28 */
    add(&sums, 58, 2, 0, 0);
    add(&sums, 58, 2, 1, 5);
    add(&sums, 58, 1, 1, 9);
    add(&sums, 65535, 1, 1, 1);
    ihp__control_sort(&sums.claims);
    const struct {
        int month, payer, status;
        uint64_t lines, zero;
        int64_t cents;
    } expected[] = {{0, 2, 0, 1, 0, 7},
                    {1, 1, 1, 1, 0, 9},
                    {1, 2, 0, 3, 1, 60},
                    {1, 2, 1, 1, 0, 5},
                    {IHP__CONTROL_MONTHS - 1, 1, 1, 1, 0, 1}};
    assert_int_equal(sums.claims.cells, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct ihp__control_cell *cell = &sums.claims.slot[i];
        const struct ihp__control_kind kind = ihp__control_kind_of(cell);
        assert_int_equal(kind.month, expected[i].month);
        assert_int_equal(kind.payer, expected[i].payer);
        assert_int_equal(kind.service_class, 6);
        assert_int_equal(kind.status, expected[i].status);
        assert_int_equal(cell->lines, expected[i].lines);
        assert_int_equal(cell->zero_lines, expected[i].zero);
        assert_int_equal(cell->cents, expected[i].cents);
    }
    ihp__control_free(&sums);
}

/* Adds one line of each of `payers` payers in each of 40 months, those whose number leaves `rest`
 * when it is divided by `parts`. */
static void add_many(struct ihp__control_sums *sums, int payers, int parts, int rest)
{
    for (int i = rest; i < 40 * payers; i += parts) {
        add(sums, i / payers * 31, i % payers, 0, i);
    }
}

/* Adds the same lines with one table, and with three of which the first takes in the others. */
static void check_divided(int payers, enum ihp__control_coarseness coarseness)
{
    struct ihp__control_sums whole = begin(), part[3] = {begin(), begin(), begin()};
    add_many(&whole, payers, 1, 0);
    for (int p = 0; p < 3; p++) {
        add_many(&part[p], payers, 3, p);
    }
    for (int p = 1; p < 3; p++) {
        char *bytes;
        size_t size;
        assert_int_equal(ihp__control_pack(&part[p].claims, &bytes, &size, &err), IHP_OK);
        assert_int_equal(ihp__control_unpack(&part[0].claims, bytes, size, &err), IHP_OK);
        free(bytes);
    }
    ihp__control_sort(&whole.claims);
    ihp__control_sort(&part[0].claims);
    assert_int_equal(whole.claims.coarseness, coarseness);
    assert_int_equal(part[0].claims.coarseness, coarseness);
    assert_true(whole.claims.cells <= IHP__CONTROL_CELLS_MAX);
    assert_int_equal(whole.claims.cells, part[0].claims.cells);
    assert_memory_equal(whole.claims.slot, part[0].claims.slot,
                        whole.claims.cells * sizeof *whole.claims.slot);
    ihp__control_free(&whole);
    for (int p = 0; p < 3; p++) {
        ihp__control_free(&part[p]);
    }
}

static void test_a_table_becomes_coarser_alike(void **state)
{
    (void)state;
    check_divided(100, IHP__CONTROL_BY_MONTH);
    check_divided(IHP__CONTROL_CELLS_MAX / 40, IHP__CONTROL_BY_MONTH);
    check_divided(2000, IHP__CONTROL_BY_YEAR);        /* 80,000 kinds; four years have 8,000 */
    check_divided(30000, IHP__CONTROL_BY_YEAR_ALONE); /* four years have 120,000 */
}

/* Adds a line of each of `members` members in each of 30 months, paid up to 29 months later. The
 * members that a rank has, by `parts` and `rest`, follow each other. */
static void add_members(struct ihp__control_sums *sums, int members, int parts, int rest)
{
    for (int m = rest; m < members; m += parts) {
        for (int month = 0; month < 30; month++) {
            const struct ihp__control_line line = {
                .service_date = (uint16_t)ihp__day_of_month_start(month),
                .paid_date = (uint16_t)ihp__day_of_month_start(month + (m + month) % 30),
                .payer = (uint16_t)(m % 7),
                .service_class = (uint8_t)(m % 3),
                .status = (uint8_t)(m % 11 == 0 ? IHP__CLAIM_DENIED : IHP__CLAIM_PAID),
                .cents = m - 20,
                .member = (uint64_t)m};
            assert_int_equal(ihp__control_add_line(sums, &line, &err), IHP_OK);
            assert_int_equal(ihp__control_add_line(sums, &line, &err), IHP_OK);
        }
    }
}

/* Adds the packed sums of some ranks to those of the first. */
static void join_paid(struct ihp__control_sums *part, int parts)
{
    for (int p = 1; p < parts; p++) {
        char *bytes;
        size_t size;
        assert_int_equal(ihp__paid_months_pack(&part[p].paid, &bytes, &size, &err), IHP_OK);
        assert_int_equal(ihp__paid_months_unpack(&part[0].paid, bytes, size, &err), IHP_OK);
        free(bytes);
    }
}

static void test_paid_months_do_not_depend_on_ranks(void **state)
{
    (void)state;
    struct ihp__control_sums whole = begin(), part[3] = {begin(), begin(), begin()};
    uint64_t lines = 0, paid = 0, members = 0;
    add_members(&whole, 200, 1, 0);
    for (int p = 0; p < 3; p++) {
        add_members(&part[p], 200, 3, p);
    }
    join_paid(part, 3);
    struct ihp__payer_months *a = &whole.paid.sums, *b = &part[0].paid.sums;
    ihp__payer_months_sort(a);
    ihp__payer_months_sort(b);
    assert_int_equal(a->cells, 30 * (7 * 3 + 7)); /* each class of a payer, and all */
    assert_int_equal(a->cells, b->cells);
    for (size_t i = 0; i < a->cells; i++) {
        a->cell[i].last_member = b->cell[i].last_member = 0; /* it depends on the order */
        members += a->cell[i].service_class == IHP__ALL_CLASSES ? a->cell[i].members : 0;
        lines += a->cell[i].service_class == IHP__ALL_CLASSES ? 0 : a->cell[i].lines;
        for (size_t lag = 0; lag < IHP__LAGS; lag++) {
            paid += a->cell[i].paid[lag];
        }
    }
    assert_memory_equal(a->cell, b->cell, a->cells * sizeof *a->cell);
    assert_int_equal(members, 30 * (200 - 19)); /* 19 numbers below 200 are multiples of 11 */
    assert_int_equal(lines, 2 * members);
    assert_int_equal(paid, lines);
    ihp__control_free(&whole);
    for (int p = 0; p < 3; p++) {
        ihp__control_free(&part[p]);
    }
}

/* Adds a paid line of each of some payers. */
static void add_payers(struct ihp__control_sums *sums, int payers, int parts, int rest)
{
    for (int p = rest; p < payers; p += parts) {
        add(sums, 0, p, IHP__CLAIM_PAID, 1);
    }
}

static void test_too_many_paid_months_on_any_ranks(void **state)
{
    (void)state;
    const int most = IHP__PAID_MONTHS_MAX / 2; /* a payer has a sum of its class, and of all */
    for (int more = 0; more < 2; more++) {
        struct ihp__control_sums whole = begin(), part[2] = {begin(), begin()};
        add_payers(&whole, most + more, 1, 0);
        add_payers(&part[0], most + more, 2, 0);
        add_payers(&part[1], most + more, 2, 1);
        join_paid(part, 2);
        assert_int_equal(whole.paid.too_many, more);
        assert_int_equal(part[0].paid.too_many, more);
        assert_int_equal(whole.paid.sums.cells, more ? 0 : IHP__PAID_MONTHS_MAX);
        assert_int_equal(part[0].paid.sums.cells, more ? 0 : IHP__PAID_MONTHS_MAX);
        ihp__control_free(&whole);
        ihp__control_free(&part[0]);
        ihp__control_free(&part[1]);
    }
}

static void test_months_are_changes(void **state)
{
    (void)state;
    struct ihp__control_sums sums = begin();
    assert_int_equal(ihp__control_add_months(&sums, 3, 5, 1, &err), IHP_OK);
    assert_int_equal(ihp__control_add_months(&sums, 6, 96000, 1, &err), IHP_OK); /* open */
    assert_int_equal(ihp__control_add_months(&sums, -9, 3, 0, &err), IHP_OK);
    assert_int_equal(ihp__control_add_months(&sums, -9, -1, 0, &err), IHP_OK);     /* before */
    assert_int_equal(ihp__control_add_months(&sums, 3000, 3100, 0, &err), IHP_OK); /* after */
    ihp__control_sort(&sums.change);
    const struct {
        int month, payer;
        int64_t members;
    } expected[] = {{0, 0, 1}, {3, 1, 1}, {4, 0, -1}, {6, 1, 0}};
    assert_int_equal(sums.change.cells, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct ihp__control_kind kind = ihp__control_kind_of(&sums.change.slot[i]);
        assert_int_equal(kind.month, expected[i].month);
        assert_int_equal(kind.payer, expected[i].payer);
        assert_int_equal(sums.change.slot[i].cents, expected[i].members);
    }
    ihp__control_free(&sums);
}

/* Changes lose payers, never months. */
static void test_changes_keep_months(void **state)
{
    (void)state;
    struct ihp__control_sums sums = begin();
    for (int i = 0; i < IHP__CONTROL_CELLS_MAX; i++) {
        assert_int_equal(ihp__control_add_months(&sums, i % 40, 96000, (uint16_t)(i / 40), &err),
                         IHP_OK);
    }
    ihp__control_sort(&sums.change);
    assert_int_equal(sums.change.coarseness, IHP__CONTROL_BY_MONTH); /* just so many */
    ihp__control_free(&sums);
    sums = begin();
    for (int i = 0; i < 200000; i++) {
        assert_int_equal(ihp__control_add_months(&sums, i % 40, 96000, (uint16_t)(i / 40), &err),
                         IHP_OK);
    }
    ihp__control_sort(&sums.change);
    assert_int_equal(sums.change.cells, 40);
    for (size_t i = 0; i < 40; i++) {
        const struct ihp__control_kind kind = ihp__control_kind_of(&sums.change.slot[i]);
        assert_int_equal(kind.month, i);
        assert_int_equal(kind.payer, IHP__CONTROL_ALL_PAYERS);
        assert_int_equal(sums.change.slot[i].cents, 5000);
    }
    ihp__control_free(&sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_add_up_by_kind),
        cmocka_unit_test(test_a_table_becomes_coarser_alike),
        cmocka_unit_test(test_paid_months_do_not_depend_on_ranks),
        cmocka_unit_test(test_too_many_paid_months_on_any_ranks),
        cmocka_unit_test(test_months_are_changes),
        cmocka_unit_test(test_changes_keep_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
