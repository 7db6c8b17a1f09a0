/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_sweep.h - what the files that read a sweep share: what can vary, values, and scenarios. */
#ifndef IHP_DECK_SWEEP_H
#define IHP_DECK_SWEEP_H

#include "deck_read.h"

/* Number of keys that can vary, and bytes of a value's text or a name, so that a deck of a megabyte
 * cannot ask for scenarios of many gigabytes. */
enum { IHP_SWEEP_KEYS = 26, IHP_SWEEP_VALUE_BYTES = 64, IHP_SWEEP_NAME_BYTES = 200 };

/* A key that a scenario can vary. */
struct ihp_sweep_key {
    const char *name;
    enum ihp_level level;
    const char *deck_key; /* whose row says what a value may be; NULL: the next three do */
    const char *section, *allowed;
    bool (*number)(const char *text, double *number);
    void (*set)(struct ihp_terms *terms, double number); /* NULL: an int or text at `offset` */
    size_t offset;                                       /* in struct ihp_terms */
};

extern const struct ihp_sweep_key ihp_sweep_key[IHP_SWEEP_KEYS];

/* The key `name`, or NULL. */
const struct ihp_sweep_key *ihp_sweep_find(const char *name);

const char *ihp_sweep_section(const struct ihp_sweep_key *key);
const char *ihp_sweep_allowed(const struct ihp_sweep_key *key);

/* Whether a text in quotes is refused. */
bool ihp_sweep_wants_plain(const struct ihp_sweep_key *key);

/* The value of a text as a number, which dates, quarters, cents and choices are too; 0 where the
 * key's values are texts. False when it is not allowed. */
bool ihp_sweep_number(const struct ihp_sweep_key *key, const char *text, double *number);

/* Whether the key's values are texts. */
bool ihp_sweep_is_text(const struct ihp_sweep_key *key);

/* One value that a scenario may give a key. */
struct ihp_sweep_value {
    const char *text; /* as the deck has it */
    double number;
    size_t line;
    const char *word; /* the text of a key whose values are texts, else "": number and word differ
                         between values that differ */
};

void ihp_sweep_set(const struct ihp_sweep_key *key, const struct ihp_sweep_value *value,
                   struct ihp_terms *terms);

/* A key with its values. */
struct ihp_sweep_vary {
    const struct ihp_sweep_key *key;
    struct ihp_sweep_value *value;
    size_t values;
};

/* One key with one value of it. */
struct ihp_sweep_pick {
    const struct ihp_sweep_key *key;
    const struct ihp_sweep_value *value;
};

/* Room for `scenarios` scenarios, NULL when memory is short. The caller frees. */
struct ihp_sweep *ihp_sweep_create(enum ihp_sweep_design design, size_t scenarios);
void ihp_sweep_free(struct ihp_sweep **sweep);

/* Adds a scenario, for which there is room: the deck's terms with the picks. `name` may be "". */
enum ihp_status ihp_sweep_add(struct ihp_sweep *sweep, const struct ihp_terms *deck,
                              const char *name, size_t line, const struct ihp_sweep_pick *pick,
                              size_t picks, struct ihp_error *err);

/* Adds a scenario for each value, and for each combination of values, the last key fastest. */
enum ihp_status ihp_sweep_add_each(struct ihp_sweep *sweep, const struct ihp_terms *deck,
                                   const struct ihp_sweep_vary *vary, size_t keys,
                                   struct ihp_error *err);
enum ihp_status ihp_sweep_add_grid(struct ihp_sweep *sweep, const struct ihp_terms *deck,
                                   size_t line, const struct ihp_sweep_vary *vary, size_t keys,
                                   struct ihp_error *err);

/* ---- parts of the section that have files of their own ---- */

/* The section as far as it is read. */
struct ihp_sweep_section {
    enum ihp_sweep_design design;
    size_t max_scenarios;
    struct ihp_deck_entry given_design, vary, scenarios;
};

/* A key of `vary` or `set`, the group `path`; NULL after refusing it. */
const struct ihp_sweep_key *ihp_sweep_read_key(struct ihp_deck_loading *l, const yaml_node_t *node,
                                               const char *path);

/* A value of a key, which messages call `path`. */
enum ihp_status ihp_sweep_read_value(struct ihp_deck_loading *l, const yaml_node_t *node,
                                     const struct ihp_sweep_key *key, const char *path,
                                     struct ihp_sweep_value *value);

/* More scenarios than the section allows. */
enum ihp_status ihp_sweep_check_count(struct ihp_deck_loading *l,
                                      const struct ihp_sweep_section *section, size_t line,
                                      const char *path, uint64_t scenarios);

/* Makes the sweep of the deck from `vary`, from `scenarios`, and from the policies: a scenario for
 * each value that a policy could have and the deck does not give it. */
enum ihp_status ihp_sweep_read_vary(struct ihp_deck_loading *l,
                                    const struct ihp_sweep_section *section);
enum ihp_status ihp_sweep_read_named(struct ihp_deck_loading *l,
                                     const struct ihp_sweep_section *section);
enum ihp_status ihp_sweep_read_readings(struct ihp_deck_loading *l,
                                        const struct ihp_sweep_section *section);

#endif
