/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decks of quarterly statements [4.6.2]: the twelve months that end with a month. */
#include "deck_text.h"

/* Loads a deck with base year 2024 as `settlement`, with the performance period `performance`. */
static enum ihp_status load_kind(const char *settlement, const char *performance, const char *more,
                                 struct ihp__deck *deck, struct ihp_error *err)
{
    char text[1000];
    snprintf(text, sizeof text,
             "store: s\nprogram: p\noutput: o\nsettlement: %s\n"
             "base: {year: 2024, paid_through: 2025-12-31}\nperformance: {%s}\n%s",
             settlement, performance, more);
    return load_text(text, deck, err);
}

static void assert_kind_refused(const char *settlement, const char *performance, const char *says)
{
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_kind(settlement, performance, "", &deck, &err), IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE, says);
}

static int32_t month_number(const char *text)
{
    int32_t month = 0;
    assert_true(ihp__month_parse(text, &month));
    return month;
}

static void test_the_twelve_months(void **state)
{
    (void)state;
    static const struct {
        const char *through, *first, *text;
        int year, acg_year;
    } cases[] = {{"2025-01", "2024-02", "2024-02 to 2025-01", 2025, 2024},
                 {"2025-06", "2024-07", "2024-07 to 2025-06", 2025, 2024},
                 {"2025-11", "2024-12", "2024-12 to 2025-11", 2025, 2024},
                 {"2025-12", "2025-01", "2025-01 to 2025-12", 2025, 2025},
                 {"2027-03", "2026-04", "2026-04 to 2027-03", 2027, 2026}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__deck deck;
        struct ihp_error err;
        char performance[100], text[IHP__PERIOD_TEXT];
        snprintf(performance, sizeof performance, "through: %s, paid_through: 2028-01-15",
                 cases[i].through);
        assert_int_equal(load_kind("quarterly", performance, "", &deck, &err), IHP_OK);
        assert_int_equal(deck.settlement, IHP__QUARTERLY);
        assert_int_equal(deck.performance.year, cases[i].year);
        assert_int_equal(ihp__period_first_month(&deck.performance), month_number(cases[i].first));
        assert_int_equal(ihp__period_last_month(&deck.performance), month_number(cases[i].through));
        assert_int_equal(ihp__period_acg_year(&deck.performance), cases[i].acg_year);
        assert_string_equal(ihp__period_months(&deck.performance, text), cases[i].text);
        assert_int_equal(ihp__period_first_month(&deck.base), month_number("2024-01"));
        assert_int_equal(ihp__period_acg_year(&deck.base), 2024);
        assert_string_equal(ihp__period_months(&deck.base, text), "2024");
    }
}

static void test_words_of_each_kind(void **state)
{
    (void)state;
    struct ihp__deck deck = {.settlement = IHP__QUARTERLY};
    assert_string_equal(ihp__settlement_title(&deck), "Quarterly statement");
    assert_string_equal(ihp__settlement_name(&deck), "a quarterly statement");
    assert_non_null(strstr(ihp__settlement_amounts(&deck), "pays nothing"));
    deck.settlement = IHP__INTERIM;
    assert_string_equal(ihp__settlement_title(&deck), "Interim settlement");
    assert_string_equal(ihp__settlement_name(&deck), "an interim settlement");
    assert_non_null(strstr(ihp__settlement_amounts(&deck), "losses are not due"));
    deck.settlement = IHP__FINAL;
    assert_string_equal(ihp__settlement_title(&deck), "Final settlement");
    assert_string_equal(ihp__settlement_name(&deck), "a final settlement");
    assert_non_null(strstr(ihp__settlement_amounts(&deck), "a negative one is owed"));
}

/* The keys of the performance period that a deck describes, as in the manifest. */
static void see_performance(void *context, const struct ihp__deck_key *key)
{
    char *seen = context;
    if (strncmp(key->path, "performance.", 12) == 0) {
        size_t used = strlen(seen);
        snprintf(seen + used, 200 - used, "%s=%s ", key->path + 12, key->value);
    }
}

static void test_the_manifest_has_what_the_deck_gives(void **state)
{
    (void)state;
    char quarterly[200] = "", final_[200] = "";
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(
        load_kind("quarterly", "through: 2025-06, paid_through: 2025-08-14", "", &deck, &err),
        IHP_OK);
    ihp__deck_each_key(&deck, see_performance, quarterly);
    assert_string_equal(quarterly, "through=2025-06 paid_through=2025-08-14 ");
    deck = loaded("");
    ihp__deck_each_key(&deck, see_performance, final_);
    assert_string_equal(final_, "year=2025 paid_through=2026-12-31 ");
}

