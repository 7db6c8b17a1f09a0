/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member.h - the rules for one member: eligibility, attribution, cost. Pure: no I/O, no MPI,
 * nothing collective.
 *
 * `ihp__months_of_period` finds a member's qualifying months from its spans, `ihp__line_judge`
 * judges a claim line for a period, `ihp__counts_add` counts it at an entity,
 * `ihp__attribution_steps` and `ihp__attribution_decide` choose the IHP. `ihp__member_begin`,
 * `ihp__member_lines` and `ihp__member_finish` apply all of these to a member's rows, in any number
 * of pieces, and return the member's facts.
 *
 * An entity is an IHP (its number) or a non-IHP provider (number of IHPs + number of its NPI). Days
 * are `ihp__day16`, money is in cents. Numbers in brackets are sections of the contract.
 */
#ifndef IHP_MEMBER_H
#define IHP_MEMBER_H

#include "deck/deck.h"
#include "program/program.h"
#include "store/store.h"

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

/* ---- qualifying months [13.1, 13.2, 13.3.2] -------------------------------------------------- */

/* A member's months in a period; bit 0 is January. */
struct ihp__months {
    uint16_t qualifying;
    uint16_t excluded;     /* months in which an exclusion applies */
    uint16_t not_begun;    /* months that would qualify had they begun by the cut-off [2.7] */
    uint16_t before_birth; /* months before the month of birth that spans make qualify */
    uint16_t after_death;  /* months begun by the cut-off that would qualify had the member lived */
    uint16_t payer[12];    /* of each qualifying month, number in dictionary/payer */
};

/* The month in which a member was born and the one in which it died (IHP__NO_DEATH: it lives), as
 * months since 1970-01. */
struct ihp__lifetime {
    int32_t born, died;
};

/* Returns the lifetime of a member. `death_day` is IHP__NO_DEATH if it lives. */
struct ihp__lifetime ihp__lifetime_of(int32_t birth_day, int32_t death_day);

/* Returns the lifetime of member m of a range whose small tables have been read. */
static inline struct ihp__lifetime ihp__members_lifetime(const struct ihp__members *members,
                                                         size_t m)
{
    return ihp__lifetime_of(members->birth_day[m],
                            members->death_day == NULL ? IHP__NO_DEATH : members->death_day[m]);
}

/* Twelve months of a period, and what says which of them can qualify at all, whatever spans say:
 * none that begins after the period's cut-off, none after the month of death, and by the policy
 * `before_birth` none before the month of birth [13.3.2]. Months since 1970-01. */
struct ihp__month_range {
    int32_t first, last_begun;
    struct ihp__lifetime life;
};

/* Finds a member's months in the twelve months of a period, from the member's spans in any order.
 */
void ihp__months_of_period(const struct ihp__span *span, size_t spans,
                           struct ihp__month_range range,
                           const struct ihp__claims_policies *policies, struct ihp__months *months);

/* A member's months over a longer time, the horizon, which contains windows of 12 months. Bit 0 is
 * the first month of the horizon. */
struct ihp__horizon_months {
    uint32_t covered;            /* by a major program that qualifies [13.1] */
    uint32_t excluded;           /* in which an exclusion applies [13.2] */
    uint32_t not_begun;          /* that would qualify had they begun by the cut-off [2.7] */
    uint32_t before_birth;       /* before the month of birth that spans make qualify */
    uint32_t after_death;        /* begun, that would qualify had the member lived */
    uint32_t medical_assistance; /* covered by MA or MA_BD [5.2.1] */
};

/* Finds a member's months in the `months` (at most 31) months from `range.first` on, from the
 * member's spans in any order. Spans say nothing about months after `range.last_begun` or
 * outside `range.life`. */
void ihp__months_of_horizon(const struct ihp__span *span, size_t spans,
                            struct ihp__month_range range, int months,
                            const struct ihp__claims_policies *policies,
                            struct ihp__horizon_months *out);

/* Returns the qualifying months of the 12 months that start with month `first` of a horizon; bit 0
 * is that month. */
uint16_t ihp__horizon_window(const struct ihp__horizon_months *horizon, int first,
                             const struct ihp__claims_policies *policies);

/* Return the number of months in a set, and the largest number of consecutive months. */
int ihp__months_count(uint16_t months);
int ihp__months_in_a_row(uint16_t months);

/* Finds the county (FIPS number, 0 unknown) in which a member lives, for each of the twelve months
 * that start with month `first_month`. The county of a month of `qualifying` is that of the span
 * that determines the month's payer; the lowest number if several such spans are equal. If the span
 * has no county, or the month does not qualify, the county is `own` [5.9]. */
