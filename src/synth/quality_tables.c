/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quality tables of a program folder: benchmarks.csv and quality.csv for the measures of
 * measures.csv [17, 18]. Rates are drawn around the benchmark, so that scores differ among
 * partnerships. */
#include "synth/folder.h"

#include "synth/random.h"

#include <math.h>

/* ---- measures -------------------------------------------------------------------------------- */

/* The people that a rate is about. */
enum people {
    ADULTS,   /* attributed */
    CHILDREN, /* attributed */
    MEMBERS,  /* all attributed */
    MONTHS,   /* of the attributed members */
    PATIENTS, /* of the partnership's clinics, attributed or not */
    SURVEYED, /* a sample of the same size at each partnership */
};

/* A rate: how many in a thousand of those people are in the denominator, the benchmark, and which
 * way is better. */
struct rate {
    enum people people;
    int per_mille;
    double benchmark;
    bool lower_is_better;
};

enum {
    READMISSIONS,
    EMERGENCY,
    CHRONIC_ADMISSIONS,
    ASTHMA,
    DIABETES,
    INFANT_VISITS,
    TODDLER_VISITS,
    CHILD_VISITS,
    ADOLESCENT_VISITS,
    CHILD_IMMUNIZATION,
    ADOLESCENT_IMMUNIZATION,
    DENTAL_EVALUATION,
    COLORECTAL,
    BREAST,
    STATIN,
    MENTAL_FOLLOW_UP,
    ADDICTION_TREATMENT,
    TIMELY,
    COMMUNICATION,
    STAFF,
    COORDINATION,
    PROVIDER_RATING,
    HOSPITAL_RATING,
    ALL_ADMISSIONS,
    RATES
};

static const struct rate rates[RATES] = {
    [READMISSIONS] = {ADULTS, 70, 0.105, true},
    [EMERGENCY] = {MONTHS, 1000, 0.048, true},
    [CHRONIC_ADMISSIONS] = {ADULTS, 1000, 0.0085, true},
    [ASTHMA] = {MEMBERS, 15, 0.66, false},
    [DIABETES] = {PATIENTS, 60, 0.42, false},
    [INFANT_VISITS] = {CHILDREN, 50, 0.60, false},
    [TODDLER_VISITS] = {CHILDREN, 50, 0.66, false},
    [CHILD_VISITS] = {CHILDREN, 470, 0.54, false},
    [ADOLESCENT_VISITS] = {CHILDREN, 330, 0.45, false},
    [CHILD_IMMUNIZATION] = {CHILDREN, 55, 0.34, false},
    [ADOLESCENT_IMMUNIZATION] = {CHILDREN, 55, 0.31, false},
    [DENTAL_EVALUATION] = {CHILDREN, 900, 0.44, false},
    [COLORECTAL] = {PATIENTS, 180, 0.62, false},
    [BREAST] = {ADULTS, 150, 0.56, false},
    [STATIN] = {ADULTS, 25, 0.80, false},
    [MENTAL_FOLLOW_UP] = {MEMBERS, 12, 0.42, false},
    [ADDICTION_TREATMENT] = {ADULTS, 50, 0.44, false},
    [TIMELY] = {SURVEYED, 1000, 0.62, false},
    [COMMUNICATION] = {SURVEYED, 1000, 0.84, false},
    [STAFF] = {SURVEYED, 1000, 0.82, false},
    [COORDINATION] = {SURVEYED, 1000, 0.70, false},
    [PROVIDER_RATING] = {SURVEYED, 1000, 0.76, false},
    [HOSPITAL_RATING] = {SURVEYED, 1000, 0.70, false},
    [ALL_ADMISSIONS] = {ADULTS, 1000, 0.0135, true},
};

/* How a measure appears in quality.csv and benchmarks.csv. */
enum form {
    BENCHMARK,   /* compared with a benchmark */
    CHANGED,     /* the same, but its specification changed since the year before */
    PERCENTILES, /* compared with percentiles; some clinics do not report */
    ALONE,       /* compared with the year before only */
    GROUPED,     /* compared by race and ethnicity */
    GIVEN        /* points are given */
};

