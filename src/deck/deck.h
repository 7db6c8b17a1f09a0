/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck.h - the run deck (YAML): what to compute, under which readings of the contract.
 *
 * `ihp__deck_load` reads and checks a deck; every key, its type, bounds, default and meaning
 * stand in one table, which `ihp__deck_each_key` walks for help, for the manifest and for
 * documentation. Nothing here is collective; no file but the deck is read.
 */
#ifndef IHP_DECK_H
#define IHP_DECK_H

#include "base/base.h"
#include "base/codes.h"

enum ihp__settlement_kind { IHP__INTERIM, IHP__FINAL };
enum ihp__exclusion_scope { IHP__SCOPE_MONTH, IHP__SCOPE_PERIOD };
enum ihp__base_roster { IHP__BASE_ROSTER_PERFORMANCE, IHP__BASE_ROSTER_OWN };
enum ihp__non_ihp_unit { IHP__UNIT_BILLING, IHP__UNIT_TREATING };
enum ihp__count_unit { IHP__COUNT_LINE, IHP__COUNT_VISIT };
enum ihp__visit_gate { IHP__GATE_ANY_ROSTER, IHP__GATE_ATTRIBUTED_IHP };
enum ihp__primary_care_elsewhere { IHP__ELSEWHERE_STEP3, IHP__ELSEWHERE_BLOCKS };
enum ihp__specialty_elsewhere { IHP__SPECIALTY_ALL_EM, IHP__SPECIALTY_SPECIALTY };
enum ihp__unresolved_tie { IHP__TIE_UNATTRIBUTED, IHP__TIE_LOWEST_IHP };
enum ihp__cost_months { IHP__COST_QUALIFYING, IHP__COST_ALL };
enum ihp__risk_weights { IHP__WEIGHTS_OWN, IHP__WEIGHTS_BASE };
enum ihp__pbp_offset_outside { IHP__OUTSIDE_NONE, IHP__OUTSIDE_OUTERMOST };
enum ihp__quality_on_losses { IHP__LOSSES_AS_WRITTEN, IHP__LOSSES_NONE };
enum ihp__benchmark_difference { IHP__DIFFERENCE_RELATIVE, IHP__DIFFERENCE_POINTS };
enum ihp__bootstrap_weights { IHP__BOOTSTRAP_FIXED, IHP__BOOTSTRAP_REFIT };

/* Bytes of a text among the policies, with its end: whole ints, so that the struct has no gaps. */
#define IHP__POLICY_TEXT 44
_Static_assert(IHP__POLICY_TEXT > IHP__GROUP_MAX && IHP__POLICY_TEXT % sizeof(int) == 0,
               "a group fits, and no gap follows");

/* Readings of the contract where it leaves room (docs/methodology.md). The enums above, as int. No
 * gaps: readings are compared by their bytes. */
struct ihp__policies {
    int msc_plus_excluded; /* 0 or 1 */
    int exclusion_scope;
    int min_continuous_months, min_total_months; /* 0..12 */
    int base_roster;
    int non_ihp_unit;
    int count_unit;
    int visit_gate;
    int primary_care_elsewhere;
    int specialty_elsewhere;
    int unresolved_tie;
    int lookback_months; /* 0..120 */
    int cost_months;
    int risk_weights;
    int pbp_offset_outside;
    int quality_on_losses;
    int benchmark_difference;
    char reference_group[IHP__POLICY_TEXT]; /* 1 to IHP__GROUP_MAX bytes [18.4.9.2] */
    int bootstrap_weights;                  /* touches the bootstrap alone */
};

/* A settlement period: a calendar year of dates of service and its run-out cut-off [16.1, 2.7]. */
struct ihp__period_spec {
    int year;
    int paid_through; /* days since 1970-01-01 */
};

/* What a scenario puts in place of what the program folder says. All zero: nothing. */
struct ihp__changes {
    bool cap_given, share_given, quarter_given;
    int64_t claims_cap;     /* of all IHPs, cents; 0: none [16.9] */
    double corridor_share;  /* of all corridors [16.8] */
    double trend;           /* added to every year's rate [16.4.2] */
    int32_t roster_quarter; /* in place of the performance year's final quarter: year * 4 + 0..3 */
};

