/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp report */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_report_options options;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Writes a finished settlement as one HTML file that a browser shows without network: a "
    "summary, "
    "the IHPs, the steps to each amount, the bootstrap, the sweep, the members, the bridge from "
    "the "
    "interim, and the notices. It can be printed, and it can be read without JavaScript.",
    "Numbers of 1 to 10 members are hidden, and so are others from which they could be computed. "
    "The files of the folder are first compared with its list. MPI is not started, so the command "
    "runs on a login node.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "RESULT",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.folder)},
     .help = "result folder of settle or merge"},
};

static const struct ihp__cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.output),
               .endings = "html"},
     .otherwise = "report.html in RESULT",
     .section = "Output",
     .help = "HTML file to write"},
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace an earlier report"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"make the report of a settlement", "ihp report results/final-2025"},
    {"make it again", "ihp report results/final-2025 --force"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_report(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_report = {
    .name = "report",
    .summary = "write a finished settlement as an HTML report",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_NO_MPI,
    .request_size = sizeof(struct request),
    .run = run,
};
