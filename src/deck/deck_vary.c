/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `vary` of a sweep: keys with lists of values, from which scenarios are made one at a time or as a
 * grid. Lists are counted before any value is read, so that max_scenarios bounds the work that a
 * deck can ask for. */
#include "deck_sweep.h"

#include <stdlib.h>
#include <string.h>

/* The lists of `vary`, in deck order. */
struct varying {
    struct ihp__sweep_vary vary[IHP__SWEEP_KEYS];
    const yaml_node_t *node[IHP__SWEEP_KEYS]; /* of the values */
    size_t line[IHP__SWEEP_KEYS];             /* of the key */
    size_t keys;
};

static void path_of(const struct ihp__sweep_key *key, char path[IHP__DECK_KEY_BYTES])
{
    snprintf(path, IHP__DECK_KEY_BYTES, "sweep.vary.%s", key->name);
}

/* Adds a key with the number of its values; a single value is a list of one. */
static enum ihp_status add_key(struct ihp__deck_loading *l, struct varying *v,
                               const yaml_node_pair_t *pair)
{
    const yaml_node_t *name = yaml_document_get_node(l->document, pair->key);
    const yaml_node_t *node = yaml_document_get_node(l->document, pair->value);
    const struct ihp__sweep_key *key;
    char path[IHP__DECK_KEY_BYTES], allowed[IHP__DECK_ALLOWED];
    size_t line = ihp__yaml_line(name);
    if (ihp__sweep_read_key(l, name, "sweep.vary", &key) != IHP_OK) {
        return l->err->status;
    }
    path_of(key, path);
    for (size_t k = 0; k < v->keys; k++) {
        if (v->vary[k].key == key) {
            return ihp__deck_fail_twice(l, path, line, v->line[k]);
        }
    }
    size_t values = 1;
    if (node->type == YAML_SEQUENCE_NODE) {
        values = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    }
    if (values == 0) {
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: the list is empty; expected %s",
                         l->path, line, path, ihp__sweep_allowed(key, allowed));
    }
    v->vary[v->keys] = (struct ihp__sweep_vary){.key = key, .values = values};
    v->node[v->keys] = node;
    v->line[v->keys++] = line;
    return IHP_OK;
}

static enum ihp_status read_keys(struct ihp__deck_loading *l, const struct ihp__deck_entry *entry,
                                 struct varying *v)
{
    const yaml_node_t *node = entry->node;
    const char *allowed = ihp__deck_find("sweep.vary")->allowed;
    if (ihp__deck_check_filled(l, entry, "sweep.vary", allowed) != IHP_OK) {
        return l->err->status;
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        if (add_key(l, v, pair) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

/* Returns UINT64_MAX for that many scenarios and more. */
static uint64_t count_scenarios(enum ihp__sweep_design design, const struct varying *v)
{
    uint64_t sum = 0, product = 1;
    for (size_t k = 0; k < v->keys; k++) {
        uint64_t values = v->vary[k].values;
        sum += values;
        product = product > UINT64_MAX / values ? UINT64_MAX : product * values;
    }
    return design == IHP__SWEEP_GRID ? product : sum;
}

static int compare_values(const void *left, const void *right)
{
    const struct ihp__sweep_value *a = left, *b = right;
    int by_number = (a->number > b->number) - (a->number < b->number);
    return by_number != 0 ? by_number : strcmp(a->word, b->word);
}

/* Refuses a value that the list has twice, also if it is written differently (0.5, 0.50). */
static enum ihp_status check_distinct(struct ihp__deck_loading *l,
                                      const struct ihp__sweep_vary *vary, const char *path)
{
    struct ihp__sweep_repeat repeat;
    if (ihp__sweep_find_repeat(vary->value, vary->values, sizeof *vary->value, compare_values,
                               &repeat, l->err) != IHP_OK) {
        return l->err->status;
    }
    if (!repeat.found) {
        return IHP_OK;
    }
    const struct ihp__sweep_value *again = &vary->value[repeat.again];
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: %s: '%s' is a value of line %zu already; keep one", l->path,
                     again->line, path, again->text, vary->value[repeat.first].line);
}

static enum ihp_status read_values(struct ihp__deck_loading *l, struct ihp__sweep_vary *vary,
                                   const yaml_node_t *node)
{
    char path[IHP__DECK_KEY_BYTES];
    path_of(vary->key, path);
    vary->value = calloc(vary->values, sizeof *vary->value);
    if (vary->value == NULL) {
        return ihp__fail_memory(l->err, "the scenarios");
    }
    for (size_t i = 0; i < vary->values; i++) {
        const yaml_node_t *item = node;
        if (node->type == YAML_SEQUENCE_NODE) {
            item = yaml_document_get_node(l->document, node->data.sequence.items.start[i]);
        }
        if (ihp__sweep_read_value(l, item, vary->key, path, &vary->value[i]) != IHP_OK) {
            return l->err->status;
        }
    }
    return check_distinct(l, vary, path);
}

static enum ihp_status make_scenarios(struct ihp__deck_loading *l, enum ihp__sweep_design design,
                                      size_t scenarios, const struct varying *v, size_t line)
{
    const struct ihp__terms deck = ihp__deck_terms(&l->deck);
    struct ihp__sweep *sweep = l->deck.sweep = ihp__sweep_create(design, scenarios);
    if (sweep == NULL) {
        return ihp__fail_memory(l->err, "the scenarios");
    }
    return design == IHP__SWEEP_GRID
               ? ihp__sweep_add_grid(sweep, &deck, line, v->vary, v->keys, l->err)
               : ihp__sweep_add_each(sweep, &deck, v->vary, v->keys, l->err);
}

/* Reads the values of all keys and makes the scenarios. */
static enum ihp_status read_lists(struct ihp__deck_loading *l,
                                  const struct ihp__sweep_section *section, struct varying *v)
{
    uint64_t scenarios = count_scenarios(section->design, v);
    size_t line = section->vary.line;
    if (ihp__sweep_check_count(l, section, line, "sweep.vary", scenarios) != IHP_OK) {
        return l->err->status;
    }
    for (size_t k = 0; k < v->keys; k++) {
        if (read_values(l, &v->vary[k], v->node[k]) != IHP_OK) {
            return l->err->status;
        }
    }
    return make_scenarios(l, section->design, (size_t)scenarios, v, line);
}

enum ihp_status ihp__sweep_read_vary(struct ihp__deck_loading *l,
                                     const struct ihp__sweep_section *section)
{
    struct varying v = {.keys = 0};
    if (read_keys(l, &section->vary, &v) != IHP_OK) {
        return l->err->status;
    }
    enum ihp_status status = read_lists(l, section, &v);
    for (size_t k = 0; k < v.keys; k++) {
        free(v.vary[k].value);
    }
    return status;
}
