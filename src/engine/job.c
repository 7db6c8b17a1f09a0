/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Begins and ends every job, and passes the claims under the deck's own terms. */
#include "engine/job.h"

#include "base/process.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* ---- the beginning --------------------------------------------------------------------------- */

enum ihp_status ihp__job_start(struct ihp__job *job, const char *name, ihp_progress_fn progress,
                               void *progress_context, MPI_Comm comm, struct ihp_notices *notices,
                               struct ihp_error *err)
{
    *job = (struct ihp__job){.notices = notices, .err = err, .start = MPI_Wtime()};
    if (MPI_Comm_dup(comm, &job->comm) != MPI_SUCCESS) {
        return ihp__fail(err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    if (ihp__watch_start(&job->watch, name, progress, progress_context, job->comm, err) != IHP_OK) {
        MPI_Comm_free(&job->comm);
        return err->status;
    }
    MPI_Comm_rank(job->comm, &job->rank);
    MPI_Comm_size(job->comm, &job->ranks);
    job->stats.ranks = job->ranks;
    job->stats.starts = 1;
    job->stats.batch_lines = IHP_BATCH_LINES;
    return IHP_OK;
}

void ihp__job_end(struct ihp__job *job)
{
    free(job->stats.rank);
    ihp__watch_end(&job->watch, job->err);
    ihp__context_close(&job->context);
    MPI_Comm_free(&job->comm);
}

static enum ihp_status take_range(struct ihp__job *job)
{
    return ihp__store_partition(job->context.store, job->rank, job->ranks, &job->range, job->err);
}

enum ihp_status ihp__job_open(struct ihp__job *job, const char *deck_path)
{
    return ihp__job_open_with(job, deck_path, NULL);
}

enum ihp_status ihp__job_open_with(struct ihp__job *job, const char *deck_path,
                                   const struct ihp__settings *settings)
{
    char text[IHP__WHAT_IF_TEXT];
    if (ihp__context_open_with(deck_path, settings, &job->context, job->notices, job->err) !=
        IHP_OK) {
        return job->err->status;
    }
    const struct ihp__what_if *what_if = &job->context.deck.what_if;
    if (what_if->count > 0) {
        ihp__notice_add(job->notices,
                        "what-if: %s in place of the deck's values; this is not the settlement of "
                        "the deck",
                        ihp__what_if_format(what_if, text));
    }
    return take_range(job);
}

enum ihp_status ihp__job_open_inputs(struct ihp__job *job, const char *deck_path)
{
    enum ihp_status status =
        ihp__context_open_inputs(deck_path, &job->context, job->notices, job->err);
    return status == IHP_OK ? take_range(job) : status;
}

void ihp__job_own_terms(struct ihp__job *job)
{
    ihp__deck_free(&job->context.deck); /* its sweep */
    job->context.deck.bootstrap.replicates = 0;
    job->context.deck.bootstrap_scenarios = 0;
}

/* ---- the same on every rank ------------------------------------------------------------------ */

enum ihp_status ihp__job_agree(const struct ihp__job *job, enum ihp_status status)
{
    ihp__until_agreed(status); /* the error of this rank is in job->err */
    return ihp__agree(job->comm, job->err);
}

static void hash_key(void *state, const struct ihp__deck_key *key)
{
    XXH3_64bits_update(state, key->value, strlen(key->value) + 1);
}

/* Makes a hash of all that the ranks must have in common: deck, program, store, options. */
static enum ihp_status make_fingerprint(struct ihp__job *job, const void *options, size_t size,
                                        uint64_t *hash)
{
    const struct ihp__context *c = &job->context;
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(job->err, "a hash");
    }
    XXH3_64bits_reset(state);
    ihp__deck_each_key(&c->deck, hash_key, state);
    XXH3_64bits_update(state, c->program->hash, strlen(c->program->hash));
    XXH3_64bits_update(state, c->info->content_hash, strlen(c->info->content_hash));
    XXH3_64bits_update(state, options, size);
    *hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return IHP_OK;
}

enum ihp_status ihp__job_agree_on_input(struct ihp__job *job, const void *options, size_t size)
{
    uint64_t hash = 0, first;
    job->stats.own.open = MPI_Wtime() - job->start;
    if (ihp__agree(job->comm, job->err) != IHP_OK) {
        return job->err->status;
    }
    ihp__until_agreed(make_fingerprint(job, options, size, &hash));
    first = hash;
    ihp__share_u64(job->comm, &first, 1);
    if (hash != first) {
        ihp__error_set(job->err, IHP_ERR_USAGE,
                       "%s: the ranks do not see the same deck, program, store, checkpoint and "
                       "options; was a file replaced while the run started, or is a folder not on "
                       "all nodes?",
                       job->context.deck.path);
    }
    return ihp__agree(job->comm, job->err);
}

/* ---- the pass under the deck's own terms ----------------------------------------------------- */

enum ihp_status ihp__job_check_magnitude(struct ihp__job *job)
{
    double magnitude = job->stats.magnitude;
    MPI_Allreduce(MPI_IN_PLACE, &magnitude, 1, MPI_DOUBLE, MPI_SUM, job->comm);
    return ihp__pass_check_magnitude(&job->context, magnitude, job->err);
}

enum ihp_status ihp__job_reduce(struct ihp__job *job, struct ihp__tally *tally)
{
    const struct ihp__context *c = &job->context;
    double start = MPI_Wtime();
    enum ihp_status status =
        ihp__tally_reduce(tally, job->comm, &job->stats.reduced_bytes, job->err);
    job->stats.own.reduce = MPI_Wtime() - start;
    if (status == IHP_OK &&
        ihp__pass_check_whole(c, tally->store[0], tally->store[1], job->err) == IHP_OK) {
        ihp__pass_note_months(c, tally, job->notices);
        ihp__pass_note_morbidity(c, tally, job->notices);
        ihp__until_agreed(ihp__pass_check_categories(c, tally, job->notices, job->err));
    }
    return ihp__agree(job->comm, job->err);
}

enum ihp_status ihp__job_pass(struct ihp__job *job, const struct ihp__pass_options *options,
                              const struct ihp__pass_sums *sums)
{
    struct ihp__pass_cost cost = {0};
    ihp__until_agreed(ihp__pass(&job->context, job->range, options, sums, &cost, job->err));
    job->stats.own.read = cost.read;
    job->stats.own.decide = cost.decide;
    job->stats.own.pass = cost.read + cost.decide;
    job->stats.read_bytes = cost.bytes;
    job->stats.indexed = cost.indexed;
    job->stats.magnitude = cost.magnitude;
    if (ihp__agree(job->comm, job->err) != IHP_OK || ihp__job_check_magnitude(job) != IHP_OK) {
        return job->err->status;
    }
    return ihp__job_reduce(job, sums->tally);
}

/* ---- the end --------------------------------------------------------------------------------- */

enum ihp_status ihp__job_collect_stats(struct ihp__job *job)
{
    struct ihp__run_stats *stats = &job->stats;
    enum { NUMBERS = sizeof stats->own / sizeof(double) };
    stats->own.total = MPI_Wtime() - job->start;
    stats->own.peak_bytes = (double)ihp__peak_bytes();
    if (job->rank == 0) {
        stats->rank = calloc((size_t)stats->ranks, sizeof *stats->rank);
        if (stats->rank == NULL) {
            ihp__until_agreed(ihp__fail_memory(job->err, "the timings of the ranks"));
        }
    }
    if (ihp__agree(job->comm, job->err) == IHP_OK) {
        MPI_Gather(&stats->own, NUMBERS, MPI_DOUBLE, stats->rank, NUMBERS, MPI_DOUBLE, 0,
                   job->comm);
    }
    return job->err->status;
}
