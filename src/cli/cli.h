/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - what the subcommands share: one table row and one function each. */
#ifndef IHP_CLI_H
#define IHP_CLI_H

#include "base/base.h"
#include "ihp/jobs.h"

#include <mpi.h>

/* What a subcommand runs in. */
struct ihp_cli {
    MPI_Comm comm;
    int rank;
    struct ihp_notices *notices;
    struct ihp_error *err;
};

struct ihp_command {
    const char *name, *summary;
    const char *help; /* usage, options, examples */
    /* `argv[0]` is the subcommand's name. Collective; all ranks agree on the arguments before
     * anything else, as each has its own. Returns what stands in cli->err. */
    enum ihp_status (*run)(struct ihp_cli *cli, int argc, char **argv);
    void (*prepare)(void); /* before MPI is started, which takes a while; may be NULL */
};

extern const struct ihp_command ihp_command_import, ihp_command_settle, ihp_command_explain,
    ihp_command_check, ihp_command_info, ihp_command_power, ihp_command_synth, ihp_command_pay,
    ihp_command_reconcile, ihp_command_quality, ihp_command_package, ihp_command_merge,
    ihp_command_status;

/* Whether progress should be shown: standard error is a terminal. */
bool ihp_cli_shows_progress(void);

/* Shows "stage: 42% ... 12 s left" in place, at most ten times a second; `text` says what is
 * counted. The final call, done == all, ends the line. */
void ihp_cli_progress(const char *stage, const char *text, uint64_t done, uint64_t all);

/* How a job of run.h tells its progress: on a terminal in place; else a line every `seconds`, the
 * first after as many, so that a log stays short. 0: not at all. */
struct ihp_cli_log {
    int64_t seconds;
    double last;
};
#define IHP_CLI_LOG_SECONDS 30

/* Takes the value of --progress-seconds into `log` (a struct ihp_cli_log). */
enum ihp_status ihp_cli_take_log(struct ihp_cli *cli, const char *command, const char *value,
                                 void *log);

/* What a job shall call, with `log` as the context; NULL for nothing. */
ihp_progress_fn ihp_cli_begin_log(struct ihp_cli_log *log);

/* Records wrong usage of a subcommand: IHP_ERR_USAGE with the place to look. */
enum ihp_status ihp_cli_usage(struct ihp_cli *cli, const char *command, const char *what);

/* The same for the option that getopt_long has just refused. */
enum ihp_status ihp_cli_bad_option(struct ihp_cli *cli, const char *command, char *const *argv);

/* Bytes of a size such as "512M", "2GiB" or "1073741824"; false for anything else. */
bool ihp_cli_parse_size(const char *text, uint64_t *bytes);

#endif
