/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attribution.h - counting a member's lines by entity, and choosing its IHP [13.3]. Pure: no I/O,
 * no MPI, nothing collective.
 *
 * `ihp__counts_add` counts a judged line at an entity, `ihp__attribution_steps` applies Steps 1 to
 * 4 to the counts of a window, and `ihp__attribution_decide` decides by gate, steps, look-back and
 * override. member.h has the rules that come before and after. */
#ifndef IHP_ATTRIBUTION_H
#define IHP_ATTRIBUTION_H

#include "deck/deck.h"
#include "program/program.h"

/* Why a member is attributed to an IHP, or to none. Every member has exactly one reason in a
 * period. Reasons for attribution come first. */
#define IHP__REASON_LIST(X)                                                                        \
    X(IHP__REASON_HEALTH_HOME, "HEALTH_HOME", "13.3.4")                                            \
    X(IHP__REASON_PRIMARY_CARE, "PRIMARY_CARE", "13.3.5.4")                                        \
    X(IHP__REASON_SPECIALTY, "SPECIALTY", "13.3.6.4")                                              \
    X(IHP__REASON_TIE_BREAK, "TIE_BREAK", "13.3.7")                                                \
    X(IHP__REASON_ENROLLMENT, "ENROLLMENT", "13.3.2")                                              \
    X(IHP__REASON_NO_VISIT, "NO_VISIT", "13.3.2")                                                  \
    X(IHP__REASON_NO_EM, "NO_EM", "13.3.8")                                                        \
    X(IHP__REASON_NO_IHP_EM, "NO_IHP_EM", "13.3.6.1")                                              \
    X(IHP__REASON_HEALTH_HOME_ELSEWHERE, "HEALTH_HOME_ELSEWHERE", "13.3.4.3")                      \
    X(IHP__REASON_PRIMARY_CARE_ELSEWHERE, "PRIMARY_CARE_ELSEWHERE", "13.3.5.6")                    \
    X(IHP__REASON_SPECIALTY_ELSEWHERE, "SPECIALTY_ELSEWHERE", "13.3.6.7")                          \
    X(IHP__REASON_SPECIALTY_TIE, "SPECIALTY_TIE", "13.3.6.5")                                      \
    X(IHP__REASON_UNRESOLVED_TIE, "UNRESOLVED_TIE", "13.3.7")                                      \
    X(IHP__REASON_OVERRIDE, "OVERRIDE", "4.6.4.2")

#define IHP__REASON_ENUM(name, text, section) name,
enum ihp__reason { IHP__REASON_LIST(IHP__REASON_ENUM) IHP__REASONS };
#undef IHP__REASON_ENUM

/* Return the name of a reason and its section of the contract, static texts. */
const char *ihp__reason_text(enum ihp__reason reason);
const char *ihp__reason_section(enum ihp__reason reason);

#define IHP__NO_ENTITY UINT32_MAX

/* ---- counts by entity ------------------------------------------------------------------------ */

/* A member's counts at one entity in one window, and the latest dates of service. */
struct ihp__entity_counts {
    uint32_t entity;
    uint32_t health_home, primary, specialty;
    ihp__day16 health_home_last, primary_last, specialty_last;
};

/* A member's counts in one window. Zero-initialise once, call `ihp__counts_reset` before each
 * member, free with `ihp__counts_free`. */
struct ihp__counts {
    struct ihp__entity_counts *entity; /* owned, in order of the first day counted */
    size_t count, capacity;
    bool any_health_home, any_em; /* also by lines without an entity */
    uint32_t repeated_homes;      /* health-home visits at a non-IHP provider that would be one with
                                     another's if all of them were one entity [13.3.4] */
    /* private: an index by entity, and the visits of the current day */
    struct ihp__counts_slot *slot;
    size_t slots;
    uint32_t generation;
    struct ihp__visit *visit;
    size_t visits, visit_capacity;
    ihp__day16 visit_day;
};

void ihp__counts_reset(struct ihp__counts *counts);
void ihp__counts_free(struct ihp__counts *counts);

struct ihp__line;

/* Counts a judged line whose `sets` is not 0. Lines must come in order of their days. With `visits`
 * the unit counted is the distinct day, treating NPI and entity. Returns false if memory is short.
 */
bool ihp__counts_add(struct ihp__counts *counts, const struct ihp__line *line, ihp__day16 day,
                     uint32_t treating, bool visits);

/* Finishes counting a member, with the visits of the last day. Returns false if memory is short. */
bool ihp__counts_finish(struct ihp__counts *counts);

