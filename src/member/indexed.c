/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking a member's lines through the store's index. The rules are those of line.c and counts.c,
 * but lines that cannot matter are not examined: lines of other years are skipped, entities are
 * looked up only for coded lines, and the gate examines other lines only if no coded line passes
 * it. */
#include "member_state.h"

#include "../base/clones.h"

enum { EVERY_MONTH = 0xFFF };

/* The part of the rules that lines of a period are compared with, copied once for all lines of a
 * member. */
struct cost_rules {
    const uint8_t *inclusion, *month_of_day;
    const uint16_t *known_from, *void_date, *service_date, *service;
    uint32_t months;
    uint16_t cutoff;
    ihp__day16 first_day;
};

static inline unsigned qualifies(const struct cost_rules *c, size_t i)
{
    unsigned day = (unsigned)(c->service_date[i] - c->first_day) & (IHP__MONTH_DAYS - 1);
    return (c->months >> c->month_of_day[day]) & 1u;
}

/* What the lines of a period come to: their amounts, and how many were set aside. */
struct counted {
    int64_t amount;
    size_t others;
};

/* Adds the amounts of the counted lines among first .. end - 1, and writes the places of the other
 * lines into `aside`. There is no branch that a processor would have to predict: each place is
 * written, and kept by advancing the count. `every_month` and `voids`, constants in each call, mean
 * that all months qualify and that lines may have void dates. */
static inline struct counted add_counted(const struct cost_rules *c,
                                         const struct ihp__claims *claims, size_t first, size_t end,
                                         bool every_month, bool voids, uint32_t *aside)
{
    struct counted sum = {0, 0};
    for (size_t i = first; i < end; i++) {
        unsigned counted = (unsigned)(c->known_from[i] <= c->cutoff) &
                           (voids ? (unsigned)(c->void_date[i] > c->cutoff) : 1u) &
                           c->inclusion[c->service[i]] & (every_month ? 1u : qualifies(c, i));
        sum.amount += ihp__claim_amount(claims, i) & -(int64_t)counted;
        aside[sum.others] = (uint32_t)i;
        sum.others += 1 - counted;
    }
    return sum;
}

/* Adds the counted lines among first .. end - 1, which are all in the period's year, to the
 * member's cost, and sets the others aside. */
static void add_costs(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                      const struct ihp__claims *claims, size_t first, size_t end,
                      struct ihp__aside *aside)
{
    bool every_month =
        rules->policies->cost_months == IHP__COST_ALL || period->months.qualifying == EVERY_MONTH;
    const struct cost_rules c = {
        .inclusion = rules->inclusion,
        .month_of_day = rules->month_of_day,
        .known_from = claims->known_from,
        .void_date = claims->void_date,
        .service_date = claims->service_date,
        .service = claims->service,
        .months = every_month ? UINT32_MAX : period->months.qualifying,
        .cutoff = rules->cutoff,
        .first_day = rules->first_day,
    };
    uint32_t *place = aside->line + aside->count;
    struct counted sum = claims->void_date != NULL
                             ? add_counted(&c, claims, first, end, every_month, true, place)
                         : every_month ? add_counted(&c, claims, first, end, true, false, place)
                                       : add_counted(&c, claims, first, end, false, false, place);
    size_t counted = end - first - sum.others;
    period->cost += sum.amount;
    aside->count += sum.others;
    period->lines += (uint32_t)counted;
    aside->counted_lines += (int64_t)counted;
    aside->counted_amount += period->cost;
}

/* Returns the disposition of a line that was set aside [2.7, 16.10, 13.1]. A line that passes the
 * cut-off and has an included category was set aside because of its month. */
static enum ihp__disposition disposition_aside(const struct ihp__period_rules *rules,
                                               const struct ihp__claims *claims, size_t i)
{
    static const uint8_t by_inclusion[] = {
        [IHP__SERVICE_UNKNOWN] = IHP__DISPOSITION_CATEGORY_UNKNOWN,
        [IHP__SERVICE_EXCLUDED] = IHP__DISPOSITION_CATEGORY_EXCLUDED,
        [IHP__SERVICE_INCLUDED] = IHP__DISPOSITION_MONTH_NOT_QUALIFYING,
    };
    uint16_t known_from = claims->known_from[i];
    unsigned disposition = by_inclusion[rules->inclusion[claims->service[i]]];
    if (claims->void_date != NULL && claims->void_date[i] <= rules->cutoff) {
        disposition = IHP__DISPOSITION_NOT_PAID;
    }
    disposition = known_from > rules->cutoff ? IHP__DISPOSITION_AFTER_CUTOFF : disposition;
    return known_from == IHP__NEVER_KNOWN ? IHP__DISPOSITION_NOT_PAID
                                          : (enum ihp__disposition)disposition;
}

