/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Qualifying months, payers, and enough months [13.1, 13.2, 13.3.2]. */
#include "build.h"

enum { ALL = 0xFFF, RED = 4, BLUE = 7 }; /* payers by number, which is text order */

/* The months of 2024 of which those until `last` have begun by the cut-off. */
/* The lifetime of a member who lives through all months. */
static const struct ihp__lifetime always = {0, IHP__NO_DEATH};

static struct ihp__months months_until(const struct ihp__span *span, size_t spans, int32_t last,
                                       const struct ihp__claims_policies *policies)
{
    struct ihp__months months;
    memset(&months, 0xEE, sizeof months); /* earlier contents must not matter */
    ihp__months_of_period(span, spans, (struct ihp__month_range){month_of("2024-01"), last, always},
                          policies, &months);
    return months;
}

static struct ihp__months months_with(const struct ihp__span *span, size_t spans,
                                      const struct ihp__claims_policies *policies)
{
    return months_until(span, spans, month_of("2025-12"), policies);
}

static struct ihp__months months_2024(const struct ihp__span *span, size_t spans)
{
    const struct ihp__claims_policies policies = usual_policies().claims;
    return months_with(span, spans, &policies);
}

/* ---- major programs [13.1] ------------------------------------------------------------------- */

static void test_13_1_programs_that_qualify(void **state)
{
    (void)state;
    static const struct {
        enum ihp__major_program program;
        uint16_t months;
    } cases[] = {{IHP__MAJOR_PROGRAM_MA, ALL},
                 {IHP__MAJOR_PROGRAM_MCRE, ALL},
                 {IHP__MAJOR_PROGRAM_MA_BD, ALL},
                 {IHP__MAJOR_PROGRAM_OTHER, 0}};
    for (size_t i = 0; i < 4; i++) {
        struct ihp__span span =
            span_of("2024-01", "2024-12", cases[i].program, RED, IHP__EXCLUSION_NONE);
        assert_int_equal(months_2024(&span, 1).qualifying, cases[i].months);
        assert_int_equal(months_2024(&span, 1).excluded, 0);
    }
    assert_int_equal(months_2024(NULL, 0).qualifying, 0);
}

/* Spans around the edges of 2024; bit 0 is January. */
static void test_13_1_months_of_a_span(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        uint16_t months;
    } cases[] = {
        {"2024-01", "2024-12", 0xFFF}, {"2023-01", "2023-12", 0},     {"2025-01", "2025-12", 0},
        {"2023-12", "2024-01", 0x001}, {"2024-12", "2025-01", 0x800}, {"2023-12", "2025-01", 0xFFF},
        {"2024-01", "2024-01", 0x001}, {"2024-12", "2024-12", 0x800}, {"2023-12", "2023-12", 0},
        {"2025-01", "2025-01", 0},     {"2024-02", "2024-02", 0x002}, {"2024-05", "2024-07", 0x070},
        {"2024-11", "9999-12", 0xC00}, {"0001-01", "9999-12", 0xFFF}, {"0001-01", "2024-03", 0x007},
        {"1969-12", "2024-02", 0x003}, {"9999-12", "9999-12", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__span span = span_of(cases[i].from, cases[i].to, IHP__MAJOR_PROGRAM_MA, BLUE, 0);
        struct ihp__months months = months_2024(&span, 1);
        assert_int_equal(months.qualifying, cases[i].months);
        for (int m = 0; m < 12; m++) {
            if (((cases[i].months >> m) & 1) != 0) {
                assert_int_equal(months.payer[m], BLUE);
            }
        }
    }
}

