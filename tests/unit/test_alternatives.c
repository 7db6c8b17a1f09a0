/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it would have taken to be attributed elsewhere [13.3]: small cases worked out by hand. */
#include "attribution.h"

#include "member/alternatives.h"

enum { FIRST = 100, LAST = 464 }; /* days of the period */
enum { LOOK_FIRST = 1, LOOK_LAST = 99 };

/* A member with enough months and some rows in the period. */
struct test_member {
    struct ihp__counts window, lookback;
    uint64_t visited[1];
    struct ihp__attribution_input input;
    struct ihp__decision_policies policies;
};

static void begin(struct test_member *m, struct ihp__entity_counts *row, size_t rows)
{
    *m =
        (struct test_member){.window = counts_of(row, rows), .policies = usual_policies().decision};
    for (size_t i = 0; i < rows; i++) {
        m->visited[0] |= row[i].entity < IHPS ? UINT64_C(1) << row[i].entity : 0;
    }
    m->input = (struct ihp__attribution_input){.qualifying = 0xFFF,
                                               .window = &m->window,
                                               .lookback = &m->lookback,
                                               .lookback_months = 12,
                                               .visited = m->visited,
                                               .partnerships = IHPS};
}

/* What is expected: a number of lines, one of them from a day on, and the section. */
struct expected {
    uint32_t lines;
    ihp__day16 from;
    const char *section;
};

static void check_more(const struct test_member *m, const struct ihp__more_lines *more,
                       struct expected first, struct expected second, int at)
{
    const struct expected wanted[2] = {first, second};
    struct ihp__enough_lines found[2];
    assert_true(ihp__alternative_find(&m->input, &m->policies, more, found));
    for (int i = 0; i < 2; i++) {
        if (found[i].lines != wanted[i].lines ||
            (wanted[i].lines > 0 && (found[i].from != wanted[i].from ||
                                     strcmp(found[i].section, wanted[i].section) != 0))) {
            print_error("line %d, %d: %u lines from %u [%s], not %u from %u [%s]\n", at, i,
                        found[i].lines, found[i].from,
                        found[i].section == NULL ? "" : found[i].section, wanted[i].lines,
                        wanted[i].from, wanted[i].section);
            fail();
        }
    }
}

#define NONE                                                                                       \
    (struct expected)                                                                              \
    {                                                                                              \
        0, 0, ""                                                                                   \
    }
#define assert_more(m, entity, kind, first, second)                                                \
    check_more((m), &(struct ihp__more_lines){(entity), IHP__LINE_##kind, 1, FIRST, LAST},         \
               (first), (second), __LINE__)
#define ENOUGH(lines, from, section)                                                               \
    (struct expected)                                                                              \
    {                                                                                              \
        (lines), (from), (section)                                                                 \
    }

/* A has three PCP lines, the last on day 200; B has one. With two more B is tied, and has the
 * latest E&M line from day 201 on; with three it has the most. */
static void test_step_2(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 3, 200), PRIMARY(B, 1, 150), PRIMARY(X, 1, 300)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, B, PRIMARY, ENOUGH(2, 201, "13.3.7.7"), ENOUGH(3, FIRST, "13.3.5.4"));
    /* C has none yet: three, and four. */
    assert_more(&m, C, PRIMARY, ENOUGH(3, 201, "13.3.7.7"), ENOUGH(4, FIRST, "13.3.5.4"));
    /* A provider with three is tied and needs a later line than A; with four it has more. */
    assert_more(&m, X, PRIMARY, ENOUGH(2, FIRST, "13.3.7.10"), NONE);
    assert_more(&m, Y, PRIMARY, ENOUGH(3, 200, "13.3.7.10"), ENOUGH(4, FIRST, "13.3.5.6"));
    /* Specialty lines do not help where an IHP has PCP lines, unless PCP lines are equal. */
    assert_more(&m, B, SPECIALTY, NONE, NONE);
    /* One health-home line decides in Step 1. */
    assert_more(&m, B, HEALTH_HOME, ENOUGH(1, FIRST, "13.3.4"), NONE);
}

