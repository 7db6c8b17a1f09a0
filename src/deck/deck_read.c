/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the keys of the table from a deck's YAML; sections with lists are kept for when the rest
 * is known, as they may stand before it. */
#include "deck_read.h"

#include <string.h>

/* Whether the table has `path` as a group ("base" of "base.year"). */
static bool is_group(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        if (strncmp(ihp__deck_spec[i].path, path, length) == 0 &&
            ihp__deck_spec[i].path[length] == '.') {
            return true;
        }
    }
    return false;
}

/* The names that may follow the first `prefix` bytes of `key`. */
static void list_keys(const char *key, size_t prefix, char *keys, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const char *path = ihp__deck_spec[i].path;
        if (strncmp(path, key, prefix) == 0 && used < size) {
            size_t length = strcspn(path + prefix, ".");
            char word[64];
            snprintf(word, sizeof word, " %.*s", (int)(length < 60 ? length : 60), path + prefix);
            if (strstr(keys, word) == NULL) {
                used += (size_t)snprintf(keys + used, size - used, "%s", word);
            }
        }
    }
    if (prefix == 0 && used < size) {
        snprintf(keys + used, size - used, " bootstrap sweep");
    }
}

static enum ihp_status fail_unknown(struct ihp__deck_loading *l, size_t line, const char *key)
{
    char keys[700] = "";
    const char *dot = strrchr(key, '.');
    list_keys(key, dot == NULL ? 0 : (size_t)(dot - key) + 1, keys, sizeof keys);
    if (keys[0] == '\0') { /* the dot is part of a name that no group has */
        list_keys(key, 0, keys, sizeof keys);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: unknown key; the keys here are:%s",
                     l->path, line, key, keys);
}

static enum ihp_status set_key(struct ihp__deck_loading *l, size_t spec, const yaml_node_t *node,
                               size_t key_line)
{
    const struct ihp__deck_spec *key = &ihp__deck_spec[spec];
    bool plain = ihp__deck_wants_plain(key);
    const char *text = ihp__deck_value(node, plain);
    if (l->given[spec]) {
        return ihp__deck_fail_twice(l, key->path, key_line, l->line[spec]);
    }
    if (text == NULL || !ihp__deck_set(&l->deck, key, text, l->folder)) {
        return ihp__deck_fail_value(l, key->path, node, plain, key->allowed);
    }
    l->given[spec] = true;
    l->line[spec] = key_line;
    return IHP_OK;
}

static enum ihp_status read_mapping(struct ihp__deck_loading *l, const yaml_node_t *mapping,
                                    const char *prefix);

/* Whether a group was given before, which is a fault; remembers it otherwise. */
static bool group_given(struct ihp__deck_loading *l, const char *path, size_t line)
{
    for (size_t i = 0; i < l->groups; i++) {
        if (strcmp(l->group[i], path) == 0) {
            ihp__deck_fail_twice(l, path, line, l->group_line[i]);
            return true;
        }
    }
    if (l->groups < IHP__DECK_GROUPS_MAX) {
        snprintf(l->group[l->groups], IHP__DECK_KEY_BYTES, "%s", path);
        l->group_line[l->groups++] = line;
    }
    return false;
}

/* A section, which other files read; NULL when `path` is none. */
static struct ihp__deck_entry *section(struct ihp__deck_loading *l, const char *path)
{
    return strcmp(path, l->bootstrap.name) == 0 ? &l->bootstrap
           : strcmp(path, l->sweep.name) == 0   ? &l->sweep
                                                : NULL;
}

static enum ihp_status read_group(struct ihp__deck_loading *l, const yaml_node_t *value,
                                  const char *path, size_t line)
{
    char below[IHP__DECK_KEY_BYTES + 2];
    if (group_given(l, path, line)) {
        return l->err->status;
    }
    if (ihp__deck_is_blank(value)) {
        return IHP_OK; /* "policies:" with nothing below */
    }
    if (value->type != YAML_MAPPING_NODE) {
        return ihp__deck_fail_group(l, path, value);
    }
    snprintf(below, sizeof below, "%s.", path);
    return read_mapping(l, value, below);
}

