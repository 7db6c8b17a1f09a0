/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole member, by way of the index and line by line: two ways through the same rules
 * [13.3, 16.3] that must agree on every fact and every sum, whatever the lines, the policies and
 * how often a member's lines are cut into pieces. */
#include "build.h"

#include <stdlib.h>
#include <string.h>

enum { IHPS = 3, NPIS = 10, PROCEDURES = 4, LINES_MAX = 40, SPANS_MAX = 4, MEMBERS = 40000 };
enum { INCLUDED = 43, EXCLUDED = 44, UNKNOWN = 45 };

/* IHP 0 is all-in with billing NPI 1; 1 and 2 share billing NPI 2 and have treating NPIs of their
 * own. NPIs 8 and 9 are on no roster. */
static uint32_t billing_offset[NPIS + 1] = {0, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3};
static struct ihp__roster_entry billing[] = {{0, 0}, {1, 0}, {2, 0}};
static uint32_t treating_offset[NPIS + 1] = {0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4};
static struct ihp__roster_entry treating[] = {
    {1, IHP__PROVIDER_PCP}, {1, IHP__PROVIDER_SPE}, {2, IHP__PROVIDER_PCP}, {2, IHP__PROVIDER_SPE}};
static uint8_t nppes_class[NPIS] = {
    [3] = IHP__PROVIDER_SPE, [7] = IHP__PROVIDER_PCP, [8] = IHP__PROVIDER_PCP};
static bool all_in[IHPS] = {true, false, false};
static int16_t owner[NPIS] = {-1, 0, IHP__OWNER_DEPENDS, -1, -1, -1, -1, -1, -1, -1};
static const struct ihp__roster_index roster = {NPIS,     billing_offset, treating_offset, billing,
                                                treating, nppes_class,    all_in,          owner};

static const uint8_t code_sets[PROCEDURES] = {0, IHP__CODE_EM, IHP__CODE_HEALTH_HOME, 0};
static uint8_t inclusion[IHP__SERVICES] = {
    [INCLUDED] = IHP__SERVICE_INCLUDED, [EXCLUDED] = IHP__SERVICE_EXCLUDED};

struct member {
    uint16_t service_date[LINES_MAX], known_from[LINES_MAX], service[LINES_MAX],
        procedure[LINES_MAX];
    int32_t amount[LINES_MAX];
    uint32_t billing[LINES_MAX], treating[LINES_MAX];
    size_t lines;
    struct ihp__span span[SPANS_MAX];
    size_t spans;
    struct ihp__override_value override_[IHP__PERIODS];
};

static void draw_policies(struct random_draws *draws, struct ihp__policies *policies)
{
    static const int lookback[] = {0, 6, 12, 24};
    *policies = usual_policies();
    policies->claims.non_ihp_unit = (int)random_below(draws, 2);
    policies->claims.count_unit = (int)random_below(draws, 2);
    policies->decision.visit_gate = (int)random_below(draws, 2);
    policies->decision.primary_care_elsewhere = (int)random_below(draws, 2);
    policies->decision.unresolved_tie = (int)random_below(draws, 2);
    policies->claims.cost_months = (int)random_below(draws, 2);
    policies->claims.lookback_months = lookback[random_below(draws, 4)];
    policies->decision.min_total_months = random_below(draws, 3) == 0 ? 0 : 9;
    policies->decision.min_continuous_months = policies->decision.min_total_months == 0 ? 0 : 6;
}

