/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp workbook */
#include "cli.h"

#include "ihp/jobs.h"

#include <stdio.h>

struct request {
    struct ihp_workbook_options options;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Writes a finished settlement as a workbook for Excel, LibreOffice and others. Each IHP has a "
    "sheet with the steps to its amount as formulas of yellow cells: capped cost, months, risk, "
    "corridors, population-based payment, quality score, termination and circumstances. Threshold, "
    "quality share, trend and the policies that act on money are in the sheet Terms. Change a "
    "yellow cell, and the amounts follow.",
    "The claims cap acts on each member's cost and is not a yellow cell: take the numbers of a "
    "scenario "
    "with another cap, or settle again with --set.",
    "The other sheets have risk weights and scores, quality, scenarios, bootstrap, payments, "
    "reconciliation and the manifest, if the folder has them. The files of the folder are first "
    "compared with its list. Numbers "
    "that would reveal 1 to 10 members are left out.",
    NULL};

static const char *const more[] = {
    "Equal results make equal workbooks, byte for byte. The cells hold the numbers of the "
    "settlement, so that programs which do not compute show them, too.",
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
               .endings = "xlsx"},
     .otherwise = "settlement.xlsx in the result folder",
     .section = "Output",
     .help = "the workbook to write"},
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace an earlier workbook"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"write results/final-2025/settlement.xlsx", "ihp workbook results/final-2025"},
    {"write it to another place, over an earlier one",
     "ihp workbook results/final-2025 -o final-2025.xlsx --force"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_workbook(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_workbook = {
    .name = "workbook",
    .summary = "write a finished result as a workbook with live formulas",
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
