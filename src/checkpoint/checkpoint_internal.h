/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint_internal.h - format, digests and types, shared by writing and reading a checkpoint. */
#ifndef IHP_CHECKPOINT_INTERNAL_H
#define IHP_CHECKPOINT_INTERNAL_H

#include "checkpoint/checkpoint.h"
#include "store/hdf5_util.h"

#include <xxhash.h>

#define IHP__CHECKPOINT_FORMAT  "ihp-checkpoint"
#define IHP__CHECKPOINT_VERSION 1

enum {
    IHP__CHECKPOINT_PIECE = 4 << 20, /* bytes that are processed at a time */
    IHP__CHECKPOINT_ROW_MAX = 1024   /* bytes */
};

/* The attribute of an array that holds its digest. */
#define IHP__CHECKPOINT_DIGEST "digest"

/* Returns the seed of a digest: a hash of an array's name and shape, so that one array cannot pass
 * for another. It seeds the XXH3-64 over all bytes of texts and words. In an array of rows it is
 * added to the sum of the hashes of rows, which does not depend on which rank has which rows. */
uint64_t ihp__checkpoint_seed(const char *name, uint64_t count, size_t element);

/* Returns the sum modulo 2^64 of the hashes of `count` rows, each seeded by its member's number. */
uint64_t ihp__checkpoint_hash_rows(const unsigned char *rows, uint64_t first, size_t count,
                                   size_t row_bytes);

/* Returns the type of an array of rows; the caller H5Tcloses it. */
hid_t ihp__checkpoint_row_type(size_t row_bytes);

#endif
