/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keep_finished.h - refuses outputs that would damage a finished folder: its files were listed with
 * their digests when it was finished, and a reader would take another job's for its own.
 *
 * --force does not help: it replaces what the same job wrote. Nothing here is collective.
 */
#ifndef IHP_KEEP_FINISHED_H
#define IHP_KEEP_FINISHED_H

#include "result/result_files.h"

/* Refuses (IHP_ERR_USAGE) a file to write, which exists or not, in a finished folder or a folder
 * inside it, that has the name of a file of any group, and any file among packages, notices or
 * answers, which are sent. `folder`/`name` is allowed: the file that
 * the job makes of that folder; NULL: none. */
enum ihp_status ihp__keep_finished_file(const char *path, const char *folder, const char *name,
                                        struct ihp_error *err);

/* Refuses (IHP_ERR_USAGE) an output folder of a group in which another group is finished. A
 * settlement, payments and a reconciliation may share one. So are refused the folders inside a
 * finished one that belong to it, such as attributed/ and those of packages. Returns IHP_ERR_RUN if
 * package.json cannot be read. */
enum ihp_status ihp__keep_finished_folder(const char *folder, enum ihp__file_group group,
                                          struct ihp_error *err);

/* Does the same for files that belong to no group, such as an extract. */
enum ihp_status ihp__keep_finished_folders(const char *folder, struct ihp_error *err);

#endif
