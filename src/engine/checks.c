/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job checks before and after its pass over the claims, and what it tells of itself. */
#include "engine/pass.h"
#include "engine/process.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static void hash_key(void *state, const struct ihp__deck_key *key)
{
    XXH3_64bits_update(state, key->value, strlen(key->value) + 1);
}

/* A hash of all that the ranks must have in common: deck, program, store, options. */
static uint64_t fingerprint(const struct ihp__context *c, const void *options, size_t size,
                            struct ihp_error *err)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        ihp__fail_memory(err, "a hash");
        return 0;
    }
    XXH3_64bits_reset(state);
    ihp__deck_each_key(&c->deck, hash_key, state);
    XXH3_64bits_update(state, c->program->hash, strlen(c->program->hash));
    XXH3_64bits_update(state, c->info->content_hash, strlen(c->info->content_hash));
    XXH3_64bits_update(state, options, size);
    uint64_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

enum ihp_status ihp__context_check_same(const struct ihp__context *c, const void *options,
                                        size_t size, MPI_Comm comm, struct ihp_error *err)
{
    uint64_t hash = fingerprint(c, options, size, err), first = hash;
    ihp__share_u64(comm, &first, 1);
    if (hash != first) {
        ihp__fail(
            err, IHP_ERR_USAGE,
            "%s: the ranks do not see the same deck, program, store, checkpoint and options; was "
            "a file replaced while the run started, or is a folder not on all nodes?",
            c->deck.path);
    }
    return ihp__agree(comm, err);
}

enum ihp_status ihp__run_stats_collect(struct ihp__run_stats *f, double start, MPI_Comm comm,
                                       struct ihp_error *err)
{
    enum { NUMBERS = sizeof f->own / sizeof(double) };
    int rank;
    MPI_Comm_rank(comm, &rank);
    f->own.total = MPI_Wtime() - start;
    f->own.peak_bytes = (double)ihp__peak_bytes();
    if (rank == 0 && (f->rank = calloc((size_t)f->ranks, sizeof *f->rank)) == NULL) {
        ihp__fail_memory(err, "what each rank took");
    }
    if (ihp__agree(comm, err) == IHP_OK) {
        MPI_Gather(&f->own, NUMBERS, MPI_DOUBLE, f->rank, NUMBERS, MPI_DOUBLE, 0, comm);
    }
    return err->status;
}
