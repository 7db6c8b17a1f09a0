/* Replicates that make their own risk weights: weighted sums by IHP and risk category, of the whole
 * eligible population. */
#include "base/clones.h"
#include "bootstrap.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Replicates that a rank evaluates at a time, where memory allows. */
enum { RUN = 32 };

/* Cells of a period: a row for members of the population without an IHP, one for each IHP's members of
 * the population, one for each IHP's members outside it (put there on review), by category. Only those
 * that somebody is in are summed. Quantities: months, then cost under each cap. */
struct places {
    size_t rows, acgs;
    size_t used;
    uint32_t *place; /* [rows * acgs] among those used, IHP_NO_CELL for the others */
};

/* What a replicate is evaluated from, made of the sums by cell: of each period the population's months
 * by category and its cost under each cap by category, then of each IHP of the group its months by
 * category, then of each its cost. */
struct refit {
    const struct ihp_case *c;
    struct ihp_replicates *r;
    int rank, ranks;
    size_t quantities; /* of a cell */
    struct places places[IHP_PERIODS];
    struct ihp_cells *cells;
    int64_t *group[IHP_PERIODS]; /* [used][quantities][IHP_JACKKNIFE_GROUPS] */
    size_t measures;             /* of a period */
    double *weight[IHP_PERIODS]; /* [caps][acgs] */
    struct ihp_error *err;
};

/* The cell of a member in a period, or IHP_NO_CELL. */
static uint32_t cell_of(const struct ihp_case *c, const struct ihp_view_fact *f)
{
    size_t row = f->partnership < 0 ? 0
                 : f->enough        ? 1 + (size_t)f->partnership
                                    : 1 + c->program->partnerships + (size_t)f->partnership;
    return row == 0 && !f->enough ? IHP_NO_CELL : (uint32_t)(row * c->shape->acgs + f->acg);
}

/* Collective: numbers the cells that some member of some rank is in. */
static enum ihp_status find_used(struct refit *x, int q)
{
    const struct ihp_case *c = x->c;
    struct places *places = &x->places[q];
    size_t all = places->rows * places->acgs;
    int64_t *count = calloc(all + 1, sizeof *count);
    places->place = calloc(all + 1, sizeof *places->place);
    if (count == NULL || places->place == NULL) {
        ihp_fail_memory(x->err, "the cells to resample");
    }
    if (ihp_agree(c->comm, x->err) == IHP_OK) {
        for (uint64_t m = 0; m < c->members; m++) {
            uint32_t cell = cell_of(c, &c->fact[q][m]);
            count[cell == IHP_NO_CELL ? all : cell]++;
        }
        ihp_tally_sum(count, all, c->comm);
        for (size_t i = 0; i < all; i++) {
            places->place[i] = count[i] > 0 ? (uint32_t)places->used++ : IHP_NO_CELL;
        }
    }
    free(count);
    return x->err->status;
}

/* The cells and values of this rank's members in a period, and the jackknife's sums. */
static void fill_members(struct refit *x, int q, uint32_t *cell, int64_t *value)
{
    const struct ihp_case *c = x->c;
    size_t quantities = x->quantities;
    for (size_t m = 0; m < c->members; m++) {
        const struct ihp_view_fact *f = &c->fact[q][m];
        uint32_t at = cell_of(c, f);
        int64_t *v = value + m * quantities;
        cell[m] = at == IHP_NO_CELL ? at : x->places[q].place[at];
        v[0] = f->months;
        for (size_t k = 0; k < c->shape->caps; k++) {
            v[1 + k] = ihp_capped_cost(f->cost, c->shape->cap[k]);
        }
        for (size_t i = 0; at != IHP_NO_CELL && i < quantities; i++) {
            x->group[q][(cell[m] * quantities + i) * IHP_JACKKNIFE_GROUPS +
                        c->key[m] % IHP_JACKKNIFE_GROUPS] += v[i];
        }
    }
}

