/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides when a run is saved: by the clock, and when it is asked to stop. */
#include "engine/saving.h"

/* The questions that ranks ask each other. The greatest answer counts. */
enum { STOP, SAVE, FAILED, WORKING, ASKS };
_Static_assert(ASKS == sizeof((struct ihp__saving *)0)->asked / sizeof(int), "room for all");

static void ask(struct ihp__saving *v, bool working)
{
    const struct ihp__job *job = v->job;
    double between = job->context.deck.checkpoint_minutes * 60;
    if (v->terms.listens != NULL) {
        *v->terms.listens = 1;
    }
    v->asked[STOP] = v->terms.stop != NULL && *v->terms.stop != 0;
    v->asked[SAVE] = job->rank == 0 && between > 0 && MPI_Wtime() - v->last >= between;
    v->asked[FAILED] = job->err->status != IHP_OK;
    v->asked[WORKING] = working;
}

/* Writes a line about an attempt. A run that cannot be saved goes on, because it may well finish.
 */
static void log_attempt(const struct ihp__saving *v, double seconds, const struct ihp_error *err)
{
    if (v->job->rank != 0 || v->terms.log == NULL) {
        return;
    }
    if (err->status == IHP_OK) {
        fprintf(v->terms.log, "ihp: checkpoint: saved as %s in %.1f s\n", v->path, seconds);
    } else {
        fprintf(v->terms.log, "ihp: checkpoint: %s; the run goes on without it\n", err->text);
    }
}

/* Ends a run that is to stop, and that was saved or, with `err`, could not be. */
static enum ihp_status stop_run(struct ihp__saving *v, const struct ihp_error *err)
{
    return err->status != IHP_OK
               ? ihp__fail(v->job->err, err->status,
                           "stopped when asked, but what was done since the last checkpoint is "
                           "lost: %s",
                           err->text)
               : ihp__fail(v->job->err, IHP_STOPPED,
                           "%s: stopped when asked; %s holds what is done; start it again in the "
                           "same way to go on",
                           v->job->context.deck.output, v->path);
}

/* Saves, and stops the run if `stop`. A store that has changed ends the run, too, because
 * its result would be wrong. Nothing is saved if a rank has failed since it was asked, because it
 * may have counted some of the members that are still to do. Collective. */
static enum ihp_status act(struct ihp__saving *v, bool stop)
{
    struct ihp__job *job = v->job;
    if (ihp__agree(job->comm, job->err) != IHP_OK) {
        return job->err->status;
    }
    struct ihp_error err = {0};
    double start = MPI_Wtime();
    enum ihp_status status = ihp__saving_write(v, &err);
    v->last = MPI_Wtime();
    job->stats.own.checkpoint += v->last - start;
    if (status == IHP_ERR_DATA) {
        return ihp__fail(job->err, status, "%s", err.text);
    }
    if (stop) {
        return stop_run(v, &err);
    }
    log_attempt(v, v->last - start, &err);
    return IHP_OK;
}

enum ihp_status ihp__saving_pause(struct ihp__saving *v)
{
    const int *common = v->common;
    ask(v, false);
    MPI_Allreduce(v->asked, v->common, ASKS, MPI_INT, MPI_MAX, v->job->comm);
    if (common[FAILED] != 0) {
        return ihp__agree(v->job->comm, v->job->err);
    }
    return common[STOP] != 0 || common[SAVE] != 0 ? act(v, common[STOP] != 0) : IHP_OK;
}

/* Does what the ranks have asked of each other in the round that has ended. Collective. */
static void end_round(struct ihp__saving *v)
{
    v->rounds_over = v->common[FAILED] != 0 || v->common[WORKING] == 0;
    if (!v->rounds_over && (v->common[STOP] != 0 || v->common[SAVE] != 0)) {
        v->rounds_over = act(v, v->common[STOP] != 0) != IHP_OK;
    }
}

/* Ends the round that is open and begins the next, unless they are over. */
static void next_round(struct ihp__saving *v, bool working)
{
    if (v->round != MPI_REQUEST_NULL) {
        MPI_Wait(&v->round, MPI_STATUS_IGNORE);
        end_round(v);
    }
    if (!v->rounds_over) {
        ask(v, working);
        MPI_Iallreduce(v->asked, v->common, ASKS, MPI_INT, MPI_MAX, v->job->comm, &v->round);
    }
}

void ihp__saving_begin_rounds(struct ihp__saving *v)
{
    v->rounds_over = false;
}

enum ihp_status ihp__saving_round(struct ihp__saving *v)
{
    next_round(v, true);
    return v->rounds_over ? IHP_ERR_RUN : IHP_OK;
}

void ihp__saving_last_rounds(struct ihp__saving *v)
{
    while (!v->rounds_over) {
        next_round(v, false);
    }
}

void ihp__saving_remove(const struct ihp__saving *v)
{
    if (v->job->rank == 0) {
        ihp__checkpoint_remove(v->path);
    }
}

void ihp__saving_log_going_on(const struct ihp__saving *v, const char *what)
{
    if (v->job->rank == 0 && v->terms.log != NULL) {
        if (ihp__checkpoint_is_locked(v->from)) {
            fprintf(v->terms.log,
                    "ihp: checkpoint: another program has locked %s; it is read all the same\n",
                    v->path);
        }
        fprintf(v->terms.log, "ihp: checkpoint: continues from %s (%s), start %llu of this run\n",
                v->path, what, (unsigned long long)v->starts + 1);
    }
}