static void test_13_1_spans_with_a_gap_and_an_overlap(void **state)
{
    (void)state;
    const struct ihp__span span[] = {
        span_of("2024-09", "2024-10", IHP__MAJOR_PROGRAM_MCRE, RED, 0),
        span_of("2023-06", "2024-02", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-02", "2024-04", IHP__MAJOR_PROGRAM_MA_BD, RED, 0),
        span_of("2024-05", "2024-08", IHP__MAJOR_PROGRAM_OTHER, RED, 0), /* does not fill the gap */
    };
    /* January to April and September, October: 0x00F + 0x300. */
    assert_int_equal(months_2024(span, 4).qualifying, 0x30F);
}

/* ---- exclusions [13.2] ----------------------------------------------------------------------- */

static void test_13_2_the_twelve_codes_in_the_contract_s_order(void **state)
{
    (void)state;
    static const char *const text[] = {"",
                                       "DUAL",
                                       "REFUGEE",
                                       "QMB",
                                       "SLMB",
                                       "EMERGENCY",
                                       "SPENDDOWN",
                                       "COST_EFFECTIVE_PRIVATE",
                                       "HMO_PRIVATE",
                                       "HEALTHY_MN",
                                       "MSC_PLUS",
                                       "TPL_INCOMPLETE",
                                       "MSOP"};
    assert_int_equal(ihp__exclusions.count, 13);
    for (int code = 0; code < 13; code++) {
        assert_string_equal(ihp__code_text(&ihp__exclusions, code), text[code]);
    }
}

/* Each code of 13.2.1 to 13.2.12 excludes its own months, on whichever span it is. */
static void test_13_2_each_code_on_its_own_and_on_another_span(void **state)
{
    (void)state;
    for (int code = 1; code <= 12; code++) {
        const struct ihp__span own[] = {
            span_of("2024-01", "2024-09", IHP__MAJOR_PROGRAM_MCRE, RED, 0),
            span_of("2024-10", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, (enum ihp__exclusion)code)};
        assert_int_equal(months_2024(own, 2).qualifying, 0x1FF);
        assert_int_equal(months_2024(own, 2).excluded, 0xE00);
        const struct ihp__span other[] = {
            span_of("2023-11", "2024-02", IHP__MAJOR_PROGRAM_OTHER, BLUE,
                    (enum ihp__exclusion)code),
            span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
            span_of("2024-06", "2024-06", IHP__MAJOR_PROGRAM_OTHER, BLUE,
                    (enum ihp__exclusion)code)};
        assert_int_equal(months_2024(other, 3).qualifying, ALL & ~0x023);
        assert_int_equal(months_2024(other, 3).excluded, 0x023);
        assert_int_equal(months_2024(other, 3).payer[2], RED);
    }
}

static void test_13_2_a_code_outside_the_year_excludes_nothing(void **state)
{
    (void)state;
    const struct ihp__span span[] = {
        span_of("2023-12", "2023-12", IHP__MAJOR_PROGRAM_MA, RED, IHP__EXCLUSION_DUAL),
        span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2025-01", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, IHP__EXCLUSION_MSOP)};
    assert_int_equal(months_2024(span, 3).qualifying, ALL);
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.exclusion_scope = IHP__SCOPE_PERIOD;
    assert_int_equal(months_with(span, 3, &policies).qualifying, ALL);
}

/* MSC+ on the span itself, on another span, and together with another code. */
static void test_13_2_10_msc_plus_excludes_but_not_the_blind_and_disabled(void **state)
{
    (void)state;
    const enum ihp__exclusion msc = IHP__EXCLUSION_MSC_PLUS;
    const struct ihp__span plain = span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, msc);
    assert_int_equal(months_2024(&plain, 1).qualifying, 0);
    assert_int_equal(months_2024(&plain, 1).excluded, ALL);

    const struct ihp__span own = span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA_BD, RED, msc);
    assert_int_equal(months_2024(&own, 1).qualifying, ALL);
    assert_int_equal(months_2024(&own, 1).excluded, 0);

    /* MA_BD from April to June only; MSC+ the whole year on a span without a qualifying program. */
    const struct ihp__span other[] = {
        span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_OTHER, RED, msc),
        span_of("2024-04", "2024-06", IHP__MAJOR_PROGRAM_MA_BD, RED, 0),
        span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, 0)};
    assert_int_equal(months_2024(other, 3).qualifying, 0x038);
    assert_int_equal(months_2024(other, 3).excluded, ALL & ~0x038);
}

