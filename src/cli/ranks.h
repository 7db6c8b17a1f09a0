/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranks.h - a rank that has crashed ends the others.
 *
 * The others would wait for it in MPI. mpirun ends them, too, but by SIGTERM, which asks some
 * commands to save, and then by SIGKILL, which leaves what is not finished.
 */
#ifndef IHP_CLI_RANKS_H
#define IHP_CLI_RANKS_H

#include <mpi.h>

/* Collective: finds the processes of the other ranks on this host. */
void ihp__cli_find_ranks(MPI_Comm comm);

/* Lets the other ranks on this host remove what they have not finished, and end without a message
 * (`IHP__UNFINISHED_OTHER_RANK`). May be called by a handler of signals. */
void ihp__cli_end_other_ranks(void);

/* Waits until these have ended, for some seconds at most: two that have crashed wait for each
 * other. May be called by a handler of signals. */
void ihp__cli_await_other_ranks(void);

#endif
