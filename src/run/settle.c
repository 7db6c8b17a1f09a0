/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp settle: open, pass, reduce, settle, write. Each rank works on its own members; after every
 * stage the ranks agree, so that a fault of one ends all. */
#include "checkpoint.h"

#include <stdlib.h>
#include <string.h>

struct ihp__result_input ihp__settling_result(const struct ihp__settling *s)
{
    const struct ihp__context *c = &s->context;
    return (struct ihp__result_input){&c->deck, c->program,  c->info,
                                      s->tally, &s->finance, s->block};
}

/* Collective: ranks that opened different things would mix them, or wait for each other for
 * ever. */
static enum ihp_status check_same_input(struct ihp__settling *s)
{
    enum { OPTIONS = 10, DONE = sizeof s->done / sizeof(uint64_t) };
    const struct ihp_settle_options *o = s->options;
    uint64_t options[OPTIONS + DONE] = {o->member_files,
                                        o->no_index,
                                        o->force,
                                        o->fresh,
                                        o->dry_run,
                                        o->estimate,
                                        (uint64_t)s->plan_ranks,
                                        (uint64_t)(o->rate * 1000),
                                        s->block.number,
                                        s->block.blocks};
    memcpy(options + OPTIONS, &s->done, sizeof s->done);
    return ihp__context_check_same(&s->context, options, sizeof options, s->comm, s->err);
}

static bool only_estimates(const struct ihp__settling *s)
{
    return s->options->dry_run || s->options->estimate;
}

/* An estimate needs no interim but its name: it can be made before the interim is settled. */
static enum ihp_status open_all(struct ihp__settling *s, double start)
{
    if (ihp__context_open(s->options->deck_path, &s->context, s->notices, s->err) == IHP_OK &&
        ihp__store_partition(s->context.store, s->rank, s->ranks, &s->range, s->err) == IHP_OK &&
        ihp__settling_block(s) == IHP_OK &&
        (s->options->estimate || ihp__settling_bridge_open(s) == IHP_OK)) {
        if (only_estimates(s)) {
            ihp__settling_plan(s, s->block.first);
        } else if (ihp__result_check(s->context.deck.output, s->context.deck.program,
                                     s->options->force, s->err) == IHP_OK &&
                   ihp__resume_open(s) == IHP_OK) {
            ihp__settling_plan(s, s->done.plan_first);
        }
    }
    s->stats.own.open = MPI_Wtime() - start;
    if (ihp__agree(s->comm, s->err) == IHP_OK && check_same_input(s) == IHP_OK &&
        !only_estimates(s)) {
        ihp__watch_open(&s->watch, s->context.deck.output);
    }
    return s->err->status;
}

void ihp__settling_forget_plan(struct ihp__settling *s)
{
    ihp__views_destroy(&s->views);
    free(s->view_fact);
    s->view_fact = NULL;
    free(s->slot);
    s->slot = NULL;
    free(s->rules);
    s->rules = NULL;
    ihp__plan_destroy(&s->plan);
}

/* Whether the plan's pass judges members as the interim did, too: the first one does. */
static bool with_bridge(const struct ihp__settling *s)
{
    return s->bridge.steps != NULL && s->plan->first == s->block.first;
}

enum ihp_status ihp__settling_plan(struct ihp__settling *s, size_t first)
{
    struct ihp__context *c = &s->context;
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
    if (ihp__resume_has_plan(s, first)) { /* the same scenarios, on any number of ranks */
        request.end = first + (size_t)s->done.plan_scenarios;
        request.bytes = UINT64_MAX;
    }
    if (ihp__plan_create(&request, &s->plan, s->err) != IHP_OK) {
        return s->err->status;
    }
    s->rules = calloc(s->plan->readings + IHP__PERIODS, sizeof *s->rules);
    if (s->rules == NULL) {
        return ihp__fail_memory(s->err, "the rules of the readings");
    }
    for (size_t r = 0; r < s->plan->readings; r++) {
        if (ihp__context_rules(c, &s->plan->reading[r], s->notices, &s->rules[r], s->err) !=
            IHP_OK) {
            return s->err->status;
        }
    }
    return with_bridge(s) ? ihp__settling_bridge_rules(s, s->rules + s->plan->readings) : IHP_OK;
}

