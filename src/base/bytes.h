/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.h - numbers of bytes as people read them. */
#ifndef IHP_BYTES_H
#define IHP_BYTES_H

#include <stdint.h>

/* Size of the text, with its end. */
#define IHP__BYTES_TEXT 32

/* Writes "512 bytes" or "1.5 GiB". Returns `buffer`. */
const char *ihp__bytes_format(uint64_t bytes, char buffer[IHP__BYTES_TEXT]);

#endif
