/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Properties of a synthetic state of 20,000 members, and the effects in its amounts. */
#include "synth_fixture.h"
#include "synth_measure.h"

/* Makes the state and measures it, once for all tests. */
static int make_state(void **state)
{
    static struct synthetic s;
    static struct measures m;
    static void *both[2] = {&s, &m};
    synthetic_begin(&s, 20000, 20250101, IHP_SYNTH_IHPS_DEFAULT);
    assert_made(&s);
    struct ihp_error err = {0};
    if (measure(s.store, s.program, &m, &err) != IHP_OK) {
        fail_msg("%s", err.text);
    }
    *state = both;
    return 0;
}

static int remove_state(void **state)
{
    synthetic_end(((void **)*state)[0]);
    return 0;
}

static const struct measures *measured(void **state)
{
    return ((void **)*state)[1];
}

static void assert_between(double low, double value, double high)
{
    if (!(value >= low && value <= high)) {
        fail_msg("%g is not between %g and %g", value, low, high);
    }
}

static void assert_share(double low, uint64_t part, uint64_t whole, double high)
{
    assert_between(low, (double)part / (double)whole, high);
}

/* ---- members --------------------------------------------------------------------------------- */

static void children_are_a_majority(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.51, m->children, m->members, 0.65);
}

static void three_quarters_are_enrolled_enough(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.70, m->enough[0], m->members, 0.80);
    assert_share(0.70, m->enough[1], m->members, 0.80);
}

static void a_few_have_no_acg(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.02, m->without_acg, m->enough[1], 0.04);
}

/* ---- claim lines ----------------------------------------------------------------------------- */

static void members_have_about_100_lines_and_some_very_many(void **state)
{
    const struct measures *m = measured(state);
    assert_share(92, m->lines, m->members, 108);
    assert_between(600, (double)m->most_lines, 5000);
}

static void attribution_lines_have_their_shares(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.11, m->em, m->lines, 0.13);
    assert_share(0.0024, m->health_home, m->lines, 0.0038);
}

static void unpaid_reversed_and_unlisted_lines_occur(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.025, m->denied, m->lines, 0.037);
    assert_share(0.008, m->voided, m->lines, 0.017);
    assert_share(0.005, m->negative, m->lines, 0.010);
    assert_share(0.03, m->excluded, m->lines, 0.08);
    assert_share(0.0008, m->unlisted, m->lines, 0.004);
}

static void blanks_and_payers_have_their_shares(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.25, m->no_procedure, m->lines, 0.42);
    assert_share(0.10, m->no_billing, m->lines, 0.22);
    assert_share(0.15, m->fee_for_service, m->lines, 0.25);
}

static void most_lines_are_paid_within_three_months_and_all_within_eighteen(void **state)
{
    const struct measures *m = measured(state);
    assert_share(0.88, m->within_90_days, m->lines, 0.95);
    assert_int_equal(m->beyond_548_days, 0);
}

/* ---- cost ------------------------------------------------------------------------------------ */

static void cost_varies_as_in_medicaid(void **state)
{
    const struct measures *m = measured(state);
    assert_between(3500, m->mean_cost, 6500);
    assert_between(2.4, m->cv_cost, 3.8);
    assert_share(0.0001, m->above_200000, m->members, 0.0016);
}

/* Compares the ten most expensive categories with the ten cheapest; single categories have too few
 * members. */
static void categories_differ_by_a_factor_of_about_50(void **state)
{
    const struct measures *m = measured(state);
    double ends[2] = {0}, members[2] = {0};
    int occurring = 0;
    for (size_t a = 0; a < 100; a++) {
        occurring += m->acg_members[a] > 0;
        if (a < 10 || a >= 90) {
            ends[a >= 90] += m->acg_pmpm[a] * (double)m->acg_members[a];
            members[a >= 90] += (double)m->acg_members[a];
        }
    }
    assert_int_equal(occurring, 100);
    assert_between(30, ends[1] / members[1] / (ends[0] / members[0]), 75);
}

