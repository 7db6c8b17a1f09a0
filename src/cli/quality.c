/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp quality */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>

static const char help[] =
    "Usage: ihp quality DECK [-o FOLDER] [--force]\n"
    "\n"
    "Scores quality [17, 18] from the deck and its program folder alone; no store is needed.\n"
    "Prints points and scores of each IHP by category, and writes quality.csv and\n"
    "quality_scores.csv into the deck's output folder. The score of section 18 changes shared\n"
    "savings and losses of a final settlement; that of section 17 decides on eligibility for the\n"
    "population-based payment. The deck may be of an interim settlement: scores can be looked at\n"
    "before they count.\n"
    "\n"
    "  -o, --output FOLDER  write into this folder\n"
    "  --force              replace scores of a finished run that are not the same\n"
    "\n"
    "Examples:\n"
    "  ihp quality decks/final-2025.yaml\n"
    "  ihp quality decks/interim-2025.yaml -o scores-so-far\n";

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_quality_options *options)
{
    static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        switch (c) {
        case 'o':
            options->output = optarg;
            break;
        case 'f':
            options->force = true;
            break;
        default:
            return ihp__cli_bad_option(cli, "quality", argv);
        }
    }
    if (optind != argc - 1) {
        return ihp__cli_usage(cli, "quality", "one DECK is wanted");
    }
    options->deck_path = argv[optind];
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp_quality_options options = {.report = stdout};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0) {
        ihp_quality_run(&options, cli->notices, cli->err);
    }
    return ihp__agree(cli->comm, cli->err);
}

const struct ihp__command ihp__command_quality = {
    "quality", "what quality is worth: points, category scores, overall scores", help, run, NULL};
