/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding in the tables of a settlement what would reveal a number of 1 to 10 members. */
#include "result/all_tables.h"
#include "result/hide_small.h"

#include "build.h"

#include <string.h>

static struct ihp__table tables[IHP__TABLES];

static void begin(void)
{
    ihp__result_tables_begin(tables);
}

static void end(void)
{
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&tables[t]);
    }
}

/* Adds a row to a table: texts are `text` in turn, other cells 1000 but for the columns named. */
static void add_row(enum ihp__table_number t, const char *const *text, int64_t base_members,
                    int64_t members)
{
    struct ihp__table *table = &tables[t];
    for (size_t c = 0; c < table->columns; c++) {
        const char *name = table->column[c].name;
        switch (table->column[c].kind) {
        case IHP__CELL_TEXT:
            ihp__table_text(table, *text != NULL ? *text++ : "");
            break;
        case IHP__CELL_INTEGER:
            ihp__table_integer(table, strcmp(name, "base_members") == 0 ? base_members
                                      : strcmp(name, "members") == 0    ? members
                                                                        : 1000);
            break;
        case IHP__CELL_DOLLARS:
            ihp__table_cents(table, 1000);
            break;
        case IHP__CELL_RATIO:
        case IHP__CELL_SECONDS:
            ihp__table_ratio(table, 1000);
            break;
        }
    }
    assert_true(ihp__table_whole(table));
}

static void add_ihp(const char *id, int64_t base_members, int64_t members)
{
    add_row(IHP__TABLE_SETTLEMENT, (const char *const[]){id, "savings", NULL}, base_members,
            members);
}

static bool is_hidden(enum ihp__table_number t, size_t row, const char *column)
{
    const struct ihp__cell *cell =
        &ihp__table_row(&tables[t], row)[ihp__table_column_of(&tables[t], column)];
    assert_int_equal(cell->blank, cell->hidden);
    assert_true(!cell->hidden || (cell->integer == 0 && (cell->text == NULL || !cell->text[0])));
    return cell->hidden;
}

static void hide(void)
{
    struct ihp_error err = {0};
    assert_int_equal(ihp__hide_small(tables, &err), IHP_OK);
}

/* A has few members in the base period, so B, the smallest other, is hidden, too. */
static void test_settlement(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 5, 50);
    add_ihp("B", 20, 40);
    add_ihp("C", 30, 60);
    add_row(IHP__TABLE_BRIDGE, (const char *const[]){"A", "final", NULL}, 0, 0);
    add_row(IHP__TABLE_BRIDGE, (const char *const[]){"C", "final", NULL}, 0, 0);
    add_row(IHP__TABLE_BOOTSTRAP, (const char *const[]){"B", "ratio", NULL}, 0, 0);
    add_row(IHP__TABLE_ATTRIBUTION_SUMMARY, (const char *const[]){"base", "NO_EM", "", NULL}, 0, 5);
    hide();
    for (size_t row = 0; row < 3; row++) {
        bool hidden = row < 2;
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, row, "base_members"), hidden);
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, row, "base_member_months"), hidden);
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, row, "target_pmpm"), hidden);
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, row, "outcome"), hidden);
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, row, "amount_due"), hidden);
        assert_false(is_hidden(IHP__TABLE_SETTLEMENT, row, "members"));
        assert_false(is_hidden(IHP__TABLE_SETTLEMENT, row, "tcoc_pmpm"));
        assert_false(is_hidden(IHP__TABLE_SETTLEMENT, row, "track"));
    }
    assert_true(is_hidden(IHP__TABLE_BRIDGE, 0, "amount"));
    assert_false(is_hidden(IHP__TABLE_BRIDGE, 1, "amount"));
    assert_true(is_hidden(IHP__TABLE_BOOTSTRAP, 0, "estimate"));
    assert_int_equal(tables[IHP__TABLE_ATTRIBUTION_SUMMARY].rows, 0);
    end();
}

