/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes plans of the scenarios and passes the claims for them. A pass can be saved between blocks
 * of members. */
#include "jobs/settle/settling.h"

#include "engine/fact_rows.h"

#include <stdlib.h>
#include <string.h>

/* ---- plans ----------------------------------------------------------------------------------- */

void ihp__planned_forget(struct ihp__planned *p)
{
    ihp__views_destroy(&p->views);
    free(p->view_fact);
    p->view_fact = NULL;
    free(p->slot);
    p->slot = NULL;
    free(p->rules);
    p->rules = NULL;
    ihp__plan_destroy(&p->plan);
}

bool ihp__planned_is_first(const struct ihp__settling *s)
{
    return s->planned.plan->first == s->block.first;
}

/* Returns true if the pass judges members as the interim did, too: that of the first plan does. */
static bool with_bridge(const struct ihp__settling *s)
{
    return s->bridge.steps != NULL && ihp__planned_is_first(s);
}

/* Returns true if the checkpoint has the views of the plan from scenario `first` on. */
static bool is_saved(const struct ihp__settling *s, size_t first)
{
    return s->saving.from != NULL && first == s->from.plan_first;
}

static enum ihp_status make_rules(struct ihp__settling *s)
{
    struct ihp__planned *p = &s->planned;
    p->rules = calloc(p->plan->readings + IHP__PERIODS, sizeof *p->rules);
    if (p->rules == NULL) {
        return ihp__fail_memory(s->job.err, "the rules of the readings");
    }
    for (size_t r = 0; r < p->plan->readings; r++) {
        if (ihp__context_rules(&s->job.context, &p->plan->reading[r], s->job.notices, &p->rules[r],
                               s->job.err) != IHP_OK) {
            return s->job.err->status;
        }
    }
    return with_bridge(s) ? ihp__bridge_rules(&s->bridge, &s->job, p->rules + p->plan->readings)
                          : IHP_OK;
}

