/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paid lines of members who are not enrolled: which payers and months are told, and what months
 * alone can say of it. */
#include "engine/no_enrollment.h"

#include "build.h"

enum { FIRST = 54 * 12, MONTHS = 24, PAYERS = 3 }; /* 2024-01 to 2025-12 */

/* Months of payers, with 400 lines of 100 of their 200 members, and $10 per line. */
struct claims {
    struct ihp__payer_months months, without;
};

static void join(struct ihp__payer_months *months, uint16_t payer, int32_t month, uint64_t members,
                 uint64_t enrolled)
{
    const struct ihp__payer_month_cell cell = {.month = month,
                                               .payer = payer,
                                               .service_class = IHP__ALL_CLASSES,
                                               .lines = 4 * members,
                                               .members = members,
                                               .cents = (int64_t)(4 * members) * 1000,
                                               .member_months = enrolled};
    assert_true(ihp__payer_months_join(months, &cell));
}

static struct claims claims_of(void)
{
    struct claims claims = {0};
    for (uint16_t payer = 0; payer < PAYERS; payer++) {
        for (int32_t month = FIRST; month < FIRST + MONTHS; month++) {
            join(&claims.months, payer, month, 100, 200);
        }
    }
    ihp__payer_months_sort(&claims.months);
    return claims;
}

static void take_away(struct claims *claims, uint16_t payer, int32_t first, int32_t last,
                      uint64_t members)
{
    for (int32_t month = first; month <= last; month++) {
        join(&claims->without, payer, month, members, 0);
        ihp__payer_months_find(&claims->months, payer, IHP__ALL_CLASSES, month)->member_months =
            200 - 2 * members;
    }
}

/* Judges the months, frees them, and returns how many findings there are. */
static size_t find(struct claims *claims, bool estimate, struct ihp__no_enrollment found[4])
{
    struct ihp_error err = {0};
    struct ihp__no_enrollments list = {0};
    struct ihp__deck *deck = calloc(1, sizeof *deck);
    assert_non_null(deck);
    deck->base.year = 2024;
    deck->performance.year = 2025;
    if (estimate) {
        ihp__payer_months_free(&claims->without);
        claims->without = (struct ihp__payer_months){0};
        assert_true(ihp__no_enrollment_estimate(&claims->months, &claims->without));
    } else {
        ihp__payer_months_sort(&claims->without);
    }
    assert_int_equal(ihp__no_enrollment_find(&claims->months, &claims->without, deck, &list, &err),
                     IHP_OK);
    for (size_t i = 0; i < list.count && i < 4; i++) {
        found[i] = list.found[i];
    }
    size_t count = list.count;
    free(list.found);
    free(deck);
    ihp__payer_months_free(&claims->months);
    ihp__payer_months_free(&claims->without);
    return count;
}

static void assert_found(const struct ihp__no_enrollment *found, bool estimated, uint16_t payer,
                         const char *expected)
{
    char text[IHP__NO_ENROLLMENT_TEXT];
    assert_string_equal(ihp__no_enrollment_text(found, estimated, text), expected);
    assert_int_equal(found->payer, payer);
}

static void test_nothing_is_told_of_few_lines(void **state)
{
    (void)state;
    struct ihp__no_enrollment found[4];
    for (int estimate = 0; estimate < 2; estimate++) {
        struct claims claims = claims_of();
        assert_int_equal(find(&claims, estimate, found), 0);
        claims = claims_of();
        take_away(&claims, 1, FIRST, FIRST + 23, 9);
        assert_int_equal(find(&claims, estimate, found), 0);
    }
}

static void test_a_payer_without_enrollment(void **state)
{
    (void)state;
    struct ihp__no_enrollment found[4];
    for (int estimate = 0; estimate < 2; estimate++) {
        struct claims claims = claims_of();
        take_away(&claims, 1, FIRST, FIRST + 23, 100);
        assert_int_equal(find(&claims, estimate, found), 1);
        assert_found(&found[0], estimate, 1,
                     estimate ? "2024-01 to 2025-12: at least 100% of 9,600 lines, with $96,000, "
                                "are of members who are not enrolled in the month of service, "
                                "unless they are enrolled with another payer"
                              : "2024-01 to 2025-12: 100% of 9,600 lines, with $96,000, are of "
                                "members who are not enrolled in the month of service");
    }
}

static void test_one_month(void **state)
{
    (void)state;
    struct ihp__no_enrollment found[4];
    for (int estimate = 0; estimate < 2; estimate++) {
        struct claims claims = claims_of();
        take_away(&claims, 2, FIRST + 16, FIRST + 16, 100);
        assert_int_equal(find(&claims, estimate, found), 1);
        assert_int_equal(found[0].first, FIRST + 16);
        assert_int_equal(found[0].last, FIRST + 16);
        assert_int_equal(found[0].lines, 400);
    }
}

static void test_a_part_of_all_payers_is_told_once(void **state)
{
    (void)state;
    struct ihp__no_enrollment found[4];
    for (int estimate = 0; estimate < 2; estimate++) {
        struct claims claims = claims_of();
        for (uint16_t payer = 0; payer < PAYERS; payer++) {
            take_away(&claims, payer, FIRST + 12, FIRST + 23, 40);
            for (int32_t month = FIRST + 12; estimate && month < FIRST + 24; month++) {
                ihp__payer_months_find(&claims.months, payer, IHP__ALL_CLASSES, month)
                    ->member_months = 80; /* all but everyone has a line */
            }
        }
        assert_int_equal(find(&claims, estimate, found), 1);
        assert_found(&found[0], estimate, IHP__ALL_PAYERS,
                     estimate ? "2025: at least 20% of 14,400 lines, with $28,800, are of members "
                                "who are not enrolled in the month of service"
                              : "2025: 40% of 14,400 lines, with $57,600, are of members who are "
                                "not enrolled in the month of service");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_told_of_few_lines),
        cmocka_unit_test(test_a_payer_without_enrollment),
        cmocka_unit_test(test_one_month),
        cmocka_unit_test(test_a_part_of_all_payers_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
