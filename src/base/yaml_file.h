/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml_file.h - a YAML file of one document, as people write decks and layouts.
 *
 * Nothing here is collective. Errors of the file are IHP_ERR_USAGE with file and line. */
#ifndef IHP_YAML_FILE_H
#define IHP_YAML_FILE_H

#include "ihp/error.h"

#include <stdbool.h>
#include <yaml.h>

/* Takes the document of a file, which is valid only during the call. */
typedef enum ihp_status (*ihp__yaml_fn)(void *context, yaml_document_t *document,
                                        struct ihp_error *err);

/* Reads a file of at most 1 MiB and gives its document to `take`. `noun` says in messages what the
 * file is: "deck". Refuses a second document. Returns what `take` returned if that was not IHP_OK.
 */
enum ihp_status ihp__yaml_load(const char *path, const char *noun, ihp__yaml_fn take, void *context,
                               struct ihp_error *err);

/* Returns the line of the file on which a node begins, from 1. */
size_t ihp__yaml_line(const yaml_node_t *node);

/* Returns a scalar's text, or NULL for other nodes and texts with NUL bytes. */
const char *ihp__yaml_text(const yaml_node_t *node);

/* Returns true if a key has nothing behind it: "policies:". */
bool ihp__yaml_is_blank(const yaml_node_t *node);

/* Returns what a node is: "a single value", "a list", "a group of keys" or "nothing". */
const char *ihp__yaml_kind(const yaml_node_t *node);

#endif
