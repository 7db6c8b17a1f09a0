/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weight_of.h - the weight that a uniform number makes: Poisson(1) in sixteen bits. */
#ifndef IHP_RESAMPLE_WEIGHT_OF_H
#define IHP_RESAMPLE_WEIGHT_OF_H

#include <stdint.h>

#define IHP__WEIGHT_MAX 8

/* A uniform u of 16 bits makes the weight that many of these which are <= u: 65536 - T_k of the
 * 65536 uniforms give a weight above k. They are 65536 times the Poisson(1) probabilities of more
 * than k, rounded to the nearest, but for k = 2 (5262.63 down) and k = 3 (1244.41 up), which makes
 * the variance exactly 1 as well as the mean. */
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

/* Compares instead of a table: a vector of uniforms is weighed without leaving its register. */
static inline int16_t ihp__weight_of(uint16_t u)
{
    return (int16_t)((u >= ABOVE_0) + (u >= ABOVE_1) + (u >= ABOVE_2) + (u >= ABOVE_3) +
                     (u >= ABOVE_4) + (u >= ABOVE_5) + (u >= ABOVE_6) + (u >= ABOVE_7));
}

#endif