/* The MA_BD span has a code of its own, which excludes; only MSC+ is disregarded. */
static void test_13_2_10_msc_plus_with_ma_bd_and_another_code(void **state)
{
    (void)state;
    const struct ihp__span span[] = {
        span_of("2024-01", "2024-06", IHP__MAJOR_PROGRAM_MA_BD, RED, IHP__EXCLUSION_SPENDDOWN),
        span_of("2024-07", "2024-12", IHP__MAJOR_PROGRAM_MA_BD, RED, 0),
        span_of("2024-03", "2024-09", IHP__MAJOR_PROGRAM_MA, RED, IHP__EXCLUSION_MSC_PLUS)};
    assert_int_equal(months_2024(span, 3).excluded, 0x03F);
    assert_int_equal(months_2024(span, 3).qualifying, 0xFC0);
}

static void test_13_2_10_policy_msc_plus_excluded_off(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.msc_plus_excluded = 0;
    const struct ihp__span span[] = {
        span_of("2024-01", "2024-10", IHP__MAJOR_PROGRAM_MA, RED, IHP__EXCLUSION_MSC_PLUS),
        span_of("2024-08", "2024-08", IHP__MAJOR_PROGRAM_OTHER, RED,
                IHP__EXCLUSION_TPL_INCOMPLETE)};
    assert_int_equal(months_with(span, 2, &policies).qualifying, 0x3FF & ~0x080);
    assert_int_equal(months_with(span, 2, &policies).excluded, 0x080);
    policies.exclusion_scope =
        IHP__SCOPE_PERIOD; /* an MSC+ that does not count does not exclude the period */
    assert_int_equal(months_with(span, 1, &policies).qualifying, 0x3FF);
}

