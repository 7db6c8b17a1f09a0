/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every design of a sweep reads and checks: keys, values, and the number of scenarios. */
#include "deck_sweep.h"

/* Refuses a key that is not in the table. */
static enum ihp_status fail_unknown(struct ihp__deck_loading *l, size_t line, const char *path,
                                    const char *name)
{
    const char *names[IHP__SWEEP_KEYS];
    size_t count = 0;
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        if (ihp__sweep_acts_on(&ihp__sweep_key[i]) != IHP__ACTS_ON_PAYMENT) {
            names[count++] = ihp__sweep_key[i].name;
        }
    }
    return ihp__deck_fail_unknown(l, line, path, name, names, count);
}

enum ihp_status ihp__sweep_read_key(struct ihp__deck_loading *l, const yaml_node_t *node,
                                    const char *path, const struct ihp__sweep_key **key)
{
    const char *name = ihp__deck_text(node);
    size_t line = ihp__deck_line_of(node);
    if (name == NULL) {
        return ihp__deck_fail_key(l, line, path);
    }
    *key = ihp__sweep_find(name);
    if (*key == NULL) {
        return fail_unknown(l, line, path, name);
    }
    if (ihp__sweep_acts_on(*key) == IHP__ACTS_ON_PAYMENT) {
        return ihp__fail(l->err, IHP_ERR_USAGE,
                         "%s:%zu: %s.%s: changes payments alone, which a settlement does not "
                         "compute; run 'ihp pay' with each value",
                         l->path, line, path, name);
    }
    return IHP_OK;
}

enum ihp_status ihp__sweep_read_value(struct ihp__deck_loading *l, const yaml_node_t *node,
                                      const struct ihp__sweep_key *key, const char *path,
                                      struct ihp__sweep_value *value)
{
    bool plain = ihp__sweep_is_plain(key);
    const char *text = ihp__deck_value(node, plain);
    double number;
    if (text == NULL || !ihp__sweep_number(key, text, &number)) {
        char allowed[IHP__DECK_ALLOWED];
        return ihp__deck_fail_value(l, path, node, plain, ihp__sweep_allowed(key, allowed));
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
        scenarios == UINT64_MAX ? " or more" : "", section->max_scenarios, IHP__SWEEP_MAX);
}