/* A measure of measures.csv: its track (0: both) and its rate, or the two rates that it sums up. */
struct measure {
    const char *id;
    int track;
    enum form form;
    int rate, second; /* -1: none */
};

static const struct measure measures[] = {
    {"E01", 0, GIVEN, -1, -1},
    {"M01", 0, BENCHMARK, READMISSIONS, -1},
    {"M02", 0, BENCHMARK, EMERGENCY, -1},
    {"M03", 0, BENCHMARK, CHRONIC_ADMISSIONS, -1},
    {"M04", 0, BENCHMARK, ASTHMA, -1},
    {"M05", 0, PERCENTILES, DIABETES, -1},
    {"M06", 1, BENCHMARK, INFANT_VISITS, -1},
    {"M07", 1, BENCHMARK, TODDLER_VISITS, -1},
    {"M08", 1, BENCHMARK, CHILD_VISITS, -1},
    {"M09", 1, BENCHMARK, ADOLESCENT_VISITS, -1},
    {"M10", 1, BENCHMARK, CHILD_IMMUNIZATION, -1},
    {"M11", 1, BENCHMARK, ADOLESCENT_IMMUNIZATION, -1},
    {"M12", 1, BENCHMARK, DENTAL_EVALUATION, -1},
    {"C01", 2, BENCHMARK, COLORECTAL, -1},
    {"C02", 2, BENCHMARK, BREAST, -1},
    {"C03", 2, BENCHMARK, ASTHMA, -1},
    {"C04", 2, BENCHMARK, STATIN, -1},
    {"C05", 2, BENCHMARK, MENTAL_FOLLOW_UP, -1},
    {"C06", 2, CHANGED, ADDICTION_TREATMENT, -1},
    {"C07", 2, BENCHMARK, TIMELY, -1},
    {"C08", 2, BENCHMARK, COMMUNICATION, -1},
    {"C09", 2, BENCHMARK, STAFF, -1},
    {"C10", 2, BENCHMARK, COORDINATION, -1},
    {"C11", 2, BENCHMARK, PROVIDER_RATING, -1},
    {"C12", 2, PERCENTILES, HOSPITAL_RATING, -1},
    {"C14", 2, BENCHMARK, ALL_ADMISSIONS, -1},
    {"C15", 2, BENCHMARK, INFANT_VISITS, -1},
    {"C16", 2, BENCHMARK, TODDLER_VISITS, -1},
    {"C17", 2, BENCHMARK, CHILD_VISITS, -1},
    {"C18", 2, BENCHMARK, ADOLESCENT_VISITS, -1},
    {"C19", 2, BENCHMARK, CHILD_IMMUNIZATION, -1},
    {"C20", 2, BENCHMARK, ADOLESCENT_IMMUNIZATION, -1},
    {"C21", 2, BENCHMARK, DENTAL_EVALUATION, -1},
    {"Q1", 2, ALONE, BREAST, -1},
    {"Q2", 2, ALONE, CHILD_VISITS, ADOLESCENT_VISITS},
    {"Q3", 2, ALONE, MENTAL_FOLLOW_UP, -1},
    {"G1", 2, PERCENTILES, COLORECTAL, -1},
    {"G2", 2, PERCENTILES, DIABETES, -1},
    {"E1", 2, GROUPED, BREAST, -1},
    {"E2", 2, GROUPED, CHILD_VISITS, ADOLESCENT_VISITS},
};
enum { MEASURES = sizeof measures / sizeof measures[0] };

/* Years with results: the base year of the synthetic deck and its performance year. */
enum {
    FIRST_YEAR = IHP__SYNTH_FIRST_YEAR + 1,
    LAST_YEAR = IHP__SYNTH_FIRST_YEAR + 2,
    LEAST_SAMPLE = 30
};

/* ---- rates ----------------------------------------------------------------------------------- */

/* Numerators and denominators by race and ethnicity. */
struct counts {
    int64_t numerator[IHP__SYNTH_RACES], denominator[IHP__SYNTH_RACES];
};