/* The members of this rank sorted by their cells in both periods. */
static enum ihp_status make_cells(struct refit *x)
{
    const struct ihp_case *c = x->c;
    size_t n = (size_t)c->members;
    uint32_t *cell = malloc(IHP_PERIODS * (n + 1) * sizeof *cell);
    int64_t *value = malloc(IHP_PERIODS * (n + 1) * x->quantities * sizeof *value);
    bool whole = cell != NULL && value != NULL;
    for (int q = 0; q < IHP_PERIODS; q++) {
        x->group[q] =
            calloc(x->places[q].used * x->quantities * IHP_JACKKNIFE_GROUPS + 1, sizeof(int64_t));
        x->weight[q] = calloc(c->shape->caps * c->shape->acgs, sizeof *x->weight[q]);
        whole = whole && x->group[q] != NULL && x->weight[q] != NULL;
    }
    if (whole) {
        struct ihp_cell_members members = {.members = n, .key = c->key, .sides = IHP_PERIODS,
                                           .quantities = x->quantities};
        for (int q = 0; q < IHP_PERIODS; q++) {
            fill_members(x, q, cell + (size_t)q * n, value + (size_t)q * n * x->quantities);
            members.cell[q] = cell + (size_t)q * n;
            members.cells[q] = x->places[q].used;
            members.value[q] = value + (size_t)q * n * x->quantities;
        }
        ihp_cells_create(&members, &x->cells, x->err);
    } else {
        ihp_fail_memory(x->err, "the members to resample");
    }
    free(cell);
    free(value);
    return x->err->status;
}

/* ---- from cells to measures ------------------------------------------------------------------ */

/* Sums of a period by cell of up to eight replicates or groups, `stride` of them in a row. */
struct columns {
    const struct refit *x;
    const int64_t *sum;
    size_t stride, count;
    int q;
};

/* Adds a quantity of a cell. */
static inline void add_cell(const struct columns *columns, size_t row, size_t acg, size_t quantity,
                            int64_t to[IHP_DRAWN_TOGETHER])
{
    const struct places *places = &columns->x->places[columns->q];
    uint32_t place = places->place[row * places->acgs + acg];
    if (place == IHP_NO_CELL) {
        return;
    }
    const int64_t *from = columns->sum + (place * columns->x->quantities + quantity) * columns->stride;
    if (columns->count == IHP_DRAWN_TOGETHER) {
        for (size_t b = 0; b < IHP_DRAWN_TOGETHER; b++) {
            to[b] += from[b];
        }
        return;
    }
    for (size_t b = 0; b < columns->count; b++) {
        to[b] += from[b];
    }
}

/* Writes a measure of each replicate, whose measures lie `apart`. */
static inline void put(const struct columns *columns, const int64_t from[IHP_DRAWN_TOGETHER],
                       size_t apart, int64_t *to)
{
    for (size_t b = 0; b < columns->count; b++) {
        to[b * apart] = from[b];
    }
}

IHP_CLONES_WIDE
static void fold_columns(const struct columns *columns, size_t apart, int64_t *measure)
{
    const struct refit *x = columns->x;
    size_t acgs = x->c->shape->acgs, partnerships = x->c->program->partnerships;
    for (size_t quantity = 0; quantity < x->quantities; quantity++) {
        for (size_t a = 0; a < acgs; a++) {
            int64_t sum[IHP_DRAWN_TOGETHER] = {0};
            for (size_t row = 0; row <= partnerships; row++) {
                add_cell(columns, row, a, quantity, sum);
            }
            put(columns, sum, apart, measure++);
        }
    }
    int64_t *cents = measure + x->r->count * acgs;
    for (size_t i = 0; i < x->r->count; i++) {
        size_t inside = 1 + x->r->first + i, outside = inside + partnerships;
        size_t cap = x->c->shape->cap_of[x->r->first + i];
        int64_t cost[IHP_DRAWN_TOGETHER] = {0};
        for (size_t a = 0; a < acgs; a++) {
            int64_t months[IHP_DRAWN_TOGETHER] = {0};
            add_cell(columns, inside, a, 0, months);
            add_cell(columns, outside, a, 0, months);
            put(columns, months, apart, measure++);
            add_cell(columns, inside, a, 1 + cap, cost);
            add_cell(columns, outside, a, 1 + cap, cost);
        }
        put(columns, cost, apart, cents + i);
    }
}

