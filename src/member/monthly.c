/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution month by month: takes a member's lines once, then decides each window of twelve
 * months [13.3, 15.2.1]. */
#include "member/monthly.h"
#include "member/netting.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 12 };

/* A known line, by which the winner of a look-back may pass the gate [13.3.2]. */
struct visit {
    uint32_t billing, treating;
    int16_t month; /* of the horizon; before it, below 0 */
};

/* The windows of one month among the coded rows: the look-back from `lookback` to before `first`,
 * the window from `first` to before `end`. */
struct row_window {
    size_t lookback, first, end;
};

struct ihp__monthly_state {
    const struct ihp__monthly_rules *rules;
    struct ihp__horizon_months horizon;
    uint16_t qualifying[IHP__PAY_MONTHS_MAX]; /* of each window */
    bool enough[IHP__PAY_MONTHS_MAX];
    int64_t cost[IHP__HORIZON_NONE + 1]; /* by month of the horizon */
    int64_t unknown_lines, not_begun, after_death, before_birth;

    struct ihp__index_rows rows; /* coded lines are row .. row_end - 1 */
    size_t row, row_end;
    bool indexed;
    struct ihp__net_space own;    /* coded lines found among all lines, in the form of the index */
    struct ihp__net_space netted; /* coded lines that are left after netting */

    bool keep_visits;
    struct visit *visit; /* owned */
    size_t visits, visit_capacity;
    struct ihp__net_day day; /* lines of a day that may take each other away */
    ihp__day16 day_of;       /* the day of these lines, and its month of the horizon */
    int16_t day_month;

    struct ihp__line *judged; /* owned; of each coded line, under `roster` */
    size_t judged_capacity;
    const struct ihp__roster_index *roster; /* NULL: none judged yet */
    struct ihp__counts counts[2];
    uint64_t *visited;   /* owned; bit per IHP */
    bool visited_before; /* a line of the look-back opens the gate */
    size_t visited_words;
};

void ihp__monthly_rules_init(struct ihp__monthly_rules *rules, int32_t first_month, int months,
                             int paid_through, const struct ihp__policies *policies)
{
    *rules = (struct ihp__monthly_rules){.first_month = first_month, .months = months};
    for (int month = 0; month < months; month++) {
        int32_t calendar_month = first_month + month;
        ihp__window_rules_init(&rules->month[month], IHP__PERFORMANCE,
                               calendar_month - (WINDOW - 1), paid_through, &policies->claims);
        ihp__period_rules_decide(&rules->month[month], &policies->decision, 1);
        rules->month[month].acg_year = 1970 + calendar_month / 12 - 1;
    }
    int32_t horizon = first_month - (WINDOW - 1), first_day = ihp__day_of_month_start(horizon);
    for (int day = 0; day < IHP__HORIZON_DAYS; day++) {
        int32_t place = ihp__month_of_day(first_day + day) - horizon;
        rules->month_of_day[day] =
            (uint8_t)(place < months + WINDOW - 1 ? place : IHP__HORIZON_NONE);
    }
}

struct ihp__monthly_state *ihp__monthly_create(const struct ihp__monthly_rules *rules)
{
    struct ihp__monthly_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        return NULL;
    }
    state->rules = rules;
    state->visited_words = (rules->month[0].partnerships + 63) / 64;
    state->visited = calloc(state->visited_words + 1, sizeof *state->visited);
    if (state->visited == NULL) {
        ihp__monthly_destroy(&state);
    }
    return state;
}

void ihp__monthly_destroy(struct ihp__monthly_state **state)
{
    if (state == NULL || *state == NULL) {
        return;
    }
    struct ihp__monthly_state *s = *state;
    ihp__net_space_free(&s->own);
    ihp__net_space_free(&s->netted);
    ihp__net_day_free(&s->day);
    free(s->visit);
    free(s->judged);
    free(s->visited);
    ihp__counts_free(&s->counts[0]);
    ihp__counts_free(&s->counts[1]);
    free(s);
    *state = NULL;
}

