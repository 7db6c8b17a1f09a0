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

#include "member/attribution.h"
#include "store/store.h"

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

/* The months that a member's spans cover, by kind, as bits. Bit 0 is the first month asked for. */
struct ihp__span_months {
    uint32_t qualifying;                            /* by a major program that qualifies [13.1] */
    uint32_t excluded, msc_plus, blind_or_disabled; /* [13.2, 13.1.3] */
    uint32_t medical_assistance;                    /* by MA or MA_BD [5.2.1] */
};

/* Finds the months that spans, in any order, cover of the `months` (at most IHP__HORIZON_MOST)
 * months from `first` on. */
#define IHP__HORIZON_MOST 31
void ihp__months_of_spans(const struct ihp__span *span, size_t spans, int32_t first, int months,
                          struct ihp__span_months *seen);

/* Finds a member's months in the twelve months of a period, which begin with bit `place` of
 * `spans`. Does not set their payers. */
void ihp__months_of_window(const struct ihp__span_months *spans, int place,
                           struct ihp__month_range range,
                           const struct ihp__claims_policies *policies, struct ihp__months *months);

/* Finds the payer of each of the twelve months from `first_month` on that a span covers. */
void ihp__months_payers(const struct ihp__span *span, size_t spans, int32_t first_month,
                        uint16_t payer[12]);

/* Does all of this for one period: finds a member's months in its twelve months and their payers,
 * from the member's spans in any order. */
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
    const uint8_t *inclusion;                   /* enum ihp__inclusion by service,
                                                   IHP__SERVICE_BYTES */
    const uint8_t *code_sets;                   /* IHP__CODE_* by procedure number */
    const struct ihp__dated_codes *dated_codes; /* of those with IHP__CODE_DATED */
    const struct ihp__affected *affected;       /* counties and months affected in the period [5.9];
                                                  NULL in a base period */
    size_t affected_counties;
    /* Marks of lines of substance-use treatment programs [4.6.1.2]: 1 by service and by procedure
     * number. NULL unless a data package is made; lines are then judged one by one, without the
     * index. */
    const uint8_t *part2_service, *part2_procedure;
    uint8_t month_of_day[IHP__MONTH_DAYS + 3]; /* 0..11 by day of the period, 12 beyond it; and
                                                  three that vector instructions read */
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

/* ---- a member's facts ------------------------------------------------------------------------ */

/* What a member contributes to the sums of a period. */
struct ihp__member_fact {
    int64_t cost;        /* of its counted lines, uncapped; may be negative */
    uint32_t lines;      /* counted lines */
    uint16_t qualifying; /* months */
    uint16_t acg;        /* number in dictionary/acg */
    uint16_t payer[12];  /* of the qualifying months, if it is attributed; else 0 */
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

/* Lines that were not counted in a period; their dispositions are found for many members at once.
 * `line` has room for IHP__ASIDE_ROOM places more than there are lines. */
#define IHP__ASIDE_ROOM 8
struct ihp__aside {
    uint32_t *line; /* places in the columns */
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

/* Begins a member with its spans, which stay borrowed until it is finished, and its lifetime. */
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
 * `aside`, for `ihp__line_sums_add`. Returns false if memory is short. */
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

/* Adds the lines first .. end - 1 of `claims`, which are those of members that were all taken
 * through the index, to the sums over lines, and empties `aside`. */
void ihp__line_sums_add(struct ihp__line_sums *sums,
                        const struct ihp__period_rules rules[IHP__PERIODS],
                        const struct ihp__claims *claims, size_t first, size_t end,
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

/* Return the months (without payers) and counts of the current member, for explanations. `window`
 * is 1 or 2. Borrowed until the next member begins. */
const struct ihp__months *ihp__member_months(const struct ihp__member_state *state,
                                             enum ihp__period period);
const struct ihp__counts *ihp__member_counts(const struct ihp__member_state *state,
                                             enum ihp__period period, int window);

/* Returns the inputs of the decision on the member just finished, without its override. Borrowed
 * until the next member begins. */
struct ihp__attribution_input ihp__member_input(const struct ihp__member_state *state,
                                                enum ihp__period period);

#endif
