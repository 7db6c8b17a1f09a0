/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap.h - replicates of a settlement, as the files of this room share them.
 *
 * A case is a settlement to resample: the members' facts of both periods under some reading, and
 * money terms. `ihp__bootstrap_values` gives every replicate's statistics of some IHPs; it is the
 * same work for the deck and for each scenario. */
#ifndef IHP_RUN_BOOTSTRAP_H
#define IHP_RUN_BOOTSTRAP_H

#include "resample/resample.h"
#include "settling.h"

/* Memory for the sums of replicates: IHPs or replicates beyond it are worked off in turn. */
#define IHP__REPLICATE_BYTES (UINT64_C(64) << 20)

/* Groups of the jackknife, by the members' keys. */
enum { IHP__JACKKNIFE_GROUPS = 100 };

/* Members below which an IHP gets no interval. */
enum { IHP__BOOTSTRAP_LEAST_MEMBERS = 30 };

struct ihp__replicates;
struct ihp__case {
    const struct ihp__deck *deck; /* with the terms of the case */
    const struct ihp__program *program;
    const struct ihp__tally_shape *shape;            /* categories and caps; cap_of by IHP */
    const struct ihp__settlement *estimate;          /* by IHP */
    const double *weight[IHP__PERIODS];              /* [caps][acgs], of the whole population */
    uint64_t members;                                /* of this rank */
    const uint64_t *key;                             /* [members] */
    const struct ihp__view_fact *fact[IHP__PERIODS]; /* [members] */
    ihp__resample_progress_fn progress;              /* told the share done; may be NULL */
    void *progress_context;
    /* Collective: called between blocks of replicates, whose first `done` are evaluated;
     * anything but IHP_OK ends the case. */
    enum ihp_status (*between)(void *context, const struct ihp__replicates *replicates);
    void *between_context;
    MPI_Comm comm;
};

/* What a settlement is computed from; costs and months weighted by replicate. */
struct ihp__measured {
    int64_t months[IHP__PERIODS], cents[IHP__PERIODS];
    double risk[IHP__PERIODS];
};

/* The settlement of IHP p from what is measured in a replicate. */
struct ihp__settlement ihp__case_settle(const struct ihp__case *c, size_t p,
                                        const struct ihp__measured *measured);

/* Statistics of a settlement, in the order of ihp__statistic_names. */
enum { IHP__STATISTICS = 8, IHP__STATISTIC_RATIO = 5, IHP__STATISTIC_AMOUNT = 7 };
void ihp__case_statistics(const struct ihp__settlement *settlement,
                          double statistic[IHP__STATISTICS]);

/* IHPs first .. first + count - 1 of a case, and what comes of their replicates. */
struct ihp__replicates {
    size_t first, count;
    size_t replicates;
    size_t done;   /* replicates evaluated already, a multiple of IHP__DRAWN_TOGETHER or all; what
                      stands of them below is kept */
    double *value; /* [count][IHP__STATISTICS][replicates]; those of rank p % ranks, rank p's own */
    int64_t *outcome; /* [count][outcomes]: replicates with each outcome */
    double *left_out; /* [count][IHP__STATISTICS][IHP__JACKKNIFE_GROUPS] */
};

/* Collective over c->comm: fills `replicates` for weights of the whole population, or with
 * weights made anew in each replicate (policy bootstrap_weights). Values of an IHP stand on rank
 * p % ranks alone. */
enum ihp_status ihp__bootstrap_fixed(const struct ihp__case *c, struct ihp__replicates *replicates,
                                     struct ihp_error *err);
enum ihp_status ihp__bootstrap_refit(const struct ihp__case *c, struct ihp__replicates *replicates,
                                     struct ihp_error *err);

#endif
