/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resample.h - counter-based bootstrap weights, weighted sums over members, and intervals.
 *
 * Replicate b gives a member the weight W(b, m) ~ Poisson(1), a pure function of the seed, the
 * member's stable key and b: the same in both periods, in every scenario and on any number of
 * ranks (docs/methodology.md, "Bootstrap"). `ihp__weight` is one weight; `ihp__resample_sums` and
 * `ihp__resample_cells` add up weighted values of many members for many replicates, drawing as they
 * go; `ihp__weights_draw` only draws, which is the yardstick for both. `ihp__interval_*` make
 * intervals of replicates. All sums are 64-bit integers, so ranks may add theirs in any order.
 *
 * Nothing here is collective, and nothing here knows what an IHP is.
 */
#ifndef IHP_RESAMPLE_H
#define IHP_RESAMPLE_H

#include "base/base.h"

/* ---- weights --------------------------------------------------------------------------------- */

/* Replicates that one call of Philox serves: its 128 bits are eight 16-bit uniforms. A run of
 * replicates begins at a multiple of it. */
#define IHP__DRAWN_TOGETHER 8

/* The key of a member, from its ID: the same whatever else is in a store. */
uint64_t ihp__member_key(const char *member_id);

/* The weight of one member in one replicate, by Random123's philox4x32 alone: what the fast ways
 * must equal. */
unsigned ihp__weight(uint64_t seed, uint64_t key, uint32_t replicate);

/* Draws the weights of `members` members in replicates 8 * block .. 8 * block + 7 into
 * weight[r * stride + m], r = 0..7. */
void ihp__weights_draw(uint64_t seed, const uint64_t *key, size_t members, uint32_t block,
                       size_t stride, int16_t *weight);

/* ---- weighted sums --------------------------------------------------------------------------- */

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

/* Called now and then with the share done, for progress; may be NULL. */
typedef void (*ihp__resample_progress_fn)(void *context, double share);

/* Adds the weighted sums of all segments for replicates first .. first + replicates - 1; `first`
 * is a multiple of 8. IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__resample_sums(uint64_t seed, const struct ihp__segment *segment,
                                   size_t segments, uint32_t first, uint32_t replicates,
                                   ihp__resample_progress_fn progress, void *context,
                                   struct ihp_error *err);

/* ---- weighted sums by cell ------------------------------------------------------------------- */

/* Members that each add their values to one cell on each side, such as a side for each period;
 * |value| < 2^44. All borrowed until `ihp__cells_create` returns. */
#define IHP__NO_CELL   UINT32_MAX
#define IHP__SIDES_MAX 4
struct ihp__cell_members {
    size_t members;
    const uint64_t *key;
    size_t sides;
    struct ihp__cell_side {
        const uint32_t *cell; /* [members]; IHP__NO_CELL: adds to none */
        size_t cells, quantities;
        const int64_t *value; /* [members][quantities] */
    } side[IHP__SIDES_MAX];
};

/* Those members sorted by cell, made once for any number of replicates. The fewer the cells of the
 * second side that members of a cell of the first have, the faster they are added up. */
struct ihp__cells;

/* Copies and sorts, which takes some 50 bytes a member for a while. IHP_ERR_RUN when memory is
 * short. */
enum ihp_status ihp__cells_create(const struct ihp__cell_members *members, struct ihp__cells **out,
                                  struct ihp_error *err);
void ihp__cells_destroy(struct ihp__cells **cells);

/* Adds the weighted sums of the cells for replicates first .. first + replicates - 1, `first` a
 * multiple of 8, to sum[side][(cell * quantities + q) * replicates + (b - first)]. Best called for
 * a multiple of 32 replicates at a time. Weights are drawn once for all sides, into memory of
 * `cells`. */
void ihp__resample_cells(uint64_t seed, struct ihp__cells *cells, uint32_t first,
                         uint32_t replicates, int64_t *const *sum);

/* ---- intervals ------------------------------------------------------------------------------- */

/* What replicates say of a statistic; NaN replicates are left out. NaN where undefined. */
struct ihp__resample_summary {
    size_t defined; /* replicates that are not NaN */
    double mean, bias, std_error;
};

/* Sorts `replicate` (NaN last) and sums it up against the estimate. */
struct ihp__resample_summary ihp__resample_summarise(double *replicate, size_t count,
                                                     double estimate);

struct ihp__interval {
    double lower, upper; /* NaN: undefined */
};

/* Percentile interval of `count` sorted values without NaN (GSL's quantiles). */
struct ihp__interval ihp__interval_percentile(const double *sorted, size_t count, double level);

/* BCa interval (Efron 1987): bias correction from the share of replicates below the estimate, ties
 * (to a part in 1e12) counting half, and an acceleration. Undefined where all replicates lie on one
 * side. */
struct ihp__interval ihp__interval_bca(const double *sorted, size_t count, double estimate,
                                       double acceleration, double level);

/* Acceleration by a grouped jackknife: the statistic with one group of members left out at a time
 * (Efron and Tibshirani 1993, 14.15). 0 where nothing varies; NaN values are left out. */
double ihp__jackknife_acceleration(const double *left_out, size_t groups);

#endif
