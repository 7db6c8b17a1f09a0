/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps 1 to 4 [13.3.4-13.3.7]. Each function is one step: it reads the counts by entity and
 * decides who wins. */
#include "attribution_step.h"

static struct ihp__decision nobody(enum ihp__reason reason)
{
    return (struct ihp__decision){-1, reason, 1, 0};
}

static struct ihp__decision winner(uint32_t partnership, enum ihp__reason reason)
{
    return (struct ihp__decision){(int)partnership, reason, 1, 0};
}

static bool is_ihp(const struct ihp__step *s, const struct ihp__entity_counts *e)
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

static inline bool takes_part(const struct ihp__step *s, const struct among *among,
                              const struct ihp__entity_counts *e)
{
    return (is_ihp(s, e) ? among->ihps : among->others) &&
           (among->equal == NULL || among->equal(e) == among->to) &&
           (among->equal_too == NULL || among->equal_too(e) == among->to_too);
}

/* Finds the greatest value of a measure. Always inlined: with constant arguments no function is
 * called by its address, and nothing of `among` is left. */
static inline __attribute__((always_inline)) struct greatest
find_greatest(const struct ihp__step *s, const struct among *among, measure_fn measure)
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

static struct ihp__decision home_of(const struct ihp__step *s, uint32_t entity)
{
    return entity < s->partnerships ? winner(entity, IHP__REASON_HEALTH_HOME)
                                    : nobody(IHP__REASON_HEALTH_HOME_ELSEWHERE);
}

/* Returns the health-home lines of all non-IHP providers together. */
static int64_t pooled_homes(const struct ihp__step *s)
{
    int64_t homes = -(int64_t)s->counts->repeated_homes;
    for (size_t i = 0; i < s->counts->count; i++) {
        const struct ihp__entity_counts *e = &s->counts->entity[i];
        homes += is_ihp(s, e) ? 0 : e->health_home;
    }
    return homes;
}

/* Applies Step 1 with all non-IHP providers as one entity. Returns true and sets `*decision` if it
 * decides. */
static bool step_home_pooled(const struct ihp__step *s, struct ihp__decision *decision)
{
    const struct among of_ihps = {.ihps = true}, of_others = {.others = true};
    struct greatest ihps = find_greatest(s, &of_ihps, health_home_of);
    int64_t others = pooled_homes(s);
    ihp__step_note(s, IHP__RULE_HEALTH_HOME_POOLED, others > ihps.value, IHP__NO_ENTITY, others,
                   ihps.value);
    if (others > ihps.value) {
        *decision = nobody(IHP__REASON_HEALTH_HOME_ELSEWHERE);
        return true;
    }
    int holders = ihps.holders + (others == ihps.value);
    ihp__step_note(s, IHP__RULE_HEALTH_HOME_MOST, holders == 1, ihps.entity, ihps.value, holders);
    if (holders == 1) {
        *decision = home_of(s, ihps.entity);
        return true;
    }
    const struct among tied = {.ihps = true, .equal = health_home_of, .to = ihps.value};
    struct greatest latest = find_greatest(s, &tied, health_home_day_of);
    if (others == ihps.value) {
        int64_t day = find_greatest(s, &of_others, health_home_day_of).value;
        latest.holders = day == latest.value ? latest.holders + 1 : latest.holders;
        latest = day > latest.value ? (struct greatest){day, 1, IHP__NO_ENTITY} : latest;
    }
    ihp__step_note(s, IHP__RULE_HEALTH_HOME_LATEST, latest.holders == 1, latest.entity,
                   latest.value, latest.holders);
    *decision = home_of(s, latest.entity);
    return latest.holders == 1; /* still equal: Step 2 */
}