/* ---- effects --------------------------------------------------------------------------------- */

/* Adds the positive amounts of a member's lines: before 2025, and in 2025. */
static void sums_of_member(const struct ihp__store *store, const struct ihp__members *members,
                           size_t member, struct ihp__claim_buffer *buffer, int64_t sum[2])
{
    struct ihp__claims claims;
    struct ihp_error err = {0};
    uint64_t first = members->claim_offset[member];
    size_t count = (size_t)(members->claim_offset[member + 1] - first);
    assert_int_equal(ihp__store_read_claims(store, first, count, buffer, &claims, &err), IHP_OK);
    sum[0] = sum[1] = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t amount = ihp__claim_amount(&claims, i);
        sum[claims.service_date[i] >= ihp__day_of_civil(2025, 1, 1)] += amount > 0 ? amount : 0;
    }
}

struct opened {
    struct synthetic made;
    struct ihp__store *store;
    struct ihp__members members;
    struct ihp__claim_buffer *buffer;
};

static void open_state(struct opened *o, double effect)
{
    struct ihp_error err = {0};
    synthetic_begin(&o->made, 1500, 99, 5);
    o->made.options.effect = effect;
    assert_made(&o->made);
    assert_int_equal(ihp__store_open(o->made.store, &o->store, &err), IHP_OK);
    struct ihp__range all = {0, 1500};
    assert_int_equal(ihp__store_read_members(o->store, all, &o->members, &err), IHP_OK);
    assert_int_equal(ihp__claim_buffer_create(o->store,
                                              IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) |
                                                  IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT),
                                              20000, &o->buffer, &err),
                     IHP_OK);
}

static void close_state(struct opened *o)
{
    ihp__claim_buffer_destroy(&o->buffer);
    ihp__members_free(&o->members);
    ihp__store_close(&o->store);
    synthetic_end(&o->made);
}

/* Every member's amounts of 2025 are those of the state without effects times 1 + one of the
 * effects, except for the rounding of cents. The amounts of earlier years are the same. */
static void effects_multiply_the_performance_year(void **state)
{
    (void)state;
    static const double effect[] = {-0.2, -0.1, 0, 0.1, 0.2};
    size_t found[5] = {0};
    struct opened plain = {0}, with = {0};
    open_state(&plain, 0);
    open_state(&with, 0.2);
    for (size_t m = 0; m < 1500; m++) {
        int64_t before[2], after[2];
        sums_of_member(plain.store, &plain.members, m, plain.buffer, before);
        sums_of_member(with.store, &with.members, m, with.buffer, after);
        assert_int_equal(before[0], after[0]);
        double ratio = before[1] > 50000 ? (double)after[1] / (double)before[1] : NAN;
        size_t matches = 0;
        for (size_t e = 0; e < 5 && !isnan(ratio); e++) {
            bool here = fabs(ratio - (1 + effect[e])) < 0.004;
            found[e] += here;
            matches += here;
        }
        assert_true(isnan(ratio) || matches == 1);
    }
    for (size_t e = 0; e < 5; e++) {
        assert_true(found[e] > 0);
    }
    close_state(&plain);
    close_state(&with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_are_a_majority),
        cmocka_unit_test(three_quarters_are_enrolled_enough),
        cmocka_unit_test(a_few_have_no_acg),
        cmocka_unit_test(members_have_about_100_lines_and_some_very_many),
        cmocka_unit_test(attribution_lines_have_their_shares),
        cmocka_unit_test(unpaid_reversed_and_unlisted_lines_occur),
        cmocka_unit_test(blanks_and_payers_have_their_shares),
        cmocka_unit_test(most_lines_are_paid_within_three_months_and_all_within_eighteen),
        cmocka_unit_test(cost_varies_as_in_medicaid),
        cmocka_unit_test(categories_differ_by_a_factor_of_about_50),
        cmocka_unit_test(effects_multiply_the_performance_year),
    };
    return cmocka_run_group_tests(tests, make_state, remove_state);
}
