/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_cache.h - numbers of short texts that have been looked up lately.
 *
 * Each row of the claims has texts of which few are different: payers, procedures, codes. Whoever
 * has found that a text is valid as it is, and its number, keeps both here. The next look-up then
 * takes one comparison. */
#ifndef IHP_EXTRACT_TEXT_CACHE_H
#define IHP_EXTRACT_TEXT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { IHP__TEXT_CACHE_BITS = 9, IHP__TEXT_CACHE_LONGEST = 16 };

/* All zero: empty. */
struct ihp__text_cache {
    struct ihp__text_cache_slot {
        uint64_t low, high; /* all bytes of the text, some of them twice */
        uint32_t length;    /* 0: the slot is free */
        uint32_t number;
    } slot[1 << IHP__TEXT_CACHE_BITS];
};

/* Packs a text of 1 to IHP__TEXT_CACHE_LONGEST bytes. Texts of one length differ if their packed
 * forms do. */
static inline struct ihp__text_cache_slot ihp__text_cache_pack(const char *text, size_t length)
{
    struct ihp__text_cache_slot packed = {.length = (uint32_t)length};
    if (length >= 8) {
        memcpy(&packed.low, text, 8);
        memcpy(&packed.high, text + length - 8, 8);
    } else if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        packed.low = first;
        packed.high = last;
    } else {
        packed.low = (unsigned char)text[0] | (uint64_t)(unsigned char)text[length / 2] << 8 |
                     (uint64_t)(unsigned char)text[length - 1] << 16;
    }
    return packed;
}

/* Returns the place of a packed text. */
static inline size_t ihp__text_cache_place(const struct ihp__text_cache_slot *packed)
{
    const uint64_t mixed =
        (packed->low ^ packed->high * UINT64_C(0xff51afd7ed558ccd)) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> (64 - IHP__TEXT_CACHE_BITS));
}

/* Finds the number of a text. Returns false if it is not here. */
static inline bool ihp__text_cache_find(const struct ihp__text_cache *cache, const char *text,
                                        size_t length, uint32_t *number)
{
    if (length == 0 || length > IHP__TEXT_CACHE_LONGEST) {
        return false;
    }
    const struct ihp__text_cache_slot packed = ihp__text_cache_pack(text, length);
    const struct ihp__text_cache_slot *slot = &cache->slot[ihp__text_cache_place(&packed)];
    *number = slot->number;
    return slot->low == packed.low && slot->high == packed.high && slot->length == packed.length;
}

/* Keeps the number of a text, if it is short, in the place of another text. */
static inline void ihp__text_cache_keep(struct ihp__text_cache *cache, const char *text,
                                        size_t length, uint32_t number)
{
    if (length > 0 && length <= IHP__TEXT_CACHE_LONGEST) {
        struct ihp__text_cache_slot packed = ihp__text_cache_pack(text, length);
        packed.number = number;
        cache->slot[ihp__text_cache_place(&packed)] = packed;
    }
}

#endif
