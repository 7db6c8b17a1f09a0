/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.h - names of files and folders. Every function that makes a path reports by itself when the
 * path does not fit, with IHP_ERR_USAGE; where nobody needs the report, `err` is NULL.
 *
 * Nothing here is collective. On failure the contents of `path` are not valid.
 */
#ifndef IHP_PATH_H
#define IHP_PATH_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Size of the buffer of a path, with its end. */
#define IHP__PATH_MAX 4096

/* Joins a folder and a name into `path`. */
enum ihp_status ihp__path_join(char *path, size_t size, const char *folder, const char *name,
                               struct ihp_error *err);

/* Makes the name of a file next to `output`, a folder or file: `output` without slashes at its end,
 * followed by `ending`. "." and ".." are replaced by the folder's real name first. */
enum ihp_status ihp__path_next_to(char *path, size_t size, const char *output, const char *ending,
                                  struct ihp_error *err);

/* Copies a path. */
enum ihp_status ihp__path_copy(char *path, size_t size, const char *from, struct ihp_error *err);

/* Makes the path of what an output really is: slashes at the end of `output` are removed, and while
 * the last part of the path is a symbolic link, it is replaced by what the link names, which need
 * not exist. Returns IHP_ERR_RUN if a link cannot be read or links form a circle. */
enum ihp_status ihp__path_resolve(char *path, size_t size, const char *output,
                                  struct ihp_error *err);

/* Reports that a path that begins with `beginning` does not fit into `size` bytes. Returns
 * IHP_ERR_USAGE. */
enum ihp_status ihp__fail_long_path(struct ihp_error *err, const char *beginning, size_t size);

/* Looks for a file or folder: `*found` is false if nothing has that name. Any other failure, such
 * as a missing permission or an error of the file server, does not say that, and is IHP_ERR_RUN (or
 * IHP_ERR_DATA for a name that cannot exist) with the system's words. */
enum ihp_status ihp__path_look(const char *path, struct stat *info, bool *found,
                               struct ihp_error *err);

/* Returns the last part of a path, inside `path`. */
const char *ihp__path_base(const char *path);

#endif
