/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking one member at a time: months, lines, decision, facts. */
#include "member_state.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Decisions of a period that are kept to find later decisions that must be the same. */
enum { IHP__ASKED_KEPT = 32 };

enum { MONTHS = 12, EVERY_MONTH = 0xFFF };

/* Finds the months in which all periods lie, if these are few enough to be found together. */
static void set_horizon(struct ihp__member_state *state)
{
    int64_t first = state->rules[0].first_month, last = first;
    for (size_t r = 1; r < state->count; r++) {
        int32_t month = state->rules[r].first_month;
        first = month < first ? month : first;
        last = month > last ? month : last;
    }
    state->horizon_first = (int32_t)first;
    state->horizon_months =
        last + MONTHS - first <= IHP__HORIZON_MOST ? (int)(last + MONTHS - first) : 0;
}

/* Notes which sets of months are enough under some decision: one bit for each set, in words of 64.
 * A look at it takes less than to count months for every member. */
static void note_enough(const struct ihp__period_rules *rules, uint64_t enough[IHP__MONTH_SETS])
{
    for (unsigned months = 0; months <= EVERY_MONTH; months++) {
        bool any = false;
        for (size_t d = 0; d < (rules->one_enrollment ? 1 : rules->decisions); d++) {
            any = any || ihp__months_enough((uint16_t)months, &rules->decision[d]);
        }
        enough[months / 64] |= (uint64_t)any << (months % 64);
    }
}

struct ihp__member_state *ihp__member_state_create(const struct ihp__period_rules *rules,
                                                   size_t count)
{
    struct ihp__member_state *state = calloc(1, sizeof *state + count * sizeof *state->period);
    if (state == NULL) {
        return NULL;
    }
    state->rules = rules;
    state->count = count;
    state->visited_words = (rules[0].partnerships + 63) / 64;
    set_horizon(state);
    for (size_t r = 0; r < count; r++) {
        note_enough(&rules[r], state->period[r].enough_months);
        state->period[r].visited = calloc(state->visited_words + 1, sizeof(uint64_t));
        if (state->period[r].visited == NULL) {
            ihp__member_state_destroy(&state);
            return NULL;
        }
    }
    return state;
}

void ihp__member_state_destroy(struct ihp__member_state **state)
{
    if (state == NULL || *state == NULL) {
        return;
    }
    for (size_t r = 0; r < (*state)->count; r++) {
        struct ihp__period_state *period = &(*state)->period[r];
        ihp__counts_free(&period->counts[0]);
        ihp__counts_free(&period->counts[1]);
        ihp__net_day_free(&period->day);
        free(period->visited);
    }
    free((*state)->spare.line);
    for (int period = 0; period < IHP__PERIODS; period++) {
        ihp__net_space_free(&(*state)->netted[period].space);
    }
    free(*state);
    *state = NULL;
}

/* Empties what lines add to attribution. */
static void begin_counts(const struct ihp__member_state *state, struct ihp__period_state *period)
{
    ihp__counts_reset(&period->counts[0]);
    ihp__counts_reset(&period->counts[1]);
    if (period->any_visit) {
        memset(period->visited, 0, state->visited_words * sizeof *period->visited);
    }
    period->any_visit = false;
    period->visited_before = false;
    period->day.lines = 0;
    period->day.negative = false;
    period->unclear = false;
}

void ihp__member_begin(struct ihp__member_state *state, const struct ihp__span *span, size_t spans,
                       struct ihp__lifetime life)
{
    struct ihp__span_months seen;
    state->span = span;
    state->spans = spans;
    if (state->horizon_months > 0) {
        ihp__months_of_spans(span, spans, state->horizon_first, state->horizon_months, &seen);
    }
    for (size_t r = 0; r < state->count; r++) {
        const struct ihp__period_rules *rules = &state->rules[r];
        struct ihp__period_state *period = &state->period[r];
        const struct ihp__month_range range = {rules->first_month, rules->last_begun, life};
        if (state->horizon_months == 0) {
            ihp__months_of_spans(span, spans, rules->first_month, MONTHS, &seen);
        }
        int place = state->horizon_months == 0 ? 0 : rules->first_month - state->horizon_first;
        ihp__months_of_window(&seen, place, range, rules->policies, &period->months);
        const unsigned months = period->months.qualifying;
        period->enough = (period->enough_months[months / 64] >> (months % 64) & 1) != 0;
        begin_counts(state, period);
        period->cost = 0;
        period->part2 = 0;
        period->lines = 0;
        period->affected = 0;
    }
}

