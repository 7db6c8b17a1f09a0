/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_read.h - what the files that read a deck share: the deck as far as it is read, the nodes of
 * its YAML, and the wording of each refusal. */
#ifndef IHP_DECK_READ_H
#define IHP_DECK_READ_H

#include "deck_keys.h"

#include "base/yaml_file.h"

enum { IHP__DECK_KEY_BYTES = 128, IHP__DECK_GROUPS_MAX = 8, IHP__DECK_ADVICE = 200 };

/* A key that a mapping may have, and where the deck has it; `node` is NULL when it does not. */
struct ihp__deck_entry {
    const char *name;
    const yaml_node_t *node;
    size_t line;
};

struct ihp__deck_loading {
    const char *path;
    char folder[IHP__PATH_MAX];
    yaml_document_t *document;
    struct ihp__deck deck;
    bool *given;                             /* by key of the table */
    size_t *line;                            /* on which a key was given */
    size_t group_line[IHP__DECK_GROUPS_MAX]; /* on which groups were given, in order of `group` */
    char group[IHP__DECK_GROUPS_MAX][IHP__DECK_KEY_BYTES];
    size_t groups;
    struct ihp__deck_entry bootstrap, sweep; /* sections, read when everything else has been */
    const struct ihp__settings *settings;    /* of the run; NULL: none */
    struct ihp_error *err;
};

/* Reads the document into `l->deck`, which may own a sweep then, even if reading fails later. */
enum ihp_status ihp__deck_read(struct ihp__deck_loading *l);

/* Refuses a key of the performance period that the kind of settlement does not have [4.6.2, 16.1].
 */
enum ihp_status ihp__deck_check_kind(struct ihp__deck_loading *l);

/* Refuses periods and run-out that the kind of settlement does not allow [4.6.2, 16.1, 16.6.1.1],
 * and sets the year of a quarterly statement's period. */
enum ihp_status ihp__deck_check_runout(struct ihp__deck_loading *l);

/* Sets the keys of the run's settings in the deck. */
enum ihp_status ihp__deck_take_settings(struct ihp__deck_loading *l);

/* Read a section that the deck has. */
enum ihp_status ihp__deck_read_bootstrap(struct ihp__deck_loading *l);
enum ihp_status ihp__deck_read_sweep(struct ihp__deck_loading *l);

/* ---- nodes ----------------------------------------------------------------------------------- */

/* Returns the line on which a key of the table was given, 0 when it was not. */
size_t ihp__deck_line_given(const struct ihp__deck_loading *l, const char *path);

/* Returns the text of a value; NULL for other nodes, and for a text in quotes if `plain`. */
const char *ihp__deck_value(const yaml_node_t *node, bool plain);

/* Writes advice on a key that a group does not have, a sentence; `is_near` if one of the group's
 * own keys is near to it. Returns false if it has no advice. */
typedef bool ihp__deck_adviser(const char *place, const char *name, bool is_near,
                               char advice[IHP__DECK_ADVICE]);

/* The group below an entry, such as "'vary'", that has keys which may be written in the group of
 * the entry by mistake. */
struct ihp__deck_below {
    const char *place;
    ihp__deck_adviser *advise;
};

/* Finds `count` entries in the mapping `node`, which is the group `path`. Refuses other keys, keys
 * given twice, and a node that is not a mapping; a blank has no keys. `below` may be NULL. */
enum ihp_status ihp__deck_entries(struct ihp__deck_loading *l, const yaml_node_t *node,
                                  const char *path, struct ihp__deck_entry *entry, size_t count,
                                  const struct ihp__deck_below *below);

/* Refuses an entry that is not a mapping, and one without keys. */
enum ihp_status ihp__deck_check_filled(struct ihp__deck_loading *l,
                                       const struct ihp__deck_entry *entry, const char *path,
                                       const char *allowed);

/* ---- refusals, "FILE:LINE: KEY: ..." --------------------------------------------------------- */

/* Refuses a value that is not `allowed`; `plain` as above. */
enum ihp_status ihp__deck_fail_value(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node, bool plain, const char *allowed);

/* Refuses a value of a key of the table. */
enum ihp_status ihp__deck_fail_spec(struct ihp__deck_loading *l, const struct ihp__deck_spec *spec,
                                    const yaml_node_t *node);

/* Refuses a node that should be a mapping. */
enum ihp_status ihp__deck_fail_group(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node);

/* Refuses a group on `line` that lacks a key. */
enum ihp_status ihp__deck_fail_missing(struct ihp__deck_loading *l, size_t line, const char *path,
                                       const char *allowed);

/* Refuses a key that is given again. */
enum ihp_status ihp__deck_fail_twice(struct ihp__deck_loading *l, const char *path, size_t line,
                                     size_t first_line);

/* Refuses a key of the group `path` ("" for the deck itself) that is not a text. */
enum ihp_status ihp__deck_fail_key(struct ihp__deck_loading *l, size_t line, const char *path);

/* Refuses the key `name` of the group `path` ("" for the deck itself), which is none of the `count`
 * names, and lists all of these. Says `advice`, a sentence; if it is NULL, which groups
 * have a key of that name, or which of the names is nearest. */
enum ihp_status ihp__deck_fail_unknown(struct ihp__deck_loading *l, size_t line, const char *path,
                                       const char *name, const char *const *names, size_t count,
                                       const char *advice);

#endif
