/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Age, social-risk uplifts and care coordination of a member in a month [15.1.1, 15.3, 5.2.1]. */
#include "build.h"
#include "member/monthly.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- age at the first day of a month [15.3.1.7, 5.2.1] --------------------------------------- */

static void test_15_3_1_7_age_at_the_first_of_the_month(void **state)
{
    (void)state;
    static const struct {
        const char *born, *month;
        int age;
    } cases[] = {
        {"2007-05-01", "2025-05", 18}, /* born on the first day: 18 that day */
        {"2007-05-01", "2025-04", 17},
        {"2007-05-02", "2025-05", 17}, /* the day after: 18 a month later */
        {"2007-05-02", "2025-06", 18},
        {"2007-04-30", "2025-05", 18},
        {"2007-04-30", "2025-04", 17},
        {"2024-05-01", "2025-05", 1},
        {"2024-05-31", "2025-05", 0},
        {"2024-12-31", "2025-12", 0}, /* a new year and a new month at once */
        {"2024-12-31", "2026-01", 1},
        {"2025-01-01", "2026-01", 1},
        {"2004-02-29", "2025-02", 20}, /* February 29 is reached on March 1 of common years */
        {"2004-02-29", "2025-03", 21},
        {"2004-02-29", "2024-02",
         19}, /* and on March 1 of leap years, by the first day of the month */
        {"2004-02-29", "2024-03", 20},
        {"2025-05-01", "2025-05", 0},
        {"1900-01-01", "2025-05", 125},
        {"1969-12-31", "2025-12", 55}, /* days before 1970 are negative */
        {"1969-12-31", "2026-01", 56},
        {"1970-01-01", "2025-12", 55},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int age = ihp__age_at_month(day_of(cases[i].born), month_of(cases[i].month));
        if (age != cases[i].age) {
            fail_msg("born %s, %s: %d is not %d", cases[i].born, cases[i].month, age, cases[i].age);
        }
    }
}

static void test_15_3_1_7_unborn(void **state)
{
    (void)state;
    assert_true(ihp__age_at_month(day_of("2025-05-02"), month_of("2025-05")) < 0);
    assert_true(ihp__age_at_month(day_of("2025-06-01"), month_of("2025-05")) < 0);
    assert_true(ihp__age_at_month(day_of("2026-06-01"), month_of("2025-05")) < 0);
    assert_true(ihp__age_at_month(day_of("2040-01-15"), month_of("2025-05")) < 0);
    assert_int_equal(ihp__age_at_month(day_of("2025-05-02"), month_of("2025-06")), 0);
}

/* ---- uplifts [15.3.5] ------------------------------------------------------------------------ */

enum {
    BOTH = 1u << IHP__UPLIFT_SMI_AND_SUD,
    ONE = 1u << IHP__UPLIFT_SMI_OR_SUD,
    PLACE = 1u << IHP__UPLIFT_HOMELESS_OR_INCARCERATED,
    CHILD = 1u << IHP__UPLIFT_CPI_OR_PARENT_SPMI,
    INFANT = 1u << IHP__UPLIFT_PARENT_SMI_OR_SUD
};

#define F(factor) (1u << (factor))

/* Returns the uplifts of a member with the factors of `bits` in 2025-05. */
static unsigned uplifts_of(unsigned bits, int age)
{
    struct ihp__social_risk_span span[16];
    size_t spans = 0;
    for (int factor = 15; factor >= 0; factor--) {
        if ((bits >> factor & 1u) != 0) {
            span[spans++] = (struct ihp__social_risk_span){month_of("2025-05"), month_of("2025-05"),
                                                           (uint8_t)factor};
        }
    }
    int set = ihp__uplift_set_of(span, spans, age, month_of("2025-05"));
    assert_in_range(set, 0, IHP__UPLIFT_SETS - 1);
    return ihp__uplift_set_bits(set);
}

struct uplift_case {
    unsigned factors, uplifts;
};

static void check_uplifts(const struct uplift_case *at, size_t count, int age)
{
    for (size_t i = 0; i < count; i++) {
        if (uplifts_of(at[i].factors, age) != at[i].uplifts) {
            fail_msg("factors %#x at %d: %#x is not %#x", at[i].factors, age,
                     uplifts_of(at[i].factors, age), at[i].uplifts);
        }
    }
}

static void test_15_3_5_1_and_2_adults(void **state)
{
    (void)state;
    static const struct uplift_case adults[] = {
        {0, 0},
        {F(IHP__RISK_SMI), ONE},
        {F(IHP__RISK_SPMI), ONE}, /* SPMI counts as SMI [15.3.1.3] */
        {F(IHP__RISK_SMI) | F(IHP__RISK_SPMI), ONE},
        {F(IHP__RISK_SUD), ONE},
        {F(IHP__RISK_SMI) | F(IHP__RISK_SUD), BOTH}, /* not the other one too */
        {F(IHP__RISK_SPMI) | F(IHP__RISK_SUD), BOTH},
        {F(IHP__RISK_HOMELESS), PLACE},
        {F(IHP__RISK_INCARCERATED), PLACE},
        {F(IHP__RISK_HOMELESS) | F(IHP__RISK_INCARCERATED), PLACE}, /* only once */
        {F(IHP__RISK_SUD) | F(IHP__RISK_HOMELESS), ONE | PLACE},
        {F(IHP__RISK_SMI) | F(IHP__RISK_SUD) | F(IHP__RISK_INCARCERATED), BOTH | PLACE},
        {F(IHP__RISK_DEEP_POVERTY), 0}, /* a factor without a criterion in 15.3.5 */
        {F(IHP__RISK_CHILD_PROTECTION) | F(IHP__RISK_PARENT_SMI) | F(IHP__RISK_PARENT_SPMI) |
             F(IHP__RISK_PARENT_SUD),
         0}, /* of children and infants */
    };
    check_uplifts(adults, COUNT(adults), 18);
    check_uplifts(adults, COUNT(adults), 90);
}

