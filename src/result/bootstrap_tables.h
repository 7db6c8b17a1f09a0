/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bootstrap_tables.h - the tables of a bootstrap: errors and intervals of each statistic, and the
 * chances of each outcome.
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_BOOTSTRAP_TABLES_H
#define IHP_BOOTSTRAP_TABLES_H

#include "deck/deck.h"
#include "result/table.h"

enum { IHP__METHOD_PERCENTILE, IHP__METHOD_BCA, IHP__METHODS };

/* Standard error and intervals of a statistic. Doubles alone, so that ranks can send it as it
 * is. */
struct ihp__confidence {
    double estimate, mean, bias, std_error;
    double bound[IHP__LEVELS_MAX][IHP__METHODS][2]; /* lower, upper; NaN: undefined */
};

/* A statistic of an IHP with its confidence; all borrowed. */
struct ihp__estimate {
    const char *ihp_id, *statistic;
    bool dollars;
    const struct ihp__confidence *confidence;
    bool too_small; /* the IHP has too few members for an interval */
};

/* Shares of the replicates with each outcome, and the mean final amount in dollars. */
struct ihp__outlook {
    double savings, losses, inside, expected;
};

/* Makes bootstrap.csv and bootstrap_outcomes.csv without rows, and adds rows to them: of a
 * statistic one for each level and method. */
void ihp__bootstrap_tables_begin(struct ihp__table *bootstrap, struct ihp__table *outcomes);
void ihp__bootstrap_table_add(struct ihp__table *table, const struct ihp__bootstrap_spec *spec,
                              const struct ihp__estimate *estimate);
void ihp__bootstrap_outcomes_add(struct ihp__table *table, const char *ihp_id,
                                 const struct ihp__outlook *outlook);

/* The same for scenario_bootstrap.csv, whose rows begin with the scenario; `number` from 1. */
void ihp__scenario_bootstrap_table_begin(struct ihp__table *table);
void ihp__scenario_bootstrap_table_add(struct ihp__table *table, size_t number,
                                       const struct ihp__scenario *scenario,
                                       const struct ihp__bootstrap_spec *spec,
                                       const struct ihp__estimate *estimate);

/* The quantiles of a distribution: of 0%, 1%, ... 100%. */
enum { IHP__QUANTILES = 101 };

/* Makes bootstrap_quantiles.csv without rows, and adds those of a statistic of an IHP: one for each
 * quantile, blank where it is NaN. */
void ihp__bootstrap_quantiles_table_begin(struct ihp__table *table);
void ihp__bootstrap_quantiles_add(struct ihp__table *table, const char *ihp_id,
                                  const char *statistic, bool dollars,
                                  const double quantile[IHP__QUANTILES]);

/* Prints ratio and final amount of each IHP with their widest intervals, for people, from the
 * two tables. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__bootstrap_print(FILE *stream, int replicates,
                                     const struct ihp__table *bootstrap,
                                     const struct ihp__table *outcomes, struct ihp_error *err);

#endif
