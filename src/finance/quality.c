/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quality scores: a measure's points, a category's score, the overall score, what is refused. */
#include "quality_internal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- rates ----------------------------------------------------------------------------------- */

struct ihp__results ihp__quality_results(const struct ihp__quality *quality, int partnership,
                                         size_t measure, int year)
{
    struct ihp__results results;
    results.row = ihp__program_quality(quality->program, partnership, measure, year, &results.rows);
    return results;
}

const struct ihp__quality_row *ihp__quality_row_of(const struct ihp__results *results,
                                                   const char *group)
{
    for (size_t i = 0; i < results->rows; i++) {
        if (strcmp(results->row[i].group, group) == 0) {
            return &results->row[i];
        }
    }
    return NULL;
}

struct ihp__rate ihp__rate_of(const struct ihp__quality_row *row)
{
    return row == NULL || !row->sufficient ? (struct ihp__rate){0, 0}
                                           : (struct ihp__rate){row->numerator, row->denominator};
}

double ihp__rate_value(struct ihp__rate rate)
{
    return rate.denominator == 0 ? NAN : (double)rate.numerator / (double)rate.denominator;
}

/* What a / b and c / d differ by is this over b x d; the sign says which is better. */
static double cross_difference(struct ihp__rate a, struct ihp__rate b, bool lower_is_better)
{
    int64_t difference = a.numerator * b.denominator - b.numerator * a.denominator;
    return (double)(lower_is_better ? -difference : difference);
}

double ihp__rate_improvement(struct ihp__rate now, struct ihp__rate before, bool lower_is_better)
{
    if (now.denominator == 0 || before.denominator == 0 || before.numerator == 0) {
        return NAN;
    }
    return cross_difference(now, before, lower_is_better) /
           (double)(before.numerator * now.denominator);
}

double ihp__rate_lead(struct ihp__rate a, struct ihp__rate b, bool lower_is_better)
{
    return cross_difference(a, b, lower_is_better) / (double)(a.denominator * b.denominator);
}

/* ---- a measure ------------------------------------------------------------------------------- */

bool ihp__quality_is_comparable(const struct ihp__quality *quality,
                                const struct ihp__measure *measure)
{
    const struct ihp__benchmark *b =
        ihp__program_benchmark(quality->program, measure->first, quality->year);
    return b == NULL || b->comparable;
}

static bool needs_benchmark(enum ihp__scoring scoring)
{
    return scoring == IHP__SCORING_BENCHMARK || scoring == IHP__SCORING_CAHPS;
}

/* The difference of a rate from the benchmark, relative or in points, positive where better. A
 * benchmark of at most nine decimals is made of whole numbers too. */
static double difference(const struct ihp__quality *quality, struct ihp__rate rate,
                         double benchmark, bool lower_is_better)
{
    bool points = quality->policies->benchmark_difference == IHP__DIFFERENCE_POINTS;
    const struct ihp__rate exact = {llround(benchmark * 1e9), 1000000000};
    if (rate.denominator == 0) {
        return NAN;
    }
    if (exact.numerator > 0 && ihp__rate_value(exact) == benchmark) {
        return points ? ihp__rate_lead(rate, exact, lower_is_better)
                      : ihp__rate_improvement(rate, exact, lower_is_better);
    }
    double lead = ihp__rate_value(rate) - benchmark;
    return (lower_is_better ? -lead : lead) / (points ? 1.0 : benchmark);
}

/* Achievement and improvement of a measure that has a rate and no points of its own. */
static void set_points(const struct ihp__measure *measure, const struct ihp__benchmark *benchmark,
                       double not_reporting, struct ihp__measure_score *s)
{
    switch (measure->scoring) {
    case IHP__SCORING_BENCHMARK:
        s->achievement_points = ihp__quality_achievement(s->difference);
        break;
    case IHP__SCORING_CAHPS:
        s->achievement_points = ihp__quality_cahps(s->difference);
        break;
    case IHP__SCORING_PERCENTILE:
        s->achievement_points =
            ihp__quality_percentile(s->rate, benchmark->percentile, measure->lower_is_better) *
            (1.0 - not_reporting);
        break;
    case IHP__SCORING_IMPROVEMENT:
    case IHP__SCORING_GAP:
    case IHP__SCORING_POINTS:
        break;
    }
    if (!isnan(s->improvement)) {
        s->improvement_points = measure->scoring == IHP__SCORING_IMPROVEMENT
                                    ? ihp__quality_improvement_alone(s->improvement)
                                    : ihp__quality_improvement(s->improvement);
    }
    /* the other, where one is NaN */
    s->points = fmax(s->achievement_points, s->improvement_points);
}

