/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aside.h - files that are replaced together: those that exist are put aside under another name,
 * until all new ones have their names; if that fails, they are put back.
 *
 * Put the file aside first (`ihp__aside_put`) that the others mean nothing without. A run that is
 * killed in between then leaves them without it, so that nobody takes a part of them for the whole,
 * and the next run puts them back (`ihp__aside_recover`). Nothing here is collective.
 */
#ifndef IHP_ASIDE_H
#define IHP_ASIDE_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Files that are aside. Begins with zeros. */
struct ihp__asides {
    char **path; /* owned, as are the texts: their own names */
    size_t count, capacity;
};

/* Renames a file to PATH.old-PID with a seal (seal.h). One that does not exist is left out. */
enum ihp_status ihp__aside_put(struct ihp__asides *asides, const char *path, struct ihp_error *err);

/* Gives all files their own names again, in place of what has them now, and empties the list. A
 * notice says where one is that cannot get its name. */
void ihp__aside_restore(struct ihp__asides *asides, struct ihp_notices *notices);

/* Removes all files, the first one first, and empties the list. A notice names one that stays. */
void ihp__aside_drop(struct ihp__asides *asides, struct ihp_notices *notices);

/* Returns true if a run that has ended left PATH.old-PID. */
bool ihp__aside_is_left(const char *path);

/* Handles what runs that have ended left of `path`. It gets its own name again if nothing has it or
 * if `undo`, which is ihp__aside_is_left of the file that was put aside first; otherwise it is
 * removed. Call it with the lease of the output; for the file that was put aside first after the
 * others. */
void ihp__aside_recover(const char *path, bool undo, struct ihp_notices *notices);

#endif
