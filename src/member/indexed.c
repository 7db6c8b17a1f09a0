/* A member's lines by way of the store's index. The rules are those of line.c and counts.c; what is
 * saved is looking at lines that cannot matter: lines of other years cost nothing, entities are looked
 * up for coded lines alone, and the gate looks at other lines only where no coded line passed it. */
#include "member_state.h"

/* How well a line is known: 0 by the cut-off, 1 later, 2 never. */
enum { KNOWN_STATES = 3, INCLUSIONS = 3, EVERY_MONTH = 0xFFF };

/* Where a line of the period leaves the waterfall, by known state, inclusion and whether its month
 * qualifies: cost_stage of line.c as a table. */
static const uint8_t stage_table[KNOWN_STATES * INCLUSIONS * 2] = {
    IHP_STAGE_CATEGORY_UNKNOWN,     IHP_STAGE_CATEGORY_UNKNOWN,  IHP_STAGE_CATEGORY_EXCLUDED,
    IHP_STAGE_CATEGORY_EXCLUDED,    IHP_STAGE_MONTH_NOT_QUALIFYING, IHP_STAGE_COUNTED,
    IHP_STAGE_AFTER_CUTOFF,         IHP_STAGE_AFTER_CUTOFF,      IHP_STAGE_AFTER_CUTOFF,
    IHP_STAGE_AFTER_CUTOFF,         IHP_STAGE_AFTER_CUTOFF,      IHP_STAGE_AFTER_CUTOFF,
    IHP_STAGE_NOT_PAID,             IHP_STAGE_NOT_PAID,          IHP_STAGE_NOT_PAID,
    IHP_STAGE_NOT_PAID,             IHP_STAGE_NOT_PAID,          IHP_STAGE_NOT_PAID,
};

/* What a period's lines are held against, taken out of the rules once for all lines of a member. */
struct cost_rules {
    const uint8_t *inclusion, *month_of_day;
    const uint16_t *known_from, *service_date, *service;
    uint32_t months;
    uint16_t cutoff;
    ihp_day16 first_day;
};

static inline unsigned qualifies(const struct cost_rules *c, size_t i)
{
    unsigned day = (unsigned)(c->service_date[i] - c->first_day) & (IHP_MONTH_DAYS - 1);
    return (c->months >> c->month_of_day[day]) & 1u;
}

static unsigned stage_of(const struct cost_rules *c, size_t i)
{
    uint16_t known_from = c->known_from[i];
    unsigned known = (unsigned)(known_from > c->cutoff) + (known_from == IHP_NEVER_KNOWN);
    return stage_table[(known * INCLUSIONS + c->inclusion[c->service[i]]) * 2 + qualifies(c, i)];
}

/* Lines looked at together: those that count are added up, the others set aside without a branch that
 * a processor would have to guess. */
enum { TOGETHER = 128 };

/* Adds the counted of the lines first .. end - 1 (at most TOGETHER) to `*amount`, and puts the places
 * of the others into `aside`. `every_month` is a constant where it is called: all months qualify.
 * Returns how many were set aside. */
static inline size_t add_counted(const struct cost_rules *c, const struct ihp_claims *claims,
                                 size_t first, size_t end, bool every_month, int64_t *amount,
                                 uint32_t aside[TOGETHER])
{
    size_t others = 0;
    int64_t sum = 0;
    for (size_t i = first; i < end; i++) {
        unsigned counted = (unsigned)(c->known_from[i] <= c->cutoff) &
                           (unsigned)(c->inclusion[c->service[i]] == IHP_SERVICE_INCLUDED) &
                           (every_month ? 1u : qualifies(c, i));
        sum += ihp_claim_amount(claims, i) & -(int64_t)counted;
        aside[others] = (uint32_t)(i - first);
        others += 1 - counted;
    }
    *amount += sum;
    return others;
}

/* Adds the lines first .. end - 1, all of the period's year, to the waterfall and the member's cost.
 * Returns the sum of their amounts. */
static int64_t add_costs(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                      const struct ihp_claims *claims, size_t first, size_t end,
                      struct ihp_line_sums *sums, int q)
{
    bool every_month = rules->policies->cost_months == IHP_COST_ALL ||
                       period->months.qualifying == EVERY_MONTH;
    const struct cost_rules c = {
        .inclusion = rules->inclusion,
        .month_of_day = rules->month_of_day,
        .known_from = claims->known_from,
        .service_date = claims->service_date,
        .service = claims->service,
        .months = every_month ? UINT32_MAX : period->months.qualifying,
        .cutoff = rules->cutoff,
        .first_day = rules->first_day,
    };
    size_t counted = end - first;
    int64_t cost = 0, rest = 0;
    for (size_t at = first; at < end; at += TOGETHER) {
        uint32_t aside[TOGETHER];
        size_t stop = end - at < TOGETHER ? end : at + TOGETHER;
        size_t others = every_month ? add_counted(&c, claims, at, stop, true, &cost, aside)
                                    : add_counted(&c, claims, at, stop, false, &cost, aside);
        for (size_t n = 0; n < others; n++) {
            size_t i = at + aside[n];
            unsigned stage = stage_of(&c, i);
            int64_t amount = ihp_claim_amount(claims, i);
            rest += amount;
            sums->lines[q][stage]++;
            sums->amount[q][stage] += amount;
            if (stage == IHP_STAGE_CATEGORY_UNKNOWN) {
                sums->unknown_lines[q][claims->service[i]]++;
            }
        }
        counted -= others;
    }
    sums->lines[q][IHP_STAGE_COUNTED] += (int64_t)counted;
    sums->amount[q][IHP_STAGE_COUNTED] += cost;
    period->lines += (uint32_t)counted;
    period->cost += cost;
    return cost + rest;
}

