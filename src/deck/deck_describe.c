/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a deck says, key by key, for the manifest, for ranks to compare, and for help. */
#include "deck_keys.h"

#include "base/hash_hex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* As few places as give the number again, without an exponent, which a deck may not have. A deck's
 * numbers have at most 30 digits, so these places are enough. */
static void format_decimal(double value, char *text)
{
    for (int places = 0; places <= 30; places++) {
        snprintf(text, IHP__PATH_MAX, "%.*f", places, value);
        if (fabs(strtod(text, NULL) - value) <= 0.0) {
            return;
        }
    }
}

/* The value of a key as it would stand in a deck. */
static void format_value(const struct ihp__deck *deck, const struct ihp__deck_spec *spec,
                         char *text)
{
    const void *field = (const char *)deck + spec->offset;
    char date[IHP__DATE_TEXT];
    switch (spec->type) {
    case IHP__DECK_PATH:
        snprintf(text, IHP__PATH_MAX, "%s", (const char *)field);
        break;
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
    case IHP__DECK_INTEGER:
        snprintf(text, IHP__PATH_MAX, "%d", *(const int *)field);
        break;
    case IHP__DECK_DECIMAL:
        format_decimal(*(const double *)field, text);
        break;
    }
}

/* Whether a key says where a run finds things or how it works, not what it computes. */
static bool is_of_run(const struct ihp__deck_spec *spec)
{
    return spec->type == IHP__DECK_PATH ||
           spec->offset == offsetof(struct ihp__deck, checkpoint_minutes);
}

/* Keys of the sections, which a deck need not have. */
enum section_key { REPLICATES, SEED, LEVELS, DESIGN, VARY, SCENARIOS, MAX_SCENARIOS, HASH };

static const struct ihp__deck_key section_key[] = {
    [REPLICATES] = {"bootstrap.replicates", "a whole number from 1 to 1000000", NULL, "",
                    "how often the members are drawn anew", false, ""},
    [SEED] = {"bootstrap.seed", "a whole number from 0 to 9223372036854775807", "1", "",
              "equal seeds draw alike", false, ""},
    [LEVELS] = {"bootstrap.levels", "a list of 1 to 8 numbers between 0 and 1", "[0.95]", "",
                "of the intervals", false, ""},
    [DESIGN] = {"sweep.design", "one_at_a_time, grid, named or readings", NULL, "",
                "which scenarios the values make", false, ""},
    [VARY] = {"sweep.vary", "keys, each with a list of values", NULL, "",
              "what one_at_a_time and grid vary", false, ""},
    [SCENARIOS] = {"sweep.scenarios", "a list of {name: text, set: {key: value}}", NULL, "",
                   "what named sets", false, ""},
    [MAX_SCENARIOS] = {"sweep.max_scenarios", "a whole number from 1 to 100000", "10000", "",
                       "a sweep of more is refused", false, ""},
    [HASH] = {"sweep.hash", "not a key of a deck", NULL, "",
              "XXH3-128 of the scenarios' names, keys and values", false, ""},
};

static const char *const designs[] = {"one_at_a_time", "grid", "named", "readings"};

struct describing {
    void (*fn)(void *context, const struct ihp__deck_key *key);
    void *context;
};

static void put(const struct describing *d, enum section_key which, const char *value)
{
    struct ihp__deck_key key = section_key[which];
    snprintf(key.value, sizeof key.value, "%s", value);
    d->fn(d->context, &key);
}

/* As few digits as give the number again: 0.9, not 0.90000000000000002. */
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
    put(d, REPLICATES, text);
    snprintf(text, sizeof text, "%lld", (long long)b->seed);
    put(d, SEED, text);
    for (size_t i = 0, used = 0; i < b->levels; i++) {
        format_level(b->level[i], level);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", i == 0 ? "[" : ", ",
                                 level, i + 1 == b->levels ? "]" : "");
    }
    put(d, LEVELS, text);
}

/* Texts with their ends, so that no two sweeps read the same. */
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

static void describe_sweep(const struct describing *d, const struct ihp__sweep *sweep)
{
    char text[64];
    put(d, DESIGN, designs[sweep->design]);
    snprintf(text, sizeof text, "%zu", sweep->scenarios);
    put(d, SCENARIOS, text);
    hash_sweep(sweep, text);
    put(d, HASH, text);
}

void ihp__deck_each_key(const struct ihp__deck *deck,
                        void (*fn)(void *context, const struct ihp__deck_key *key), void *context)
{
    const struct describing d = {fn, context};
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *spec = &ihp__deck_spec[i];
        struct ihp__deck_key key = {
            spec->path, spec->allowed, spec->fallback, spec->section, spec->help, is_of_run(spec),
            ""};
        if (deck != NULL) {
            format_value(deck, spec, key.value);
        }
        if (deck == NULL || key.value[0] != '\0') { /* a path that is not given has none */
            fn(context, &key);
        }
    }
    for (enum section_key which = REPLICATES; deck == NULL && which < HASH; which++) {
        put(&d, which, "");
    }
    if (deck != NULL && deck->bootstrap.replicates > 0) {
        describe_bootstrap(&d, &deck->bootstrap);
    }
    if (deck != NULL && deck->sweep != NULL) {
        describe_sweep(&d, deck->sweep);
    }
}
