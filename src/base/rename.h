/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rename.h - giving a finished file its name without replacing what may have appeared there.
 *
 * Nothing here is collective.
 */
#ifndef IHP_RENAME_H
#define IHP_RENAME_H

/* Renames a file or folder to a name that nothing has. Returns 0, or -1 with errno: EEXIST if
 * something has the name. On file systems that cannot refuse in the same step, a file is given the
 * name as a second link; where links are not possible either, and for a folder, the name is looked
 * at just before. */
int ihp__rename_new(const char *from, const char *to);

#endif
