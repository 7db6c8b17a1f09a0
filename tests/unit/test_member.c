/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole member, through the index and line by line [13.3, 16.3]: both ways must agree on every
 * fact and every sum, for any lines and policies, and however a member's lines are cut into pieces.
 */
#include "member_fixture.h"

enum { MEMBERS = 40000 };

/* Draws a day of 2022 to 2026, often at the end of a year. */
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
    draw_lines(draws, m, random_below(draws, LINES_MAX + 1), draw_day);
    for (size_t i = 0; i < m->lines; i++) {
        uint32_t when = random_below(draws, 6);
        if (when == 0) {
            m->known_from[i] = IHP__NEVER_KNOWN;
        } else if (when <= 2) { /* on a cut-off, or a day later */
            int32_t cutoff = day_of(when == 1 ? "2026-12-31" : "2025-12-31");
            m->known_from[i] = (uint16_t)(cutoff + (int32_t)random_below(draws, 2));
        }
        m->procedure[i] = (uint16_t)random_below(draws, PROCEDURES);
    }
    draw_reversals(draws, m);
    draw_life(draws, m, "2026-12-31", "2024-01");
    m->spans = random_below(draws, SPANS_MAX);
    for (size_t s = 0; s < m->spans; s++) {
        int32_t from = month_of("2023-06") + (int32_t)random_below(draws, 24);
        m->span[s] = (struct ihp__span){.month_from = from,
                                        .month_to = from + (int32_t)random_below(draws, 30),
                                        .payer = (uint16_t)random_below(draws, 3),
                                        .major_program = (uint8_t)(1 + random_below(draws, 3)),
                                        .exclusion = (uint8_t)(random_below(draws, 6) == 0)};
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        m->override_[period] = (struct ihp__override_value){random_below(draws, 20) == 0,
                                                            (int)random_below(draws, IHPS + 1) - 1};
    }
}

/* Takes a member line by line, `piece` lines at a time. */
static void plainly(struct ihp__member_state *state, const struct member *m, size_t piece,
                    struct ihp__line_sums *sums, struct ihp__member_fact fact[IHP__PERIODS])
{
    struct ihp__claims claims = claims_of(m);
    ihp__member_begin(state, m->span, m->spans, lifetime(m));
    for (size_t i = 0; i < m->lines; i += piece) {
        size_t end = i + piece < m->lines ? i + piece : m->lines;
        assert_true(ihp__member_lines(state, &claims, i, end, sums));
    }
    assert_true(ihp__member_finish(state, NULL, 0, 7, m->override_, fact, NULL));
}

/* Takes a member through the rows of an index, which may be one that has no signs. Returns true if
 * the procedures of all lines were needed. */
static bool indexed(struct ihp__member_state *state, const struct member *m, bool has_signs,
                    const struct ihp__period_rules rules[IHP__PERIODS], struct ihp__line_sums *sums,
                    struct ihp__member_fact fact[IHP__PERIODS])
{
    struct coded_rows coded;
    struct ihp__index_rows rows = index_rows_of(m, &coded);
    const struct ihp__claims claims = claims_of(m);
    rows.negative = has_signs ? rows.negative : NULL;
    struct ihp__indexed_lines lines = {.claims = &claims,
                                       .first = 0,
                                       .end = m->lines,
                                       .rows = &rows,
                                       .row = 0,
                                       .row_end = rows.count};
    for (int period = 0; period < IHP__PERIODS; period++) {
        for (size_t i = 0; i < m->lines; i++) {
            lines.year_line[period][0] += m->service_date[i] < rules[period].first_day;
            lines.year_line[period][1] += m->service_date[i] <= rules[period].last_day;
        }
    }
    uint32_t place[IHP__PERIODS][LINES_MAX + IHP__ASIDE_ROOM];
    struct ihp__aside aside[IHP__PERIODS] = {{.line = place[IHP__BASE]},
                                             {.line = place[IHP__PERFORMANCE]}};
    ihp__member_begin(state, m->span, m->spans, lifetime(m));
    assert_true(ihp__member_indexed_lines(state, &lines, aside));
    bool unclear = ihp__member_unclear(state);
    assert_true(!unclear || ihp__member_attribute(state, &claims, 0, m->lines));
    ihp__line_sums_add(sums, rules, &claims, 0, m->lines, aside);
    for (int period = 0; period < IHP__PERIODS; period++) { /* empty for the next batch */
        assert_int_equal(aside[period].count, 0);
        assert_int_equal(aside[period].counted_lines, 0);
        assert_int_equal(aside[period].counted_amount, 0);
    }
    assert_true(ihp__member_finish(state, NULL, 0, 7, m->override_, fact, NULL));
    return unclear;
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
    assert_int_equal(a->weighs, b->weighs);
    assert_memory_equal(a->payer, b->payer, sizeof a->payer);
}

