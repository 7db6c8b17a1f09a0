/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over members: the place of each number, caps [16.9], and breakdowns that add up. */
#include "build.h"
#include "tally/tally.h"

enum { EAST, WEST, NORTH, IHPS };
enum { ACGS = 3, PAYERS = 2, CAPS = 3 };

/* Caps of the program in ascending order, no cap first; EAST has $100.00, WEST none, NORTH $250.00.
 */
static const int64_t caps[CAPS] = {0, 10000, 25000};
static const size_t cap_of[IHPS] = {1, 0, 2};

static int set_up(void **state)
{
    const struct ihp__tally_shape shape = {.partnerships = IHPS,
                                           .acgs = ACGS,
                                           .payers = PAYERS,
                                           .caps = CAPS,
                                           .cap = caps,
                                           .cap_of = cap_of};
    struct ihp_error err = {0};
    struct ihp__tally *tally = NULL;
    enum ihp_status status = ihp__tally_create(&shape, &tally, &err);
    *state = tally;
    return (int)status;
}

static int tear_down(void **state)
{
    struct ihp__tally *tally = *state;
    ihp__tally_destroy(&tally);
    assert_null(tally);
    ihp__tally_destroy(&tally); /* harmless */
    ihp__tally_destroy(NULL);
    return 0;
}

/* Returns a member of WEST with 12 months of the second category and no cost. */
static struct ihp__member_fact plain_fact(void)
{
    return (struct ihp__member_fact){.qualifying = 0xFFF,
                                     .acg = 1,
                                     .partnership = WEST,
                                     .reason = IHP__REASON_PRIMARY_CARE,
                                     .window = 1,
                                     .weighs = true};
}

/* Adds a member with plain facts for the base period and others for the performance period. */
static void add(struct ihp__tally *tally, struct ihp__member_fact performance)
{
    const struct ihp__member_fact fact[IHP__PERIODS] = {plain_fact(), performance};
    ihp__tally_add(tally, fact);
}

static int64_t sum_of(const int64_t *value, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += value[i];
    }
    return sum;
}

/* ---- caps [16.9] ----------------------------------------------------------------------------- */

static void test_16_9_capped_cost(void **state)
{
    (void)state;
    static const int64_t cases[][3] = {
        /* cost, cap, capped */
        {19999999, 20000000, 19999999},
        {20000000, 20000000, 20000000},
        {20000001, 20000000, 20000000},
        {987654321, 20000000, 20000000},
        {987654321, 0, 987654321},
        {-500, 20000000, -500},
        {-500, 0, -500},
        {0, 20000000, 0},
        {5, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ihp__capped_cost(cases[i][0], cases[i][1]), cases[i][2]);
    }
}

/* The sum of an IHP has its own cap; the eligible population has a sum under each cap. */
static void test_16_9_each_ihp_its_own_cap(void **state)
{
    struct ihp__tally *tally = *state;
    const struct ihp__period_tally *t = &tally->period[IHP__PERFORMANCE];
    static const int64_t costs[] = {9999, 10000, 10001, 25000, 40000, -700};
    for (int16_t p = 0; p < IHPS; p++) {
        for (size_t i = 0; i < 6; i++) {
            struct ihp__member_fact f = plain_fact();
            f.partnership = p;
            f.cost = costs[i];
            f.acg = (uint16_t)p;
            add(tally, f);
        }
    }
    /* 9999 - 700 and four times 10000; all uncapped; 9999 + 10000 + 10001 - 700 + 2 x 25000. */
    assert_int_equal(t->capped[EAST], 49299);
    assert_int_equal(t->capped[WEST], 94300);
    assert_int_equal(t->capped[NORTH], 79300);
    for (size_t c = 0; c < ACGS; c++) {
        assert_int_equal(t->eligible_capped[0 * ACGS + c], 94300);
        assert_int_equal(t->eligible_capped[1 * ACGS + c], 49299);
        assert_int_equal(t->eligible_capped[2 * ACGS + c], 79300);
    }
    /* Above the cap: EAST 10001, 25000 and 40000 (1 + 15000 + 30000), NORTH 40000 (15000). */
    assert_int_equal(t->above_cap[0], 4);
    assert_int_equal(t->above_cap[1], 60001);
    assert_int_equal(t->negative[0], 3);
    assert_int_equal(t->attributed[2], 3 * 94300);
    assert_int_equal(tally->period[IHP__BASE].above_cap[0], 0);
}

