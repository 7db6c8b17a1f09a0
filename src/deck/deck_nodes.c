/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of a deck's YAML, and the refusals that every part of a deck has in common. */
#include "deck_read.h"

#include "base/nearest.h"

#include <string.h>

size_t ihp__deck_line_given(const struct ihp__deck_loading *l, const char *path)
{
    const struct ihp__deck_spec *spec = ihp__deck_find(path);
    return spec == NULL ? 0 : l->line[spec - ihp__deck_spec];
}

static bool is_quoted(const yaml_node_t *node)
{
    return node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
}

const char *ihp__deck_value(const yaml_node_t *node, bool plain)
{
    const char *text = ihp__yaml_text(node);
    return text != NULL && plain && is_quoted(node) ? NULL : text;
}

/* ---- refusals -------------------------------------------------------------------------------- */

enum ihp_status ihp__deck_fail_value(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node, bool plain, const char *allowed)
{
    const char *text = ihp__yaml_text(node);
    char saw[96];
    if (text == NULL) {
        snprintf(saw, sizeof saw, "%s", ihp__yaml_kind(node));
    } else {
        snprintf(saw, sizeof saw, "%s'%.60s'", plain && is_quoted(node) ? "text " : "", text);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: %s is not allowed; expected %s", l->path,
                     ihp__yaml_line(node), path, saw, allowed);
}

enum ihp_status ihp__deck_fail_spec(struct ihp__deck_loading *l, const struct ihp__deck_spec *spec,
                                    const yaml_node_t *node)
{
    char allowed[IHP__DECK_ALLOWED];
    return ihp__deck_fail_value(l, spec->path, node, ihp__deck_is_plain(spec),
                                ihp__deck_allowed(spec, allowed));
}

enum ihp_status ihp__deck_fail_group(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node)
{
    return ihp__fail(l->err, IHP_ERR_USAGE,
                     "%s:%zu: %s: %s is not allowed; expected a group of keys", l->path,
                     ihp__yaml_line(node), path, ihp__yaml_kind(node));
}

enum ihp_status ihp__deck_fail_missing(struct ihp__deck_loading *l, size_t line, const char *path,
                                       const char *allowed)
{
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: is missing; add %s", l->path, line, path,
                     allowed);
}

enum ihp_status ihp__deck_fail_twice(struct ihp__deck_loading *l, const char *path, size_t line,
                                     size_t first_line)
{
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: was given on line %zu already; keep one",
                     l->path, line, path, first_line);
}

enum ihp_status ihp__deck_fail_key(struct ihp__deck_loading *l, size_t line, const char *path)
{
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s%sa key is not a text", l->path, line, path,
                     path[0] == '\0' ? "" : ": ");
}

/* Returns the name that somebody probably meant; "policy" is near to "policies", too. */
static const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    char plural[64];
    const char *nearest = ihp__nearest(name, names, count);
    size_t length = strlen(name);
    if (nearest == NULL && length > 2 && length < 60 && name[length - 1] == 'y') {
        snprintf(plural, sizeof plural, "%.*sies", (int)length - 1, name);
        nearest = ihp__nearest(plural, names, count);
    }
    return nearest;
}

/* Writes the groups other than `path` that have the key `name`, "'base' or 'performance'", or that
 * the deck itself has it. Returns false if nothing has it. */
static bool groups_with(const char *path, const char *name, char text[IHP__DECK_ADVICE])
{
    size_t used = 0, length = strlen(name);
    if (strchr(name, '.') != NULL) {
        return false;
    }
    for (size_t i = 0; i < ihp__deck_specs && used < IHP__DECK_ADVICE; i++) {
        const char *key = ihp__deck_spec[i].path, *dot = strrchr(key, '.');
        size_t group = dot == NULL ? 0 : (size_t)(dot - key);
        bool here = strlen(path) == group && strncmp(path, key, group) == 0;
        bool is_top =
            strncmp(key, name, length) == 0 && (key[length] == '\0' || key[length] == '.');
        if (is_top && path[0] != '\0') {
            snprintf(text, IHP__DECK_ADVICE, "at the top of the deck");
            return true;
        }
        if (dot != NULL && strcmp(dot + 1, name) == 0 && !here) {
            used += (size_t)snprintf(text + used, IHP__DECK_ADVICE - used, "%s'%.*s'",
                                     used == 0 ? "in " : " or ", (int)group, key);
        }
    }
    return used > 0;
}

