/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly_fixture.h - members, rosters and rules for the tests of attribution month by month, and
 * the two ways through a member: line by line, and by the rows that a store's index would have. */
#ifndef IHP_TEST_MONTHLY_FIXTURE_H
#define IHP_TEST_MONTHLY_FIXTURE_H

#include "build.h"
#include "member/monthly.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { IHPS = 3, NPIS = 10, PROCEDURES = 4, LINES_MAX = 60, SPANS_MAX = 5 };
enum { INCLUDED = 43, EXCLUDED = 44, UNKNOWN = 45 };
enum { PLAIN, EM, HOME, OTHER }; /* procedures by number */

/* In the first roster IHP 0 is all-in with billing NPI 1; 1 and 2 share billing NPI 2 and have
 * treating NPIs of their own. In the second NPI 1 is IHP 1's alone. NPIs 8 and 9 are on none. */
static uint32_t billing_offset[NPIS + 1] = {0, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3};
static struct ihp__roster_entry billing[2][3] = {{{0, 0}, {1, 0}, {2, 0}},
                                                 {{1, 0}, {1, 0}, {2, 0}}};
static uint32_t treating_offset[NPIS + 1] = {0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4};
static struct ihp__roster_entry treating[] = {
    {1, IHP__PROVIDER_PCP}, {1, IHP__PROVIDER_SPE}, {2, IHP__PROVIDER_PCP}, {2, IHP__PROVIDER_SPE}};
static uint8_t nppes_class[NPIS] = {
    [3] = IHP__PROVIDER_SPE, [7] = IHP__PROVIDER_PCP, [8] = IHP__PROVIDER_PCP};
static bool all_in[IHPS] = {true, false, false};
static int16_t owner[2][NPIS] = {
    {-1, 0, IHP__OWNER_DEPENDS, -1, -1, -1, -1, -1, -1, -1},
    {-1, IHP__OWNER_DEPENDS, IHP__OWNER_DEPENDS, -1, -1, -1, -1, -1, -1, -1}};
static const struct ihp__roster_index roster[2] = {
    {NPIS, billing_offset, treating_offset, billing[0], treating, nppes_class, all_in, owner[0]},
    {NPIS, billing_offset, treating_offset, billing[1], treating, nppes_class, all_in, owner[1]}};

static const uint8_t code_sets[PROCEDURES] = {0, IHP__CODE_EM, IHP__CODE_HEALTH_HOME, 0};
static uint8_t inclusion[IHP__SERVICES] = {
    [INCLUDED] = IHP__SERVICE_INCLUDED, [EXCLUDED] = IHP__SERVICE_EXCLUDED};

/* ---- members --------------------------------------------------------------------------------- */

struct member {
    uint16_t service_date[LINES_MAX], known_from[LINES_MAX], service[LINES_MAX],
        procedure[LINES_MAX];
    int32_t amount[LINES_MAX];
    uint32_t billing[LINES_MAX], treating[LINES_MAX];
    size_t lines;
    struct ihp__span span[SPANS_MAX];
    size_t spans;
};

static inline struct ihp__claims claims_of(const struct member *m)
{
    return (struct ihp__claims){.count = m->lines,
                                .service_date = m->service_date,
                                .known_from = m->known_from,
                                .service = m->service,
                                .procedure = m->procedure,
                                .amount32 = m->amount,
                                .billing = m->billing,
                                .treating = m->treating};
}

/* Adds a line of 1.00, known at once; lines come in order of their days. Returns it. */
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

/* Rules of `months` months from `first` on, all under the first roster, claims known by `cutoff`.
 */
static inline void make_rules(struct ihp__monthly_rules *rules, const char *first, int months,
                              const char *cutoff, const struct ihp__policies *policies)
{
    ihp__monthly_rules_init(rules, month_of(first), months, day_of(cutoff), policies);
    for (int k = 0; k < months; k++) {
        rules->month[k].roster = &roster[0];
        rules->month[k].inclusion = inclusion;
        rules->month[k].code_sets = code_sets;
        rules->month[k].partnerships = IHPS;
    }
}

/* Line by line, in pieces. False when no month has the member in its population. */
static inline bool plainly(struct ihp__monthly_state *state, const struct member *m, size_t piece,
                           struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX])
{
    const struct ihp__claims claims = claims_of(m);
    bool any = ihp__monthly_begin(state, m->span, m->spans);
    for (size_t i = 0; i < m->lines; i += piece) {
        assert_true(
            ihp__monthly_lines(state, &claims, i, i + piece < m->lines ? i + piece : m->lines));
    }
    assert_true(ihp__monthly_finish(state, NULL, 0, 7, fact));
    return any;
}

/* By way of the rows that a store's index would have, and the lines from line `first` on. */
static inline void indexed(struct ihp__monthly_state *state, const struct member *m, size_t first,
                           size_t piece, struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX])
{
    struct member coded = {0};
    struct ihp__claims claims = claims_of(m);
    claims.procedure = NULL; /* not read then */
    for (size_t i = 0; i < m->lines; i++) {
        if (m->procedure[i] != PLAIN) { /* the index may hold codes that do not count */
            coded.service_date[coded.lines] = m->service_date[i];
            coded.known_from[coded.lines] = m->known_from[i];
            coded.procedure[coded.lines] = m->procedure[i];
            coded.billing[coded.lines] = m->billing[i];
            coded.treating[coded.lines++] = m->treating[i];
        }
    }
    const struct ihp__index_rows rows = {0,
                                         coded.lines,
                                         coded.service_date,
                                         coded.known_from,
                                         coded.procedure,
                                         coded.billing,
                                         coded.treating};
    ihp__monthly_begin(state, m->span, m->spans);
    ihp__monthly_rows(state, &rows, 0, coded.lines);
    for (size_t i = first; i < m->lines; i += piece) {
        assert_true(
            ihp__monthly_lines(state, &claims, i, i + piece < m->lines ? i + piece : m->lines));
    }
    assert_true(ihp__monthly_finish(state, NULL, 0, 7, fact));
}

#endif