void ihp__member_reside(struct ihp__member_state *state, const struct ihp__span *span, size_t spans,
                        uint32_t county)
{
    bool found = false; /* readings of a period agree on the county of a qualifying month */
    uint16_t by_span = 0, by_own = 0;
    for (size_t r = 0; r < state->count; r++) {
        const struct ihp__period_rules *rules = &state->rules[r];
        struct ihp__period_state *period = &state->period[r];
        if (rules->affected_counties == 0) {
            continue;
        }
        if (!found) {
            uint32_t lived[12];
            ihp__months_county(span, spans, rules->first_month, EVERY_MONTH, county, lived);
            by_span = ihp__months_affected(lived, rules->affected, rules->affected_counties);
            ihp__months_county(span, spans, rules->first_month, 0, county, lived);
            by_own = ihp__months_affected(lived, rules->affected, rules->affected_counties);
            found = true;
        }
        period->affected = (uint16_t)((by_span & period->months.qualifying) |
                                      (by_own & ~(unsigned)period->months.qualifying));
    }
}

/* Counts a line, which may open the gate too. Returns false if memory is short. */
static bool count_line(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                       const struct ihp__line *line, ihp__day16 day, uint32_t treating,
                       unsigned service)
{
    if (line->partnership >= 0 && ihp__line_opens_gate(rules->policies, line->sets, service)) {
        if (line->window == 1) {
            ihp__period_mark_visit(period, line->partnership);
        } else {
            period->visited_before = true;
        }
    }
    return line->sets == 0 ||
           ihp__counts_add(&period->counts[line->window - 1], line, day, treating,
                           rules->policies->count_unit == IHP__COUNT_VISIT);
}

/* Nets the lines of a day and counts those that are left. Returns false if memory is short. */
static bool end_day(const struct ihp__period_rules *rules, struct ihp__period_state *period)
{
    struct ihp__net_day *day = &period->day;
    bool done = true;
    ihp__net_day_settle(day);
    for (size_t n = 0; n < day->lines && done; n++) {
        const struct ihp__net_line *l = &day->line[n];
        done = count_line(rules, period, &l->line, period->day_of, l->treating, l->service);
    }
    day->lines = 0;
    return done;
}

/* Takes a line to attribution: counts it, or keeps it until its day is complete. Lines of one key
 * are all of the same use to attribution, or of none. Returns false if memory is short. */
static bool attribute_line(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                           const struct ihp__claims *claims, size_t i, const struct ihp__line *line)
{
    ihp__day16 day = claims->service_date[i];
    if (line->partnership < 0 && line->sets == 0) {
        return true;
    }
    if (rules->policies->reversals == IHP__REVERSALS_COUNT) {
        return count_line(rules, period, line, day, claims->treating[i], claims->service[i]);
    }
    if (period->day.lines > 0 && period->day_of != day && !end_day(rules, period)) {
        return false;
    }
    const struct ihp__net_line net = {.billing = claims->billing[i],
                                      .treating = claims->treating[i],
                                      .procedure = claims->procedure[i],
                                      .service = claims->service[i],
                                      .negative = ihp__claim_amount(claims, i) < 0,
                                      .line = *line};
    period->day_of = day;
    return ihp__net_day_add(&period->day, &net);
}

/* Takes a line for one of the rules. `sums` is NULL for readings whose lines are not summed.
 * Returns false if memory is short. */
static bool take_line(struct ihp__member_state *state, size_t r, const struct ihp__claims *claims,
                      size_t i, struct ihp__line_sums *sums)
{
    const struct ihp__period_rules *rules = &state->rules[r];
    struct ihp__period_state *period = &state->period[r];
    struct ihp__line line = ihp__line_judge(rules, period->months.qualifying, claims, i);
    int64_t amount = ihp__claim_amount(claims, i);
    if (sums != NULL) {
        sums->lines[r][line.disposition]++;
        sums->amount[r][line.disposition] += amount;
        sums->unknown_lines[r][claims->service[i]] +=
            line.disposition == IHP__DISPOSITION_CATEGORY_UNKNOWN;
    }
    if (line.disposition == IHP__DISPOSITION_COUNTED) {
        period->cost += amount;
        period->lines++;
        if (rules->part2_service != NULL && (rules->part2_service[claims->service[i]] |
                                             rules->part2_procedure[claims->procedure[i]]) != 0) {
            period->part2 += amount;
        }
    }
    return attribute_line(rules, period, claims, i, &line);
}

