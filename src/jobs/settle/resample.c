/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the bootstrap of the deck and of each scenario, and makes their tables. A run can be saved
 * between blocks of replicates. */
#include "jobs/settle/settling.h"

#include <stdlib.h>
#include <string.h>

enum { READ_MEMBERS = 65536 };

void ihp__resampling_free(struct ihp__resampling *r)
{
    free(r->key);
    free(r->deck.amount);
    free(r->deck.left_out);
}

/* ---- saving ---------------------------------------------------------------------------------- */

static size_t report_words(const struct ihp__settling *s)
{
    return s->job.context.program->partnerships * sizeof(struct ihp__case_report) /
           sizeof(uint64_t);
}

/* Describes the deck's replicates, which scenarios are compared with. */
enum { SAVED_OF_DECK = 2, SAVED_OF_CASE = 3 };
static void describe_deck(const struct ihp__settling *s, struct ihp__saved saved[SAVED_OF_DECK])
{
    const struct ihp__deck_replicates *deck = &s->resampling.deck;
    size_t partnerships = s->job.context.program->partnerships;
    size_t replicates = (size_t)s->job.context.deck.bootstrap.replicates;
    saved[0] = (struct ihp__saved){.name = "replicates/amounts",
                                   .kind = IHP__SAVED_OR,
                                   .words = deck->amount,
                                   .count = partnerships * replicates};
    saved[1] = (struct ihp__saved){.name = "replicates/left_out",
                                   .kind = IHP__SAVED_OR,
                                   .words = deck->left_out,
                                   .count = partnerships * IHP__JACKKNIFE_GROUPS};
}

/* Describes the replicates of a case, and the reports of the IHPs before them. */
static void describe_case(const struct ihp__settling *s, const struct ihp__replicates *r,
                          struct ihp__saved saved[SAVED_OF_CASE])
{
    saved[0] = (struct ihp__saved){.name = "case/report",
                                   .kind = IHP__SAVED_OR,
                                   .words = s->resampling.report,
                                   .count = report_words(s)};
    saved[1] = (struct ihp__saved){.name = "case/value",
                                   .kind = IHP__SAVED_OR,
                                   .words = r->value,
                                   .count = r->count * IHP__STATISTICS * r->replicates};
    saved[2] = (struct ihp__saved){.name = "case/outcome",
                                   .kind = IHP__SAVED_SUM,
                                   .words = r->outcome,
                                   .count = r->count * IHP__OUTCOMES};
}

enum ihp_status ihp__resampling_save(struct ihp__settling *s, struct ihp__saver *saver)
{
    const struct ihp__resampling *r = &s->resampling;
    struct ihp__saved of_deck[SAVED_OF_DECK], of_case[SAVED_OF_CASE];
    enum ihp_status status =
        ihp__saver_put_table(saver, "table/bootstrap", &s->table[IHP__TABLE_BOOTSTRAP]);
    if (status == IHP_OK) {
        status = ihp__saver_put_table(saver, "table/bootstrap_outcomes",
                                      &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES]);
    }
    if (status == IHP_OK) {
        status = ihp__saver_put_table(saver, "table/bootstrap_quantiles",
                                      &s->table[IHP__TABLE_BOOTSTRAP_QUANTILES]);
    }
    describe_deck(s, of_deck);
    for (size_t i = 0; status == IHP_OK && r->deck.amount != NULL && i < SAVED_OF_DECK; i++) {
        status = ihp__saver_put(saver, &of_deck[i]);
    }
    if (r->under_way == NULL) {
        return status;
    }
    describe_case(s, r->under_way, of_case);
    for (size_t i = 0; status == IHP_OK && i < SAVED_OF_CASE; i++) {
        status = ihp__saver_put(saver, &of_case[i]);
    }
    return status;
}

/* Gets back the amounts of the deck's replicates. Not collective. */
static enum ihp_status get_back_amounts(struct ihp__settling *s)
{
    struct ihp__saved saved[SAVED_OF_DECK];
    enum ihp_status status = IHP_OK;
    if (s->saving.from == NULL || s->resampling.deck.amount == NULL ||
        (s->from.resampled == 0 && s->from.in_case == 0)) {
        return IHP_OK;
    }
    describe_deck(s, saved);
    for (size_t i = 0; status == IHP_OK && i < SAVED_OF_DECK; i++) {
        status = ihp__saving_get(&s->saving, &saved[i]);
    }
    return status;
}

/* Gets back the tables of replicates that an earlier start has made. Not collective; only rank 0
 * has them. */