IHP__CLONES static int64_t sum_of_amounts(const struct ihp__claims *claims)
{
    int64_t sum = 0;
    for (size_t i = 0; claims->amount32 != NULL && i < claims->count; i++) {
        sum += claims->amount32[i];
    }
    for (size_t i = 0; claims->amount64 != NULL && i < claims->count; i++) {
        sum += claims->amount64[i];
    }
    return sum;
}

/* Adds the lines set aside to the sums of a period by disposition, and to the number and amount of
 * the period's lines. */
static void sort_aside(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                       const struct ihp__aside *aside, struct ihp__line_sums *sums, int period,
                       int64_t *lines, int64_t *amount)
{
    for (size_t n = 0; n < aside->count; n++) {
        size_t i = aside->line[n];
        int64_t paid = ihp__claim_amount(claims, i);
        enum ihp__disposition disposition = disposition_aside(rules, claims, i);
        sums->lines[period][disposition]++;
        sums->amount[period][disposition] += paid;
        *amount += paid;
        if (disposition == IHP__DISPOSITION_CATEGORY_UNKNOWN) {
            sums->unknown_lines[period][claims->service[i]]++;
        }
    }
    *lines += (int64_t)aside->count;
}

void ihp__line_sums_add_batch(struct ihp__line_sums *sums,
                              const struct ihp__period_rules rules[IHP__PERIODS],
                              const struct ihp__claims *claims,
                              struct ihp__aside aside[IHP__PERIODS])
{
    int64_t all = sum_of_amounts(claims);
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__aside *set_aside = &aside[period];
        int64_t lines = set_aside->counted_lines, amount = set_aside->counted_amount;
        sums->lines[period][IHP__DISPOSITION_COUNTED] += lines;
        sums->amount[period][IHP__DISPOSITION_COUNTED] += amount;
        sort_aside(&rules[period], claims, set_aside, sums, period, &lines, &amount);
        sums->lines[period][IHP__DISPOSITION_OUTSIDE_PERIOD] += (int64_t)claims->count - lines;
        sums->amount[period][IHP__DISPOSITION_OUTSIDE_PERIOD] += all - amount;
        set_aside->count = 0;
        set_aside->counted_lines = set_aside->counted_amount = 0;
    }
    sums->store_lines += (int64_t)claims->count;
    sums->store_amount += all;
}

static bool is_visited(const struct ihp__period_state *period, int partnership)
{
    return (period->visited[partnership / 64] >> (partnership % 64) & 1u) != 0;
}

static void mark_visit(struct ihp__period_state *period, int partnership)
{
    period->visited[partnership / 64] |= UINT64_C(1) << (partnership % 64);
    period->any_visit = true;
}

/* Counts the member's coded lines of the days first .. last, from row `*cursor` on, and moves
 * `*cursor` behind these lines. Everything called for a coded line is inlined, so that the line
 * stays in registers. */
__attribute__((flatten)) static bool count_rows(const struct ihp__period_rules *rules,
                                                struct ihp__period_state *period,
                                                const struct ihp__indexed_lines *lines, int window,
                                                ihp__day16 first, ihp__day16 last, size_t *cursor)
{
    const struct ihp__index_rows *rows = lines->rows;
    bool visits = rules->policies->count_unit == IHP__COUNT_VISIT;
    bool opens = window == 1 && rules->policies->gate_lines != IHP__GATE_LINES_NO_PHARMACY;
    size_t i = *cursor;
    while (i < lines->row_end && rows->service_date[i] < first) {
        i++;
    }
    for (; i < lines->row_end && rows->service_date[i] <= last; i++) {
        struct ihp__line line = ihp__line_judge_indexed(rules, window, rows, i);
        if (line.sets == 0) {
            continue;
        }
        if (opens && line.partnership >= 0) { /* rows do not have the service */
            mark_visit(period, line.partnership);
        }
        if (!ihp__counts_add(&period->counts[window - 1], &line, rows->service_date[i],
                             rows->treating[i], visits)) {
            return false;
        }
    }
    *cursor = i;
    return true;
}

/* Makes the counts of the period, and of the look-back if the period has no coded line or some
 * decision looks back all the same [13.3.8]. Returns false if memory is short. */
