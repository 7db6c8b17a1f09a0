/* SPDX-License-Identifier: GPL-3.0-or-later */
/* archive_read.h - reading the text in a zip or zstd file: whole or not at all.
 *
 * A zip file must have one file; folders, and what macOS adds below __MACOSX, do not count. It
 * must begin with its first entry and end with its directory, and the text must have the checksum
 * that the directory gives. A zstd file may have several frames. What follows them must be another
 * frame. Nothing here is collective.
 */
#ifndef IHP_BASE_ARCHIVE_READ_H
#define IHP_BASE_ARCHIVE_READ_H

#include "ihp/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ihp__archive_file;

/* Returns true if a file that begins with these bytes is zip or zstd. */
bool ihp__archive_begins(const unsigned char *bytes, size_t size);

/* Opens a zip or zstd file. The caller closes it. */
enum ihp_status ihp__archive_open(const char *path, struct ihp__archive_file **out,
                                  struct ihp_error *err);

/* Reads up to `size` bytes into `data`; `*got` is 0 only at the end of a whole text. */
enum ihp_status ihp__archive_read(struct ihp__archive_file *file, void *data, size_t size,
                                  size_t *got, struct ihp_error *err);

/* Returns how many bytes of the file itself have been read so far. */
uint64_t ihp__archive_offset(const struct ihp__archive_file *file);

/* Closes a file. NULL is harmless. */
void ihp__archive_close(struct ihp__archive_file **file);

#endif
