/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts from sharing to the amount due: the offset of the population-based payment [16.8.2.2],
 * quality [18.2], interim and final [2.12, 2.18, 5.4]. */
#include "settlement_fixture.h"

/* ---- population-based payment [16.8.2.2] ----------------------------------------------------- */

static void test_16_8_2_2_offset_of_savings_and_losses(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].pbp = 1234567;
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_double(round(s->shared_before_pbp * 1e6), 10500e6);
    assert_near(s->pbp_offset, 6172.835);    /* half of $12,345.67 */
    assert_int_equal(s->amount_due, 432717); /* $10,500 - $6,172.835 = $4,327.165 */
    s = settle_at(f, 43260000);
    assert_double(round(s->shared_before_pbp * 1e6), -6300e6);
    assert_near(s->pbp_offset, 6172.835);
    assert_int_equal(s->amount_due, -1247284); /* $12,472.835 */
    s = settle_at(f, 42000000);                /* inside the threshold: no offset either */
    assert_double(s->pbp_offset, 0.0);
    assert_double(s->shared_amount, 0.0);
    assert_int_equal(s->amount_due, 0);
}

/* Savings never become losses; the offset is the amount actually deducted. */
static void test_16_8_2_2_offset_larger_than_the_savings(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].pbp = 2100002; /* half is $10,500.01 */
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_int_equal(s->outcome, IHP__OUTCOME_SAVINGS);
    assert_double(round(s->pbp_offset * 1e6), 10500e6);
    assert_double(s->shared_amount, 0.0);
    assert_int_equal(s->amount_due, 0);
    f->ihp[EAST].pbp = 2099998;
    assert_int_equal(settle_at(f, 39900000)->amount_due, 1);
}

/* The offset has the share of the ratio's corridor: on a boundary the one nearer to 1, beyond the
 * outermost none, or its share under the policy. EAST's own corridors share 70%, 20%, 40% and 80%.
 */
static void test_16_8_2_2_share_of_the_corridor_of_the_ratio(void **state)
{
    struct fixture *f = *state;
    static const struct ihp__corridor own[] = {
        {EAST, 0.8, 0.9, 0.7}, {EAST, 0.9, 1.0, 0.2}, {EAST, 1.0, 1.1, 0.4}, {EAST, 1.1, 1.2, 0.8}};
    memcpy(f->corridor + 4, own, sizeof own);
    f->program.corridors = 8;
    f->ihp[EAST].pbp = 100000; /* $1,000 */
    static const struct {
        int64_t cost;
        double before, offset, outermost;
    } cases[] = {
        {39900000, 4200.0, 200.0, 200.0},   /* 95%: $21,000 x 20% */
        {37800000, 8400.0, 200.0, 200.0},   /* 90%: on the boundary */
        {35700000, 23100.0, 700.0, 700.0},  /* 85%: $8,400 + $21,000 x 70% */
        {33600000, 37800.0, 700.0, 700.0},  /* 80%: the outer end */
        {29400000, 37800.0, 0.0, 700.0},    /* 70%: beyond */
        {43260000, -5040.0, 400.0, 400.0},  /* 103%: $12,600 x 40% */
        {46200000, -16800.0, 400.0, 400.0}, /* 110%: on the boundary */
        {48300000, -33600.0, 800.0, 800.0}, /* 115%: $16,800 + $21,000 x 80% */
        {50400000, -50400.0, 800.0, 800.0}, /* 120%: the outer end */
        {63000000, -50400.0, 0.0, 800.0},   /* 150%: beyond */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int policy = 0; policy < 2; policy++) {
            f->deck.policies.pbp_offset_outside = policy;
            const struct ihp__settlement *s = settle_at(f, cases[i].cost);
            double offset = policy == IHP__OUTSIDE_OUTERMOST ? cases[i].outermost : cases[i].offset;
            assert_double(round(s->shared_before_pbp * 1e6), cases[i].before * 1e6);
            assert_double(round(s->pbp_offset * 1e6), offset * 1e6);
            assert_double(round(s->shared_amount * 1e6), (cases[i].before - offset) * 1e6);
        }
    }
    /* WEST keeps the default corridors: half of $196.199. */
    assert_int_equal(f->finance.settlement[WEST].outcome, IHP__OUTCOME_LOSSES);
}

