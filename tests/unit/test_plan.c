/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of a sweep: each reading and decision once, however many scenarios share it; caps in order;
 * and scenarios divided among plans so that each is settled once. */
#include "deck_text.h"
#include "sweep/sweep.h"

enum { IHPS = 3, ACGS = 4 };

static struct ihp__partnership partnership[IHPS] = {
    {.id = "NORTH", .claims_cap = 20000000}, {.id = "LAKES"}, {.id = "WEST", .claims_cap = 150000}};
static const struct ihp__program program = {.partnership = partnership, .partnerships = IHPS};

struct planned {
    struct ihp__deck deck;
    struct ihp__plan *plan;
};

/* Plans the scenarios of a deck from `first` on, in `bytes`, with `more` for a view in addition to
 * its sums. */
static struct ihp__plan *plan_from(const struct ihp__deck *deck, size_t first, uint64_t bytes,
                                   uint64_t more)
{
    const struct ihp__plan_request request = {
        .deck = deck,
        .program = &program,
        .acgs = ACGS,
        .first = first,
        .end = deck->sweep == NULL ? 0 : deck->sweep->scenarios,
        .bytes = bytes,
        .view_bytes = more,
    };
    struct ihp__plan *plan = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__plan_create(&request, &plan, &err), IHP_OK);
    return plan;
}

/* Plans all scenarios of the plain deck with more text behind it. */
static struct planned planned(const char *more)
{
    struct planned p = {.deck = loaded(more)};
    p.plan = plan_from(&p.deck, 0, UINT64_MAX, 0);
    return p;
}

static void done(struct planned *p)
{
    ihp__plan_destroy(&p->plan);
    assert_null(p->plan);
    ihp__plan_destroy(&p->plan); /* harmless */
    ihp__plan_destroy(NULL);
    ihp__deck_free(&p->deck);
}

static void assert_counts(const struct ihp__plan *plan, size_t scenarios, size_t readings,
                          size_t views)
{
    assert_int_equal(plan->first, 0);
    assert_int_equal(plan->scenarios, scenarios);
    assert_int_equal(plan->readings, readings);
    assert_int_equal(plan->views, views);
}

static void assert_views(const struct ihp__plan *plan, size_t scenario, size_t base,
                         size_t performance)
{
    assert_int_equal(plan->view[scenario][IHP__BASE], base);
    assert_int_equal(plan->view[scenario][IHP__PERFORMANCE], performance);
}

static void assert_caps(const struct ihp__plan *plan, const int64_t *cap, size_t caps)
{
    assert_int_equal(plan->caps, caps);
    for (size_t k = 0; k < caps; k++) {
        assert_int_equal(plan->cap[k], cap[k]);
    }
}

/* The views of a plan are numbered without a gap, those of a reading together. */
static void assert_numbered(const struct ihp__plan *plan)
{
    size_t views = 0;
    for (size_t r = 0; r < plan->readings; r++) {
        assert_int_equal(plan->reading[r].first_view, views);
        assert_true(plan->reading[r].decisions > 0);
        views += plan->reading[r].decisions;
    }
    assert_int_equal(plan->views, views);
    for (size_t s = 0; s < plan->scenarios; s++) {
        assert_true(plan->view[s][IHP__BASE] < views && plan->view[s][IHP__PERFORMANCE] < views);
    }
}

/* ---- what is shared -------------------------------------------------------------------------- */

static void test_without_a_sweep(void **state)
{
    (void)state;
    struct planned p = planned("");
    static const int64_t caps[] = {0, 150000, 20000000};
    assert_counts(p.plan, 0, 2, 2);
    assert_int_equal(p.plan->reading[0].period, IHP__BASE);
    assert_int_equal(p.plan->reading[1].period, IHP__PERFORMANCE);
    assert_int_equal(p.plan->reading[0].paid_through, p.deck.base.paid_through);
    assert_int_equal(p.plan->reading[1].paid_through, p.deck.performance.paid_through);
    assert_int_equal(p.plan->reading[0].roster_quarter, 2025 * 4 + 3);
    assert_int_equal(p.plan->reading[1].roster_quarter, 2025 * 4 + 3);
    assert_caps(p.plan, caps, 3);
    done(&p);
}

