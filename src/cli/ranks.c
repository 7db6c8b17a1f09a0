/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of the other ranks. */
#include "ranks.h"

#include "base/lease_text.h"
#include "base/unfinished.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct process {
    pid_t number;
    char place[IHP__LEASE_FIELD]; /* where the number means this process */
};

static struct process *others; /* those that have a number here; never freed: a crash needs them */
static volatile sig_atomic_t count;

void ihp__cli_find_ranks(MPI_Comm comm)
{
    struct process own = {.number = getpid()};
    int ranks, kept = 0;
    MPI_Comm_size(comm, &ranks);
    ihp__lease_text_find_place(own.place);
    struct process *all = malloc((size_t)ranks * sizeof *all);
    int have = all != NULL;
    MPI_Allreduce(MPI_IN_PLACE, &have, 1, MPI_INT, MPI_MIN, comm);
    if (!have) { /* then mpirun alone ends them */
        free(all);
        return;
    }
    MPI_Allgather(&own, (int)sizeof own, MPI_BYTE, all, (int)sizeof own, MPI_BYTE, comm);
    for (int i = 0; i < ranks; i++) {
        if (strcmp(all[i].place, own.place) == 0 && all[i].number != own.number) {
            all[kept++] = all[i];
        }
    }
    others = all;
    count = kept;
}

void ihp__cli_end_other_ranks(void)
{
    for (int i = 0; i < count; i++) {
        kill(others[i].number, IHP__UNFINISHED_OTHER_RANK);
    }
}

void ihp__cli_await_other_ranks(void)
{
    enum { MOST_MS = 5000, STEP_MS = 10 };
    int waited = 0;
    for (int i = 0; i < count; i++) {
        while (waited < MOST_MS && kill(others[i].number, 0) == 0) {
            poll(NULL, 0, STEP_MS); /* which a handler of signals may call */
            waited += STEP_MS;
        }
    }
}
