/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_fixture.h - rosters, tables and members with claim lines, for tests that take a member
 * both line by line and through the rows that a store's index would have. */
#ifndef IHP_TEST_MEMBER_FIXTURE_H
#define IHP_TEST_MEMBER_FIXTURE_H

#include "build.h"
#include "member/member.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { IHPS = 3, NPIS = 10, PROCEDURES = 4, LINES_MAX = 60, SPANS_MAX = 5 };
enum { INCLUDED = 43, EXCLUDED = 44, UNKNOWN = 45 };
enum { DRUG = IHP__SERVICE_CLASS_PHARMACY * IHP__CATEGORIES + 30 };
enum { PLAIN, EM, HOME, OTHER }; /* procedures by number */

/* On the first roster IHP 0 is all-in with billing NPI 1; IHPs 1 and 2 share billing NPI 2 and have
 * treating NPIs of their own. On the second roster NPI 1 belongs to IHP 1 only. NPIs 8 and 9 are on
 * neither. */
static uint32_t billing_offset[NPIS + 1] = {0, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3};
static struct ihp__roster_entry billing[2][3] = {{{0, 0}, {1, 0}, {2, 0}},
                                                 {{1, 0}, {1, 0}, {2, 0}}};
static uint32_t treating_offset[NPIS + 1] = {0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4};
static struct ihp__roster_entry treating[] = {
    {1, IHP__PROVIDER_PCP}, {1, IHP__PROVIDER_SPE}, {2, IHP__PROVIDER_PCP}, {2, IHP__PROVIDER_SPE}};
static uint8_t nppes_class[NPIS] = {
    [3] = IHP__PROVIDER_SPE, [7] = IHP__PROVIDER_PCP, [8] = IHP__PROVIDER_PCP};
static bool all_in[IHPS] = {true, false, false};
static int16_t owner[2][NPIS] = {{-1, 0, IHP__OWNER_DEPENDS, IHP__OWNER_TREATS, IHP__OWNER_TREATS,
                                  IHP__OWNER_TREATS, IHP__OWNER_TREATS, -1, -1, -1},
                                 {-1, IHP__OWNER_DEPENDS, IHP__OWNER_DEPENDS, IHP__OWNER_TREATS,
                                  IHP__OWNER_TREATS, IHP__OWNER_TREATS, IHP__OWNER_TREATS, -1, -1,
                                  -1}};
static uint8_t on_billing_list[NPIS] = {[1] = 1, [2] = 1};
static const struct ihp__roster_index roster[2] = {
    {NPIS, billing_offset, treating_offset, billing[0], treating, nppes_class, all_in, owner[0],
     on_billing_list, NULL, NULL, NULL, 0},
    {NPIS, billing_offset, treating_offset, billing[1], treating, nppes_class, all_in, owner[1],
     on_billing_list, NULL, NULL, NULL, 0}};

static const uint8_t code_sets[PROCEDURES] = {0, IHP__CODE_EM, IHP__CODE_HEALTH_HOME, 0};
static uint8_t inclusion[IHP__SERVICE_BYTES] = {[INCLUDED] = IHP__SERVICE_INCLUDED,
                                                [DRUG] = IHP__SERVICE_INCLUDED,
                                                [EXCLUDED] = IHP__SERVICE_EXCLUDED};

/* ---- members --------------------------------------------------------------------------------- */

struct member {
    uint16_t service_date[LINES_MAX], known_from[LINES_MAX], service[LINES_MAX],
        procedure[LINES_MAX];
    int32_t amount[LINES_MAX];
    uint32_t billing[LINES_MAX], treating[LINES_MAX];
    uint16_t void_date[LINES_MAX];
    bool voids; /* the store has void dates */
    size_t lines;
    struct ihp__span span[SPANS_MAX];
    size_t spans;
    bool born, died; /* within reach of the spans */
    int32_t month_of_birth, month_of_death;
    struct ihp__override_value override_[IHP__PERIODS];
};

/* The lifetime of a member who lives through all months. */
static const struct ihp__lifetime always = {0, IHP__NO_DEATH};

static inline struct ihp__lifetime lifetime(const struct member *m)
{
    return (struct ihp__lifetime){m->born ? m->month_of_birth : always.born,
                                  m->died ? m->month_of_death : always.died};
}

static inline struct ihp__claims claims_of(const struct member *m)
{
    return (struct ihp__claims){.count = m->lines,
                                .service_date = m->service_date,
                                .known_from = m->known_from,
                                .service = m->service,
                                .procedure = m->procedure,
                                .amount32 = m->amount,
                                .billing = m->billing,
                                .treating = m->treating,
                                .void_date = m->voids ? m->void_date : NULL};
}

/* The rows that a store's index would have of a member. */
struct coded_rows {
    uint16_t service_date[LINES_MAX], known_from[LINES_MAX], procedure[LINES_MAX];
    uint32_t billing[LINES_MAX], treating[LINES_MAX];
    uint8_t negative[LINES_MAX];
    uint16_t void_date[LINES_MAX];
};

