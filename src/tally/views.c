/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views: the sums of a period under many readings and caps, and the tally of a scenario made from
 * them. */
#include "tally/tally.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

/* Sums of one view. Arrays are row-major. Before closing, row k of `capped` and `eligible` has the
 * sum of the costs above cap k - 1 and up to cap k, and row k of `capped_count` and
 * `eligible_count` their number. */
struct view {
    int64_t *members, *months, *gained, *lost;   /* [partnerships] */
    int64_t *acg_members, *acg_months;           /* [partnerships][acgs] */
    int64_t *eligible_members, *eligible_months; /* [acgs] */
    int64_t *capped, *capped_count;              /* [caps][partnerships] */
    int64_t *eligible, *eligible_count;          /* [caps][acgs] */
    int64_t *affected;                           /* [partnerships][12] */
};

struct ihp__views {
    struct ihp__tally_shape shape;
    int64_t *cap; /* ascending, no cap (INT64_MAX) last; owned */
    size_t views;
    struct view *view;
    size_t *shared; /* by view: the view from which it is kept as a difference, or itself; owned */
    int64_t *block; /* owned */
    size_t size;    /* of the block */
    bool closed;
};

static size_t view_size(const struct ihp__tally_shape *s)
{
    return s->partnerships * (4 + 12) + 2 * s->partnerships * s->acgs + 2 * s->acgs +
           2 * s->caps * (s->partnerships + s->acgs);
}

static void lay_out(const struct ihp__tally_shape *s, int64_t *block, struct view *v)
{
    int64_t **const part[] = {
        &v->members,    &v->months,           &v->gained,          &v->lost,   &v->acg_members,
        &v->acg_months, &v->eligible_members, &v->eligible_months, &v->capped, &v->capped_count,
        &v->eligible,   &v->eligible_count,   &v->affected};
    const size_t p = s->partnerships, a = s->acgs, k = s->caps;
    const size_t size[] = {p, p, p, p, p * a, p * a, a, a, k * p, k * p, k * a, k * a, 12 * p};
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        *part[i] = block;
        block += size[i];
    }
}

uint64_t ihp__views_bytes(const struct ihp__tally_shape *shape, size_t views)
{
    return (uint64_t)view_size(shape) * views * sizeof(int64_t);
}

enum ihp_status ihp__views_create(const struct ihp__tally_shape *shape, size_t views,
                                  struct ihp__views **out, struct ihp_error *err)
{
    struct ihp__views *v = calloc(1, sizeof *v);
    if (v == NULL) {
        return ihp__fail_memory(err, "the sums of the scenarios");
    }
    v->shape = *shape;
    v->views = views;
    v->size = view_size(shape) * views;
    v->cap = calloc(shape->caps, sizeof *v->cap);
    v->view = calloc(views, sizeof *v->view);
    v->block = calloc(v->size, sizeof *v->block);
    v->shared = calloc(views, sizeof *v->shared);
    if (v->cap == NULL || v->view == NULL || v->block == NULL || v->shared == NULL) {
        ihp__views_destroy(&v);
        return ihp__fail_memory(err, "the sums of the scenarios");
    }
    bool none = shape->cap[0] == 0;
    for (size_t cap = 0; cap + none < shape->caps; cap++) {
        v->cap[cap] = shape->cap[cap + none];
    }
    if (none) {
        v->cap[shape->caps - 1] = INT64_MAX;
    }
    for (size_t i = 0; i < views; i++) {
        lay_out(shape, v->block + i * view_size(shape), &v->view[i]);
        v->shared[i] = i;
    }
    *out = v;
    return IHP_OK;
}

void ihp__views_destroy(struct ihp__views **views)
{
    if (views == NULL || *views == NULL) {
        return;
    }
    free((*views)->cap);
    free((*views)->view);
    free((*views)->shared);
    free((*views)->block);
    free(*views);
    *views = NULL;
}

/* Returns the position of the lowest cap that is not below `cost`, or the number of caps. */
static size_t bin_of(const struct ihp__views *v, int64_t cost)
{
    size_t at;
    IHP__LOWER_BOUND(at, v->shape.caps, v->cap[at] < cost);
    return at;
}

void ihp__views_share(struct ihp__views *views, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        views->shared[first + i] = first;
    }
}

