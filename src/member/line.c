/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging a claim line for a period: its window, whether it is known, its disposition, its owner.
 */
#include "member/member.h"

void ihp__period_rules_decide(struct ihp__period_rules *rules,
                              const struct ihp__decision_policies *decision, size_t decisions)
{
    rules->decision = decision;
    rules->decisions = decisions;
    rules->every_visit = false;
    rules->lookback_too = false;
    rules->gate_lookback = false;
    rules->one_enrollment = true;
    for (size_t d = 0; d < decisions; d++) {
        rules->one_enrollment &=
            (ihp__policies_differ(&decision[0], &decision[d]) & IHP__ASKS_ENROLLMENT) == 0;
        rules->every_visit |= decision[d].visit_gate == IHP__GATE_ATTRIBUTED_IHP;
        rules->lookback_too |= decision[d].lookback_when == IHP__LOOKBACK_NO_IHP_EM;
        rules->gate_lookback |= decision[d].gate_window == IHP__GATE_WINDOW_LOOKBACK;
    }
}

void ihp__window_rules_init(struct ihp__period_rules *rules, enum ihp__period period,
                            int32_t first_month, int paid_through,
                            const struct ihp__claims_policies *policies)
{
    rules->period = period;
    rules->first_month = first_month;
    rules->last_begun = ihp__month_of_day(paid_through);
    rules->first_day = ihp__day16_of_day(ihp__day_of_month_start(first_month));
    rules->last_day = ihp__day16_of_day(ihp__day_of_month_start(first_month + 12) - 1);
    rules->lookback_first =
        ihp__day16_of_day(ihp__day_of_month_start(first_month - policies->lookback_months));
    rules->cutoff = ihp__day16_of_day(paid_through);
    rules->policies = policies;
    for (int day = 0; day < IHP__MONTH_DAYS; day++) {
        rules->month_of_day[day] =
            day > rules->last_day - rules->first_day
                ? 12 /* a bit that no set of months has */
                : (uint8_t)(ihp__month_of_day(rules->first_day + day) - first_month);
    }
}

void ihp__period_rules_init(struct ihp__period_rules *rules, enum ihp__period period,
                            const struct ihp__period_spec *spec,
                            const struct ihp__claims_policies *policies)
{
    rules->acg_year = ihp__period_acg_year(spec);
    ihp__window_rules_init(rules, period, ihp__period_first_month(spec), spec->paid_through,
                           policies);
}

/* Returns the disposition of a line in the period [2.7, 16.10, 13.1]. */
static enum ihp__disposition disposition_of(const struct ihp__period_rules *rules,
                                            uint16_t qualifying, const struct ihp__claims *claims,
                                            size_t i)
{
    uint16_t known_from = claims->known_from[i];
    if (known_from == IHP__NEVER_KNOWN) {
        return IHP__DISPOSITION_NOT_PAID;
    }
    if (known_from > rules->cutoff) {
        return IHP__DISPOSITION_AFTER_CUTOFF;
    }
    if (claims->void_date != NULL && claims->void_date[i] <= rules->cutoff) {
        return IHP__DISPOSITION_NOT_PAID;
    }
    switch ((enum ihp__inclusion)rules->inclusion[claims->service[i]]) {
    case IHP__SERVICE_UNKNOWN:
        return IHP__DISPOSITION_CATEGORY_UNKNOWN;
    case IHP__SERVICE_EXCLUDED:
        return IHP__DISPOSITION_CATEGORY_EXCLUDED;
    case IHP__SERVICE_INCLUDED:
        break;
    }
    unsigned month = rules->month_of_day[claims->service_date[i] - rules->first_day];
    if (rules->policies->cost_months == IHP__COST_QUALIFYING &&
        (((unsigned)qualifying >> month) & 1u) == 0) {
        return IHP__DISPOSITION_MONTH_NOT_QUALIFYING;
    }
    return IHP__DISPOSITION_COUNTED;
}

/* Returns the non-IHP provider of a line that belongs to no IHP. A provider on a roster is none
 * [13.3.1.3]: then it is the treating provider, unless that is on a roster, too. */
