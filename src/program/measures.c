/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.csv and benchmarks.csv: what quality is measured by, and what it is compared with [17,
 * 18]. */
#include "program_internal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- fields ---------------------------------------------------------------------------------- */

bool ihp__program_is_label(const char *text, size_t most)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            return false;
        }
    }
    return length > 0 && length <= most;
}

enum ihp_status ihp__program_field_year(const struct ihp__csv_row *row, size_t field, int *year,
                                        struct ihp_error *err)
{
    int64_t value;
    if (!ihp__integer_parse(row->field[field], 1970, 2200, &value)) {
        char saw[64];
        return ihp__fail_field(err, row, "year", ihp__quote(row->field[field], saw),
                               "a year from 1970 to 2200, YYYY");
    }
    *year = (int)value;
    return IHP_OK;
}

enum ihp_status ihp__program_field_switch(const struct ihp__csv_row *row, size_t field,
                                          const char *column, int absent, bool *value,
                                          struct ihp_error *err)
{
    bool blank = row->length[field] == 0 && absent >= 0;
    bool one = strcmp(row->field[field], "1") == 0;
    if (!blank && !one && strcmp(row->field[field], "0") != 0) {
        char saw[64];
        return ihp__fail_field(err, row, column, ihp__quote(row->field[field], saw),
                               absent >= 0 ? "1, 0 or blank" : "1 or 0");
    }
    *value = blank ? absent == 1 : one;
    return IHP_OK;
}

enum ihp_status ihp__program_field_decimal(const struct ihp__csv_row *row, size_t field,
                                           const char *column, double low, double high,
                                           double absent, const char *allowed, double *value,
                                           struct ihp_error *err)
{
    double number = absent;
    if (row->length[field] > 0 &&
        (!ihp__decimal_parse(row->field[field], &number) || number < low || number > high)) {
        char saw[64];
        return ihp__fail_field(err, row, column, ihp__quote(row->field[field], saw), allowed);
    }
    *value = number;
    return IHP_OK;
}

/* The first row of a measure, or `program->measures`. */
static size_t find_measure(const struct ihp__program *program, const char *id)
{
    size_t m = 0;
    while (m < program->measures && strcmp(program->measure[m].id, id) != 0) {
        m++;
    }
    return m;
}

enum ihp_status ihp__program_field_measure(const struct ihp__program *program,
                                           const struct ihp__csv_row *row, size_t field,
                                           size_t *measure, struct ihp_error *err)
{
    size_t found = find_measure(program, row->field[field]);
    if (found == program->measures) {
        char saw[64];
        return ihp__fail_field(err, row, "measure", ihp__quote(row->field[field], saw),
                               "a measure of measures.csv");
    }
    *measure = found;
    return IHP_OK;
}

/* ---- measures.csv [17.1.2, 17.3.2, 18.1.2, 18.4.10] ----------------------------------------- */

enum { CATEGORY_BYTES = 100 };

enum { MEASURE, SECTION, CATEGORY, WEIGHT, SCORING, LOWER, TRACK, BONUS, MEASURE_COLUMNS };

static const struct ihp__csv_column measure_columns[MEASURE_COLUMNS] = {
    {"measure", true}, {"section", true},         {"category", true}, {"weight", true},
    {"scoring", true}, {"lower_is_better", true}, {"track", true},    {"bonus", false},
};

static const char *const scorings[] = {
    [IHP__SCORING_BENCHMARK] = "benchmark",
    [IHP__SCORING_PERCENTILE] = "percentile",
    [IHP__SCORING_CAHPS] = "cahps",
    [IHP__SCORING_IMPROVEMENT] = "improvement",
    [IHP__SCORING_GAP] = "gap",
    [IHP__SCORING_POINTS] = "points",
};

static enum ihp_status read_names(const struct ihp__csv_row *row, struct ihp__measure *m,
                                  struct ihp_error *err)
{
    if (!ihp__program_is_label(row->field[MEASURE], IHP__MEASURE_MAX)) {
        return ihp__fail_field(err, row, "measure",
                               "a text of no or too many bytes or with controls",
                               "1 to 40 bytes on one line");
    }
    if (!ihp__program_is_label(row->field[CATEGORY], CATEGORY_BYTES)) {
        return ihp__fail_field(err, row, "category",
                               "a text of no or too many bytes or with controls",
                               "1 to 100 bytes on one line");
    }
    memcpy(m->id, row->field[MEASURE], row->length[MEASURE]);
    return IHP_OK;
}

