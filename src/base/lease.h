/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lease.h - one run for one output: a run takes the lease of its output (`ihp__lease_take`) before
 * it writes, and holds it until everything is written.
 *
 * A lease is the file OUTPUT.lease next to the output; inside the folder OUTPUT, as ihp.lease, if
 * nothing can be made next to it. It names host, process and command, is locked where the file
 * system has locks (flock), and is touched every 20 seconds. A lease is taken over, with a notice,
 * if its process has ended on this host, or if it was made on another host and has not been touched
 * for two minutes by the clock of the file system.
 *
 * Nothing here is collective: rank 0 takes the lease, and the ranks agree on the status.
 */
#ifndef IHP_LEASE_H
#define IHP_LEASE_H

#include "ihp/error.h"

struct ihp__lease;

/* Takes the lease of `output`, a file or folder that may exist or not; symbolic links are followed
 * first (`ihp__path_resolve`). The folder it is in must exist. Returns IHP_ERR_USAGE if another run
 * holds the lease: the text says which, on which host, and since when. Returns IHP_ERR_RUN if the
 * lease cannot be written. The caller releases `*lease`. */
enum ihp_status ihp__lease_take(const char *output, struct ihp_notices *notices,
                                struct ihp__lease **lease, struct ihp_error *err);

/* Returns IHP_ERR_RUN if the lease cannot be looked at, and IHP_ERR_USAGE if it is gone or another
 * run has taken it over, which happens when this process was suspended or cut off from the file
 * system for minutes. Call it just before an output gets its name. A lease that is NULL is not
 * checked. */
enum ihp_status ihp__lease_check(const struct ihp__lease *lease, struct ihp_error *err);

/* Ends the lease and removes its file. `*lease` may be NULL and becomes NULL. */
void ihp__lease_release(struct ihp__lease **lease);

#endif
