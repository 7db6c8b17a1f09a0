/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members' facts as rows of bytes and back: the bytes at their places, and every number beyond
 * what a program and a store can have refused. */
#include "files.h"

#include "checkpoint/checkpoint.h"
#include "engine/fact_rows.h"

enum { MEMBERS = 3, PARTNERSHIPS = 5, ACGS = 7 };

/* Where numbers stand in the row of a period and of a view. */
enum {
    COST = 0,
    QUALIFYING = 8,
    ACG = 10,
    PARTNERSHIP = 12,
    REASON = 14,
    WINDOW = 15,
    PERIOD = 16
};
enum { VIEW_ACG = 8, VIEW_PARTNERSHIP = 10, VIEW_MONTHS = 12, VIEW_ENOUGH = 13 };

static struct ihp__fact_rows rows_of(struct ihp__member_fact *fact,
                                     struct ihp__view_fact *view_fact)
{
    return (struct ihp__fact_rows){fact, view_fact, PARTNERSHIPS, ACGS};
}

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)(value & 0xff);
    at[1] = (unsigned char)(value >> 8 & 0xff);
}

static void test_facts(void **state)
{
    (void)state;
    struct ihp__member_fact fact[MEMBERS * IHP__PERIODS] = {
        {.cost = INT64_MIN,
         .qualifying = 0xfff,
         .acg = ACGS - 1,
         .partnership = PARTNERSHIPS - 1,
         .reason = IHP__REASONS - 1,
         .window = 2},
        {.cost = INT64_MAX, .partnership = -1},
        {.cost = -1, .qualifying = 0x801, .acg = 3, .partnership = 0, .reason = 1, .window = 1},
        {.cost = 0x0102030405060708, .qualifying = 0x0a0b & 0xfff, .acg = 5, .partnership = 4},
        {.cost = 5, .acg = 1, .partnership = 2},
        {.cost = 6, .acg = 2, .partnership = 3},
    };
    struct ihp__member_fact again[MEMBERS * IHP__PERIODS] = {{0}};
    struct ihp__fact_rows rows = rows_of(fact, NULL), into = rows_of(again, NULL);
    unsigned char bytes[MEMBERS * IHP__FACT_ROW];
    ihp__member_fact_pack(&rows, 0, MEMBERS, bytes);
    static const unsigned char fourth[PERIOD] = {8,    7,    6, 5, 4, 3, 2, 1,
                                                 0x0b, 0x0a, 5, 0, 4, 0, 0, 0};
    assert_memory_equal(bytes + 3 * PERIOD, fourth, PERIOD);
    assert_true(ihp__member_fact_unpack(&into, 0, MEMBERS, bytes));
    assert_memory_equal(fact, again, sizeof fact);
    /* One member, at its place. */
    unsigned char one[IHP__FACT_ROW];
    ihp__member_fact_pack(&rows, 2, 1, one);
    assert_memory_equal(one, bytes + 2 * (size_t)IHP__FACT_ROW, IHP__FACT_ROW);
    assert_true(ihp__member_fact_unpack(&into, 1, 1, one));
    assert_int_equal(again[2].cost, 5);
    assert_int_equal(again[3].cost, 6);
    assert_int_equal(again[4].cost, 5);
    assert_int_equal(again[1].cost, INT64_MAX);
    assert_true(ihp__member_fact_unpack(&into, MEMBERS, 0, bytes)); /* no rows */
}

