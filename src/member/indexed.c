/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking a member's lines through the store's index. The rules are those of line.c and counts.c,
 * but lines that cannot matter are not examined: lines of other years are skipped, entities are
 * looked up only for coded lines, and the gate examines other lines only if no coded line passes
 * it. */
#include "member_state.h"

static bool is_visited(const struct ihp__period_state *period, int partnership)
{
    return (period->visited[partnership / 64] >> (partnership % 64) & 1u) != 0;
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
            ihp__period_mark_visit(period, line.partnership);
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
            ihp__period_mark_visit(period, partnership);
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

bool ihp__lines_may_visit(const struct ihp__period_rules *rules, const uint32_t *billing,
                          size_t first, size_t end)
{
    size_t from = rules->gate_lookback ? 0 : first;
    return ihp__roster_any_bills(rules->roster, billing + from, end - from);
}

/* Returns true if some row of the member is negative. Looks once: `*reversed` is -1 before, and
 * then the answer. Many members are decided without it. */
static bool any_reversed(const struct ihp__indexed_lines *lines, int *reversed)
{
    if (*reversed < 0) {
        *reversed = lines->rows->negative != NULL &&
                    ihp__rows_any_negative(lines->rows, lines->row, lines->row_end);
    }
    return *reversed > 0;
}

/* Takes the lines for one of the rules. The rows of its period start at `*cursor` or later.
 * `reversed` is that of `any_reversed`. */
static bool take_period(struct ihp__member_state *state, size_t r,
                        const struct ihp__indexed_lines *lines, int *reversed, size_t *cursor,
                        struct ihp__aside *aside)
{
    const struct ihp__period_rules *rules = &state->rules[r];
    struct ihp__period_state *period = &state->period[r];
    const uint32_t *year = lines->year_line[rules->period];
    size_t first = lines->first + year[0], end = lines->first + year[1];
    ihp__costs_add(rules, period, lines->claims, first, end, aside);
    if (!period->enough ||
        !ihp__lines_may_visit(rules, lines->claims->billing + lines->first, year[0], year[1])) {
        return true; /* no counts are needed */
    }
    bool net = rules->policies->reversals == IHP__REVERSALS_NET;
    if (net && lines->rows->negative == NULL &&
        any_negative(rules, lines->claims, lines->first, end)) {
        period->unclear = true; /* an older index does not have the sign of its rows */
        return true;
    }
    return net && any_reversed(lines, reversed) ? attribute_netted(state, r, lines)
                                                : attribute(rules, period, lines, cursor);
}

bool ihp__member_indexed_lines(struct ihp__member_state *state,
                               const struct ihp__indexed_lines *lines,
                               struct ihp__aside aside[IHP__PERIODS])
{
    size_t start = lines->row;
    int reversed = -1;
    state->netted[IHP__BASE].ready = state->netted[IHP__PERFORMANCE].ready = false;
    for (size_t r = 0; r < IHP__PERIODS; r++) { /* the performance period is the later one */
        if (r > 0 && state->rules[r].first_day <= state->rules[r - 1].last_day) {
            start = lines->row; /* the periods overlap in a quarterly statement */
        }
        if (!take_period(state, r, lines, &reversed, &start, &aside[r])) {
            return false;
        }
    }
    for (size_t r = IHP__PERIODS; r < state->count; r++) { /* other readings */
        start = lines->row;
        state->spare.count = 0;
        if (!ihp__array_reserve(&state->spare.line, &state->spare_capacity,
                                lines->end - lines->first + IHP__ASIDE_ROOM,
                                sizeof *state->spare.line) ||
            !take_period(state, r, lines, &reversed, &start, &state->spare)) {
            return false;
        }
    }
    return true;
}
