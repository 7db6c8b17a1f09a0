/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `sweep` of a deck: its design, how many scenarios it may have, keys and values. */
#include "deck_sweep.h"

#include <string.h>

enum { MAX_SCENARIOS = 100000, MAX_SCENARIOS_DEFAULT = 10000 };

static const char *const design_name[] = {"one_at_a_time", "grid", "named", "readings"};
enum { DESIGNS = sizeof design_name / sizeof design_name[0] };
static const char a_design[] = "one_at_a_time, grid, named or readings";

const struct ihp__sweep_key *ihp__sweep_read_key(struct ihp__deck_loading *l,
                                                 const yaml_node_t *node, const char *path)
{
    const char *name = ihp__deck_text(node);
    const struct ihp__sweep_key *key = name == NULL ? NULL : ihp__sweep_find(name);
    char names[600] = "";
    if (key != NULL) {
        return key;
    }
    if (name == NULL) {
        ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s: a key is no text", l->path,
                  ihp__deck_line_of(node), path);
        return NULL;
    }
    for (size_t i = 0, used = 0; i < IHP__SWEEP_KEYS; i++) {
        used += (size_t)snprintf(names + used, sizeof names - used, " %s", ihp__sweep_key[i].name);
    }
    ihp__fail(l->err, IHP_ERR_USAGE, "%s:%zu: %s.%.60s: unknown key; what can vary:%s", l->path,
              ihp__deck_line_of(node), path, name, names);
    return NULL;
}

enum ihp_status ihp__sweep_read_value(struct ihp__deck_loading *l, const yaml_node_t *node,
                                      const struct ihp__sweep_key *key, const char *path,
                                      struct ihp__sweep_value *value)
{
    bool plain = ihp__sweep_wants_plain(key);
    const char *text = ihp__deck_value(node, plain);
    double number;
    if (text == NULL || !ihp__sweep_number(key, text, &number)) {
        return ihp__deck_fail_value(l, path, node, plain, ihp__sweep_allowed(key));
    }
    *value = (struct ihp__sweep_value){text, number, ihp__deck_line_of(node),
                                       ihp__sweep_is_text(key) ? text : ""};
    return IHP_OK;
}

enum ihp_status ihp__sweep_check_count(struct ihp__deck_loading *l,
                                       const struct ihp__sweep_section *section, size_t line,
                                       const char *path, uint64_t scenarios)
{
    if (scenarios <= section->max_scenarios) {
        return IHP_OK;
    }
    return ihp__fail(
        l->err, IHP_ERR_USAGE,
        "%s:%zu: %s: %llu%s scenarios are not allowed; expected at most max_scenarios, "
        "which is %zu and can be %d",
        l->path, line, path, (unsigned long long)scenarios,
        scenarios == UINT64_MAX ? " or more" : "", section->max_scenarios, MAX_SCENARIOS);
}

static enum ihp_status read_design(struct ihp__deck_loading *l, struct ihp__sweep_section *section)
{
    const struct ihp__deck_entry *entry = &section->given_design;
    if (entry->node == NULL) {
        return ihp__deck_fail_missing(l, l->sweep.line, "sweep.design", a_design);
    }
    const char *text = ihp__deck_value(entry->node, false);
    for (int i = 0; text != NULL && i < DESIGNS; i++) {
        if (strcmp(design_name[i], text) == 0) {
            section->design = (enum ihp__sweep_design)i;
            return IHP_OK;
        }
    }
    return ihp__deck_fail_value(l, "sweep.design", entry->node, false, a_design);
}

static enum ihp_status read_max(struct ihp__deck_loading *l, const struct ihp__deck_entry *entry,
                                struct ihp__sweep_section *section)
{
    int64_t most = MAX_SCENARIOS_DEFAULT;
    const char *text = entry->node == NULL ? NULL : ihp__deck_value(entry->node, true);
    if (entry->node != NULL &&
        (text == NULL || !ihp__integer_parse(text, 1, MAX_SCENARIOS, &most))) {
        return ihp__deck_fail_value(l, "sweep.max_scenarios", entry->node, true,
                                    "a whole number from 1 to 100000");
    }
    section->max_scenarios = (size_t)most;
    return IHP_OK;
}

/* Refuses an entry that the design has no use for, and asks for the one that it is made of. */
static enum ihp_status check_entry(struct ihp__deck_loading *l,
                                   const struct ihp__sweep_section *section,
                                   const struct ihp__deck_entry *entry, bool wanted,
                                   const char *allowed)
{
    char path[IHP__DECK_KEY_BYTES];
    snprintf(path, sizeof path, "sweep.%s", entry->name);
    if (wanted && entry->node == NULL) {
        return ihp__deck_fail_missing(l, section->given_design.line, path, allowed);
    }
    if (!wanted && entry->node != NULL) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: %s: is not allowed in a sweep of design %s; take the key away",
                         l->path, entry->line, path, design_name[section->design]);
    }
    return IHP_OK;
}

static enum ihp_status read_section(struct ihp__deck_loading *l, struct ihp__sweep_section *section)
{
    enum { DESIGN, VARY, SCENARIOS, MAX, ENTRIES };
    struct ihp__deck_entry entry[ENTRIES] = {
        {.name = "design"}, {.name = "vary"}, {.name = "scenarios"}, {.name = "max_scenarios"}};
    if (ihp__deck_entries(l, l->sweep.node, "sweep", entry, ENTRIES) != IHP_OK) {
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
    check_entry(l, section, &section->vary, vary, "keys, each with a list of values");
    check_entry(l, section, &section->scenarios, named,
                "a list of {name: text, set: {key: value}}");
    return l->err->status;
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
