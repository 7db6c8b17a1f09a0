/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops.h - the loops of the bootstrap, once for each set of a processor's instructions.
 *
 * Each version is a file, loops_avx2.c for example, that defines its vectors and includes the loops
 * from loops_draw.h, loops_sums.h and loops_cells.h. All versions give the same numbers. */
#ifndef IHP_RESAMPLE_LOOPS_H
#define IHP_RESAMPLE_LOOPS_H

#include "resample/cells.h"
#include "resample/resample.h"

/* The fourth word of the counter, "BOOT", which keeps these draws apart from draws for other
 * purposes with the same seed. It must never change, as a seed would then give other weights. */
#define FOR_BOOTSTRAP 0x424F4F54u

/* Values are split into limbs of 15 bits, so that a weight times a limb is a product of 16-bit
 * numbers. A value below 2^44 has at most three. */
#define SUMS_LIMB_BITS 15
#define SUMS_LIMBS_MAX 3

/* Members of a tile. A 32-bit sum can hold 8 x 2^15 x 8191: the largest weight, limb and tile. */
#define SUMS_TILE 1024

/* One chunk and row of replicates on one side, and the place of its sums. */
struct cells_work {
    const struct cells_side *side;
    const int16_t *weight; /* [CELLS_ROW] of each member of the chunk, at multiples of 64 bytes */
    size_t stride;         /* replicates of a sum */
    size_t live;           /* replicates of the row */
    int64_t *sum;          /* of the row's first replicate */
};

/* A version of all loops. */
struct ihp__loops {
    const char *name;
    /* Returns true if this processor has the instructions. */
    bool (*runs)(void);

    /* As ihp__weights_prepare and ihp__weights_draw. */
    void (*prepare)(uint64_t seed, const uint64_t *key, size_t members, uint64_t *prepared);
    void (*draw)(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                 size_t stride, int16_t *weight);
    /* Draws as `draw`, but puts the eight weights of member m next to each other, into
     * row[m * CELLS_ROW + r]. */
    void (*draw_rows)(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                      int16_t *row);

    /* Returns the number of limbs that the values need; none if all are 0. */
    size_t (*limbs_needed)(const int64_t *value, size_t members);
    /* Takes one limb of each value, by the quotient rounded down. The last limb keeps the sign. */
    void (*split_limb)(const int64_t *value, size_t members, unsigned shift, bool last,
                       int16_t *limb);
    /* Sums weight times limb over `padded` members (a multiple of IHP__DRAW_PAD) for `limbs` limbs
     * and eight replicates. */
    void (*multiply)(int16_t (*weight)[SUMS_TILE], int16_t (*limb)[SUMS_TILE], size_t limbs,
                     size_t padded, int32_t (*sum)[IHP__DRAWN_TOGETHER]);

    /* Adds consecutive runs of members. The first run starts at member `from`; returns the end of
     * the last run. */
    size_t (*add_runs)(const struct cells_work *work, const struct cells_run *run, size_t runs,
                       size_t from);
};

extern const struct ihp__loops ihp__loops_avx512vnni, ihp__loops_avx512, ihp__loops_avx2,
    ihp__loops_plain;

/* Returns the version that this process uses: see ihp__instructions_choose. */
const struct ihp__loops *ihp__loops_chosen(void);

#endif
