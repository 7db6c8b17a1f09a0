/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain */
#include "cli.h"

#include "base/base.h"
#include "ihp/jobs.h"

#include <string.h>

/* The months that can be paid for: those of the years 1981 to 2147. */
enum { FIRST_MONTH = (1981 - 1970) * 12, END_MONTH = (2148 - 1970) * 12 };

enum { SET_MAX = 64 };

struct request {
    const char *deck, *member, *ihp, *format;
    bool by_month;
    int32_t month;
    const char *set[SET_MAX];
    size_t sets;
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

/* Takes "KEY=VALUE", which is checked when the deck is read. */
static bool take_set(void *request, const char *text)
{
    struct request *r = request;
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || r->sets == SET_MAX) {
        return false;
    }
    r->set[r->sets++] = text;
    return true;
}

static const char *check(const void *request)
{
    const struct request *r = request;
    return (r->member == NULL) == (r->ihp == NULL) ? "expected either a MEMBER_ID or --ihp IHP_ID"
           : r->by_month && r->member == NULL      ? "--month requires a MEMBER_ID"
           : r->ihp == NULL && strcmp(r->format, "text") != 0 ? "--format requires --ihp"
                                                              : NULL;
}

static const char *const paragraphs[] = {
    "Prints where a member is attributed and why, for an appeal [4.6.4]: enrollment spans and "
    "qualifying months, every claim line and what it counts as, the counts of each IHP and "
    "provider, every rule that was tried with its contract section, the outcome, what it would "
    "have "
    "taken to be attributed elsewhere, and the cost, for the base and the performance period.",
    "The output is protected health information. Write -- before a MEMBER_ID that begins with a "
    "dash.",
    "With --ihp it settles the deck, without writing anything, and prints how the amount of one "
    "IHP comes about: the numbered lines that ihp show prints of a result, with --format also as "
    "its CSV or JSON. Under mpirun all ranks "
    "share this work; a member is explained by the first.",
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
     .optional = true,
     .help = "member to explain, as in the extract"},
};

static const struct ihp__cli_option options[] = {
    {.name = "ihp",
     .value = {.name = "IHP_ID",
               .kind = IHP__CLI_TEXT,
               .field = IHP__CLI_FIELD(struct request, ihp)},
     .otherwise = "a member is explained",
     .section = "Scope",
     .help = "print the steps to the amount of this IHP, without a MEMBER_ID"},
    {.name = "set",
     .value = {.name = "KEY=VALUE",
               .kind = IHP__CLI_SPECIAL,
               .take = take_set,
               .allowed = "KEY=VALUE, such as claims_cap=50000, at most 64 times"},
     .otherwise = "the deck as it is",
     .needs = "ihp",
     .section = "Scope",
     .help = "what-if: another value of a key; once for each key",
     .more = "The keys are those of ihp settle --set."},
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
    IHP__CLI_ROW_FORMAT(struct request, format),
};

static const struct ihp__cli_example examples[] = {
    {"explain the attribution of a member", "ihp explain decks/final-2025.yaml M00042"},
    {"see what an IHP would owe with a claims cap of $50,000",
     "ihp explain decks/final-2025.yaml --ihp IHP01 --set claims_cap=50000"},
    {"explain the payment of a month", "ihp explain decks/final-2025.yaml M00042 --month 2025-04"},
};

static enum ihp_status run(struct ihp__cli *cli, void *request)
{
    const struct request *r = request;
    if (r->ihp != NULL) {
        const struct ihp_explain_ihp_options o = {.deck_path = r->deck,
                                                  .ihp = r->ihp,
                                                  .set = r->set,
                                                  .sets = r->sets,
                                                  .format = ihp__cli_format(r->format),
                                                  .stream = stdout};
        return ihp_explain_ihp(&o, cli->comm, cli->notices, cli->err);
    }
    if (cli->rank != 0) {
        return IHP_OK;
    }
    return r->by_month
               ? ihp_explain_month(r->deck, r->member, r->month, stdout, cli->notices, cli->err)
               : ihp_explain(r->deck, r->member, stdout, cli->notices, cli->err);
}

const struct ihp__command ihp__command_explain = {
    .name = "explain",
    .summary = "print why a member is attributed so, or the steps to an amount",
    .paragraphs = paragraphs,
    .more = more,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(options),
    IHP__CLI_EXAMPLES(examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .check = check,
    .run = run,
};
