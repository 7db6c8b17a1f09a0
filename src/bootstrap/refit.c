/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replicates that make their own risk weights: weighted sums by IHP and risk category, of the whole
 * eligible population. */
#include "bootstrap/refit.h"

#include "base/agree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- a replicate ----------------------------------------------------------------------------- */

/* Makes the risk weights of a period from the replicate's population [16.4.1.2]. */
static void weigh(struct refit *refit, const int64_t *measure, int period)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    for (size_t cap = 0; cap < shape->caps; cap++) {
        ihp__risk_weights(measure + (1 + cap) * shape->acgs, measure, shape->acgs,
                          refit->weight[period] + cap * shape->acgs);
    }
}

/* Measures IHP `i` of the group in a period. */
static void measure_ihp(const struct refit *refit, const int64_t *measure, int period, size_t i,
                        struct ihp__measured *measured)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    size_t acgs = shape->acgs, cap = shape->cap_of[refit->r->first + i];
    bool base = refit->c->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    const int64_t *months = measure + (1 + shape->caps + i) * acgs;
    measured->months[period] = 0;
    for (size_t a = 0; a < acgs; a++) {
        measured->months[period] += months[a];
    }
    measured->cents[period] = measure[(1 + shape->caps + refit->r->count) * acgs + i];
    measured->risk[period] =
        ihp__risk_score(months, refit->weight[base ? IHP__BASE : period] + cap * acgs, acgs);
}

/* Evaluates every IHP of the group in one replicate, or with one group left out; the values are
 * `stride` apart. */
