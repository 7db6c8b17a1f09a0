/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `bootstrap` of a deck: how many replicates, which seed, intervals of which levels.
 * The table of keys has the words for what a value may be, and the defaults, which a test compares
 * with these numbers. */
#include "deck_read.h"

#include "base/search.h"

#include <string.h>

enum { REPLICATES_MAX = 1000000, SEED_DEFAULT = 1 };
#define LEVEL_DEFAULT 0.95

static const char a_level[] = "a number between 0 and 1, both excluded, such as 0.95";

/* Refuses a value of a key of the section. */
static enum ihp_status fail_value(struct ihp__deck_loading *l, const char *path,
                                  const yaml_node_t *node)
{
    return ihp__deck_fail_value(l, path, node, true, ihp__deck_find(path)->allowed);
}

static enum ihp_status read_integer(struct ihp__deck_loading *l, const yaml_node_t *node,
                                    const char *path, int64_t low, int64_t high, int64_t *value)
{
    const char *text = ihp__deck_value(node, true);
    return text != NULL && ihp__integer_parse(text, low, high, value) ? IHP_OK
                                                                      : fail_value(l, path, node);
}

/* Puts a level among those before it, in ascending order; each may be there once. */
static enum ihp_status add_level(struct ihp__deck_loading *l, const yaml_node_t *node)
{
    struct ihp__bootstrap_spec *b = &l->deck.bootstrap;
    const char *text = ihp__deck_value(node, true);
    double level;
    if (text == NULL || !ihp__decimal_parse(text, &level) || level <= 0.0 || level >= 1.0) {
        return ihp__deck_fail_value(l, "bootstrap.levels", node, true, a_level);
    }
    size_t at;
    IHP__LOWER_BOUND(at, b->levels, b->level[at] < level);
    if (at < b->levels && b->level[at] <= level) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: bootstrap.levels: '%.60s' appears twice; keep one", l->path,
                         ihp__yaml_line(node), text);
    }
    memmove(b->level + at + 1, b->level + at, (b->levels - at) * sizeof b->level[0]);
    b->level[at] = level;
    b->levels++;
    return IHP_OK;
}

static enum ihp_status read_levels(struct ihp__deck_loading *l, const yaml_node_t *node)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return fail_value(l, "bootstrap.levels", node);
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - item);
    if (count < 1 || count > IHP__LEVELS_MAX) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: bootstrap.levels: a list of %zu is not allowed; expected %s",
                         l->path, ihp__yaml_line(node), count,
                         ihp__deck_find("bootstrap.levels")->allowed);
    }
    for (; item < node->data.sequence.items.top; item++) {
        if (add_level(l, yaml_document_get_node(l->document, *item)) != IHP_OK) {
            return l->err->status;
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__deck_read_bootstrap(struct ihp__deck_loading *l)
{
    enum { REPLICATES, SEED, LEVELS, ENTRIES };
    struct ihp__deck_entry entry[ENTRIES] = {
        {.name = "replicates"}, {.name = "seed"}, {.name = "levels"}};
    struct ihp__bootstrap_spec *b = &l->deck.bootstrap;
    int64_t replicates;
    if (ihp__deck_entries(l, l->bootstrap.node, "bootstrap", entry, ENTRIES, NULL) != IHP_OK) {
        return l->err->status;
    }
    if (entry[REPLICATES].node == NULL) {
        return ihp__deck_fail_missing(l, l->bootstrap.line, "bootstrap.replicates",
                                      ihp__deck_find("bootstrap.replicates")->allowed);
    }
    if (read_integer(l, entry[REPLICATES].node, "bootstrap.replicates", 1, REPLICATES_MAX,
                     &replicates) != IHP_OK) {
        return l->err->status;
    }
    b->replicates = (int)replicates;
    b->seed = SEED_DEFAULT;
    if (entry[SEED].node != NULL &&
        read_integer(l, entry[SEED].node, "bootstrap.seed", 0, INT64_MAX, &b->seed) != IHP_OK) {
        return l->err->status;
    }
    if (entry[LEVELS].node != NULL) {
        return read_levels(l, entry[LEVELS].node);
    }
    b->level[0] = LEVEL_DEFAULT;
    b->levels = 1;
    return IHP_OK;
}