static void assert_same_sums(const struct ihp__line_sums *plain, const struct ihp__line_sums *fast)
{
    assert_int_equal(plain->store_lines, fast->store_lines);
    assert_int_equal(plain->store_amount, fast->store_amount);
    for (int period = 0; period < IHP__PERIODS; period++) {
        assert_memory_equal(plain->lines[period], fast->lines[period], sizeof plain->lines[period]);
        assert_memory_equal(plain->amount[period], fast->amount[period],
                            sizeof plain->amount[period]);
        assert_memory_equal(plain->unknown_lines[period], fast->unknown_lines[period],
                            sizeof plain->unknown_lines[period]);
    }
}

static void test_13_3_and_16_3_index_and_lines_agree(void **unused)
{
    (void)unused;
    static struct ihp__line_sums plain_sums, fast_sums;
    struct random_draws draws = {.seed = 20251121};
    size_t attributed = 0, looked_back = 0, unclear = 0;
    for (int group = 0; group < 40; group++) {
        struct ihp__policies policies;
        struct ihp__period_rules rules[IHP__PERIODS] = {0};
        /* A quarterly statement's months may overlap the base year. */
        int through = group % 4 == 3 ? month_of("2025-01") + group / 4 : 0;
        const struct ihp__period_spec spec[IHP__PERIODS] = {{2024, day_of("2025-12-31"), 0},
                                                            {2025, day_of("2026-12-31"), through}};
        draw_policies(&draws, &policies);
        for (int period = 0; period < IHP__PERIODS; period++) {
            ihp__period_rules_init(&rules[period], (enum ihp__period)period, &spec[period],
                                   &policies.claims);
            ihp__period_rules_decide(&rules[period], &policies.decision, 1);
            rules[period].roster = &roster[0];
            rules[period].inclusion = inclusion;
            rules[period].code_sets = code_sets;
            rules[period].partnerships = IHPS;
        }
        struct ihp__member_state *slow = ihp__member_state_create(rules, IHP__PERIODS);
        struct ihp__member_state *fast = ihp__member_state_create(rules, IHP__PERIODS);
        for (int n = 0; n < MEMBERS / 40; n++) {
            struct member m;
            struct ihp__member_fact a[IHP__PERIODS], b[IHP__PERIODS];
            draw_member(&draws, &m);
            plainly(slow, &m, 1 + random_below(&draws, LINES_MAX), &plain_sums, a);
            unclear += indexed(fast, &m, group % 4 != 0, rules, &fast_sums, b);
            for (int period = 0; period < IHP__PERIODS; period++) {
                assert_same_facts(&a[period], &b[period]);
                attributed += a[period].partnership >= 0;
                looked_back += a[period].window == 2;
            }
        }
        assert_same_sums(&plain_sums, &fast_sums);
        ihp__member_state_destroy(&slow);
        ihp__member_state_destroy(&fast);
    }
    assert_true(attributed > MEMBERS / 10); /* the draws cover all three */
    assert_true(looked_back > MEMBERS / 200);
    assert_true(unclear > MEMBERS / 200);
}

/* ---- which lines open the gate [13.3.2] ------------------------------------------------------ */

/* A line of a member's: day, code, service, amount, billing and treating NPI, day of payment. */
struct paid_line {
    const char *day;
    int procedure, service;
    int32_t amount;
    uint32_t billing, treating;
    const char *paid;
};

/* Returns the fact of 2025 of a member with some lines; line by line, through the index, and
 * through one without signs alike. */
static struct ihp__member_fact fact_of(const struct ihp__policies *policies,
                                       const struct paid_line *line, size_t lines,
                                       struct ihp__override_value override_, const char *from)
{
    static struct ihp__line_sums sums;
    struct ihp__period_rules rules[IHP__PERIODS] = {0};
    const struct ihp__period_spec spec[IHP__PERIODS] = {{2024, day_of("2025-12-31"), 0},
                                                        {2025, day_of("2026-12-31"), 0}};
    struct member m = {.lines = lines, .spans = 1};
    m.override_[IHP__PERFORMANCE] = override_;
    m.span[0] = span_of(from, "2025-12", IHP__MAJOR_PROGRAM_MA, 0, IHP__EXCLUSION_NONE);
    for (size_t i = 0; i < lines; i++) {
        m.service_date[i] = (uint16_t)day_of(line[i].day);
        m.known_from[i] = (uint16_t)day_of(line[i].paid);
        m.amount[i] = line[i].amount;
        m.procedure[i] = (uint16_t)line[i].procedure;
        m.service[i] = (uint16_t)line[i].service;
        m.billing[i] = line[i].billing;
        m.treating[i] = line[i].treating;
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        ihp__period_rules_init(&rules[period], (enum ihp__period)period, &spec[period],
                               &policies->claims);
        ihp__period_rules_decide(&rules[period], &policies->decision, 1);
        rules[period].roster = &roster[0];
        rules[period].inclusion = inclusion;
        rules[period].code_sets = code_sets;
        rules[period].partnerships = IHPS;
    }
    struct ihp__member_state *state = ihp__member_state_create(rules, IHP__PERIODS);
    struct ihp__member_fact slow[IHP__PERIODS], fast[IHP__PERIODS];
    plainly(state, &m, 1, &sums, slow);
    for (int has_signs = 0; has_signs < 2; has_signs++) {
        indexed(state, &m, has_signs, rules, &sums, fast);
        assert_same_facts(&slow[IHP__PERFORMANCE], &fast[IHP__PERFORMANCE]);
    }
    ihp__member_state_destroy(&state);
    return slow[IHP__PERFORMANCE];
}