/* Applies Step 1. Returns true and sets `*decision` if it decides. */
static bool step_health_home(const struct ihp__step *s, struct ihp__decision *decision)
{
    const struct among all = {.ihps = true, .others = true};
    struct greatest most = {0, 0, IHP__NO_ENTITY};
    if (s->counts->any_health_home) { /* few members have one */
        most = find_greatest(s, &all, health_home_of);
    }
    ihp__step_note(s, IHP__RULE_HEALTH_HOME_PRESENT, most.value > 0, IHP__NO_ENTITY, most.value, 0);
    if (most.value == 0) {
        return false; /* [13.3.4.5] */
    }
    if (ASK(s, health_home_elsewhere) == IHP__HOME_POOLED) {
        return step_home_pooled(s, decision);
    }
    uint32_t entity = most.entity;
    ihp__step_note(s, IHP__RULE_HEALTH_HOME_MOST, most.holders == 1, entity, most.value,
                   most.holders);
    if (most.holders > 1) {
        const struct among tied = {
            .ihps = true, .others = true, .equal = health_home_of, .to = most.value};
        struct greatest latest = find_greatest(s, &tied, health_home_day_of);
        ihp__step_note(s, IHP__RULE_HEALTH_HOME_LATEST, latest.holders == 1, latest.entity,
                       latest.value, latest.holders);
        if (latest.holders > 1) {
            return false; /* still equal: Step 2 */
        }
        entity = latest.entity;
    }
    *decision = home_of(s, entity);
    return true;
}

/* ---- Step 4 [13.3.7] ------------------------------------------------------------------------- */

/* Returns the IHP that wins among those tied in Step 2, or IHP__NO_ENTITY if no date breaks the
 * tie. */
static uint32_t step_tie_ihps(const struct ihp__step *s, int64_t primary)
{
    const struct among tied = {.ihps = true, .equal = primary_of, .to = primary};
    struct greatest specialty = find_greatest(s, &tied, specialty_of);
    struct greatest latest;
    if (specialty.value == 0) {
        latest = find_greatest(s, &tied, em_day_of);
        ihp__step_note(s, IHP__RULE_TIE_EM_LATEST, latest.holders == 1, latest.entity, latest.value,
                       latest.holders);
    } else {
        ihp__step_note(s, IHP__RULE_TIE_SPECIALTY, specialty.holders == 1, specialty.entity,
                       specialty.value, specialty.holders);
        if (specialty.holders == 1) {
            return specialty.entity;
        }
        const struct among still = {.ihps = true,
                                    .equal = primary_of,
                                    .to = primary,
                                    .equal_too = specialty_of,
                                    .to_too = specialty.value};
        latest = find_greatest(s, &still, primary_day_of);
        ihp__step_note(s, IHP__RULE_TIE_PRIMARY_LATEST, latest.holders == 1, latest.entity,
                       latest.value, latest.holders);
    }
    if (latest.holders == 1) {
        return latest.entity;
    }
    return ASK(s, unresolved_tie) == IHP__TIE_LOWEST_IHP ? latest.entity : IHP__NO_ENTITY;
}

static ihp__day16 last_em_of_entity(const struct ihp__step *s, uint32_t entity)
{
    for (size_t i = 0; i < s->counts->count; i++) {
        if (s->counts->entity[i].entity == entity) {
            return em_last(&s->counts->entity[i]);
        }
    }
    return 0;
}

/* Returns true if all E&M lines of a non-IHP provider are compared with the PCP lines of an IHP. */
static bool all_em_rival(const struct ihp__step *s)
{
    return ASK(s, primary_care_rival) == IHP__RIVAL_ALL_EM;
}

/* Returns the IHP that wins among those tied with a non-IHP provider where the dates of all of them
 * are compared, or IHP__NO_ENTITY if two have the latest. */
