/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzip_read.h - reading a file that may be compressed with gzip: whole or not at all.
 *
 * The contents decide, not the name: a file that does not begin with gzip's two bytes is read as it
 * is. A gzip file may have several members one after the other (cat a.gz b.gz, pigz, bgzip). After
 * a member comes another one or the end of the file. Anything else, such as plain text, zeros or a
 * damaged header, means that a part of the file cannot be read, which zlib's own gzread takes for
 * padding. The blocks of bgzip (BGZF) end with an empty block; without it, the file was cut between
 * two blocks. Nothing here is collective.
 */
#ifndef IHP_BASE_GZIP_READ_H
#define IHP_BASE_GZIP_READ_H

#include "ihp/error.h"

#include <stddef.h>
#include <stdint.h>

struct ihp__gzip_file;

/* Opens a file. The caller closes it. Returns IHP_ERR_DATA if it cannot be opened, IHP_ERR_RUN if
 * the system failed. */
enum ihp_status ihp__gzip_open(const char *path, struct ihp__gzip_file **out,
                               struct ihp_error *err);

/* Does the same, and reads with zlib alone, which is slower than ISA-L (inflate.h): for tests. */
enum ihp_status ihp__gzip_open_slow(const char *path, struct ihp__gzip_file **out,
                                    struct ihp_error *err);

/* Reads up to `size` bytes into `data`; `*got` is 0 only at the end of a whole file. Returns
 * IHP_ERR_DATA if the rest of the file is damaged or missing, and names what was found. */
enum ihp_status ihp__gzip_read(struct ihp__gzip_file *file, void *data, size_t size, size_t *got,
                               struct ihp_error *err);

/* Returns how many bytes of the file itself have been read so far. */
uint64_t ihp__gzip_offset(const struct ihp__gzip_file *file);

/* Closes a file. NULL is harmless. */
void ihp__gzip_close(struct ihp__gzip_file **file);

#endif
