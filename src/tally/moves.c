/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members that one reading attributes to an IHP and another does not. */
#include "tally/tally.h"

size_t ihp_moves_size(size_t partnerships)
{
    return (size_t)IHP_PERIODS * partnerships * IHP_MOVES * IHP_MOVE_REASONS * IHP_MOVE_SUMS;
}

int64_t *ihp_moves_at(int64_t *moves, size_t partnerships, enum ihp_period period,
                      size_t partnership, enum ihp_move move, int reason)
{
    size_t row = (size_t)period * partnerships + partnership;
    return moves + ((row * IHP_MOVES + move) * IHP_MOVE_REASONS + (size_t)reason) * IHP_MOVE_SUMS;
}

static void add(int64_t *sums, const struct ihp_fact *fact)
{
    sums[IHP_MOVE_MEMBERS]++;
    sums[IHP_MOVE_MONTHS] += ihp_months_count(fact->qualifying);
}

static int reason_of(const struct ihp_fact *fact)
{
    return fact->partnership >= 0 ? IHP_MOVE_OTHER_IHP : fact->reason;
}

void ihp_moves_add(int64_t *moves, size_t partnerships, enum ihp_period period,
                   const struct ihp_fact *before, const struct ihp_fact *after)
{
    if (before->partnership == after->partnership) {
        return;
    }
    if (after->partnership >= 0) {
        add(ihp_moves_at(moves, partnerships, period, (size_t)after->partnership, IHP_MOVE_IN,
                         reason_of(before)),
            after);
    }
    if (before->partnership >= 0) {
        add(ihp_moves_at(moves, partnerships, period, (size_t)before->partnership, IHP_MOVE_OUT,
                         reason_of(after)),
            before);
    }
}
