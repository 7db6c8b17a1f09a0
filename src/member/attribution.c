/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps 1 to 4, the gate, the look-back and overrides [13.3, 4.6.4.2]. Each function is one step:
 * it reads the counts by entity and decides who wins. */
#include "member/member.h"

#include <stddef.h>
#include <string.h>

struct step {
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
static void note(const struct step *s, enum ihp__rule rule, bool held, uint32_t entity,
                 int64_t value, int64_t against)
{
    if (s->trace != NULL && s->trace->count < IHP__TRACE_MAX) {
        s->trace->entry[s->trace->count++] =
            (struct ihp__trace_entry){rule, held, entity, value, against};
    }
}

static struct ihp__decision nobody(enum ihp__reason reason)
{
    return (struct ihp__decision){-1, reason, 1, 0};
}

static struct ihp__decision winner(uint32_t partnership, enum ihp__reason reason)
{
    return (struct ihp__decision){(int)partnership, reason, 1, 0};
}

static bool is_ihp(const struct step *s, const struct ihp__entity_counts *e)
{
    return e->entity < s->partnerships;
}

static ihp__day16 em_last(const struct ihp__entity_counts *e)
{
    return e->primary_last > e->specialty_last ? e->primary_last : e->specialty_last;
}

/* ---- the greatest value of a measure over some entities -------------------------------------- */

typedef int64_t (*measure_fn)(const struct ihp__entity_counts *e);

static int64_t primary_of(const struct ihp__entity_counts *e)
{
    return e->primary;
}

static int64_t specialty_of(const struct ihp__entity_counts *e)
{
    return e->specialty;
}

static int64_t all_em_of(const struct ihp__entity_counts *e)
{
    return (int64_t)e->primary + e->specialty;
}

static int64_t health_home_of(const struct ihp__entity_counts *e)
{
    return e->health_home;
}

static int64_t health_home_day_of(const struct ihp__entity_counts *e)
{
    return e->health_home_last;
}

static int64_t em_day_of(const struct ihp__entity_counts *e)
{
    return em_last(e);
}

static int64_t primary_day_of(const struct ihp__entity_counts *e)
{
    return e->primary_last;
}

/* The entities in a comparison: IHPs, others, or both, if they have given values of up to two
 * measures. A measure that is NULL does not restrict. */
struct among {
    bool ihps, others;
    measure_fn equal; /* only entities with this value of this measure */
    int64_t to;
    measure_fn equal_too;
    int64_t to_too;
};

struct greatest {
    int64_t value;   /* 0 if no entity takes part */
    int holders;     /* number of entities with this value, 0 if no entity takes part */
    uint32_t entity; /* the lowest-numbered of them */
};

static inline bool takes_part(const struct step *s, const struct among *among,
                              const struct ihp__entity_counts *e)
{
    return (is_ihp(s, e) ? among->ihps : among->others) &&
           (among->equal == NULL || among->equal(e) == among->to) &&
           (among->equal_too == NULL || among->equal_too(e) == among->to_too);
}

/* Finds the greatest value of a measure. Always inlined: with constant arguments no function is
 * called by its address, and nothing of `among` is left. */
static inline __attribute__((always_inline)) struct greatest
find_greatest(const struct step *s, const struct among *among, measure_fn measure)
{
    struct greatest found = {0, 0, IHP__NO_ENTITY};
    for (size_t i = 0; i < s->counts->count; i++) {
        const struct ihp__entity_counts *e = &s->counts->entity[i];
        if (!takes_part(s, among, e)) {
            continue;
        }
        int64_t value = measure(e);
        if (found.holders == 0 || value > found.value) {
            found = (struct greatest){value, 1, e->entity};
        } else if (value == found.value) {
            found.holders++;
            found.entity = e->entity < found.entity ? e->entity : found.entity;
        }
    }
    return found;
}

/* ---- Step 1 [13.3.4] ------------------------------------------------------------------------- */

/* Applies Step 1. Returns true and sets `*decision` if it decides. */
static bool step_health_home(const struct step *s, struct ihp__decision *decision)
{
    const struct among all = {.ihps = true, .others = true};
    struct greatest most = {0, 0, IHP__NO_ENTITY};
    if (s->counts->any_health_home) { /* few members have one */
        most = find_greatest(s, &all, health_home_of);
    }
    note(s, IHP__RULE_HEALTH_HOME_PRESENT, most.value > 0, IHP__NO_ENTITY, most.value, 0);
    if (most.value == 0) {
        return false; /* [13.3.4.5] */
    }
    uint32_t entity = most.entity;
    note(s, IHP__RULE_HEALTH_HOME_MOST, most.holders == 1, entity, most.value, most.holders);
    if (most.holders > 1) {
        const struct among tied = {
            .ihps = true, .others = true, .equal = health_home_of, .to = most.value};
        struct greatest latest = find_greatest(s, &tied, health_home_day_of);
        note(s, IHP__RULE_HEALTH_HOME_LATEST, latest.holders == 1, latest.entity, latest.value,
             latest.holders);
        if (latest.holders > 1) {
            return false; /* still equal: Step 2 */
        }
        entity = latest.entity;
    }
    *decision = entity < s->partnerships ? winner(entity, IHP__REASON_HEALTH_HOME)
                                         : nobody(IHP__REASON_HEALTH_HOME_ELSEWHERE);
    return true;
}

/* ---- Step 4 [13.3.7] ------------------------------------------------------------------------- */

/* Returns the IHP that wins among those tied in Step 2, or IHP__NO_ENTITY if no date breaks the
 * tie. */
static uint32_t step_tie_ihps(const struct step *s, int64_t primary)
{
    const struct among tied = {.ihps = true, .equal = primary_of, .to = primary};
    struct greatest specialty = find_greatest(s, &tied, specialty_of);
    struct greatest latest;
    if (specialty.value == 0) {
        latest = find_greatest(s, &tied, em_day_of);
        note(s, IHP__RULE_TIE_EM_LATEST, latest.holders == 1, latest.entity, latest.value,
             latest.holders);
    } else {
        note(s, IHP__RULE_TIE_SPECIALTY, specialty.holders == 1, specialty.entity, specialty.value,
             specialty.holders);
        if (specialty.holders == 1) {
            return specialty.entity;
        }
        const struct among still = {.ihps = true,
                                    .equal = primary_of,
                                    .to = primary,
                                    .equal_too = specialty_of,
                                    .to_too = specialty.value};
        latest = find_greatest(s, &still, primary_day_of);
        note(s, IHP__RULE_TIE_PRIMARY_LATEST, latest.holders == 1, latest.entity, latest.value,
             latest.holders);
    }
    if (latest.holders == 1) {
        return latest.entity;
    }
    return ASK(s, unresolved_tie) == IHP__TIE_LOWEST_IHP ? latest.entity : IHP__NO_ENTITY;
}

static ihp__day16 last_em_of_entity(const struct step *s, uint32_t entity)
{
    for (size_t i = 0; i < s->counts->count; i++) {
        if (s->counts->entity[i].entity == entity) {
            return em_last(&s->counts->entity[i]);
        }
    }
    return 0;
}

static struct ihp__decision step_tie(const struct step *s, struct greatest ihps,
                                     struct greatest others)
{
    uint32_t entity = ihps.holders == 1 ? ihps.entity : step_tie_ihps(s, ihps.value);
    if (entity == IHP__NO_ENTITY) {
        return nobody(IHP__REASON_UNRESOLVED_TIE);
    }
    if (others.value == ihps.value) {
        const struct among equal_others = {.others = true, .equal = primary_of, .to = ihps.value};
        int64_t theirs = find_greatest(s, &equal_others, em_day_of).value;
        int64_t ours = last_em_of_entity(s, entity);
        note(s, IHP__RULE_TIE_NON_IHP, ours > theirs, entity, ours, theirs);
        if (ours < theirs) {
            return nobody(IHP__REASON_PRIMARY_CARE_ELSEWHERE);
        }
        if (ours == theirs && ASK(s, unresolved_tie) != IHP__TIE_LOWEST_IHP) {
            return nobody(IHP__REASON_UNRESOLVED_TIE);
        }
    }
    return winner(entity, IHP__REASON_TIE_BREAK);
}

/* ---- Step 3 [13.3.6] ------------------------------------------------------------------------- */

static struct ihp__decision step_specialty(const struct step *s)
{
    const struct among of_ihps = {.ihps = true}, of_others = {.others = true};
    struct greatest ihps = find_greatest(s, &of_ihps, specialty_of);
    bool any = s->counts->any_em || s->counts->any_health_home;
    note(s, IHP__RULE_SPECIALTY_AT_IHP, ihps.value > 0, IHP__NO_ENTITY, ihps.value, 0);
    if (ihps.value == 0) {
        return nobody(any ? IHP__REASON_NO_IHP_EM : IHP__REASON_NO_EM);
    }
    bool all = ASK(s, specialty_elsewhere) == IHP__SPECIALTY_ALL_EM;
    struct greatest others = find_greatest(s, &of_others, all ? all_em_of : specialty_of);
    note(s, IHP__RULE_SPECIALTY_ELSEWHERE, others.value > ihps.value, others.entity, others.value,
         ihps.value);
    if (others.value > ihps.value) {
        return nobody(IHP__REASON_SPECIALTY_ELSEWHERE); /* [13.3.6.7] */
    }
    note(s, IHP__RULE_SPECIALTY_MOST, ihps.holders == 1, ihps.entity, ihps.value, ihps.holders);
    return ihps.holders == 1 ? winner(ihps.entity, IHP__REASON_SPECIALTY)
                             : nobody(IHP__REASON_SPECIALTY_TIE); /* [13.3.6.5] */
}

/* ---- Step 2 [13.3.5] ------------------------------------------------------------------------- */

static struct ihp__decision step_primary(const struct step *s)
{
    const struct among of_ihps = {.ihps = true}, of_others = {.others = true};
    struct greatest ihps = find_greatest(s, &of_ihps, primary_of);
    struct greatest others = find_greatest(s, &of_others, primary_of);
    note(s, IHP__RULE_PRIMARY_AT_IHP, ihps.value > 0, IHP__NO_ENTITY, ihps.value, 0);
    if (ihps.value == 0) {
        if (s->policies->primary_care_elsewhere == IHP__ELSEWHERE_BLOCKS) { /* for the trace */
            note(s, IHP__RULE_PRIMARY_BLOCKED, others.value > 0, others.entity, others.value, 0);
        }
        if (others.value > 0 && ASK(s, primary_care_elsewhere) == IHP__ELSEWHERE_BLOCKS) {
            return nobody(IHP__REASON_PRIMARY_CARE_ELSEWHERE); /* [13.3.5.6] */
        }
        return step_specialty(s); /* [13.3.5.7] */
    }
    note(s, IHP__RULE_PRIMARY_ELSEWHERE, others.value > ihps.value, others.entity, others.value,
         ihps.value);
    if (others.value > ihps.value) {
        return nobody(IHP__REASON_PRIMARY_CARE_ELSEWHERE); /* [13.3.5.6] */
    }
    bool alone = ihps.holders == 1 && ihps.value > others.value;
    note(s, IHP__RULE_PRIMARY_MOST, alone, ihps.entity, ihps.value, others.value);
    if (alone) {
        return winner(ihps.entity, IHP__REASON_PRIMARY_CARE); /* [13.3.5.3, 13.3.5.4] */
    }
    return step_tie(s, ihps, others); /* [13.3.5.5] */
}

struct ihp__decision ihp__attribution_steps(const struct ihp__counts *counts, uint32_t partnerships,
                                            const struct ihp__decision_policies *policies,
                                            struct ihp__trace *trace)
{
    unsigned asked = 0;
    const struct step s = {counts, partnerships, policies, trace, &asked};
    struct ihp__decision decision;
    if (!step_health_home(&s, &decision)) {
        decision = step_primary(&s);
    }
    decision.asked = asked;
    return decision;
}

/* ---- gate, look-back, override --------------------------------------------------------------- */

static bool visited_any(const uint64_t *visited, uint32_t partnerships)
{
    uint64_t any = 0;
    for (uint32_t w = 0; w < (partnerships + 63) / 64; w++) {
        any |= visited[w];
    }
    return any != 0;
}

/* Decides on a member without an override. */
static struct ihp__decision decide(const struct ihp__attribution_input *in,
                                   const struct ihp__decision_policies *policies,
                                   struct ihp__trace *trace)
{
    unsigned asked = IHP__ASKS_ENROLLMENT;
    const struct step s = {in->window, in->partnerships, policies, trace, &asked};
    if (trace != NULL) {
        int row = ihp__months_in_a_row(in->qualifying), total = ihp__months_count(in->qualifying);
        note(&s, IHP__RULE_MONTHS_IN_A_ROW, row >= policies->min_continuous_months, IHP__NO_ENTITY,
             row, policies->min_continuous_months);
        note(&s, IHP__RULE_MONTHS_TOTAL, total >= policies->min_total_months, IHP__NO_ENTITY, total,
             policies->min_total_months);
    }
    if (!ihp__months_enough(in->qualifying, policies)) {
        return (struct ihp__decision){-1, IHP__REASON_ENROLLMENT, 1, asked};
    }
    bool visit = visited_any(in->visited, in->partnerships);
    note(&s, IHP__RULE_VISIT, visit, IHP__NO_ENTITY, visit, 1);
    if (!visit) {
        return (struct ihp__decision){-1, IHP__REASON_NO_VISIT, 1, asked};
    }
    struct ihp__decision decision =
        ihp__attribution_steps(in->window, in->partnerships, policies, trace);
    if (decision.reason == IHP__REASON_NO_EM && in->lookback_months > 0) {
        note(&s, IHP__RULE_LOOKBACK, true, IHP__NO_ENTITY, in->lookback_months, 0);
        asked |= decision.asked;
        decision = ihp__attribution_steps(in->lookback, in->partnerships, policies, trace);
        decision.window = 2;
    }
    if (decision.partnership >= 0 && ASK(&s, visit_gate) == IHP__GATE_ATTRIBUTED_IHP) {
        uint32_t p = (uint32_t)decision.partnership;
        bool at_winner = ((in->visited[p / 64] >> (p % 64)) & 1u) != 0;
        note(&s, IHP__RULE_VISIT_AT_WINNER, at_winner, p, at_winner, 1);
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
    const struct step s = {input->window, input->partnerships, policies, trace, &asked};
    uint32_t entity =
        input->override_partnership < 0 ? IHP__NO_ENTITY : (uint32_t)input->override_partnership;
    note(&s, IHP__RULE_OVERRIDE, true, entity, 1, 0);
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

/* ---- texts ----------------------------------------------------------------------------------- */

#define IHP__REASON_TEXT(name, text, section)           text,
#define IHP__REASON_SECTION(name, text, section)        section,
#define IHP__RULE_SECTION(name, section, numbers, text) section,
#define IHP__RULE_TEXT(name, section, numbers, text)    text,
#define IHP__RULE_NUMBERS(name, section, numbers, text) IHP__NUMBERS_##numbers,

const char *ihp__reason_text(enum ihp__reason reason)
{
    static const char *const texts[] = {IHP__REASON_LIST(IHP__REASON_TEXT)};
    return reason < IHP__REASONS ? texts[reason] : "?";
}

const char *ihp__reason_section(enum ihp__reason reason)
{
    static const char *const sections[] = {IHP__REASON_LIST(IHP__REASON_SECTION)};
    return reason < IHP__REASONS ? sections[reason] : "?";
}

const char *ihp__rule_section(enum ihp__rule rule)
{
    static const char *const sections[] = {IHP__RULE_LIST(IHP__RULE_SECTION)};
    return rule < IHP__RULES ? sections[rule] : "?";
}

const char *ihp__rule_text(enum ihp__rule rule)
{
    static const char *const texts[] = {IHP__RULE_LIST(IHP__RULE_TEXT)};
    return rule < IHP__RULES ? texts[rule] : "?";
}

enum ihp__rule_numbers ihp__rule_numbers(enum ihp__rule rule)
{
    static const enum ihp__rule_numbers numbers[] = {IHP__RULE_LIST(IHP__RULE_NUMBERS)};
    return rule < IHP__RULES ? numbers[rule] : IHP__NUMBERS_NONE;
}
