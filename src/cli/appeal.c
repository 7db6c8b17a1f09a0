/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp appeal */
#include "cli.h"

#include "base/base.h"
#include "ihp/jobs.h"

struct request {
    struct ihp_appeal_options options;
    bool quiet;
};

static bool take_answered(void *request, const char *text)
{
    struct request *r = request;
    return ihp__day_parse(text, &r->options.answered);
}

static bool take_final(void *request, const char *text)
{
    struct request *r = request;
    return ihp__day_parse(text, &r->options.final_day);
}

static const char *const paragraphs[] = {
    "Answers the error reports of IHPs on their lists of attributed members [4.6.4]. Checks that a "
    "report came within 60 days of the list, finds how and why each member is attributed, and "
    "writes answers.csv, an answer to each IHP with the rules that decided, the whole traces for "
    "the State's review, and overrides.csv with the rows that the State may accept.",
    "ERRORS is a CSV file with the columns ihp_id, member_id, period (a year that the deck "
    "settles, or a month of a payment), claimed (an ihp_id or NONE), list_received, reported and, "
    "optionally, note. The deck is that of the list, which need not be the final one.",
    "All files are protected health information and have mode 0600.", NULL};

static const char *const more[] = {
    "To accept rows, review them and copy them into the program folder's overrides.csv; a final "
    "settlement and the reconciliation of payments apply them. An answer to an IHP has no claim "
    "lines. traces.txt has every claim line, also those that an IHP may not receive [4.6.1.2].",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
    {.value = {.name = "ERRORS",
               .kind = IHP__CLI_FILE,
               .field = IHP__CLI_FIELD(struct request, options.errors_path),
               .endings = "csv gz"},
     .help = "error reports of IHPs (CSV)"},
};

static const struct ihp__cli_option options[] = {
    {.name = "answered",
     .value = {.name = "YYYY-MM-DD",
               .kind = IHP__CLI_SPECIAL,
               .take = take_answered,
               .allowed = "a date, YYYY-MM-DD"},
     .given = IHP__CLI_FIELD(struct request, options.answered_given),
     .otherwise = "none; the answers have no date",
     .section = "Scope",
     .help = "day on which the State answers",
     .more = "A notice says if it is later than 30 days before the Final Payment calculation "
             "[4.6.4.2]."},
    {.name = "final",
     .value = {.name = "YYYY-MM-DD",
               .kind = IHP__CLI_SPECIAL,
               .take = take_final,
               .allowed = "a date, YYYY-MM-DD"},
     .given = IHP__CLI_FIELD(struct request, options.final_given),
     .otherwise = "the last day that the contract allows",
     .section = "Scope",
     .help = "day of the Final Payment calculation"},
    IHP__CLI_ROW_OUTPUT(struct request, options.folder, "appeal in the deck's output folder"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace finished answers in that folder"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"answer the reports on the interim settlement's lists",
     "ihp appeal decks/interim-2025.yaml errors.csv --answered 2026-10-01"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_appeal(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_appeal = {
    .name = "appeal",
    .summary = "answer the error reports of IHPs, member by member",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_FIRST_RANK,
    .request_size = sizeof(struct request),
    .run = run,
};
