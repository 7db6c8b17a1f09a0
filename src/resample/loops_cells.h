/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_cells.h - adds weighted limbs by cell. A version's file defines VECTOR, TARGET, INLINE,
 * `numbers` (a vector of 16-bit numbers, with the operators of GNU C) and LIMBS_AT_ONCE, the limbs
 * whose sums fit its registers (2 or 4).
 *
 * Vectors have sums of 16 bits, each of one limb in one replicate. They are added to 32-bit totals
 * before they can overflow, and those to the 64-bit sums of a cell when its run ends. */

#define ROW_VECTORS (CELLS_ROW * sizeof(int16_t) / VECTOR)

/* Members from .. end - 1 of a side. */
struct part {
    size_t from, end;
};

typedef int32_t totals[LIMBS_AT_ONCE][CELLS_ROW];

/* Returns the first sum of a cell to which a limb belongs. */
INLINE int64_t *target(const struct cells_work *work, uint32_t cell, size_t limb)
{
    const struct cells_side *side = work->side;
    return work->sum + (cell * side->quantities + side->limb[limb].quantity) * work->stride;
}

/* Adds 16-bit sums to 32-bit totals, or with `begin` sets the totals to them. */
INLINE void empty(const numbers *sum, bool begin, int32_t *total)
{
    int16_t part[CELLS_ROW];
    memcpy(part, sum, sizeof part);
    if (begin) {
        for (size_t r = 0; r < CELLS_ROW; r++) {
            total[r] = part[r];
        }
        return;
    }
    for (size_t r = 0; r < CELLS_ROW; r++) {
        total[r] += part[r];
    }
}

/* Sums `count` limbs (1 to LIMBS_AT_ONCE, a compile-time constant) of so few members that the sums
 * fit into 16 bits, and adds the sums to `total`, or with `begin` sets `total` to them. */
INLINE void add_part(const struct cells_work *work, struct part part, size_t limb, size_t count,
                     bool begin, totals total)
{
    const int16_t *value = work->side->value + part.from * work->side->limbs + limb;
    numbers sum[LIMBS_AT_ONCE][ROW_VECTORS] = {{{0}}};
    for (size_t i = part.from; i < part.end; i++) {
        const int16_t *weight = work->weight + (size_t)work->side->member[i] * CELLS_ROW;
#pragma GCC unroll 4
        for (size_t v = 0; v < ROW_VECTORS; v++) {
            const numbers w = ((const numbers *)(const void *)weight)[v];
#pragma GCC unroll 4
            for (size_t l = 0; l < count; l++) {
                sum[l][v] += w * value[l];
            }
        }
        value += work->side->limbs;
    }
#pragma GCC unroll 4
    for (size_t l = 0; l < count; l++) {
        empty(sum[l], begin, total[l]);
    }
}

/* Adds the totals of a run to the sums of its cell. */
INLINE void put(const struct cells_work *work, uint32_t cell, size_t limb, size_t count,
                totals total)
{
    for (size_t l = 0; l < count; l++) {
        const int64_t unit = (int64_t)1 << work->side->limb[limb + l].shift;
        int64_t *to = target(work, cell, limb + l);
        if (work->live == CELLS_ROW) {
            for (size_t r = 0; r < CELLS_ROW; r++) {
                to[r] += total[l][r] * unit;
            }
            continue;
        }
        for (size_t r = 0; r < work->live; r++) {
            to[r] += total[l][r] * unit;
        }
    }
}

/* Prefetches the sums of a cell, which are no longer in the first caches. */
INLINE void fetch(const struct cells_work *work, uint32_t cell, size_t limb, size_t count)
{
    for (size_t l = 0; l < count; l++) {
        if (work->side->limb[limb + l].shift == 0) {
            const int64_t *to = target(work, cell, limb + l);
            for (size_t r = 0; r < work->live; r += IHP__DRAWN_TOGETHER) {
                __builtin_prefetch(to + r, 1);
            }
        }
    }
}

/* Adds a run of members, which belong to a cell. */
INLINE void add_run(const struct cells_work *work, uint32_t cell, struct part run, size_t limb,
                    size_t count)
{
    totals total;
    struct part part = {run.from,
                        run.end - run.from < CELLS_PART ? run.end : run.from + CELLS_PART};
    fetch(work, cell, limb, count);
    add_part(work, part, limb, count, true, total);
    while (part.end < run.end) {
        part.from = part.end;
        part.end = run.end - part.from < CELLS_PART ? run.end : part.from + CELLS_PART;
        add_part(work, part, limb, count, false, total);
    }
    put(work, cell, limb, count, total);
}

TARGET static size_t add_runs(const struct cells_work *work, const struct cells_run *run,
                              size_t runs, size_t from)
{
    const size_t limbs = work->side->limbs;
    for (size_t i = 0; i < runs; i++) {
        const struct part whole = {from, from + run[i].members};
        size_t l = 0;
        for (; l + LIMBS_AT_ONCE <= limbs; l += LIMBS_AT_ONCE) {
            add_run(work, run[i].cell, whole, l, LIMBS_AT_ONCE);
        }
#if LIMBS_AT_ONCE > 2
        if (limbs - l == 3) {
            add_run(work, run[i].cell, whole, l, 3);
        } else if (limbs - l == 2) {
            add_run(work, run[i].cell, whole, l, 2);
        }
#endif
        if (limbs - l == 1) {
            add_run(work, run[i].cell, whole, l, 1);
        }
        from = whole.end;
    }
    return from;
}