bool ihp__monthly_begin(struct ihp__monthly_state *state, const struct ihp__span *span,
                        size_t spans, struct ihp__lifetime life)
{
    const struct ihp__monthly_rules *rules = state->rules;
    const struct ihp__claims_policies *claims = rules->month[0].policies;
    const struct ihp__decision_policies *decision = rules->month[0].decision;
    bool any = false;
    const struct ihp__month_range range = {rules->month[0].first_month, rules->month[0].last_begun,
                                           life};
    ihp__months_of_horizon(span, spans, range, rules->months + WINDOW - 1, claims, &state->horizon);
    for (uint32_t left = state->horizon.not_begun; left != 0; left &= left - 1) {
        state->not_begun++;
    }
    for (uint32_t left = state->horizon.after_death; left != 0; left &= left - 1) {
        state->after_death++;
    }
    for (uint32_t left = state->horizon.before_birth; left != 0; left &= left - 1) {
        state->before_birth++;
    }
    for (int month = 0; month < rules->months; month++) {
        uint16_t qualifying = ihp__horizon_window(&state->horizon, month, claims);
        state->qualifying[month] = qualifying;
        state->enough[month] =
            (qualifying >> (WINDOW - 1)) != 0 && ihp__months_enough(qualifying, decision);
        any = any || state->enough[month];
    }
    memset(state->cost, 0, sizeof state->cost);
    state->own.count = state->visits = state->row = state->row_end = 0;
    state->day.lines = 0;
    state->day.negative = false;
    state->indexed = false;
    state->keep_visits = true;
    state->roster = NULL;
    return any;
}

