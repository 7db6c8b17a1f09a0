/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refit.h - replicates that make their own risk weights, as bootstrap_refit.c and refit_cells.c
 * share them. */
#ifndef IHP_RUN_REFIT_H
#define IHP_RUN_REFIT_H

#include "bootstrap.h"

/* Cells of a period: a row for members of the population without an IHP, one for each IHP's members
 * of the population, one for each IHP's members outside it (put there on review), by category. Only
 * those that somebody is in are summed, on two sides for each period. On the plain side, of all
 * members, quantities are months and cost under the lowest cap; on the other, of the few whose cost
 * exceeds that cap, what each cap adds to it. */
enum { REFIT_SIDES = 2 * IHP__PERIODS };
struct refit_side {
    size_t used, quantities;
    uint32_t *place; /* [rows * acgs] among those used, IHP__NO_CELL for the others */
    int64_t *group;  /* [used][quantities][IHP__JACKKNIFE_GROUPS] */
};

struct refit {
    const struct ihp__case *c;
    struct ihp__replicates *r;
    int rank, ranks;
    size_t low, top;                     /* the lowest cap and the highest */
    struct refit_side side[REFIT_SIDES]; /* plain ones by period, then the others by period */
    struct ihp__cells *cells;
    size_t measures;              /* of a period */
    double *weight[IHP__PERIODS]; /* [caps][acgs] */
    struct ihp_error *err;
};

/* Collective: sorts the members of this rank by their cells in both periods, and adds up their
 * jackknife groups. */
enum ihp_status ihp__refit_make_cells(struct refit *x);
void ihp__refit_free_cells(struct refit *x);

/* What a replicate is evaluated from, its measures: of each period the population's months by
 * category and its cost under each cap by category, then of each IHP of the group its months by
 * category, then of each its cost. */
size_t ihp__refit_measures(const struct refit *x);

/* The measures [count][periods][measures] of `count` replicates or groups from the sums of each
 * side, [used][quantities][count]. */
void ihp__refit_measure(const struct refit *x, int64_t *const *sum, size_t count, int64_t *measure);

#endif
