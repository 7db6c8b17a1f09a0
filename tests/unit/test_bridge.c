/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From interim to final [2.12]: steps worked out by hand, and moves of members. */
#include "settlement_fixture.h"

/* ---- steps ----------------------------------------------------------------------------------- */

static void assert_steps(const struct ihp__bridge *b, const int64_t wanted[IHP__BRIDGE_STEPS])
{
    int64_t sum = b->interim_paid;
    for (int i = 0; i < IHP__BRIDGE_STEPS; i++) {
        assert_int_equal(b->step[i], wanted[i]);
        sum += b->step[i];
    }
    assert_int_equal(sum, b->final_amount);
    assert_int_equal(b->final_amount - b->interim_paid, b->amount_due);
}

/* The interim paid $850.00. On today's store its rules share $1,000.00, less $200.00 of PBP. With
 * the final's members $900.00 are shared, with its claims there are losses of $50.00, with its
 * weights losses of $60.00. $15.00 of PBP are added, quality turns $75.00 into $70.00,
 * circumstances cancel $10.00, and half remains: losses of $30.00, so $880.00 are due back. */
static void test_2_12_each_step(void **state)
{
    (void)state;
    const struct ihp__bridge_amounts interim = {100000, 80000, 80000, 0, 80000, true};
    const struct ihp__bridge_amounts final_ = {-6000, -7500, -7000, 1000, -3000, false};
    const struct ihp__bridge b = ihp__bridge_between(85000, &interim, 90000, -5000, &final_);
    assert_int_equal(b.interim_paid, 85000);
    assert_int_equal(b.final_amount, -3000);
    assert_int_equal(b.amount_due, -88000);
    assert_steps(&b, (const int64_t[]){-5000, -10000, -95000, -1000, 18500, 500, 1000, 3000});
}

/* An interim reports losses and does not collect them, so they are the first step. */
static void test_2_12_nothing_changed(void **state)
{
    (void)state;
    const struct ihp__bridge_amounts same = {-141272, -153700, -153700, 36824, -116876, true};
    const struct ihp__bridge b = ihp__bridge_between(0, &same, -141272, -141272, &same);
    assert_steps(&b, (const int64_t[IHP__BRIDGE_STEPS]){-116876});
    const struct ihp__bridge_amounts savings = {141272, 153700, 153700, 0, 153700, true};
    const struct ihp__bridge none = ihp__bridge_between(153700, &savings, 141272, 141272, &savings);
    assert_steps(&none, (const int64_t[IHP__BRIDGE_STEPS]){0});
}

/* -670.084 + 151.569 = -518.515 is written as -518.52, but -670.08 + 151.57 is not -518.52. Without
 * a termination that cent belongs to the circumstances. */
static void test_2_12_a_cent_of_rounding(void **state)
{
    (void)state;
    const struct ihp__bridge_amounts interim = {0, 0, 0, 0, 0, true};
    struct ihp__bridge_amounts final_ = {-67008, -67008, -67008, 15157, -51852, true};
    struct ihp__bridge b = ihp__bridge_between(0, &interim, 0, 0, &final_);
    assert_steps(&b, (const int64_t[]){0, 0, 0, -67008, 0, 0, 15156, 0});
    final_.whole = false;
    final_.final_amount = -25926;
    b = ihp__bridge_between(0, &interim, 0, 0, &final_);
    assert_steps(&b, (const int64_t[]){0, 0, 0, -67008, 0, 0, 15157, 25925});
}

static void test_2_12_amounts_of_a_settlement(void **state)
{
    struct fixture *f = *state;
    f->ihp[EAST].pbp = 100000;
    const struct ihp__settlement *s = settle_at(f, 43260000);
    struct ihp__bridge_amounts a = ihp__bridge_amounts_of(s);
    assert_int_equal(a.shared_before_pbp, -630000);
    assert_int_equal(a.shared_amount, -680000);
    assert_int_equal(a.quality_adjusted, -680000);
    assert_int_equal(a.circumstance_reduction, 0);
    assert_int_equal(a.final_amount, -680000);
    assert_true(a.whole);
    f->ihp[EAST].terminated = true;
    f->ihp[EAST].terminated_on = day_of("2025-03-14");
    f->ihp[EAST].termination = IHP__TERMINATION_WITH_CAUSE;
    a = ihp__bridge_amounts_of(settle_at(f, 43260000));
    assert_int_equal(a.final_amount, -136000);
    assert_false(a.whole);
}

/* ---- moves ----------------------------------------------------------------------------------- */

static struct ihp__member_fact fact_of(int partnership, enum ihp__reason reason,
                                       uint16_t qualifying)
{
    return (struct ihp__member_fact){
        .partnership = (int16_t)partnership, .reason = (uint8_t)reason, .qualifying = qualifying};
}

static void assert_move(int64_t *moves, enum ihp__period period, size_t p, enum ihp__move move,
                        int reason, int64_t members, int64_t months)
{
    const int64_t *sums = ihp__moves_at(moves, IHPS, period, p, move, reason);
    assert_int_equal(sums[IHP__MOVE_MEMBERS], members);
    assert_int_equal(sums[IHP__MOVE_MONTHS], months);
}

static void test_moves(void **state)
{
    (void)state;
    int64_t *moves = calloc(ihp__moves_size(IHPS), sizeof *moves);
    assert_non_null(moves);
    const struct ihp__member_fact east = fact_of(EAST, IHP__REASON_PRIMARY_CARE, 0xFFF);
    const struct ihp__member_fact east_too = fact_of(EAST, IHP__REASON_OVERRIDE, 0xFFF);
    const struct ihp__member_fact west = fact_of(WEST, IHP__REASON_SPECIALTY, 0x1FF);
    const struct ihp__member_fact tied = fact_of(-1, IHP__REASON_SPECIALTY_TIE, 0x0FF);
    const struct ihp__member_fact none = fact_of(-1, IHP__REASON_OVERRIDE, 0x07F);
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &east, &east_too); /* does not move */
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &tied, &none);     /* no IHP before and after */
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &east, &west);     /* 12 months out, 9 in */
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &tied, &west);
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &tied, &west);
    ihp__moves_add(moves, IHPS, IHP__PERFORMANCE, &west, &none);
    ihp__moves_add(moves, IHPS, IHP__BASE, &tied, &east);
    assert_move(moves, IHP__PERFORMANCE, EAST, IHP__MOVE_OUT, IHP__MOVE_OTHER_IHP, 1, 12);
    assert_move(moves, IHP__PERFORMANCE, WEST, IHP__MOVE_IN, IHP__MOVE_OTHER_IHP, 1, 9);
    assert_move(moves, IHP__PERFORMANCE, WEST, IHP__MOVE_IN, IHP__REASON_SPECIALTY_TIE, 2, 18);
    assert_move(moves, IHP__PERFORMANCE, WEST, IHP__MOVE_OUT, IHP__REASON_OVERRIDE, 1, 9);
    assert_move(moves, IHP__BASE, EAST, IHP__MOVE_IN, IHP__REASON_SPECIALTY_TIE, 1, 12);
    int64_t all = 0;
    for (size_t i = 0; i < ihp__moves_size(IHPS); i++) {
        all += moves[i];
    }
    assert_int_equal(all, 6 + 60); /* no other moves */
    free(moves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_2_12_each_step),
        cmocka_unit_test(test_2_12_nothing_changed),
        cmocka_unit_test(test_2_12_a_cent_of_rounding),
        cmocka_unit_test_setup_teardown(test_2_12_amounts_of_a_settlement, set_up, tear_down),
        cmocka_unit_test(test_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
