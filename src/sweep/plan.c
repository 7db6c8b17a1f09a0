/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From scenarios to the distinct readings and decisions they need. */
#include "sweep/sweep.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

/* The final quarter of a year [3.8.5]. */
static int32_t final_quarter(int year)
{
    return year * 4 + 3;
}

int32_t ihp__terms_quarter(const struct ihp__deck *deck, const struct ihp__terms *terms,
                           enum ihp__period period)
{
    if (period == IHP__BASE && terms->policies.claims.base_roster == IHP__BASE_ROSTER_OWN) {
        return final_quarter(deck->base.year);
    }
    return terms->changes.quarter_given ? terms->changes.roster_quarter
                                        : final_quarter(deck->performance.year);
}

int64_t ihp__terms_cap(const struct ihp__terms *terms, const struct ihp__partnership *partnership)
{
    return terms->changes.cap_given ? terms->changes.claims_cap : partnership->claims_cap;
}

/* The policies that make a reading. The choice of a base roster is left out: the reading's quarter
 * has it, so that readings of one quarter are shared. */
static struct ihp__claims_policies claims_of(const struct ihp__terms *terms)
{
    struct ihp__claims_policies claims = terms->policies.claims;
    claims.base_roster = 0;
    return claims;
}

static bool same_reading(const struct ihp__reading *a, const struct ihp__reading *b)
{
    return a->period == b->period && a->paid_through == b->paid_through &&
           a->roster_quarter == b->roster_quarter &&
           memcmp(&a->policies, &b->policies, sizeof a->policies) == 0; /* no gaps: policies.h */
}

/* The reading of a period under some terms, found or added: its number; SIZE_MAX: no memory. */
static size_t find_reading(struct ihp__plan *plan, const struct ihp__deck *deck,
                           const struct ihp__terms *terms, enum ihp__period period)
{
    const struct ihp__reading wanted = {
        .period = period,
        .paid_through =
            period == IHP__BASE ? terms->base_paid_through : terms->performance_paid_through,
        .roster_quarter = ihp__terms_quarter(deck, terms, period),
        .policies = claims_of(terms),
    };
    for (size_t r = 0; r < plan->readings; r++) {
        if (same_reading(&plan->reading[r], &wanted)) {
            return r;
        }
    }
    if (!ihp__array_reserve(&plan->reading, &plan->capacity, plan->readings + 1,
                            sizeof *plan->reading)) {
        return SIZE_MAX;
    }
    plan->reading[plan->readings] = wanted;
    return plan->readings++;
}

/* The decision under some policies within a reading, found or added; SIZE_MAX without memory. */
static size_t find_decision(struct ihp__reading *reading,
                            const struct ihp__decision_policies *policies)
{
    for (size_t d = 0; d < reading->decisions; d++) {
        if (memcmp(&reading->decision[d], policies, sizeof *policies) == 0) {
            return d;
        }
    }
    if (!ihp__array_reserve(&reading->decision, &reading->capacity, reading->decisions + 1,
                            sizeof *reading->decision)) {
        return SIZE_MAX;
    }
    reading->decision[reading->decisions] = *policies;
    return reading->decisions++;
}

/* Adds what some terms need of a period. `view` receives reading and decision packed, to be
 * resolved when the number of decisions of each reading is known. */
static bool add_period(struct ihp__plan *plan, const struct ihp__deck *deck,
                       const struct ihp__terms *terms, enum ihp__period period, size_t at[2])
{
    at[0] = find_reading(plan, deck, terms, period);
    if (at[0] == SIZE_MAX) {
        return false;
    }
    at[1] = find_decision(&plan->reading[at[0]], &terms->policies.decision);
    return at[1] != SIZE_MAX;
}

static bool add_cap(struct ihp__plan *plan, int64_t cap)
{
    size_t at;
    IHP__LOWER_BOUND(at, plan->caps, plan->cap[at] < cap);
    if (at < plan->caps && plan->cap[at] == cap) {
        return true;
    }
    if (!ihp__array_reserve(&plan->cap, &plan->cap_capacity, plan->caps + 1, sizeof *plan->cap)) {
        return false;
    }
    memmove(plan->cap + at + 1, plan->cap + at, (plan->caps - at) * sizeof *plan->cap);
    plan->cap[at] = cap;
    plan->caps++;
    return true;
}

