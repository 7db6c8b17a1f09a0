/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making scenarios from keys and values: one at a time, as a grid, and every other reading. */
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

/* What of the picks a joined text has. */
typedef const char *(*part_fn)(const struct ihp__sweep_pick *pick);

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

/* A part of each pick, joined by ';'; the caller frees it. NULL when memory is short. */
static char *join(const struct ihp__sweep_pick *pick, size_t picks, part_fn part)
{
    size_t size = picks + 1, used = 0;
    for (size_t i = 0; i < picks; i++) {
        size += strlen(part(&pick[i]));
    }
    char *text = malloc(size);
    for (size_t i = 0; text != NULL && i < picks; i++) {
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ";", part(&pick[i]));
    }
    return text;
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
                              .level = IHP__LEVEL_MONEY,
                              .terms = *deck};
    if (s.name == NULL || s.key == NULL || s.value == NULL || s.section == NULL) {
        free_scenario(&s);
        return ihp__fail_memory(err, "the scenarios");
    }
    for (size_t i = 0; i < picks; i++) {
        ihp__sweep_set(pick[i].key, pick[i].value, &s.terms);
        s.level = pick[i].key->level > s.level ? pick[i].key->level : s.level;
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

/* The next combination of values, the last key fastest; false behind the last. */
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

/* The policy of a row that is a reading of the contract, or NULL: choices and switches with a
 * section of it are, numbers that it states are not. */
static const struct ihp__sweep_key *reading(const struct ihp__deck_spec *spec)
{
    static const char prefix[] = "policies.";
    bool policy = strncmp(spec->path, prefix, sizeof prefix - 1) == 0;
    return policy && spec->section[0] != '\0' && ihp__deck_choices(spec) != NULL
               ? ihp__sweep_find(spec->path + sizeof prefix - 1)
               : NULL;
}

static enum ihp_status add_readings(struct ihp__sweep *sweep, const struct ihp__deck *deck,
                                    size_t line, struct ihp_error *err)
{
    const struct ihp__terms terms = ihp__deck_terms(deck);
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__sweep_key *key = reading(&ihp__deck_spec[i]);
        const char *const *choice = ihp__deck_choices(&ihp__deck_spec[i]);
        if (key == NULL) {
            continue;
        }
        int own = *(const int *)((const char *)deck + ihp__deck_spec[i].offset);
        for (int c = 0; choice[c] != NULL; c++) {
            const struct ihp__sweep_value value = {choice[c], c, line, ""};
            const struct ihp__sweep_pick pick = {key, &value};
            if (c != own && ihp__sweep_add(sweep, &terms, "", line, &pick, 1, err) != IHP_OK) {
                return err->status;
            }
        }
    }
    return IHP_OK;
}

/* How many readings there are that a deck does not have. */
static size_t count_readings(void)
{
    size_t count = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const char *const *choice = ihp__deck_choices(&ihp__deck_spec[i]);
        for (int c = 1; reading(&ihp__deck_spec[i]) != NULL && choice[c] != NULL; c++) {
            count++;
        }
    }
    return count;
}

enum ihp_status ihp__sweep_read_readings(struct ihp__deck_loading *l,
                                         const struct ihp__sweep_section *section)
{
    size_t count = count_readings(), line = section->given_design.line;
    if (ihp__sweep_check_count(l, section, line, "sweep.design", count) != IHP_OK) {
        return l->err->status;
    }
    l->deck.sweep = ihp__sweep_create(section->design, count);
    return l->deck.sweep == NULL ? ihp__fail_memory(l->err, "the scenarios")
                                 : add_readings(l->deck.sweep, &l->deck, line, l->err);
}
