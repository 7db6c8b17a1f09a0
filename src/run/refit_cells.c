/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a refit by IHP and risk category, and what their sums by cell come to. */
#include "base/clones.h"
#include "refit.h"

#include <stdlib.h>
#include <string.h>

/* ---- members --------------------------------------------------------------------------------- */

static size_t rows_of(const struct refit *x)
{
    return 1 + 2 * x->c->program->partnerships;
}

/* A member's cell on a side, or IHP__NO_CELL. */
static uint32_t cell_of(const struct refit *x, int s, const struct ihp__view_fact *f)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    size_t row = f->partnership < 0 ? 0
                 : f->enough        ? 1 + (size_t)f->partnership
                                    : 1 + x->c->program->partnerships + (size_t)f->partnership;
    bool none = row == 0 && !f->enough;
    if (s >= IHP__PERIODS) {
        none = none || ihp__capped_cost(f->cost, shape->cap[x->low]) ==
                           ihp__capped_cost(f->cost, shape->cap[x->top]);
    }
    return none ? IHP__NO_CELL : (uint32_t)(row * shape->acgs + f->acg);
}

static void values_of(const struct refit *x, int s, const struct ihp__view_fact *f, int64_t *value)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    int64_t low = ihp__capped_cost(f->cost, shape->cap[x->low]);
    if (s < IHP__PERIODS) {
        value[0] = f->months;
        value[1] = low;
        return;
    }
    for (size_t k = 0; k < shape->caps; k++) {
        value[k] = ihp__capped_cost(f->cost, shape->cap[k]) - low;
    }
}

/* Collective: numbers the cells of a side that some member of some rank is in. */
static enum ihp_status find_used(struct refit *x, int s)
{
    const struct ihp__case *c = x->c;
    struct refit_side *side = &x->side[s];
    size_t all = rows_of(x) * c->shape->acgs;
    int64_t *count = calloc(all + 1, sizeof *count);
    side->quantities = s < IHP__PERIODS ? 2 : c->shape->caps;
    side->place = calloc(all + 1, sizeof *side->place);
    if (count == NULL || side->place == NULL) {
        ihp__fail_memory(x->err, "the cells to resample");
    }
    if (ihp__agree(c->comm, x->err) == IHP_OK) {
        for (uint64_t m = 0; m < c->members; m++) {
            uint32_t cell = cell_of(x, s, &c->fact[s % IHP__PERIODS][m]);
            count[cell == IHP__NO_CELL ? all : cell]++;
        }
        ihp__tally_sum(count, all, c->comm);
        for (size_t i = 0; i < all; i++) {
            side->place[i] = count[i] > 0 ? (uint32_t)side->used++ : IHP__NO_CELL;
        }
        side->group =
            calloc(side->used * side->quantities * IHP__JACKKNIFE_GROUPS + 1, sizeof *side->group);
        if (side->group == NULL) {
            ihp__fail_memory(x->err, "the sums of the jackknife");
        }
    }
    free(count);
    return x->err->status;
}

/* The cells and values of this rank's members on a side, and the jackknife's sums. */
static void fill_side(struct refit *x, int s, uint32_t *cell, int64_t *value)
{
    const struct ihp__case *c = x->c;
    struct refit_side *side = &x->side[s];
    for (size_t m = 0; m < c->members; m++) {
        const struct ihp__view_fact *f = &c->fact[s % IHP__PERIODS][m];
        uint32_t at = cell_of(x, s, f);
        int64_t *v = value + m * side->quantities;
        cell[m] = at == IHP__NO_CELL ? at : side->place[at];
        if (at == IHP__NO_CELL) {
            continue;
        }
        values_of(x, s, f, v);
        for (size_t i = 0; i < side->quantities; i++) {
            side->group[(cell[m] * side->quantities + i) * IHP__JACKKNIFE_GROUPS +
                        c->key[m] % IHP__JACKKNIFE_GROUPS] += v[i];
        }
    }
}

/* The members of this rank sorted by their cells on all sides. */
static enum ihp_status sort_members(struct refit *x)
{
    size_t n = (size_t)x->c->members, quantities = 2 * (2 + x->c->shape->caps);
    uint32_t *cell = malloc((REFIT_SIDES * n + 1) * sizeof *cell);
    int64_t *value = malloc((quantities * n + 1) * sizeof *value), *next = value;
    if (cell == NULL || value == NULL) {
        ihp__fail_memory(x->err, "the members to resample");
    } else {
        struct ihp__cell_members members = {.members = n, .key = x->c->key, .sides = REFIT_SIDES};
        for (int s = 0; s < REFIT_SIDES; s++) {
            members.side[s] = (struct ihp__cell_side){cell + (size_t)s * n, x->side[s].used,
                                                      x->side[s].quantities, next};
            fill_side(x, s, cell + (size_t)s * n, next);
            next += x->side[s].quantities * n;
        }
        ihp__cells_create(&members, &x->cells, x->err);
    }
    free(cell);
    free(value);
    return x->err->status;
}

enum ihp_status ihp__refit_make_cells(struct refit *x)
{
    const struct ihp__tally_shape *shape = x->c->shape; /* caps ascending, 0 (none) first */
    x->low = shape->cap[0] == 0 && shape->caps > 1 ? 1 : 0;
    x->top = shape->cap[0] == 0 ? 0 : shape->caps - 1;
    for (int s = 0; s < REFIT_SIDES && x->err->status == IHP_OK; s++) {
        find_used(x, s);
        ihp__agree(x->c->comm, x->err);
    }
    if (x->err->status == IHP_OK) {
        sort_members(x);
    }
    return ihp__agree(x->c->comm, x->err);
}

