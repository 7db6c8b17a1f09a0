/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the keys of the table from a deck's YAML. The sections `bootstrap` and `sweep` are read
 * last, as a deck may have them before what they refer to. */
#include "deck_read.h"
#include "deck_sweep.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* ---- unknown keys ---------------------------------------------------------------------------- */

/* Returns the rest of a key's path in the group `group` ("" for the deck itself), NULL if the group
 * does not have the key. */
static const char *rest_in(const char *group, const char *path)
{
    size_t length = strlen(group);
    if (length == 0) {
        return path;
    }
    return strncmp(path, group, length) == 0 && path[length] == '.' ? path + length + 1 : NULL;
}

/* Returns true if the table has `path` as a group ("base" of "base.year"). */
static bool is_group(const char *path)
{
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        if (rest_in(path, ihp__deck_spec[i].path) != NULL) {
            return path[0] != '\0';
        }
    }
    return false;
}

/* Gives the distinct names that a group may have, stored in `text`. */
static size_t names_in(const char *group, const char **name, char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const char *rest = rest_in(group, ihp__deck_spec[i].path);
        if (rest == NULL) {
            continue;
        }
        size_t bytes = strcspn(rest, "."), known = 0;
        memcpy(text, rest, bytes);
        text[bytes] = '\0';
        while (known < count && strcmp(name[known], text) != 0) {
            known++;
        }
        if (known == count) {
            name[count++] = text;
            text += bytes + 1;
        }
    }
    return count;
}

/* The names of a group, as a refusal needs them. */
struct names {
    const char **name;
    size_t count;
    char *text; /* of the names */
};

static void free_names(struct names *names)
{
    free(names->name);
    free(names->text);
}

static enum ihp_status find_names(struct ihp__deck_loading *l, const char *group,
                                  struct names *names)
{
    size_t bytes = 0;
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        bytes += strlen(ihp__deck_spec[i].path) + 1;
    }
    *names =
        (struct names){.name = calloc(ihp__deck_specs, sizeof *names->name), .text = malloc(bytes)};
    if (names->name == NULL || names->text == NULL) {
        free_names(names);
        return ihp__fail_memory(l->err, "the keys of a deck");
    }
    names->count = names_in(group, names->name, names->text);
    return IHP_OK;
}

/* Returns true if only a sweep has the key, and no group of the deck. */
static bool is_only_swept(const char *key)
{
    const struct ihp__sweep_key *found = ihp__sweep_find(key);
    if (found == NULL || found->deck_key == NULL) {
        return found != NULL;
    }
    const char *dot = strrchr(found->deck_key, '.');
    return strcmp(dot == NULL ? found->deck_key : dot + 1, key) != 0;
}

/* Refuses a key that a group of the table lacks. */
static enum ihp_status fail_unknown(struct ihp__deck_loading *l, size_t line, const char *group,
                                    const char *key)
{
    struct names names;
    char advice[IHP__DECK_ADVICE];
    bool swept = is_only_swept(key);
    if (find_names(l, group, &names) != IHP_OK) {
        return l->err->status;
    }
    snprintf(advice, sizeof advice, "'%.40s' is a key of a sweep: it belongs in 'sweep.vary'.",
             key);
    enum ihp_status status =
        ihp__deck_fail_unknown(l, line, group, key, names.name, names.count, swept ? advice : NULL);
    free_names(&names);
    return status;
}

/* Refuses a key that is written with its dot: keys nest, and a dot is only how messages name them.
 * `write` ends in that word; the key that was meant is `name` of `group`, with a value `text`. */
static enum ihp_status fail_nested(struct ihp__deck_loading *l, size_t line, const char *path,
                                   const char *write, const char *group, const char *name,
                                   const char *text)
{
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: %s: %s it nested: a line '%s:' and below it, indented, '%s: %s'",
                     l->path, line, path, write, group, name, text);
}

/* Refuses a key of the deck itself that is written with a dot after a group that the deck does not
 * have; it may be misspelled. */
static enum ihp_status fail_group(struct ihp__deck_loading *l, size_t line, const char *path,
                                  const char *group, const char *word, const char *text)
{
    struct names names;
    char write[IHP__DECK_KEY_BYTES + 40];
    if (find_names(l, "", &names) != IHP_OK) {
        return l->err->status;
    }
    const char *nearest = ihp__nearest(group, names.name, names.count);
    if (nearest == NULL || !is_group(nearest)) {
        free_names(&names);
        return fail_unknown(l, line, "", path);
    }
    snprintf(write, sizeof write, "unknown key; did you mean '%s'? Write", nearest);
    enum ihp_status status = fail_nested(l, line, path, write, nearest, word, text);
    free_names(&names);
    return status;
}

/* Refuses a key of the deck itself whose name has a dot. What is before the dot may be a group:
 * then the key that was meant is one of its keys. */