/* A and B are tied with equal dates: nobody wins. Any one more line at B of any kind decides. */
static void test_unresolved_tie(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 2, 250), PRIMARY(B, 2, 250)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, B, PRIMARY, ENOUGH(1, FIRST, "13.3.5.4"), NONE);
    assert_more(&m, B, SPECIALTY, ENOUGH(1, FIRST, "13.3.7.8"), NONE);
    assert_more(&m, A, SPECIALTY, ENOUGH(1, FIRST, "13.3.7.8"), NONE);
    /* C needs a third line to have the most, and with two it would be one of three tied. */
    assert_more(&m, C, PRIMARY, ENOUGH(2, 251, "13.3.7.7"), ENOUGH(3, FIRST, "13.3.5.4"));
}

/* Of the tied A and B, A has one specialty line more, so the date of the PCP line does not matter
 * for it; B draws level with one more, and then needs the later PCP line, which it has. */
static void test_step_4_specialty(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 200, 2, 200), VISITS(B, 2, 300, 1, 150)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, B, SPECIALTY, ENOUGH(1, FIRST, "13.3.7.9"), NONE);
    assert_more(&m, B, PRIMARY, ENOUGH(1, FIRST, "13.3.5.4"), NONE);
}

/* A is attributed by one specialty line in Step 3; X has all its E&M lines compared. */
static void test_step_3(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {SPECIAL(A, 4, 200), SPECIAL(B, 2, 210),
                                        VISITS(X, 1, 5, 1, 6)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, B, SPECIALTY, ENOUGH(3, FIRST, "13.3.6.4"), NONE); /* two: SPECIALTY_TIE */
    assert_more(&m, X, SPECIALTY, ENOUGH(3, FIRST, "13.3.6.7"),
                NONE); /* two: equal, the IHP wins */
    /* With one PCP line Step 2 would be tied between B and X. */
    assert_more(&m, B, PRIMARY, ENOUGH(1, FIRST, "13.3.7.10"), NONE);
}

/* Health-home lines: the most, then the latest. */
static void test_step_1(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {HOME(X, 3, 300), HOME(A, 1, 120), PRIMARY(B, 9, 400)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, A, HEALTH_HOME, ENOUGH(2, 301, "13.3.4"), ENOUGH(3, FIRST, "13.3.4"));
    assert_more(&m, A, PRIMARY, NONE, NONE);
    m.policies.health_home_elsewhere = IHP__HOME_POOLED;
    assert_more(&m, A, HEALTH_HOME, ENOUGH(2, 301, "13.3.4"), ENOUGH(3, FIRST, "13.3.4"));
}

/* Nothing in the period: the gate is closed, and one line opens it and decides. */
static void test_gate_and_look_back(void **state)
{
    (void)state;
    struct test_member m;
    begin(&m, NULL, 0);
    assert_more(&m, C, PRIMARY, ENOUGH(1, FIRST, "13.3.5.4"), NONE);
    assert_more(&m, C, SPECIALTY, ENOUGH(1, FIRST, "13.3.6.4"), NONE);
    /* A line of another kind at B has opened it, and the look-back decides: B has two lines there.
     * One line of A in the period is before that; in the look-back it takes two. */
    struct ihp__entity_counts before[] = {PRIMARY(B, 1, 50)};
    m.lookback = counts_of(before, 1);
    m.visited[0] = UINT64_C(1) << B;
    assert_more(&m, A, PRIMARY, ENOUGH(1, FIRST, "13.3.5.4"), NONE);
    check_more(&m, &(struct ihp__more_lines){A, IHP__LINE_PRIMARY, 2, LOOK_FIRST, LOOK_LAST},
               ENOUGH(1, 51, "13.3.7.7"), ENOUGH(2, LOOK_FIRST, "13.3.5.4"), __LINE__);
    /* Under this policy the winner needs a line in the period itself. */
    m.policies.visit_gate = IHP__GATE_ATTRIBUTED_IHP;
    check_more(&m, &(struct ihp__more_lines){A, IHP__LINE_PRIMARY, 2, LOOK_FIRST, LOOK_LAST}, NONE,
               NONE, __LINE__);
}

