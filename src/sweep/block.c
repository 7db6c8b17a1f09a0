/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Divides the scenarios of a sweep into blocks. */
#include "sweep/sweep.h"

bool ihp__block_of(size_t scenarios, size_t number, size_t blocks, struct ihp__block *block)
{
    if (number < 1 || number > blocks || blocks > scenarios || blocks > IHP__BLOCKS_MAX) {
        return false;
    }
    /* A deck has at most 100,000 scenarios, so nothing overflows. */
    *block = (struct ihp__block){.number = number,
                                 .blocks = blocks,
                                 .first = scenarios * (number - 1) / blocks,
                                 .end = scenarios * number / blocks,
                                 .scenarios = scenarios};
    return true;
}