void ihp__quality_measure(const struct ihp__quality *quality, int partnership, size_t measure,
                          struct ihp__measure_score *score)
{
    const struct ihp__measure *m = &quality->program->measure[measure];
    struct ihp__measure_score s = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
    const struct ihp__results results =
        ihp__quality_results(quality, partnership, m->first, quality->year);
    const struct ihp__results earlier =
        ihp__quality_results(quality, partnership, m->first, quality->year - 1);
    const struct ihp__quality_row *row = ihp__quality_row_of(&results, "");
    const struct ihp__benchmark *b =
        ihp__program_benchmark(quality->program, m->first, quality->year);
    struct ihp__rate rate = ihp__rate_of(row);
    struct ihp__rate baseline = ihp__rate_of(ihp__quality_row_of(&earlier, ""));
    s.rate = ihp__rate_value(rate);
    s.baseline = ihp__rate_value(baseline);
    if (b != NULL && needs_benchmark(m->scoring) && !isnan(b->benchmark)) {
        s.benchmark = b->benchmark;
        s.difference = difference(quality, rate, s.benchmark, m->lower_is_better);
    }
    if (m->scoring != IHP__SCORING_GAP && m->scoring != IHP__SCORING_POINTS &&
        ihp__quality_is_comparable(quality, m)) {
        s.improvement = ihp__rate_improvement(rate, baseline, m->lower_is_better);
    }
    if (row != NULL && row->sufficient && !isnan(row->points)) {
        s.points = row->points;
    } else if (!isnan(s.rate) && m->scoring == IHP__SCORING_GAP) {
        s.points = ihp__quality_equity(quality, partnership, measure);
    } else if (!isnan(s.rate)) {
        set_points(m, b, row->not_reporting, &s);
    }
    s.available = isnan(s.points) ? 0 : IHP__QUALITY_POINTS;
    *score = s;
}

/* ---- categories and the overall score -------------------------------------------------------- */

/* Whether a row of measures.csv counts for an IHP in the category of another row. */
static bool in_category(const struct ihp__measure *row, const struct ihp__measure *other, int track)
{
    return row->section == other->section && ihp__measure_is_for(row, track) &&
           strcmp(row->category, other->category) == 0;
}

bool ihp__quality_category(const struct ihp__quality *quality, int partnership, int section,
                           size_t measure, struct ihp__category_score *score)
{
    const struct ihp__program *program = quality->program;
    const struct ihp__measure *first = &program->measure[measure];
    int track = program->partnership[partnership].track;
    if (first->section != section || !ihp__measure_is_for(first, track)) {
        return false;
    }
    for (size_t m = 0; m < measure; m++) {
        if (in_category(&program->measure[m], first, track)) {
            return false;
        }
    }
    struct ihp__category_score s = {
        .category = first->category, .weight = first->weight, .bonus = first->bonus};
    for (size_t m = measure; m < program->measures; m++) {
        struct ihp__measure_score of_measure;
        if (in_category(&program->measure[m], first, track)) {
            ihp__quality_measure(quality, partnership, m, &of_measure);
            s.points += of_measure.available > 0 ? of_measure.points : 0;
            s.available += of_measure.available;
        }
    }
    s.score = s.available > 0 ? s.points / s.available : NAN;
    *score = s;
    return true;
}

bool ihp__quality_has_section(const struct ihp__program *program, int partnership, int section)
{
    for (size_t m = 0; m < program->measures; m++) {
        const struct ihp__measure *row = &program->measure[m];
        if (row->section == section &&
            ihp__measure_is_for(row, program->partnership[partnership].track)) {
            return true;
        }
    }
    return false;
}

