/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a refit by IHP and risk category, and the measures that follow from their sums. */
#include "bootstrap/refit.h"

#include "base/agree.h"
#include "base/clones.h"

#include <stdlib.h>
#include <string.h>

/* ---- members --------------------------------------------------------------------------------- */

static size_t rows_of(const struct refit *refit)
{
    return 1 + 2 * refit->c->program->partnerships;
}

/* Returns a member's cell on a side, or IHP__NO_CELL. */
static uint32_t cell_of(const struct refit *refit, int s, const struct ihp__view_fact *f)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    size_t row = f->partnership < 0 ? 0
                 : f->weighs        ? 1 + (size_t)f->partnership
                                    : 1 + refit->c->program->partnerships + (size_t)f->partnership;
    bool none = row == 0 && !f->weighs;
    if (s >= IHP__PERIODS) {
        none = none || ihp__capped_cost(f->cost, shape->cap[refit->low]) ==
                           ihp__capped_cost(f->cost, shape->cap[refit->top]);
    }
    return none ? IHP__NO_CELL : (uint32_t)(row * shape->acgs + f->acg);
}

static void values_of(const struct refit *refit, int s, const struct ihp__view_fact *f,
                      int64_t *value)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    int64_t low = ihp__capped_cost(f->cost, shape->cap[refit->low]);
    if (s < IHP__PERIODS) {
        value[0] = f->months;
        value[1] = low;
        return;
    }
    for (size_t cap = 0; cap < shape->caps; cap++) {
        value[cap] = ihp__capped_cost(f->cost, shape->cap[cap]) - low;
    }
}

/* Counts the members of this rank in each cell of a side; `count[all]` gets those in none. */
static void count_members(const struct refit *refit, int s, int64_t *count, size_t all)
{
    const struct ihp__case *c = refit->c;
    for (uint64_t m = 0; m < c->members; m++) {
        uint32_t cell = cell_of(refit, s, &c->fact[s % IHP__PERIODS][m]);
        count[cell == IHP__NO_CELL ? all : cell]++;
    }
}

/* Numbers the cells of a side that some member of some rank is in. Collective; returns the same
 * status on every rank. */
static enum ihp_status find_used(struct refit *refit, int s)
{
    const struct ihp__case *c = refit->c;
    struct refit_side *side = &refit->side[s];
    size_t all = rows_of(refit) * c->shape->acgs;
    int64_t *count = calloc(all + 1, sizeof *count);
    side->quantities = s < IHP__PERIODS ? 2 : c->shape->caps;
    side->place = calloc(all + 1, sizeof *side->place);
    if (count == NULL || side->place == NULL) {
        ihp__until_agreed(ihp__fail_memory(refit->err, "the cells to resample"));
    }
    if (ihp__agree(c->comm, refit->err) != IHP_OK) {
        free(count);
        return refit->err->status;
    }
    count_members(refit, s, count, all);
    if (!ihp__tally_sum(count, all, c->comm)) {
        ihp__error_set(refit->err, IHP_ERR_RUN, "MPI could not add the cells to resample");
    }
    for (size_t i = 0; i < all; i++) {
        side->place[i] = count[i] > 0 ? (uint32_t)side->used++ : IHP__NO_CELL;
    }
    free(count);
    side->group =
        calloc(side->used * side->quantities * IHP__JACKKNIFE_GROUPS + 1, sizeof *side->group);
    if (side->group == NULL) {
        ihp__until_agreed(ihp__fail_memory(refit->err, "the sums of the jackknife"));
    }
    return ihp__agree(c->comm, refit->err);
}

/* Fills in the cells and values of this rank's members on a side, and adds up the jackknife. */
static void fill_side(struct refit *refit, int s, uint32_t *cell, int64_t *value)
{
    const struct ihp__case *c = refit->c;
    struct refit_side *side = &refit->side[s];
    for (size_t m = 0; m < c->members; m++) {
        const struct ihp__view_fact *f = &c->fact[s % IHP__PERIODS][m];
        uint32_t at = cell_of(refit, s, f);
        int64_t *v = value + m * side->quantities;
        cell[m] = at == IHP__NO_CELL ? at : side->place[at];
        if (at == IHP__NO_CELL) {
            continue;
        }
        values_of(refit, s, f, v);
        for (size_t i = 0; i < side->quantities; i++) {
            side->group[(cell[m] * side->quantities + i) * IHP__JACKKNIFE_GROUPS +
                        c->key[m] % IHP__JACKKNIFE_GROUPS] += v[i];
        }
    }
}

/* Sorts the members of this rank by their cells on all sides. */
static enum ihp_status sort_members(struct refit *refit)
{
    size_t n = (size_t)refit->c->members, quantities = 2 * (2 + refit->c->shape->caps);
    uint32_t *cell = malloc((REFIT_SIDES * n + 1) * sizeof *cell);
    int64_t *value = malloc((quantities * n + 1) * sizeof *value), *next = value;
    if (cell == NULL || value == NULL) {
        free(cell);
        free(value);
        return ihp__fail_memory(refit->err, "the members to resample");
    }
    struct ihp__cell_members members = {.members = n, .key = refit->c->key, .sides = REFIT_SIDES};
    for (int s = 0; s < REFIT_SIDES; s++) {
        members.side[s] = (struct ihp__cell_side){cell + (size_t)s * n, refit->side[s].used,
                                                  refit->side[s].quantities, next};
        fill_side(refit, s, cell + (size_t)s * n, next);
        next += refit->side[s].quantities * n;
    }
    enum ihp_status status = ihp__cells_create(&members, &refit->cells, refit->err);
    free(cell);
    free(value);
    return status;
}

