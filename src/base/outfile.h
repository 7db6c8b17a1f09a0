/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outfile.h - files that appear whole: written under another name, and renamed once complete.
 *
 * A file that existed before stays as it was until then. Nothing here is collective.
 */
#ifndef IHP_OUTFILE_H
#define IHP_OUTFILE_H

#include "base/target.h"

#include <stdio.h>

struct ihp__outfile;

/* Opens `path`.part-PID for writing with the permission bits `mode` (0600 for member-level files).
 * The caller ends it with `ihp__outfile_commit` or `ihp__outfile_abandon`. */
enum ihp_status ihp__outfile_open(const char *path, int mode, struct ihp__outfile **out,
                                  struct ihp_error *err);

/* Returns the stream to write to, owned by the file. */
FILE *ihp__outfile_stream(struct ihp__outfile *out);

/* Returns the path of the .part file, for a library that opens a file by its path. It must keep the
 * file, or the permission bits are lost. Owned by the file. */
const char *ihp__outfile_part(const struct ihp__outfile *out);

/* Checks every write, gives the file its name and frees `*out`. On failure (a full disk) the .part
 * file is removed. */
enum ihp_status ihp__outfile_commit(struct ihp__outfile **out, struct ihp_error *err);

/* Checks every write, waits until the file is on disk, and closes it; only the name is missing. On
 * failure the .part file is removed. A second call is harmless. */
enum ihp_status ihp__outfile_finish(struct ihp__outfile *out, struct ihp_error *err);

/* Finishes the file, gives it the name of `output` (base/target.h), which may refuse, and frees
 * `*out`. On failure the .part file is removed. */
enum ihp_status ihp__outfile_name(struct ihp__outfile **out, const struct ihp__target *output,
                                  struct ihp_error *err);

/* Removes the .part file and frees `*out`, which may be NULL. */
void ihp__outfile_abandon(struct ihp__outfile **out);

#endif
