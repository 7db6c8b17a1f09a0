/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.h - quality scores: points of measures, scores of categories, the overall score [17, 18].
 *
 * `ihp__quality_overall` gives the score of an IHP in one step; `ihp__quality_category` and
 * `ihp__quality_measure` give what it is made of, a row of quality_scores.csv and of quality.csv
 * each. The bands of the contract's tables stand beside them as functions of plain numbers. Call
 * `ihp__quality_check` once before: the other functions cannot fail, and take no memory.
 *
 * Rates and scores are fractions, points are out of 2 a measure, an undefined number is NaN.
 * Nothing here is collective.
 */
#ifndef IHP_QUALITY_H
#define IHP_QUALITY_H

#include "deck/deck.h"
#include "program/program.h"

/* Points that a measure has available. */
#define IHP__QUALITY_POINTS 2.0

/* ---- bands [17.3, 18.4] ---------------------------------------------------------------------- */

/* Each takes a difference or an improvement that is positive where the IHP is better, rounds it to
 * 12 digits, and gives points: the lower end of a band is in it. */

/* Achievement from the difference from the benchmark [17.3.1.3.1, 18.4.4.1]. */
double ihp__quality_achievement(double difference);

/* Achievement of a CG-CAHPS measure from the same; exactly 3% either way is within [18.4.5.1]. */
double ihp__quality_cahps(double difference);

/* Achievement of a rate by percentiles, which run from worse to better; none are below the 30th
 * [17.3.1.4.2, 18.4.6.2, 18.4.8.2]. */
double ihp__quality_percentile(double rate, const double percentile[IHP__PERCENTILES],
                               bool lower_is_better);

/* Improvement where there is achievement too [17.3.1.3.2, 17.3.1.4.3, 18.4.4.2, 18.4.5.2, 18.4.6.3,
 * 18.4.8.3], and where there is none [18.4.7.1]. */
double ihp__quality_improvement(double improvement);
double ihp__quality_improvement_alone(double improvement);

/* Reduction of a group's gap to the reference population [18.4.9.2.1]. */
double ihp__quality_gap(double reduction);

/* ---- scores ---------------------------------------------------------------------------------- */

/* What scores are made from; borrowed. */
struct ihp__quality {
    const struct ihp__program *program;
    const struct ihp__policies *policies;
    int year; /* the performance year; its baseline is the year before [17.1.1.1, 18.1.1.1] */
};

/* A measure of an IHP: a row of quality.csv. */
struct ihp__measure_score {
    double rate, baseline, benchmark;
    double difference, improvement; /* from benchmark and baseline, positive where better */
    double achievement_points, improvement_points;
    double points, available; /* NaN and 0 where the measure is removed */
};

/* Scores row `measure` of measures.csv for an IHP: the greater of achievement and improvement, or
 * the one that there is [17.3.1.2, 18.4.3]; points given directly before all. Not reporting takes
 * its share of the achievement by percentiles. */
void ihp__quality_measure(const struct ihp__quality *quality, int partnership, size_t measure,
                          struct ihp__measure_score *score);

/* Points of an equitable care measure from Performance Period 2 on; NaN where all or the reference
 * group lack a rate in one of the years, or the years cannot be compared [18.4.9.2]. */
double ihp__quality_equity(const struct ihp__quality *quality, int partnership, size_t measure);

/* A category of an IHP: a row of quality_scores.csv. */
struct ihp__category_score {
    const char *category; /* the program's */
    double points, available, weight;
    double score; /* NaN without points available */
    bool bonus;
};

/* Scores the category that begins with row `measure` of measures.csv for the IHP's track
 * [17.3.2, 18.4.10, 18.4.11]. False, nothing done, where none of section `section` does. */
bool ihp__quality_category(const struct ihp__quality *quality, int partnership, int section,
                           size_t measure, struct ihp__category_score *score);

/* Whether an IHP's track has measures of a section at all. */
bool ihp__quality_has_section(const struct ihp__program *program, int partnership, int section);

/* The overall score of a section, 0 to 1: categories by weight, the weights of those without points
 * available handed to the others in proportion; bonus categories are added; at most 100%. NaN where
 * no category but bonus has points available [17.3.2, 18.4.10, 18.4.11]. */
double ihp__quality_overall(const struct ihp__quality *quality, int partnership, int section);

/* The score that a settlement takes for an IHP [18.2]: NaN in an interim one [2.18], for Track 1,
 * without quality.csv, and where the overall score of section 18 is undefined. */
double ihp__quality_of_settlement(const struct ihp__program *program, const struct ihp__deck *deck,
                                  int partnership);

/* Refuses what cannot be scored: a rate of the performance year without the benchmark or
 * percentiles that its measure is scored by (IHP_ERR_DATA), and a reference group, of the deck or
 * of one of its scenarios, that no group of an equitable care measure has (IHP_ERR_USAGE). */
enum ihp_status ihp__quality_check(const struct ihp__program *program, const struct ihp__deck *deck,
                                   struct ihp_error *err);

#endif
