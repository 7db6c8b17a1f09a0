/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp merge */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>

static const char help[] = "Usage: ihp merge PART... -o FOLDER [--force] [--quiet]\n"
                           "\n"
                           "Puts the parts of a sweep, settled with 'ihp settle DECK --block K/N', "
                           "together: the folder is\n"
                           "what 'ihp settle DECK' alone would have made. Parts are given in any "
                           "order, each block once. Parts\n"
                           "that are not of one run are refused, and missing blocks are named.\n"
                           "\n"
                           "  -o, --output FOLDER where to write; wanted\n"
                           "  --force             replace a finished run in that folder\n"
                           "  --quiet             do not tell what was made\n"
                           "\n"
                           "Example:\n"
                           "  ihp merge parts/*/ -o results/sweep-2025\n";

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv,
                             struct ihp_merge_options *options)
{
    static const struct option longs[] = {{"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"quiet", no_argument, NULL, 'q'},
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
        case 'q':
            options->report = NULL;
            break;
        default:
            return ihp__cli_bad_option(cli, "merge", argv);
        }
    }
    if (options->output == NULL || options->output[0] == '\0') {
        return ihp__cli_usage(cli, "merge", "-o FOLDER is wanted");
    }
    if (optind >= argc) {
        return ihp__cli_usage(cli, "merge", "one PART or more are wanted");
    }
    options->part = (const char *const *)(argv + optind);
    options->parts = (size_t)(argc - optind);
    return IHP_OK;
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    struct ihp_merge_options options = {.report = stdout};
    parse(cli, argc, argv, &options);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0) {
        ihp_merge(&options, cli->err);
    }
    return ihp__agree(cli->comm, cli->err);
}

const struct ihp__command ihp__command_merge = {"merge", "put the parts of a sweep together", help,
                                                run, NULL};
