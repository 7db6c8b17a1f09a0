/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.h - from the interim to the final settlement: each member is judged a second time, as
 * the interim did, in the same pass over the claims. */
#ifndef IHP_RUN_BRIDGE_H
#define IHP_RUN_BRIDGE_H

#include "interim.h"

/* What the pass adds up for it. */
struct ihp_bridge_sums {
    struct ihp_tally *interim; /* as the interim had it */
    struct ihp_tally *hybrid;  /* attribution of the final; months, costs, weights of the interim */
    int64_t *moves;            /* tally.h */
};

struct ihp_settling_bridge {
    struct ihp_interim interim;
    struct ihp_reading reading[IHP_PERIODS]; /* the interim's */
    struct ihp_bridge_sums sums;
    struct ihp_bridge *steps; /* by IHP */
};

/* Adds a member's facts under the final's reading and under the interim's. */
void ihp_bridge_sums_add(const struct ihp_bridge_sums *sums,
                         const struct ihp_fact final_[IHP_PERIODS],
                         const struct ihp_fact interim[IHP_PERIODS]);

#endif
