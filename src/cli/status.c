/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp status */
#include "cli.h"

static const char help[] =
    "Usage: ihp status RESULT\n"
    "\n"
    "Tells how far a run of settle, pay, reconcile, package or power is, or how it ended, from "
    "the\n"
    "file RESULT.status.json that it keeps beside its output RESULT, a folder or the FILE of "
    "power.\n"
    "\n"
    "Exit codes: 0 running, done, or stopped by a signal, to go on when it is started again;\n"
    "1 failed or dead, that is, its process is gone from this host or it has told nothing for ten\n"
    "minutes; 2 wrong usage; 3 no such run, or a file that is damaged or cannot be read.\n"
    "\n"
    "Example:\n"
    "  ihp status results/final-2025\n";

static enum ihp_status run(struct ihp__cli *cli, int argc, char **argv)
{
    return argc == 2 && argv[1][0] != '\0' ? ihp_run_status_print(argv[1], stdout, cli->err)
                                           : ihp__cli_usage(cli, "status", "one RESULT is wanted");
}

const struct ihp__command ihp__command_status = {"status", "how far is a run, or how did it end?",
                                                 help, run, NULL};
