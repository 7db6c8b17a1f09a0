/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the interim to the final settlement [2.12, 16.6]. In one pass every member is judged as
 * the final reads the claims and as the interim did. Three sums are kept: the final's, the
 * interim's, and a hybrid of the final's attribution with the interim's costs. Settling each
 * gives the steps between. */
#include "settling.h"

#include <stdlib.h>

void ihp__bridge_sums_add(void *context, const struct ihp__member_fact final_[IHP__PERIODS],
                          const struct ihp__member_fact interim[IHP__PERIODS])
{
    const struct ihp__bridge_sums *sums = context;
    struct ihp__member_fact hybrid[IHP__PERIODS];
    for (int period = 0; period < IHP__PERIODS; period++) {
        hybrid[period] = interim[period];
        hybrid[period].partnership = final_[period].partnership;
        hybrid[period].reason = final_[period].reason;
        hybrid[period].window = final_[period].window;
        ihp__moves_add(sums->moves, sums->interim->shape.partnerships, (enum ihp__period)period,
                       &interim[period], &final_[period]);
    }
    ihp__tally_add(sums->interim, interim);
    ihp__tally_add(sums->hybrid, hybrid);
}

/* ---- before the pass ------------------------------------------------------------------------- */

/* The rules as the interim had them: its cut-offs and no overrides; all else is the deck's. */
enum ihp_status ihp__settling_bridge_rules(struct ihp__settling *s,
                                           struct ihp__period_rules rules[IHP__PERIODS])
{
    struct ihp__context *c = &s->context;
    const struct ihp__terms terms = ihp__deck_terms(&c->deck);
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__reading *reading = &s->bridge.reading[period];
        *reading = (struct ihp__reading){
            .period = (enum ihp__period)period,
            .paid_through = s->bridge.interim.paid_through[period],
            .roster_quarter = ihp__terms_quarter(&c->deck, &terms, (enum ihp__period)period),
            .policies = c->deck.policies.claims,
            .decision = &c->deck.policies.decision,
            .decisions = 1,
        };
        if (ihp__context_rules(c, reading, s->notices, &rules[period], s->err) != IHP_OK) {
            return s->err->status;
        }
        rules[period].no_overrides = true;
    }
    return IHP_OK;
}

enum ihp_status ihp__settling_bridge_open(struct ihp__settling *s)
{
    struct ihp__settling_bridge *b = &s->bridge;
    size_t partnerships = s->context.program->partnerships;
    if (s->context.deck.interim[0] == '\0' ||
        ihp__interim_read(&s->context, &b->interim, s->notices, s->err) != IHP_OK ||
        ihp__tally_create(&s->context.shape, &b->sums.interim, s->err) != IHP_OK ||
        ihp__tally_create(&s->context.shape, &b->sums.hybrid, s->err) != IHP_OK) {
        return s->err->status;
    }
    b->sums.moves = calloc(ihp__moves_size(partnerships) + 1, sizeof *b->sums.moves);
    b->steps = calloc(partnerships, sizeof *b->steps);
    return b->sums.moves != NULL && b->steps != NULL
               ? IHP_OK
               : ihp__fail_memory(s->err, "the bridge from the interim");
}

void ihp__settling_bridge_free(struct ihp__settling *s)
{
    free(s->bridge.interim.row);
    ihp__tally_destroy(&s->bridge.sums.interim);
    ihp__tally_destroy(&s->bridge.sums.hybrid);
    free(s->bridge.sums.moves);
    free(s->bridge.steps);
}

/* ---- after it -------------------------------------------------------------------------------- */

