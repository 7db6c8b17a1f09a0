/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck.h - the run deck (YAML): what to compute, under which readings of the contract.
 *
 * `ihp_deck_load` reads and checks a deck; every key, its type, bounds, default and meaning
 * stand in one table, which `ihp_deck_each_key` walks for help, for the manifest and for
 * documentation. Nothing here is collective; no file but the deck is read.
 */
#ifndef IHP_DECK_H
#define IHP_DECK_H

#include "base/base.h"
#include "base/codes.h"

enum ihp_settlement_kind { IHP_INTERIM, IHP_FINAL };
enum ihp_exclusion_scope { IHP_SCOPE_MONTH, IHP_SCOPE_PERIOD };
enum ihp_base_roster { IHP_BASE_ROSTER_PERFORMANCE, IHP_BASE_ROSTER_OWN };
enum ihp_non_ihp_unit { IHP_UNIT_BILLING, IHP_UNIT_TREATING };
enum ihp_count_unit { IHP_COUNT_LINE, IHP_COUNT_VISIT };
enum ihp_visit_gate { IHP_GATE_ANY_ROSTER, IHP_GATE_ATTRIBUTED_IHP };
enum ihp_primary_care_elsewhere { IHP_ELSEWHERE_STEP3, IHP_ELSEWHERE_BLOCKS };
enum ihp_specialty_elsewhere { IHP_SPECIALTY_ALL_EM, IHP_SPECIALTY_SPECIALTY };
enum ihp_unresolved_tie { IHP_TIE_UNATTRIBUTED, IHP_TIE_LOWEST_IHP };
enum ihp_cost_months { IHP_COST_QUALIFYING, IHP_COST_ALL };
enum ihp_risk_weights { IHP_WEIGHTS_OWN, IHP_WEIGHTS_BASE };
enum ihp_pbp_offset_outside { IHP_OUTSIDE_NONE, IHP_OUTSIDE_OUTERMOST };
enum ihp_quality_on_losses { IHP_LOSSES_AS_WRITTEN, IHP_LOSSES_NONE };
enum ihp_benchmark_difference { IHP_DIFFERENCE_RELATIVE, IHP_DIFFERENCE_POINTS };
enum ihp_bootstrap_weights { IHP_BOOTSTRAP_FIXED, IHP_BOOTSTRAP_REFIT };

/* Bytes of a text among the policies, with its end: whole ints, so that the struct has no gaps. */
#define IHP_POLICY_TEXT 44
_Static_assert(IHP_POLICY_TEXT > IHP_GROUP_MAX && IHP_POLICY_TEXT % sizeof(int) == 0,
               "a group fits, and no gap follows");

/* Readings of the contract where it leaves room (docs/methodology.md). The enums above, as int. No
 * gaps: readings are compared by their bytes. */
struct ihp_policies {
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
    char reference_group[IHP_POLICY_TEXT]; /* 1 to IHP_GROUP_MAX bytes [18.4.9.2] */
    int bootstrap_weights;                 /* touches the bootstrap alone */
};

/* A settlement period: a calendar year of dates of service and its run-out cut-off [16.1, 2.7]. */
struct ihp_period_spec {
    int year;
    int paid_through; /* days since 1970-01-01 */
};

#define IHP_PATH_MAX 4096

/* What a scenario puts in place of what the program folder says. All zero: nothing. */
struct ihp_changes {
    bool cap_given, share_given, quarter_given;
    int64_t claims_cap;     /* of all IHPs, cents; 0: none [16.9] */
    double corridor_share;  /* of all corridors [16.8] */
    double trend;           /* added to every year's rate [16.4.2] */
    int32_t roster_quarter; /* in place of the performance year's final quarter: year * 4 + 0..3 */
};

/* All that a scenario can vary of a deck. */
struct ihp_terms {
    int base_paid_through, performance_paid_through; /* days since 1970-01-01 */
    double threshold;
    struct ihp_policies policies;
    struct ihp_changes changes;
};