/* Whatever is found is enough, and one line fewer is not, also for large numbers. */
static void test_large_numbers(void **state)
{
    (void)state;
    struct ihp__entity_counts rows[] = {PRIMARY(A, 4000000, 200), PRIMARY(X, 3000000, 464)};
    struct test_member m;
    begin(&m, rows, COUNT(rows));
    assert_more(&m, B, PRIMARY, ENOUGH(4000000, 201, "13.3.7.7"),
                ENOUGH(4000001, FIRST, "13.3.5.4"));
    m.input.has_override = true; /* which does not count here */
    m.input.override_partnership = C;
    assert_more(&m, B, PRIMARY, ENOUGH(4000000, 201, "13.3.7.7"),
                ENOUGH(4000001, FIRST, "13.3.5.4"));
}

/* ---- at random ------------------------------------------------------------------------------- */

static uint32_t drawn = 1;

static uint32_t draw(uint32_t below)
{
    drawn = drawn * UINT32_C(1664525) + UINT32_C(1013904223);
    return (drawn >> 16) % below;
}

/* Fills rows of different entities with few lines on few days, so that many are tied. */
static size_t draw_rows(struct ihp__entity_counts *row)
{
    size_t rows = 0;
    for (uint32_t e = 0; e < ENTITIES; e++) {
        if (e == IHPS || draw(3) == 0) {
            continue;
        }
        row[rows] = (struct ihp__entity_counts){.entity = e,
                                                .health_home = draw(6) == 0 ? 1 + draw(2) : 0,
                                                .primary = draw(4),
                                                .specialty = draw(3)};
        row[rows].health_home_last = row[rows].health_home > 0 ? (ihp__day16)(FIRST + draw(4)) : 0;
        row[rows].primary_last = row[rows].primary > 0 ? (ihp__day16)(FIRST + draw(4)) : 0;
        row[rows].specialty_last = row[rows].specialty > 0 ? (ihp__day16)(FIRST + draw(4)) : 0;
        rows++;
    }
    return rows;
}

static void draw_policies(struct ihp__decision_policies *policies)
{
    policies->primary_care_elsewhere = (int)draw(2);
    policies->specialty_elsewhere = (int)draw(2);
    policies->health_home_elsewhere = (int)draw(2);
    policies->primary_care_rival = (int)draw(2);
    policies->specialty_equal = (int)draw(3);
    policies->tie_with_elsewhere = (int)draw(2);
    policies->unresolved_tie = (int)draw(2);
    policies->visit_gate = (int)draw(2);
}

/* Decides with more lines, added to the rows here and not by the code that is tested. */
static bool attributes(const struct test_member *m, const struct ihp__more_lines *more,
                       uint32_t lines, ihp__day16 day)
{
    struct ihp__entity_counts row[ENTITIES + 1];
    size_t rows = m->window.count, at = 0;
    memcpy(row, m->window.entity, rows * sizeof *row);
    while (at < rows && row[at].entity != more->entity) {
        at++;
    }
    if (at == rows) {
        row[rows++] = (struct ihp__entity_counts){.entity = more->entity};
    }
    uint32_t *count[] = {&row[at].health_home, &row[at].primary, &row[at].specialty};
    ihp__day16 *last[] = {&row[at].health_home_last, &row[at].primary_last,
                          &row[at].specialty_last};
    *count[more->kind] += lines;
    *last[more->kind] = day > *last[more->kind] ? day : *last[more->kind];
    struct ihp__counts counts = counts_of(row, rows);
    uint64_t visited[1] = {m->visited[0]};
    visited[0] |= more->entity < IHPS ? UINT64_C(1) << more->entity : 0;
    struct ihp__attribution_input input = m->input;
    input.window = &counts;
    input.visited = visited;
    int partnership = ihp__attribution_decide(&input, &m->policies, NULL).partnership;
    return more->entity < IHPS ? partnership == (int)more->entity : partnership < 0;
}

