/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policies.h - the policies, one a row: the readings of the contract that a deck chooses.
 *
 * A row declares all there is to a policy: its field in `struct ihp__policies`, the enum and the
 * names of its values, what a deck may say, its default, where the manifest and the tables list it,
 * whether a sweep may vary it, and which scenarios share the work of a pass. No other list names
 * the policies; outside its rule, one policy alone is named: sweep/plan.c turns `base_roster` into
 * the quarter of a reading's roster. "How to add a policy" in docs/architecture.md has the steps.
 *
 * What a policy acts on decides who can read it. Rules about claims see
 * `struct ihp__claims_policies` alone, and the decision on a member sees
 * `struct ihp__decision_policies` alone, so a rule that reads a policy of another kind does not
 * compile.
 */
#ifndef IHP_POLICIES_H
#define IHP_POLICIES_H

#include "base/codes.h"

#include <assert.h>

/* What a key of the deck acts on, from the last step of a settlement to the first. Two scenarios
 * that differ only in what acts on one step share every step before it. */
enum ihp__acts_on {
    IHP__ACTS_ON_RUN,       /* where a run finds its files, and how it works */
    IHP__ACTS_ON_REFUSALS,  /* what a run refuses */
    IHP__ACTS_ON_SCENARIOS, /* which scenarios a sweep has */
    IHP__ACTS_ON_PAYMENT,   /* population-based payments; nothing in a settlement [15] */
    IHP__ACTS_ON_INTERVALS, /* the bootstrap's intervals alone */
    IHP__ACTS_ON_QUALITY,   /* the quality score, and what becomes of a shared amount [18, 5.9] */
    IHP__ACTS_ON_MONEY,     /* risk, target and sharing, from the sums over members [16] */
    IHP__ACTS_ON_DECISION,  /* the decision on a member, from the member's counts [13.3] */
    IHP__ACTS_ON_CLAIMS     /* what spans and claims are to a member: months, counts, cost */
};

/* P(name, type, values, default, section, meaning, acts on)
 *
 *   type     CHOICE   one of the values V(enumerator, "text"), the default first
 *            BOOLEAN  true or false
 *            INTEGER  a whole number; the values are (least, greatest)
 *            TEXT     1 to IHP__GROUP_MAX bytes on one line
 *   section  of the contract; "" for what is no matter of the contract
 *   acts on  CLAIMS, DECISION, MONEY, QUALITY, PAYMENT or INTERVALS, as above: the earliest step
 *            that the policy changes
 *
 * A CHOICE or BOOLEAN with a section is a reading of the contract, which `design: readings`
 * prices. Scenarios of that design and the manifest follow the order of the rows. */