static enum ihp_status read_pair(struct ihp__deck_loading *l, const yaml_node_pair_t *pair,
                                 const char *prefix)
{
    const yaml_node_t *key_node = yaml_document_get_node(l->document, pair->key);
    const yaml_node_t *value = yaml_document_get_node(l->document, pair->value);
    const char *name = ihp__deck_text(key_node);
    char path[IHP__DECK_KEY_BYTES];
    if (name == NULL ||
        snprintf(path, sizeof path, "%s%.60s", prefix, name) >= IHP__DECK_KEY_BYTES) {
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: a key is no text", l->path,
                         ihp__deck_line_of(key_node));
    }
    bool dotted = strchr(name, '.') != NULL; /* keys nest; a dot is only how messages name them */
    for (size_t i = 0; i < ihp__deck_specs && !dotted; i++) {
        if (strcmp(ihp__deck_spec[i].path, path) == 0) {
            return set_key(l, i, value, ihp__deck_line_of(key_node));
        }
    }
    struct ihp__deck_entry *kept = section(l, path);
    if (kept != NULL && kept->node != NULL) {
        return ihp__deck_fail_twice(l, path, ihp__deck_line_of(key_node), kept->line);
    }
    if (kept != NULL) {
        kept->node = value;
        kept->line = ihp__deck_line_of(key_node);
        return IHP_OK;
    }
    if (dotted || !is_group(path)) {
        return fail_unknown(l, ihp__deck_line_of(key_node), path);
    }
    return read_group(l, value, path, ihp__deck_line_of(key_node));
}

/* Depth is bounded: below a group the table has keys only. */
static enum ihp_status read_mapping(struct ihp__deck_loading *l, const yaml_node_t *mapping,
                                    const char *prefix)
{
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        if (read_pair(l, pair, prefix) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status read_defaults(struct ihp__deck_loading *l)
{
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *key = &ihp__deck_spec[i];
        if (l->given[i]) {
            continue;
        }
        if (key->fallback == NULL) {
            return ihp__fail(l->err, IHP_ERR_USAGE, "%s: %s: is missing; add %s (%s)", l->path,
                             key->path, key->allowed, key->help);
        }
        ihp__deck_set(&l->deck, key, key->fallback, "");
    }
    return IHP_OK;
}

size_t ihp__deck_line_given(const struct ihp__deck_loading *l, const char *path)
{
    const struct ihp__deck_spec *spec = ihp__deck_find(path);
    return spec == NULL ? 0 : l->line[spec - ihp__deck_spec];
}

/* Intervals for the scenarios need both sections. */
static enum ihp_status check_bootstrap_scenarios(struct ihp__deck_loading *l)
{
    bool bootstrap = l->bootstrap.node != NULL, sweep = l->sweep.node != NULL;
    if (!l->deck.bootstrap_scenarios || (bootstrap && sweep)) {
        return IHP_OK;
    }
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: bootstrap_scenarios: true, but the deck has no %s; add the section%s "
                     "or take the key away",
                     l->path, ihp__deck_line_given(l, "bootstrap_scenarios"),
                     bootstrap ? "sweep"
                     : sweep   ? "bootstrap"
                               : "bootstrap and no sweep",
                     bootstrap || sweep ? "" : "s");
}

static enum ihp_status check_interim(struct ihp__deck_loading *l)
{
    if (l->deck.interim[0] == '\0' || l->deck.settlement == IHP__FINAL) {
        return IHP_OK;
    }
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: interim: an interim settlement follows no other; settle a final, or "
                     "take the key away [2.12]",
                     l->path, ihp__deck_line_given(l, "interim"));
}

enum ihp_status ihp__deck_read(struct ihp__deck_loading *l)
{
    const yaml_node_t *root = yaml_document_get_root_node(l->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:1: is no deck; expected keys such as 'store: "
                         "state.h5'",
                         l->path);
    }
    if (read_mapping(l, root, "") != IHP_OK || read_defaults(l) != IHP_OK ||
        ihp__deck_check_runout(l) != IHP_OK || check_bootstrap_scenarios(l) != IHP_OK ||
        check_interim(l) != IHP_OK) {
        return l->err->status;
    }
    if (l->bootstrap.node != NULL && ihp__deck_read_bootstrap(l) != IHP_OK) {
        return l->err->status;
    }
    return l->sweep.node != NULL ? ihp__deck_read_sweep(l) : IHP_OK;
}