void ihp__months_county(const struct ihp__span *span, size_t spans, int32_t first_month,
                        uint16_t qualifying, uint32_t own, uint32_t county[12]);

/* Returns the months in which a member lives in an affected county. `affected` is in ascending
 * order of counties. */
uint16_t ihp__months_affected(const uint32_t county[12], const struct ihp__affected *affected,
                              size_t count);

/* Returns true if a member has enough qualifying months [13.3.2]. */
bool ihp__months_enough(uint16_t qualifying, const struct ihp__decision_policies *policies);

/* ---- judging claim lines --------------------------------------------------------------------- */

/* Entries of a table by day of the period. A power of two, so that the index of any day can be
 * masked into the table. */
#define IHP__MONTH_DAYS 512

enum ihp__period { IHP__BASE, IHP__PERFORMANCE, IHP__PERIODS };

/* Returns "base" or "performance". */
const char *ihp__period_text(enum ihp__period period);

/* The rules of one period and the tables that they use, all borrowed. A run has one set for each
 * period under the deck's reading of the contract, and one for each other reading of claims in a
 * sweep. */
struct ihp__period_rules {
    enum ihp__period period;
    int acg_year;                   /* whose risk categories members have [16.4.1] */
    int32_t first_month;            /* months since 1970-01 */
    int32_t last_begun;             /* the last month of any that begins by the cut-off */
    ihp__day16 first_day, last_day; /* the window: the period itself */
    ihp__day16 lookback_first;      /* the look-back window ends the day before first_day; equal to
                                       first_day if there is no look-back [13.3.8] */
    uint16_t cutoff; /* a line is known if it was paid by this day and not void yet */
    const struct ihp__roster_index *roster;
    const uint8_t *inclusion;                   /* enum ihp__inclusion by service */
    const uint8_t *code_sets;                   /* IHP__CODE_* by procedure number */
    const struct ihp__dated_codes *dated_codes; /* of those with IHP__CODE_DATED */
    const struct ihp__affected *affected;       /* counties and months affected in the period [5.9];
                                                  NULL in a base period */
    size_t affected_counties;
    /* Marks of lines of substance-use treatment programs [4.6.1.2]: 1 by service and by procedure
     * number. NULL unless a data package is made; lines are then judged one by one, without the
     * index. */
    const uint8_t *part2_service, *part2_procedure;
    uint8_t month_of_day[IHP__MONTH_DAYS]; /* 0..11 by day of the period, 12 beyond it */
    uint32_t partnerships;
    const struct ihp__claims_policies *policies; /* for months, counts and costs */
    /* Sets of policies for gate, steps and ties. The counts are decided under each set, which makes
     * one fact each. */
    const struct ihp__decision_policies *decision;
    size_t decisions;
    bool one_enrollment; /* all decisions require the same months [13.3.2] */
    bool no_overrides;   /* in an interim settlement [4.6.4.2] */
    bool every_visit;    /* some decision depends on the IHP of a visit [13.3.2] */
    bool lookback_too;  /* some decision looks back although the period has a coded line [13.3.8] */
    bool gate_lookback; /* lines of the look-back open the gate of some decision [13.3.2] */
};

/* Sets the year of risk categories, windows, cut-off and month table of `rules` from the calendar,
 * and the policies that act on claims. `ihp__period_rules_decide` sets the policies that act on
 * decisions. */
void ihp__period_rules_init(struct ihp__period_rules *rules, enum ihp__period period,
                            const struct ihp__period_spec *spec,
                            const struct ihp__claims_policies *policies);

/* Does the same for any 12 months, which start with `first_month`. The caller sets `acg_year`. */
void ihp__window_rules_init(struct ihp__period_rules *rules, enum ihp__period period,
                            int32_t first_month, int paid_through,
                            const struct ihp__claims_policies *policies);

/* Sets the `decisions` sets of policies under which the counts are decided. */
void ihp__period_rules_decide(struct ihp__period_rules *rules,
                              const struct ihp__decision_policies *decision, size_t decisions);

/* The disposition of a claim line: counted in the member's cost, or the first reason why it is not,
 * as in exclusions.csv. */
#define IHP__DISPOSITION_LIST(X)                                                                   \
    X(IHP__DISPOSITION_OUTSIDE_PERIOD, "outside_period")                                           \
    X(IHP__DISPOSITION_NOT_PAID, "not_paid")                                                       \
    X(IHP__DISPOSITION_AFTER_CUTOFF, "after_cutoff")                                               \
    X(IHP__DISPOSITION_CATEGORY_UNKNOWN, "category_unknown")                                       \
    X(IHP__DISPOSITION_CATEGORY_EXCLUDED, "category_excluded")                                     \
    X(IHP__DISPOSITION_MONTH_NOT_QUALIFYING, "month_not_qualifying")                               \
    X(IHP__DISPOSITION_COUNTED, "counted")

