/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every design of a sweep reads and checks: keys, values, and the number of scenarios. */
#include "deck_sweep.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

/* Says how a sweep writes a key, if the deck has it in the group `name`, or as `name` in a group,
 * with or without the group in front: a sweep has one list of keys, without groups. */
static void advise(const struct ihp__sweep_key *key, const char *name,
                   char advice[IHP__DECK_ADVICE])
{
    const char *dot = key->deck_key == NULL ? NULL : strchr(key->deck_key, '.');
    size_t group = dot == NULL ? 0 : (size_t)(dot - key->deck_key);
    if (dot == NULL) {
        return;
    }
    if (strlen(name) == group && strncmp(key->deck_key, name, group) == 0) {
        snprintf(advice, IHP__DECK_ADVICE,
                 "a sweep has no groups: write a key of '%s' such as '%s' here, without '%s:'.",
                 name, key->name, name);
    } else if (strcmp(dot + 1, name) == 0 || strcmp(key->deck_key, name) == 0) {
        snprintf(advice, IHP__DECK_ADVICE, "did you mean '%s'?", key->name);
    }
}

/* Refuses a key that is not in the table. */
static enum ihp_status fail_unknown(struct ihp__deck_loading *l, size_t line, const char *path,
                                    const char *name)
{
    const char *names[IHP__SWEEP_KEYS];
    char advice[IHP__DECK_ADVICE] = "";
    size_t count = 0;
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        names[count++] = ihp__sweep_key[i].name;
        if (advice[0] == '\0') {
            advise(&ihp__sweep_key[i], name, advice);
        }
    }
    return ihp__deck_fail_unknown(l, line, path, name, names, count,
                                  advice[0] == '\0' ? NULL : advice);
}

/* Returns the key that the deck has as `name`, "paid_through" or "base.paid_through"; NULL if a
 * sweep has none. */
static const struct ihp__sweep_key *key_of_deck(const char *name)
{
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        const char *key = ihp__sweep_key[i].deck_key, *dot = key == NULL ? NULL : strchr(key, '.');
        if (dot != NULL && (strcmp(key, name) == 0 || strcmp(dot + 1, name) == 0)) {
            return &ihp__sweep_key[i];
        }
    }
    return NULL;
}

/* Returns the first key of a group of the deck that a sweep has; NULL if there is none. */
static const struct ihp__sweep_key *key_in_group(const char *group)
{
    size_t length = strlen(group);
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        const char *key = ihp__sweep_key[i].deck_key;
        if (key != NULL && strncmp(key, group, length) == 0 && key[length] == '.') {
            return &ihp__sweep_key[i];
        }
    }
    return NULL;
}

bool ihp__sweep_advise(const char *place, const char *name, bool is_near,
                       char advice[IHP__DECK_ADVICE])
{
    const char *names[IHP__SWEEP_KEYS], *dot = strrchr(name, '.');
    const struct ihp__sweep_key *key;
    for (size_t i = 0; i < IHP__SWEEP_KEYS; i++) {
        names[i] = ihp__sweep_key[i].name;
    }
    if (ihp__sweep_find(name) != NULL) {
        snprintf(advice, IHP__DECK_ADVICE, "'%s' belongs in %s.", name, place);
        return true;
    }
    if ((key = key_in_group(name)) != NULL) {
        snprintf(advice, IHP__DECK_ADVICE,
                 "a sweep has no groups: write a key of '%s' such as '%s' in %s, without '%s:'.",
                 name, key->name, place, name);
        return true;
    }
    key = key_of_deck(name);
    const char *meant = key == NULL ? NULL : key->name;
    if (meant == NULL && !is_near) {
        meant = ihp__nearest(dot == NULL ? name : dot + 1, names, IHP__SWEEP_KEYS);
    }
    if (meant != NULL) {
        snprintf(advice, IHP__DECK_ADVICE, "did you mean '%s' in %s?", meant, place);
    }
    return meant != NULL;
}

enum ihp_status ihp__sweep_read_key(struct ihp__deck_loading *l, const yaml_node_t *node,
                                    const char *path, const struct ihp__sweep_key **key)
{
    const char *name = ihp__yaml_text(node);
    size_t line = ihp__yaml_line(node);
    if (name == NULL) {
        return ihp__deck_fail_key(l, line, path);
    }
    *key = ihp__sweep_find(name);
    return *key == NULL ? fail_unknown(l, line, path, name) : IHP_OK;
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
    *value = (struct ihp__sweep_value){text, number, ihp__yaml_line(node),
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

/* An item of a list that is to be sorted. */
struct sorted {
    const char *item;
    int (*compare)(const void *a, const void *b);
};

/* Orders items by what they are, then by their place. */
static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    int by_meaning = a->compare(a->item, b->item);
    return by_meaning != 0 ? by_meaning : (a->item > b->item) - (a->item < b->item);
}

enum ihp_status ihp__sweep_find_repeat(const void *item, size_t count, size_t size,
                                       int (*compare)(const void *a, const void *b),
                                       struct ihp__sweep_repeat *repeat, struct ihp_error *err)
{
    struct sorted *sorted = calloc(count + 1, sizeof *sorted);
    const char *again = NULL, *first = item;
    if (sorted == NULL) {
        return ihp__fail_memory(err, "the scenarios");
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (struct sorted){(const char *)item + i * size, compare};
    }
    qsort(sorted, count, sizeof *sorted, compare_sorted);
    for (size_t i = 1; i < count; i++) {
        const char *here = sorted[i].item, *before = sorted[i - 1].item;
        if (compare(before, here) == 0 && (again == NULL || here < again)) {
            again = here;
            first = before;
        }
    }
    free(sorted);
    *repeat = (struct ihp__sweep_repeat){again != NULL, 0, 0};
    if (again != NULL) {
        repeat->again = (size_t)(again - (const char *)item) / size;
        repeat->first = (size_t)(first - (const char *)item) / size;
    }
    return IHP_OK;
}
