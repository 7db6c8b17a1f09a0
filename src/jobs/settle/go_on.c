/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saves a settlement under way, and finds out how far an earlier start was. */
#include "jobs/settle/settling.h"

#include "base/hash_hex.h"

#include <xxhash.h>

/* ---- saving ---------------------------------------------------------------------------------- */

static struct ihp__saved describe_done(struct ihp__done *done)
{
    return (struct ihp__saved){.name = "done",
                               .kind = IHP__SAVED_OF_RANK_0,
                               .words = done,
                               .count = sizeof *done / sizeof(uint64_t)};
}

/* Puts how far the run is now. */
static enum ihp_status save_done(struct ihp__settling *s, struct ihp__saver *saver)
{
    const struct ihp__replicates *under_way = s->resampling.under_way;
    const struct ihp__planned *planned = &s->planned;
    struct ihp__done done = {
        .plan_first = planned->plan->first,
        .plan_scenarios = planned->plan->scenarios,
        .closed = planned->views != NULL && ihp__views_are_closed(planned->views),
        .settled = s->settled,
        .resampled = s->resampling.done,
        .resampled_members = s->job.stats.resampled,
        .in_case = under_way != NULL,
        .case_number = s->resampling.number,
        .case_first = under_way == NULL ? 0 : under_way->first,
        .case_done = under_way == NULL ? 0 : under_way->done,
    };
    const struct ihp__saved saved = describe_done(&done);
    return ihp__saver_put(saver, &saved);
}

/* Puts what every stage has. For struct ihp__saving_terms. */
static enum ihp_status save(void *context, struct ihp__saver *saver)
{
    struct ihp__settling *s = context;
    enum ihp_status status = save_done(s, saver);
    status = status == IHP_OK ? ihp__claims_save(s, saver) : status;
    status = status == IHP_OK ? ihp__planned_save(s, saver) : status;
    status = status == IHP_OK ? ihp__sweep_save(s, saver) : status;
    return status == IHP_OK ? ihp__resampling_save(s, saver) : status;
}

/* ---- going on -------------------------------------------------------------------------------- */

/* Hashes what the deck's interim was found to be, which the bridge rests on. */
static enum ihp_status hash_interim(const struct ihp__settling *s, char hex[IHP__HASH_TEXT])
{
    const struct ihp__interim *interim = &s->bridge.interim;
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return ihp__fail_memory(s->job.err, "a hash");
    }
    XXH3_128bits_reset(state);
    for (size_t p = 0; p < s->job.context.program->partnerships; p++) {
        const struct ihp__interim_row *row = &interim->row[p];
        const int64_t numbers[] = {row->members[IHP__BASE],
                                   row->members[IHP__PERFORMANCE],
                                   row->months[IHP__BASE],
                                   row->months[IHP__PERFORMANCE],
                                   row->amounts.shared_before_pbp,
                                   row->amounts.shared_amount,
                                   row->amounts.quality_adjusted,
                                   row->amounts.circumstance_reduction,
                                   row->amounts.final_amount,
                                   row->amounts.whole,
                                   row->amount_due,
                                   interim->paid_through[IHP__BASE],
                                   interim->paid_through[IHP__PERFORMANCE]};
        XXH3_128bits_update(state, numbers, sizeof numbers);
    }
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    ihp__hash_hex(hash.high64, hash.low64, hex);
    return IHP_OK;
}

/* Says what the run is of, beyond what every job has: the interim and the options. */
static enum ihp_status identify(const struct ihp__settling *s,
                                struct ihp__identity identity[IHP__IDENTITIES_OF_JOB])
{
    identity[0] = (struct ihp__identity){"interim", "none"};
    identity[1] = (struct ihp__identity){.name = "set of options"};
    snprintf(identity[1].text, sizeof identity[1].text, "block %zu of %zu, %s member files",
             s->block.number, s->block.blocks, s->options->member_files ? "with" : "without");
    return s->bridge.interim.row == NULL ? IHP_OK : hash_interim(s, identity[0].text);
}

void ihp__settling_log_going_on(const struct ihp__settling *s)
{
    const struct ihp__done *d = &s->from;
    char text[80];
    if (s->saving.from == NULL) {
        return;
    }
    if (d->in_case != 0 && d->case_number > 0) {
        snprintf(text, sizeof text, "replicates of scenario %llu",
                 (unsigned long long)d->case_number);
    } else if (d->in_case != 0) {
        snprintf(text, sizeof text, "replicates of the settlement");
    } else if (d->closed != 0) {
        snprintf(text, sizeof text, "scenarios, %llu of %zu done",
                 (unsigned long long)(d->settled - s->block.first), s->block.end - s->block.first);
    } else {
        snprintf(text, sizeof text, "members' claims");
    }
    ihp__saving_log_going_on(&s->saving, text);
}

enum ihp_status ihp__settling_go_on(struct ihp__settling *s)
{
    struct ihp__saving_terms terms = {.fresh = s->options->fresh,
                                      .stop = s->options->stop,
                                      .listens = s->options->listens,
                                      .log = s->options->log,
                                      .save = save,
                                      .context = s};
    s->from = (struct ihp__done){.plan_first = s->block.first, .settled = s->block.first};
    s->settled = s->block.first;
    if (identify(s, terms.identity) != IHP_OK ||
        ihp__saving_open(&s->saving, &s->job, &terms) != IHP_OK) {
        return s->job.err->status;
    }
    if (s->saving.from == NULL) {
        return IHP_OK;
    }
    struct ihp__done done;
    const struct ihp__saved saved = describe_done(&done);
    if (ihp__saving_get(&s->saving, &saved) != IHP_OK) {
        return s->job.err->status;
    }
    if (!ihp__done_is_possible(&done, &s->job.context, &s->block)) {
        return ihp__saving_fail_damaged(&s->saving, "what it says to be done");
    }
    s->from = done;
    s->settled = done.settled;
    s->resampling.done = done.resampled;
    return IHP_OK;
}
