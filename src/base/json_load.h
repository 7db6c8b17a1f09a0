/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_load.h - loading JSON with jansson, with lack of memory told apart from bad data. All JSON
 * that ihp reads is loaded here.
 *
 * Without memory, jansson often returns NULL without a reason, or reports bad syntax; it can even
 * lose a character and go on. So these functions watch jansson's allocations: if one failed, the
 * status is IHP_ERR_RUN, and nothing that was loaded is used.
 *
 * Nothing here is collective.
 */
#ifndef IHP_BASE_JSON_LOAD_H
#define IHP_BASE_JSON_LOAD_H

#include "ihp/error.h"

#include <jansson.h>
#include <stddef.h>

/* Loads a file with jansson's `flags`. The caller releases `*json`. If the text is not valid JSON,
 * returns IHP_OK with NULL in `*json`, and `*reason` says where and why: only the caller knows what
 * the user should do with the file. Returns IHP_ERR_DATA when the file cannot be opened or read,
 * and IHP_ERR_RUN when memory is short or the machine failed; `*json` is NULL then, too. */
enum ihp_status ihp__json_load_file(const char *path, size_t flags, json_t **json,
                                    json_error_t *reason, struct ihp_error *err);

/* Loads a text of `size` bytes in the same way. `purpose` is for the report of short memory. */
enum ihp_status ihp__json_load_text(const char *text, size_t size, const char *purpose,
                                    json_t **json, struct ihp_error *err);

#endif
