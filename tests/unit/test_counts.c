/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting a member's lines by entity: lines or visits [13.3.3], many entities, several members. */
#include "build.h"

enum { EM = IHP__CODE_EM, HOME = IHP__CODE_HEALTH_HOME, BOTH = EM | HOME };
static const enum ihp__provider_class SPE = IHP__PROVIDER_SPE, PCP = IHP__PROVIDER_PCP;

static void add(struct ihp__counts *counts, uint32_t entity, unsigned sets,
                enum ihp__provider_class provider_class, ihp__day16 day, uint32_t treating,
                bool visits)
{
    const struct ihp__line line = {.known = true,
                                   .window = 1,
                                   .sets = sets,
                                   .entity = entity,
                                   .provider_class = provider_class};
    assert_true(ihp__counts_add(counts, &line, day, treating, visits));
}

/* Returns the row of an entity; the test fails if there is not exactly one. */
static const struct ihp__entity_counts *row_of(const struct ihp__counts *counts, uint32_t entity)
{
    const struct ihp__entity_counts *found = NULL;
    for (size_t i = 0; i < counts->count; i++) {
        if (counts->entity[i].entity == entity) {
            assert_null(found);
            found = &counts->entity[i];
        }
    }
    assert_non_null(found);
    return found;
}

#define assert_row(counts, entity, home, home_last, pcp, pcp_last, spe, spe_last)                  \
    check_row(row_of((counts), (entity)),                                                          \
              &(struct ihp__entity_counts){(entity), (home), (pcp), (spe), (home_last),            \
                                           (pcp_last), (spe_last)},                                \
              __FILE__, __LINE__)