/* Under `rerun` the payment of $21,000, 5% of the target, is part of the cost: the offset is what
 * is shared between the ratio and the ratio 5% higher, in whatever corridors that is, and no more
 * than the savings. `pbp_offset_outside` has no effect. */
static void test_16_8_2_2_payment_as_part_of_the_cost(void **state)
{
    struct fixture *f = *state;
    static const struct ihp__corridor own[] = {
        {EAST, 0.8, 0.9, 0.7}, {EAST, 0.9, 1.0, 0.2}, {EAST, 1.0, 1.1, 0.4}, {EAST, 1.1, 1.2, 0.8}};
    memcpy(f->corridor + 4, own, sizeof own);
    f->program.corridors = 8;
    f->ihp[EAST].pbp = 2100000;
    f->deck.policies.pbp_offset_rule = IHP__OFFSET_RERUN;
    static const struct {
        int64_t cost;
        double before, offset;
    } cases[] = {
        {40740000, 2520.0, 2520.0},    /* 97% to 102%: losses of $3,360 besides are not taken */
        {39900000, 4200.0, 4200.0},    /* 95% to 100%: all of it */
        {39480000, 5040.0, 4200.0},    /* 94% to 99%: $21,000 x 20% */
        {37800000, 8400.0, 4200.0},    /* 90% to 95% */
        {36960000, 14280.0, 8400.0},   /* 88% to 93%: $8,400 x 70% + $12,600 x 20% */
        {32760000, 37800.0, 8820.0},   /* 78% to 83%: $12,600 x 70% */
        {31500000, 37800.0, 0.0},      /* 75% to 80%: outside */
        {29400000, 37800.0, 0.0},      /* 70% to 75%: outside */
        {43260000, -5040.0, 8400.0},   /* 103% to 108%: $21,000 x 40% */
        {45360000, -13440.0, 13440.0}, /* 108% to 113%: $8,400 x 40% + $12,600 x 80% */
        {49560000, -43680.0, 6720.0},  /* 118% to 123%: $8,400 x 80% */
        {50400000, -50400.0, 0.0},     /* 120% to 125%: outside */
        {42000000, 0.0, 0.0}, /* 100% to 105%: inside the threshold, which is not tried again */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->deck.policies.pbp_offset_outside = (int)(i % 2);
        const struct ihp__settlement *s = settle_at(f, cases[i].cost);
        assert_double(round(s->shared_before_pbp * 1e6), cases[i].before * 1e6);
        assert_double(round(s->pbp_offset * 1e6), cases[i].offset * 1e6);
        assert_double(round(s->shared_amount * 1e6), (cases[i].before - cases[i].offset) * 1e6);
    }
    f->deck.changes.share_given = true; /* of a scenario: all corridors share 50% */
    f->deck.changes.corridor_share = 0.5;
    assert_double(round(settle_at(f, 36960000)->pbp_offset * 1e6), 10500e6);
}

/* In the worked example the ratio is 0.9 after many roundings; it counts as on the boundary. */
static void test_16_8_2_2_boundary_to_twelve_digits(void **state)
{
    struct fixture *f = *state;
    static const struct ihp__corridor own[] = {{EAST, 0.8, 0.9, 0.7}, {EAST, 0.9, 1.0, 0.2}};
    memcpy(f->corridor + 4, own, sizeof own);
    f->program.corridors = 6;
    f->ihp[EAST].pbp = 30000;
    const struct ihp__settlement *s = settle(f, EAST);
    assert_near(s->pbp_offset, 60.0);
    assert_int_equal(s->amount_due, 14518); /* 0.1 x 20% x $10,258.80 = $205.176, less $60 */
}

