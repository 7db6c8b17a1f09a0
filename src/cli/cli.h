/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - what the subcommands share: one table row and one function each. */
#ifndef IHP_CLI_H
#define IHP_CLI_H

#include "base/base.h"
#include "ihp/jobs.h"

#include <mpi.h>

/* What a subcommand runs in. */
struct ihp__cli {
    MPI_Comm comm;
    int rank;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

struct ihp__command {
    const char *name, *summary;
    const char *help; /* usage, options, examples */
    /* `argv[0]` is the subcommand's name. Collective; all ranks agree on the arguments before
     * anything else, as each has its own. Returns what stands in cli->err. */
    enum ihp_status (*run)(struct ihp__cli *cli, int argc, char **argv);
    void (*prepare)(void); /* before MPI is started, which takes a while; may be NULL */
};

extern const struct ihp__command ihp__command_import, ihp__command_settle, ihp__command_explain,
    ihp__command_check, ihp__command_info, ihp__command_power, ihp__command_synth, ihp__command_pay,
    ihp__command_reconcile, ihp__command_quality, ihp__command_package, ihp__command_merge,
    ihp__command_status;

/* Whether progress should be shown: standard error is a terminal. */
bool ihp__cli_shows_progress(void);

/* Shows "stage: 42% ... 12 s left" in place, at most ten times a second; `text` says what is
 * counted. The final call, done == all, ends the line. */
void ihp__cli_progress(const char *stage, const char *text, uint64_t done, uint64_t all);

/* How a job of run.h tells its progress: on a terminal in place; else a line every `seconds`, the
 * first after as many, so that a log stays short. 0: not at all. */
struct ihp__cli_log {
    int64_t seconds;
    double last;
};
#define IHP__CLI_LOG_SECONDS 30

/* Takes the value of --progress-seconds into `log` (a struct ihp__cli_log). */
enum ihp_status ihp__cli_take_log(struct ihp__cli *cli, const char *command, const char *value,
                                  void *log);

/* What a job shall call, with `log` as the context; NULL for nothing. */
ihp_progress_fn ihp__cli_begin_log(struct ihp__cli_log *log);

/* Records wrong usage of a subcommand: IHP_ERR_USAGE with the place to look. */
enum ihp_status ihp__cli_usage(struct ihp__cli *cli, const char *command, const char *what);

/* The same for the option that getopt_long has just refused. */
enum ihp_status ihp__cli_bad_option(struct ihp__cli *cli, const char *command, char *const *argv);

/* Bytes of a size such as "512M", "2GiB" or "1073741824"; false for anything else. */
bool ihp__cli_parse_size(const char *text, uint64_t *bytes);

#endif
