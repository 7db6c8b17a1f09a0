/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_read.h - what the files that read a deck share: the deck as far as it is read, nodes of its
 * YAML, and how each refusal is put. */
#ifndef IHP_DECK_READ_H
#define IHP_DECK_READ_H

#include "deck_keys.h"

#include <yaml.h>

enum { IHP__DECK_KEY_BYTES = 128, IHP__DECK_GROUPS_MAX = 8 };

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
    struct ihp__deck_entry bootstrap, sweep; /* sections, read when all else is */
    struct ihp_error *err;
};

/* Reads the document into `l->deck`, which owns a sweep then, also where reading fails later. */
enum ihp_status ihp__deck_read(struct ihp__deck_loading *l);

/* The line on which a key of the table was given, 0 when it was not. */
size_t ihp__deck_line_given(const struct ihp__deck_loading *l, const char *path);

/* Run-out that the kind of settlement allows [16.6.1.1]. */
enum ihp_status ihp__deck_check_runout(struct ihp__deck_loading *l);

/* Reads a section that the deck has. */
enum ihp_status ihp__deck_read_bootstrap(struct ihp__deck_loading *l);
enum ihp_status ihp__deck_read_sweep(struct ihp__deck_loading *l);

/* ---- nodes ----------------------------------------------------------------------------------- */

size_t ihp__deck_line_of(const yaml_node_t *node);
const char *ihp__deck_kind_of(const yaml_node_t *node);

/* A scalar's text, or NULL for other nodes and texts with NUL bytes. */
const char *ihp__deck_text(const yaml_node_t *node);

/* The text of a value, or NULL where it is none or is in quotes and `plain` wants it without. */
const char *ihp__deck_value(const yaml_node_t *node, bool plain);

/* Whether nothing stands behind a key: "policies:". */
bool ihp__deck_is_blank(const yaml_node_t *node);

/* Finds `count` entries in the mapping `node`, which is the group `path`. Refuses other keys, keys
 * given twice, and what is no mapping; a blank has no keys. */
enum ihp_status ihp__deck_entries(struct ihp__deck_loading *l, const yaml_node_t *node,
                                  const char *path, struct ihp__deck_entry *entry, size_t count);

/* Refuses an entry that is no mapping, and one without keys. */
enum ihp_status ihp__deck_check_filled(struct ihp__deck_loading *l,
                                       const struct ihp__deck_entry *entry, const char *path,
                                       const char *allowed);

/* ---- refusals, "FILE:LINE: KEY: ..." --------------------------------------------------------- */

/* A value that is not `allowed`; `plain` as above. */
enum ihp_status ihp__deck_fail_value(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node, bool plain, const char *allowed);

/* A node that should be a mapping. */
enum ihp_status ihp__deck_fail_group(struct ihp__deck_loading *l, const char *path,
                                     const yaml_node_t *node);

/* A key that `line`, where its group stands, does not have. */
enum ihp_status ihp__deck_fail_missing(struct ihp__deck_loading *l, size_t line, const char *path,
                                       const char *allowed);

enum ihp_status ihp__deck_fail_twice(struct ihp__deck_loading *l, const char *path, size_t line,
                                     size_t first_line);

#endif