/* clang-format off */
#define IHP__POLICY_LIST(P, V)                                                                     \
    P(msc_plus_excluded, BOOLEAN, (), "true", "13.2.10",                                           \
      "Minnesota Senior Care Plus does not qualify", CLAIMS)                                       \
    P(exclusion_scope, CHOICE,                                                                     \
      V(IHP__SCOPE_MONTH, "month") V(IHP__SCOPE_PERIOD, "period"), "month", "13.2",                \
      "a month with an exclusion does not qualify, or the whole period does not", CLAIMS)          \
    P(before_birth, CHOICE,                                                                        \
      V(IHP__BEFORE_BIRTH_COUNT, "count") V(IHP__BEFORE_BIRTH_NEVER, "never"), "count", "13.3.2",  \
      "a month before the month of birth qualifies if a span covers it, or never does", CLAIMS)    \
    P(min_continuous_months, INTEGER, (0, 12), "6", "13.3.2",                                      \
      "qualifying months in a row that a member needs", DECISION)                                  \
    P(min_total_months, INTEGER, (0, 12), "9", "13.3.2",                                           \
      "qualifying months in all that a member needs", DECISION)                                    \
    P(base_roster, CHOICE,                                                                         \
      V(IHP__BASE_ROSTER_PERFORMANCE, "performance") V(IHP__BASE_ROSTER_OWN, "own"),               \
      "performance", "3.8.5",                                                                      \
      "the base period uses the performance year's roster, or its own year's", CLAIMS)             \
    P(non_ihp_unit, CHOICE,                                                                        \
      V(IHP__UNIT_BILLING, "billing") V(IHP__UNIT_TREATING, "treating"), "billing", "13.3.1.3",    \
      "the billing or the treating NPI identifies a non-IHP provider", CLAIMS)                     \
    P(off_roster_unit, CHOICE,                                                                     \
      V(IHP__OFF_ROSTER_TREATING, "treating") V(IHP__OFF_ROSTER_BILLING, "billing"), "treating",   \
      "13.3.1.3",                                                                                  \
      "if the NPI of a non-IHP provider is on a roster, the treating NPI identifies the "          \
      "provider instead, or that NPI still does",                                                  \
      CLAIMS)                                                                                      \
    P(count_unit, CHOICE,                                                                          \
      V(IHP__COUNT_LINE, "line") V(IHP__COUNT_VISIT, "visit"), "line", "13.3.3",                   \
      "count claim lines, or distinct date, treating NPI and entity", CLAIMS)                      \
    P(reversals, CHOICE,                                                                           \
      V(IHP__REVERSALS_NET, "net") V(IHP__REVERSALS_COUNT, "count"), "net", "13.3.5.1",            \
      "a line with a negative amount cancels the line that it reverses, or every line counts",     \
      CLAIMS)                                                                                      \
    P(visit_gate, CHOICE,                                                                          \
      V(IHP__GATE_ANY_ROSTER, "any_roster") V(IHP__GATE_ATTRIBUTED_IHP, "attributed_ihp"),         \
      "any_roster", "13.3.2",                                                                      \
      "the gate requires a line at any IHP, or at the attributed IHP",                             \
      DECISION)                                                                                    \
    P(primary_care_elsewhere, CHOICE,                                                              \
      V(IHP__ELSEWHERE_STEP3, "step3") V(IHP__ELSEWHERE_BLOCKS, "blocks"), "step3", "13.3.5.6",    \
      "primary care at non-IHP providers alone leads to Step 3, or ends attribution", DECISION)    \
    P(specialty_elsewhere, CHOICE,                                                                 \
      V(IHP__SPECIALTY_ALL_EM, "all_em") V(IHP__SPECIALTY_SPECIALTY, "specialty"), "all_em",       \
      "13.3.6.7",                                                                                  \
      "Step 3 compares all E&M lines of a non-IHP provider, or its specialty lines", DECISION)     \
    P(health_home_elsewhere, CHOICE,                                                               \
      V(IHP__HOME_SINGLE, "single") V(IHP__HOME_POOLED, "pooled"), "single", "13.3.4.3",           \
      "Step 1 compares single non-IHP providers, or all of them together", DECISION)               \
    P(primary_care_rival, CHOICE,                                                                  \
      V(IHP__RIVAL_PRIMARY_CARE, "primary_care") V(IHP__RIVAL_ALL_EM, "all_em"), "primary_care",   \
      "13.3.5.6",                                                                                  \
      "Steps 2 and 4 compare primary care lines of a non-IHP provider, or all its E&M lines",      \
      DECISION)                                                                                    \
    P(specialty_equal, CHOICE,                                                                     \
      V(IHP__EQUAL_IHP, "ihp") V(IHP__EQUAL_NONE, "none") V(IHP__EQUAL_LATEST, "latest"), "ihp",   \
      "13.3.6.7",                                                                                  \
      "if the IHP and a non-IHP provider have equally many lines in Step 3: the IHP wins, "        \
      "nobody wins, or the later line decides",                                                    \
      DECISION)                                                                                    \
    P(tie_with_elsewhere, CHOICE,                                                                  \
      V(IHP__TIE_CHOSEN, "chosen") V(IHP__TIE_ANY, "any"), "chosen", "13.3.7.10",                  \
      "the IHP compared with a tied non-IHP provider is the one chosen in Step 4, or the one "     \
      "with the latest line",                                                                      \
      DECISION)                                                                                    \
    P(unresolved_tie, CHOICE,                                                                      \
      V(IHP__TIE_UNATTRIBUTED, "unattributed") V(IHP__TIE_LOWEST_IHP, "lowest_ihp"),               \
      "unattributed", "13.3.7",                                                                    \
      "a tie that no date breaks attributes to nobody, or to the IHP first in ihps.csv",           \
      DECISION)                                                                                    \
    P(lookback_months, INTEGER, (0, 120), "12", "13.3.8",                                          \
      "length of the look-back, which decides if the period has no E&M line; 0: no look-back",     \
      CLAIMS)                                                                                      \
    P(lookback_when, CHOICE,                                                                       \
      V(IHP__LOOKBACK_NO_EM, "no_em") V(IHP__LOOKBACK_NO_IHP_EM, "no_ihp_em"), "no_em", "13.3.8",  \
      "the look-back decides if the period has no E&M line, or no E&M line at an IHP", DECISION)   \
    P(gate_lines, CHOICE,                                                                          \
      V(IHP__GATE_LINES_ANY, "any") V(IHP__GATE_LINES_NO_PHARMACY, "no_pharmacy")                  \
      V(IHP__GATE_LINES_EM, "em"), "any", "13.3.2",                                                \
      "the lines at an IHP that satisfy the gate are all, all except pharmacy, or E&M and "        \
      "health-home lines",                                                                         \
      CLAIMS)                                                                                      \
    P(gate_window, CHOICE,                                                                         \
      V(IHP__GATE_WINDOW_PERIOD, "period") V(IHP__GATE_WINDOW_LOOKBACK, "lookback"), "period",     \
      "13.3.2", "lines of the period satisfy the gate, or lines of the look-back do too",          \
      DECISION)                                                                                    \
    P(cost_months, CHOICE,                                                                         \
      V(IHP__COST_QUALIFYING, "qualifying") V(IHP__COST_ALL, "all"), "qualifying", "16.5.1",       \
      "cost counts in qualifying months, or in all", CLAIMS)                                       \
    P(weights_population, CHOICE,                                                                  \
      V(IHP__WEIGHS_ENROLLED, "enrolled") V(IHP__WEIGHS_GATE, "gate"), "enrolled", "16.4.1.2",     \
      "risk weights are of all members enrolled enough, or of those who also pass the gate",       \
      DECISION)                                                                                    \
    P(risk_weights, CHOICE,                                                                        \
      V(IHP__WEIGHTS_OWN, "own") V(IHP__WEIGHTS_BASE, "base"), "own", "16.5.2",                    \
      "each period has its own risk weights, or both have the base year's", MONEY)                 \
    P(pbp_offset_outside, CHOICE,                                                                  \
      V(IHP__OUTSIDE_NONE, "none") V(IHP__OUTSIDE_OUTERMOST, "outermost"), "none", "16.8.2.2",     \
      "beyond the outermost corridor, the PBP offset is 0 or uses that corridor's share", MONEY)   \
    P(pbp_offset_rule, CHOICE,                                                                     \
      V(IHP__OFFSET_SHARE, "share") V(IHP__OFFSET_RERUN, "rerun"), "share", "16.8.2.2",            \
      "the PBP offset is the PBP times the share of the ratio's corridor, or the effect of "       \
      "adding the PBP to the cost",                                                                \
      MONEY)                                                                                       \
    P(quality_on_losses, CHOICE,                                                                   \
      V(IHP__LOSSES_AS_WRITTEN, "as_written") V(IHP__LOSSES_NONE, "none")                          \
      V(IHP__LOSSES_INVERSE, "inverse"), "as_written", "18.4.13",                                  \
      "the quality share of losses is multiplied by the quality score, is unchanged, or is "       \
      "multiplied by 1 minus the score",                                                           \
      QUALITY)                                                                                     \
    P(circumstance_rule, CHOICE,                                                                   \
      V(IHP__CIRCUMSTANCE_SHARE, "share") V(IHP__CIRCUMSTANCE_MONTHS, "months"), "share", "5.9",   \
      "affected months cancel losses in proportion to the members affected, or in full", QUALITY)  \
    P(benchmark_difference, CHOICE,                                                                \
      V(IHP__DIFFERENCE_RELATIVE, "relative") V(IHP__DIFFERENCE_POINTS, "points"), "relative",     \
      "18.4.4.1",                                                                                  \
      "differences from a benchmark are relative to it, or in percentage points", QUALITY)         \
    P(not_reporting, CHOICE,                                                                       \
      V(IHP__NOT_REPORTING_ACHIEVEMENT, "achievement") V(IHP__NOT_REPORTING_TOTAL, "total"),       \
      "achievement", "18.4.6.2",                                                                   \
      "the share that did not report reduces achievement points, or the points of the measure",    \
      QUALITY)                                                                                     \
    P(absent_category, CHOICE,                                                                     \
      V(IHP__ABSENT_ALL, "all") V(IHP__ABSENT_SET, "set") V(IHP__ABSENT_LOST, "lost"), "all",      \
      "18.4.10",                                                                                   \
      "the weight of a category without points goes to all others, to its set first, or to none",  \
      QUALITY)                                                                                     \
    P(equity_maintain, CHOICE,                                                                     \
      V(IHP__MAINTAIN_TOLERANCE, "tolerance") V(IHP__MAINTAIN_STRICT, "strict"), "tolerance",      \
      "18.4.9.2.1",                                                                                \
      "a group in equitable care maintains its rate with a drop of up to 1%, or without any",      \
      QUALITY)                                                                                     \
    P(equity_drop, CHOICE,                                                                         \
      V(IHP__DROP_RELATIVE, "relative") V(IHP__DROP_POINTS, "points"), "relative", "18.4.9.2.1",   \
      "the 1% drop in equitable care is a percentage of the baseline rate, or a percentage "       \
      "point",                                                                                     \
      QUALITY)                                                                                     \
    P(reference_group, TEXT, (), "White", "18.4.9.2",                                              \
      "the group that gaps in equitable care are measured from", QUALITY)                          \
    P(pbp_months, CHOICE,                                                                          \
      V(IHP__PBP_MONTHS_ELIGIBLE, "eligible") V(IHP__PBP_MONTHS_ATTRIBUTED, "attributed"),         \
      "eligible", "15.4.1",                                                                        \
      "the average PBP is paid for PBP-eligible member months, or for all attributed ones",        \
      PAYMENT)                                                                                     \
    P(pbp_percentiles, CHOICE,                                                                     \
      V(IHP__PERCENTILES_POPULATION, "population") V(IHP__PERCENTILES_ELIGIBLE, "pbp_eligible")    \
      V(IHP__PERCENTILES_CATEGORIES, "categories"), "population", "15.2.3",                        \
      "percentiles of risk categories are by eligible member months, by PBP-eligible member "      \
      "months, or by rank",                                                                        \
      PAYMENT)                                                                                     \
    P(bootstrap_weights, CHOICE,                                                                   \
      V(IHP__BOOTSTRAP_FIXED, "fixed") V(IHP__BOOTSTRAP_REFIT, "refit"), "fixed", "",              \
      "a replicate has the risk weights of the full population, or its own", INTERVALS)
