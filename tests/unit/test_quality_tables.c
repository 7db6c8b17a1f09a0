/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measures.csv, benchmarks.csv and quality.csv: the rows that are read, those that are refused, and
 * rates that cannot be scored. */
#include "program_folder.h"

#include "finance/quality.h"

#include <math.h>

#define MEASURES   "measure,section,category,weight,scoring,lower_is_better,track,bonus\n"
#define BENCHMARKS "measure,year,benchmark,p30,p40,p50,p60,p70,p80,comparable\n"
#define QUALITY    "ihp_id,year,measure,group,numerator,denominator,sufficient,not_reporting,points\n"

/* One measure of each scoring; M01 has a row per track. */
#define MEASURE_ROWS                                                                               \
    MEASURES "E01,17,Equity,0.4,points,0,,\nM01,17,Use,0.2,benchmark,1,1,0\n"                      \
             "M01,17,Use,0.3,benchmark,1,2,0\nM05,17,Clinic,0.4,percentile,0,,\n"                  \
             "C07,18,Survey,0.5,cahps,0,2,0\nQ1,18,Steps,0.5,improvement,0,2,\n"                   \
             "E1,18,Gaps,0,gap,0,2,0\nX1,18,More,0.05,improvement,0,2,1\n"

#define LONG_40 "1234567890123456789012345678901234567890"

static const char *const quality_file[] = {"measures.csv", "benchmarks.csv", "quality.csv"};

/* Writes the program folder with these texts; NULL: the file is missing. */
static void write_quality(const char *measures, const char *benchmarks, const char *quality)
{
    const char *const text[] = {measures, benchmarks, quality};
    for (size_t i = 0; i < 3; i++) {
        unlink(in_folder(quality_file[i]));
        if (text[i] != NULL) {
            write_text(in_folder(quality_file[i]), text[i]);
        }
    }
}

static struct ihp__program *loaded_quality(const char *measures, const char *benchmarks,
                                           const char *quality, struct ihp_notices *notices)
{
    write_quality(measures, benchmarks, quality);
    return loaded_program(NULL, NULL, notices);
}

static void assert_rate(double value, double expected)
{
    assert_true(isnan(value) ? isnan(expected) : value == expected);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void test_measures(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    struct ihp__program *program = loaded_quality(MEASURE_ROWS, NULL, NULL, &notices);
    assert_int_equal(notices.count, 1); /* 0.4 + 0.3 + 0.4; the others add up to 1 */
    assert_non_null(strstr(notices.text[0], "section 17 for Track 2 add up to 1.1, not 1"));
    ihp_notices_clear(&notices);
    assert_int_equal(program->measures, 8);
    assert_false(program->has_quality);
    const struct ihp__measure *m = program->measure;
    static const enum ihp__scoring scorings[] = {IHP__SCORING_POINTS,    IHP__SCORING_BENCHMARK,
                                                 IHP__SCORING_BENCHMARK, IHP__SCORING_PERCENTILE,
                                                 IHP__SCORING_CAHPS,     IHP__SCORING_IMPROVEMENT,
                                                 IHP__SCORING_GAP,       IHP__SCORING_IMPROVEMENT};
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(m[i].scoring, scorings[i]);
        assert_int_equal(m[i].section, i < 4 ? 17 : 18);
        assert_int_equal(m[i].bonus, i == 7);
        assert_int_equal(m[i].lower_is_better, i == 1 || i == 2);
        assert_int_equal(m[i].first, i == 2 ? 1 : i);
    }
    assert_string_equal(m[0].id, "E01");
    assert_string_equal(m[1].category, "Use");
    assert_int_equal(m[0].track, 0);
    assert_int_equal(m[1].track, 1);
    assert_int_equal(m[2].track, 2);
    assert_true(m[1].weight == 0.2 && m[2].weight == 0.3);
    assert_true(ihp__measure_is_for(&m[0], 1) && ihp__measure_is_for(&m[0], 2));
    assert_true(ihp__measure_is_for(&m[1], 1) && !ihp__measure_is_for(&m[1], 2));
    ihp__program_destroy(&program);
}