/* The measures [count][periods][measures] of `count` replicates or groups from their sums by cell. */
static void fold(const struct refit *x, int64_t *const *sum, size_t count, int64_t *measure)
{
    for (size_t b = 0; b < count; b += IHP_DRAWN_TOGETHER) {
        for (int q = 0; q < IHP_PERIODS; q++) {
            struct columns columns = {x, sum[q] + b, count, count - b, q};
            columns.count = columns.count < IHP_DRAWN_TOGETHER ? columns.count : IHP_DRAWN_TOGETHER;
            fold_columns(&columns, IHP_PERIODS * x->measures,
                         measure + (b * IHP_PERIODS + (size_t)q) * x->measures);
        }
    }
}

/* ---- from measures to statistics ------------------------------------------------------------- */

/* Risk weights of a period from the replicate's population [16.4.1.2]. */
static void weigh(struct refit *x, const int64_t *measure, int q)
{
    const struct ihp_tally_shape *shape = x->c->shape;
    for (size_t k = 0; k < shape->caps; k++) {
        ihp_risk_weights(measure + (1 + k) * shape->acgs, measure, shape->acgs,
                         x->weight[q] + k * shape->acgs);
    }
}

/* What is measured of IHP `i` of the group in a period. */
static void measure_ihp(const struct refit *x, const int64_t *measure, int q, size_t i,
                        struct ihp_measured *measured)
{
    const struct ihp_tally_shape *shape = x->c->shape;
    size_t acgs = shape->acgs, cap = shape->cap_of[x->r->first + i];
    bool base = x->c->deck->policies.risk_weights == IHP_WEIGHTS_BASE;
    const int64_t *months = measure + (x->quantities + i) * acgs;
    measured->months[q] = 0;
    for (size_t a = 0; a < acgs; a++) {
        measured->months[q] += months[a];
    }
    measured->cents[q] = measure[(x->quantities + x->r->count) * acgs + i];
    measured->risk[q] =
        ihp_risk_score(months, x->weight[base ? IHP_BASE : q] + cap * acgs, acgs);
}

