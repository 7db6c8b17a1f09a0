/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unfinished.h - files and folders that must not be left when a signal or a crash ends the process:
 * what has not its final name yet, and leases.
 *
 * Whoever makes one adds it (`ihp__unfinished_add`), and says when it has its name or is gone
 * (`ihp__unfinished_done`). Signals must wait while it is made and not yet on the list
 * (`ihp__unfinished_hold`), and it stays on the list until it is removed. The program's handlers of
 * signals remove what is on the list. A process has one list, because a handler knows nothing of
 * jobs. Nothing here is collective.
 */
#ifndef IHP_UNFINISHED_H
#define IHP_UNFINISHED_H

#include <signal.h>

/* The signal by which a rank that has crashed ends the others: without a message, by exit code 1.
 */
#define IHP__UNFINISHED_OTHER_RANK SIGRTMIN

/* Adds a file, or a folder with everything in it, which exists. Returns its entry; 0 if there is no
 * room or it does not exist, and then a signal leaves it. Keeps errno. */
int ihp__unfinished_add(const char *path);

/* Adds a folder that is removed, after everything else, if it is empty then. */
int ihp__unfinished_add_empty(const char *folder);

/* Takes an entry off the list; 0 is none. `*entry` becomes 0. */
void ihp__unfinished_done(int *entry);

/* Removes everything on the list that is still the file or folder that was added. May be called by
 * a handler of signals. */
void ihp__unfinished_remove_all(void);

/* Removes everything on the list, and lets the signal end the process as it does by default.
 * Between `ihp__unfinished_hold` and `ihp__unfinished_release` the first signal waits for the
 * release. This is a handler of signals. */
void ihp__unfinished_end(int signal_number);

/* Lets signals wait for a step that must not be cut in two: a new file that is put on the list, or
 * a finished folder that takes the place of another. Each hold is released; holds nest. */
void ihp__unfinished_hold(void);
void ihp__unfinished_release(void);

#endif
