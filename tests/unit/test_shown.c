/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a data package shows of an IHP: no small counts, no counts that would reveal them, and no
 * numbers that would reveal the cost of lines that are left out. */
#include "result/package.h"
#include "result/settlement_tables.h"
#include "result/shown.h"
#include "result/table.h"
#include "settlement_fixture.h"

#include <math.h>

/* ---- counts of a group ----------------------------------------------------------------------- */

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        int64_t count[4]; /* -1: not present */
        bool hidden[4], enough;
    } cases[] = {
        {{-1, -1, -1, -1}, {0, 0, 0, 0}, true},
        {{11, 50, -1, -1}, {0, 0, 0, 0}, true},
        {{10, 50, -1, -1}, {1, 1, 0, 0}, true}, /* or 10 = the sum less 50 */
        {{5, 50, 12, -1}, {1, 0, 1, 0}, true},  /* the smallest other is hidden too */
        {{5, 12, 40, 12}, {1, 1, 0, 0}, true},  /* the first of equals */
        {{5, 6, 30, -1}, {1, 1, 0, 0}, true},   /* 11 = 1 + 10 = ... = 10 + 1: all possible */
        {{4, 6, 30, 20}, {1, 1, 0, 1}, true},   /* 10 = 9 + 1 at most: 10 could be ruled out */
        {{1, 1, 1, 30}, {1, 1, 1, 1}, true},
        {{4, 4, 4, 30}, {1, 1, 1, 0}, true},    /* 12 = 1 + 1 + 10 */
        {{4, 4, 3, 30}, {1, 1, 1, 1}, true},    /* 11 = 1 + 1 + 9 at most */
        {{7, -1, -1, -1}, {1, 0, 0, 0}, false}, /* the sum is the count */
        {{5, 5, -1, -1}, {1, 1, 0, 0}, false},
        {{5, 6, -1, -1}, {1, 1, 0, 0}, true},
        {{0, 40, 50, -1}, {1, 1, 0, 0}, true}, /* present, with a count of 0 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__shown_count count[4];
        for (size_t c = 0; c < 4; c++) {
            count[c] = (struct ihp__shown_count){cases[i].count[c], cases[i].count[c] >= 0, true};
        }
        assert_int_equal(ihp__counts_hide(count, 4), cases[i].enough);
        for (size_t c = 0; c < 4; c++) {
            assert_int_equal(count[c].hidden, cases[i].hidden[c]);
        }
    }
}

/* Returns true if a reader who knows the sum of `hidden` positive counts can rule out that one of
 * them is `value`. */
static bool ruled_out(int hidden, int64_t sum, int64_t value)
{
    int64_t rest = sum - value; /* of the others, of which each is at least 1 */
    return hidden == 1 ? rest != 0 : rest < hidden - 1;
}

/* For all groups of three counts up to 25: a reader who knows their sum and the shown counts cannot
 * rule out any of 1 to 10 for a hidden one. */
static void test_every_group_of_three(void **state)
{
    (void)state;
    for (int code = 0; code < 26 * 26 * 26; code++) {
        struct ihp__shown_count count[3];
        int left = code, hidden = 0;
        int64_t sum = 0;
        for (size_t c = 0; c < 3; c++, left /= 26) {
            count[c] = (struct ihp__shown_count){.count = left % 26, .present = left % 26 > 0};
        }
        bool enough = ihp__counts_hide(count, 3);
        for (size_t c = 0; c < 3; c++) {
            assert_true(count[c].hidden || !count[c].present || count[c].count >= 11);
            assert_true(count[c].present || !count[c].hidden);
            hidden += count[c].hidden;
            sum += count[c].hidden ? count[c].count : 0;
        }
        for (int64_t value = 1; value <= 10 && hidden > 0; value++) {
            assert_true(!enough || !ruled_out(hidden, sum, value));
        }
        if (!enough) { /* no count is left to hide */
            assert_int_equal(hidden, count[0].present + count[1].present + count[2].present);
            assert_true(ruled_out(hidden, sum, 10) || ruled_out(hidden, sum, 1));
        }
    }
}

static void test_population(void **state)
{
    (void)state;
    struct ihp__shown_count shown[IHP__ATTRIBUTIONS];
    struct ihp__population people = {.enrolled = 0};
    assert_true(ihp__population_hide(&people, shown)); /* nobody */
    people.members[2] = 11;
    people.enrolled = 11;
    assert_true(ihp__population_hide(&people, shown));
    people.enrolled = 10; /* costs would be those of ten members */
    assert_false(ihp__population_hide(&people, shown));
    people.members[2] = 10;
    assert_false(ihp__population_hide(&people, shown));
    assert_true(shown[2].hidden);
    people = (struct ihp__population){.members = {[2] = 6, [3] = 5}, .enrolled = 11};
    assert_true(ihp__population_hide(&people, shown)); /* 11 members, 1 + 10 to 10 + 1 */
    people = (struct ihp__population){.members = {[2] = 5, [3] = 4, [4] = 2}, .enrolled = 11};
    assert_false(ihp__population_hide(&people, shown)); /* 11 in three: none can be 10 */
}

/* ---- numbers of members ---------------------------------------------------------------------- */

static void test_sums(void **state)
{
    (void)state;
    struct ihp__package_sums sums;
    struct ihp_error err = {0};
    struct ihp__member_fact fact = {.cost = 600000, .partnership = 1, .qualifying = 0x0FC0};
    for (int m = 0; m < 12; m++) {
        fact.payer[m] = m < 9 ? 2 : 1;
    }
    fact.payer[0] = 0; /* of a month that does not qualify */
    assert_int_equal(ihp__package_sums_create(2, 3, &sums, &err), IHP_OK);
    ihp__package_sums_add(&sums, IHP__PERFORMANCE, &fact, 0, 500000); /* nothing left out */
    ihp__package_sums_add(&sums, IHP__PERFORMANCE, &fact, 100000,
                          500000); /* above the cap in both cases */
    assert_int_equal(sums.part2[IHP__PERFORMANCE][1], 0);
    ihp__package_sums_add(&sums, IHP__PERFORMANCE, &fact, 100001, 500000);
    ihp__package_sums_add(&sums, IHP__PERFORMANCE, &fact, -1, 0); /* a reversal, no cap */
    assert_int_equal(sums.part2[IHP__PERFORMANCE][1], 2);
    assert_int_equal(sums.enrolled[IHP__PERFORMANCE][1], 4);
    assert_int_equal(sums.payer_members[3 + 2], 4);
    fact.qualifying = 0;
    fact.partnership = 0;
    ihp__package_sums_add(&sums, IHP__BASE, &fact, 5, 0);
    assert_int_equal(sums.part2[IHP__BASE][0], 1);
    assert_int_equal(sums.enrolled[IHP__BASE][0], 0);
    int64_t all = 0;
    for (size_t i = 0; i < sums.size; i++) {
        all += sums.block[i];
    }
    assert_int_equal(all, 2 + 4 + 4 + 1);
    ihp__package_sums_free(&sums);
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

static const char *const payer_text[] = {"FFS", "MCO"};

struct shown_case {
    struct fixture *f;
    struct ihp__store_info store;
    struct ihp__result_input input;
    struct ihp__table table[IHP__TABLES], out[IHP__PACKAGE_TABLES];
    struct ihp__package_sums sums;
    struct ihp__shown shown;
    bool own_figures;
};

/* The fixture's EAST with members by primary care only, all enrolled. In the performance period 12
 * are with one payer and 38 with the other. In each category 20 eligible members are not EAST's. */
static void set_case(struct shown_case *c, struct fixture *f, int64_t base, int64_t performance)
{
    const size_t primary = (IHP__REASON_PRIMARY_CARE * 2) * (IHPS + 1) + EAST;
    *c = (struct shown_case){.f = f};
    f->base->summary[primary] = base;
    f->performance->summary[primary] = performance;
    put(f->base->eligible_members, 23, 21);
    put(f->performance->eligible_members, 22, 23);
    settle(f, EAST);
    c->store = (struct ihp__store_info){
        .payers = PAYERS, .payer = payer_text, .acgs = ACGS, .acg = acg_text};
    c->input = (struct ihp__result_input){.deck = &f->deck,
                                          .program = &f->program,
                                          .store = &c->store,
                                          .tally = f->tally,
                                          .finance = &f->finance};
    assert_int_equal(ihp__result_tables_create(&c->input, c->table, &f->err), IHP_OK);
    assert_int_equal(ihp__package_sums_create(IHPS, PAYERS, &c->sums, &f->err), IHP_OK);
    c->sums.enrolled[IHP__BASE][EAST] = base;
    c->sums.enrolled[IHP__PERFORMANCE][EAST] = performance;
    put(c->sums.payer_members + EAST * PAYERS, 12, 38);
}

static void make(struct shown_case *c, const struct ihp__package_moves *moves)
{
    ihp__shown_free(&c->shown);
    for (int t = 0; t < IHP__PACKAGE_TABLES; t++) {
        ihp__table_free(&c->out[t]);
    }
    assert_int_equal(
        ihp__shown_decide(&c->input, &c->sums, EAST, c->own_figures, &c->shown, &c->f->err),
        IHP_OK);
    assert_int_equal(
        ihp__package_tables_create(&c->input, c->table, EAST, &c->shown, moves, c->out, &c->f->err),
        IHP_OK);
}

static void end(struct shown_case *c)
{
    ihp__shown_free(&c->shown);
    ihp__package_sums_free(&c->sums);
    for (int t = 0; t < IHP__PACKAGE_TABLES; t++) {
        ihp__table_free(&c->out[t]);
    }
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&c->table[t]);
    }
}

