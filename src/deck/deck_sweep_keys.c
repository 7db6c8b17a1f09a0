/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario can vary: the table of keys, how early each acts, how a value becomes a term. */
#include "deck_sweep.h"

#include <string.h>

#define AT(field) offsetof(struct ihp__terms, field)
#define POLICY(name, level)                                                                        \
    {                                                                                              \
#name, level, "policies." #name, NULL, NULL, NULL, NULL, AT(policies.name)                 \
    }

static bool cap_number(const char *text, double *number)
{
    int64_t cents;
    if (!ihp__money_parse(text, &cents) || cents < 0) {
        return false;
    }
    *number = (double)cents; /* exact: IHP__MONEY_MAX is far below 2^53 */
    return true;
}

static bool trend_number(const char *text, double *number)
{
    double trend;
    if (!ihp__decimal_parse(text, &trend) || trend <= -1.0 || trend > 1.0) {
        return false;
    }
    *number = trend;
    return true;
}

static bool share_number(const char *text, double *number)
{
    double share;
    if (!ihp__decimal_parse(text, &share) || share < 0.0 || share > 1.0) {
        return false;
    }
    *number = share;
    return true;
}

static bool quarter_number(const char *text, double *number)
{
    int32_t quarter;
    if (!ihp__quarter_parse(text, &quarter)) {
        return false;
    }
    *number = quarter;
    return true;
}

static void set_cap(struct ihp__terms *terms, double number)
{
    terms->changes.cap_given = true;
    terms->changes.claims_cap = (int64_t)number;
}

static void set_trend(struct ihp__terms *terms, double number)
{
    terms->changes.trend = number;
}

static void set_threshold(struct ihp__terms *terms, double number)
{
    terms->threshold = number;
}

static void set_share(struct ihp__terms *terms, double number)
{
    terms->changes.share_given = true;
    terms->changes.corridor_share = number;
}

static void set_quarter(struct ihp__terms *terms, double number)
{
    terms->changes.quarter_given = true;
    terms->changes.roster_quarter = (int32_t)number;
}

const struct ihp__sweep_key ihp__sweep_key[IHP__SWEEP_KEYS] = {
    {"claims_cap", IHP__LEVEL_MONEY, NULL, "16.9",
     "dollars from 0 to 9999999999.99 with at most two decimals, 0 for no cap", cap_number, set_cap,
     0},
    {"trend", IHP__LEVEL_MONEY, NULL, "16.4.2", "a number above -1 and to 1, such as -0.01",
     trend_number, set_trend, 0},
    {"threshold", IHP__LEVEL_MONEY, "threshold", NULL, NULL, NULL, set_threshold, 0},
    {"corridor_share", IHP__LEVEL_MONEY, NULL, "16.8", "a number from 0 to 1, such as 0.5",
     share_number, set_share, 0},
    {"base_paid_through", IHP__LEVEL_CLAIMS, "base.paid_through", NULL, NULL, NULL, NULL,
     AT(base_paid_through)},
    {"performance_paid_through", IHP__LEVEL_CLAIMS, "performance.paid_through", NULL, NULL, NULL,
     NULL, AT(performance_paid_through)},
    {"roster_quarter", IHP__LEVEL_CLAIMS, NULL, "3.8.5", "a quarter such as 2025Q1", quarter_number,
     set_quarter, 0},
    POLICY(msc_plus_excluded, IHP__LEVEL_CLAIMS),
    POLICY(exclusion_scope, IHP__LEVEL_CLAIMS),
    POLICY(min_continuous_months, IHP__LEVEL_DECISION),
    POLICY(min_total_months, IHP__LEVEL_DECISION),
    POLICY(base_roster, IHP__LEVEL_CLAIMS),
    POLICY(non_ihp_unit, IHP__LEVEL_CLAIMS),
    POLICY(count_unit, IHP__LEVEL_CLAIMS),
    POLICY(visit_gate, IHP__LEVEL_DECISION),
    POLICY(primary_care_elsewhere, IHP__LEVEL_DECISION),
    POLICY(specialty_elsewhere, IHP__LEVEL_DECISION),
    POLICY(unresolved_tie, IHP__LEVEL_DECISION),
    POLICY(lookback_months, IHP__LEVEL_CLAIMS),
    POLICY(cost_months, IHP__LEVEL_CLAIMS),
    POLICY(risk_weights, IHP__LEVEL_MONEY),
    POLICY(pbp_offset_outside, IHP__LEVEL_MONEY),
    POLICY(quality_on_losses, IHP__LEVEL_MONEY),
    POLICY(benchmark_difference, IHP__LEVEL_MONEY),
    POLICY(reference_group, IHP__LEVEL_MONEY),
    POLICY(bootstrap_weights, IHP__LEVEL_MONEY), /* changes intervals alone */
};

const struct ihp__sweep_key *ihp__sweep_find(const char *name)
{
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        if (strcmp(ihp__sweep_key[i].name, name) == 0) {
            return &ihp__sweep_key[i];
        }
    }
    return NULL;
}

const char *ihp__sweep_section(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->section : ihp__deck_find(key->deck_key)->section;
}

const char *ihp__sweep_allowed(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->allowed : ihp__deck_find(key->deck_key)->allowed;
}

bool ihp__sweep_wants_plain(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->number != quarter_number
                                 : ihp__deck_wants_plain(ihp__deck_find(key->deck_key));
}

bool ihp__sweep_number(const struct ihp__sweep_key *key, const char *text, double *number)
{
    return strlen(text) < IHP__SWEEP_VALUE_BYTES &&
           (key->deck_key == NULL ? key->number(text, number)
                                  : ihp__deck_number(ihp__deck_find(key->deck_key), text, number));
}

bool ihp__sweep_is_text(const struct ihp__sweep_key *key)
{
    return key->deck_key != NULL && ihp__deck_find(key->deck_key)->type == IHP__DECK_TEXT;
}

void ihp__sweep_set(const struct ihp__sweep_key *key, const struct ihp__sweep_value *value,
                    struct ihp__terms *terms)
{
    char *field = (char *)terms + key->offset;
    if (key->set != NULL) {
        key->set(terms, value->number);
    } else if (ihp__sweep_is_text(key)) {
        ihp__deck_set_text(field, value->text);
    } else {
        *(int *)field = (int)value->number;
    }
}