/* A scenario that acts on money shares the views of the deck, and equal caps are one. */
static void test_money_shares_the_views_of_the_deck(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: one_at_a_time, vary: {claims_cap: [7, 1500, 0, 3], "
                               "trend: [0.01], threshold: [0.05], corridor_share: [1], "
                               "risk_weights: [base], pbp_offset_outside: [outermost]}}");
    static const int64_t caps[] = {0, 300, 700, 150000, 20000000};
    assert_counts(p.plan, 9, 2, 2);
    for (size_t s = 0; s < 9; s++) {
        assert_views(p.plan, s, 0, 1);
    }
    assert_caps(p.plan, caps, 5);
    done(&p);
}

/* A decision is one more view of both readings; equal decisions are one. */
static void test_decisions_share_the_readings(void **state)
{
    (void)state;
    struct planned p = planned(
        "sweep: {design: named, scenarios: ["
        "{name: a, set: {primary_care_elsewhere: step3}}, "
        "{name: b, set: {primary_care_elsewhere: blocks}}, "
        "{name: c, set: {primary_care_elsewhere: blocks, trend: 0.01}}, "
        "{name: d, set: {min_total_months: 9}}, {name: e, set: {min_total_months: 3}}, "
        "{name: f, set: {min_continuous_months: 1}}, {name: g, set: {visit_gate: attributed_ihp}}, "
        "{name: h, set: {specialty_elsewhere: specialty}}, "
        "{name: i, set: {unresolved_tie: lowest_ihp}}]}");
    assert_counts(p.plan, 9, 2, 14); /* the deck's and six others, in two periods */
    assert_numbered(p.plan);
    static const size_t view[] = {0, 1, 1, 0, 2, 3, 4, 5, 6};
    for (size_t s = 0; s < 9; s++) {
        assert_views(p.plan, s, view[s], 7 + view[s]);
    }
    assert_int_equal(p.plan->reading[0].decision[1].primary_care_elsewhere, IHP__ELSEWHERE_BLOCKS);
    assert_int_equal(p.plan->reading[1].decision[2].min_total_months, 3);
    assert_int_equal(p.plan->reading[1].decision[3].min_continuous_months, 1);
    assert_int_equal(p.plan->reading[0].decision[4].visit_gate, IHP__GATE_ATTRIBUTED_IHP);
    assert_int_equal(p.plan->reading[0].decision[5].specialty_elsewhere, IHP__SPECIALTY_SPECIALTY);
    assert_int_equal(p.plan->reading[0].decision[6].unresolved_tie, IHP__TIE_LOWEST_IHP);
    done(&p);
}

/* Each policy that acts on claims makes one more reading of both periods. */
static void test_claims_are_readings(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: one_at_a_time, vary: {msc_plus_excluded: [false], "
                               "exclusion_scope: [period], non_ihp_unit: [treating], "
                               "count_unit: [visit], lookback_months: [0], cost_months: [all]}}");
    assert_counts(p.plan, 6, 14, 14);
    assert_numbered(p.plan);
    for (size_t s = 0; s < 6; s++) {
        assert_views(p.plan, s, 2 + 2 * s, 3 + 2 * s);
        assert_int_equal(p.plan->reading[2 + 2 * s].period, IHP__BASE);
        assert_int_equal(p.plan->reading[3 + 2 * s].period, IHP__PERFORMANCE);
    }
    assert_int_equal(p.plan->reading[2].policies.msc_plus_excluded, 0);
    assert_int_equal(p.plan->reading[5].policies.exclusion_scope, IHP__SCOPE_PERIOD);
    assert_int_equal(p.plan->reading[6].policies.non_ihp_unit, IHP__UNIT_TREATING);
    assert_int_equal(p.plan->reading[9].policies.count_unit, IHP__COUNT_VISIT);
    assert_int_equal(p.plan->reading[10].policies.lookback_months, 0);
    assert_int_equal(p.plan->reading[13].policies.cost_months, IHP__COST_ALL);
    done(&p);
}

/* Run-out changes one period; the other one is the deck's. */
static void test_runout_is_of_one_period(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: one_at_a_time, vary: {"
                               "base_paid_through: [2025-12-31, 2024-12-31], "
                               "performance_paid_through: [2025-12-31, 2026-12-31]}}");
    assert_counts(p.plan, 4, 4, 4);
    assert_views(p.plan, 0, 0, 1);
    assert_views(p.plan, 1, 2, 1);
    assert_views(p.plan, 2, 0, 3); /* not the base period's reading of the same day */
    assert_views(p.plan, 3, 0, 1);
    assert_int_equal(p.plan->reading[2].period, IHP__BASE);
    assert_int_equal(p.plan->reading[2].paid_through, p.deck.base.paid_through - 365);
    assert_int_equal(p.plan->reading[3].period, IHP__PERFORMANCE);
    assert_int_equal(p.plan->reading[3].paid_through, p.deck.performance.paid_through - 365);
    done(&p);
}