static enum ihp_status get_back_tables(struct ihp__settling *s)
{
    struct ihp__table *table = &s->table[IHP__TABLE_BOOTSTRAP];
    struct ihp__table *outcomes = &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES];
    struct ihp__table *quantiles = &s->table[IHP__TABLE_BOOTSTRAP_QUANTILES];
    s->job.stats.resampled = s->from.resampled_members;
    if (s->job.rank != 0) {
        return IHP_OK;
    }
    ihp__bootstrap_tables_begin(table, outcomes);
    ihp__bootstrap_quantiles_table_begin(quantiles);
    enum ihp_status status = ihp__saving_get_table(&s->saving, "table/bootstrap", table);
    if (status == IHP_OK) {
        status = ihp__saving_get_table(&s->saving, "table/bootstrap_outcomes", outcomes);
    }
    return status == IHP_OK
               ? ihp__saving_get_table(&s->saving, "table/bootstrap_quantiles", quantiles)
               : status;
}

/* Returns true if the checkpoint has replicates of the case under way that are not yet got back. */
static bool has_case(const struct ihp__settling *s)
{
    return s->saving.from != NULL && s->from.in_case != 0 &&
           s->from.case_number == s->resampling.number;
}

/* Keeps the values of replicates on one rank alone: under fixed weights that of the IHP, otherwise
 * any. */
static void keep_own_values(const struct ihp__settling *s, struct ihp__replicates *r)
{
    bool fixed = s->job.context.deck.policies.bootstrap_weights == IHP__BOOTSTRAP_FIXED;
    size_t values = IHP__STATISTICS * r->replicates;
    for (size_t i = 0; i < r->count; i++) {
        size_t owner = fixed ? (r->first + i) % (size_t)s->job.ranks : 0;
        if (owner != (size_t)s->job.rank) {
            memset(r->value + i * values, 0, values * sizeof *r->value);
            memset(r->outcome + i * IHP__OUTCOMES, 0, IHP__OUTCOMES * sizeof *r->outcome);
        }
    }
}

/* Gets back the replicates of a group where the checkpoint has them, and on rank 0, where they will
 * be added up, the reports of the groups before it. For struct ihp__case_hooks. */
static enum ihp_status restore(void *context, struct ihp__replicates *r)
{
    struct ihp__settling *s = context;
    struct ihp__saved saved[SAVED_OF_CASE];
    enum ihp_status status = IHP_OK;
    if (!has_case(s) || r->first != s->from.case_first) {
        return IHP_OK;
    }
    describe_case(s, r, saved);
    for (size_t i = s->job.rank == 0 ? 0 : 1; status == IHP_OK && i < SAVED_OF_CASE; i++) {
        status = ihp__saving_get(&s->saving, &saved[i]);
    }
    if (status == IHP_OK) {
        keep_own_values(s, r);
        r->done = (size_t)s->from.case_done;
        s->from.in_case = 0;
    }
    return status;
}

/* Saves between blocks of replicates, if it is time. For struct ihp__case_hooks. */
static enum ihp_status between_blocks(void *context, const struct ihp__replicates *replicates)
{
    struct ihp__settling *s = context;
    s->resampling.under_way = replicates;
    enum ihp_status status = ihp__saving_pause(&s->saving);
    s->resampling.under_way = NULL;
    return status;
}

/* ---- a case ---------------------------------------------------------------------------------- */

/* Reads the keys of this rank's members, which follow from their IDs. */
static enum ihp_status read_keys(struct ihp__settling *s, uint64_t *key)
{
    const struct ihp__range *range = &s->job.range;
    for (uint64_t done = 0; done < range->count; done += READ_MEMBERS) {
        uint64_t left = range->count - done;
        struct ihp__range some = {range->first + done, left < READ_MEMBERS ? left : READ_MEMBERS};
        char(*id)[IHP__MEMBER_ID_MAX + 1] = NULL;
        if (ihp__store_read_ids(s->job.context.store, some, &id, s->job.err) != IHP_OK) {
            return s->job.err->status;
        }
        for (uint64_t m = 0; m < some.count; m++) {
            key[done + m] = ihp__member_key(id[m]);
        }
        free(id);
    }
    return IHP_OK;
}

