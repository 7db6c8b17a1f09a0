/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress on a terminal and in a log, sizes and usage faults: what subcommands share. */
#include "cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool ihp__cli_shows_progress(void)
{
    return isatty(STDERR_FILENO) == 1;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void ihp__cli_progress(const char *stage, const char *text, uint64_t done, uint64_t all)
{
    /* The line under way belongs to the terminal, of which a process has one. */
    static const char *shown_stage;
    static double began, last;
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
    fprintf(stderr, "\r\033[K%s: %3.0f%%  %s  %.0f s left", stage, share * 100.0, text, left);
    if (done >= all) {
        fputc('\n', stderr);
        shown_stage = NULL;
    }
    fflush(stderr);
}

static void show(void *context, const struct ihp_progress *progress)
{
    char text[120];
    (void)context;
    snprintf(text, sizeof text, "%llu of %llu %s", (unsigned long long)progress->done,
             (unsigned long long)progress->all, progress->what);
    ihp__cli_progress(progress->stage, text, progress->done, progress->all);
}

/* A line of a log, when it is time for one. */
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

enum ihp_status ihp__cli_take_log(struct ihp__cli *cli, const char *command, const char *value,
                                  void *log)
{
    return ihp__integer_parse(value, 0, 86400, &((struct ihp__cli_log *)log)->seconds)
               ? IHP_OK
               : ihp__cli_usage(cli, command, "--progress-seconds wants a number from 0 to 86400");
}

ihp_progress_fn ihp__cli_begin_log(struct ihp__cli_log *log)
{
    log->last = now();
    return log->seconds == 0 ? NULL : ihp__cli_shows_progress() ? show : put_line;
}

enum ihp_status ihp__cli_usage(struct ihp__cli *cli, const char *command, const char *what)
{
    return ihp__fail(cli->err, IHP_ERR_USAGE, "%s: %s; 'ihp %s --help' shows the usage", command,
                     what, command);
}

enum ihp_status ihp__cli_bad_option(struct ihp__cli *cli, const char *command, char *const *argv)
{
    char what[120];
    snprintf(what, sizeof what, "option '%.60s' is unknown or lacks its value", argv[optind - 1]);
    return ihp__cli_usage(cli, command, what);
}

bool ihp__cli_parse_size(const char *text, uint64_t *bytes)
{
    static const struct {
        const char *unit;
        int shift;
    } units[] = {{"", 0},     {"K", 10},   {"M", 20},   {"G", 30},  {"T", 40},
                 {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15) {
        return false;
    }
    uint64_t value = strtoull(text, NULL, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].unit) == 0 && value <= UINT64_MAX >> units[i].shift) {
            *bytes = value << units[i].shift;
            return true;
        }
    }
    return false;
}