/* Returns how many of the people there are at a partnership. */
static double people_of(const struct ihp__synth_model *model,
                        const struct ihp__synth_partnership *partnership, enum people people)
{
    enum { MOST = 50000000, SAMPLE = 400 };
    /* Seven in ten of a partnership's people are attributed. */
    double home = (double)model->options.members * IHP__SYNTH_AT_PARTNERSHIPS * partnership->share;
    double attributed = fmin(0.7 * home, MOST);
    switch (people) {
    case ADULTS:
        return attributed * (1 - partnership->children);
    case CHILDREN:
        return attributed * partnership->children;
    case MEMBERS:
        return attributed;
    case MONTHS:
        return attributed * 11;
    case PATIENTS:
        return attributed * 4;
    case SURVEYED:
        break;
    }
    return SAMPLE;
}

/* Draws words for a partnership and a rate; rate -1 is for the partnership as a whole. */
static struct ihp__synth_words draw(const struct ihp__synth_model *model, int partnership, int rate,
                                    uint32_t part)
{
    enum { PARTS = 64 };
    return ihp__synth_draw(model->options.seed, 0, IHP__SYNTH_FOR_QUALITY, (uint32_t)partnership,
                           PARTS * (uint32_t)(rate + 1) + part);
}

/* Returns a partnership's rate in a year as a factor on the benchmark. It depends on the level of
 * the partnership, on the rate, and in the second year on an improvement. */
static double factor_of(const struct ihp__synth_model *model, int partnership, int rate, int year)
{
    struct ihp__synth_words own = draw(model, partnership, -1, 0),
                            of_rate = draw(model, partnership, rate, 0);
    double level = 0.02 * ihp__synth_normal(model, own.w[0]);
    double better = level - 0.01 + 0.04 * ihp__synth_normal(model, of_rate.w[0]);
    if (year == LAST_YEAR) {
        better += 0.02 + 0.03 * ihp__synth_normal(model, of_rate.w[1]);
    }
    return rates[rate].lower_is_better ? 1 - better : 1 + better;
}

/* Draws the counts of each group. The other groups are behind the group "White", and less so in the
 * second year than in the first. */
static struct counts draw_counts(const struct ihp__synth_model *model, int partnership, int rate,
                                 int year)
{
    static const double behind[IHP__SYNTH_RACES] = {0.02, 0.16, 0.03, 0.12, 0.08, 0.04, 0.10, 0};
    const struct rate *r = &rates[rate];
    struct ihp__synth_words of_rate = draw(model, partnership, rate, 0);
    double people =
        people_of(model, &model->partnership[partnership], r->people) * r->per_mille / 1000;
    double center = r->benchmark * factor_of(model, partnership, rate, year), weights = 0;
    double gap = 0.4 + 0.8 * ihp__synth_uniform(of_rate.w[2]);
    struct counts counts = {{0}, {0}};
    gap *= year == LAST_YEAR ? 1 - 0.5 * ihp__synth_uniform(of_rate.w[3]) : 1;
    for (size_t g = 0; g < IHP__SYNTH_RACES; g++) {
        weights += ihp__synth_race_weights[g];
    }
    for (size_t g = 0; g < IHP__SYNTH_RACES; g++) {
        struct ihp__synth_words noise =
            draw(model, partnership, rate,
                 1 + (uint32_t)(year - FIRST_YEAR) * IHP__SYNTH_RACES + (uint32_t)g);
        double size = people * ihp__synth_race_weights[g] / weights;
        double n = floor(size * (0.95 + 0.1 * ihp__synth_uniform(noise.w[0])) + 0.5);
        double apart = (0.05 - behind[g]) * gap;
        double p = fmin(0.98, center * (r->lower_is_better ? 1 - apart : 1 + apart));
        double x =
            floor(n * p + sqrt(n * p * (1 - p)) * ihp__synth_normal(model, noise.w[1]) + 0.5);
        counts.denominator[g] = (int64_t)n;
        counts.numerator[g] = (int64_t)fmax(0, fmin(x, n));
    }
    return counts;
}

/* ---- quality.csv ----------------------------------------------------------------------------- */

