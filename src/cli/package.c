/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp package */
#include "cli.h"
#include "progress.h"

#include "ihp/jobs.h"

struct request {
    struct ihp_package_options options;
    struct ihp__cli_log log;
    bool quiet;
};

static const char *const paragraphs[] = {
    "Settles the IHPs of a deck and writes a data package [4.6.2] for each into FOLDER/<ihp_id>/ "
    "(mode 0700): its attributed members with birth date, cost and risk (protected_members.csv), "
    "its lines of the settlement with their terms, its member counts, and a report and a workbook "
    "of its own. Counts below 11 are hidden in the files that are not protected.",
    "The cost of claim lines that the program folder's part2.csv lists, which are services that "
    "treat substance use, is excluded from each member's total [4.6.1.2]. Without that file "
    "nothing is written.",
    "A quarter's deck says 'settlement: quarterly' and has performance.through, the last month of "
    "the quarter: the packages are of the twelve months that end with it. README.txt explains "
    "every column and gives the terms of the settlement. The deck's sections bootstrap and sweep "
    "are not used. The files have the same bytes on any number of ranks.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static const struct ihp__cli_option options[] = {
    IHP__CLI_ROW_OUTPUT(struct request, options.folder, "package in the deck's output folder"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace a finished package in that folder"),
    {.name = "previous",
     .value = {.name = "FOLDER",
               .kind = IHP__CLI_FOLDER,
               .field = IHP__CLI_FIELD(struct request, options.previous)},
     .otherwise = "none",
     .section = "Input",
     .help = "earlier package, to list the members who joined or left since then",
     .more = "It must be of the same base year and program, and of the same performance year or, "
             "for a quarterly statement, of an earlier quarter. The lists are "
             "protected_changes.csv and changes.csv."},
    {.name = "own-figures",
     .value = {.field = IHP__CLI_FIELD(struct request, options.own_figures)},
     .section = "Output",
     .help = "show each IHP its own settlement and risk scores, however few its members are",
     .more = "Other counts below 11 remain blank, and so does what would reveal the cost of lines "
             "that are left out [4.6.1.2]."},
    IHP__CLI_ROW_PROGRESS(struct request),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"write the packages of a quarter", "mpirun -n 8 ihp package 2025q2.yaml -o packages/2025q2"},
    {"write those of the next, with the members who joined or left",
     "ihp package 2025q3.yaml -o packages/2025q3 --previous packages/2025q2"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    ihp__cli_report_begin(&r->log, r->quiet, &r->options.report, &r->options.progress,
                          &r->options.progress_context);
    return ihp_package(&r->options, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_package = {
    .name = "package",
    .summary = "write the data package that each IHP receives",
    .paragraphs = paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run,
};
