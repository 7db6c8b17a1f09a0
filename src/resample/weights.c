/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights.c - draws W(b, m) ~ Poisson(1) with Philox, one at a time and many at a time. */
#include "resample/loops.h"

#include <Random123/philox.h>
#include <string.h>
#include <xxhash.h>

uint64_t ihp__member_key(const char *member_id)
{
    return XXH3_64bits(member_id, strlen(member_id));
}

unsigned ihp__weight(uint64_t seed, uint64_t key, uint32_t replicate)
{
    const philox4x32_ctr_t counter = {
        {replicate / IHP__DRAWN_TOGETHER, (uint32_t)key, (uint32_t)(key >> 32), FOR_BOOTSTRAP}};
    const philox4x32_key_t philox_key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t drawn = philox4x32(counter, philox_key);
    const uint32_t word = drawn.v[replicate % IHP__DRAWN_TOGETHER / 2];
    return (unsigned)ihp__weight_of((uint16_t)(replicate % 2 == 0 ? word : word >> 16));
}

void ihp__weights_prepare(uint64_t seed, const uint64_t *key, size_t members, uint64_t *prepared)
{
    ihp__loops_chosen()->prepare(seed, key, members, prepared);
}

void ihp__weights_draw(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                       size_t stride, int16_t *weight)
{
    ihp__loops_chosen()->draw(seed, prepared, members, block, stride, weight);
}