/* A line of which only these matter: its day, code, service and billing NPI. */
struct gate_line {
    const char *day;
    int procedure, service;
    uint32_t billing;
};

/* Returns the fact of 2025 of a member with some lines, all paid on their day. */
static struct ihp__member_fact gate_fact(const struct ihp__policies *policies,
                                         const struct gate_line *line, size_t lines,
                                         struct ihp__override_value override_, const char *from)
{
    struct paid_line paid[LINES_MAX];
    for (size_t i = 0; i < lines; i++) {
        paid[i] = (struct paid_line){
            line[i].day, line[i].procedure, line[i].service, 100, line[i].billing, 8, line[i].day};
    }
    return fact_of(policies, paid, lines, override_, from);
}

/* Returns the reason in 2025 of such a member without an override. */
static enum ihp__reason reason_of(const struct ihp__policies *policies,
                                  const struct gate_line *line, size_t lines)
{
    const struct ihp__override_value none = {false, -1};
    return (enum ihp__reason)gate_fact(policies, line, lines, none, "2024-01").reason;
}

#define REASON_OF(policies, ...)                                                                   \
    reason_of((policies), (const struct gate_line[]){__VA_ARGS__},                                 \
              COUNT(((const struct gate_line[]){__VA_ARGS__})))

static const struct gate_line at_ihp = {"2025-03-01", PLAIN, INCLUDED, 1},
                              elsewhere = {"2025-03-01", EM, INCLUDED, 9},
                              before = {"2024-03-01", EM, INCLUDED, 1};
static const struct {
    const struct gate_line *line[2];
    struct ihp__override_value override_;
    const char *from;
    int visit_gate, gate_window;
    bool enough, weighs;
} populations[] = {
    {{&at_ihp, NULL}, {false, -1}, "2024-01", 0, 0, true, true},
    {{&elsewhere, NULL}, {false, -1}, "2024-01", 0, 0, true, false},
    {{NULL, NULL}, {false, -1}, "2024-01", 0, 0, true, false},
    {{&at_ihp, NULL}, {false, -1}, "2025-05", 0, 0, false, false}, /* eight months */
    {{&at_ihp, NULL}, {true, -1}, "2024-01", 0, 0, true, true},
    {{&at_ihp, NULL}, {true, 2}, "2024-01", 0, 0, true, true},
    {{&elsewhere, NULL}, {true, 2}, "2024-01", 0, 0, true, false},
    {{&at_ihp, NULL}, {true, 2}, "2025-05", 0, 0, false, false},
    /* the look-back opens the gate, or only decides for the winner without a line of 2025 */
    {{&before, NULL}, {false, -1}, "2024-01", 0, IHP__GATE_WINDOW_LOOKBACK, true, true},
    {{&before, NULL}, {false, -1}, "2024-01", 0, 0, true, false},
    {{&before, NULL},
     {false, -1},
     "2024-01",
     IHP__GATE_ATTRIBUTED_IHP,
     IHP__GATE_WINDOW_LOOKBACK,
     true,
     false},
    {{&before, &at_ihp},
     {true, -1},
     "2024-01",
     IHP__GATE_ATTRIBUTED_IHP,
     IHP__GATE_WINDOW_LOOKBACK,
     true,
     true},
    {{&before, NULL},
     {true, 1},
     "2024-01",
     IHP__GATE_ATTRIBUTED_IHP,
     IHP__GATE_WINDOW_LOOKBACK,
     true,
     false},
};

/* Who is in the population of risk weights: billing NPI 1 is IHP 0's, 9 nobody's. A member counts
 * by the gate of its own, whatever an override says; one with too few months never does. */
