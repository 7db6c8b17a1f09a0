/* Attribution month by month [13.3, 15.2.1; methodology 4.7]: windows that end with the month, the
 * month itself qualifying, look-back, rosters by quarter, costs; and, at random, the settlement's
 * own rules applied to each window alone. */
#include "build.h"
#include "ihp/monthly.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { IHPS = 3, NPIS = 10, PROCEDURES = 4, LINES_MAX = 60, SPANS_MAX = 5 };
enum { INCLUDED = 43, EXCLUDED = 44, UNKNOWN = 45 };
enum { PLAIN, EM, HOME, OTHER }; /* procedures by number */

/* In the first roster IHP 0 is all-in with billing NPI 1; 1 and 2 share billing NPI 2 and have
 * treating NPIs of their own. In the second NPI 1 is IHP 1's alone. NPIs 8 and 9 are on none. */
static uint32_t billing_offset[NPIS + 1] = {0, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3};
static struct ihp_roster_entry billing[2][3] = {{{0, 0}, {1, 0}, {2, 0}}, {{1, 0}, {1, 0}, {2, 0}}};
static uint32_t treating_offset[NPIS + 1] = {0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4};
static struct ihp_roster_entry treating[] = {
    {1, IHP_CLASS_PCP}, {1, IHP_CLASS_SPE}, {2, IHP_CLASS_PCP}, {2, IHP_CLASS_SPE}};
static uint8_t nppes_class[NPIS] = {[3] = IHP_CLASS_SPE, [7] = IHP_CLASS_PCP, [8] = IHP_CLASS_PCP};
static bool all_in[IHPS] = {true, false, false};
static int16_t owner[2][NPIS] = {
    {-1, 0, IHP_OWNER_DEPENDS, -1, -1, -1, -1, -1, -1, -1},
    {-1, IHP_OWNER_DEPENDS, IHP_OWNER_DEPENDS, -1, -1, -1, -1, -1, -1, -1}};
static const struct ihp_roster_index roster[2] = {
    {NPIS, billing_offset, treating_offset, billing[0], treating, nppes_class, all_in, owner[0]},
    {NPIS, billing_offset, treating_offset, billing[1], treating, nppes_class, all_in, owner[1]}};

static const uint8_t code_sets[PROCEDURES] = {0, IHP_CODE_EM, IHP_CODE_HEALTH_HOME, 0};
static uint8_t inclusion[IHP_SERVICES] = {
    [INCLUDED] = IHP_SERVICE_INCLUDED, [EXCLUDED] = IHP_SERVICE_EXCLUDED};

/* ---- members --------------------------------------------------------------------------------- */

struct member {
    uint16_t service_date[LINES_MAX], known_from[LINES_MAX], service[LINES_MAX],
        procedure[LINES_MAX];
    int32_t amount[LINES_MAX];
    uint32_t billing[LINES_MAX], treating[LINES_MAX];
    size_t lines;
    struct ihp_span span[SPANS_MAX];
    size_t spans;
};

static struct ihp_claims claims_of(const struct member *m)
{
    return (struct ihp_claims){.count = m->lines,
                               .service_date = m->service_date,
                               .known_from = m->known_from,
                               .service = m->service,
                               .procedure = m->procedure,
                               .amount32 = m->amount,
                               .billing = m->billing,
                               .treating = m->treating};
}

/* Adds a line of 1.00, known at once; lines come in order of their days. Returns it. */
static size_t add_line(struct member *m, const char *day, int procedure, uint32_t bill,
                       uint32_t treat)
{
    size_t i = m->lines++;
    assert_true(i < LINES_MAX);
    m->service_date[i] = m->known_from[i] = (uint16_t)day_of(day);
    m->service[i] = INCLUDED;
    m->procedure[i] = (uint16_t)procedure;
    m->amount[i] = 100;
    m->billing[i] = bill;
    m->treating[i] = treat;
    return i;
}

static void add_span(struct member *m, const char *from, const char *to,
                     enum ihp_program_code program, enum ihp_exclusion exclusion)
{
    assert_true(m->spans < SPANS_MAX);
    m->span[m->spans++] = span_of(from, to, program, 0, exclusion);
}

/* Rules of `months` months from `first` on, all under the first roster, claims known by `cutoff`.
 */
