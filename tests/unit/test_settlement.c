/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement of IHPs from sums [16.3-16.8, 5.4]. Every number is worked out by hand. */
#include "settlement_fixture.h"

/* ---- the worked example ---------------------------------------------------------------------- */

static void test_16_5_3_from_sums_to_a_ratio(void **state)
{
    struct fixture *f = *state;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_int_equal(s->partnership, EAST);
    assert_int_equal(s->base_members, 4);
    assert_int_equal(s->base_months, 40);
    assert_int_equal(s->members, 5);
    assert_int_equal(s->months, 50);
    assert_near(s->base_pmpm, 175.0);
    assert_near(s->base_risk, 0.875);
    assert_near(s->pmpm, 184.6584);
    assert_near(s->risk, 1.0);
    assert_near(s->trend_factor, 1.02588);
    assert_near(s->target_pmpm, 179.529);
    assert_near(s->adjusted_target_pmpm, 205.176);
    assert_near(s->ratio, 0.9);
    assert_double(round(s->gross_difference * 1e6), 1025880000.0); /* $20.5176 x 50 */
    const struct ihp__settlement *w = &f->finance.settlement[WEST];
    assert_int_equal(w->partnership, WEST);
    assert_near(w->base_pmpm, 150.0);
    assert_near(w->base_risk, 4.0 / 3.0);
    assert_near(w->risk, 17.0 / 24.0);
    assert_near(w->adjusted_target_pmpm, 81.7498125);
    assert_near(w->ratio, 4120.19 / 3923.991);
    assert_double(round(w->gross_difference * 1e6), -196199000.0);
}

static void test_16_4_1_2_weights_by_period_and_cap(void **state)
{
    struct fixture *f = *state;
    settle(f, EAST);
    static const double wanted[IHP__PERIODS][CAPS * ACGS] = {{0.5, 2.0, 2.0 / 3.0, 5.0 / 3.0},
                                                             {0.4, 1.4, 0.5, 4.0 / 3.0}};
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t i = 0; i < CAPS * ACGS; i++) {
            assert_near(f->finance.weight[period][i], wanted[period][i]);
        }
    }
    assert_int_equal(f->finance.partnerships, IHPS);
    assert_int_equal(f->finance.acgs, ACGS);
    assert_int_equal(f->finance.caps, CAPS);
    assert_int_equal(f->notices.count, 0);
}

/* Base weights for both periods: EAST (20 x 0.5 + 30 x 2) / 50 = 1.4, WEST (24 + 20) / 48. */
static void test_policy_risk_weights_base(void **state)
{
    struct fixture *f = *state;
    f->deck.policies.risk_weights = IHP__WEIGHTS_BASE;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_near(s->base_risk, 0.875);
    assert_near(s->risk, 1.4);
    assert_near(s->adjusted_target_pmpm, 179.529 * 1.6);
    assert_near(f->finance.settlement[WEST].risk, 11.0 / 12.0);
    assert_near(f->finance.weight[IHP__PERFORMANCE][CAPPED * ACGS + HEAVY], 5.0 / 3.0);
}

/* EAST saves 0.1 x 50% x $205.176 x 50 = $512.94; WEST owes half of $196.199. */
static void test_16_8_final_savings_and_losses(void **state)
{
    struct fixture *f = *state;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_int_equal(s->outcome, IHP__OUTCOME_SAVINGS);
    assert_double(round(s->shared_before_pbp * 1e6), 512940000.0);
    assert_double(s->pbp_offset, 0.0);
    assert_double(s->shared_amount, s->shared_before_pbp);
    assert_true(isnan(s->quality_score));
    assert_double(s->quality_adjusted, s->shared_amount);
    assert_double(s->circumstance_reduction, 0.0);
    assert_double(s->termination_factor, 1.0);
    assert_double(s->final_amount, s->shared_amount);
    assert_int_equal(s->interim_paid, 0);
    assert_int_equal(s->amount_due, 51294);
    const struct ihp__settlement *w = &f->finance.settlement[WEST];
    assert_int_equal(w->outcome, IHP__OUTCOME_LOSSES);
    assert_double(round(w->shared_before_pbp * 1e6), -98099500.0);
    assert_double(round(w->final_amount * 1e6), -98099500.0);
    assert_int_equal(w->amount_due, -9810); /* half a cent, away from zero */
}

/* ---- Table 2 [16.8.2.3] ---------------------------------------------------------------------- */

