/* A member's lines by way of the store's index. The rules are those of line.c and counts.c; what is
 * saved is looking at lines that cannot matter: lines of other years cost nothing, entities are looked
 * up for coded lines alone, and the gate looks at other lines only where no coded line passed it. */
#include "member_state.h"

/* How well a line is known: 0 by the cut-off, 1 later, 2 never. */
enum { KNOWN_STATES = 3, INCLUSIONS = 3 };

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

/* Adds the lines first .. end - 1, all of the period's year, to the waterfall and the member's cost. */
static void add_costs(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                      const struct ihp_claims *claims, size_t first, size_t end,
                      int64_t lines[IHP_STAGES], int64_t amount[IHP_STAGES],
                      int64_t unknown_lines[IHP_SERVICES])
{
    int64_t counted_lines = lines[IHP_STAGE_COUNTED], counted = amount[IHP_STAGE_COUNTED];
    uint32_t months = rules->policies->cost_months == IHP_COST_ALL ? UINT32_MAX
                                                                   : period->months.qualifying;
    uint16_t cutoff = rules->cutoff;
    for (size_t i = first; i < end; i++) {
        uint16_t known_from = claims->known_from[i];
        unsigned known = (unsigned)(known_from > cutoff) + (known_from == IHP_NEVER_KNOWN);
        unsigned day = (unsigned)(claims->service_date[i] - rules->first_day);
        unsigned qualifies = (months >> rules->month_of_day[day & (IHP_MONTH_DAYS - 1)]) & 1u;
        unsigned inclusion = rules->inclusion[claims->service[i]];
        unsigned stage = stage_table[(known * INCLUSIONS + inclusion) * 2 + qualifies];
        lines[stage]++;
        amount[stage] += ihp_claim_amount(claims, i);
        if (stage == IHP_STAGE_CATEGORY_UNKNOWN) {
            unknown_lines[claims->service[i]]++;
        }
    }
    period->lines += (uint32_t)(lines[IHP_STAGE_COUNTED] - counted_lines);
    period->cost += amount[IHP_STAGE_COUNTED] - counted;
}

static void mark_visit(struct ihp_period_state *period, int partnership)
{
    period->visited[partnership / 64] |= UINT64_C(1) << (partnership % 64);
    period->any_visit = true;
}

/* Counts the member's coded lines of a window. */
static bool count_rows(const struct ihp_period_rules *rules, struct ihp_period_state *period,
                       const struct ihp_indexed_lines *lines, int window)
{
    bool visits = rules->policies->count_unit == IHP_COUNT_VISIT;
    for (size_t i = lines->row; i < lines->row_end; i++) {
        struct ihp_line line = ihp_line_judge_indexed(rules, window, lines->rows, i);
        if (line.sets == 0) {
            continue;
        }
        if (window == 1 && line.partnership >= 0) {
            mark_visit(period, line.partnership);
        }
        if (!ihp_counts_add(&period->counts[window - 1], &line, lines->rows->service_date[i],
                            lines->rows->treating[i], visits)) {
            return false;
        }
    }
    return true;
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

bool ihp_member_indexed_lines(struct ihp_member_state *state, const struct ihp_indexed_lines *lines,
                              const struct ihp_override_value *override_,
                              struct ihp_line_sums *sums)
{
    for (int q = 0; q < IHP_PERIODS; q++) {
        const struct ihp_period_rules *rules = &state->rules[q];
        struct ihp_period_state *period = &state->period[q];
        size_t first = lines->first + lines->year_line[q][0];
        size_t end = lines->first + lines->year_line[q][1];
        add_costs(rules, period, lines->claims, first, end, sums->lines[q], sums->amount[q],
                  sums->unknown_lines[q]);
        sums->lines[q][IHP_STAGE_OUTSIDE_PERIOD] +=
            (int64_t)(lines->end - lines->first) - (int64_t)(end - first);
        if (override_[q].given || !ihp_months_enough(period->months.qualifying, rules->policies)) {
            continue; /* decided without any count */
        }
        if (!count_rows(rules, period, lines, 1)) {
            return false;
        }
        bool any = period->counts[0].any_em || period->counts[0].any_health_home;
        if (!any && !count_rows(rules, period, lines, 2)) {
            return false;
        }
        if (!period->any_visit || rules->policies->visit_gate == IHP_GATE_ATTRIBUTED_IHP) {
            find_visits(rules, period, lines->claims, first, end);
        }
    }
    sums->store_lines += (int64_t)(lines->end - lines->first);
    return true;
}