static void evaluate(struct refit *refit, const int64_t *measure, size_t stride, size_t column,
                     double *value, int64_t *outcome)
{
    const int64_t *of[IHP__PERIODS] = {measure, measure + refit->measures};
    for (int period = 0; period < IHP__PERIODS; period++) {
        weigh(refit, of[period], period);
    }
    for (size_t i = 0; i < refit->r->count; i++) {
        struct ihp__measured measured;
        double statistic[IHP__STATISTICS];
        measure_ihp(refit, of[IHP__BASE], IHP__BASE, i, &measured);
        measure_ihp(refit, of[IHP__PERFORMANCE], IHP__PERFORMANCE, i, &measured);
        struct ihp__settlement s = ihp__case_settle(refit->c, refit->r->first + i, &measured);
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

/* Makes room for as many runs at a time as there are ranks; for fewer or shorter runs where they
 * would take too much memory. */
static enum ihp_status make_block(struct refit *refit, struct block *block)
{
    size_t cells = 0;
    for (int s = 0; s < REFIT_SIDES; s++) {
        cells += refit->side[s].used * refit->side[s].quantities;
    }
    size_t each = IHP__PERIODS * refit->measures, most = IHP__REPLICATE_BYTES / sizeof(int64_t);
    block->run = IHP__REFIT_RUN * (cells + 2 * each) > most ? IHP__DRAWN_TOGETHER : IHP__REFIT_RUN;
    block->size = block->run * each;
    block->runs = most / block->size;
    block->runs = block->runs < 1 ? 1 : block->runs;
    block->runs = block->runs > (size_t)refit->ranks ? (size_t)refit->ranks : block->runs;
    block->sum[0] = malloc((cells * block->run + 1) * sizeof(int64_t));
    block->measure = malloc(block->runs * block->size * sizeof(int64_t));
    block->own = malloc(block->size * sizeof(int64_t));
    block->count = calloc((size_t)refit->ranks, sizeof *block->count);
    if (block->sum[0] == NULL || block->measure == NULL || block->own == NULL ||
        block->count == NULL || block->size > INT_MAX) {
        return ihp__fail_memory(refit->err, "the sums of the replicates");
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

/* Returns the number of replicates of run `i` of the block that begins with `first`: fewer or none
 * at the end. */
static size_t replicates_of(const struct refit *refit, const struct block *block, size_t first,
                            size_t i)
{
    size_t past = first + i * block->run;
    size_t left = past < refit->r->replicates ? refit->r->replicates - past : 0;
    return left < block->run ? left : block->run;
}

/* Measures this rank's members in run `i` of a block. */
static void measure_run(struct refit *refit, struct block *block, size_t first, size_t i)
{
    size_t count = replicates_of(refit, block, first, i), all = 0;
    for (int s = 0; s < REFIT_SIDES; s++) {
        block->sum[s] = block->sum[0] + all;
        all += refit->side[s].used * refit->side[s].quantities * count;
    }
    memset(block->sum[0], 0, all * sizeof(int64_t));
    const struct ihp__draws draws = {(uint64_t)refit->c->deck->bootstrap.seed,
                                     (uint32_t)(first + i * block->run), (uint32_t)count};
    ihp__resample_cells(&draws, refit->cells, block->sum);
    ihp__refit_measure(refit, block->sum, count, block->measure + i * block->size);
}

/* Makes one block of replicates. Collective. */
static void run_block(struct refit *refit, struct block *block)
{
    size_t first = refit->r->done, end = first + block->runs * block->run;
    memset(block->measure, 0, block->runs * block->size * sizeof(int64_t));
    for (size_t i = 0; i < block->runs; i++) {
        measure_run(refit, block, first, i);
    }
    if (MPI_Reduce_scatter(block->measure, block->own, block->count, MPI_INT64_T, MPI_SUM,
                           refit->c->comm) != MPI_SUCCESS) {
        ihp__error_set(refit->err, IHP_ERR_RUN, "MPI could not add the sums of the replicates");
    }
    size_t own = (size_t)refit->rank < block->runs
                     ? replicates_of(refit, block, first, (size_t)refit->rank)
                     : 0;
    for (size_t b = 0; b < own; b++) {
        evaluate(refit, block->own + b * IHP__PERIODS * refit->measures, refit->r->replicates,
                 first + (size_t)refit->rank * block->run + b, refit->r->value, refit->r->outcome);
    }
    refit->r->done = end < refit->r->replicates ? end : refit->r->replicates;
}

/* Makes the replicates block by block; each rank evaluates its run of a block. Collective; returns
 * the same status on every rank. */
static enum ihp_status run_blocks(struct refit *refit)
{
    const struct ihp__case *c = refit->c;
    struct block block = {0};
    ihp__until_agreed(make_block(refit, &block));
    enum ihp_status status = ihp__agree(c->comm, refit->err);
    while (status == IHP_OK && refit->r->done < refit->r->replicates) {
        run_block(refit, &block);
        if (c->hooks.progress != NULL) {
            c->hooks.progress(c->hooks.context,
                              (double)refit->r->done / (double)refit->r->replicates);
        }
        status = ihp__case_pause(c, refit->r, refit->err);
    }
    free_block(&block);
    return status;
}

/* Replaces the sums of each group of the jackknife by the sums of all members but the group. `all`
 * is zero. */
static void subtract_groups(int64_t *measure, int64_t *all, size_t each)
{
    for (size_t i = 0; i < each * IHP__JACKKNIFE_GROUPS; i++) {
        all[i % each] += measure[i];
    }
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        for (size_t i = 0; i < each; i++) {
            measure[g * each + i] = all[i] - measure[g * each + i];
        }
    }
}

/* Evaluates the IHPs with one group left out at a time, on every rank. Collective; returns the same
 * status on every rank. */
static enum ihp_status leave_out(struct refit *refit)
{
    size_t each = IHP__PERIODS * refit->measures;
    int64_t *sum[REFIT_SIDES];
    int64_t *measure = calloc(each * (IHP__JACKKNIFE_GROUPS + 1), sizeof *measure);
    if (measure == NULL) {
        ihp__until_agreed(ihp__fail_memory(refit->err, "the sums of the jackknife"));
    }
    if (ihp__agree(refit->c->comm, refit->err) != IHP_OK) {
        free(measure);
        return refit->err->status;
    }
    for (int s = 0; s < REFIT_SIDES; s++) {
        sum[s] = refit->side[s].group;
    }
    ihp__refit_measure(refit, sum, IHP__JACKKNIFE_GROUPS, measure);
    if (!ihp__tally_sum(measure, each * IHP__JACKKNIFE_GROUPS, refit->c->comm)) {
        ihp__error_set(refit->err, IHP_ERR_RUN, "MPI could not add the sums of the jackknife");
    }
    subtract_groups(measure, measure + each * IHP__JACKKNIFE_GROUPS, each);
    for (size_t g = 0; g < IHP__JACKKNIFE_GROUPS; g++) {
        evaluate(refit, measure + g * each, IHP__JACKKNIFE_GROUPS, g, refit->r->left_out, NULL);
    }
    free(measure);
    return ihp__agree(refit->c->comm, refit->err);
}

/* Copies each replicate's values from the rank that has them to all. Collective; returns the same
 * status on every rank. */
static enum ihp_status share_values(struct refit *refit)
{
    enum { PIECE = 1 << 24 };
    struct ihp__replicates *r = refit->r;
    size_t count = r->count * IHP__STATISTICS * r->replicates;
    for (size_t done = 0; done < count; done += PIECE) { /* zero elsewhere: a sum of one */
        size_t piece = count - done < PIECE ? count - done : PIECE;
        MPI_Allreduce(MPI_IN_PLACE, r->value + done, (int)piece, MPI_DOUBLE, MPI_SUM,
                      refit->c->comm);
    }
    if (!ihp__tally_sum(r->outcome, r->count * IHP__OUTCOMES, refit->c->comm)) {
        ihp__error_set(refit->err, IHP_ERR_RUN, "MPI could not add the outcomes");
    }
    return ihp__agree(refit->c->comm, refit->err);
}

static enum ihp_status make_weights(struct refit *refit)
{
    const struct ihp__tally_shape *shape = refit->c->shape;
    for (int period = 0; period < IHP__PERIODS; period++) {
        refit->weight[period] = calloc(shape->caps * shape->acgs, sizeof *refit->weight[period]);
        if (refit->weight[period] == NULL) {
            return ihp__fail_memory(refit->err, "the weights of a replicate");
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__bootstrap_refit(const struct ihp__case *c, struct ihp__replicates *r,
                                     struct ihp_error *err)
{
    struct refit refit = {.c = c, .r = r, .err = err};
    MPI_Comm_rank(c->comm, &refit.rank);
    MPI_Comm_size(c->comm, &refit.ranks);
    refit.measures = ihp__refit_measures(&refit);
    ihp__until_agreed(make_weights(&refit));
    enum ihp_status status = ihp__agree(c->comm, err);
    status = status == IHP_OK ? ihp__refit_make_cells(&refit) : status;
    status = status == IHP_OK ? run_blocks(&refit) : status;
    status = status == IHP_OK ? leave_out(&refit) : status;
    status = status == IHP_OK ? share_values(&refit) : status;
    ihp__refit_free_cells(&refit);
    free(refit.weight[IHP__BASE]);
    free(refit.weight[IHP__PERFORMANCE]);
    return status;
}