static void test_weights_that_are_not_one(void **state)
{
    (void)state;
    struct ihp_notices notices = {0};
    struct ihp__program *program = loaded_quality(
        MEASURES "A,17,One,0.5,points,0,,\nB,17,Two,0.4,points,0,2,\nC,18,X,0.1,points,0,2,1\n",
        NULL, NULL, &notices);
    assert_int_equal(notices.count, 2);
    assert_non_null(strstr(notices.text[0], "section 17 for Track 1 add up to 0.5, not 1"));
    assert_non_null(strstr(notices.text[1], "section 17 for Track 2 add up to 0.9, not 1"));
    ihp_notices_clear(&notices);
    ihp__program_destroy(&program);
}

/* A category has one set on a track; a blank is none. */
static void test_sets_of_categories(void **state)
{
    (void)state;
    static const char head[] = "measure,section,category,weight,scoring,lower_is_better,track,set\n"
                               "A,17,C,0.5,points,0,1," LONG_40 "\n";
    char text[400];
    write_quality(NULL, NULL, NULL);
    snprintf(text, sizeof text,
             "%sB,17,C,0.5,points,0,1," LONG_40 "\nC,17,C,1,points,0,2,Core\n"
             "D,17,D,0.5,points,0,1,\n",
             head);
    struct ihp__program *program = loaded_quality(text, NULL, NULL, NULL);
    assert_string_equal(program->measure[1].set, LONG_40);
    assert_string_equal(program->measure[2].set, "Core"); /* the category of another track */
    assert_string_equal(program->measure[3].set, "");
    ihp__program_destroy(&program);
    static const struct refusal cases[] = {
        {"B,17,C,0.5,points,0,1,\n", ":3: column set: a blank is not valid", "other rows"},
        {"B,17,C,0.5,points,0,,Core\n", ":3: column set: 'Core' is not valid", "other rows"},
        {"B,17,D,0.5,points,0,1," LONG_40 "1\n", ":3: column set: a text that is too long",
         "40 bytes"},
        {"B,17,D,0.5,points,0,1,\"a\nb\"\n", ":3: column set: a text with control", "one line"},
    };
    ASSERT_REFUSALS("measures.csv", head, cases);
}

#define RATIOS                                                                                     \
    "measure,section,category,weight,scoring,lower_is_better,track,ratio\n"                        \
    "O,18,C,1,benchmark,1,2,1\nP,18,C,1,percentile,1,2,1\nM,18,C,1,benchmark,1,2,\n"

/* Numbers of a ratio, benchmark and percentiles may exceed 1 and have decimals. */
static void test_ratios(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_quality(
        RATIOS "O,18,C,1,benchmark,1,1,1\n",
        BENCHMARKS "O,2025,1000000,,,,,,,\nP,2025,,1000000,1.5,1.2,1,0.5,0,\n",
        QUALITY "A,2025,O,,1000000000,0.000001,1,,\nA,2025,P,,0,1000000000.000000,1,,\n"
                "A,2024,O,,105.25,.5,1,,\nA,2024,P,,,,0,,\n",
        NULL);
    assert_true(program->measure[0].ratio && program->measure[1].ratio);
    assert_false(program->measure[2].ratio);
    assert_rate(ihp__program_benchmark(program, 0, 2025)->benchmark, 1e6);
    assert_rate(ihp__program_benchmark(program, 1, 2025)->percentile[0], 1e6);
    size_t count;
    const struct ihp__quality_row *q = ihp__program_quality(program, 0, 0, 2025, &count);
    assert_int_equal(q->numerator, INT64_C(1000000000000000));
    assert_int_equal(q->denominator, 1);
    q = ihp__program_quality(program, 0, 0, 2024, &count);
    assert_int_equal(q->numerator, 105250000);
    assert_int_equal(q->denominator, 500000);
    q = ihp__program_quality(program, 0, 1, 2025, &count);
    assert_int_equal(q->numerator, 0);
    assert_int_equal(q->denominator, INT64_C(1000000000000000));
    ihp__program_destroy(&program);
}

