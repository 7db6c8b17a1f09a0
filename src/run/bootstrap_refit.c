/* Replicates that make their own risk weights: weighted sums by IHP and risk category, of the whole
 * eligible population. */
#include "bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells of a period: a row for members of the population without an IHP, one for each IHP's members of
 * the population, one for each IHP's members outside it (put there on review), by category. Only those
 * that somebody is in are summed. Quantities: months, then cost under each cap. */
struct cells {
    size_t rows, acgs, quantities;
    size_t used;
    uint32_t *place; /* [rows * acgs] among those used, IHP_NO_CELL for the others */
    struct ihp_cells *sorted;
    int64_t *group; /* [used][quantities][IHP_JACKKNIFE_GROUPS] */
};

struct refit {
    const struct ihp_case *c;
    struct ihp_replicates *r;
    struct cells cells[IHP_PERIODS];
    int64_t *months, *capped; /* of the population: [acgs], [caps][acgs] */
    int64_t *ihp_months;      /* [acgs] */
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
    struct cells *cells = &x->cells[q];
    size_t all = cells->rows * cells->acgs;
    int64_t *count = calloc(all + 1, sizeof *count);
    cells->place = calloc(all + 1, sizeof *cells->place);
    if (count == NULL || cells->place == NULL) {
        ihp_fail_memory(x->err, "the cells to resample");
    }
    if (ihp_agree(c->comm, x->err) == IHP_OK) {
        for (uint64_t m = 0; m < c->members; m++) {
            uint32_t cell = cell_of(c, &c->fact[q][m]);
            count[cell == IHP_NO_CELL ? all : cell]++;
        }
        ihp_tally_sum(count, all, c->comm);
        for (size_t i = 0; i < all; i++) {
            cells->place[i] = count[i] > 0 ? (uint32_t)cells->used++ : IHP_NO_CELL;
        }
    }
    free(count);
    return x->err->status;
}

/* The members of this rank with their cells and values, sorted by cell, and the jackknife's sums. */
static enum ihp_status make_cells(struct refit *x, int q)
{
    const struct ihp_case *c = x->c;
    struct cells *cells = &x->cells[q];
    size_t n = (size_t)c->members, quantities = cells->quantities;
    uint32_t *cell = malloc((n + 1) * sizeof *cell);
    int64_t *value = malloc((n + 1) * quantities * sizeof *value);
    cells->group = calloc(cells->used * quantities * IHP_JACKKNIFE_GROUPS + 1, sizeof(int64_t));
    if (cell == NULL || value == NULL || cells->group == NULL) {
        ihp_fail_memory(x->err, "the members to resample");
    } else {
        for (size_t m = 0; m < n; m++) {
            const struct ihp_view_fact *f = &c->fact[q][m];
            uint32_t at = cell_of(c, f);
            int64_t *v = value + m * quantities;
            cell[m] = at == IHP_NO_CELL ? at : cells->place[at];
            v[0] = f->months;
            for (size_t k = 0; k < c->shape->caps; k++) {
                v[1 + k] = ihp_capped_cost(f->cost, c->shape->cap[k]);
            }
            for (size_t i = 0; at != IHP_NO_CELL && i < quantities; i++) {
                cells->group[(cell[m] * quantities + i) * IHP_JACKKNIFE_GROUPS +
                             c->key[m] % IHP_JACKKNIFE_GROUPS] += v[i];
            }
        }
        const struct ihp_cell_members members = {.members = n, .key = c->key, .cell = cell,
                                                 .cells = cells->used, .quantities = quantities,
                                                 .value = value};
        ihp_cells_create(&members, &cells->sorted, x->err);
    }
    free(cell);
    free(value);
    return x->err->status;
}

static enum ihp_status make_work(struct refit *x)
{
    const struct ihp_tally_shape *shape = x->c->shape;
    x->months = calloc(shape->acgs, sizeof *x->months);
    x->capped = calloc(shape->caps * shape->acgs, sizeof *x->capped);
    x->ihp_months = calloc(shape->acgs, sizeof *x->ihp_months);
    bool whole = x->months != NULL && x->capped != NULL && x->ihp_months != NULL;
    for (int q = 0; q < IHP_PERIODS; q++) {
        x->weight[q] = calloc(shape->caps * shape->acgs, sizeof *x->weight[q]);
        whole = whole && x->weight[q] != NULL;
    }
    return whole ? IHP_OK : ihp_fail_memory(x->err, "the weights of a replicate");
}