/* ---- one member ------------------------------------------------------------------------------ */

/* Months left out are summed for all members of the period, attributed or not. */
static void test_2_7_months_that_have_not_begun(void **state)
{
    struct ihp__tally *tally = *state;
    struct ihp__member_fact f = plain_fact();
    f.qualifying = 0x1FF;
    f.not_begun = 3;
    f.after_death = 1;
    f.before_birth = 2;
    add(tally, f);
    f.qualifying = 0x007;
    f.not_begun = 9;
    f.partnership = -1;
    f.reason = IHP__REASON_ENROLLMENT;
    f.weighs = false;
    add(tally, f);
    assert_int_equal(tally->period[IHP__PERFORMANCE].not_begun[0], 12);
    assert_int_equal(tally->period[IHP__PERFORMANCE].after_death[0], 2);
    assert_int_equal(tally->period[IHP__PERFORMANCE].before_birth[0], 4);
    assert_int_equal(tally->period[IHP__BASE].not_begun[0], 0);
}

static void test_an_attributed_member(void **state)
{
    struct ihp__tally *tally = *state;
    struct ihp__member_fact f = {.cost = 12345,
                                 .lines = 7,
                                 .qualifying = 0x5F3,
                                 .acg = 2,
                                 .partnership = EAST,
                                 .reason = IHP__REASON_TIE_BREAK,
                                 .window = 2,
                                 .weighs = true,
                                 .affected = 0x805};
    for (int m = 0; m < 12; m++) {
        f.payer[m] = m < 4 ? 1 : 0; /* 0x5F3: months 0, 1, 4 to 8, 10 */
    }
    add(tally, f);
    const struct ihp__period_tally *t = &tally->period[IHP__PERFORMANCE];
    assert_int_equal(tally->store[0], 1);
    assert_int_equal(t->attributed[0], 1);
    assert_int_equal(t->attributed[1], 7);
    assert_int_equal(t->attributed[2], 12345);
    assert_int_equal(t->above_cap[0], 1);
    assert_int_equal(t->above_cap[1], 2345);
    assert_int_equal(t->members[EAST], 1);
    assert_int_equal(t->months[EAST], 8);
    assert_int_equal(t->capped[EAST], 10000);
    assert_int_equal(t->acg_members[EAST * ACGS + 2], 1);
    assert_int_equal(t->acg_months[EAST * ACGS + 2], 8);
    assert_int_equal(t->payer_months[EAST * PAYERS + 0], 6);
    assert_int_equal(t->payer_months[EAST * PAYERS + 1], 2);
    static const int64_t affected[12] = {1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    assert_memory_equal(t->affected + EAST * 12, affected, sizeof affected);
    assert_int_equal(sum_of(t->affected, IHPS * 12), 3);
    assert_int_equal(t->eligible_members[2], 1);
    assert_int_equal(t->eligible_months[2], 8);
    assert_int_equal(t->eligible_capped[2], 12345);
    assert_int_equal(t->summary[(IHP__REASON_TIE_BREAK * 2 + 1) * (IHPS + 1) + EAST], 1);
    assert_int_equal(sum_of(t->summary, IHP__REASONS * 2 * (IHPS + 1)), 1);
    assert_int_equal(sum_of(t->reason_members, IHP__REASONS), 0);
    assert_int_equal(sum_of(t->reason_amount, IHP__REASONS), 0);
    /* The base period has the plain facts and none of these. */
    const struct ihp__period_tally *base = &tally->period[IHP__BASE];
    assert_int_equal(base->months[WEST], 12);
    assert_int_equal(base->months[EAST], 0);
    assert_int_equal(base->negative[0], 0); /* a cost of zero is not negative */
    assert_int_equal(base->summary[(IHP__REASON_PRIMARY_CARE * 2 + 0) * (IHPS + 1) + WEST], 1);
}

static void test_a_member_that_is_not_attributed(void **state)
{
    struct ihp__tally *tally = *state;
    struct ihp__member_fact f = {.cost = 40000,
                                 .lines = 3,
                                 .qualifying = 0x7FF,
                                 .partnership = -1,
                                 .reason = IHP__REASON_NO_IHP_EM,
                                 .window = 2,
                                 .weighs = true,
                                 .affected = 0xFFF};
    add(tally, f);
    const struct ihp__period_tally *t = &tally->period[IHP__PERFORMANCE];
    assert_int_equal(t->reason_members[IHP__REASON_NO_IHP_EM], 1);
    assert_int_equal(t->reason_lines[IHP__REASON_NO_IHP_EM], 3);
    assert_int_equal(t->reason_amount[IHP__REASON_NO_IHP_EM], 40000); /* uncapped */
    assert_int_equal(t->summary[(IHP__REASON_NO_IHP_EM * 2 + 1) * (IHPS + 1) + IHPS], 1);
    assert_int_equal(t->eligible_months[0], 11); /* in the eligible population nevertheless */
    assert_int_equal(t->eligible_capped[1 * ACGS + 0], 10000);
    assert_int_equal(t->attributed[0], 0);
    assert_int_equal(sum_of(t->affected, IHPS * 12), 0);
    assert_int_equal(sum_of(t->members, IHPS), 0);
    assert_int_equal(t->above_cap[0], 0);
    /* Without enough qualifying months: not in the eligible population [16.4.1.2]. */
    f.weighs = false;
    f.reason = IHP__REASON_ENROLLMENT;
    f.window = 1;
    add(tally, f);
    assert_int_equal(t->eligible_members[0], 1);
    assert_int_equal(t->eligible_capped[0], 40000);
    assert_int_equal(t->reason_members[IHP__REASON_ENROLLMENT], 1);
}

static void test_4_6_4_2_overrides(void **state)
{
    struct ihp__tally *tally = *state;
    const struct ihp__period_tally *t = &tally->period[IHP__PERFORMANCE];
    struct ihp__member_fact f = plain_fact();
    f.reason = IHP__REASON_OVERRIDE;
    f.partnership = NORTH; /* to an IHP, without enough qualifying months */
    f.weighs = false;
    f.qualifying = 0x003;
    f.cost = 30000;
    add(tally, f);
    assert_int_equal(t->members[NORTH], 1);
    assert_int_equal(t->months[NORTH], 2);
    assert_int_equal(t->capped[NORTH], 25000);
    assert_int_equal(sum_of(t->eligible_members, ACGS), 0);
    f.partnership = -1; /* to none */
    f.cost = -100;
    add(tally, f);
    assert_int_equal(t->reason_members[IHP__REASON_OVERRIDE], 1);
    assert_int_equal(t->reason_amount[IHP__REASON_OVERRIDE], -100);
    assert_int_equal(t->negative[0], 1);
    const int64_t *row = t->summary + IHP__REASON_OVERRIDE * 2 * (IHPS + 1);
    assert_int_equal(row[NORTH], 1);
    assert_int_equal(row[IHPS], 1);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void test_sums_over_lines(void **state)
{
    struct ihp__tally *tally = *state;
    struct ihp__line_sums *sums = calloc(1, sizeof *sums);
    assert_non_null(sums);
    sums->store_lines = 1001;
    sums->store_amount = -77;
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (int s = 0; s < IHP__DISPOSITIONS; s++) {
            sums->lines[period][s] = 100 * period + s;
            sums->amount[period][s] = -1000 * period - s;
        }
        sums->unknown_lines[period][0] = 5 + period;
        sums->unknown_lines[period][IHP__SERVICES - 1] = 9 + period;
    }
    ihp__tally_add_lines(tally, sums);
    ihp__tally_add_lines(tally, sums);
    assert_int_equal(tally->store[0], 0);
    assert_int_equal(tally->store[1], 2002);
    assert_int_equal(tally->store[2], -154);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_tally *t = &tally->period[period];
        for (int s = 0; s < IHP__DISPOSITIONS; s++) {
            assert_int_equal(t->disposition_lines[s], 200 * period + 2 * s);
            assert_int_equal(t->disposition_amount[s], -2000 * period - 2 * s);
        }
        assert_int_equal(t->unknown_lines[0], 10 + 2 * period);
        assert_int_equal(t->unknown_lines[IHP__SERVICES - 1], 18 + 2 * period);
        assert_int_equal(sum_of(t->unknown_lines, IHP__SERVICES), 28 + 4 * period);
    }
    free(sums);
}