static enum ihp_status make_views(struct ihp__settling *s)
{
    const struct ihp__context *c = &s->context;
    const struct ihp__tally_shape shape = {.partnerships = c->program->partnerships,
                                           .acgs = c->info->acgs,
                                           .caps = s->plan->caps,
                                           .cap = s->plan->cap};
    if (c->deck.sweep == NULL ||
        ihp__views_create(&shape, s->plan->views, &s->views, s->err) != IHP_OK) {
        return s->err->status;
    }
    for (size_t r = 0; r < s->plan->readings; r++) {
        ihp__views_share(s->views, s->plan->reading[r].first_view, s->plan->reading[r].decisions);
    }
    return IHP_OK;
}

/* Room for the members' facts that a bootstrap goes round again from: of the deck's two views,
 * or of all where the scenarios have one too. */
static enum ihp_status make_view_facts(struct ihp__settling *s)
{
    const struct ihp__deck *deck = &s->context.deck;
    size_t views = s->plan->views, slots = deck->bootstrap_scenarios ? views : IHP__PERIODS;
    if (deck->bootstrap.replicates == 0 ||
        (s->plan->first > s->block.first && !deck->bootstrap_scenarios)) {
        return IHP_OK;
    }
    s->slot = calloc(views, sizeof *s->slot);
    s->view_fact = calloc(slots * (size_t)s->range.count + 1, sizeof *s->view_fact);
    if (s->slot == NULL || s->view_fact == NULL) {
        return ihp__fail_memory(s->err, "the members' facts for the bootstrap");
    }
    for (size_t v = 0; v < views; v++) {
        s->slot[v] = deck->bootstrap_scenarios ? v : SIZE_MAX;
    }
    if (!deck->bootstrap_scenarios) {
        s->slot[0] = 0;
        s->slot[s->plan->reading[IHP__PERFORMANCE].first_view] = 1;
    }
    return IHP_OK;
}

/* A pass under way, as it can be saved. */
struct passing {
    struct ihp__settling *s;
    struct ihp__pass_cost cost;
    bool first;       /* the plan's, whose amounts are added up */
    double magnitude; /* of those passed by an earlier start */
};

static void note_magnitude(struct passing *p)
{
    if (p->first) {
        p->s->stats.magnitude = p->magnitude + p->cost.magnitude;
    }
}

/* Keeps account of the members that are left: those before `next` are judged. */
static enum ihp_status after_block(void *context, uint64_t next)
{
    struct passing *p = context;
    struct ihp__settling *s = p->s;
    size_t past = 0;
    while (past < s->todos && s->todo[past].first + s->todo[past].count <= next) {
        past++;
    }
    s->todos -= past;
    memmove(s->todo, s->todo + past, s->todos * sizeof *s->todo);
    if (s->todos > 0 && s->todo[0].first < next) {
        s->todo[0].count -= next - s->todo[0].first;
        s->todo[0].first = next;
    }
    note_magnitude(p);
    return ihp__saving_round(s);
}

/* Passes the members `todo`, of which s->todo keeps account meanwhile. */
static void run_pass(struct passing *p, const struct ihp__range *todo, struct ihp__tally *tally,
                     struct ihp__member_fact *fact)
{
    struct ihp__settling *s = p->s;
    const struct ihp_settle_options *o = s->options;
    const struct ihp__pass_options options = {.batch_lines = s->stats.batch_lines,
                                              .use_index = !o->no_index,
                                              .rules = s->rules,
                                              .rule_count = s->plan->readings +
                                                            (with_bridge(s) ? IHP__PERIODS : 0),
                                              .progress = ihp__watch_report,
                                              .progress_context = &s->watch,
                                              .todo = todo,
                                              .todos = s->todos,
                                              .after_block = s->saving.on ? after_block : NULL,
                                              .after_block_context = p};
    const struct ihp__pass_second interim = {ihp__bridge_sums_add, &s->bridge.sums};
    const struct ihp__pass_sums sums = {.tally = tally,
                                        .views = s->views,
                                        .fact = fact,
                                        .view_fact = s->view_fact,
                                        .slot = s->slot,
                                        .part2 = s->part2,
                                        .second = with_bridge(s) ? &interim : NULL};
    ihp__pass(&s->context, s->range, &options, &sums, &p->cost, s->err);
}

static struct ihp__range *copy_todo(struct ihp__settling *s)
{
    struct ihp__range *todo = malloc((s->todos + 1) * sizeof *todo);
    if (todo == NULL) {
        ihp__fail_memory(s->err, "the members that are still to do");
    } else if (s->todos > 0) {
        memcpy(todo, s->todo, s->todos * sizeof *todo);
    }
    return todo;
}

