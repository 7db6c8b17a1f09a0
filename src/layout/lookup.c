/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the row of a table by its key. */
#include "layout/layout_internal.h"

#include <string.h>
#include <xxhash.h>

size_t ihp__layout_lookup_find(const struct ihp__layout_lookup *lookup, const char *key,
                               size_t length)
{
    size_t mask = lookup->slots - 1;
    for (size_t at = (size_t)XXH3_64bits(key, length) & mask; lookup->slot[at] != 0;
         at = (at + 1) & mask) {
        const char *cell = ihp__sheet_cell(lookup->sheet, lookup->slot[at] - 1, lookup->key);
        if (strncmp(cell, key, length) == 0 && cell[length] == '\0') {
            return lookup->slot[at] - 1;
        }
    }
    return SIZE_MAX;
}
