/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of members by month for payments: the layout of the block, adding a month, reducing. */
#include "tally/payment_tally.h"

#include <math.h>
#include <stdlib.h>

/* Returns the next `count` elements of the block, or only counts them if `block` is NULL. */
static int64_t *take(int64_t *block, size_t *used, size_t count)
{
    int64_t *part = block == NULL ? NULL : block + *used;
    *used += count;
    return part;
}

/* Sets the arrays of a tally in its block, which may be NULL. Returns the elements of the block. */
static size_t lay_out(int64_t *block, struct ihp__payment_tally *tally)
{
    const struct ihp__payment_shape *shape = &tally->shape;
    size_t used = 0, cells = shape->partnerships * shape->acgs * IHP__UPLIFT_SETS;
    tally->seen = take(block, &used, IHP__PAYMENT_SEEN);
    for (size_t month = 0; month < shape->months; month++) {
        struct ihp__payment_sums *m = &tally->month[month];
        m->attributed = take(block, &used, shape->partnerships);
        m->eligible = take(block, &used, shape->partnerships);
        m->ctc = take(block, &used, shape->partnerships);
        m->population_months = take(block, &used, shape->acgs);
        m->population_cost = take(block, &used, shape->acgs);
        m->paid_months = take(block, &used, shape->acgs);
        m->paid_cost = take(block, &used, shape->acgs);
        m->members = take(block, &used, cells);
        for (int reason = 0; shape->reconciles && reason < IHP__RECONCILE_REASONS; reason++) {
            m->reason[reason] = take(block, &used, cells);
        }
    }
    if (shape->reconciles) {
        size_t sums = shape->partnerships * IHP__RECONCILE_REASONS;
        tally->paid = (struct ihp__paid_sum *)take(
            block, &used, sums * sizeof *tally->paid / sizeof *tally->block);
    }
    return used;
}

enum ihp_status ihp__payment_tally_create(const struct ihp__payment_shape *shape,
                                          struct ihp__payment_tally **out, struct ihp_error *err)
{
    struct ihp__payment_tally *tally = calloc(1, sizeof *tally);
    if (tally == NULL) {
        return ihp__fail_memory(err, "the sums by month");
    }
    tally->shape = *shape; /* at most 4,096 IHPs and 65,536 categories: the size cannot overflow */
    tally->size = lay_out(NULL, tally);
    tally->block = calloc(tally->size, sizeof *tally->block);
    if (tally->block == NULL) {
        free(tally);
        return ihp__fail_memory(err, "the sums by month, IHP, category and uplift");
    }
    lay_out(tally->block, tally);
    *out = tally;
    return IHP_OK;
}

void ihp__payment_tally_destroy(struct ihp__payment_tally **tally)
{
    if (tally == NULL || *tally == NULL) {
        return;
    }
    free((*tally)->block);
    free(*tally);
    *tally = NULL;
}

void ihp__payment_tally_add(struct ihp__payment_tally *tally, size_t month,
                            const struct ihp__month_fact *fact, const struct ihp__paid_month *paid)
{
    const struct ihp__payment_shape *shape = &tally->shape;
    struct ihp__payment_sums *m = &tally->month[month];
    if (!fact->enough) {
        return;
    }
    m->population_months[fact->acg] += fact->months;
    m->population_cost[fact->acg] += fact->cost;
    if (fact->partnership < 0) {
        return;
    }
    size_t p = (size_t)fact->partnership;
    m->attributed[p]++;
    m->ctc[p] += paid->ctc;
    if (paid->paid) {
        size_t cell = (p * shape->acgs + fact->acg) * IHP__UPLIFT_SETS + paid->uplift_set;
        m->eligible[p]++;
        m->paid_months[fact->acg] += fact->months;
        m->paid_cost[fact->acg] += fact->cost;
        m->members[cell]++;
        if (shape->reconciles && paid->later) {
            m->reason[IHP__RECONCILE_CARE_COORDINATION][cell]++;
        } else if (shape->reconciles && paid->out) {
            m->reason[IHP__RECONCILE_OVERRIDE_OUT][cell]++;
        }
    }
}

void ihp__payment_tally_gain(struct ihp__payment_tally *tally, size_t month, int partnership,
                             uint16_t acg, uint8_t uplift_set)
{
    size_t cell = ((size_t)partnership * tally->shape.acgs + acg) * IHP__UPLIFT_SETS + uplift_set;
    tally->month[month].reason[IHP__RECONCILE_OVERRIDE_IN][cell]++;
}

void ihp__payment_tally_paid(struct ihp__payment_tally *tally, int partnership,
                             enum ihp__reconcile_reason reason, double dollars)
{
    struct ihp__paid_sum *sum =
        &tally->paid[(size_t)partnership * IHP__RECONCILE_REASONS + (size_t)reason];
    double whole = floor(dollars);
    sum->months++;
    sum->dollars += (int64_t)whole;
    sum->trillionths += llround((dollars - whole) * 1e12);
}

enum ihp_status ihp__payment_tally_reduce(struct ihp__payment_tally *tally, MPI_Comm comm,
                                          struct ihp_error *err)
{
    return ihp__tally_sum(tally->block, tally->size, comm)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
}