static void test_policy_weights_population(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(populations); i++) {
        struct ihp__policies policies = usual_policies();
        struct gate_line line[2];
        size_t lines = 0;
        while (lines < 2 && populations[i].line[lines] != NULL) {
            line[lines] = *populations[i].line[lines];
            lines++;
        }
        policies.decision.visit_gate = populations[i].visit_gate;
        policies.decision.gate_window = populations[i].gate_window;
        struct ihp__member_fact fact =
            gate_fact(&policies, line, lines, populations[i].override_, populations[i].from);
        assert_int_equal(fact.enough, populations[i].enough);
        assert_int_equal(fact.weighs, populations[i].enough); /* enrolled */
        policies.decision.weights_population = IHP__WEIGHS_GATE;
        fact = gate_fact(&policies, line, lines, populations[i].override_, populations[i].from);
        assert_int_equal(fact.enough, populations[i].enough);
        assert_int_equal(fact.weighs, populations[i].weighs);
    }
}

/* Billing NPI 1 is IHP 0's, 9 nobody's; the E&M line of 2024 attributes once the gate is passed. */
static void test_policy_gate_lines(void **unused)
{
    (void)unused;
    struct ihp__policies policies = usual_policies();
    static const struct {
        int procedure, service;
        enum ihp__reason reason[3]; /* under any, no_pharmacy, em */
    } cases[] = {
        {PLAIN,
         INCLUDED,
         {IHP__REASON_PRIMARY_CARE, IHP__REASON_PRIMARY_CARE, IHP__REASON_NO_VISIT}},
        {PLAIN, DRUG, {IHP__REASON_PRIMARY_CARE, IHP__REASON_NO_VISIT, IHP__REASON_NO_VISIT}},
        {PLAIN,
         DRUG - 30 - 1, /* the last category of the class before */
         {IHP__REASON_PRIMARY_CARE, IHP__REASON_PRIMARY_CARE, IHP__REASON_NO_VISIT}},
        {PLAIN,
         DRUG - 30 + IHP__CATEGORIES - 1, /* the last category of pharmacy */
         {IHP__REASON_PRIMARY_CARE, IHP__REASON_NO_VISIT, IHP__REASON_NO_VISIT}},
        {EM,
         INCLUDED,
         {IHP__REASON_PRIMARY_CARE, IHP__REASON_PRIMARY_CARE, IHP__REASON_PRIMARY_CARE}},
        {EM, DRUG, {IHP__REASON_PRIMARY_CARE, IHP__REASON_NO_VISIT, IHP__REASON_PRIMARY_CARE}},
        {HOME,
         INCLUDED,
         {IHP__REASON_HEALTH_HOME, IHP__REASON_HEALTH_HOME, IHP__REASON_HEALTH_HOME}},
        {HOME, DRUG, {IHP__REASON_HEALTH_HOME, IHP__REASON_NO_VISIT, IHP__REASON_HEALTH_HOME}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int lines = 0; lines < 3; lines++) {
            policies.claims.gate_lines = lines;
            assert_int_equal(REASON_OF(&policies, {"2024-05-05", EM, INCLUDED, 1},
                                       {"2025-05-05", cases[i].procedure, cases[i].service, 1}),
                             cases[i].reason[lines]);
        }
    }
    /* Under attributed_ihp the winner's line must be one that opens the gate. */
    policies.decision.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    policies.claims.gate_lines = IHP__GATE_LINES_NO_PHARMACY;
    assert_int_equal(REASON_OF(&policies, {"2025-05-05", EM, DRUG, 1}), IHP__REASON_NO_VISIT);
    assert_int_equal(
        REASON_OF(&policies, {"2025-05-05", EM, DRUG, 1}, {"2025-06-05", PLAIN, INCLUDED, 1}),
        IHP__REASON_PRIMARY_CARE);
}

/* The look-back of 2025 is 2024; a line of its first day opens the gate, one of the day before does
 * not. */