/* ---- interim and final [2.12, 2.18, 5.4] ----------------------------------------------------- */

static void test_2_12_final_less_what_the_interim_paid(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].interim_paid = 400001;
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_int_equal(s->interim_paid, 400001);
    assert_int_equal(s->amount_due, 1050000 - 400001);
    assert_double(round(s->final_amount * 1e6), 10500e6);
    s = settle_at(f, 43260000); /* losses in addition to what was paid */
    assert_int_equal(s->amount_due, -630000 - 400001);
    s = settle_at(f, 42000000); /* inside the threshold it is paid back */
    assert_int_equal(s->outcome, IHP__OUTCOME_INSIDE_THRESHOLD);
    assert_int_equal(s->amount_due, -400001);
    f->ihp[EAST].interim_paid = -5050;
    assert_int_equal(settle_at(f, 39900000)->amount_due, 1055050);
}

static void test_2_18_interim_pays_savings_and_reports_losses(void **state)
{
    struct fixture *f = *state;
    f->deck.settlement = IHP__INTERIM;
    f->ihp[EAST].interim_paid = 400001; /* not part of an interim */
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_int_equal(s->interim_paid, 0);
    assert_int_equal(s->amount_due, 1050000);
    s = settle_at(f, 43260000);
    assert_int_equal(s->outcome, IHP__OUTCOME_LOSSES);
    assert_double(round(s->final_amount * 1e6), -6300e6);
    assert_int_equal(s->amount_due, 0);
    assert_int_equal(settle_at(f, 42000000)->amount_due, 0);
}

/* ---- quality [18.2, 18.4.12, 18.4.13] -------------------------------------------------------- */

/* Gives EAST `points` of 2 for one measure of section 18: its score is half of them. */
static void give_points(struct fixture *f, double points)
{
    static char category[] = "All";
    static struct ihp__measure measure;
    static struct ihp__quality_row row;
    measure = (struct ihp__measure){.id = "Q",
                                    .section = 18,
                                    .track = 0,
                                    .category = category,
                                    .weight = 1,
                                    .scoring = IHP__SCORING_POINTS};
    row = (struct ihp__quality_row){
        .partnership = EAST, .year = 2025, .sufficient = true, .points = points};
    f->program.measure = &measure;
    f->program.measures = 1;
    f->program.quality = &row;
    f->program.quality_rows = 1;
    f->program.has_quality = true;
}

/* Half of the amount is multiplied by the score, the other half is not changed. */
static void test_18_2_half_of_savings_and_losses(void **state)
{
    struct fixture *f = *state;
    give_points(f, 0.6);
    const struct ihp__settlement *s = settle_at(f, 39900000); /* $10,500 of savings */
    assert_double(s->quality_score, 0.3);
    assert_near(s->shared_amount, 10500.0);
    assert_near(s->quality_adjusted, 5250 * 0.3 + 5250);
    assert_int_equal(s->amount_due, 682500);
    s = settle_at(f, 43260000); /* $6,300 of losses */
    assert_near(s->quality_adjusted, -(3150 * 0.3 + 3150));
    assert_int_equal(s->amount_due, -409500);
    give_points(f, 0);
    assert_int_equal(settle_at(f, 39900000)->amount_due, 525000);
    give_points(f, 2);
    assert_int_equal(settle_at(f, 39900000)->amount_due, 1050000);
}

/* Another share of the amount: none, a quarter, all. */
static void test_18_2_quality_share(void **state)
{
    struct fixture *f = *state;
    give_points(f, 0.6);
    f->deck.quality_share = 0.25;
    assert_int_equal(settle_at(f, 39900000)->amount_due, 866250); /* $2,625 x 30% + $7,875 */
    assert_int_equal(settle_at(f, 43260000)->amount_due, -519750);
    f->deck.quality_share = 0;
    assert_int_equal(settle_at(f, 39900000)->amount_due, 1050000);
    f->deck.quality_share = 1;
    assert_int_equal(settle_at(f, 39900000)->amount_due, 315000);
}

