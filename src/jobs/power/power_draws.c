/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws members with replacement. Every rank draws all members of a draw and adds up its own, so
 * that ranks exchange nothing but the sums, and the result does not depend on their number. */
#include "jobs/power/power.h"

#include <Random123/philox.h>

/* The fourth word of the counter, "POWR", keeps these draws apart from draws for other purposes
 * with the same seed. It is part of what a seed means: do not change it. */
#define FOR_POWER 0x504F5752u

/* Members drawn before they are added up, so that their numbers stay in the first-level cache. */
#define DRAWN_AT_ONCE 2048

/* How many members ahead the memory of a member is fetched. */
#define AHEAD 24

/* Returns one of 0 .. population - 1: the upper 64 bits of bits x population, by halves. */
static uint32_t pick(uint32_t low, uint32_t high, uint32_t population)
{
    return (uint32_t)(((uint64_t)high * population + ((uint64_t)low * population >> 32)) >> 32);
}

void ihp__power_positions(uint64_t seed, uint32_t size, uint32_t draw, uint32_t first,
                          uint32_t count, uint32_t population, uint32_t *position)
{
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    for (uint32_t i = 0; i < count; i += 2) {
        const philox4x32_ctr_t counter = {{(first + i) / 2, size, draw, FOR_POWER}};
        const philox4x32_ctr_t drawn = philox4x32(counter, key);
        position[i] = pick(drawn.v[0], drawn.v[1], population);
        if (i + 1 < count) {
            position[i + 1] = pick(drawn.v[2], drawn.v[3], population);
        }
    }
}

/* Keeps the members of this rank, counted from its first. It has no branch, because the processor
 * would guess half of them wrong. */
static uint32_t keep_own(const struct ihp__drawables *from, uint32_t *position, uint32_t count)
{
    uint32_t own = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t place = position[i] - from->first; /* wraps around below the first */
        position[own] = place;
        own += place < from->count;
    }
    return own;
}

static void add(const struct ihp__drawable *member, const uint32_t *place, uint32_t count,
                int64_t sum[IHP__DRAW_SUMS])
{
    for (uint32_t i = 0; i < count; i++) {
        const struct ihp__drawable *m = &member[place[i]];
        __builtin_prefetch(&member[place[i + AHEAD < count ? i + AHEAD : i]]);
        for (int period = 0; period < IHP__PERIODS; period++) {
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_MONTHS] += m->months[period];
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_CENTS] += m->cents[period];
            sum[period * IHP__DRAW_KINDS + IHP__DRAW_RISK] += m->risk[period];
        }
    }
}

void ihp__power_sum(uint64_t seed, uint32_t size, uint32_t draw, const struct ihp__drawables *from,
                    int64_t sum[IHP__DRAW_SUMS])
{
    uint32_t position[DRAWN_AT_ONCE];
    int64_t all[IHP__DRAW_SUMS] = {0};
    for (uint32_t done = 0; done < size; done += DRAWN_AT_ONCE) {
        const uint32_t count = size - done < DRAWN_AT_ONCE ? size - done : DRAWN_AT_ONCE;
        ihp__power_positions(seed, size, draw, done, count, from->population, position);
        add(from->member, position, keep_own(from, position, count), all);
    }
    for (int i = 0; i < IHP__DRAW_SUMS; i++) {
        sum[i] = all[i];
    }
}
