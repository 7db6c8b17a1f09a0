/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution month by month, with random members: every month of a job, by lines and through the
 * index, has the result that the settlement's own rules give for its window alone [13.3, 15.2.1;
 * methodology 12.1]. */
#include "monthly_fixture.h"

enum { MEMBERS = 48000, MORTALS = 12000, GROUPS = 120 };

/* Draws a day of 2021 to 2026, often at the end of a month. */
static uint16_t draw_day(struct random_draws *draws)
{
    int32_t month = month_of("2021-06") + (int32_t)random_below(draws, 60);
    int32_t first = ihp__day_of_month_start(month);
    uint32_t where = random_below(draws, 3);
    return (uint16_t)(where == 0   ? first
                      : where == 1 ? first - 1
                                   : first + (int32_t)random_below(draws, 28));
}

static void draw_member(struct random_draws *draws, struct member *m)
{
    static const uint16_t procedures[] = {PLAIN, PLAIN, EM, EM, EM, HOME, OTHER};
    /* Some members have codes only in their earlier lines, so that look-backs decide. */
    bool early = random_below(draws, 4) == 0;
    draw_lines(draws, m, random_below(draws, random_below(draws, 2) == 0 ? 8 : LINES_MAX + 1),
               draw_day);
    for (size_t i = 0; i < m->lines; i++) {
        uint32_t when = random_below(draws, 6);
        if (when == 0) {
            m->known_from[i] = IHP__NEVER_KNOWN;
        } else if (when == 1) { /* on the cut-off, or a day later */
            m->known_from[i] = (uint16_t)(day_of("2025-12-31") + (int32_t)random_below(draws, 2));
        }
        m->procedure[i] = early && m->service_date[i] > day_of("2024-01-31")
                              ? PLAIN
                              : procedures[random_below(draws, COUNT(procedures))];
    }
    if (random_below(draws, 4) == 0) {
        draw_reversals(draws, m);
    }
    m->spans = random_below(draws, SPANS_MAX);
    for (size_t s = 0; s < m->spans; s++) {
        int32_t from = month_of("2022-06") + (int32_t)random_below(draws, 40);
        m->span[s] = (struct ihp__span){
            .month_from = from,
            .month_to = from + (int32_t)random_below(draws, 40),
            .major_program = (uint8_t)random_below(draws, 4),
            .exclusion = (uint8_t)(random_below(draws, 6) == 0 ? random_below(draws, 13) : 0)};
    }
}

/* The settlement's rules for a pair of windows, decided alone. */
struct alone {
    struct ihp__period_rules rules[IHP__PERIODS];
    struct ihp__member_state *state;
};

static void begin_alone(struct alone *a, const struct ihp__monthly_rules *monthly, int month,
                        int paid_through, const struct ihp__policies *policies)
{
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__period_rules *rules = &a->rules[period];
        int before = period == IHP__PERFORMANCE ? 11 : 35;
        *rules = (struct ihp__period_rules){0};
        ihp__window_rules_init(rules, (enum ihp__period)period,
                               monthly->first_month + month - before, paid_through,
                               &policies->claims);
        ihp__period_rules_decide(rules, &policies->decision, 1);
        rules->acg_year = 2024;
        rules->roster = monthly->month[month].roster;
        rules->inclusion = inclusion;
        rules->code_sets = code_sets;
        rules->partnerships = IHPS;
    }
    a->state = ihp__member_state_create(a->rules, IHP__PERIODS);
    assert_non_null(a->state);
}

static struct ihp__member_fact decide_alone(struct alone *a, const struct member *m)
{
    static struct ihp__line_sums sums;
    const struct ihp__override_value none[IHP__PERIODS] = {{0}};
    const struct ihp__claims claims = claims_of(m);
    struct ihp__member_fact fact[IHP__PERIODS];
    ihp__member_begin(a->state, m->span, m->spans, lifetime(m));
    assert_true(ihp__member_lines(a->state, &claims, 0, m->lines, &sums));
    assert_true(ihp__member_finish(a->state, NULL, 0, 7, none, fact, NULL));
    return fact[IHP__PERFORMANCE];
}

