/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loops_split.h - splits values into limbs, in plain C that is compiled for each version. */

TARGET static size_t limbs_needed(const int64_t *value, size_t members)
{
    uint64_t bits = 0; /* OR of all values, with -1 - value for a negative one */
    uint64_t any = 0;
    for (size_t m = 0; m < members; m++) {
        any |= (uint64_t)value[m];
        bits |= (uint64_t)(value[m] ^ -(int64_t)(value[m] < 0));
    }
    if (any == 0) {
        return 0;
    }
    return bits >> SUMS_LIMB_BITS == 0 ? 1 : bits >> 2 * SUMS_LIMB_BITS == 0 ? 2 : 3;
}

TARGET static void split_limb(const int64_t *restrict value, size_t members, unsigned shift,
                              bool last, int16_t *restrict limb)
{
    const uint64_t mask = last ? UINT16_MAX : (1 << SUMS_LIMB_BITS) - 1;
    for (size_t m = 0; m < members; m++) {
        limb[m] = (int16_t)(uint16_t)((uint64_t)value[m] >> shift & mask);
    }
}
