/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output_leftover.h - the names of the folders that exist while a run writes its output, and what a
 * killed run left of them.
 *
 *   OUTPUT.part-HOST-PID   is filled by that process; everything in it is that run's own
 *   OUTPUT.swap-HOST-PID   is whole and about to take the output's place, or had it until now
 *   OUTPUT.old-HOST-PID    is the earlier output, where two names cannot be exchanged in one step
 *   OUTPUT/.part-HOST-PID  is filled where nothing can be made next to the output
 *
 * A seal follows, so that no folder of the user's is taken for one of these (seal.h).
 *
 * Nothing here is collective.
 */
#ifndef IHP_OUTPUT_LEFTOVER_H
#define IHP_OUTPUT_LEFTOVER_H

#include "ihp/error.h"

#include <stddef.h>

#define IHP__OUTPUT_PART ".part-"
#define IHP__OUTPUT_SWAP ".swap-"
#define IHP__OUTPUT_OLD  ".old-"

/* Writes the name of such a folder of this process: `kind` is one of the above. */
enum ihp_status ihp__output_name(char *path, size_t size, const char *output, const char *kind,
                                 struct ihp_error *err);

/* Writes the name of such a folder inside the output. */
enum ihp_status ihp__output_inner_name(char *path, size_t size, const char *output,
                                       struct ihp_error *err);

/* Finishes what processes that have ended left of such folders: an earlier output is put back if
 * the output is missing, and everything else of theirs is removed. Call it only with the lease of
 * the output. What cannot be removed stays, with a notice. */
void ihp__output_recover(const char *output, struct ihp_notices *notices);

#endif
