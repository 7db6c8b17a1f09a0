/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches a job for its caller: progress, the memory of other ranks, the status file. */
#include "engine/watch.h"

#include "base/process.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds between two looks at messages, and between two writes or two messages. */
static const double LOOK = 1, REPORT = 5;
enum { TAG = 1 };

enum ihp_status ihp__watch_start(struct ihp__watch *w, const char *job, ihp_progress_fn progress,
                                 void *progress_context, MPI_Comm comm, struct ihp_error *err)
{
    *w = (struct ihp__watch){.progress = progress,
                             .progress_context = progress_context,
                             .last_look = -REPORT,
                             .last_write = -REPORT,
                             .last_message = -REPORT,
                             .request = MPI_REQUEST_NULL,
                             .status = {.stage = "open", .rate = -1, .seconds_left = -1}};
    if (MPI_Comm_dup(comm, &w->comm) != MPI_SUCCESS) {
        return ihp__fail(err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    struct ihp__run_status *s = &w->status;
    MPI_Comm_rank(w->comm, &w->rank);
    MPI_Comm_size(w->comm, &s->ranks);
    snprintf(s->job, sizeof s->job, "%s", job);
    if (gethostname(s->host, sizeof s->host) != 0) {
        s->host[0] = '\0';
    }
    s->host[sizeof s->host - 1] = '\0'; /* a name that was cut may lack its end */
    s->pid = getpid();
    ihp__process_find(s->pid, &s->process_start);
    s->started = time(NULL);
    s->peak_bytes = ihp__peak_bytes();
    return IHP_OK;
}

/* Writes the status file, if there is one. Returns false if it could not be written. No caller acts
 * on that: a status must not end a night's work, and the next report tries again. */
static bool write_status(struct ihp__watch *w)
{
    struct ihp_error ignored = {0};
    w->last_write = MPI_Wtime();
    w->status.updated = time(NULL);
    return w->path[0] == '\0' || ihp__run_status_write(w->path, &w->status, &ignored) == IHP_OK;
}

void ihp__watch_open(struct ihp__watch *w, const char *output)
{
    struct ihp_error ignored = {0};
    if (w->rank == 0 && ihp__run_status_path(output, w->path, &ignored) == IHP_OK) {
        write_status(w);
    } else {
        w->path[0] = '\0';
    }
}

/* ---- memory of other ranks ------------------------------------------------------------------- */

static void take_message(struct ihp__watch *w)
{
    MPI_Status from;
    uint64_t peak;
    MPI_Recv(&peak, 1, MPI_UINT64_T, MPI_ANY_SOURCE, TAG, w->comm, &from);
    w->messages++;
    if (peak > w->status.peak_bytes) {
        w->status.peak_bytes = peak;
        w->status.peak_rank = from.MPI_SOURCE;
    }
}

static void take_messages(struct ihp__watch *w)
{
    int there = 1;
    uint64_t own = ihp__peak_bytes();
    for (int i = 1; i < w->status.ranks && there; i++) { /* no more than one a rank */
        MPI_Iprobe(MPI_ANY_SOURCE, TAG, w->comm, &there, MPI_STATUS_IGNORE);
        if (there) {
            take_message(w);
        }
    }
    if (own > w->status.peak_bytes) {
        w->status.peak_bytes = own;
        w->status.peak_rank = 0;
    }
}

/* Sends the peak to rank 0. The send is synchronous, so that messages cannot pile up at a rank 0
 * that is not looking. */
static void send_message(struct ihp__watch *w, double time)
{
    int sent = 1;
    uint64_t peak = ihp__peak_bytes();
    MPI_Test(&w->request, &sent, MPI_STATUS_IGNORE);
    if (sent && peak > w->message && time - w->last_message >= REPORT) {
        w->message = peak;
        w->last_message = time;
        w->messages++;
        MPI_Issend(&w->message, 1, MPI_UINT64_T, 0, TAG, w->comm, &w->request);
    }
}

/* ---- progress -------------------------------------------------------------------------------- */

static void take_progress(struct ihp__watch *w, const struct ihp_progress *p, double time)
{
    struct ihp__run_status *s = &w->status;
    bool fresh = strcmp(s->stage, p->stage) != 0 || p->done < s->done;
    if (fresh) {
        snprintf(s->stage, sizeof s->stage, "%s", p->stage);
        snprintf(s->counted, sizeof s->counted, "%s", p->what);
        w->stage_first = p->done;
        w->stage_start = time;
        s->rate = s->seconds_left = -1;
    }
    s->done = p->done;
    s->all = p->all;
    if (s->done > w->stage_first && time > w->stage_start) {
        s->rate = (double)(s->done - w->stage_first) / (time - w->stage_start);
        s->seconds_left = (double)(s->all - s->done) / s->rate;
    }
}

void ihp__watch_report(void *watch, const struct ihp_progress *progress)
{
    struct ihp__watch *w = watch;
    double time = MPI_Wtime();
    bool looks = time - w->last_look >= LOOK;
    w->last_look = looks ? time : w->last_look;
    if (w->rank != 0) {
        if (looks) {
            send_message(w, time);
        }
        return;
    }
    if (looks) {
        take_messages(w);
    }
    take_progress(w, progress, time);
    if (time - w->last_write >= REPORT) {
        write_status(w);
    }
    if (w->progress != NULL) {
        const struct ihp__run_status *s = &w->status;
        struct ihp_progress full = *progress;
        full.rate = s->rate;
        full.seconds_left = s->seconds_left;
        full.peak_bytes = s->peak_bytes;
        full.peak_rank = s->peak_rank;
        w->progress(w->progress_context, &full);
    }
}

/* Receives the messages still on the way and finds the peak of all ranks. Collective. */
static void end_messages(struct ihp__watch *w)
{
    struct {
        double bytes;
        int rank;
    } own = {(double)ihp__peak_bytes(), w->rank}, peak = own;
    uint64_t own_messages = w->rank == 0 ? 0 : w->messages, messages = 0;
    MPI_Reduce(&own_messages, &messages, 1, MPI_UINT64_T, MPI_SUM, 0, w->comm);
    while (w->rank == 0 && w->messages < messages) {
        take_message(w);
    }
    MPI_Wait(&w->request, MPI_STATUS_IGNORE);
    MPI_Reduce(&own, &peak, 1, MPI_DOUBLE_INT, MPI_MAXLOC, 0, w->comm);
    w->status.peak_bytes = (uint64_t)peak.bytes;
    w->status.peak_rank = peak.rank;
}

void ihp__watch_end(struct ihp__watch *w, const struct ihp_error *err)
{
    end_messages(w);
    w->status.state = err->status == IHP_OK        ? IHP__RUN_DONE
                      : err->status == IHP_STOPPED ? IHP__RUN_STOPPED
                                                   : IHP__RUN_FAILED;
    snprintf(w->status.error, sizeof w->status.error, "%s",
             w->status.state == IHP__RUN_FAILED ? err->text : "");
    if (w->rank == 0) {
        write_status(w);
    }
    MPI_Comm_free(&w->comm);
}
