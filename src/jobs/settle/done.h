/* SPDX-License-Identifier: GPL-3.0-or-later */
/* done.h - how far a settlement was when its checkpoint was made. */
#ifndef IHP_JOBS_SETTLE_DONE_H
#define IHP_JOBS_SETTLE_DONE_H

#include "engine/context.h"

/* Numbers alone, which are saved as they are and which ranks compare. Zeros are where a run without
 * a sweep begins. */
struct ihp__done {
    uint64_t plan_first, plan_scenarios; /* the plan whose readings are passed or settled */
    uint64_t closed;                     /* its views are the sums of all ranks */
    uint64_t settled;   /* scenarios before this one, counted from the sweep's first, are done */
    uint64_t resampled; /* the deck's replicates are done: */
    uint64_t resampled_members;     /* for whom weights were drawn */
    uint64_t in_case;               /* replicates are under way: */
    uint64_t case_number;           /* 0: the deck's, else the scenario's number */
    uint64_t case_first, case_done; /* of the group of IHPs, and replicates of it that are done */
};

/* Returns true if the numbers can be those of a run of this deck and block of its sweep. */
bool ihp__done_is_possible(const struct ihp__done *done, const struct ihp__context *context,
                           const struct ihp__block *block);

#endif