/* Adds a fact whose cost is in `bin`, `times` times. */
static void add_times(const struct ihp__views *views, size_t view, const struct ihp__member_fact *f,
                      const struct ihp__member_fact *deck, size_t bin, int64_t times)
{
    const struct ihp__tally_shape *s = &views->shape;
    const struct view *v = &views->view[view];
    int64_t months = times * ihp__months_count(f->qualifying);
    if (f->weighs) {
        v->eligible_members[f->acg] += times;
        v->eligible_months[f->acg] += months;
        if (bin < s->caps) { /* a cost above every cap is in no bin; closing adds the caps */
            v->eligible[bin * s->acgs + f->acg] += times * f->cost;
            v->eligible_count[bin * s->acgs + f->acg] += times;
        }
    }
    if (f->partnership != deck->partnership) {
        if (deck->partnership >= 0) {
            v->lost[deck->partnership] += times;
        }
        if (f->partnership >= 0) {
            v->gained[f->partnership] += times;
        }
    }
    if (f->partnership < 0) {
        return;
    }
    size_t p = (size_t)f->partnership;
    v->members[p] += times;
    v->months[p] += months;
    v->acg_members[p * s->acgs + f->acg] += times;
    v->acg_months[p * s->acgs + f->acg] += months;
    if (bin < s->caps) {
        v->capped[bin * s->partnerships + p] += times * f->cost;
        v->capped_count[bin * s->partnerships + p] += times;
    }
    for (int m = 0; f->affected != 0 && m < 12; m++) {
        v->affected[p * 12 + (size_t)m] += times * ((f->affected >> m) & 1);
    }
}

void ihp__views_add(struct ihp__views *views, size_t view, const struct ihp__member_fact *fact,
                    const struct ihp__member_fact *deck)
{
    add_times(views, view, fact, deck, bin_of(views, fact->cost), 1);
}

void ihp__views_add_decisions(struct ihp__views *views, size_t first,
                              const struct ihp__member_fact *fact, size_t count,
                              const struct ihp__member_fact *deck)
{
    size_t bin = bin_of(views, fact[0].cost); /* one reading has the same months and cost */
    add_times(views, first, &fact[0], deck, bin, 1);
    for (size_t d = 1; d < count; d++) {
        if (fact[d].partnership != fact[0].partnership || fact[d].weighs != fact[0].weighs) {
            add_times(views, first + d, &fact[d], deck, bin, 1);
            add_times(views, first + d, &fact[0], deck, bin, -1);
        }
    }
}

/* Turns bins into capped sums. The capped sum under cap k is the costs in the bins up to k, plus
 * the cap for each of the `all` members whose cost is above it [16.9]. */
static void close_column(const int64_t *cap, size_t caps, size_t stride, int64_t all, int64_t *cost,
                         const int64_t *count)
{
    int64_t below = 0, held = 0;
    for (size_t i = 0; i < caps; i++) {
        below += cost[i * stride];
        held += count[i * stride];
        cost[i * stride] = below + (cap[i] == INT64_MAX ? 0 : cap[i] * (all - held));
    }
}