/* Lists the blank columns of EAST's settlement.csv; quality_score is always blank. */
static void assert_blank(const struct shown_case *c, const char *columns)
{
    const struct ihp__table *t = &c->out[IHP__PACKAGE_SETTLEMENT];
    char blank[1000] = "";
    assert_int_equal(t->rows, 1);
    for (size_t i = 0; i < t->columns; i++) {
        if (t->cell[i].blank && strcmp(t->column[i].name, "quality_score") != 0) {
            strcat(blank, blank[0] == '\0' ? "" : " ");
            strcat(blank, t->column[i].name);
        }
    }
    assert_string_equal(blank, columns);
}

#define RESULT                                                                                     \
    "ratio gross_difference outcome shared_before_pbp pbp_offset shared_amount quality_adjusted "  \
    "circumstance_reduction termination_factor final_amount interim_paid amount_due"

static void test_settlement(void **state)
{
    struct shown_case c;
    set_case(&c, *state, 40, 50);
    make(&c, NULL);
    assert_blank(&c, "");
    assert_int_equal(c.out[IHP__PACKAGE_CHANGES].columns, 0);
    c.sums.part2[IHP__PERFORMANCE][EAST] = 11; /* enough members to hide each one */
    make(&c, NULL);
    assert_blank(&c, "");
    c.sums.part2[IHP__PERFORMANCE][EAST] = 10;
    make(&c, NULL);
    assert_blank(&c, "capped_cost tcoc_pmpm " RESULT);
    c.sums.part2[IHP__PERFORMANCE][EAST] = 0;
    c.sums.part2[IHP__BASE][EAST] = 1;
    make(&c, NULL);
    assert_blank(&c, "base_capped_cost base_tcoc_pmpm target_pmpm adjusted_target_pmpm " RESULT);
    end(&c);
}

