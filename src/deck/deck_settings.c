/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run sets in place of its deck's values: the keys of a sweep, each with one value. */
#include "deck_sweep.h"

#include "base/nearest.h"

#include <string.h>

/* Refuses a setting whose key cannot be set. */
static enum ihp_status fail_unknown(struct ihp__deck_loading *l, const char *name)
{
    const char *names[IHP__SWEEP_KEYS];
    char advice[IHP__DECK_ADVICE] = "";
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        names[i] = ihp__sweep_key[i].name;
    }
    const char *near = ihp__nearest(name, names, IHP__SWEEP_KEYS);
    if (near != NULL) {
        snprintf(advice, sizeof advice, "did you mean '%s'?", near);
    } else if (!ihp__sweep_advise("--set", name, false, advice)) {
        snprintf(advice, sizeof advice,
                 "the keys are those of a sweep, such as claims_cap, trend, threshold and every "
                 "policy");
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "--set: '%.60s' is not a key that can be set; %s", name,
                     advice);
}

/* Splits a setting into key and value, and finds the key. */
static enum ihp_status find_key(struct ihp__deck_loading *l, const char *setting,
                                const struct ihp__sweep_key **key, const char **value)
{
    char name[IHP__DECK_KEY_BYTES];
    const char *equals = strchr(setting, '=');
    if (equals == NULL || equals == setting) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "--set: '%.60s' is not a setting; expected KEY=VALUE, such as "
                         "claims_cap=50000",
                         setting);
    }
    snprintf(name, sizeof name, "%.*s", (int)(equals - setting), setting);
    *key = ihp__sweep_find(name);
    *value = equals + 1;
    return *key == NULL ? fail_unknown(l, name) : IHP_OK;
}

/* Sets one key in the terms, and notes it. */
static enum ihp_status take_setting(struct ihp__deck_loading *l, const char *setting,
                                    struct ihp__terms *terms)
{
    struct ihp__what_if *what_if = &l->deck.what_if;
    const struct ihp__sweep_key *key;
    struct ihp__sweep_value value = {.word = ""};
    if (find_key(l, setting, &key, &value.text) != IHP_OK) {
        return l->err->status;
    }
    for (size_t i = 0; i < what_if->count; i++) {
        if (what_if->set[i].key == key->name) {
            return ihp__fail(l->err, IHP_ERR_USAGE, "--set: %s is given twice; give it once",
                             key->name);
        }
    }
    if (value.text[0] == '\0' || !ihp__sweep_number(key, value.text, &value.number)) {
        char allowed[IHP__DECK_ALLOWED];
        return ihp__fail(l->err, IHP_ERR_USAGE, "--set: %s: '%.60s' is not allowed; expected %s",
                         key->name, value.text, ihp__sweep_allowed(key, allowed));
    }
    ihp__sweep_set(key, &value, terms);
    what_if->set[what_if->count].key = key->name;
    what_if->set[what_if->count].section = ihp__sweep_section(key);
    what_if->set[what_if->count].acts_on = ihp__sweep_acts_on(key);
    snprintf(what_if->set[what_if->count].value, IHP__SET_VALUE_BYTES, "%s", value.text);
    what_if->count++;
    return IHP_OK;
}

enum ihp_status ihp__deck_take_settings(struct ihp__deck_loading *l)
{
    struct ihp__terms terms = l->deck.what_if.own = ihp__deck_terms(&l->deck);
    for (size_t i = 0; l->settings != NULL && i < l->settings->count; i++) {
        if (take_setting(l, l->settings->text[i], &terms) != IHP_OK) {
            return l->err->status;
        }
    }
    ihp__deck_apply(&l->deck, &terms);
    return IHP_OK;
}

struct ihp__deck ihp__deck_as_it_is(const struct ihp__deck *deck)
{
    struct ihp__deck own = *deck;
    if (own.what_if.count > 0) {
        ihp__deck_apply(&own, &deck->what_if.own);
        own.what_if.count = 0;
    }
    return own;
}

const char *ihp__what_if_format(const struct ihp__what_if *what_if, char text[IHP__WHAT_IF_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < what_if->count && used < IHP__WHAT_IF_TEXT; i++) {
        used += (size_t)snprintf(text + used, IHP__WHAT_IF_TEXT - used, "%s%s=%s",
                                 i == 0 ? "" : ", ", what_if->set[i].key, what_if->set[i].value);
    }
    return text;
}