/* Writes numerator, denominator and `sufficient`. Without people the first two are blank. */
static void write_counts(FILE *stream, int64_t numerator, int64_t denominator)
{
    if (denominator == 0) {
        fputs(",,0", stream);
    } else {
        fprintf(stream, "%lld,%lld,%d", (long long)numerator, (long long)denominator,
                denominator >= LEAST_SAMPLE);
    }
}

static void write_rate(FILE *stream, const struct ihp__synth_model *model, int partnership,
                       int year, const struct measure *m)
{
    const char *id = model->partnership[partnership].id;
    struct counts counts = draw_counts(model, partnership, m->rate, year), second = {{0}, {0}};
    int64_t numerator = 0, denominator = 0;
    if (m->second >= 0) {
        second = draw_counts(model, partnership, m->second, year);
    }
    for (size_t g = 0; g < IHP__SYNTH_RACES; g++) {
        numerator += counts.numerator[g] += second.numerator[g];
        denominator += counts.denominator[g] += second.denominator[g];
    }
    fprintf(stream, "%s,%d,%s,,", id, year, m->id);
    write_counts(stream, numerator, denominator);
    if (m->form == PERCENTILES) { /* up to a tenth of the clinics do not report */
        fprintf(stream, ",%.2f,\n",
                ihp__synth_pick(draw(model, partnership, m->rate, 63).w[0], 11) / 100.0);
    } else {
        fputs(",,\n", stream);
    }
    for (size_t g = 1; g < IHP__SYNTH_RACES && m->form == GROUPED; g++) { /* group 0 is unknown */
        if (counts.denominator[g] > 0) {
            fprintf(stream, "%s,%d,%s,%s,", id, year, m->id, ihp__synth_races[g]);
            write_counts(stream, counts.numerator[g], counts.denominator[g]);
            fputs(",,\n", stream);
        }
    }
}

/* Writes points, in steps of a quarter from a half to 2. */
static void write_points(FILE *stream, const struct ihp__synth_model *model, int partnership,
                         int year, const struct measure *m)
{
    uint32_t word = draw(model, partnership, -1, 1).w[(year - FIRST_YEAR) % 4];
    fprintf(stream, "%s,%d,%s,,,,1,,%.2f\n", model->partnership[partnership].id, year, m->id,
            0.5 + 0.25 * ihp__synth_pick(word, 7));
}

void ihp__synth_write_quality(FILE *stream, const struct ihp__synth_model *model)
{
    fputs("ihp_id,year,measure,group,numerator,denominator,sufficient,not_reporting,points\n",
          stream);
    for (int partnership = 0; partnership < model->options.ihps; partnership++) {
        for (size_t i = 0; i < MEASURES; i++) {
            const struct measure *m = &measures[i];
            bool applies = m->track == 0 || m->track == ihp__synth_track(partnership);
            for (int year = FIRST_YEAR; year <= LAST_YEAR && applies; year++) {
                (m->form == GIVEN ? write_points : write_rate)(stream, model, partnership, year, m);
            }
        }
    }
}

/* ---- benchmarks.csv -------------------------------------------------------------------------- */

void ihp__synth_write_benchmarks(FILE *stream, const struct ihp__synth_model *model)
{
    enum { PERCENTILES_GIVEN = 6 };
    (void)model;
    fputs("measure,year,benchmark,p30,p40,p50,p60,p70,p80,comparable\n", stream);
    for (size_t i = 0; i < MEASURES; i++) {
        const struct measure *m = &measures[i];
        if (m->form == ALONE || m->form == GROUPED || m->form == GIVEN) {
            continue;
        }
        fprintf(stream, "%s,%d,", m->id, LAST_YEAR);
        double benchmark = rates[m->rate].benchmark;
        if (m->form != PERCENTILES) {
            fprintf(stream, "%g,,,,,,,%d\n", benchmark, m->form != CHANGED);
            continue;
        }
        for (int p = 0; p < PERCENTILES_GIVEN; p++) { /* from 94% of the benchmark in steps of 2% */
            fprintf(stream, ",%.4f", benchmark * (0.94 + 0.02 * p));
        }
        fputs(",1\n", stream);
    }
}
