/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder_tree.h - what a folder holds, as a whole: removing it, carrying entries into the folder
 * that takes its place, and putting a folder in the place of another in one step.
 *
 * Links are never followed, and no function leaves the file system of the folder that it is given.
 * Where a function returns false, errno says why. Nothing here is collective.
 */
#ifndef IHP_FOLDER_TREE_H
#define IHP_FOLDER_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/* Removes a folder with everything in it. A folder that does not exist is removed, too. */
bool ihp__tree_remove(const char *path);

/* Makes entry `name` of folder `from`, with everything in it, an entry of folder `to` as well: by
 * hard links, and by copies where the file system has no links. The folders are open file
 * descriptors. An entry that is gone counts as done. */
bool ihp__tree_carry(int from, int to, const char *name);

/* Opens a folder in another for reading its entries; a link is refused. Returns -1 on failure. */
int ihp__tree_open(int folder, const char *name);

/* Removes `old`, which had the place of `now` or was about to take it. What `now` has as well is
 * removed, and so are files with names of result files; anything else was put there meanwhile and
 * is moved into `now`. */
bool ihp__tree_sweep(const char *old, const char *now);

/* How one folder takes the place of another. */
enum ihp__exchange {
    IHP__EXCHANGED,    /* each has the other's name */
    IHP__CANNOT,       /* the file system cannot exchange two names in one step */
    IHP__NOT_EXCHANGED /* errno says why */
};

/* Exchanges the names of two folders. */
enum ihp__exchange ihp__tree_exchange(const char *path, const char *other);

/* Returns true if something is mounted at a path, so that it cannot be renamed. */
bool ihp__tree_is_mount(const char *path);

#endif
