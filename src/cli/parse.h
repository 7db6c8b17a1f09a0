/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.h - reads the command line of a command into its request, by the command's tables. */
#ifndef IHP_CLI_PARSE_H
#define IHP_CLI_PARSE_H

#include "table.h"

/* What a command line asks for. */
enum ihp__cli_asked { IHP__CLI_RUN, IHP__CLI_HELP, IHP__CLI_VERSION };

/* Parses argv[1] to argv[argc - 1]; argv[0] is the command's name. `request` has
 * command->request_size bytes, all zero; texts in it lie in `argv`, which is reordered. Stops at
 * --help or --version, which `*asked` reports. Fails with IHP_ERR_USAGE at the first error. Uses
 * the static variables of getopt_long. */
enum ihp_status ihp__cli_parse(const struct ihp__command *command, int argc, char **argv,
                               void *request, enum ihp__cli_asked *asked, struct ihp_error *err);

/* Returns the command with a name, or NULL. */
const struct ihp__command *ihp__command_find(const struct ihp__command *const *list, size_t count,
                                             const char *name);

/* Records that `word` is not a command or option that stands before a command, with the nearest
 * one. */
enum ihp_status ihp__command_fail_unknown(struct ihp_error *err,
                                          const struct ihp__command *const *list, size_t count,
                                          const char *word);

#endif
