/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dumps.h - no core dumps: they would hold members' data, wherever the machine puts them.
 *
 * Nothing here is collective.
 */
#ifndef IHP_CLI_DUMPS_H
#define IHP_CLI_DUMPS_H

#include <stdbool.h>

/* Keeps the kernel from writing core dumps of this process, or handing them to a program. If the
 * process is `alone`, without other ranks, no other process of its user may look into its memory
 * either. */
void ihp__cli_forbid_dumps(bool alone);

#endif
