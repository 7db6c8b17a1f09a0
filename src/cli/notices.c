/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp notices */
#include "cli.h"

#include "base/base.h"
#include "ihp/jobs.h"

struct request {
    struct ihp_notices_options options;
    bool quiet;
};

static bool take_notified(void *request, const char *text)
{
    struct request *r = request;
    return ihp__day_parse(text, &r->options.notified);
}

static const char *const paragraphs[] = {
    "Writes what each IHP and each payer of a finished settlement is owed or owes, with the dates "
    "of the contract [5.4.2, 5.4.3, 4.6, 2.9]: notices.csv, deadlines.csv, and a letter in plain "
    "text for each IHP and each payer. The amounts are those in the deck's output folder. Nothing "
    "is settled again.",
    "If the settlement has member files (ihp settle --member-files), the list of attributed "
    "members eligible for Child and Teen Checkups outreach [4.11.6] is written for each IHP "
    "(outreach, mode 0600). The letters have no members' data.",
    NULL};

static const char *const more[] = {
    "A day is a calendar day. A term that ends on a weekend or a holiday is due on the business "
    "day "
    "that follows [2.9]; deadlines.csv has both days. The holidays are those of Minn. Stat. "
    "645.44, "
    "or those of holidays.csv in the program folder in the years that it lists.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static const struct ihp__cli_option options[] = {
    {.name = "notified",
     .value = {.name = "YYYY-MM-DD",
               .kind = IHP__CLI_SPECIAL,
               .take = take_notified,
               .allowed = "a date, YYYY-MM-DD"},
     .given = IHP__CLI_FIELD(struct request, options.notified_given),
     .otherwise = "the last day that the contract allows",
     .section = "Scope",
     .help = "day on which the State sends the notices",
     .more = "The terms of 30, 60 and 120 days begin on it. A day before the cut-off of the "
             "settlement's claims is an error."},
    IHP__CLI_ROW_OUTPUT(struct request, options.folder, "notices in the deck's output folder"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace finished notices in that folder"),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example examples[] = {
    {"write the notices of an interim settlement",
     "ihp settle --member-files decks/interim-2025.yaml\n"
     "ihp notices decks/interim-2025.yaml --notified 2026-06-15"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    struct request *r = request;
    r->options.report = r->quiet ? NULL : stdout;
    return ihp_notices_run(&r->options, cli->notices, cli->err);
}

const struct ihp__command ihp__command_notices = {
    .name = "notices",
    .summary = "write what each IHP and payer is owed or owes, and by when",
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
