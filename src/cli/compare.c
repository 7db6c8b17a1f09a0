/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp compare */
#include "cli.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_compare_options options;
    const char *format;
};

static const char *const paragraphs[] = {
    "Compares two finished settlements of the same years, such as an interim and a final, two "
    "decks, or a deck and a what-if. For each IHP it prints the steps from the final amount of "
    "FIRST to that of SECOND, and the inputs and terms that differ.",
    "A step is what the amount changes when one input of FIRST is replaced by that of SECOND, in "
    "the order of the calculation: member months, cost of the base period, cost, risk scores, "
    "trend, and the terms of sharing; then the differences of PBP, quality, circumstances and "
    "termination. The steps add up. They are not the steps members and risk of bridge.csv, which "
    "are of the members who joined or left. MPI is not started.",
    NULL};

static const char *const more[] = {
    "CSV is one table, the steps unless --table names another. JSON is an object with an array of "
    "rows for each table.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    {.value = {.name = "FIRST",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.first)},
     .help = "result folder of settle or merge"},
    {.value = {.name = "SECOND",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.second)},
     .help = "result folder of the same years"},
};

static const char *const tables[] = {"steps", "inputs", "values", "terms", "moves", NULL};

static const struct ihp__cli_option options[] = {
    {.name = "ihp",
     .value = {.name = "IHP_ID",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, options.ihp)},
     .otherwise = "all",
     .section = "Scope",
     .help = "one IHP, with every column of settlement.csv"},
    {.name = "table",
     .value = {.name = "NAME",
               .kind = IHP__CLI_CHOICE,
               .field = IHP__CLI_FIELD(struct request, options.table),
               .choices = tables},
     .otherwise = "steps, inputs, terms and moves",
     .section = "Scope",
     .help = "one table: steps, inputs, values (columns of settlement.csv), terms or moves"},
    IHP__CLI_ROW_FORMAT(struct request, format),
    {.name = "members",
     .value = {.name = "FILE",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.members)},
     .otherwise = "none",
     .section = "Output",
     .help = "write the members who moved to FILE (protected, mode 0600)",
     .more =
         "Both settlements must have been made with --member-files. The file has a row for each "
         "member of a period whom one settlement attributes to another IHP than the other does, "
         "or to none, with the reason of the contract in both; NOT_IN_STORE: the other store does "
         "not have the member."},
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace FILE"),
};

static const struct ihp__cli_example examples[] = {
    {"see what another claims cap would change",
     "ihp compare results/final-2025 results/cap-50000"},
    {"give the steps to another program",
     "ihp compare results/interim-2025 results/final-2025 --format csv"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.format = ihp__cli_format(r->format);
    r->options.stream = stdout;
    return ihp_compare(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_compare = {
    .name = "compare",
    .summary = "print the steps from one finished settlement to another",
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
