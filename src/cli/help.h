/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - prints --help of the program and of a command from the tables. */
#ifndef IHP_CLI_HELP_H
#define IHP_CLI_HELP_H

#include "table.h"

#include <stdio.h>

/* What `ihp` is, in one line: for the overview and the manual page. */
#define IHP__CLI_PURPOSE "settle Minnesota's Integrated Health Partnerships from a state's claims"

/* Prints the overview: commands, first examples, exit codes. */
void ihp__help_print_overview(FILE *stream, const struct ihp__command *const *list, size_t count);

/* Prints the help of a command. */
void ihp__help_print(FILE *stream, const struct ihp__command *command);

#endif
