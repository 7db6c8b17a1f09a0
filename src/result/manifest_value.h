/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_value.h - the values of a deck in a manifest: numbers, truth values and lists are such
 * in JSON. Manifests of format version 1 had texts alone; who reads one gets the same texts of
 * both.
 *
 * Nothing here is collective.
 */
#ifndef IHP_MANIFEST_VALUE_H
#define IHP_MANIFEST_VALUE_H

#include "deck/deck.h"

#include <jansson.h>

/* The format version of manifest.json, and of the .json of every other group, that is written, and
 * the oldest that is read. */
enum { IHP__MANIFEST_VERSION = 2, IHP__MANIFEST_OLDEST = 1 };

/* Returns true if a manifest has a format version that is read. */
bool ihp__manifest_is_known(const json_t *manifest);

/* Returns IHP_ERR_DATA for a manifest, the file `path`, of another format version. The message has
 * the version, those that are read, and what to do with the version that wrote it: `advice`, such
 * as "read the result". */
enum ihp_status ihp__manifest_check_version(const json_t *manifest, const char *path,
                                            const char *advice, struct ihp_error *err);

/* Returns the value of a key with its type, or NULL when memory is short. A number that the digits
 * of a manifest (IHP__JSON_DIGITS) do not give back stays a text. */
json_t *ihp__manifest_value(const struct ihp__deck_key *key);

/* Writes the value of a key as a deck would have it, "" if there is none. `deck` is the entry of a
 * manifest. Returns `text`. */
enum { IHP__MANIFEST_TEXT = 256 };
const char *ihp__manifest_text(const json_t *deck, const char *key, char text[IHP__MANIFEST_TEXT]);

/* Writes one value so. */
const char *ihp__manifest_value_text(const json_t *value, char text[IHP__MANIFEST_TEXT]);

#endif