bool ihp__member_lines(struct ihp__member_state *state, const struct ihp__claims *claims,
                       size_t first, size_t end, struct ihp__line_sums *sums)
{
    for (size_t i = first; i < end; i++) {
        sums->store_lines++;
        sums->store_amount += ihp__claim_amount(claims, i);
        for (size_t r = 0; r < state->count; r++) {
            if (!take_line(state, r, claims, i, r < IHP__PERIODS ? sums : NULL)) {
                return false;
            }
        }
    }
    return true;
}

bool ihp__member_unclear(const struct ihp__member_state *state)
{
    bool unclear = false;
    for (size_t r = 0; r < state->count; r++) {
        unclear |= state->period[r].unclear;
    }
    return unclear;
}

bool ihp__member_attribute(struct ihp__member_state *state, const struct ihp__claims *claims,
                           size_t first, size_t end)
{
    for (size_t r = 0; r < state->count; r++) {
        const struct ihp__period_rules *rules = &state->rules[r];
        struct ihp__period_state *period = &state->period[r];
        if (!period->unclear) {
            continue;
        }
        begin_counts(state, period);
        for (size_t i = first; i < end; i++) {
            struct ihp__line line = ihp__line_judge(rules, period->months.qualifying, claims, i);
            if (!attribute_line(rules, period, claims, i, &line)) {
                return false;
            }
        }
    }
    return true;
}

uint16_t ihp__morbidity_of_year(const struct ihp__morbidity *morbidity, size_t rows, int year,
                                uint16_t none_acg)
{
    unsigned acg = none_acg;
    for (size_t i = rows; i > 0; i--) { /* the first row of the year; without a branch */
        const unsigned same = -(unsigned)(morbidity[i - 1].year == year);
        acg = (morbidity[i - 1].acg & same) | (acg & ~same);
    }
    return (uint16_t)acg;
}

/* Returns an earlier decision that read no policy in which decision `d` differs, so that both are
 * the same; `d` if there is none. For most members few policies are read, so that the first
 * decision is enough for nearly all. */
static size_t same_as(const struct ihp__period_rules *rules, const unsigned *asked, size_t d)
{
    for (size_t e = 0; e < d && e < IHP__ASKED_KEPT; e++) {
        if (asked[e] != UINT_MAX &&
            (asked[e] & ihp__policies_differ(&rules->decision[e], &rules->decision[d])) == 0) {
            return e;
        }
    }
    return d;
}

/* Sets whether a member is in the eligible population, of which `enough` says if it is enrolled
 * long enough, and in the part of it of which risk weights are computed under the policies. That is
 * the member's own gate, also where an override decides on the attribution [16.4.1.2]. */
static void set_populations(const struct ihp__attribution_input *input, bool enough,
                            const struct ihp__decision_policies *policies,
                            struct ihp__member_fact *fact)
{
    int reason = fact->reason;
    fact->enough = enough;
    fact->weighs = enough;
    if (!enough || policies->weights_population != IHP__WEIGHS_GATE) {
        return;
    }
    if (input->has_override) {
        struct ihp__attribution_input alone = *input;
        alone.has_override = false;
        reason = (int)ihp__attribution_decide(&alone, policies, NULL).reason;
    }
    fact->weighs = reason != IHP__REASON_NO_VISIT;
}

/* Returns true if a member is enrolled long enough under decision `d` [13.3.2]. */
static bool enough_under(const struct ihp__period_rules *rules,
                         const struct ihp__period_state *period, size_t d)
{
    return rules->one_enrollment
               ? period->enough
               : ihp__months_enough(period->months.qualifying, &rules->decision[d]);
}

/* Returns the inputs of the decision on a period. */
static struct ihp__attribution_input input_of(const struct ihp__period_rules *rules,
                                              const struct ihp__period_state *period,
                                              const struct ihp__override_value *override_)
{
    return (struct ihp__attribution_input){
        .qualifying = period->months.qualifying,
        .window = &period->counts[0],
        .lookback = &period->counts[1],
        .lookback_months = rules->policies->lookback_months,
        .visited = period->visited,
        .visited_before = period->visited_before,
        .partnerships = rules->partnerships,
        .has_override = override_->given,
        .override_partnership = override_->partnership,
    };
}

/* Sets the numbers of months that would qualify but for a date, which few members have. */
static void set_unusual_months(const struct ihp__months *months, struct ihp__member_fact *fact)
{
    if ((months->not_begun | months->after_death | months->before_birth) != 0) {
        fact->not_begun = (unsigned)ihp__months_count(months->not_begun) & 15u;
        fact->after_death = (unsigned)ihp__months_count(months->after_death) & 15u;
        fact->before_birth = (unsigned)ihp__months_count(months->before_birth) & 15u;
    }
}

