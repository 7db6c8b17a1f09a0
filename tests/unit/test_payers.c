/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The amount due by payer: parts of the final amount by member months, each less what the payer
 * paid for the interim [5.4.2.2, 5.4.2.3]. The settlement is that of the worked example: EAST saves
 * $512.94 with 20 : 30 months, parts of 20517.6 and 30776.4 cents; WEST loses $98.10 with 7 : 41
 * months, parts of 1430.625 and 8379.375 cents. */
#include "settlement_fixture.h"

static const char *const payer_text[PAYERS] = {"FFS", "MCO"};

/* The payers of an IHP's settlement, to be freed. */
static struct ihp__payer_rows payers_of(struct fixture *f, int ihp)
{
    const struct ihp__settlement *s = settle(f, ihp);
    const struct ihp__payer_months months = {payer_text,
                                             f->performance->payer_months + ihp * PAYERS, PAYERS};
    struct ihp__payer_rows rows;
    int64_t sum = 0;
    assert_int_equal(ihp__payer_rows_create(&f->program, &f->deck, s, &months, &rows, &f->err),
                     IHP_OK);
    for (size_t i = 0; i < rows.rows; i++) {
        sum += rows.row[i].amount;
    }
    assert_int_equal(sum, s->amount_due);
    return rows;
}

static void assert_row(const struct ihp__payer_row *row, const char *payer, int64_t months,
                       int64_t share, int64_t paid, int64_t amount)
{
    assert_string_equal(row->payer, payer);
    assert_int_equal(row->months, months);
    assert_true(row->has_share);
    assert_true(row->has_paid);
    assert_int_equal(row->share, share);
    assert_int_equal(row->interim_paid, paid);
    assert_int_equal(row->amount, amount);
}

/* A row of which only the amount is defined, besides the months. */
static void assert_amount(const struct ihp__payer_row *row, const char *payer, int64_t months,
                          int64_t amount)
{
    assert_string_equal(row->payer, payer);
    assert_int_equal(row->months, months);
    assert_false(row->has_share);
    assert_false(row->has_paid);
    assert_int_equal(row->amount, amount);
}

/* Lets payers have paid EAST's interim: AWAY $50, FFS $100, MCO $150. */
static void give_payers(struct fixture *f, struct ihp__interim_payer paid[3])
{
    static const struct ihp__interim_payer all[] = {
        {EAST, "AWAY", 5000, 2}, {EAST, "FFS", 10000, 4}, {EAST, "MCO", 15000, 3}};
    memcpy(paid, all, sizeof all);
    f->program.interim_payer = paid;
    f->program.interim_payers = 3;
    f->ihp[EAST].interim_paid = 30000;
}

static bool has_notice(const struct fixture *f, const char *text)
{
    bool has = false;
    for (size_t i = 0; i < f->notices.count; i++) {
        has = has || strstr(f->notices.text[i], text) != NULL;
    }
    return has;
}

static void test_final_without_an_interim(void **state)
{
    struct fixture *f = *state;
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 2);
    assert_row(&rows.row[0], "FFS", 20, 20518, 0, 20518);
    assert_row(&rows.row[1], "MCO", 30, 30776, 0, 30776);
    free(rows.row);
    rows = payers_of(f, WEST);
    assert_row(&rows.row[0], "FFS", 7, -1431, 0, -1431);
    assert_row(&rows.row[1], "MCO", 41, -8379, 0, -8379);
    free(rows.row);
    assert_int_equal(f->notices.count, 0);
}

static void test_each_payer_less_what_it_paid(void **state)
{
    struct fixture *f = *state;
    struct ihp__interim_payer paid[3];
    give_payers(f, paid);
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 3);
    assert_row(&rows.row[0], "AWAY", 0, 0, 5000, -5000);
    assert_row(&rows.row[1], "FFS", 20, 20518, 10000, 10518);
    assert_row(&rows.row[2], "MCO", 30, 30776, 15000, 15776);
    free(rows.row);
    assert_int_equal(f->notices.count, 0);
    put(f->performance->payer_months + EAST * PAYERS, 0, 30); /* FFS has gone */
    rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 3);
    assert_row(&rows.row[1], "FFS", 0, 0, 10000, -10000);
    assert_row(&rows.row[2], "MCO", 30, 51294, 15000, 36294);
    free(rows.row);
    rows = payers_of(f, WEST); /* without an interim of its own */
    assert_int_equal(rows.rows, 2);
    assert_row(&rows.row[0], "FFS", 7, -1431, 0, -1431);
    free(rows.row);
}