static bool count_windows(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                          const struct ihp__indexed_lines *lines, size_t *cursor)
{
    size_t start = lines->row;
    if (!count_rows(rules, period, lines, 1, rules->first_day, rules->last_day, cursor)) {
        return false;
    }
    bool any = period->counts[0].any_em || period->counts[0].any_health_home;
    return (any && !rules->lookback_too) || rules->policies->lookback_months == 0 ||
           count_rows(rules, period, lines, 2, rules->lookback_first,
                      (ihp__day16)(rules->first_day - 1), &start);
}

/* Returns true if a known line of the same day, billing and treating NPI has a negative amount and
 * so may take line i away; whether it does, the procedures decide. */
static bool may_be_reversed(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                            size_t first, size_t end, size_t i)
{
    size_t from = i, to = i;
    while (from > first && claims->service_date[from - 1] == claims->service_date[i]) {
        from--;
    }
    while (to < end && claims->service_date[to] == claims->service_date[i]) {
        to++;
    }
    bool found = false;
    for (size_t j = from; j < to && !found; j++) {
        found = ihp__claim_amount(claims, j) < 0 &&
                ihp__known(claims->known_from, claims->void_date, j, rules->cutoff) &&
                claims->billing[j] == claims->billing[i] &&
                claims->treating[j] == claims->treating[i];
    }
    return found;
}

/* Returns true if a known line of first .. end - 1 has a negative amount. */
static bool any_negative(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                         size_t first, size_t end)
{
    bool any = false;
    for (size_t i = first; i < end && !any; i++) {
        any = ihp__claim_amount(claims, i) < 0 &&
              ihp__known(claims->known_from, claims->void_date, i, rules->cutoff);
    }
    return any;
}

/* Returns the IHP of a line that opens the gate, -1 if it does not. Not for the lines of which the
 * code decides. */
static int opened_by(const struct ihp__period_rules *rules, const struct ihp__claims *claims,
                     size_t i)
{
    return ihp__known(claims->known_from, claims->void_date, i, rules->cutoff) &&
                   ihp__line_opens_gate(rules->policies, 0, claims->service[i])
               ? ihp__roster_ihp_of_line(rules->roster, claims->billing[i], claims->treating[i])
               : -1;
}

/* Finds known lines of the period at IHPs [13.3.2]. One is enough, unless a decision depends on the
 * IHP of the line. */
static void find_visits(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                        const struct ihp__claims *claims, size_t first, size_t end)
{
    if (rules->policies->gate_lines == IHP__GATE_LINES_EM) {
        return; /* the index had all of them */
    }
    bool net = rules->policies->reversals == IHP__REVERSALS_NET;
    for (size_t i = first;
         i < end && (rules->every_visit || !period->any_visit) && !period->unclear; i++) {
        int partnership = opened_by(rules, claims, i);
        if (partnership < 0 || is_visited(period, partnership) ||
            (net && ihp__claim_amount(claims, i) < 0)) {
            continue;
        }
        if (net && may_be_reversed(rules, claims, first, end, i)) {
            period->unclear = true;
        } else {
            mark_visit(period, partnership);
        }
    }
}

/* Finds a known line of the look-back at an IHP [13.3.2]. `end` is the first line of the period. */
static void find_visit_before(const struct ihp__period_rules *rules,
                              struct ihp__period_state *period,
                              const struct ihp__indexed_lines *lines, size_t end)
{
    const struct ihp__claims *claims = lines->claims;
    const struct ihp__index_rows *rows = lines->rows;
    bool net = rules->policies->reversals == IHP__REVERSALS_NET;
    if (rules->policies->gate_lines != IHP__GATE_LINES_EM) {
        for (size_t i = end; i > lines->first && !period->visited_before && !period->unclear &&
                             claims->service_date[i - 1] >= rules->lookback_first;
             i--) {
            bool opens = opened_by(rules, claims, i - 1) >= 0 &&
                         !(net && ihp__claim_amount(claims, i - 1) < 0);
            period->unclear =
                opens && net && may_be_reversed(rules, claims, lines->first, end, i - 1);
            period->visited_before = opens && !period->unclear;
        }
        return;
    }
    for (size_t i = lines->row;
         i < lines->row_end && !period->visited_before && rows->service_date[i] < rules->first_day;
         i++) {
        struct ihp__line line = ihp__line_judge_indexed(rules, 2, rows, i);
        period->visited_before = rows->service_date[i] >= rules->lookback_first && line.sets != 0 &&
                                 line.partnership >= 0;
    }
}

