/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the bytes that end fields and rows, 64 at a time, and cuts plain rows there. */
#include "base/csv_split.h"

#include <string.h>

/* ---- marks ----------------------------------------------------------------------------------- */

void ihp__csv_marks_portable(const struct ihp__csv_split *split, const char *bytes, size_t groups,
                             uint64_t *mark)
{
    uint8_t is_mark[256] = {0};
    is_mark['\0'] = is_mark['\n'] = is_mark['\r'] = is_mark['"'] = 1;
    is_mark[(unsigned char)split->delimiter] = 1;
    memset(is_mark + 128, split->ascii, 128);
    for (size_t g = 0; g < groups; g++) {
        const unsigned char *byte = (const unsigned char *)bytes + g * IHP__CSV_MARK_BITS;
        uint64_t found = 0;
        for (unsigned i = 0; i < IHP__CSV_MARK_BITS; i++) {
            found |= (uint64_t)is_mark[byte[i]] << i;
        }
        mark[g] = found;
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* What 32 bytes are compared with. */
struct pattern {
    __m256i delimiter, line_feed, carriage_return, quote, nul, high;
};

__attribute__((target("avx2"))) static inline uint32_t marks_of_32(const struct pattern *pattern,
                                                                   const char *bytes)
{
    const __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i ends = _mm256_or_si256(_mm256_cmpeq_epi8(text, pattern->delimiter),
                                         _mm256_cmpeq_epi8(text, pattern->line_feed));
    const __m256i others = _mm256_or_si256(_mm256_cmpeq_epi8(text, pattern->carriage_return),
                                           _mm256_cmpeq_epi8(text, pattern->quote));
    const __m256i nul = _mm256_or_si256(_mm256_cmpeq_epi8(text, pattern->nul),
                                        _mm256_and_si256(text, pattern->high));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(ends, others), nul));
}

__attribute__((target("avx2"))) static void
marks_avx2(const struct ihp__csv_split *split, const char *bytes, size_t groups, uint64_t *mark)
{
    const struct pattern pattern = {.delimiter = _mm256_set1_epi8(split->delimiter),
                                    .line_feed = _mm256_set1_epi8('\n'),
                                    .carriage_return = _mm256_set1_epi8('\r'),
                                    .quote = _mm256_set1_epi8('"'),
                                    .nul = _mm256_setzero_si256(),
                                    .high = _mm256_set1_epi8(split->ascii ? (char)0x80 : 0)};
    for (size_t g = 0; g < groups; g++) {
        const char *at = bytes + g * IHP__CSV_MARK_BITS;
        mark[g] = marks_of_32(&pattern, at) | (uint64_t)marks_of_32(&pattern, at + 32) << 32;
    }
}

static void find_marks(const struct ihp__csv_split *split, const char *bytes, size_t groups,
                       uint64_t *mark)
{
    if (__builtin_cpu_supports("avx2")) {
        marks_avx2(split, bytes, groups, mark);
    } else {
        ihp__csv_marks_portable(split, bytes, groups, mark);
    }
}
#else
static void find_marks(const struct ihp__csv_split *split, const char *bytes, size_t groups,
                       uint64_t *mark)
{
    ihp__csv_marks_portable(split, bytes, groups, mark);
}
#endif

void ihp__csv_split_begin(struct ihp__csv_split *split, char *bytes, size_t size)
{
    const size_t whole = size / IHP__CSV_MARK_BITS, left = size % IHP__CSV_MARK_BITS;
    split->bytes = bytes;
    split->size = size;
    find_marks(split, bytes, whole, split->mark);
    if (left > 0) { /* the bytes behind the block must not be read */
        char last[IHP__CSV_MARK_BITS] = {0};
        memcpy(last, bytes + whole * IHP__CSV_MARK_BITS, left);
        find_marks(split, last, 1, &split->mark[whole]);
        split->mark[whole] &= (UINT64_C(1) << left) - 1;
    }
    ihp__csv_split_move(split, 0);
}

/* ---- rows ------------------------------------------------------------------------------------ */

void ihp__csv_split_move(struct ihp__csv_split *split, size_t at)
{
    split->at = at;
    split->group = at / IHP__CSV_MARK_BITS;
    split->rest =
        at < split->size ? split->mark[split->group] & UINT64_MAX << at % IHP__CSV_MARK_BITS : 0;
}

/* Where the marks of a block are passed. It is a copy of what the block has, which a compiler can
 * keep in registers. */
struct place {
    size_t group;
    uint64_t rest;
};

/* Returns the place of the next mark, and passes it; the size of the block if there is none. */
static inline size_t next_mark(const struct ihp__csv_split *split, struct place *place)
{
    while (place->rest == 0) {
        if (++place->group * IHP__CSV_MARK_BITS >= split->size) {
            return split->size;
        }
        place->rest = split->mark[place->group];
    }
    size_t at = place->group * IHP__CSV_MARK_BITS + (size_t)__builtin_ctzll(place->rest);
    place->rest &= place->rest - 1;
    return at;
}

/* Returns the length of the line end at a mark, and passes it; 0 if there is none. */
static inline size_t pass_line_end(const struct ihp__csv_split *split, struct place *place,
                                   size_t at)
{
    if (at >= split->size) {
        return 0;
    }
    if (split->bytes[at] == '\n') {
        return 1;
    }
    return split->bytes[at] == '\r' && at + 1 < split->size && split->bytes[at + 1] == '\n' &&
                   next_mark(split, place) == at + 1
               ? 2
               : 0;
}

size_t ihp__csv_split_row(struct ihp__csv_split *split, size_t *start, size_t most)
{
    char *const bytes = split->bytes;
    const char delimiter = split->delimiter;
    struct place place = {split->group, split->rest};
    size_t fields = 0, at = next_mark(split, &place);
    start[0] = split->at;
    while (at < split->size && bytes[at] == delimiter && fields + 1 < most) {
        bytes[at] = '\0';
        start[++fields] = at + 1;
        at = next_mark(split, &place);
    }
    const size_t line_end = pass_line_end(split, &place, at);
    if (line_end == 0) {
        for (; fields > 0; fields--) {
            bytes[start[fields] - 1] = delimiter;
        }
        return SIZE_MAX;
    }
    const bool is_empty = at == split->at;
    start[fields + 1] = at + 1;
    split->at = at + line_end;
    split->group = place.group;
    split->rest = place.rest;
    bytes[at] = '\0';
    return is_empty ? 0 : fields + 1;
}