static enum ihp_status reduce(struct ihp__settling *s)
{
    const struct ihp__bridge_sums *sums = &s->bridge.sums;
    ihp__tally_reduce(sums->interim, s->comm, NULL, s->err);
    ihp__tally_reduce(sums->hybrid, s->comm, NULL, s->err);
    if (!ihp__tally_sum(sums->moves, ihp__moves_size(s->context.program->partnerships), s->comm)) {
        ihp__fail(s->err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    return s->err->status;
}

/* What is shared before the PBP offset under a tally, by IHP, in cents. */
static enum ihp_status shared_under(struct ihp__settling *s, const struct ihp__tally *tally,
                                    int64_t *cents)
{
    struct ihp__finance finance = {0};
    if (ihp__finance_settle(tally, s->context.program, &s->context.deck, s->context.info->acg,
                            &finance, NULL, s->err) == IHP_OK) {
        for (size_t p = 0; p < finance.partnerships; p++) {
            cents[p] = ihp__cents_of_dollars(finance.settlement[p].shared_before_pbp);
        }
    }
    ihp__finance_free(&finance);
    return s->err->status;
}

/* The final's members and costs with the weights of the interim's population [16.4.1.2]. */
static struct ihp__tally with_weights_of(const struct ihp__tally *tally,
                                         const struct ihp__tally *weights)
{
    struct ihp__tally mixed = *tally;
    for (int period = 0; period < IHP__PERIODS; period++) {
        mixed.period[period].eligible_members = weights->period[period].eligible_members;
        mixed.period[period].eligible_months = weights->period[period].eligible_months;
        mixed.period[period].eligible_capped = weights->period[period].eligible_capped;
    }
    return mixed;
}

/* Refuses a folder that this store and program do not give again. */
static enum ihp_status check_again(struct ihp__settling *s, const int64_t *shared)
{
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const struct ihp__interim_row *row = &s->bridge.interim.row[p];
        bool same = shared[p] == row->amounts.shared_before_pbp;
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__period_tally *t = &s->bridge.sums.interim->period[period];
            same = same && t->members[p] == row->members[period] &&
                   t->months[p] == row->months[period];
        }
        if (!same) {
            return ihp__fail(
                s->err, IHP_ERR_DATA,
                "%s/settlement.csv:%zu: members, member months or shared_before_pbp of "
                "%s are not what this deck's store and program give for the interim; "
                "settle the interim anew",
                s->context.deck.interim, p + 2, s->context.program->partnership[p].id);
        }
    }
    return IHP_OK;
}

static enum ihp_status settle_steps(struct ihp__settling *s, int64_t *interim, int64_t *members,
                                    int64_t *run_out)
{
    const struct ihp__bridge_sums *sums = &s->bridge.sums;
    const struct ihp__tally mixed = with_weights_of(s->tally, sums->interim);
    if (shared_under(s, sums->interim, interim) != IHP_OK || check_again(s, interim) != IHP_OK ||
        shared_under(s, sums->hybrid, members) != IHP_OK ||
        shared_under(s, &mixed, run_out) != IHP_OK) {
        return s->err->status;
    }
    for (size_t p = 0; p < s->context.program->partnerships; p++) {
        const struct ihp__settlement *settlement = &s->finance.settlement[p];
        const struct ihp__bridge_amounts final_ = ihp__bridge_amounts_of(settlement);
        s->bridge.steps[p] =
            ihp__bridge_between(&s->bridge.interim.row[p].amounts, members[p], run_out[p], &final_);
        s->bridge.steps[p].interim_paid = settlement->interim_paid;
        s->bridge.steps[p].amount_due = settlement->amount_due;
    }
    return ihp__bridge_tables_create(&s->table[IHP__TABLE_BRIDGE],
                                     &s->table[IHP__TABLE_BRIDGE_MEMBERS], s->context.program,
                                     s->bridge.steps, sums->moves, s->err);
}

enum ihp_status ihp__settling_bridge(struct ihp__settling *s)
{
    if (s->bridge.steps == NULL || reduce(s) != IHP_OK) {
        return ihp__agree(s->comm, s->err);
    }
    size_t partnerships = s->context.program->partnerships;
    int64_t *shared = calloc(3 * partnerships, sizeof *shared);
    if (shared == NULL) {
        ihp__fail_memory(s->err, "the bridge from the interim");
    } else {
        settle_steps(s, shared, shared + partnerships, shared + 2 * partnerships);
    }
    free(shared);
    return ihp__agree(s->comm, s->err);
}