/* Counts the rows of both windows, and finds out whether the gate is open. The rows of the period
 * start at `*cursor` or later. Returns false if memory is short. */
static bool attribute(const struct ihp__period_rules *rules, struct ihp__period_state *period,
                      const struct ihp__indexed_lines *lines, size_t *cursor)
{
    const uint32_t *year = lines->year_line[rules->period];
    size_t first = lines->first + year[0], end = lines->first + year[1];
    if (!count_windows(rules, period, lines, cursor)) {
        return false;
    }
    /* A member attributed by a coded line of the period has a visit at that IHP. */
    bool coded = period->counts[0].any_em || period->counts[0].any_health_home;
    if (!period->any_visit || (rules->every_visit && (!coded || rules->lookback_too))) {
        find_visits(rules, period, lines->claims, first, end);
    }
    if (!period->any_visit && rules->gate_lookback) {
        find_visit_before(rules, period, lines, first);
    }
    return true;
}

/* Returns the member's rows that are left after netting under the cut-off of the rules; NULL if
 * memory is short. Readings of a period mostly have one cut-off. */
static const struct ihp__index_rows *netted_rows(struct ihp__member_state *state,
                                                 const struct ihp__period_rules *rules,
                                                 const struct ihp__indexed_lines *lines)
{
    struct netted_rows *netted = &state->netted[rules->period];
    if (!netted->ready || netted->cutoff != rules->cutoff) {
        if (!ihp__net_rows(&netted->space, lines->rows, lines->row, lines->row_end,
                           rules->cutoff)) {
            return NULL;
        }
        netted->rows = ihp__net_space_rows(&netted->space);
        netted->cutoff = rules->cutoff;
        netted->ready = true;
    }
    return &netted->rows;
}

/* Does the same as `attribute` for a member of whom some row of the index is negative. */
static bool attribute_netted(struct ihp__member_state *state, size_t r,
                             const struct ihp__indexed_lines *lines)
{
    struct ihp__indexed_lines left = *lines;
    size_t start = 0;
    left.rows = netted_rows(state, &state->rules[r], lines);
    if (left.rows == NULL) {
        return false;
    }
    left.row = 0;
    left.row_end = left.rows->count;
    return attribute(&state->rules[r], &state->period[r], &left, &start);
}

/* Takes the lines for one of the rules. The rows of its period start at `*cursor` or later.
 * `reversed` means that some row is negative. */
static bool take_period(struct ihp__member_state *state, size_t r,
                        const struct ihp__indexed_lines *lines, bool reversed, size_t *cursor,
                        struct ihp__aside *aside)
{
    const struct ihp__period_rules *rules = &state->rules[r];
    struct ihp__period_state *period = &state->period[r];
    const uint32_t *year = lines->year_line[rules->period];
    size_t first = lines->first + year[0], end = lines->first + year[1];
    add_costs(rules, period, lines->claims, first, end, aside);
    if (!period->enough) {
        return true; /* no counts are needed */
    }
    bool net = rules->policies->reversals == IHP__REVERSALS_NET;
    if (net && lines->rows->negative == NULL &&
        any_negative(rules, lines->claims, lines->first, end)) {
        period->unclear = true; /* an older index does not have the sign of its rows */
        return true;
    }
    return net && reversed ? attribute_netted(state, r, lines)
                           : attribute(rules, period, lines, cursor);
}

bool ihp__member_indexed_lines(struct ihp__member_state *state,
                               const struct ihp__indexed_lines *lines,
                               struct ihp__aside aside[IHP__PERIODS])
{
    size_t start = lines->row;
    bool reversed = lines->rows->negative != NULL &&
                    ihp__rows_any_negative(lines->rows, lines->row, lines->row_end);
    state->netted[IHP__BASE].ready = state->netted[IHP__PERFORMANCE].ready = false;
    for (size_t r = 0; r < IHP__PERIODS; r++) { /* the performance period is the later one */
        if (r > 0 && state->rules[r].first_day <= state->rules[r - 1].last_day) {
            start = lines->row; /* the periods overlap in a quarterly statement */
        }
        if (!take_period(state, r, lines, reversed, &start, &aside[r])) {
            return false;
        }
    }
    for (size_t r = IHP__PERIODS; r < state->count; r++) { /* other readings */
        start = lines->row;
        state->spare.count = 0;
        if (!ihp__array_reserve(&state->spare.line, &state->spare_capacity,
                                lines->end - lines->first + 1, sizeof *state->spare.line) ||
            !take_period(state, r, lines, reversed, &start, &state->spare)) {
            return false;
        }
    }
    return true;
}
