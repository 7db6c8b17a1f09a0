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
    const struct ihp__control_line line = {(uint16_t)day, (uint16_t)payer, 6, (uint8_t)status,
                                           cents};
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
        cmocka_unit_test(test_months_are_changes),
        cmocka_unit_test(test_changes_keep_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
