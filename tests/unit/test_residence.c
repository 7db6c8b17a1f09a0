/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The county in which a member lives month by month, and the months in an affected county [5.9]. */
#include "build.h"

enum { OWN = 27001, HENNEPIN = 27053, DULUTH = 27137, RED = 4, BLUE = 7, MONTHS = 12 };

static struct ihp__span lived(const char *from, const char *to, enum ihp__major_program program,
                              uint16_t payer, uint32_t county)
{
    struct ihp__span span = span_of(from, to, program, payer, IHP__EXCLUSION_NONE);
    span.county = county;
    return span;
}

/* Asserts the counties of 2025: one county in months first .. last (1 .. 12), OWN in the others. */
static void assert_counties(const struct ihp__span *span, size_t spans, uint32_t first, int from,
                            int to)
{
    uint32_t county[MONTHS];
    ihp__months_county(span, spans, month_of("2025-01"), 0xFFF, OWN, county);
    for (int m = 0; m < MONTHS; m++) {
        assert_int_equal(county[m], m + 1 >= from && m + 1 <= to ? first : OWN);
    }
}

static void test_5_9_county_of_a_span(void **state)
{
    (void)state;
    struct ihp__span span = lived("2025-03", "2025-05", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN);
    assert_counties(&span, 1, HENNEPIN, 3, 5);
    span.major_program = IHP__MAJOR_PROGRAM_OTHER; /* determines no payer */
    assert_counties(&span, 1, OWN, 1, 12);
    span = lived("2025-03", "2025-05", IHP__MAJOR_PROGRAM_MCRE, RED, 0); /* blank */
    assert_counties(&span, 1, OWN, 1, 12);
    assert_counties(NULL, 0, OWN, 1, 12);
    span = lived("2024-01", "2025-01", IHP__MAJOR_PROGRAM_MA_BD, RED, HENNEPIN);
    assert_counties(&span, 1, HENNEPIN, 1, 1);
    span = lived("2025-12", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN);
    assert_counties(&span, 1, HENNEPIN, 12, 12);
    span = lived("2024-01", "2024-12", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN);
    assert_counties(&span, 1, OWN, 1, 12);
    span = lived("2026-01", "2026-12", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN);
    assert_counties(&span, 1, OWN, 1, 12);
}

/* A month that does not qualify has no payer, so the county is the member's own. */
static void test_5_9_months_that_do_not_qualify(void **state)
{
    (void)state;
    const struct ihp__span span = lived("2025-01", "9999-12", IHP__MAJOR_PROGRAM_MA, RED, DULUTH);
    uint32_t county[MONTHS];
    ihp__months_county(&span, 1, month_of("2025-01"), 0x03D, OWN, county);
    for (int m = 0; m < MONTHS; m++) {
        assert_int_equal(county[m], m < 6 && m != 1 ? DULUTH : OWN);
    }
}

/* Of two spans of the same months: the later start, then the first payer, then the lowest county.
 */
