/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - what a run of fail_allocations leaves in its folder. */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdbool.h>

enum { NAMES_BYTES = 1 << 16, TEXT_BYTES = 4096 };

/* Ends the program with exit code 1 after an error of the system. */
__attribute__((noreturn)) void stop(const char *what);

/* Appends the name and checksum of each file below a folder that is not left on purpose to a text
 * of NAMES_BYTES, sorted. Removes all files if `removes`. The checksum is 0 for files with the
 * times of a run, and unless `is_exact` for files with its notices, too. */
void list_folder(const char *path, char *names, bool removes, bool is_exact);

#endif
