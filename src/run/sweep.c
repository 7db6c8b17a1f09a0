/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios of a sweep, or of a block of it: from the views of one pass, or of several where
 * they would take too much memory, to a settlement for each. Rank 0 settles; the others too where
 * scenarios are resampled. */
#include "checkpoint.h"

#include <stdlib.h>

/* Scenarios settled between two looks at whether the run is to be saved, where they are not
 * resampled: some hundredths of a second. */
enum { TOGETHER = 64 };

/* What is used again for every scenario. */
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
    *scene = (struct scene){.deck = s->context.deck};
    scene->deck.sweep = NULL;
    scene->cap = calloc(s->context.program->partnerships, sizeof *scene->cap);
    if (scene->cap == NULL) {
        return ihp__fail_memory(s->err, "a scenario");
    }
    return ihp__scenario_tally_create(s->views, &scene->tally, s->err);
}

/* Settles scenario `i` of the plan. */
static enum ihp_status settle_scenario(struct ihp__settling *s, struct scene *scene, size_t i,
                                       struct ihp__finance *finance)
{
    const struct ihp__program *program = s->context.program;
    const struct ihp__scenario *scenario = &s->context.deck.sweep->scenario[s->plan->first + i];
    ihp__deck_apply(&scene->deck, &scenario->terms);
    for (size_t p = 0; p < program->partnerships; p++) {
        scene->cap[p] = ihp__terms_cap(&scenario->terms, &program->partnership[p]);
    }
    ihp__scenario_tally_set(s->views, s->plan->view[i], scene->cap, scene->tally);
    return ihp__finance_settle(scene->tally, program, &scene->deck, s->context.info->acg, finance,
                               NULL, s->err);
}

/* What a scenario changes for each IHP. */
static void keep_effects(struct ihp__settling *s, size_t i, const struct ihp__finance *finance)
{
    size_t partnerships = s->context.program->partnerships;
    struct ihp__effect *effect = s->effect + (s->plan->first - s->block.first + i) * partnerships;
    for (size_t p = 0; p < partnerships; p++) {
        for (int period = 0; period < IHP__PERIODS; period++) {
            effect[p].gained[period] = ihp__views_gained(s->views, s->plan->view[i][period], p);
            effect[p].lost[period] = ihp__views_lost(s->views, s->plan->view[i][period], p);
        }
        effect[p].change = ihp__cents_of_dollars(finance->settlement[p].final_amount) -
                           ihp__cents_of_dollars(s->finance.settlement[p].final_amount);
    }
}

void ihp__settling_tell_scenarios(struct ihp__settling *s)
{
    ihp__watch_report(&s->watch, &(struct ihp_progress){.stage = "scenarios",
                                                        .what = "scenarios with their replicates",
                                                        .done = s->saving.settled - s->block.first,
                                                        .all = s->block.end - s->block.first});
}

/* Puts a scenario's settlement into the tables, last, as from then on it is done; collective where
 * scenarios are resampled. */
static void keep_scenario(struct ihp__settling *s, const struct scene *scene, size_t i,
                          const struct ihp__finance *finance)
{
    size_t number = s->plan->first + i;
    if (scene->deck.bootstrap_scenarios &&
        ihp__settling_bootstrap_scenario(s, i, &scene->deck, scene->tally, finance) != IHP_OK) {
        return;
    }
    if (s->rank == 0) {
        ihp__scenarios_table_add(&s->table[IHP__TABLE_SCENARIOS], s->context.program, number + 1,
                                 &s->context.deck.sweep->scenario[number], finance->settlement,
                                 s->finance.settlement);
    }
    if (s->effect != NULL) {
        keep_effects(s, i, finance);
    }
    s->saving.settled = number + 1;
    if (scene->deck.bootstrap_scenarios) {
        ihp__settling_tell_scenarios(s);
    }
}

/* Settles scenario `i` of the plan into the tables: on every rank where scenarios are resampled,
 * which is collective then, else on rank 0. */
static void take_scenario(struct ihp__settling *s, struct scene *scene, size_t i)
{
    struct ihp__finance finance = {0};
    bool resampled = scene->deck.bootstrap_scenarios != 0;
    if (resampled || s->rank == 0) {
        settle_scenario(s, scene, i, &finance);
        if (resampled) {
            ihp__agree(s->comm, s->err); /* all ranks are here, and go on together or not at all */
        }
        if (s->err->status == IHP_OK) {
            keep_scenario(s, scene, i, &finance);
        }
    }
    ihp__finance_free(&finance);
}