static void test_5_9_the_span_that_gives_the_payer(void **state)
{
    (void)state;
    const struct ihp__span early = lived("2025-01", "2025-12", IHP__MAJOR_PROGRAM_MA, RED, OWN);
    const struct {
        struct ihp__span later;
        int from, to;
    } cases[] = {
        {lived("2025-02", "2025-04", IHP__MAJOR_PROGRAM_MA, BLUE, HENNEPIN), 2, 4},
        {lived("2025-01", "2025-04", IHP__MAJOR_PROGRAM_MA, BLUE, HENNEPIN), 0,
         0}, /* RED is first */
        {lived("2025-01", "2025-04", IHP__MAJOR_PROGRAM_MA, RED - 1, HENNEPIN), 1, 4},
        {lived("2024-12", "2025-12", IHP__MAJOR_PROGRAM_MA, RED - 1, HENNEPIN), 0, 0},
        {lived("2025-01", "2025-12", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN), 0,
         0}, /* OWN is lower */
        {lived("2025-01", "2025-12", IHP__MAJOR_PROGRAM_MA, RED, 5), 1, 12},
        {lived("2025-01", "2025-12", IHP__MAJOR_PROGRAM_MA, RED, 0), 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ihp__span one[] = {early, cases[i].later}, other[] = {cases[i].later, early};
        assert_counties(one, 2, cases[i].later.county, cases[i].from, cases[i].to);
        assert_counties(other, 2, cases[i].later.county, cases[i].from, cases[i].to);
    }
    /* A later span without a county determines the payer: the county is the member's own. */
    const struct ihp__span blank[] = {
        lived("2025-01", "2025-12", IHP__MAJOR_PROGRAM_MA, RED, HENNEPIN),
        lived("2025-06", "2025-12", IHP__MAJOR_PROGRAM_MA, BLUE, 0)};
    assert_counties(blank, 2, HENNEPIN, 1, 5);
}

static void test_5_9_months_affected(void **state)
{
    (void)state;
    static const struct ihp__affected affected[] = {{27001, 0x003}, {27053, 0xFFF}, {27137, 0x1F0}};
    uint32_t county[MONTHS] = {OWN,    OWN,    OWN, OWN,    DULUTH,   DULUTH,
                               DULUTH, DULUTH, 0,   DULUTH, HENNEPIN, 27999};
    /* January and February; May to August; September unknown; October past; November. */
    assert_int_equal(ihp__months_affected(county, affected, 3), 0x003 | 0x0F0 | 0x400);
    assert_int_equal(ihp__months_affected(county, affected, 1), 0x003);
    assert_int_equal(ihp__months_affected(county, affected, 0), 0);
}

/* ---- random spans against a second implementation -------------------------------------------- */

/* Finds the span with the greatest key (start, reversed payer, reversed county with blank last). */
static uint32_t plainly(const struct ihp__span *span, size_t spans, int32_t month, uint32_t own)
{
    int64_t best = -1;
    uint32_t county = 0;
    for (size_t i = 0; i < spans; i++) {
        int64_t rank = span[i].county == 0 ? 0 : 100000 - (int64_t)span[i].county;
        int64_t key = ((int64_t)span[i].month_from * 1000 + (999 - span[i].payer)) * 1000000 + rank;
        if (span[i].major_program != IHP__MAJOR_PROGRAM_OTHER && span[i].month_from <= month &&
            span[i].month_to >= month && key > best) {
            best = key;
            county = span[i].county;
        }
    }
    return county == 0 ? own : county;
}

static void test_5_9_random_members(void **state)
{
    (void)state;
    enum { MEMBERS = 20000, SPANS = 4 };
    static const uint32_t counties[] = {0, OWN, HENNEPIN, DULUTH};
    static const struct ihp__affected affected[] = {{HENNEPIN, 0x01C}, {DULUTH, 0xF00}};
    struct random_draws draws = {.seed = 59};
    int32_t first = month_of("2025-01");
    size_t months_affected = 0;
    for (int n = 0; n < MEMBERS; n++) {
        struct ihp__span span[SPANS];
        size_t spans = random_below(&draws, SPANS + 1);
        for (size_t i = 0; i < spans; i++) {
            int32_t from = first - 2 + (int32_t)random_below(&draws, 6);
            span[i] = (struct ihp__span){.month_from = from,
                                         .month_to = from + (int32_t)random_below(&draws, 10),
                                         .county = counties[random_below(&draws, 4)],
                                         .payer = (uint16_t)random_below(&draws, 2),
                                         .major_program = (uint8_t)random_below(&draws, 4)};
        }
        uint32_t county[MONTHS], own = counties[random_below(&draws, 4)];
        uint16_t wanted = 0;
        uint16_t qualifying = (uint16_t)random_below(&draws, 0x1000);
        ihp__months_county(span, spans, first, qualifying, own, county);
        for (int m = 0; m < MONTHS; m++) {
            uint32_t plain = (qualifying >> m) & 1 ? plainly(span, spans, first + m, own) : own;
            assert_int_equal(county[m], plain);
            bool is = (plain == HENNEPIN && m >= 2 && m <= 4) || (plain == DULUTH && m >= 8);
            wanted |= (uint16_t)((unsigned)is << m);
            months_affected += is;
        }
        assert_int_equal(ihp__months_affected(county, affected, 2), wanted);
    }
    assert_true(months_affected > MEMBERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_5_9_county_of_a_span),
        cmocka_unit_test(test_5_9_months_that_do_not_qualify),
        cmocka_unit_test(test_5_9_the_span_that_gives_the_payer),
        cmocka_unit_test(test_5_9_months_affected),
        cmocka_unit_test(test_5_9_random_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