void ihp__refit_free_cells(struct refit *x)
{
    for (int s = 0; s < REFIT_SIDES; s++) {
        free(x->side[s].place);
        free(x->side[s].group);
    }
    ihp__cells_destroy(&x->cells);
}

/* ---- measures -------------------------------------------------------------------------------- */

size_t ihp__refit_measures(const struct refit *x)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    return (1 + shape->caps + x->r->count) * shape->acgs + x->r->count;
}

/* Up to eight replicates or groups of those whose sums lie in a row. */
struct columns {
    const struct refit *x;
    int64_t *const *sum; /* by side */
    size_t first, count, stride;
    size_t apart; /* from a replicate's measures to the next one's */
};

/* Adds a quantity of a cell of a side. */
static inline void add_cell(const struct columns *columns, int s, size_t row, size_t acg,
                            size_t quantity, int64_t to[IHP__DRAWN_TOGETHER])
{
    const struct refit_side *side = &columns->x->side[s];
    uint32_t place = side->place[row * columns->x->c->shape->acgs + acg];
    if (place == IHP__NO_CELL) {
        return;
    }
    const int64_t *from =
        columns->sum[s] + (place * side->quantities + quantity) * columns->stride + columns->first;
    if (columns->count == IHP__DRAWN_TOGETHER) {
        for (size_t b = 0; b < IHP__DRAWN_TOGETHER; b++) {
            to[b] += from[b];
        }
        return;
    }
    for (size_t b = 0; b < columns->count; b++) {
        to[b] += from[b];
    }
}

static inline void add_cost(const struct columns *columns, int period, size_t row, size_t acg,
                            size_t cap, int64_t to[IHP__DRAWN_TOGETHER])
{
    add_cell(columns, period, row, acg, 1, to);
    if (cap != columns->x->low) {
        add_cell(columns, IHP__PERIODS + period, row, acg, cap, to);
    }
}

/* Writes a measure of each replicate. */
static inline void put(const struct columns *columns, const int64_t from[IHP__DRAWN_TOGETHER],
                       int64_t *to)
{
    for (size_t b = 0; b < columns->count; b++) {
        to[b * columns->apart] = from[b];
    }
}

/* Months and costs of the population by category; returns where the next measure goes. */
IHP__CLONES_WIDE
static int64_t *measure_population(const struct columns *columns, int period, int64_t *measure)
{
    const struct refit *x = columns->x;
    size_t acgs = x->c->shape->acgs, caps = x->c->shape->caps;
    for (size_t a = 0; a < acgs; a++) {
        int64_t months[IHP__DRAWN_TOGETHER] = {0}, low[IHP__DRAWN_TOGETHER] = {0};
        for (size_t row = 0; row <= x->c->program->partnerships; row++) {
            add_cell(columns, period, row, a, 0, months);
            add_cell(columns, period, row, a, 1, low);
        }
        put(columns, months, measure + a);
        for (size_t k = 0; k < caps; k++) {
            int64_t cost[IHP__DRAWN_TOGETHER];
            memcpy(cost, low, sizeof cost);
            for (size_t row = 0; k != x->low && row <= x->c->program->partnerships; row++) {
                add_cell(columns, IHP__PERIODS + period, row, a, k, cost);
            }
            put(columns, cost, measure + (1 + k) * acgs + a);
        }
    }
    return measure + (1 + caps) * acgs;
}

/* Months by category, and the cost, of each IHP of the group. */
IHP__CLONES_WIDE
static void measure_ihps(const struct columns *columns, int period, int64_t *measure)
{
    const struct refit *x = columns->x;
    size_t acgs = x->c->shape->acgs;
    for (size_t i = 0; i < x->r->count; i++) {
        size_t inside = 1 + x->r->first + i, outside = inside + x->c->program->partnerships;
        size_t cap = x->c->shape->cap_of[x->r->first + i];
        int64_t cost[IHP__DRAWN_TOGETHER] = {0};
        for (size_t a = 0; a < acgs; a++) {
            int64_t months[IHP__DRAWN_TOGETHER] = {0};
            add_cell(columns, period, inside, a, 0, months);
            add_cell(columns, period, outside, a, 0, months);
            add_cost(columns, period, inside, a, cap, cost);
            add_cost(columns, period, outside, a, cap, cost);
            put(columns, months, measure + i * acgs + a);
        }
        put(columns, cost, measure + x->r->count * acgs + i);
    }
}

void ihp__refit_measure(const struct refit *x, int64_t *const *sum, size_t count, int64_t *measure)
{
    for (size_t b = 0; b < count; b += IHP__DRAWN_TOGETHER) {
        const struct columns columns = {
            x,     sum,
            b,     count - b < IHP__DRAWN_TOGETHER ? count - b : IHP__DRAWN_TOGETHER,
            count, IHP__PERIODS * x->measures};
        for (int period = 0; period < IHP__PERIODS; period++) {
            int64_t *of = measure + (b * IHP__PERIODS + (size_t)period) * x->measures;
            measure_ihps(&columns, period, measure_population(&columns, period, of));
        }
    }
}
