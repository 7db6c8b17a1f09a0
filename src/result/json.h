/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h - what the JSON of manifests and of the status of a run share.
 *
 * Nothing here is collective.
 */
#ifndef IHP_JSON_H
#define IHP_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* Significant digits of the reals that are written: what has at most so many is the same when it is
 * read. */
#define IHP__JSON_DIGITS 15

/* Returns a real that was measured, which has 6 significant digits, or NULL when memory is short.
 */
json_t *ihp__json_measured(double value);

/* Returns a text as JSON, or NULL when memory is short. A path may have any bytes and JSON has only
 * UTF-8: other bytes become '?'. */
json_t *ihp__json_text(const char *text);

/* Returns `json` if it is `whole`; otherwise releases it and returns NULL. An entry is missing when
 * memory was short. */
json_t *ihp__json_whole(json_t *json, bool whole);

/* Returns a copy of an object that shares its values, or NULL when memory is short. jansson's own
 * json_copy then returns an object that lacks keys. */
json_t *ihp__json_copy(const json_t *object);

#endif
