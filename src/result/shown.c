/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of an IHP may be shown: small counts, and what would give them or the lines left out away.
 * The rules are in docs/methodology.md, "Data package". */
#include "result/package.h"

#include <stdlib.h>
#include <string.h>

/* ---- counts ---------------------------------------------------------------------------------- */

bool ihp__counts_hide(struct ihp__shown_count *count, size_t counts)
{
    int64_t hidden = 0, sum = 0;
    for (size_t i = 0; i < counts; i++) {
        count[i].hidden = count[i].present && count[i].count < IHP__LEAST_SHOWN;
        hidden += count[i].hidden;
        sum += count[i].hidden ? count[i].count : 0;
    }
    while (hidden == 1 || (hidden > 1 && sum < hidden + 9)) {
        struct ihp__shown_count *least = NULL;
        for (size_t i = 0; i < counts; i++) {
            if (count[i].present && !count[i].hidden &&
                (least == NULL || count[i].count < least->count)) {
                least = &count[i];
            }
        }
        if (least == NULL) {
            return false;
        }
        least->hidden = true;
        hidden++;
        sum += least->count;
    }
    return true;
}

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
    for (size_t q = 0; q < IHP__PERIODS; q++) {
        sums->enrolled[q] = sums->block + q * partnerships;
        sums->part2[q] = sums->block + (IHP__PERIODS + q) * partnerships;
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
    for (size_t k = 0; k < sums->payers; k++) {
        shown->payer[k] =
            (struct ihp__shown_count){.count = sums->payer_members[p * sums->payers + k],
                                      .present = months[p * sums->payers + k] > 0};
    }
    /* Where all payers are hidden, their sum says what the settlement says of the IHP. */
    ihp__counts_hide(shown->payer, sums->payers);
}

/* A risk weight is the average cost of its category. It is shown where enough members of the
 * category are not this IHP's, so that it does not tell what the IHP's own cost with the lines left
 * out. */
static void hide_weights(const struct ihp__result_input *in, size_t p, struct ihp__shown *shown)
{
    size_t acgs = in->finance->acgs;
    bool base = in->deck->policies.risk_weights == IHP__WEIGHTS_BASE;
    const struct ihp__period_tally *later = &in->tally->period[IHP__PERFORMANCE];
    for (int q = 0; q < IHP__PERIODS; q++) {
        const struct ihp__period_tally *own = &in->tally->period[q];
        const struct ihp__period_tally *population = &in->tally->period[base ? IHP__BASE : q];
        for (size_t c = 0; c < acgs; c++) {
            int64_t inside = population->acg_members[p * acgs + c];
            int64_t outside = population->eligible_members[c] - inside;
            shown->weight[q][c] = (struct ihp__shown_count){
                .count = outside > 0 ? outside : 0, /* an override asks for no months */
                .present = own->acg_members[p * acgs + c] > 0 || (base && inside > 0) ||
                           (base && later->acg_members[p * acgs + c] > 0)};
        }
        ihp__counts_hide(shown->weight[q], acgs);
    }
}

enum ihp_status ihp__shown_decide(const struct ihp__result_input *in,
                                  const struct ihp__package_sums *sums, int partnership,
                                  struct ihp__shown *shown, struct ihp_error *err)
{
    size_t p = (size_t)partnership, partnerships = in->finance->partnerships;
    *shown = (struct ihp__shown){.payer = calloc(sums->payers + 1, sizeof *shown->payer)};
    for (int q = 0; q < IHP__PERIODS; q++) {
        struct ihp__population population = {.enrolled = sums->enrolled[q][p]};
        for (size_t i = 0; i < IHP__ATTRIBUTIONS; i++) {
            population.members[i] = in->tally->period[q].summary[i * (partnerships + 1) + p];
        }
        int64_t part2 = sums->part2[q][p];
        shown->members[q] = ihp__population_hide(&population, shown->attribution[q]);
        shown->cost[q] = shown->members[q] && (part2 == 0 || part2 >= IHP__LEAST_SHOWN);
        shown->weight[q] = calloc(in->finance->acgs + 1, sizeof *shown->weight[q]);
    }
    if (shown->payer == NULL || shown->weight[IHP__BASE] == NULL ||
        shown->weight[IHP__PERFORMANCE] == NULL) {
        ihp__shown_free(shown);
        return ihp__fail_memory(err, "what may be shown of an IHP");
    }
    hide_payers(in, sums, p, shown);
    hide_weights(in, p, shown);
    return IHP_OK;
}

void ihp__shown_free(struct ihp__shown *shown)
{
    free(shown->payer);
    for (int q = 0; q < IHP__PERIODS; q++) {
        free(shown->weight[q]);
    }
    *shown = (struct ihp__shown){0};
}
