/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signals.h - what signals do to a command.
 *
 * SIGTERM, SIGINT and SIGHUP end a command at once, and what it has not finished is removed; so do
 * SIGXCPU, SIGALRM and SIGVTALRM, with which limits and timers end processes. SIGXFSZ is ignored,
 * so that a file beyond the limit is an error of the system. A command that can save is asked to
 * stop by the first SIGTERM or SIGINT, and by SIGUSR1; the second SIGTERM or SIGINT ends it at
 * once. So does the first one if the command hangs before it can save.
 */
#ifndef IHP_CLI_SIGNALS_H
#define IHP_CLI_SIGNALS_H

#include <signal.h>

/* Lets signals end this command at once. SIGHUP stays ignored under nohup. Call it from the thread
 * that works. */
void ihp__cli_end_at_signals(void);

/* Lets the first signal ask this command to stop. */
void ihp__cli_save_at_signals(void);

/* Returns the flag that a signal sets to ask the command to stop. */
const volatile sig_atomic_t *ihp__cli_stop(void);

/* Returns the flag that the command sets when it looks at the other one from then on. */
volatile sig_atomic_t *ihp__cli_listens(void);

#endif