enum ihp_status ihp__settling_pass(struct ihp__settling *s, struct ihp__tally *tally,
                                   struct ihp__member_fact *fact)
{
    struct passing p = {
        .s = s, .first = s->plan->first == s->block.first, .magnitude = s->stats.magnitude};
    struct ihp__range *todo = NULL;
    double saving = s->stats.own.checkpoint;
    make_views(s);
    make_view_facts(s);
    if (ihp__agree(s->comm, s->err) == IHP_OK && ihp__resume_views(s) == IHP_OK) {
        todo = copy_todo(s);
    }
    ihp__saving_begin_rounds(s);
    if (todo != NULL) {
        run_pass(&p, todo, tally, fact);
    }
    ihp__saving_last_rounds(s);
    free(todo);
    saving = s->stats.own.checkpoint - saving;
    s->stats.own.read += p.cost.read;
    s->stats.own.decide += p.cost.decide - saving;
    s->stats.own.pass += p.cost.read + p.cost.decide - saving;
    s->stats.read_bytes += p.cost.bytes;
    s->stats.indexed = p.cost.indexed;
    note_magnitude(&p);
    return s->err->status;
}

enum ihp_status ihp__settling_take_claims(struct ihp__settling *s)
{
    const struct ihp_settle_options *o = s->options;
    if (ihp__tally_create(&s->context.shape, &s->tally, s->err) == IHP_OK) {
        if (o->member_files) {
            s->fact = calloc((size_t)s->range.count * IHP__PERIODS + 1, sizeof *s->fact);
        }
        if (o->member_files && s->fact == NULL) {
            ihp__fail_memory(s->err, "member facts");
        }
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK && ihp__resume_deck(s) == IHP_OK &&
        s->plan->first == s->block.first) { /* a later plan is passed in its turn */
        ihp__settling_pass(s, s->tally, s->fact);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        double magnitude = s->stats.magnitude;
        MPI_Allreduce(MPI_IN_PLACE, &magnitude, 1, MPI_DOUBLE, MPI_SUM, s->comm);
        ihp__pass_check_magnitude(&s->context, magnitude, s->err);
    }
    return s->err->status;
}

enum ihp_status ihp__settling_settle(struct ihp__settling *s)
{
    double start = MPI_Wtime();
    ihp__tally_reduce(s->tally, s->comm, &s->stats.reduced_bytes, s->err);
    s->stats.own.reduce = MPI_Wtime() - start;
    start = MPI_Wtime();
    struct ihp__result_input input = ihp__settling_result(s);
    if (s->err->status == IHP_OK &&
        ihp__pass_check_whole(&s->context, s->tally->store[0], s->tally->store[1], s->err) ==
            IHP_OK &&
        ihp__pass_check_categories(&s->context, s->tally, s->notices, s->err) == IHP_OK &&
        ihp__finance_settle(s->tally, s->context.program, &s->context.deck, s->context.info->acg,
                            &s->finance, s->notices, s->err) == IHP_OK) {
        ihp__result_tables_create(&input, s->table, s->err);
    }
    s->stats.own.finish = MPI_Wtime() - start;
    return ihp__agree(s->comm, s->err);
}

static enum ihp_status write_member_files(struct ihp__settling *s)
{
    struct ihp__result_input input = ihp__settling_result(s);
    char(*ids)[IHP__MEMBER_ID_MAX + 1] = NULL;
    ihp__store_read_ids(s->context.store, s->range, &ids, s->err);
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        ihp__member_files_write(s->context.deck.output, &input, s->range, s->fact,
                                (const char(*)[IHP__MEMBER_ID_MAX + 1]) ids, s->comm, s->err);
    }
    free(ids);
    return s->err->status;
}

/* The folder is begun by rank 0 alone; member files are written by all; the rest, and last the
 * manifest, by rank 0. */
static enum ihp_status write_results(struct ihp__settling *s, double start)
{
    struct ihp__result_input input = ihp__settling_result(s);
    s->stats.starts = s->done.starts + 1;
    if (ihp__run_stats_collect(&s->stats, start, s->comm, s->err) != IHP_OK) {
        return s->err->status;
    }
    if (s->rank == 0) {
        s->folder_begun =
            ihp__result_begin(s->context.deck.output, &s->folder_made, s->err) == IHP_OK;
    }
    if (ihp__agree(s->comm, s->err) != IHP_OK ||
        (s->options->member_files && write_member_files(s) != IHP_OK)) {
        return s->err->status;
    }
    ihp__store_check_unchanged(s->context.store, s->err);
    if (ihp__agree(s->comm, s->err) == IHP_OK && s->rank == 0) {
        ihp__result_write(s->context.deck.output, &input, s->table, s->notices, &s->stats, s->err);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        ihp__saving_remove(s);
    }
    return s->err->status;
}

