/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bands of the contract's quality tables, which turn a difference or an improvement into
 * points. */
#include "finance/quality.h"

/* A measure has `points` from `from` on, up to the next band. Below the first band it has none. */
struct band {
    double from, points;
};

#define BANDS(table) table, sizeof table / sizeof table[0]

static double points_of(double value, const struct band *band, size_t bands)
{
    double rounded = ihp__round12(value), points = 0;
    for (size_t i = 0; i < bands && rounded >= band[i].from; i++) {
        points = band[i].points;
    }
    return points;
}

/* The text of 17.3.1.3.1 gives 2 points above 8%; its table also gives them at exactly 8%, as does
 * 18.4.4.1. */
double ihp__quality_achievement(double difference)
{
    static const struct band table[] = {{-0.04, 0.5}, {-0.02, 1.0}, {0.00, 1.2}, {0.02, 1.4},
                                        {0.04, 1.6},  {0.06, 1.8},  {0.08, 2.0}};
    return points_of(difference, BANDS(table));
}

double ihp__quality_cahps(double difference)
{
    double rounded = ihp__round12(difference);
    return rounded > 0.03 ? 2.0 : rounded >= -0.03 ? 1.5 : 0.0;
}

double ihp__quality_percentile(double rate, const double percentile[IHP__PERCENTILES],
                               bool lower_is_better)
{
    static const double points[IHP__PERCENTILES + 1] = {0.0, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0};
    double rounded = ihp__round12(rate);
    size_t reached = 0;
    while (reached < IHP__PERCENTILES &&
           (lower_is_better ? rounded <= ihp__round12(percentile[reached])
                            : rounded >= ihp__round12(percentile[reached]))) {
        reached++;
    }
    return points[reached];
}

double ihp__quality_improvement(double improvement)
{
    static const struct band table[] = {{0.03, 1.0}, {0.04, 1.2}, {0.05, 1.4},
                                        {0.06, 1.6}, {0.07, 1.8}, {0.08, 2.0}};
    return points_of(improvement, BANDS(table));
}

double ihp__quality_improvement_alone(double improvement)
{
    static const struct band table[] = {{0.01, 0.25}, {0.02, 0.5}, {0.03, 0.75}, {0.04, 1.0},
                                        {0.05, 1.25}, {0.06, 1.5}, {0.07, 1.75}, {0.08, 2.0}};
    return points_of(improvement, BANDS(table));
}

double ihp__quality_gap(double reduction)
{
    static const struct band table[] = {{0.05, 1.0}, {0.10, 1.2}, {0.20, 1.4},
                                        {0.30, 1.6}, {0.40, 1.8}, {0.50, 2.0}};
    return points_of(reduction, BANDS(table));
}
