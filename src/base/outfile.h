/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outfile.h - files that appear whole: written under another name, and renamed once complete.
 *
 * A file that existed before stays as it was until then. Nothing here is collective.
 */
#ifndef IHP_OUTFILE_H
#define IHP_OUTFILE_H

#include "ihp/error.h"

#include <stdio.h>

struct ihp__outfile;

/* Opens `path`.part-PID for writing with the permission bits `mode` (0600 for member-level files).
 * The caller ends it with `ihp__outfile_commit` or `ihp__outfile_abandon`. */
enum ihp_status ihp__outfile_open(const char *path, int mode, struct ihp__outfile **out,
                                  struct ihp_error *err);

/* Returns the stream to write to, owned by the file. */
FILE *ihp__outfile_stream(struct ihp__outfile *out);

/* Checks every write, gives the file its name and frees `*out`. On failure (a full disk) the .part
 * file is removed. */
enum ihp_status ihp__outfile_commit(struct ihp__outfile **out, struct ihp_error *err);

/* Removes the .part file and frees `*out`, which may be NULL. */
void ihp__outfile_abandon(struct ihp__outfile **out);

#endif
