/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trend.csv: the expected trend of each year [16.4.2]. */
#include "program/fields.h"
#include "program/load.h"

enum { YEAR, RATE, ADJUSTMENT, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"year", true}, {"rate", true}, {"adjustment", false}};

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    static const struct ihp__number_bounds rate = {.low = -1,
                                                   .high = 10,
                                                   .above_low = true,
                                                   .required = true,
                                                   .expected = "a rate above -1, such as 0.03"};
    static const struct ihp__number_bounds adjustment = {
        .low = -1,
        .high = 10,
        .above_low = true,
        .expected = "a rate above -1, such as -0.004, or blank"};
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__trend trend;
    if (ihp__field_year(row, YEAR, &trend.year, err) != IHP_OK ||
        ihp__field_number(row, RATE, &rate, &trend.rate, err) != IHP_OK ||
        ihp__field_number(row, ADJUSTMENT, &adjustment, &trend.adjustment, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__program_trend(program, trend.year) != NULL) {
        return ihp__fail_field(err, row, YEAR, "%d appears twice; keep one row of each year",
                               trend.year);
    }
    if (!ihp__array_reserve(&program->trend, &load->trend_capacity, program->trends + 1,
                            sizeof *program->trend)) {
        return ihp__fail_memory(err, "trend.csv");
    }
    program->trend[program->trends++] = trend;
    return IHP_OK;
}

enum ihp_status ihp__read_trend(struct ihp__program_load *load, const char *path,
                                struct ihp_error *err)
{
    return ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err);
}

const struct ihp__trend *ihp__program_trend(const struct ihp__program *program, int year)
{
    for (size_t i = 0; i < program->trends; i++) {
        if (program->trend[i].year == year) {
            return &program->trend[i];
        }
    }
    return NULL;
}

/* Adds the years after the base year, up to the performance year. */
void ihp__trend_terms(struct ihp__terms_hash *terms, const struct ihp__program *program)
{
    for (int year = terms->base_year + 1; year <= terms->performance_year; year++) {
        const struct ihp__trend *trend = ihp__program_trend(program, year);
        if (trend != NULL) {
            ihp__terms_add(terms, "trend %d %.17g %.17g", year, trend->rate, trend->adjustment);
        }
    }
}
