/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of readings.csv and readings_total.csv over all blocks, and the rows that a block may
 * have in them, by hand. Two
 * IHPs; scenarios 1 and 2 in block 1, 3 and 4 in block 2. Changes in cents, NORTH and LAKES:
 *
 *   1   100   -50    moves 150
 *   2     0  -200    moves 200
 *   3  -150     0    moves 150: behind 1, which moves as much and is listed first
 *   4     7     7    moves  14: in it NORTH first, the order of the IHPs
 *
 * so that block 1 has 2, 1, block 2 has 3, 4, and the whole 2, 1, 3, 4. */
#include "jobs/merge/merge.h"
#include "result/scenario_tables.h"
#include "result/settlement_tables.h"
#include "result/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* after the headers it needs */

static const int64_t change[4][2] = {{100, -50}, {0, -200}, {-150, 0}, {7, 7}};
static const char *const name[4] = {"one", "two", "three", "four"};
static const char *const ihp[2] = {"NORTH", "LAKES"};

static struct ihp__table table[IHP__TABLES];

static int tear_down(void **state)
{
    (void)state;
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&table[t]);
    }
    return 0;
}

/* settlement.csv has two rows, scenarios.csv those above; the columns between do not matter. */
static int set_up(void **state)
{
    (void)state;
    ihp__settlement_tables_begin(table);
    ihp__scenarios_table_begin(&table[IHP__TABLE_SCENARIOS]);
    ihp__readings_tables_begin(&table[IHP__TABLE_READINGS], &table[IHP__TABLE_READINGS_TOTAL]);
    for (size_t p = 0; p < 2; p++) {
        struct ihp__table *t = &table[IHP__TABLE_SETTLEMENT];
        ihp__table_text(t, ihp[p]);
        for (size_t c = 1; c < t->columns; c++) {
            ihp__table_integer(t, 0);
        }
    }
    for (size_t row = 0; row < 8; row++) {
        struct ihp__table *t = &table[IHP__TABLE_SCENARIOS];
        ihp__table_integer(t, (int64_t)row / 2 + 1);
        ihp__table_text(t, name[row / 2]);
        ihp__table_text(t, "value");
        ihp__table_text(t, ihp[row % 2]);
        for (size_t c = 4; c + 1 < t->columns; c++) {
            ihp__table_integer(t, 0);
        }
        ihp__table_cents(t, change[row / 2][row % 2]);
    }
    return 0;
}

/* Adds a row of an IHP, or if `ihp_id` is NULL of all together. */
static void add_reading(const char *policy, const char *ihp_id, int64_t gained, int64_t cents,
                        int64_t moved)
{
    struct ihp__table *t = &table[ihp_id == NULL ? IHP__TABLE_READINGS_TOTAL : IHP__TABLE_READINGS];
    ihp__table_text(t, policy);
    ihp__table_text(t, "value");
    ihp__table_text(t, "1.1");
    if (ihp_id != NULL) {
        ihp__table_text(t, ihp_id);
    }
    ihp__table_integer(t, gained);
    for (int i = 0; i < 3; i++) {
        ihp__table_integer(t, 0);
    }
    ihp__table_cents(t, cents);
    ihp__table_cents(t, moved);
}

static void add_block_1(void)
{
    add_reading("two", NULL, 5, -200, 200);
    add_reading("two", "LAKES", 2, -200, 200);
    add_reading("two", "NORTH", 3, 0, 0);
    add_reading("one", NULL, 0, 50, 150);
    add_reading("one", "NORTH", 0, 100, 100);
    add_reading("one", "LAKES", 0, -50, 50);
}

static void add_block_2(void)
{
    add_reading("three", NULL, 0, -150, 150);
    add_reading("three", "NORTH", 0, -150, 150);
    add_reading("three", "LAKES", 0, 0, 0);
    add_reading("four", NULL, 0, 14, 14);
    add_reading("four", "NORTH", 0, 7, 7);
    add_reading("four", "LAKES", 0, 7, 7);
}

