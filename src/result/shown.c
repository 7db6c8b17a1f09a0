/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be shown of an IHP: no small counts, and no numbers from which they or the lines left
 * out could be computed. The rules are in docs/methodology.md, "Data package". */
#include "result/shown.h"

#include <stdlib.h>
#include <string.h>

/* ---- counts ---------------------------------------------------------------------------------- */

bool ihp__population_hide(const struct ihp__population *population,
                          struct ihp__shown_count shown[IHP__ATTRIBUTIONS])
{
    int64_t members = 0;
    for (size_t i = 0; i < IHP__ATTRIBUTIONS; i++) {
        int64_t count = population->members[i];
        shown[i] = (struct ihp__shown_count){.count = count, .present = count > 0};
        members += count;
    }
    return ihp__counts_hide(shown, IHP__ATTRIBUTIONS) &&
           (members == 0 || population->enrolled >= IHP__LEAST_SHOWN);
}

/* ---- numbers of members ---------------------------------------------------------------------- */

enum ihp_status ihp__package_sums_create(size_t partnerships, size_t payers,
                                         struct ihp__package_sums *sums, struct ihp_error *err)
{
    *sums = (struct ihp__package_sums){.partnerships = partnerships,
                                       .payers = payers,
                                       .size = partnerships * (2 * IHP__PERIODS + payers)};
    sums->block = calloc(sums->size + 1, sizeof *sums->block);
    if (sums->block == NULL) {
        return ihp__fail_memory(err, "the sums by IHP and payer");
    }
    for (size_t period = 0; period < IHP__PERIODS; period++) {
        sums->enrolled[period] = sums->block + period * partnerships;
        sums->part2[period] = sums->block + (IHP__PERIODS + period) * partnerships;
    }
    sums->payer_members = sums->block + 2 * IHP__PERIODS * partnerships;
    return IHP_OK;
}

void ihp__package_sums_free(struct ihp__package_sums *sums)
{
    free(sums->block);
    *sums = (struct ihp__package_sums){0};
}

void ihp__package_sums_add(struct ihp__package_sums *sums, enum ihp__period period,
                           const struct ihp__member_fact *fact, int64_t left_out, int64_t cap)
{
    size_t p = (size_t)fact->partnership;
    sums->part2[period][p] +=
        ihp__capped_cost(fact->cost, cap) != ihp__capped_cost(fact->cost - left_out, cap);
    if (fact->qualifying == 0) {
        return;
    }
    sums->enrolled[period][p]++;
    if (period == IHP__PERFORMANCE) {
        int first = 0;
        while (((fact->qualifying >> first) & 1u) == 0) {
            first++;
        }
        sums->payer_members[p * sums->payers + fact->payer[first]]++;
    }
}

/* ---- an IHP ---------------------------------------------------------------------------------- */

static void hide_payers(const struct ihp__result_input *in, const struct ihp__package_sums *sums,
                        size_t p, struct ihp__shown *shown)
{
    const int64_t *months = in->tally->period[IHP__PERFORMANCE].payer_months;
    for (size_t payer = 0; payer < sums->payers; payer++) {
        shown->payer[payer] =
            (struct ihp__shown_count){.count = sums->payer_members[p * sums->payers + payer],
                                      .present = months[p * sums->payers + payer] > 0};
    }
    /* If all payers are hidden, their sum reveals no more than the settlement does. */
    ihp__counts_hide(shown->payer, sums->payers);
}

/* Hides risk weights. A weight is the average cost of its category; it is shown if enough members
 * of the category are not the IHP's own. Otherwise it would reveal the cost of the IHP's members
 * with the lines that are left out. */