/* The policy chooses the roster of the base period; a given quarter is the performance year's. */
static void test_rosters(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: grid, vary: {base_roster: [performance, own], "
                               "roster_quarter: [2025Q4, 2025Q1, 2024Q4]}}");
    /* performance: (Q4, Q4), (Q1, Q1), (24Q4, 24Q4); own: 24Q4 in the base period each time */
    assert_counts(p.plan, 6, 6, 6);
    assert_numbered(p.plan);
    assert_views(p.plan, 0, 0, 1);
    assert_views(p.plan, 1, 2, 3);
    assert_views(p.plan, 2, 4, 5);
    assert_views(p.plan, 3, 4, 1);
    assert_views(p.plan, 4, 4, 3);
    assert_views(p.plan, 5, 4, 5);
    assert_int_equal(p.plan->reading[2].roster_quarter, 2025 * 4);
    assert_int_equal(p.plan->reading[4].roster_quarter, 2024 * 4 + 3);
    struct ihp__terms terms = p.deck.sweep->scenario[4].terms;
    assert_int_equal(ihp__terms_quarter(&p.deck, &terms, IHP__BASE), 2024 * 4 + 3);
    assert_int_equal(ihp__terms_quarter(&p.deck, &terms, IHP__PERFORMANCE), 2025 * 4);
    done(&p);
}

/* A grid over claims, a decision and money: readings, decisions within them, and shared views. */
static void test_a_grid_over_all_steps(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: grid, vary: {claims_cap: [0, 5], "
                               "visit_gate: [any_roster, attributed_ihp], "
                               "count_unit: [line, visit]}}");
    assert_counts(p.plan, 8, 4, 8);
    assert_numbered(p.plan);
    /* readings: base and performance by line (views 0, 1 and 2, 3), by visit (4, 5 and 6, 7) */
    static const size_t view[8][2] = {{0, 2}, {4, 6}, {1, 3}, {5, 7},
                                      {0, 2}, {4, 6}, {1, 3}, {5, 7}};
    for (size_t s = 0; s < 8; s++) {
        assert_views(p.plan, s, view[s][0], view[s][1]);
    }
    done(&p);
}

/* The cap of a scenario is for all IHPs; without it each IHP has its own. */
static void test_caps_of_terms(void **state)
{
    (void)state;
    struct ihp__terms terms = {0};
    assert_int_equal(ihp__terms_cap(&terms, &partnership[0]), 20000000);
    assert_int_equal(ihp__terms_cap(&terms, &partnership[1]), 0);
    terms.changes.cap_given = true;
    assert_int_equal(ihp__terms_cap(&terms, &partnership[0]), 0);
    terms.changes.claims_cap = 77;
    assert_int_equal(ihp__terms_cap(&terms, &partnership[0]), 77);
    assert_int_equal(ihp__terms_cap(&terms, &partnership[1]), 77);
}

/* ---- what fits ------------------------------------------------------------------------------- */

static uint64_t bytes_of(const struct ihp__plan *plan, uint64_t more)
{
    const struct ihp__tally_shape shape = {.partnerships = IHPS, .acgs = ACGS, .caps = plan->caps};
    return ihp__views_bytes(&shape, plan->views) + plan->views * more;
}

/* Finds the reading of a view. */
static const struct ihp__reading *reading_of(const struct ihp__plan *plan, size_t view)
{
    const struct ihp__reading *reading = plan->reading;
    while (view >= reading->first_view + reading->decisions) {
        reading++;
    }
    return reading;
}

/* Compares the reading and the decision of two views. */
static void assert_same_view(const struct ihp__plan *a, size_t view_a, const struct ihp__plan *b,
                             size_t view_b)
{
    const struct ihp__reading *x = reading_of(a, view_a), *y = reading_of(b, view_b);
    assert_int_equal(x->period, y->period);
    assert_int_equal(x->paid_through, y->paid_through);
    assert_int_equal(x->roster_quarter, y->roster_quarter);
    assert_memory_equal(&x->policies, &y->policies, sizeof x->policies);
    assert_memory_equal(&x->decision[view_a - x->first_view], &y->decision[view_b - y->first_view],
                        sizeof *x->decision);
}

static bool has_cap(const struct ihp__plan *plan, int64_t cap)
{
    for (size_t k = 0; k < plan->caps; k++) {
        if (plan->cap[k] == cap) {
            return true;
        }
    }
    return false;
}

