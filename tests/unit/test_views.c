/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views: the sums of many readings under many caps equal sums made one cap at a time, and the tally
 * of a scenario equals the plain tally of the same facts. */
#include "build.h"
#include "finance/finance.h"

enum { IHPS = 4, ACGS = 3, PAYERS = 1, VIEWS = 3, MEMBERS = 400 };

static const char *const acg_text[ACGS] = {"0100", "4100", "NONE"};

/* Costs around the caps below: equal, a cent below and above, zero, negative, beyond. */
static const int64_t costs[] = {
    0,     1,      -1,     -5000,  9999,    10000,   10001,   24999,        25000,        25001,
    25002, 777777, 777778, 999999, 1000000, 1000001, 5000000, 400000000000, -400000000000};
enum { COSTS = sizeof costs / sizeof costs[0] };

struct facts {
    struct ihp__member_fact fact[VIEWS][MEMBERS];
};

static struct ihp__member_fact random_fact(struct random_draws *draws)
{
    struct ihp__member_fact f = {.cost = costs[random_below(draws, COSTS)],
                                 .qualifying = (uint16_t)random_below(draws, 4096),
                                 .acg = (uint16_t)random_below(draws, ACGS),
                                 .partnership =
                                     (int16_t)((int16_t)random_below(draws, IHPS + 1) - 1),
                                 .window = 1,
                                 .weighs = random_below(draws, 4) > 0,
                                 .affected = (uint16_t)random_below(draws, 4096)};
    if (random_below(draws, 3) == 0) {
        f.cost = (int64_t)random_below(draws, 2000000) - 100000;
    }
    return f;
}

/* Makes views of the same members: in each, some members move and some have another cost. */
static void make_facts(struct facts *facts, uint64_t seed)
{
    struct random_draws draws = {.seed = seed};
    for (size_t m = 0; m < MEMBERS; m++) {
        facts->fact[0][m] = random_fact(&draws);
        for (size_t v = 1; v < VIEWS; v++) {
            facts->fact[v][m] =
                random_below(&draws, 3) == 0 ? random_fact(&draws) : facts->fact[0][m];
        }
    }
}

static struct ihp__tally_shape shape_of(const int64_t *cap, size_t caps)
{
    return (struct ihp__tally_shape){
        .partnerships = IHPS, .acgs = ACGS, .payers = PAYERS, .caps = caps, .cap = cap};
}

static struct ihp__views *views_of(const struct facts *facts, const int64_t *cap, size_t caps)
{
    const struct ihp__tally_shape shape = shape_of(cap, caps);
    struct ihp_error err = {0};
    struct ihp__views *views = NULL;
    assert_int_equal(ihp__views_create(&shape, VIEWS, &views, &err), IHP_OK);
    for (size_t m = 0; m < MEMBERS; m++) {
        for (size_t v = 0; v < VIEWS; v++) {
            ihp__views_add(views, v, &facts->fact[v][m], &facts->fact[0][m]);
        }
    }
    assert_int_equal(ihp__views_close(views, MPI_COMM_SELF, &err), IHP_OK);
    return views;
}

/* Returns min(cost, cap), without the engine's function. */
static int64_t kept(int64_t cost, int64_t cap)
{
    return cap != 0 && cost > cap ? cap : cost;
}

static void assert_ihp(const struct ihp__period_tally *t, const struct ihp__member_fact *fact,
                       int p, int64_t cap)
{
    int64_t members = 0, months = 0, cents = 0, by_acg[ACGS] = {0}, months_by_acg[ACGS] = {0};
    int64_t affected[12] = {0};
    for (size_t m = 0; m < MEMBERS; m++) {
        const struct ihp__member_fact *f = &fact[m];
        if (f->partnership == p) {
            members++;
            months += ihp__months_count(f->qualifying);
            cents += kept(f->cost, cap);
            by_acg[f->acg]++;
            months_by_acg[f->acg] += ihp__months_count(f->qualifying);
            for (int n = 0; n < 12; n++) {
                affected[n] += (f->affected & (1 << n)) != 0;
            }
        }
    }
    assert_memory_equal(t->affected + p * 12, affected, sizeof affected);
    assert_int_equal(t->members[p], members);
    assert_int_equal(t->months[p], months);
    assert_int_equal(t->capped[p], cents);
    for (int a = 0; a < ACGS; a++) {
        assert_int_equal(t->acg_members[p * ACGS + a], by_acg[a]);
        assert_int_equal(t->acg_months[p * ACGS + a], months_by_acg[a]);
    }
}

