/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps from the amount of one settlement to that of another: one input after the other is
 * replaced, and the shared amount is computed again with the rules of the settlement. */
#include "jobs/compare/compare.h"

#include "finance/finance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the amount shared before the PBP depends on. */
struct measured {
    struct ihp__settlement s; /* its inputs */
    bool track1;
    double threshold;
    struct ihp__corridor *corridor; /* owned */
    size_t corridors;
};

static double number_of(const struct ihp__waterfall *w, const char *column)
{
    size_t at = ihp__table_column_of(w->settlement, column);
    return ihp__cell_number(&w->row[at], w->settlement->column[at].kind);
}

static int64_t whole_of(const struct ihp__waterfall *w, const char *column)
{
    return ihp__waterfall_cell(w, column)->integer;
}

static double term_of(const struct ihp__waterfall *w, int corridor, const char *part)
{
    char name[40];
    snprintf(name, sizeof name, "corridor.%d.%s", corridor, part);
    return strtod(ihp__waterfall_term(w, name), NULL);
}

static enum ihp_status take_corridors(const struct ihp__waterfall *w, struct measured *m,
                                      struct ihp_error *err)
{
    char name[40];
    for (int n = 1;; n++) {
        snprintf(name, sizeof name, "corridor.%d.from", n);
        if (ihp__waterfall_term(w, name)[0] == '\0') {
            return IHP_OK;
        }
        struct ihp__corridor *more = realloc(m->corridor, (size_t)n * sizeof *more);
        if (more == NULL) {
            return ihp__fail_memory(err, "the corridors");
        }
        m->corridor = more;
        m->corridor[m->corridors++] = (struct ihp__corridor){.from = term_of(w, n, "from"),
                                                             .to = term_of(w, n, "to"),
                                                             .share = term_of(w, n, "share")};
    }
}

static enum ihp_status take(const struct ihp__waterfall *w, struct measured *m,
                            struct ihp_error *err)
{
    *m = (struct measured){
        .s = {.months = whole_of(w, "member_months"),
              .base_pmpm =
                  ihp__pmpm(whole_of(w, "base_capped_cost"), whole_of(w, "base_member_months")),
              .base_risk = number_of(w, "base_risk"),
              .pmpm = ihp__pmpm(whole_of(w, "capped_cost"), whole_of(w, "member_months")),
              .risk = number_of(w, "risk"),
              .trend_factor = number_of(w, "trend_factor")},
        .track1 = w->track1,
        .threshold = strtod(ihp__waterfall_term(w, "threshold"), NULL)};
    return take_corridors(w, m, err);
}

/* Returns the amount shared before the PBP, in cents [16.7, 16.8.2.3]. */
static int64_t shared_of(const struct measured *m)
{
    struct ihp__settlement s = m->s;
    ihp__settlement_target(&s);
    enum ihp__outcome outcome =
        m->track1 ? IHP__OUTCOME_NO_SETTLEMENT : ihp__outcome_of(s.ratio, m->threshold);
    if (outcome != IHP__OUTCOME_SAVINGS && outcome != IHP__OUTCOME_LOSSES) {
        return 0;
    }
    double amount = ihp__corridor_sum(s.ratio, m->corridor, m->corridors, NULL) *
                    s.adjusted_target_pmpm * (double)s.months;
    return ihp__cents_of_dollars(outcome == IHP__OUTCOME_SAVINGS ? amount : -amount);
}

/* ---- one input after the other --------------------------------------------------------------- */

/* Replaces a number. Returns true if it is another one. */
static bool replace(double *number, double with)
{
    bool same = isnan(*number) ? isnan(with) : fabs(*number - with) <= 0.0;
    *number = with;
    return !same;
}

static bool same_terms(const struct measured *a, const struct measured *b)
{
    bool same = a->track1 == b->track1 && fabs(a->threshold - b->threshold) <= 0.0 &&
                a->corridors == b->corridors;
    for (size_t i = 0; i < a->corridors && same; i++) {
        const struct ihp__corridor *p = &a->corridor[i], *q = &b->corridor[i];
        same = fabs(p->from - q->from) <= 0.0 && fabs(p->to - q->to) <= 0.0 &&
               fabs(p->share - q->share) <= 0.0;
    }
    return same;
}

