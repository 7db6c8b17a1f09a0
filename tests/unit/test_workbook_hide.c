/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding small numbers of members in the tables that only a workbook shows. */
#include "result/all_tables.h"
#include "result/hide_payments.h"
#include "result/terms_table.h"
#include "workbook/hide.h"

#include "build.h"

#include <string.h>

static struct ihp__finished finished;
static struct ihp__table *const table = finished.table;
static struct ihp__table *const scores = &finished.table[IHP__TABLE_RISK_SCORES];
static struct ihp__table *const weights = &finished.table[IHP__TABLE_RISK_WEIGHTS];
static struct ihp__table *const payments = &finished.table[IHP__FINISHED_PAYMENTS];
static struct ihp__table *const reasons = &finished.table[IHP__FINISHED_RECONCILE];

static void begin(void)
{
    ihp__result_tables_begin(table);
    ihp__payment_tables_begin(payments);
    ihp__reconcile_table_begin(reasons);
}

static void end(void)
{
    for (int t = 0; t < IHP__FINISHED_TABLES; t++) {
        ihp__table_free(&table[t]);
    }
}

/* Adds an IHP to the settlement; numbers of members of 0 are hidden. */
static void add_ihp(const char *id, int64_t members)
{
    struct ihp__table *t = &table[IHP__TABLE_SETTLEMENT];
    for (size_t c = 0; c < t->columns; c++) {
        if (t->column[c].kind == IHP__CELL_TEXT) {
            ihp__table_text(t, c == 0 ? id : "savings");
        } else if (members == 0 && strstr(t->column[c].name, "members") != NULL) {
            ihp__table_hidden(t);
        } else if (t->column[c].kind == IHP__CELL_INTEGER) {
            ihp__table_integer(t, members);
        } else {
            ihp__table_blank(t);
        }
    }
    assert_true(ihp__table_whole(t));
}

static void add_score(const char *id, int acg, int64_t members)
{
    char name[16];
    snprintf(name, sizeof name, "ACG%02d", acg);
    ihp__table_text(scores, id);
    ihp__table_text(scores, "performance");
    ihp__table_text(scores, name);
    ihp__table_integer(scores, members);
    ihp__table_integer(scores, members * 12);
    ihp__table_ratio(scores, 1.25);
    assert_true(ihp__table_whole(scores));
}

static void add_weight(int acg, int64_t members)
{
    char name[16];
    snprintf(name, sizeof name, "ACG%02d", acg);
    ihp__table_text(weights, "performance");
    ihp__table_cents(weights, 0);
    ihp__table_text(weights, name);
    if (members > 0) {
        ihp__table_integer(weights, members);
    } else {
        ihp__table_hidden(weights);
    }
    ihp__table_integer(weights, members * 12);
    ihp__table_cents(weights, 1000);
    ihp__table_ratio(weights, 1.25);
    assert_true(ihp__table_whole(weights));
}

static bool is_hidden(const struct ihp__table *t, size_t row, const char *column)
{
    const struct ihp__cell *cell = &ihp__table_row(t, row)[ihp__table_column_of(t, column)];
    assert_true(!cell->hidden || cell->integer == 0);
    return cell->hidden;
}

static size_t hidden_scores(void)
{
    size_t hidden = 0;
    for (size_t r = 0; r < scores->rows; r++) {
        assert_int_equal(is_hidden(scores, r, "members"), is_hidden(scores, r, "member_months"));
        hidden += is_hidden(scores, r, "members");
    }
    return hidden;
}

static void hide_scores(void)
{
    struct ihp_error err = {0};
    assert_int_equal(ihp__hide_risk_scores(scores, weights, &table[IHP__TABLE_SETTLEMENT], &err),
                     IHP_OK);
}

/* ---- risk scores ----------------------------------------------------------------------------- */

static void test_nothing_small(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 100);
    for (int acg = 0; acg < 5; acg++) {
        add_score("A", acg, 11 + acg);
        add_weight(acg, 200);
    }
    hide_scores();
    assert_int_equal(hidden_scores(), 0);
    end();
}