static void test_policy_gate_window_and_its_ends(void **unused)
{
    (void)unused;
    struct ihp__policies policies = usual_policies();
    const enum ihp__reason open = IHP__REASON_PRIMARY_CARE, shut = IHP__REASON_NO_VISIT;
    assert_int_equal(REASON_OF(&policies, {"2024-12-31", EM, INCLUDED, 1}), shut);
    policies.decision.gate_window = IHP__GATE_WINDOW_LOOKBACK;
    assert_int_equal(REASON_OF(&policies, {"2024-12-31", EM, INCLUDED, 1}), open);
    assert_int_equal(REASON_OF(&policies, {"2024-01-01", EM, INCLUDED, 1}), open);
    assert_int_equal(REASON_OF(&policies, {"2023-12-31", EM, INCLUDED, 1}), shut);
    assert_int_equal(REASON_OF(&policies, {"2024-05-05", EM, INCLUDED, 9}), shut);
    assert_int_equal(
        REASON_OF(&policies, {"2024-01-01", PLAIN, DRUG, 1}, {"2024-05-05", EM, INCLUDED, 9}),
        IHP__REASON_NO_IHP_EM);
    assert_int_equal(
        REASON_OF(&policies, {"2023-12-31", PLAIN, DRUG, 1}, {"2024-05-05", EM, INCLUDED, 9}),
        shut);
    policies.claims.gate_lines = IHP__GATE_LINES_NO_PHARMACY;
    assert_int_equal(
        REASON_OF(&policies, {"2024-01-01", PLAIN, DRUG, 1}, {"2024-05-05", EM, INCLUDED, 9}),
        shut);
    policies.claims.gate_lines = IHP__GATE_LINES_EM;
    assert_int_equal(REASON_OF(&policies, {"2024-01-01", EM, DRUG, 1}), open);
    assert_int_equal(REASON_OF(&policies, {"2023-12-31", EM, DRUG, 1}), shut);
    policies.claims.gate_lines = IHP__GATE_LINES_ANY;
    policies.claims.lookback_months = 11; /* from February on */
    assert_int_equal(REASON_OF(&policies, {"2024-01-31", EM, INCLUDED, 1}), shut);
    assert_int_equal(REASON_OF(&policies, {"2024-02-01", EM, INCLUDED, 1}), open);
    policies.claims.lookback_months = 0; /* no window, no gate */
    assert_int_equal(REASON_OF(&policies, {"2024-12-31", EM, INCLUDED, 1}), shut);
}

/* ---- reversals [13.3.2, 13.3.5.1] ------------------------------------------------------------ */

/* Returns the fact of 2025 of a member with the given lines under the usual policies with one
 * change. */
static struct ihp__member_fact fact_under(int reversals, int count_unit, int gate_lines,
                                          const struct paid_line *line, size_t lines)
{
    struct ihp__policies policies = usual_policies();
    policies.claims.reversals = reversals;
    policies.claims.count_unit = count_unit;
    policies.claims.gate_lines = gate_lines;
    return fact_of(&policies, line, lines, (struct ihp__override_value){false, -1}, "2024-01");
}

#define NETTED(...)                                                                                \
    fact_under(IHP__REVERSALS_NET, IHP__COUNT_LINE, IHP__GATE_LINES_ANY,                           \
               (const struct paid_line[]){__VA_ARGS__},                                            \
               COUNT(((const struct paid_line[]){__VA_ARGS__})))
#define COUNTED(...)                                                                               \
    fact_under(IHP__REVERSALS_COUNT, IHP__COUNT_LINE, IHP__GATE_LINES_ANY,                         \
               (const struct paid_line[]){__VA_ARGS__},                                            \
               COUNT(((const struct paid_line[]){__VA_ARGS__})))

/* Billing NPI 1 is IHP 0's; 2 with treating NPI 5 is IHP 2's; 9 is nobody's; treating NPIs 7 and 8
 * are PCPs in NPPES, 5 is one on the roster. */
#define AT_IHP_0(day, amount, paid)                                                                \
    {                                                                                              \
        day, EM, INCLUDED, amount, 1, 8, paid                                                      \
    }
#define AT_IHP_2(day, amount, paid)                                                                \
    {                                                                                              \
        day, EM, INCLUDED, amount, 2, 5, paid                                                      \
    }
#define AT_OTHER(day, amount, paid)                                                                \
    {                                                                                              \
        day, EM, INCLUDED, amount, 9, 8, paid                                                      \
    }

static void assert_fact(struct ihp__member_fact fact, int partnership, enum ihp__reason reason,
                        int window, int64_t cost)
{
    assert_int_equal(fact.partnership, partnership);
    assert_int_equal(fact.reason, reason);
    assert_int_equal(fact.window, window);
    assert_int_equal(fact.cost, cost);
}

/* An original, its reversal and its replacement are one line; the cost is the sum of all. */
static void test_13_3_5_1_reversed_and_replaced(void **unused)
{
    (void)unused;
#define LINES                                                                                      \
    AT_IHP_0("2025-03-03", 12000, "2025-03-20"), AT_IHP_0("2025-03-03", -12000, "2025-04-20"),     \
        AT_IHP_0("2025-03-03", 9500, "2025-04-20"), AT_OTHER("2025-05-05", 100, "2025-05-20"),     \
        AT_OTHER("2025-06-06", 100, "2025-06-20")
    assert_fact(NETTED(LINES), -1, IHP__REASON_PRIMARY_CARE_ELSEWHERE, 1, 9700); /* 1 against 2 */
    assert_fact(COUNTED(LINES), 0, IHP__REASON_PRIMARY_CARE, 1, 9700);           /* 3 against 2 */
#undef LINES
}

/* What is reversed gives no count, no date and no gate, and does not keep a member from the
 * look-back. */