/* Copies the member's lines with codes into `coded` and returns them as rows of an index. */
static inline struct ihp__index_rows index_rows_of(const struct member *m, struct coded_rows *coded)
{
    size_t count = 0;
    for (size_t i = 0; i < m->lines; i++) {
        if (m->procedure[i] != PLAIN) { /* an index may also have codes that do not count */
            coded->service_date[count] = m->service_date[i];
            coded->known_from[count] = m->known_from[i];
            coded->procedure[count] = m->procedure[i];
            coded->negative[count] = m->amount[i] < 0;
            coded->void_date[count] = m->void_date[i];
            coded->billing[count] = m->billing[i];
            coded->treating[count++] = m->treating[i];
        }
    }
    return (struct ihp__index_rows){.count = count,
                                    .service_date = coded->service_date,
                                    .known_from = coded->known_from,
                                    .procedure = coded->procedure,
                                    .billing = coded->billing,
                                    .treating = coded->treating,
                                    .negative = coded->negative,
                                    .void_date = m->voids ? coded->void_date : NULL};
}

/* Gives some members void dates, about some day, and some a month of birth or of death. */
static inline void draw_life(struct random_draws *draws, struct member *m, const char *day,
                             const char *month)
{
    m->voids = random_below(draws, 3) == 0;
    for (size_t i = 0; i < m->lines; i++) {
        uint32_t when = random_below(draws, 3);
        m->void_date[i] = when == 0 ? IHP__NEVER_VOID
                          : when == 1
                              ? (uint16_t)(day_of(day) + (int32_t)random_below(draws, 3) - 1)
                              : (uint16_t)(day_of(day) + (int32_t)random_below(draws, 800) - 400);
    }
    m->died = random_below(draws, 4) == 0;
    m->month_of_death = month_of(month) + (int32_t)random_below(draws, 24);
    m->born = random_below(draws, 6) == 0;
    m->month_of_birth = month_of(month) - 12 + (int32_t)random_below(draws, 24);
}

/* ---- random policies and lines --------------------------------------------------------------- */

static inline void draw_policies(struct random_draws *draws, struct ihp__policies *policies)
{
    static const int lookback[] = {0, 6, 12, 24};
    *policies = usual_policies();
    policies->claims.msc_plus_excluded = (int)random_below(draws, 2);
    policies->claims.exclusion_scope = (int)random_below(draws, 2);
    policies->claims.before_birth = (int)random_below(draws, 2);
    policies->claims.non_ihp_unit = (int)random_below(draws, 2);
    policies->claims.off_roster_unit = (int)random_below(draws, 2);
    policies->claims.count_unit = (int)random_below(draws, 2);
    policies->claims.reversals = random_below(draws, 3) == 0;
    policies->decision.visit_gate = (int)random_below(draws, 2);
    policies->decision.primary_care_elsewhere = (int)random_below(draws, 2);
    policies->decision.specialty_elsewhere = (int)random_below(draws, 2);
    policies->decision.health_home_elsewhere = (int)random_below(draws, 2);
    policies->decision.primary_care_rival = (int)random_below(draws, 2);
    policies->decision.specialty_equal = (int)random_below(draws, 3);
    policies->decision.tie_with_elsewhere = (int)random_below(draws, 2);
    policies->decision.unresolved_tie = (int)random_below(draws, 2);
    policies->decision.lookback_when = (int)random_below(draws, 2);
    policies->claims.gate_lines = random_below(draws, 2) == 0 ? 0 : (int)random_below(draws, 3);
    policies->decision.gate_window = random_below(draws, 2) == 0 ? 0 : (int)random_below(draws, 2);
    policies->decision.weights_population = (int)random_below(draws, 2);
    policies->claims.cost_months = (int)random_below(draws, 2);
    policies->claims.lookback_months = lookback[random_below(draws, 4)];
    policies->decision.min_total_months = random_below(draws, 3) == 0 ? 0 : 9;
    policies->decision.min_continuous_months = policies->decision.min_total_months == 0 ? 0 : 6;
}

static inline int by_day(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Draws `lines` lines whose days `draw_day` draws, known on their day. The caller sets procedures.
 */
static inline void draw_lines(struct random_draws *draws, struct member *m, size_t lines,
                              uint16_t (*draw_day)(struct random_draws *draws))
{
    static const uint16_t services[] = {INCLUDED, INCLUDED, EXCLUDED, UNKNOWN, DRUG, DRUG};
    static const uint32_t bills[] = {0, 1, 2, 8, 9}, treats[] = {0, 3, 4, 5, 6, 7, 8};
    m->lines = lines;
    for (size_t i = 0; i < lines; i++) {
        m->service_date[i] = draw_day(draws);
    }
    qsort(m->service_date, lines, sizeof m->service_date[0], by_day);
    for (size_t i = 0; i < lines; i++) {
        m->known_from[i] = m->service_date[i];
        m->service[i] = services[random_below(draws, COUNT(services))];
        m->amount[i] = (int32_t)random_below(draws, 100000) - 20000;
        m->billing[i] = bills[random_below(draws, COUNT(bills))];
        m->treating[i] = treats[random_below(draws, COUNT(treats))];
    }
}

/* Turns some lines, whose procedures have been set, into further lines of the key of the line
 * before, often with a negative amount. */
static inline void draw_reversals(struct random_draws *draws, struct member *m)
{
    for (size_t i = 1; i < m->lines; i++) {
        if (random_below(draws, 3) != 0) {
            continue;
        }
        m->service_date[i] = m->service_date[i - 1];
        m->procedure[i] = m->procedure[i - 1];
        m->billing[i] = m->billing[i - 1];
        m->treating[i] = m->treating[i - 1];
        m->amount[i] = random_below(draws, 4) == 0 ? 0 : -m->amount[i];
    }
}

#endif