static enum ihp_status fail_dotted(struct ihp__deck_loading *l, size_t line, const char *path,
                                   const yaml_node_t *value)
{
    char group[IHP__DECK_KEY_BYTES], word[IHP__DECK_KEY_BYTES], write[IHP__DECK_KEY_BYTES + 40];
    const char *rest = strchr(path, '.') + 1, *text = ihp__yaml_text(value);
    struct names names;
    snprintf(group, sizeof group, "%.*s", (int)(rest - 1 - path), path);
    snprintf(word, sizeof word, "%.*s", (int)strcspn(rest, "."), rest);
    if (text == NULL || !ihp__deck_is_line(text, 60) || strlen(word) < strlen(rest)) {
        text = "...";
    }
    if (!is_group(group)) {
        return fail_group(l, line, path, group, word, text);
    }
    if (find_names(l, group, &names) != IHP_OK) {
        return l->err->status;
    }
    enum ihp_status status;
    const char *nearest = ihp__nearest(word, names.name, names.count);
    if (nearest == NULL) {
        status = ihp__deck_fail_unknown(l, line, group, word, names.name, names.count, NULL);
    } else if (strcmp(word, nearest) == 0) {
        status = fail_nested(l, line, path, "write", group, nearest, text);
    } else {
        snprintf(write, sizeof write, "unknown key; did you mean '%s'? Write", nearest);
        status = fail_nested(l, line, path, write, group, nearest, text);
    }
    free_names(&names);
    return status;
}

/* ---- keys and groups ------------------------------------------------------------------------- */

/* Reads a list of paths. */
static enum ihp_status set_paths(struct ihp__deck_loading *l, const struct ihp__deck_spec *key,
                                 const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE ||
        node->data.sequence.items.start == node->data.sequence.items.top) {
        return ihp__deck_fail_spec(l, key, node);
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++) {
        const yaml_node_t *path = yaml_document_get_node(l->document, *item);
        const char *text = ihp__yaml_text(path);
        if (text == NULL || !ihp__deck_set(&l->deck, key, text, l->folder)) {
            return ihp__deck_fail_spec(l, key, path);
        }
    }
    return IHP_OK;
}

static enum ihp_status set_key(struct ihp__deck_loading *l, const struct ihp__deck_spec *key,
                               const yaml_node_t *node, size_t key_line)
{
    size_t i = (size_t)(key - ihp__deck_spec);
    const char *text = ihp__deck_value(node, ihp__deck_is_plain(key));
    if (l->given[i]) {
        return ihp__deck_fail_twice(l, key->path, key_line, l->line[i]);
    }
    if (key->type == IHP__DECK_PATHS) {
        if (set_paths(l, key, node) != IHP_OK) {
            return l->err->status;
        }
    } else if (text == NULL || !ihp__deck_set(&l->deck, key, text, l->folder)) {
        return ihp__deck_fail_spec(l, key, node);
    }
    l->given[i] = true;
    l->line[i] = key_line;
    return IHP_OK;
}

static enum ihp_status read_mapping(struct ihp__deck_loading *l, const yaml_node_t *mapping,
                                    const char *group);

/* Remembers a group; refuses one that was given before. */
static enum ihp_status add_group(struct ihp__deck_loading *l, const char *path, size_t line)
{
    for (size_t i = 0; i < l->groups; i++) {
        if (strcmp(l->group[i], path) == 0) {
            return ihp__deck_fail_twice(l, path, line, l->group_line[i]);
        }
    }
    if (l->groups < IHP__DECK_GROUPS_MAX) {
        snprintf(l->group[l->groups], IHP__DECK_KEY_BYTES, "%s", path);
        l->group_line[l->groups++] = line;
    }
    return IHP_OK;
}

static enum ihp_status read_group(struct ihp__deck_loading *l, const yaml_node_t *value,
                                  const char *path, size_t line)
{
    if (add_group(l, path, line) != IHP_OK) {
        return l->err->status;
    }
    if (ihp__yaml_is_blank(value)) {
        return IHP_OK; /* "policies:" with nothing below */
    }
    if (value->type != YAML_MAPPING_NODE) {
        return ihp__deck_fail_group(l, path, value);
    }
    return read_mapping(l, value, path);
}

/* Returns the section of a name, which another file reads; NULL for other names. */
static struct ihp__deck_entry *section_of(struct ihp__deck_loading *l, const char *path)
{
    return strcmp(path, l->bootstrap.name) == 0 ? &l->bootstrap
           : strcmp(path, l->sweep.name) == 0   ? &l->sweep
                                                : NULL;
}

static enum ihp_status keep_section(struct ihp__deck_loading *l, struct ihp__deck_entry *section,
                                    const yaml_node_t *value, size_t line)
{
    if (section->node != NULL) {
        return ihp__deck_fail_twice(l, section->name, line, section->line);
    }
    section->node = value;
    section->line = line;
    return IHP_OK;
}