static bool add_caps(struct ihp__plan *plan, const struct ihp__program *program,
                     const struct ihp__terms *terms)
{
    if (terms->changes.cap_given) {
        return add_cap(plan, terms->changes.claims_cap);
    }
    for (size_t p = 0; p < program->partnerships; p++) {
        if (!add_cap(plan, program->partnership[p].claims_cap)) {
            return false;
        }
    }
    return true;
}

/* Numbers the views: those of a reading follow each other. */
static void number_views(struct ihp__plan *plan, const size_t (*at)[IHP__PERIODS][2])
{
    plan->views = 0;
    for (size_t r = 0; r < plan->readings; r++) {
        plan->reading[r].first_view = plan->views;
        plan->views += plan->reading[r].decisions;
    }
    for (size_t s = 0; s < plan->scenarios; s++) {
        for (int q = 0; q < IHP__PERIODS; q++) {
            plan->view[s][q] = plan->reading[at[s][q][0]].first_view + at[s][q][1];
        }
    }
}

static size_t count_views(const struct ihp__plan *plan)
{
    size_t views = 0;
    for (size_t r = 0; r < plan->readings; r++) {
        views += plan->reading[r].decisions;
    }
    return views;
}

/* What the views of the plan take. */
static uint64_t views_bytes(const struct ihp__plan *plan, const struct ihp__program *program,
                            size_t acgs, uint64_t more)
{
    const struct ihp__tally_shape shape = {
        .partnerships = program->partnerships, .acgs = acgs, .caps = plan->caps};
    size_t views = count_views(plan);
    return ihp__views_bytes(&shape, views) + views * more;
}

/* Makes a plan of the first `most` scenarios, or of as many as fit `bytes`. Where fewer fit, the
 * plan holds what the first that does not would need, too; `*fit` says how many do. False without
 * memory. */
static bool plan_scenarios(struct ihp__plan *plan, const struct ihp__deck *deck,
                           const struct ihp__program *program, size_t acgs, size_t most,
                           uint64_t bytes, uint64_t more, size_t *fit)
{
    struct ihp__terms terms = ihp__deck_terms(deck);
    size_t own[2];
    bool done = add_caps(plan, program, &terms) && add_period(plan, deck, &terms, IHP__BASE, own) &&
                add_period(plan, deck, &terms, IHP__PERFORMANCE, own);
    size_t(*at)[IHP__PERIODS][2] = calloc(most + 1, sizeof *at);
    plan->view = calloc(most + 1, sizeof *plan->view);
    done = done && at != NULL && plan->view != NULL;
    for (*fit = 0; done && *fit < most; ++*fit) {
        const struct ihp__terms *t = &deck->sweep->scenario[plan->first + *fit].terms;
        done = add_caps(plan, program, t) &&
               add_period(plan, deck, t, IHP__BASE, at[*fit][IHP__BASE]) &&
               add_period(plan, deck, t, IHP__PERFORMANCE, at[*fit][IHP__PERFORMANCE]);
        if (done && *fit > 0 && views_bytes(plan, program, acgs, more) > bytes) {
            break;
        }
    }
    plan->scenarios = *fit;
    if (done) {
        number_views(plan, (const size_t(*)[IHP__PERIODS][2])at);
    }
    free(at);
    return done;
}

enum ihp_status ihp__plan_create(const struct ihp__deck *deck, const struct ihp__program *program,
                                 size_t acgs, size_t first, size_t end, uint64_t bytes,
                                 uint64_t more, struct ihp__plan **out, struct ihp_error *err)
{
    size_t most = deck->sweep == NULL ? 0 : end - first, fit = most;
    struct ihp__plan *plan = NULL;
    do { /* again, without what did not fit */
        most = fit;
        ihp__plan_destroy(&plan);
        plan = calloc(1, sizeof *plan);
        if (plan == NULL) {
            return ihp__fail_memory(err, "the plan of the scenarios");
        }
        plan->first = first;
        if (!plan_scenarios(plan, deck, program, acgs, most, bytes, more, &fit)) {
            ihp__plan_destroy(&plan);
            return ihp__fail_memory(err, "the plan of the scenarios");
        }
    } while (fit < most);
    *out = plan;
    return IHP_OK;
}

void ihp__plan_destroy(struct ihp__plan **plan)
{
    if (plan == NULL || *plan == NULL) {
        return;
    }
    for (size_t r = 0; r < (*plan)->readings; r++) {
        free((*plan)->reading[r].decision);
    }
    free((*plan)->reading);
    free((*plan)->view);
    free((*plan)->cap);
    free(*plan);
    *plan = NULL;
}
