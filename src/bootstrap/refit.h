/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refit.h - replicates that make their own risk weights, as refit.c and refit_cells.c share them.
 */
#ifndef IHP_BOOTSTRAP_REFIT_H
#define IHP_BOOTSTRAP_REFIT_H

#include "bootstrap/bootstrap.h"

/* Cells of a period, by risk category: a row for members of the population without an IHP, one for
 * each IHP's members of the population, one for each IHP's members outside it (attributed on
 * review). Only cells with members are summed, on two sides for each period. The plain side is of
 * all members; its quantities are months and cost under the lowest cap. The other side is of the
 * few members whose cost exceeds that cap; its quantities are what each cap adds to the cost. */
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

/* Sorts the members of this rank by their cells in both periods, and adds up their jackknife
 * groups. Collective; returns the same status on every rank. */
enum ihp_status ihp__refit_make_cells(struct refit *refit);
void ihp__refit_free_cells(struct refit *refit);

/* Returns how many numbers of a period a replicate is evaluated from, its measures: the
 * population's months by category and its cost under each cap by category; then the months by
 * category of each IHP of the group; then the cost of each. */
size_t ihp__refit_measures(const struct refit *refit);

/* Makes the measures [count][periods][measures] of `count` replicates or groups from the sums of
 * each side, [used][quantities][count]. */
void ihp__refit_measure(const struct refit *refit, int64_t *const *sum, size_t count,
                        int64_t *measure);

#endif
