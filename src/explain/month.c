/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints one member in a month of a population-based payment, for an appeal [4.6.4.1, 15]. The
 * rules of a settlement decide the window of twelve months. */
#include "explain/explanation.h"

#include "result/print_sentence.h"

#include <stdlib.h>
#include <string.h>

/* ---- what decides a payment ------------------------------------------------------------------ */

/* Prints the kinds of care-coordination payment of the month, from a list of months. */
static void print_coordination(struct ihp__explanation *e, int32_t month, const char *when,
                               const struct ihp__coordination_month *row, uint64_t rows)
{
    char text[IHP__EXPLAIN_TEXT] = "";
    for (uint64_t i = 0; i < rows; i++) {
        if (row[i].month == month) {
            ihp__explain_add(text, " %s", ihp__code_text(&ihp__coordinations, row[i].kind));
        }
    }
    ihp__print_sentence(e->out, "  Care coordination %s [15.1.1]:%s\n", when,
                        text[0] == '\0' ? " none" : text);
}

static void print_social_risk(struct ihp__explanation *e, int32_t month, int age)
{
    const struct ihp__people *people = &e->people;
    char text[IHP__EXPLAIN_TEXT] = "";
    size_t spans = (size_t)people->social_offset[1], factors = 0;
    unsigned bits = ihp__uplift_set_bits(ihp__uplift_set_of(people->social, spans, age, month));
    ihp__explain_add(text, "  Social risk [15.3]: age %d at the first of the month; factors:", age);
    for (size_t i = 0; i < spans; i++) {
        if (people->social[i].month_from <= month && month <= people->social[i].month_to) {
            ihp__explain_add(text, " %s",
                             ihp__code_text(&ihp__social_risks, people->social[i].factor));
            factors++;
        }
    }
    ihp__explain_add(text, "%s; uplifts:%s", factors == 0 ? " none" : "", bits == 0 ? " none" : "");
    for (size_t u = 0; u < IHP__UPLIFTS; u++) {
        if ((bits >> u & 1u) != 0) {
            ihp__explain_add(text, " %s %.6g", ihp__payment_uplift_name(u),
                             e->context.program->payment.uplift[u]);
        }
    }
    ihp__print_sentence(e->out, "%s\n", text);
}

/* Returns true if a span of MA or MA_BD covers the month [5.2.1]. */
static bool has_medical_assistance(const struct ihp__explanation *e, int32_t month)
{
    struct ihp__horizon_months horizon;
    const struct ihp__month_range range = {month, e->context.rules[IHP__PERFORMANCE].last_begun,
                                           ihp__members_lifetime(&e->rows, 0)};
    ihp__months_of_horizon(e->rows.span, (size_t)e->rows.span_offset[1], range, 1,
                           &e->context.deck.policies.claims, &horizon);
    return horizon.medical_assistance != 0;
}

static void print_payment(struct ihp__explanation *e, int32_t month, bool attributed)
{
    const struct ihp__people *people = &e->people;
    bool as_known_then = e->context.info->has_care_coordination_paid;
    int age = ihp__age_at_month(people->birth_day[0], month);
    bool coordinated =
        as_known_then
            ? ihp__coordinated(people->paid, (size_t)people->paid_offset[1], month)
            : ihp__coordinated(people->coordination, (size_t)people->coordination_offset[1], month);
    bool ctc = age >= 0 && age <= 20 && has_medical_assistance(e, month);
    if (as_known_then) {
        print_coordination(e, month, "as known when paying", people->paid, people->paid_offset[1]);
    }
    print_coordination(e, month, "as known now", people->coordination,
                       people->coordination_offset[1]);
    print_social_risk(e, month, age);
    ihp__print_sentence(
        e->out,
        "  Payment: %s for the population-based payment [15.1.1]%s; %s for C&TC outreach [5.2.1]\n",
        attributed && !coordinated ? "counts" : "does not count",
        attributed && coordinated ? ", because of care coordination" : "",
        attributed && ctc ? "counts" : "does not count");
}