/* Nothing is hidden where all numbers are large, or 0. */
static void test_nothing_small(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 0, 11);
    add_ihp("B", 11, 500);
    hide();
    for (size_t c = 0; c < tables[IHP__TABLE_SETTLEMENT].columns; c++) {
        assert_false(
            is_hidden(IHP__TABLE_SETTLEMENT, 0, tables[IHP__TABLE_SETTLEMENT].column[c].name));
        assert_false(
            is_hidden(IHP__TABLE_SETTLEMENT, 1, tables[IHP__TABLE_SETTLEMENT].column[c].name));
    }
    end();
}

/* A scenario with 3 members fewer than the deck tells neither the 3 nor, by its dollars, what they
 * cost. */
static void test_scenario(void **state)
{
    (void)state;
    static const int64_t members[] = {57, 60, 49, 4};
    begin();
    add_ihp("A", 100, 60);
    for (size_t i = 0; i < 4; i++) {
        add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"key", "value", "A", NULL}, 100,
                members[i]);
    }
    hide();
    for (size_t i = 0; i < 4; i++) {
        bool few = i == 0, own = i == 3;
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "members"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "member_months"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "tcoc_pmpm"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "ratio"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "gross_difference"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "final_amount"), few || own);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "change_in_amount"), few || own);
        assert_false(is_hidden(IHP__TABLE_SCENARIOS, i, "base_members"));
        assert_false(is_hidden(IHP__TABLE_SCENARIOS, i, "ihp_id"));
    }
    end();
}

static void set(enum ihp__table_number t, size_t row, const char *column, int64_t number)
{
    struct ihp__table *table = &tables[t];
    table->cell[row * table->columns + ihp__table_column_of(table, column)].integer = number;
}

/* As many members with 120 months more can be 10 members; with 121 they are 11 or more. */
static void test_months(void **state)
{
    (void)state;
    static const int64_t months[] = {1000, 1001, 1120, 1121, 880, 879};
    begin();
    add_ihp("A", 100, 100);
    for (size_t i = 0; i < 6; i++) {
        add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"key", "value", "A", NULL}, 100, 100);
        set(IHP__TABLE_SCENARIOS, i, "base_member_months", months[i]);
    }
    hide();
    for (size_t i = 0; i < 6; i++) {
        bool few = i == 1 || i == 2 || i == 4;
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "base_capped_cost"), few);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, i, "final_amount"), few);
    }
    end();
}

/* Between caps of $200,000 and $500,000 ten members cost at most $3,000,000 more. Without a cap
 * there is no such end, and other keys that move members or costs leave none either. */
static void test_caps(void **state)
{
    (void)state;
    static const struct {
        const char *own, *cap, *other;
        int64_t cost; /* in cents, more than the deck's */
        bool few;
    } cases[] = {
        {"200000.00", "200000", NULL, 5, false},
        {"200000.00", "500000", NULL, 0, false},
        {"200000.00", "500000", NULL, 1, true},
        {"200000.00", "500000", NULL, 300000000, true},
        {"200000.00", "500000", NULL, 300000001, false},
        {"200000.00", "500000", "trend", 300000000, true},
        {"200000.00", "500000", "trend", 300000001, false},
        {"200000.00", "500000", "lookback_months", 300000001, true},
        {"200000.00", "200000", "lookback_months", 5, false},
        {"200000.00", "0", NULL, 900000000000, true},
        {"none", "200000", NULL, 900000000000, true},
        {"none", "0", NULL, 5, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        add_ihp("A", 100, 100);
        add_row(IHP__TABLE_TERMS,
                (const char *const[]){"A", "claims_cap", cases[i].own, "16.9", NULL}, 0, 0);
        add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"key", "value", "A", NULL}, 100, 100);
        add_row(IHP__TABLE_SCENARIO_TERMS, (const char *const[]){"claims_cap", cases[i].cap, NULL},
                0, 0);
        if (cases[i].other != NULL) {
            add_row(IHP__TABLE_SCENARIO_TERMS, (const char *const[]){cases[i].other, "1", NULL}, 0,
                    0);
        }
        add_row(IHP__TABLE_SCENARIO_BOOTSTRAP,
                (const char *const[]){"key", "value", "A", "ratio", NULL}, 0, 0);
        set(IHP__TABLE_SCENARIOS, 0, "capped_cost", 1000 + cases[i].cost);
        hide();
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, 0, "capped_cost"), cases[i].few);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, 0, "ratio"), cases[i].few);
        assert_false(is_hidden(IHP__TABLE_SCENARIOS, 0, "members"));
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIO_BOOTSTRAP, 0, "estimate"), cases[i].few);
        assert_false(is_hidden(IHP__TABLE_SCENARIO_BOOTSTRAP, 0, "scenario"));
        end();
    }
}

