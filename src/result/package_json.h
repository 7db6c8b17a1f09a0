/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package_json.h - reading package.json, which makes a package finished. Not collective. */
#ifndef IHP_PACKAGE_JSON_H
#define IHP_PACKAGE_JSON_H

#include <jansson.h>

/* Returns package.json of a folder, which the caller releases, or NULL if it cannot be read;
 * `*reason` then says why. */
json_t *ihp__package_json_load(const char *folder, json_error_t *reason);

#endif
