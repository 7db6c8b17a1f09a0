/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a bootstrap: intervals of each statistic, outcomes, and both of them for people. */
#include "result/result.h"

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

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void ihp__bootstrap_tables_begin(struct ihp__table *bootstrap, struct ihp__table *outcomes)
{
    *bootstrap = (struct ihp__table){
        .name = "bootstrap", .column = bootstrap_columns, .columns = COUNT(bootstrap_columns)};
    *outcomes = (struct ihp__table){
        .name = "bootstrap_outcomes", .column = outcome_columns, .columns = COUNT(outcome_columns)};
}

void ihp__scenario_bootstrap_table_begin(struct ihp__table *table)
{
    *table = (struct ihp__table){.name = "scenario_bootstrap",
                                 .column = scenario_columns,
                                 .columns = COUNT(scenario_columns)};
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

static const char *dollars_text(const struct ihp__cell *cell, char buffer[IHP__MONEY_TEXT])
{
    return cell->blank ? "-"
                       : ihp__money_format_grouped(ihp__cents_of_dollars(cell->ratio), buffer);
}

static const char *percent_text(const struct ihp__cell *cell, char buffer[IHP__MONEY_TEXT])
{
    if (cell->blank) {
        return "-";
    }
    snprintf(buffer, IHP__MONEY_TEXT, "%.2f%%", cell->ratio * 100.0);
    return buffer;
}

/* The first row of an IHP's statistic at a level: percentiles, which cover as well as BCa or better
 * (docs/validation.md). */
static const struct ihp__cell *find_row(const struct ihp__table *t, const char *ihp_id,
                                        const char *statistic, double level)
{
    for (size_t i = 0; i < t->rows; i++) {
        const struct ihp__cell *row = t->cell + i * t->columns;
        if (strcmp(row[AT_IHP].text, ihp_id) == 0 &&
            strcmp(row[AT_STATISTIC].text, statistic) == 0 && row[AT_LEVEL].ratio == level) {
            return row;
        }
    }
    return NULL;
}

static void print_row(FILE *stream, const struct ihp__table *bootstrap,
                      const struct ihp__cell *chance, double level)
{
    char a[IHP__MONEY_TEXT], b[IHP__MONEY_TEXT], c[IHP__MONEY_TEXT];
    const struct ihp__cell *ratio = find_row(bootstrap, chance[0].text, "ratio", level);
    const struct ihp__cell *amount = find_row(bootstrap, chance[0].text, "final_amount", level);
    if (ratio == NULL || amount == NULL) {
        return;
    }
    fprintf(stream, "%-12.12s %9s %9s %9s", chance[0].text, percent_text(&ratio[AT_ESTIMATE], a),
            percent_text(&ratio[AT_LOWER], b), percent_text(&ratio[AT_UPPER], c));
    fprintf(stream, " %16s %16s %16s", dollars_text(&amount[AT_ESTIMATE], a),
            dollars_text(&amount[AT_LOWER], b), dollars_text(&amount[AT_UPPER], c));
    fprintf(stream, " %9s %9s %9s%s\n", percent_text(&chance[1], a), percent_text(&chance[2], b),
            percent_text(&chance[3], c),
            strcmp(amount[AT_METHOD].text, "too_small") == 0 ? "  too few members for intervals"
                                                             : "");
}

void ihp__bootstrap_print(FILE *stream, const struct ihp__bootstrap_spec *spec,
                          const struct ihp__table *bootstrap, const struct ihp__table *outcomes)
{
    double level = spec->level[spec->levels - 1];
    fprintf(stream, "\nHow sure that is: %d bootstrap replicates, %g%% percentile intervals\n",
            spec->replicates, level * 100.0);
    fprintf(stream, "%-12s %9s %9s %9s %16s %16s %16s %9s %9s %9s\n", "IHP", "Ratio", "from", "to",
            "Final amount", "from", "to", "P(save)", "P(lose)", "P(inside)");
    for (size_t i = 0; i < outcomes->rows; i++) {
        print_row(stream, bootstrap, outcomes->cell + i * outcomes->columns, level);
    }
}