static uint32_t step_tie_any(const struct ihp__step *s, int64_t primary)
{
    const struct among tied = {.ihps = true, .equal = primary_of, .to = primary};
    struct greatest latest = find_greatest(s, &tied, em_day_of);
    ihp__step_note(s, IHP__RULE_TIE_ANY_LATEST, latest.holders == 1, latest.entity, latest.value,
                   latest.holders);
    if (latest.holders == 1) {
        return latest.entity;
    }
    return ASK(s, unresolved_tie) == IHP__TIE_LOWEST_IHP ? latest.entity : IHP__NO_ENTITY;
}

/* Returns the IHP that is compared with the tied non-IHP providers, or that wins if there is none;
 * IHP__NO_ENTITY if no date breaks the tie of IHPs. */
static uint32_t choose_tied_ihp(const struct ihp__step *s, struct greatest ihps, bool with_others)
{
    if (ihps.holders == 1) {
        return ihps.entity;
    }
    if (with_others && ASK(s, tie_with_elsewhere) == IHP__TIE_ANY) {
        return step_tie_any(s, ihps.value);
    }
    return step_tie_ihps(s, ihps.value);
}

/* Returns the date of the latest E&M line at the non-IHP providers tied with `value` lines, of the
 * kind that Step 2 compared. */
static int64_t last_em_of_rivals(const struct ihp__step *s, int64_t value)
{
    if (all_em_rival(s)) {
        const struct among tied = {.others = true, .equal = all_em_of, .to = value};
        return find_greatest(s, &tied, em_day_of).value;
    }
    const struct among tied = {.others = true, .equal = primary_of, .to = value};
    return find_greatest(s, &tied, em_day_of).value;
}

