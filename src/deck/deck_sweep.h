/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_sweep.h - what the files that read a sweep share: keys that can vary, values, scenarios. */
#ifndef IHP_DECK_SWEEP_H
#define IHP_DECK_SWEEP_H

#include "deck_read.h"

/* The number of keys that can vary, and bytes of a value's text or a name, so that a deck of a
 * megabyte cannot ask for scenarios of many gigabytes. */
enum {
    IHP__SWEEP_KEYS = IHP__SET_KEYS,
    IHP__SWEEP_MAX = 100000, /* scenarios, whatever max_scenarios says */
    IHP__SWEEP_VALUE_BYTES = IHP__SET_VALUE_BYTES,
    IHP__SWEEP_NAME_BYTES = 200
};

/* A key that a scenario can vary. */
struct ihp__sweep_key {
    const char *name;
    const char *deck_key; /* whose row says all but the term; NULL: the next five do */
    enum ihp__acts_on acts_on;
    const char *section, *allowed;
    bool plain; /* refuses a text in quotes */
    bool (*number)(const char *text, double *number);
    void (*set)(struct ihp__terms *terms, double number); /* NULL: an int or text at `offset` */
    size_t offset;                                        /* in struct ihp__terms */
};

extern const struct ihp__sweep_key ihp__sweep_key[];

/* Returns the key `name`, or NULL. */
const struct ihp__sweep_key *ihp__sweep_find(const char *name);

enum ihp__acts_on ihp__sweep_acts_on(const struct ihp__sweep_key *key);
const char *ihp__sweep_section(const struct ihp__sweep_key *key);

/* Writes what a value of the key may be. Returns `text`. */
const char *ihp__sweep_allowed(const struct ihp__sweep_key *key, char text[IHP__DECK_ALLOWED]);

/* Returns true if the key refuses a text in quotes. */
bool ihp__sweep_is_plain(const struct ihp__sweep_key *key);

/* Gives the value of a text as a number, which dates, quarters, cents and choices are too; 0 where
 * the key's values are texts. Returns false when the value is not allowed. */
bool ihp__sweep_number(const struct ihp__sweep_key *key, const char *text, double *number);

/* Returns true if the key's values are texts. */
bool ihp__sweep_is_text(const struct ihp__sweep_key *key);

/* One value that a scenario may give a key. Two values differ if `number` or `word` does. */
struct ihp__sweep_value {
    const char *text; /* as the deck has it */
    double number;
    size_t line;
    const char *word; /* the text where the key's values are texts, else "" */
};

void ihp__sweep_set(const struct ihp__sweep_key *key, const struct ihp__sweep_value *value,
                    struct ihp__terms *terms);

/* ---- scenarios ------------------------------------------------------------------------------- */

/* A key with its values. */
struct ihp__sweep_vary {
    const struct ihp__sweep_key *key;
    struct ihp__sweep_value *value;
    size_t values;
};

/* One key with one value of it. */
struct ihp__sweep_pick {
    const struct ihp__sweep_key *key;
    const struct ihp__sweep_value *value;
};

/* Returns a sweep with room for `scenarios` scenarios, NULL when memory is short. The caller frees
 * it. */
struct ihp__sweep *ihp__sweep_create(enum ihp__sweep_design design, size_t scenarios);
void ihp__sweep_free(struct ihp__sweep **sweep);

/* Adds a scenario, for which there is room: the deck's terms with the picks. `name` may be "". */
enum ihp_status ihp__sweep_add(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                               const char *name, size_t line, const struct ihp__sweep_pick *pick,
                               size_t picks, struct ihp_error *err);

/* Adds a scenario for each value; and for each combination of values, the last key fastest. */
enum ihp_status ihp__sweep_add_each(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err);
enum ihp_status ihp__sweep_add_grid(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    size_t line, const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err);

/* ---- reading the section --------------------------------------------------------------------- */

/* The section as far as it is read. */
struct ihp__sweep_section {
    enum ihp__sweep_design design;
    size_t max_scenarios;
    struct ihp__deck_entry given_design, vary, scenarios;
};

/* Advises on a key of a sweep that is written outside of the group `place`, in which it belongs. */
ihp__deck_adviser ihp__sweep_advise;

/* Finds a key of `vary` or `set`, the group `path`. Refuses one that cannot vary. */
enum ihp_status ihp__sweep_read_key(struct ihp__deck_loading *l, const yaml_node_t *node,
                                    const char *path, const struct ihp__sweep_key **key);

/* Reads a value of a key, which messages call `path`. */
enum ihp_status ihp__sweep_read_value(struct ihp__deck_loading *l, const yaml_node_t *node,
                                      const struct ihp__sweep_key *key, const char *path,
                                      struct ihp__sweep_value *value);

/* Refuses more scenarios than the section allows. */
enum ihp_status ihp__sweep_check_count(struct ihp__deck_loading *l,
                                       const struct ihp__sweep_section *section, size_t line,
                                       const char *path, uint64_t scenarios);

/* The first item of a list that is equal to one before it, and the last such one before. */
struct ihp__sweep_repeat {
    bool found;
    size_t again, first;
};

/* Looks for equal items among `count` items of `size` bytes; `compare` returns 0 for equal ones. */
enum ihp_status ihp__sweep_find_repeat(const void *item, size_t count, size_t size,
                                       int (*compare)(const void *a, const void *b),
                                       struct ihp__sweep_repeat *repeat, struct ihp_error *err);

/* Make the sweep of the deck: from `vary`, from `scenarios`, and from the policies, a scenario for
 * each value that a policy could have and the deck does not give it. */
enum ihp_status ihp__sweep_read_vary(struct ihp__deck_loading *l,
                                     const struct ihp__sweep_section *section);
enum ihp_status ihp__sweep_read_named(struct ihp__deck_loading *l,
                                      const struct ihp__sweep_section *section);
enum ihp_status ihp__sweep_read_readings(struct ihp__deck_loading *l,
                                         const struct ihp__sweep_section *section);

#endif