/* ---- everything adds up ---------------------------------------------------------------------- */

static struct ihp__member_fact random_fact(struct random_draws *draws)
{
    struct ihp__member_fact f = {.cost = (int64_t)random_below(draws, 60000) - 8000,
                                 .lines = random_below(draws, 30),
                                 .qualifying = (uint16_t)random_below(draws, 4096),
                                 .acg = (uint16_t)random_below(draws, ACGS),
                                 .partnership = (int16_t)(random_below(draws, IHPS + 1)) - 1,
                                 .reason = (uint8_t)random_below(draws, IHP__REASONS),
                                 .window = (uint8_t)(1 + random_below(draws, 2)),
                                 .weighs = random_below(draws, 2) == 0};
    for (int m = 0; m < 12; m++) {
        f.payer[m] = (uint16_t)random_below(draws, PAYERS);
    }
    return f;
}

/* Asserts that members, lines, amounts and months add up to the input in every breakdown. */
static void assert_adds_up(const struct ihp__period_tally *t, int64_t members, int64_t lines,
                           int64_t amount)
{
    assert_int_equal(sum_of(t->reason_members, IHP__REASONS) + t->attributed[0], members);
    assert_int_equal(sum_of(t->reason_lines, IHP__REASONS) + t->attributed[1], lines);
    assert_int_equal(sum_of(t->reason_amount, IHP__REASONS) + t->attributed[2], amount);
    assert_int_equal(sum_of(t->summary, IHP__REASONS * 2 * (IHPS + 1)), members);
    assert_int_equal(sum_of(t->members, IHPS), t->attributed[0]);
    assert_int_equal(sum_of(t->capped, IHPS) + t->above_cap[1], t->attributed[2]);
    for (size_t p = 0; p < IHPS; p++) {
        assert_int_equal(sum_of(t->acg_members + p * ACGS, ACGS), t->members[p]);
        assert_int_equal(sum_of(t->acg_months + p * ACGS, ACGS), t->months[p]);
        assert_int_equal(sum_of(t->payer_months + p * PAYERS, PAYERS), t->months[p]);
        int64_t column = 0;
        for (size_t r = 0; r < IHP__REASONS * 2; r++) {
            column += t->summary[r * (IHPS + 1) + p];
        }
        assert_int_equal(column, t->members[p]);
    }
    for (size_t r = 0; r < IHP__REASONS; r++) {
        assert_int_equal(t->summary[2 * r * (IHPS + 1) + IHPS] +
                             t->summary[(2 * r + 1) * (IHPS + 1) + IHPS],
                         t->reason_members[r]);
    }
}

