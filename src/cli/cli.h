/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h - what a command gets when it runs, and the list of all commands. */
#ifndef IHP_CLI_H
#define IHP_CLI_H

#include "table.h"

#include <mpi.h>

/* What a command runs in. */
struct ihp__cli {
    MPI_Comm comm; /* MPI_COMM_NULL for a command without MPI */
    int rank;
    struct ihp_notices *notices;
    struct ihp_error *err;
    const struct ihp__command *const *command; /* all of them, for the help */
    size_t commands;
};

/* All commands, in the order of IHP__COMMAND_LIST. */
extern const struct ihp__command *const ihp__command[];
extern const size_t ihp__commands;

#define IHP__COMMAND_DECLARE(name) extern const struct ihp__command ihp__command_##name;
IHP__COMMAND_LIST(IHP__COMMAND_DECLARE)
#undef IHP__COMMAND_DECLARE

#endif
