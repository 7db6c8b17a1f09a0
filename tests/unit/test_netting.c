/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Netting the lines of a day, the rows of an index, and lines for an explanation [13.3.2,
 * 13.3.5.1]. */
#include "build.h"
#include "member/netting.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { OTHER = IHP__SERVICE_CLASS_PROFESSIONAL * IHP__CATEGORIES + 43 };
enum { DRUG = IHP__SERVICE_CLASS_PHARMACY * IHP__CATEGORIES + 30 };

/* ---- a day ----------------------------------------------------------------------------------- */

static void add(struct ihp__net_day *day, uint32_t billing, uint32_t treating, uint16_t procedure,
                bool negative)
{
    const struct ihp__net_line line = {.billing = billing,
                                       .treating = treating,
                                       .procedure = procedure,
                                       .service = OTHER,
                                       .negative = negative,
                                       .place = day->lines};
    assert_true(ihp__net_day_add(day, &line));
}

static void test_a_day_without_reversals_stays(void **state)
{
    (void)state;
    struct ihp__net_day day = {0};
    ihp__net_day_settle(&day); /* an empty day */
    assert_int_equal(day.lines, 0);
    for (uint32_t i = 0; i < 5; i++) {
        add(&day, 9 - i, i, 1, false);
    }
    ihp__net_day_settle(&day);
    assert_int_equal(day.lines, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(day.line[i].place, i); /* in their order */
    }
    ihp__net_day_free(&day);
}

/* Of n lines and k reversals of a key, max(0, n - k) are left; other keys are not concerned. */
static void test_what_is_left_of_a_key(void **state)
{
    (void)state;
    struct ihp__net_day day = {0};
    for (int lines = 0; lines <= 3; lines++) {
        for (int reversals = 0; reversals <= 4; reversals++) {
            day.lines = 0;
            for (int i = 0; i < lines || i < reversals; i++) { /* in turn */
                if (i < reversals) {
                    add(&day, 5, 6, 7, true);
                }
                if (i < lines) {
                    add(&day, 5, 6, 7, false);
                }
            }
            add(&day, 4, 6, 7, false);
            add(&day, 5, 5, 7, false);
            add(&day, 5, 6, 8, false);
            ihp__net_day_settle(&day);
            int left = lines > reversals ? lines - reversals : 0;
            assert_int_equal(day.lines, left + 3);
            assert_false(day.negative); /* ready for the next day */
            for (size_t i = 0; i < day.lines; i++) {
                assert_false(day.line[i].negative);
            }
        }
    }
    ihp__net_day_free(&day);
}

/* Lines of the class pharmacy are taken away first, whatever their order. */
static void test_pharmacy_is_taken_away_first(void **state)
{
    (void)state;
    struct ihp__net_day day = {0};
    static const uint16_t service[] = {OTHER, DRUG, OTHER, DRUG};
    for (size_t reversals = 0; reversals <= 4; reversals++) {
        size_t others = 0;
        day.lines = 0;
        for (size_t i = 0; i < COUNT(service) + reversals; i++) {
            const struct ihp__net_line line = {
                .billing = 1, .service = i < 4 ? service[i] : DRUG, .negative = i >= 4, .place = i};
            assert_true(ihp__net_day_add(&day, &line));
        }
        ihp__net_day_settle(&day);
        assert_int_equal(day.lines, 4 - reversals);
        for (size_t i = 0; i < day.lines; i++) {
            others += day.line[i].service == OTHER;
        }
        assert_int_equal(others, reversals <= 2 ? 2 : 4 - reversals);
    }
    ihp__net_day_free(&day);
}

/* ---- rows of an index ------------------------------------------------------------------------ */

/* Days 10 and 11: on day 10 key (1, 2) has two lines and a reversal, known from days 20, 21 and 30;
 * on day 11 the reversal's key is the same, but not the day; day 12 has a reversal alone. */
static const uint16_t day_of_row[] = {10, 10, 10, 10, 11, 12}, known[] = {20, 21, 30, 20, 20, 20},
                      code[] = {7, 7, 7, 8, 7, 7};
