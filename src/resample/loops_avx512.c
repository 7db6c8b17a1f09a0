/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_avx512.c - the loops of the bootstrap with 512-bit vectors. */
#include "resample/loops.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#include "resample/loops_512.h"

static bool runs(void)
{
    return has_512();
}

const struct ihp__loops ihp__loops_avx512 = {
    .name = "avx512",
    .runs = runs,
    .prepare = prepare,
    .draw = draw,
    .draw_rows = draw_rows,
    .limbs_needed = limbs_needed,
    .split_limb = split_limb,
    .multiply = multiply,
    .add_runs = add_runs,
};
#endif
