/* SPDX-License-Identifier: GPL-3.0-or-later */
/* process.h - what the operating system says of a process. */
#ifndef IHP_PROCESS_H
#define IHP_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Returns true if there is a process `pid` on this host that has not ended, and sets `*start` to
 * when it started (clock ticks after the host's start; 0: not known). */
bool ihp__process_find(int64_t pid, uint64_t *start);

/* Returns the highest resident memory of this process so far, in bytes; 0: not known. */
uint64_t ihp__peak_bytes(void);

#endif
