/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of a sweep: which scenarios each has. */
#include "sweep/sweep.h"

bool ihp__part_of(size_t scenarios, size_t block, size_t blocks, struct ihp__part *part)
{
    if (block < 1 || block > blocks || blocks > scenarios || blocks > IHP__BLOCKS_MAX) {
        return false;
    }
    /* A deck has at most 100,000 scenarios, so that nothing overflows. */
    *part = (struct ihp__part){.block = block,
                               .blocks = blocks,
                               .first = scenarios * (block - 1) / blocks,
                               .end = scenarios * block / blocks,
                               .scenarios = scenarios};
    return true;
}
