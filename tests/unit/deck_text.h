/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_text.h - decks for tests: a plain final deck of six lines, one of them replaced. */
#ifndef IHP_TEST_DECK_TEXT_H
#define IHP_TEST_DECK_TEXT_H

#include "deck/deck.h"
#include "files.h"

/* Returns what a key acts on, as the documentation calls it. */
static inline const char *acts_on_text(enum ihp__acts_on acts_on)
{
    static const char *const text[] = {"run",     "refusals", "scenarios", "payment", "intervals",
                                       "quality", "money",    "decision",  "claims"};
    return text[acts_on];
}

/* A policy that is not a text: its default, and another value with its number. Written by hand, not
 * made from the rows of policies.h. */
struct policy_case {
    const char *name, *value;
    enum ihp__acts_on acts_on;
    size_t offset; /* in struct ihp__policies */
    int fallback, number;
};

#define POLICY(name, acts_on, fallback, value, number)                                             \
    {                                                                                              \
#name, value, IHP__ACTS_ON_##acts_on,                                                      \
            offsetof(struct ihp__policies, IHP__BY_##acts_on(claims., decision., ) name),          \
            fallback, number                                                                       \
    }
static const struct policy_case policy_case[] = {
    POLICY(msc_plus_excluded, CLAIMS, 1, "false", 0),
    POLICY(exclusion_scope, CLAIMS, IHP__SCOPE_MONTH, "period", IHP__SCOPE_PERIOD),
    POLICY(before_birth, CLAIMS, IHP__BEFORE_BIRTH_COUNT, "never", IHP__BEFORE_BIRTH_NEVER),
    POLICY(min_continuous_months, DECISION, 6, "12", 12),
    POLICY(min_total_months, DECISION, 9, "0", 0),
    POLICY(base_roster, CLAIMS, IHP__BASE_ROSTER_PERFORMANCE, "own", IHP__BASE_ROSTER_OWN),
    POLICY(non_ihp_unit, CLAIMS, IHP__UNIT_BILLING, "treating", IHP__UNIT_TREATING),
    POLICY(off_roster_unit, CLAIMS, IHP__OFF_ROSTER_TREATING, "billing", IHP__OFF_ROSTER_BILLING),
    POLICY(count_unit, CLAIMS, IHP__COUNT_LINE, "visit", IHP__COUNT_VISIT),
    POLICY(reversals, CLAIMS, IHP__REVERSALS_NET, "count", IHP__REVERSALS_COUNT),
    POLICY(visit_gate, DECISION, IHP__GATE_ANY_ROSTER, "attributed_ihp", IHP__GATE_ATTRIBUTED_IHP),
    POLICY(primary_care_elsewhere, DECISION, IHP__ELSEWHERE_STEP3, "blocks", IHP__ELSEWHERE_BLOCKS),
    POLICY(specialty_elsewhere, DECISION, IHP__SPECIALTY_ALL_EM, "specialty",
           IHP__SPECIALTY_SPECIALTY),
    POLICY(health_home_elsewhere, DECISION, IHP__HOME_SINGLE, "pooled", IHP__HOME_POOLED),
    POLICY(primary_care_rival, DECISION, IHP__RIVAL_PRIMARY_CARE, "all_em", IHP__RIVAL_ALL_EM),
    POLICY(specialty_equal, DECISION, IHP__EQUAL_IHP, "latest", IHP__EQUAL_LATEST),
    POLICY(tie_with_elsewhere, DECISION, IHP__TIE_CHOSEN, "any", IHP__TIE_ANY),
    POLICY(unresolved_tie, DECISION, IHP__TIE_UNATTRIBUTED, "lowest_ihp", IHP__TIE_LOWEST_IHP),
    POLICY(lookback_months, CLAIMS, 12, "120", 120),
    POLICY(lookback_when, DECISION, IHP__LOOKBACK_NO_EM, "no_ihp_em", IHP__LOOKBACK_NO_IHP_EM),
    POLICY(gate_lines, CLAIMS, IHP__GATE_LINES_ANY, "em", IHP__GATE_LINES_EM),
    POLICY(gate_window, DECISION, IHP__GATE_WINDOW_PERIOD, "lookback", IHP__GATE_WINDOW_LOOKBACK),
    POLICY(cost_months, CLAIMS, IHP__COST_QUALIFYING, "all", IHP__COST_ALL),
    POLICY(weights_population, DECISION, IHP__WEIGHS_ENROLLED, "gate", IHP__WEIGHS_GATE),
    POLICY(risk_weights, MONEY, IHP__WEIGHTS_OWN, "base", IHP__WEIGHTS_BASE),
    POLICY(pbp_offset_outside, MONEY, IHP__OUTSIDE_NONE, "outermost", IHP__OUTSIDE_OUTERMOST),
    POLICY(pbp_offset_rule, MONEY, IHP__OFFSET_SHARE, "rerun", IHP__OFFSET_RERUN),
    POLICY(quality_on_losses, QUALITY, IHP__LOSSES_AS_WRITTEN, "none", IHP__LOSSES_NONE),
    POLICY(circumstance_rule, QUALITY, IHP__CIRCUMSTANCE_SHARE, "months", IHP__CIRCUMSTANCE_MONTHS),
    POLICY(benchmark_difference, QUALITY, IHP__DIFFERENCE_RELATIVE, "points",
           IHP__DIFFERENCE_POINTS),
    POLICY(not_reporting, QUALITY, IHP__NOT_REPORTING_ACHIEVEMENT, "total",
           IHP__NOT_REPORTING_TOTAL),
    POLICY(absent_category, QUALITY, IHP__ABSENT_ALL, "lost", IHP__ABSENT_LOST),
    POLICY(equity_maintain, QUALITY, IHP__MAINTAIN_TOLERANCE, "strict", IHP__MAINTAIN_STRICT),
    POLICY(equity_drop, QUALITY, IHP__DROP_RELATIVE, "points", IHP__DROP_POINTS),
    POLICY(pbp_months, PAYMENT, IHP__PBP_MONTHS_ELIGIBLE, "attributed", IHP__PBP_MONTHS_ATTRIBUTED),
    POLICY(pbp_percentiles, PAYMENT, IHP__PERCENTILES_POPULATION, "categories",
           IHP__PERCENTILES_CATEGORIES),
    POLICY(bootstrap_weights, INTERVALS, IHP__BOOTSTRAP_FIXED, "refit", IHP__BOOTSTRAP_REFIT),
};
#undef POLICY

enum { POLICY_CASES = sizeof policy_case / sizeof policy_case[0] };

/* A new policy needs a case above, or is a text. */
#define TEXT_CHOICE                                                         0
#define TEXT_BOOLEAN                                                        0
#define TEXT_INTEGER                                                        0
#define TEXT_TEXT                                                           1
#define COUNT_TEXT(name, type, values, fallback, section, meaning, acts_on) +TEXT_##type
#define NO_VALUE(enumerator, text)
static_assert(POLICY_CASES + (IHP__POLICY_LIST(COUNT_TEXT, NO_VALUE)) == IHP__POLICIES,
              "policy_case has every policy that is not a text");
#undef TEXT_CHOICE
#undef TEXT_BOOLEAN
#undef TEXT_INTEGER
#undef TEXT_TEXT
#undef COUNT_TEXT
#undef NO_VALUE

/* Returns where a set of policies has the number of a policy. */
static inline int *policy_number(struct ihp__policies *policies, const struct policy_case *p)
{
    return (int *)((char *)policies + p->offset);
}

enum { DECK_LINES = 6 };

static const char *const deck_line[DECK_LINES] = {
    "store: state.h5",
    "program: contract",
    "output: results/final-2025",
    "settlement: final",
    "base: {year: 2024, paid_through: 2025-12-31}",
    "performance: {year: 2025, paid_through: 2026-12-31}",
};

/* Loads a text as deck "run.yaml" of the test's folder. */
static inline enum ihp_status load_text(const char *text, struct ihp__deck *deck,
                                        struct ihp_error *err)
{
    *err = (struct ihp_error){0};
    write_text(in_folder("run.yaml"), text);
    return ihp__deck_load(in_folder("run.yaml"), deck, err);
}

/* Loads the plain deck with line `line` (from 1) replaced by `text`; 7 adds it at the end. */
static inline enum ihp_status load_with(int line, const char *text, struct ihp__deck *deck,
                                        struct ihp_error *err)
{
    char whole[4000] = "";
    size_t size = 0;
    for (int i = 1; i <= DECK_LINES + 1; i++) {
        const char *here = i == line ? text : i <= DECK_LINES ? deck_line[i - 1] : "";
        size += (size_t)snprintf(whole + size, sizeof whole - size, "%s\n", here);
        assert_true(size < sizeof whole);
    }
    return load_text(whole, deck, err);
}

/* Returns the plain deck with more text behind it, which must load. */
static inline struct ihp__deck loaded(const char *more)
{
    struct ihp__deck deck;
    struct ihp_error err;
    if (load_with(DECK_LINES + 1, more, &deck, &err) != IHP_OK) {
        fail_msg("refused: %s", err.text);
    }
    return deck;
}

/* Checks that the deck is refused with a message that begins "PATH" and `begins` and contains
 * `part`, and that the caller's deck stays as it was. */
static inline void assert_deck_refused(int line, const char *text, const char *begins,
                                       const char *part)
{
    static struct ihp__deck deck, before;
    struct ihp_error err;
    char begin[PATH_BYTES];
    memset(&deck, 'z', sizeof deck);
    before = deck;
    if (load_with(line, text, &deck, &err) == IHP_OK) {
        fail_msg("not refused: %s", text);
    }
    snprintf(begin, sizeof begin, "%s%s", in_folder("run.yaml"), begins);
    assert_error(&err, IHP_ERR_USAGE, begin);
    assert_memory_equal(err.text, begin, strlen(begin));
    assert_error(&err, IHP_ERR_USAGE, part);
    assert_memory_equal(&deck, &before, sizeof deck);
}

/* A text in place of a line, how the message of its refusal begins, and a part of the message. */
struct refusal {
    int line;
    const char *text, *begins, *part;
};

static inline void assert_refusals(const struct refusal *refusal, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_deck_refused(refusal[i].line, refusal[i].text, refusal[i].begins, refusal[i].part);
    }
}
#define ASSERT_REFUSALS(cases) assert_refusals(cases, sizeof cases / sizeof cases[0])

#endif