static void test_refused_ratios(void **state)
{
    (void)state;
    static const struct refusal measures[] = {
        {"O,18,C,1,benchmark,1,1,0\n", ":5: column ratio: '0' is not valid", "other row"},
        {"X,18,C,1,benchmark,1,1,2\n", ":5: column ratio: '2' is not valid", "1, 0 or blank"},
    };
    static const struct refusal benchmarks[] = {
        {"O,2025,0,,,,,,,\n", ":2: column benchmark: '0' is not", "above 0 and at most 1000000"},
        {"O,2025,1000000.1,,,,,,,\n", ":2: column benchmark: '1000000.1'", "at most 1000000"},
        {"M,2025,1.1,,,,,,,\n", ":2: column benchmark: '1.1' is not", "at most 1"},
        {"P,2025,,1000000.1,1,1,1,1,1,\n", ":2: column p30: '1000000.1'", "from 0 to 1000000"},
    };
    static const struct refusal quality[] = {
        {"A,2025,O,,1.0000001,2,1,,\n", ":2: column numerator: '1.0000001' is", "six decimals"},
        {"A,2025,O,,-1,2,1,,\n", ":2: column numerator: '-1' is", "from 0 to 1000000000"},
        {"A,2025,O,,1000000000.1,2,1,,\n", ":2: column numerator: '1000000000.1'", "from 0 to"},
        {"A,2025,O,,1,0,1,,\n", ":2: column denominator: '0' is", "above 0"},
        {"A,2025,O,,1,0.000000,1,,\n", ":2: column denominator: '0.000000' is", "above 0"},
        {"A,2025,O,,1,,1,,\n", ":2: column denominator: a blank is", "sufficient is 0"},
        {"A,2025,O,,1e3,1,1,,\n", ":2: column numerator: '1e3' is", "a number"},
        {"A,2025,M,,3,2,1,,\n", ":2: column numerator: '3' is not", "at most the denominator"},
    };
    write_quality(NULL, NULL, NULL);
    ASSERT_REFUSALS("measures.csv", RATIOS, measures);
    write_quality(RATIOS, NULL, NULL);
    ASSERT_REFUSALS("benchmarks.csv", BENCHMARKS, benchmarks);
    write_quality(RATIOS, NULL, NULL);
    ASSERT_REFUSALS("quality.csv", QUALITY, quality);
    write_quality(NULL, NULL, NULL);
}

/* Benchmarks of a year, and of a year without any; optional columns may be missing. */
static void test_benchmarks(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_quality(
        MEASURE_ROWS,
        BENCHMARKS "M05,2025,,0.3,0.4,0.4,0.6,0.7,1,\nM01,2025,0.25,,,,,,,0\nM01,2024,1,,,,,,,1\n",
        NULL, NULL);
    const struct ihp__benchmark *b = ihp__program_benchmark(program, 1, 2025);
    assert_rate(b->benchmark, 0.25);
    assert_rate(b->percentile[0], NAN);
    assert_false(b->comparable);
    b = ihp__program_benchmark(program, 1, 2024);
    assert_rate(b->benchmark, 1);
    assert_true(b->comparable);
    b = ihp__program_benchmark(program, 3, 2025);
    assert_rate(b->benchmark, NAN);
    assert_rate(b->percentile[0], 0.3);
    assert_rate(b->percentile[5], 1);
    assert_true(b->comparable);
    assert_null(ihp__program_benchmark(program, 3, 2024));
    assert_null(ihp__program_benchmark(program, 0, 2025));
    ihp__program_destroy(&program);
    program = loaded_quality(MEASURE_ROWS, "year,measure,benchmark\n2025,C07,0.5\n", NULL, NULL);
    assert_rate(ihp__program_benchmark(program, 4, 2025)->benchmark, 0.5);
    ihp__program_destroy(&program);
    /* If a lower rate is better, percentiles descend. */
    program = loaded_quality(MEASURES "L,17,A,1,percentile,1,,\n",
                             BENCHMARKS "L,2025,,0.9,0.8,0.8,0.6,0.5,0,\n", NULL, NULL);
    assert_rate(ihp__program_benchmark(program, 0, 2025)->percentile[5], 0);
    ihp__program_destroy(&program);
}

