/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes scenarios from keys and values: each value in turn, or all combinations. */
#include "deck_sweep.h"

#include <stdlib.h>
#include <string.h>

struct ihp__sweep *ihp__sweep_create(enum ihp__sweep_design design, size_t scenarios)
{
    struct ihp__sweep *sweep = calloc(1, sizeof *sweep);
    if (sweep == NULL) {
        return NULL;
    }
    sweep->design = design;
    sweep->scenario = calloc(scenarios, sizeof *sweep->scenario);
    if (sweep->scenario == NULL) {
        free(sweep);
        return NULL;
    }
    return sweep;
}

static void free_scenario(struct ihp__scenario *scenario)
{
    free(scenario->name);
    free(scenario->key);
    free(scenario->value);
    free(scenario->section);
    for (size_t i = 0; i < scenario->settings; i++) {
        free(scenario->setting[i].value);
    }
    free(scenario->setting);
}

void ihp__sweep_free(struct ihp__sweep **sweep)
{
    if (*sweep == NULL) {
        return;
    }
    for (size_t i = 0; i < (*sweep)->scenarios; i++) {
        free_scenario(&(*sweep)->scenario[i]);
    }
    free((*sweep)->scenario);
    free(*sweep);
    *sweep = NULL;
}

/* Returns one text of a pick. */
typedef const char *(*text_fn)(const struct ihp__sweep_pick *pick);

static const char *name_of(const struct ihp__sweep_pick *pick)
{
    return pick->key->name;
}

static const char *value_of(const struct ihp__sweep_pick *pick)
{
    return pick->value->text;
}

static const char *section_of(const struct ihp__sweep_pick *pick)
{
    return ihp__sweep_section(pick->key);
}

/* Returns a text of each pick, joined by ';', which the caller frees; NULL when memory is short. */
static char *join(const struct ihp__sweep_pick *pick, size_t picks, text_fn text_of)
{
    size_t size = picks + 1, used = 0;
    for (size_t i = 0; i < picks; i++) {
        size += strlen(text_of(&pick[i]));
    }
    char *text = malloc(size);
    for (size_t i = 0; text != NULL && i < picks; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ";",
                                 text_of(&pick[i]));
    }
    return text;
}

/* Keeps each pick's key and value: a value may itself have a ';'. Returns false when memory is
 * short. */
static bool keep_settings(struct ihp__scenario *s, const struct ihp__sweep_pick *pick, size_t picks)
{
    s->setting = calloc(picks + 1, sizeof *s->setting);
    for (size_t i = 0; s->setting != NULL && i < picks; i++) {
        s->setting[i] = (struct ihp__setting){name_of(&pick[i]), strdup(value_of(&pick[i]))};
        if (s->setting[i].value == NULL) {
            return false;
        }
        s->settings++;
    }
    return s->setting != NULL;
}

enum ihp_status ihp__sweep_add(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                               const char *name, size_t line, const struct ihp__sweep_pick *pick,
                               size_t picks, struct ihp_error *err)
{
    struct ihp__scenario s = {.name = strdup(name),
                              .key = join(pick, picks, name_of),
                              .value = join(pick, picks, value_of),
                              .section = join(pick, picks, section_of),
                              .line = line,
                              .acts_on = IHP__ACTS_ON_RUN,
                              .terms = *deck};
    if (s.name == NULL || s.key == NULL || s.value == NULL || s.section == NULL ||
        !keep_settings(&s, pick, picks)) {
        free_scenario(&s);
        return ihp__fail_memory(err, "the scenarios");
    }
    for (size_t i = 0; i < picks; i++) {
        ihp__sweep_set(pick[i].key, pick[i].value, &s.terms);
        enum ihp__acts_on acts_on = ihp__sweep_acts_on(pick[i].key);
        s.acts_on = acts_on > s.acts_on ? acts_on : s.acts_on;
    }
    sweep->scenario[sweep->scenarios++] = s;
    return IHP_OK;
}

enum ihp_status ihp__sweep_add_each(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err)
{
    for (size_t k = 0; k < keys; k++) {
        for (size_t v = 0; v < vary[k].values; v++) {
            const struct ihp__sweep_pick pick = {vary[k].key, &vary[k].value[v]};
            if (ihp__sweep_add(sweep, deck, "", pick.value->line, &pick, 1, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

/* Steps to the next combination of values, the last key fastest; false after the last one. */
static bool next_combination(const struct ihp__sweep_vary *vary, size_t keys, size_t *at)
{
    for (size_t k = keys; k-- > 0;) {
        if (++at[k] < vary[k].values) {
            return true;
        }
        at[k] = 0;
    }
    return false;
}

enum ihp_status ihp__sweep_add_grid(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    size_t line, const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err)
{
    size_t at[IHP__SWEEP_KEYS] = {0};
    struct ihp__sweep_pick pick[IHP__SWEEP_KEYS] = {{NULL, NULL}};
    do {
        for (size_t k = 0; k < keys; k++) {
            pick[k] = (struct ihp__sweep_pick){vary[k].key, &vary[k].value[at[k]]};
        }
        if (ihp__sweep_add(sweep, deck, "", line, pick, keys, err) != IHP_OK) {
            return err->status;
        }
    } while (next_combination(vary, keys, at));
    return IHP_OK;
}