static enum ihp_status read_kind(const struct ihp__csv_row *row, struct ihp__measure *m,
                                 struct ihp_error *err)
{
    enum { SCORINGS = sizeof scorings / sizeof scorings[0] };
    char saw[64];
    const char *track = row->field[TRACK];
    bool either = strcmp(track, "1") == 0 || strcmp(track, "2") == 0;
    int scoring = 0;
    while (scoring < SCORINGS && strcmp(scorings[scoring], row->field[SCORING]) != 0) {
        scoring++;
    }
    if (strcmp(row->field[SECTION], "17") != 0 && strcmp(row->field[SECTION], "18") != 0) {
        return ihp__fail_field(err, row, "section", ihp__quote(row->field[SECTION], saw),
                               "17 or 18");
    }
    if (scoring == SCORINGS) {
        return ihp__fail_field(err, row, "scoring", ihp__quote(row->field[SCORING], saw),
                               "benchmark, percentile, cahps, improvement, gap or points");
    }
    if (track[0] != '\0' && !either) {
        return ihp__fail_field(err, row, "track", ihp__quote(track, saw), "1, 2 or blank for both");
    }
    m->section = row->field[SECTION][1] == '7' ? 17 : 18;
    m->scoring = (enum ihp__scoring)scoring;
    m->track = either ? track[0] - '0' : 0;
    return IHP_OK;
}

/* Refuses a row that does not go with an earlier one. */
static enum ihp_status check_row(const struct ihp__csv_row *row, const struct ihp__measure *m,
                                 const struct ihp__measure *other, struct ihp_error *err)
{
    bool same_id = strcmp(m->id, other->id) == 0;
    bool same_track = m->track == 0 || ihp__measure_is_for(other, m->track);
    char saw[64];
    if (same_id && same_track) {
        return ihp__fail_field(err, row, "measure", ihp__quote(m->id, saw),
                               "a measure once for each track");
    }
    if (same_id && m->lower_is_better != other->lower_is_better) {
        return ihp__fail_field(err, row, "lower_is_better",
                               "another direction than on an earlier row of the measure",
                               "the same on both tracks");
    }
    if (m->section != other->section || !same_track ||
        strcmp(row->field[CATEGORY], other->category) != 0) {
        return IHP_OK;
    }
    if (ihp__round12(m->weight) != ihp__round12(other->weight)) {
        return ihp__fail_field(err, row, "weight", ihp__quote(row->field[WEIGHT], saw),
                               "the weight of the category's other rows of the track");
    }
    if (m->bonus != other->bonus) {
        return ihp__fail_field(err, row, "bonus", ihp__quote(row->field[BONUS], saw),
                               "what the category's other rows of the track have");
    }
    return IHP_OK;
}

static enum ihp_status on_measure(void *context, const struct ihp__csv_row *row,
                                  struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__measure m = {0};
    if (read_names(row, &m, err) != IHP_OK || read_kind(row, &m, err) != IHP_OK ||
        ihp__program_field_decimal(row, WEIGHT, "weight", 0, 1, NAN, "a fraction from 0 to 1",
                                   &m.weight, err) != IHP_OK ||
        ihp__program_field_switch(row, LOWER, "lower_is_better", -1, &m.lower_is_better, err) !=
            IHP_OK ||
        ihp__program_field_switch(row, BONUS, "bonus", 0, &m.bonus, err) != IHP_OK) {
        return err->status;
    }
    if (isnan(m.weight)) {
        return ihp__fail_field(err, row, "weight", "a blank", "a fraction from 0 to 1");
    }
    if (program->measures == IHP__MEASURES_MAX) {
        return ihp__fail(err, IHP_ERR_DATA, "%s: has more than %d rows", row->file,
                         IHP__MEASURES_MAX);
    }
    for (size_t i = 0; i < program->measures; i++) {
        if (check_row(row, &m, &program->measure[i], err) != IHP_OK) {
            return err->status;
        }
    }
    m.first = find_measure(program, m.id); /* itself, where there is none before */
    m.category = strdup(row->field[CATEGORY]);
    if (m.category == NULL ||
        !ihp__array_reserve(&program->measure, &load->measure_capacity, program->measures + 1,
                            sizeof *program->measure)) {
        free(m.category);
        return ihp__fail_memory(err, "measures.csv");
    }
    program->measure[program->measures++] = m;
    return IHP_OK;
}

/* Whether row `m` is the first of its category for a track. */
static bool begins_category(const struct ihp__program *program, size_t m, int track)
{
    const struct ihp__measure *row = &program->measure[m];
    for (size_t i = 0; i < m; i++) {
        const struct ihp__measure *other = &program->measure[i];
        if (other->section == row->section && ihp__measure_is_for(other, track) &&
            strcmp(other->category, row->category) == 0) {
            return false;
        }
    }
    return ihp__measure_is_for(row, track);
}

/* Says where the weights of a track's categories, bonus aside, are not 100% in all. */
static void note_weights(const struct ihp__program_load *load)
{
    const struct ihp__program *program = load->program;
    for (int section = 17; section <= 18; section++) {
        for (int track = 1; track <= 2; track++) {
            double sum = 0;
            size_t categories = 0;
            for (size_t m = 0; m < program->measures; m++) {
                const struct ihp__measure *row = &program->measure[m];
                if (row->section == section && !row->bonus && begins_category(program, m, track)) {
                    sum += row->weight;
                    categories++;
                }
            }
            if (categories > 0 && ihp__round12(sum) != 1.0) {
                ihp__notice_add(load->notices,
                                "measures.csv: the categories of section %d for Track %d weigh "
                                "%.6g in all, not 1 [17.3.2, 18.4.10]",
                                section, track, sum);
            }
        }
    }
}

