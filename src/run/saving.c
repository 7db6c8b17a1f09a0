/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a settlement is saved: by the clock, and when it is asked to stop. */
#include "checkpoint.h"

/* What ranks ask of each other. The greatest answer counts. */
enum { STOP, SAVE, FAILED, WORKING, ASKS };
_Static_assert(ASKS == sizeof((struct ihp__saving *)0)->asked / sizeof(int), "room for all");

static enum ihp_status set_path(struct ihp__settling *s)
{
    return ihp__path_beside(s->saving.path, sizeof s->saving.path, s->context.deck.output,
                            ".checkpoint.h5", s->err);
}

enum ihp_status ihp__saving_start(struct ihp__settling *s)
{
    s->saving.on = true;
    s->saving.round = MPI_REQUEST_NULL;
    s->saving.last = MPI_Wtime();
    return set_path(s);
}

static void ask(struct ihp__settling *s, bool working)
{
    double between = s->context.deck.checkpoint_minutes * 60;
    int *asked = s->saving.asked;
    asked[STOP] = s->options->stop != NULL && *s->options->stop != 0;
    asked[SAVE] = s->rank == 0 && between > 0 && MPI_Wtime() - s->saving.last >= between;
    asked[FAILED] = s->err->status != IHP_OK;
    asked[WORKING] = working;
}

static void log_saved(const struct ihp__settling *s, double seconds)
{
    if (s->rank == 0 && s->options->log != NULL) {
        fprintf(s->options->log, "ihp: checkpoint: saved as %s in %.1f s\n", s->saving.path,
                seconds);
    }
}

/* A run that cannot be saved goes on: it may well come to its end. */
static void log_not_saved(const struct ihp__settling *s, const struct ihp_error *err)
{
    if (s->rank == 0 && s->options->log != NULL) {
        fprintf(s->options->log, "ihp: checkpoint: %s; the run goes on without it\n", err->text);
    }
}

/* What comes of a run that is to stop, and was saved or failed to be with `err`. */
static enum ihp_status stop_run(struct ihp__settling *s, const struct ihp_error *err)
{
    return err->status != IHP_OK
               ? ihp__fail(
                     s->err, err->status,
                     "stopped when asked, but what was done since the last checkpoint is lost: "
                     "%s",
                     err->text)
               : ihp__fail(s->err, IHP_STOPPED,
                           "%s: stopped when asked; %s holds what is done; start it again in the "
                           "same way to go on",
                           s->context.deck.output, s->saving.path);
}

/* Collective: saves, and stops where that was asked. A store that has changed ends the run, too: it
 * cannot come to a good end. Nothing is saved of a rank that has failed since it was asked: it may
 * have counted some of the members that are still to do. */
static enum ihp_status act(struct ihp__settling *s, bool stop, bool in_pass)
{
    if (ihp__agree(s->comm, s->err) != IHP_OK) {
        return s->err->status;
    }
    struct ihp_error err = {0};
    double start = MPI_Wtime();
    ihp__saving_write(s, in_pass, &err);
    s->saving.last = MPI_Wtime();
    s->stats.own.checkpoint += s->saving.last - start;
    if (err.status == IHP_ERR_DATA) {
        return ihp__fail(s->err, err.status, "%s", err.text);
    }
    if (stop) {
        return stop_run(s, &err);
    }
    if (err.status == IHP_OK) {
        log_saved(s, s->saving.last - start);
    } else {
        log_not_saved(s, &err);
    }
    return IHP_OK;
}

enum ihp_status ihp__saving_pause(struct ihp__settling *s)
{
    if (s->saving.on) {
        ask(s, false);
        MPI_Allreduce(s->saving.asked, s->saving.common, ASKS, MPI_INT, MPI_MAX, s->comm);
        const int *common = s->saving.common;
        if (common[FAILED] == 0) {
            return common[STOP] != 0 || common[SAVE] != 0 ? act(s, common[STOP] != 0, false)
                                                          : IHP_OK;
        }
    }
    return ihp__agree(s->comm, s->err);
}

/* Collective: does what the ranks have asked of each other in the round that has ended. */
static void end_round(struct ihp__settling *s)
{
    struct ihp__saving *v = &s->saving;
    v->rounds_over = v->common[FAILED] != 0 || v->common[WORKING] == 0;
    if (!v->rounds_over && (v->common[STOP] != 0 || v->common[SAVE] != 0)) {
        v->rounds_over = act(s, v->common[STOP] != 0, true) != IHP_OK;
    }
}

/* Ends the round that is open and begins the next, unless they are over. */
static void next_round(struct ihp__settling *s, bool working)
{
    struct ihp__saving *v = &s->saving;
    if (v->round != MPI_REQUEST_NULL) {
        MPI_Wait(&v->round, MPI_STATUS_IGNORE);
        end_round(s);
    }
    if (!v->rounds_over) {
        ask(s, working);
        MPI_Iallreduce(v->asked, v->common, ASKS, MPI_INT, MPI_MAX, s->comm, &v->round);
    }
}

void ihp__saving_begin_rounds(struct ihp__settling *s)
{
    s->saving.rounds_over = !s->saving.on;
}

enum ihp_status ihp__saving_round(struct ihp__settling *s)
{
    next_round(s, true);
    return s->saving.rounds_over ? IHP_ERR_RUN : IHP_OK;
}

void ihp__saving_last_rounds(struct ihp__settling *s)
{
    while (!s->saving.rounds_over) {
        next_round(s, false);
    }
}

void ihp__saving_remove(const struct ihp__settling *s)
{
    if (s->rank == 0 && s->saving.on) {
        ihp__checkpoint_remove(s->saving.path);
    }
}
