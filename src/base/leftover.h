/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leftover.h - removing what killed runs left next to a file that this run will write.
 *
 * Nothing here is collective.
 */
#ifndef IHP_LEFTOVER_H
#define IHP_LEFTOVER_H

/* Removes the unfinished files of `path` that processes left which have ended: PATH.part-PID,
 * PATH.part-PID-packed and PATH.sort-PID-..., with their seals (seal.h). Call it with the lease of
 * the output, because then no run on another host is writing them. What cannot be removed stays. */
void ihp__leftover_remove(const char *path);

#endif
