/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.h - counter-based bootstrap weights, weighted sums over members, and intervals.
 *
 * Replicate b gives a member the weight W(b, m) ~ Poisson(1), a pure function of the seed, the
 * member's stable key and b. The weight is the same in both periods, in every scenario and on any
 * number of ranks (docs/methodology.md, "Bootstrap"). `ihp__weight` returns one weight.
 * `ihp__resample_sums` and `ihp__resample_cells` sum weighted values of many members for many
 * replicates and draw the weights on the way. `ihp__weights_draw` only draws, which is the lower
 * bound for the time of both. `ihp__interval_*` make intervals from replicates. All sums are 64-bit
 * integers, so ranks may add theirs in any order.
 *
 * Nothing here is collective, and nothing here knows what an IHP is.
 */
#ifndef IHP_RESAMPLE_H
#define IHP_RESAMPLE_H

#include "base/base.h"

/* ---- instructions ---------------------------------------------------------------------------- */

/* The loops exist for several sets of a processor's instructions, with the same results:
 * "avx512vnni", "avx512", "avx2", and "plain", which is plain C for any processor.
 *
 * Chooses the instructions that the environment variable IHP_INSTRUCTIONS names, or the fastest
 * that this processor has if it is not set. Fails with IHP_ERR_USAGE if the processor does not have
 * them or the name is not known. Without this call the fastest are used. */
enum ihp_status ihp__instructions_choose(struct ihp_error *err);

/* Returns the name of the instructions in use. */
const char *ihp__instructions_chosen(void);

/* Returns the names of the instructions that this processor has, the fastest first; NULL from the
 * end of the list on. */
const char *ihp__instructions_listed(size_t place);

/* ---- weights --------------------------------------------------------------------------------- */

/* Replicates that one call of Philox is enough for: its 128 bits are eight 16-bit uniforms. */
#define IHP__DRAWN_TOGETHER 8

/* Members are drawn in groups of at most this many. Arrays have room for a whole last group. */
#define IHP__DRAW_PAD 32

/* Returns the key of a member, which depends on the member's ID alone. */
uint64_t ihp__member_key(const char *member_id);

/* Returns the weight of one member in one replicate, by Random123's philox4x32 alone. The fast
 * functions must give the same weights. */
unsigned ihp__weight(uint64_t seed, uint64_t key, uint32_t replicate);

/* Computes what the weights of `members` members have in common in all replicates, into `prepared`,
 * which has room for 2 numbers for each member of whole groups. */
void ihp__weights_prepare(uint64_t seed, const uint64_t *key, size_t members, uint64_t *prepared);

/* Draws the weights of prepared members in replicates 8 * block .. 8 * block + 7 into
 * weight[r * stride + m], r = 0..7; `seed` is the one that they were prepared with. Weights of
 * whole groups are written; those past the last member are undefined. */
void ihp__weights_draw(uint64_t seed, const uint64_t *prepared, size_t members, uint32_t block,
                       size_t stride, int16_t *weight);

/* ---- weighted sums --------------------------------------------------------------------------- */

/* Replicates first .. first + count - 1 to draw with a seed; `first` is a multiple of
 * IHP__DRAWN_TOGETHER. */
struct ihp__draws {
    uint64_t seed;
    uint32_t first, count;
};

#define IHP__QUANTITIES_MAX 6

/* Members whose values go into the same sums: sum[q][b - first] += sum over m of W(b, m)
 * value[q][m]. Values may be negative; |value| < 2^44. All borrowed. */
struct ihp__segment {
    size_t members;
    const uint64_t *key;
    size_t quantities;
    const int64_t *value[IHP__QUANTITIES_MAX]; /* [members] each */
    int64_t *sum[IHP__QUANTITIES_MAX];         /* [replicates] each */
};

/* Called from time to time with the share of members done, 0 to 1, for progress; may be NULL. */
typedef void (*ihp__resample_progress_fn)(void *context, double share);

/* Adds the weighted sums of all segments. Fails with IHP_ERR_RUN if memory is short. */
enum ihp_status ihp__resample_sums(const struct ihp__draws *draws,
                                   const struct ihp__segment *segment, size_t segments,
                                   ihp__resample_progress_fn progress, void *context,
                                   struct ihp_error *err);

/* ---- weighted sums by cell ------------------------------------------------------------------- */

/* Members that each add their values to one cell on each side. A side can be a period, for example.
 * |value| < 2^44. All borrowed until `ihp__cells_create` returns. */
#define IHP__NO_CELL   UINT32_MAX
#define IHP__SIDES_MAX 4
struct ihp__cell_members {
    size_t members;
    const uint64_t *key;
    size_t sides;
    struct ihp__cell_side {
        const uint32_t *cell; /* [members]; IHP__NO_CELL: the member adds to no cell */
        size_t cells, quantities;
        const int64_t *value; /* [members][quantities] */
    } side[IHP__SIDES_MAX];
};

/* Members sorted by cell, made once for any number of replicates. Sums are faster if the members of
 * a cell of the first side have few cells on the second side. */
struct ihp__cells;

/* Copies and sorts members, for which it temporarily needs about 50 bytes per member. Fails with
 * IHP_ERR_RUN if memory is short. The caller destroys the cells. */
enum ihp_status ihp__cells_create(const struct ihp__cell_members *members, struct ihp__cells **out,
                                  struct ihp_error *err);
void ihp__cells_destroy(struct ihp__cells **cells);

/* Adds the weighted sums of the cells to sum[side][(cell * quantities + q) * count + (b - first)].
 * Most efficient for a multiple of 32 replicates. Weights are drawn once for all sides, into memory
 * of `cells`. */
void ihp__resample_cells(const struct ihp__draws *draws, struct ihp__cells *cells,
                         int64_t *const *sum);

/* ---- intervals ------------------------------------------------------------------------------- */

/* A summary of the replicates of a statistic, without NaN replicates. NaN where undefined. */
struct ihp__resample_summary {
    size_t defined; /* replicates that are not NaN */
    double mean, bias, std_error;
};

/* Sorts `replicate` (NaN last) and summarizes it. The bias is the mean minus the estimate.
 * `scratch` has room for `count` numbers. */
struct ihp__resample_summary ihp__resample_summarise(double *replicate, size_t count,
                                                     double estimate, double *scratch);

struct ihp__interval {
    double lower, upper; /* NaN: undefined */
};

/* Returns a quantile of `count` sorted values without NaN, between 0 and 1: GSL's, which
 * interpolates between the values next to place share x (count - 1) (type 7 of Hyndman and Fan
 * 1996). NaN without values. */
double ihp__replicate_quantile(const double *sorted, size_t count, double share);

/* Returns the percentile interval of `count` sorted values without NaN (GSL's quantiles). */
struct ihp__interval ihp__interval_percentile(const double *sorted, size_t count, double level);

/* Returns the BCa interval (Efron 1987). The bias correction follows from the share of replicates
 * below the estimate; a replicate equal to the estimate (to a part in 1e12) counts half. Undefined
 * if all replicates are on one side of the estimate. */
struct ihp__interval ihp__interval_bca(const double *sorted, size_t count, double estimate,
                                       double acceleration, double level);

/* Returns the acceleration by a grouped jackknife (Efron and Tibshirani 1993, 14.15). `left_out`
 * has the statistic without each group of members in turn; NaN values are ignored. Returns 0 if all
 * values are equal. */
double ihp__jackknife_acceleration(const double *left_out, size_t groups);

#endif
