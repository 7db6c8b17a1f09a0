/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - binary search, expanded in place so that the loops over claim lines stay fast. */
#ifndef IHP_SEARCH_H
#define IHP_SEARCH_H

#include <stddef.h>

/* Sets the size_t variable `at` to the lowest position below `count` for which `is_before` is
 * false, or to `count` if there is none. `is_before` is an expression in `at`; it must be true up
 * to some position and false from there on. In ascending numbers, this finds `wanted` or the
 * position at which `wanted` belongs:
 *
 *     size_t at;
 *     IHP__LOWER_BOUND(at, count, number[at] < wanted);
 *     bool found = at < count && number[at] == wanted;
 */
#define IHP__LOWER_BOUND(at, count, is_before)                                                     \
    do {                                                                                           \
        size_t low_ = 0, high_ = (count);                                                          \
        while (low_ < high_) {                                                                     \
            (at) = low_ + (high_ - low_) / 2;                                                      \
            if (is_before) {                                                                       \
                low_ = (at) + 1;                                                                   \
            } else {                                                                               \
                high_ = (at);                                                                      \
            }                                                                                      \
        }                                                                                          \
        (at) = low_;                                                                               \
    } while (0)

#endif
