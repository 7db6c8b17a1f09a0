/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_sweep.h - what the files that read a sweep share: what can vary, values, and scenarios. */
#ifndef IHP_DECK_SWEEP_H
#define IHP_DECK_SWEEP_H

#include "deck_read.h"

/* Number of keys that can vary, and bytes of a value's text or a name, so that a deck of a megabyte
 * cannot ask for scenarios of many gigabytes. */
enum { IHP__SWEEP_KEYS = 26, IHP__SWEEP_VALUE_BYTES = 64, IHP__SWEEP_NAME_BYTES = 200 };

/* A key that a scenario can vary. */
struct ihp__sweep_key {
    const char *name;
    enum ihp__level level;
    const char *deck_key; /* whose row says what a value may be; NULL: the next three do */
    const char *section, *allowed;
    bool (*number)(const char *text, double *number);
    void (*set)(struct ihp__terms *terms, double number); /* NULL: an int or text at `offset` */
    size_t offset;                                        /* in struct ihp__terms */
};

extern const struct ihp__sweep_key ihp__sweep_key[IHP__SWEEP_KEYS];

/* The key `name`, or NULL. */
const struct ihp__sweep_key *ihp__sweep_find(const char *name);

const char *ihp__sweep_section(const struct ihp__sweep_key *key);
const char *ihp__sweep_allowed(const struct ihp__sweep_key *key);

/* Whether a text in quotes is refused. */
bool ihp__sweep_wants_plain(const struct ihp__sweep_key *key);

/* The value of a text as a number, which dates, quarters, cents and choices are too; 0 where the
 * key's values are texts. False when it is not allowed. */
bool ihp__sweep_number(const struct ihp__sweep_key *key, const char *text, double *number);

/* Whether the key's values are texts. */
bool ihp__sweep_is_text(const struct ihp__sweep_key *key);

/* One value that a scenario may give a key. */
struct ihp__sweep_value {
    const char *text; /* as the deck has it */
    double number;
    size_t line;
    const char *word; /* the text of a key whose values are texts, else "": number and word differ
                         between values that differ */
};

void ihp__sweep_set(const struct ihp__sweep_key *key, const struct ihp__sweep_value *value,
                    struct ihp__terms *terms);

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

/* Room for `scenarios` scenarios, NULL when memory is short. The caller frees. */
struct ihp__sweep *ihp__sweep_create(enum ihp__sweep_design design, size_t scenarios);
void ihp__sweep_free(struct ihp__sweep **sweep);

/* Adds a scenario, for which there is room: the deck's terms with the picks. `name` may be "". */
enum ihp_status ihp__sweep_add(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                               const char *name, size_t line, const struct ihp__sweep_pick *pick,
                               size_t picks, struct ihp_error *err);

/* Adds a scenario for each value, and for each combination of values, the last key fastest. */
enum ihp_status ihp__sweep_add_each(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err);
enum ihp_status ihp__sweep_add_grid(struct ihp__sweep *sweep, const struct ihp__terms *deck,
                                    size_t line, const struct ihp__sweep_vary *vary, size_t keys,
                                    struct ihp_error *err);

/* ---- parts of the section that have files of their own ---- */

/* The section as far as it is read. */
struct ihp__sweep_section {
    enum ihp__sweep_design design;
    size_t max_scenarios;
    struct ihp__deck_entry given_design, vary, scenarios;
};

/* A key of `vary` or `set`, the group `path`; NULL after refusing it. */
const struct ihp__sweep_key *ihp__sweep_read_key(struct ihp__deck_loading *l,
                                                 const yaml_node_t *node, const char *path);

/* A value of a key, which messages call `path`. */
enum ihp_status ihp__sweep_read_value(struct ihp__deck_loading *l, const yaml_node_t *node,
                                      const struct ihp__sweep_key *key, const char *path,
                                      struct ihp__sweep_value *value);

/* More scenarios than the section allows. */
enum ihp_status ihp__sweep_check_count(struct ihp__deck_loading *l,
                                       const struct ihp__sweep_section *section, size_t line,
                                       const char *path, uint64_t scenarios);

/* Makes the sweep of the deck from `vary`, from `scenarios`, and from the policies: a scenario for
 * each value that a policy could have and the deck does not give it. */
enum ihp_status ihp__sweep_read_vary(struct ihp__deck_loading *l,
                                     const struct ihp__sweep_section *section);
enum ihp_status ihp__sweep_read_named(struct ihp__deck_loading *l,
                                      const struct ihp__sweep_section *section);
enum ihp_status ihp__sweep_read_readings(struct ihp__deck_loading *l,
                                         const struct ihp__sweep_section *section);

#endif