/* clang-format on */

/* ---- what follows from the rows -------------------------------------------------------------- */

/* Gives the first argument for a policy that acts on claims, the second for one that acts on
 * decisions, the third for the others. */
#define IHP__BY_CLAIMS(claims, decision, other)    claims
#define IHP__BY_DECISION(claims, decision, other)  decision
#define IHP__BY_MONEY(claims, decision, other)     other
#define IHP__BY_QUALITY(claims, decision, other)   other
#define IHP__BY_PAYMENT(claims, decision, other)   other
#define IHP__BY_INTERVALS(claims, decision, other) other

/* Bytes of a text among the policies, with its end: whole ints, so that no struct has gaps and
 * policies are compared by their bytes. */
#define IHP__POLICY_TEXT 44
static_assert(IHP__POLICY_TEXT > IHP__GROUP_MAX && IHP__POLICY_TEXT % sizeof(int) == 0,
              "a group fits, and no gap follows");

/* An enum of the values of each choice: `enum ihp__count_unit { IHP__COUNT_LINE, ... }`. */
#define IHP__POLICY_VALUE(enumerator, text) enumerator,
#define IHP__POLICY_ENUM_CHOICE(name, ...)  enum ihp__##name{__VA_ARGS__};
#define IHP__POLICY_ENUM_BOOLEAN(name, ...)
#define IHP__POLICY_ENUM_INTEGER(name, ...)
#define IHP__POLICY_ENUM_TEXT(name, ...)
#define IHP__POLICY_ENUM(name, type, values, fallback, section, meaning, acts_on)                  \
    IHP__POLICY_ENUM_##type(name, values)
