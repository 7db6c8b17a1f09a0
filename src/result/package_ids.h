/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package_ids.h - the IHPs that the package.json of a folder names, whose folders belong to it.
 *
 * Nothing here is collective.
 */
#ifndef IHP_PACKAGE_IDS_H
#define IHP_PACKAGE_IDS_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>

struct ihp__package_ids {
    char **id; /* owned, and each of them: names of folders */
    size_t count;
};

/* Reads the ids. A folder without a package.json, or with one that cannot be understood, has none.
 * Returns IHP_ERR_RUN when memory is short or the file cannot be read. */
enum ihp_status ihp__package_ids_read(const char *folder, struct ihp__package_ids *ids,
                                      struct ihp_error *err);

bool ihp__package_ids_have(const struct ihp__package_ids *ids, const char *id);

void ihp__package_ids_free(struct ihp__package_ids *ids);

#endif