/* One replicate, or one group left out: the statistics of every IHP of the group, `stride` apart. */
static void evaluate(struct refit *x, const int64_t *measure, size_t stride, size_t column,
                     double *value, int64_t *outcome)
{
    const int64_t *of[IHP_PERIODS] = {measure, measure + x->measures};
    for (int q = 0; q < IHP_PERIODS; q++) {
        weigh(x, of[q], q);
    }
    for (size_t i = 0; i < x->r->count; i++) {
        struct ihp_measured measured;
        double statistic[IHP_STATISTICS];
        measure_ihp(x, of[IHP_BASE], IHP_BASE, i, &measured);
        measure_ihp(x, of[IHP_PERFORMANCE], IHP_PERFORMANCE, i, &measured);
        struct ihp_settlement s = ihp_case_settle(x->c, x->r->first + i, &measured);
        ihp_case_statistics(&s, statistic);
        if (outcome != NULL) {
            outcome[i * IHP_OUTCOMES + s.outcome]++;
        }
        for (size_t k = 0; k < IHP_STATISTICS; k++) {
            value[(i * IHP_STATISTICS + k) * stride + column] = statistic[k];
        }
    }
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* A block of replicates: a run of them for each of the first ranks, which evaluates it. */
struct block {
    size_t run, runs;
    size_t size;                    /* measures of a run */
    int64_t *sum[IHP_PERIODS];      /* of one run, by cell */
    int64_t *measure;               /* [runs][run][periods][measures], of this rank's members */
    int64_t *own;                   /* [run][periods][measures], of all members */
    int *count;                     /* [ranks] measures that each evaluates */
};

/* As many runs at a time as there are ranks, fewer or shorter ones where they would take too much
 * memory. */
static enum ihp_status make_block(struct refit *x, struct block *block)
{
    size_t cells = (x->places[IHP_BASE].used + x->places[IHP_PERFORMANCE].used) * x->quantities;
    size_t each = IHP_PERIODS * x->measures, most = IHP_REPLICATE_BYTES / sizeof(int64_t);
    block->run = RUN * (cells + 2 * each) > most ? IHP_DRAWN_TOGETHER : RUN;
    block->size = block->run * each;
    block->runs = most / block->size;
    block->runs = block->runs < 1 ? 1 : block->runs;
    block->runs = block->runs > (size_t)x->ranks ? (size_t)x->ranks : block->runs;
    block->sum[IHP_BASE] = malloc((cells * block->run + 1) * sizeof(int64_t));
    block->measure = malloc(block->runs * block->size * sizeof(int64_t));
    block->own = malloc(block->size * sizeof(int64_t));
    block->count = calloc((size_t)x->ranks, sizeof *block->count);
    if (block->sum[IHP_BASE] == NULL || block->measure == NULL || block->own == NULL ||
        block->count == NULL || block->size > INT_MAX) {
        return ihp_fail_memory(x->err, "the sums of the replicates");
    }
    for (size_t i = 0; i < block->runs; i++) {
        block->count[i] = (int)block->size;
    }
    return IHP_OK;
}

static void free_block(struct block *block)
{
    free(block->sum[IHP_BASE]);
    free(block->measure);
    free(block->own);
    free(block->count);
}

/* The replicates from `first` on that run `i` of a block has: as many as a run, fewer at the end. */
static size_t replicates_of(const struct refit *x, const struct block *block, size_t first, size_t i)
{
    size_t past = first + i * block->run;
    size_t left = past < x->r->replicates ? x->r->replicates - past : 0;
    return left < block->run ? left : block->run;
}

/* The measures of this rank's members in run `i` of a block. */
static void measure_run(struct refit *x, struct block *block, size_t first, size_t i)
{
    size_t count = replicates_of(x, block, first, i), size[IHP_PERIODS];
    for (int q = 0; q < IHP_PERIODS; q++) {
        size[q] = x->places[q].used * x->quantities * count;
    }
    block->sum[IHP_PERFORMANCE] = block->sum[IHP_BASE] + size[IHP_BASE];
    memset(block->sum[IHP_BASE], 0, (size[IHP_BASE] + size[IHP_PERFORMANCE]) * sizeof(int64_t));
    ihp_resample_cells((uint64_t)x->c->deck->bootstrap.seed, x->cells,
                       (uint32_t)(first + i * block->run), (uint32_t)count, block->sum);
    fold(x, block->sum, count, block->measure + i * block->size);
}

/* Collective: the replicates block by block; each rank evaluates its run of a block. */
static enum ihp_status run_blocks(struct refit *x)
{
    struct block block = {0};
    make_block(x, &block);
    for (size_t first = 0; ihp_agree(x->c->comm, x->err) == IHP_OK && first < x->r->replicates;
         first += block.runs * block.run) {
        memset(block.measure, 0, block.runs * block.size * sizeof(int64_t));
        for (size_t i = 0; i < block.runs; i++) {
            measure_run(x, &block, first, i);
        }
        if (MPI_Reduce_scatter(block.measure, block.own, block.count, MPI_INT64_T, MPI_SUM,
                               x->c->comm) != MPI_SUCCESS) {
            ihp_fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the replicates");
        }
        size_t own = (size_t)x->rank < block.runs
                         ? replicates_of(x, &block, first, (size_t)x->rank) : 0;
        for (size_t b = 0; b < own; b++) {
            evaluate(x, block.own + b * IHP_PERIODS * x->measures, x->r->replicates,
                     first + (size_t)x->rank * block.run + b, x->r->value, x->r->outcome);
        }
    }
    free_block(&block);
    return x->err->status;
}

/* Collective: the statistics with one group left out, on every rank. */
static enum ihp_status leave_out(struct refit *x)
{
    size_t each = IHP_PERIODS * x->measures;
    int64_t *measure = calloc(each * (IHP_JACKKNIFE_GROUPS + 1), sizeof *measure);
    if (measure == NULL) {
        ihp_fail_memory(x->err, "the sums of the jackknife");
    }
    if (ihp_agree(x->c->comm, x->err) != IHP_OK) {
        free(measure);
        return x->err->status;
    }
    fold(x, x->group, IHP_JACKKNIFE_GROUPS, measure);
    if (!ihp_tally_sum(measure, each * IHP_JACKKNIFE_GROUPS, x->c->comm)) {
        ihp_fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the jackknife");
    }
    int64_t *all = measure + each * IHP_JACKKNIFE_GROUPS;
    for (size_t i = 0; i < each * IHP_JACKKNIFE_GROUPS; i++) {
        all[i % each] += measure[i];
    }
    for (size_t g = 0; g < IHP_JACKKNIFE_GROUPS; g++) {
        int64_t *group = measure + g * each;
        for (size_t i = 0; i < each; i++) { /* all but the group, in its place */
            group[i] = all[i] - group[i];
        }
        evaluate(x, group, IHP_JACKKNIFE_GROUPS, g, x->r->left_out, NULL);
    }
    free(measure);
    return x->err->status;
}

/* Collective: each replicate's values stand on one rank; afterwards on all. */
static void share_values(struct refit *x)
{
    enum { PIECE = 1 << 24 };
    size_t count = x->r->count * IHP_STATISTICS * x->r->replicates;
    for (size_t done = 0; done < count; done += PIECE) { /* zero elsewhere: a sum of one */
        size_t piece = count - done < PIECE ? count - done : PIECE;
        MPI_Allreduce(MPI_IN_PLACE, x->r->value + done, (int)piece, MPI_DOUBLE, MPI_SUM,
                      x->c->comm);
    }
    ihp_tally_sum(x->r->outcome, x->r->count * IHP_OUTCOMES, x->c->comm);
}

static void clean_up(struct refit *x)
{
    for (int q = 0; q < IHP_PERIODS; q++) {
        free(x->places[q].place);
        free(x->group[q]);
        free(x->weight[q]);
    }
    ihp_cells_destroy(&x->cells);
}

enum ihp_status ihp_bootstrap_refit(const struct ihp_case *c, struct ihp_replicates *r,
                                    struct ihp_error *err)
{
    struct refit x = {.c = c, .r = r, .quantities = 1 + c->shape->caps, .err = err};
    x.measures = (x.quantities + r->count) * c->shape->acgs + r->count;
    MPI_Comm_rank(c->comm, &x.rank);
    MPI_Comm_size(c->comm, &x.ranks);
    for (int q = 0; q < IHP_PERIODS && err->status == IHP_OK; q++) {
        x.places[q] = (struct places){.rows = 1 + 2 * c->program->partnerships,
                                      .acgs = c->shape->acgs};
        find_used(&x, q);
    }
    if (err->status == IHP_OK) {
        make_cells(&x);
    }
    if (ihp_agree(c->comm, err) == IHP_OK && run_blocks(&x) == IHP_OK) {
        leave_out(&x);
        share_values(&x);
    }
    clean_up(&x);
    return ihp_agree(c->comm, err);
}
