/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp info */
#include "cli.h"

#include "base/agree.h"
#include "ihp/jobs.h"

static const char help[] = "Usage: ihp info FILE\n"
                           "\n"
                           "Prints what a store, a results.h5, a manifest.json or a result folder "
                           "is: version, counts, hashes,\n"
                           "settings.\n"
                           "\n"
                           "Examples:\n"
                           "  ihp info state.h5\n"
                           "  ihp info results/final-2025\n";

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    if (argc != 2) {
        ihp__cli_usage(cli, "info", "one FILE is wanted");
    }
    if (ihp__agree(cli->comm, cli->err) != IHP_OK) {
        return cli->err->status;
    }
    if (cli->rank == 0) {
        ihp_info(argv[1], stdout, cli->err);
    }
    return ihp__agree(cli->comm, cli->err);
}

const struct ihp__command ihp__command_info = {"info", "what a store or a result is", help, run,
                                               NULL};