double ihp__quality_overall(const struct ihp__quality *quality, int partnership, int section)
{
    double sum = 0, scored = 0, all = 0, bonus = 0;
    for (size_t m = 0; m < quality->program->measures; m++) {
        struct ihp__category_score s;
        if (!ihp__quality_category(quality, partnership, section, m, &s)) {
            continue;
        }
        double part = isnan(s.score) ? 0 : s.score * s.weight;
        if (s.bonus) {
            bonus += part;
        } else {
            sum += part;
            scored += isnan(s.score) ? 0 : s.weight;
            all += s.weight;
        }
    }
    return scored > 0 ? fmin(1.0, sum * (all / scored) + bonus) : NAN;
}

double ihp__quality_of_settlement(const struct ihp__program *program, const struct ihp__deck *deck,
                                  int partnership)
{
    const struct ihp__quality quality = {program, &deck->policies, deck->performance.year};
    if (deck->settlement != IHP__FINAL || !program->has_quality ||
        program->partnership[partnership].track != 2) {
        return NAN;
    }
    return ihp__quality_overall(&quality, partnership, 18);
}

/* ---- what is refused ------------------------------------------------------------------------- */

/* Refuses a row whose rate has nothing to be compared with, if a track's row scores it so. */
static enum ihp_status check_benchmark(const struct ihp__program *program,
                                       const struct ihp__quality_row *row, struct ihp_error *err)
{
    const struct ihp__benchmark *b = ihp__program_benchmark(program, row->measure, row->year);
    for (size_t m = row->measure; m < program->measures; m++) {
        const struct ihp__measure *measure = &program->measure[m];
        bool benchmark = needs_benchmark(measure->scoring);
        if (measure->first != row->measure ||
            !ihp__measure_is_for(measure, program->partnership[row->partnership].track) ||
            (!benchmark && measure->scoring != IHP__SCORING_PERCENTILE)) {
            continue;
        }
        if (b == NULL || isnan(benchmark ? b->benchmark : b->percentile[0])) {
            return ihp__fail(err, IHP_ERR_DATA,
                             "%s/benchmarks.csv: has no %s of '%s' for %d, which line %" PRIu64
                             " of quality.csv needs; add %s",
                             program->folder, benchmark ? "benchmark" : "percentiles", measure->id,
                             row->year, row->line, benchmark ? "it" : "them");
        }
    }
    return IHP_OK;
}

/* Refuses a reference group that none of the groups of equitable care measures is; where there are
 * no groups, nothing is compared with it. */
static enum ihp_status check_reference(const struct ihp__program *program,
                                       const struct ihp__deck *deck,
                                       const struct ihp__policies *policies, struct ihp_error *err)
{
    const char *other = NULL;
    for (size_t i = 0; i < program->quality_rows; i++) {
        const struct ihp__quality_row *row = &program->quality[i];
        if (program->measure[row->measure].scoring == IHP__SCORING_GAP && row->group[0] != '\0') {
            if (strcmp(row->group, policies->reference_group) == 0) {
                return IHP_OK;
            }
            other = row->group;
        }
    }
    return other == NULL
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE,
                           "%s: policies.reference_group: '%s' is no group of an equitable care "
                           "measure in %s/quality.csv; a group there is '%s' [18.4.9.2]",
                           deck->path, policies->reference_group, program->folder, other);
}

enum ihp_status ihp__quality_check(const struct ihp__program *program, const struct ihp__deck *deck,
                                   struct ihp_error *err)
{
    for (size_t i = 0; i < program->quality_rows; i++) {
        const struct ihp__quality_row *row = &program->quality[i];
        if (row->year == deck->performance.year && row->group[0] == '\0' && row->sufficient &&
            row->denominator > 0 && isnan(row->points) &&
            check_benchmark(program, row, err) != IHP_OK) {
            return err->status;
        }
    }
    check_reference(program, deck, &deck->policies, err);
    size_t scenarios = deck->sweep == NULL ? 0 : deck->sweep->scenarios;
    for (size_t i = 0; err->status == IHP_OK && i < scenarios; i++) {
        check_reference(program, deck, &deck->sweep->scenario[i].terms.policies, err);
    }
    return err->status;
}
