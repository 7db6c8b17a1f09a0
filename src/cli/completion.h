/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.h - writes what shells complete `ihp` with, from the tables of the commands. */
#ifndef IHP_CLI_COMPLETION_H
#define IHP_CLI_COMPLETION_H

#include "table.h"

#include <stdio.h>

/* Writes the file share/bash-completion/completions/ihp: functions of bash 4 and later that need no
 * other file. */
void ihp__completion_write_bash(FILE *stream, const struct ihp__command *const *list, size_t count);

/* Writes the file share/zsh/site-functions/_ihp, on zsh's _arguments. */
void ihp__completion_write_zsh(FILE *stream, const struct ihp__command *const *list, size_t count);

#endif
