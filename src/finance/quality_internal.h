/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality_internal.h - rates, as the files on quality share them. Their differences are made of
 * whole numbers and divided once, so that no digit is lost to subtraction: counts are at most 1e9,
 * so that products of two of them are whole numbers of 64 bits. */
#ifndef IHP_FINANCE_QUALITY_INTERNAL_H
#define IHP_FINANCE_QUALITY_INTERNAL_H

#include "finance/quality.h"

/* A rate; denominator 0: none. */
struct ihp__rate {
    int64_t numerator, denominator;
};

/* The results of a measure in a year, of all first, where they stand, then of groups. */
struct ihp__results {
    const struct ihp__quality_row *row;
    size_t rows;
};
struct ihp__results ihp__quality_results(const struct ihp__quality *quality, int partnership,
                                         size_t measure, int year);

/* The row of a group ("": of all), or NULL. */
const struct ihp__quality_row *ihp__quality_row_of(const struct ihp__results *results,
                                                   const char *group);

/* The rate of a row, which may be NULL; none where the sample is not sufficient. */
struct ihp__rate ihp__rate_of(const struct ihp__quality_row *row);

/* The rate as a number; NaN where there is none. */
double ihp__rate_value(struct ihp__rate rate);

/* How much better `now` is than `before`, relative to `before`; NaN without both rates and where
 * `before` is 0 [17.1.1.3, 18.1.1.3]. */
double ihp__rate_improvement(struct ihp__rate now, struct ihp__rate before, bool lower_is_better);

/* How much better `a` is than `b`, as a difference of rates, of which there must be two. */
double ihp__rate_lead(struct ihp__rate a, struct ihp__rate b, bool lower_is_better);

/* Whether the years of a measure can be compared [18.4.1]. */
bool ihp__quality_is_comparable(const struct ihp__quality *quality,
                                const struct ihp__measure *measure);

#endif