static void mark_visit(struct ihp_period_state *period, int partnership)
{
    period->visited[partnership / 64] |= UINT64_C(1) << (partnership % 64);
    period->any_visit = true;
}

/* Counts the member's coded lines of the days first .. last, which follow each other. */
static bool count_rows(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                       const struct ihp_indexed_lines *lines, int window, ihp_day16 first,
                       ihp_day16 last)
{
    const struct ihp_index_rows *rows = lines->rows;
    bool visits = rules->policies->count_unit == IHP_COUNT_VISIT;
    size_t i = lines->row;
    while (i < lines->row_end && rows->service_date[i] < first) {
        i++;
    }
    for (; i < lines->row_end && rows->service_date[i] <= last; i++) {
        struct ihp_line line = ihp_line_judge_indexed(rules, window, rows, i);
        if (line.sets == 0) {
            continue;
        }
        if (window == 1 && line.partnership >= 0) {
            mark_visit(period, line.partnership);
        }
        if (!ihp_counts_add(&period->counts[window - 1], &line, rows->service_date[i],
                            rows->treating[i], visits)) {
            return false;
        }
    }
    return true;
}

/* Counts of the period, and of the look-back where the period has no coded line [13.3.8]. */
static bool count_windows(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                          const struct ihp_indexed_lines *lines)
{
    if (!count_rows(rules, period, lines, 1, rules->first_day, rules->last_day)) {
        return false;
    }
    bool any = period->counts[0].any_em || period->counts[0].any_health_home;
    return any || rules->policies->lookback_months == 0 ||
           count_rows(rules, period, lines, 2, rules->lookback_first,
                      (ihp_day16)(rules->first_day - 1));
}

/* Looks for known lines of the period at IHPs [13.3.2]: one is enough for the gate unless it asks
 * which IHP it was. */
static void find_visits(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                        const struct ihp_claims *claims, size_t first, size_t end)
{
    bool every = rules->policies->visit_gate == IHP_GATE_ATTRIBUTED_IHP;
    for (size_t i = first; i < end && (every || !period->any_visit); i++) {
        if (claims->known_from[i] <= rules->cutoff) {
            int partnership =
                ihp_roster_ihp_of_line(rules->roster, claims->billing[i], claims->treating[i]);
            if (partnership >= 0) {
                mark_visit(period, partnership);
            }
        }
    }
}

/* Adds the lines of other years, and what is then known of all: to the store, and to the lines
 * outside each period, whose own lines sum up to `inside`. */
static void add_other_years(const struct ihp_indexed_lines *lines, const int64_t inside[IHP_PERIODS],
                            struct ihp_line_sums *sums)
{
    const uint32_t(*year)[2] = lines->year_line;
    size_t all = lines->end - lines->first;
    size_t edge[] = {0, year[IHP_BASE][0], year[IHP_BASE][1], year[IHP_PERFORMANCE][0],
                     year[IHP_PERFORMANCE][1], all};
    int64_t amount = inside[IHP_BASE] + inside[IHP_PERFORMANCE];
    for (size_t e = 0; e < sizeof edge / sizeof edge[0]; e += 2) {
        for (size_t i = lines->first + edge[e]; i < lines->first + edge[e + 1]; i++) {
            amount += ihp_claim_amount(lines->claims, i);
        }
    }
    for (int q = 0; q < IHP_PERIODS; q++) {
        sums->lines[q][IHP_STAGE_OUTSIDE_PERIOD] += (int64_t)(all - (year[q][1] - year[q][0]));
        sums->amount[q][IHP_STAGE_OUTSIDE_PERIOD] += amount - inside[q];
    }
    sums->store_lines += (int64_t)all;
    sums->store_amount += amount;
}

bool ihp_member_indexed_lines(struct ihp_member_state *state, const struct ihp_indexed_lines *lines,
                              const struct ihp_override_value *override_,
                              struct ihp_line_sums *sums)
{
    int64_t inside[IHP_PERIODS];
    for (int q = 0; q < IHP_PERIODS; q++) {
        const struct ihp_period_rules *rules = &state->rules[q];
        struct ihp_period_state *period = &state->period[q];
        size_t first = lines->first + lines->year_line[q][0];
        size_t end = lines->first + lines->year_line[q][1];
        inside[q] = add_costs(rules, period, lines->claims, first, end, sums, q);
        if (override_[q].given || !period->enough) {
            continue; /* decided without any count */
        }
        if (!count_windows(rules, period, lines)) {
            return false;
        }
        if (!period->any_visit || rules->policies->visit_gate == IHP_GATE_ATTRIBUTED_IHP) {
            find_visits(rules, period, lines->claims, first, end);
        }
    }
    add_other_years(lines, inside, sums);
    return true;
}
