/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power_table.h - the table of the chances of savings and losses by the size of an IHP.
 *
 * Nothing here is collective. docs/data.md describes the columns.
 */
#ifndef IHP_POWER_TABLE_H
#define IHP_POWER_TABLE_H

#include "result/table.h"

/* Results of populations drawn of one size, under one cap and with one true effect. */
struct ihp__power_row {
    int64_t cap;                    /* cents; 0: none */
    int64_t members;                /* of each draw */
    double effect;                  /* true change of cost, a fraction; -0.05: 5% true savings */
    int64_t draws;                  /* that have a ratio */
    double savings, losses, inside; /* shares of these draws; NaN if there are none */
    double mean_ratio, sd_ratio;    /* the latter with draws - 1; NaN: undefined or not shown */
};

/* Makes power.csv without rows, and adds a row. */
void ihp__power_table_begin(struct ihp__table *table);
void ihp__power_table_add(struct ihp__table *table, const struct ihp__power_row *row);

/* Prints the rows for people: a table per cap, with false rewards and false penalties marked.
 * Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__power_print(FILE *stream, const struct ihp__table *table, double threshold,
                                 struct ihp_error *err);

#endif
