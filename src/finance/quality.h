/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.h - quality scores: points of measures, scores of categories, the overall score [17, 18].
 *
 * `ihp__quality_overall` computes the score of an IHP in one step. `ihp__quality_category` and
 * `ihp__quality_measure` compute its parts, a row of quality_scores.csv and of quality.csv each.
 * The bands of the contract's tables are functions of plain numbers. Call `ihp__quality_check` once
 * before: the other functions cannot fail, and allocate no memory.
 *
 * Rates and scores are fractions, points are out of 2 per measure, an undefined number is NaN.
 * Nothing here is collective.
 */
#ifndef IHP_QUALITY_H
#define IHP_QUALITY_H

#include "deck/deck.h"
#include "program/program.h"

/* Points available for a measure. */
#define IHP__QUALITY_POINTS 2.0

/* ---- bands [17.3, 18.4] ---------------------------------------------------------------------- */

/* Each function rounds a difference or an improvement, which is positive if the IHP is better, to
 * 12 digits and returns points. The lower end of a band belongs to the band. */

/* Returns achievement points by the difference from the benchmark [17.3.1.3.1, 18.4.4.1]. */
double ihp__quality_achievement(double difference);

/* Returns achievement points of a CG-CAHPS measure by the same difference. A difference of exactly
 * 3%, better or worse, is in the middle band [18.4.5.1]. */
double ihp__quality_cahps(double difference);

/* Returns achievement points of a rate by percentiles, which run from worse to better; there are
 * none below the 30th percentile [17.3.1.4.2, 18.4.6.2, 18.4.8.2]. */
double ihp__quality_percentile(double rate, const double percentile[IHP__PERCENTILES],
                               bool lower_is_better);

/* Returns improvement points of a measure that also has achievement points [17.3.1.3.2, 17.3.1.4.3,
 * 18.4.4.2, 18.4.5.2, 18.4.6.3, 18.4.8.3]. */
double ihp__quality_improvement(double improvement);

/* Returns improvement points of a measure that has no achievement points [18.4.7.1]. */
double ihp__quality_improvement_alone(double improvement);

/* Returns points for the reduction of a group's gap to the reference population [18.4.9.2.1]. */
double ihp__quality_gap(double reduction);

/* ---- scores ---------------------------------------------------------------------------------- */

/* The inputs of a score, borrowed. */
struct ihp__quality {
    const struct ihp__program *program;
    const struct ihp__policies *policies;
    int year; /* the performance year; the baseline is the year before [17.1.1.1, 18.1.1.1] */
};

/* A measure of an IHP: a row of quality.csv. */
struct ihp__measure_score {
    double rate, baseline, benchmark;
    double difference, improvement; /* from benchmark and baseline, positive if better */
    double achievement_points, improvement_points;
    double points, available; /* NaN and 0 if the measure is removed */
};

/* Scores row `measure` of measures.csv for an IHP. Its points are those given in quality.csv, else
 * the greater of achievement and improvement points, or the only ones there are [17.3.1.2, 18.4.3].
 * Achievement by percentiles is reduced by the share of participants that did not report; by policy
 * the points are reduced instead. */
void ihp__quality_measure(const struct ihp__quality *quality, int partnership, size_t measure,
                          struct ihp__measure_score *score);

/* Returns the points of an equitable care measure from Performance Period 2 on; NaN if all members
 * or the reference group lack a rate in one of the years, or if the years cannot be compared
 * [18.4.9.2]. */
double ihp__quality_equity(const struct ihp__quality *quality, int partnership, size_t measure);

/* A category of an IHP: a row of quality_scores.csv. */
struct ihp__category_score {
    const char *category, *set; /* the program's */
    double points, available, weight;
    double score; /* NaN without points available */
    bool bonus;
};

/* Scores the category whose first row for the IHP's track is row `measure` of measures.csv [17.3.2,
 * 18.4.10, 18.4.11]. Returns false and does nothing if no category of section `section` starts with
 * that row. */
bool ihp__quality_category(const struct ihp__quality *quality, int partnership, int section,
                           size_t measure, struct ihp__category_score *score);

/* Returns true if an IHP's track has measures of a section. */
bool ihp__quality_has_section(const struct ihp__program *program, int partnership, int section);

/* Returns the overall score of a section, 0 to 1: the weighted scores of its categories. The
 * weights of categories without available points are distributed to the other categories in
 * proportion, by policy to those of their set first, or to none. Bonus categories are added, up to
 * 100%. NaN if only bonus categories have available points [17.3.2, 18.4.10, 18.4.11]. */
double ihp__quality_overall(const struct ihp__quality *quality, int partnership, int section);

/* Returns the quality score of an IHP in a settlement [18.2]. NaN in an interim settlement [2.18],
 * for Track 1, without quality.csv, and if the overall score of section 18 is undefined. */
double ihp__quality_of_settlement(const struct ihp__program *program, const struct ihp__deck *deck,
                                  int partnership);

/* Checks that everything can be scored. Fails with IHP_ERR_DATA if a rate of the performance year
 * lacks the benchmark or percentiles that its measure is scored by, and with IHP_ERR_USAGE if the
 * reference group of the deck or of one of its scenarios is not a group of any equitable care
 * measure. */
enum ihp_status ihp__quality_check(const struct ihp__program *program, const struct ihp__deck *deck,
                                   struct ihp_error *err);

#endif
