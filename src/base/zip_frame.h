/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zip_frame.h - checks that a zip file is one whole zip file.
 *
 * Programs that read zip look for the directory at the end, and take what is in front of its files
 * for something that is not theirs. Of two zip files that `cat` has joined they read the second
 * only. Nothing here is collective.
 */
#ifndef IHP_BASE_ZIP_FRAME_H
#define IHP_BASE_ZIP_FRAME_H

#include "ihp/error.h"

/* Checks that a zip file begins with its first entry and ends with its directory. `*found` is what
 * is wrong with the file, or NULL. An error is one of the system. */
enum ihp_status ihp__zip_frame_check(const char *path, const char **found, struct ihp_error *err);

#endif
