/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of quality measures and their differences, which scores and equitable care build on. */
#include "quality_internal.h"

#include <math.h>
#include <string.h>

struct ihp__results ihp__quality_results(const struct ihp__quality *quality, int partnership,
                                         size_t measure, int year)
{
    struct ihp__results results;
    results.row = ihp__program_quality(quality->program, partnership, measure, year, &results.rows);
    return results;
}

const struct ihp__quality_row *ihp__quality_row_of(const struct ihp__results *results,
                                                   const char *group)
{
    for (size_t i = 0; i < results->rows; i++) {
        if (strcmp(results->row[i].group, group) == 0) {
            return &results->row[i];
        }
    }
    return NULL;
}

struct ihp__rate ihp__rate_of(const struct ihp__quality_row *row)
{
    return row == NULL || !row->sufficient ? (struct ihp__rate){0, 0}
                                           : (struct ihp__rate){row->numerator, row->denominator};
}

double ihp__rate_value(struct ihp__rate rate)
{
    return rate.denominator == 0 ? NAN : (double)rate.numerator / (double)rate.denominator;
}

/* Returns the difference of two rates times the product of their denominators, positive if `a` is
 * better. */
static double cross_difference(struct ihp__rate a, struct ihp__rate b, bool lower_is_better)
{
    __int128 difference =
        (__int128)a.numerator * b.denominator - (__int128)b.numerator * a.denominator;
    return (double)(lower_is_better ? -difference : difference);
}

double ihp__rate_improvement(struct ihp__rate now, struct ihp__rate before, bool lower_is_better)
{
    if (now.denominator == 0 || before.denominator == 0 || before.numerator == 0) {
        return NAN;
    }
    return cross_difference(now, before, lower_is_better) /
           (double)((__int128)before.numerator * now.denominator);
}

double ihp__rate_lead(struct ihp__rate a, struct ihp__rate b, bool lower_is_better)
{
    return cross_difference(a, b, lower_is_better) /
           (double)((__int128)a.denominator * b.denominator);
}

bool ihp__quality_is_comparable(const struct ihp__quality *quality,
                                const struct ihp__measure *measure)
{
    const struct ihp__benchmark *b =
        ihp__program_benchmark(quality->program, measure->first, quality->year);
    return b == NULL || b->comparable;
}

bool ihp__scored_by_benchmark(enum ihp__scoring scoring)
{
    return scoring == IHP__SCORING_BENCHMARK || scoring == IHP__SCORING_CAHPS;
}
