/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Describes a deck key by key, for the manifest, for checkpoints, and for ranks to compare. */
#include "deck_keys.h"

#include "base/hash_hex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Writes as few places as give the same number when read, without an exponent, which a deck may not
 * have. A deck's numbers have at most 30 digits, so 30 places are enough. */
static void format_decimal(double value, char *text)
{
    for (int places = 0; places <= 30; places++) {
        snprintf(text, IHP__PATH_MAX, "%.*f", places, value);
        if (fabs(strtod(text, NULL) - value) <= 0.0) {
            return;
        }
    }
}

/* Writes the value of a key as a deck would have it. */
static void format_value(const struct ihp__deck *deck, const struct ihp__deck_spec *spec,
                         char *text)
{
    const void *field = (const char *)deck + spec->offset;
    char date[IHP__DATE_TEXT];
    switch (spec->type) {
    case IHP__DECK_SECTION:
        break;
    case IHP__DECK_PATHS:
        snprintf(text, IHP__PATH_MAX, "%s", ((const struct ihp__deck_payments *)field)->found);
        break;
    case IHP__DECK_PATH:
    case IHP__DECK_TEXT:
        snprintf(text, IHP__PATH_MAX, "%s", (const char *)field);
        break;
    case IHP__DECK_CHOICE:
        snprintf(text, IHP__PATH_MAX, "%s", spec->choices[*(const int *)field]);
        break;
    case IHP__DECK_BOOLEAN:
        snprintf(text, IHP__PATH_MAX, "%s", *(const int *)field != 0 ? "true" : "false");
        break;
    case IHP__DECK_DATE:
        snprintf(text, IHP__PATH_MAX, "%s", ihp__day_format(*(const int *)field, date));
        break;
    case IHP__DECK_MONTH:
        if (*(const int *)field != 0) {
            snprintf(text, IHP__PATH_MAX, "%s", ihp__month_format(*(const int *)field, date));
        }
        break;
    case IHP__DECK_INTEGER:
        snprintf(text, IHP__PATH_MAX, "%d", *(const int *)field);
        break;
    case IHP__DECK_DECIMAL:
    case IHP__DECK_SHARE:
        format_decimal(*(const double *)field, text);
        break;
    }
}

struct describing {
    void (*fn)(void *context, const struct ihp__deck_key *key);
    void *context;
};

static enum ihp__value_type type_of(const struct ihp__deck_spec *spec)
{
    switch (spec->type) {
    case IHP__DECK_INTEGER:
        return IHP__VALUE_INTEGER;
    case IHP__DECK_DECIMAL:
    case IHP__DECK_SHARE:
        return IHP__VALUE_NUMBER;
    case IHP__DECK_BOOLEAN:
        return IHP__VALUE_BOOLEAN;
    default:
        return IHP__VALUE_TEXT;
    }
}

/* Describes a key of the table with a value. */
static void put_spec(const struct describing *d, const struct ihp__deck_spec *spec,
                     enum ihp__value_type type, const char *value)
{
    struct ihp__deck_key key = {.path = spec->path,
                                .fallback = spec->fallback,
                                .section = spec->section,
                                .help = spec->help,
                                .acts_on = spec->acts_on,
                                .type = type};
    ihp__deck_allowed(spec, key.allowed);
    snprintf(key.value, sizeof key.value, "%s", value);
    d->fn(d->context, &key);
}

/* Describes a key of a section. */
static void put(const struct describing *d, const char *path, enum ihp__value_type type,
                const char *value)
{
    put_spec(d, ihp__deck_find(path), type, value);
}

/* Writes as few digits as give the same number when read: 0.9, not 0.90000000000000002. */
static void format_level(double level, char text[32])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, level);
        if (fabs(strtod(text, NULL) - level) <= 0.0) {
            return;
        }
    }
}

