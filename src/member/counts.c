/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting a member's lines by entity. The first few entities are searched in turn. More are found
 * through an open-addressing index, whose slots hold the generation in which they were filled, so
 * that starting a member takes no time. Visits are collected for a day, then sorted and each is
 * counted once. */
#include "member/member.h"

#include <stdlib.h>
#include <string.h>

struct ihp__counts_slot {
    uint32_t generation, position;
};

struct ihp__visit {
    uint32_t entity, treating;
    uint8_t sets, provider_class;
    bool elsewhere; /* at a non-IHP provider */
};

enum { FIRST_SLOTS = 64, SEARCHED_IN_TURN = 8 };

void ihp__counts_reset(struct ihp__counts *counts)
{
    counts->count = 0;
    counts->any_health_home = false;
    counts->any_em = false;
    counts->repeated_homes = 0;
    counts->visits = 0;
    counts->visit_day = 0;
    if (++counts->generation == 0) { /* wrapped: old slots could look new */
        if (counts->slot != NULL) {
            memset(counts->slot, 0, counts->slots * sizeof *counts->slot);
        }
        counts->generation = 1;
    }
}

void ihp__counts_free(struct ihp__counts *counts)
{
    free(counts->entity);
    free(counts->slot);
    free(counts->visit);
    *counts = (struct ihp__counts){0};
}

/* Returns the slot of an entity: its own, or the free slot where it belongs. */
static struct ihp__counts_slot *find_slot(const struct ihp__counts *counts, uint32_t entity)
{
    size_t at = (entity * UINT32_C(2654435769)) >> 7 & (counts->slots - 1);
    while (counts->slot[at].generation == counts->generation &&
           counts->entity[counts->slot[at].position].entity != entity) {
        at = (at + 1) & (counts->slots - 1);
    }
    return &counts->slot[at];
}

static bool grow_slots(struct ihp__counts *counts)
{
    size_t slots = counts->slots == 0 ? FIRST_SLOTS : counts->slots * 2;
    struct ihp__counts_slot *fresh = calloc(slots, sizeof *fresh);
    if (fresh == NULL) {
        return false;
    }
    free(counts->slot);
    counts->slot = fresh;
    counts->slots = slots;
    if (counts->generation == 0) {
        counts->generation = 1;
    }
    for (size_t i = 0; i < counts->count; i++) {
        *find_slot(counts, counts->entity[i].entity) =
            (struct ihp__counts_slot){counts->generation, (uint32_t)i};
    }
    return true;
}

/* Enters the entities so far into the index, and makes room for one more. Returns false if memory
 * is short. */
static bool index_entities(struct ihp__counts *counts)
{
    if (counts->count == SEARCHED_IN_TURN && counts->slots > 0) {
        for (size_t i = 0; i < counts->count; i++) {
            *find_slot(counts, counts->entity[i].entity) =
                (struct ihp__counts_slot){counts->generation, (uint32_t)i};
        }
    }
    return 2 * (counts->count + 1) <= counts->slots || grow_slots(counts);
}

/* Adds an entity at the end; NULL if memory is short. */
static struct ihp__entity_counts *append_entity(struct ihp__counts *counts, uint32_t entity)
{
    if (!ihp__array_reserve(&counts->entity, &counts->capacity, counts->count + 1,
                            sizeof *counts->entity)) {
        return NULL;
    }
    counts->entity[counts->count] = (struct ihp__entity_counts){.entity = entity};
    return &counts->entity[counts->count++];
}

/* Returns the counts of an entity, which may be new; NULL if memory is short. */
static struct ihp__entity_counts *entity_counts(struct ihp__counts *counts, uint32_t entity)
{
    size_t few = counts->count < SEARCHED_IN_TURN ? counts->count : SEARCHED_IN_TURN;
    for (size_t i = 0; i < few; i++) {
        if (counts->entity[i].entity == entity) {
            return &counts->entity[i];
        }
    }
    if (counts->count < SEARCHED_IN_TURN) {
        return append_entity(counts, entity);
    }
    if (!index_entities(counts)) {
        return NULL;
    }
    struct ihp__counts_slot *slot = find_slot(counts, entity);
    if (slot->generation == counts->generation) {
        return &counts->entity[slot->position];
    }
    *slot = (struct ihp__counts_slot){counts->generation, (uint32_t)counts->count};
    return append_entity(counts, entity);
}