/* Adds an IHP of 100 members with an outcome, members in an affected county in a month, and more.
 */
static void add_affected(const char *outcome, const char *there)
{
    add_row(IHP__TABLE_SETTLEMENT, (const char *const[]){"A", outcome, NULL}, 100, 100);
    add_row(IHP__TABLE_TERMS,
            (const char *const[]){"A", "circumstances.2025-03", there, "5.9", NULL}, 0, 0);
    add_row(IHP__TABLE_TERMS,
            (const char *const[]){"A", "circumstances.2025-04", "50", "5.9", NULL}, 0, 0);
    add_row(IHP__TABLE_TERMS, (const char *const[]){"A", "pbp", "5.00", "16.8", NULL}, 0, 0);
    add_row(IHP__TABLE_BOOTSTRAP, (const char *const[]){"A", "ratio", NULL}, 0, 0);
    add_row(IHP__TABLE_PAYER_SPLIT, (const char *const[]){"A", "MCO", NULL}, 0, 0);
    add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"key", "value", "A", "losses", NULL}, 100,
            100);
    add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"key", "value", "A", "savings", NULL}, 100,
            100);
}

/* Members who lived in an affected county, and those who did not, must be 0 or at least 11. Amounts
 * tell their number if they are losses, and the month counts: a fifth of the members lived there.
 */
static void test_circumstances(void **state)
{
    (void)state;
    static const struct {
        const char *outcome, *there;
        bool few, all;
    } cases[] = {
        {"losses", "0", false, false},  {"losses", "10", true, true},
        {"losses", "11", false, false}, {"losses", "89", false, false},
        {"losses", "90", true, true},   {"losses", "100", false, false},
        {"savings", "10", true, false}, {"savings", "90", true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        add_affected(cases[i].outcome, cases[i].there);
        hide();
        assert_int_equal(is_hidden(IHP__TABLE_TERMS, 0, "value"), cases[i].few);
        assert_int_equal(is_hidden(IHP__TABLE_TERMS, 1, "value"), cases[i].few);
        assert_false(is_hidden(IHP__TABLE_TERMS, 2, "value"));
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, 0, "final_amount"), cases[i].all);
        assert_int_equal(is_hidden(IHP__TABLE_SETTLEMENT, 0, "circumstance_reduction"),
                         cases[i].all);
        assert_int_equal(is_hidden(IHP__TABLE_PAYER_SPLIT, 0, "amount"), cases[i].all);
        assert_int_equal(is_hidden(IHP__TABLE_BOOTSTRAP, 0, "estimate"), cases[i].few);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, 0, "circumstance_reduction"),
                         cases[i].few);
        assert_int_equal(is_hidden(IHP__TABLE_SCENARIOS, 1, "circumstance_reduction"),
                         cases[i].all);
        end();
    }
}

/* The steps that tell what few members cost who joined or left are hidden; 5 + 6 by two reasons are
 * not few. */
static void test_bridge(void **state)
{
    (void)state;
    static const char *const steps[] = {"interim", "members", "run_out", "risk", "final"};
    static const struct {
        const char *ihp, *period, *direction, *reason;
        int64_t members;
    } moved[] = {{"A", "base", "in", "NO_EM", 5},
                 {"A", "base", "in", "NO_VISIT", 6},
                 {"A", "performance", "out", "NO_EM", 11},
                 {"B", "base", "in", "NO_EM", 11},
                 {"B", "base", "out", "NO_EM", 10}};
    begin();
    add_ihp("A", 100, 100);
    add_ihp("B", 100, 100);
    for (size_t i = 0; i < 10; i++) {
        add_row(IHP__TABLE_BRIDGE, (const char *const[]){i < 5 ? "A" : "B", steps[i % 5], NULL}, 0,
                0);
    }
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        add_row(IHP__TABLE_BRIDGE_MEMBERS,
                (const char *const[]){moved[i].ihp, moved[i].period, moved[i].direction,
                                      moved[i].reason, NULL},
                0, moved[i].members);
    }
    hide();
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(is_hidden(IHP__TABLE_BRIDGE, i, "amount"), i == 6 || i == 7);
    }
    end();
}

