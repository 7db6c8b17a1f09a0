/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality_fixture.h - a program of two IHPs, one of each track, with quality tables for tests to
 * fill. */
#ifndef IHP_TEST_QUALITY_FIXTURE_H
#define IHP_TEST_QUALITY_FIXTURE_H

#include "build.h"
#include "finance/quality.h"

enum { YEAR = 2025, MOST = 60 };

/* An IHP of each track, and tables that a test fills in sorted order. */
struct fixture {
    struct ihp__partnership ihp[2];
    struct ihp__measure measure[MOST];
    struct ihp__benchmark benchmark[MOST];
    struct ihp__quality_row row[MOST];
    struct ihp__program program;
    struct ihp__policies policies;
    struct ihp__quality quality;
};

enum { ONE, TWO }; /* by track */

static inline struct fixture *fixture(void)
{
    static struct fixture f;
    f = (struct fixture){.ihp = {{.id = "ONE", .track = 1}, {.id = "TWO", .track = 2}},
                         .policies = usual_policies()};
    f.program = (struct ihp__program){.partnership = f.ihp,
                                      .partnerships = 2,
                                      .measure = f.measure,
                                      .benchmark = f.benchmark,
                                      .quality = f.row,
                                      .has_quality = true};
    f.quality = (struct ihp__quality){&f.program, &f.policies, YEAR};
    return &f;
}

/* Adds a measure of section 18 for Track 2, which the caller may change. */
static inline struct ihp__measure *add_measure(struct fixture *f, const char *id, char *category,
                                               double weight, enum ihp__scoring scoring)
{
    struct ihp__measure *m = &f->measure[f->program.measures];
    *m = (struct ihp__measure){.first = f->program.measures,
                               .section = 18,
                               .track = 2,
                               .category = category,
                               .weight = weight,
                               .scoring = scoring};
    strcpy(m->id, id);
    f->program.measures++;
    return m;
}

static inline struct ihp__benchmark *add_benchmark(struct fixture *f, size_t measure,
                                                   double benchmark)
{
    struct ihp__benchmark *b = &f->benchmark[f->program.benchmarks++];
    *b = (struct ihp__benchmark){.measure = measure,
                                 .year = YEAR,
                                 .benchmark = benchmark,
                                 .percentile = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8},
                                 .comparable = true};
    return b;
}

/* Adds a row of quality.csv. Rows must be added in order of IHP, measure, year, group. */
static inline struct ihp__quality_row *add_row(struct fixture *f, int ihp, size_t measure, int year,
                                               const char *group, int64_t numerator,
                                               int64_t denominator)
{
    struct ihp__quality_row *q = &f->row[f->program.quality_rows++];
    *q = (struct ihp__quality_row){.partnership = ihp,
                                   .measure = measure,
                                   .year = year,
                                   .numerator = numerator,
                                   .denominator = denominator,
                                   .sufficient = true,
                                   .points = NAN};
    strcpy(q->group, group);
    return q;
}

/* Adds a measure's rates of both years for TWO. */
static inline void add_rates(struct fixture *f, size_t measure, int64_t before, int64_t now,
                             int64_t denominator)
{
    add_row(f, TWO, measure, YEAR - 1, "", before, denominator);
    add_row(f, TWO, measure, YEAR, "", now, denominator);
}

static inline struct ihp__measure_score scored(const struct fixture *f, size_t measure)
{
    struct ihp__measure_score s;
    ihp__quality_measure(&f->quality, TWO, measure, &s);
    return s;
}

static inline void assert_number(double value, double expected)
{
    if (!(isnan(value) && isnan(expected)) && !(fabs(value - expected) <= 1e-12 * fabs(expected))) {
        fail_msg("%.17g is not %.17g", value, expected);
    }
}

#endif