enum ihp_status ihp__settling_start(struct ihp__settling *s, const char *job, MPI_Comm comm)
{
    if (MPI_Comm_dup(comm, &s->comm) != MPI_SUCCESS) {
        return ihp__fail(s->err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    if (ihp__watch_start(&s->watch, job, s->options->progress, s->options->progress_context,
                         s->comm, s->err) != IHP_OK) {
        MPI_Comm_free(&s->comm);
        return s->err->status;
    }
    MPI_Comm_rank(s->comm, &s->rank);
    MPI_Comm_size(s->comm, &s->ranks);
    s->plan_ranks = s->options->ranks > 0 ? s->options->ranks : s->ranks;
    s->stats.ranks = s->ranks;
    s->stats.batch_lines = s->options->batch_lines == 0 ? IHP_BATCH_LINES : s->options->batch_lines;
    return IHP_OK;
}

void ihp__settling_end(struct ihp__settling *s)
{
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&s->table[t]);
    }
    ihp__finance_free(&s->finance);
    ihp__tally_destroy(&s->tally);
    ihp__resume_close(s);
    free(s->todo);
    free(s->fact);
    free(s->effect);
    ihp__settling_bootstrap_free(s);
    ihp__settling_bridge_free(s);
    ihp__settling_forget_plan(s);
    free(s->stats.rank);
    ihp__watch_end(&s->watch, s->err);
    ihp__context_close(&s->context);
    MPI_Comm_free(&s->comm);
}

static enum ihp_status print_tables(const struct ihp__settling *s)
{
    struct ihp__result_input input = ihp__settling_result(s);
    if (ihp__settlement_print(s->options->report, &input, s->err) != IHP_OK ||
        (s->table[IHP__TABLE_BRIDGE].columns > 0 &&
         ihp__bridge_print(s->options->report, s->context.program, s->bridge.steps, s->err) !=
             IHP_OK)) {
        return s->err->status;
    }
    if (s->block.blocks > 0) {
        fprintf(
            s->options->report,
            "\nBlock %zu of %zu of the sweep: scenarios %zu to %zu of %zu. 'ihp merge' puts the "
            "parts together.\n",
            s->block.number, s->block.blocks, s->block.first + 1, s->block.end, s->block.scenarios);
    }
    if (s->table[IHP__TABLE_READINGS].columns > 0 &&
        ihp__readings_print(s->options->report, &s->table[IHP__TABLE_READINGS], s->err) != IHP_OK) {
        return s->err->status;
    }
    return s->table[IHP__TABLE_BOOTSTRAP].columns == 0
               ? IHP_OK
               : ihp__bootstrap_print(s->options->report, &s->context.deck.bootstrap,
                                      &s->table[IHP__TABLE_BOOTSTRAP],
                                      &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES], s->err);
}

/* Collective: rank 0 prints. The results are written: they stay whatever happens here. */
static enum ihp_status print_report(struct ihp__settling *s)
{
    s->folder_begun = false;
    if (s->rank == 0 && s->options->report != NULL && print_tables(s) == IHP_OK) {
        fprintf(s->options->report, "\nResults: %s\n", s->context.deck.output);
    }
    return ihp__agree(s->comm, s->err);
}

enum ihp_status ihp_settle(const struct ihp_settle_options *options, MPI_Comm comm,
                           struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__settling s = {.options = options, .notices = notices, .err = err};
    if (ihp__settling_start(&s, "settle", comm) != IHP_OK) {
        return err->status;
    }
    double start = MPI_Wtime();
    if (open_all(&s, start) == IHP_OK && only_estimates(&s)) {
        if (s.rank == 0 && options->report != NULL) {
            ihp__settling_estimate(&s, options->report);
        }
        ihp__agree(s.comm, err);
    } else if (err->status == IHP_OK && ihp__settling_take_claims(&s) == IHP_OK &&
               ihp__settling_settle(&s) == IHP_OK && ihp__settling_bridge(&s) == IHP_OK &&
               ihp__settling_bootstrap(&s) == IHP_OK && ihp__settling_sweep(&s) == IHP_OK &&
               write_results(&s, start) == IHP_OK) {
        ihp__until_agreed(print_report(&s));
    }
    if (err->status != IHP_OK && s.folder_begun) {
        ihp__result_abandon(s.context.deck.output, s.folder_made);
    }
    ihp__settling_end(&s);
    return err->status;
}
