/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `sweep` of a deck: its design, how many scenarios it may have, and what the design is
 * made of. The table of keys has the words for what a value may be. */
#include "deck_sweep.h"

#include <string.h>

enum { MAX_SCENARIOS_DEFAULT = 10000 };

static enum ihp_status read_design(struct ihp__deck_loading *l, struct ihp__sweep_section *section)
{
    const struct ihp__deck_spec *spec = ihp__deck_find("sweep.design");
    const struct ihp__deck_entry *entry = &section->given_design;
    char allowed[IHP__DECK_ALLOWED];
    if (entry->node == NULL) {
        return ihp__deck_fail_missing(l, l->sweep.line, spec->path,
                                      ihp__deck_allowed(spec, allowed));
    }
    const char *text = ihp__deck_value(entry->node, false);
    for (int i = 0; text != NULL && spec->choices[i] != NULL; i++) {
        if (strcmp(spec->choices[i], text) == 0) {
            section->design = (enum ihp__sweep_design)i;
            return IHP_OK;
        }
    }
    return ihp__deck_fail_spec(l, spec, entry->node);
}

static enum ihp_status read_max(struct ihp__deck_loading *l, const struct ihp__deck_entry *entry,
                                struct ihp__sweep_section *section)
{
    int64_t most = MAX_SCENARIOS_DEFAULT;
    const char *text = entry->node == NULL ? NULL : ihp__deck_value(entry->node, true);
    if (entry->node != NULL &&
        (text == NULL || !ihp__integer_parse(text, 1, IHP__SWEEP_MAX, &most))) {
        return ihp__deck_fail_value(l, "sweep.max_scenarios", entry->node, true,
                                    ihp__deck_find("sweep.max_scenarios")->allowed);
    }
    section->max_scenarios = (size_t)most;
    return IHP_OK;
}

/* Asks for an entry that the design needs, and refuses one that it has no use for. */
static enum ihp_status check_entry(struct ihp__deck_loading *l,
                                   const struct ihp__sweep_section *section,
                                   const struct ihp__deck_entry *entry, bool needed)
{
    char path[IHP__DECK_KEY_BYTES];
    snprintf(path, sizeof path, "sweep.%s", entry->name);
    const struct ihp__deck_spec *spec = ihp__deck_find(path);
    if (needed && entry->node == NULL) {
        return ihp__deck_fail_missing(l, section->given_design.line, path, spec->allowed);
    }
    if (!needed && entry->node != NULL) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: %s: is not allowed in a sweep of design %s; remove the key",
                         l->path, entry->line, path,
                         ihp__deck_find("sweep.design")->choices[section->design]);
    }
    return IHP_OK;
}

/* Returns the design that the section's YAML names, before it is checked; NULL if there is none. */
static const char *named_design(const struct ihp__deck_loading *l)
{
    const yaml_node_t *node = l->sweep.node;
    if (node->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const char *name = ihp__yaml_text(yaml_document_get_node(l->document, pair->key));
        if (name != NULL && strcmp(name, "design") == 0) {
            return ihp__yaml_text(yaml_document_get_node(l->document, pair->value));
        }
    }
    return NULL;
}

/* Advises on a key of a sweep of design readings, which varies no other keys than the policies. */
static bool advise_readings(const char *place, const char *name, bool is_near,
                            char advice[IHP__DECK_ADVICE])
{
    if (!ihp__sweep_advise(place, name, is_near, advice)) {
        return false;
    }
    snprintf(advice, IHP__DECK_ADVICE,
             "a sweep of design readings varies every policy by itself; remove the key, or use "
             "another design.");
    return true;
}

/* Returns where keys that vary belong, by the design. */
static struct ihp__deck_below below_of(const char *design)
{
    if (design != NULL && strcmp(design, "readings") == 0) {
        return (struct ihp__deck_below){"", advise_readings};
    }
    bool named = design != NULL && strcmp(design, "named") == 0;
    return (struct ihp__deck_below){named ? "'set' of a scenario" : "'vary'", ihp__sweep_advise};
}

static enum ihp_status read_section(struct ihp__deck_loading *l, struct ihp__sweep_section *section)
{
    enum { DESIGN, VARY, SCENARIOS, MAX, ENTRIES };
    struct ihp__deck_entry entry[ENTRIES] = {
        {.name = "design"}, {.name = "vary"}, {.name = "scenarios"}, {.name = "max_scenarios"}};
    const struct ihp__deck_below below = below_of(named_design(l));
    if (ihp__deck_entries(l, l->sweep.node, "sweep", entry, ENTRIES, &below) != IHP_OK) {
        return l->err->status;
    }
    section->given_design = entry[DESIGN];
    section->vary = entry[VARY];
    section->scenarios = entry[SCENARIOS];
    if (read_design(l, section) != IHP_OK || read_max(l, &entry[MAX], section) != IHP_OK) {
        return l->err->status;
    }
    bool named = section->design == IHP__SWEEP_NAMED;
    bool vary = !named && section->design != IHP__SWEEP_READINGS;
    enum ihp_status status = check_entry(l, section, &section->vary, vary);
    return status != IHP_OK ? status : check_entry(l, section, &section->scenarios, named);
}

enum ihp_status ihp__deck_read_sweep(struct ihp__deck_loading *l)
{
    struct ihp__sweep_section section;
    if (read_section(l, &section) != IHP_OK) {
        return l->err->status;
    }
    switch (section.design) {
    case IHP__SWEEP_ONE_AT_A_TIME:
    case IHP__SWEEP_GRID:
        return ihp__sweep_read_vary(l, &section);
    case IHP__SWEEP_NAMED:
        return ihp__sweep_read_named(l, &section);
    case IHP__SWEEP_READINGS:
        return ihp__sweep_read_readings(l, &section);
    }
    return IHP_OK;
}
