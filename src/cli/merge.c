/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp merge */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_merge_options options;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Merges the blocks of a sweep, settled with ihp settle --block, into one result folder. Its "
    "files have the same bytes as those of ihp settle without --block, except for the entry "
    "\"run\" of manifest.json.",
    "The blocks are given in any order, each once. Blocks of different runs, damaged blocks, and "
    "blocks that are missing or given twice are refused by name before anything is written.",
    "If blocks were settled with --member-files, the result has their protected files, mode 0600: "
    "attributed/<ihp_id>.csv, the members of each IHP, unattributed/members.csv, those of none, "
    "and, of a final settlement that names its interim, moved/<ihp_id>.csv.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "BLOCK",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.folder),
               .count = IHP__CLI_FIELD(struct request, options.folders)},
     .help = "result folder of one block",
     .repeats = true},
};

static const struct ihp__cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .value = {.name = "FOLDER",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.output)},
     .required = true,
     .section = "Output",
     .help = "folder to write to, other than the blocks"},
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace a finished run in that folder"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"settle a sweep in two blocks and merge them",
     "ihp settle sweep.yaml --block 1/2 -o blocks/1\n"
     "ihp settle sweep.yaml --block 2/2 -o blocks/2\n"
     "ihp merge blocks/*/ -o results/sweep-2025"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_merge(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_merge = {
    .name = "merge",
    .summary = "merge the blocks of a sweep into one result",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
