/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replicates that make their own risk weights: weighted sums by IHP and risk category, of the whole
 * eligible population. */
#include "refit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Replicates that a rank evaluates at a time, where memory allows. */
enum { RUN = 32 };

/* ---- a replicate ----------------------------------------------------------------------------- */

/* Risk weights of a period from the replicate's population [16.4.1.2]. */
static void weigh(struct refit *x, const int64_t *measure, int period)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    for (size_t k = 0; k < shape->caps; k++) {
        ihp__risk_weights(measure + (1 + k) * shape->acgs, measure, shape->acgs,
                          x->weight[period] + k * shape->acgs);
    }
}

/* What is measured of IHP `i` of the group in a period. */
static void measure_ihp(const struct refit *x, const int64_t *measure, int period, size_t i,
                        struct ihp__measured *measured)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    size_t acgs = shape->acgs, cap = shape->cap_of[x->r->first + i];
    bool base = x->c->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    const int64_t *months = measure + (1 + shape->caps + i) * acgs;
    measured->months[period] = 0;
    for (size_t a = 0; a < acgs; a++) {
        measured->months[period] += months[a];
    }
    measured->cents[period] = measure[(1 + shape->caps + x->r->count) * acgs + i];
    measured->risk[period] =
        ihp__risk_score(months, x->weight[base ? IHP__BASE : period] + cap * acgs, acgs);
}

/* One replicate, or one group left out: the statistics of every IHP of the group, `stride`
 * apart. */
static void evaluate(struct refit *x, const int64_t *measure, size_t stride, size_t column,
                     double *value, int64_t *outcome)
{
    const int64_t *of[IHP__PERIODS] = {measure, measure + x->measures};
    for (int period = 0; period < IHP__PERIODS; period++) {
        weigh(x, of[period], period);
    }
    for (size_t i = 0; i < x->r->count; i++) {
        struct ihp__measured measured;
        double statistic[IHP__STATISTICS];
        measure_ihp(x, of[IHP__BASE], IHP__BASE, i, &measured);
        measure_ihp(x, of[IHP__PERFORMANCE], IHP__PERFORMANCE, i, &measured);
        struct ihp__settlement s = ihp__case_settle(x->c, x->r->first + i, &measured);
        ihp__case_statistics(&s, statistic);
        if (outcome != NULL) {
            outcome[i * IHP__OUTCOMES + s.outcome]++;
        }
        for (size_t k = 0; k < IHP__STATISTICS; k++) {
            value[(i * IHP__STATISTICS + k) * stride + column] = statistic[k];
        }
    }
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* A block of replicates: a run of them for each of the first ranks, which evaluates it. */
struct block {
    size_t run, runs;
    size_t size;               /* measures of a run */
    int64_t *sum[REFIT_SIDES]; /* of one run, by cell */
    int64_t *measure;          /* [runs][run][periods][measures], of this rank's members */
    int64_t *own;              /* [run][periods][measures], of all members */
    int *count;                /* [ranks] measures that each evaluates */
};

/* As many runs at a time as there are ranks, fewer or shorter ones where they would take too much
 * memory. */
static enum ihp_status make_block(struct refit *x, struct block *block)
{
    size_t cells = 0;
    for (int s = 0; s < REFIT_SIDES; s++) {
        cells += x->side[s].used * x->side[s].quantities;
    }
    size_t each = IHP__PERIODS * x->measures, most = IHP__REPLICATE_BYTES / sizeof(int64_t);
    block->run = RUN * (cells + 2 * each) > most ? IHP__DRAWN_TOGETHER : RUN;
    block->size = block->run * each;
    block->runs = most / block->size;
    block->runs = block->runs < 1 ? 1 : block->runs;
    block->runs = block->runs > (size_t)x->ranks ? (size_t)x->ranks : block->runs;
    block->sum[0] = malloc((cells * block->run + 1) * sizeof(int64_t));
    block->measure = malloc(block->runs * block->size * sizeof(int64_t));
    block->own = malloc(block->size * sizeof(int64_t));
    block->count = calloc((size_t)x->ranks, sizeof *block->count);
    if (block->sum[0] == NULL || block->measure == NULL || block->own == NULL ||
        block->count == NULL || block->size > INT_MAX) {
        return ihp__fail_memory(x->err, "the sums of the replicates");
    }
    for (size_t i = 0; i < block->runs; i++) {
        block->count[i] = (int)block->size;
    }
    return IHP_OK;
}

static void free_block(struct block *block)
{
    free(block->sum[0]);
    free(block->measure);
    free(block->own);
    free(block->count);
}

/* The replicates of run `i` of the block that begins with `first`: fewer or none at the end. */
static size_t replicates_of(const struct refit *x, const struct block *block, size_t first,
                            size_t i)
{
    size_t past = first + i * block->run;
    size_t left = past < x->r->replicates ? x->r->replicates - past : 0;
    return left < block->run ? left : block->run;
}

/* The measures of this rank's members in run `i` of a block. */
static void measure_run(struct refit *x, struct block *block, size_t first, size_t i)
{
    size_t count = replicates_of(x, block, first, i), all = 0;
    for (int s = 0; s < REFIT_SIDES; s++) {
        block->sum[s] = block->sum[0] + all;
        all += x->side[s].used * x->side[s].quantities * count;
    }
    memset(block->sum[0], 0, all * sizeof(int64_t));
    ihp__resample_cells((uint64_t)x->c->deck->bootstrap.seed, x->cells,
                        (uint32_t)(first + i * block->run), (uint32_t)count, block->sum);
    ihp__refit_measure(x, block->sum, count, block->measure + i * block->size);
}

/* Collective: the replicates block by block; each rank evaluates its run of a block. */
static enum ihp_status run_blocks(struct refit *x)
{
    struct block block = {0};
    make_block(x, &block);
    while (ihp__agree(x->c->comm, x->err) == IHP_OK && x->r->done < x->r->replicates) {
        size_t first = x->r->done, end = first + block.runs * block.run;
        memset(block.measure, 0, block.runs * block.size * sizeof(int64_t));
        for (size_t i = 0; i < block.runs; i++) {
            measure_run(x, &block, first, i);
        }
        if (MPI_Reduce_scatter(block.measure, block.own, block.count, MPI_INT64_T, MPI_SUM,
                               x->c->comm) != MPI_SUCCESS) {
            ihp__fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the replicates");
        }
        size_t own =
            (size_t)x->rank < block.runs ? replicates_of(x, &block, first, (size_t)x->rank) : 0;
        for (size_t b = 0; b < own; b++) {
            evaluate(x, block.own + b * IHP__PERIODS * x->measures, x->r->replicates,
                     first + (size_t)x->rank * block.run + b, x->r->value, x->r->outcome);
        }
        x->r->done = end < x->r->replicates ? end : x->r->replicates;
        if (x->c->progress != NULL) {
            x->c->progress(x->c->progress_context, (double)x->r->done / (double)x->r->replicates);
        }
        x->c->between(x->c->between_context, x->r);
    }
    free_block(&block);
    return x->err->status;
}

/* Collective: the statistics with one group left out, on every rank. */
static enum ihp_status leave_out(struct refit *x)
{
    size_t each = IHP__PERIODS * x->measures;
    int64_t *measure = calloc(each * (IHP__JACKKNIFE_GROUPS + 1), sizeof *measure);
    if (measure == NULL) {
        ihp__fail_memory(x->err, "the sums of the jackknife");
    }
    if (ihp__agree(x->c->comm, x->err) != IHP_OK) {
        free(measure);
        return x->err->status;
    }
    int64_t *sum[REFIT_SIDES];
    for (int s = 0; s < REFIT_SIDES; s++) {
        sum[s] = x->side[s].group;
    }
    ihp__refit_measure(x, sum, IHP__JACKKNIFE_GROUPS, measure);
    if (!ihp__tally_sum(measure, each * IHP__JACKKNIFE_GROUPS, x->c->comm)) {
        ihp__fail(x->err, IHP_ERR_RUN, "MPI could not add the sums of the jackknife");
    }
    int64_t *all = measure + each * IHP__JACKKNIFE_GROUPS;
    for (size_t i = 0; i < each * IHP__JACKKNIFE_GROUPS; i++) {
        all[i % each] += measure[i];
    }
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        int64_t *group = measure + g * each;
        for (size_t i = 0; i < each; i++) { /* all but the group, in its place */
            group[i] = all[i] - group[i];
        }
        evaluate(x, group, IHP__JACKKNIFE_GROUPS, g, x->r->left_out, NULL);
    }
    free(measure);
    return x->err->status;
}

