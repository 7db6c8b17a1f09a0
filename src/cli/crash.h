/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crash.h - a crash ends the program with an error line and exit code 1, as other errors do.
 *
 * HDF5 crashes, or ends the process, in places where it has no memory, and nothing that its callers
 * do can prevent that. Its caller must still learn what happened.
 */
#ifndef IHP_CLI_CRASH_H
#define IHP_CLI_CRASH_H

/* Begins to watch this process. Call it again after MPI has started, which watches, too. */
void ihp__cli_watch_crashes(void);

/* Lets the error line name this rank, one of several: each rank that crashes prints a line, because
 * it can no longer agree on one with the others. */
void ihp__cli_watch_rank(int rank);

/* Lets the process end, now that its error, if any, has been printed. */
void ihp__cli_watch_no_more(void);

#endif
