/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.h - writes the manual pages, roff for man(1), from the tables of the commands. */
#ifndef IHP_CLI_MANUAL_H
#define IHP_CLI_MANUAL_H

#include "table.h"

#include <stdio.h>

/* Writes the manual page of a command, ihp-NAME(1). `list` names the pages to see also. */
void ihp__manual_write(FILE *stream, const struct ihp__command *command,
                       const struct ihp__command *const *list, size_t count);

/* Writes ihp(1): the lines of `prose`, where the lines "@title@", "@name@", "@commands@",
 * "@exit@", "@pages@", "@extract@", "@program@" and "@results@" are replaced by what the tables
 * have. Returns false if a line with such marks is
 * unknown. */
bool ihp__manual_write_overview(FILE *stream, FILE *prose, const struct ihp__command *const *list,
                                size_t count);

#endif