static void make_rules(struct ihp_monthly_rules *rules, const char *first, int months,
                       const char *cutoff, const struct ihp_policies *policies)
{
    ihp_monthly_rules_init(rules, month_of(first), months, day_of(cutoff), policies);
    for (int k = 0; k < months; k++) {
        rules->month[k].roster = &roster[0];
        rules->month[k].inclusion = inclusion;
        rules->month[k].code_sets = code_sets;
        rules->month[k].partnerships = IHPS;
    }
}

/* Line by line, in pieces. False when no month has the member in its population. */
static bool plainly(struct ihp_monthly_state *state, const struct member *m, size_t piece,
                    struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX])
{
    const struct ihp_claims claims = claims_of(m);
    bool any = ihp_monthly_begin(state, m->span, m->spans);
    for (size_t i = 0; i < m->lines; i += piece) {
        assert_true(
            ihp_monthly_lines(state, &claims, i, i + piece < m->lines ? i + piece : m->lines));
    }
    assert_true(ihp_monthly_finish(state, NULL, 0, 7, fact));
    return any;
}

/* By way of the rows that a store's index would have, and the lines from line `first` on. */
static void indexed(struct ihp_monthly_state *state, const struct member *m, size_t first,
                    size_t piece, struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX])
{
    struct member coded = {0};
    struct ihp_claims claims = claims_of(m);
    claims.procedure = NULL; /* not read then */
    for (size_t i = 0; i < m->lines; i++) {
        if (m->procedure[i] != PLAIN) { /* the index may hold codes that do not count */
            coded.service_date[coded.lines] = m->service_date[i];
            coded.known_from[coded.lines] = m->known_from[i];
            coded.procedure[coded.lines] = m->procedure[i];
            coded.billing[coded.lines] = m->billing[i];
            coded.treating[coded.lines++] = m->treating[i];
        }
    }
    const struct ihp_index_rows rows = {0,
                                        coded.lines,
                                        coded.service_date,
                                        coded.known_from,
                                        coded.procedure,
                                        coded.billing,
                                        coded.treating};
    ihp_monthly_begin(state, m->span, m->spans);
    ihp_monthly_rows(state, &rows, 0, coded.lines);
    for (size_t i = first; i < m->lines; i += piece) {
        assert_true(
            ihp_monthly_lines(state, &claims, i, i + piece < m->lines ? i + piece : m->lines));
    }
    assert_true(ihp_monthly_finish(state, NULL, 0, 7, fact));
}

/* What a month is to be: the IHP (or nobody), the window and the cost in dollars, its member
 * months. */
struct wanted {
    int partnership, window, dollars, months;
};
enum { NOBODY = -1 };
#define OUT                                                                                        \
    {                                                                                              \
        NOBODY, 1, 0, -1                                                                           \
    } /* not of the eligible population; months are not looked at */

static void check_facts(const struct ihp_month_fact *fact, const struct wanted *wanted,
                        size_t count, bool reasons, const char *file, int line)
{
    for (size_t k = 0; k < count; k++) {
        const struct ihp_month_fact *f = &fact[k];
        const struct wanted *w = &wanted[k];
        bool out = w->months < 0;
        if (f->enough == out || f->partnership != w->partnership || f->cost != w->dollars * 100 ||
            (!out && f->months != w->months) ||
            ((reasons || w->partnership >= 0) && f->window != w->window)) {
            print_error("%s:%d: month %zu: enough %d, IHP %d, window %d, cost %lld, months %d\n",
                        file, line, k, f->enough, f->partnership, f->window, (long long)f->cost,
                        f->months);
            _fail(file, line);
        }
    }
}

/* The member gives `wanted` in the months of the rules, by lines, in pieces and by the index. */
static void check_member(const struct ihp_monthly_rules *rules, const struct member *m,
                         const struct wanted *wanted, const char *file, int line)
{
    struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX];
    struct ihp_monthly_state *state = ihp_monthly_create(rules);
    bool any = false, begins;
    for (int k = 0; k < rules->months; k++) {
        any = any || wanted[k].months >= 0;
    }
    for (size_t piece = 1; piece <= m->lines + 1; piece++) {
        begins = plainly(state, m, piece, fact);
        assert_int_equal(begins, any);
        check_facts(fact, wanted, (size_t)rules->months, true, file, line);
        indexed(state, m, 0, piece, fact);
        check_facts(fact, wanted, (size_t)rules->months, false, file, line);
    }
    ihp_monthly_destroy(&state);
    assert_null(state);
}
#define CHECK_MEMBER(rules, m, ...)                                                                \
    check_member(rules, m, (const struct wanted[]){__VA_ARGS__}, __FILE__, __LINE__)

