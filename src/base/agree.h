/* SPDX-License-Identifier: GPL-3.0-or-later */
/* agree.h - how ranks agree on one result: an error of any rank becomes an error of all.
 *
 * Collective steps begin and end with `ihp__agree`, so that no rank waits for one that has given
 * up. The communicator MPI_COMM_NULL means a process on its own; MPI need not be initialized then.
 */
#ifndef IHP_AGREE_H
#define IHP_AGREE_H

#include "base/error.h"

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

/* Collective over `comm`. If any rank has an error in `err`, all ranks receive the status and text
 * of the lowest such rank. Returns the common status. Call it before a collective step that a
 * failed rank would miss. */
enum ihp_status ihp__agree(MPI_Comm comm, struct ihp_error *err);

/* Does the same, but with the error of the lowest `at` of a failed rank; of the lowest rank among
 * those. */
enum ihp_status ihp__agree_first(MPI_Comm comm, uint64_t at, struct ihp_error *err);

/* Marks a step that may fail although this rank goes on: the error stays in `err`, and the ranks
 * agree on it in the next `ihp__agree`, in which the other ranks wait or will wait. This is the
 * only way to pass over a status where it is returned. */
static inline void ihp__until_agreed(enum ihp_status status)
{
    (void)status;
}

/* Replaces each of `value[count]` by its sum over ranks. Collective over `comm`. */
void ihp__sum_u64(MPI_Comm comm, uint64_t *value, int count);

/* Gives every rank the `value[count]` of rank 0. Collective over `comm`. */
void ihp__share_u64(MPI_Comm comm, uint64_t *value, int count);

/* Gives every rank the `bytes` of rank 0. Collective over `comm`. */
void ihp__share_bytes(MPI_Comm comm, void *bytes, size_t size);

/* Returns the sum of `value` over the ranks before this one. Collective over `comm`. */
uint64_t ihp__sum_before_u64(MPI_Comm comm, uint64_t value);

#endif