/* With one or two hidden categories, the sum of months and the risk score would give the hidden
 * months. Of 12 members a category there are 10^18 ways for 11 categories, and not for 10. */
static void test_risk_score_reveals_nothing(void **state)
{
    (void)state;
    enum { CATEGORIES = 20 };
    begin();
    add_ihp("A", 500);
    for (int acg = 0; acg < CATEGORIES; acg++) {
        add_score("A", acg, acg == 7 ? 5 : 12);
        add_weight(acg, 5000);
    }
    hide_scores();
    size_t hidden = hidden_scores();
    assert_true(is_hidden(scores, 7, "members"));
    assert_true(is_hidden(scores, 0, "members"));
    assert_false(is_hidden(scores, CATEGORIES - 1, "members"));
    /* C(months - 1, hidden - 1), computed otherwise. */
    double ways = 1, one_less = 1;
    for (size_t i = 1; i < hidden; i++) {
        ways *= (double)(5 * 12 + ((int)hidden - 1) * 144 - (int)i) / (double)i;
    }
    for (size_t i = 1; i + 1 < hidden; i++) {
        one_less *= (double)(5 * 12 + ((int)hidden - 2) * 144 - (int)i) / (double)i;
    }
    assert_true(ways >= 1e18);
    assert_true(one_less < 1e18);
    for (size_t r = 0; r < scores->rows; r++) {
        assert_false(is_hidden(scores, r, "weight"));
    }
    end();
}

/* The category of another IHP is hidden if that of all members would reveal the small number. */
static void test_all_members_of_a_category(void **state)
{
    (void)state;
    enum { CATEGORIES = 30 };
    for (int with_others = 0; with_others < 2; with_others++) {
        begin();
        add_ihp("A", 500);
        add_ihp("B", 5000);
        for (int acg = 0; acg < CATEGORIES; acg++) {
            add_score("A", acg, acg < 15 ? 5 : 40);
            add_weight(acg, (acg < 15 ? 5 : 40) + 1000 + acg + (with_others ? 10 : 0));
        }
        for (int acg = 0; acg < CATEGORIES; acg++) {
            add_score("B", acg, 1000 + acg);
        }
        hide_scores();
        for (size_t acg = 0; acg < CATEGORIES; acg++) {
            assert_int_equal(is_hidden(scores, acg, "members"), acg < 15);
            assert_int_equal(is_hidden(scores, CATEGORIES + acg, "members"),
                             !with_others && acg < 15);
        }
        end();
    }
}

/* A hidden weight is hidden here, too, with its members, whose part of the risk score would tell
 * it. */
static void test_hidden_weight(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 900);
    for (int acg = 0; acg < 20; acg++) {
        add_weight(acg, acg == 3 ? 0 : 5000);
        add_score("A", acg, 50);
    }
    hide_scores();
    assert_int_equal(scores->rows, 20);
    for (size_t r = 0; r < 20; r++) {
        assert_int_equal(is_hidden(scores, r, "weight"), r == 3);
    }
    assert_true(is_hidden(scores, 3, "members"));
    assert_false(is_hidden(scores, 19, "members"));
    end();
}

/* The rows of an IHP whose members are hidden would tell their number: seven members had seven
 * rows. They count all the same as hidden members of their categories. */
static void test_hidden_members_have_no_rows(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 0);
    add_ihp("B", 900);
    for (int acg = 0; acg < 20; acg++) {
        add_weight(acg, 60);
        if (acg < 7) {
            add_score("A", acg, 1);
        }
    }
    for (int acg = 0; acg < 20; acg++) {
        add_score("B", acg, acg < 7 ? 59 : 60);
    }
    hide_scores();
    assert_int_equal(scores->rows, 20);
    for (size_t r = 0; r < scores->rows; r++) {
        assert_string_equal(ihp__table_row(scores, r)[0].text, "B");
        assert_int_equal(is_hidden(scores, r, "members"), r < 7);
    }
    end();
}

/* ---- payments -------------------------------------------------------------------------------- */

