/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the distinct readings and decisions that scenarios need. */
#include "sweep/sweep.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

/* Returns the last quarter of a period [3.8.5]. */
static int32_t last_quarter(const struct ihp__period_spec *spec)
{
    return 1970 * 4 + ihp__period_last_month(spec) / 3;
}

int32_t ihp__terms_quarter(const struct ihp__deck *deck, const struct ihp__terms *terms,
                           enum ihp__period period)
{
    if (period == IHP__BASE && terms->policies.claims.base_roster == IHP__BASE_ROSTER_OWN) {
        return last_quarter(&deck->base);
    }
    return terms->changes.quarter_given ? terms->changes.roster_quarter
                                        : last_quarter(&deck->performance);
}

int64_t ihp__terms_cap(const struct ihp__terms *terms, const struct ihp__partnership *partnership)
{
    return terms->changes.cap_given ? terms->changes.claims_cap : partnership->claims_cap;
}

/* Where a plan has what some terms need of a period: a reading, and a decision within it. */
struct place {
    size_t reading, decision;
};

/* Returns the policies that make a reading. The choice of a base roster is left out: the reading's
 * quarter has it, so that readings of one quarter are shared. */
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

/* Finds or adds the reading of a period under some terms. Returns its number; SIZE_MAX when memory
 * is short. */
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

/* Finds or adds the decision under some policies within a reading, as above. */
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

/* Adds what some terms need. Views have no numbers yet, as the readings may still get decisions, so
 * `place` receives where they are. Returns false when memory is short. */
static bool add_terms(struct ihp__plan *plan, const struct ihp__plan_request *request,
                      const struct ihp__terms *terms, struct place place[IHP__PERIODS])
{
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct place *at = &place[period];
        at->reading = find_reading(plan, request->deck, terms, (enum ihp__period)period);
        if (at->reading == SIZE_MAX) {
            return false;
        }
        at->decision = find_decision(&plan->reading[at->reading], &terms->policies.decision);
        if (at->decision == SIZE_MAX) {
            return false;
        }
    }
    return add_caps(plan, request->program, terms);
}

/* Numbers the views: those of a reading follow each other. */
static void number_views(struct ihp__plan *plan, const struct place (*place)[IHP__PERIODS])
{
    plan->views = 0;
    for (size_t r = 0; r < plan->readings; r++) {
        plan->reading[r].first_view = plan->views;
        plan->views += plan->reading[r].decisions;
    }
    for (size_t s = 0; s < plan->scenarios; s++) {
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct place *at = &place[s][period];
            plan->view[s][period] = plan->reading[at->reading].first_view + at->decision;
        }
    }
}

/* Returns the bytes that the views of the plan take. */
static uint64_t views_bytes(const struct ihp__plan *plan, const struct ihp__plan_request *request)
{
    const struct ihp__tally_shape shape = {
        .partnerships = request->program->partnerships, .acgs = request->acgs, .caps = plan->caps};
    size_t views = 0;
    for (size_t r = 0; r < plan->readings; r++) {
        views += plan->reading[r].decisions;
    }
    return ihp__views_bytes(&shape, views) + views * request->view_bytes;
}

/* Adds the deck's own terms, and the first `most` scenarios or as many as fit. Where fewer fit, the
 * plan also has what the next scenario would need; `plan->scenarios` says how many fit. Returns
 * false when memory is short. */
static bool add_scenarios(struct ihp__plan *plan, const struct ihp__plan_request *request,
                          size_t most, struct place (*place)[IHP__PERIODS])
{
    const struct ihp__terms deck = ihp__deck_terms(request->deck);
    struct place own[IHP__PERIODS];
    if (!add_terms(plan, request, &deck, own)) {
        return false;
    }
    for (plan->scenarios = 0; plan->scenarios < most; plan->scenarios++) {
        size_t number = plan->first + plan->scenarios;
        if (!add_terms(plan, request, &request->deck->sweep->scenario[number].terms,
                       place[plan->scenarios])) {
            return false;
        }
        if (plan->scenarios > 0 && views_bytes(plan, request) > request->bytes) {
            break;
        }
    }
    number_views(plan, (const struct place(*)[IHP__PERIODS])place);
    return true;
}

/* Makes a plan of the first `most` scenarios, or of as many as fit; NULL when memory is short. */
static struct ihp__plan *plan_scenarios(const struct ihp__plan_request *request, size_t most)
{
    struct ihp__plan *plan = calloc(1, sizeof *plan);
    struct place(*place)[IHP__PERIODS] = calloc(most + 1, sizeof *place);
    if (plan != NULL) {
        plan->first = request->first;
        plan->view = calloc(most + 1, sizeof *plan->view);
        if (place == NULL || plan->view == NULL || !add_scenarios(plan, request, most, place)) {
            ihp__plan_destroy(&plan);
        }
    }
    free(place);
    return plan;
}

enum ihp_status ihp__plan_create(const struct ihp__plan_request *request, struct ihp__plan **out,
                                 struct ihp_error *err)
{
    size_t most = request->deck->sweep == NULL ? 0 : request->end - request->first;
    struct ihp__plan *plan = plan_scenarios(request, most);
    while (plan != NULL && plan->scenarios < most) { /* again, without what did not fit */
        most = plan->scenarios;
        ihp__plan_destroy(&plan);
        plan = plan_scenarios(request, most);
    }
    if (plan == NULL) {
        return ihp__fail_memory(err, "the plan of the scenarios");
    }
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