static void test_quality_rows(void **state)
{
    (void)state;
    struct ihp__program *program = loaded_quality(
        MEASURE_ROWS, NULL,
        QUALITY "B,2025,E1,White,5,10,1,,\nB,2025,E1,,1000000000,1000000000,1,,1.5\n"
                "B,2024,E1,,0,1,0,,\nA,2025,E01,,,,1,,2\nB,2025,E1,Black,4,10,0,0.25,\n"
                "A,2024,Q1,,,,0,,\n",
        NULL);
    size_t count;
    assert_true(program->has_quality);
    const struct ihp__quality_row *q = ihp__program_quality(program, 1, 6, 2025, &count);
    assert_int_equal(count, 3);
    assert_string_equal(q[0].group, "");
    assert_string_equal(q[1].group, "Black");
    assert_string_equal(q[2].group, "White");
    assert_int_equal(q[0].numerator, 1000000000);
    assert_rate(q[0].points, 1.5);
    assert_int_equal(q[0].line, 3);
    assert_rate(q[1].points, NAN);
    assert_false(q[1].sufficient);
    assert_rate(q[1].not_reporting, 0.25);
    assert_rate(q[2].not_reporting, 0);
    assert_int_equal(q[2].denominator, 10);
    q = ihp__program_quality(program, 0, 0, 2025, &count);
    assert_int_equal(count, 1);
    assert_int_equal(q->denominator, 0);
    assert_rate(q->points, 2);
    assert_null(ihp__program_quality(program, 0, 0, 2024, &count));
    assert_int_equal(count, 0);
    assert_null(ihp__program_quality(program, 3, 7, 2025, &count));
    ihp__program_destroy(&program);
}

/* ---- refused rows ---------------------------------------------------------------------------- */

static void test_refused_measures(void **state)
{
    (void)state;
    static const char good[] = "G,17,Good,0.5,benchmark,0,,0\n";
    static const struct refusal cases[] = {
        {"M,19,C,1,points,0,,\n", ":3: column section: '19' is not valid", "17 or 18"},
        {"M,,C,1,points,0,,\n", ":3: column section: a blank is not valid", "17 or 18"},
        {"M,17,C,1,average,0,,\n", ":3: column scoring: 'average' is not",
         "benchmark, percentile, cahps, improvement, gap or points"},
        {"M,17,C,1,points,0,3,\n", ":3: column track: '3' is not valid", "1, 2 or blank"},
        {"M,17,C,1,points,2,,\n", ":3: column lower_is_better: '2' is not valid", "1 or 0"},
        {"M,17,C,1,points,,,\n", ":3: column lower_is_better: a blank is not valid", "1 or 0"},
        {"M,17,C,1,points,0,,yes\n", ":3: column bonus: 'yes' is not valid", "1, 0 or blank"},
        {"M,17,C,1.1,points,0,,\n", ":3: column weight: '1.1' is not valid", "from 0 to 1"},
        {"M,17,C,-0.1,points,0,,\n", ":3: column weight: '-0.1' is not valid", "from 0 to 1"},
        {"M,17,C,40%,points,0,,\n", ":3: column weight: '40%' is not valid", "from 0 to 1"},
        {"M,17,C,,points,0,,\n", ":3: column weight: a blank is not valid", "from 0 to 1"},
        {",17,C,1,points,0,,\n", ":3: column measure: a blank is not valid", "1 to 40 bytes"},
        {LONG_40 "1,17,C,1,points,0,,\n", ":3: column measure: a text that is too long",
         "1 to 40 bytes"},
        {"\"M\t\",17,C,1,points,0,,\n", ":3: column measure: a text with control", "1 to 40 bytes"},
        {"M,17,,1,points,0,,\n", ":3: column category: a blank is not valid", "1 to 100 bytes"},
        {"G,17,Good,0.5,benchmark,0,,0\n", ":3: column measure: 'G' appears twice",
         "for each track"},
        {"G,18,Other,0.5,points,0,1,0\n", ":3: column measure: 'G' appears twice",
         "for each track"},
        {"M,17,C,1,points,0,1,\nM,17,C,1,points,0,,\n", ":4: column measure: 'M' appears",
         "for each"},
        {"M,17,C,1,points,0,1,\nM,17,D,1,points,1,2,\n",
         ":4: column lower_is_better: '1' contradicts", "one direction on both tracks"},
        {"M,17,Good,0.4,points,0,2,0\n", ":3: column weight: '0.4' is not valid",
         "of the category's other rows of the track"},
        {"M,17,Good,0.5,points,0,1,1\n", ":3: column bonus: '1' is not valid", "other rows"},
    };
    char header[300];
    write_quality(NULL, NULL, NULL);
    snprintf(header, sizeof header, "%s%s", MEASURES, good);
    ASSERT_REFUSALS("measures.csv", header, cases);
    /* Another section, track or category may have another weight. */
    struct ihp__program *program = loaded_quality(
        MEASURES "A,17,C,0.5,points,0,1,\nB,17,C,0.50,points,0,1,\nC,17,C,1,points,0,2,\n"
                 "D,18,C,0.7,points,0,1,1\n" LONG_40 ",18,D,0.3,points,0,1,\n",
        NULL, NULL, NULL);
    ihp__program_destroy(&program);
}