/* ---- windows --------------------------------------------------------------------------------- */

/* Twelve months that end with the month, from their first day to their last. */
static void test_4_7_window_of_twelve_months(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    assert_int_equal(rules.month[0].first_day, day_of("2024-05-01"));
    assert_int_equal(rules.month[0].last_day, day_of("2025-04-30"));
    assert_int_equal(rules.month[0].lookback_first, day_of("2023-05-01"));
    assert_int_equal(rules.month[2].first_day, day_of("2024-07-01"));
    assert_int_equal(rules.month[2].last_day, day_of("2025-06-30"));
    assert_int_equal(rules.month[0].year, 2024); /* of the risk category: before the month's */

    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_line(&m, "2024-06-30", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12}, {NOBODY, 1, 0, 12});
    m.lines = 0;
    add_line(&m, "2025-05-01", EM, 1, 8); /* the first day of the second month */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {0, 1, 1, 12}, {0, 1, 1, 12});
    m.lines = 0;
    add_line(&m, "2025-06-30", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {0, 1, 1, 12});
    m.lines = 0;
    add_line(&m, "2025-07-01", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
}

/* The year before that of the month gives the risk category, also across the turn of the year. */
static void test_9_year_of_the_risk_category(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    const struct ihp_morbidity morbidity[] = {{2023, 3}, {2024, 4}, {2025, 5}};
    struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX];
    struct member m = {0};
    make_rules(&rules, "2024-12", 2, "2026-12-31", &policies);
    struct ihp_monthly_state *s = ihp_monthly_create(&rules);
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    assert_true(ihp_monthly_begin(s, m.span, m.spans));
    assert_true(ihp_monthly_finish(s, morbidity, 3, 7, fact));
    assert_int_equal(fact[0].acg, 3);
    assert_int_equal(fact[1].acg, 4);
    assert_true(ihp_monthly_begin(s, m.span, m.spans));
    assert_true(ihp_monthly_finish(s, morbidity + 1, 2, 7, fact));
    assert_int_equal(fact[0].acg, 7); /* no row of the year: NONE */
    ihp_monthly_destroy(&s);
}

/* ---- enrollment ------------------------------------------------------------------------------ */

/* The month itself must qualify, whatever the eleven before it. */
static void test_4_7_qualifying_in_the_month_itself(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2024-01", "2025-04", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2025-06", "9999-12", IHP_PROGRAM_MCRE, IHP_EXCLUSION_NONE);
    add_line(&m, "2025-01-10", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, {0, 1, 1, 11});
    /* Excluded in the month: as if it were not enrolled. */
    m.spans = 0;
    add_span(&m, "2024-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2025-05", "2025-05", IHP_PROGRAM_OTHER, IHP_EXCLUSION_QMB);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, OUT, {0, 1, 1, 11});
}

/* 6 in a row and 9 in all, over the window. */
static void test_4_7_enough_months_of_the_window(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2024-09", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE); /* 8, 9, 10 months */
    add_line(&m, "2025-01-10", EM, 1, 8);
    CHECK_MEMBER(&rules, &m, OUT, {0, 1, 1, 9}, {0, 1, 1, 10});
    /* Five on, one off, six on: 11 and 6 in a row in April; a month later 5 of the six are needed.
     */
    m.spans = 0;
    add_span(&m, "2024-05", "2024-09", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2024-11", "2025-04", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 11}, OUT, OUT);
    /* 5, gap, 5, gap: 10 months, never 6 in a row until June. */
    m.spans = 0;
    add_span(&m, "2024-07", "2024-11", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2025-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    CHECK_MEMBER(&rules, &m, OUT, OUT, {0, 1, 1, 11});
}

/* exclusion_scope: period, the period being the window: an exclusion leaves a month when the window
 * has moved past it. */
static void test_13_2_exclusion_scope_period_over_the_window(void **state)
{
    (void)state;
    struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2024-05", "2024-05", IHP_PROGRAM_OTHER, IHP_EXCLUSION_QMB);
    add_line(&m, "2025-01-10", EM, 1, 8);
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 11}, {0, 1, 1, 12}, {0, 1, 1, 12});
    policies.exclusion_scope = IHP_SCOPE_PERIOD;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, OUT, {0, 1, 1, 12}, {0, 1, 1, 12});
}