static void assert_population(const struct ihp__period_tally *t,
                              const struct ihp__member_fact *fact, int a, const int64_t *cents,
                              int64_t cap)
{
    int64_t members = 0, months = 0, wanted = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        const struct ihp__member_fact *f = &fact[m];
        if (f->weighs && f->acg == a) {
            members++;
            months += ihp__months_count(f->qualifying);
            wanted += kept(f->cost, cap);
        }
    }
    assert_int_equal(t->eligible_members[a], members);
    assert_int_equal(t->eligible_months[a], months);
    assert_int_equal(*cents, wanted);
}

/* Every pair of views under every cap, and under a cap for each IHP. */
static void assert_sums(const struct facts *facts, const int64_t *cap, size_t caps)
{
    struct ihp__views *views = views_of(facts, cap, caps);
    struct ihp__tally *tally = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__scenario_tally_create(views, &tally, &err), IHP_OK);
    for (size_t i = 0; i < caps * VIEWS * VIEWS * 2; i++) {
        const size_t view[IHP__PERIODS] = {i % VIEWS, i / VIEWS % VIEWS};
        size_t k = i / VIEWS / VIEWS % caps;
        bool mixed = i >= caps * VIEWS * VIEWS;
        int64_t chosen[IHPS];
        for (size_t p = 0; p < IHPS; p++) {
            chosen[p] = cap[mixed ? (k + p * p) % caps : k];
        }
        ihp__scenario_tally_set(views, view, chosen, tally);
        assert_true(tally->shape.caps <= (mixed ? IHPS : 1));
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__period_tally *t = &tally->period[period];
            for (int p = 0; p < IHPS; p++) {
                size_t of = tally->shape.cap_of[p];
                assert_int_equal(tally->shape.cap[of], chosen[p]);
                assert_ihp(t, facts->fact[view[period]], p, chosen[p]);
                for (int a = 0; a < ACGS; a++) {
                    assert_population(t, facts->fact[view[period]], a,
                                      &t->eligible_capped[of * ACGS + (size_t)a], chosen[p]);
                }
            }
        }
    }
    ihp__scenario_tally_destroy(&tally);
    assert_null(tally);
    ihp__views_destroy(&views);
    assert_null(views);
}

static void test_16_9_sums_under_every_cap(void **state)
{
    (void)state;
    static const int64_t some[] = {0, 1, 9999, 10000, 25000, 25001, 777777, 1000000, 5000000};
    static const int64_t without_none[] = {1, 10000, 25000, 777778};
    static const int64_t one[] = {25000}, none[] = {0};
    static struct facts facts;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        make_facts(&facts, seed);
        assert_sums(&facts, some, sizeof some / sizeof some[0]);
        assert_sums(&facts, without_none, sizeof without_none / sizeof without_none[0]);
        assert_sums(&facts, one, 1);
        assert_sums(&facts, none, 1);
    }
}

/* Worked out by hand: costs below, at and above a cap. */
static void test_16_9_a_cent_above(void **state)
{
    (void)state;
    static const int64_t cap[] = {0, 100, 101};
    const struct ihp__tally_shape shape = shape_of(cap, 3);
    struct ihp_error err = {0};
    struct ihp__views *views = NULL;
    struct ihp__tally *tally = NULL;
    assert_int_equal(ihp__views_create(&shape, 1, &views, &err), IHP_OK);
    for (int64_t cost = 99; cost <= 103; cost++) {
        const struct ihp__member_fact f = {.cost = cost, .partnership = 2, .weighs = cost != 103};
        ihp__views_add(views, 0, &f, &f);
    }
    assert_int_equal(ihp__views_close(views, MPI_COMM_SELF, &err), IHP_OK);
    assert_int_equal(ihp__scenario_tally_create(views, &tally, &err), IHP_OK);
    static const int64_t sums[] = {505, 99 + 4 * 100, 99 + 100 + 3 * 101};
    static const int64_t eligible_sum[] = {402, 99 + 3 * 100, 99 + 100 + 2 * 101};
    for (size_t k = 0; k < 3; k++) {
        const int64_t caps[IHPS] = {cap[k], cap[k], cap[k], cap[k]};
        ihp__scenario_tally_set(views, (const size_t[]){0, 0}, caps, tally);
        assert_int_equal(tally->period[IHP__BASE].capped[2], sums[k]);
        assert_int_equal(tally->period[IHP__PERFORMANCE].capped[2], sums[k]);
        assert_int_equal(tally->period[IHP__BASE].capped[1], 0);
        assert_int_equal(tally->period[IHP__BASE].eligible_capped[0], eligible_sum[k]);
    }
    ihp__scenario_tally_destroy(&tally);
    ihp__views_destroy(&views);
}