static void check_row(const struct ihp__entity_counts *seen,
                      const struct ihp__entity_counts *wanted, const char *file, int line)
{
    _assert_int_equal(seen->health_home, wanted->health_home, file, line);
    _assert_int_equal(seen->primary, wanted->primary, file, line);
    _assert_int_equal(seen->specialty, wanted->specialty, file, line);
    _assert_int_equal(seen->health_home_last, wanted->health_home_last, file, line);
    _assert_int_equal(seen->primary_last, wanted->primary_last, file, line);
    _assert_int_equal(seen->specialty_last, wanted->specialty_last, file, line);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void test_lines_by_kind_with_the_latest_day(void **state)
{
    (void)state;
    struct ihp__counts counts = {0};
    ihp__counts_reset(&counts);
    add(&counts, 7, EM, PCP, 100, 1, false);
    add(&counts, 7, EM, PCP, 100, 1, false); /* the same visit: two lines */
    add(&counts, 7, EM, SPE, 110, 2, false);
    add(&counts, 3, HOME, PCP, 120, 1, false);
    add(&counts, 7, HOME, SPE, 130, 1, false);
    add(&counts, 7, EM, PCP, 140, 2, false);
    assert_true(ihp__counts_finish(&counts));
    assert_int_equal(counts.count, 2);
    assert_int_equal(counts.entity[0].entity, 7); /* in the order of first lines */
    assert_row(&counts, 7, 1, 130, 3, 140, 1, 110);
    assert_row(&counts, 3, 1, 120, 0, 0, 0, 0); /* a health-home line is not an E&M line */
    assert_true(counts.any_em && counts.any_health_home);
    ihp__counts_free(&counts);
    assert_null(counts.entity);
}

static void test_a_procedure_of_both_sets_counts_in_both(void **state)
{
    (void)state;
    for (int visits = 0; visits < 2; visits++) {
        struct ihp__counts counts = {0};
        ihp__counts_reset(&counts);
        add(&counts, 5, BOTH, PCP, 61, 1, visits != 0);
        add(&counts, 6, BOTH, SPE, 62, 1, visits != 0);
        assert_true(ihp__counts_finish(&counts));
        assert_row(&counts, 5, 1, 61, 1, 61, 0, 0);
        assert_row(&counts, 6, 1, 62, 0, 0, 1, 62);
        ihp__counts_free(&counts);
    }
}

/* Lines without an entity are noted (for NO_EM) but not counted. */
static void test_13_3_8_lines_without_entity(void **state)
{
    (void)state;
    for (int visits = 0; visits < 2; visits++) {
        struct ihp__counts counts = {0};
        ihp__counts_reset(&counts);
        assert_false(counts.any_em || counts.any_health_home);
        add(&counts, IHP__NO_ENTITY, HOME, PCP, 50, 0, visits != 0);
        assert_true(counts.any_health_home && !counts.any_em);
        ihp__counts_reset(&counts);
        assert_false(counts.any_em || counts.any_health_home);
        add(&counts, IHP__NO_ENTITY, EM, SPE, 50, 0, visits != 0);
        assert_true(counts.any_em && !counts.any_health_home);
        assert_true(ihp__counts_finish(&counts));
        assert_int_equal(counts.count, 0);
        ihp__counts_free(&counts);
    }
}

/* ---- visits ---------------------------------------------------------------------------------- */

static void test_visits_are_distinct_day_treating_and_entity(void **state)
{
    (void)state;
    struct ihp__counts counts = {0};
    ihp__counts_reset(&counts);
    add(&counts, 7, EM, PCP, 100, 1, true);
    add(&counts, 8, EM, PCP, 100, 1, true); /* another entity between lines of one visit */
    add(&counts, 7, EM, PCP, 100, 1, true); /* the same visit */
    add(&counts, 7, EM, PCP, 100, 2, true); /* another treating NPI */
    add(&counts, 7, EM, PCP, 101, 1, true); /* another day */
    add(&counts, 7, EM, PCP, 101, 0, true); /* a blank NPI counts as an NPI */
    add(&counts, 7, EM, PCP, 101, 0, true);
    assert_true(ihp__counts_finish(&counts));
    assert_row(&counts, 7, 0, 0, 4, 101, 0, 0);
    assert_row(&counts, 8, 0, 0, 1, 100, 0, 0);
    assert_true(ihp__counts_finish(&counts)); /* counts nothing twice */
    assert_row(&counts, 7, 0, 0, 4, 101, 0, 0);
    ihp__counts_free(&counts);
}

/* Counts a visit of both sets at an IHP, or at a non-IHP provider. */
static void add_visit(struct ihp__counts *counts, bool ihp, uint32_t entity, unsigned sets,
                      ihp__day16 day, uint32_t treating, bool visits)
{
    const struct ihp__line line = {.known = true,
                                   .window = 1,
                                   .sets = sets,
                                   .partnership = ihp ? (int)entity : -1,
                                   .entity = entity,
                                   .provider_class = PCP};
    assert_true(ihp__counts_add(counts, &line, day, treating, visits));
}

/* Health-home visits that would be one if all non-IHP providers were one entity: by one treating
 * NPI on one day. */
static void test_health_home_visits_repeated_at_non_ihp_providers(void **state)
{
    (void)state;
    for (int visits = 0; visits < 2; visits++) {
        struct ihp__counts counts = {0};
        ihp__counts_reset(&counts);
        add_visit(&counts, false, 8, HOME, 100, 1, visits != 0);
        add_visit(&counts, false, 9, BOTH, 100, 1, visits != 0);  /* repeated */
        add_visit(&counts, false, 9, HOME, 100, 1, visits != 0);  /* the same visit */
        add_visit(&counts, false, 10, HOME, 100, 1, visits != 0); /* repeated */
        add_visit(&counts, false, 10, HOME, 100, 2, visits != 0); /* another treating NPI */
        add_visit(&counts, true, 2, HOME, 100, 1, visits != 0);   /* an IHP's */
        add_visit(&counts, false, 7, EM, 100, 1, visits != 0);    /* not of a health home */
        add_visit(&counts, false, 9, HOME, 101, 1, visits != 0);  /* another day */
        assert_true(ihp__counts_finish(&counts));
        assert_int_equal(counts.repeated_homes, visits != 0 ? 2 : 0);
        ihp__counts_reset(&counts);
        assert_int_equal(counts.repeated_homes, 0);
        ihp__counts_free(&counts);
    }
}

/* Three lines on one day at one entity by one treating NPI are one visit, in both sets. */
static void test_a_visit_with_lines_of_both_sets_counts_once_in_each(void **state)
{
    (void)state;
    struct ihp__counts counts = {0};
    ihp__counts_reset(&counts);
    add(&counts, 7, HOME, SPE, 100, 1, true);
    add(&counts, 7, EM, SPE, 100, 1, true);
    add(&counts, 7, HOME, SPE, 100, 1, true);
    add(&counts, 7, EM, SPE, 105, 1, true);
    assert_true(ihp__counts_finish(&counts));
    assert_row(&counts, 7, 1, 100, 0, 0, 2, 105);
    ihp__counts_free(&counts);
}

/* The last day of a member does not count for the next member. */
static void test_reset_between_members(void **state)
{
    (void)state;
    struct ihp__counts counts = {0};
    ihp__counts_reset(&counts);
    add(&counts, 7, EM, PCP, 100, 1, true);
    add(&counts, 9, HOME, PCP, 100, 1, true); /* both on the current day */
    ihp__counts_reset(&counts);
    assert_int_equal(counts.count, 0);
    assert_true(ihp__counts_finish(&counts));
    assert_int_equal(counts.count, 0);
    add(&counts, 9, EM, SPE, 100, 1, true); /* the same day again */
    assert_true(ihp__counts_finish(&counts));
    assert_int_equal(counts.count, 1);
    assert_row(&counts, 9, 0, 0, 0, 0, 1, 100);
    assert_false(counts.any_health_home);
    /* An earlier day than that of the member before. */
    ihp__counts_reset(&counts);
    add(&counts, 7, EM, PCP, 3, 1, true);
    assert_true(ihp__counts_finish(&counts));
    assert_row(&counts, 7, 0, 0, 1, 3, 0, 0);
    ihp__counts_free(&counts);
}

/* ---- many entities --------------------------------------------------------------------------- */

enum { ENTITIES = 10000 };

/* Entity i has 1 + i % 3 lines on days 500, 501, 502. Numbers of entities are `stride` apart.
 * Entities come in a scrambled order (7919 is prime and not a factor of 10,000). */
static void many_entities(struct ihp__counts *counts, uint32_t stride, bool visits)
{
    for (uint32_t day = 0; day < 3; day++) {
        for (uint32_t k = 0; k < ENTITIES; k++) {
            uint32_t i = k * 7919u % ENTITIES;
            if (i % 3 >= day) {
                add(counts, 11 + i * stride, EM, i % 2 == 0 ? PCP : SPE, (ihp__day16)(500 + day), i,
                    visits);
            }
        }
    }
    assert_true(ihp__counts_finish(counts));
    assert_int_equal(counts->count, ENTITIES);
    bool seen[ENTITIES] = {false};
    for (size_t at = 0; at < counts->count; at++) {
        const struct ihp__entity_counts *e = &counts->entity[at];
        uint32_t i = (e->entity - 11) / stride;
        assert_true(i < ENTITIES && !seen[i] && e->entity == 11 + i * stride);
        seen[i] = true;
        assert_int_equal(i % 2 == 0 ? e->primary : e->specialty, 1 + i % 3);
        assert_int_equal(i % 2 == 0 ? e->primary_last : e->specialty_last, 500 + i % 3);
        assert_int_equal(i % 2 == 0 ? e->specialty : e->primary, 0);
    }
}

static void test_ten_thousand_entities(void **state)
{
    (void)state;
    for (int visits = 0; visits < 2; visits++) {
        struct ihp__counts counts = {0};
        static const uint32_t strides[] = {1, 65536, 400000,
                                           128}; /* for one member after another */
        for (size_t s = 0; s < 4; s++) {
            ihp__counts_reset(&counts);
            many_entities(&counts, strides[s], visits != 0);
            ihp__counts_reset(&counts); /* then a member with one of these entities */
            add(&counts, 11, HOME, PCP, 9, 4, visits != 0);
            assert_true(ihp__counts_finish(&counts));
            assert_int_equal(counts.count, 1);
            assert_row(&counts, 11, 1, 9, 0, 0, 0, 0);
        }
        ihp__counts_free(&counts);
    }
}

/* ---- against counting by hand ---------------------------------------------------------------- */

struct seen_line {
    ihp__day16 day;
    uint32_t treating, entity;
    unsigned sets;
};

enum { LINES = 60, FEW = 4 };

/* Returns the class of a treating provider at an entity, always the same. */
static enum ihp__provider_class class_at(uint32_t entity, uint32_t treating)
{
    return (entity + treating) % 2 == 0 ? IHP__PROVIDER_PCP : IHP__PROVIDER_SPE;
}

/* Returns true if line i is the first of its visit with regard to `set`. */
static bool first_of_visit(const struct seen_line *line, size_t i, unsigned set)
{
    for (size_t j = 0; j < i; j++) {
        if (line[j].day == line[i].day && line[j].treating == line[i].treating &&
            line[j].entity == line[i].entity && (line[j].sets & set) != 0) {
            return false;
        }
    }
    return true;
}

static void tally_by_hand(const struct seen_line *line, size_t lines, bool visits,
                          struct ihp__entity_counts *entity)
{
    for (size_t i = 0; i < lines; i++) {
        struct ihp__entity_counts *e = &entity[line[i].entity];
        if ((line[i].sets & HOME) != 0 && (!visits || first_of_visit(line, i, HOME))) {
            e->health_home++;
            e->health_home_last = line[i].day;
        }
        if ((line[i].sets & EM) != 0 && (!visits || first_of_visit(line, i, EM))) {
            bool pcp = class_at(line[i].entity, line[i].treating) == IHP__PROVIDER_PCP;
            *(pcp ? &e->primary : &e->specialty) += 1;
            *(pcp ? &e->primary_last : &e->specialty_last) = line[i].day;
        }
    }
}

static void test_random_lines_against_counting_by_hand(void **state)
{
    (void)state;
    struct random_draws draws = {.seed = 1333};
    struct ihp__counts counts = {0};
    for (int member = 0; member < 2000; member++) {
        bool visits = random_below(&draws, 2) == 0;
        struct seen_line line[LINES];
        size_t lines = random_below(&draws, LINES + 1);
        ihp__day16 day = (ihp__day16)(1 + random_below(&draws, 400));
        ihp__counts_reset(&counts);
        for (size_t i = 0; i < lines; i++) {
            day = (ihp__day16)(day + (random_below(&draws, 4) == 0));
            line[i] = (struct seen_line){day, random_below(&draws, 3), random_below(&draws, FEW),
                                         1 + random_below(&draws, 3)};
            add(&counts, line[i].entity, line[i].sets, class_at(line[i].entity, line[i].treating),
                day, line[i].treating, visits);
        }
        assert_true(ihp__counts_finish(&counts));
        struct ihp__entity_counts wanted[FEW] = {{0}};
        tally_by_hand(line, lines, visits, wanted);
        size_t present = 0;
        for (uint32_t e = 0; e < FEW; e++) {
            if (wanted[e].health_home + wanted[e].primary + wanted[e].specialty > 0) {
                present++;
                check_row(row_of(&counts, e), &wanted[e], __FILE__, __LINE__);
            }
        }
        assert_int_equal(counts.count, present);
    }
    ihp__counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_by_kind_with_the_latest_day),
        cmocka_unit_test(test_a_procedure_of_both_sets_counts_in_both),
        cmocka_unit_test(test_13_3_8_lines_without_entity),
        cmocka_unit_test(test_visits_are_distinct_day_treating_and_entity),
        cmocka_unit_test(test_health_home_visits_repeated_at_non_ihp_providers),
        cmocka_unit_test(test_a_visit_with_lines_of_both_sets_counts_once_in_each),
        cmocka_unit_test(test_reset_between_members),
        cmocka_unit_test(test_ten_thousand_entities),
        cmocka_unit_test(test_random_lines_against_counting_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