static void test_policy_exclusion_scope_period(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.exclusion_scope = IHP__SCOPE_PERIOD;
    struct ihp__span span[] = {span_of("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
                               span_of("2024-12", "2025-06", IHP__MAJOR_PROGRAM_OTHER, RED, 0)};
    assert_int_equal(months_with(span, 2, &policies).qualifying, ALL);
    span[1].exclusion = IHP__EXCLUSION_QMB;
    assert_int_equal(months_with(span, 2, &policies).qualifying, 0);
    assert_int_equal(months_with(span, 2, &policies).excluded, 0x800);
    /* MSC+ of the blind and disabled is not an exclusion, so it does not exclude the period either.
     */
    span[0].major_program = IHP__MAJOR_PROGRAM_MA_BD;
    span[1].exclusion = IHP__EXCLUSION_MSC_PLUS;
    assert_int_equal(months_with(span, 2, &policies).qualifying, ALL);
}

/* ---- months after the cut-off [2.7] ---------------------------------------------------------- */

/* An open span covers the whole year; a month counts once it has begun. */
static void test_2_7_months_that_begin_after_the_cutoff(void **state)
{
    (void)state;
    const struct ihp__claims_policies policies = usual_policies().claims;
    const struct ihp__span span[] = {span_of("2023-05", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0)};
    static const struct {
        const char *last;
        uint16_t qualifying;
    } cases[] = {{"2023-11", 0},     {"2023-12", 0},     {"2024-01", 0x001}, {"2024-06", 0x03F},
                 {"2024-11", 0x7FF}, {"2024-12", 0xFFF}, {"2025-01", 0xFFF}, {"2140-01", 0xFFF}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__months months = months_until(span, 1, month_of(cases[i].last), &policies);
        assert_int_equal(months.qualifying, cases[i].qualifying);
        assert_int_equal(months.not_begun, ALL & ~cases[i].qualifying);
    }
}

/* Only months that would otherwise qualify are counted: not December, which no span covers, nor
 * October, which is excluded. */
static void test_2_7_months_left_out_would_have_qualified(void **state)
{
    (void)state;
    const struct ihp__claims_policies policies = usual_policies().claims;
    const struct ihp__span span[] = {
        span_of("2024-01", "2024-11", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-10", "2024-10", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    struct ihp__months months = months_until(span, 2, month_of("2024-08"), &policies);
    assert_int_equal(months.qualifying, 0x0FF);
    assert_int_equal(months.not_begun, 0x500);
    assert_int_equal(months.excluded, 0x200);
}

/* Under the scope `period` an exclusion matters from the month on in which it has begun. */
static void test_2_7_exclusion_scope_regards_months_that_have_begun(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.exclusion_scope = IHP__SCOPE_PERIOD;
    const struct ihp__span span[] = {
        span_of("2024-01", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-10", "2024-10", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    struct ihp__months months = months_until(span, 2, month_of("2024-09"), &policies);
    assert_int_equal(months.qualifying, 0x1FF);
    assert_int_equal(months.not_begun, 0xC00);
    months = months_until(span, 2, month_of("2024-10"), &policies);
    assert_int_equal(months.qualifying, 0);
    assert_int_equal(months.not_begun, 0);
}

/* ---- death [13.3.2] ----------------------------------------------------------------------------
 */

static struct ihp__months months_alive(const struct ihp__span *span, size_t spans,
                                       const char *death, const char *last_begun,
                                       const struct ihp__claims_policies *policies)
{
    struct ihp__months months;
    int32_t day = 0;
    memset(&months, 0xEE, sizeof months);
    assert_true(ihp__day_parse(death, &day));
    ihp__months_of_period(span, spans,
                          (struct ihp__month_range){month_of("2024-01"), month_of(last_begun),
                                                    ihp__lifetime_of(0, day)},
                          policies, &months);
    return months;
}

/* The month of death qualifies, on its first day as on its last; the next one does not, although
 * the span is open. */
static void test_13_3_2_months_after_death(void **state)
{
    (void)state;
    const struct ihp__claims_policies policies = usual_policies().claims;
    const struct ihp__span span[] = {span_of("2023-05", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0)};
    static const struct {
        const char *death;
        uint16_t qualifying;
    } cases[] = {{"1999-01-01", 0},     {"2023-12-31", 0},     {"2024-01-01", 0x001},
                 {"2024-03-01", 0x007}, {"2024-03-31", 0x007}, {"2024-11-30", 0x7FF},
                 {"2024-12-01", 0xFFF}, {"2025-01-01", 0xFFF}, {"9999-12-31", 0xFFF}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__months months = months_alive(span, 1, cases[i].death, "2025-12", &policies);
        assert_int_equal(months.qualifying, cases[i].qualifying);
        assert_int_equal(months.after_death, ALL & ~cases[i].qualifying);
        assert_int_equal(months.not_begun, 0);
    }
    assert_int_equal(ihp__lifetime_of(0, IHP__NO_DEATH).died, IHP__NO_DEATH);
    assert_int_equal(months_2024(span, 1).after_death, 0);
}

/* Months left out are counted once: not begun by the cut-off, or else after death. An exclusion
 * after death says nothing about the member. */
static void test_13_3_2_death_cutoff_and_exclusion(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    const struct ihp__span span[] = {
        span_of("2024-01", "2024-11", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-06", "2024-06", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    struct ihp__months months = months_alive(span, 2, "2024-04-15", "2024-08", &policies);
    assert_int_equal(months.qualifying, 0x00F);
    assert_int_equal(months.after_death, 0x0D0); /* May, July, August; June is excluded */
    assert_int_equal(months.not_begun, 0x700);   /* September to November */
    policies.exclusion_scope = IHP__SCOPE_PERIOD;
    months = months_alive(span, 2, "2024-05-31", "2024-08", &policies);
    assert_int_equal(months.qualifying, 0x01F);
    months = months_alive(span, 2, "2024-06-01", "2024-08", &policies);
    assert_int_equal(months.qualifying, 0);
    assert_int_equal(months.after_death, 0);
}

static void test_13_3_2_death_in_a_horizon(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.before_birth = IHP__BEFORE_BIRTH_NEVER;
    const struct ihp__span span[] = {
        span_of("2024-01", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-06", "2024-06", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    struct ihp__horizon_months horizon;
    ihp__months_of_horizon(span, 2,
                           (struct ihp__month_range){month_of("2024-01"),
                                                     month_of("2024-09"),
                                                     {month_of("2024-02"), month_of("2024-05")}},
                           14, &policies, &horizon);
    assert_int_equal(horizon.covered, 0x01E);
    assert_int_equal(horizon.medical_assistance, 0x01E);
    assert_int_equal(horizon.excluded, 0);
    assert_int_equal(horizon.before_birth, 0x001);
    assert_int_equal(horizon.after_death, 0x1C0); /* July to September */
    assert_int_equal(horizon.not_begun, 0x3E00);
}

/* ---- birth [13.3.2] ----------------------------------------------------------------------------
 */

/* The month of birth qualifies, from its first day to its last; the one before does not, although
 * the span began earlier. An exclusion before birth says nothing about the member. */
static void test_13_3_2_months_before_birth(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    policies.before_birth = IHP__BEFORE_BIRTH_NEVER;
    const struct ihp__span span[] = {
        span_of("2023-05", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-01", "2024-01", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    static const struct {
        const char *birth;
        uint16_t qualifying;
    } cases[] = {{"1985-06-15", 0xFFE}, {"2024-01-31", 0xFFE}, {"2024-02-01", 0xFFE},
                 {"2024-02-29", 0xFFE}, {"2024-03-01", 0xFFC}, {"2024-12-31", 0x800},
                 {"2025-01-01", 0},     {"2026-07-01", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__months months;
        int32_t day = 0;
        assert_true(ihp__day_parse(cases[i].birth, &day));
        memset(&months, 0xEE, sizeof months);
        const struct ihp__month_range range = {month_of("2024-01"), month_of("2025-12"),
                                               ihp__lifetime_of(day, IHP__NO_DEATH)};
        ihp__months_of_period(span, 2, range, &policies, &months);
        assert_int_equal(months.qualifying, cases[i].qualifying);
        assert_int_equal(months.before_birth, 0xFFE & ~cases[i].qualifying);
        assert_int_equal(months.after_death, 0);
        assert_int_equal(months.not_begun, 0);
        policies.exclusion_scope = IHP__SCOPE_PERIOD; /* January counts only for who was born */
        ihp__months_of_period(span, 2, range, &policies, &months);
        assert_int_equal(months.qualifying, i < 2 ? 0 : cases[i].qualifying);
        policies.exclusion_scope = IHP__SCOPE_MONTH;
        policies.before_birth =
            IHP__BEFORE_BIRTH_COUNT; /* the same months are counted, and qualify */
        ihp__months_of_period(span, 2, range, &policies, &months);
        assert_int_equal(months.qualifying, 0xFFE);
        assert_int_equal(months.before_birth, 0xFFE & ~cases[i].qualifying);
        policies.before_birth = IHP__BEFORE_BIRTH_NEVER;
    }
}

/* The cut-off is a day: its month has begun, the next one has not. */
static void test_2_7_the_last_month_of_a_cutoff(void **state)
{
    (void)state;
    static const struct {
        const char *paid_through, *last;
    } cases[] = {{"2025-05-31", "2025-05"},
                 {"2025-06-01", "2025-06"},
                 {"2024-12-31", "2024-12"},
                 {"2025-01-01", "2025-01"}};
    const struct ihp__claims_policies policies = usual_policies().claims;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ihp__period_rules rules;
        int32_t day = 0;
        assert_true(ihp__day_parse(cases[i].paid_through, &day));
        ihp__window_rules_init(&rules, IHP__PERFORMANCE, month_of("2024-07"), day, &policies);
        assert_int_equal(rules.last_begun, month_of(cases[i].last));
    }
}

/* The months of a payment's windows: a horizon has the same rule. */
static void test_2_7_months_of_a_horizon(void **state)
{
    (void)state;
    struct ihp__claims_policies policies = usual_policies().claims;
    const struct ihp__span span[] = {
        span_of("2024-01", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-10", "2024-10", IHP__MAJOR_PROGRAM_OTHER, RED, IHP__EXCLUSION_DUAL)};
    struct ihp__horizon_months horizon;
    ihp__months_of_horizon(
        span, 2, (struct ihp__month_range){month_of("2024-01"), month_of("2024-09"), always}, 14,
        &policies, &horizon);
    assert_int_equal(horizon.covered, 0x1FF);
    assert_int_equal(horizon.excluded, 0);
    assert_int_equal(horizon.medical_assistance, 0x1FF);
    assert_int_equal(horizon.not_begun, 0x3C00); /* November to February */
    policies.exclusion_scope = IHP__SCOPE_PERIOD;
    assert_int_equal(ihp__horizon_window(&horizon, 0, &policies), 0x1FF);
    ihp__months_of_horizon(
        span, 2, (struct ihp__month_range){month_of("2024-01"), month_of("2024-10"), always}, 14,
        &policies, &horizon);
    assert_int_equal(ihp__horizon_window(&horizon, 0, &policies), 0);
}

/* ---- payers ---------------------------------------------------------------------------------- */

static void test_payer_of_the_qualifying_span_that_started_last(void **state)
{
    (void)state;
    struct ihp__span span[] = {
        span_of("2023-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, 0),
        span_of("2024-03", "2024-05", IHP__MAJOR_PROGRAM_MCRE, BLUE, 0),
        span_of("2024-05", "2024-08", IHP__MAJOR_PROGRAM_OTHER, 1,
                0), /* later, but not a qualifying program */
    };
    static const uint16_t wanted[12] = {RED, RED, BLUE, BLUE, BLUE, RED,
                                        RED, RED, RED,  RED,  RED,  RED};
    for (int turn = 0; turn < 2; turn++) {
        struct ihp__months months = months_2024(span, 3);
        assert_memory_equal(months.payer, wanted, sizeof wanted);
        struct ihp__span first = span[0];
        span[0] = span[1];
        span[1] = first;
    }
}

static void test_payer_of_equal_starts_is_first_in_text_order(void **state)
{
    (void)state;
    struct ihp__span span[] = {span_of("2024-02", "2024-06", IHP__MAJOR_PROGRAM_MA, 9, 0),
                               span_of("2024-02", "2024-04", IHP__MAJOR_PROGRAM_MA, 5, 0),
                               span_of("2024-02", "2024-12", IHP__MAJOR_PROGRAM_MA_BD, 6, 0)};
    for (int turn = 0; turn < 3; turn++) {
        struct ihp__months months = months_2024(span, 3);
        assert_int_equal(months.payer[1], 5);
        assert_int_equal(months.payer[3], 5); /* April, the last month of the first span */
        assert_int_equal(months.payer[4], 6);
        assert_int_equal(months.payer[11], 6);
        struct ihp__span first = span[0];
        memmove(span, span + 1, 2 * sizeof *span);
        span[2] = first;
    }
}

/* Spans that start before 1970, where month numbers are negative; payer number 0. */
static void test_payer_of_spans_that_started_before_1970(void **state)
{
    (void)state;
    const struct ihp__span span[] = {span_of("1950-01", "9999-12", IHP__MAJOR_PROGRAM_MA, 0, 0),
                                     span_of("1960-01", "2024-03", IHP__MAJOR_PROGRAM_MA, RED, 0),
                                     span_of("1970-01", "2024-01", IHP__MAJOR_PROGRAM_MA, BLUE, 0)};
    struct ihp__months months = months_2024(span, 3);
    assert_int_equal(months.payer[0], BLUE);
    assert_int_equal(months.payer[1], RED);
    assert_int_equal(months.payer[2], RED);
    assert_int_equal(months.payer[3], 0);
}

/* ---- all of the above against a second implementation, month by month ------------------------ */

static bool covers(const struct ihp__span *span, int32_t month)
{
    return span->month_from <= month && month <= span->month_to;
}

/* Judges one month. Returns true if it qualifies; sets its payer and whether it is excluded. */
static bool month_qualifies(const struct ihp__span *span, size_t spans, int32_t month,
                            bool msc_plus_excluded, uint16_t *payer, bool *excluded)
{
    bool disabled = false, enrolled = false;
    int32_t began = INT32_MIN;
    *excluded = false;
    for (size_t i = 0; i < spans; i++) {
        disabled |= covers(&span[i], month) && span[i].major_program == IHP__MAJOR_PROGRAM_MA_BD;
    }
    for (size_t i = 0; i < spans; i++) {
        if (!covers(&span[i], month)) {
            continue;
        }
        bool spared =
            span[i].exclusion == IHP__EXCLUSION_MSC_PLUS && (disabled || !msc_plus_excluded);
        *excluded |= span[i].exclusion != IHP__EXCLUSION_NONE && !spared;
        if (span[i].major_program != IHP__MAJOR_PROGRAM_OTHER) {
            enrolled = true;
            if (span[i].month_from > began) {
                began = span[i].month_from;
                *payer = UINT16_MAX;
            }
            if (span[i].month_from == began && span[i].payer < *payer) {
                *payer = span[i].payer;
            }
        }
    }
    return enrolled && !*excluded;
}

static void test_13_2_random_spans_against_a_second_implementation(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 1302};
    int32_t first = month_of("2024-01");
    for (int trial = 0; trial < 50000; trial++) {
        struct ihp__claims_policies policies = usual_policies().claims;
        policies.msc_plus_excluded = (int)random_below(&draws, 2);
        policies.exclusion_scope =
            random_below(&draws, 4) == 0 ? IHP__SCOPE_PERIOD : IHP__SCOPE_MONTH;
        struct ihp__span span[5];
        size_t spans = random_below(&draws, 6);
        for (size_t i = 0; i < spans; i++) {
            int32_t from = first - 4 + (int32_t)random_below(&draws, 18);
            span[i] = (struct ihp__span){.month_from = from,
                                         .month_to = from + (int32_t)random_below(&draws, 15),
                                         .payer = (uint16_t)random_below(&draws, 3),
                                         .major_program = (uint8_t)random_below(&draws, 4)};
            if (random_below(&draws, 3) == 0) {
                bool msc = random_below(&draws, 2) == 0;
                span[i].exclusion =
                    msc ? IHP__EXCLUSION_MSC_PLUS : (uint8_t)random_below(&draws, 13);
            }
        }
        uint16_t qualifying = 0, excluded = 0, payer[12];
        for (int m = 0; m < 12; m++) {
            bool out;
            bool in = month_qualifies(span, spans, first + m, policies.msc_plus_excluded, &payer[m],
                                      &out);
            qualifying |= (uint16_t)(in << m);
            excluded |= (uint16_t)(out << m);
        }
        if (policies.exclusion_scope == IHP__SCOPE_PERIOD && excluded != 0) {
            qualifying = 0;
        }
        struct ihp__months months = months_with(span, spans, &policies);
        assert_int_equal(months.qualifying, qualifying);
        assert_int_equal(months.excluded, excluded);
        for (int m = 0; m < 12; m++) {
            if (((qualifying >> m) & 1) != 0) {
                assert_int_equal(months.payer[m], payer[m]);
            }
        }
    }
}

/* ---- enough [13.3.2] ------------------------------------------------------------------------- */

/* All 4,096 sets of months, counted month by month. */
static void test_13_3_2_months_in_total_and_in_a_row(void **state)
{
    (void)state;
    for (unsigned months = 0; months < 4096; months++) {
        int all = 0, run = 0, longest = 0;
        for (int m = 0; m < 12; m++) {
            bool in = (months & (1u << m)) != 0;
            all += in;
            run = in ? run + 1 : 0;
            longest = run > longest ? run : longest;
        }
        assert_int_equal(ihp__months_count((uint16_t)months), all);
        assert_int_equal(ihp__months_in_a_row((uint16_t)months), longest);
    }
    assert_int_equal(ihp__months_in_a_row(0x801), 1); /* December and January are not consecutive */
}

static void test_13_3_2_six_in_a_row_and_nine_in_total(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    assert_true(ihp__months_enough(0xFFF, &policies));
    assert_true(ihp__months_enough(0x1FF, &policies));  /* January to September */
    assert_false(ihp__months_enough(0x0FF, &policies)); /* eight in a row */
    assert_true(ihp__months_enough(0xEBF, &policies));  /* 6 + 1 + 3 months: ten, six in a row */
    assert_true(ihp__months_enough(0xDBF, &policies));  /* 6 + 2 + 2 */
    assert_true(ihp__months_enough(0xD3F, &policies));  /* 6 + 1 + 2: nine in total */
    assert_false(ihp__months_enough(0x53F, &policies)); /* 6 + 1 + 1: eight in total */
}

static void test_13_3_2_five_in_a_row_are_too_few(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    assert_true(ihp__months_enough(0xFDF, &policies));  /* 5 + 6 */
    assert_false(ihp__months_enough(0x7DF, &policies)); /* 5 + 5: ten in total */
    assert_false(ihp__months_enough(0xF9F, &policies)); /* 5 + 5 with two months between */
    assert_false(ihp__months_enough(0x3DF, &policies)); /* 5 + 4: nine in total */
}

static void test_13_3_2_minima_of_the_policies(void **state)
{
    (void)state;
    struct ihp__decision_policies policies = usual_policies().decision;
    policies.min_continuous_months = policies.min_total_months = 0;
    assert_true(ihp__months_enough(0, &policies));
    policies.min_total_months = 1;
    assert_false(ihp__months_enough(0, &policies));
    assert_true(ihp__months_enough(0x800, &policies));
    policies.min_continuous_months = 12;
    assert_true(ihp__months_enough(0xFFF, &policies));
    assert_false(ihp__months_enough(0xFFE, &policies));
    policies.min_continuous_months = 0;
    policies.min_total_months = 12;
    assert_true(ihp__months_enough(0xFFF, &policies));
    assert_false(ihp__months_enough(0xFEF, &policies));
    policies.min_continuous_months = 2; /* the two minima differ */
    policies.min_total_months = 5;
    assert_true(ihp__months_enough(0x353, &policies));  /* 2 + 1 + 1 + 2 */
    assert_false(ihp__months_enough(0x555, &policies)); /* six, never two in a row */
    assert_false(ihp__months_enough(0x053, &policies)); /* four, two in a row */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_2_7_months_that_begin_after_the_cutoff),
        cmocka_unit_test(test_2_7_months_left_out_would_have_qualified),
        cmocka_unit_test(test_2_7_exclusion_scope_regards_months_that_have_begun),
        cmocka_unit_test(test_13_3_2_months_after_death),
        cmocka_unit_test(test_13_3_2_death_cutoff_and_exclusion),
        cmocka_unit_test(test_13_3_2_death_in_a_horizon),
        cmocka_unit_test(test_13_3_2_months_before_birth),
        cmocka_unit_test(test_2_7_the_last_month_of_a_cutoff),
        cmocka_unit_test(test_2_7_months_of_a_horizon),
        cmocka_unit_test(test_13_1_programs_that_qualify),
        cmocka_unit_test(test_13_1_months_of_a_span),
        cmocka_unit_test(test_13_1_spans_with_a_gap_and_an_overlap),
        cmocka_unit_test(test_13_2_the_twelve_codes_in_the_contract_s_order),
        cmocka_unit_test(test_13_2_each_code_on_its_own_and_on_another_span),
        cmocka_unit_test(test_13_2_a_code_outside_the_year_excludes_nothing),
        cmocka_unit_test(test_13_2_10_msc_plus_excludes_but_not_the_blind_and_disabled),
        cmocka_unit_test(test_13_2_10_msc_plus_with_ma_bd_and_another_code),
        cmocka_unit_test(test_13_2_10_policy_msc_plus_excluded_off),
        cmocka_unit_test(test_policy_exclusion_scope_period),
        cmocka_unit_test(test_payer_of_the_qualifying_span_that_started_last),
        cmocka_unit_test(test_payer_of_equal_starts_is_first_in_text_order),
        cmocka_unit_test(test_payer_of_spans_that_started_before_1970),
        cmocka_unit_test(test_13_2_random_spans_against_a_second_implementation),
        cmocka_unit_test(test_13_3_2_months_in_total_and_in_a_row),
        cmocka_unit_test(test_13_3_2_six_in_a_row_and_nine_in_total),
        cmocka_unit_test(test_13_3_2_five_in_a_row_are_too_few),
        cmocka_unit_test(test_13_3_2_minima_of_the_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