/* Collective: each replicate's values stand on one rank; afterwards on all. */
static void share_values(struct refit *x)
{
    enum { PIECE = 1 << 24 };
    size_t count = x->r->count * IHP__STATISTICS * x->r->replicates;
    for (size_t done = 0; done < count; done += PIECE) { /* zero elsewhere: a sum of one */
        size_t piece = count - done < PIECE ? count - done : PIECE;
        MPI_Allreduce(MPI_IN_PLACE, x->r->value + done, (int)piece, MPI_DOUBLE, MPI_SUM,
                      x->c->comm);
    }
    ihp__tally_sum(x->r->outcome, x->r->count * IHP__OUTCOMES, x->c->comm);
}

static enum ihp_status make_weights(struct refit *x)
{
    const struct ihp__tally_shape *shape = x->c->shape;
    for (int period = 0; period < IHP__PERIODS; period++) {
        x->weight[period] = calloc(shape->caps * shape->acgs, sizeof *x->weight[period]);
        if (x->weight[period] == NULL) {
            ihp__fail_memory(x->err, "the weights of a replicate");
        }
    }
    return ihp__agree(x->c->comm, x->err);
}

enum ihp_status ihp__bootstrap_refit(const struct ihp__case *c, struct ihp__replicates *r,
                                     struct ihp_error *err)
{
    struct refit x = {.c = c, .r = r, .err = err};
    MPI_Comm_rank(c->comm, &x.rank);
    MPI_Comm_size(c->comm, &x.ranks);
    x.measures = ihp__refit_measures(&x);
    if (make_weights(&x) == IHP_OK && ihp__refit_make_cells(&x) == IHP_OK &&
        run_blocks(&x) == IHP_OK) {
        leave_out(&x);
        share_values(&x);
    }
    ihp__refit_free_cells(&x);
    free(x.weight[IHP__BASE]);
    free(x.weight[IHP__PERFORMANCE]);
    return ihp__agree(c->comm, err);
}
