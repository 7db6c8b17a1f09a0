/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settles the scenarios of a sweep, or of a block of it, from the views of one pass, or of several
 * if one would take too much memory. Rank 0 settles; the others do so, too, where scenarios have a
 * bootstrap. */
#include "jobs/settle/settling.h"

#include <stdlib.h>

/* Scenarios settled before the run looks again if it is to be saved, where they have no bootstrap:
 * they take some hundredths of a second. */
enum { TOGETHER = 64 };

/* ---- saving ---------------------------------------------------------------------------------- */

/* Describes what scenarios have changed for each IHP. */
static struct ihp__saved describe_effects(const struct ihp__settling *s)
{
    size_t words = (s->block.end - s->block.first) * s->job.context.program->partnerships *
                   sizeof *s->effect / sizeof(uint64_t);
    return (struct ihp__saved){
        .name = "effect", .kind = IHP__SAVED_OF_RANK_0, .words = s->effect, .count = words};
}

enum ihp_status ihp__sweep_save(struct ihp__settling *s, struct ihp__saver *saver)
{
    enum ihp_status status =
        ihp__saver_put_table(saver, "table/scenarios", &s->table[IHP__TABLE_SCENARIOS]);
    if (status == IHP_OK) {
        status = ihp__saver_put_table(saver, "table/scenario_bootstrap",
                                      &s->table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
    }
    if (status == IHP_OK && s->effect != NULL) {
        const struct ihp__saved effects = describe_effects(s);
        status = ihp__saver_put(saver, &effects);
    }
    return status;
}

/* Gets back the rows and the effects of the scenarios that are done. Not collective; only rank 0
 * has them. */
static enum ihp_status get_back(struct ihp__settling *s)
{
    if (s->saving.from == NULL || s->job.rank != 0) {
        return IHP_OK;
    }
    enum ihp_status status =
        ihp__saving_get_table(&s->saving, "table/scenarios", &s->table[IHP__TABLE_SCENARIOS]);
    if (status == IHP_OK && s->job.context.deck.bootstrap_scenarios) {
        status = ihp__saving_get_table(&s->saving, "table/scenario_bootstrap",
                                       &s->table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
    }
    if (status == IHP_OK && s->effect != NULL && s->from.settled > s->block.first) {
        const struct ihp__saved effects = describe_effects(s);
        status = ihp__saving_get(&s->saving, &effects);
    }
    return status;
}

/* ---- a scenario ------------------------------------------------------------------------------ */

/* Work space that every scenario uses. */
struct scene {
    struct ihp__deck deck; /* with the scenario's terms; owns nothing */
    struct ihp__tally *tally;
    int64_t *cap; /* by IHP */
};

static void free_scene(struct scene *scene)
{
    ihp__scenario_tally_destroy(&scene->tally);
    free(scene->cap);
}

static enum ihp_status make_scene(struct ihp__settling *s, struct scene *scene)
{
    *scene = (struct scene){.deck = s->job.context.deck};
    scene->deck.sweep = NULL;
    scene->cap = calloc(s->job.context.program->partnerships, sizeof *scene->cap);
    if (scene->cap == NULL) {
        return ihp__fail_memory(s->job.err, "a scenario");
    }
    return ihp__scenario_tally_create(s->planned.views, &scene->tally, s->job.err);
}

/* Settles scenario `i` of the plan. */
static enum ihp_status settle_scenario(struct ihp__settling *s, struct scene *scene, size_t i,
                                       struct ihp__finance *finance)
{
    const struct ihp__context *c = &s->job.context;
    const struct ihp__plan *plan = s->planned.plan;
    const struct ihp__scenario *scenario = &c->deck.sweep->scenario[plan->first + i];
    ihp__deck_apply(&scene->deck, &scenario->terms);
    for (size_t p = 0; p < c->program->partnerships; p++) {
        scene->cap[p] = ihp__terms_cap(&scenario->terms, &c->program->partnership[p]);
    }
    ihp__scenario_tally_set(s->planned.views, plan->view[i], scene->cap, scene->tally);
    return ihp__finance_settle(scene->tally, c->program, &scene->deck, c->info->acg, finance, NULL,
                               s->job.err);
}

/* Keeps what a scenario changes for each IHP. */
static void keep_effects(struct ihp__settling *s, size_t i, const struct ihp__finance *finance)
{
    const struct ihp__planned *planned = &s->planned;
    size_t partnerships = s->job.context.program->partnerships;
    struct ihp__effect *effect =
        s->effect + (planned->plan->first - s->block.first + i) * partnerships;
    for (size_t p = 0; p < partnerships; p++) {
        for (int period = 0; period < IHP__PERIODS; period++) {
            size_t view = planned->plan->view[i][period];
            effect[p].gained[period] = ihp__views_gained(planned->views, view, p);
            effect[p].lost[period] = ihp__views_lost(planned->views, view, p);
        }
        effect[p].change = ihp__cents_of_dollars(finance->settlement[p].final_amount) -
                           ihp__cents_of_dollars(s->finance.settlement[p].final_amount);
    }
}

/* Puts the settlement of scenario `i` of the plan into the tables; from then on it is done. */
static void keep_scenario(struct ihp__settling *s, size_t i, const struct ihp__finance *finance)
{
    const struct ihp__context *c = &s->job.context;
    size_t number = s->planned.plan->first + i;
    if (s->job.rank == 0) {
        ihp__scenarios_table_add(&s->table[IHP__TABLE_SCENARIOS], c->program, number + 1,
                                 &c->deck.sweep->scenario[number], finance->settlement,
                                 s->finance.settlement);
    }
    if (s->effect != NULL) {
        keep_effects(s, i, finance);
    }
    s->settled = number + 1;
}

/* Settles scenario `i` of the plan on rank 0. Not collective. */
static enum ihp_status take_scenario(struct ihp__settling *s, struct scene *scene, size_t i)
{
    struct ihp__finance finance = {0};
    enum ihp_status status = settle_scenario(s, scene, i, &finance);
    if (status == IHP_OK) {
        keep_scenario(s, i, &finance);
    }
    ihp__finance_free(&finance);
    return status;
}

/* Settles scenario `i` of the plan on every rank, with its bootstrap. Collective; returns the same
 * status on every rank. */
static enum ihp_status resample_scenario(struct ihp__settling *s, struct scene *scene, size_t i)
{
    struct ihp__finance finance = {0};
    const struct ihp__scenario_run run = {i, &scene->deck, scene->tally, &finance};
    enum ihp_status status = ihp__job_agree(&s->job, settle_scenario(s, scene, i, &finance));
    if (status == IHP_OK) {
        status = ihp__resampling_scenario(s, &run);
    }
    if (status == IHP_OK) {
        keep_scenario(s, i, &finance);
        ihp__resampling_report_scenarios(s);
    }
    ihp__finance_free(&finance);
    return status;
}

/* ---- the scenarios of a plan ----------------------------------------------------------------- */

/* Fails if a table has lost rows: that must end the run before a checkpoint counts them as done. */
static enum ihp_status check_tables(struct ihp__settling *s)
{
    return ihp__table_whole(&s->table[IHP__TABLE_SCENARIOS]) &&
                   ihp__table_whole(&s->table[IHP__TABLE_SCENARIO_BOOTSTRAP])
               ? IHP_OK
               : ihp__fail_memory(s->job.err, "the tables of the scenarios");
}

/* Settles scenarios first .. end - 1 of the plan. Collective where scenarios have a bootstrap, and
 * then the same status on every rank. */
static enum ihp_status settle_some(struct ihp__settling *s, struct scene *scene, size_t first,
                                   size_t end)
{
    bool resampled = scene->deck.bootstrap_scenarios != 0;
    for (size_t i = first; i < end; i++) {
        enum ihp_status status = resampled          ? resample_scenario(s, scene, i)
                                 : s->job.rank == 0 ? take_scenario(s, scene, i)
                                                    : IHP_OK;
        if (status != IHP_OK) {
            return status;
        }
    }
    s->settled = s->planned.plan->first + end;
    return check_tables(s);
}

/* Settles the scenarios of the plan, except for those that are done already. Collective; returns
 * the same status on every rank. */
static enum ihp_status settle_plan(struct ihp__settling *s)
{
    struct scene scene = {0};
    size_t together = s->job.context.deck.bootstrap_scenarios ? 1 : TOGETHER;
    size_t plan_first = s->planned.plan->first, scenarios = s->planned.plan->scenarios;
    size_t done = s->settled > plan_first ? (size_t)s->settled - plan_first : 0;
    ihp__until_agreed(make_scene(s, &scene));
    enum ihp_status status = ihp__saving_pause(&s->saving);
    while (status == IHP_OK && done < scenarios) {
        size_t end = scenarios - done < together ? scenarios : done + together;
        ihp__until_agreed(settle_some(s, &scene, done, end));
        done = end;
        status = ihp__saving_pause(&s->saving);
    }
    free_scene(&scene);
    return status;
}

/* ---- the sweep ------------------------------------------------------------------------------- */

/* Passes the claims for the scenarios of a later plan, which begins with `first`. Collective;
 * returns the same status on every rank. */
static enum ihp_status pass_plan(struct ihp__settling *s, size_t first)
{
    struct ihp__tally *unused = NULL; /* a pass adds up the deck's reading whatever else it does */
    enum ihp_status status = IHP_OK;
    if (s->planned.plan->first != first) {
        ihp__planned_forget(&s->planned);
        status = ihp__planned_make(s, first);
    }
    if (status == IHP_OK) {
        ihp__until_agreed(ihp__tally_create(&s->job.context.shape, &unused, s->job.err));
    }
    status = ihp__agree(s->job.comm, s->job.err);
    if (status == IHP_OK) {
        status = ihp__planned_pass(s, unused, NULL);
    }
    ihp__tally_destroy(&unused);
    return status;
}

/* Makes the table of the keys that scenarios vary, which are known from the beginning. */
static enum ihp_status list_terms(struct ihp__settling *s)
{
    struct ihp__table *table = &s->table[IHP__TABLE_SCENARIO_TERMS];
    ihp__scenario_terms_table_begin(table);
    for (size_t i = s->block.first; s->job.rank == 0 && i < s->block.end; i++) {
        ihp__scenario_terms_table_add(table, i + 1, &s->job.context.deck.sweep->scenario[i]);
    }
    return ihp__table_whole(table) ? IHP_OK
                                   : ihp__fail_memory(s->job.err, "the keys of the scenarios");
}

/* Makes the tables of the sweep, with the scenarios that are done. */
static enum ihp_status begin_tables(struct ihp__settling *s)
{
    const struct ihp__deck *deck = &s->job.context.deck;
    size_t scenarios = s->block.end - s->block.first;
    ihp__scenarios_table_begin(&s->table[IHP__TABLE_SCENARIOS]);
    if (list_terms(s) != IHP_OK) {
        return s->job.err->status;
    }
    if (deck->bootstrap_scenarios) {
        ihp__scenario_bootstrap_table_begin(&s->table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
    }
    if (deck->sweep->design == IHP__SWEEP_READINGS) {
        s->effect = calloc(scenarios * s->job.context.program->partnerships + 1, sizeof *s->effect);
        if (s->effect == NULL) {
            return ihp__fail_memory(s->job.err, "the price of the readings");
        }
    }
    return get_back(s);
}

/* Settles the scenarios plan by plan. Collective; returns the same status on every rank. */
static enum ihp_status settle_plans(struct ihp__settling *s)
{
    enum ihp_status status = IHP_OK;
    size_t done = s->planned.plan->first;
    while (status == IHP_OK && done < s->block.end) {
        if (s->planned.views == NULL || s->planned.plan->first != done) {
            status = pass_plan(s, done);
        }
        if (status == IHP_OK) {
            status = ihp__job_agree(&s->job,
                                    ihp__views_close(s->planned.views, s->job.comm, s->job.err));
        }
        if (status == IHP_OK) {
            status = settle_plan(s);
            done = s->planned.plan->first + s->planned.plan->scenarios;
        }
    }
    return status;
}

/* Makes the table of the readings from the effects of the scenarios. Rank 0 alone has them. */
static enum ihp_status make_readings(struct ihp__settling *s)
{
    const struct ihp__sweep *sweep = s->job.context.deck.sweep;
    const struct ihp__sweep own = {sweep->design, sweep->scenario + s->block.first,
                                   s->block.end - s->block.first};
    return s->job.rank != 0 || s->effect == NULL
               ? IHP_OK
               : ihp__readings_tables_create(&s->table[IHP__TABLE_READINGS],
                                             &s->table[IHP__TABLE_READINGS_TOTAL],
                                             s->job.context.program, &own, s->effect, s->job.err);
}

enum ihp_status ihp__sweep_settle(struct ihp__settling *s)
{
    if (s->job.context.deck.sweep == NULL) {
        return IHP_OK;
    }
    double start = MPI_Wtime();
    enum ihp_status status = ihp__job_agree(&s->job, begin_tables(s));
    if (status == IHP_OK) {
        status = settle_plans(s);
    }
    if (status == IHP_OK) {
        status = ihp__job_agree(&s->job, make_readings(s));
    }
    s->job.stats.own.sweep = MPI_Wtime() - start;
    return status;
}
