/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random.h - draws of the synthetic state: Philox, keyed by the seed, counted by what is drawn.
 *
 * A draw depends on (member, purpose, index, part) alone. Any rank can repeat it, whatever was
 * drawn before. One draw is four words of 32 bits. */
#ifndef IHP_SYNTH_RANDOM_H
#define IHP_SYNTH_RANDOM_H

#include <Random123/philox.h>
#include <stdbool.h>
#include <stdint.h>

/* What a draw is for. The numbers are part of the meaning of a seed, so they must not change. */
enum ihp__synth_purpose {
    IHP__SYNTH_FOR_PARTNERSHIPS = 1, /* of the program; "member" is 0 */
    IHP__SYNTH_FOR_PROVIDERS = 2,    /* "member" is 0 */
    IHP__SYNTH_FOR_PERSON = 3,
    IHP__SYNTH_FOR_YEAR = 4,
    IHP__SYNTH_FOR_ENROLLMENT = 5,
    IHP__SYNTH_FOR_RISKS = 6,
    IHP__SYNTH_FOR_COORDINATION = 7,
    IHP__SYNTH_FOR_VISIT = 8,
    IHP__SYNTH_FOR_LINE = 9,
    IHP__SYNTH_FOR_QUALITY = 10, /* "member" is 0 */
};

struct ihp__synth_words {
    uint32_t w[4];
};

static inline struct ihp__synth_words ihp__synth_draw(uint64_t seed, uint32_t member,
                                                      enum ihp__synth_purpose purpose,
                                                      uint32_t index, uint32_t part)
{
    philox4x32_ctr_t counter = {{member, (uint32_t)purpose, index, part}};
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t drawn = philox4x32(counter, key);
    return (struct ihp__synth_words){{drawn.v[0], drawn.v[1], drawn.v[2], drawn.v[3]}};
}

/* Returns one of 0 .. n - 1, each equally likely. */
static inline uint32_t ihp__synth_pick(uint32_t word, uint32_t n)
{
    return (uint32_t)((uint64_t)word * n >> 32);
}

/* Returns the middle of the word's cell in (0, 1). */
static inline double ihp__synth_uniform(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}

/* Returns true with a probability. */
static inline bool ihp__synth_chance(uint32_t word, double probability)
{
    return ihp__synth_uniform(word) < probability;
}

#endif