static void test_small_settlement(void **state)
{
    struct shown_case c;
    set_case(&c, *state, 40, 10);
    make(&c, NULL);
    assert_blank(&c,
                 "members member_months capped_cost tcoc_pmpm risk adjusted_target_pmpm " RESULT);
    const struct ihp__table *t = &c.out[IHP__PACKAGE_PAYER_SPLIT];
    assert_int_equal(t->rows, 2);
    for (size_t row = 0; row < 2; row++) {
        for (size_t at = 2; at < 6; at++) { /* months, share, paid, amount */
            assert_true(t->cell[row * 6 + at].blank);
        }
    }
    end(&c);
    set_case(&c, *state, 10, 50);
    make(&c, NULL);
    assert_blank(
        &c, "base_members base_member_months base_capped_cost base_tcoc_pmpm base_risk target_pmpm "
            "adjusted_target_pmpm " RESULT);
    end(&c);
}

static void test_payers(void **state)
{
    struct shown_case c;
    set_case(&c, *state, 40, 50);
    make(&c, NULL);
    const struct ihp__table *t = &c.out[IHP__PACKAGE_PAYER_SPLIT];
    assert_int_equal(t->rows, 2);
    assert_int_equal(t->cell[2].integer, 20);
    assert_int_equal(t->cell[8].integer, 30);
    assert_false(t->cell[5].blank || t->cell[11].blank);
    put(c.sums.payer_members + EAST * PAYERS, 10, 40);
    make(&c, NULL);
    assert_true(t->cell[2].blank && t->cell[5].blank && t->cell[8].blank && t->cell[11].blank);
    put(c.sums.payer_members + EAST * PAYERS, 12, 38);
    c.sums.part2[IHP__BASE][EAST] = 3; /* the amounts would reveal it, the months do not */
    make(&c, NULL);
    assert_true(!t->cell[2].blank && t->cell[5].blank && !t->cell[8].blank && t->cell[11].blank);
    end(&c);
}

