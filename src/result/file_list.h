/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_list.h - the list of files in the .json that finishes a group of result files: with it a
 * reader finds out that a file was changed, removed, or put there by somebody else.
 *
 * `ihp__file_list_seal` makes the list when all other files are written; whoever reads a finished
 * folder calls `ihp__file_list_check`. Nothing here is collective.
 */
#ifndef IHP_FILE_LIST_H
#define IHP_FILE_LIST_H

#include "result/result_files.h"

#include <jansson.h>

/* Waits until the files of a group in `folder`, and the folder, are on disk, takes away permissions
 * that its row of result_files.h does not have, and adds to `manifest` the entries `files`, with
 * size and digest of each, and `hash`, of the manifest without `run`. A file that differs between
 * equal runs is listed in `files` of `run`. Entries of `files` that are there already stay, if
 * their file is not in `folder`. Returns IHP_ERR_RUN when a file cannot be read again or memory is
 * short. */
enum ihp_status ihp__file_list_seal(const char *folder, enum ihp__file_group group,
                                    json_t *manifest, struct ihp_error *err);

/* The files whose digests are checked. Of the others only the size is. */
enum ihp__list_check { IHP__CHECK_ALL, IHP__CHECK_TABLES /* not the files of members */ };

/* Refuses (IHP_ERR_DATA) a folder whose files are not those of its list: the message names the file
 * that has changed, is missing, or was added. `manifest` is the .json of the group as it was read.
 * One of an earlier version, without a list, is accepted with a notice, in which `label` names the
 * folder; NULL: its path does, which a result must not depend on. Returns IHP_ERR_RUN when the
 * system fails. */
enum ihp_status ihp__file_list_check(const char *folder, enum ihp__file_group group,
                                     const json_t *manifest, enum ihp__list_check check,
                                     const char *label, struct ihp_notices *notices,
                                     struct ihp_error *err);

/* Does the same for a folder whose .json has not been read. One without that file, so that the
 * group is not finished, is not checked. */
enum ihp_status ihp__file_list_check_folder(const char *folder, enum ihp__file_group group,
                                            enum ihp__list_check check, const char *label,
                                            struct ihp_notices *notices, struct ihp_error *err);

#endif