/* All that a scenario can vary of a deck. */
struct ihp__terms {
    int base_paid_through, performance_paid_through; /* days since 1970-01-01 */
    double threshold;
    struct ihp__policies policies;
    struct ihp__changes changes;
};

/* How early in the computation a scenario departs from the deck: in the money that follows from
 * the sums, in the decisions that follow from a member's counts, or in what the claims are to a
 * member. */
enum ihp__level { IHP__LEVEL_MONEY, IHP__LEVEL_DECISION, IHP__LEVEL_CLAIMS };

enum ihp__sweep_design {
    IHP__SWEEP_ONE_AT_A_TIME,
    IHP__SWEEP_GRID,
    IHP__SWEEP_NAMED,
    IHP__SWEEP_READINGS
};

struct ihp__scenario {
    char *name;        /* of a named scenario, else "" */
    char *key, *value; /* as in scenarios.csv: several joined by ';', values as the deck has them */
    char *section;     /* of the contract, of the keys it varies; joined by ';' */
    size_t line;       /* of the deck */
    enum ihp__level level;
    struct ihp__terms terms;
};

/* The scenarios of a sweep, numbered from 1 in this order. */
struct ihp__sweep {
    enum ihp__sweep_design design;
    struct ihp__scenario *scenario;
    size_t scenarios;
};

#define IHP__LEVELS_MAX 8

/* Bootstrap confidence; replicates 0 when the deck does not ask for it. */
struct ihp__bootstrap_spec {
    int replicates;
    int64_t seed;
    double level[IHP__LEVELS_MAX]; /* ascending, each in (0, 1) */
    size_t levels;
};

struct ihp__deck {
    char path[IHP__PATH_MAX];
    char store[IHP__PATH_MAX], program[IHP__PATH_MAX]; /* relative to the deck */
    char output[IHP__PATH_MAX];                        /* this, too */
    char
        interim[IHP__PATH_MAX]; /* result folder of the interim of the same year, or empty [2.12] */
    int settlement;             /* enum ihp__settlement_kind */
    struct ihp__period_spec base, performance;
    double threshold;
    int strict_categories, allow_nonstandard_runout; /* 0 or 1 */
    struct ihp__policies policies;
    struct ihp__changes changes; /* nothing in a deck as it is read */
    struct ihp__bootstrap_spec bootstrap;
    int bootstrap_scenarios;   /* 0 or 1: intervals for each scenario too */
    double checkpoint_minutes; /* between two checkpoints; 0: only when a run is asked to stop */
    struct ihp__sweep *sweep;  /* owned; NULL when the deck has none */
};

/* Reads a deck. IHP_ERR_USAGE names file, line, key, what was seen and what is allowed: unknown
 * keys, keys given twice, wrong types, values out of range, and run-out that the settlement's
 * kind does not allow [16.6]. `*deck` is untouched on failure. */
enum ihp_status ihp__deck_load(const char *path, struct ihp__deck *deck, struct ihp_error *err);

/* Frees what a deck owns. Harmless twice. */
void ihp__deck_free(struct ihp__deck *deck);

/* What a scenario could vary, as the deck has it; and a deck with the terms of a scenario.
 * `deck` keeps its sweep. */
struct ihp__terms ihp__deck_terms(const struct ihp__deck *deck);
void ihp__deck_apply(struct ihp__deck *deck, const struct ihp__terms *terms);

/* One key of the deck as its table has it, with the value a deck gives it. */
struct ihp__deck_key {
    const char *path;     /* "policies.count_unit" */
    const char *allowed;  /* what a value may be */
    const char *fallback; /* default, NULL when the key must be given */
    const char *section;  /* of the contract, or "" */
    const char *help;
    bool of_run;               /* a path, or how the run works: equal runs may differ in it */
    char value[IHP__PATH_MAX]; /* as it would stand in a deck; empty when `deck` is NULL */
};

/* Calls `fn` for each key in the order of the table, but for a path that the deck does not give.
 * `deck` may be NULL. */
void ihp__deck_each_key(const struct ihp__deck *deck,
                        void (*fn)(void *context, const struct ihp__deck_key *key), void *context);

#endif
