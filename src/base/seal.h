/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.h - the names of unfinished files and folders: "state.h5.part-1234-89abcdef01234567". The
 * last 16 digits are made of the rest of the name, so that a file of the user's that is named in a
 * similar way ("state.h5.part-01", "result.old-2025") is never taken for one that a killed run
 * left. Nothing here is collective.
 */
#ifndef IHP_SEAL_H
#define IHP_SEAL_H

#include <stddef.h>

enum { IHP__SEAL_BYTES = 17 }; /* of a seal, with its dash */

/* Appends the seal to a path, which has room for IHP__SEAL_BYTES more and a NUL. Only the last part
 * of the path counts, so that a folder can be moved. */
void ihp__seal_name(char *path);

/* Returns the length of the part of a name (without folders) that a seal in it is made of; 0 if it
 * has no seal. Behind the seal comes the end of the name or a dash. */
size_t ihp__seal_find(const char *name);

#endif