static void check_month(const struct ihp__month_fact *seen, const struct ihp__member_fact *wanted,
                        bool reasons)
{
    bool enough = wanted->enough && (wanted->qualifying >> 11 & 1) != 0;
    assert_int_equal(seen->enough, enough);
    assert_int_equal(seen->months, ihp__months_count(wanted->qualifying));
    if (!enough) {
        assert_int_equal(seen->partnership, -1);
        assert_int_equal(seen->cost, 0);
        return;
    }
    assert_int_equal(seen->cost, wanted->cost);
    assert_int_equal(seen->partnership, wanted->partnership);
    if (reasons || wanted->partnership >= 0) {
        assert_int_equal(seen->reason, wanted->reason);
        assert_int_equal(seen->window, wanted->window);
    }
}

/* Months of each kind that the draws have made. */
struct reached {
    size_t attributed, looked_back, moved;
};

/* Checks all months of a job in three ways: by lines, through the index, and each window by the
 * settlement's rules. With the index, lines before the first window may be left out. */
static void check_ways(const struct ihp__monthly_rules *rules, struct alone *alone,
                       struct ihp__monthly_state *state, const struct member *m,
                       struct random_draws *draws, struct reached *reached)
{
    struct ihp__month_fact plain[IHP__PAY_MONTHS_MAX], fast[IHP__PAY_MONTHS_MAX];
    size_t first = 0;
    bool any = plainly(state, m, 1 + random_below(draws, LINES_MAX), plain), seen = false;
    while (!rules->month[0].gate_lookback && first < m->lines &&
           m->service_date[first] < rules->month[0].first_day) {
        first++;
    }
    indexed(state, m, random_below(draws, (uint32_t)first + 1), 1 + random_below(draws, LINES_MAX),
            fast);
    for (int month = 0; month < rules->months; month++) {
        const struct ihp__member_fact wanted = decide_alone(&alone[month], m);
        check_month(&plain[month], &wanted, true);
        check_month(&fast[month], &wanted, false);
        seen = seen || plain[month].enough;
        reached->attributed += plain[month].partnership >= 0;
        reached->looked_back += plain[month].partnership >= 0 && plain[month].window == 2;
        reached->moved += month > 0 && plain[month].partnership >= 0 &&
                          plain[month - 1].partnership >= 0 &&
                          plain[month].partnership != plain[month - 1].partnership;
    }
    assert_int_equal(any, seen);
}

static void test_12_1_each_month_as_if_alone(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 20260301};
    struct reached reached = {0};
    for (int group = 0; group < GROUPS; group++) {
        static struct ihp__monthly_rules rules;
        static struct alone alone[IHP__PAY_MONTHS_MAX];
        struct ihp__policies policies;
        int months = random_below(&draws, 2) == 0 ? 3 : 12;
        draw_policies(&draws, &policies);
        make_rules(&rules, random_below(&draws, 2) == 0 ? "2025-01" : "2024-07", months,
                   "2025-12-31", &policies);
        bool change = random_below(&draws, 3) != 0;
        for (int month = 0; month < months; month++) {
            rules.month[month].roster = &roster[change ? month / 3 % 2 : 0];
            begin_alone(&alone[month], &rules, month, day_of("2025-12-31"), &policies);
        }
        struct ihp__monthly_state *monthly = ihp__monthly_create(&rules);
        for (int n = 0; n < (MEMBERS + MORTALS) / GROUPS; n++) {
            struct member m = {0};
            draw_member(&draws, &m);
            if (n >= MEMBERS / GROUPS) {
                draw_life(&draws, &m, "2025-12-31", "2024-01");
            }
            check_ways(&rules, alone, monthly, &m, &draws, &reached);
        }
        ihp__monthly_destroy(&monthly);
        for (int month = 0; month < months; month++) {
            ihp__member_state_destroy(&alone[month].state);
        }
    }
    assert_true(reached.attributed > MEMBERS / 4); /* the draws cover all three */
    assert_true(reached.looked_back > MEMBERS / 50);
    assert_true(reached.moved > MEMBERS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_12_1_each_month_as_if_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