static void test_too_many_measures(void **state)
{
    (void)state;
    static char text[IHP__MEASURES_MAX * 40 + 200] = MEASURES;
    size_t size = strlen(text);
    for (int i = 0; i < IHP__MEASURES_MAX; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "M%d,17,C,1,points,0,,\n", i);
    }
    struct ihp__program *program = loaded_quality(text, NULL, NULL, NULL);
    assert_int_equal(program->measures, IHP__MEASURES_MAX);
    ihp__program_destroy(&program);
    snprintf(text + size, sizeof text - size, "M,17,C,1,points,0,,\n");
    assert_program_refused("measures.csv", text, "measures.csv: has more than 1000 rows", "");
}

static void test_refused_benchmarks(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"M99,2025,0.5,,,,,,,\n", ":2: column measure: 'M99' is not valid",
         "a measure of measures.csv"},
        {"M01,1969,0.5,,,,,,,\n", ":2: column year: '1969' is not valid", "from 1970 to 2200"},
        {"M01,2201,0.5,,,,,,,\n", ":2: column year: '2201' is not valid", "from 1970 to 2200"},
        {"M01,25.0,0.5,,,,,,,\n", ":2: column year: '25.0' is not valid", "YYYY"},
        {"M01,2025,0,,,,,,,\n", ":2: column benchmark: '0' is not valid", "above 0 and at most 1"},
        {"M01,2025,0.00,,,,,,,\n", ":2: column benchmark: '0.00' is not valid",
         "above 0 and at most 1"},
        {"M01,2025,-0.1,,,,,,,\n", ":2: column benchmark: '-0.1' is not", "above 0 and at most 1"},
        {"M01,2025,62.5,,,,,,,\n", ":2: column benchmark: '62.5' is not", "above 0 and at most 1"},
        {"M01,2025,0.5,,,,,,,2\n", ":2: column comparable: '2' is not valid", "1, 0 or blank"},
        {"M05,2025,,0.3,0.4,0.5,0.6,0.7,1.1,\n", ":2: column p80: '1.1' is not valid",
         "from 0 to 1"},
        {"M05,2025,,-0.3,0.4,0.5,0.6,0.7,1,\n", ":2: column p30: '-0.3' is not valid",
         "from 0 to 1"},
        {"M05,2025,,0.3,0.4,,0.6,0.7,0.8,\n", ":2: column p50: only some percentiles",
         "all of p30 to p80, or none"},
        {"M05,2025,,,0.4,0.5,0.6,0.7,0.8,\n", ":2: column p40: only some percentiles",
         "all of p30 to p80, or none"},
        {"M05,2025,,0.3,0.5,0.4,0.6,0.7,0.8,\n", ":2: column p50: '0.4' is not valid", "ascend"},
        {"M01,2025,,0.3,0.5,0.6,0.6,0.7,0.8,\n", ":2: column p40: '0.5' is not valid", "descend"},
        {"M01,2025,0.5,,,,,,,\nM05,2025,,,,,,,,\nM01,2025,0.6,,,,,,,\n",
         ":4: measure 'M01' in 2025 already", "appears on line 2"},
    };
    write_quality(MEASURE_ROWS, NULL, NULL);
    ASSERT_REFUSALS("benchmarks.csv", BENCHMARKS, cases);
}

