/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp pay, ihp reconcile */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>
#include <string.h>

static const char pay_help[] =
    "Usage: ihp pay DECK (--quarter YYYYQn | --year YYYY) [-o FOLDER] [--force] [--member-files]\n"
    "               [--progress-seconds N] [--quiet]\n"
    "       mpirun -n N ihp pay DECK ...\n"
    "\n"
    "The population-based payment and the C&TC outreach payment of every IHP, month by month, for "
    "a\n"
    "quarter or for the four quarters of a year in one pass over the claims. Each month is "
    "attributed\n"
    "by the twelve months that end with it, under its quarter's rosters; claims count as the "
    "deck's\n"
    "performance.paid_through lets them. Results are the same bytes on any number of ranks.\n"
    "\n"
    "  --quarter YYYYQn    the quarter to pay for\n"
    "  --year YYYY         all four quarters of a year\n"
    "  -o, --output FOLDER where to write (default: the deck's output)\n"
    "  --force             replace payments that the folder has\n"
    "  --member-files      write paid/<ihp_id>.csv too (protected data, mode 0600)\n"
    "  --progress-seconds N  unless standard error is a terminal, a line of progress every N\n"
    "                      seconds, 0 to 86400 (default 30); 0: no progress, also on a terminal\n"
    "  --quiet             no table of the payments\n"
    "\n"
    "Examples:\n"
    "  ihp pay deck.yaml --quarter 2025Q2\n"
    "  mpirun -n 8 ihp pay deck.yaml --year 2025 -o results/paid-2025 --member-files\n";

static const char reconcile_help[] =
    "Usage: ihp reconcile DECK --year YYYY [-o FOLDER] [--force]\n"
    "               [--progress-seconds N] [--quiet]\n"
    "       mpirun -n N ihp reconcile DECK ...\n"
    "\n"
    "What of a year's population-based payments is taken back: those for member months that show "
    "a\n"
    "health care home, behavioral health home or in-reach payment by what is known now. What was\n"
    "known when paying is care_coordination_paid.csv of the extract.\n"
    "\n"
    "  --year YYYY         the year to reconcile\n"
    "  -o, --output FOLDER where to write (default: the deck's output)\n"
    "  --force             replace a reconciliation that the folder has\n"
    "  --progress-seconds N  unless standard error is a terminal, a line of progress every N\n"
    "                      seconds, 0 to 86400 (default 30); 0: no progress, also on a terminal\n"
    "  --quiet             no table\n"
    "\n"
    "Examples:\n"
    "  ihp reconcile deck.yaml --year 2025\n"
    "  mpirun -n 8 ihp reconcile deck.yaml --year 2025 -o results/paid-2025\n";

/* Records that the span is none, or is given twice. */
static enum ihp_status fail_span(struct ihp__cli *cli, const char *command, const char *option,
                                 const char *value, const char *allowed)
{
    char what[200];
    snprintf(what, sizeof what, "%s: '%.20s' is not allowed; %s", option, value, allowed);
    return ihp__cli_usage(cli, command, what);
}

static enum ihp_status take_span(struct ihp__cli *cli, const char *command, int option,
                                 const char *value, struct ihp_pay_options *options)
{
    int64_t year;
    if (options->quarters != 0) {
        return ihp__cli_usage(cli, command, "one --quarter or --year is wanted");
    }
    if (option == 'y') {
        if (!ihp__integer_parse(value, 1981, 2147, &year)) {
            return fail_span(cli, command, "--year", value, "a year from 1981 to 2147");
        }
        options->first_quarter = (int32_t)year * 4;
        options->quarters = 4;
        return IHP_OK;
    }
    options->quarters = 1;
    if (!ihp__quarter_parse(value, &options->first_quarter) || options->first_quarter < 1981 * 4 ||
        options->first_quarter > 2147 * 4 + 3) {
        return fail_span(cli, command, "--quarter", value,
                         "a quarter such as 2025Q2, of the years 1981 to 2147");
    }
    return IHP_OK;
}

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             const struct option *longs, struct ihp_pay_options *options)
{
    const char *command = argv[0];
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        switch (c) {
        case 'q':
        case 'y':
            if (take_span(cli, command, c, optarg, options) != IHP_OK) {
                return cli->err->status;
            }
            break;
        case 'o':
            options->output = optarg;
            break;
        case 'f':
            options->force = true;
            break;
        case 'm':
            options->member_files = true;
            break;
        case 'p':
            if (ihp__cli_take_log(cli, command, optarg, options->progress_context) != IHP_OK) {
                return cli->err->status;
            }
            break;
        case 's':
            options->report = NULL;
            break;
        default:
            return ihp__cli_bad_option(cli, command, argv);
        }
    }
    if (optind != argc - 1 || options->quarters == 0) {
        return ihp__cli_usage(cli, command,
                              optind != argc - 1            ? "one DECK is wanted"
                              : strcmp(command, "pay") == 0 ? "one --quarter or --year is wanted"
                                                            : "--year is wanted");
    }
    options->deck_path = argv[optind];
    return IHP_OK;
}

/* Collective: the arguments as all ranks have them. */
static enum ihp_status take_arguments(struct ihp__cli *cli, int argc, char **argv,
                                      const struct option *longs, struct ihp_pay_options *options)
{
    parse(cli, argc, argv, longs, options);
    options->progress = ihp__cli_begin_log(options->progress_context);
    return ihp__agree(cli->comm, cli->err);
}

static enum ihp_status run_pay(struct ihp__cli *cli, int argc, char **argv)
{
    static const struct option longs[] = {
        {"quarter", required_argument, NULL, 'q'},          {"year", required_argument, NULL, 'y'},
        {"output", required_argument, NULL, 'o'},           {"force", no_argument, NULL, 'f'},
        {"member-files", no_argument, NULL, 'm'},           {"quiet", no_argument, NULL, 's'},
        {"progress-seconds", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    struct ihp__cli_log log = {.seconds = IHP__CLI_LOG_SECONDS};
    struct ihp_pay_options options = {.report = stdout, .progress_context = &log};
    return take_arguments(cli, argc, argv, longs, &options) == IHP_OK
               ? ihp_pay(&options, cli->comm, cli->notices, cli->err)
               : cli->err->status;
}

static enum ihp_status run_reconcile(struct ihp__cli *cli, int argc, char **argv)
{
    static const struct option longs[] = {{"year", required_argument, NULL, 'y'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"quiet", no_argument, NULL, 's'},
                                          {"progress-seconds", required_argument, NULL, 'p'},
                                          {NULL, 0, NULL, 0}};
    struct ihp__cli_log log = {.seconds = IHP__CLI_LOG_SECONDS};
    struct ihp_pay_options options = {.report = stdout, .progress_context = &log};
    return take_arguments(cli, argc, argv, longs, &options) == IHP_OK
               ? ihp_reconcile(&options, cli->comm, cli->notices, cli->err)
               : cli->err->status;
}

const struct ihp__command ihp__command_pay = {
    "pay", "population-based and C&TC payments of a quarter or a year", pay_help, run_pay, NULL};

const struct ihp__command ihp__command_reconcile = {
    "reconcile", "what of a year's payments is taken back", reconcile_help, run_reconcile, NULL};