/* Prints the IHPs that are not in force in all of the month [6.1]. */
static void print_ended(const struct ihp__explanation *e, int32_t month)
{
    int32_t first = ihp__day_of_month_start(month),
            days = ihp__day_of_month_start(month + 1) - first;
    for (size_t p = 0; p < e->context.program->partnerships; p++) {
        const struct ihp__partnership *ihp = &e->context.program->partnership[p];
        char date[IHP__DATE_TEXT];
        if (!ihp__partnership_in_force(ihp, first)) {
            ihp__print_sentence(e->out,
                                "  %s is not in force [6.1]: its contract ended on %s, so its "
                                "roster names no IHP\n",
                                ihp->id, ihp__day_format(ihp->terminated_on, date));
        } else if (!ihp__partnership_in_force(ihp, first + days - 1)) {
            ihp__print_sentence(e->out,
                                "  %s is in force on %d of %d days [6.1.2.1.1]: its contract ended "
                                "on %s, and its dollars of the month are for these days\n",
                                ihp->id, ihp->terminated_on - first + 1, days,
                                ihp__day_format(ihp->terminated_on, date));
        }
    }
}

/* Prints the override of the month's year, if the member has one: the payment does not know it, and
 * the reconciliation settles it. */
static enum ihp_status print_override(const struct ihp__explanation *e, int32_t month)
{
    const struct ihp__program *program = e->context.program;
    char(*id)[IHP__MEMBER_ID_MAX + 1] = NULL;
    if (ihp__store_read_ids(e->context.store, (struct ihp__range){e->member, 1}, &id, e->err) !=
        IHP_OK) {
        return e->err->status;
    }
    for (size_t i = 0; i < program->overrides; i++) {
        const struct ihp__override *o = &program->override_[i];
        if (o->year == 1970 + month / 12 && strcmp(o->member_id, id[0]) == 0) {
            ihp__print_sentence(
                e->out,
                "  Override of %d [4.6.4.2]: to %s; payments do not apply it, and 'ihp reconcile' "
                "settles it after the year [15.5]\n",
                o->year, o->partnership < 0 ? "NONE" : program->partnership[o->partnership].id);
        }
    }
    free(id);
    return IHP_OK;
}

/* ---- the month ------------------------------------------------------------------------------- */

enum ihp_status ihp__explain_print_month(struct ihp__explanation *e, int32_t month)
{
    const struct ihp__member_fact *f = &e->fact[IHP__PERFORMANCE];
    char text[IHP__DATE_TEXT], first[IHP__DATE_TEXT], quarter[IHP__DATE_TEXT], date[IHP__DATE_TEXT];
    char money[IHP__MONEY_TEXT];
    bool qualifies = (f->qualifying >> 11 & 1u) != 0;
    ihp__print_sentence(
        e->out,
        "\n%s [13.3, 15.2.1]: the twelve months from %s on, rosters of %s, claims paid through "
        "%s\n",
        ihp__month_format(month, text), ihp__month_format(month - 11, first),
        ihp__quarter_format(1970 * 4 + month / 3, quarter),
        ihp__day_format(e->context.deck.performance.paid_through, date));
    print_ended(e, month);
    if (ihp__explain_print_decision(e, IHP__PERFORMANCE) != IHP_OK) {
        return e->err->status;
    }
    ihp__print_sentence(e->out, "  The month itself %s [13.3.2, 15.1.3]: %s\n",
                        qualifies ? "qualifies" : "does not qualify",
                        !qualifies  ? "not in the month's eligible population, so not attributed"
                        : f->enough ? "in the month's eligible population"
                                    : "but not enrolled enough over the twelve months");
    ihp__print_sentence(
        e->out, "  Cost of the twelve months, %u core lines [15.2.2]: %s; risk category %s of %d\n",
        f->lines, ihp__money_format_grouped(f->cost, money), e->context.info->acg[f->acg],
        e->context.rules[IHP__PERFORMANCE].acg_year);
    print_payment(e, month, qualifies && f->partnership >= 0);
    return print_override(e, month);
}

enum ihp_status ihp__explain_take_month(struct ihp__explanation *e, int32_t month,
                                        struct ihp_notices *notices)
{
    struct ihp__monthly_rules monthly;
    if (ihp__context_monthly_rules(&e->context, month, 1, notices, &monthly, e->err) != IHP_OK) {
        return e->err->status;
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        e->context.rules[period] = monthly.month[0];
        e->context.rules[period].period = (enum ihp__period)period;
        e->context.rules[period].affected_counties = 0;
    }
    return IHP_OK;
}
