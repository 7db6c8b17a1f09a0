/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_512.h - the loops with 512-bit vectors. A version's file defines TARGET, and HAS_VNNI if
 * its processors multiply and add in one instruction, and then includes this file. */
#include <Random123/philox.h>
#include <immintrin.h>
#include <string.h>

#define VECTOR 64
#define INLINE TARGET __attribute__((always_inline)) static inline

typedef uint64_t words __attribute__((vector_size(VECTOR)));
typedef int16_t numbers __attribute__((vector_size(VECTOR)));
typedef int32_t products __attribute__((vector_size(VECTOR)));

INLINE words times(words a, uint32_t factor)
{
    return (words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(factor));
}

INLINE words xor3(words a, words b, uint32_t key)
{
    return (words)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, _mm512_set1_epi64(key), 0x96);
}

/* Returns the lower halves of the words of two vectors, those of 128 bits together. */
INLINE numbers gather(words a, words b)
{
    return (numbers)_mm512_shuffle_ps((__m512)a, (__m512)b, 0x88);
}

/* Joins the lower halves of two words. */
INLINE words join(words low, words high)
{
    return (words)_mm512_mask_blend_epi32(0xAAAA, (__m512i)low, (__m512i)(high << 32));
}

INLINE numbers first_of_pairs(words a, words b)
{
    return (numbers)_mm512_unpacklo_epi64((__m512i)a, (__m512i)b);
}

INLINE numbers second_of_pairs(words a, words b)
{
    return (numbers)_mm512_unpackhi_epi64((__m512i)a, (__m512i)b);
}

INLINE numbers even_half(void)
{
    return (numbers)_mm512_set1_epi32(0xFFFF);
}

INLINE numbers odd_half(numbers a)
{
    return (numbers)_mm512_srli_epi32((__m512i)a, 16);
}

INLINE numbers pack(numbers a, numbers b)
{
    return (numbers)_mm512_packs_epi32((__m512i)a, (__m512i)b);
}

/* Compares to masks, which choose the numbers that 1 is added to. */
INLINE numbers weigh(numbers u)
{
    const __m512i x = (__m512i)u, one = _mm512_set1_epi16(1);
    __m512i weight = _mm512_setzero_si512();
#define COUNT(above)                                                                               \
    weight = _mm512_mask_add_epi16(                                                                \
        weight, _mm512_cmpge_epu16_mask(x, _mm512_set1_epi16((int16_t)(above))), weight, one)
    COUNT(ABOVE_0);
    COUNT(ABOVE_1);
    COUNT(ABOVE_2);
    COUNT(ABOVE_3);
    COUNT(ABOVE_4);
    COUNT(ABOVE_5);
    COUNT(ABOVE_6);
    COUNT(ABOVE_7);
#undef COUNT
    return (numbers)weight;
}

/* Adds the products of 16-bit numbers, in pairs, to the totals. */
INLINE products add_products(products total, numbers a, numbers b)
{
#ifdef HAS_VNNI
    return (products)_mm512_dpwssd_epi32((__m512i)total, (__m512i)a, (__m512i)b);
#else
    return total + (products)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#endif
}

/* Adds the two halves of a vector. */
INLINE __m256i add_halves(products a)
{
    return _mm256_add_epi32(_mm512_castsi512_si256((__m512i)a),
                            _mm512_extracti64x4_epi64((__m512i)a, 1));
}

/* Adds up the lanes of each of four vectors. */
INLINE void add_lanes(const products *total, int32_t *sum)
{
    const __m256i pairs =
        _mm256_hadd_epi32(_mm256_hadd_epi32(add_halves(total[0]), add_halves(total[1])),
                          _mm256_hadd_epi32(add_halves(total[2]), add_halves(total[3])));
    _mm_storeu_si128((__m128i *)(void *)sum, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                           _mm256_extracti128_si256(pairs, 1)));
}

#define REPLICATES    8
#define LIMBS_AT_ONCE 4
#include "resample/loops_cells.h"
#include "resample/loops_draw.h"
#include "resample/loops_split.h"
#include "resample/loops_sums.h"

static bool has_512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
