/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp show */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_show_options options;
    const char *format;
};

static const char *const paragraphs[] = {
    "Prints a finished folder again: the settlement with its bridge, sweep, readings and "
    "bootstrap as ihp settle prints them, payments and a reconciliation. With --ihp it prints how "
    "the amount of one IHP comes about: numbered lines, each with formula, inputs, section of the "
    "contract and result.",
    "The files of the folder are first compared with its list. Files of members are never printed. "
    "MPI is not started, so the command runs on a login node.",
    NULL};

static const char *const more[] = {
    "In CSV and JSON numbers are as in the files of the folder. CSV is one table, the settlement "
    "unless --table names another. JSON is an object with an array of rows for each table.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "RESULT",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.folder)},
     .help = "result folder of settle, merge, pay or reconcile"},
};

static const struct ihp__cli_option options[] = {
    {.name = "ihp",
     .value = {.name = "IHP_ID",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, options.ihp)},
     .otherwise = "all",
     .section = "Scope",
     .help = "one IHP: the steps to its amount, or its rows of --table"},
    {.name = "table",
     .value = {.name = "NAME",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, options.table)},
     .otherwise = "all that is for people",
     .section = "Scope",
     .help = "one table, by the name of its file, such as settlement or scenarios",
     .more = "The last line of the text without --table names the tables of the folder."},
    IHP__CLI_ROW_FORMAT(struct request, format),
};

static const struct ihp__cli_example examples[] = {
    {"print a settlement again", "ihp show results/final-2025"},
    {"see why an IHP owes what it owes", "ihp show results/final-2025 --ihp IHP01"},
    {"give a table to another program",
     "ihp show results/final-2025 --table scenarios --format json"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.format = ihp__cli_format(r->format);
    r->options.stream = stdout;
    return ihp_show(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_show = {
    .name = "show",
    .summary = "print a finished result again, or the steps to one IHP's amount",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_NO_MPI,
    .request_size = sizeof(struct request),
    .run = run,
};