/* ---- benchmarks.csv [17.3.1, 18.4.1, 18.4.4 to 18.4.8] --------------------------------------- */

enum { OF, YEAR, BENCHMARK, P30, COMPARABLE = P30 + IHP__PERCENTILES, BENCHMARK_COLUMNS };

static const struct ihp__csv_column benchmark_columns[BENCHMARK_COLUMNS] = {
    {"measure", true}, {"year", true}, {"benchmark", false}, {"p30", false}, {"p40", false},
    {"p50", false},    {"p60", false}, {"p70", false},       {"p80", false}, {"comparable", false},
};

/* All six or none, from worse to better; equal ones leave a band empty. */
static enum ihp_status read_percentiles(const struct ihp__program *program,
                                        const struct ihp__csv_row *row, struct ihp__benchmark *b,
                                        struct ihp_error *err)
{
    bool lower = program->measure[b->measure].lower_is_better;
    for (size_t i = 0; i < IHP__PERCENTILES; i++) {
        const char *column = benchmark_columns[P30 + i].name;
        if (ihp__program_field_decimal(row, P30 + i, column, 0, 1, NAN,
                                       "a rate from 0 to 1, or blank", &b->percentile[i],
                                       err) != IHP_OK) {
            return err->status;
        }
        if (isnan(b->percentile[i]) != isnan(b->percentile[0])) {
            return ihp__fail_field(err, row, column, "a part of the percentiles",
                                   "all of p30 to p80, or none");
        }
        if (i > 0 && (lower ? b->percentile[i] > b->percentile[i - 1]
                            : b->percentile[i] < b->percentile[i - 1])) {
            char saw[64];
            return ihp__fail_field(err, row, column, ihp__quote(row->field[P30 + i], saw),
                                   lower ? "percentiles that descend, as a lower rate is better"
                                         : "percentiles that ascend");
        }
    }
    return IHP_OK;
}

static enum ihp_status on_benchmark(void *context, const struct ihp__csv_row *row,
                                    struct ihp_error *err)
{
    struct ihp__program_load *load = context;
    struct ihp__program *program = load->program;
    struct ihp__benchmark b = {.line = row->line};
    if (ihp__program_field_measure(program, row, OF, &b.measure, err) != IHP_OK ||
        ihp__program_field_year(row, YEAR, &b.year, err) != IHP_OK ||
        ihp__program_field_decimal(row, BENCHMARK, "benchmark", 0, 1, NAN,
                                   "a rate above 0 and at most 1, or blank", &b.benchmark,
                                   err) != IHP_OK ||
        read_percentiles(program, row, &b, err) != IHP_OK ||
        ihp__program_field_switch(row, COMPARABLE, "comparable", 1, &b.comparable, err) != IHP_OK) {
        return err->status;
    }
    if (b.benchmark == 0) {
        char saw[64];
        return ihp__fail_field(err, row, "benchmark", ihp__quote(row->field[BENCHMARK], saw),
                               "a rate above 0 and at most 1, or blank");
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

static int by_line_too(const void *a, const void *b)
{
    const struct ihp__benchmark *x = a, *y = b;
    int order = by_measure_and_year(x, y);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static enum ihp_status sort_benchmarks(struct ihp__program *program, struct ihp_error *err)
{
    if (program->benchmarks > 0) {
        qsort(program->benchmark, program->benchmarks, sizeof *program->benchmark, by_line_too);
    }
    for (size_t i = 1; i < program->benchmarks; i++) {
        const struct ihp__benchmark *x = &program->benchmark[i - 1], *y = &program->benchmark[i];
        if (by_measure_and_year(x, y) == 0) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/benchmarks.csv:%" PRIu64 ": year: '%s' in %d stands on line "
                             "%" PRIu64 " already; keep one of the two",
                             program->folder, y->line, program->measure[y->measure].id, y->year,
                             x->line);
        }
    }
    return IHP_OK;
}

const struct ihp__benchmark *ihp__program_benchmark(const struct ihp__program *program,
                                                    size_t measure, int year)
{
    const struct ihp__benchmark wanted = {.measure = measure, .year = year};
    return program->benchmarks == 0 ? NULL
                                    : bsearch(&wanted, program->benchmark, program->benchmarks,
                                              sizeof *program->benchmark, by_measure_and_year);
}

enum ihp_status ihp__program_read_measures(struct ihp__program_load *load, struct ihp_error *err)
{
    struct ihp__program *program = load->program;
    if (ihp__program_read_file(load, "measures", false, measure_columns, MEASURE_COLUMNS,
                               on_measure, err) != IHP_OK ||
        ihp__program_read_file(load, "benchmarks", false, benchmark_columns, BENCHMARK_COLUMNS,
                               on_benchmark, err) != IHP_OK) {
        return err->status;
    }
    note_weights(load);
    return sort_benchmarks(program, err);
}