enum ihp_status ihp__views_close(struct ihp__views *views, MPI_Comm comm, struct ihp_error *err)
{
    const struct ihp__tally_shape *s = &views->shape;
    if (views->closed) {
        return IHP_OK;
    }
    if (!ihp__tally_sum(views->block, views->size, comm)) {
        return ihp__fail(err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    size_t size = view_size(s);
    for (size_t i = 0; i < views->views; i++) {
        for (size_t at = 0; views->shared[i] != i && at < size; at++) {
            views->block[i * size + at] += views->block[views->shared[i] * size + at];
        }
    }
    for (size_t i = 0; i < views->views; i++) {
        struct view *v = &views->view[i];
        for (size_t p = 0; p < s->partnerships; p++) {
            close_column(views->cap, s->caps, s->partnerships, v->members[p], v->capped + p,
                         v->capped_count + p);
        }
        for (size_t a = 0; a < s->acgs; a++) {
            close_column(views->cap, s->caps, s->acgs, v->eligible_members[a], v->eligible + a,
                         v->eligible_count + a);
        }
    }
    views->closed = true;
    return IHP_OK;
}

bool ihp__views_are_closed(const struct ihp__views *views)
{
    return views->closed;
}

int64_t *ihp__views_sums(struct ihp__views *views, size_t *count)
{
    *count = views->size;
    return views->block;
}

void ihp__views_set_closed(struct ihp__views *views)
{
    views->closed = true;
}

int64_t ihp__views_gained(const struct ihp__views *views, size_t view, size_t partnership)
{
    return views->view[view].gained[partnership];
}

int64_t ihp__views_lost(const struct ihp__views *views, size_t view, size_t partnership)
{
    return views->view[view].lost[partnership];
}

/* ---- the tally of a scenario ----------------------------------------------------------------- */

enum ihp_status ihp__scenario_tally_create(const struct ihp__views *views, struct ihp__tally **out,
                                           struct ihp_error *err)
{
    struct ihp__tally_shape shape = views->shape;
    shape.caps = shape.partnerships; /* at most; each scenario sets its own number */
    shape.payers = 0;
    struct ihp__tally *tally = calloc(1, sizeof *tally);
    size_t rows = shape.caps * shape.acgs + shape.partnerships;
    size_t *cap_of = calloc(shape.partnerships, sizeof *cap_of);
    int64_t *cap = calloc(shape.partnerships, sizeof *cap);
    int64_t *block = calloc(IHP__PERIODS * rows, sizeof *block);
    if (tally == NULL || cap_of == NULL || cap == NULL || block == NULL) {
        free(tally);
        free(cap_of);
        free(cap);
        free(block);
        return ihp__fail_memory(err, "the sums of a scenario");
    }
    tally->shape = shape;
    tally->shape.cap = cap;
    tally->shape.cap_of = cap_of;
    tally->block = block;
    tally->size = IHP__PERIODS * rows;
    for (int period = 0; period < IHP__PERIODS; period++) {
        int64_t *sums = block + (size_t)period * rows;
        tally->period[period].eligible_capped = sums;
        tally->period[period].capped = sums + shape.caps * shape.acgs;
    }
    *out = tally;
    return IHP_OK;
}

void ihp__scenario_tally_destroy(struct ihp__tally **tally)
{
    if (tally == NULL || *tally == NULL) {
        return;
    }
    free((void *)(*tally)->shape.cap);
    free((void *)(*tally)->shape.cap_of);
    free((*tally)->block);
    free(*tally);
    *tally = NULL;
}

/* Sets the distinct caps of a scenario's IHPs, ascending with 0 (none) first, as those of the deck
 * are: replicates with refitted weights rely on the order. */
static void set_caps(struct ihp__tally *tally, const int64_t *cap)
{
    int64_t *distinct = (int64_t *)tally->shape.cap;
    size_t *cap_of = (size_t *)tally->shape.cap_of, count = 0;
    for (size_t p = 0; p < tally->shape.partnerships; p++) {
        size_t at = 0;
        while (at < count && distinct[at] < cap[p]) {
            at++;
        }
        if (at == count || distinct[at] != cap[p]) {
            memmove(distinct + at + 1, distinct + at, (count++ - at) * sizeof *distinct);
            distinct[at] = cap[p];
        }
    }
    for (size_t p = 0; p < tally->shape.partnerships; p++) {
        cap_of[p] = 0;
        while (distinct[cap_of[p]] != cap[p]) {
            cap_of[p]++;
        }
    }
    tally->shape.caps = count;
}

void ihp__scenario_tally_set(const struct ihp__views *views, const size_t view[IHP__PERIODS],
                             const int64_t *cap, struct ihp__tally *tally)
{
    size_t partnerships = views->shape.partnerships, acgs = views->shape.acgs;
    set_caps(tally, cap);
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct view *v = &views->view[view[period]];
        struct ihp__period_tally *t = &tally->period[period];
        t->members = v->members;
        t->months = v->months;
        t->acg_members = v->acg_members;
        t->acg_months = v->acg_months;
        t->affected = v->affected;
        t->eligible_members = v->eligible_members;
        t->eligible_months = v->eligible_months;
        for (size_t i = 0; i < tally->shape.caps; i++) {
            int64_t own = tally->shape.cap[i];
            size_t row = bin_of(views, own == 0 ? INT64_MAX : own);
            memcpy(t->eligible_capped + i * acgs, v->eligible + row * acgs,
                   acgs * sizeof *t->eligible_capped);
        }
        for (size_t p = 0; p < partnerships; p++) {
            size_t row = bin_of(views, cap[p] == 0 ? INT64_MAX : cap[p]);
            t->capped[p] = v->capped[row * partnerships + p];
        }
    }
}