/* Members gained and lost against the deck's reading. */
static void test_gained_and_lost(void **state)
{
    (void)state;
    static struct facts facts;
    static const int64_t cap[] = {0};
    make_facts(&facts, 42);
    struct ihp__views *views = views_of(&facts, cap, 1);
    int64_t moved = 0;
    for (size_t v = 0; v < VIEWS; v++) {
        for (int p = 0; p < IHPS; p++) {
            int64_t gained = 0, lost = 0;
            for (size_t m = 0; m < MEMBERS; m++) {
                int now = facts.fact[v][m].partnership, before = facts.fact[0][m].partnership;
                gained += now == p && before != p;
                lost += now != p && before == p;
            }
            assert_int_equal(ihp__views_gained(views, v, (size_t)p), gained);
            assert_int_equal(ihp__views_lost(views, v, (size_t)p), lost);
            assert_true(v > 0 || gained + lost == 0);
            moved += gained + lost;
        }
    }
    assert_true(moved > 100);
    ihp__views_destroy(&views);
    ihp__views_destroy(&views); /* harmless */
    ihp__views_destroy(NULL);
    ihp__scenario_tally_destroy(NULL);
}

/* ---- a scenario's tally settles as the plain one --------------------------------------------- */

static void assert_same_settlement(const struct ihp__settlement *a, const struct ihp__settlement *b)
{
    assert_int_equal(a->partnership, b->partnership);
    assert_int_equal(a->base_members, b->base_members);
    assert_int_equal(a->base_months, b->base_months);
    assert_int_equal(a->members, b->members);
    assert_int_equal(a->months, b->months);
    assert_int_equal(a->outcome, b->outcome);
    assert_int_equal(a->interim_paid, b->interim_paid);
    assert_int_equal(a->amount_due, b->amount_due);
    const double x[] = {a->base_pmpm,
                        a->base_risk,
                        a->pmpm,
                        a->risk,
                        a->trend_factor,
                        a->target_pmpm,
                        a->adjusted_target_pmpm,
                        a->ratio,
                        a->gross_difference,
                        a->shared_before_pbp,
                        a->pbp_offset,
                        a->shared_amount,
                        a->final_amount,
                        a->circumstance_share,
                        a->circumstance_reduction,
                        a->termination_factor};
    const double y[] = {b->base_pmpm,
                        b->base_risk,
                        b->pmpm,
                        b->risk,
                        b->trend_factor,
                        b->target_pmpm,
                        b->adjusted_target_pmpm,
                        b->ratio,
                        b->gross_difference,
                        b->shared_before_pbp,
                        b->pbp_offset,
                        b->shared_amount,
                        b->final_amount,
                        b->circumstance_share,
                        b->circumstance_reduction,
                        b->termination_factor};
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++) {
        assert_true(isnan(x[i]) ? isnan(y[i]) : x[i] == y[i]);
    }
}

static const int64_t plain_cap[] = {0, 10000, 25000, 777777};
static const size_t plain_cap_of[IHPS] = {2, 0, 3, 2};

/* Makes the tally of a run from the facts under two views. */
static struct ihp__tally *plain_tally(const struct facts *facts, const size_t view[IHP__PERIODS])
{
    struct ihp__tally_shape shape = shape_of(plain_cap, 4);
    struct ihp__tally *plain = NULL;
    struct ihp_error err = {0};
    shape.cap_of = plain_cap_of;
    assert_int_equal(ihp__tally_create(&shape, &plain, &err), IHP_OK);
    for (size_t m = 0; m < MEMBERS; m++) {
        const struct ihp__member_fact fact[IHP__PERIODS] = {facts->fact[view[0]][m],
                                                            facts->fact[view[1]][m]};
        ihp__tally_add(plain, fact);
    }
    return plain;
}