#define IHP__DISPOSITION_ENUM(name, text) name,
enum ihp__disposition { IHP__DISPOSITION_LIST(IHP__DISPOSITION_ENUM) IHP__DISPOSITIONS };
#undef IHP__DISPOSITION_ENUM

/* Returns the text of a disposition, static. */
const char *ihp__disposition_text(enum ihp__disposition disposition);

#define IHP__NO_ENTITY UINT32_MAX

/* A line judged for a period. */
struct ihp__line {
    enum ihp__disposition disposition; /* of its cost [16.10, 13.1] */
    int window;                        /* 1 the period, 2 the look-back, 0 neither */
    bool known;                        /* paid by the cut-off, and not void by then [2.7] */
    unsigned sets;                     /* IHP__CODE_* of its procedure; 0 unless known */
    int partnership; /* the IHP it belongs to, -1 none; always -1 if not known, or in the
                        look-back with `sets` 0 unless the look-back opens the gate */
    uint32_t entity; /* that IHP or non-IHP provider, IHP__NO_ENTITY for neither */
    enum ihp__provider_class
        provider_class; /* of the treating provider there, if `sets` is not 0 */
};

/* Returns true if a known line at an IHP, with these IHP__CODE_* and this service, opens the gate
 * [13.3.2]. */
static inline bool ihp__line_opens_gate(const struct ihp__claims_policies *policies, unsigned sets,
                                        unsigned service)
{
    return policies->gate_lines == IHP__GATE_LINES_ANY ||
           (policies->gate_lines == IHP__GATE_LINES_EM
                ? sets != 0
                : service / IHP__CATEGORIES != IHP__SERVICE_CLASS_PHARMACY);
}

/* Returns the sets (IHP__CODE_EM, IHP__CODE_HEALTH_HOME) of a procedure on a day of service. */
static inline unsigned ihp__sets_on(const struct ihp__period_rules *rules, size_t procedure,
                                    ihp__day16 day)
{
    unsigned sets = rules->code_sets[procedure];
    return (sets & IHP__CODE_DATED) == 0 ? sets
                                         : ihp__dated_codes_on(rules->dated_codes, procedure, day);
}

/* Judges line i of `claims` for a period, given the member's qualifying months. */
struct ihp__line ihp__line_judge(const struct ihp__period_rules *rules, uint16_t qualifying,
                                 const struct ihp__claims *claims, size_t i);

/* Judges row i of the index, whose day is in `window` of a period. Does not set `disposition`. */
struct ihp__line ihp__line_judge_indexed(const struct ihp__period_rules *rules, int window,
                                         const struct ihp__index_rows *rows, size_t i);

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

/* ---- a member's facts ------------------------------------------------------------------------ */

/* What a member contributes to the sums of a period. */
struct ihp__member_fact {
    int64_t cost;        /* of its counted lines, uncapped; may be negative */
    uint32_t lines;      /* counted lines */
    uint16_t qualifying; /* months */
    uint16_t acg;        /* number in dictionary/acg */
    uint16_t payer[12];  /* of the qualifying months */
    int16_t partnership; /* attributed IHP, -1 none */
    uint8_t reason;      /* enum ihp__reason */
    uint8_t window;
    bool enough : 1;        /* enough qualifying months: in the eligible population */
    bool weighs : 1;        /* in the population of which risk weights are computed [16.4.1.2] */
    unsigned not_begun : 4; /* number of months that would qualify had they begun by the cut-off */
    unsigned after_death : 4;  /* number of months that would qualify had the member lived */
    unsigned before_birth : 4; /* number of months before birth that spans make qualify */
    uint16_t affected; /* months lived in an affected county [5.9]; none in the base period */
};

/* Sums over the lines of many members that are not in the members' facts. */
struct ihp__line_sums {
    int64_t lines[IHP__PERIODS][IHP__DISPOSITIONS];
    int64_t amount[IHP__PERIODS][IHP__DISPOSITIONS];
    int64_t unknown_lines[IHP__PERIODS]
                         [IHP__SERVICES]; /* with disposition category_unknown, by service */
    int64_t store_lines, store_amount;    /* all lines seen */
};

/* Lines of a batch that were not counted in a period; their dispositions are found when the batch
 * is done. `line` has room for one place more than the batch has lines. */
struct ihp__aside {
    uint32_t *line; /* places in the batch */
    size_t count;
    int64_t counted_lines, counted_amount; /* of the lines counted */
};

