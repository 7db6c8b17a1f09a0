/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.csv: what each IHP achieved on each measure and year, of all and of groups [17, 18]. */
#include "program_internal.h"

#include "base/search.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* So that products of two of them are whole numbers of 64 bits. */
#define COUNT_MAX 1000000000

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

/* A rate, or none where the sample is not sufficient or points stand in its place. */
static enum ihp_status read_rate(const struct ihp__csv_row *row, struct ihp__quality_row *q,
                                 struct ihp_error *err)
{
    char saw[64];
    bool blank = row->length[NUMERATOR] == 0 && row->length[DENOMINATOR] == 0;
    if (blank && (!q->sufficient || !isnan(q->points))) {
        return IHP_OK;
    }
    if (!ihp__integer_parse(row->field[NUMERATOR], 0, COUNT_MAX, &q->numerator)) {
        return ihp__fail_field(err, row, "numerator", ihp__quote(row->field[NUMERATOR], saw),
                               "a whole number from 0 to 1000000000");
    }
    if (!ihp__integer_parse(row->field[DENOMINATOR], 1, COUNT_MAX, &q->denominator)) {
        return ihp__fail_field(err, row, "denominator", ihp__quote(row->field[DENOMINATOR], saw),
                               "a whole number from 1 to 1000000000; where there is no rate, "
                               "numerator and denominator are blank and sufficient is 0, or points "
                               "are given");
    }
    if (q->numerator > q->denominator) {
        return ihp__fail_field(err, row, "numerator", ihp__quote(row->field[NUMERATOR], saw),
                               "a numerator of at most the denominator");
    }
    return IHP_OK;
}

static enum ihp_status read_group(const struct ihp__csv_row *row, struct ihp__quality_row *q,
                                  struct ihp_error *err)
{
    if (row->length[GROUP] > 0 && !ihp__program_is_label(row->field[GROUP], IHP__GROUP_MAX)) {
        return ihp__fail_field(err, row, "group", "a text of too many bytes or with controls",
                               "a group of at most 40 bytes on one line, or blank");
    }
    memcpy(q->group, row->field[GROUP], row->length[GROUP]);
    if (row->length[GROUP] > 0 && !isnan(q->points)) {
        return ihp__fail_field(err, row, "points", "points of a group",
                               "points on the row without a group");
    }
    return IHP_OK;
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__quality_row q = {.line = row->line};
    if (ihp__program_field_partnership(program, row, IHP, &q.partnership, err) != IHP_OK ||
        ihp__program_field_year(row, YEAR, &q.year, err) != IHP_OK ||
        ihp__program_field_measure(program, row, MEASURE, &q.measure, err) != IHP_OK ||
        ihp__program_field_switch(row, SUFFICIENT, "sufficient", -1, &q.sufficient, err) !=
            IHP_OK ||
        ihp__program_field_decimal(row, NOT_REPORTING, "not_reporting", 0, 1, 0,
                                   "a share from 0 to 1, or blank", &q.not_reporting,
                                   err) != IHP_OK ||
        ihp__program_field_decimal(row, POINTS, "points", 0, 2, NAN, "points from 0 to 2, or blank",
                                   &q.points, err) != IHP_OK ||
        read_group(row, &q, err) != IHP_OK || read_rate(row, &q, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&program->quality, &load->quality_capacity, program->quality_rows + 1,
                            sizeof *program->quality)) {
        return ihp__fail_memory(err, "quality.csv");
    }
    program->quality[program->quality_rows++] = q;
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

static enum ihp_status check_twice(const struct ihp__program *program, struct ihp_error *err)
{
    for (size_t i = 1; i < program->quality_rows; i++) {
        const struct ihp__quality_row *x = &program->quality[i - 1], *y = &program->quality[i];
        if (by_result(x, y) == 0 && strcmp(x->group, y->group) == 0) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/quality.csv:%" PRIu64 ": measure: '%s' of %s in %d%s%s stands on "
                             "line %" PRIu64 " already; keep one of the two",
                             program->folder, y->line, program->measure[y->measure].id,
                             program->partnership[y->partnership].id, y->year,
                             y->group[0] == '\0' ? "" : " for group ", y->group, x->line);
        }
    }
    return IHP_OK;
}

const struct ihp__quality_row *ihp__program_quality(const struct ihp__program *program,
                                                    int partnership, size_t measure, int year,
                                                    size_t *count)
{
    const struct ihp__quality_row wanted = {
        .partnership = partnership, .measure = measure, .year = year};
    size_t first, end;
    IHP__LOWER_BOUND(first, program->quality_rows,
                     by_result(&program->quality[first], &wanted) < 0);
    for (end = first;
         end < program->quality_rows && by_result(&program->quality[end], &wanted) == 0; end++) {
    }
    *count = end - first;
    return *count == 0 ? NULL : program->quality + first;
}

enum ihp_status ihp__program_read_quality(struct ihp__program_load *load, struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__program_has_file(program, "quality", &program->has_quality, err) != IHP_OK ||
        !program->has_quality) {
        return err->status;
    }
    if (program->measures == 0) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s/quality.csv: has no meaning without measures; add measures.csv, which "
                         "says how each is scored [17, 18]",
                         program->folder);
    }
    if (ihp__program_read_file(load, "quality", true, columns, COLUMNS, on_row, err) != IHP_OK) {
        return err->status;
    }
    if (program->quality_rows > 0) {
        qsort(program->quality, program->quality_rows, sizeof *program->quality,
              by_result_and_group);
    }
    return check_twice(program, err);
}
