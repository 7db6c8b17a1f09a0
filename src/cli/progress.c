/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of a job, on a terminal and in a log. */
#include "progress.h"

#include "base/base.h"
#include "result/print_table.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool ihp__cli_on_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *ihp__cli_progress_line(char line[IHP__CLI_PROGRESS_LINE], const char *stage,
                                   const char *text, double share, double left, size_t width)
{
    char begin[IHP__CLI_PROGRESS_LINE / 2], end[64];
    size_t most = width > 0 && width < IHP__CLI_PROGRESS_LINE ? width : IHP__CLI_PROGRESS_LINE - 1;
    snprintf(begin, sizeof begin, "%s: %3.0f%%", stage, share * 100.0);
    snprintf(end, sizeof end, "  %.0f s left", left);
    if (strlen(begin) + 2 + strlen(text) + strlen(end) <= most) {
        snprintf(line, IHP__CLI_PROGRESS_LINE, "%s  %s%s", begin, text, end);
    } else if (strlen(begin) + strlen(end) <= most) {
        snprintf(line, IHP__CLI_PROGRESS_LINE, "%s%s", begin, end);
    } else {
        snprintf(line, most + 1, "%s", begin);
    }
    return line;
}

void ihp__cli_progress(const char *stage, const char *text, uint64_t done, uint64_t all)
{
    /* The line in progress belongs to the terminal, of which a process has one. */
    static const char *shown_stage;
    static double began, last;
    char line[IHP__CLI_PROGRESS_LINE];
    double time = now();
    if (shown_stage != stage) {
        shown_stage = stage;
        began = time;
        last = 0;
    }
    if (done < all && time - last < 0.1) {
        return;
    }
    last = time;
    double share = all == 0 ? 1.0 : (double)done / (double)all;
    double left = share > 0 ? (time - began) * (1.0 - share) / share : 0;
    size_t width = ihp__print_width(stderr);
    fprintf(stderr, "\r\033[K%s", ihp__cli_progress_line(line, stage, text, share, left, width));
    if (done >= all) {
        fputc('\n', stderr);
        shown_stage = NULL;
    }
    fflush(stderr);
}

/* Shows the progress of a job on a terminal. */
static void show(void *context, const struct ihp_progress *progress)
{
    char text[120];
    (void)context;
    snprintf(text, sizeof text, "%llu of %llu %s", (unsigned long long)progress->done,
             (unsigned long long)progress->all, progress->what);
    ihp__cli_progress(progress->stage, text, progress->done, progress->all);
}

/* Writes a line to a log when it is time for one. */
static void put_line(void *context, const struct ihp_progress *p)
{
    struct ihp__cli_log *log = context;
    double time = now();
    char rate[80] = "", bytes[IHP__BYTES_TEXT];
    if (time - log->last < (double)log->seconds) {
        return;
    }
    log->last = time;
    if (p->rate >= 0) {
        snprintf(rate, sizeof rate, ", %.1f/s, %.0f s left", p->rate, p->seconds_left);
    }
    fprintf(stderr, "ihp: progress: %s: %.1f %%, %llu of %llu %s%s, most memory %s on rank %d\n",
            p->stage, p->all == 0 ? 100.0 : 100.0 * (double)p->done / (double)p->all,
            (unsigned long long)p->done, (unsigned long long)p->all, p->what, rate,
            ihp__bytes_format(p->peak_bytes, bytes), p->peak_rank);
}

ihp_progress_fn ihp__cli_log_begin(struct ihp__cli_log *log, bool quiet)
{
    log->last = now();
    if (log->seconds == 0 || (quiet && !log->given)) {
        return NULL;
    }
    return ihp__cli_on_terminal() ? show : put_line;
}

void ihp__cli_report_begin(struct ihp__cli_log *log, bool quiet, FILE **report,
                           ihp_progress_fn *progress, void **progress_context)
{
    *report = quiet ? NULL : stdout;
    *progress = ihp__cli_log_begin(log, quiet);
    *progress_context = log;
}