static void test_13_3_2_nothing_is_left(void **unused)
{
    (void)unused;
#define REVERSED(day) AT_IHP_0(day, 100, "2025-12-01"), AT_IHP_0(day, -100, "2025-12-02")
    assert_fact(NETTED(REVERSED("2025-03-03")), -1, IHP__REASON_NO_VISIT, 1, 0);
    assert_fact(COUNTED(REVERSED("2025-03-03")), 0, IHP__REASON_PRIMARY_CARE, 1, 0);
    /* Another line opens the gate; 2024 decides, because there is no E&M line in 2025. */
    assert_fact(NETTED(AT_IHP_2("2024-04-04", 100, "2024-04-04"), REVERSED("2025-03-03"),
                       {"2025-03-04", PLAIN, INCLUDED, 100, 1, 8, "2025-03-04"}),
                2, IHP__REASON_PRIMARY_CARE, 2, 100);
    /* In the look-back, too, it counts for nothing. */
    assert_fact(NETTED(AT_IHP_2("2024-04-04", 100, "2024-04-04"), REVERSED("2024-05-05"),
                       REVERSED("2024-06-06"),
                       {"2025-03-04", PLAIN, INCLUDED, 100, 1, 8, "2025-03-04"}),
                2, IHP__REASON_PRIMARY_CARE, 2, 100);
    /* The later date is reversed: the tie of 13.3.7.7 goes to IHP 2. */
    assert_fact(NETTED(AT_IHP_0("2025-02-02", 100, "2025-12-01"),
                       AT_IHP_2("2025-03-03", 100, "2025-12-01"), REVERSED("2025-04-04")),
                2, IHP__REASON_TIE_BREAK, 1, 200);
    /* A reversed health-home line does not decide Step 1. */
    assert_fact(NETTED(AT_IHP_2("2025-03-03", 100, "2025-12-01"),
                       {"2025-04-04", HOME, INCLUDED, 100, 1, 8, "2025-12-01"},
                       {"2025-04-04", HOME, INCLUDED, -100, 1, 8, "2025-12-01"}),
                2, IHP__REASON_PRIMARY_CARE, 1, 100);
#undef REVERSED
}

/* A reversal is known when it is paid, not when its original was: on the cut-off, not a day later.
 */
static void test_2_7_reversal_is_known_when_paid(void **unused)
{
    (void)unused;
    assert_fact(NETTED(AT_IHP_0("2025-03-03", 500, "2025-04-04"),
                       AT_IHP_0("2025-03-03", -500, "2027-01-01")),
                0, IHP__REASON_PRIMARY_CARE, 1, 500);
    assert_fact(NETTED(AT_IHP_0("2025-03-03", 500, "2025-04-04"),
                       AT_IHP_0("2025-03-03", -500, "2026-12-31")),
                -1, IHP__REASON_NO_VISIT, 1, 0);
    /* One whose original is not known takes nothing, and counts for nothing itself. */
    assert_fact(NETTED(AT_IHP_0("2025-03-03", 500, "2027-01-01"),
                       AT_IHP_0("2025-03-03", -500, "2026-12-31")),
                -1, IHP__REASON_NO_VISIT, 1, -500);
}

/* Each part of the key must be the same; category and amount need not be. */
static void test_13_3_5_1_the_key(void **unused)
{
    (void)unused;
    static const struct {
        struct paid_line reversal;
        bool takes;
    } cases[] = {
        {{"2025-03-03", EM, INCLUDED, -1, 1, 8, "2025-03-03"}, true},
        {{"2025-03-03", EM, DRUG, -99999, 1, 8, "2025-03-03"}, true},
        {{"2025-03-03", EM, UNKNOWN, -100, 1, 8, "2025-12-31"}, true},
        {{"2025-03-04", EM, INCLUDED, -100, 1, 8, "2025-03-04"}, false},
        {{"2025-03-03", HOME, INCLUDED, -100, 1, 8, "2025-03-03"}, false},
        {{"2025-03-03", OTHER, INCLUDED, -100, 1, 8, "2025-03-03"}, false},
        {{"2025-03-03", PLAIN, INCLUDED, -100, 1, 8, "2025-03-03"}, false},
        {{"2025-03-03", EM, INCLUDED, -100, 9, 8, "2025-03-03"}, false},
        {{"2025-03-03", EM, INCLUDED, -100, 1, 7, "2025-03-03"}, false},
        {{"2025-03-03", EM, INCLUDED, -100, 1, 0, "2025-03-03"}, false},
        {{"2025-03-03", EM, INCLUDED, 0, 1, 8, "2025-03-03"}, false}, /* a line like any other */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct paid_line lines[] = {AT_IHP_0("2025-03-03", 100, "2025-03-03"),
                                          cases[i].reversal};
        struct ihp__member_fact fact = fact_under(IHP__REVERSALS_NET, IHP__COUNT_LINE,
                                                  IHP__GATE_LINES_ANY, lines, COUNT(lines));
        assert_int_equal(fact.reason,
                         cases[i].takes ? IHP__REASON_NO_VISIT : IHP__REASON_PRIMARY_CARE);
        assert_int_equal(fact.partnership, cases[i].takes ? -1 : 0);
    }
}

