/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes the indexed way fast must not change what the rules say of a line or a member: many
 * lines are counted at once [2.7, 16.10, 13.1], and members whose lines nobody on a billing list
 * bills are not counted at all [13.3.2]. */
#include "member_fixture.h"

#include "member/member_state.h"

static const struct ihp__period_spec spec = {2024, 0, 0};

/* Makes the rules of 2024 under some policies. */
static struct ihp__period_rules rules_of(const struct ihp__policies *policies)
{
    struct ihp__period_spec year = spec;
    struct ihp__period_rules rules = {0};
    year.paid_through = day_of("2025-12-31");
    ihp__period_rules_init(&rules, IHP__BASE, &year, &policies->claims);
    ihp__period_rules_decide(&rules, &policies->decision, 1);
    rules.roster = &roster[0];
    rules.inclusion = inclusion;
    rules.code_sets = code_sets;
    rules.partnerships = IHPS;
    return rules;
}

/* ---- counting many lines at once ------------------------------------------------------------- */

enum { LINES = 300 };

/* Lines of 2024, not in order, as only their months matter. */
struct lines {
    uint16_t service_date[LINES], known_from[LINES], service[LINES], void_date[LINES];
    uint16_t procedure[LINES];
    uint32_t npi[LINES];
    int32_t amount32[LINES];
    int64_t amount64[LINES];
};

static void draw_year(struct random_draws *draws, struct lines *lines)
{
    static const uint16_t services[] = {INCLUDED, INCLUDED, INCLUDED,         DRUG,
                                        EXCLUDED, UNKNOWN,  IHP__SERVICES - 1};
    const int32_t cutoff = day_of("2025-12-31");
    for (size_t i = 0; i < LINES; i++) {
        uint32_t when = random_below(draws, 8);
        uint16_t near = (uint16_t)(cutoff + (int32_t)random_below(draws, 3) - 1);
        lines->service_date[i] =
            (uint16_t)(day_of("2024-01-01") + (int32_t)random_below(draws, 366));
        lines->known_from[i] = when == 0   ? IHP__NEVER_KNOWN
                               : when == 1 ? near
                                           : lines->service_date[i];
        lines->void_date[i] = when == 2 ? near : IHP__NEVER_VOID;
        lines->service[i] = services[random_below(draws, COUNT(services))];
        lines->amount32[i] = when == 3 ? (random_below(draws, 2) == 0 ? INT32_MAX : INT32_MIN)
                                       : (int32_t)random_below(draws, 200000) - 50000;
        lines->amount64[i] = lines->amount32[i];
    }
}

/* Compares the cost of lines first .. end - 1 with what the rule says of each line. */
static void check_costs(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                        uint16_t qualifying, size_t first, size_t end)
{
    struct ihp__period_state period = {.months = {.qualifying = qualifying}};
    uint32_t place[LINES + IHP__ASIDE_ROOM];
    struct ihp__aside aside = {.line = place};
    ihp__costs_add(rules, &period, claims, first, end, &aside);
    int64_t cost = 0;
    size_t others = 0;
    for (size_t i = first; i < end; i++) {
        struct ihp__line line = ihp__line_judge(rules, qualifying, claims, i);
        if (line.disposition == IHP__DISPOSITION_COUNTED) {
            cost += ihp__claim_amount(claims, i);
        } else {
            assert_true(others < aside.count);
            assert_int_equal(place[others], i);
            others++;
        }
    }
    assert_int_equal(aside.count, others);
    assert_int_equal(period.cost, cost);
    assert_int_equal(period.lines, end - first - others);
    assert_int_equal(aside.counted_lines, end - first - others);
    assert_int_equal(aside.counted_amount, cost);
}

