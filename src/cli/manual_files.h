/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual_files.h - writes the lists of files in ihp(1) from the tables of the files. */
#ifndef IHP_CLI_MANUAL_FILES_H
#define IHP_CLI_MANUAL_FILES_H

#include "roff.h"

/* Write the files of an extract, of a program folder, and of the folders that commands write: a
 * paragraph with the name and what the file contains. */
void ihp__manual_put_extract(const struct ihp__roff *page);
void ihp__manual_put_program(const struct ihp__roff *page);
void ihp__manual_put_results(const struct ihp__roff *page);

#endif