static struct ihp__decision step_tie(const struct ihp__step *s, struct greatest ihps,
                                     struct greatest others)
{
    bool with_others = others.value == ihps.value;
    uint32_t entity = choose_tied_ihp(s, ihps, with_others);
    if (entity == IHP__NO_ENTITY) {
        return nobody(IHP__REASON_UNRESOLVED_TIE);
    }
    if (with_others) {
        int64_t theirs = last_em_of_rivals(s, ihps.value);
        int64_t ours = last_em_of_entity(s, entity);
        ihp__step_note(s, IHP__RULE_TIE_NON_IHP, ours > theirs, entity, ours, theirs);
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

/* Returns true if an IHP wins Step 3 although a non-IHP provider has as many lines, `value`
 * [13.3.6.7]. `all` means that all E&M lines of a provider are compared. */
static bool wins_equal(const struct ihp__step *s, uint32_t entity, int64_t value, bool all)
{
    int policy = ASK(s, specialty_equal);
    if (policy == IHP__EQUAL_IHP) {
        return true;
    }
    if (policy == IHP__EQUAL_NONE) {
        ihp__step_note(s, IHP__RULE_SPECIALTY_EQUAL, false, entity, value, value);
        return false;
    }
    const struct among tied = {
        .others = true, .equal = all ? all_em_of : specialty_of, .to = value};
    int64_t theirs = find_greatest(s, &tied, em_day_of).value;
    int64_t ours = last_em_of_entity(s, entity);
    ihp__step_note(s, IHP__RULE_SPECIALTY_LATEST, ours > theirs, entity, ours, theirs);
    return ours > theirs;
}

static struct ihp__decision step_specialty(const struct ihp__step *s)
{
    const struct among of_ihps = {.ihps = true}, of_others = {.others = true};
    struct greatest ihps = find_greatest(s, &of_ihps, specialty_of);
    bool any = s->counts->any_em || s->counts->any_health_home;
    ihp__step_note(s, IHP__RULE_SPECIALTY_AT_IHP, ihps.value > 0, IHP__NO_ENTITY, ihps.value, 0);
    if (ihps.value == 0) {
        return nobody(any ? IHP__REASON_NO_IHP_EM : IHP__REASON_NO_EM);
    }
    bool all = ASK(s, specialty_elsewhere) == IHP__SPECIALTY_ALL_EM;
    struct greatest others = find_greatest(s, &of_others, all ? all_em_of : specialty_of);
    ihp__step_note(s, IHP__RULE_SPECIALTY_ELSEWHERE, others.value > ihps.value, others.entity,
                   others.value, ihps.value);
    if (others.value > ihps.value) {
        return nobody(IHP__REASON_SPECIALTY_ELSEWHERE); /* [13.3.6.7] */
    }
    ihp__step_note(s, IHP__RULE_SPECIALTY_MOST, ihps.holders == 1, ihps.entity, ihps.value,
                   ihps.holders);
    if (ihps.holders > 1) {
        return nobody(IHP__REASON_SPECIALTY_TIE); /* [13.3.6.5] */
    }
    return others.value < ihps.value || wins_equal(s, ihps.entity, ihps.value, all)
               ? winner(ihps.entity, IHP__REASON_SPECIALTY)
               : nobody(IHP__REASON_SPECIALTY_ELSEWHERE);
}

/* ---- Step 2 [13.3.5] ------------------------------------------------------------------------- */

/* Finds the greatest number of lines at a non-IHP provider that Step 2 compares. */
static struct greatest find_rivals(const struct ihp__step *s)
{
    const struct among of_others = {.others = true};
    if (all_em_rival(s)) {
        return find_greatest(s, &of_others, all_em_of);
    }
    return find_greatest(s, &of_others, primary_of);
}

/* Returns true if lines at non-IHP providers end the attribution of a member without PCP lines at
 * an IHP [13.3.5.6]. */
static bool blocked_elsewhere(const struct ihp__step *s)
{
    const struct among of_others = {.others = true};
    bool blocks = s->policies->primary_care_elsewhere == IHP__ELSEWHERE_BLOCKS;
    if (find_greatest(s, &of_others, all_em_of).value == 0) { /* the policy does not matter */
        if (blocks) {
            ihp__step_note(s, IHP__RULE_PRIMARY_BLOCKED, false, IHP__NO_ENTITY, 0, 0);
        }
        return false;
    }
    if (ASK(s, primary_care_elsewhere) != IHP__ELSEWHERE_BLOCKS) {
        return false;
    }
    struct greatest others = find_rivals(s);
    ihp__step_note(s, all_em_rival(s) ? IHP__RULE_PRIMARY_BLOCKED_ALL : IHP__RULE_PRIMARY_BLOCKED,
                   others.value > 0, others.entity, others.value, 0);
    return others.value > 0;
}

static struct ihp__decision step_primary(const struct ihp__step *s)
{
    const struct among of_ihps = {.ihps = true};
    struct greatest ihps = find_greatest(s, &of_ihps, primary_of);
    ihp__step_note(s, IHP__RULE_PRIMARY_AT_IHP, ihps.value > 0, IHP__NO_ENTITY, ihps.value, 0);
    if (ihps.value == 0) {
        return blocked_elsewhere(s) ? nobody(IHP__REASON_PRIMARY_CARE_ELSEWHERE)
                                    : step_specialty(s); /* [13.3.5.7] */
    }
    struct greatest others = find_rivals(s);
    ihp__step_note(s,
                   all_em_rival(s) ? IHP__RULE_PRIMARY_ELSEWHERE_ALL : IHP__RULE_PRIMARY_ELSEWHERE,
                   others.value > ihps.value, others.entity, others.value, ihps.value);
    if (others.value > ihps.value) {
        return nobody(IHP__REASON_PRIMARY_CARE_ELSEWHERE); /* [13.3.5.6] */
    }
    bool alone = ihps.holders == 1 && ihps.value > others.value;
    ihp__step_note(s, IHP__RULE_PRIMARY_MOST, alone, ihps.entity, ihps.value, others.value);
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
    const struct ihp__step s = {counts, partnerships, policies, trace, &asked};
    struct ihp__decision decision;
    if (!step_health_home(&s, &decision)) {
        decision = step_primary(&s);
    }
    decision.asked = asked;
    return decision;
}
