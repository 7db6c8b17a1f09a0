/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.h - finds the word that somebody probably meant, for "did you mean". */
#ifndef IHP_NEAREST_H
#define IHP_NEAREST_H

#include <stddef.h>

/* Returns the entry of `list` that is nearest to `word`, the first of several as near, or NULL if
 * none is near enough. The distance is the number of bytes to insert, delete or replace and of
 * neighbors to swap (Damerau's, each byte edited once); it may be a third of the length of `word`,
 * at least 1, and at least one byte must stay. Entries may be NULL; a `word` of more than 64 bytes
 * is near to none. */
const char *ihp__nearest(const char *word, const char *const *list, size_t count);

#endif
