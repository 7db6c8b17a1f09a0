/* SPDX-License-Identifier: GPL-3.0-or-later */
/* temp_file.h - a file for what does not fit into memory, or what other ranks are to read; written
 * once from front to back.
 *
 * It is made with mode 0600, so that no other user can open it. A file of one process loses its
 * name at once, so that nothing of it stays behind, however the process ends; one that others open
 * loses it with `ihp__temp_file_unname`, at the latest when it is destroyed. */
#ifndef IHP_EXTRACT_TEMP_FILE_H
#define IHP_EXTRACT_TEMP_FILE_H

#include "base/base.h"

struct ihp__temp_file;

/* Makes a file without a name beside the path `beside`. */
enum ihp_status ihp__temp_file_create(const char *beside, struct ihp__temp_file **out,
                                      struct ihp_error *err);

/* Makes a file whose name is the same for all who give the same `process`, `rank` and `tag`; and
 * opens, to read, one that another has made. */
enum ihp_status ihp__temp_file_create_named(const char *beside, uint64_t process, int rank,
                                            const char *tag, struct ihp__temp_file **out,
                                            struct ihp_error *err);
enum ihp_status ihp__temp_file_open(const char *beside, uint64_t process, int rank, const char *tag,
                                    struct ihp__temp_file **out, struct ihp_error *err);
void ihp__temp_file_unname(struct ihp__temp_file *file);
void ihp__temp_file_destroy(struct ihp__temp_file **file);

/* Appends; the bytes may lie in a buffer until `ihp__temp_file_flush`. A full disk is a fault that
 * names the file. `ihp__temp_file_sync` brings what was flushed to where other machines see it. */
enum ihp_status ihp__temp_file_append(struct ihp__temp_file *file, const void *data, size_t bytes,
                                      struct ihp_error *err);
enum ihp_status ihp__temp_file_flush(struct ihp__temp_file *file, struct ihp_error *err);
enum ihp_status ihp__temp_file_sync(struct ihp__temp_file *file, struct ihp_error *err);

/* Bytes appended so far. */
uint64_t ihp__temp_file_size(const struct ihp__temp_file *file);

/* Reads `bytes` bytes at `at`, all of which have been flushed. */
enum ihp_status ihp__temp_file_read(const struct ihp__temp_file *file, uint64_t at, void *data,
                                    size_t bytes, struct ihp_error *err);

#endif