/* Compares a plan with the plan of all scenarios: it has the same views, and every cap. */
static void check_plan(const struct ihp__plan *plan, const struct planned *all)
{
    assert_numbered(plan);
    assert_same_view(plan, 0, all->plan, 0);
    for (size_t i = 0; i < plan->scenarios; i++) {
        size_t number = plan->first + i;
        const struct ihp__changes *changes = &all->deck.sweep->scenario[number].terms.changes;
        for (int period = 0; period < IHP__PERIODS; period++) {
            assert_same_view(plan, plan->view[i][period], all->plan,
                             all->plan->view[number][period]);
        }
        assert_true(!changes->cap_given || has_cap(plan, changes->claims_cap));
    }
    for (size_t p = 0; p < IHPS; p++) {
        assert_true(has_cap(plan, partnership[p].claims_cap));
    }
}

/* Counts the plans of a sweep under a limit: they have every scenario once, in order, and no plan
 * is above the limit unless it has one scenario alone. */
static size_t plans_under(const struct planned *all, uint64_t bytes, uint64_t more)
{
    size_t plans = 0, next = 0, scenarios = all->deck.sweep->scenarios;
    for (; next < scenarios; plans++) {
        struct ihp__plan *plan = plan_from(&all->deck, next, bytes, more);
        assert_int_equal(plan->first, next);
        assert_in_range(plan->scenarios, 1, scenarios - next);
        assert_true(plan->scenarios == 1 || bytes_of(plan, more) <= bytes);
        check_plan(plan, all);
        next += plan->scenarios;
        if (next < scenarios && bytes != UINT64_MAX) { /* one more does not fit */
            struct ihp__plan *again =
                plan_from(&all->deck, plan->first, bytes_of(plan, more), more);
            assert_int_equal(again->scenarios, plan->scenarios);
            ihp__plan_destroy(&again);
        }
        ihp__plan_destroy(&plan);
    }
    assert_int_equal(next, scenarios);
    return plans;
}

static void test_split_by_bytes(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: grid, vary: {claims_cap: [0, 5, 10, 2000], "
                               "lookback_months: [0, 3, 6], min_total_months: [9, 1, 2], "
                               "count_unit: [line, visit]}}");
    assert_int_equal(p.plan->scenarios, 72);
    assert_int_equal(p.plan->readings, 14); /* 6 of each period, and the deck's */
    assert_int_equal(p.plan->views, 38);
    const uint64_t whole = bytes_of(p.plan, 1000);
    assert_int_equal(plans_under(&p, UINT64_MAX, 1000), 1);
    assert_int_equal(plans_under(&p, whole, 1000), 1);
    assert_true(plans_under(&p, whole - 1, 1000) > 1);
    assert_int_equal(plans_under(&p, 0, 1000), 72);
    size_t before = 72;
    for (uint64_t bytes = whole / 64; bytes < whole; bytes += whole / 64) {
        size_t plans = plans_under(&p, bytes, 1000);
        assert_in_range(plans, 1, before);
        before = plans;
    }
    assert_in_range(before, 2, 8);
    done(&p);
}

/* Bytes that a view takes in addition to its sums count. */
static void test_split_by_what_else_a_view_takes(void **state)
{
    (void)state;
    struct planned p = planned("sweep: {design: one_at_a_time, vary: {"
                               "min_total_months: [0, 1, 2, 3, 4, 5, 6, 7]}}");
    const uint64_t sums = bytes_of(p.plan, 0), more = UINT64_C(1) << 40;
    assert_int_equal(p.plan->views, 18);
    assert_int_equal(plans_under(&p, sums, 0), 1);
    assert_int_equal(plans_under(&p, sums + 18 * more, more), 1);
    assert_int_equal(plans_under(&p, sums + 18 * more - 1, more), 2);
    /* These are the deck's two views and those of two scenarios. */
    assert_int_equal(plans_under(&p, 7 * more, more), 4);
    done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_without_a_sweep),
        IN_FOLDER(test_money_shares_the_views_of_the_deck),
        IN_FOLDER(test_decisions_share_the_readings),
        IN_FOLDER(test_claims_are_readings),
        IN_FOLDER(test_runout_is_of_one_period),
        IN_FOLDER(test_rosters),
        IN_FOLDER(test_a_grid_over_all_steps),
        cmocka_unit_test(test_caps_of_terms),
        IN_FOLDER(test_split_by_bytes),
        IN_FOLDER(test_split_by_what_else_a_view_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