/* Returns the decision `d` on a period. Most of those who are not enrolled long enough need no look
 * at their counts [13.3.2]. */
static struct ihp__decision decide(const struct ihp__period_rules *rules,
                                   const struct ihp__period_state *period,
                                   const struct ihp__attribution_input *input, size_t d,
                                   struct ihp__trace *trace)
{
    if (!period->enough && !input->has_override && trace == NULL) {
        return (struct ihp__decision){-1, IHP__REASON_ENROLLMENT, 1, IHP__ASKS_ENROLLMENT};
    }
    return ihp__attribution_decide(input, &rules->decision[d], trace);
}

/* Decides a period's counts under each of its sets of policies. Returns the place after the last
 * fact. */
static struct ihp__member_fact *decide_period(const struct ihp__member_state *state, size_t r,
                                              const struct ihp__override_value *override_,
                                              uint16_t acg, struct ihp__member_fact *fact,
                                              struct ihp__trace *trace)
{
    const struct ihp__period_rules *rules = &state->rules[r];
    const struct ihp__period_state *period = &state->period[r];
    const struct ihp__attribution_input input = input_of(rules, period, override_);
    unsigned
        asked[IHP__ASKED_KEPT]; /* by decision; UINT_MAX if it was copied from an earlier one */
    for (size_t d = 0; d < rules->decisions; d++) {
        size_t same = same_as(rules, asked, d);
        if (same != d) {
            fact[d] = fact[same];
            set_populations(&input, enough_under(rules, period, d), &rules->decision[d], &fact[d]);
            if (d < IHP__ASKED_KEPT) {
                asked[d] = UINT_MAX;
            }
            continue;
        }
        struct ihp__decision decision = decide(rules, period, &input, d, d == 0 ? trace : NULL);
        fact[d] = (struct ihp__member_fact){
            .cost = period->cost,
            .lines = period->lines,
            .qualifying = input.qualifying,
            .acg = acg,
            .partnership = (int16_t)decision.partnership,
            .reason = (uint8_t)decision.reason,
            .window = (uint8_t)decision.window,
            .affected = period->affected,
        };
        if (decision.partnership >= 0) { /* payers matter of no other member */
            ihp__months_payers(state->span, state->spans, rules->first_month, fact[d].payer);
        }
        set_unusual_months(&period->months, &fact[d]);
        set_populations(&input, enough_under(rules, period, d), &rules->decision[d], &fact[d]);
        if (d < IHP__ASKED_KEPT) {
            asked[d] = decision.asked;
        }
    }
    return fact + rules->decisions;
}

bool ihp__member_finish(struct ihp__member_state *state, const struct ihp__morbidity *morbidity,
                        size_t rows, uint16_t none_acg,
                        const struct ihp__override_value override_[IHP__PERIODS],
                        struct ihp__member_fact *fact, struct ihp__trace *trace)
{
    static const struct ihp__override_value none = {false, -1};
    for (size_t r = 0; r < state->count; r++) {
        const struct ihp__period_rules *rules = &state->rules[r];
        struct ihp__period_state *period = &state->period[r];
        if (!end_day(rules, period) || !ihp__counts_finish(&period->counts[0]) ||
            !ihp__counts_finish(&period->counts[1])) {
            return false;
        }
        fact = decide_period(state, r, rules->no_overrides ? &none : &override_[rules->period],
                             ihp__morbidity_of_year(morbidity, rows, rules->acg_year, none_acg),
                             fact, trace == NULL ? NULL : &trace[r]);
    }
    return true;
}

int64_t ihp__member_part2(const struct ihp__member_state *state, enum ihp__period period)
{
    return state->period[period].part2;
}

const struct ihp__months *ihp__member_months(const struct ihp__member_state *state,
                                             enum ihp__period period)
{
    return &state->period[period].months;
}

struct ihp__attribution_input ihp__member_input(const struct ihp__member_state *state,
                                                enum ihp__period period)
{
    static const struct ihp__override_value none = {false, -1};
    return input_of(&state->rules[period], &state->period[period], &none);
}

const struct ihp__counts *ihp__member_counts(const struct ihp__member_state *state,
                                             enum ihp__period period, int window)
{
    return &state->period[period].counts[window - 1];
}

const char *ihp__period_text(enum ihp__period period)
{
    return period == IHP__BASE ? "base" : "performance";
}