/* How early in the computation a scenario departs from the deck: in the money that follows from
 * the sums, in the decisions that follow from a member's counts, or in what the claims are to a
 * member. */
enum ihp_level { IHP_LEVEL_MONEY, IHP_LEVEL_DECISION, IHP_LEVEL_CLAIMS };

enum ihp_sweep_design {
    IHP_SWEEP_ONE_AT_A_TIME,
    IHP_SWEEP_GRID,
    IHP_SWEEP_NAMED,
    IHP_SWEEP_READINGS
};

struct ihp_scenario {
    char *name;        /* of a named scenario, else "" */
    char *key, *value; /* as in scenarios.csv: several joined by ';', values as the deck has them */
    char *section;     /* of the contract, of the keys it varies; joined by ';' */
    size_t line;       /* of the deck */
    enum ihp_level level;
    struct ihp_terms terms;
};

/* The scenarios of a sweep, numbered from 1 in this order. */
struct ihp_sweep {
    enum ihp_sweep_design design;
    struct ihp_scenario *scenario;
    size_t scenarios;
};

#define IHP_LEVELS_MAX 8

/* Bootstrap confidence; replicates 0 when the deck does not ask for it. */
struct ihp_bootstrap_spec {
    int replicates;
    int64_t seed;
    double level[IHP_LEVELS_MAX]; /* ascending, each in (0, 1) */
    size_t levels;
};

struct ihp_deck {
    char path[IHP_PATH_MAX];
    char store[IHP_PATH_MAX], program[IHP_PATH_MAX]; /* relative to the deck */
    char output[IHP_PATH_MAX];                       /* this, too */
    char interim[IHP_PATH_MAX]; /* result folder of the interim of the same year, or empty [2.12] */
    int settlement;             /* enum ihp_settlement_kind */
    struct ihp_period_spec base, performance;
    double threshold;
    int strict_categories, allow_nonstandard_runout; /* 0 or 1 */
    struct ihp_policies policies;
    struct ihp_changes changes; /* nothing in a deck as it is read */
    struct ihp_bootstrap_spec bootstrap;
    int bootstrap_scenarios;   /* 0 or 1: intervals for each scenario too */
    double checkpoint_minutes; /* between two checkpoints; 0: only when a run is asked to stop */
    struct ihp_sweep *sweep;   /* owned; NULL when the deck has none */
};

/* Reads a deck. IHP_ERR_USAGE names file, line, key, what was seen and what is allowed: unknown
 * keys, keys given twice, wrong types, values out of range, and run-out that the settlement's
 * kind does not allow [16.6]. `*deck` is untouched on failure. */
enum ihp_status ihp_deck_load(const char *path, struct ihp_deck *deck, struct ihp_error *err);

/* Frees what a deck owns. Harmless twice. */
void ihp_deck_free(struct ihp_deck *deck);

/* What a scenario could vary, as the deck has it; and a deck with the terms of a scenario.
 * `deck` keeps its sweep. */
struct ihp_terms ihp_deck_terms(const struct ihp_deck *deck);
void ihp_deck_apply(struct ihp_deck *deck, const struct ihp_terms *terms);

/* One key of the deck as its table has it, with the value a deck gives it. */
struct ihp_deck_key {
    const char *path;     /* "policies.count_unit" */
    const char *allowed;  /* what a value may be */
    const char *fallback; /* default, NULL when the key must be given */
    const char *section;  /* of the contract, or "" */
    const char *help;
    bool of_run;              /* a path, or how the run works: equal runs may differ in it */
    char value[IHP_PATH_MAX]; /* as it would stand in a deck; empty when `deck` is NULL */
};

/* Calls `fn` for each key in the order of the table, but for a path that the deck does not give.
 * `deck` may be NULL. */
void ihp_deck_each_key(const struct ihp_deck *deck,
                       void (*fn)(void *context, const struct ihp_deck_key *key), void *context);

#endif