/* A sum of a cell: `column` of the replicates or groups, which lie `stride` apart; less the same of
 * `less` where one group is left out. */
struct source {
    const int64_t *sum[IHP_PERIODS];
    size_t stride, column;
};

static int64_t sum_of(const struct refit *x, const struct source *source, int q, size_t row,
                      size_t acg, size_t quantity)
{
    const struct cells *cells = &x->cells[q];
    uint32_t place = cells->place[row * cells->acgs + acg];
    return place == IHP_NO_CELL
               ? 0
               : source->sum[q][(place * cells->quantities + quantity) * source->stride +
                                source->column];
}

/* Risk weights of a period from the replicate's population [16.4.1.2]. */
static void weigh(struct refit *x, const struct source *source, int q)
{
    const struct ihp_tally_shape *shape = x->c->shape;
    size_t acgs = shape->acgs, population = 1 + x->c->program->partnerships;
    memset(x->months, 0, acgs * sizeof *x->months);
    memset(x->capped, 0, shape->caps * acgs * sizeof *x->capped);
    for (size_t row = 0; row < population; row++) {
        for (size_t a = 0; a < acgs; a++) {
            x->months[a] += sum_of(x, source, q, row, a, 0);
            for (size_t k = 0; k < shape->caps; k++) {
                x->capped[k * acgs + a] += sum_of(x, source, q, row, a, 1 + k);
            }
        }
    }
    for (size_t k = 0; k < shape->caps; k++) {
        ihp_risk_weights(x->capped + k * acgs, x->months, acgs, x->weight[q] + k * acgs);
    }
}

/* What is measured of IHP p in a period. */
static void measure(struct refit *x, const struct source *source, int q, size_t p,
                    struct ihp_measured *measured)
{
    const struct ihp_tally_shape *shape = x->c->shape;
    size_t cap = shape->cap_of[p], inside = 1 + p, outside = inside + x->c->program->partnerships;
    bool base = x->c->deck->policies.risk_weights == IHP_WEIGHTS_BASE;
    measured->months[q] = measured->cents[q] = 0;
    for (size_t a = 0; a < shape->acgs; a++) {
        x->ihp_months[a] = sum_of(x, source, q, inside, a, 0) + sum_of(x, source, q, outside, a, 0);
        measured->months[q] += x->ihp_months[a];
        measured->cents[q] += sum_of(x, source, q, inside, a, 1 + cap) +
                              sum_of(x, source, q, outside, a, 1 + cap);
    }
    measured->risk[q] = ihp_risk_score(
        x->ihp_months, x->weight[base ? IHP_BASE : q] + cap * shape->acgs, shape->acgs);
}

