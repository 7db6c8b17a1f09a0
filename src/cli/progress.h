/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - shows how far a job is: in place on a terminal, as lines in a log. */
#ifndef IHP_CLI_PROGRESS_H
#define IHP_CLI_PROGRESS_H

#include "ihp/jobs.h"

/* How often a job reports its progress. */
struct ihp__cli_log {
    uint64_t seconds; /* between two lines, the first after as many; 0: no progress */
    bool given;       /* the user gave the seconds, so --quiet does not turn progress off */
    double last;      /* when the last line was written; ihp__cli_log_begin sets it */
};

/* Returns true if standard error is a terminal. */
bool ihp__cli_on_terminal(void);

/* Most bytes of a progress line. */
enum { IHP__CLI_PROGRESS_LINE = 320 };

/* Writes "stage: 42%  text  12 s left" with at most `width` characters (0: no limit): on a narrow
 * terminal without `text`, then without the time that is left, then cut. Returns `line`. */
const char *ihp__cli_progress_line(char line[IHP__CLI_PROGRESS_LINE], const char *stage,
                                   const char *text, double share, double left, size_t width);

/* Shows "stage: 42% ... 12 s left" in place, at most ten times a second; `text` says what is
 * counted. The final call, done == all, ends the line. */
void ihp__cli_progress(const char *stage, const char *text, uint64_t done, uint64_t all);

/* Starts the clock of a log. Returns what a job calls with `log` as the context, or NULL for no
 * progress. */
ihp_progress_fn ihp__cli_log_begin(struct ihp__cli_log *log, bool quiet);

/* Fills in where a job prints its result and reports its progress: standard output, unless `quiet`,
 * and `log`, whose clock it starts. */
void ihp__cli_report_begin(struct ihp__cli_log *log, bool quiet, FILE **report,
                           ihp_progress_fn *progress, void **progress_context);

#endif