/* The months must have ended by the cut-off; the cut-off of the base period is free. */
static void test_4_6_2_the_quarter_has_ended(void **state)
{
    (void)state;
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(
        load_kind("quarterly", "through: 2025-06, paid_through: 2025-06-30", "", &deck, &err),
        IHP_OK);
    assert_kind_refused("quarterly", "through: 2025-06, paid_through: 2025-06-29",
                        "run.yaml:6: performance.paid_through: is before the end of 2025-06, the "
                        "last month of the quarterly statement [4.6.2]; expected 2025-06-30 or "
                        "later");
    assert_kind_refused("quarterly", "through: 2028-02, paid_through: 2028-02-28",
                        "expected 2028-02-29 or later");
    assert_int_equal(load_kind("quarterly", "through: 2025-06, paid_through: 2025-06-29",
                               "allow_nonstandard_runout: true", &deck, &err),
                     IHP_OK);
    assert_int_equal(load_text("store: s\nprogram: p\noutput: o\nsettlement: quarterly\n"
                               "base: {year: 2024, paid_through: 2024-06-30}\n"
                               "performance: {through: 2025-03, paid_through: 2031-12-31}\n",
                               &deck, &err),
                     IHP_OK);
}

static void test_a_month_after_the_base_year(void **state)
{
    (void)state;
    assert_kind_refused("quarterly", "through: 2024-12, paid_through: 2025-08-14",
                        "run.yaml:6: performance.through: 2024-12 is not allowed; expected a month "
                        "of a year after the base year 2024 [16.1]");
    assert_kind_refused("quarterly", "through: 2023-06, paid_through: 2025-08-14",
                        "performance.through: 2023-06 is not allowed");
    static const char *const texts[] = {"2025", "2025-13", "2025-6",     "2025Q2",
                                        "June", "1980-12", "2025-06-30", "2148-01"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char performance[100];
        snprintf(performance, sizeof performance, "through: %s, paid_through: 2025-08-14",
                 texts[i]);
        assert_kind_refused("quarterly", performance,
                            "is not allowed; expected a month, YYYY-MM, from 1981-01 to 2147-12");
    }
}

static void test_the_keys_of_each_kind(void **state)
{
    (void)state;
    assert_kind_refused("final", "through: 2025-06, paid_through: 2026-12-31",
                        "run.yaml:6: performance.through: only a quarterly statement ends with a "
                        "month; an interim or final settlement covers a calendar year; remove it "
                        "and give performance.year [4.6.2, 16.1]");
    assert_kind_refused("interim", "through: 2025-12, paid_through: 2026-03-31",
                        "run.yaml:6: performance.through: only a quarterly");
    assert_kind_refused("final", "year: 2025, through: 2025-12, paid_through: 2026-12-31",
                        "covers a calendar year; remove it [4.6.2, 16.1]");
    assert_kind_refused("quarterly", "year: 2025, through: 2025-06, paid_through: 2025-08-14",
                        "run.yaml:6: performance.year: a quarterly statement covers the twelve "
                        "months that end with performance.through; remove it [4.6.2, 16.1]");
    assert_kind_refused("quarterly", "year: 2025, paid_through: 2025-08-14",
                        "performance.year: a quarterly statement covers the twelve months that end "
                        "with performance.through; remove it and give performance.through");
    assert_kind_refused("quarterly", "paid_through: 2025-08-14",
                        "run.yaml: performance.through: is missing; add a month, YYYY-MM");
    assert_kind_refused("final", "paid_through: 2026-12-31",
                        "run.yaml: performance.year: is missing; add a year from 1981");
    struct ihp__deck deck;
    struct ihp_error err;
    assert_int_equal(load_kind("quarterly", "through: 2025-06, paid_through: 2025-08-14",
                               "interim: folder", &deck, &err),
                     IHP_ERR_USAGE);
    assert_error(&err, IHP_ERR_USAGE,
                 "run.yaml:7: interim: a quarterly statement follows no other settlement");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_the_twelve_months),
        IN_FOLDER(test_words_of_each_kind),
        IN_FOLDER(test_the_manifest_has_what_the_deck_gives),
        IN_FOLDER(test_4_6_2_the_quarter_has_ended),
        IN_FOLDER(test_a_month_after_the_base_year),
        IN_FOLDER(test_the_keys_of_each_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