static enum ihp_status begin(struct ihp__settling *s)
{
    struct ihp__resampling *r = &s->resampling;
    const struct ihp__deck *deck = &s->job.context.deck;
    size_t partnerships = s->job.context.program->partnerships;
    size_t replicates = (size_t)deck->bootstrap.replicates;
    r->key = calloc((size_t)s->job.range.count + 1, sizeof *r->key);
    bool whole = r->key != NULL;
    if (deck->bootstrap_scenarios) {
        r->deck.amount = calloc(partnerships * replicates, sizeof *r->deck.amount);
        r->deck.left_out = calloc(partnerships * IHP__JACKKNIFE_GROUPS, sizeof *r->deck.left_out);
        whole = whole && r->deck.amount != NULL && r->deck.left_out != NULL;
    }
    if (!whole) {
        return ihp__fail_memory(s->job.err, "the bootstrap");
    }
    return get_back_amounts(s) == IHP_OK ? read_keys(s, r->key) : s->job.err->status;
}

/* Returns the facts of the members under a view. */
static const struct ihp__view_fact *facts_of(const struct ihp__settling *s, size_t view)
{
    return s->planned.view_fact + s->planned.slot[view] * (size_t)s->job.range.count;
}

/* Makes the replicates of a case, and their reports on rank 0. `number` is the scenario's, 0 for
 * the deck's. Collective; returns the same status on every rank. */
static enum ihp_status run_case(struct ihp__settling *s, struct ihp__case *c, size_t number)
{
    struct ihp__resampling *r = &s->resampling;
    c->program = s->job.context.program;
    c->members = s->job.range.count;
    c->key = r->key;
    c->deck_replicates = r->deck;
    c->comm = s->job.comm;
    c->hooks.restore = restore;
    c->hooks.between = between_blocks;
    c->hooks.context = s;
    r->number = number;
    r->report = calloc(c->program->partnerships, sizeof *r->report);
    if (r->report == NULL) {
        ihp__until_agreed(ihp__fail_memory(s->job.err, "the reports of the replicates"));
    }
    c->first = has_case(s) ? (size_t)s->from.case_first : 0;
    return ihp__agree(s->job.comm, s->job.err) == IHP_OK ? ihp__case_run(c, r->report, s->job.err)
                                                         : s->job.err->status;
}

static void end_case(struct ihp__settling *s)
{
    free(s->resampling.report);
    s->resampling.report = NULL;
}

/* ---- the deck's ------------------------------------------------------------------------------ */

/* Adds the quantiles of IHP `p`. */
static void fill_quantiles(struct ihp__settling *s, size_t p)
{
    const char *id = s->job.context.program->partnership[p].id;
    for (size_t i = 0; i < IHP__QUANTILE_STATISTICS; i++) {
        const struct ihp__statistic *statistic = &ihp__statistic[ihp__quantile_statistic[i]];
        ihp__bootstrap_quantiles_add(&s->table[IHP__TABLE_BOOTSTRAP_QUANTILES], id, statistic->name,
                                     statistic->dollars, s->resampling.report[p].quantile[i]);
    }
}

static enum ihp_status fill_tables(struct ihp__settling *s)
{
    const struct ihp__bootstrap_spec *spec = &s->job.context.deck.bootstrap;
    const struct ihp__program *program = s->job.context.program;
    struct ihp__table *table = &s->table[IHP__TABLE_BOOTSTRAP];
    struct ihp__table *outcomes = &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES];
    struct ihp__table *quantiles = &s->table[IHP__TABLE_BOOTSTRAP_QUANTILES];
    ihp__bootstrap_tables_begin(table, outcomes);
    ihp__bootstrap_quantiles_table_begin(quantiles);
    for (size_t p = 0; p < program->partnerships; p++) {
        const struct ihp__case_report *report = &s->resampling.report[p];
        bool small = ihp__case_is_small(&s->finance.settlement[p]);
        for (size_t i = 0; i < IHP__STATISTICS; i++) {
            const struct ihp__estimate estimate = {
                program->partnership[p].id, ihp__statistic[i].name, ihp__statistic[i].dollars,
                &report->statistic[i], small};
            ihp__bootstrap_table_add(table, spec, &estimate);
        }
        ihp__bootstrap_outcomes_add(outcomes, program->partnership[p].id, &report->outlook);
        fill_quantiles(s, p);
    }
    return ihp__table_whole(table) && ihp__table_whole(outcomes) && ihp__table_whole(quantiles)
               ? IHP_OK
               : ihp__fail_memory(s->job.err, "the tables of the bootstrap");
}

/* Reports the share of a group of IHPs that is done, as replicates. */
static void report_share(void *context, double share)
{
    struct ihp__settling *s = context;
    uint64_t all = (uint64_t)s->job.context.deck.bootstrap.replicates;
    ihp__watch_report(&s->job.watch, &(struct ihp_progress){.stage = "bootstrap",
                                                            .what = "replicates",
                                                            .done = (uint64_t)(share * (double)all),
                                                            .all = all});
}