/* The work space of a rank for one member at a time. */
struct ihp__member_state;

/* Makes a work space; NULL if memory is short. The caller destroys it. `rules` is borrowed for the
 * life of the state: those of the deck for both periods, then `count - IHP__PERIODS` other readings
 * of either period. Sums over lines are only of the deck's. */
struct ihp__member_state *ihp__member_state_create(const struct ihp__period_rules *rules,
                                                   size_t count);
void ihp__member_state_destroy(struct ihp__member_state **state);

/* Begins a member with its spans and its lifetime. */
void ihp__member_begin(struct ihp__member_state *state, const struct ihp__span *span, size_t spans,
                       struct ihp__lifetime life);

/* Finds the months in which the member lives in an affected county, if the rules
 * have any. `county` is the member's own county [5.9]. */
void ihp__member_reside(struct ihp__member_state *state, const struct ihp__span *span, size_t spans,
                        uint32_t county);

/* Takes the member's lines first .. end - 1 of `claims`, in store order, and adds to `sums`.
 * Returns false if memory is short. */
bool ihp__member_lines(struct ihp__member_state *state, const struct ihp__claims *claims,
                       size_t first, size_t end, struct ihp__line_sums *sums);

/* The lines of a member whose coded lines are in the index. */
struct ihp__indexed_lines {
    const struct ihp__claims *claims;
    size_t first, end; /* all lines of the member are first .. end - 1 of `claims` */
    uint32_t year_line[IHP__PERIODS][2]; /* first line of each period, and its end, from `first` */
    const struct ihp__index_rows *rows;
    size_t row, row_end; /* rows of the member are row .. row_end - 1 */
};

struct ihp__override_value;

/* Does the same as `ihp__member_lines` for such a member. Puts lines that are not counted into
 * `aside`, for `ihp__line_sums_add_batch`. Returns false if memory is short. */
bool ihp__member_indexed_lines(struct ihp__member_state *state,
                               const struct ihp__indexed_lines *lines,
                               struct ihp__aside aside[IHP__PERIODS]);

/* Returns true if reversals among the lines just taken leave open what counts: the procedures of
 * all lines are needed, which the index does not have. Then call `ihp__member_attribute`. */
bool ihp__member_unclear(const struct ihp__member_state *state);

/* Takes the member's lines first .. end - 1 of `claims`, with all columns of the line-by-line way,
 * where that was unclear: for attribution alone, since their cost has been added. Returns false if
 * memory is short. */
bool ihp__member_attribute(struct ihp__member_state *state, const struct ihp__claims *claims,
                           size_t first, size_t end);

/* Adds a batch of members, all taken through the index, to the sums over lines, and empties
 * `aside`. */
void ihp__line_sums_add_batch(struct ihp__line_sums *sums,
                              const struct ihp__period_rules rules[IHP__PERIODS],
                              const struct ihp__claims *claims,
                              struct ihp__aside aside[IHP__PERIODS]);

/* Returns the morbidity category of a year, or `none_acg`, the number of "NONE", if the member has
 * none [16.4.1.2]. */
uint16_t ihp__morbidity_of_year(const struct ihp__morbidity *morbidity, size_t rows, int year,
                                uint16_t none_acg);

/* An override of a member's attribution in a period [4.6.4.2]. */
struct ihp__override_value {
    bool given;
    int partnership; /* -1: to none */
};

/* Finishes the member: decides, and fills `fact`, one for each decision of each of the rules in
 * turn. `none_acg` is the number of "NONE". `trace` has an element for each of the rules, for its
 * first decision; it may be NULL. Returns false if memory is short. */
bool ihp__member_finish(struct ihp__member_state *state, const struct ihp__morbidity *morbidity,
                        size_t rows, uint16_t none_acg,
                        const struct ihp__override_value override_[IHP__PERIODS],
                        struct ihp__member_fact *fact, struct ihp__trace *trace);

/* Returns the cents of the counted lines of the member just finished that `part2_service` or
 * `part2_procedure` marks; 0 if the rules have no marks. */
int64_t ihp__member_part2(const struct ihp__member_state *state, enum ihp__period period);

/* Return the months and counts of the current member, for explanations. `window` is 1 or 2.
 * Borrowed until the next member begins. */
const struct ihp__months *ihp__member_months(const struct ihp__member_state *state,
                                             enum ihp__period period);
const struct ihp__counts *ihp__member_counts(const struct ihp__member_state *state,
                                             enum ihp__period period, int window);

/* Returns the inputs of the decision on the member just finished, without its override. Borrowed
 * until the next member begins. */
struct ihp__attribution_input ihp__member_input(const struct ihp__member_state *state,
                                                enum ihp__period period);

#endif