static void test_every_breakdown_adds_up(void **state)
{
    struct ihp__tally *tally = *state;
    struct random_draws draws = {.seed = 169};
    enum { MEMBERS = 5000 };
    int64_t lines[IHP__PERIODS] = {0}, amount[IHP__PERIODS] = {0}, negative[IHP__PERIODS] = {0};
    int64_t eligible[IHP__PERIODS] = {0}, eligible_amount[IHP__PERIODS] = {0};
    for (int m = 0; m < MEMBERS; m++) {
        struct ihp__member_fact fact[IHP__PERIODS];
        for (int period = 0; period < IHP__PERIODS; period++) {
            fact[period] = random_fact(&draws);
            lines[period] += fact[period].lines;
            amount[period] += fact[period].cost;
            negative[period] += fact[period].cost < 0;
            eligible[period] += fact[period].weighs;
            eligible_amount[period] += fact[period].weighs ? fact[period].cost : 0;
        }
        ihp__tally_add(tally, fact);
    }
    assert_int_equal(tally->store[0], MEMBERS);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_tally *t = &tally->period[period];
        assert_adds_up(t, MEMBERS, lines[period], amount[period]);
        assert_int_equal(t->negative[0], negative[period]);
        assert_int_equal(sum_of(t->eligible_members, ACGS), eligible[period]);
        assert_int_equal(sum_of(t->eligible_capped, ACGS), eligible_amount[period]); /* no cap */
        assert_true(t->above_cap[0] > 0 && negative[period] > 0);
    }
}

