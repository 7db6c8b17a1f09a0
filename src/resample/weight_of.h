/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weight_of.h - turns a 16-bit uniform number into a weight with the distribution Poisson(1). */
#ifndef IHP_RESAMPLE_WEIGHT_OF_H
#define IHP_RESAMPLE_WEIGHT_OF_H

#include <stdint.h>

#define IHP__WEIGHT_MAX 8

/* The weight of a 16-bit uniform u is the number of these constants that are <= u: ABOVE_k = 65536
 * - T_k, where T_k of the 65536 uniforms give a weight above k. T_k is 65536 times the Poisson(1)
 * probability of more than k, rounded to the nearest integer, except that k = 2 is rounded down
 * (5262.63) and k = 3 up (1244.41). With these two, both the mean and the variance are exactly 1.
 */
enum {
    ABOVE_0 = 65536 - 41427,
    ABOVE_1 = 65536 - 17317,
    ABOVE_2 = 65536 - 5262,
    ABOVE_3 = 65536 - 1245,
    ABOVE_4 = 65536 - 240,
    ABOVE_5 = 65536 - 39,
    ABOVE_6 = 65536 - 5,
    ABOVE_7 = 65536 - 1,
};

/* Returns the weight of a uniform. Comparisons, unlike a table, keep a vector of uniforms in its
 * register. */
static inline int16_t ihp__weight_of(uint16_t u)
{
    return (int16_t)((u >= ABOVE_0) + (u >= ABOVE_1) + (u >= ABOVE_2) + (u >= ABOVE_3) +
                     (u >= ABOVE_4) + (u >= ABOVE_5) + (u >= ABOVE_6) + (u >= ABOVE_7));
}

#endif
