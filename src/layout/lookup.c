/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the row of a table by its key. */
#include "layout/layout_internal.h"

#include <string.h>
#include <strings.h>

/* Spellings that differ only in case have one hash. */
size_t ihp__layout_lookup_hash(const char *key, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        const char c = key[i] >= 'a' && key[i] <= 'z' ? (char)(key[i] - 'a' + 'A') : key[i];
        hash = (hash ^ (unsigned char)c) * UINT64_C(0x100000001b3);
    }
    return (size_t)(hash ^ hash >> 32);
}

size_t ihp__layout_lookup_find(const struct ihp__layout_lookup *lookup, const char *key,
                               size_t length, bool exact)
{
    const size_t mask = lookup->slots - 1;
    size_t other = SIZE_MAX;
    for (size_t at = ihp__layout_lookup_hash(key, length) & mask; lookup->slot[at] != 0;
         at = (at + 1) & mask) {
        const size_t row = lookup->slot[at] - 1;
        const char *cell = ihp__sheet_cell(lookup->sheet, row, lookup->key);
        if (strncasecmp(cell, key, length) == 0 && cell[length] == '\0') {
            if (strncmp(cell, key, length) == 0) {
                return row;
            }
            other = other == SIZE_MAX && !exact ? row : other;
        }
    }
    return other;
}