enum ihp_status ihp__deck_fail_unknown(struct ihp__deck_loading *l, size_t line, const char *path,
                                       const char *name, const char *const *names, size_t count,
                                       const char *advice)
{
    char listed[800] = "", meant[IHP__DECK_ADVICE + 100] = "the", groups[IHP__DECK_ADVICE];
    const char *dot = strrchr(name, '.'); /* "policies.count_unit" in a sweep, say */
    const char *nearest = nearest_name(dot == NULL ? name : dot + 1, names, count);
    for (size_t i = 0, used = 0; i < count && used < sizeof listed; i++) {
        used += (size_t)snprintf(listed + used, sizeof listed - used, " %s", names[i]);
    }
    if (advice != NULL) {
        snprintf(meant, sizeof meant, "%s The", advice);
    } else if (groups_with(path, name, groups)) {
        snprintf(meant, sizeof meant, "'%.60s' belongs %s. The", name, groups);
    } else if (nearest != NULL) {
        snprintf(meant, sizeof meant, "did you mean '%s'? The", nearest);
    }
    return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s%s%.60s: unknown key; %s keys here are:%s",
                     l->path, line, path, path[0] == '\0' ? "" : ".", name, meant, listed);
}

/* ---- mappings -------------------------------------------------------------------------------- */

static enum ihp_status fail_unknown_entry(struct ihp__deck_loading *l, size_t line,
                                          const char *path, const char *name,
                                          const struct ihp__deck_entry *entry, size_t count,
                                          const struct ihp__deck_below *below)
{
    const char *names[8];
    char advice[IHP__DECK_ADVICE];
    size_t most = sizeof names / sizeof names[0];
    for (size_t i = 0; i < count && i < most; i++) {
        names[i] = entry[i].name;
    }
    count = count < most ? count : most;
    bool is_near = nearest_name(name, names, count) != NULL;
    bool advised = below != NULL && below->advise(below->place, name, is_near, advice);
    return ihp__deck_fail_unknown(l, line, path, name, names, count, advised ? advice : NULL);
}

enum ihp_status ihp__deck_entries(struct ihp__deck_loading *l, const yaml_node_t *node,
                                  const char *path, struct ihp__deck_entry *entry, size_t count,
                                  const struct ihp__deck_below *below)
{
    if (ihp__yaml_is_blank(node)) {
        return IHP_OK;
    }
    if (node->type != YAML_MAPPING_NODE) {
        return ihp__deck_fail_group(l, path, node);
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(l->document, pair->key);
        const char *name = ihp__yaml_text(key);
        size_t i = 0, line = ihp__yaml_line(key);
        if (name == NULL) {
            return ihp__deck_fail_key(l, line, path);
        }
        while (i < count && strcmp(entry[i].name, name) != 0) {
            i++;
        }
        if (i == count) {
            return fail_unknown_entry(l, line, path, name, entry, count, below);
        }
        if (entry[i].node != NULL) {
            char twice[IHP__DECK_KEY_BYTES];
            snprintf(twice, sizeof twice, "%.60s.%s", path, name);
            return ihp__deck_fail_twice(l, twice, line, entry[i].line);
        }
        entry[i].node = yaml_document_get_node(l->document, pair->value);
        entry[i].line = line;
    }
    return IHP_OK;
}

enum ihp_status ihp__deck_check_filled(struct ihp__deck_loading *l,
                                       const struct ihp__deck_entry *entry, const char *path,
                                       const char *allowed)
{
    const yaml_node_t *node = entry->node;
    bool blank = ihp__yaml_is_blank(node);
    if (node->type != YAML_MAPPING_NODE && !blank) {
        return ihp__deck_fail_group(l, path, node);
    }
    if (blank || node->data.mapping.pairs.top == node->data.mapping.pairs.start) {
        return ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: is empty; expected %s", l->path,
                         entry->line, path, allowed);
    }
    return IHP_OK;
}