static void test_16_8_2_3_table_2(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int64_t cost; /* cents; the adjusted target is $420,000 */
        enum ihp__outcome outcome;
        int64_t due;
    } cases[] = {
        {41160000, IHP__OUTCOME_INSIDE_THRESHOLD, 0}, /* exactly 98% */
        {41159958, IHP__OUTCOME_SAVINGS, 420021},     /* 97.9999%: half of $8,400.42 */
        {39900000, IHP__OUTCOME_SAVINGS, 1050000},    /* 95%: half of $21,000 */
        {37800000, IHP__OUTCOME_SAVINGS, 2100000},    /* 90%: half of $42,000 */
        {35700000, IHP__OUTCOME_SAVINGS, 2100000},    /* 85%: nothing below 90% */
        {-420000, IHP__OUTCOME_SAVINGS, 2100000},     /* -1% */
        {42000000, IHP__OUTCOME_INSIDE_THRESHOLD, 0},
        {42840000, IHP__OUTCOME_INSIDE_THRESHOLD, 0}, /* exactly 102% */
        {42840001, IHP__OUTCOME_LOSSES, -420001},     /* half of $8,400.01 is $4,200.005 */
        {43260000, IHP__OUTCOME_LOSSES, -630000},     /* 103% */
        {46200000, IHP__OUTCOME_LOSSES, -2100000},    /* 110% */
        {52500000, IHP__OUTCOME_LOSSES, -2100000},    /* 125%: nothing above 110% */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ihp__settlement *s = settle_at(f, cases[i].cost);
        assert_near(s->adjusted_target_pmpm, 420.0);
        assert_int_equal(s->outcome, cases[i].outcome);
        assert_int_equal(s->amount_due, cases[i].due);
    }
}

static void test_16_7_threshold_of_the_deck(void **state)
{
    struct fixture *f = *state;
    f->deck.threshold = 0.0;
    assert_int_equal(settle_at(f, 41580000)->amount_due, 210000); /* 99%: half of $4,200 */
    assert_int_equal(settle_at(f, 42000000)->outcome, IHP__OUTCOME_INSIDE_THRESHOLD);
    f->deck.threshold = 0.06;
    assert_int_equal(settle_at(f, 39900000)->outcome, IHP__OUTCOME_INSIDE_THRESHOLD);
    assert_int_equal(settle_at(f, 39060000)->amount_due, 1470000); /* 93%, from the first dollar */
}

/* ---- no settlement --------------------------------------------------------------------------- */

static void assert_no_settlement(const struct ihp__settlement *s)
{
    assert_int_equal(s->outcome, IHP__OUTCOME_NO_SETTLEMENT);
    assert_double(s->shared_before_pbp, 0.0);
    assert_double(s->pbp_offset, 0.0);
    assert_double(s->shared_amount, 0.0);
    assert_double(s->final_amount, 0.0);
    assert_true(isnan(s->quality_score));
    assert_int_equal(s->interim_paid, 0);
    assert_int_equal(s->amount_due, 0);
}

/* Returns the number of notices that have both texts. */
static int notices_with(const struct fixture *f, const char *text, const char *more)
{
    int count = 0;
    for (size_t i = 0; i < f->notices.count; i++) {
        const char *notice = f->notices.text[i];
        count += strstr(notice, text) != NULL && strstr(notice, more) != NULL;
    }
    return count;
}

static void test_track_1_is_reported_and_not_settled(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].track = 1;
    f->ihp[EAST].pbp = 5000000;
    f->ihp[EAST].interim_paid = 123456; /* not part of the settlement; a notice says so */
    const struct ihp__settlement *s = settle(f, EAST);
    assert_no_settlement(s);
    assert_int_equal(f->notices.count, 1);
    assert_int_equal(notices_with(f, "EAST: the interim amount paid, $1,234.56,", "[2.12]"), 1);
    assert_near(s->pmpm, 184.6584);
    assert_near(s->risk, 1.0);
    assert_near(s->ratio, 0.9);
    assert_int_equal(f->finance.settlement[WEST].outcome, IHP__OUTCOME_LOSSES);
}

static void test_no_months_in_the_performance_period(void **state)
{
    struct fixture *f = *state;
    put(f->performance->acg_months + EAST * ACGS, 0, 0);
    put(f->performance->payer_months + EAST * PAYERS, 0, 0);
    f->performance->months[EAST] = f->performance->members[EAST] = f->performance->capped[EAST] = 0;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_no_settlement(s);
    assert_true(isnan(s->pmpm) && isnan(s->risk) && isnan(s->adjusted_target_pmpm) &&
                isnan(s->ratio));
    assert_true(isnan(s->gross_difference));
    assert_int_equal(notices_with(f, "EAST: there is no settlement", "[16.4, 16.5]"), 1);
    assert_near(s->base_pmpm, 175.0); /* what is defined is reported */
    assert_near(s->target_pmpm, 179.529);
}

static void test_no_months_in_the_base_period(void **state)
{
    struct fixture *f = *state;
    put(f->base->acg_months + EAST * ACGS, 0, 0);
    f->base->months[EAST] = f->base->members[EAST] = f->base->capped[EAST] = 0;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_no_settlement(s);
    assert_true(isnan(s->base_pmpm) && isnan(s->base_risk) && isnan(s->target_pmpm));
    assert_true(isnan(s->adjusted_target_pmpm) && isnan(s->ratio));
    assert_near(s->pmpm, 184.6584);
    assert_near(s->risk, 1.0);
}