static void test_16_10_many_lines_at_once(void **unused)
{
    (void)unused;
    static struct lines lines;
    struct random_draws draws = {.seed = 16100};
    for (int n = 0; n < 4000; n++) {
        struct ihp__policies policies = usual_policies();
        policies.claims.cost_months = (int)random_below(&draws, 2);
        const struct ihp__period_rules rules = rules_of(&policies);
        if (n % 50 == 0) {
            draw_year(&draws, &lines);
        }
        bool wide = random_below(&draws, 4) == 0;
        const struct ihp__claims claims = {
            .count = 1 + random_below(&draws, LINES),
            .service_date = lines.service_date,
            .known_from = lines.known_from,
            .void_date = random_below(&draws, 2) == 0 ? lines.void_date : NULL,
            .service = lines.service,
            .procedure = lines.procedure,
            .amount32 = wide ? NULL : lines.amount32,
            .amount64 = wide ? lines.amount64 : NULL,
            .billing = lines.npi,
            .treating = lines.npi,
        };
        uint32_t months = random_below(&draws, 2) == 0 ? 0xFFF : random_below(&draws, 0x1000);
        size_t first = random_below(&draws, (uint32_t)claims.count + 1);
        size_t end = first + random_below(&draws, (uint32_t)(claims.count - first) + 1);
        check_costs(&rules, &claims, (uint16_t)months, first, end);
    }
}

/* ---- members whose lines nobody on a billing list bills ---------------------------------------
 */

static uint16_t draw_day(struct random_draws *draws)
{
    return (uint16_t)(day_of("2023-01-01") + (int32_t)random_below(draws, 731));
}

/* Draws a member who is mostly enrolled, and none or some of whose lines are billed by an NPI on a
 * list. */
static void draw_outsider(struct random_draws *draws, struct member *m)
{
    static const uint32_t off_lists[] = {0, 3, 4, 7, 8, 9};
    uint32_t most = 1 + random_below(draws, LINES_MAX), listed = random_below(draws, 4) * 8;
    draw_lines(draws, m, random_below(draws, most), draw_day);
    for (size_t i = 0; i < m->lines; i++) {
        if (random_below(draws, 40) >= listed) {
            m->billing[i] = off_lists[random_below(draws, COUNT(off_lists))];
        }
        m->procedure[i] = (uint16_t)random_below(draws, PROCEDURES);
    }
    draw_reversals(draws, m);
    draw_life(draws, m, "2025-12-31", "2024-06");
    m->spans = 1;
    m->span[0] = span_of(random_below(draws, 4) == 0 ? "2024-06" : "2023-01", "2024-12",
                         IHP__MAJOR_PROGRAM_MA, 0, IHP__EXCLUSION_NONE);
}

/* Returns true if the filter says that the member has no visit at an IHP under the rules. */
static bool filtered(const struct ihp__period_rules *rules, const struct member *m)
{
    size_t first = 0, end = 0;
    for (size_t i = 0; i < m->lines; i++) {
        first += m->service_date[i] < rules->first_day;
        end += m->service_date[i] <= rules->last_day;
    }
    return !ihp__lines_may_visit(rules, m->billing, first, end);
}

static void test_13_3_2_filter_is_sound(void **unused)
{
    (void)unused;
    static struct ihp__line_sums sums;
    struct random_draws draws = {.seed = 1332};
    size_t without = 0, attributed = 0, enrolled = 0;
    for (int group = 0; group < 60; group++) {
        struct ihp__policies policies;
        draw_policies(&draws, &policies);
        const struct ihp__period_rules rules[IHP__PERIODS] = {rules_of(&policies),
                                                              rules_of(&policies)};
        struct ihp__member_state *state = ihp__member_state_create(rules, IHP__PERIODS);
        for (int n = 0; n < 500; n++) {
            struct member m = {0};
            struct ihp__member_fact fact[IHP__PERIODS];
            draw_outsider(&draws, &m);
            const struct ihp__claims claims = claims_of(&m);
            ihp__member_begin(state, m.span, m.spans, lifetime(&m));
            assert_true(ihp__member_lines(state, &claims, 0, m.lines, &sums)); /* all rules */
            assert_true(ihp__member_finish(state, NULL, 0, 7, m.override_, fact, NULL));
            attributed += fact[0].partnership >= 0;
            if (filtered(&rules[0], &m)) {
                without++;
                enrolled += fact[0].reason == IHP__REASON_NO_VISIT;
                assert_true(fact[0].reason == IHP__REASON_NO_VISIT ||
                            fact[0].reason == IHP__REASON_ENROLLMENT);
                assert_int_equal(fact[0].partnership, -1);
            }
        }
        ihp__member_state_destroy(&state);
    }
    assert_true(without > 3000 && enrolled > 1000 && attributed > 500); /* the draws cover them */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_16_10_many_lines_at_once),
        cmocka_unit_test(test_13_3_2_filter_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