/* One replicate, or one group left out: the statistics of every IHP of the group, `stride` apart. */
static void evaluate(struct refit *x, const struct source *source, size_t stride, size_t column,
                     double *value, int64_t *outcome)
{
    for (int q = 0; q < IHP_PERIODS; q++) {
        weigh(x, source, q);
    }
    for (size_t i = 0; i < x->r->count; i++) {
        struct ihp_measured measured;
        double statistic[IHP_STATISTICS];
        measure(x, source, IHP_BASE, x->r->first + i, &measured);
        measure(x, source, IHP_PERFORMANCE, x->r->first + i, &measured);
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

/* Collective: the replicates block by block; each rank evaluates its part of a block. */
static enum ihp_status run_blocks(struct refit *x, int rank, int ranks)
{
    size_t size[IHP_PERIODS], all = 0, replicates = x->r->replicates;
    for (int q = 0; q < IHP_PERIODS; q++) {
        size[q] = x->cells[q].used * x->cells[q].quantities;
        all += size[q];
    }
    size_t block = (size_t)(IHP_REPLICATE_BYTES / sizeof(int64_t)) / (all + 1) / IHP_DRAWN_TOGETHER;
    block = (block == 0 ? 1 : block) * IHP_DRAWN_TOGETHER;
    block = block > replicates ? replicates : block;
    int64_t *sum = malloc((all * block + 1) * sizeof *sum);
    if (sum == NULL) {
        ihp_fail_memory(x->err, "the sums of the replicates");
    }
    for (size_t first = 0; ihp_agree(x->c->comm, x->err) == IHP_OK && first < replicates;
         first += block) {
        size_t count = replicates - first < block ? replicates - first : block;
        struct source source = {.sum = {sum, sum + size[IHP_BASE] * count}, .stride = count};
        memset(sum, 0, all * count * sizeof *sum);
        for (int q = 0; q < IHP_PERIODS; q++) {
            ihp_resample_cells((uint64_t)x->c->deck->bootstrap.seed, x->cells[q].sorted,
                               (uint32_t)first, (uint32_t)count,
                               sum + (q == IHP_BASE ? 0 : size[IHP_BASE] * count));
        }
        if (!ihp_tally_sum(sum, all * count, x->c->comm)) {
            ihp_fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the replicates");
        }
        for (size_t b = (size_t)rank; b < count; b += (size_t)ranks) {
            source.column = b;
            evaluate(x, &source, replicates, first + b, x->r->value, x->r->outcome);
        }
    }
    free(sum);
    return x->err->status;
}

/* Collective: the statistics with one group left out, on every rank. */
static enum ihp_status leave_out(struct refit *x)
{
    for (int q = 0; q < IHP_PERIODS; q++) {
        struct cells *cells = &x->cells[q];
        size_t sums = cells->used * cells->quantities;
        if (!ihp_tally_sum(cells->group, sums * IHP_JACKKNIFE_GROUPS, x->c->comm)) {
            ihp_fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the jackknife");
        }
        for (size_t i = 0; i < sums; i++) { /* all but the group, in its place */
            int64_t *group = cells->group + i * IHP_JACKKNIFE_GROUPS, all = 0;
            for (size_t g = 0; g < IHP_JACKKNIFE_GROUPS; g++) {
                all += group[g];
            }
            for (size_t g = 0; g < IHP_JACKKNIFE_GROUPS; g++) {
                group[g] = all - group[g];
            }
        }
    }
    struct source source = {.sum = {x->cells[IHP_BASE].group, x->cells[IHP_PERFORMANCE].group},
                            .stride = IHP_JACKKNIFE_GROUPS};
    for (size_t g = 0; g < IHP_JACKKNIFE_GROUPS; g++) {
        source.column = g;
        evaluate(x, &source, IHP_JACKKNIFE_GROUPS, g, x->r->left_out, NULL);
    }
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
        free(x->cells[q].place);
        free(x->cells[q].group);
        ihp_cells_destroy(&x->cells[q].sorted);
        free(x->weight[q]);
    }
    free(x->months);
    free(x->capped);
    free(x->ihp_months);
}

enum ihp_status ihp_bootstrap_refit(const struct ihp_case *c, struct ihp_replicates *r,
                                    struct ihp_error *err)
{
    struct refit x = {.c = c, .r = r, .err = err};
    int rank, ranks;
    MPI_Comm_rank(c->comm, &rank);
    MPI_Comm_size(c->comm, &ranks);
    make_work(&x);
    for (int q = 0; q < IHP_PERIODS && ihp_agree(c->comm, err) == IHP_OK; q++) {
        x.cells[q] = (struct cells){.rows = 1 + 2 * c->program->partnerships,
                                    .acgs = c->shape->acgs, .quantities = 1 + c->shape->caps};
        if (find_used(&x, q) == IHP_OK) {
            make_cells(&x, q);
        }
    }
    if (ihp_agree(c->comm, err) == IHP_OK && run_blocks(&x, rank, ranks) == IHP_OK) {
        leave_out(&x);
        share_values(&x);
    }
    clean_up(&x);
    return ihp_agree(c->comm, err);
}