/* Under `inverse` half of the losses is multiplied by 1 less the score; savings as always. */
static void test_18_4_13_losses_by_one_less_the_score(void **state)
{
    struct fixture *f = *state;
    f->deck.policies.quality_on_losses = IHP__LOSSES_INVERSE;
    give_points(f, 0.6);
    assert_int_equal(settle_at(f, 43260000)->amount_due, -535500); /* $3,150 x 70% + $3,150 */
    assert_int_equal(settle_at(f, 39900000)->amount_due, 682500);
    f->deck.quality_share = 0.25;
    assert_int_equal(settle_at(f, 43260000)->amount_due, -582750); /* $1,575 x 70% + $4,725 */
    f->deck.quality_share = 0.5;
    give_points(f, 0);
    assert_int_equal(settle_at(f, 43260000)->amount_due, -630000);
    give_points(f, 2);
    assert_int_equal(settle_at(f, 43260000)->amount_due, -315000);
    give_points(f, NAN);
    assert_int_equal(settle_at(f, 43260000)->amount_due, -630000);
}

static void test_18_4_13_losses_left_alone(void **state)
{
    struct fixture *f = *state;
    f->deck.policies.quality_on_losses = IHP__LOSSES_NONE;
    give_points(f, 0.6);
    assert_int_equal(settle_at(f, 43260000)->amount_due, -630000);
    assert_double(f->finance.settlement[EAST].quality_score, 0.3);
    assert_int_equal(settle_at(f, 39900000)->amount_due, 682500);
}

/* An interim settlement [2.18] and Track 1 have no score; without points the amount is unchanged.
 */
static void test_18_2_without_a_score(void **state)
{
    struct fixture *f = *state;
    give_points(f, 0.6);
    f->deck.settlement = IHP__INTERIM;
    const struct ihp__settlement *s = settle_at(f, 39900000);
    assert_true(isnan(s->quality_score));
    assert_int_equal(s->amount_due, 1050000);
    f->deck.settlement = IHP__FINAL;
    f->ihp[EAST].track = 1;
    assert_true(isnan(settle_at(f, 39900000)->quality_score));
    f->ihp[EAST].track = 2;
    ihp_notices_clear(&f->notices);
    give_points(f, NAN);
    s = settle_at(f, 39900000);
    assert_true(isnan(s->quality_score));
    assert_int_equal(s->amount_due, 1050000);
    size_t noted = 0;
    for (size_t i = 0; i < f->notices.count; i++) {
        noted += strstr(f->notices.text[i], "ST: has no quality score") != NULL;
    }
    assert_int_equal(noted, 2); /* EAST and WEST */
    /* A score given to an interim has no effect. */
    struct ihp__settlement given = *s;
    given.quality_score = 0.3;
    f->deck.settlement = IHP__INTERIM;
    ihp__settlement_complete(&f->program, &f->deck, &given);
    assert_int_equal(given.amount_due, 1050000);
    f->deck.settlement = IHP__FINAL; /* as in a replicate */
    ihp__settlement_complete(&f->program, &f->deck, &given);
    assert_int_equal(given.amount_due, 682500);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_16_8_2_2_offset_of_savings_and_losses),
        TEST(test_16_8_2_2_offset_larger_than_the_savings),
        TEST(test_16_8_2_2_share_of_the_corridor_of_the_ratio),
        TEST(test_16_8_2_2_payment_as_part_of_the_cost),
        TEST(test_16_8_2_2_boundary_to_twelve_digits),
        TEST(test_2_12_final_less_what_the_interim_paid),
        TEST(test_2_18_interim_pays_savings_and_reports_losses),
        TEST(test_18_2_half_of_savings_and_losses),
        TEST(test_18_2_quality_share),
        TEST(test_18_4_13_losses_by_one_less_the_score),
        TEST(test_18_4_13_losses_left_alone),
        TEST(test_18_2_without_a_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
