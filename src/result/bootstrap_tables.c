/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a bootstrap: intervals of each statistic, chances of each outcome, and both for
 * people. */
#include "result/bootstrap_tables.h"

#include "result/print_sentence.h"
#include "result/print_table.h"

#include <math.h>
#include <string.h>

#define CONFIDENCE_COLUMNS                                                                         \
    {"ihp_id", IHP__CELL_TEXT}, {"statistic", IHP__CELL_TEXT}, {"estimate", IHP__CELL_RATIO},      \
        {"mean", IHP__CELL_RATIO}, {"bias", IHP__CELL_RATIO}, {"std_error", IHP__CELL_RATIO},      \
        {"level", IHP__CELL_RATIO}, {"method", IHP__CELL_TEXT}, {"lower", IHP__CELL_RATIO},        \
    {                                                                                              \
        "upper", IHP__CELL_RATIO                                                                   \
    }

/* Columns of bootstrap.csv, for the print. */
enum { AT_IHP, AT_STATISTIC, AT_ESTIMATE, AT_LEVEL = 6, AT_METHOD, AT_LOWER, AT_UPPER };

static const struct ihp__table_column bootstrap_columns[] = {CONFIDENCE_COLUMNS};
static const struct ihp__table_column scenario_columns[] = {{"scenario", IHP__CELL_INTEGER},
                                                            {"key", IHP__CELL_TEXT},
                                                            {"value", IHP__CELL_TEXT},
                                                            CONFIDENCE_COLUMNS};
static const struct ihp__table_column outcome_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                           {"p_savings", IHP__CELL_RATIO},
                                                           {"p_losses", IHP__CELL_RATIO},
                                                           {"p_inside", IHP__CELL_RATIO},
                                                           {"expected_amount", IHP__CELL_DOLLARS}};

static const struct ihp__table_column quantile_columns[] = {{"ihp_id", IHP__CELL_TEXT},
                                                            {"statistic", IHP__CELL_TEXT},
                                                            {"quantile", IHP__CELL_RATIO},
                                                            {"value", IHP__CELL_RATIO}};

void ihp__bootstrap_tables_begin(struct ihp__table *bootstrap, struct ihp__table *outcomes)
{
    *bootstrap = IHP__TABLE_OF("bootstrap", bootstrap_columns);
    *outcomes = IHP__TABLE_OF("bootstrap_outcomes", outcome_columns);
}

void ihp__scenario_bootstrap_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("scenario_bootstrap", scenario_columns);
}

void ihp__bootstrap_quantiles_table_begin(struct ihp__table *table)
{
    *table = IHP__TABLE_OF("bootstrap_quantiles", quantile_columns);
}

static void put_number(struct ihp__table *t, bool dollars, double value)
{
    if (dollars) {
        ihp__table_amount(t, value);
    } else {
        ihp__table_ratio(t, value);
    }
}

/* Adds the columns that both tables have: one level and one method. */
static void put_row(struct ihp__table *t, const struct ihp__estimate *estimate, double level,
                    const char *method, const double bound[2])
{
    const struct ihp__confidence *c = estimate->confidence;
    ihp__table_text(t, estimate->ihp_id);
    ihp__table_text(t, estimate->statistic);
    put_number(t, estimate->dollars, c->estimate);
    put_number(t, estimate->dollars, c->mean);
    put_number(t, estimate->dollars, c->bias);
    put_number(t, estimate->dollars, c->std_error);
    ihp__table_ratio(t, level);
    ihp__table_text(t, method);
    put_number(t, estimate->dollars, bound[0]);
    put_number(t, estimate->dollars, bound[1]);
}

/* Returns the number of methods of an interval: one row says that an IHP is too small for any. */
static int methods_of(const struct ihp__estimate *estimate)
{
    return estimate->too_small ? 1 : IHP__METHODS;
}

static void put_estimate(struct ihp__table *t, const struct ihp__estimate *estimate, double level,
                         size_t l, int method)
{
    static const char *const name[IHP__METHODS] = {"percentile", "bca"};
    put_row(t, estimate, level, estimate->too_small ? "too_small" : name[method],
            estimate->confidence->bound[l][method]);
}

void ihp__bootstrap_table_add(struct ihp__table *table, const struct ihp__bootstrap_spec *spec,
                              const struct ihp__estimate *estimate)
{
    for (size_t l = 0; l < spec->levels; l++) {
        for (int method = 0; method < methods_of(estimate); method++) {
            put_estimate(table, estimate, spec->level[l], l, method);
        }
    }
}

void ihp__bootstrap_outcomes_add(struct ihp__table *table, const char *ihp_id,
                                 const struct ihp__outlook *outlook)
{
    ihp__table_text(table, ihp_id);
    ihp__table_ratio(table, outlook->savings);
    ihp__table_ratio(table, outlook->losses);
    ihp__table_ratio(table, outlook->inside);
    ihp__table_dollars(table, outlook->expected);
}

