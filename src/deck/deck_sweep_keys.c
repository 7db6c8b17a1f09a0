/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys that a scenario can vary, and how a value becomes a term: terms of the program folder,
 * keys of the deck, and every policy. */
#include "deck_sweep.h"

#include <string.h>

#define AT(field) offsetof(struct ihp__terms, field)

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

static void set_quality_share(struct ihp__terms *terms, double number)
{
    terms->quality_share = number;
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

#define POLICY(policy, type, values, fallback, section_, meaning, acts_on_)                        \
    {.name = #policy,                                                                              \
     .deck_key = "policies." #policy,                                                              \
     .offset = AT(policies.IHP__BY_##acts_on_(claims., decision., ) policy)},

const struct ihp__sweep_key ihp__sweep_key[] = {
    {"claims_cap", NULL, IHP__ACTS_ON_MONEY, "16.9",
     "dollars from 0 to 9999999999.99 with at most two decimals, 0 for no cap", true, cap_number,
     set_cap, 0},
    {"trend", NULL, IHP__ACTS_ON_MONEY, "16.4.2", "a number above -1 and to 1, such as -0.01", true,
     trend_number, set_trend, 0},
    {.name = "threshold", .deck_key = "threshold", .set = set_threshold},
    {"corridor_share", NULL, IHP__ACTS_ON_MONEY, "16.8", "a number from 0 to 1, such as 0.5", true,
     share_number, set_share, 0},
    {.name = "quality_share", .deck_key = "quality_share", .set = set_quality_share},
    {.name = "base_paid_through", .deck_key = "base.paid_through", .offset = AT(base_paid_through)},
    {.name = "performance_paid_through",
     .deck_key = "performance.paid_through",
     .offset = AT(performance_paid_through)},
    {"roster_quarter", NULL, IHP__ACTS_ON_CLAIMS, "3.8.5", "a quarter such as 2025Q1", false,
     quarter_number, set_quarter, 0},
    IHP__POLICY_LIST(POLICY, IHP__POLICY_NO_VALUE)};

static_assert(sizeof ihp__sweep_key / sizeof ihp__sweep_key[0] == IHP__SWEEP_KEYS,
              "every key has a row");

const struct ihp__sweep_key *ihp__sweep_find(const char *name)
{
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        if (strcmp(ihp__sweep_key[i].name, name) == 0) {
            return &ihp__sweep_key[i];
        }
    }
    return NULL;
}

enum ihp__acts_on ihp__sweep_acts_on(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->acts_on : ihp__deck_find(key->deck_key)->acts_on;
}

const char *ihp__sweep_section(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->section : ihp__deck_find(key->deck_key)->section;
}

const char *ihp__sweep_allowed(const struct ihp__sweep_key *key, char text[IHP__DECK_ALLOWED])
{
    if (key->deck_key != NULL) {
        return ihp__deck_allowed(ihp__deck_find(key->deck_key), text);
    }
    snprintf(text, IHP__DECK_ALLOWED, "%s", key->allowed);
    return text;
}

bool ihp__sweep_is_plain(const struct ihp__sweep_key *key)
{
    return key->deck_key == NULL ? key->plain : ihp__deck_is_plain(ihp__deck_find(key->deck_key));
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
