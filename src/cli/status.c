/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp status */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    const char *result;
};

static const char *const paragraphs[] = {
    "Prints how far a run of settle, pay, reconcile, package or power has come, or how it ended. "
    "It reads the file RESULT.status.json, which the run keeps next to its output.",
    "A run is dead if its process is gone from this host, or if it has written nothing for ten "
    "minutes. MPI is not started, so the command runs on a login node.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "RESULT",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, result)},
     .help = "output of the run: a folder, or the FILE of ihp power"},
};

static const struct ihp__cli_example examples[] = {
    {"see how far a run has come", "ihp status results/final-2025"},
};

static const struct ihp__cli_exit exits[] = {
    {IHP_OK, "running, done, or stopped by a signal and ready to be started again"},
    {IHP_ERR_RUN, "the run failed or is dead"},
    {IHP_ERR_USAGE, "wrong usage"},
    {IHP_ERR_DATA, "no such run, or its status file is damaged or cannot be read"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    return ihp_run_status_print(r->result, stdout, cli->err);
}

const struct ihp__command ihp__command_status = {
    .name = "status",
    .summary = "print how far a run has come, or how it ended",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(exits),
    .ranks = IHP__CLI_NO_MPI,
    .request_size = sizeof(struct request),
    .run = run,
};
