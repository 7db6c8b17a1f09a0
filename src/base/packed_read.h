/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packed_read.h - reading the text of a file that may be compressed: whole or not at all.
 *
 * The contents decide, not the name: plain text, gzip (gzip_read.h), zip or zstd (archive_read.h).
 * Files of other kinds (file_kind.h) are refused with IHP_ERR_DATA.
 * Nothing here is collective.
 */
#ifndef IHP_BASE_PACKED_READ_H
#define IHP_BASE_PACKED_READ_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ihp__packed_file;

/* Sets `*packed` to true if the file is compressed. */
enum ihp_status ihp__packed_is(const char *path, bool *packed, struct ihp_error *err);

/* Opens a file. The caller closes it. Returns IHP_ERR_DATA if it cannot be opened, IHP_ERR_RUN if
 * the system failed. */
enum ihp_status ihp__packed_open(const char *path, struct ihp__packed_file **out,
                                 struct ihp_error *err);

/* Reads up to `size` bytes into `data`; `*got` is 0 only at the end of a whole text. */
enum ihp_status ihp__packed_read(struct ihp__packed_file *file, void *data, size_t size,
                                 size_t *got, struct ihp_error *err);

/* Returns how many bytes of the file itself have been read so far. */
uint64_t ihp__packed_offset(const struct ihp__packed_file *file);

/* Closes a file. NULL is harmless. */
void ihp__packed_close(struct ihp__packed_file **file);

#endif