static bool count_one(struct ihp__counts *counts, uint32_t entity, unsigned sets,
                      unsigned provider_class, ihp__day16 day)
{
    struct ihp__entity_counts *e = entity_counts(counts, entity);
    if (e == NULL) {
        return false;
    }
    if ((sets & IHP__CODE_HEALTH_HOME) != 0) {
        e->health_home++;
        e->health_home_last = day; /* days come in order */
    }
    if ((sets & IHP__CODE_EM) != 0 && provider_class == IHP__PROVIDER_PCP) {
        e->primary++;
        e->primary_last = day;
    } else if ((sets & IHP__CODE_EM) != 0) {
        e->specialty++;
        e->specialty_last = day;
    }
    return true;
}

static int by_visit(const void *a, const void *b)
{
    const struct ihp__visit *x = a, *y = b;
    if (x->entity != y->entity) {
        return x->entity < y->entity ? -1 : 1;
    }
    return (x->treating > y->treating) - (x->treating < y->treating);
}

static bool is_home_elsewhere(const struct ihp__visit *visit)
{
    return visit->elsewhere && (visit->sets & IHP__CODE_HEALTH_HOME) != 0;
}

/* Returns true if one of the sorted visits of the day that come before `visit`, at another non-IHP
 * provider, has a health-home line by the same treating provider. */
static bool repeats_home(const struct ihp__counts *counts, const struct ihp__visit *visit)
{
    for (size_t i = 0; i < counts->visits && counts->visit[i].entity < visit->entity; i++) {
        if (is_home_elsewhere(&counts->visit[i]) && counts->visit[i].treating == visit->treating) {
            return true;
        }
    }
    return false;
}

bool ihp__counts_finish(struct ihp__counts *counts)
{
    if (counts->visits == 0) {
        return true;
    }
    qsort(counts->visit, counts->visits, sizeof *counts->visit, by_visit);
    for (size_t i = 0; i < counts->visits;) {
        struct ihp__visit visit = counts->visit[i];
        for (i++; i < counts->visits && by_visit(&counts->visit[i], &visit) == 0; i++) {
            visit.sets |= counts->visit[i].sets; /* one visit may have lines of both sets */
        }
        if (is_home_elsewhere(&visit) && repeats_home(counts, &visit)) {
            counts->repeated_homes++;
        }
        if (!count_one(counts, visit.entity, visit.sets, visit.provider_class, counts->visit_day)) {
            return false;
        }
    }
    counts->visits = 0;
    return true;
}

bool ihp__counts_add(struct ihp__counts *counts, const struct ihp__line *line, ihp__day16 day,
                     uint32_t treating, bool visits)
{
    counts->any_health_home |= (line->sets & IHP__CODE_HEALTH_HOME) != 0;
    counts->any_em |= (line->sets & IHP__CODE_EM) != 0;
    if (line->entity == IHP__NO_ENTITY) {
        return true;
    }
    if (!visits) {
        return count_one(counts, line->entity, line->sets, line->provider_class, day);
    }
    if (day != counts->visit_day && !ihp__counts_finish(counts)) {
        return false;
    }
    if (!ihp__array_reserve(&counts->visit, &counts->visit_capacity, counts->visits + 1,
                            sizeof *counts->visit)) {
        return false;
    }
    counts->visit_day = day;
    counts->visit[counts->visits++] =
        (struct ihp__visit){line->entity, treating, (uint8_t)line->sets,
                            (uint8_t)line->provider_class, line->partnership < 0};
    return true;
}