enum ihp_status ihp__planned_make(struct ihp__settling *s, size_t first)
{
    const struct ihp__context *c = &s->job.context;
    bool facts = c->deck.bootstrap_scenarios != 0;
    /* As if members were spread evenly: every rank must make the same plan. */
    uint64_t members = c->info->members / (uint64_t)s->plan_ranks + 1;
    struct ihp__plan_request request = {
        .deck = &c->deck,
        .program = c->program,
        .acgs = c->info->acgs,
        .first = first,
        .end = s->block.end,
        .bytes = facts ? IHP__VIEW_FACT_BYTES : IHP__VIEW_BYTES,
        .view_bytes = facts ? members * sizeof(struct ihp__view_fact) : 0,
    };
    if (is_saved(s, first)) { /* the same scenarios, on any number of ranks */
        request.end = first + (size_t)s->from.plan_scenarios;
        request.bytes = UINT64_MAX;
    }
    if (ihp__plan_create(&request, &s->planned.plan, s->job.err) != IHP_OK) {
        return s->job.err->status;
    }
    return make_rules(s);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static enum ihp_status make_views(struct ihp__settling *s)
{
    const struct ihp__context *c = &s->job.context;
    struct ihp__planned *p = &s->planned;
    const struct ihp__tally_shape shape = {.partnerships = c->program->partnerships,
                                           .acgs = c->info->acgs,
                                           .caps = p->plan->caps,
                                           .cap = p->plan->cap};
    if (c->deck.sweep == NULL) {
        return IHP_OK;
    }
    if (ihp__views_create(&shape, p->plan->views, &p->views, s->job.err) != IHP_OK) {
        return s->job.err->status;
    }
    for (size_t r = 0; r < p->plan->readings; r++) {
        ihp__views_share(p->views, p->plan->reading[r].first_view, p->plan->reading[r].decisions);
    }
    return IHP_OK;
}

/* Makes room for the members' facts that a bootstrap starts again from: of the deck's two views, or
 * of all where the scenarios have a bootstrap, too. */
static enum ihp_status make_view_facts(struct ihp__settling *s)
{
    const struct ihp__deck *deck = &s->job.context.deck;
    struct ihp__planned *p = &s->planned;
    size_t views = p->plan->views, slots = deck->bootstrap_scenarios ? views : IHP__PERIODS;
    if (deck->bootstrap.replicates == 0 ||
        (!ihp__planned_is_first(s) && !deck->bootstrap_scenarios)) {
        return IHP_OK;
    }
    p->slot = calloc(views, sizeof *p->slot);
    p->view_fact = calloc(slots * (size_t)s->job.range.count + 1, sizeof *p->view_fact);
    if (p->slot == NULL || p->view_fact == NULL) {
        return ihp__fail_memory(s->job.err, "the members' facts for the bootstrap");
    }
    for (size_t v = 0; v < views; v++) {
        p->slot[v] = deck->bootstrap_scenarios ? v : SIZE_MAX;
    }
    if (!deck->bootstrap_scenarios) {
        p->slot[0] = 0;
        p->slot[p->plan->reading[IHP__PERFORMANCE].first_view] = 1;
    }
    return IHP_OK;
}

static size_t count_slots(const struct ihp__settling *s)
{
    return s->planned.view_fact == NULL                   ? 0
           : s->job.context.deck.bootstrap_scenarios != 0 ? s->planned.plan->views
                                                          : IHP__PERIODS;
}

/* ---- saving ---------------------------------------------------------------------------------- */

#define TODO_NAME "todo"
enum { SLOT_NAME = 40 };

/* Describes the sums of the views. Closed ones are the sums of all ranks, on every rank. */
static struct ihp__saved describe_views(const struct ihp__settling *s, bool closed)
{
    size_t count;
    int64_t *sums = ihp__views_sums(s->planned.views, &count);
    return (struct ihp__saved){.name = "views",
                               .kind = closed ? IHP__SAVED_OF_RANK_0 : IHP__SAVED_SUM,
                               .words = sums,
                               .count = count};
}

/* Describes the members' facts in a slot. */
static struct ihp__saved describe_slot(const struct ihp__settling *s, size_t slot,
                                       char name[SLOT_NAME], struct ihp__fact_rows *rows)
{
    snprintf(name, SLOT_NAME, "members/view_fact.%zu", slot);
    *rows = (struct ihp__fact_rows){.view_fact =
                                        s->planned.view_fact + slot * (size_t)s->job.range.count,
                                    .partnerships = s->job.context.program->partnerships,
                                    .acgs = s->job.context.info->acgs};
    return (struct ihp__saved){.name = name,
                               .kind = IHP__SAVED_ROWS,
                               .row_bytes = IHP__VIEW_FACT_ROW,
                               .pack = ihp__view_fact_pack,
                               .unpack = ihp__view_fact_unpack,
                               .rows = rows};
}

enum ihp_status ihp__planned_save(struct ihp__settling *s, struct ihp__saver *saver)
{
    const struct ihp__planned *p = &s->planned;
    char name[SLOT_NAME];
    struct ihp__fact_rows rows;
    enum ihp_status status = ihp__saver_put_ranges(saver, TODO_NAME, p->todo, p->todos);
    if (status == IHP_OK && p->views != NULL) {
        const struct ihp__saved views = describe_views(s, ihp__views_are_closed(p->views));
        status = ihp__saver_put(saver, &views);
    }
    for (size_t slot = 0; status == IHP_OK && slot < count_slots(s); slot++) {
        const struct ihp__saved facts = describe_slot(s, slot, name, &rows);
        status = ihp__saver_put(saver, &facts);
    }
    return status;
}

static enum ihp_status add_todo(struct ihp__settling *s, uint64_t first, uint64_t count)
{
    struct ihp__planned *p = &s->planned;
    if (!ihp__array_reserve(&p->todo, &p->todo_capacity, p->todos + 1, sizeof *p->todo)) {
        return ihp__fail_memory(s->job.err, "the members that are still to do");
    }
    p->todo[p->todos++] = (struct ihp__range){first, count};
    return IHP_OK;
}

/* Keeps those members of this rank that no rank had judged. */
static enum ihp_status keep_own(struct ihp__settling *s, const struct ihp__range *all, size_t count)
{
    const struct ihp__range *own = &s->job.range;
    uint64_t end = own->first + own->count, past = 0, members = s->job.context.info->members;
    for (size_t i = 0; i < count; i++) {
        if (all[i].first < past || all[i].count > members ||
            all[i].first > members - all[i].count || (s->from.closed != 0 && all[i].count > 0)) {
            return ihp__saving_fail_damaged(&s->saving, TODO_NAME);
        }
        past = all[i].first + all[i].count;
        uint64_t from = all[i].first > own->first ? all[i].first : own->first;
        uint64_t to = past < end ? past : end;
        if (from < to && add_todo(s, from, to - from) != IHP_OK) {
            return s->job.err->status;
        }
    }
    return IHP_OK;
}

/* Gets back the members still to do, and the sums of the views: rank 0 has those that will be added
 * up over ranks again; closed ones are on every rank. Not collective. */
static enum ihp_status get_back_sums(struct ihp__settling *s)
{
    struct ihp__range *all = NULL;
    size_t count = 0;
    bool closed = s->from.closed != 0;
    enum ihp_status status = ihp__saving_get_ranges(&s->saving, TODO_NAME, &all, &count);
    if (status == IHP_OK) {
        status = keep_own(s, all, count);
    }
    free(all);
    if (status == IHP_OK && s->planned.views != NULL && (closed || s->job.rank == 0)) {
        const struct ihp__saved views = describe_views(s, closed);
        status = ihp__saving_get(&s->saving, &views);
    }
    if (status == IHP_OK && s->planned.views != NULL && closed) {
        ihp__views_set_closed(s->planned.views);
    }
    return status;
}

/* Gets back what the checkpoint has of this plan; where it has nothing, all members are still to
 * do. Collective; returns the same status on every rank. */
static enum ihp_status get_back(struct ihp__settling *s)
{
    char name[SLOT_NAME];
    struct ihp__fact_rows rows;
    bool saved = is_saved(s, s->planned.plan->first);
    s->planned.todos = 0;
    enum ihp_status status = ihp__job_agree(
        &s->job, saved ? get_back_sums(s) : add_todo(s, s->job.range.first, s->job.range.count));
    for (size_t slot = 0; saved && status == IHP_OK && slot < count_slots(s); slot++) {
        const struct ihp__saved facts = describe_slot(s, slot, name, &rows);
        status = ihp__saving_get(&s->saving, &facts);
    }
    return status;
}

/* ---- the pass -------------------------------------------------------------------------------- */

/* A pass under way. */
struct passing {
    struct ihp__settling *s;
    struct ihp__pass_cost cost;
    bool first;       /* the plan's is the first, whose amounts are added up */
    double magnitude; /* of amounts passed by an earlier start */
};

static void note_magnitude(const struct passing *p)
{
    if (p->first) {
        p->s->job.stats.magnitude = p->magnitude + p->cost.magnitude;
    }
}

/* Keeps account of the members that are left: those before `next` are judged. */
static enum ihp_status after_block(void *context, uint64_t next)
{
    struct passing *p = context;
    struct ihp__planned *planned = &p->s->planned;
    size_t past = 0;
    while (past < planned->todos && planned->todo[past].first + planned->todo[past].count <= next) {
        past++;
    }
    planned->todos -= past;
    memmove(planned->todo, planned->todo + past, planned->todos * sizeof *planned->todo);
    if (planned->todos > 0 && planned->todo[0].first < next) {
        planned->todo[0].count -= next - planned->todo[0].first;
        planned->todo[0].first = next;
    }
    note_magnitude(p);
    return ihp__saving_round(&p->s->saving);
}

/* Passes the members `todo`; `planned.todo` keeps account of them meanwhile. */
static enum ihp_status pass_members(struct passing *p, const struct ihp__range *todo,
                                    struct ihp__tally *tally, struct ihp__member_fact *fact)
{
    struct ihp__settling *s = p->s;
    const struct ihp__planned *planned = &s->planned;
    bool bridge = with_bridge(s);
    const struct ihp__pass_options options = {.stage = "settle",
                                              .index_advice = ", or settle with --no-index",
                                              .batch_lines = s->job.stats.batch_lines,
                                              .use_index = !s->options->no_index,
                                              .rules = planned->rules,
                                              .rule_count = planned->plan->readings +
                                                            (bridge ? IHP__PERIODS : 0),
                                              .progress = ihp__watch_report,
                                              .progress_context = &s->job.watch,
                                              .todo = todo,
                                              .todos = planned->todos,
                                              .after_block = after_block,
                                              .after_block_context = p};
    const struct ihp__pass_sums sums = {.tally = tally,
                                        .views = planned->views,
                                        .fact = fact,
                                        .view_fact = planned->view_fact,
                                        .slot = planned->slot,
                                        .second = bridge ? &s->bridge.second : NULL};
    return ihp__pass(&s->job.context, s->job.range, &options, &sums, &p->cost, s->job.err);
}

/* Passes the claims, and takes part in the rounds of saving until all ranks are done. Collective;
 * returns the same status on every rank. */
static enum ihp_status pass_in_rounds(struct passing *p, const struct ihp__range *todo,
                                      struct ihp__tally *tally, struct ihp__member_fact *fact)
{
    struct ihp__settling *s = p->s;
    struct ihp__run_stats *stats = &s->job.stats;
    double saving = stats->own.checkpoint;
    s->planned.passing = true;
    ihp__saving_begin_rounds(&s->saving);
    ihp__until_agreed(pass_members(p, todo, tally, fact));
    ihp__saving_last_rounds(&s->saving);
    s->planned.passing = false;
    saving = stats->own.checkpoint - saving;
    stats->own.read += p->cost.read;
    stats->own.decide += p->cost.decide - saving;
    stats->own.pass += p->cost.read + p->cost.decide - saving;
    stats->read_bytes += p->cost.bytes;
    stats->indexed = p->cost.indexed;
    note_magnitude(p);
    return ihp__agree(s->job.comm, s->job.err);
}

enum ihp_status ihp__planned_pass(struct ihp__settling *s, struct ihp__tally *tally,
                                  struct ihp__member_fact *fact)
{
    struct passing p = {
        .s = s, .first = ihp__planned_is_first(s), .magnitude = s->job.stats.magnitude};
    if (make_views(s) == IHP_OK) {
        ihp__until_agreed(make_view_facts(s));
    }
    if (ihp__agree(s->job.comm, s->job.err) != IHP_OK || get_back(s) != IHP_OK) {
        return s->job.err->status;
    }
    struct ihp__range *todo = malloc((s->planned.todos + 1) * sizeof *todo);
    if (todo == NULL) {
        ihp__until_agreed(ihp__fail_memory(s->job.err, "the members that are still to do"));
    } else if (s->planned.todos > 0) {
        memcpy(todo, s->planned.todo, s->planned.todos * sizeof *todo);
    }
    enum ihp_status status = ihp__agree(s->job.comm, s->job.err);
    if (status == IHP_OK) {
        status = pass_in_rounds(&p, todo, tally, fact);
    }
    free(todo);
    return status;
}