static enum ihp_status read_pair(struct ihp__deck_loading *l, const yaml_node_pair_t *pair,
                                 const char *group)
{
    const yaml_node_t *key_node = yaml_document_get_node(l->document, pair->key);
    const yaml_node_t *value = yaml_document_get_node(l->document, pair->value);
    const char *name = ihp__yaml_text(key_node);
    size_t line = ihp__yaml_line(key_node);
    char path[IHP__DECK_KEY_BYTES];
    if (name == NULL || snprintf(path, sizeof path, "%s%s%.60s", group, group[0] == '\0' ? "" : ".",
                                 name) >= IHP__DECK_KEY_BYTES) {
        return ihp__deck_fail_key(l, line, group);
    }
    const struct ihp__deck_spec *key = ihp__deck_find(path);
    struct ihp__deck_entry *section = section_of(l, path);
    if (strchr(name, '.') != NULL) {
        /* `path` has the beginning of a long name, which may lack the dot. */
        return group[0] == '\0' && strchr(path, '.') != NULL ? fail_dotted(l, line, path, value)
                                                             : fail_unknown(l, line, group, name);
    }
    if (key != NULL) {
        return set_key(l, key, value, line);
    }
    if (section != NULL) {
        return keep_section(l, section, value, line);
    }
    return is_group(path) ? read_group(l, value, path, line) : fail_unknown(l, line, group, name);
}

/* Reads the keys of a mapping. Depth is bounded: below a group the table has keys only. */
static enum ihp_status read_mapping(struct ihp__deck_loading *l, const yaml_node_t *mapping,
                                    const char *group)
{
    const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        if (read_pair(l, pair, group) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

/* ---- the whole deck -------------------------------------------------------------------------- */

/* Returns true if a deck must give a key: every key without a default, and of the two keys that say
 * which months the performance period has, the one of the settlement's kind. */
static bool is_required(const struct ihp__deck_loading *l, const struct ihp__deck_spec *key)
{
    bool quarterly = l->deck.settlement == IHP__QUARTERLY;
    if (key->offset == offsetof(struct ihp__deck, performance.year)) {
        return !quarterly;
    }
    return key->fallback == NULL ||
           (quarterly && key->offset == offsetof(struct ihp__deck, performance.through));
}

static enum ihp_status read_defaults(struct ihp__deck_loading *l)
{
    for (size_t i = 0; i < ihp__deck_specs; i++) {
        const struct ihp__deck_spec *key = &ihp__deck_spec[i];
        if (l->given[i] || key->type == IHP__DECK_SECTION) {
            continue;
        }
        if (is_required(l, key)) {
            char allowed[IHP__DECK_ALLOWED];
            return ihp__fail(l->err, IHP_ERR_USAGE, "%s: %s: is missing; add %s (%s)", l->path,
                             key->path, ihp__deck_allowed(key, allowed), key->help);
        }
        if (key->fallback != NULL) {
            ihp__deck_set(&l->deck, key, key->fallback, "");
        }
    }
    return IHP_OK;
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
                     "or remove the key",
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
                     "%s:%zu: interim: %s follows no other settlement; settle a final, or remove "
                     "the key [2.12]",
                     l->path, ihp__deck_line_given(l, "interim"), ihp__settlement_name(&l->deck));
}

/* A reconciliation is of payments that the deck names. */
static enum ihp_status check_reconciliation(struct ihp__deck_loading *l)
{
    if (l->deck.reconciliation[0] == '\0' || l->deck.payments.runs > 0) {
        return IHP_OK;
    }
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: reconciliation: the deck names no payments; add the key 'payments' "
                     "with their folders, or remove this one [15.5]",
                     l->path, ihp__deck_line_given(l, "reconciliation"));
}

enum ihp_status ihp__deck_read(struct ihp__deck_loading *l)
{
    const yaml_node_t *root = yaml_document_get_root_node(l->document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:1: is not a deck; expected keys such as 'store: state.h5'", l->path);
    }
    if (read_mapping(l, root, "") != IHP_OK || ihp__deck_check_kind(l) != IHP_OK ||
        read_defaults(l) != IHP_OK || ihp__deck_check_runout(l) != IHP_OK ||
        check_bootstrap_scenarios(l) != IHP_OK || check_interim(l) != IHP_OK ||
        check_reconciliation(l) != IHP_OK || ihp__deck_take_settings(l) != IHP_OK) {
        return l->err->status;
    }
    if (l->bootstrap.node != NULL && ihp__deck_read_bootstrap(l) != IHP_OK) {
        return l->err->status;
    }
    return l->sweep.node != NULL ? ihp__deck_read_sweep(l) : IHP_OK;
}
