/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intervals.c - summaries of replicates: spread, and confidence intervals. */
#include "resample/resample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/* ---- order ----------------------------------------------------------------------------------- */

/* Digits of a key, each a byte. */
enum { DIGITS = sizeof(uint64_t), DIGIT_VALUES = 256 };

/* Returns a number that orders values: NaN last, and zeros of both signs equal. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint64_t sign = UINT64_C(1) << 63;
    if (isnan(value)) {
        return UINT64_MAX;
    }
    return value == 0 ? sign : bits >= sign ? ~bits : bits | sign;
}

static size_t digit_of(double value, size_t digit)
{
    return key_of(value) >> 8 * digit & (DIGIT_VALUES - 1);
}

/* Turns the numbers of values by digit into the place of each digit's first value. Returns false if
 * all values have the same digit. */
static bool find_places(size_t *place, size_t count)
{
    size_t next = 0;
    for (size_t d = 0; d < DIGIT_VALUES; d++) {
        const size_t here = place[d];
        if (here == count) {
            return false;
        }
        place[d] = next;
        next += here;
    }
    return true;
}

/* Sorts values digit by digit from the last one, which takes a tenth of the time of comparing them.
 * Equal values keep their order. */
static void sort_values(double *value, size_t count, double *scratch)
{
    size_t place[DIGITS][DIGIT_VALUES] = {{0}};
    double *from = value, *to = scratch;
    for (size_t i = 0; i < count; i++) {
        const uint64_t key = key_of(value[i]);
        for (size_t digit = 0; digit < DIGITS; digit++) {
            place[digit][key >> 8 * digit & (DIGIT_VALUES - 1)]++;
        }
    }
    for (size_t digit = 0; digit < DIGITS; digit++) {
        if (!find_places(place[digit], count)) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            to[place[digit][digit_of(from[i], digit)]++] = from[i];
        }
        double *const sorted = to;
        to = from;
        from = sorted;
    }
    if (from != value) {
        memcpy(value, from, count * sizeof *value);
    }
}

/* ---- summaries ------------------------------------------------------------------------------- */

/* Returns the mean of values, exact if all are equal. NaN if there are none. */
static double mean_of(const double *value, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += value[i] - value[0];
    }
    return count == 0 ? NAN : value[0] + sum / (double)count;
}

struct ihp__resample_summary ihp__resample_summarise(double *replicate, size_t count,
                                                     double estimate, double *scratch)
{
    struct ihp__resample_summary summary = {.std_error = NAN};
    sort_values(replicate, count, scratch);
    while (summary.defined < count && !isnan(replicate[summary.defined])) {
        summary.defined++;
    }
    summary.mean = mean_of(replicate, summary.defined);
    summary.bias = summary.mean - estimate;
    if (summary.defined >= 2) {
        double squares = 0;
        for (size_t i = 0; i < summary.defined; i++) {
            const double off = replicate[i] - summary.mean;
            squares += off * off;
        }
        summary.std_error = sqrt(squares / (double)(summary.defined - 1));
    }
    return summary;
}

/* ---- intervals ------------------------------------------------------------------------------- */

static const struct ihp__interval undefined = {NAN, NAN};

/* Returns true if GSL's functions accept a level: strictly between 0 and 1, and not NaN. */
static bool is_inside(double level)
{
    return level > 0 && level < 1;
}

double ihp__replicate_quantile(const double *sorted, size_t count, double share)
{
    return count == 0 ? NAN : gsl_stats_quantile_from_sorted_data(sorted, 1, count, share);
}

struct ihp__interval ihp__interval_percentile(const double *sorted, size_t count, double level)
{
    if (count == 0 || !is_inside(level)) {
        return undefined;
    }
    const double tail = (1 - level) / 2;
    return (struct ihp__interval){gsl_stats_quantile_from_sorted_data(sorted, 1, count, tail),
                                  gsl_stats_quantile_from_sorted_data(sorted, 1, count, 1 - tail)};
}

/* The relative difference up to which two numbers count as equal. */
#define SAME 1e-12

/* Returns the share of replicates below the estimate; ties count half. */
static double share_below(const double *sorted, size_t count, double estimate)
{
    const double room = fabs(estimate) * SAME;
    size_t below = 0, ties = 0;
    for (size_t i = 0; i < count; i++) {
        below += sorted[i] < estimate - room;
        ties += fabs(sorted[i] - estimate) <= room;
    }
    return ((double)below + 0.5 * (double)ties) / (double)count;
}

/* Returns one end of an interval: the quantile of the replicates that corresponds to the quantile
 * `tail` of a normal statistic. NaN if the acceleration is so large that the correction would
 * change direction. */
static double corrected_end(const double *sorted, size_t count, double tail, double bias,
                            double acceleration)
{
    const double z = bias + gsl_cdf_ugaussian_Pinv(tail);
    const double shrink = 1 - acceleration * z;
    if (!(shrink > 0)) {
        return NAN;
    }
    return gsl_stats_quantile_from_sorted_data(sorted, 1, count,
                                               gsl_cdf_ugaussian_P(bias + z / shrink));
}

struct ihp__interval ihp__interval_bca(const double *sorted, size_t count, double estimate,
                                       double acceleration, double level)
{
    if (count == 0 || !is_inside(level) || isnan(estimate) || !isfinite(acceleration)) {
        return undefined;
    }
    const double below = share_below(sorted, count, estimate);
    if (!is_inside(below)) {
        return undefined;
    }
    const double bias = gsl_cdf_ugaussian_Pinv(below);
    const double tail = (1 - level) / 2;
    const struct ihp__interval interval = {
        corrected_end(sorted, count, tail, bias, acceleration),
        corrected_end(sorted, count, 1 - tail, bias, acceleration)};
    return isnan(interval.lower) || isnan(interval.upper) ? undefined : interval;
}

double ihp__jackknife_acceleration(const double *left_out, size_t groups)
{
    double first = NAN, sum = 0;
    size_t defined = 0;
    for (size_t i = 0; i < groups; i++) {
        if (!isnan(left_out[i])) {
            first = defined == 0 ? left_out[i] : first;
            sum += left_out[i] - first;
            defined++;
        }
    }
    const double mean = first + sum / (double)defined;
    double squares = 0, cubes = 0;
    for (size_t i = 0; i < groups; i++) {
        if (!isnan(left_out[i])) {
            const double off = mean - left_out[i];
            squares += off * off;
            cubes += off * off * off;
        }
    }
    return squares > 0 ? cubes / squares / sqrt(squares) / 6 : 0;
}