/* All base months are in a category without cost, so the base risk is 0. */
static void test_base_risk_of_zero(void **state)
{
    struct fixture *f = *state;
    put(f->base->eligible_capped + NO_CAP * ACGS, 0, 2000000);
    put(f->base->acg_months + EAST * ACGS, 40, 0);
    const struct ihp__settlement *s = settle(f, EAST);
    assert_double(s->base_risk, 0.0);
    assert_no_settlement(s);
    assert_true(isnan(s->adjusted_target_pmpm) && isnan(s->ratio));
}

/* A target of zero or less has no ratio: a base of reversals, a base cost of zero. */
static void test_adjusted_target_that_is_not_positive(void **state)
{
    struct fixture *f = *state;
    f->base->capped[EAST] = -700000;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_near(s->adjusted_target_pmpm, -205.176);
    assert_true(isnan(s->ratio));
    assert_no_settlement(s);
    f->base->capped[EAST] = 0;
    s = settle(f, EAST);
    assert_double(s->adjusted_target_pmpm, 0.0);
    assert_true(isnan(s->ratio));
    assert_no_settlement(s);
}

/* ---- notices and errors ---------------------------------------------------------------------- */

static void test_16_4_1_2_category_the_population_lacks_is_named(void **state)
{
    struct fixture *f = *state;
    put(f->performance->eligible_months, 200, 0);
    put(f->performance->eligible_capped + NO_CAP * ACGS, 6000000, 0);
    const struct ihp__settlement *s = settle(f, EAST);
    assert_near(s->risk, 1.0); /* (20 x 1 + 30 x 1) / 50 */
    assert_int_equal(f->notices.count, 1);
    assert_non_null(strstr(f->notices.text[0], "'4100'"));
    assert_non_null(strstr(f->notices.text[0], "(performance period)"));
    assert_non_null(strstr(f->notices.text[0], "[16.4.1.2]"));
    ihp_notices_clear(&f->notices);
    /* No attributed member has it: no notice. The base year's population has it: no notice. */
    f->deck.policies.risk_weights = IHP__WEIGHTS_BASE;
    settle(f, EAST);
    assert_int_equal(f->notices.count, 0);
    f->deck.policies.risk_weights = IHP__WEIGHTS_OWN;
    put(f->performance->acg_members + EAST * ACGS, 5, 0);
    put(f->performance->acg_members + WEST * ACGS, 4, 0);
    settle(f, EAST);
    assert_int_equal(f->notices.count, 0);
}

static void test_16_4_1_2_population_without_cost_is_named(void **state)
{
    struct fixture *f = *state;
    put(f->base->eligible_capped + CAPPED * ACGS, 3000, -3000);
    settle(f, WEST);
    assert_int_equal(f->notices.count, 1);
    assert_int_equal(notices_with(f, "no cost in the base period", "[16.4.1.2]"), 1);
    assert_near(f->finance.settlement[WEST].base_risk, 1.0);
}

static void test_16_8_ihp_without_a_corridor_is_named(void **state)
{
    struct fixture *f = *state;
    static const struct ihp__corridor own[] = {{WEST, 0.9, 1.1, 0.5}};
    memcpy(f->corridor, own, sizeof own); /* and no default corridors */
    f->program.corridors = 1;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_int_equal(s->outcome, IHP__OUTCOME_SAVINGS);
    assert_double(s->shared_amount, 0.0);
    assert_int_equal(s->amount_due, 0);
    assert_int_equal(f->finance.settlement[WEST].amount_due, -9810);
    assert_int_equal(f->notices.count, 1);
    assert_int_equal(notices_with(f, "EAST: corridors.csv has no corridor", "[16.8]"), 1);
}

static void test_16_4_2_missing_trend_leaves_the_result_untouched(void **state)
{
    struct fixture *f = *state;
    f->deck.performance.year = 2026;
    struct ihp__finance finance;
    memset(&finance, 0x3C, sizeof finance);
    const struct ihp__finance before = finance;
    assert_int_equal(ihp__finance_settle(f->tally, &f->program, &f->deck, acg_text, &finance,
                                         &f->notices, &f->err),
                     IHP_ERR_DATA);
    assert_non_null(strstr(f->err.text, "trend.csv: has no row for 2026"));
    assert_memory_equal(&finance, &before, sizeof finance);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_16_5_3_from_sums_to_a_ratio),
        TEST(test_16_4_1_2_weights_by_period_and_cap),
        TEST(test_policy_risk_weights_base),
        TEST(test_16_8_final_savings_and_losses),
        TEST(test_16_8_2_3_table_2),
        TEST(test_16_7_threshold_of_the_deck),
        TEST(test_track_1_is_reported_and_not_settled),
        TEST(test_no_months_in_the_performance_period),
        TEST(test_no_months_in_the_base_period),
        TEST(test_base_risk_of_zero),
        TEST(test_adjusted_target_that_is_not_positive),
        TEST(test_16_4_1_2_category_the_population_lacks_is_named),
        TEST(test_16_4_1_2_population_without_cost_is_named),
        TEST(test_16_8_ihp_without_a_corridor_is_named),
        TEST(test_16_4_2_missing_trend_leaves_the_result_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
