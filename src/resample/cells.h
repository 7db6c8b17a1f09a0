/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.h - members sorted by cell: made by cells.c, summed by cell_sums.c. */
#ifndef IHP_RESAMPLE_CELLS_H
#define IHP_RESAMPLE_CELLS_H

#include "resample/resample.h"
#include "resample/weight_of.h"

/* Replicates of a member that are next to each other: the 16-bit numbers of the widest vector. */
#define CELLS_ROW 32

/* Members whose weights in a row of replicates are drawn before they are summed. They take 256 KiB,
 * which fits the second-level cache. More members would make longer runs of a cell. */
#define CELLS_CHUNK 8192

/* Values are split into limbs -256 .. 256, small enough that the weighted limbs of CELLS_PART
 * members add up in 16 bits. A value below 2^44 has at most five limbs. */
#define CELLS_LIMB_BITS 9
#define CELLS_LIMB_MAX  (1 << (CELLS_LIMB_BITS - 1))
#define CELLS_LIMBS_MAX 5
#define CELLS_PART      (INT16_MAX / (IHP__WEIGHT_MAX * CELLS_LIMB_MAX))

/* Members of one chunk that add to the same cell. */
struct cells_run {
    uint32_t cell, members;
};

struct cells_limb {
    size_t quantity;
    unsigned shift;
};

/* Members with a cell on one side, by chunk, then cell. */
struct cells_side {
    size_t quantities;
    size_t limbs;            /* of all quantities */
    struct cells_limb *limb; /* [limbs] */
    struct cells_run *run;
    size_t *run_end;  /* [chunks]: number of runs up to the end of each */
    uint16_t *member; /* number within the chunk */
    int16_t *value;   /* [limbs] of each member */
};

struct ihp__cells {
    size_t members, sides;
    uint64_t *key;   /* [members] */
    int16_t *weight; /* [CELLS_CHUNK][CELLS_ROW], of the current chunk and replicates */
    struct cells_side side[IHP__SIDES_MAX];
};

#endif
