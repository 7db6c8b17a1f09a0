/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tries more lines at an entity until the rules attribute the member otherwise. */
#include "member/alternatives.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, EVERY_MONTH = 0xFFF };

/* One member's counts, in copies that a try may change. */
struct trying {
    struct ihp__attribution_input input; /* of the try */
    const struct ihp__attribution_input *own;
    const struct ihp__decision_policies *policies;
    const struct ihp__more_lines *more;
    struct ihp__counts counts; /* of the window of the lines */
    uint64_t *visited;
};

static const struct ihp__counts *own_counts(const struct trying *t)
{
    return t->more->window == 1 ? t->own->window : t->own->lookback;
}

/* Makes the copies. Returns false if memory is short; the caller frees them in any case. */
static bool begin(struct trying *t)
{
    const struct ihp__counts *own = own_counts(t);
    size_t words = (t->own->partnerships + 63) / 64 + 1;
    t->counts.entity = calloc(own->count + 1, sizeof *t->counts.entity);
    t->visited = calloc(words, sizeof *t->visited);
    return t->counts.entity != NULL && t->visited != NULL;
}

static void end(struct trying *t)
{
    free(t->counts.entity);
    free(t->visited);
}

/* Returns the counts of the entity in the copy, with a new row if the member has none there. */
static struct ihp__entity_counts *row_of(struct trying *t)
{
    for (size_t i = 0; i < t->counts.count; i++) {
        if (t->counts.entity[i].entity == t->more->entity) {
            return &t->counts.entity[i];
        }
    }
    t->counts.entity[t->counts.count] = (struct ihp__entity_counts){.entity = t->more->entity};
    return &t->counts.entity[t->counts.count++];
}

static void add_lines(uint32_t *count, ihp__day16 *latest, uint32_t lines, ihp__day16 day)
{
    *count += lines;
    *latest = day > *latest ? day : *latest;
}

/* Sets the copies to the member's own counts with more lines, the latest on `day`. */
static void set_lines(struct trying *t, uint32_t lines, ihp__day16 day)
{
    const struct ihp__counts *own = own_counts(t);
    const struct ihp__more_lines *more = t->more;
    t->counts.count = own->count;
    if (own->count > 0) {
        memcpy(t->counts.entity, own->entity, own->count * sizeof *own->entity);
    }
    t->counts.repeated_homes = own->repeated_homes;
    t->counts.any_health_home = own->any_health_home || more->kind == IHP__LINE_HEALTH_HOME;
    t->counts.any_em = own->any_em || more->kind != IHP__LINE_HEALTH_HOME;
    struct ihp__entity_counts *row = row_of(t);
    switch (more->kind) {
    case IHP__LINE_HEALTH_HOME:
        add_lines(&row->health_home, &row->health_home_last, lines, day);
        break;
    case IHP__LINE_PRIMARY:
        add_lines(&row->primary, &row->primary_last, lines, day);
        break;
    case IHP__LINE_SPECIALTY:
        add_lines(&row->specialty, &row->specialty_last, lines, day);
        break;
    }
    t->input = *t->own;
    t->input.has_override = false;
    t->input.visited = t->visited;
    memcpy(t->visited, t->own->visited, (t->own->partnerships + 63) / 64 * sizeof *t->visited);
    if (more->window == 1) {
        t->input.window = &t->counts;
    } else {
        t->input.lookback = &t->counts;
    }
    if (more->entity < t->own->partnerships) { /* such a line opens the gate under every policy */
        if (more->window == 1) {
            t->visited[more->entity / 64] |= UINT64_C(1) << (more->entity % 64);
        } else {
            t->input.visited_before = true;
        }
    }
}

/* Returns true if so many lines, the latest on `day`, are enough. */
static bool is_enough(struct trying *t, uint32_t lines, ihp__day16 day)
{
    set_lines(t, lines, day);
    int partnership = ihp__attribution_decide(&t->input, t->policies, NULL).partnership;
    return t->more->entity < t->own->partnerships ? partnership == (int)t->more->entity
                                                  : partnership < 0;
}

