/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines count in a member's cost, eight at a time, for processors with AVX2. */
#include "counted.h"

#ifdef IHP__COUNTED_AVX2

#include <immintrin.h>

enum { LANES = 8 };

#define AVX2        __attribute__((target("avx2,popcnt")))
#define INLINE_AVX2 static inline __attribute__((always_inline, target("avx2,popcnt")))

/* For each set of lanes, a byte with the number of each lane in it, in ascending order. */
#define LANE(set, lane)                                                                            \
    (((set) >> (lane)&1u) == 0                                                                     \
         ? 0                                                                                       \
         : (uint64_t)(lane) << 8 * __builtin_popcount((set) & ((1u << (lane)) - 1u)))
#define SET(set)                                                                                   \
    LANE(set, 0) | LANE(set, 1) | LANE(set, 2) | LANE(set, 3) | LANE(set, 4) | LANE(set, 5) |      \
        LANE(set, 6) | LANE(set, 7)
#define SETS_4(set)  SET(set), SET((set) + 1u), SET((set) + 2u), SET((set) + 3u)
#define SETS_16(set) SETS_4(set), SETS_4((set) + 4u), SETS_4((set) + 8u), SETS_4((set) + 12u)
#define SETS_64(set) SETS_16(set), SETS_16((set) + 16u), SETS_16((set) + 32u), SETS_16((set) + 48u)
static const uint64_t lanes_of[256] = {SETS_64(0u), SETS_64(64u), SETS_64(128u), SETS_64(192u)};

/* Returns eight elements of a column of 16 bits. */
INLINE_AVX2 __m256i load_16(const uint16_t *column)
{
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)column));
}

/* Returns the bytes of a table at eight places, each in the low byte of its lane. The other bytes
 * are those that follow in memory: three more than the table needs. */
INLINE_AVX2 __m256i look_up(const uint8_t *table, __m256i place)
{
    return _mm256_i32gather_epi32((const void *)table, place, 1);
}

/* Returns bit 0 of each lane set for lines in a month that qualifies. */
INLINE_AVX2 __m256i qualify(const struct ihp__cost_rules *c, size_t i)
{
    __m256i day = _mm256_sub_epi32(load_16(c->service_date + i), _mm256_set1_epi32(c->first_day));
    day = _mm256_and_si256(day, _mm256_set1_epi32(IHP__MONTH_DAYS - 1));
    __m256i month = _mm256_and_si256(look_up(c->month_of_day, day), _mm256_set1_epi32(0xFF));
    return _mm256_srlv_epi32(_mm256_set1_epi32((int)c->months), month);
}

/* Returns all bits of each lane set for lines that count [2.7, 16.10, 13.1]. */
INLINE_AVX2 __m256i count(const struct ihp__cost_rules *c, size_t i, bool every_month, bool voids)
{
    const __m256i cutoff = _mm256_set1_epi32(c->cutoff);
    __m256i counted = look_up(c->inclusion, load_16(c->service + i));
    if (!every_month) {
        counted = _mm256_and_si256(counted, qualify(c, i));
    }
    counted = _mm256_srai_epi32(_mm256_slli_epi32(counted, 31), 31);
    if (voids) {
        __m256i later = _mm256_cmpgt_epi32(load_16(c->void_date + i), cutoff);
        counted = _mm256_and_si256(counted, later);
    }
    return _mm256_andnot_si256(_mm256_cmpgt_epi32(load_16(c->known_from + i), cutoff), counted);
}

/* Writes the places of the lanes of line i and following that are in a set. Returns how many. */
INLINE_AVX2 size_t set_aside(unsigned set, size_t i, uint32_t *aside)
{
    __m256i lane = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)&lanes_of[set]));
    _mm256_storeu_si256((void *)aside, _mm256_add_epi32(lane, _mm256_set1_epi32((int)i)));
    return (size_t)_mm_popcnt_u32(set);
}

INLINE_AVX2 int64_t sum_of(__m256i sum)
{
    __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    return _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1);
}

/* Takes lines as `ihp__counted_avx2` does; `every_month` and `voids` are constants in each call. */
INLINE_AVX2 size_t take(const struct ihp__cost_rules *c, size_t first, size_t end, bool every_month,
                        bool voids, uint32_t *aside, struct ihp__counted *sum)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const int32_t *amount = c->claims->amount32;
    const size_t loaded = c->claims->count;
    __m256i total = _mm256_setzero_si256();
    size_t i = first, others = sum->others;
    for (; i < end && i + LANES <= loaded; i += LANES) {
        int left = end - i < LANES ? (int)(end - i) : LANES;
        __m256i inside = _mm256_cmpgt_epi32(_mm256_set1_epi32(left), lanes);
        __m256i counted = _mm256_and_si256(count(c, i, every_month, voids), inside);
        __m256i paid = _mm256_and_si256(counted, _mm256_loadu_si256((const void *)(amount + i)));
        total = _mm256_add_epi64(total, _mm256_cvtepi32_epi64(_mm256_castsi256_si128(paid)));
        total = _mm256_add_epi64(total, _mm256_cvtepi32_epi64(_mm256_extracti128_si256(paid, 1)));
        __m256i other = _mm256_andnot_si256(counted, inside);
        others +=
            set_aside((unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(other)), i, aside + others);
    }
    sum->amount += sum_of(total);
    sum->others = others;
    return i < end ? i : end;
}

AVX2 size_t ihp__counted_avx2(const struct ihp__cost_rules *c, size_t first, size_t end,
                              uint32_t *aside, struct ihp__counted *sum)
{
    if (c->void_date != NULL) {
        return take(c, first, end, c->every_month, true, aside, sum);
    }
    return c->every_month ? take(c, first, end, true, false, aside, sum)
                          : take(c, first, end, false, false, aside, sum);
}

#endif