static void test_15_3_5_3_children(void **state)
{
    (void)state;
    static const struct uplift_case children[] = {
        {0, 0},
        {F(IHP__RISK_CHILD_PROTECTION), CHILD},
        {F(IHP__RISK_PARENT_SPMI), CHILD},
        {F(IHP__RISK_CHILD_PROTECTION) | F(IHP__RISK_PARENT_SPMI), CHILD},
        {F(IHP__RISK_PARENT_SMI), 0}, /* counts only for infants */
        {F(IHP__RISK_PARENT_SUD), 0},
        {F(IHP__RISK_DEEP_POVERTY), 0},
        {F(IHP__RISK_SMI) | F(IHP__RISK_SPMI) | F(IHP__RISK_SUD) | F(IHP__RISK_HOMELESS) |
             F(IHP__RISK_INCARCERATED),
         0}, /* of adults */
    };
    check_uplifts(children, COUNT(children), 17);
    check_uplifts(children, COUNT(children), 1);
}

static void test_15_3_5_4_infants(void **state)
{
    (void)state;
    static const struct uplift_case infants[] = {
        {0, 0},
        {F(IHP__RISK_PARENT_SMI), INFANT},
        {F(IHP__RISK_PARENT_SUD), INFANT},
        {F(IHP__RISK_PARENT_SMI) | F(IHP__RISK_PARENT_SUD), INFANT},
        {F(IHP__RISK_PARENT_SPMI), CHILD | INFANT}, /* a parent's SPMI is a parent's SMI */
        {F(IHP__RISK_CHILD_PROTECTION), CHILD},     /* infants are children */
        {F(IHP__RISK_CHILD_PROTECTION) | F(IHP__RISK_PARENT_SUD), CHILD | INFANT},
        {F(IHP__RISK_SMI) | F(IHP__RISK_SUD) | F(IHP__RISK_HOMELESS) | F(IHP__RISK_DEEP_POVERTY),
         0},
    };
    check_uplifts(infants, COUNT(infants), 0);
    check_uplifts(infants, COUNT(infants), -1); /* not yet born: an infant */
}

/* All combinations of factors have a set at every age, and all sets differ. */
static void test_15_3_5_every_combination_has_a_set(void **state)
{
    (void)state;
    static const int ages[] = {-1, 0, 1, 17, 18};
    for (unsigned factors = 0; factors < 1u << 10; factors++) {
        for (size_t a = 0; a < COUNT(ages); a++) {
            uplifts_of(factors, ages[a]);
        }
    }
    for (int a = 0; a < IHP__UPLIFT_SETS; a++) {
        for (int b = 0; b < a; b++) {
            assert_int_not_equal(ihp__uplift_set_bits(a), ihp__uplift_set_bits(b));
        }
    }
}

/* A factor applies in its months, including both ends, and only then. */
static void test_15_3_5_factors_by_month(void **state)
{
    (void)state;
    const struct ihp__social_risk_span span[] = {
        {month_of("2025-03"), month_of("2025-05"), IHP__RISK_SMI},
        {month_of("2025-05"), month_of("2025-07"), IHP__RISK_SUD},
    };
    static const struct {
        const char *month;
        unsigned uplifts;
    } cases[] = {{"2025-02", 0},   {"2025-03", ONE}, {"2025-04", ONE}, {"2025-05", BOTH},
                 {"2025-06", ONE}, {"2025-07", ONE}, {"2025-08", 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int set = ihp__uplift_set_of(span, 2, 40, month_of(cases[i].month));
        assert_int_equal(ihp__uplift_set_bits(set), cases[i].uplifts);
    }
    assert_int_equal(ihp__uplift_set_bits(ihp__uplift_set_of(NULL, 0, 40, month_of("2025-05"))), 0);
}

/* ---- care coordination [15.1.1] -------------------------------------------------------------- */

static void test_15_1_1_coordination_by_month(void **state)
{
    (void)state;
    const struct ihp__coordination_month row[] = {
        {month_of("2025-02"), IHP__COORDINATION_HCH},
        {month_of("2025-04"), IHP__COORDINATION_BHH},
        {month_of("2025-04"), IHP__COORDINATION_HCH},
        {month_of("2025-06"), IHP__COORDINATION_IRCC},
    };
    static const struct {
        const char *month;
        bool paid;
    } cases[] = {{"2025-01", false}, {"2025-02", true}, {"2025-03", false}, {"2025-04", true},
                 {"2025-05", false}, {"2025-06", true}, {"2025-07", false}, {"2024-02", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(ihp__coordinated(row, COUNT(row), month_of(cases[i].month)),
                         cases[i].paid);
    }
    assert_false(ihp__coordinated(row, 0, month_of("2025-02")));
    assert_false(ihp__coordinated(NULL, 0, month_of("2025-02")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_15_3_1_7_age_at_the_first_of_the_month),
        cmocka_unit_test(test_15_3_1_7_unborn),
        cmocka_unit_test(test_15_3_5_1_and_2_adults),
        cmocka_unit_test(test_15_3_5_3_children),
        cmocka_unit_test(test_15_3_5_4_infants),
        cmocka_unit_test(test_15_3_5_every_combination_has_a_set),
        cmocka_unit_test(test_15_3_5_factors_by_month),
        cmocka_unit_test(test_15_1_1_coordination_by_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