/* Settles both tallies and compares the settlements. */
static void assert_settles_alike(const struct ihp__tally *plain, const struct ihp__tally *scenario,
                                 const struct ihp__program *program, const struct ihp__deck *deck)
{
    struct ihp__finance a = {0}, b = {0};
    struct ihp_error err = {0};
    assert_int_equal(ihp__finance_settle(plain, program, deck, acg_text, &a, NULL, &err), IHP_OK);
    assert_int_equal(ihp__finance_settle(scenario, program, deck, acg_text, &b, NULL, &err),
                     IHP_OK);
    for (size_t p = 0; p < IHPS; p++) {
        assert_same_settlement(&b.settlement[p], &a.settlement[p]);
        assert_true(isnan(a.settlement[p].ratio) == 0);
    }
    ihp__finance_free(&a);
    ihp__finance_free(&b);
}

/* The same facts through the tally of a run and through views, with a cap for each IHP, for both
 * choices of risk weights. */
static void test_settles_as_the_plain_tally(void **state)
{
    (void)state;
    static struct ihp__partnership ihp[IHPS] = {
        {.id = "A", .track = 2, .claims_cap = 25000, .pbp = 1000},
        {.id = "B", .track = 2, .interim_paid = 50},
        {.id = "C", .track = 2, .claims_cap = 777777},
        {.id = "D", .track = 1, .claims_cap = 25000}};
    static struct ihp__corridor corridor[] = {{-1, 0.5, 1.0, 0.5}, {-1, 1.0, 2.0, 0.5}};
    static struct ihp__trend trend[] = {{2025, 0.03, -0.004}};
    static char folder[] = "program";
    const struct ihp__program program = {.folder = folder,
                                         .partnership = ihp,
                                         .partnerships = IHPS,
                                         .corridor = corridor,
                                         .corridors = 2,
                                         .trend = trend,
                                         .trends = 1};
    struct ihp__deck deck = {.settlement = IHP__FINAL,
                             .base = {.year = 2024},
                             .performance = {.year = 2025},
                             .threshold = 0.02,
                             .quality_share = 0.5,
                             .policies = usual_policies()};
    static struct facts facts;
    make_facts(&facts, 7);
    for (size_t v = 0; v < VIEWS; v++) { /* no amount so large that it hides the others */
        for (size_t m = 0; m < MEMBERS; m++) {
            facts.fact[v][m].cost = llabs(facts.fact[v][m].cost) % 3000000;
        }
    }
    struct ihp__views *views = views_of(&facts, plain_cap, 4);
    struct ihp__tally *scenario = NULL;
    struct ihp_error err = {0};
    assert_int_equal(ihp__scenario_tally_create(views, &scenario, &err), IHP_OK);
    for (size_t i = 0; i < VIEWS * VIEWS * 2; i++) {
        const size_t view[IHP__PERIODS] = {i % VIEWS, i / VIEWS % VIEWS};
        int64_t own[IHPS];
        for (size_t p = 0; p < IHPS; p++) {
            own[p] = plain_cap[plain_cap_of[p]];
        }
        struct ihp__tally *plain = plain_tally(&facts, view);
        ihp__scenario_tally_set(views, view, own, scenario);
        deck.policies.risk_weights = i < VIEWS * VIEWS ? IHP__WEIGHTS_OWN : IHP__WEIGHTS_BASE;
        assert_settles_alike(plain, scenario, &program, &deck);
        ihp__tally_destroy(&plain);
    }
    ihp__scenario_tally_destroy(&scenario);
    ihp__views_destroy(&views);
}

/* The bytes of a view are those of one block of integers. */
static void test_bytes(void **state)
{
    (void)state;
    static const int64_t cap[] = {0, 1, 2};
    const struct ihp__tally_shape shape = shape_of(cap, 3);
    /* 4 numbers and 12 months per IHP, 2 per IHP and category, 2 per category; and a sum and a
     * count per cap of each IHP and category */
    const size_t ihps = IHPS, acgs = ACGS;
    const uint64_t one = 8 * (16 * ihps + 2 * ihps * acgs + 2 * acgs + 2 * 3 * (ihps + acgs));
    assert_int_equal(ihp__views_bytes(&shape, 1), one);
    assert_int_equal(ihp__views_bytes(&shape, 100000), 100000 * one);
    assert_int_equal(ihp__views_bytes(&shape, 0), 0);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv); /* closing views adds over ranks, here one */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16_9_sums_under_every_cap),
        cmocka_unit_test(test_16_9_a_cent_above),
        cmocka_unit_test(test_gained_and_lost),
        cmocka_unit_test(test_settles_as_the_plain_tally),
        cmocka_unit_test(test_bytes),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    MPI_Finalize();
    return failed;
}
