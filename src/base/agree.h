/* SPDX-License-Identifier: GPL-3.0-or-later */
/* agree.h - how ranks come to one verdict: a fault of any rank becomes a fault of all.
 *
 * Collective steps begin and end with `ihp__agree`, so that no rank waits for one that has given
 * up. A communicator of MPI_COMM_NULL stands for a process alone; MPI need not be initialised then.
 */
#ifndef IHP_AGREE_H
#define IHP_AGREE_H

#include "base/base.h"

#include <mpi.h>

/* Collective over `comm`. When any rank has a fault in `err`, all ranks receive the status and text
 * of the lowest such rank. Returns the common status. Call it before any collective step that a
 * failed rank would miss. */
enum ihp_status ihp__agree(MPI_Comm comm, struct ihp_error *err);

/* Marks a step that may fail although this rank goes on: the fault stays in `err`, and the ranks
 * agree on it at the next `ihp__agree`, which the other ranks are waiting in or about to enter. The
 * one way in which a status is not looked at where it is returned. */
static inline void ihp__until_agreed(enum ihp_status status)
{
    (void)status;
}

/* Collective over `comm`: `value[count]` becomes its sum over ranks. */
void ihp__sum_u64(MPI_Comm comm, uint64_t *value, int count);

/* Collective over `comm`: rank 0's `value[count]` on every rank. */
void ihp__share_u64(MPI_Comm comm, uint64_t *value, int count);

/* Collective over `comm`: rank 0's `bytes` on every rank. */
void ihp__share_bytes(MPI_Comm comm, void *bytes, size_t size);

/* Collective over `comm`: the sum of `value` over the ranks before this one. */
uint64_t ihp__sum_before_u64(MPI_Comm comm, uint64_t value);

#endif