/* A table that has lost rows must end the run, before a checkpoint counts them as done. */
static void check_tables(struct ihp__settling *s)
{
    if (!ihp__table_whole(&s->table[IHP__TABLE_SCENARIOS]) ||
        !ihp__table_whole(&s->table[IHP__TABLE_SCENARIO_BOOTSTRAP])) {
        ihp__fail_memory(s->err, "the tables of the scenarios");
    }
}

/* Collective: settles the scenarios of the plan, but for those that are done already. */
static enum ihp_status settle_plan(struct ihp__settling *s)
{
    struct scene scene = {0};
    size_t together = s->context.deck.bootstrap_scenarios ? 1 : TOGETHER;
    size_t first = s->saving.settled > s->plan->first ? s->saving.settled - s->plan->first : 0;
    make_scene(s, &scene);
    for (size_t i = first; ihp__saving_pause(s) == IHP_OK && i < s->plan->scenarios;) {
        size_t left = s->plan->scenarios - i, end = i + (left < together ? left : together);
        for (; i < end && s->err->status == IHP_OK; i++) {
            take_scenario(s, &scene, i);
        }
        s->saving.settled = s->plan->first + end;
        check_tables(s);
    }
    free_scene(&scene);
    return s->err->status;
}

/* Collective: passes the claims for the scenarios of a later plan, which begins with `first`. */
static enum ihp_status pass_plan(struct ihp__settling *s, size_t first)
{
    struct ihp__tally *unused = NULL; /* a pass adds up the deck's reading whatever else it does */
    if (s->plan->first != first) {
        ihp__settling_forget_plan(s);
        ihp__settling_plan(s, first);
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        ihp__until_agreed(ihp__tally_create(&s->context.shape, &unused, s->err));
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK) {
        ihp__settling_pass(s, unused, NULL);
    }
    ihp__tally_destroy(&unused);
    return ihp__agree(s->comm, s->err);
}

size_t ihp__settling_effect_words(const struct ihp__settling *s)
{
    return (s->block.end - s->block.first) * s->context.program->partnerships * sizeof *s->effect /
           sizeof(uint64_t);
}

/* The tables of the sweep, with the scenarios that are done. */
static enum ihp_status begin_tables(struct ihp__settling *s)
{
    const struct ihp__sweep *sweep = s->context.deck.sweep;
    ihp__scenarios_table_begin(&s->table[IHP__TABLE_SCENARIOS]);
    ihp__resume_table(s, IHP__TABLE_SCENARIOS);
    if (s->context.deck.bootstrap_scenarios) {
        ihp__scenario_bootstrap_table_begin(&s->table[IHP__TABLE_SCENARIO_BOOTSTRAP]);
        ihp__resume_table(s, IHP__TABLE_SCENARIO_BOOTSTRAP);
    }
    if (sweep->design == IHP__SWEEP_READINGS) {
        s->effect = calloc((s->block.end - s->block.first) * s->context.program->partnerships + 1,
                           sizeof *s->effect);
        if (s->effect == NULL) {
            return ihp__fail_memory(s->err, "the price of the readings");
        }
        ihp__resume_effects(s);
    }
    return s->err->status;
}

enum ihp_status ihp__settling_sweep(struct ihp__settling *s)
{
    const struct ihp__sweep *sweep = s->context.deck.sweep;
    if (sweep == NULL) {
        return IHP_OK;
    }
    double start = MPI_Wtime();
    begin_tables(s);
    size_t done = s->plan->first;
    while (ihp__agree(s->comm, s->err) == IHP_OK && done < s->block.end) {
        if (s->views == NULL || s->plan->first != done) {
            pass_plan(s, done);
        }
        if (s->err->status == IHP_OK) {
            ihp__views_close(s->views, s->comm, s->err);
        }
        if (ihp__agree(s->comm, s->err) == IHP_OK) {
            settle_plan(s);
        }
        done = s->plan == NULL ? s->block.end : s->plan->first + s->plan->scenarios;
    }
    if (s->err->status == IHP_OK && s->rank == 0 && s->effect != NULL) {
        const struct ihp__sweep part = {sweep->design, sweep->scenario + s->block.first,
                                        s->block.end - s->block.first};
        ihp__readings_table_create(&s->table[IHP__TABLE_READINGS], s->context.program, &part,
                                   s->effect, s->err);
    }
    s->stats.own.sweep = MPI_Wtime() - start;
    return ihp__agree(s->comm, s->err);
}