static void test_weights(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    set_case(&c, f, 40, 50); /* base: 3 and 1 of EAST among 23 and 21 */
    make(&c, NULL);
    assert_false(c.shown.weight[IHP__BASE][LIGHT].hidden ||
                 c.shown.weight[IHP__BASE][HEAVY].hidden);
    put(f->base->eligible_members, 13, 21); /* ten besides EAST's three: the other is hidden too */
    make(&c, NULL);
    assert_true(c.shown.weight[IHP__BASE][LIGHT].hidden && c.shown.weight[IHP__BASE][HEAVY].hidden);
    assert_false(c.shown.weight[IHP__PERFORMANCE][LIGHT].hidden);
    put(f->base->eligible_members, 14, 21);
    make(&c, NULL);
    assert_false(c.shown.weight[IHP__BASE][LIGHT].hidden);
    put(f->base->eligible_members, 13, 21);
    f->deck.policies.risk_weights = IHP__WEIGHTS_BASE; /* the base year's weights in both periods */
    make(&c, NULL);
    assert_true(c.shown.weight[IHP__PERFORMANCE][LIGHT].hidden);
    put(f->base->eligible_members, 23, 21);
    put(f->performance->eligible_members, 2, 3);
    make(&c, NULL);
    assert_false(c.shown.weight[IHP__PERFORMANCE][LIGHT].hidden);
    end(&c);
}

/* Lists EAST's risk_scores.csv of the base period: members, months and weight of each category, "-"
 * where blank and "w" for a weight. */
static void assert_risk_scores(const struct shown_case *c, const char *expected)
{
    char seen[200] = "";
    const struct ihp__table *t = &c->out[IHP__PACKAGE_RISK_SCORES];
    for (size_t row = 0; row < t->rows; row++) {
        const struct ihp__cell *cell = t->cell + row * 6;
        char number[2][24] = {"-", "-"};
        for (size_t i = 0; i < 2 && !cell[3 + i].blank; i++) {
            snprintf(number[i], sizeof number[i], "%lld", (long long)cell[3 + i].integer);
        }
        if (strcmp(cell[1].text, "base") == 0) {
            size_t used = strlen(seen);
            snprintf(seen + used, sizeof seen - used, "%s %s %s;", number[0], number[1],
                     cell[5].blank ? "-" : "w");
        }
    }
    assert_string_equal(seen, expected);
}

static void test_risk_scores(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    set_case(&c, f, 40, 50); /* 30 and 10 months of EAST in the base period */
    put(f->base->acg_members + EAST * ACGS, 11, 29);
    put(f->base->eligible_members, 22, 40);
    make(&c, NULL);
    assert_risk_scores(&c, "11 30 w;29 10 w;");
    put(f->base->eligible_members, 21, 40); /* ten others: their cost could be computed */
    make(&c, NULL);
    assert_risk_scores(&c, "11 30 -;29 10 -;");
    put(f->base->eligible_members, 30, 60);
    put(f->base->acg_members + EAST * ACGS, 10, 30);
    make(&c, NULL);
    assert_risk_scores(&c, "- - -;- - -;");
    c.own_figures = true;
    make(&c, NULL);
    assert_risk_scores(&c, "10 30 w;30 10 w;");
    c.own_figures = false;
    put(f->base->acg_members + EAST * ACGS, 11, 29);
    c.sums.enrolled[IHP__BASE][EAST] = 10; /* too few have a month: the sum is hidden */
    make(&c, NULL);
    assert_risk_scores(&c, ""); /* two rows would tell that there are at least two members */
    c.own_figures = true;
    make(&c, NULL);
    assert_risk_scores(&c, "11 30 w;29 10 w;");
    end(&c);
}

/* Returns the value of a term of EAST, "blank" or "none". */
static const char *term_of(const struct shown_case *c, const char *name)
{
    const struct ihp__table *t = &c->out[IHP__PACKAGE_TERMS];
    const char *value = "none";
    for (size_t row = 0; row < t->rows; row++) {
        const struct ihp__cell *cell = t->cell + row * 4;
        assert_string_equal(cell[0].text, "EAST");
        if (strcmp(cell[1].text, name) == 0) {
            value = cell[2].blank ? "blank" : cell[2].text;
        }
    }
    return value;
}

