/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync.h - waiting until files and folders are on disk.
 *
 * Some file systems have no fsync (EINVAL, ENOTSUP, ENOSYS): FUSE, folders shared with a virtual
 * machine. The data are then as safe as they can be there, so this counts as done, and one notice
 * is given for the run. Every other error, such as EIO, means that data may be lost. Nothing here
 * is collective.
 */
#ifndef IHP_SYNC_H
#define IHP_SYNC_H

#include "base/error.h"

#include <stdbool.h>

/* Waits until what was written to `fd` is on disk; `path` names it for the notice. Returns false on
 * failure, with errno. */
bool ihp__sync_file(int fd, const char *path);

/* Waits until the names in a folder are on disk. Returns false on failure, with errno. A folder
 * that this process may not read cannot be synced, which counts as done, without a notice. */
bool ihp__sync_folder(const char *folder);

/* Does the same for the folder in which `path` lies, after `path` was renamed or made. */
bool ihp__sync_folder_of(const char *path);

/* Adds one notice if this process has met a file system without fsync since the last call. */
void ihp__sync_notice(struct ihp_notices *notices);

#endif