static void test_refused_quality(void **state)
{
    (void)state;
    static const struct refusal cases[] = {
        {"Z,2025,M01,,1,2,1,,\n", ":2: column ihp_id: 'Z' is not valid", "an ihp_id of ihps.csv"},
        {"A,2025,M02,,1,2,1,,\n", ":2: column measure: 'M02' is not valid", "measures.csv"},
        {"A,1969,M01,,1,2,1,,\n", ":2: column year: '1969' is not valid", "from 1970 to 2200"},
        {"A,2025,M01,,1,0,1,,\n", ":2: column denominator: '0' is not valid", "1 to 1000000000"},
        {"A,2025,M01,,0,0,0,,\n", ":2: column denominator: '0' is not valid", "sufficient is 0"},
        {"A,2025,M01,,0,0,1,,1\n", ":2: column denominator: '0' is not valid", "blank and"},
        {"A,2025,M01,,,,1,,\n", ":2: column numerator: a blank is not valid", "a whole number"},
        {"A,2025,M01,,1,,1,,\n", ":2: column denominator: a blank is not valid", "a whole number"},
        {"A,2025,M01,,,5,0,,\n", ":2: column numerator: a blank is not valid", "a whole number"},
        {"A,2025,M01,,3,2,1,,\n", ":2: column numerator: '3' is not valid",
         "at most the denominator"},
        {"A,2025,M01,,-1,2,1,,\n", ":2: column numerator: '-1' is not valid", "a whole number"},
        {"A,2025,M01,,1,-2,1,,\n", ":2: column denominator: '-2' is not valid", "a whole number"},
        {"A,2025,M01,,1.5,2,1,,\n", ":2: column numerator: '1.5' is not valid", "a whole number"},
        {"A,2025,M01,,1,1000000001,1,,\n", ":2: column denominator: '1000000001' is",
         "1 to 1000000000"},
        {"A,2025,M01,,1,2,,,\n", ":2: column sufficient: a blank is not valid", "1 or 0"},
        {"A,2025,M01,,1,2,2,,\n", ":2: column sufficient: '2' is not valid", "1 or 0"},
        {"A,2025,M01,,1,2,1,1.01,\n", ":2: column not_reporting: '1.01' is not", "from 0 to 1"},
        {"A,2025,M01,,1,2,1,-0.01,\n", ":2: column not_reporting: '-0.01' is not", "from 0 to 1"},
        {"A,2025,M01,,1,2,1,,2.01\n", ":2: column points: '2.01' is not valid",
         "points from 0 to 2"},
        {"A,2025,M01,,1,2,1,,-1\n", ":2: column points: '-1' is not valid", "points from 0 to 2"},
        {"A,2025,E1,Black,1,2,1,,1\n", ":2: column points: a group has no points",
         "without a group"},
        {"A,2025,E1,Black,,,1,,\n", ":2: column numerator: a blank is not valid", "a whole number"},
        {"A,2025,E1," LONG_40 "1,1,2,1,,\n", ":2: column group: a text that is too", "40 bytes"},
        {"A,2025,E1,\"a\nb\",1,2,1,,\n", ":2: column group: a text with control", "one line"},
        {"A,2025,M01,,1,2,1,,\nB,2025,M01,,1,2,1,,\nA,2025,M01,,1,3,1,,\n",
         ":4: measure 'M01' of A in 2025 already appears on line 2", "keep one"},
        {"A,2025,E1,B,1,2,1,,\nA,2025,E1,,1,2,1,,\nA,2024,E1,B,1,2,1,,\nA,2025,E1,B,1,3,1,,\n",
         ":5: measure 'E1' of A in 2025 for group B already appears on line 2", "keep one"},
    };
    write_quality(MEASURE_ROWS, NULL, NULL);
    ASSERT_REFUSALS("quality.csv", QUALITY, cases);
    write_quality(NULL, NULL, NULL);
    assert_program_refused("quality.csv", QUALITY, "quality.csv: requires measures.csv", "add it");
}

/* ---- rates that cannot be scored ----------------------------------------------------------------
 */

