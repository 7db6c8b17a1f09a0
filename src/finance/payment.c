/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Population-based payments: relative risk, the dollar curve, the payments [15.2-15.5]. */
#include "finance/payment.h"

#include "finance/finance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Ends of the percentile bands of Table 1 [15.2.4], and the number of categories in its last line.
 */
static const double first_end = 6, second_end = 30, linear_end = 80;
enum { TOP = 3 };

/* ---- relative risk [15.2.2, 15.2.3] ---------------------------------------------------------- */

/* Returns a category's cost per member month: of the PBP-eligible attributed members, or of the
 * eligible population if the category has no such member. */
static double category_pmpm(const struct ihp__payment_sums *sums, size_t acg)
{
    return sums->paid_months[acg] > 0
               ? ihp__pmpm(sums->paid_cost[acg], sums->paid_months[acg])
               : ihp__pmpm(sums->population_cost[acg], sums->population_months[acg]);
}

/* Returns the mean of the categories' PMPMs, weighted with the member months of the eligible
 * population. */
static double mean_pmpm(const struct ihp__payment_sums *sums, size_t acgs, int64_t *months)
{
    double sum = 0;
    *months = 0;
    for (size_t c = 0; c < acgs; c++) {
        if (sums->population_months[c] > 0) {
            sum += category_pmpm(sums, c) * (double)sums->population_months[c];
            *months += sums->population_months[c];
        }
    }
    return *months == 0 ? NAN : sum / (double)*months;
}

/* Orders categories by relative risk, then by name, as their numbers are in the order of names. */
static int by_risk(const void *a, const void *b)
{
    const struct ihp__payment_category *x = a, *y = b;
    double v = ihp__round12(x->weight), w = ihp__round12(y->weight);
    return v != w ? (v > w) - (v < w) : (x->acg > y->acg) - (x->acg < y->acg);
}

/* Returns the weight of a category in the percentiles: what the cumulative share is of. */
static int64_t share_of(const struct ihp__payment_sums *sums,
                        const struct ihp__payment_category *category, int percentiles)
{
    return percentiles == IHP__PERCENTILES_CATEGORIES ? 1
           : percentiles == IHP__PERCENTILES_ELIGIBLE ? sums->paid_months[category->acg]
                                                      : category->months;
}

/* Sets each percentile to the midpoint of the category's cumulative share [15.2.3]. */
static void set_percentiles(struct ihp__payment_curve *curve, const struct ihp__payment_sums *sums,
                            int percentiles)
{
    int64_t below = 0, all = 0;
    for (size_t i = 0; i < curve->categories; i++) {
        all += share_of(sums, &curve->category[i], percentiles);
    }
    if (all == 0) { /* nobody is PBP eligible */
        set_percentiles(curve, sums, IHP__PERCENTILES_POPULATION);
        return;
    }
    for (size_t i = 0; i < curve->categories; i++) {
        struct ihp__payment_category *c = &curve->category[i];
        int64_t share = share_of(sums, c, percentiles);
        c->percentile = ((double)below + (double)share / 2.0) / (double)all * 100.0;
        below += share;
    }
}

/* ---- the curve [15.2.4] ---------------------------------------------------------------------- */

/* Returns the lowest relative risk of the categories from a percentile on; infinity if there are
 * none. */
static double risk_from(const struct ihp__payment_curve *curve, double percentile)
{
    for (size_t i = 0; i < curve->categories; i++) {
        if (ihp__round12(curve->category[i].percentile) >= percentile) {
            return curve->category[i].weight;
        }
    }
    return INFINITY;
}

static void set_pieces(struct ihp__payment_curve *curve, const struct ihp__payment_terms *terms)
{
    size_t top = curve->categories < TOP ? 0 : curve->categories - TOP;
    curve->second_from = risk_from(curve, first_end);
    curve->linear_from = risk_from(curve, second_end);
    curve->log_from = risk_from(curve, linear_end);
    curve->top_from = curve->category[top].weight;
    curve->top_to = curve->category[curve->categories - 1].weight;
    double span = log(curve->top_from / curve->log_from);
    curve->log_slope = span > 0 ? (terms->top_start - terms->log_start) / span : 0;
}