static void hide_weights(const struct ihp__result_input *in, size_t p, struct ihp__shown *shown)
{
    size_t acgs = in->finance->acgs;
    bool base = in->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    const struct ihp__period_tally *later = &in->tally->period[IHP__PERFORMANCE];
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__period_tally *own = &in->tally->period[period];
        const struct ihp__period_tally *population = &in->tally->period[base ? IHP__BASE : period];
        for (size_t acg = 0; acg < acgs; acg++) {
            int64_t inside = population->acg_members[p * acgs + acg];
            int64_t outside = population->eligible_members[acg] - inside;
            shown->weight[period][acg] = (struct ihp__shown_count){
                .count = outside > 0 ? outside : 0, /* an override needs no qualifying months */
                .present = own->acg_members[p * acgs + acg] > 0 || (base && inside > 0) ||
                           (base && later->acg_members[p * acgs + acg] > 0)};
        }
        ihp__counts_hide(shown->weight[period], acgs);
    }
}

/* Months of the IHP's members by risk category, of the scores that are shown: each is an equation
 * of the weights, and the IHP knows its members. */
struct scores {
    const int64_t *months[IHP__PERIODS]; /* [acgs] */
    size_t count;                        /* of `months`: 2 if both scores have the same weights */
};

/* Returns true if the two categories have months in the same ratio in both scores, so that no sum
 * of the scores is without one of them alone. */
static bool are_alike(const struct scores *s, size_t a, size_t b)
{
    return s->count < 2 || (double)s->months[0][a] * (double)s->months[1][b] ==
                               (double)s->months[0][b] * (double)s->months[1][a];
}

/* Returns true if a category has months in a score. */
static bool has_months(const struct scores *s, size_t acg)
{
    return s->months[0][acg] != 0 || (s->count > 1 && s->months[1][acg] != 0);
}

/* Returns true if the scores tell a weight that is hidden: a sum of them has that category alone.
 * That is so for a category if all others that are hidden are alike. */
static bool tell_weight(const struct scores *s, const struct ihp__shown_count *weight, size_t acgs)
{
    for (size_t own = 0; own < acgs; own++) {
        size_t other = acgs, others = 0;
        bool alike = true;
        if (!weight[own].hidden || !has_months(s, own)) {
            continue;
        }
        for (size_t acg = 0; acg < acgs; acg++) {
            if (acg == own || !weight[acg].hidden || !has_months(s, acg)) {
                continue;
            }
            alike = alike && (others == 0 || are_alike(s, other, acg));
            other = acg;
            others++;
        }
        if (others == 0 || (alike && s->count > 1 && !are_alike(s, own, other))) {
            return true;
        }
    }
    return false;
}

/* Hides the weight of one more category, of that which has the fewest members outside. Returns
 * false if there is none. */
static bool hide_another(struct ihp__shown_count *weight, size_t acgs)
{
    struct ihp__shown_count *least = NULL;
    for (size_t acg = 0; acg < acgs; acg++) {
        if (weight[acg].present && !weight[acg].hidden &&
            (least == NULL || weight[acg].count < least->count)) {
            least = &weight[acg];
        }
    }
    if (least != NULL) {
        least->hidden = true;
    }
    return least != NULL;
}

/* Hides weights until the risk scores tell none that is hidden; if they always would, the scores.
 * Under `risk_weights: base` both scores are sums of the same weights. */
static void hide_scores(const struct ihp__result_input *in, size_t p, struct ihp__shown *shown)
{
    size_t acgs = in->finance->acgs;
    bool base = in->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    shown->risk_scores = true;
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct scores s = {{in->tally->period[period].acg_months + p * acgs,
                                  in->tally->period[1 - period].acg_months + p * acgs},
                                 base ? 2 : 1};
        while (shown->risk_scores && tell_weight(&s, shown->weight[period], acgs)) {
            shown->risk_scores = hide_another(shown->weight[period], acgs);
        }
    }
}

