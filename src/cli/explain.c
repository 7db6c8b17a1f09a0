/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain */
#include "cli.h"

#include "base/base.h"
#include "ihp/jobs.h"

/* The months that can be paid for: those of the years 1981 to 2147. */
enum { FIRST_MONTH = (1981 - 1970) * 12, END_MONTH = (2148 - 1970) * 12 };

struct request {
    const char *deck, *member;
    bool by_month;
    int32_t month;
};

static bool take_month(void *request, const char *text)
{
    struct request *r = request;
    int32_t month;
    if (!ihp__month_parse(text, &month) || month < FIRST_MONTH || month >= END_MONTH) {
        return false;
    }
    r->month = month;
    return true;
}

static const char *const paragraphs[] = {
    "Prints where a member is attributed and why, for an appeal [4.6.4]: enrollment spans and "
    "qualifying months, every claim line and what it counts as, the counts of each IHP and "
    "provider, every rule that was tried with its contract section, the outcome, and the cost, for "
    "the base and the performance period.",
    "The output is protected health information. Write -- before a MEMBER_ID that begins with a "
    "dash.",
    NULL};

static const char *const more[] = {
    "Where counties are affected by an extreme circumstance [5.9], the county of each month is "
    "printed too.",
    NULL};

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, deck),
    {.value = {.name = "MEMBER_ID",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, member)},
     .help = "member to explain, as in the extract"},
};

static const struct ihp__cli_option options[] = {
    {.name = "month",
     .value = {.name = "YYYY-MM",
               .kind = IHP__CLI_SPECIAL,
               .take = take_month,
               .allowed = "a month such as 2025-04, of the years 1981 to 2147"},
     .given = IHP__CLI_FIELD(struct request, by_month),
     .otherwise = "the settlement is explained",
     .section = "Scope",
     .help = "explain the payment of this month instead of the settlement",
     .more = "The month is one that ihp pay pays for. The output covers its twelve months of "
             "attribution and what decides the payment: care coordination [15.1.1], age and social "
             "risk [15.3], and Child and Teen Checkups outreach [5.2.1]."},
};

static const struct ihp__cli_example examples[] = {
    {"explain the attribution of a member", "ihp explain decks/final-2025.yaml M00042"},
    {"explain the payment of a month", "ihp explain decks/final-2025.yaml M00042 --month 2025-04"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    return r->by_month
               ? ihp_explain_month(r->deck, r->member, r->month, stdout, cli->notices, cli->err)
               : ihp_explain(r->deck, r->member, stdout, cli->notices, cli->err);
}

const struct ihp__command ihp__command_explain = {
    .name = "explain",
    .summary = "print why a member is attributed as it is, for an appeal",
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