/* The number found is the least, and the day the earliest: every smaller number and every earlier
 * day is tried here. */
static void test_least_at_random(void **state)
{
    (void)state;
    enum { CASES = 20000, TRIED = 40, DAYS = 6 };
    for (int i = 0; i < CASES; i++) {
        struct ihp__entity_counts row[ENTITIES];
        struct test_member m;
        begin(&m, row, draw_rows(row));
        draw_policies(&m.policies);
        struct ihp__more_lines more = {.entity = draw(ENTITIES - 1),
                                       .kind = (enum ihp__line_kind)draw(3),
                                       .window = 1,
                                       .first = FIRST,
                                       .last = FIRST + DAYS};
        more.entity += more.entity >= IHPS;
        if (attributes(&m, &more, 0, 0)) {
            continue; /* the member is attributed so already */
        }
        struct ihp__enough_lines found[2];
        assert_true(ihp__alternative_find(&m.input, &m.policies, &more, found));
        uint32_t least = 1;
        while (least < TRIED && !attributes(&m, &more, least, more.last)) {
            least++;
        }
        assert_int_equal(found[0].lines, least == TRIED ? 0 : least);
        if (found[0].lines == 0) {
            continue;
        }
        ihp__day16 day = FIRST;
        while (!attributes(&m, &more, least, day)) {
            day++;
        }
        assert_int_equal(found[0].from, day);
        if (day > FIRST) {
            for (least = 1; least < TRIED && !attributes(&m, &more, least, FIRST);) {
                least++;
            }
            assert_int_equal(found[1].lines, least == TRIED ? 0 : least); /* only the day helps */
        }
    }
}

static void test_months_lacking(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision; /* 6 in a row, 9 */
    assert_int_equal(ihp__months_lacking(0xFFF, &policies), 0);
    assert_int_equal(ihp__months_lacking(0, &policies), 9);
    assert_int_equal(ihp__months_lacking(0x0FF, &policies), 1);
    /* Ten months with a gap after each five: one more closes a gap. */
    assert_int_equal(ihp__months_lacking(0x7DF, &policies), 1);
    assert_int_equal(ihp__months_lacking(0x555, &policies), 3); /* six: three in total */
    struct ihp__decision_policies never = policies;
    never.min_total_months = 13;
    assert_int_equal(ihp__months_lacking(0, &never), 13);
}

static void test_ranks(void **state)
{
    (void)state;
    const struct ihp__decision_policies policies = usual_policies().decision;
    struct ihp__entity_counts rows[] = {VISITS(A, 2, 1, 1, 1), VISITS(X, 2, 1, 3, 1),
                                        PRIMARY(B, 1, 1), SPECIAL(C, 5, 1)};
    const struct ihp__counts counts = counts_of(rows, COUNT(rows));
    const int primary[] = {1, 1, 3, 0}, specialty[] = {3, 1, 0, 1}; /* X has five E&M lines */
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(ihp__step_rank(&counts, &rows[i], IHP__LINE_PRIMARY, IHPS, &policies),
                         primary[i]);
        assert_int_equal(ihp__step_rank(&counts, &rows[i], IHP__LINE_SPECIALTY, IHPS, &policies),
                         specialty[i]);
        assert_int_equal(ihp__step_rank(&counts, &rows[i], IHP__LINE_HEALTH_HOME, IHPS, &policies),
                         0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step_2),           cmocka_unit_test(test_unresolved_tie),
        cmocka_unit_test(test_step_4_specialty), cmocka_unit_test(test_step_3),
        cmocka_unit_test(test_step_1),           cmocka_unit_test(test_gate_and_look_back),
        cmocka_unit_test(test_large_numbers),    cmocka_unit_test(test_least_at_random),
        cmocka_unit_test(test_months_lacking),   cmocka_unit_test(test_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
