/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job.h - what every job on several ranks has, whatever it computes: a communicator of its own, the
 * inputs of its deck, its range of members, a watch, and one place for notices and the error.
 *
 * A job calls, in this order: `ihp__job_start`; `ihp__job_open` or `ihp__job_open_inputs`, and
 * further opening of its own; `ihp__job_agree_on_input`; its stages, of which `ihp__job_pass` is
 * the pass of a settlement under the deck's own terms; `ihp__job_collect_stats`; `ihp__job_end`.
 */
#ifndef IHP_ENGINE_JOB_H
#define IHP_ENGINE_JOB_H

#include "engine/pass.h"
#include "engine/watch.h"

struct ihp__job {
    MPI_Comm comm; /* duplicated */
    int rank, ranks;
    double start; /* MPI_Wtime */
    struct ihp__context context;
    struct ihp__range range; /* the members of this rank */
    struct ihp__watch watch;
    struct ihp__run_stats stats;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

/* Starts a job and its watch. Collective over `comm`, which is duplicated. `name` is a static text
 * for the status file. The job borrows `notices` and `err` to its end. After a failure there is
 * nothing to end. */
enum ihp_status ihp__job_start(struct ihp__job *job, const char *name, ihp_progress_fn progress,
                               void *progress_context, MPI_Comm comm, struct ihp_notices *notices,
                               struct ihp_error *err);

/* Closes the context, ends the watch and frees the communicator. Collective. */
void ihp__job_end(struct ihp__job *job);

/* Opens the deck of a settlement with everything it names, and takes this rank's range of members.
 * Not collective. */
enum ihp_status ihp__job_open(struct ihp__job *job, const char *deck_path);

/* Does the same under what `settings` puts in place of the deck's values, which a notice repeats.
 * Not collective. */
enum ihp_status ihp__job_open_with(struct ihp__job *job, const char *deck_path,
                                   const struct ihp__settings *settings);

/* Does the same without the rules of a settlement: see ihp__context_open_inputs. Not collective. */
enum ihp_status ihp__job_open_inputs(struct ihp__job *job, const char *deck_path);

/* Leaves out the deck's sweep and bootstrap: the job is of the deck's own terms. Not collective. */
void ihp__job_own_terms(struct ihp__job *job);

/* Agrees on the opening, then refuses (IHP_ERR_USAGE) ranks that opened different things or have
 * other bytes in `options`, because they would mix them or wait for each other forever.
 * Collective. */
enum ihp_status ihp__job_agree_on_input(struct ihp__job *job, const void *options, size_t size);

/* Agrees after a step of this rank, which returned `status`: an error of any rank becomes that of
 * all. Collective; returns the same status on every rank. */
enum ihp_status ihp__job_agree(const struct ihp__job *job, enum ihp_status status);

/* Passes the claims under the deck's own terms: each rank its members, then `ihp__job_reduce`. The
 * rules of `options` are those of the context, or the same with marks. Collective; no rank has an
 * error yet. */
enum ihp_status ihp__job_pass(struct ihp__job *job, const struct ihp__pass_options *options,
                              const struct ihp__pass_sums *sums);

/* Refuses (IHP_ERR_DATA) amounts of all ranks whose sums could leave 64 bits; `stats.magnitude` has
 * those of each rank. Collective; no rank has an error yet. */
enum ihp_status ihp__job_check_magnitude(struct ihp__job *job);

/* Adds up a tally over all ranks and checks that the pass saw everything once. Collective; no rank
 * has an error yet. */
enum ihp_status ihp__job_reduce(struct ihp__job *job, struct ihp__tally *tally);

/* Completes what this rank took; rank 0 gets that of each rank in `stats.rank`. Fails with
 * IHP_ERR_RUN on every rank when memory of rank 0 is short. Collective. */
enum ihp_status ihp__job_collect_stats(struct ihp__job *job);

#endif
