/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settlement_fixture.h - the sums of two IHPs, worked out by hand, and their settlement. */
#ifndef IHP_TEST_SETTLEMENT_FIXTURE_H
#define IHP_TEST_SETTLEMENT_FIXTURE_H

#include "build.h"
#include "finance/finance.h"

/* ---- two IHPs, two categories, two caps, two payers ------------------------------------------ */

enum { EAST, WEST, IHPS };
enum { LIGHT, HEAVY, ACGS };
enum { NO_CAP, CAPPED, CAPS };
enum { FFS, MCO, PAYERS };

static const char *const acg_text[ACGS] = {"0100", "4100"};
static const int64_t caps[CAPS] = {0, 5000000};
static const size_t cap_of[IHPS] = {NO_CAP, CAPPED};
static const struct ihp__corridor table_2[] = {
    {-1, 0.90, 0.98, 0.5}, {-1, 0.98, 1.00, 0.5}, {-1, 1.00, 1.02, 0.5}, {-1, 1.02, 1.10, 0.5}};

struct fixture {
    struct ihp__tally *tally;
    struct ihp__period_tally *base, *performance;
    struct ihp__partnership ihp[IHPS];
    struct ihp__corridor corridor[8];
    struct ihp__trend trend[1];
    struct ihp__program program;
    struct ihp__deck deck;
    struct ihp__finance finance;
    struct ihp_notices notices;
    struct ihp_error err;
};

static inline void put(int64_t *to, int64_t first, int64_t second)
{
    to[0] = first;
    to[1] = second;
}

/* Sets up the sums of the worked example.
 *
 * Eligible population in the base year: 100 and 50 months. Without a cap the cost is $10,000 and
 * $20,000, that is $100 and $400 a month, and $200 for both: weights 0.5 and 2. Capped it is
 * $10,000 and $12,500, that is $100 and $250, and $150 for both: weights 2/3 and 5/3. Eligible
 * population in the performance year: 80 and 120 months. Without a cap the cost is $9,600 and
 * $50,400, that is $120 and $420, and $300 for both: weights 0.4 and 1.4. Capped it is $9,600 and
 * $38,400, that is $120 and $320, and $240 for both: weights 1/2 and 4/3.
 *
 * EAST: base 30 + 10 months, risk (15 + 20) / 40 = 0.875, $7,000: PMPM $175. Performance 20 + 30
 * months, risk (8 + 42) / 50 = 1. Trend 1.03 x 0.996 = 1.02588: target $179.529, adjusted target
 * $179.529 / 0.875 = $205.176. Cost $9,232.92: PMPM $184.6584, which is 0.9 of the adjusted target.
 * WEST: base 12 + 24 months, risk (8 + 40) / 36 = 4/3, $5,400: PMPM $150. Performance 36 + 12
 * months, risk (18 + 16) / 48 = 17/24. Target $153.882, adjusted target $153.882 x 17/32 =
 * $81.7498125. Cost $4,120.19; the adjusted target for 48 months is $3,923.991: losses of $196.199.
 */
static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    const struct ihp__tally_shape shape = {.partnerships = IHPS,
                                           .acgs = ACGS,
                                           .payers = PAYERS,
                                           .caps = CAPS,
                                           .cap = caps,
                                           .cap_of = cap_of};
    assert_int_equal(ihp__tally_create(&shape, &f->tally, &f->err), IHP_OK);
    struct ihp__period_tally *base = f->base = &f->tally->period[IHP__BASE];
    struct ihp__period_tally *performance = f->performance = &f->tally->period[IHP__PERFORMANCE];
    put(base->eligible_months, 100, 50);
    put(base->eligible_capped + NO_CAP * ACGS, 1000000, 2000000);
    put(base->eligible_capped + CAPPED * ACGS, 1000000, 1250000);
    put(performance->eligible_months, 80, 120);
    put(performance->eligible_capped + NO_CAP * ACGS, 960000, 5040000);
    put(performance->eligible_capped + CAPPED * ACGS, 960000, 3840000);
    put(base->members, 4, 3);
    put(base->months, 40, 36);
    put(base->capped, 700000, 540000);
    put(base->acg_months + EAST * ACGS, 30, 10);
    put(base->acg_months + WEST * ACGS, 12, 24);
    put(base->acg_members + EAST * ACGS, 3, 1);
    put(base->acg_members + WEST * ACGS, 1, 2);
    put(performance->members, 5, 4);
    put(performance->months, 50, 48);
    put(performance->capped, 923292, 412019);
    put(performance->acg_months + EAST * ACGS, 20, 30);
    put(performance->acg_months + WEST * ACGS, 36, 12);
    put(performance->acg_members + EAST * ACGS, 2, 3);
    put(performance->acg_members + WEST * ACGS, 3, 1);
    put(performance->payer_months + EAST * PAYERS, 20, 30);
    put(performance->payer_months + WEST * PAYERS, 7, 41);
    f->ihp[EAST] = (struct ihp__partnership){.id = "EAST", .track = 2};
    f->ihp[WEST] = (struct ihp__partnership){.id = "WEST", .track = 2, .claims_cap = 5000000};
    memcpy(f->corridor, table_2, sizeof table_2);
    f->trend[0] = (struct ihp__trend){2025, 0.03, -0.004};
    static char folder[] = "program";
    f->program = (struct ihp__program){.folder = folder,
                                       .partnership = f->ihp,
                                       .partnerships = IHPS,
                                       .corridor = f->corridor,
                                       .corridors = 4,
                                       .trend = f->trend,
                                       .trends = 1};
    f->deck = (struct ihp__deck){.settlement = IHP__FINAL,
                                 .base = {.year = 2024},
                                 .performance = {.year = 2025},
                                 .threshold = 0.02,
                                 .quality_share = 0.5,
                                 .policies = usual_policies()};
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    ihp__finance_free(&f->finance);
    ihp__tally_destroy(&f->tally);
    ihp_notices_clear(&f->notices);
    free(f);
    return 0;
}

/* Settles, and returns the settlement of an IHP. */
static inline const struct ihp__settlement *settle(struct fixture *f, int ihp)
{
    ihp__finance_free(&f->finance);
    if (ihp__finance_settle(f->tally, &f->program, &f->deck, acg_text, &f->finance, &f->notices,
                            &f->err) != IHP_OK) {
        fail_msg("%s", f->err.text);
    }
    return &f->finance.settlement[ihp];
}

/* Settles EAST with one risk category, a target of $420 PMPM over 1,000 months, that is $420,000,
 * and `cost` in cents. */
static inline const struct ihp__settlement *settle_at(struct fixture *f, int64_t cost)
{
    put(f->base->acg_months + EAST * ACGS, 1200, 0);
    put(f->performance->acg_months + EAST * ACGS, 1000, 0);
    put(f->base->eligible_months, 5000, 0);
    put(f->base->eligible_capped, 123456789, 0);
    put(f->performance->eligible_months, 4000, 0);
    put(f->performance->eligible_capped, 98765432, 0);
    f->base->months[EAST] = 1200;
    f->base->capped[EAST] = 48000000; /* $400 */
    f->performance->months[EAST] = 1000;
    f->performance->capped[EAST] = cost;
    f->trend[0] = (struct ihp__trend){2025, 0.05, 0.0};
    return settle(f, EAST);
}

#endif
