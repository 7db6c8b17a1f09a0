/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate, the look-back and overrides [13.3.2, 13.3.8, 4.6.4.2], around Steps 1 to 4. */
#include "attribution_step.h"

#include "member/member.h"

#include <string.h>

static bool visited_any(const uint64_t *visited, uint32_t partnerships)
{
    uint64_t any = 0;
    for (uint32_t w = 0; w < (partnerships + 63) / 64; w++) {
        any |= visited[w];
    }
    return any != 0;
}

/* Returns true if the look-back decides after the period gave `reason` [13.3.8]. */
static bool looks_back(const struct ihp__step *s, int lookback_months, enum ihp__reason reason)
{
    return lookback_months > 0 &&
           (reason == IHP__REASON_NO_EM ||
            (reason == IHP__REASON_NO_IHP_EM && ASK(s, lookback_when) == IHP__LOOKBACK_NO_IHP_EM));
}

/* Decides by the look-back. If that has no coded line either, `reason` remains. */
static struct ihp__decision look_back(const struct ihp__step *s,
                                      const struct ihp__attribution_input *in,
                                      enum ihp__reason reason)
{
    ihp__step_note(s, reason == IHP__REASON_NO_EM ? IHP__RULE_LOOKBACK : IHP__RULE_LOOKBACK_TOO,
                   true, IHP__NO_ENTITY, in->lookback_months, 0);
    struct ihp__decision decision =
        ihp__attribution_steps(in->lookback, in->partnerships, s->policies, s->trace);
    decision.window = 2;
    if (decision.reason == IHP__REASON_NO_EM) {
        decision.reason = reason;
    }
    return decision;
}

/* Decides on a member without an override. */
static struct ihp__decision decide(const struct ihp__attribution_input *in,
                                   const struct ihp__decision_policies *policies,
                                   struct ihp__trace *trace)
{
    unsigned asked = IHP__ASKS_ENROLLMENT;
    const struct ihp__step s = {in->window, in->partnerships, policies, trace, &asked};
    if (trace != NULL) {
        int row = ihp__months_in_a_row(in->qualifying), total = ihp__months_count(in->qualifying);
        ihp__step_note(&s, IHP__RULE_MONTHS_IN_A_ROW, row >= policies->min_continuous_months,
                       IHP__NO_ENTITY, row, policies->min_continuous_months);
        ihp__step_note(&s, IHP__RULE_MONTHS_TOTAL, total >= policies->min_total_months,
                       IHP__NO_ENTITY, total, policies->min_total_months);
    }
    if (!ihp__months_enough(in->qualifying, policies)) {
        return (struct ihp__decision){-1, IHP__REASON_ENROLLMENT, 1, asked};
    }
    bool visit = visited_any(in->visited, in->partnerships);
    ihp__step_note(&s, IHP__RULE_VISIT, visit, IHP__NO_ENTITY, visit, 1);
    if (!visit && policies->gate_window == IHP__GATE_WINDOW_LOOKBACK) { /* for the trace */
        ihp__step_note(&s, IHP__RULE_VISIT_BEFORE, in->visited_before, IHP__NO_ENTITY,
                       in->visited_before, 1);
    }
    if (!visit && !(in->visited_before && ASK(&s, gate_window) == IHP__GATE_WINDOW_LOOKBACK)) {
        return (struct ihp__decision){-1, IHP__REASON_NO_VISIT, 1, asked};
    }
    struct ihp__decision decision =
        ihp__attribution_steps(in->window, in->partnerships, policies, trace);
    if (looks_back(&s, in->lookback_months, decision.reason)) {
        asked |= decision.asked;
        decision = look_back(&s, in, decision.reason);
    }
    if (decision.partnership >= 0 && ASK(&s, visit_gate) == IHP__GATE_ATTRIBUTED_IHP) {
        uint32_t p = (uint32_t)decision.partnership;
        bool at_winner = ((in->visited[p / 64] >> (p % 64)) & 1u) != 0;
        ihp__step_note(&s, IHP__RULE_VISIT_AT_WINNER, at_winner, p, at_winner, 1);
        if (!at_winner) {
            decision.partnership = -1;
            decision.reason = IHP__REASON_NO_VISIT;
        }
    }
    decision.asked |= asked;
    return decision;
}

struct ihp__decision ihp__attribution_decide(const struct ihp__attribution_input *input,
                                             const struct ihp__decision_policies *policies,
                                             struct ihp__trace *trace)
{
    if (!input->has_override) {
        return decide(input, policies, trace);
    }
    unsigned asked = 0; /* the State's decision is the same under any policy */
    const struct ihp__step s = {input->window, input->partnerships, policies, trace, &asked};
    uint32_t entity =
        input->override_partnership < 0 ? IHP__NO_ENTITY : (uint32_t)input->override_partnership;
    ihp__step_note(&s, IHP__RULE_OVERRIDE, true, entity, 1, 0);
    return (struct ihp__decision){input->override_partnership, IHP__REASON_OVERRIDE, 1, asked};
}

/* A bit for a policy that acts on decisions, nothing for other policies. */
#define DIFFERS(name, type, values, fallback, section, meaning, acts_on)                           \
    IHP__BY_##acts_on(, | (memcmp(&a->name, &b->name, sizeof a->name) != 0 ? IHP__ASKS(name) : 0), )

unsigned ihp__policies_differ(const struct ihp__decision_policies *a,
                              const struct ihp__decision_policies *b)
{
    return 0u IHP__POLICY_LIST(DIFFERS, IHP__POLICY_NO_VALUE);
}
#undef DIFFERS
