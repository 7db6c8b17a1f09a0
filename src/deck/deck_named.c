/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `scenarios` of a sweep: each with a name and the keys that it sets. */
#include "deck_sweep.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char a_name[] =
    "a text of 1 to 199 bytes on one line that does not begin with = + - or @";
static const char a_set[] = "keys, each with a value";

/* Reads the keys of `set`, the mapping at `entry`, which messages call `path`, in deck order. */
static enum ihp_status read_set(struct ihp__deck_loading *l, const struct ihp__deck_entry *entry,
                                const char *path, struct ihp__sweep_pick *pick,
                                struct ihp__sweep_value *value, size_t *picks)
{
    const yaml_node_t *node = entry->node;
    size_t line[IHP__SWEEP_KEYS], count = 0;
    if (ihp__deck_check_filled(l, entry, path, a_set) != IHP_OK) {
        return l->err->status;
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(l->document, pair->key);
        const struct ihp__sweep_key *key;
        char key_path[IHP__DECK_KEY_BYTES];
        if (ihp__sweep_read_key(l, name, path, &key) != IHP_OK) {
            return l->err->status;
        }
        snprintf(key_path, sizeof key_path, "%.60s.%s", path, key->name);
        for (size_t i = 0; i < count; i++) {
            if (pick[i].key == key) {
                return ihp__deck_fail_twice(l, key_path, ihp__yaml_line(name), line[i]);
            }
        }
        if (ihp__sweep_read_value(l, yaml_document_get_node(l->document, pair->value), key,
                                  key_path, &value[count]) != IHP_OK) {
            return l->err->status;
        }
        line[count] = ihp__yaml_line(name);
        pick[count] = (struct ihp__sweep_pick){key, &value[count]};
        count++;
    }
    *picks = count;
    return IHP_OK;
}

/* Reads a scenario of the list, which messages call `path`. */
static enum ihp_status read_scenario(struct ihp__deck_loading *l, const yaml_node_t *node,
                                     const char *path)
{
    enum { NAME, SET, ENTRIES };
    struct ihp__deck_entry entry[ENTRIES] = {{.name = "name"}, {.name = "set"}};
    char name_path[IHP__DECK_KEY_BYTES], set_path[IHP__DECK_KEY_BYTES];
    snprintf(name_path, sizeof name_path, "%.60s.name", path);
    snprintf(set_path, sizeof set_path, "%.60s.set", path);
    static const struct ihp__deck_below below = {"'set'", ihp__sweep_advise};
    if (ihp__deck_entries(l, node, path, entry, ENTRIES, &below) != IHP_OK) {
        return l->err->status;
    }
    size_t line = ihp__yaml_line(node), picks = 0;
    if (entry[NAME].node == NULL) {
        return ihp__deck_fail_missing(l, line, name_path, a_name);
    }
    if (entry[SET].node == NULL) {
        return ihp__deck_fail_missing(l, line, set_path, a_set);
    }
    const char *name = ihp__yaml_text(entry[NAME].node);
    if (name == NULL || !ihp__deck_is_line(name, IHP__SWEEP_NAME_BYTES - 1) ||
        ihp__text_is_formula(name)) {
        return ihp__deck_fail_value(l, name_path, entry[NAME].node, false, a_name);
    }
    struct ihp__sweep_pick pick[IHP__SWEEP_KEYS];
    struct ihp__sweep_value value[IHP__SWEEP_KEYS];
    const struct ihp__terms deck = ihp__deck_terms(&l->deck);
    if (read_set(l, &entry[SET], set_path, pick, value, &picks) != IHP_OK) {
        return l->err->status;
    }
    return ihp__sweep_add(l->deck.sweep, &deck, name, line, pick, picks, l->err);
}

static int compare_names(const void *left, const void *right)
{
    const struct ihp__scenario *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* Refuses a name that two scenarios have. */
static enum ihp_status check_names(struct ihp__deck_loading *l)
{
    const struct ihp__sweep *sweep = l->deck.sweep;
    struct ihp__sweep_repeat repeat;
    if (ihp__sweep_find_repeat(sweep->scenario, sweep->scenarios, sizeof *sweep->scenario,
                               compare_names, &repeat, l->err) != IHP_OK) {
        return l->err->status;
    }
    if (!repeat.found) {
        return IHP_OK;
    }
    const struct ihp__scenario *again = &sweep->scenario[repeat.again];
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: sweep.scenarios.%zu.name: '%.60s' is the name of scenario %zu "
                     "already; expected names that differ",
                     l->path, again->line, repeat.again + 1, again->name, repeat.first + 1);
}

enum ihp_status ihp__sweep_read_named(struct ihp__deck_loading *l,
                                      const struct ihp__sweep_section *section)
{
    const yaml_node_t *node = section->scenarios.node;
    const char *a_list = ihp__deck_find("sweep.scenarios")->allowed;
    size_t line = section->scenarios.line, count = 0;
    if (node->type != YAML_SEQUENCE_NODE && !ihp__yaml_is_blank(node)) {
        return ihp__deck_fail_value(l, "sweep.scenarios", node, false, a_list);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    }
    if (count == 0) {
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: sweep.scenarios: is empty; expected %s",
                         l->path, line, a_list);
    }
    if (ihp__sweep_check_count(l, section, line, "sweep.scenarios", count) != IHP_OK) {
        return l->err->status;
    }
    l->deck.sweep = ihp__sweep_create(section->design, count);
    if (l->deck.sweep == NULL) {
        return ihp__fail_memory(l->err, "the scenarios");
    }
    for (size_t i = 0; i < count; i++) {
        const yaml_node_item_t item = node->data.sequence.items.start[i];
        char path[IHP__DECK_KEY_BYTES];
        snprintf(path, sizeof path, "sweep.scenarios.%zu", i + 1);
        if (read_scenario(l, yaml_document_get_node(l->document, item), path) != IHP_OK) {
            return l->err->status;
        }
    }
    return check_names(l);
}
