/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality_internal.h - rates, for the files on quality. Differences of rates are computed in whole
 * numbers and divided once, so that subtraction loses no digits. Counts are at most 1e9, of a ratio
 * in millionths, so that products of two fit into 128 bits. */
#ifndef IHP_FINANCE_QUALITY_INTERNAL_H
#define IHP_FINANCE_QUALITY_INTERNAL_H

#include "finance/quality.h"

/* A rate; a denominator of 0 means that there is none. */
struct ihp__rate {
    int64_t numerator, denominator;
};

/* The results of a measure in a year: of all members first, if there are any, then of groups. */
struct ihp__results {
    const struct ihp__quality_row *row;
    size_t rows;
};

/* Returns the results of an IHP's measure in a year. */
struct ihp__results ihp__quality_results(const struct ihp__quality *quality, int partnership,
                                         size_t measure, int year);

/* Returns the row of a group ("" for all members), or NULL. */
const struct ihp__quality_row *ihp__quality_row_of(const struct ihp__results *results,
                                                   const char *group);

/* Returns the rate of a row, which may be NULL; no rate if the sample is not sufficient. */
struct ihp__rate ihp__rate_of(const struct ihp__quality_row *row);

/* Returns the rate as a number; NaN if there is none. */
double ihp__rate_value(struct ihp__rate rate);

/* Returns how much better `now` is than `before`, relative to `before`; NaN if a rate is missing or
 * `before` is 0 [17.1.1.3, 18.1.1.3]. */
double ihp__rate_improvement(struct ihp__rate now, struct ihp__rate before, bool lower_is_better);

/* Returns how much better `a` is than `b`, as a difference of the two rates, which must exist. */
double ihp__rate_lead(struct ihp__rate a, struct ihp__rate b, bool lower_is_better);

/* Returns true if the years of a measure can be compared [18.4.1]. */
bool ihp__quality_is_comparable(const struct ihp__quality *quality,
                                const struct ihp__measure *measure);

/* Returns true if a measure is scored by the difference from a benchmark. */
bool ihp__scored_by_benchmark(enum ihp__scoring scoring);

#endif
