/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges members a second time, as an interim did, and settles the steps from there to the final.
 */
#include "jobs/settle/bridge.h"
#include "result/bridge_tables.h"

#include <stdlib.h>

/* ---- before the pass ------------------------------------------------------------------------- */

/* Adds a member's facts under the final's reading and under the interim's. */
static void add_member(void *context, size_t place,
                       const struct ihp__member_fact final_[IHP__PERIODS],
                       const struct ihp__member_fact interim[IHP__PERIODS])
{
    const struct ihp__bridge_sums *sums = context;
    struct ihp__member_fact hybrid[IHP__PERIODS];
    for (int period = 0; period < IHP__PERIODS; period++) {
        if (sums->fact != NULL) {
            sums->fact[place * IHP__PERIODS + (size_t)period] = interim[period];
        }
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

enum ihp_status ihp__bridge_open(struct ihp__bridge_run *b, struct ihp__job *job)
{
    const struct ihp__tally_shape *shape = &job->context.shape;
    if (ihp__interim_read(&job->context, &b->interim, job->notices, job->err) != IHP_OK) {
        return job->err->status;
    }
    if (b->interim.row == NULL) {
        return IHP_OK;
    }
    if (ihp__tally_create(shape, &b->sums.interim, job->err) != IHP_OK ||
        ihp__tally_create(shape, &b->sums.hybrid, job->err) != IHP_OK) {
        return job->err->status;
    }
    b->sums.moves = calloc(ihp__moves_size(shape->partnerships) + 1, sizeof *b->sums.moves);
    b->steps = calloc(shape->partnerships, sizeof *b->steps);
    b->second = (struct ihp__pass_second){add_member, &b->sums};
    return b->sums.moves != NULL && b->steps != NULL
               ? IHP_OK
               : ihp__fail_memory(job->err, "the bridge from the interim");
}

void ihp__bridge_free(struct ihp__bridge_run *b)
{
    free(b->interim.row);
    ihp__tally_destroy(&b->sums.interim);
    ihp__tally_destroy(&b->sums.hybrid);
    free(b->sums.moves);
    free(b->sums.fact);
    free(b->steps);
}

enum ihp_status ihp__bridge_rules(struct ihp__bridge_run *b, struct ihp__job *job,
                                  struct ihp__period_rules rules[IHP__PERIODS])
{
    struct ihp__context *c = &job->context;
    const struct ihp__terms terms = ihp__deck_terms(&c->deck);
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__reading *reading = &b->reading[period];
        *reading = (struct ihp__reading){
            .period = (enum ihp__period)period,
            .paid_through = b->interim.paid_through[period],
            .roster_quarter = ihp__terms_quarter(&c->deck, &terms, (enum ihp__period)period),
            .policies = c->deck.policies.claims,
            .decision = &c->deck.policies.decision,
            .decisions = 1,
        };
        if (ihp__context_rules(c, reading, job->notices, &rules[period], job->err) != IHP_OK) {
            return job->err->status;
        }
        rules[period].no_overrides = true; /* an interim settlement has none [4.6.4.2] */
    }
    return IHP_OK;
}

enum ihp_status ihp__bridge_keep_facts(struct ihp__bridge_run *b, const struct ihp__job *job)
{
    if (b->steps == NULL) {
        return IHP_OK;
    }
    b->sums.fact = calloc((size_t)job->range.count * IHP__PERIODS + 1, sizeof *b->sums.fact);
    return b->sums.fact != NULL ? IHP_OK : ihp__fail_memory(job->err, "member facts");
}

/* ---- saving ---------------------------------------------------------------------------------- */

enum { SAVED = 3 };

static void describe(const struct ihp__bridge_run *b, enum ihp__saved_kind kind,
                     struct ihp__saved saved[SAVED])
{
    const struct ihp__tally *interim = b->sums.interim, *hybrid = b->sums.hybrid;
    size_t moves = ihp__moves_size(interim->shape.partnerships);
    saved[0] = (struct ihp__saved){
        .name = "bridge/interim", .kind = kind, .words = interim->block, .count = interim->size};
    saved[1] = (struct ihp__saved){
        .name = "bridge/hybrid", .kind = kind, .words = hybrid->block, .count = hybrid->size};
    saved[2] = (struct ihp__saved){
        .name = "bridge/moves", .kind = kind, .words = b->sums.moves, .count = moves};
}

enum ihp_status ihp__bridge_save(const struct ihp__bridge_run *b, enum ihp__saved_kind kind,
                                 struct ihp__saver *saver)
{
    struct ihp__saved saved[SAVED];
    enum ihp_status status = IHP_OK;
    if (b->steps == NULL) {
        return IHP_OK;
    }
    describe(b, kind, saved);
    for (size_t i = 0; status == IHP_OK && i < SAVED; i++) {
        status = ihp__saver_put(saver, &saved[i]);
    }
    return status;
}

enum ihp_status ihp__bridge_get_back(struct ihp__bridge_run *b, struct ihp__saving *saving)
{
    struct ihp__saved saved[SAVED];
    enum ihp_status status = IHP_OK;
    if (b->steps == NULL) {
        return IHP_OK;
    }
    describe(b, IHP__SAVED_SUM, saved);
    for (size_t i = 0; status == IHP_OK && i < SAVED; i++) {
        status = ihp__saving_get(saving, &saved[i]);
    }
    return status;
}

/* ---- after the pass -------------------------------------------------------------------------- */

static enum ihp_status reduce(const struct ihp__bridge_sums *sums, struct ihp__job *job)
{
    size_t moves = ihp__moves_size(sums->interim->shape.partnerships);
    ihp__until_agreed(ihp__tally_reduce(sums->interim, job->comm, NULL, job->err));
    ihp__until_agreed(ihp__tally_reduce(sums->hybrid, job->comm, NULL, job->err));
    if (!ihp__tally_sum(sums->moves, moves, job->comm)) {
        ihp__error_set(job->err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
    }
    return ihp__agree(job->comm, job->err);
}

/* Settles a tally as an interim or a final, and takes the amounts of each IHP. */
static enum ihp_status settle_under(const struct ihp__job *job, const struct ihp__tally *tally,
                                    enum ihp__settlement_kind kind,
                                    struct ihp__bridge_amounts *amounts)
{
    const struct ihp__context *c = &job->context;
    struct ihp__deck deck = c->deck; /* borrows what the context's deck owns */
    struct ihp__finance finance = {0};
    deck.settlement = (int)kind;
    enum ihp_status status =
        ihp__finance_settle(tally, c->program, &deck, c->info->acg, &finance, NULL, job->err);
    for (size_t p = 0; status == IHP_OK && p < finance.partnerships; p++) {
        amounts[p] = ihp__bridge_amounts_of(&finance.settlement[p]);
    }
    ihp__finance_free(&finance);
    return status;
}

/* Returns the final's members and costs with the weights of the interim's population [16.4.1.2]. */
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

/* Refuses an interim of the same store that the store and the program do not give again. */
static enum ihp_status check_again(const struct ihp__bridge_run *b, const struct ihp__job *job,
                                   const struct ihp__bridge_amounts *again)
{
    const struct ihp__context *c = &job->context;
    for (size_t p = 0; p < c->program->partnerships; p++) {
        const struct ihp__interim_row *row = &b->interim.row[p];
        bool same = again[p].shared_before_pbp == row->amounts.shared_before_pbp;
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__period_tally *t = &b->sums.interim->period[period];
            same = same && t->members[p] == row->members[period] &&
                   t->months[p] == row->months[period];
        }
        if (!same) {
            return ihp__fail(
                job->err, IHP_ERR_DATA,
                "%s/settlement.csv:%zu: members, member months or shared_before_pbp of "
                "%s are not what this deck's store and program give for the interim; "
                "settle the interim again",
                c->deck.interim, p + 2, c->program->partnership[p].id);
        }
    }
    return IHP_OK;
}

/* The amounts of each IHP between which the steps are. */
struct waypoints {
    struct ihp__bridge_amounts *interim; /* by the interim's rules on today's store */
    struct ihp__bridge_amounts *members; /* with the attribution of the final */
    struct ihp__bridge_amounts *run_out; /* and with its claims */
};

static enum ihp_status settle_steps(struct ihp__bridge_run *b, const struct ihp__job *job,
                                    const struct ihp__tally *final_,
                                    const struct ihp__settlement *settlement,
                                    const struct waypoints *at)
{
    const struct ihp__tally mixed = with_weights_of(final_, b->sums.interim);
    if (settle_under(job, b->sums.interim, IHP__INTERIM, at->interim) != IHP_OK ||
        (b->interim.repeats && check_again(b, job, at->interim) != IHP_OK) ||
        settle_under(job, b->sums.hybrid, IHP__FINAL, at->members) != IHP_OK ||
        settle_under(job, &mixed, IHP__FINAL, at->run_out) != IHP_OK) {
        return job->err->status;
    }
    for (size_t p = 0; p < job->context.program->partnerships; p++) {
        const struct ihp__bridge_amounts amounts = ihp__bridge_amounts_of(&settlement[p]);
        /* On the same store only what the program folder has been given since can differ, and the
         * steps that follow show that. */
        const struct ihp__bridge_amounts *interim =
            b->interim.repeats ? &b->interim.row[p].amounts : &at->interim[p];
        b->steps[p] = ihp__bridge_between(b->interim.row[p].amount_due, interim,
                                          at->members[p].shared_before_pbp,
                                          at->run_out[p].shared_before_pbp, &amounts);
    }
    return IHP_OK;
}

enum ihp_status ihp__bridge_settle(struct ihp__bridge_run *b, struct ihp__job *job,
                                   const struct ihp__tally *final_,
                                   const struct ihp__settlement *settlement,
                                   struct ihp__table *steps, struct ihp__table *members)
{
    size_t partnerships = job->context.program->partnerships;
    if (b->steps == NULL) {
        return IHP_OK;
    }
    if (reduce(&b->sums, job) != IHP_OK) {
        return job->err->status;
    }
    struct ihp__bridge_amounts *amounts = calloc(3 * partnerships, sizeof *amounts);
    if (amounts == NULL) {
        ihp__until_agreed(ihp__fail_memory(job->err, "the bridge from the interim"));
    } else if (settle_steps(b, job, final_, settlement,
                            &(struct waypoints){amounts, amounts + partnerships,
                                                amounts + 2 * partnerships}) == IHP_OK) {
        ihp__until_agreed(ihp__bridge_tables_create(steps, members, job->context.program, b->steps,
                                                    b->sums.moves, job->err));
    }
    free(amounts);
    return ihp__agree(job->comm, job->err);
}
