/* A fault of one rank as the verdict of all. */
#include "ihp/tally.h"

enum ihp_status ihp_agree(MPI_Comm comm, struct ihp_error *err)
{
    int rank, ranks, first;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    int mine = err->status != IHP_OK ? rank : ranks;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm);
    if (first < ranks) {
        MPI_Bcast(err, (int)sizeof *err, MPI_BYTE, first, comm);
    }
    return err->status;
}