static void test_terms(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    const int64_t affected[3] = {11, 0, 12}; /* of EAST's members in the first months */
    memcpy(f->performance->affected + EAST * 12, affected, sizeof affected);
    set_case(&c, f, 40, 50);
    f->finance.settlement[EAST].members = 50;
    make(&c, NULL);
    assert_string_equal(term_of(&c, "track"), "2");
    assert_string_equal(term_of(&c, "circumstances.2025-01"), "11");
    assert_string_equal(term_of(&c, "circumstances.2025-02"), "none");
    assert_string_equal(term_of(&c, "circumstances.2025-03"), "12");
    assert_string_equal(term_of(&c, "interim_paid"), "0.00");
    f->performance->affected[EAST * 12] = 41; /* nine members lived elsewhere */
    make(&c, NULL);
    assert_string_equal(term_of(&c, "circumstances.2025-01"), "blank");
    assert_string_equal(term_of(&c, "circumstances.2025-03"), "12");
    assert_blank(&c, ""); /* savings, so nothing is reduced */
    f->performance->affected[EAST * 12] = 11;
    c.sums.part2[IHP__BASE][EAST] = 3; /* the amounts are hidden */
    make(&c, NULL);
    assert_string_equal(term_of(&c, "circumstances.2025-01"), "blank");
    assert_string_equal(term_of(&c, "interim_paid"), "blank");
    assert_string_equal(term_of(&c, "track"), "2");
    end(&c);
}

/* The reduction of losses, divided by the losses, is the months that count by their members. */
static void test_reduction(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    set_case(&c, f, 40, 50);
    struct ihp__settlement *east = &f->finance.settlement[EAST];
    int64_t *affected = f->performance->affected + EAST * 12;
    const char *reduced = "circumstance_reduction final_amount amount_due";
    east->members = 50;
    east->outcome = IHP__OUTCOME_LOSSES;
    east->circumstance_share = 0.1;
    put(affected, 11, 2); /* the second month does not count, but ten members of 50 would */
    make(&c, NULL);
    assert_blank(&c, reduced);
    east->members = 51;
    make(&c, NULL);
    assert_blank(&c, "");
    assert_true(c.shown.affected[0] && !c.shown.affected[1]);
    east->members = 50;
    put(affected, 11, 10);
    make(&c, NULL);
    assert_blank(&c, reduced);
    assert_true(c.out[IHP__PACKAGE_PAYER_SPLIT].cell[3].blank);
    assert_false(c.out[IHP__PACKAGE_PAYER_SPLIT].cell[4].blank); /* paid for the interim */
    assert_true(c.out[IHP__PACKAGE_PAYER_SPLIT].cell[5].blank);
    put(affected, 11, 41);
    make(&c, NULL);
    assert_blank(&c, reduced);
    c.own_figures = true; /* the State decided that the IHP sees its amount */
    make(&c, NULL);
    assert_blank(&c, "");
    assert_true(c.shown.affected[1]);
    c.own_figures = false;
    east->outcome = IHP__OUTCOME_SAVINGS; /* are not reduced */
    make(&c, NULL);
    assert_blank(&c, "");
    end(&c);
}

/* With the same weights in both periods, two scores tell two weights that are hidden. */
static void test_base_weights(void **state)
{
    const char *scores = "base_risk risk adjusted_target_pmpm " RESULT;
    struct fixture *f = *state;
    struct shown_case c;
    set_case(&c, f, 40, 50);                /* 30 and 10 months of EAST, and 20 and 30 */
    put(f->base->eligible_members, 13, 21); /* few besides EAST's: both weights are hidden */
    make(&c, NULL);
    assert_blank(&c, "");
    f->deck.policies.risk_weights = IHP__WEIGHTS_BASE;
    make(&c, NULL);
    assert_blank(&c, scores);
    c.own_figures = true; /* the cost of lines that are left out is not the State's to show */
    make(&c, NULL);
    assert_blank(&c, scores);
    c.own_figures = false;
    put(f->performance->acg_months + EAST * ACGS, 60, 20); /* both scores are one equation */
    make(&c, NULL);
    assert_blank(&c, "");
    put(f->performance->acg_months + EAST * ACGS, 60, 0);
    make(&c, NULL);
    assert_blank(&c, scores);
    put(f->base->eligible_members, 23, 21); /* no weight is hidden */
    make(&c, NULL);
    assert_blank(&c, "");
    /* Months that the base period hides would follow from the weights in the other's rows. */
    put(f->base->acg_members + EAST * ACGS, 10, 30);
    put(f->performance->acg_members + EAST * ACGS, 20, 30);
    put(f->base->eligible_members, 100, 100);
    make(&c, NULL);
    const struct ihp__table *t = &c.out[IHP__PACKAGE_RISK_SCORES];
    assert_int_equal(t->rows, 4);
    for (size_t row = 0; row < t->rows; row++) {
        assert_true(t->cell[row * 6 + 5].blank);
        assert_int_equal(t->cell[row * 6 + 4].blank, row < 2);
    }
    end(&c);
}

