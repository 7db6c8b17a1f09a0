/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap.h - replicates of a settlement, as the files of this room share them.
 *
 * A case is a settlement to resample: the members' facts of both periods under some reading, and
 * money terms. `ihp_bootstrap_values` gives every replicate's statistics of some IHPs; it is the
 * same work for the deck and for each scenario. */
#ifndef IHP_RUN_BOOTSTRAP_H
#define IHP_RUN_BOOTSTRAP_H

#include "resample/resample.h"
#include "settling.h"

/* Memory for the sums of replicates: IHPs or replicates beyond it are worked off in turn. */
#define IHP_REPLICATE_BYTES (UINT64_C(64) << 20)

/* Groups of the jackknife, by the members' keys. */
enum { IHP_JACKKNIFE_GROUPS = 100 };

/* Members below which an IHP gets no interval. */
enum { IHP_BOOTSTRAP_LEAST_MEMBERS = 30 };

struct ihp_replicates;
struct ihp_case {
    const struct ihp_deck *deck; /* with the terms of the case */
    const struct ihp_program *program;
    const struct ihp_tally_shape *shape;           /* categories and caps; cap_of by IHP */
    const struct ihp_settlement *estimate;         /* by IHP */
    const double *weight[IHP_PERIODS];             /* [caps][acgs], of the whole population */
    uint64_t members;                              /* of this rank */
    const uint64_t *key;                           /* [members] */
    const struct ihp_view_fact *fact[IHP_PERIODS]; /* [members] */
    ihp_resample_progress_fn progress;             /* told the share done; may be NULL */
    void *progress_context;
    /* Collective: called between blocks of replicates, whose first `done` are evaluated;
     * anything but IHP_OK ends the case. */
    enum ihp_status (*between)(void *context, const struct ihp_replicates *replicates);
    void *between_context;
    MPI_Comm comm;
};

/* What a settlement is computed from; costs and months weighted by replicate. */
struct ihp_measured {
    int64_t months[IHP_PERIODS], cents[IHP_PERIODS];
    double risk[IHP_PERIODS];
};

/* The settlement of IHP p from what is measured in a replicate. */
struct ihp_settlement ihp_case_settle(const struct ihp_case *c, size_t p,
                                      const struct ihp_measured *measured);

/* Statistics of a settlement, in the order of ihp_statistic_names. */
enum { IHP_STATISTICS = 8, IHP_STATISTIC_RATIO = 5, IHP_STATISTIC_AMOUNT = 7 };
void ihp_case_statistics(const struct ihp_settlement *settlement, double statistic[IHP_STATISTICS]);

/* IHPs first .. first + count - 1 of a case, and what comes of their replicates. */
struct ihp_replicates {
    size_t first, count;
    size_t replicates;
    size_t done;   /* replicates evaluated already, a multiple of IHP_DRAWN_TOGETHER or all; what
                      stands of them below is kept */
    double *value; /* [count][IHP_STATISTICS][replicates]; those of rank p % ranks, rank p's own */
    int64_t *outcome; /* [count][outcomes]: replicates with each outcome */
    double *left_out; /* [count][IHP_STATISTICS][IHP_JACKKNIFE_GROUPS] */
};

/* Collective over c->comm: fills `replicates` for weights of the whole population, or with
 * weights made anew in each replicate (policy bootstrap_weights). Values of an IHP stand on rank
 * p % ranks alone. */
enum ihp_status ihp_bootstrap_fixed(const struct ihp_case *c, struct ihp_replicates *replicates,
                                    struct ihp_error *err);
enum ihp_status ihp_bootstrap_refit(const struct ihp_case *c, struct ihp_replicates *replicates,
                                    struct ihp_error *err);

#endif
