/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash_hex.h - the text of a 128-bit hash, as stores, manifests and checkpoints record it. */
#ifndef IHP_HASH_HEX_H
#define IHP_HASH_HEX_H

#include <stdint.h>
#include <stdio.h>

/* Size of the text, with its end. */
#define IHP__HASH_TEXT 33

/* Writes the two halves of a hash as 32 hexadecimal digits, the high half first: the canonical text
 * of an XXH128 hash. */
static inline void ihp__hash_hex(uint64_t high, uint64_t low, char hex[IHP__HASH_TEXT])
{
    snprintf(hex, IHP__HASH_TEXT, "%016llx%016llx", (unsigned long long)high,
             (unsigned long long)low);
}

#endif