static void test_view_facts(void **state)
{
    (void)state;
    struct ihp__view_fact fact[MEMBERS] = {
        {.cost = INT64_MIN, .acg = ACGS - 1, .partnership = -1, .months = 12, .enough = true},
        {.cost = INT64_MAX, .acg = 0, .partnership = PARTNERSHIPS - 1, .months = 0},
        {.cost = 0x0102030405060708,
         .acg = 5,
         .partnership = 3,
         .months = 11,
         .enough = true,
         .weighs = true},
    };
    struct ihp__view_fact again[MEMBERS];
    memset(again, 0, sizeof again);
    struct ihp__fact_rows rows = rows_of(NULL, fact), into = rows_of(NULL, again);
    unsigned char bytes[MEMBERS * IHP__VIEW_FACT_ROW];
    ihp__view_fact_pack(&rows, 0, MEMBERS, bytes);
    static const unsigned char third[IHP__VIEW_FACT_ROW] = {8, 7, 6, 5, 4, 3,  2,
                                                            1, 5, 0, 3, 0, 11, 3};
    assert_memory_equal(bytes + 2 * (size_t)IHP__VIEW_FACT_ROW, third, IHP__VIEW_FACT_ROW);
    assert_true(ihp__view_fact_unpack(&into, 0, MEMBERS, bytes));
    for (int m = 0; m < MEMBERS; m++) {
        assert_int_equal(again[m].cost, fact[m].cost);
        assert_int_equal(again[m].acg, fact[m].acg);
        assert_int_equal(again[m].partnership, fact[m].partnership);
        assert_int_equal(again[m].months, fact[m].months);
        assert_int_equal(again[m].enough, fact[m].enough);
        assert_int_equal(again[m].weighs, fact[m].weighs);
    }
    assert_true(ihp__view_fact_unpack(&into, 1, 1, bytes));
    assert_int_equal(again[1].months, 12);
    assert_int_equal(again[2].months, 11);
}

/* A number in a row: the greatest that is allowed and the least that is not. */
struct limit {
    size_t at, bytes;
    unsigned allowed, refused;
};

static void check_limits(const struct limit *limit, size_t limits, ihp__unpack_fn unpack,
                         struct ihp__fact_rows *into, size_t row_bytes, size_t part)
{
    unsigned char bytes[2 * IHP__FACT_ROW];
    for (size_t i = 0; i < limits; i++) {
        for (size_t from = 0; from < 2 * row_bytes; from += part) { /* in every row and period */
            memset(bytes, 0, sizeof bytes);
            unsigned char *at = bytes + from + limit[i].at;
            for (int refused = 0; refused < 2; refused++) {
                unsigned value = refused ? limit[i].refused : limit[i].allowed;
                if (limit[i].bytes == 2) {
                    put16(at, value);
                } else {
                    *at = (unsigned char)value;
                }
                if (unpack(into, 0, 2, bytes) == (refused != 0)) {
                    fail_msg("%u at byte %zu is %s", value, from + limit[i].at,
                             refused ? "taken" : "refused");
                }
            }
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct ihp__member_fact fact[2 * IHP__PERIODS];
    struct ihp__fact_rows into = rows_of(fact, NULL);
    static const struct limit limits[] = {
        {QUALIFYING, 2, 0xfff, 0x1000},
        {QUALIFYING, 2, 0, 0xffff},
        {ACG, 2, ACGS - 1, ACGS},
        {ACG, 2, 0, 0xffff},
        {PARTNERSHIP, 2, PARTNERSHIPS - 1, PARTNERSHIPS},
        {PARTNERSHIP, 2, 0xffff, 0xfffe}, /* -1 and -2 */
        {PARTNERSHIP, 2, 0, 0x8000},
        {REASON, 1, IHP__REASONS - 1, IHP__REASONS},
        {REASON, 1, 0, 255},
        {WINDOW, 1, 2, 3},
        {WINDOW, 1, 0, 255},
    };
    check_limits(limits, sizeof limits / sizeof limits[0], ihp__member_fact_unpack, &into,
                 IHP__FACT_ROW, PERIOD);
}

static void test_view_limits(void **state)
{
    (void)state;
    struct ihp__view_fact fact[2];
    struct ihp__fact_rows into = rows_of(NULL, fact);
    static const struct limit limits[] = {
        {VIEW_ACG, 2, ACGS - 1, ACGS},
        {VIEW_PARTNERSHIP, 2, PARTNERSHIPS - 1, PARTNERSHIPS},
        {VIEW_PARTNERSHIP, 2, 0xffff, 0xfffe},
        {VIEW_MONTHS, 1, 12, 13},
        {VIEW_MONTHS, 1, 0, 255},
        {VIEW_ENOUGH, 1, 1, 2},
        {VIEW_ENOUGH, 1, 3, 4},
        {VIEW_ENOUGH, 1, 0, 255},
    };
    check_limits(limits, sizeof limits / sizeof limits[0], ihp__view_fact_unpack, &into,
                 IHP__VIEW_FACT_ROW, IHP__VIEW_FACT_ROW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_view_facts),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_view_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