enum ihp_status ihp__refit_make_cells(struct refit *refit)
{
    const struct ihp__tally_shape *shape = refit->c->shape; /* caps ascending, 0 (none) first */
    refit->low = shape->cap[0] == 0 && shape->caps > 1 ? 1 : 0;
    refit->top = shape->cap[0] == 0 ? 0 : shape->caps - 1;
    for (int s = 0; s < REFIT_SIDES; s++) {
        if (find_used(refit, s) != IHP_OK) {
            return refit->err->status;
        }
    }
    ihp__until_agreed(sort_members(refit));
    return ihp__agree(refit->c->comm, refit->err);
}

void ihp__refit_free_cells(struct refit *refit)
{
    for (int s = 0; s < REFIT_SIDES; s++) {
        free(refit->side[s].place);
        free(refit->side[s].group);
    }
    ihp__cells_destroy(&refit->cells);
}

/* ---- measures -------------------------------------------------------------------------------- */

size_t ihp__refit_measures(const struct refit *refit)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    return (1 + shape->caps + refit->r->count) * shape->acgs + refit->r->count;
}

/* Up to eight replicates or groups, whose sums are next to each other. */
struct columns {
    const struct refit *refit;
    int64_t *const *sum; /* by side */
    size_t first, count, stride;
    size_t apart; /* from a replicate's measures to the next one's */
};

/* Adds a quantity of a cell of a side. */
static inline void add_cell(const struct columns *columns, int s, size_t row, size_t acg,
                            size_t quantity, int64_t to[IHP__DRAWN_TOGETHER])
{
    const struct refit_side *side = &columns->refit->side[s];
    uint32_t place = side->place[row * columns->refit->c->shape->acgs + acg];
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
    if (cap != columns->refit->low) {
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

/* Measures months and costs of the population by category. Returns where the next measure goes. */
IHP__CLONES
static int64_t *measure_population(const struct columns *columns, int period, int64_t *measure)
{
    const struct refit *refit = columns->refit;
    size_t acgs = refit->c->shape->acgs, caps = refit->c->shape->caps;
    for (size_t a = 0; a < acgs; a++) {
        int64_t months[IHP__DRAWN_TOGETHER] = {0}, low[IHP__DRAWN_TOGETHER] = {0};
        for (size_t row = 0; row <= refit->c->program->partnerships; row++) {
            add_cell(columns, period, row, a, 0, months);
            add_cell(columns, period, row, a, 1, low);
        }
        put(columns, months, measure + a);
        for (size_t cap = 0; cap < caps; cap++) {
            int64_t cost[IHP__DRAWN_TOGETHER];
            memcpy(cost, low, sizeof cost);
            for (size_t row = 0; cap != refit->low && row <= refit->c->program->partnerships;
                 row++) {
                add_cell(columns, IHP__PERIODS + period, row, a, cap, cost);
            }
            put(columns, cost, measure + (1 + cap) * acgs + a);
        }
    }
    return measure + (1 + caps) * acgs;
}

/* Measures the months by category, and the cost, of each IHP of the group. */
IHP__CLONES
static void measure_ihps(const struct columns *columns, int period, int64_t *measure)
{
    const struct refit *refit = columns->refit;
    size_t acgs = refit->c->shape->acgs;
    for (size_t i = 0; i < refit->r->count; i++) {
        size_t inside = 1 + refit->r->first + i, outside = inside + refit->c->program->partnerships;
        size_t cap = refit->c->shape->cap_of[refit->r->first + i];
        int64_t cost[IHP__DRAWN_TOGETHER] = {0};
        for (size_t a = 0; a < acgs; a++) {
            int64_t months[IHP__DRAWN_TOGETHER] = {0};
            add_cell(columns, period, inside, a, 0, months);
            add_cell(columns, period, outside, a, 0, months);
            add_cost(columns, period, inside, a, cap, cost);
            add_cost(columns, period, outside, a, cap, cost);
            put(columns, months, measure + i * acgs + a);
        }
        put(columns, cost, measure + refit->r->count * acgs + i);
    }
}

void ihp__refit_measure(const struct refit *refit, int64_t *const *sum, size_t count,
                        int64_t *measure)
{
    for (size_t b = 0; b < count; b += IHP__DRAWN_TOGETHER) {
        const struct columns columns = {
            refit, sum,
            b,     count - b < IHP__DRAWN_TOGETHER ? count - b : IHP__DRAWN_TOGETHER,
            count, IHP__PERIODS * refit->measures};
        for (int period = 0; period < IHP__PERIODS; period++) {
            int64_t *of = measure + (b * IHP__PERIODS + (size_t)period) * refit->measures;
            measure_ihps(&columns, period, measure_population(&columns, period, of));
        }
    }
}