/* Replaces the inputs of a step by those of the second settlement. Returns true if they differ. */
static bool apply(enum ihp__compare_step step, struct measured *m, const struct measured *to)
{
    bool differs;
    switch (step) {
    case IHP__COMPARE_MONTHS:
        differs = m->s.months != to->s.months;
        m->s.months = to->s.months;
        return differs;
    case IHP__COMPARE_BASE:
        return replace(&m->s.base_pmpm, to->s.base_pmpm);
    case IHP__COMPARE_COST:
        return replace(&m->s.pmpm, to->s.pmpm);
    case IHP__COMPARE_RISK:
        differs = replace(&m->s.base_risk, to->s.base_risk);
        return replace(&m->s.risk, to->s.risk) || differs;
    case IHP__COMPARE_TREND:
        return replace(&m->s.trend_factor, to->s.trend_factor);
    default:
        return !same_terms(m, to);
    }
}

/* Fills the steps up to the amount shared before the PBP. A step whose inputs do not differ is 0.
 * The last one that differs ends at the amount of the second settlement, so that the steps add up.
 */
static void fill_shared(const struct measured *first, const struct measured *second,
                        const int64_t shared[2], int64_t step[IHP__COMPARE_STEPS])
{
    struct measured m = *first; /* borrows the corridors */
    int64_t at = shared[0];
    int last = IHP__COMPARE_TERMS;
    for (int i = IHP__COMPARE_MONTHS; i <= IHP__COMPARE_TERMS; i++) {
        if (apply((enum ihp__compare_step)i, &m, second)) {
            int64_t next = shared_of(i == IHP__COMPARE_TERMS ? second : &m);
            step[i] = next - at;
            at = next;
            last = i;
        }
    }
    step[last] += shared[1] - at;
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

static struct ihp__bridge_amounts amounts_of(const struct ihp__waterfall *w)
{
    return (struct ihp__bridge_amounts){
        .shared_before_pbp = whole_of(w, "shared_before_pbp"),
        .shared_amount = whole_of(w, "shared_amount"),
        .quality_adjusted = whole_of(w, "quality_adjusted"),
        .circumstance_reduction = whole_of(w, "circumstance_reduction"),
        .final_amount = whole_of(w, "final_amount"),
        .whole = number_of(w, "termination_factor") >= 1.0,
    };
}

/* Fills the steps that are differences of what each rule did to its amount. */
static void fill_rules(const struct ihp__bridge_amounts *first,
                       const struct ihp__bridge_amounts *second, int64_t step[IHP__COMPARE_STEPS])
{
    struct ihp__bridge bridge = ihp__bridge_between(0, first, 0, 0, second);
    step[IHP__COMPARE_PBP] = bridge.step[IHP__BRIDGE_PBP];
    step[IHP__COMPARE_QUALITY] = bridge.step[IHP__BRIDGE_QUALITY];
    step[IHP__COMPARE_CIRCUMSTANCES] = bridge.step[IHP__BRIDGE_CIRCUMSTANCES];
    step[IHP__COMPARE_TERMINATION] = bridge.step[IHP__BRIDGE_TERMINATION];
}

int64_t ihp__compare_amount(const struct ihp__compared_ihp *ihp, int side)
{
    return ihp->side[side].row == NULL ? 0 : whole_of(&ihp->side[side], "final_amount");
}

enum ihp_status ihp__compare_steps(const struct ihp__compared_ihp *ihp,
                                   int64_t step[IHP__COMPARE_STEPS], struct ihp_error *err)
{
    memset(step, 0, IHP__COMPARE_STEPS * sizeof *step);
    if (ihp->side[0].row == NULL || ihp->side[1].row == NULL) {
        step[IHP__COMPARE_IHP] = ihp__compare_amount(ihp, 1) - ihp__compare_amount(ihp, 0);
        return IHP_OK;
    }
    struct measured measured[2] = {{.corridors = 0}};
    enum ihp_status status = take(&ihp->side[0], &measured[0], err);
    status = status == IHP_OK ? take(&ihp->side[1], &measured[1], err) : status;
    if (status == IHP_OK) {
        const struct ihp__bridge_amounts amounts[2] = {amounts_of(&ihp->side[0]),
                                                       amounts_of(&ihp->side[1])};
        const int64_t shared[2] = {amounts[0].shared_before_pbp, amounts[1].shared_before_pbp};
        fill_shared(&measured[0], &measured[1], shared, step);
        fill_rules(&amounts[0], &amounts[1], step);
    }
    free(measured[0].corridor);
    free(measured[1].corridor);
    return status;
}