static void add_month(const char *id, int64_t attributed, int64_t eligible, int64_t ctc)
{
    struct ihp__table *month = &payments[IHP__TABLE_PAYMENTS];
    struct ihp__table *quarter = &payments[IHP__TABLE_PAYMENTS_QUARTER];
    ihp__table_text(month, id);
    ihp__table_text(month, "2025-01");
    ihp__table_integer(month, attributed);
    ihp__table_integer(month, eligible);
    ihp__table_cents(month, eligible * 400);
    ihp__table_integer(month, ctc);
    ihp__table_text(quarter, id);
    ihp__table_text(quarter, "2025Q1");
    ihp__table_integer(quarter, eligible * 3);
    ihp__table_cents(quarter, 400);
    ihp__table_cents(quarter, eligible * 1200);
    ihp__table_cents(quarter, ctc * 300);
    assert_true(ihp__table_whole(month) && ihp__table_whole(quarter));
}

static void add_reason(const char *id, int64_t months)
{
    ihp__table_text(reasons, id);
    ihp__table_text(reasons, "care_coordination");
    ihp__table_integer(reasons, months);
    ihp__table_cents(reasons, months * 400);
    assert_true(ihp__table_whole(reasons));
}

static void hide_payments(void)
{
    struct ihp_error err = {0};
    assert_int_equal(ihp__hide_payments(&finished, &err), IHP_OK);
}

/* C&TC pays a dollar for each member and month, so that the dollars are a number of members. */
static void test_payments(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int64_t attributed, eligible, ctc;
        bool month, pbp, ctc_hidden;
    } rows[] = {
        {"A", 500, 400, 100, false, false, false},
        {"B", 500, 495, 90, true, false, false}, /* 5 are not eligible */
        {"C", 90, 8, 70, true, true, false},     /* few are */
        {"D", 95, 40, 0, true, true, false},     /* hidden with C */
        {"E", 500, 450, 4, false, false, true},
        {"F", 500, 450, 495, false, false, true}, /* 5 are no children */
        {"G", 500, 450, 60, false, false, true},  /* hidden with E */
        {"H", 500, 400, 100, true, true, true},   /* not in the settlement */
        {"I", 500, 400, 100, true, true, true},   /* hidden in the settlement */
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    begin();
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].id[0] != 'H') {
            add_ihp(rows[i].id, rows[i].id[0] == 'I' ? 0 : 1000);
        }
        add_month(rows[i].id, rows[i].attributed, rows[i].eligible, rows[i].ctc);
        add_reason(rows[i].id, 121);
    }
    add_reason("A", 120); /* can be those of 10 members */
    hide_payments();
    const struct ihp__table *month = &payments[IHP__TABLE_PAYMENTS];
    const struct ihp__table *quarter = &payments[IHP__TABLE_PAYMENTS_QUARTER];
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(is_hidden(month, i, "attributed"), rows[i].month && i != 2 && i != 3);
        assert_int_equal(is_hidden(month, i, "pbp_eligible"), rows[i].month);
        assert_int_equal(is_hidden(month, i, "pbp_dollars"), rows[i].pbp);
        assert_int_equal(is_hidden(quarter, i, "member_months"), rows[i].pbp);
        assert_int_equal(is_hidden(quarter, i, "average_pmpm"), rows[i].pbp);
        assert_int_equal(is_hidden(quarter, i, "pbp_payment"), rows[i].pbp);
        assert_int_equal(is_hidden(month, i, "ctc_members"), rows[i].ctc_hidden);
        assert_int_equal(is_hidden(quarter, i, "ctc_dollars"), rows[i].ctc_hidden);
        assert_int_equal(is_hidden(reasons, i, "amount"), i >= ROWS - 2);
    }
    assert_true(is_hidden(reasons, ROWS, "member_months"));
    assert_true(is_hidden(reasons, ROWS, "amount"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_small),
        cmocka_unit_test(test_risk_score_reveals_nothing),
        cmocka_unit_test(test_all_members_of_a_category),
        cmocka_unit_test(test_hidden_weight),
        cmocka_unit_test(test_hidden_members_have_no_rows),
        cmocka_unit_test(test_payments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
