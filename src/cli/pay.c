/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp pay, ihp reconcile */
#include "cli.h"
#include "progress.h"

#include "base/base.h"
#include "ihp/jobs.h"

enum { FIRST_YEAR = 1981, LAST_YEAR = 2147, PAID_MAX = 16 };

struct request {
    struct ihp_pay_options options;
    const char *paid[PAID_MAX];
    struct ihp__cli_log log;
    bool quiet;
};

static bool take_year(void *request, const char *text)
{
    struct request *r = request;
    int64_t year;
    if (!ihp__integer_parse(text, FIRST_YEAR, LAST_YEAR, &year)) {
        return false;
    }
    r->options.first_quarter = (int32_t)year * 4;
    r->options.quarters = 4;
    return true;
}

static bool take_quarter(void *request, const char *text)
{
    struct request *r = request;
    int32_t quarter;
    if (!ihp__quarter_parse(text, &quarter) || quarter < FIRST_YEAR * 4 ||
        quarter > LAST_YEAR * 4 + 3) {
        return false;
    }
    r->options.first_quarter = quarter;
    r->options.quarters = 1;
    return true;
}

static bool take_paid(void *request, const char *text)
{
    struct request *r = request;
    if (text[0] == '\0' || r->options.paid_count == PAID_MAX) {
        return false;
    }
    r->paid[r->options.paid_count++] = text;
    r->options.paid = r->paid;
    return true;
}

#define YEAR_VALUE                                                                                 \
    {                                                                                              \
        .name = "YYYY", .kind = IHP__CLI_SPECIAL, .take = take_year,                               \
        .allowed = "a year from 1981 to 2147"                                                      \
    }

static const struct ihp__cli_argument arguments[] = {
    IHP__CLI_ROW_DECK(struct request, options.deck_path),
};

static enum ihp_status begin(struct ihp__cli *cli, struct request *r,
                             enum ihp_status (*job)(const struct ihp_pay_options *options,
                                                    MPI_Comm comm, struct ihp_notices *notices,
                                                    struct ihp_error *err))
{
    ihp__cli_report_begin(&r->log, r->quiet, &r->options.report, &r->options.progress,
                          &r->options.progress_context);
    return job(&r->options, cli->comm, cli->notices, cli->err);
}

/* ---- pay ------------------------------------------------------------------------------------- */

static const char *const pay_paragraphs[] = {
    "Computes the population-based payment [15] and the Child and Teen Checkups (C&TC) outreach "
    "payment [5.2.1] of every IHP, month by month, for a quarter or for the four quarters of a "
    "year in one pass over the claims. The program folder must have a payment.csv.",
    "Each month is attributed by the twelve months that end with it, under the rosters of its "
    "quarter. Claims count if they were paid by the deck's performance.paid_through. The results "
    "have the same bytes on any number of ranks. A settlement in the folder is left alone.",
    NULL};

static const struct ihp__cli_option pay_options[] = {
    {.name = "quarter",
     .value = {.name = "YYYYQn",
               .kind = IHP__CLI_SPECIAL,
               .take = take_quarter,
               .allowed = "a quarter such as 2025Q2, of the years 1981 to 2147"},
     .one_of = 1,
     .section = "Scope",
     .help = "quarter to pay for, such as 2025Q2"},
    {.name = "year",
     .value = YEAR_VALUE,
     .one_of = 1,
     .section = "Scope",
     .help = "year to pay for, all four quarters"},
    IHP__CLI_ROW_OUTPUT(struct request, options.output, "the deck's output"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace payments in that folder"),
    IHP__CLI_ROW_FLAG(struct request, options.member_files, "member-files", "Output",
                      "also write paid/<ihp_id>.csv, the members paid for (protected data)",
                      "The files list who is paid for in which month, with risk, uplift and "
                      "dollars. They have mode 0600."),
    IHP__CLI_ROW_PROGRESS(struct request),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example pay_examples[] = {
    {"pay a quarter", "ihp pay deck.yaml --quarter 2025Q2"},
    {"pay a year on eight ranks, with the members paid for",
     "mpirun -n 8 ihp pay deck.yaml --year 2025 -o results/paid-2025 --member-files"},
};

static enum ihp_status run_pay(struct ihp__cli *cli, void *request)
{
    return begin(cli, request, ihp_pay);
}

const struct ihp__command ihp__command_pay = {
    .name = "pay",
    .summary = "compute the population-based and C&TC payments of a quarter or year",
    .paragraphs = pay_paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(pay_options),
    IHP__CLI_EXAMPLES(pay_examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run_pay,
};

/* ---- reconcile ------------------------------------------------------------------------------- */

static const char *const reconcile_paragraphs[] = {
    "Computes what the State takes back of a year's population-based payments [15.5]: the payments "
    "of member months that now show a payment for a health care home, a behavioral health home or "
    "in-reach care coordination, and of members whom an override of the year gives to another IHP "
    "or to none [4.6.4.2]. An IHP that gains a member is owed the member's months.",
    "What was paid is what the payment runs wrote: name the folder of each with --paid. They must "
    "have been made with --member-files. Without them, payments are computed again by the deck's "
    "cut-off, and what was known when the months were paid is in the extract's "
    "care_coordination_paid.csv.",
    NULL};

static const struct ihp__cli_option reconcile_options[] = {
    {.name = "year",
     .value = YEAR_VALUE,
     .required = true,
     .section = "Scope",
     .help = "year to reconcile"},
    {.name = "paid",
     .value = {.name = "FOLDER",
               .kind = IHP__CLI_SPECIAL,
               .take = take_paid,
               .allowed = "the folder of finished payments, at most 16 times"},
     .otherwise = "payments are computed again",
     .section = "Scope",
     .help = "folder of a payment run of the year; once for each run",
     .more = "Each run has its own cut-off and rosters. A quarter without a run paid nothing."},
    IHP__CLI_ROW_OUTPUT(struct request, options.output, "the deck's output"),
    IHP__CLI_ROW_FORCE(struct request, options.force, "replace a reconciliation in that folder"),
    IHP__CLI_ROW_PROGRESS(struct request),
    IHP__CLI_ROW_QUIET(struct request),
};

static const struct ihp__cli_example reconcile_examples[] = {
    {"reconcile the payments of a year",
     "ihp reconcile deck.yaml --year 2025 --paid q1 --paid q2 --paid q3 --paid q4"},
    {"the same on eight ranks, into a folder of its own",
     "mpirun -n 8 ihp reconcile deck.yaml --year 2025 -o results/reconciled-2025"},
};

static enum ihp_status run_reconcile(struct ihp__cli *cli, void *request)
{
    return begin(cli, request, ihp_reconcile);
}

const struct ihp__command ihp__command_reconcile = {
    .name = "reconcile",
    .summary = "compute what the State takes back of a year's payments",
    .paragraphs = reconcile_paragraphs,
    IHP__CLI_ARGUMENTS(arguments),
    IHP__CLI_OPTIONS(reconcile_options),
    IHP__CLI_EXAMPLES(reconcile_examples),
    IHP__CLI_EXITS(ihp__cli_job_exits),
    .ranks = IHP__CLI_ALL_RANKS,
    .request_size = sizeof(struct request),
    .run = run_reconcile,
};