static int by_day(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Days of 2022 to 2026, thick at the ends of years. */
static uint16_t draw_day(struct random_draws *draws)
{
    static const char *const edges[] = {"2022-12-31", "2023-01-01", "2023-12-31",
                                        "2024-01-01", "2024-02-29", "2024-12-31",
                                        "2025-01-01", "2025-12-31", "2026-01-01"};
    return random_below(draws, 3) == 0
               ? (uint16_t)day_of(edges[random_below(draws, sizeof edges / sizeof edges[0])])
               : (uint16_t)(day_of("2022-06-01") + (int32_t)random_below(draws, 1400));
}

static void draw_member(struct random_draws *draws, struct member *m)
{
    static const uint16_t services[] = {INCLUDED, INCLUDED, EXCLUDED, UNKNOWN};
    static const uint32_t billings[] = {0, 1, 2, 8, 9}, treatings[] = {0, 3, 4, 5, 6, 7, 8};
    m->lines = random_below(draws, LINES_MAX + 1);
    for (size_t i = 0; i < m->lines; i++) {
        m->service_date[i] = draw_day(draws);
    }
    qsort(m->service_date, m->lines, sizeof m->service_date[0], by_day);
    for (size_t i = 0; i < m->lines; i++) {
        uint32_t when = random_below(draws, 6);
        m->known_from[i] =
            when == 0   ? IHP__NEVER_KNOWN
            : when == 1 ? (uint16_t)(day_of("2026-12-31") + (int32_t)random_below(draws, 2))
            : when == 2 ? (uint16_t)(day_of("2025-12-31") + (int32_t)random_below(draws, 2))
                        : m->service_date[i];
        m->service[i] = services[random_below(draws, 4)];
        m->procedure[i] = (uint16_t)random_below(draws, PROCEDURES);
        m->amount[i] = (int32_t)random_below(draws, 100000) - 20000;
        m->billing[i] = billings[random_below(draws, 5)];
        m->treating[i] = treatings[random_below(draws, 7)];
    }
    m->spans = random_below(draws, SPANS_MAX);
    for (size_t s = 0; s < m->spans; s++) {
        int32_t from = month_of("2023-06") + (int32_t)random_below(draws, 24);
        m->span[s] = (struct ihp__span){.month_from = from,
                                        .month_to = from + (int32_t)random_below(draws, 30),
                                        .payer = (uint16_t)random_below(draws, 3),
                                        .major_program = (uint8_t)(1 + random_below(draws, 3)),
                                        .exclusion = (uint8_t)(random_below(draws, 6) == 0)};
    }
    for (int q = 0; q < IHP__PERIODS; q++) {
        m->override_[q] = (struct ihp__override_value){random_below(draws, 20) == 0,
                                                       (int)random_below(draws, IHPS + 1) - 1};
    }
}

static struct ihp__claims claims_of(const struct member *m)
{
    return (struct ihp__claims){.count = m->lines,
                                .service_date = m->service_date,
                                .known_from = m->known_from,
                                .service = m->service,
                                .procedure = m->procedure,
                                .amount32 = m->amount,
                                .billing = m->billing,
                                .treating = m->treating};
}

static void plainly(struct ihp__member_state *state, const struct member *m, size_t piece,
                    struct ihp__line_sums *sums, struct ihp__member_fact fact[IHP__PERIODS])
{
    struct ihp__claims claims = claims_of(m);
    ihp__member_begin(state, m->span, m->spans);
    for (size_t i = 0; i < m->lines; i += piece) {
        size_t end = i + piece < m->lines ? i + piece : m->lines;
        assert_true(ihp__member_lines(state, &claims, i, end, sums));
    }
    assert_true(ihp__member_finish(state, NULL, 0, 7, m->override_, fact, NULL));
}

/* The member's coded lines as the index of a store would have them. */
static void indexed(struct ihp__member_state *state, const struct member *m,
                    const struct ihp__period_rules rules[IHP__PERIODS], struct ihp__line_sums *sums,
                    struct ihp__member_fact fact[IHP__PERIODS])
{
    struct member coded = {0};
    struct ihp__claims claims = claims_of(m);
    for (size_t i = 0; i < m->lines; i++) {
        if (m->procedure[i] != 0) { /* the index may hold codes that do not count */
            coded.service_date[coded.lines] = m->service_date[i];
            coded.known_from[coded.lines] = m->known_from[i];
            coded.procedure[coded.lines] = m->procedure[i];
            coded.billing[coded.lines] = m->billing[i];
            coded.treating[coded.lines++] = m->treating[i];
        }
    }
    const struct ihp__index_rows rows = {0,
                                         coded.lines,
                                         coded.service_date,
                                         coded.known_from,
                                         coded.procedure,
                                         coded.billing,
                                         coded.treating};
    struct ihp__indexed_lines lines = {.claims = &claims,
                                       .first = 0,
                                       .end = m->lines,
                                       .rows = &rows,
                                       .row = 0,
                                       .row_end = coded.lines};
    for (int q = 0; q < IHP__PERIODS; q++) {
        for (size_t i = 0; i < m->lines; i++) {
            lines.year_line[q][0] += m->service_date[i] < rules[q].first_day;
            lines.year_line[q][1] += m->service_date[i] <= rules[q].last_day;
        }
    }
    uint32_t place[IHP__PERIODS][LINES_MAX + 1];
    struct ihp__aside aside[IHP__PERIODS] = {{.line = place[IHP__BASE]},
                                             {.line = place[IHP__PERFORMANCE]}};
    ihp__member_begin(state, m->span, m->spans);
    assert_true(ihp__member_indexed_lines(state, &lines, m->override_, aside));
    ihp__line_sums_add_batch(sums, rules, &claims, aside);
    for (int q = 0; q < IHP__PERIODS; q++) { /* emptied, for the next batch */
        assert_int_equal(aside[q].count, 0);
        assert_int_equal(aside[q].counted_lines, 0);
        assert_int_equal(aside[q].counted_amount, 0);
    }
    assert_true(ihp__member_finish(state, NULL, 0, 7, m->override_, fact, NULL));
}

static void assert_same_facts(const struct ihp__member_fact *a, const struct ihp__member_fact *b)
{
    assert_int_equal(a->cost, b->cost);
    assert_int_equal(a->lines, b->lines);
    assert_int_equal(a->qualifying, b->qualifying);
    assert_int_equal(a->partnership, b->partnership);
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->window, b->window);
    assert_int_equal(a->enough, b->enough);
    assert_memory_equal(a->payer, b->payer, sizeof a->payer);
}

