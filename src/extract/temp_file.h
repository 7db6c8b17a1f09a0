/* SPDX-License-Identifier: GPL-3.0-or-later */
/* temp_file.h - a file for what does not fit into memory, or for other ranks to read. It is written
 * once, from front to back.
 *
 * It has mode 0600, so that no other user can open it. A file of one process loses its name at
 * once, so that nothing of it is left however the process ends. A file that other ranks open loses
 * its name with `ihp__temp_file_unname`, at the latest when it is destroyed. Nothing here is
 * collective. */
#ifndef IHP_EXTRACT_TEMP_FILE_H
#define IHP_EXTRACT_TEMP_FILE_H

#include "base/base.h"

struct ihp__temp_file;

/* Makes a file without a name, in the folder of the path `output`. */
enum ihp_status ihp__temp_file_create(const char *output, struct ihp__temp_file **out,
                                      struct ihp_error *err);

/* Makes a file whose name follows from `output`, `process`, `rank` and `tag`, of which the first 8
 * bytes count; `ihp__temp_file_open` opens a file that another rank has made so, to read it. */
enum ihp_status ihp__temp_file_create_named(const char *output, uint64_t process, int rank,
                                            const char *tag, struct ihp__temp_file **out,
                                            struct ihp_error *err);
enum ihp_status ihp__temp_file_open(const char *output, uint64_t process, int rank, const char *tag,
                                    struct ihp__temp_file **out, struct ihp_error *err);
void ihp__temp_file_unname(struct ihp__temp_file *file);
void ihp__temp_file_destroy(struct ihp__temp_file **file);

/* Appends bytes, which may stay in a buffer until `ihp__temp_file_flush`. When the disk is full the
 * error names the file. `ihp__temp_file_sync` makes flushed bytes visible to other machines. */
enum ihp_status ihp__temp_file_append(struct ihp__temp_file *file, const void *data, size_t bytes,
                                      struct ihp_error *err);
enum ihp_status ihp__temp_file_flush(struct ihp__temp_file *file, struct ihp_error *err);
enum ihp_status ihp__temp_file_sync(struct ihp__temp_file *file, struct ihp_error *err);

/* Returns the number of bytes appended so far. */
uint64_t ihp__temp_file_size(const struct ihp__temp_file *file);

/* Reads `bytes` bytes from position `at`. All of them must have been flushed. */
enum ihp_status ihp__temp_file_read(const struct ihp__temp_file *file, uint64_t at, void *data,
                                    size_t bytes, struct ihp_error *err);

#endif
