/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap.h - replicates of a settlement from the members' facts, and what they say.
 *
 * A case is a settlement to resample: the members' facts of both periods under some reading, and
 * terms of money. `ihp__case_run` makes the replicates of all its IHPs and reports what they say.
 * The work is the same for the deck and for each of its scenarios.
 *
 * The room reads no claims and saves nothing: a job that saves hands in hooks.
 */
#ifndef IHP_BOOTSTRAP_H
#define IHP_BOOTSTRAP_H

#include "engine/view_fact.h"
#include "finance/finance.h"
#include "member/member.h"
#include "resample/resample.h"
#include "result/bootstrap_tables.h"

#include <mpi.h>

/* Memory for the sums of replicates: IHPs or replicates beyond it are done in turn. */
#define IHP__REPLICATE_BYTES (UINT64_C(64) << 20)

/* Groups of the jackknife, by the members' keys. */
enum { IHP__JACKKNIFE_GROUPS = 100 };

/* An IHP with fewer members gets no interval. */
enum { IHP__BOOTSTRAP_LEAST_MEMBERS = 30 };

/* Replicates that a rank evaluates at a time with refitted weights, where memory allows. */
enum { IHP__REFIT_RUN = 32 };

/* Sums of a replicate and IHP with fixed weights. */
enum { IHP__FIXED_QUANTITIES = 3 * IHP__PERIODS };

/* Statistics of a settlement, and what they are called. */
enum { IHP__STATISTICS = 8, IHP__STATISTIC_RATIO = 5, IHP__STATISTIC_AMOUNT = 7 };
struct ihp__statistic {
    const char *name;
    bool dollars;
};
extern const struct ihp__statistic ihp__statistic[IHP__STATISTICS];

/* The statistics with quantiles, by their places above. */
enum { IHP__QUANTILE_STATISTICS = 2 };
extern const int ihp__quantile_statistic[IHP__QUANTILE_STATISTICS];

/* Replicates of the deck's settlement, which those of scenarios are compared with: the final amount
 * by IHP and replicate, and by IHP and group of the jackknife. One rank has each number, or several
 * have the same, and the others have zero. */
struct ihp__deck_replicates {
    double *amount;   /* [partnerships][replicates]; NULL: not kept */
    double *left_out; /* [partnerships][IHP__JACKKNIFE_GROUPS] */
};

/* IHPs first .. first + count - 1 of a case, and what comes of their replicates. */
struct ihp__replicates {
    size_t first, count;
    size_t replicates;
    size_t done;   /* replicates evaluated already, a multiple of IHP__DRAWN_TOGETHER or all; their
                      values below are kept */
    double *value; /* [count][IHP__STATISTICS][replicates]; those of rank p % ranks, rank p's own */
    int64_t *outcome; /* [count][IHP__OUTCOMES]: replicates with each outcome */
    double *left_out; /* [count][IHP__STATISTICS][IHP__JACKKNIFE_GROUPS] */
};

/* The report on an IHP. It has nothing but doubles, which are zero on ranks that do not have the
 * IHP, so that ranks can be added up. */
struct ihp__case_report {
    struct ihp__outlook outlook;
    struct ihp__confidence statistic[IHP__STATISTICS];
    struct ihp__confidence change; /* of a scenario's final amount from the deck's */
    /* Of the deck's replicates; NaN: undefined. */
    double quantile[IHP__QUANTILE_STATISTICS][IHP__QUANTILES];
};

/* Functions that a case calls while it runs. */
struct ihp__case_hooks {
    /* Called with the share done; may be NULL. */
    ihp__resample_progress_fn progress;
    /* Puts back replicates that an earlier start has evaluated, before the others are made; may be
     * NULL. Not collective. */
    enum ihp_status (*restore)(void *context, struct ihp__replicates *replicates);
    /* Called between blocks of replicates, whose first `done` are evaluated; anything but IHP_OK,
     * which is the same on all ranks, ends the case. Agrees on an error of a rank. May be NULL.
     * Collective. */
    enum ihp_status (*between)(void *context, const struct ihp__replicates *replicates);
    void *context;
};

struct ihp__case {
    const struct ihp__deck *deck; /* with the terms of the case */
    const struct ihp__program *program;
    const struct ihp__tally_shape *shape;            /* categories and caps; cap_of by IHP */
    const struct ihp__settlement *estimate;          /* by IHP */
    const double *weight[IHP__PERIODS];              /* [caps][acgs], of the whole population */
    uint64_t members;                                /* of this rank */
    const uint64_t *key;                             /* [members] */
    const struct ihp__view_fact *fact[IHP__PERIODS]; /* [members] */
    /* The deck's replicates: a case with `against`, the deck's settlement by IHP, is a scenario's
     * and is compared with them; a case without it is the deck's, which fills them if they are
     * kept. */
    const struct ihp__settlement *against;
    struct ihp__deck_replicates deck_replicates;
    size_t first; /* IHPs before it are reported already */
    struct ihp__case_hooks hooks;
    MPI_Comm comm;
};

/* Makes the replicates of a case from IHP `c->first` on, as many IHPs at a time as memory allows,
 * and sums them up. Rank 0 gets the reports [partnerships] of all IHPs; those of IHPs before
 * `c->first` are there already, on rank 0. Collective over `c->comm`; returns the same status on
 * every rank. */
enum ihp_status ihp__case_run(const struct ihp__case *c, struct ihp__case_report *report,
                              struct ihp_error *err);

/* Counts the members of all ranks whose weights are drawn. Collective over `c->comm`. */
uint64_t ihp__case_count_drawn(const struct ihp__case *c);

/* Returns true if an IHP has too few members in a period for an interval. */
bool ihp__case_is_small(const struct ihp__settlement *settlement);

/* ---- within this room ------------------------------------------------------------------------ */

/* The numbers that a settlement is computed from; costs and months are weighted by replicate. */
struct ihp__measured {
    int64_t months[IHP__PERIODS], cents[IHP__PERIODS];
    double risk[IHP__PERIODS];
};

/* Returns the settlement of IHP p from what is measured in a replicate. */
struct ihp__settlement ihp__case_settle(const struct ihp__case *c, size_t p,
                                        const struct ihp__measured *measured);

/* Takes the statistics of a settlement, in the order of ihp__statistic. */
void ihp__case_statistics(const struct ihp__settlement *settlement,
                          double statistic[IHP__STATISTICS]);

/* Fill `replicates` under risk weights of the whole population, or under weights fitted again in
 * each replicate (policy bootstrap_weights). With fixed weights only rank
 * p % ranks has the values of IHP p; with refitted weights every rank has all.
 * Collective over `c->comm`; every rank returns the same status. */
enum ihp_status ihp__bootstrap_fixed(const struct ihp__case *c, struct ihp__replicates *replicates,
                                     struct ihp_error *err);
enum ihp_status ihp__bootstrap_refit(const struct ihp__case *c, struct ihp__replicates *replicates,
                                     struct ihp_error *err);

/* Ends a block of replicates: calls the hook, or agrees where there is none. Collective over
 * `c->comm`; returns the same status on every rank. */
enum ihp_status ihp__case_pause(const struct ihp__case *c, const struct ihp__replicates *replicates,
                                struct ihp_error *err);

/* Sums up the replicates of IHP `i` of a group into its report, and sorts them. `scratch` has room
 * for two numbers for each replicate. */
void ihp__case_sum_up(const struct ihp__case *c, const struct ihp__replicates *replicates, size_t i,
                      double *scratch, struct ihp__case_report *report);

#endif
