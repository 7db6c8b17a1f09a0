/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_kind.h - files that are not text and are not read, known by their first bytes, so that an
 * error can say what a file is and what to do. */
#ifndef IHP_BASE_FILE_KIND_H
#define IHP_BASE_FILE_KIND_H

#include <stddef.h>

/* Bytes of a file that suffice to know it. */
enum { IHP__FILE_KIND_BYTES = 32 };

/* Returns what a file is that begins with these bytes, and what to do, as "is xz; unpack it ...";
 * NULL for every other file. The text is static. */
const char *ihp__file_kind(const unsigned char *bytes, size_t size);

#endif
