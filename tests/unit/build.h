/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h - values for the tests of the rules: policies, dates, spans, random numbers.
 *
 * `usual_policies` returns the defaults of docs/methodology.md. Random inputs come from
 * `random_below`, a counter-based generator: draw n of a seed is the same on every machine. */
#ifndef IHP_TEST_BUILD_H
#define IHP_TEST_BUILD_H

#include "member/member.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* after the headers it needs */

/* Returns the default policies. */
static inline struct ihp__policies usual_policies(void)
{
    return (struct ihp__policies){
        .claims = {.msc_plus_excluded = 1,
                   .exclusion_scope = IHP__SCOPE_MONTH,
                   .before_birth = IHP__BEFORE_BIRTH_COUNT,
                   .base_roster = IHP__BASE_ROSTER_PERFORMANCE,
                   .non_ihp_unit = IHP__UNIT_BILLING,
                   .off_roster_unit = IHP__OFF_ROSTER_TREATING,
                   .count_unit = IHP__COUNT_LINE,
                   .reversals = IHP__REVERSALS_NET,
                   .lookback_months = 12,
                   .gate_lines = IHP__GATE_LINES_ANY,
                   .cost_months = IHP__COST_QUALIFYING},
        .decision = {.min_continuous_months = 6,
                     .min_total_months = 9,
                     .visit_gate = IHP__GATE_ANY_ROSTER,
                     .primary_care_elsewhere = IHP__ELSEWHERE_STEP3,
                     .specialty_elsewhere = IHP__SPECIALTY_ALL_EM,
                     .health_home_elsewhere = IHP__HOME_SINGLE,
                     .primary_care_rival = IHP__RIVAL_PRIMARY_CARE,
                     .specialty_equal = IHP__EQUAL_IHP,
                     .tie_with_elsewhere = IHP__TIE_CHOSEN,
                     .unresolved_tie = IHP__TIE_UNATTRIBUTED,
                     .lookback_when = IHP__LOOKBACK_NO_EM,
                     .gate_window = IHP__GATE_WINDOW_PERIOD},
        .risk_weights = IHP__WEIGHTS_OWN,
        .pbp_offset_outside = IHP__OUTSIDE_NONE,
        .pbp_offset_rule = IHP__OFFSET_SHARE,
        .quality_on_losses = IHP__LOSSES_AS_WRITTEN,
        .circumstance_rule = IHP__CIRCUMSTANCE_SHARE,
        .benchmark_difference = IHP__DIFFERENCE_RELATIVE,
        .not_reporting = IHP__NOT_REPORTING_ACHIEVEMENT,
        .absent_category = IHP__ABSENT_ALL,
        .equity_maintain = IHP__MAINTAIN_TOLERANCE,
        .equity_drop = IHP__DROP_RELATIVE,
        .reference_group = "White",
    };
}

/* Return the month or day of a text; the test fails if the text is not valid. */
static inline int32_t month_of(const char *text)
{
    int32_t month = 0;
    assert_true(ihp__month_parse(text, &month));
    return month;
}

static inline int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(ihp__day_parse(text, &day));
    return day;
}

static inline struct ihp__span span_of(const char *from, const char *to,
                                       enum ihp__major_program program, uint16_t payer,
                                       enum ihp__exclusion exclusion)
{
    return (struct ihp__span){.month_from = month_of(from),
                              .month_to = month_of(to),
                              .payer = payer,
                              .major_program = (uint8_t)program,
                              .exclusion = (uint8_t)exclusion};
}

/* Random numbers of a seed, numbered by `drawn` (splitmix64 of the counter). */
struct random_draws {
    uint64_t seed, drawn;
};

static inline uint64_t random_bits(struct random_draws *draws)
{
    uint64_t z = (draws->seed + ++draws->drawn) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint32_t random_below(struct random_draws *draws, uint32_t limit)
{
    return (uint32_t)(random_bits(draws) % limit);
}

/* Assert that doubles are equal, or equal within a few units of the last digit. */
#define assert_double(a, b) check_double((a), (b), 0.0, __FILE__, __LINE__)
#define assert_near(a, b)   check_double((a), (b), 8.0, __FILE__, __LINE__)

static inline void check_double(double seen, double expected, double digits, const char *file,
                                int line)
{
    double room = digits * DBL_EPSILON * fmax(fabs(seen), fabs(expected));
    if (!(fabs(seen - expected) <= room)) {
        print_error("%s:%d: %.17g is not %.17g\n", file, line, seen, expected);
        _fail(file, line);
    }
}

#endif
