/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settlement.h - settling in memory: the rows of settlement.csv as structs, without a result
 * folder.
 *
 * Call `ihp_settle_in_memory` with a deck, read the rows, and free them with
 * `ihp_settlement_free`. The call computes what `ihp_settle` computes for settlement.csv, to the
 * cent, and writes nothing: no folder, no checkpoint, no status file. It settles the deck's own
 * terms and leaves out a bootstrap and a sweep. docs/data.md explains each column.
 */
#ifndef IHP_SETTLEMENT_H
#define IHP_SETTLEMENT_H

#include "ihp/error.h"
#include "ihp/jobs.h"

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longest ID of an IHP, without its end. */
#define IHP_SETTLEMENT_ID_MAX 40

/* An amount of cents that is blank in settlement.csv. */
#define IHP_CENTS_UNDEFINED INT64_MIN

/* One IHP. Field for field this is a row of settlement.csv, in the order of its columns. Fields
 * that end in `_cents` are dollars in the file and cents here, and IHP_CENTS_UNDEFINED where the
 * file is blank; of the PMPMs too, which are dollars per member per month. The other numbers are
 * NaN where the file is blank; the file has 12 significant digits of them. Fields that begin with
 * `base_` are of the base period, the others of the performance period. */
struct ihp_settlement_row {
    char ihp_id[IHP_SETTLEMENT_ID_MAX + 1];
    int track;                                /* 1 or 2 */
    int64_t base_members, base_member_months; /* attributed */
    int64_t base_capped_cost_cents;           /* attributed members' [16.9] */
    int64_t base_tcoc_pmpm_cents;             /* [16.3] */
    double base_risk;                         /* [16.4] */
    int64_t members, member_months;           /* attributed */
    int64_t capped_cost_cents;                /* attributed members' [16.9] */
    int64_t tcoc_pmpm_cents;                  /* [16.3] */
    double risk;                              /* [16.5.2] */
    double trend_factor;                      /* [16.4.2] */
    int64_t target_pmpm_cents;                /* [16.4.2] */
    int64_t adjusted_target_pmpm_cents;       /* [16.5.3] */
    double ratio;                             /* performance to adjusted target; below 1: savings */
    int64_t gross_difference_cents;           /* positive: savings */
    const char *outcome;                      /* a static text: "savings", "losses",
                                                 "inside_threshold" or "no_settlement" [16.7] */
    int64_t shared_before_pbp_cents;          /* positive: savings; negative: losses [16.8] */
    int64_t pbp_offset_cents;                 /* not negative [16.8.2.2] */
    int64_t shared_amount_cents;              /* after the offset */
    double quality_score;                     /* 0 to 1; NaN: none [18] */
    int64_t quality_adjusted_cents;           /* [18.2] */
    int64_t circumstance_reduction_cents;     /* of losses; not negative [5.9] */
    double termination_factor;                /* 1 without a termination [6.1] */
    int64_t final_amount_cents;               /* positive: the State pays it to the IHP */
    int64_t interim_paid_cents;               /* paid already [2.12] */
    int64_t amount_due_cents;                 /* left to pay, signed as the final amount [5.4] */
};

/* A settlement. */
struct ihp_settlement {
    int base_year, performance_year;
    bool is_final;                  /* else an interim settlement or a quarterly statement */
    bool is_quarterly;              /* a quarterly statement, of which nothing is due [4.6.2] */
    int performance_month;          /* the performance period is the twelve months that end with
                                       this one, 1 to 12, of performance_year */
    size_t rows;                    /* IHPs */
    struct ihp_settlement_row *row; /* [rows], owned, in the order of ihps.csv */
};

/* Settles a deck and returns its settlement, the same on every rank. Collective over `comm`, which
 * is duplicated; all ranks give the same options.
 *
 * Of `options` it takes `deck_path`, `no_index`, `batch_lines`, `progress` and `progress_context`.
 * It refuses `member_files`, `dry_run`, `estimate` and `blocks` (IHP_ERR_USAGE), because they ask
 * for more than the settlement. The others are about the folder and have no effect. A deck that
 * names the folder of an interim takes the amounts paid from there, as `ihp_settle` does.
 *
 * On success the caller owns `*out` and frees it with `ihp_settlement_free`. On failure `*out` is
 * untouched and every rank returns the same status and message: IHP_ERR_USAGE (options, deck),
 * IHP_ERR_DATA (program, store, interim) or IHP_ERR_RUN (memory, MPI). Notices are the same on
 * every rank; the caller clears them. */
IHP_API enum ihp_status ihp_settle_in_memory(const struct ihp_settle_options *options,
                                             MPI_Comm comm, struct ihp_settlement **out,
                                             struct ihp_notices *notices, struct ihp_error *err);

/* Frees a settlement and sets `*settlement` to NULL. NULL is harmless. Not collective. */
IHP_API void ihp_settlement_free(struct ihp_settlement **settlement);

#ifdef __cplusplus
}
#endif
#endif