/* A span of MA or MA_BD in the month itself; other programs and other months do not count [5.2.1].
 */
static void test_5_2_1_medical_assistance_in_the_month(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX];
    struct member m = {0};
    make_rules(&rules, "2025-01", 4, "2026-12-31", &policies);
    struct ihp_monthly_state *s = ihp_monthly_create(&rules);
    add_span(&m, "2024-01", "2025-01", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2025-02", "2025-04", IHP_PROGRAM_MCRE, IHP_EXCLUSION_NONE);
    add_span(&m, "2025-03", "2025-03", IHP_PROGRAM_MA_BD, IHP_EXCLUSION_MSC_PLUS);
    plainly(s, &m, 1, fact);
    assert_true(fact[0].medical_assistance);
    assert_false(fact[1].medical_assistance);
    assert_true(fact[2].medical_assistance);
    assert_false(fact[3].medical_assistance);
    ihp_monthly_destroy(&s);
}

/* ---- known lines, look-back, rosters --------------------------------------------------------- */

/* Paid on the cut-off counts, a day later not, in every month. */
static void test_2_7_cut_off(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 2, "2025-12-31", &policies);
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_line(&m, "2025-02-03", EM, 1, 8);
    m.known_from[0] = (uint16_t)day_of("2025-12-31");
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {0, 1, 1, 12});
    m.known_from[0] = (uint16_t)day_of("2026-01-01");
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
    m.known_from[0] = IHP_NEVER_KNOWN;
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
}

/* Without E&M and health-home lines in the window the twelve months before decide, where a known
 * line of the window belongs to some IHP [13.3.2, 13.3.8]. */
static void test_13_3_8_lookback(void **state)
{
    (void)state;
    struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_line(&m, "2023-05-31", EM, 1, 8);                  /* of April's look-back alone */
    size_t gate = add_line(&m, "2024-06-15", PLAIN, 1, 8); /* in the windows of April and May */
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {NOBODY, 2, 1, 12}, {NOBODY, 1, 0, 12});
    m.billing[gate] = 9; /* at no IHP: the gate stays shut */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 1, 12}, {NOBODY, 1, 1, 12}, {NOBODY, 1, 0, 12});
    m.billing[gate] = 1;
    m.known_from[gate] = IHP_NEVER_KNOWN; /* denied: no visit */
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12}, {NOBODY, 1, 0, 12});
    /* The day before the look-back begins. */
    m.lines = 0;
    add_line(&m, "2023-04-30", EM, 1, 8);
    add_line(&m, "2025-01-15", PLAIN, 1, 8);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, 1, 12}, {NOBODY, 2, 1, 12}, {NOBODY, 2, 1, 12});
    /* An E&M line of the window, even one of no IHP, leaves the look-back alone. */
    m.lines = 0;
    add_line(&m, "2023-06-30", EM, 1, 8);
    add_line(&m, "2025-01-15", PLAIN, 1, 8);
    add_line(&m, "2025-05-15", EM, 9, 8);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {NOBODY, 1, 2, 12}, {NOBODY, 1, 2, 12});
    policies.lookback_months = 0;
    make_rules(&rules, "2025-04", 3, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 1, 1, 12}, {NOBODY, 1, 2, 12}, {NOBODY, 1, 2, 12});
}

/* Policy visit_gate: attributed_ihp asks for a known line at the winner in the window. */
static void test_13_3_2_visit_at_the_winner(void **state)
{
    (void)state;
    struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_line(&m, "2023-07-01", EM, 1, 8);
    add_line(&m, "2024-06-15", PLAIN, 1, 8);
    add_line(&m, "2025-03-15", PLAIN, 2, 3); /* at IHP 1 */
    make_rules(&rules, "2025-05", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 2, 12}, {0, 2, 1, 12});
    policies.visit_gate = IHP_GATE_ATTRIBUTED_IHP;
    make_rules(&rules, "2025-05", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {0, 2, 2, 12}, {NOBODY, 2, 1, 12});
}