IHP__POLICY_LIST(IHP__POLICY_ENUM, IHP__POLICY_VALUE)
#undef IHP__POLICY_ENUM
#undef IHP__POLICY_ENUM_CHOICE
#undef IHP__POLICY_ENUM_BOOLEAN
#undef IHP__POLICY_ENUM_INTEGER
#undef IHP__POLICY_ENUM_TEXT
#undef IHP__POLICY_VALUE

/* The fields: an enum above as int, 0 or 1, a number, or a text with zeros behind it. */
#define IHP__POLICY_FIELD_CHOICE(name)  int name;
#define IHP__POLICY_FIELD_BOOLEAN(name) int name;
#define IHP__POLICY_FIELD_INTEGER(name) int name;
#define IHP__POLICY_FIELD_TEXT(name)    char name[IHP__POLICY_TEXT];

#define IHP__POLICY_CLAIMS(name, type, values, fallback, section, meaning, acts_on)                \
    IHP__BY_##acts_on(IHP__POLICY_FIELD_##type(name), , )
#define IHP__POLICY_DECISION(name, type, values, fallback, section, meaning, acts_on)              \
    IHP__BY_##acts_on(, IHP__POLICY_FIELD_##type(name), )
#define IHP__POLICY_OTHER(name, type, values, fallback, section, meaning, acts_on)                 \
    IHP__BY_##acts_on(, , IHP__POLICY_FIELD_##type(name))