static void add_reading(enum ihp__table_number t, const char *ihp, int64_t gained)
{
    add_row(t, (const char *const[]){"policy", "reading", "13.3", ihp, NULL}, 0, 0);
    set(t, tables[t].rows - 1, "members_gained", gained);
}

/* The members whom a reading moves are hidden with the next smallest, and with a small sum. */
static void test_readings(void **state)
{
    (void)state;
    begin();
    add_ihp("A", 100, 100);
    add_ihp("B", 100, 100);
    add_ihp("C", 100, 100);
    add_reading(IHP__TABLE_READINGS, "A", 4);
    add_reading(IHP__TABLE_READINGS, "B", 15);
    add_reading(IHP__TABLE_READINGS, "C", 30);
    add_reading(IHP__TABLE_READINGS_TOTAL, NULL, 49);
    hide();
    assert_true(is_hidden(IHP__TABLE_READINGS, 0, "members_gained"));
    assert_true(is_hidden(IHP__TABLE_READINGS, 1, "members_gained"));
    assert_false(is_hidden(IHP__TABLE_READINGS, 2, "members_gained"));
    assert_false(is_hidden(IHP__TABLE_READINGS, 0, "members_lost"));
    /* 4 members: with the dollars of the others, the sum would tell what they cost */
    assert_true(is_hidden(IHP__TABLE_READINGS, 0, "change_in_amount"));
    assert_true(is_hidden(IHP__TABLE_READINGS, 0, "dollars_moved"));
    assert_false(is_hidden(IHP__TABLE_READINGS, 1, "change_in_amount"));
    assert_true(is_hidden(IHP__TABLE_READINGS_TOTAL, 0, "change_in_amount"));
    assert_false(is_hidden(IHP__TABLE_READINGS_TOTAL, 0, "members_gained"));
    end();
    begin();
    add_ihp("A", 100, 100);
    add_reading(IHP__TABLE_READINGS, "A", 4);
    add_reading(IHP__TABLE_READINGS_TOTAL, NULL, 4);
    hide();
    assert_true(is_hidden(IHP__TABLE_READINGS_TOTAL, 0, "members_gained"));
    end();
    begin(); /* a scenario whose members have few months more hides the reading that it is */
    add_ihp("A", 100, 100);
    add_reading(IHP__TABLE_READINGS, "A", 20);
    add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"policy", "reading", "A", NULL}, 100, 100);
    set(IHP__TABLE_SCENARIOS, 0, "member_months", 1012);
    add_row(IHP__TABLE_SCENARIOS, (const char *const[]){"policy", "other", "A", NULL}, 100, 100);
    hide();
    assert_true(is_hidden(IHP__TABLE_READINGS, 0, "change_in_amount"));
    assert_true(is_hidden(IHP__TABLE_SCENARIOS, 0, "final_amount"));
    assert_false(is_hidden(IHP__TABLE_SCENARIOS, 1, "final_amount"));
    end();
    begin();
    add_ihp("A", 100, 4); /* the only one that is hidden */
    add_reading(IHP__TABLE_READINGS_TOTAL, NULL, 0);
    hide();
    assert_true(is_hidden(IHP__TABLE_READINGS_TOTAL, 0, "change_in_amount"));
    assert_true(is_hidden(IHP__TABLE_READINGS_TOTAL, 0, "dollars_moved"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settlement), cmocka_unit_test(test_nothing_small),
        cmocka_unit_test(test_scenario),   cmocka_unit_test(test_months),
        cmocka_unit_test(test_caps),       cmocka_unit_test(test_circumstances),
        cmocka_unit_test(test_readings),   cmocka_unit_test(test_bridge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