/* Returns a number of lines beyond which more of them decide nothing. */
static uint32_t bound(const struct trying *t)
{
    const struct ihp__counts *own = own_counts(t);
    uint64_t sum = 2;
    for (size_t i = 0; i < own->count; i++) {
        const struct ihp__entity_counts *e = &own->entity[i];
        sum += (uint64_t)e->health_home + e->primary + e->specialty;
    }
    return sum < UINT32_MAX / 2 ? (uint32_t)sum : UINT32_MAX / 2;
}

/* Finds the least number of lines, the latest on `day`: more lines never undo an attribution. */
static uint32_t least_lines(struct trying *t, ihp__day16 day)
{
    uint32_t low = 0, high = bound(t);
    if (!is_enough(t, high, day)) {
        return 0;
    }
    while (high - low > 1) { /* `high` is enough, `low` is not, or 0 */
        uint32_t middle = low + (high - low) / 2;
        if (is_enough(t, middle, day)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

/* Finds the earliest day from which on so many lines are enough. */
static ihp__day16 earliest_day(struct trying *t, uint32_t lines)
{
    ihp__day16 low = t->more->first, high = t->more->last;
    while (low < high) {
        ihp__day16 middle = (ihp__day16)(low + (high - low) / 2);
        if (is_enough(t, lines, middle)) {
            high = middle;
        } else {
            low = (ihp__day16)(middle + 1);
        }
    }
    return high;
}

/* Describes what so many lines lead to. */
static struct ihp__enough_lines describe(struct trying *t, uint32_t lines, ihp__day16 from)
{
    struct ihp__trace trace = {.count = 0};
    struct ihp__enough_lines found = {.lines = lines, .from = from};
    if (lines > 0) {
        set_lines(t, lines, from);
        found.decision = ihp__attribution_decide(&t->input, t->policies, &trace);
        found.section = ihp__decision_section(found.decision.reason, &trace);
    }
    return found;
}

bool ihp__alternative_find(const struct ihp__attribution_input *input,
                           const struct ihp__decision_policies *policies,
                           const struct ihp__more_lines *more, struct ihp__enough_lines found[2])
{
    struct trying t = {.own = input, .policies = policies, .more = more};
    found[0] = found[1] = (struct ihp__enough_lines){.lines = 0};
    if (!begin(&t)) {
        end(&t);
        return false;
    }
    uint32_t lines = least_lines(&t, more->last);
    if (lines > 0) {
        ihp__day16 from = earliest_day(&t, lines);
        found[0] = describe(&t, lines, from);
        if (from > more->first) {
            found[1] = describe(&t, least_lines(&t, more->first), more->first);
        }
    }
    end(&t);
    return true;
}

int ihp__months_lacking(uint16_t qualifying, const struct ihp__decision_policies *policies)
{
    int least = MONTHS + 1;
    for (unsigned added = 0; added <= EVERY_MONTH; added++) {
        int months = ihp__months_count((uint16_t)added);
        if ((added & qualifying) == 0 && months < least &&
            ihp__months_enough((uint16_t)(qualifying | added), policies)) {
            least = months;
        }
    }
    return least;
}

/* ---- ranks ----------------------------------------------------------------------------------- */

uint32_t ihp__step_count(const struct ihp__entity_counts *e, enum ihp__line_kind kind,
                         uint32_t partnerships, const struct ihp__decision_policies *policies)
{
    bool elsewhere = e->entity >= partnerships;
    switch (kind) {
    case IHP__LINE_HEALTH_HOME:
        return e->health_home;
    case IHP__LINE_PRIMARY:
        return elsewhere && policies->primary_care_rival == IHP__RIVAL_ALL_EM
                   ? e->primary + e->specialty
                   : e->primary;
    case IHP__LINE_SPECIALTY:
        break;
    }
    return elsewhere && policies->specialty_elsewhere == IHP__SPECIALTY_ALL_EM
               ? e->primary + e->specialty
               : e->specialty;
}

int ihp__step_rank(const struct ihp__counts *counts, const struct ihp__entity_counts *of,
                   enum ihp__line_kind kind, uint32_t partnerships,
                   const struct ihp__decision_policies *policies)
{
    uint32_t own = ihp__step_count(of, kind, partnerships, policies);
    int rank = own > 0;
    for (size_t i = 0; own > 0 && i < counts->count; i++) {
        rank += ihp__step_count(&counts->entity[i], kind, partnerships, policies) > own;
    }
    return rank;
}