double ihp__payment_dollars(const struct ihp__payment_curve *curve,
                            const struct ihp__payment_terms *terms, double weight)
{
    double w = ihp__round12(weight);
    if (w >= ihp__round12(curve->top_to)) {
        return terms->top_end;
    }
    if (w >= ihp__round12(curve->top_from)) {
        return terms->top_start + (terms->top_end - terms->top_start) * (weight - curve->top_from) /
                                      (curve->top_to - curve->top_from);
    }
    if (w >= ihp__round12(curve->log_from)) {
        return curve->log_slope > 0
                   ? terms->log_start + curve->log_slope * log(weight / curve->log_from)
                   : terms->log_start;
    }
    if (w >= ihp__round12(curve->linear_from)) {
        return terms->linear_start + terms->linear_step * (weight - curve->linear_from) / 0.1;
    }
    return w >= ihp__round12(curve->second_from) ? terms->flat_second : terms->flat_first;
}

/* Lists the categories of the eligible population by relative risk. `mean` is their mean PMPM. */
static void list_categories(const struct ihp__payment_sums *sums, size_t acgs, double mean,
                            struct ihp__payment_curve *curve)
{
    for (size_t c = 0; c < acgs; c++) {
        if (sums->population_months[c] > 0) {
            curve->category[curve->categories++] = (struct ihp__payment_category){
                .acg = c,
                .months = sums->population_months[c],
                .weight = mean == 0 ? 1.0 : category_pmpm(sums, c) / mean};
        }
    }
    qsort(curve->category, curve->categories, sizeof *curve->category, by_risk);
}

enum ihp_status ihp__payment_curve(const struct ihp__payment_tally *tally, size_t month,
                                   const struct ihp__payment_rules *rules,
                                   struct ihp__payment_curve *curve, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    const struct ihp__payment_sums *sums = &tally->month[month];
    const struct ihp__payment_terms *terms = &rules->program->payment;
    size_t acgs = tally->shape.acgs;
    int64_t months;
    char text[IHP__DATE_TEXT];
    double mean = mean_pmpm(sums, acgs, &months);
    *curve = (struct ihp__payment_curve){.category = calloc(acgs + 1, sizeof *curve->category)};
    if (curve->category == NULL) {
        return ihp__fail_memory(err, "the payment's risk categories");
    }
    if (months == 0) {
        return IHP_OK;
    }
    if (mean < 0) {
        ihp__notice_add(
            notices,
            "%s: the mean cost of the risk categories is negative, which makes the relative "
            "risks of that month meaningless [15.2.2]; check the claims with 'ihp check'",
            ihp__month_format(rules->first_month + (int32_t)month, text));
    }
    list_categories(sums, acgs, mean, curve);
    set_percentiles(curve, sums, rules->policies->pbp_percentiles);
    set_pieces(curve, terms);
    for (size_t i = 0; i < curve->categories; i++) {
        curve->category[i].dollars = ihp__payment_dollars(curve, terms, curve->category[i].weight);
    }
    return IHP_OK;
}

void ihp__payment_curve_again(struct ihp__payment_curve *curve,
                              const struct ihp__payment_terms *terms)
{
    if (curve->categories > 0) {
        qsort(curve->category, curve->categories, sizeof *curve->category, by_risk);
        set_pieces(curve, terms);
    }
}

void ihp__payment_curve_free(struct ihp__payment_curve *curve)
{
    free(curve->category);
    *curve = (struct ihp__payment_curve){0};
}

/* ---- payments -------------------------------------------------------------------------------- */

double ihp__payment_uplift(const struct ihp__payment_terms *terms, int set)
{
    unsigned bits = ihp__uplift_set_bits(set);
    double sum = 0;
    for (int u = 0; u < IHP__UPLIFTS; u++) {
        sum += ((bits >> u) & 1u) != 0 ? terms->uplift[u] : 0;
    }
    return sum;
}

double ihp__payment_in_force(const struct ihp__partnership *partnership, int32_t month)
{
    int32_t first = ihp__day_of_month_start(month), next = ihp__day_of_month_start(month + 1);
    if (!partnership->terminated || partnership->terminated_on >= next - 1) {
        return 1;
    }
    return partnership->terminated_on < first
               ? 0
               : (double)(partnership->terminated_on - first + 1) / (double)(next - first);
}

/* Returns the dollars of an IHP's members of a month. */
static double month_dollars(const struct ihp__payment_sums *sums, size_t acgs, size_t p,
                            const struct ihp__payment_curve *curve,
                            const struct ihp__payment_terms *terms)
{
    double dollars = 0;
    for (size_t i = 0; i < curve->categories; i++) {
        const struct ihp__payment_category *c = &curve->category[i];
        const int64_t *members = sums->members + (p * acgs + c->acg) * IHP__UPLIFT_SETS;
        for (int set = 0; set < IHP__UPLIFT_SETS; set++) {
            if (members[set] > 0) {
                double weight = c->weight * (1.0 + ihp__payment_uplift(terms, set));
                dollars += (double)members[set] * ihp__payment_dollars(curve, terms, weight);
            }
        }
    }
    return dollars;
}