bool ihp__monthly_qualifies(const struct ihp__monthly_state *state, int month)
{
    return (state->qualifying[month] >> (WINDOW - 1)) != 0;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Finds the coded rows of a month's windows, from where those of the month before started. */
static struct row_window find_window(const struct ihp__monthly_state *state, int month,
                                     struct row_window from)
{
    const struct ihp__period_rules *rules = &state->rules->month[month];
    const uint16_t *day = state->rows.service_date;
    while (from.lookback < state->row_end && day[from.lookback] < rules->lookback_first) {
        from.lookback++;
    }
    while (from.first < state->row_end && day[from.first] < rules->first_day) {
        from.first++;
    }
    while (from.end < state->row_end && day[from.end] <= rules->last_day) {
        from.end++;
    }
    return from;
}

/* Takes rows first .. end - 1 as the coded lines, or what is left of them after netting. Returns
 * false if memory is short. */
static bool set_rows(struct ihp__monthly_state *state, const struct ihp__index_rows *rows,
                     size_t first, size_t end)
{
    const struct ihp__period_rules *rules = &state->rules->month[0]; /* one cut-off for all */
    bool net = rules->policies->reversals == IHP__REVERSALS_NET;
    state->rows = *rows;
    state->row = first;
    state->row_end = end;
    if (!net || !ihp__rows_any_negative(rows, first, end)) {
        return true;
    }
    if (!ihp__net_rows(&state->netted, rows, first, end, rules->cutoff)) {
        return false;
    }
    state->rows = ihp__net_space_rows(&state->netted);
    state->row = 0;
    state->row_end = state->rows.count;
    return true;
}

bool ihp__monthly_rows(struct ihp__monthly_state *state, const struct ihp__index_rows *rows,
                       size_t first, size_t end)
{
    if (!set_rows(state, rows, first, end)) {
        return false;
    }
    rows = &state->rows;
    state->indexed = true;
    /* A member attributed by the window itself has a known line there. The winner of a look-back
     * needs some known line in the window. */
    state->keep_visits = false;
    struct row_window w = {state->row, state->row, state->row};
    for (int month = 0; month < state->rules->months; month++) {
        const struct ihp__period_rules *rules = &state->rules->month[month];
        bool counts = false;
        w = find_window(state, month, w);
        for (size_t i = w.first; i < w.end && !counts; i++) {
            counts = ihp__known(rows->known_from, rows->void_date, i, rules->cutoff) &&
                     ihp__sets_on(rules, rows->procedure[i], rows->service_date[i]) != 0;
        }
        state->keep_visits |=
            state->enough[month] && (!counts || rules->lookback_too) && w.lookback < w.first;
        state->keep_visits |= rules->policies->gate_lines == IHP__GATE_LINES_NO_PHARMACY;
    }
    return true;
}

/* Adds line i to the coded lines. Returns false if memory is short. */
static bool add_own_row(struct ihp__net_space *own, const struct ihp__claims *claims, size_t i)
{
    const uint8_t negative = ihp__claim_amount(claims, i) < 0;
    const struct ihp__index_rows line = {.count = 1,
                                         .service_date = &claims->service_date[i],
                                         .known_from = &claims->known_from[i],
                                         .procedure = &claims->procedure[i],
                                         .billing = &claims->billing[i],
                                         .treating = &claims->treating[i],
                                         .negative = &negative};
    return ihp__net_space_add(own, &line, 0);
}

/* Adds a visit, unless it repeats the one before. Returns false if memory is short. */
static bool add_visit(struct ihp__monthly_state *state, uint32_t billing, uint32_t treating,
                      int16_t month)
{
    const struct visit visit = {billing, treating, month};
    const struct visit *last = state->visits == 0 ? NULL : &state->visit[state->visits - 1];
    if (last != NULL && last->month == month && last->billing == visit.billing &&
        last->treating == visit.treating) {
        return true;
    }
    if (!ihp__array_reserve(&state->visit, &state->visit_capacity, state->visits + 1,
                            sizeof *state->visit)) {
        return false;
    }
    state->visit[state->visits++] = visit;
    return true;
}

/* Returns the month of the horizon in which a day is. */
static uint8_t month_of(const struct ihp__monthly_rules *rules, ihp__day16 day)
{
    unsigned place = (unsigned)day - rules->month[0].first_day; /* a huge number for earlier days */
    return place < IHP__HORIZON_DAYS ? rules->month_of_day[place] : IHP__HORIZON_NONE;
}

/* Adds the core-service costs of known lines to their months [2.7, 16.10]. */
static void add_costs(struct ihp__monthly_state *state, const struct ihp__claims *claims,
                      size_t first, size_t end)
{
    const struct ihp__monthly_rules *rules = state->rules;
    const uint8_t *inclusion = rules->month[0].inclusion;
    uint16_t cutoff = rules->month[0].cutoff;
    for (size_t i = first; i < end; i++) {
        uint8_t month = month_of(rules, claims->service_date[i]);
        unsigned known = ihp__known(claims->known_from, claims->void_date, i, cutoff),
                 mark = inclusion[claims->service[i]];
        state->cost[month] += ihp__claim_amount(claims, i) & -(int64_t)(known & mark);
        state->unknown_lines +=
            known & (mark == IHP__SERVICE_UNKNOWN) & (month != IHP__HORIZON_NONE);
    }
}

/* Returns the month of a visit, counted from the first of the horizon; IHP__HORIZON_NONE if no gate
 * depends on it. */
static int16_t month_of_visit(const struct ihp__monthly_rules *rules, ihp__day16 day)
{
    const struct ihp__period_rules *first = &rules->month[0];
    return (int16_t)(first->gate_lookback && day < first->first_day
                         ? ihp__month_of_day(day) - first->first_month
                         : month_of(rules, day));
}

/* Nets the lines of a day and adds those that are left to the visits. Returns false if memory is
 * short. */
static bool end_day(struct ihp__monthly_state *state)
{
    const struct ihp__claims_policies *policies = state->rules->month[0].policies;
    struct ihp__net_day *day = &state->day;
    bool done = true;
    ihp__net_day_settle(day);
    for (size_t n = 0; n < day->lines && done; n++) {
        const struct ihp__net_line *line = &day->line[n];
        done = !ihp__line_opens_gate(policies, 0, line->service) || /* others have codes */
               add_visit(state, line->billing, line->treating, state->day_month);
    }
    day->lines = 0;
    return done;
}

/* Takes a known line, which is in `month` of the horizon, to the visits. Returns false if memory is
 * short. */
static bool take_visit(struct ihp__monthly_state *state, const struct ihp__claims *claims, size_t i,
                       int16_t month)
{
    const struct ihp__claims_policies *policies = state->rules->month[0].policies;
    if (policies->reversals == IHP__REVERSALS_COUNT) {
        return !ihp__line_opens_gate(policies, 0, claims->service[i]) ||
               add_visit(state, claims->billing[i], claims->treating[i], month);
    }
    if (policies->gate_lines == IHP__GATE_LINES_EM) {
        return true;
    }
    if (state->day.lines > 0 && state->day_of != claims->service_date[i] && !end_day(state)) {
        return false;
    }
    const struct ihp__net_line line = {.billing = claims->billing[i],
                                       .treating = claims->treating[i],
                                       .procedure = claims->procedure[i],
                                       .service = claims->service[i],
                                       .negative = ihp__claim_amount(claims, i) < 0};
    state->day_of = claims->service_date[i];
    state->day_month = month;
    return ihp__net_day_add(&state->day, &line);
}

bool ihp__monthly_lines(struct ihp__monthly_state *state, const struct ihp__claims *claims,
                        size_t first, size_t end)
{
    const struct ihp__period_rules *rules = &state->rules->month[0];
    add_costs(state, claims, first, end);
    for (size_t i = first; (state->keep_visits || !state->indexed) && i < end; i++) {
        if (!ihp__known(claims->known_from, claims->void_date, i, rules->cutoff)) {
            continue;
        }
        int16_t month = month_of_visit(state->rules, claims->service_date[i]);
        if (month != IHP__HORIZON_NONE && !take_visit(state, claims, i, month)) {
            return false;
        }
        if (!state->indexed &&
            ihp__sets_on(rules, claims->procedure[i], claims->service_date[i]) != 0 &&
            !add_own_row(&state->own, claims, i)) {
            return false;
        }
    }
    return true;
}

int64_t ihp__monthly_unknown_lines(const struct ihp__monthly_state *state)
{
    return state->unknown_lines;
}

int64_t ihp__monthly_not_begun(const struct ihp__monthly_state *state)
{
    return state->not_begun;
}

int64_t ihp__monthly_after_death(const struct ihp__monthly_state *state)
{
    return state->after_death;
}

int64_t ihp__monthly_before_birth(const struct ihp__monthly_state *state)
{
    return state->before_birth;
}

/* ---- deciding -------------------------------------------------------------------------------- */

/* Judges all coded lines under the roster of a month, if not done yet. Returns false if memory is
 * short. */
static bool judge_rows(struct ihp__monthly_state *state, const struct ihp__period_rules *rules)
{
    size_t count = state->row_end - state->row;
    if (state->roster == rules->roster) {
        return true;
    }
    if (!ihp__array_reserve(&state->judged, &state->judged_capacity, count + 1,
                            sizeof *state->judged)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        state->judged[i] = ihp__line_judge_indexed(rules, 1, &state->rows, state->row + i);
    }
    state->roster = rules->roster;
    return true;
}

/* Notes that a line of `window` at an IHP, if it is one's, opens the gate. */
static void mark_visited(struct ihp__monthly_state *state, int partnership, int window)
{
    if (partnership >= 0 && window == 2) {
        state->visited_before = true;
    } else if (partnership >= 0) {
        state->visited[partnership / 64] |= UINT64_C(1) << (partnership % 64);
    }
}

/* Counts coded rows first .. end - 1. They are visits too, unless that depends on their service.
 * Returns false if
 * memory is short. */
static bool count_rows(struct ihp__monthly_state *state, const struct ihp__period_rules *rules,
                       size_t first, size_t end, int window)
{
    struct ihp__counts *counts = &state->counts[window - 1];
    bool visits = rules->policies->count_unit == IHP__COUNT_VISIT;
    bool opens = rules->policies->gate_lines != IHP__GATE_LINES_NO_PHARMACY;
    ihp__counts_reset(counts);
    for (size_t i = first; i < end; i++) {
        const struct ihp__line *line = &state->judged[i - state->row];
        if (line->sets == 0) {
            continue;
        }
        if (opens) {
            mark_visited(state, line->partnership, window);
        }
        if (!ihp__counts_add(counts, line, state->rows.service_date[i], state->rows.treating[i],
                             visits)) {
            return false;
        }
    }
    return ihp__counts_finish(counts);
}

/* Marks the IHPs that have a known line in the windows of a month [13.3.2]. */
static void mark_visits(struct ihp__monthly_state *state, int month)
{
    const struct ihp__period_rules *rules = &state->rules->month[month];
    int lookback = rules->gate_lookback ? rules->policies->lookback_months : 0;
    for (size_t i = 0; i < state->visits; i++) {
        const struct visit *v = &state->visit[i];
        if (v->month >= month - lookback && v->month < month + WINDOW) {
            mark_visited(state, ihp__roster_ihp_of_line(rules->roster, v->billing, v->treating),
                         v->month < month ? 2 : 1);
        }
    }
}

static bool decide_month(struct ihp__monthly_state *state, int month, const struct row_window *w,
                         struct ihp__decision *decision)
{
    const struct ihp__period_rules *rules = &state->rules->month[month];
    memset(state->visited, 0, state->visited_words * sizeof *state->visited);
    state->visited_before = false;
    if (!judge_rows(state, rules) || !count_rows(state, rules, w->first, w->end, 1)) {
        return false;
    }
    bool back = !(state->counts[0].any_em || state->counts[0].any_health_home) ||
                rules->lookback_too || rules->gate_lookback;
    if (!count_rows(state, rules, back ? w->lookback : w->first, w->first, 2)) {
        return false;
    }
    mark_visits(state, month);
    const struct ihp__attribution_input input = {.qualifying = state->qualifying[month],
                                                 .window = &state->counts[0],
                                                 .lookback = &state->counts[1],
                                                 .lookback_months =
                                                     rules->policies->lookback_months,
                                                 .visited = state->visited,
                                                 .visited_before = state->visited_before,
                                                 .partnerships = rules->partnerships};
    *decision = ihp__attribution_decide(&input, rules->decision, NULL);
    return true;
}

/* Returns true if a month has the same decision as the month before: the window has the same coded
 * lines, under the same roster. If a look-back may decide, visits are kept and each month is
 * decided on its own. */
static bool as_before(const struct ihp__monthly_state *state, int month,
                      const struct row_window *before, const struct row_window *now)
{
    return state->indexed && !state->keep_visits &&
           state->roster == state->rules->month[month].roster && before->first == now->first &&
           before->end == now->end;
}

/* Returns the counted cost of a window [13.1, 16.5.1]. */
static int64_t window_cost(const struct ihp__monthly_state *state, int month)
{
    bool all = state->rules->month[month].policies->cost_months == IHP__COST_ALL;
    int64_t sum = 0;
    for (int m = 0; m < WINDOW; m++) {
        unsigned counts = all || ((state->qualifying[month] >> m) & 1u);
        sum += state->cost[month + m] & -(int64_t)counts;
    }
    return sum;
}

bool ihp__monthly_finish(struct ihp__monthly_state *state, const struct ihp__morbidity *morbidity,
                         size_t rows, uint16_t none_acg, struct ihp__month_fact *fact)
{
    const struct ihp__monthly_rules *rules = state->rules;
    const struct ihp__decision none = {
        .partnership = -1, .reason = IHP__REASON_ENROLLMENT, .window = 1};
    struct ihp__decision decision = none;
    const struct ihp__index_rows own = ihp__net_space_rows(&state->own);
    if (!end_day(state) || (!state->indexed && !set_rows(state, &own, 0, own.count))) {
        return false;
    }
    struct row_window w = {state->row, state->row, state->row}, decided = {SIZE_MAX, 0, 0};
    for (int month = 0; month < rules->months; month++) {
        w = find_window(state, month, w);
        if (state->enough[month] && !as_before(state, month, &decided, &w)) {
            if (!decide_month(state, month, &w, &decision)) {
                return false;
            }
            decided = w;
        }
        const struct ihp__decision *d = state->enough[month] ? &decision : &none;
        fact[month] = (struct ihp__month_fact){
            .cost = state->enough[month] ? window_cost(state, month) : 0,
            .acg = ihp__morbidity_of_year(morbidity, rows, rules->month[month].acg_year, none_acg),
            .partnership = (int16_t)d->partnership,
            .reason = (uint8_t)d->reason,
            .window = (uint8_t)d->window,
            .months = (uint8_t)ihp__months_count(state->qualifying[month]),
            .enough = state->enough[month],
            .medical_assistance =
                ((state->horizon.medical_assistance >> (month + WINDOW - 1)) & 1u) != 0,
        };
    }
    return true;
}
