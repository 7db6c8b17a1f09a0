/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck.h - the run deck (YAML): what to compute, under which readings of the contract.
 *
 * `ihp__deck_load` reads and checks a deck. One table has every key with its type, bounds, default
 * and meaning; `ihp__deck_each_key` walks it for the manifest, for checkpoints and for the
 * documentation's test. The rows of the policies are in policies.h. Nothing here is collective, and
 * no file but the deck is read.
 */
#ifndef IHP_DECK_H
#define IHP_DECK_H

#include "base/base.h"
#include "base/path.h"
#include "deck/policies.h"

enum ihp__settlement_kind { IHP__INTERIM, IHP__FINAL, IHP__QUARTERLY };

/* A settlement period: twelve months of dates of service and their run-out cut-off [16.1, 2.7]. */
struct ihp__period_spec {
    int year;         /* the calendar year; of a quarterly statement the year of its last month */
    int paid_through; /* days since 1970-01-01 */
    int through;      /* the last month of a quarterly statement [4.6.2], months since 1970-01; 0:
                         December, the calendar year */
};

/* Return the first and the last month of a period, months since 1970-01. */
int32_t ihp__period_first_month(const struct ihp__period_spec *spec);
int32_t ihp__period_last_month(const struct ihp__period_spec *spec);

/* Returns the year whose risk categories a period has: its own, or if it does not end with
 * December, the year before [16.4.1]. */
int ihp__period_acg_year(const struct ihp__period_spec *spec);

/* Writes a period for people: "2025", or "2024-07 to 2025-06". Returns `text`. */
enum { IHP__PERIOD_TEXT = 32 };
const char *ihp__period_months(const struct ihp__period_spec *spec, char text[IHP__PERIOD_TEXT]);

/* What a scenario puts in place of the program folder's terms. All zero: nothing. */
struct ihp__changes {
    bool cap_given, share_given, quarter_given;
    int64_t claims_cap;     /* of all IHPs, cents; 0: none [16.9] */
    double corridor_share;  /* of all corridors [16.8] */
    double trend;           /* added to every year's rate [16.4.2] */
    int32_t roster_quarter; /* in place of the performance period's last quarter: year * 4 + 0..3 */
};

/* All that a scenario can vary of a deck. */
struct ihp__terms {
    int base_paid_through, performance_paid_through; /* days since 1970-01-01 */
    double threshold, quality_share;
    struct ihp__policies policies;
    struct ihp__changes changes;
};

/* Texts KEY=VALUE that a run gives in place of its deck's values; keys and values are those of a
 * sweep. Borrowed. */
struct ihp__settings {
    const char *const *text;
    size_t count;
};

/* The number of keys that a sweep or a run can set, and bytes of a value's text. */
enum { IHP__SET_KEYS = 8 + IHP__POLICIES, IHP__SET_VALUE_BYTES = 64 };

/* What a run set: it is then a what-if, and no settlement of the deck as it is. */
struct ihp__what_if {
    size_t count; /* 0: nothing */
    struct {
        const char *key, *section; /* static */
        enum ihp__acts_on acts_on;
        char value[IHP__SET_VALUE_BYTES]; /* as the run gave it */
    } set[IHP__SET_KEYS];
    struct ihp__terms own; /* of the deck as it is */
};

enum ihp__sweep_design {
    IHP__SWEEP_ONE_AT_A_TIME,
    IHP__SWEEP_GRID,
    IHP__SWEEP_NAMED,
    IHP__SWEEP_READINGS
};

/* A key that a scenario varies, with its value as the deck has it. */
struct ihp__setting {
    const char *key; /* of the program's own table */
    char *value;     /* owned */
};

struct ihp__scenario {
    char *name;        /* of a named scenario, else "" */
    char *key, *value; /* as in scenarios.csv: several joined by ';', values as the deck has them */
    char *section;     /* of the contract, of the keys it varies; joined by ';' */
    struct ihp__setting *setting; /* [settings], the same keys and values one by one */
    size_t settings;
    size_t line;               /* of the deck */
    enum ihp__acts_on acts_on; /* the earliest step that one of its keys acts on */
    struct ihp__terms terms;
};

/* The scenarios of a sweep, numbered from 1 in this order. */
struct ihp__sweep {
    enum ihp__sweep_design design;
    struct ihp__scenario *scenario;
    size_t scenarios;
};

#define IHP__LEVELS_MAX 8

/* A bootstrap; `replicates` is 0 when the deck does not ask for one. */
struct ihp__bootstrap_spec {
    int replicates;
    int64_t seed;
    double level[IHP__LEVELS_MAX]; /* of confidence: ascending, each in (0, 1) */
    size_t levels;
};

/* Most payment runs that a deck names: five quarters have a month of any twelve. */
#define IHP__DECK_RUNS_MAX 5

/* The payment runs of the performance period, from which the PBP dollars come [16.8.2.2]. */
struct ihp__deck_payments {
    size_t runs;
    char folder[IHP__DECK_RUNS_MAX][IHP__PATH_MAX]; /* relative to the deck */
    char found[160]; /* what was read of them, for the manifest; empty before */
};