/* Of n lines of a key, as many are left as there are more lines than reversals, and never less than
 * none. */
static void test_13_3_5_1_several_equal_lines(void **unused)
{
    (void)unused;
    for (size_t lines = 0; lines <= 3; lines++) {
        for (size_t reversals = 0; reversals <= 4; reversals++) {
            struct paid_line line[12];
            size_t n = 0;
            for (size_t i = 0; i < reversals; i++) { /* before what they reverse, too */
                line[n++] = (struct paid_line)AT_IHP_0("2025-03-03", -100, "2025-12-01");
            }
            for (size_t i = 0; i < lines; i++) {
                line[n++] =
                    (struct paid_line)AT_IHP_0("2025-03-03", i == 0 ? 0 : 100, "2025-12-01");
            }
            line[n++] = (struct paid_line)AT_IHP_2("2025-04-04", 100, "2025-12-01");
            size_t left = lines > reversals ? lines - reversals : 0;
            struct ihp__member_fact fact =
                fact_under(IHP__REVERSALS_NET, IHP__COUNT_LINE, IHP__GATE_LINES_ANY, line, n);
            assert_int_equal(fact.partnership, left > 1 ? 0 : 2); /* equal: the later date */
            assert_int_equal(fact.reason,
                             left == 1 ? IHP__REASON_TIE_BREAK : IHP__REASON_PRIMARY_CARE);
        }
    }
}

/* A visit is there as long as one of its keys is left. */
static void test_policy_count_unit_visit_under_net(void **unused)
{
    (void)unused;
    const struct paid_line lines[] = {
        AT_IHP_0("2025-03-03", 100, "2025-12-01"),  /* one visit with a line of two codes */
        AT_IHP_0("2025-03-03", -100, "2025-12-02"), /* the E&M line is reversed */
        {"2025-03-03", HOME, INCLUDED, 70, 1, 8, "2025-12-01"},
        AT_IHP_2("2025-04-04", 100, "2025-12-01"),
    };
    struct ihp__member_fact fact =
        fact_under(IHP__REVERSALS_NET, IHP__COUNT_VISIT, IHP__GATE_LINES_ANY, lines, COUNT(lines));
    assert_fact(fact, 0, IHP__REASON_HEALTH_HOME, 1, 170);
    fact = fact_under(IHP__REVERSALS_NET, IHP__COUNT_VISIT, IHP__GATE_LINES_ANY, lines, 2);
    assert_fact(fact, -1, IHP__REASON_NO_VISIT, 1, 0);
    fact = fact_under(IHP__REVERSALS_COUNT, IHP__COUNT_VISIT, IHP__GATE_LINES_ANY, lines, 2);
    assert_fact(fact, 0, IHP__REASON_PRIMARY_CARE, 1, 0);
}

/* The gate looks at what is left of a key; of it, pharmacy lines are taken away first. */
static void test_policy_gate_lines_under_net(void **unused)
{
    (void)unused;
    static const struct {
        int drugs, others, reversals; /* lines of one key */
        bool any, no_pharmacy;
    } cases[] = {
        {1, 0, 0, true, false},  {0, 1, 0, true, true},   {1, 1, 1, true, true},
        {1, 1, 2, false, false}, {2, 1, 1, true, true},   {1, 2, 2, true, true},
        {2, 0, 1, true, false},  {0, 2, 1, true, true},   {0, 1, 1, false, false},
        {1, 0, 1, false, false}, {0, 0, 1, false, false}, {2, 1, 2, true, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int em = 0; em < 2; em++) { /* with a code, or with none */
            struct paid_line line[12];
            size_t n = 0;
            line[n++] = (struct paid_line)AT_IHP_2("2024-04-04", 100, "2024-04-04");
            const struct paid_line of_key = {"2025-03-03", em ? EM : OTHER, DRUG, 100, 1, 8,
                                             "2025-03-03"};
            for (int k = 0; k < cases[i].drugs; k++) {
                line[n++] = of_key;
            }
            for (int k = 0; k < cases[i].reversals; k++) { /* of the class pharmacy */
                line[n] = of_key;
                line[n++].amount = -100;
            }
            for (int k = 0; k < cases[i].others; k++) {
                line[n] = of_key;
                line[n++].service = INCLUDED;
            }
            const bool open[] = {[IHP__GATE_LINES_ANY] = cases[i].any,
                                 [IHP__GATE_LINES_NO_PHARMACY] = cases[i].no_pharmacy,
                                 [IHP__GATE_LINES_EM] = em && cases[i].any};
            for (int gate = 0; gate < 3; gate++) {
                struct ihp__member_fact fact =
                    fact_under(IHP__REVERSALS_NET, IHP__COUNT_LINE, gate, line, n);
                assert_int_equal(fact.reason == IHP__REASON_NO_VISIT, !open[gate]);
            }
        }
    }
}

