/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package_json.h - reading package.json, which makes a package finished. Not collective. */
#ifndef IHP_PACKAGE_JSON_H
#define IHP_PACKAGE_JSON_H

#include "ihp/error.h"

#include <jansson.h>

/* Loads package.json of a folder, which the caller releases: NULL if it does not exist or is not
 * valid JSON. Fails when it cannot be read or memory is short. */
enum ihp_status ihp__package_json_load(const char *folder, json_t **json, struct ihp_error *err);

#endif
