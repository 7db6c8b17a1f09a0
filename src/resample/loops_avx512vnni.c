/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_avx512vnni.c - the loops of the bootstrap with 512-bit vectors and an instruction that
 * multiplies and adds, which most processors with 512-bit vectors have. */
#include "resample/loops.h"

#if defined(__x86_64__)
#define HAS_VNNI
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#include "resample/loops_512.h"

static bool runs(void)
{
    return has_512() && __builtin_cpu_supports("avx512vnni");
}

const struct ihp__loops ihp__loops_avx512vnni = {
    .name = "avx512vnni",
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