/* A netted line of the look-back opens the gate no more than one of the period; a reversal in one
 * window takes nothing away in another. */
static void test_policy_gate_window_under_net(void **unused)
{
    (void)unused;
    struct ihp__policies policies = usual_policies();
    policies.decision.gate_window = IHP__GATE_WINDOW_LOOKBACK;
    const struct paid_line lines[] = {
        {"2024-12-31", PLAIN, INCLUDED, 100, 1, 8, "2025-02-01"},
        {"2024-12-31", PLAIN, INCLUDED, -100, 1, 8, "2025-03-01"},
        {"2025-01-01", PLAIN, INCLUDED, -100, 1, 8, "2025-03-01"},
        AT_OTHER("2025-04-04", 100, "2025-04-04"),
    };
    const struct ihp__override_value none = {false, -1};
    struct ihp__member_fact fact = fact_of(&policies, lines, COUNT(lines), none, "2024-01");
    assert_int_equal(fact.reason, IHP__REASON_NO_VISIT);
    const struct paid_line apart[] = {lines[0], lines[2], lines[3]};
    fact = fact_of(&policies, apart, COUNT(apart), none, "2024-01");
    assert_int_equal(fact.reason, IHP__REASON_NO_IHP_EM);
}

/* ---- whole members as States send them ------------------------------------------------------- */

/* One visit at IHP 0 is billed on two claims and with a second code, IHP 2 has two visits: by lines
 * 3 against 2, by visits 1 against 2. */
static void test_13_3_3_one_visit_on_several_claims(void **unused)
{
    (void)unused;
    const struct paid_line lines[] = {
        AT_IHP_0("2025-02-03", 100, "2025-02-03"),
        AT_IHP_0("2025-02-03", 0, "2025-02-03"), /* on another claim, without dollars */
        {"2025-02-03", EM, DRUG, 100, 1, 8, "2025-02-03"},
        AT_IHP_2("2025-06-03", 100, "2025-06-03"),
        AT_IHP_2("2025-07-03", 100, "2025-07-03"),
    };
    assert_fact(
        fact_under(IHP__REVERSALS_NET, IHP__COUNT_LINE, IHP__GATE_LINES_ANY, lines, COUNT(lines)),
        0, IHP__REASON_PRIMARY_CARE, 1, 400);
    assert_fact(
        fact_under(IHP__REVERSALS_NET, IHP__COUNT_VISIT, IHP__GATE_LINES_ANY, lines, COUNT(lines)),
        2, IHP__REASON_PRIMARY_CARE, 1, 400);
}

/* A member whose only dollars are taken back for a service that is not there keeps a negative cost
 * [16.5.1], and one without other lines passes no gate. */
static void test_16_5_1_only_a_reversal(void **unused)
{
    (void)unused;
    assert_fact(NETTED(AT_IHP_0("2025-02-03", 0, "2025-02-03"),
                       {"2025-03-01", PLAIN, DRUG, -90000, 0, 0, "2025-05-01"}),
                0, IHP__REASON_PRIMARY_CARE, 1, -90000);
    assert_fact(NETTED(AT_IHP_0("2025-02-03", -90000, "2025-02-03")), -1, IHP__REASON_NO_VISIT, 1,
                -90000);
    assert_fact(COUNTED(AT_IHP_0("2025-02-03", -90000, "2025-02-03")), 0, IHP__REASON_PRIMARY_CARE,
                1, -90000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy_weights_population),
        cmocka_unit_test(test_policy_gate_lines),
        cmocka_unit_test(test_policy_gate_window_and_its_ends),
        cmocka_unit_test(test_13_3_5_1_reversed_and_replaced),
        cmocka_unit_test(test_13_3_2_nothing_is_left),
        cmocka_unit_test(test_2_7_reversal_is_known_when_paid),
        cmocka_unit_test(test_13_3_5_1_the_key),
        cmocka_unit_test(test_13_3_5_1_several_equal_lines),
        cmocka_unit_test(test_policy_count_unit_visit_under_net),
        cmocka_unit_test(test_policy_gate_lines_under_net),
        cmocka_unit_test(test_policy_gate_window_under_net),
        cmocka_unit_test(test_13_3_3_one_visit_on_several_claims),
        cmocka_unit_test(test_16_5_1_only_a_reversal),
        cmocka_unit_test(test_13_3_and_16_3_index_and_lines_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