struct ihp__deck {
    char path[IHP__PATH_MAX];
    char store[IHP__PATH_MAX], program[IHP__PATH_MAX]; /* relative to the deck, as the next two */
    char output[IHP__PATH_MAX];
    char interim[IHP__PATH_MAX]; /* result folder of the same year's interim, or empty [2.12] */
    struct ihp__deck_payments payments;
    char reconciliation[IHP__PATH_MAX]; /* folder of their reconciliation, or empty [15.5] */
    int settlement;                     /* enum ihp__settlement_kind */
    struct ihp__period_spec base, performance;
    double threshold;
    double quality_share; /* of an amount, multiplied by the quality score [18.2] */
    int strict_categories, allow_nonstandard_runout; /* 0 or 1 */
    struct ihp__policies policies;
    struct ihp__changes changes; /* none, unless a run or a scenario sets them */
    struct ihp__what_if what_if;
    struct ihp__bootstrap_spec bootstrap;
    int bootstrap_scenarios;   /* 0 or 1: intervals for each scenario too */
    double checkpoint_minutes; /* between two checkpoints; 0: only when a run is asked to stop */
    struct ihp__sweep *sweep;  /* owned; NULL when the deck has none */
};

/* Reads a deck, which the caller frees with ihp__deck_free. IHP_ERR_USAGE names file, line and key,
 * what was found and what is allowed: unknown keys, keys given twice, wrong types, values out of
 * range, and run-out that the settlement's kind does not allow [16.6]. `*deck` is untouched on
 * failure. */
enum ihp_status ihp__deck_load(const char *path, struct ihp__deck *deck, struct ihp_error *err);

/* Reads a deck and sets the keys of `settings` in it, before the scenarios of its sweep are made.
 * The run-out that they set is not checked against the settlement's kind. IHP_ERR_USAGE also names
 * a setting that is not allowed; messages call it by `--set`. */
enum ihp_status ihp__deck_load_with(const char *path, const struct ihp__settings *settings,
                                    struct ihp__deck *deck, struct ihp_error *err);

/* Returns the deck as it is, without what the run set. It owns nothing: its sweep is that of
 * `deck`. */
struct ihp__deck ihp__deck_as_it_is(const struct ihp__deck *deck);

/* Writes what a run set, "claims_cap=50000, trend=0.01", or "". Returns `text`. */
enum { IHP__WHAT_IF_TEXT = 400 };
const char *ihp__what_if_format(const struct ihp__what_if *what_if, char text[IHP__WHAT_IF_TEXT]);

/* Frees what a deck owns. Harmless twice. */
void ihp__deck_free(struct ihp__deck *deck);

/* Returns the kind of a settlement for people: "Interim settlement", "Final settlement" or
 * "Quarterly statement", static. */
const char *ihp__settlement_title(const struct ihp__deck *deck);

/* Returns the kind of a settlement within a sentence: "an interim settlement", static. */
const char *ihp__settlement_name(const struct ihp__deck *deck);

/* Returns a sentence that says what amounts due are in a settlement of this kind, static. */
const char *ihp__settlement_amounts(const struct ihp__deck *deck);

/* Returns the terms of a deck that scenarios vary. */
struct ihp__terms ihp__deck_terms(const struct ihp__deck *deck);

/* Puts the terms of a scenario into a deck, which keeps its sweep. */
void ihp__deck_apply(struct ihp__deck *deck, const struct ihp__terms *terms);

/* Bytes of a text that says what a value may be, with its end. */
#define IHP__DECK_ALLOWED 128

/* What the value of a key is, for readers of a manifest. */
enum ihp__value_type {
    IHP__VALUE_TEXT,
    IHP__VALUE_INTEGER,
    IHP__VALUE_NUMBER,
    IHP__VALUE_NUMBERS, /* a list of them */
    IHP__VALUE_BOOLEAN
};

/* One key of the deck as its table has it, with the value that a deck gives it. */
struct ihp__deck_key {
    const char *path;                /* "policies.count_unit" */
    char allowed[IHP__DECK_ALLOWED]; /* what a value may be */
    const char *fallback;            /* default, NULL when the key must be given */
    const char *section;             /* of the contract, or "" */
    const char *help;
    enum ihp__acts_on acts_on; /* equal runs may differ in keys that act on the run alone */
    enum ihp__value_type type; /* of the value */
    char value[IHP__PATH_MAX]; /* as a deck would have it; empty when there is no deck */
};

/* The names of what a run set in place of the deck's values, before the key. */
#define IHP__WHAT_IF "what_if."

/* Calls `fn` for each key in the order of the table, except for a path that the deck does not give,
 * then for what the run set. `deck` may be NULL. */
void ihp__deck_each_key(const struct ihp__deck *deck,
                        void (*fn)(void *context, const struct ihp__deck_key *key), void *context);

#endif
