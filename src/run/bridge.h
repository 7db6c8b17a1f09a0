/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.h - from the interim to the final settlement: each member is judged a second time, as
 * the interim did, in the same pass over the claims. */
#ifndef IHP_RUN_BRIDGE_H
#define IHP_RUN_BRIDGE_H

#include "engine/interim.h"

/* What the pass adds up for it. */
struct ihp__bridge_sums {
    struct ihp__tally *interim; /* as the interim had it */
    struct ihp__tally *hybrid; /* attribution of the final; months, costs, weights of the interim */
    int64_t *moves;            /* tally.h */
};

struct ihp__settling_bridge {
    struct ihp__interim interim;
    struct ihp__reading reading[IHP__PERIODS]; /* the interim's */
    struct ihp__bridge_sums sums;
    struct ihp__bridge *steps; /* by IHP */
};

/* Adds a member's facts under the final's reading and under the interim's; for struct
 * ihp__pass_second, whose context is a struct ihp__bridge_sums. */
void ihp__bridge_sums_add(void *sums, const struct ihp__member_fact final_[IHP__PERIODS],
                          const struct ihp__member_fact interim[IHP__PERIODS]);

#endif