#define IHP__POLICY_NO_VALUE(enumerator, text)

struct ihp__claims_policies {
    IHP__POLICY_LIST(IHP__POLICY_CLAIMS, IHP__POLICY_NO_VALUE)
};

struct ihp__decision_policies {
    IHP__POLICY_LIST(IHP__POLICY_DECISION, IHP__POLICY_NO_VALUE)
};

struct ihp__policies {
    struct ihp__claims_policies claims;
    struct ihp__decision_policies decision;
    IHP__POLICY_LIST(IHP__POLICY_OTHER, IHP__POLICY_NO_VALUE)
};
#undef IHP__POLICY_CLAIMS
#undef IHP__POLICY_DECISION
#undef IHP__POLICY_OTHER
#undef IHP__POLICY_FIELD_CHOICE
#undef IHP__POLICY_FIELD_BOOLEAN
#undef IHP__POLICY_FIELD_INTEGER
#undef IHP__POLICY_FIELD_TEXT

/* The number of policies. */
#define IHP__POLICY_COUNT(name, type, values, fallback, section, meaning, acts_on) +1
enum { IHP__POLICIES = IHP__POLICY_LIST(IHP__POLICY_COUNT, IHP__POLICY_NO_VALUE) };
#undef IHP__POLICY_COUNT

#endif
