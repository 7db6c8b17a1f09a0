/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_avx2.c - the loops of the bootstrap with 256-bit vectors. */
#include "resample/loops.h"

#if defined(__x86_64__)
#include <Random123/philox.h>
#include <immintrin.h>
#include <string.h>

#define VECTOR 32
#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET __attribute__((always_inline)) static inline

typedef uint64_t words __attribute__((vector_size(VECTOR)));
typedef int16_t numbers __attribute__((vector_size(VECTOR)));
typedef int32_t products __attribute__((vector_size(VECTOR)));

INLINE words times(words a, uint32_t factor)
{
    return (words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(factor));
}

INLINE words xor3(words a, words b, uint32_t key)
{
    return a ^ (b ^ key);
}

/* Returns the lower halves of the words of two vectors, those of 128 bits together. */
INLINE numbers gather(words a, words b)
{
    return (numbers)_mm256_shuffle_ps((__m256)a, (__m256)b, 0x88);
}

/* Joins the lower halves of two words. */
INLINE words join(words low, words high)
{
    return (words)_mm256_blend_epi32((__m256i)low, (__m256i)(high << 32), 0xAA);
}

INLINE numbers first_of_pairs(words a, words b)
{
    return (numbers)_mm256_unpacklo_epi64((__m256i)a, (__m256i)b);
}

INLINE numbers second_of_pairs(words a, words b)
{
    return (numbers)_mm256_unpackhi_epi64((__m256i)a, (__m256i)b);
}

INLINE numbers even_half(void)
{
    return (numbers)_mm256_set1_epi32(0xFFFF);
}

INLINE numbers odd_half(numbers a)
{
    return (numbers)_mm256_srli_epi32((__m256i)a, 16);
}

INLINE numbers pack(numbers a, numbers b)
{
    return (numbers)_mm256_packs_epi32((__m256i)a, (__m256i)b);
}

/* Compares as signed numbers, because AVX2 has no unsigned comparison. True is -1. */
INLINE numbers weigh(numbers u)
{
    const numbers x = u ^ INT16_MIN;
#define REACHED(above) (x > (int16_t)((above)-1 - 32768))
    const numbers weight = REACHED(ABOVE_0) + REACHED(ABOVE_1) + REACHED(ABOVE_2) +
                           REACHED(ABOVE_3) + REACHED(ABOVE_4) + REACHED(ABOVE_5) +
                           REACHED(ABOVE_6) + REACHED(ABOVE_7);
#undef REACHED
    return -weight;
}

/* Adds the products of 16-bit numbers, in pairs, to the totals. */
INLINE products add_products(products total, numbers a, numbers b)
{
    return total + (products)_mm256_madd_epi16((__m256i)a, (__m256i)b);
}

/* Adds up the lanes of each of four vectors. */
INLINE void add_lanes(const products *total, int32_t *sum)
{
    const __m256i pairs =
        _mm256_hadd_epi32(_mm256_hadd_epi32((__m256i)total[0], (__m256i)total[1]),
                          _mm256_hadd_epi32((__m256i)total[2], (__m256i)total[3]));
    _mm_storeu_si128((__m128i *)(void *)sum, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                           _mm256_extracti128_si256(pairs, 1)));
}

#define REPLICATES    4
#define LIMBS_AT_ONCE 4
#include "resample/loops_cells.h"
#include "resample/loops_draw.h"
#include "resample/loops_split.h"
#include "resample/loops_sums.h"

static bool runs(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct ihp__loops ihp__loops_avx2 = {
    .name = "avx2",
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
