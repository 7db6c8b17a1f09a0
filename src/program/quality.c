/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.csv: the results of each IHP on each measure and year, of everyone and of groups [17,
 * 18].
 */
#include "base/search.h"
#include "program/fields.h"
#include "program/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Limits counts, and the numbers of ratios, so that the product of two of them, in millionths,
 * fits into 128 bits. */
#define COUNT_MAX 1000000000

enum { DECIMALS = 6 }; /* of IHP__RATIO_UNITS */

enum {
    IHP,
    YEAR,
    MEASURE,
    GROUP,
    NUMERATOR,
    DENOMINATOR,
    SUFFICIENT,
    NOT_REPORTING,
    POINTS,
    COLUMNS
};

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true},     {"year", true},           {"measure", true},
    {"group", true},      {"numerator", true},      {"denominator", true},
    {"sufficient", true}, {"not_reporting", false}, {"points", false},
};

/* Reads a number of a ratio from `low` millionths on, in millionths. */
static enum ihp_status read_decimal(const struct ihp__csv_row *row, size_t field, int64_t low,
                                    int64_t *units, struct ihp_error *err)
{
    const char *text = row->field[field], *point = strchr(text, '.');
    double number;
    bool fits = ihp__decimal_parse(text, &number) && number >= 0 && number <= COUNT_MAX &&
                (point == NULL || strlen(point + 1) <= DECIMALS);
    int64_t read = fits ? llround(number * IHP__RATIO_UNITS) : 0;
    if (!fits || read < low) {
        return ihp__fail_value(err, row, field,
                               low == 0
                                   ? "a number from 0 to 1000000000 with at most six decimals"
                                   : "a number above 0 and at most 1000000000 with at most six "
                                     "decimals; where there is no ratio, numerator and "
                                     "denominator are blank and sufficient is 0, or points are "
                                     "given");
    }
    *units = read;
    return IHP_OK;
}

/* Reads the rate. It may be blank where the sample is not sufficient or points are given instead.
 */
static enum ihp_status read_rate(const struct ihp__program *program, const struct ihp__csv_row *row,
                                 struct ihp__quality_row *result, struct ihp_error *err)
{
    bool blank = row->length[NUMERATOR] == 0 && row->length[DENOMINATOR] == 0;
    if (blank && (!result->sufficient || !isnan(result->points))) {
        return IHP_OK;
    }
    if (program->measure[result->measure].ratio) {
        return read_decimal(row, NUMERATOR, 0, &result->numerator, err) != IHP_OK
                   ? err->status
                   : read_decimal(row, DENOMINATOR, 1, &result->denominator, err);
    }
    if (!ihp__integer_parse(row->field[NUMERATOR], 0, COUNT_MAX, &result->numerator)) {
        return ihp__fail_value(err, row, NUMERATOR, "a whole number from 0 to 1000000000");
    }
    if (!ihp__integer_parse(row->field[DENOMINATOR], 1, COUNT_MAX, &result->denominator)) {
        return ihp__fail_value(err, row, DENOMINATOR,
                               "a whole number from 1 to 1000000000; where there is no rate, "
                               "numerator and denominator are blank and sufficient is 0, or points "
                               "are given");
    }
    if (result->numerator > result->denominator) {
        return ihp__fail_value(err, row, NUMERATOR, "a numerator of at most the denominator");
    }
    return IHP_OK;
}

static enum ihp_status read_row(const struct ihp__program *program, const struct ihp__csv_row *row,
                                struct ihp__quality_row *result, struct ihp_error *err)
{
    static const struct ihp__number_bounds share = {.high = 1,
                                                    .expected = "a share from 0 to 1, or blank"};
    static const struct ihp__number_bounds points = {
        .high = 2, .blank = NAN, .expected = "points from 0 to 2, or blank"};
    if (ihp__field_partnership(program, row, IHP, &result->partnership, err) != IHP_OK ||
        ihp__field_year(row, YEAR, &result->year, err) != IHP_OK ||
        ihp__field_measure(program, row, MEASURE, &result->measure, err) != IHP_OK ||
        ihp__field_switch(row, SUFFICIENT, -1, &result->sufficient, err) != IHP_OK ||
        ihp__field_number(row, NOT_REPORTING, &share, &result->not_reporting, err) != IHP_OK ||
        ihp__field_number(row, POINTS, &points, &result->points, err) != IHP_OK ||
        ihp__field_label(row, GROUP, IHP__GROUP_MAX, false, err) != IHP_OK) {
        return err->status;
    }
    memcpy(result->group, row->field[GROUP], row->length[GROUP]);
    if (row->length[GROUP] > 0 && !isnan(result->points)) {
        return ihp__fail_field(err, row, POINTS,
                               "a group has no points of its own; give them on the row without a "
                               "group");
    }
    return read_rate(program, row, result, err);
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__quality_row result = {.line = row->line};
    if (read_row(program, row, &result, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->quality, &load->quality_capacity, program->quality_rows + 1,
                            sizeof *program->quality)) {
        return ihp__fail_memory(err, "quality.csv");
    }
    program->quality[program->quality_rows++] = result;
    return IHP_OK;
}

static int by_result(const struct ihp__quality_row *x, const struct ihp__quality_row *y)
{
    if (x->partnership != y->partnership) {
        return x->partnership < y->partnership ? -1 : 1;
    }
    if (x->measure != y->measure) {
        return x->measure < y->measure ? -1 : 1;
    }
    return (x->year > y->year) - (x->year < y->year);
}

static int by_result_and_group(const void *a, const void *b)
{
    const struct ihp__quality_row *x = a, *y = b;
    int order = by_result(x, y);
    order = order != 0 ? order : strcmp(x->group, y->group);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static enum ihp_status check_repeats(const struct ihp__program *program, struct ihp_error *err)
{
    for (size_t i = 1; i < program->quality_rows; i++) {
        const struct ihp__quality_row *x = &program->quality[i - 1], *y = &program->quality[i];
        if (by_result(x, y) == 0 && strcmp(x->group, y->group) == 0) {
            char key[IHP__MEASURE_MAX + IHP__ID_MAX + IHP__GROUP_MAX + 60];
            snprintf(key, sizeof key, "measure '%s' of %s in %d%s%s",
                     program->measure[y->measure].id, program->partnership[y->partnership].id,
                     y->year, y->group[0] == '\0' ? "" : " for group ", y->group);
            return ihp__fail_repeated(program, "quality", y->line, x->line, key, err);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__read_quality(struct ihp__program_load *load, const char *path,
                                  struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    program->has_quality = true;
    if (program->measures == 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/quality.csv: requires measures.csv, which says how each measure is "
                         "scored; add it [17, 18]",
                         program->folder);
    }
    if (ihp__csv_read(path, columns, COLUMNS, on_row, load, load->notices, err) != IHP_OK ||
        program->quality_rows == 0) {
        return err->status;
    }
    qsort(program->quality, program->quality_rows, sizeof *program->quality, by_result_and_group);
    return check_repeats(program, err);
}

const struct ihp__quality_row *ihp__program_quality(const struct ihp__program *program,
                                                    int partnership, size_t measure, int year,
                                                    size_t *count)
{
    const struct ihp__quality_row sought = {
        .partnership = partnership, .measure = measure, .year = year};
    size_t first, end;
    IHP__LOWER_BOUND(first, program->quality_rows,
                     by_result(&program->quality[first], &sought) < 0);
    for (end = first;
         end < program->quality_rows && by_result(&program->quality[end], &sought) == 0; end++) {
    }
    *count = end - first;
    return *count == 0 ? NULL : program->quality + first;
}
