/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - folders that results are written into: checking and making them, and writing the files
 * of result_files.h with their permission bits.
 *
 * Only `ihp__member_folder_make` is collective.
 */
#ifndef IHP_FOLDER_H
#define IHP_FOLDER_H

#include "result/result_files.h"
#include "result/table.h"

#include <jansson.h>
#include <mpi.h>

/* Returns true if two paths name the same file or folder, which exists. */
bool ihp__is_same_place(const char *path, const char *other);

/* Refuses (IHP_ERR_USAGE) a folder that is the program folder, that has the file which finishes the
 * group, unless `force`, or in which another job's files are finished (keep_finished.h); and
 * (IHP_ERR_RUN) one that cannot be written to. Writes nothing. */
enum ihp_status ihp__folder_check(const char *folder, const char *program,
                                  enum ihp__file_group group, bool force, struct ihp_error *err);

/* Makes the folders above `path` that do not exist. */
enum ihp_status ihp__make_parents(const char *path, struct ihp_error *err);

/* Makes a folder that only its owner can enter, or closes one that exists to others than its owner.
 * A link is refused: a later run does not remove what is behind it. */
enum ihp_status ihp__private_folder_take(const char *path, struct ihp_error *err);

/* Collective over `comm`. Makes the folder `name` for member files in `folder`, only for its owner,
 * and writes its path into `path`. */
enum ihp_status ihp__member_folder_make(const char *folder, const char *name,
                                        char path[IHP__PATH_MAX], MPI_Comm comm,
                                        struct ihp_error *err);

/* Writes those tables of a group that have columns. Returns IHP_ERR_RUN when one cannot be
 * written. */
enum ihp_status ihp__folder_write_tables(const char *folder, enum ihp__file_group group,
                                         const struct ihp__table *table, size_t tables,
                                         struct ihp_error *err);

/* Writes the file `name` of a group. Returns IHP_ERR_RUN when it cannot be written. */
enum ihp_status ihp__folder_write_json(const char *folder, enum ihp__file_group group,
                                       const char *name, const json_t *json, struct ihp_error *err);

#endif
