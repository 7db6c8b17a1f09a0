/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly_fixture.h - rules for the tests of attribution month by month, and both ways to take a
 * member: line by line, and through the rows that a store's index would have. */
#ifndef IHP_TEST_MONTHLY_FIXTURE_H
#define IHP_TEST_MONTHLY_FIXTURE_H

#include "member/monthly.h"
#include "member_fixture.h"

/* Adds a line of $1.00, known on its day, and returns its number. Call it in order of the days. */
static inline size_t add_line(struct member *m, const char *day, int procedure, uint32_t bill,
                              uint32_t treat)
{
    size_t i = m->lines++;
    assert_true(i < LINES_MAX);
    m->service_date[i] = m->known_from[i] = (uint16_t)day_of(day);
    m->service[i] = INCLUDED;
    m->procedure[i] = (uint16_t)procedure;
    m->amount[i] = 100;
    m->billing[i] = bill;
    m->treating[i] = treat;
    return i;
}

static inline void add_span(struct member *m, const char *from, const char *to,
                            enum ihp__major_program program, enum ihp__exclusion exclusion)
{
    assert_true(m->spans < SPANS_MAX);
    m->span[m->spans++] = span_of(from, to, program, 0, exclusion);
}

/* Makes rules of `months` months from `first` on, all under the first roster, for claims known by
 * `cutoff`. */
static inline void make_rules(struct ihp__monthly_rules *rules, const char *first, int months,
                              const char *cutoff, const struct ihp__policies *policies)
{
    ihp__monthly_rules_init(rules, month_of(first), months, day_of(cutoff), policies);
    for (int month = 0; month < months; month++) {
        rules->month[month].roster = &roster[0];
        rules->month[month].inclusion = inclusion;
        rules->month[month].code_sets = code_sets;
        rules->month[month].partnerships = IHPS;
    }
}

/* Takes all lines of a member from line `first` on, `piece` at a time, and finishes the member. */
static inline void take_lines(struct ihp__monthly_state *state, const struct member *m,
                              const struct ihp__claims *claims, size_t first, size_t piece,
                              struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX])
{
    for (size_t i = first; i < m->lines; i += piece) {
        size_t end = i + piece < m->lines ? i + piece : m->lines;
        assert_true(ihp__monthly_lines(state, claims, i, end));
    }
    assert_true(ihp__monthly_finish(state, NULL, 0, 7, fact));
}

/* Takes a member line by line. Returns false if the member is in the population of no month. */
static inline bool plainly(struct ihp__monthly_state *state, const struct member *m, size_t piece,
                           struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX])
{
    const struct ihp__claims claims = claims_of(m);
    bool any = ihp__monthly_begin(state, m->span, m->spans, lifetime(m));
    take_lines(state, m, &claims, 0, piece, fact);
    return any;
}

/* Takes a member through the rows of an index, and its lines from line `first` on. */
static inline void indexed(struct ihp__monthly_state *state, const struct member *m, size_t first,
                           size_t piece, struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX])
{
    struct coded_rows coded;
    const struct ihp__index_rows rows = index_rows_of(m, &coded);
    const struct ihp__claims claims = claims_of(m);
    ihp__monthly_begin(state, m->span, m->spans, lifetime(m));
    assert_true(ihp__monthly_rows(state, &rows, 0, rows.count));
    take_lines(state, m, &claims, first, piece, fact);
}

#endif
