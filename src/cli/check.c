/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp check */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

#include <getopt.h>

static const char help[] =
    "Usage: ihp check STORE [--program DIR]\n"
    "\n"
    "Prints what is in a store: spans of dates, members, lines by status, class, payer and year,\n"
    "amounts, providers and members without a class; and, with a program folder, services that no\n"
    "table lists, rosters without claims, rosters that overlap. Counts of 1 to 10 are not shown, "
    "so\n"
    "the text may be mailed.\n"
    "\n"
    "Example:\n"
    "  ihp check state.h5 --program program/\n";

static enum ihp_status parse(struct ihp__cli *cli, int argc, char **argv, const char **program)
{
    static const struct option longs[] = {{"program", required_argument, NULL, 'p'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c != 'p') {
            return ihp__cli_bad_option(cli, "check", argv);
        }
        *program = optarg;
    }
    return optind == argc - 1 ? IHP_OK : ihp__cli_usage(cli, "check", "one STORE is wanted");
}

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    const char *program = NULL;
    parse(cli, argc, argv, &program);
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0) {
        ihp_check(argv[optind], program, stdout, cli->notices, cli->err);
    }
    return ihp__agree(cli->comm, cli->err);
}

const struct ihp__command ihp__command_check = {
    "check", "what is in a store, and does the program fit it?", help, run, NULL};
