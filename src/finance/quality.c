/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quality scores: the points of a measure, the score of a category, the overall score. */
#include "quality_internal.h"

#include <math.h>
#include <string.h>

/* ---- a measure ------------------------------------------------------------------------------- */

/* Returns the difference of a rate from the benchmark, relative or in percentage points, positive
 * if the rate is better. A benchmark of at most nine decimals is a ratio of whole numbers too. */
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

/* Sets achievement and improvement of a measure that has a rate and was not given points. `reduced`
 * is the share of achievement by percentiles, or by policy of the measure's points, that those who
 * did not report leave [18.4.6.2, 18.4.8.2]. */
static void set_points(const struct ihp__quality *quality, const struct ihp__measure *measure,
                       const struct ihp__benchmark *benchmark, double reduced,
                       struct ihp__measure_score *s)
{
    bool total = quality->policies->not_reporting == IHP__NOT_REPORTING_TOTAL;
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
            (total ? 1.0 : reduced);
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
    /* if one is NaN, fmax returns the other */
    s->points = fmax(s->achievement_points, s->improvement_points);
    if (total && measure->scoring == IHP__SCORING_PERCENTILE) {
        s->points *= reduced;
    }
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
    if (b != NULL && ihp__scored_by_benchmark(m->scoring) && !isnan(b->benchmark)) {
        s.benchmark = b->benchmark;
        s.difference = difference(quality, rate, s.benchmark, m->lower_is_better);
    }
    if (m->scoring != IHP__SCORING_GAP && m->scoring != IHP__SCORING_POINTS &&
        ihp__quality_is_comparable(quality, m)) {
        s.improvement = ihp__rate_improvement(rate, baseline, m->lower_is_better);
    }
    if (row != NULL && row->sufficient && !isnan(row->points)) {
        s.points = row->points;
    } else if (m->scoring == IHP__SCORING_GAP) { /* also without a rate of all members */
        s.points = ihp__quality_equity(quality, partnership, measure);
    } else if (!isnan(s.rate)) {
        set_points(quality, m, b, 1.0 - row->not_reporting, &s);
    }
    s.available = isnan(s.points) ? 0 : IHP__QUALITY_POINTS;
    *score = s;
}

/* ---- categories and the overall score -------------------------------------------------------- */

/* Returns true if a row of measures.csv counts for a track in the category of another row. */
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
    struct ihp__category_score s = {.category = first->category,
                                    .set = first->set,
                                    .weight = first->weight,
                                    .bonus = first->bonus};
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

/* Returns the weight of category `i` that has a score after the categories of its set without one
 * have handed on theirs within the set. */
static double weight_in_set(const struct ihp__category_score *category, size_t categories, size_t i)
{
    double scored = 0, all = 0;
    for (size_t j = 0; j < categories; j++) {
        if (!category[j].bonus && strcmp(category[j].set, category[i].set) == 0) {
            scored += isnan(category[j].score) ? 0 : category[j].weight;
            all += category[j].weight;
        }
    }
    return category[i].set[0] == '\0' || scored == 0 ? category[i].weight
                                                     : category[i].weight * (all / scored);
}

double ihp__quality_overall(const struct ihp__quality *quality, int partnership, int section)
{
    struct ihp__category_score category[IHP__MEASURES_MAX];
    int absent = quality->policies->absent_category;
    double sum = 0, scored = 0, all = 0, bonus = 0;
    size_t categories = 0;
    for (size_t m = 0; m < quality->program->measures; m++) {
        categories +=
            ihp__quality_category(quality, partnership, section, m, &category[categories]);
    }
    for (size_t i = 0; i < categories; i++) {
        const struct ihp__category_score *s = &category[i];
        double weight = absent == IHP__ABSENT_SET && !s->bonus
                            ? weight_in_set(category, categories, i)
                            : s->weight;
        double part = isnan(s->score) ? 0 : s->score * weight;
        if (s->bonus) {
            bonus += part;
        } else {
            sum += part;
            scored += isnan(s->score) ? 0 : weight;
            all += s->weight;
        }
    }
    double handed_on = absent == IHP__ABSENT_LOST ? 1.0 : all / scored;
    return scored > 0 ? fmin(1.0, sum * handed_on + bonus) : NAN;
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