/* Each month goes by the rosters of its quarter, whatever the quarter of the line. */
static void test_13_3_1_rosters_by_quarter(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    make_rules(&rules, "2025-03", 4, "2026-12-31", &policies);
    rules.month[1].roster = rules.month[2].roster = &roster[1];
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_line(&m, "2024-10-10", EM, 1, 3);
    CHECK_MEMBER(&rules, &m, {0, 1, 1, 12}, {1, 1, 1, 12}, {1, 1, 1, 12}, {0, 1, 1, 12});
    m.lines = 0; /* look-backs too */
    add_line(&m, "2023-10-10", EM, 1, 3);
    add_line(&m, "2024-10-10", PLAIN, 1, 3);
    CHECK_MEMBER(&rules, &m, {0, 2, 1, 12}, {1, 2, 1, 12}, {1, 2, 1, 12}, {0, 2, 1, 12});
}

/* ---- costs ----------------------------------------------------------------------------------- */

/* Core, known lines of the window's qualifying months; of all months under cost_months: all. */
static void test_9_cost_of_the_window(void **state)
{
    (void)state;
    struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct member m = {0};
    add_span(&m, "2023-01", "2024-08", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    add_span(&m, "2024-10", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    m.amount[add_line(&m, "2024-04-30", PLAIN, 1, 8)] = 100;  /* a day early for April */
    m.amount[add_line(&m, "2024-05-01", PLAIN, 1, 8)] = 200;  /* April's alone */
    m.amount[add_line(&m, "2024-09-10", PLAIN, 1, 8)] = 400;  /* a month that does not qualify */
    m.amount[add_line(&m, "2025-04-30", PLAIN, 1, 8)] = -800; /* a reversal of both */
    m.amount[add_line(&m, "2025-05-01", PLAIN, 1, 8)] = 1600; /* May's alone */
    m.service[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = EXCLUDED;
    m.service[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = UNKNOWN;
    m.known_from[add_line(&m, "2025-05-31", PLAIN, 1, 8)] = IHP_NEVER_KNOWN;
    m.amount[add_line(&m, "2025-06-01", PLAIN, 1, 8)] = 3200; /* a day late */
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, -6, 11}, {NOBODY, 2, 8, 11});
    policies.cost_months = IHP_COST_ALL;
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    CHECK_MEMBER(&rules, &m, {NOBODY, 2, -2, 11}, {NOBODY, 2, 12, 11});
}

/* Lines of a category that no table lists are told of the windows' days alone. */
static void test_16_10_unknown_lines(void **state)
{
    (void)state;
    const struct ihp_policies policies = usual_policies();
    struct ihp_monthly_rules rules;
    struct ihp_month_fact fact[IHP_PAY_MONTHS_MAX];
    struct member m = {0};
    static const char *const day[] = {"2024-04-30", "2024-05-01", "2025-05-31", "2025-06-01"};
    make_rules(&rules, "2025-04", 2, "2026-12-31", &policies);
    struct ihp_monthly_state *s = ihp_monthly_create(&rules);
    add_span(&m, "2023-01", "9999-12", IHP_PROGRAM_MA, IHP_EXCLUSION_NONE);
    for (size_t i = 0; i < COUNT(day); i++) {
        m.service[add_line(&m, day[i], PLAIN, 1, 8)] = UNKNOWN;
    }
    plainly(s, &m, 3, fact);
    assert_int_equal(ihp_monthly_unknown_lines(s), 2);
    indexed(s, &m, 0, 2, fact);
    assert_int_equal(ihp_monthly_unknown_lines(s), 4);
    ihp_monthly_destroy(&s);
}

/* ---- at random ------------------------------------------------------------------------------- */

enum { MEMBERS = 48000, GROUPS = 120 };

static void draw_policies(struct random_draws *draws, struct ihp_policies *policies)
{
    static const int lookback[] = {0, 6, 12, 24};
    *policies = usual_policies();
    policies->msc_plus_excluded = (int)random_below(draws, 2);
    policies->exclusion_scope = (int)random_below(draws, 2);
    policies->non_ihp_unit = (int)random_below(draws, 2);
    policies->count_unit = (int)random_below(draws, 2);
    policies->visit_gate = (int)random_below(draws, 2);
    policies->primary_care_elsewhere = (int)random_below(draws, 2);
    policies->specialty_elsewhere = (int)random_below(draws, 2);
    policies->unresolved_tie = (int)random_below(draws, 2);
    policies->cost_months = (int)random_below(draws, 2);
    policies->lookback_months = lookback[random_below(draws, 4)];
    policies->min_total_months = random_below(draws, 3) == 0 ? 0 : 9;
    policies->min_continuous_months = policies->min_total_months == 0 ? 0 : 6;
}

static int by_day(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Days from 2021 to 2026, thick at the ends of months. */
static uint16_t draw_day(struct random_draws *draws)
{
    int32_t month = month_of("2021-06") + (int32_t)random_below(draws, 60);
    int32_t first = ihp_day_of_month_start(month);
    uint32_t where = random_below(draws, 3);
    return (uint16_t)(where == 0   ? first
                      : where == 1 ? first - 1
                                   : first + (int32_t)random_below(draws, 28));
}

static void draw_member(struct random_draws *draws, struct member *m)
{
    static const uint16_t services[] = {INCLUDED, INCLUDED, EXCLUDED, UNKNOWN};
    static const uint32_t bills[] = {0, 1, 2, 8, 9}, treats[] = {0, 3, 4, 5, 6, 7, 8};
    static const uint16_t procedures[] = {PLAIN, PLAIN, EM, EM, EM, HOME, OTHER};
    uint32_t kinds = random_below(draws, 4) == 0 ? 2 : COUNT(procedures);
    m->lines = random_below(draws, random_below(draws, 2) == 0 ? 8 : LINES_MAX + 1);
    for (size_t i = 0; i < m->lines; i++) {
        m->service_date[i] = draw_day(draws);
    }
    qsort(m->service_date, m->lines, sizeof m->service_date[0], by_day);
    for (size_t i = 0; i < m->lines; i++) {
        uint32_t when = random_below(draws, 6);
        int32_t cutoff = day_of("2025-12-31");
        m->known_from[i] = when == 0   ? IHP_NEVER_KNOWN
                           : when == 1 ? (uint16_t)(cutoff + (int32_t)random_below(draws, 2))
                                       : m->service_date[i];
        m->service[i] = services[random_below(draws, 4)];
        /* Some members have codes in their earlier lines alone, so that look-backs decide. */
        m->procedure[i] = kinds == 2 && m->service_date[i] > day_of("2024-01-31")
                              ? PLAIN
                              : procedures[random_below(draws, COUNT(procedures))];
        m->amount[i] = (int32_t)random_below(draws, 100000) - 20000;
        m->billing[i] = bills[random_below(draws, 5)];
        m->treating[i] = treats[random_below(draws, 7)];
    }
    m->spans = random_below(draws, SPANS_MAX);
    for (size_t s = 0; s < m->spans; s++) {
        int32_t from = month_of("2022-06") + (int32_t)random_below(draws, 40);
        m->span[s] = (struct ihp_span){
            .month_from = from,
            .month_to = from + (int32_t)random_below(draws, 40),
            .program = (uint8_t)random_below(draws, 4),
            .exclusion = (uint8_t)(random_below(draws, 6) == 0 ? random_below(draws, 13) : 0)};
    }
}

/* The settlement's rules for both halves of a pair of windows, decided alone. */
struct alone {
    struct ihp_period_rules rules[IHP_PERIODS];
    struct ihp_member_state *state;
};

static void begin_alone(struct alone *a, const struct ihp_monthly_rules *monthly, int k,
                        int paid_through, const struct ihp_policies *policies)
{
    for (int q = 0; q < IHP_PERIODS; q++) {
        a->rules[q] = (struct ihp_period_rules){0};
        ihp_window_rules_init(&a->rules[q], (enum ihp_period)q,
                              monthly->first_month + k - (q == IHP_PERFORMANCE ? 11 : 35),
                              paid_through, policies);
        a->rules[q].year = 2024;
        a->rules[q].roster = monthly->month[k].roster;
        a->rules[q].inclusion = inclusion;
        a->rules[q].code_sets = code_sets;
        a->rules[q].partnerships = IHPS;
    }
    a->state = ihp_member_state_create(a->rules, IHP_PERIODS);
    assert_non_null(a->state);
}

static struct ihp_fact decide_alone(struct alone *a, const struct member *m)
{
    static struct ihp_line_sums sums;
    const struct ihp_override_value none[IHP_PERIODS] = {{0}};
    const struct ihp_claims claims = claims_of(m);
    struct ihp_fact fact[IHP_PERIODS];
    ihp_member_begin(a->state, m->span, m->spans);
    assert_true(ihp_member_lines(a->state, &claims, 0, m->lines, &sums));
    assert_true(ihp_member_finish(a->state, NULL, 0, 7, none, fact, NULL));
    return fact[IHP_PERFORMANCE];
}

static void check_month(const struct ihp_month_fact *seen, const struct ihp_fact *wanted,
                        bool reasons)
{
    bool enough = wanted->enough && (wanted->qualifying >> 11 & 1) != 0;
    assert_int_equal(seen->enough, enough);
    assert_int_equal(seen->months, ihp_months_count(wanted->qualifying));
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

struct reached {
    size_t attributed, looked_back, moved;
};

/* All months of a job, in three ways: by lines, by the index, and each window by the settlement's
 * rules. The index may leave out what lies before the first window. */
static void check_ways(const struct ihp_monthly_rules *rules, struct alone *alone,
                       struct ihp_monthly_state *state, const struct member *m,
                       struct random_draws *draws, struct reached *reached)
{
    struct ihp_month_fact plain[IHP_PAY_MONTHS_MAX], fast[IHP_PAY_MONTHS_MAX];
    size_t first = 0;
    bool any = plainly(state, m, 1 + random_below(draws, LINES_MAX), plain), seen = false;
    while (first < m->lines && m->service_date[first] < rules->month[0].first_day) {
        first++;
    }
    indexed(state, m, random_below(draws, (uint32_t)first + 1), 1 + random_below(draws, LINES_MAX),
            fast);
    for (int k = 0; k < rules->months; k++) {
        const struct ihp_fact wanted = decide_alone(&alone[k], m);
        check_month(&plain[k], &wanted, true);
        check_month(&fast[k], &wanted, false);
        seen = seen || plain[k].enough;
        reached->attributed += plain[k].partnership >= 0;
        reached->looked_back += plain[k].partnership >= 0 && plain[k].window == 2;
        reached->moved += k > 0 && plain[k].partnership >= 0 && plain[k - 1].partnership >= 0 &&
                          plain[k].partnership != plain[k - 1].partnership;
    }
    assert_int_equal(any, seen);
}

static void test_4_7_each_month_as_if_alone(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 20260301};
    struct reached reached = {0};
    for (int group = 0; group < GROUPS; group++) {
        static struct ihp_monthly_rules rules;
        static struct alone alone[IHP_PAY_MONTHS_MAX];
        struct ihp_policies policies;
        int months = random_below(&draws, 2) == 0 ? 3 : 12;
        draw_policies(&draws, &policies);
        make_rules(&rules, random_below(&draws, 2) == 0 ? "2025-01" : "2024-07", months,
                   "2025-12-31", &policies);
        bool change = random_below(&draws, 3) != 0;
        for (int k = 0; k < months; k++) {
            rules.month[k].roster = &roster[change ? k / 3 % 2 : 0];
            begin_alone(&alone[k], &rules, k, day_of("2025-12-31"), &policies);
        }
        struct ihp_monthly_state *monthly = ihp_monthly_create(&rules);
        for (int n = 0; n < MEMBERS / GROUPS; n++) {
            struct member m;
            draw_member(&draws, &m);
            check_ways(&rules, alone, monthly, &m, &draws, &reached);
        }
        ihp_monthly_destroy(&monthly);
        for (int k = 0; k < months; k++) {
            ihp_member_state_destroy(&alone[k].state);
        }
    }
    assert_true(reached.attributed > MEMBERS / 4); /* the draws reach what they are to try */
    assert_true(reached.looked_back > MEMBERS / 50);
    assert_true(reached.moved > MEMBERS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_4_7_window_of_twelve_months),
        cmocka_unit_test(test_9_year_of_the_risk_category),
        cmocka_unit_test(test_4_7_qualifying_in_the_month_itself),
        cmocka_unit_test(test_4_7_enough_months_of_the_window),
        cmocka_unit_test(test_13_2_exclusion_scope_period_over_the_window),
        cmocka_unit_test(test_5_2_1_medical_assistance_in_the_month),
        cmocka_unit_test(test_2_7_cut_off),
        cmocka_unit_test(test_13_3_8_lookback),
        cmocka_unit_test(test_13_3_2_visit_at_the_winner),
        cmocka_unit_test(test_13_3_1_rosters_by_quarter),
        cmocka_unit_test(test_9_cost_of_the_window),
        cmocka_unit_test(test_16_10_unknown_lines),
        cmocka_unit_test(test_4_7_each_month_as_if_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