/* With one category, its weight is the score. */
static void test_one_weight(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    set_case(&c, f, 40, 50);
    put(f->base->acg_months + EAST * ACGS, 40, 0);
    put(f->base->eligible_members, 13, 41);
    make(&c, NULL);
    assert_blank(&c, "base_risk risk adjusted_target_pmpm " RESULT);
    end(&c);
}

static void test_own_figures(void **state)
{
    struct shown_case c;
    set_case(&c, *state, 10, 10);
    c.own_figures = true;
    make(&c, NULL);
    assert_blank(&c, "");
    const struct ihp__cell *attribution = c.out[IHP__PACKAGE_ATTRIBUTION].cell;
    assert_true(attribution[3].blank);
    c.sums.part2[IHP__PERFORMANCE][EAST] = 1; /* not the State's to decide */
    make(&c, NULL);
    assert_blank(&c, "capped_cost tcoc_pmpm " RESULT);
    end(&c);
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Lists the rows of changes.csv of the performance period as "in PRIMARY_CARE 12;" and so on. */
static void assert_changes(struct shown_case *c, const struct ihp__package_moves *moves,
                           const char *expected)
{
    char seen[500] = "";
    make(c, moves);
    const struct ihp__table *t = &c->out[IHP__PACKAGE_CHANGES];
    for (size_t row = 0; row < t->rows; row++) {
        const struct ihp__cell *cell = t->cell + row * 4;
        char number[32] = "blank";
        if (!cell[3].blank) {
            snprintf(number, sizeof number, "%lld", (long long)cell[3].integer);
        }
        if (strcmp(cell[0].text, "performance") == 0) {
            size_t used = strlen(seen);
            snprintf(seen + used, sizeof seen - used, "%s %s %s;", cell[1].text, cell[2].text,
                     number);
        }
    }
    assert_string_equal(seen, expected);
}

static void test_changes(void **state)
{
    enum {
        PC = IHP__REASON_PRIMARY_CARE,
        SP = IHP__REASON_SPECIALTY,
        GONE = IHP__CHANGE_OTHER_IHP
    };
    struct shown_case c;
    struct ihp__package_moves m = {0};
    int64_t *in = m.in[IHP__PERFORMANCE], *out = m.out[IHP__PERFORMANCE];
    struct ihp__population *then = &m.then[IHP__PERFORMANCE];
    set_case(&c, *state, 40, 50);
    in[PC] = 50; /* a new IHP: all 50 joined */
    m.in[IHP__BASE][PC] = 40;
    assert_changes(&c, &m, "in PRIMARY_CARE 50;out  0;");
    in[PC] = 25; /* 25 stayed of 60 */
    out[IHP__REASON_ENROLLMENT] = 20;
    out[GONE] = 15;
    then->members[2] = then->enrolled = 60;
    assert_changes(&c, &m, "in PRIMARY_CARE 25;out ENROLLMENT 20;out OTHER_IHP 15;");
    out[IHP__REASON_ENROLLMENT] = 25; /* 25 + 10: rows by reason would show the ten */
    out[GONE] = 10;
    assert_changes(&c, &m, "in PRIMARY_CARE 25;out  35;");
    in[PC] = 15;
    in[SP] = 10;
    assert_changes(&c, &m, "in  25;out  35;");
    in[SP] = 0;
    in[PC] = 10; /* and so 40 stayed, 20 left: 10 = 50 - 60 + 20 */
    out[IHP__REASON_ENROLLMENT] = 20;
    out[GONE] = 0;
    assert_changes(&c, &m, "in  blank;out  blank;");
    in[PC] = 40; /* ten stayed: 50 - 40 */
    out[IHP__REASON_ENROLLMENT] = 50;
    assert_changes(&c, &m, "in  blank;out  blank;");
    in[PC] = 39; /* eleven */
    out[IHP__REASON_ENROLLMENT] = 49;
    assert_changes(&c, &m, "in PRIMARY_CARE 39;out ENROLLMENT 49;");
    in[PC] = 25; /* 25 stayed of 30: five left */
    out[IHP__REASON_ENROLLMENT] = 5;
    then->members[2] = then->enrolled = 30;
    assert_changes(&c, &m, "in  blank;out  blank;");
    in[PC] = 39;
    out[IHP__REASON_ENROLLMENT] = 49;
    then->members[2] = then->enrolled = 60;
    c.sums.enrolled[IHP__PERFORMANCE][EAST] = 10; /* the 50 are not shown */
    assert_changes(&c, &m, "in  blank;out  blank;");
    c.sums.enrolled[IHP__PERFORMANCE][EAST] = 50;
    then->enrolled = 10; /* the earlier package did not show its 60, and 50 - 39 + 49 would */
    assert_changes(&c, &m, "in  blank;out  blank;");
    end(&c);
}

/* Changes by reason could reveal an attribution that is hidden: 5 of 50 by specialty. */
static void test_changes_beside_attribution(void **state)
{
    struct fixture *f = *state;
    struct shown_case c;
    struct ihp__package_moves m = {0};
    set_case(&c, f, 40, 50);
    f->performance->summary[(IHP__REASON_PRIMARY_CARE * 2) * (IHPS + 1) + EAST] = 26;
    f->performance->summary[(IHP__REASON_PRIMARY_CARE * 2 + 1) * (IHPS + 1) + EAST] = 19;
    f->performance->summary[(IHP__REASON_SPECIALTY * 2) * (IHPS + 1) + EAST] = 5;
    m.in[IHP__PERFORMANCE][IHP__REASON_PRIMARY_CARE] = 30;
    m.then[IHP__PERFORMANCE].members[2] = m.then[IHP__PERFORMANCE].enrolled = 20;
    assert_changes(&c, &m, "in  30;out  0;");
    const struct ihp__table *t = &c.out[IHP__PACKAGE_ATTRIBUTION];
    assert_int_equal(t->rows, 4); /* one of the base period */
    assert_int_equal(t->cell[1 * 4 + 3].integer, 26);
    assert_true(t->cell[2 * 4 + 3].blank && t->cell[3 * 4 + 3].blank);
    end(&c);
}

/* A count that a later version adds to settlement.csv is not shown by mistake. */
static void test_unknown_column(void **state)
{
    static const struct ihp__table_column columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                       {"track", IHP__CELL_INTEGER},
                                                       {"helped", IHP__CELL_INTEGER},
                                                       {"reached", IHP__CELL_INTEGER}};
    struct shown_case c;
    set_case(&c, *state, 40, 50);
    struct ihp__table *t = &c.table[IHP__TABLE_SETTLEMENT];
    ihp__table_free(t);
    *t = (struct ihp__table){.name = "settlement", .column = columns, .columns = 4};
    ihp__table_text(t, "EAST");
    ihp__table_integer(t, 2);
    ihp__table_integer(t, 10);
    ihp__table_integer(t, 11);
    make(&c, NULL);
    assert_blank(&c, "helped");
    c.sums.part2[IHP__BASE][EAST] = 1;
    make(&c, NULL);
    assert_blank(&c, "helped reached");
    end(&c);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),     cmocka_unit_test(test_every_group_of_three),
        cmocka_unit_test(test_population), cmocka_unit_test(test_sums),
        WITH_FIXTURE(test_settlement),     WITH_FIXTURE(test_small_settlement),
        WITH_FIXTURE(test_payers),         WITH_FIXTURE(test_weights),
        WITH_FIXTURE(test_changes),        WITH_FIXTURE(test_changes_beside_attribution),
        WITH_FIXTURE(test_unknown_column), WITH_FIXTURE(test_risk_scores),
        WITH_FIXTURE(test_terms),          WITH_FIXTURE(test_own_figures),
        WITH_FIXTURE(test_reduction),      WITH_FIXTURE(test_base_weights),
        WITH_FIXTURE(test_one_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