/* ---- attribution [13.3] ---------------------------------------------------------------------- */

/* How the two numbers of a rule's trace are to be read. */
enum ihp__rule_numbers {
    IHP__NUMBERS_NONE,   /* the rule has none */
    IHP__NUMBERS_COUNT,  /* a count */
    IHP__NUMBERS_LEAST,  /* a count, and the least that is required */
    IHP__NUMBERS_MORE,   /* a count, and the one that it is compared with */
    IHP__NUMBERS_MOST,   /* the greatest count, and how many entities have it */
    IHP__NUMBERS_LATER,  /* a day, and the one that it is compared with */
    IHP__NUMBERS_LATEST, /* the latest day, and how many entities have it */
};

/* The rules of attribution, for explanations: section, how to read the numbers, what must hold. */
#define IHP__RULE_LIST(X)                                                                          \
    X(IHP__RULE_OVERRIDE, "4.6.4.2", NONE, "the State decided on review")                          \
    X(IHP__RULE_MONTHS_IN_A_ROW, "13.3.2", LEAST, "enough qualifying months in a row")             \
    X(IHP__RULE_MONTHS_TOTAL, "13.3.2", LEAST, "enough qualifying months in total")                \
    X(IHP__RULE_VISIT, "13.3.2", NONE, "a paid line known by the cut-off at an IHP in the period") \
    X(IHP__RULE_VISIT_BEFORE, "13.3.2", NONE,                                                      \
      "a paid line known by the cut-off at an IHP in the look-back window")                        \
    X(IHP__RULE_HEALTH_HOME_PRESENT, "13.3.4.1", COUNT, "Step 1: health-home lines are present")   \
    X(IHP__RULE_HEALTH_HOME_POOLED, "13.3.4.3", MORE,                                              \
      "all non-IHP providers together have more health-home lines than any IHP")                   \
    X(IHP__RULE_HEALTH_HOME_MOST, "13.3.4.3", MOST, "one entity has the most health-home lines")   \
    X(IHP__RULE_HEALTH_HOME_LATEST, "13.3.4.4", LATEST,                                            \
      "one of the tied entities has the latest health-home line")                                  \
    X(IHP__RULE_PRIMARY_AT_IHP, "13.3.5.7", COUNT, "Step 2: PCP E&M lines at an IHP are present")  \
    X(IHP__RULE_PRIMARY_BLOCKED, "13.3.5.6", COUNT,                                                \
      "only non-IHP providers have PCP E&M lines, which blocks")                                   \
    X(IHP__RULE_PRIMARY_BLOCKED_ALL, "13.3.5.6", COUNT,                                            \
      "a non-IHP provider has E&M lines and no IHP has PCP E&M lines, which blocks")               \
    X(IHP__RULE_PRIMARY_ELSEWHERE_ALL, "13.3.5.6", MORE,                                           \
      "a non-IHP provider has more E&M lines than any IHP has PCP E&M lines")                      \
    X(IHP__RULE_PRIMARY_ELSEWHERE, "13.3.5.6", MORE,                                               \
      "a non-IHP provider has more PCP E&M lines than any IHP")                                    \
    X(IHP__RULE_PRIMARY_MOST, "13.3.5.4", MORE, "a single IHP has the most PCP E&M lines")         \
    X(IHP__RULE_SPECIALTY_AT_IHP, "13.3.6.1", COUNT,                                               \
      "Step 3: specialty E&M lines at an IHP are present")                                         \
    X(IHP__RULE_SPECIALTY_ELSEWHERE, "13.3.6.7", MORE,                                             \
      "a non-IHP provider has more E&M lines than any IHP has specialty lines")                    \
    X(IHP__RULE_SPECIALTY_MOST, "13.3.6.4", MOST, "a single IHP has the most specialty E&M lines") \
    X(IHP__RULE_SPECIALTY_EQUAL, "13.3.6.7", MORE,                                                 \
      "the IHP has more specialty E&M lines than any non-IHP provider has E&M lines")              \
    X(IHP__RULE_SPECIALTY_LATEST, "13.3.6.7", LATER,                                               \
      "the IHP's latest E&M line is later than that of the non-IHP provider with as many")         \
    X(IHP__RULE_TIE_EM_LATEST, "13.3.7.7", LATEST,                                                 \
      "Step 4: one of the tied IHPs, none of which has specialty lines, has the latest E&M line")  \
    X(IHP__RULE_TIE_SPECIALTY, "13.3.7.8", MOST,                                                   \
      "Step 4: one of the tied IHPs has the most specialty E&M lines")                             \
    X(IHP__RULE_TIE_PRIMARY_LATEST, "13.3.7.9", LATEST,                                            \
      "Step 4: one of the IHPs still tied has the latest PCP E&M line")                            \
    X(IHP__RULE_TIE_ANY_LATEST, "13.3.7.10", LATEST,                                               \
      "Step 4: one of the IHPs tied with a non-IHP provider has the latest E&M line")              \
    X(IHP__RULE_TIE_NON_IHP, "13.3.7.10", LATER,                                                   \
      "Step 4: the IHP's latest E&M line is later than the tied non-IHP provider's")               \
    X(IHP__RULE_LOOKBACK, "13.3.8", COUNT,                                                         \
      "no E&M or health-home line: the look-back window decides; months")                          \
    X(IHP__RULE_LOOKBACK_TOO, "13.3.8", COUNT,                                                     \
      "no E&M line at an IHP: the look-back window decides; months")                               \
    X(IHP__RULE_VISIT_AT_WINNER, "13.3.2", NONE,                                                   \
      "a paid line known by the cut-off at the winning IHP in the period")

