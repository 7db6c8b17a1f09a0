/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attribution_step.h - what the rules of attribution read, and how they note it. For the files of
 * this room that decide. */
#ifndef IHP_MEMBER_ATTRIBUTION_STEP_H
#define IHP_MEMBER_ATTRIBUTION_STEP_H

#include "member/attribution.h"

#include <stddef.h>

/* A decision in the making: the counts of a window and the policies. */
struct ihp__step {
    const struct ihp__counts *counts;
    uint32_t partnerships;
    const struct ihp__decision_policies *policies; /* read with ASK */
    struct ihp__trace *trace;
    unsigned *asked; /* policies read, as bits */
};

/* Returns the value of a policy and notes that it was read. Scenarios whose policies differ only in
 * those that a decision did not read share the decision. So a rule must always read a policy with
 * this macro, and only where the decision depends on it. */
#define ASK(step, policy) (*(step)->asked |= IHP__ASKS(policy), (step)->policies->policy)

/* Adds a rule to the trace. */
static inline void ihp__step_note(const struct ihp__step *s, enum ihp__rule rule, bool held,
                                  uint32_t entity, int64_t value, int64_t against)
{
    if (s->trace != NULL && s->trace->count < IHP__TRACE_MAX) {
        s->trace->entry[s->trace->count++] =
            (struct ihp__trace_entry){rule, held, entity, value, against};
    }
}

#endif
