/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves: members that two readings attribute differently. */
#include "tally/tally.h"

size_t ihp__moves_size(size_t partnerships)
{
    return (size_t)IHP__PERIODS * partnerships * IHP__MOVES * IHP__MOVE_REASONS * IHP__MOVE_SUMS;
}

int64_t *ihp__moves_at(int64_t *moves, size_t partnerships, enum ihp__period period,
                       size_t partnership, enum ihp__move move, int reason)
{
    size_t row = (size_t)period * partnerships + partnership;
    return moves +
           ((row * IHP__MOVES + move) * IHP__MOVE_REASONS + (size_t)reason) * IHP__MOVE_SUMS;
}

/* Adds a member to the sums of a move. */
static void add(int64_t *sums, const struct ihp__member_fact *fact)
{
    sums[IHP__MOVE_MEMBERS]++;
    sums[IHP__MOVE_MONTHS] += ihp__months_count(fact->qualifying);
}

static int reason_of(const struct ihp__member_fact *fact)
{
    return fact->partnership >= 0 ? IHP__MOVE_OTHER_IHP : fact->reason;
}

void ihp__moves_add(int64_t *moves, size_t partnerships, enum ihp__period period,
                    const struct ihp__member_fact *before, const struct ihp__member_fact *after)
{
    if (before->partnership == after->partnership) {
        return;
    }
    if (after->partnership >= 0) {
        add(ihp__moves_at(moves, partnerships, period, (size_t)after->partnership, IHP__MOVE_IN,
                          reason_of(before)),
            after);
    }
    if (before->partnership >= 0) {
        add(ihp__moves_at(moves, partnerships, period, (size_t)before->partnership, IHP__MOVE_OUT,
                          reason_of(after)),
            before);
    }
}
