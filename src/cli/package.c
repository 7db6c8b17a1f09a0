/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp package */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>

static const char help[] =
    "Usage: ihp package DECK [-o FOLDER] [--previous FOLDER] [--force]\n"
    "                   [--progress-seconds N]\n"
    "       mpirun -n N ihp package DECK ...\n"
    "\n"
    "Settles the IHPs of a deck and writes a data package [4.6.2] for each: FOLDER/<ihp_id>/ "
    "(mode\n"
    "0700) with the members attributed to it, their cost and risk (protected data), its lines of "
    "the\n"
    "settlement and its numbers of members. Claim lines that the program's part2.csv lists are "
    "left out\n"
    "of a member's cost [4.6.1.2]; without that file nothing is written. Numbers under 11 are "
    "blank in\n"
    "the files that are not protected. The files are the same bytes on any number of ranks.\n"
    "\n"
    "  -o, --output FOLDER   where the packages go (default: package/ in the deck's output "
    "folder)\n"
    "  --previous FOLDER     an earlier package: tell who came and who left since then\n"
    "  --force               replace a finished package\n"
    "  --progress-seconds N  unless standard error is a terminal, a line of progress every N\n"
    "                        seconds, 0 to 86400 (default 30); 0: no progress, also on a terminal\n"
    "\n"
    "For a quarter within the year, give the deck the cut-off date in performance.paid_through "
    "and\n"
    "allow_nonstandard_runout: true.\n"
    "\n"
    "Examples:\n"
    "  ihp package decks/2025q2.yaml\n"
    "  mpirun -n 8 ihp package decks/2025q3.yaml -o packages/2025q3 --previous packages/2025q2\n";

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_package_options *options)
{
    static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
                                          {"previous", required_argument, NULL, 'p'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"progress-seconds", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
        switch (c) {
        case 'o':
            options->folder = optarg;
            break;
        case 'p':
            options->previous = optarg;
            break;
        case 's':
            if (ihp__cli_take_log(cli, "package", optarg, options->progress_context) != IHP_OK) {
                return cli->err->status;
            }
            break;
        case 'f':
            options->force = true;
            break;
        default:
            return ihp__cli_bad_option(cli, "package", argv);
        }
    }
    if (optind != argc - 1) {
        return ihp__cli_usage(cli, "package", "one DECK is wanted");
    }
    if ((options->folder != NULL && options->folder[0] == '\0') ||
        (options->previous != NULL && options->previous[0] == '\0')) {
        return ihp__cli_usage(cli, "package", "the name of a folder may not be empty");
    }
    options->deck_path = argv[optind];
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp__cli_log log = {.seconds = IHP__CLI_LOG_SECONDS};
    struct ihp_package_options options = {.report = stdout, .progress_context = &log};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    options.progress = ihp__cli_begin_log(&log);
    return ihp_package(&options, cli->comm, cli->notices, cli->err);
}

const struct ihp__command ihp__command_package = {
    "package", "write each IHP its data package, alone or under mpirun", help, run, NULL};
