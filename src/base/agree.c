/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of one rank as that of all, and sums of a few numbers over ranks. */
#include "base/agree.h"

#include <stdbool.h>

/* Collective: gives all ranks the error of the lowest of those that take part with one. */
static enum ihp_status share_error(MPI_Comm comm, bool takes_part, struct ihp_error *err)
{
    int rank, ranks, first;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    int mine = takes_part && err->status != IHP_OK ? rank : ranks;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm);
    if (first < ranks) {
        MPI_Bcast(err, (int)sizeof *err, MPI_BYTE, first, comm);
    }
    return err->status;
}

enum ihp_status ihp__agree(MPI_Comm comm, struct ihp_error *err)
{
    return comm == MPI_COMM_NULL ? err->status : share_error(comm, true, err);
}

enum ihp_status ihp__agree_first(MPI_Comm comm, uint64_t at, struct ihp_error *err)
{
    if (comm == MPI_COMM_NULL) {
        return err->status;
    }
    uint64_t mine = err->status != IHP_OK ? at : UINT64_MAX, first;
    MPI_Allreduce(&mine, &first, 1, MPI_UINT64_T, MPI_MIN, comm);
    return share_error(comm, mine == first, err);
}

void ihp__sum_u64(MPI_Comm comm, uint64_t *value, int count)
{
    if (comm != MPI_COMM_NULL) {
        MPI_Allreduce(MPI_IN_PLACE, value, count, MPI_UINT64_T, MPI_SUM, comm);
    }
}

void ihp__share_u64(MPI_Comm comm, uint64_t *value, int count)
{
    if (comm != MPI_COMM_NULL) {
        MPI_Bcast(value, count, MPI_UINT64_T, 0, comm);
    }
}

void ihp__share_bytes(MPI_Comm comm, void *bytes, size_t size)
{
    enum { PIECE = 1 << 30 }; /* MPI counts are int */
    for (size_t done = 0; comm != MPI_COMM_NULL && done < size; done += PIECE) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        MPI_Bcast((char *)bytes + done, (int)piece, MPI_BYTE, 0, comm);
    }
}

uint64_t ihp__sum_before_u64(MPI_Comm comm, uint64_t value)
{
    uint64_t before = 0;
    int rank = 0;
    if (comm != MPI_COMM_NULL) {
        MPI_Comm_rank(comm, &rank);
        MPI_Exscan(&value, &before, 1, MPI_UINT64_T, MPI_SUM, comm);
    }
    return rank == 0 ? 0 : before; /* MPI does not define rank 0's */
}