/* With 3 IHPs, 3 categories, 2 payers and 3 caps a period has: 2 sums per disposition, 1 per
 * service, 3 per reason, 8 single sums; 2 windows of each reason in 4 columns; 2 x 3 + 3 x 3 of the
 * eligible population; 3 x 3 of the IHPs, 2 x 9 by category, 6 by payer and 36 by month. The store
 * has 3. */
static void test_bytes(void **state)
{
    const struct ihp__tally *tally = *state;
    const size_t period = 2 * IHP__DISPOSITIONS + IHP__SERVICES + 3 * IHP__REASONS + 9 +
                          2 * IHP__REASONS * 4 + 15 + 9 + 18 + 6 + 36;
    assert_int_equal(ihp__tally_bytes(&tally->shape), (3 + 2 * period) * sizeof(int64_t));
    const struct ihp__tally_shape too_many = {.partnerships = SIZE_MAX / 16, .acgs = SIZE_MAX / 16};
    assert_int_equal(ihp__tally_bytes(&too_many), 0);
}

/* The formula and the figure of docs/scaling.md. */
static void test_bytes_are_those_of_the_document(void **state)
{
    (void)state;
    static const struct {
        size_t ihps, categories, payers, caps, bytes;
    } row[] = {{25, 101, 9, 4, 225032}, {5, 5, 2, 1, 118376}, {1, 1, 1, 1, 114520}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct ihp__tally_shape shape = {.partnerships = row[i].ihps,
                                               .acgs = row[i].categories,
                                               .payers = row[i].payers,
                                               .caps = row[i].caps};
        assert_int_equal(
            row[i].bytes,
            8 * (2 * (7017 + row[i].ihps * (row[i].categories * 2 + row[i].payers + 43) +
                      row[i].categories * (2 + row[i].caps) + 90) +
                 3));
        assert_int_equal(ihp__tally_bytes(&shape), row[i].bytes);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_are_those_of_the_document),
        cmocka_unit_test(test_16_9_capped_cost),
        TEST(test_bytes),
        TEST(test_16_9_each_ihp_its_own_cap),
        TEST(test_2_7_months_that_have_not_begun),
        TEST(test_an_attributed_member),
        TEST(test_a_member_that_is_not_attributed),
        TEST(test_4_6_4_2_overrides),
        TEST(test_sums_over_lines),
        TEST(test_every_breakdown_adds_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