#define IHP__RULE_ENUM(name, section, numbers, text) name,
enum ihp__rule { IHP__RULE_LIST(IHP__RULE_ENUM) IHP__RULES };
#undef IHP__RULE_ENUM

/* Return the section of a rule, what must hold (static texts), and how its numbers are to be read.
 */
const char *ihp__rule_section(enum ihp__rule rule);
const char *ihp__rule_text(enum ihp__rule rule);
enum ihp__rule_numbers ihp__rule_numbers(enum ihp__rule rule);

/* A rule applied: whether it held, the entity concerned (or IHP__NO_ENTITY) and the two numbers
 * compared (counts or days). */
struct ihp__trace_entry {
    enum ihp__rule rule;
    bool held;
    uint32_t entity;
    int64_t value, against;
};

#define IHP__TRACE_MAX 64
struct ihp__trace {
    struct ihp__trace_entry entry[IHP__TRACE_MAX];
    size_t count;
};

/* Returns the section of the rule that decided: that of the reason, unless the trace of the
 * decision shows that another rule led to it. Static. */
const char *ihp__decision_section(enum ihp__reason reason, const struct ihp__trace *trace);

/* The policies on which a decision may depend, as bits: IHP__ASKS(visit_gate). A decision is the
 * same under policies that differ only in those that the decision did not read. */
#define IHP__ASKS(name) (1u << (offsetof(struct ihp__decision_policies, name) / sizeof(int)))
static_assert(sizeof(struct ihp__decision_policies) / sizeof(int) <= 32, "a bit for each");

/* The policies that determine whether a member has enough qualifying months: all that
 * ihp__months_enough reads. */
#define IHP__ASKS_ENROLLMENT (IHP__ASKS(min_continuous_months) | IHP__ASKS(min_total_months))

/* Where a member is attributed. */
struct ihp__decision {
    int partnership; /* -1: none */
    enum ihp__reason reason;
    int window;     /* 1, or 2 if the look-back decided */
    unsigned asked; /* bits of the policies that it read, IHP__ASKS(...) */
};

/* Returns the policies in which two sets differ, as bits. */
unsigned ihp__policies_differ(const struct ihp__decision_policies *a,
                              const struct ihp__decision_policies *b);

/* Applies Steps 1 to 4 to the counts of one window [13.3.4-13.3.7]. `trace` may be NULL. */
struct ihp__decision ihp__attribution_steps(const struct ihp__counts *counts, uint32_t partnerships,
                                            const struct ihp__decision_policies *policies,
                                            struct ihp__trace *trace);

/* The inputs of the decision on a member. */
struct ihp__attribution_input {
    uint16_t qualifying;              /* months of the period */
    const struct ihp__counts *window; /* of the period */
    const struct ihp__counts *lookback;
    int lookback_months;     /* 0: no look-back [13.3.8] */
    const uint64_t *visited; /* bit per IHP: a line in the period opens the gate and is its */
    bool visited_before;     /* a line in the look-back opens the gate and is an IHP's; required
                                only if some decision asks for it */
    uint32_t partnerships;
    bool has_override;
    int override_partnership; /* -1: to none */
};

/* Decides on a member: gate, steps, look-back and override [13.3.2-13.3.8, 4.6.4.2]. `trace` may be
 * NULL. */
struct ihp__decision ihp__attribution_decide(const struct ihp__attribution_input *input,
                                             const struct ihp__decision_policies *policies,
                                             struct ihp__trace *trace);

#endif