/* Makes the replicates of the deck's settlement, and their tables. Collective; returns the same
 * status on every rank. */
static enum ihp_status resample_deck(struct ihp__settling *s)
{
    struct ihp__case c = {
        .deck = &s->job.context.deck,
        .shape = &s->tally->shape,
        .estimate = s->finance.settlement,
        .weight = {s->finance.weight[IHP__BASE], s->finance.weight[IHP__PERFORMANCE]},
        .fact = {facts_of(s, 0),
                 facts_of(s, s->planned.plan->reading[IHP__PERFORMANCE].first_view)},
        .hooks = {.progress = report_share},
    };
    enum ihp_status status = run_case(s, &c, 0);
    if (status == IHP_OK) {
        s->job.stats.resampled = ihp__case_count_drawn(&c);
        status = ihp__job_agree(&s->job, s->job.rank == 0 ? fill_tables(s) : IHP_OK);
    }
    end_case(s);
    s->resampling.done = 1;
    return status;
}

enum ihp_status ihp__resampling_deck(struct ihp__settling *s)
{
    if (s->job.context.deck.bootstrap.replicates == 0) {
        return IHP_OK;
    }
    double start = MPI_Wtime();
    enum ihp_status status = ihp__job_agree(&s->job, begin(s));
    if (status == IHP_OK && s->resampling.done == 0) {
        status = resample_deck(s);
    } else if (status == IHP_OK) {
        status = ihp__job_agree(&s->job, get_back_tables(s));
    }
    s->job.stats.own.bootstrap = MPI_Wtime() - start;
    return status;
}

/* ---- scenarios' ------------------------------------------------------------------------------ */

void ihp__resampling_report_scenarios(struct ihp__settling *s)
{
    ihp__watch_report(&s->job.watch,
                      &(struct ihp_progress){.stage = "scenarios",
                                             .what = "scenarios with their replicates",
                                             .done = s->settled - s->block.first,
                                             .all = s->block.end - s->block.first});
}

/* Reports again how many scenarios are done, so that one that takes long does not seem dead. */
static void report_scenarios(void *context, double share)
{
    (void)share;
    ihp__resampling_report_scenarios(context);
}

static void fill_scenario(struct ihp__settling *s, size_t number,
                          const struct ihp__settlement *estimate)
{
    const struct ihp__bootstrap_spec *spec = &s->job.context.deck.bootstrap;
    const struct ihp__program *program = s->job.context.program;
    const struct ihp__scenario *scenario = &s->job.context.deck.sweep->scenario[number];
    struct ihp__table *table = &s->table[IHP__TABLE_SCENARIO_BOOTSTRAP];
    for (size_t p = 0; p < program->partnerships; p++) {
        const char *id = program->partnership[p].id;
        const struct ihp__case_report *report = &s->resampling.report[p];
        bool small = ihp__case_is_small(&estimate[p]);
        const struct ihp__estimate found[] = {
            {id, "ratio", false, &report->statistic[IHP__STATISTIC_RATIO], small},
            {id, "final_amount", true, &report->statistic[IHP__STATISTIC_AMOUNT], small},
            {id, "change_in_amount", true, &report->change,
             small || ihp__case_is_small(&s->finance.settlement[p])}};
        for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
            ihp__scenario_bootstrap_table_add(table, number + 1, scenario, spec, &found[i]);
        }
    }
}

enum ihp_status ihp__resampling_scenario(struct ihp__settling *s,
                                         const struct ihp__scenario_run *scenario)
{
    const size_t *view = s->planned.plan->view[scenario->i];
    size_t number = s->planned.plan->first + scenario->i;
    struct ihp__case c = {
        .deck = scenario->deck,
        .shape = &scenario->tally->shape,
        .estimate = scenario->finance->settlement,
        .weight = {scenario->finance->weight[IHP__BASE],
                   scenario->finance->weight[IHP__PERFORMANCE]},
        .fact = {facts_of(s, view[IHP__BASE]), facts_of(s, view[IHP__PERFORMANCE])},
        .against = s->finance.settlement,
        .hooks = {.progress = report_scenarios},
    };
    enum ihp_status status = run_case(s, &c, number + 1);
    if (status == IHP_OK && s->job.rank == 0) {
        fill_scenario(s, number, scenario->finance->settlement);
    }
    end_case(s);
    return status;
}