static void test_order(void **state)
{
    (void)state;
    static const size_t order[] = {1, 0, 2, 3};
    struct ihp_error err = {0};
    add_block_1();
    assert_int_equal(ihp__merge_check_readings(table, 0, 2, "PART", "TOTAL", &err), IHP_OK);
    add_block_2();
    assert_int_equal(ihp__merge_check_readings(table, 2, 4, "PART", "TOTAL", &err), IHP_OK);
    assert_int_equal(ihp__merge_order_readings(table, 2, &err), IHP_OK);
    const struct ihp__table *t = &table[IHP__TABLE_READINGS];
    const struct ihp__table *total = &table[IHP__TABLE_READINGS_TOTAL];
    assert_int_equal(t->rows, 8);
    assert_int_equal(total->rows, 4);
    for (size_t row = 0; row < 8; row++) {
        assert_string_equal(t->cell[row * t->columns].text, name[order[row / 2]]);
        assert_string_equal(total->cell[row / 2 * total->columns].text, name[order[row / 2]]);
    }
    assert_string_equal(t->cell[3].text, "LAKES"); /* the rows of a scenario keep their order */
    assert_int_equal(t->cell[9].integer, 200);
    assert_int_equal(total->cell[8].integer, 200);
}

/* A scenario of a later block with more dollars comes first. */
static void test_later_block_first(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    add_block_2();
    add_block_1();
    assert_int_equal(ihp__merge_order_readings(table, 2, &err), IHP_OK);
    const struct ihp__table *t = &table[IHP__TABLE_READINGS];
    assert_string_equal(t->cell[0].text, "two");
    assert_string_equal(t->cell[2 * t->columns].text, "three"); /* now the first of 150 */
    assert_string_equal(t->cell[4 * t->columns].text, "one");
    assert_string_equal(t->cell[6 * t->columns].text, "four");
    t = &table[IHP__TABLE_READINGS_TOTAL];
    assert_string_equal(t->cell[1 * t->columns].text, "three");
    assert_string_equal(t->cell[2 * t->columns].text, "one");
}

/* With a wrong number in block 2, the error names the row in its file. */
static void test_refused(void **state)
{
    (void)state;
    static const struct {
        bool total;
        size_t row, column; /* of block 2 */
        const char *message;
    } wrong[] = {{true, 0, 7, "TOTAL: row 1: change_in_amount"},
                 {true, 0, 8, "TOTAL: row 1: dollars_moved"},
                 {true, 1, 3, "TOTAL: row 2: members_gained"},
                 {true, 1, 6, "TOTAL: row 2: base_members_lost"},
                 {false, 0, 8, "PART: row 1: change_in_amount"},
                 {false, 3, 9, "PART: row 4: dollars_moved"},
                 {false, 2, 7, "TOTAL: row 2: base_members_lost"}};
    struct ihp_error err = {0};
    add_block_1();
    add_block_2();
    struct ihp__table *t = &table[IHP__TABLE_READINGS];
    struct ihp__table *total = &table[IHP__TABLE_READINGS_TOTAL];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ihp__cell *cell =
            wrong[i].total ? &total->cell[(2 + wrong[i].row) * total->columns + wrong[i].column]
                           : &t->cell[(4 + wrong[i].row) * t->columns + wrong[i].column];
        err = (struct ihp_error){0};
        cell->integer++;
        assert_int_equal(ihp__merge_check_readings(table, 2, 4, "PART", "TOTAL", &err),
                         IHP_ERR_DATA);
        assert_non_null(strstr(err.text, wrong[i].message));
        cell->integer--;
    }
    char *const texts[] = {total->cell[2 * total->columns].text,
                           total->cell[3 * total->columns + 1].text, t->cell[5 * t->columns].text,
                           t->cell[7 * t->columns + 3].text};
    static const char *const message[] = {"TOTAL: row 1: policy", "TOTAL: row 2: reading",
                                          "PART: row 2: policy", "PART: row 4: ihp_id"};
    for (size_t i = 0; i < 4; i++) {
        err = (struct ihp_error){0};
        texts[i][0]++;
        assert_int_equal(ihp__merge_check_readings(table, 2, 4, "PART", "TOTAL", &err),
                         IHP_ERR_DATA);
        assert_non_null(strstr(err.text, message[i]));
        texts[i][0]--;
    }
    err = (struct ihp_error){0};
    assert_int_equal(ihp__merge_check_readings(table, 2, 4, "PART", "TOTAL", &err), IHP_OK);
}

/* Amounts beyond all limits do not overflow. */
static void test_huge(void **state)
{
    (void)state;
    struct ihp_error err = {0};
    struct ihp__table *s = &table[IHP__TABLE_SCENARIOS];
    s->cell[1 * s->columns - 1].integer = INT64_MAX;
    s->cell[2 * s->columns - 1].integer = -INT64_MAX;
    add_block_1();
    assert_int_equal(ihp__merge_check_readings(table, 0, 2, "PART", "TOTAL", &err), IHP_ERR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_later_block_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_huge, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