static void assert_same_sums(const struct ihp__line_sums *plain, const struct ihp__line_sums *fast)
{
    assert_int_equal(plain->store_lines, fast->store_lines);
    assert_int_equal(plain->store_amount, fast->store_amount);
    for (int q = 0; q < IHP__PERIODS; q++) {
        assert_memory_equal(plain->lines[q], fast->lines[q], sizeof plain->lines[q]);
        assert_memory_equal(plain->amount[q], fast->amount[q], sizeof plain->amount[q]);
        assert_memory_equal(plain->unknown_lines[q], fast->unknown_lines[q],
                            sizeof plain->unknown_lines[q]);
    }
}

static void test_13_3_and_16_3_index_and_lines_agree(void **unused)
{
    (void)unused;
    static struct ihp__line_sums plain_sums, fast_sums;
    struct random_draws draws = {.seed = 20251121};
    size_t attributed = 0, looked_back = 0;
    for (int group = 0; group < 40; group++) {
        struct ihp__policies policies;
        struct ihp__period_rules rules[IHP__PERIODS] = {0};
        const struct ihp__period_spec spec[IHP__PERIODS] = {{2024, day_of("2025-12-31")},
                                                            {2025, day_of("2026-12-31")}};
        draw_policies(&draws, &policies);
        for (int q = 0; q < IHP__PERIODS; q++) {
            ihp__period_rules_init(&rules[q], (enum ihp__period)q, &spec[q], &policies.claims);
            ihp__period_rules_decide(&rules[q], &policies.decision, 1);
            rules[q].roster = &roster;
            rules[q].inclusion = inclusion;
            rules[q].code_sets = code_sets;
            rules[q].partnerships = IHPS;
        }
        struct ihp__member_state *slow = ihp__member_state_create(rules, IHP__PERIODS);
        struct ihp__member_state *fast = ihp__member_state_create(rules, IHP__PERIODS);
        for (int n = 0; n < MEMBERS / 40; n++) {
            struct member m;
            struct ihp__member_fact a[IHP__PERIODS], b[IHP__PERIODS];
            draw_member(&draws, &m);
            plainly(slow, &m, 1 + random_below(&draws, LINES_MAX), &plain_sums, a);
            indexed(fast, &m, rules, &fast_sums, b);
            for (int q = 0; q < IHP__PERIODS; q++) {
                assert_same_facts(&a[q], &b[q]);
                attributed += a[q].partnership >= 0;
                looked_back += a[q].window == 2;
            }
        }
        assert_same_sums(&plain_sums, &fast_sums);
        ihp__member_state_destroy(&slow);
        ihp__member_state_destroy(&fast);
    }
    assert_true(attributed > MEMBERS / 10); /* the draws reach what they are to try */
    assert_true(looked_back > MEMBERS / 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13_3_and_16_3_index_and_lines_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