static const uint32_t billing[] = {1, 1, 1, 1, 1, 1}, treating[] = {2, 2, 2, 2, 2, 2};
static const uint8_t negative[] = {0, 0, 1, 0, 0, 1};
static const struct ihp__index_rows rows = {.count = 6,
                                            .service_date = day_of_row,
                                            .known_from = known,
                                            .procedure = code,
                                            .billing = billing,
                                            .treating = treating,
                                            .negative = negative};

static void check_rows(const struct ihp__index_rows *of, uint16_t cutoff, size_t left,
                       const uint16_t *codes)
{
    struct ihp__net_space space = {0};
    for (int again = 0; again < 2; again++) { /* a space is used again */
        assert_true(ihp__net_rows(&space, of, 0, of->count, cutoff));
        struct ihp__index_rows seen = ihp__net_space_rows(&space);
        assert_int_equal(seen.count, left);
        for (size_t i = 0; i < left; i++) {
            assert_int_equal(seen.procedure[i], codes[i]);
            assert_true(i == 0 || seen.service_date[i - 1] <= seen.service_date[i]);
            assert_false(ihp__rows_any_negative(&seen, 0, left));
            assert_true(ihp__known(seen.known_from, seen.void_date, i, cutoff));
        }
    }
    ihp__net_space_free(&space);
}

static void test_2_7_rows_are_netted_as_of_the_cutoff(void **state)
{
    (void)state;
    static const uint16_t early[] = {7, 8, 7}, before[] = {7, 7, 8, 7}, late[] = {7, 8, 7};
    check_rows(&rows, 19, 0, NULL);
    check_rows(&rows, 20, 3, early);  /* one line of the key is known */
    check_rows(&rows, 29, 4, before); /* both; the reversal is not */
    check_rows(&rows, 30, 3, late);   /* the reversal is, on the day of the cut-off */
    struct ihp__index_rows voided = rows;
    static const uint16_t void_date[] = {65535, 65535, 40, 65535, 65535, 65535};
    voided.void_date = void_date;
    check_rows(&voided, 39, 3, late);
    check_rows(&voided, 40, 4, before); /* a reversal that is void takes nothing away */
    assert_true(ihp__rows_any_negative(&rows, 0, 6));
    assert_true(ihp__rows_any_negative(&rows, 2, 3));
    assert_false(ihp__rows_any_negative(&rows, 0, 2));
    assert_false(ihp__rows_any_negative(&rows, 3, 3));
}

/* ---- explanations ---------------------------------------------------------------------------- */

static void test_fates_of_lines(void **state)
{
    (void)state;
    static const uint16_t service[] = {OTHER, OTHER, OTHER, OTHER, OTHER, OTHER};
    static const int32_t amount[] = {100, 0, -100, 50, 60, -1};
    const struct ihp__claims claims = {.count = 6,
                                       .service_date = day_of_row,
                                       .known_from = known,
                                       .service = service,
                                       .procedure = code,
                                       .amount32 = amount,
                                       .billing = billing,
                                       .treating = treating};
    const struct ihp__period_rules early = {.cutoff = 20}, late = {.cutoff = 30};
    enum ihp__net_fate fate[6];
    assert_true(ihp__net_fates(&late, &claims, 0, 6, fate));
    const enum ihp__net_fate expected[] = {IHP__NET_COUNTS, IHP__NET_REVERSED, IHP__NET_REVERSAL,
                                           IHP__NET_COUNTS, IHP__NET_COUNTS,   IHP__NET_REVERSAL};
    assert_memory_equal(fate, expected, sizeof expected);
    assert_true(ihp__net_fates(&early, &claims, 0, 6, fate));
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(fate[i], IHP__NET_COUNTS); /* known or not, nothing takes it away */
    }
    assert_int_equal(fate[5], IHP__NET_REVERSAL);
    assert_true(ihp__net_fates(&late, &claims, 1, 3, fate)); /* one line and its reversal */
    assert_int_equal(fate[0], IHP__NET_REVERSED);
    assert_int_equal(fate[1], IHP__NET_REVERSAL);
    assert_true(ihp__net_fates(&late, &claims, 3, 3, fate)); /* no lines */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_without_reversals_stays),
        cmocka_unit_test(test_what_is_left_of_a_key),
        cmocka_unit_test(test_pharmacy_is_taken_away_first),
        cmocka_unit_test(test_2_7_rows_are_netted_as_of_the_cutoff),
        cmocka_unit_test(test_fates_of_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