static void describe_bootstrap(const struct describing *d, const struct ihp__bootstrap_spec *b)
{
    char text[40 * IHP__LEVELS_MAX], level[32];
    snprintf(text, sizeof text, "%d", b->replicates);
    put(d, "bootstrap.replicates", IHP__VALUE_INTEGER, text);
    snprintf(text, sizeof text, "%lld", (long long)b->seed);
    put(d, "bootstrap.seed", IHP__VALUE_INTEGER, text);
    for (size_t i = 0, used = 0; i < b->levels; i++) {
        format_level(b->level[i], level);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", i == 0 ? "[" : ", ",
                                 level, i + 1 == b->levels ? "]" : "");
    }
    put(d, "bootstrap.levels", IHP__VALUE_NUMBERS, text);
}

/* Hashes each text by itself, so that no two sweeps read the same. */
static void hash_sweep(const struct ihp__sweep *sweep, char hex[IHP__HASH_TEXT])
{
    XXH128_hash_t hash = {0, 0};
    for (size_t i = 0; i < sweep->scenarios; i++) {
        const struct ihp__scenario *s = &sweep->scenario[i];
        const char *text[] = {s->name, s->key, s->value};
        for (size_t j = 0; j < sizeof text / sizeof text[0]; j++) {
            XXH128_hash_t link[2] = {hash, XXH3_128bits(text[j], strlen(text[j]))};
            hash = XXH3_128bits(link, sizeof link);
        }
    }
    ihp__hash_hex(hash.high64, hash.low64, hex);
}

/* Describes a sweep by its design, the number of its scenarios, and their hash, which is not a key
 * that a deck may have. */
static void describe_sweep(const struct describing *d, const struct ihp__sweep *sweep)
{
    struct ihp__deck_key hash = {.path = "sweep.hash",
                                 .allowed = "not a key of a deck",
                                 .section = "",
                                 .help = "XXH3-128 of the scenarios' names, keys and values",
                                 .acts_on = IHP__ACTS_ON_SCENARIOS};
    char text[64];
    put(d, "sweep.design", IHP__VALUE_TEXT, ihp__deck_find("sweep.design")->choices[sweep->design]);
    snprintf(text, sizeof text, "%zu", sweep->scenarios);
    put(d, "sweep.scenarios", IHP__VALUE_INTEGER, text);
    hash_sweep(sweep, hash.value);
    d->fn(d->context, &hash);
}

/* Describes what the run set in place of the deck's values. */
static void describe_what_if(const struct describing *d, const struct ihp__what_if *what_if)
{
    for (size_t i = 0; i < what_if->count; i++) {
        char path[sizeof IHP__WHAT_IF + IHP__SET_VALUE_BYTES];
        struct ihp__deck_key key = {.path = path,
                                    .allowed = "not a key of a deck",
                                    .section = what_if->set[i].section,
                                    .help = "what the run set in place of the deck's value",
                                    .acts_on = what_if->set[i].acts_on};
        snprintf(path, sizeof path, IHP__WHAT_IF "%s", what_if->set[i].key);
        snprintf(key.value, sizeof key.value, "%s", what_if->set[i].value);
        d->fn(d->context, &key);
    }
}

/* Returns true if the deck gives a key of the table a value: sections are described below, and a
 * quarterly statement takes the year of its period from `through`. */
static bool is_given(const struct ihp__deck *deck, const struct ihp__deck_spec *spec)
{
    bool derived = spec->offset == offsetof(struct ihp__deck, performance.year) &&
                   deck->performance.through != 0;
    return spec->type != IHP__DECK_SECTION && !derived;
}

void ihp__deck_each_key(const struct ihp__deck *deck,
                        void (*fn)(void *context, const struct ihp__deck_key *key), void *context)
{
    const struct describing d = {fn, context};
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *spec = &ihp__deck_spec[i];
        char value[IHP__PATH_MAX] = "";
        if (deck != NULL && is_given(deck, spec)) {
            format_value(deck, spec, value);
        }
        if (deck == NULL || value[0] != '\0') { /* what is not given has none */
            put_spec(&d, spec, type_of(spec), value);
        }
    }
    if (deck != NULL && deck->bootstrap.replicates > 0) {
        describe_bootstrap(&d, &deck->bootstrap);
    }
    if (deck != NULL && deck->sweep != NULL) {
        describe_sweep(&d, deck->sweep);
    }
    if (deck != NULL) {
        describe_what_if(&d, &deck->what_if);
    }
}