/* Hides the IHP's numbers of members by risk category: all of them if their sum is hidden. */
static void hide_risk(const struct ihp__result_input *in, size_t p, bool own_figures,
                      struct ihp__shown *shown)
{
    size_t acgs = in->finance->acgs;
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__shown_count *risk = shown->risk[period];
        for (size_t acg = 0; acg < acgs; acg++) {
            int64_t members = in->tally->period[period].acg_members[p * acgs + acg];
            risk[acg] = (struct ihp__shown_count){.count = members, .present = members > 0};
        }
        bool enough = own_figures || (shown->members[period] && ihp__counts_hide(risk, acgs));
        for (size_t acg = 0; acg < acgs && !enough; acg++) {
            risk[acg].hidden = true;
        }
    }
}

/* Returns true if the reduction of losses depends on a small number of members in affected
 * counties, or of the others, or tells that the number is below a fifth, which not every small one
 * is. */
static bool is_in_reduction(int64_t affected, int64_t members)
{
    return ihp__circumstance_counts(affected, members) ||
           (ihp__count_is_small(affected) &&
            ihp__circumstance_counts(IHP__LEAST_SHOWN - 1, members));
}

/* Decides by the members who lived in counties of extreme circumstances in a month [5.9]. Those of
 * the months that count follow from the reduction of losses. */
static void decide_affected(const struct ihp__result_input *in, size_t p, bool own_figures,
                            struct ihp__shown *shown)
{
    const struct ihp__settlement *settlement = &in->finance->settlement[p];
    const int64_t *affected = in->tally->period[IHP__PERFORMANCE].affected + p * 12;
    bool losses = settlement->outcome == IHP__OUTCOME_LOSSES;
    shown->reduction = true;
    for (int month = 0; month < 12; month++) {
        bool tells = losses && is_in_reduction(affected[month], settlement->members);
        bool enough = ihp__count_is_shown(affected[month]) &&
                      ihp__count_is_shown(settlement->members - affected[month]);
        shown->affected[month] = enough || (own_figures && tells);
        shown->reduction = shown->reduction && (!tells || shown->affected[month]);
    }
}

enum ihp_status ihp__shown_decide(const struct ihp__result_input *in,
                                  const struct ihp__package_sums *sums, int partnership,
                                  bool own_figures, struct ihp__shown *shown, struct ihp_error *err)
{
    size_t p = (size_t)partnership, partnerships = in->finance->partnerships;
    *shown = (struct ihp__shown){.payer = calloc(sums->payers + 1, sizeof *shown->payer)};
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__population population = {.enrolled = sums->enrolled[period][p]};
        for (size_t i = 0; i < IHP__ATTRIBUTIONS; i++) {
            population.members[i] = in->tally->period[period].summary[i * (partnerships + 1) + p];
        }
        int64_t part2 = sums->part2[period][p];
        bool enough = ihp__population_hide(&population, shown->attribution[period]);
        shown->members[period] = enough || own_figures;
        shown->cost[period] = shown->members[period] && ihp__count_is_shown(part2);
        shown->weight[period] = calloc(in->finance->acgs + 1, sizeof *shown->weight[period]);
        shown->risk[period] = calloc(in->finance->acgs + 1, sizeof *shown->risk[period]);
    }
    if (shown->payer == NULL || shown->weight[IHP__BASE] == NULL ||
        shown->weight[IHP__PERFORMANCE] == NULL || shown->risk[IHP__BASE] == NULL ||
        shown->risk[IHP__PERFORMANCE] == NULL) {
        ihp__shown_free(shown);
        return ihp__fail_memory(err, "what may be shown of an IHP");
    }
    hide_payers(in, sums, p, shown);
    hide_weights(in, p, shown);
    hide_risk(in, p, own_figures, shown);
    hide_scores(in, p, shown);
    decide_affected(in, p, own_figures, shown);
    return IHP_OK;
}

void ihp__shown_free(struct ihp__shown *shown)
{
    free(shown->payer);
    for (int period = 0; period < IHP__PERIODS; period++) {
        free(shown->weight[period]);
        free(shown->risk[period]);
    }
    *shown = (struct ihp__shown){0};
}