/* The payers paid and took back the same: the interim amount is 0, and they are credited. */
static void test_payers_of_an_interim_of_nothing(void **state)
{
    struct fixture *f = *state;
    struct ihp__interim_payer paid[3];
    give_payers(f, paid);
    f->ihp[EAST].interim_paid = 0;
    paid[2].amount = -15000;
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_row(&rows.row[2], "MCO", 30, 30776, -15000, 45776);
    free(rows.row);
}

/* 21,294 cents by 20 : 30 months: 8517.6 and 12776.4. */
static void test_nothing_says_who_paid(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].interim_paid = 30000;
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 2);
    assert_amount(&rows.row[0], "FFS", 20, 8518);
    assert_amount(&rows.row[1], "MCO", 30, 12776);
    free(rows.row);
    assert_int_equal(f->notices.count, 1);
    assert_true(has_notice(f, "EAST: neither interim_payers.csv nor"));
}

static void test_interim(void **state)
{
    struct fixture *f = *state;
    struct ihp__interim_payer paid[3];
    give_payers(f, paid); /* not part of an interim */
    f->deck.settlement = IHP__INTERIM;
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 2);
    assert_true(rows.row[0].has_share);
    assert_false(rows.row[0].has_paid);
    assert_int_equal(rows.row[0].share, 20518);
    assert_int_equal(rows.row[0].amount, 20518);
    free(rows.row);
    rows = payers_of(f, WEST); /* losses are only reported */
    assert_int_equal(rows.row[1].share, 0);
    assert_int_equal(rows.row[1].amount, 0);
    free(rows.row);
}

static void test_track_1_has_zeros(void **state)
{
    struct fixture *f = *state;
    struct ihp__interim_payer paid[3];
    give_payers(f, paid);
    f->ihp[EAST].track = 1;
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 2);
    assert_row(&rows.row[0], "FFS", 20, 0, 0, 0);
    assert_row(&rows.row[1], "MCO", 30, 0, 0, 0);
    free(rows.row);
}

static void test_2_12_no_settlement_returns_what_was_paid(void **state)
{
    struct fixture *f = *state;
    struct ihp__interim_payer paid[3];
    put(f->performance->acg_months + EAST * ACGS, 0, 0);
    f->performance->months[EAST] = f->performance->members[EAST] = f->performance->capped[EAST] = 0;
    put(f->performance->payer_months + EAST * PAYERS, 0, 0);
    struct ihp__payer_rows rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 0); /* nothing was paid, nothing is due */
    free(rows.row);
    f->ihp[EAST].interim_paid = 30000;
    rows = payers_of(f, EAST);
    const struct ihp__settlement *s = &f->finance.settlement[EAST];
    assert_int_equal(s->outcome, IHP__OUTCOME_NO_SETTLEMENT);
    assert_double(s->final_amount, 0.0);
    assert_int_equal(s->interim_paid, 30000);
    assert_int_equal(s->amount_due, -30000);
    assert_int_equal(rows.rows, 1);
    assert_amount(&rows.row[0], "", 0, -30000);
    free(rows.row);
    assert_true(has_notice(f, "EAST: the interim amount paid, $300.00, is due back in full"));
    give_payers(f, paid);
    rows = payers_of(f, EAST);
    assert_int_equal(rows.rows, 3);
    assert_row(&rows.row[0], "AWAY", 0, 0, 5000, -5000);
    assert_row(&rows.row[2], "MCO", 0, 0, 15000, -15000);
    free(rows.row);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_final_without_an_interim),
        TEST(test_each_payer_less_what_it_paid),
        TEST(test_payers_of_an_interim_of_nothing),
        TEST(test_nothing_says_who_paid),
        TEST(test_interim),
        TEST(test_track_1_has_zeros),
        TEST(test_2_12_no_settlement_returns_what_was_paid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