static uint32_t non_ihp_entity(const struct ihp__period_rules *rules, uint32_t billing,
                               uint32_t treating)
{
    uint32_t npi = rules->policies->non_ihp_unit == IHP__UNIT_TREATING ? treating : billing;
    if (rules->policies->off_roster_unit == IHP__OFF_ROSTER_TREATING &&
        ihp__roster_lists(rules->roster, npi)) {
        npi = ihp__roster_lists(rules->roster, treating) ? 0 : treating;
    }
    return npi == 0 ? IHP__NO_ENTITY : rules->partnerships + npi; /* NPI number 0 is blank */
}

/* Returns the window of a day: 1 the period, 2 the look-back, 0 neither. */
static int window_of(const struct ihp__period_rules *rules, ihp__day16 day)
{
    if (day >= rules->first_day && day <= rules->last_day) {
        return 1;
    }
    return day >= rules->lookback_first && day < rules->first_day ? 2 : 0;
}

/* Sets the owner of a known line, and the class of its treating provider if `sets` is not 0.
 * Inlined; otherwise every coded line would make a detour through memory. */
static inline __attribute__((always_inline)) void set_owner(const struct ihp__period_rules *rules,
                                                            uint32_t billing, uint32_t treating,
                                                            struct ihp__line *line)
{
    line->partnership = ihp__roster_ihp_of_line(rules->roster, billing, treating);
    line->entity = line->partnership >= 0 ? (uint32_t)line->partnership
                                          : non_ihp_entity(rules, billing, treating);
    if (line->sets != 0) {
        line->provider_class = ihp__roster_class(rules->roster, line->partnership, treating);
    }
}

/* Sets the class of a treating provider whose taxonomy has another class in other months
 * [13.3.5.2]. */
static inline void set_class_by_month(const struct ihp__period_rules *rules, uint32_t treating,
                                      ihp__day16 day, struct ihp__line *line)
{
    if (line->provider_class == IHP__PROVIDER_BY_MONTH) {
        line->provider_class =
            ihp__roster_class_on(rules->roster, line->partnership, treating, day);
    }
}

struct ihp__line ihp__line_judge(const struct ihp__period_rules *rules, uint16_t qualifying,
                                 const struct ihp__claims *claims, size_t i)
{
    struct ihp__line line = {.partnership = -1, .entity = IHP__NO_ENTITY};
    line.window = window_of(rules, claims->service_date[i]);
    line.disposition = line.window == 1 ? disposition_of(rules, qualifying, claims, i)
                                        : IHP__DISPOSITION_OUTSIDE_PERIOD;
    line.known =
        line.window != 0 && ihp__known(claims->known_from, claims->void_date, i, rules->cutoff);
    if (line.known) {
        line.sets = ihp__sets_on(rules, claims->procedure[i], claims->service_date[i]);
        /* Other lines do not count in the look-back, but may open the gate. */
        if (line.sets != 0 || line.window == 1 || rules->gate_lookback) {
            set_owner(rules, claims->billing[i], claims->treating[i], &line);
            set_class_by_month(rules, claims->treating[i], claims->service_date[i], &line);
        }
    }
    return line;
}

struct ihp__line ihp__line_judge_indexed(const struct ihp__period_rules *rules, int window,
                                         const struct ihp__index_rows *rows, size_t i)
{
    struct ihp__line line = {.window = window, .partnership = -1, .entity = IHP__NO_ENTITY};
    line.known = ihp__known(rows->known_from, rows->void_date, i, rules->cutoff);
    if (line.known) {
        line.sets = ihp__sets_on(rules, rows->procedure[i], rows->service_date[i]);
        set_owner(rules, rows->billing[i], rows->treating[i], &line);
        set_class_by_month(rules, rows->treating[i], rows->service_date[i], &line);
    }
    return line;
}

const char *ihp__disposition_text(enum ihp__disposition disposition)
{
#define IHP__DISPOSITION_TEXT(name, text) text,
    static const char *const texts[] = {IHP__DISPOSITION_LIST(IHP__DISPOSITION_TEXT)};
#undef IHP__DISPOSITION_TEXT
    return disposition < IHP__DISPOSITIONS ? texts[disposition] : "?";
}
