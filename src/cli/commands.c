/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all commands. */
#include "cli.h"

#define IHP__COMMAND_ENTRY(name) &ihp__command_##name,
const struct ihp__command *const ihp__command[] = {IHP__COMMAND_LIST(IHP__COMMAND_ENTRY)};
#undef IHP__COMMAND_ENTRY

const size_t ihp__commands = sizeof ihp__command / sizeof ihp__command[0];