static enum ihp_status check(const char *benchmarks, const char *quality, const char *group,
                             struct ihp_error *err)
{
    struct ihp__program *program = loaded_quality(MEASURE_ROWS, benchmarks, quality, NULL);
    struct ihp__deck deck = {.performance = {.year = 2025}};
    strcpy(deck.path, "deck.yaml");
    strcpy(deck.policies.reference_group, group);
    *err = (struct ihp_error){0};
    enum ihp_status status = ihp__quality_check(program, &deck, err);
    ihp__program_destroy(&program);
    return status;
}

/* A rate of the performance year needs its benchmark. A is in Track 1, B in Track 2. */
static void test_missing_benchmarks(void **state)
{
    (void)state;
    static const char none[] = BENCHMARKS "M01,2024,0.5,,,,,,,\nM05,2025,0.5,,,,,,,\n";
    static const struct {
        const char *row, *part;
    } cases[] = {
        {"A,2025,M01,,1,2,1,,\n", "benchmarks.csv: has no benchmark of 'M01' for 2025; line 3 of "
                                  "quality.csv requires it; add it"},
        {"B,2025,M01,,1,2,1,,\n", "has no benchmark of 'M01' for 2025"},
        {"A,2025,M05,,1,2,1,,\n", "has no percentiles of 'M05' for 2025; line 3 of "
                                  "quality.csv requires them; add them"},
        {"B,2025,C07,,1,2,1,,\n", "has no benchmark of 'C07' for 2025"},
        {"A,2025,C07,,1,2,1,,\n", NULL},    /* not of its track */
        {"B,2024,C07,,1,2,1,,\n", NULL},    /* a baseline */
        {"B,2025,C07,,1,2,0,,\n", NULL},    /* removed */
        {"B,2025,C07,,1,2,1,,0.5\n", NULL}, /* points are given */
        {"B,2025,C07,G,1,2,1,,\n", NULL},   /* of a group */
        {"B,2025,Q1,,1,2,1,,\n", NULL},     /* scored by improvement alone */
        {"B,2025,E1,,1,2,1,,\n", NULL},
    };
    struct ihp_error err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char quality[300];
        snprintf(quality, sizeof quality, "%sA,2025,E01,,,,1,,1\n%s", QUALITY, cases[i].row);
        if (cases[i].part == NULL) {
            assert_int_equal(check(none, quality, "White", &err), IHP_OK);
        } else {
            assert_int_equal(check(none, quality, "White", &err), IHP_ERR_DATA);
            assert_error(&err, IHP_ERR_DATA, cases[i].part);
        }
    }
}

/* A reference group that no row has is refused if there are groups to compare. */
static void test_reference_group(void **state)
{
    (void)state;
    struct ihp_error err;
    static const char groups[] = QUALITY "B,2025,E1,White,1,2,1,,\nB,2025,Q1,Black,1,2,1,,\n";
    assert_int_equal(check(NULL, groups, "White", &err), IHP_OK);
    assert_int_equal(check(NULL, groups, "Black", &err), IHP_ERR_USAGE); /* of no gap measure */
    assert_error(&err, IHP_ERR_USAGE,
                 "deck.yaml: policies.reference_group: 'Black' is not a group of an equitable care "
                 "measure in ");
    assert_error(&err, IHP_ERR_USAGE, "one of its groups is 'White' [18.4.9.2]");
    assert_int_equal(check(NULL, groups, "white", &err), IHP_ERR_USAGE);
    assert_int_equal(check(NULL, QUALITY "B,2025,E1,,1,2,1,,1\n", "Nobody", &err), IHP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_measures),
        IN_FOLDER(test_sets_of_categories),
        IN_FOLDER(test_ratios),
        IN_FOLDER(test_refused_ratios),
        IN_FOLDER(test_weights_that_are_not_one),
        IN_FOLDER(test_benchmarks),
        IN_FOLDER(test_quality_rows),
        IN_FOLDER(test_refused_measures),
        IN_FOLDER(test_too_many_measures),
        IN_FOLDER(test_refused_benchmarks),
        IN_FOLDER(test_refused_quality),
        IN_FOLDER(test_missing_benchmarks),
        IN_FOLDER(test_reference_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
