/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp info */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    const char *path;
};

static const char *const paragraphs[] = {
    "Prints what a store or a result was made from: versions, counts, hashes and settings.", NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, path)},
     .help = "store, result folder, manifest.json or results.h5"},
};

static const struct ihp__cli_example examples[] = {
    {"describe a store", "ihp info state.h5"},
    {"describe a result", "ihp info results/final-2025"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    return ihp_info(r->path, stdout, cli->err);
}

const struct ihp__command ihp__command_info = {
    .name = "info",
    .summary = "print what a store or a result was made from",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
