/* SPDX-License-Identifier: GPL-3.0-or-later */
/* benchmarks.csv: benchmarks and percentiles of the measures by year [17.3.1, 18.4.1, 18.4.4 to
 * 18.4.8]. */
#include "program/fields.h"
#include "program/load.h"

#include <math.h>
#include <stdlib.h>

/* Limits benchmarks of measures that are ratios. */
#define RATIO_MAX 1e6

enum { MEASURE, YEAR, BENCHMARK, P30, COMPARABLE = P30 + IHP__PERCENTILES, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"measure", true}, {"year", true}, {"benchmark", false}, {"p30", false}, {"p40", false},
    {"p50", false},    {"p60", false}, {"p70", false},       {"p80", false}, {"comparable", false},
};

/* Reads all six percentiles or none, from worse to better; equal ones leave a band empty. */
static enum ihp_status read_percentiles(const struct ihp__program *program,
                                        const struct ihp__csv_row *row, struct ihp__benchmark *b,
                                        struct ihp_error *err)
{
    static const struct ihp__number_bounds bounds[] = {
        {.high = 1, .blank = NAN, .expected = "a rate from 0 to 1, or blank"},
        {.high = RATIO_MAX, .blank = NAN, .expected = "a ratio from 0 to 1000000, or blank"}};
    const struct ihp__number_bounds *rate = &bounds[program->measure[b->measure].ratio];
    bool lower = program->measure[b->measure].lower_is_better;
    for (size_t i = 0; i < IHP__PERCENTILES; i++) {
        double *percentile = &b->percentile[i];
        if (ihp__field_number(row, P30 + i, rate, percentile, err) != IHP_OK) {
            return err->status;
        }
        if (isnan(*percentile) != isnan(b->percentile[0])) {
            return ihp__fail_field(err, row, P30 + i,
                                   "only some percentiles are given; expected all of p30 to p80, "
                                   "or none");
        }
        if (i > 0 && (lower ? *percentile > percentile[-1] : *percentile < percentile[-1])) {
            return ihp__fail_value(err, row, P30 + i,
                                   lower ? "percentiles that descend, as a lower rate is better"
                                         : "percentiles that ascend");
        }
    }
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    static const struct ihp__number_bounds benchmark[] = {
        {.high = 1,
         .above_low = true,
         .blank = NAN,
         .expected = "a rate above 0 and at most 1, or blank"},
        {.high = RATIO_MAX,
         .above_low = true,
         .blank = NAN,
         .expected = "a ratio above 0 and at most 1000000, or blank"}};
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__benchmark b = {.line = row->line};
    if (ihp__field_measure(program, row, MEASURE, &b.measure, err) != IHP_OK ||
        ihp__field_year(row, YEAR, &b.year, err) != IHP_OK ||
        ihp__field_number(row, BENCHMARK, &benchmark[program->measure[b.measure].ratio],
                          &b.benchmark, err) != IHP_OK ||
        read_percentiles(program, row, &b, err) != IHP_OK ||
        ihp__field_switch(row, COMPARABLE, 1, &b.comparable, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->benchmark, &load->benchmark_capacity, program->benchmarks + 1,
                            sizeof *program->benchmark)) {
        return ihp__fail_memory(err, "benchmarks.csv");
    }
    program->benchmark[program->benchmarks++] = b;
    return IHP_OK;
}

static int by_measure_and_year(const void *a, const void *b)
{
    const struct ihp__benchmark *x = a, *y = b;
    return x->measure != y->measure ? (x->measure < y->measure ? -1 : 1)
                                    : (x->year > y->year) - (x->year < y->year);
}

static int by_measure_year_and_line(const void *a, const void *b)
{
    const struct ihp__benchmark *x = a, *y = b;
    int order = by_measure_and_year(x, y);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

enum ihp_status ihp__read_benchmarks(struct ihp__program_load *load, const char *path,
                                     struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->benchmarks == 0) {
        return err->status;
    }
    qsort(program->benchmark, program->benchmarks, sizeof *program->benchmark,
          by_measure_year_and_line);
    for (size_t i = 1; i < program->benchmarks; i++) {
        const struct ihp__benchmark *x = &program->benchmark[i - 1], *y = &program->benchmark[i];
        if (by_measure_and_year(x, y) == 0) {
            char key[IHP__MEASURE_MAX + 40];
            snprintf(key, sizeof key, "measure '%s' in %d", program->measure[y->measure].id,
                     y->year);
            return ihp__fail_repeated(program, "benchmarks", y->line, x->line, key, err);
        }
    }
    return IHP_OK;
}

const struct ihp__benchmark *ihp__program_benchmark(const struct ihp__program *program,
                                                    size_t measure, int year)
{
    const struct ihp__benchmark sought = {.measure = measure, .year = year};
    return program->benchmarks == 0 ? NULL
                                    : bsearch(&sought, program->benchmark, program->benchmarks,
                                              sizeof *program->benchmark, by_measure_and_year);
}
