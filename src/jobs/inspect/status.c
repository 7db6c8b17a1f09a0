/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp status: prints what the status file of a run says, and finds out if the run is alive. */
#include "base/process.h"
#include "ihp/jobs.h"
#include "result/run_status.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A run writes its status every few seconds; only a rank 0 that waits for others is silent for
 * long. */
enum { SILENT_SECONDS = 600 };

/* Returns true if a run is dead although its status is running, and writes the reason to `why`. */
static bool is_dead(const struct ihp__run_status *s, int64_t silent, char *why, size_t size)
{
    char host[sizeof s->host] = "";
    uint64_t start = 0;
    bool here = gethostname(host, sizeof host - 1) == 0 && strcmp(host, s->host) == 0;
    bool there = here && ihp__process_find(s->pid, &start) &&
                 (start == 0 || s->process_start == 0 || start == s->process_start);
    if (here && !there) {
        snprintf(why, size, "process %" PRId64 " is gone from %s", s->pid, s->host);
    } else {
        snprintf(why, size,
                 "it has reported nothing for %" PRId64 " minutes; process %" PRId64 "%s %s%s",
                 silent / 60, s->pid, here ? " is still on" : " on", s->host,
                 here ? "" : " cannot be seen from here");
    }
    return (here && !there) || silent > SILENT_SECONDS;
}

static void print_work(const struct ihp__run_status *s, FILE *stream)
{
    char bytes[IHP__BYTES_TEXT];
    fprintf(stream, "  %-14s %s\n  %-14s %s\n", "job", s->job, "stage", s->stage);
    if (s->all > 0) {
        fprintf(stream, "  %-14s %.1f %%, %" PRIu64 " of %" PRIu64 " %s\n", "done",
                100.0 * (double)s->done / (double)s->all, s->done, s->all, s->counted);
    }
    if (s->rate >= 0) {
        fprintf(stream, "  %-14s %.1f a second\n", "rate", s->rate);
    }
    if (s->seconds_left >= 0 && s->state == IHP__RUN_RUNNING) {
        fprintf(stream, "  %-14s %.0f s for this stage\n", "time left", s->seconds_left);
    }
    fprintf(stream, "  %-14s %s, rank %d of %d\n", "most memory",
            ihp__bytes_format(s->peak_bytes, bytes), s->peak_rank, s->ranks);
}

static void print_when(const struct ihp__run_status *s, int64_t now, FILE *stream)
{
    char moment[IHP__MOMENT_TEXT];
    fprintf(stream, "  %-14s process %" PRId64 " on %s\n", "rank 0", s->pid, s->host);
    fprintf(stream, "  %-14s %s\n", "started", ihp__moment_format(s->started, moment));
    fprintf(stream, "  %-14s %s, %" PRId64 " s ago\n",
            s->state == IHP__RUN_RUNNING ? "last update" : "ended",
            ihp__moment_format(s->updated, moment), now > s->updated ? now - s->updated : 0);
}

enum ihp_status ihp_run_status_print(const char *output, FILE *stream, struct ihp_error *err)
{
    char path[IHP__PATH_MAX], why[400], moment[IHP__MOMENT_TEXT];
    struct ihp__run_status s;
    if (ihp__run_status_path(output, path, err) != IHP_OK ||
        ihp__run_status_read(path, &s, err) != IHP_OK) {
        return err->status;
    }
    int64_t now = time(NULL);
    bool dead = s.state == IHP__RUN_RUNNING && is_dead(&s, now - s.updated, why, sizeof why);
    fprintf(stream, "%s: %s\n", output, dead ? "dead" : ihp__run_state_text(s.state));
    print_work(&s, stream);
    print_when(&s, now, stream);
    if (s.state == IHP__RUN_STOPPED) {
        fprintf(stream, "  %-14s start it again to go on\n", "next");
    }
    if (s.state == IHP__RUN_FAILED) {
        return ihp__fail(err, IHP_ERR_RUN, "%s: the run failed: %s", output, s.error);
    }
    return !dead ? IHP_OK
                 : ihp__fail(err, IHP_ERR_RUN, "%s: the run is dead: %s; last update %s", output,
                             why, ihp__moment_format(s.updated, moment));
}