void ihp__payment_settle(const struct ihp__payment_tally *tally, size_t month,
                         const struct ihp__payment_curve *curve,
                         const struct ihp__payment_rules *rules, struct ihp__payment *payment)
{
    const struct ihp__payment_sums *sums = &tally->month[month];
    const struct ihp__payment_terms *terms = &rules->program->payment;
    for (size_t p = 0; p < tally->shape.partnerships; p++) {
        double share = ihp__payment_in_force(&rules->program->partnership[p],
                                             rules->first_month + (int32_t)month);
        struct ihp__payment *pay = &payment[p];
        *pay = (struct ihp__payment){.attributed = sums->attributed[p],
                                     .eligible = sums->eligible[p],
                                     .ctc_members = sums->ctc[p]};
        double dollars = month_dollars(sums, tally->shape.acgs, p, curve, terms);
        if (rules->policies->pbp_months == IHP__PBP_MONTHS_ATTRIBUTED && pay->eligible > 0) {
            dollars *= (double)pay->attributed / (double)pay->eligible; /* [15.4.1] */
        }
        pay->pbp = ihp__cents_of_dollars(dollars * share);
        pay->ctc = (double)pay->ctc_members * terms->ctc;
        if (share < 1) {
            pay->ctc = (double)ihp__cents_of_dollars(pay->ctc * share) / 100.0;
        }
    }
}

/* ---- the reconciliation ---------------------------------------------------------------------- */

const char *ihp__reconcile_reason_text(int reason)
{
    static const char *const text[IHP__RECONCILE_REASONS] = {
        [IHP__RECONCILE_CARE_COORDINATION] = "care_coordination",
        [IHP__RECONCILE_OVERRIDE_OUT] = "override_out",
        [IHP__RECONCILE_OVERRIDE_IN] = "override_in"};
    return text[reason];
}

/* Returns the relative risk of a category in a month; 1 if the month does not have it. */
static double weight_of(const struct ihp__payment_curve *curve, size_t acg)
{
    for (size_t i = 0; i < curve->categories; i++) {
        if (curve->category[i].acg == acg) {
            return curve->category[i].weight;
        }
    }
    return 1.0;
}

/* Adds the member months of an IHP in a month, for a reason, at what they were paid by. */
static void add_month(const int64_t *members, size_t acgs, const struct ihp__paid_by *by,
                      double share, struct ihp__reconciled *out)
{
    for (size_t acg = 0; acg < acgs; acg++) {
        for (int set = 0; set < IHP__UPLIFT_SETS; set++) {
            int64_t count = members[acg * IHP__UPLIFT_SETS + (size_t)set];
            if (count > 0) {
                double weight =
                    weight_of(by->curve, acg) * (1.0 + ihp__payment_uplift(by->terms, set));
                out->months += count;
                out->dollars +=
                    (double)count * share * ihp__payment_dollars(by->curve, by->terms, weight);
            }
        }
    }
}

void ihp__payment_reconcile(const struct ihp__payment_tally *tally, const struct ihp__paid_by *by,
                            const struct ihp__payment_rules *rules, struct ihp__reconciled *out)
{
    size_t acgs = tally->shape.acgs;
    for (size_t i = 0; i < tally->shape.partnerships * IHP__RECONCILE_REASONS; i++) {
        size_t p = i / IHP__RECONCILE_REASONS, reason = i % IHP__RECONCILE_REASONS;
        const struct ihp__paid_sum *paid = &tally->paid[i];
        out[i] = (struct ihp__reconciled){0};
        for (size_t month = 0; month < tally->shape.months; month++) {
            double share = ihp__payment_in_force(&rules->program->partnership[p],
                                                 rules->first_month + (int32_t)month);
            if (by[month].curve->categories > 0) {
                add_month(tally->month[month].reason[reason] + p * acgs * IHP__UPLIFT_SETS, acgs,
                          &by[month], share, &out[i]);
            }
        }
        out[i].months += paid->months;
        out[i].dollars += (double)paid->dollars + (double)paid->trillionths / 1e12;
        if (reason == IHP__RECONCILE_OVERRIDE_IN) {
            out[i].dollars = 0.0 - out[i].dollars;
        }
    }
}