void ihp__bootstrap_quantiles_add(struct ihp__table *table, const char *ihp_id,
                                  const char *statistic, bool dollars,
                                  const double quantile[IHP__QUANTILES])
{
    for (int i = 0; i < IHP__QUANTILES; i++) {
        ihp__table_text(table, ihp_id);
        ihp__table_text(table, statistic);
        ihp__table_ratio(table, i / (double)(IHP__QUANTILES - 1));
        put_number(table, dollars, quantile[i]);
    }
}

void ihp__scenario_bootstrap_table_add(struct ihp__table *table, size_t number,
                                       const struct ihp__scenario *scenario,
                                       const struct ihp__bootstrap_spec *spec,
                                       const struct ihp__estimate *estimate)
{
    for (size_t l = 0; l < spec->levels; l++) {
        for (int method = 0; method < methods_of(estimate); method++) {
            ihp__table_integer(table, (int64_t)number);
            ihp__table_text(table, scenario->key);
            ihp__table_text(table, scenario->value);
            put_estimate(table, estimate, spec->level[l], l, method);
        }
    }
}

/* ---- for people ------------------------------------------------------------------------------ */

static double value_of(const struct ihp__cell *cell)
{
    return ihp__cell_number(cell, IHP__CELL_RATIO);
}

/* Returns the highest level of the intervals, 0 without a row. */
static double highest_level(const struct ihp__table *bootstrap)
{
    double level = 0;
    for (size_t i = 0; i < bootstrap->rows; i++) {
        level = fmax(level, ihp__table_row(bootstrap, i)[AT_LEVEL].ratio);
    }
    return level;
}

/* Returns the first row of an IHP's statistic at a level, which has the percentile interval: it
 * covers the truth as often as BCa or more often (docs/validation.md). NULL if there is none. */
static const struct ihp__cell *find_row(const struct ihp__table *t, const char *ihp_id,
                                        const char *statistic, double level)
{
    for (size_t i = 0; i < t->rows; i++) {
        const struct ihp__cell *row = ihp__table_row(t, i);
        if (strcmp(row[AT_IHP].text, ihp_id) == 0 &&
            strcmp(row[AT_STATISTIC].text, statistic) == 0 && row[AT_LEVEL].ratio == level) {
            return row;
        }
    }
    return NULL;
}

static void add_row(struct ihp__print *print, const struct ihp__table *bootstrap,
                    const struct ihp__cell *outcome, double level)
{
    static const int shown[] = {AT_ESTIMATE, AT_LOWER, AT_UPPER};
    const char *id = outcome[0].text;
    const struct ihp__cell *ratio = find_row(bootstrap, id, "ratio", level);
    const struct ihp__cell *amount = find_row(bootstrap, id, "final_amount", level);
    if (ratio == NULL || amount == NULL) {
        return;
    }
    ihp__print_text(print, id);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        ihp__print_percent(print, value_of(&ratio[shown[i]]), 2);
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        ihp__print_dollars(print, value_of(&amount[shown[i]]));
    }
    for (size_t i = 1; i <= 3; i++) { /* savings, losses, inside */
        ihp__print_percent(print, value_of(&outcome[i]), 2);
    }
    ihp__print_text(print, strcmp(amount[AT_METHOD].text, "too_small") == 0
                               ? "too few members for intervals"
                               : "");
}

enum ihp_status ihp__bootstrap_print(FILE *stream, int replicates,
                                     const struct ihp__table *bootstrap,
                                     const struct ihp__table *outcomes, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"IHP", IHP__PRINT_ID, false},
        {"Ratio", IHP__PRINT_NUMBER, false},
        {"ratio from", IHP__PRINT_NUMBER, false},
        {"ratio to", IHP__PRINT_NUMBER, false},
        {"Final amount", IHP__PRINT_NUMBER, false},
        {"amount from", IHP__PRINT_NUMBER, false},
        {"amount to", IHP__PRINT_NUMBER, false},
        {"P(savings)", IHP__PRINT_NUMBER, false},
        {"P(losses)", IHP__PRINT_NUMBER, false},
        {"P(inside)", IHP__PRINT_NUMBER, false},
        {"Note", IHP__PRINT_PROSE, true},
    };
    struct ihp__print print = IHP__PRINT_BEGIN(stream, columns, 1);
    const double level = highest_level(bootstrap);
    for (size_t i = 0; i < outcomes->rows; i++) {
        add_row(&print, bootstrap, ihp__table_row(outcomes, i), level);
    }
    ihp__print_sentence(stream,
                        "\nUncertainty: %d bootstrap replicates, %g%% percentile intervals\n",
                        replicates, level * 100.0);
    return ihp__print_end(&print, err);
}
