/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of the arrays of a checkpoint, and the type of rows. */
#include "checkpoint_internal.h"

#include <string.h>

uint64_t ihp__checkpoint_seed(const char *name, uint64_t count, size_t element)
{
    uint64_t numbers[2] = {count, element};
    return XXH3_64bits_withSeed(numbers, sizeof numbers, XXH3_64bits(name, strlen(name)));
}

uint64_t ihp__checkpoint_hash_rows(const unsigned char *rows, uint64_t first, size_t count,
                                   size_t row_bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += XXH3_64bits_withSeed(rows + i * row_bytes, row_bytes, first + i);
    }
    return sum;
}

hid_t ihp__checkpoint_row_type(size_t row_bytes)
{
    return H5Tcreate(H5T_OPAQUE, row_bytes);
}
