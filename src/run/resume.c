/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going on from a checkpoint: what is done is put in its place when the run comes to it. */
#include "checkpoint.h"

#include "base/agree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- opening --------------------------------------------------------------------------------- */

static enum ihp_status check_identity(struct ihp__settling *s)
{
    struct ihp__identity own = {0};
    char text[IHP__IDENTITY_TEXT];
    ihp__identity_of(s, &own, s->err);
    for (size_t i = 0; i < IHP__IDENTITIES && s->err->status == IHP_OK; i++) {
        if (ihp__checkpoint_get_text(s->resume, ihp__identity_name[i], text, sizeof text, s->err) ==
                IHP_OK &&
            strcmp(text, own.text[i]) != 0) {
            ihp__fail(
                s->err, IHP_ERR_USAGE,
                "%s: is the checkpoint of another %s (%s; this run: %s); start that run again, "
                "name another output, or use --fresh to start over",
                s->saving.path, ihp__identity_name[i], text, own.text[i]);
        }
    }
    return s->err->status;
}

static enum ihp_status fail_damaged(struct ihp__settling *s, const char *what)
{
    return ihp__fail(s->err, IHP_ERR_DATA, "%s: %s is damaged; use --fresh to start over",
                     s->saving.path, what);
}

/* Whether the order is that of a run: the deck's replicates are done before any scenario, and a
 * plan's scenarios are settled from sums of all ranks. */
static bool in_order(const struct ihp__settling *s, const struct ihp__done *d)
{
    bool sweeping = d->closed != 0 || d->settled > s->block.first;
    return (!sweeping || d->resampled != 0 || s->context.deck.bootstrap.replicates == 0) &&
           (d->settled == d->plan_first || d->closed != 0);
}

bool ihp__resume_is_possible(const struct ihp__settling *s, const struct ihp__done *d)
{
    const struct ihp__block *block = &s->block;
    uint64_t replicates = (uint64_t)s->context.deck.bootstrap.replicates;
    bool sweeps = s->context.deck.sweep != NULL;
    bool plan = d->plan_first >= block->first && d->plan_first <= block->end &&
                d->plan_scenarios <= block->end - d->plan_first &&
                (d->plan_scenarios > 0) == sweeps;
    bool settled = d->settled >= d->plan_first && d->settled - d->plan_first <= d->plan_scenarios;
    bool in_case = d->in_case <= 1 && d->case_number <= block->end &&
                   d->case_first < s->context.program->partnerships && d->case_done <= replicates &&
                   (d->case_done % IHP__DRAWN_TOGETHER == 0 || d->case_done == replicates);
    return plan && settled && in_case && d->closed <= 1 && d->resampled <= 1 && in_order(s, d);
}

enum ihp_status ihp__resume_open(struct ihp__settling *s)
{
    struct stat info;
    struct ihp__done done;
    s->done.plan_first = s->block.first;
    s->saving.settled = s->block.first;
    if (ihp__saving_start(s) != IHP_OK || s->options->fresh || stat(s->saving.path, &info) != 0) {
        return s->err->status;
    }
    if (ihp__checkpoint_open(s->saving.path, &s->resume, s->err) != IHP_OK ||
        check_identity(s) != IHP_OK ||
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_DONE, &done, sizeof done / sizeof(uint64_t),
                                  s->err) != IHP_OK) {
        return s->err->status;
    }
    if (!ihp__resume_is_possible(s, &done)) {
        return fail_damaged(s, "what it says to be done");
    }
    s->done = done;
    s->saving.settled = done.settled;
    s->saving.resampled = done.resampled;
    return IHP_OK;
}

void ihp__resume_close(struct ihp__settling *s)
{
    ihp__checkpoint_close(&s->resume);
}

bool ihp__resume_has_plan(const struct ihp__settling *s, size_t first)
{
    return s->resume != NULL && first == s->done.plan_first;
}

/* ---- sums and facts -------------------------------------------------------------------------- */

/* Sums that will be added up over ranks again: rank 0 has them, the others have none. */
static void take_sums(struct ihp__settling *s, const char *name, int64_t *sums, size_t count)
{
    if (s->rank == 0) {
        ihp__checkpoint_get_words(s->resume, name, sums, count, s->err);
    }
}

/* Collective. */
static void take_rows(struct ihp__settling *s, const char *name, size_t row_bytes,
                      ihp__unpack_fn unpack, size_t slot)
{
    uint64_t digest = 0;
    struct ihp__member_fact_rows rows = ihp__member_fact_rows_of(s, slot);
    const struct ihp__checkpoint_rows saved = {name, row_bytes, s->range, s->context.info->members};
    ihp__until_agreed(ihp__checkpoint_get_rows(s->resume, &saved, unpack, &rows, &digest, s->err));
    ihp__checkpoint_check_rows(s->resume, name, digest, s->comm, s->err);
}

/* What was under way, for people. */
static void describe(const struct ihp__settling *s, char *text, size_t size)
{
    const struct ihp__done *d = &s->done;
    if (d->in_case != 0 && d->case_number > 0) {
        snprintf(text, size, "replicates of scenario %llu", (unsigned long long)d->case_number);
    } else if (d->in_case != 0) {
        snprintf(text, size, "replicates of the settlement");
    } else if (d->closed != 0) {
        snprintf(text, size, "scenarios, %llu of %zu done",
                 (unsigned long long)(d->settled - s->block.first), s->block.end - s->block.first);
    } else {
        snprintf(text, size, "members' claims");
    }
}

static void tell(const struct ihp__settling *s)
{
    char text[80];
    if (s->rank == 0 && s->options->log != NULL) {
        describe(s, text, sizeof text);
        fprintf(s->options->log, "ihp: checkpoint: goes on from %s (%s), start %llu of this run\n",
                s->saving.path, text, (unsigned long long)s->done.starts + 1);
    }
}

enum ihp_status ihp__resume_deck(struct ihp__settling *s)
{
    const struct ihp__bridge_sums *bridge = &s->bridge.sums;
    if (s->resume == NULL) {
        return s->err->status;
    }
    tell(s);
    take_sums(s, IHP__SAVED_TALLY, s->tally->block, s->tally->size);
    if (s->rank == 0) {
        memcpy(&s->stats.magnitude, &s->done.magnitude, sizeof s->stats.magnitude);
    }
    if (s->bridge.steps != NULL) {
        take_sums(s, IHP__SAVED_INTERIM, bridge->interim->block, bridge->interim->size);
        take_sums(s, IHP__SAVED_HYBRID, bridge->hybrid->block, bridge->hybrid->size);
        take_sums(s, IHP__SAVED_MOVES, bridge->moves,
                  ihp__moves_size(s->context.program->partnerships));
    }
    if (ihp__agree(s->comm, s->err) == IHP_OK && s->fact != NULL) {
        take_rows(s, IHP__SAVED_FACT, IHP__FACT_ROW, ihp__member_fact_unpack, 0);
    }
    return s->err->status;
}

static enum ihp_status add_todo(struct ihp__settling *s, uint64_t first, uint64_t count)
{
    if (!ihp__array_reserve(&s->todo, &s->todo_capacity, s->todos + 1, sizeof *s->todo)) {
        return ihp__fail_memory(s->err, "the members that are still to do");
    }
    s->todo[s->todos++] = (struct ihp__range){first, count};
    return IHP_OK;
}

/* Of the members that no rank had judged, those that are this rank's now. */
static enum ihp_status keep_own(struct ihp__settling *s, const struct ihp__range *all, size_t count)
{
    uint64_t end = s->range.first + s->range.count, past = 0, members = s->context.info->members;
    for (size_t i = 0; i < count; i++) {
        if (all[i].first < past || all[i].count > members ||
            all[i].first > members - all[i].count || (s->done.closed != 0 && all[i].count > 0)) {
            return fail_damaged(s, IHP__SAVED_TODO);
        }
        past = all[i].first + all[i].count;
        uint64_t from = all[i].first > s->range.first ? all[i].first : s->range.first;
        uint64_t to = past < end ? past : end;
        if (from < to && add_todo(s, from, to - from) != IHP_OK) {
            return s->err->status;
        }
    }
    return IHP_OK;
}

static enum ihp_status take_todo(struct ihp__settling *s)
{
    enum { WORDS = sizeof(struct ihp__range) / sizeof(uint64_t) };
    uint64_t words = 0;
    struct ihp__range *all = NULL;
    if (ihp__checkpoint_count_words(s->resume, IHP__SAVED_TODO, &words, s->err) != IHP_OK) {
        return s->err->status;
    }
    if (words % WORDS != 0) {
        return fail_damaged(s, IHP__SAVED_TODO);
    }
    all = calloc((size_t)words / WORDS + 1, sizeof *all);
    if (all == NULL) {
        return ihp__fail_memory(s->err, "the members that are still to do");
    }
    if (ihp__checkpoint_get_words(s->resume, IHP__SAVED_TODO, all, words, s->err) == IHP_OK) {
        keep_own(s, all, (size_t)words / WORDS);
    }
    free(all);
    return s->err->status;
}

/* Views that were closed are those of all ranks, on every rank. */
static void take_views(struct ihp__settling *s)
{
    size_t count;
    int64_t *sums = ihp__views_sums(s->views, &count);
    if (s->done.closed == 0) {
        take_sums(s, IHP__SAVED_VIEWS, sums, count);
    } else if (ihp__checkpoint_get_words(s->resume, IHP__SAVED_VIEWS, sums, count, s->err) ==
               IHP_OK) {
        ihp__views_set_closed(s->views);
    }
}

enum ihp_status ihp__resume_views(struct ihp__settling *s)
{
    char name[40];
    s->todos = 0;
    if (!ihp__resume_has_plan(s, s->plan->first)) {
        return add_todo(s, s->range.first, s->range.count);
    }
    take_todo(s);
    if (s->views != NULL) {
        take_views(s);
    }
    ihp__agree(s->comm, s->err);
    for (size_t slot = 0; s->err->status == IHP_OK && slot < ihp__settling_slots(s); slot++) {
        take_rows(s, ihp__saved_slot(slot, name), IHP__VIEW_FACT_ROW, ihp__view_fact_unpack, slot);
    }
    return s->err->status;
}

/* ---- scenarios ------------------------------------------------------------------------------- */

static const char *saved_name(int table)
{
    size_t i = 0;
    while (ihp__saved_table[i].table != table) {
        i++;
    }
    return ihp__saved_table[i].name;
}

enum ihp_status ihp__resume_table(struct ihp__settling *s, int table)
{
    uint64_t count = 0, *word = NULL;
    const char *name = saved_name(table);
    if (s->resume == NULL || s->rank != 0 || s->err->status != IHP_OK ||
        ihp__checkpoint_count_words(s->resume, name, &count, s->err) != IHP_OK) {
        return s->err->status;
    }
    word = calloc((size_t)count + 1, sizeof *word);
    if (word == NULL) {
        return ihp__fail_memory(s->err, "the rows of a table");
    }
    if (ihp__checkpoint_get_words(s->resume, name, word, count, s->err) == IHP_OK &&
        !ihp__table_take_words(&s->table[table], word, (size_t)count)) {
        if (s->table[table].short_of_memory) {
            ihp__fail_memory(s->err, "the rows of a table");
        } else {
            fail_damaged(s, name);
        }
    }
    free(word);
    return s->err->status;
}

enum ihp_status ihp__resume_effects(struct ihp__settling *s)
{
    if (s->resume != NULL && s->rank == 0 && s->effect != NULL && s->err->status == IHP_OK &&
        s->done.settled > s->block.first) {
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_EFFECT, s->effect,
                                  ihp__settling_effect_words(s), s->err);
    }
    return s->err->status;
}

/* ---- replicates ------------------------------------------------------------------------------ */

enum ihp_status ihp__resume_amounts(struct ihp__settling *s)
{
    size_t words;
    double *amounts = ihp__settling_deck_amounts(s, &words);
    if (s->resume != NULL && amounts != NULL &&
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_AMOUNTS, amounts, words, s->err) ==
            IHP_OK) {
        double *left_out = ihp__settling_deck_left_out(s, &words);
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_LEFT_OUT, left_out, words, s->err);
    }
    return s->err->status;
}

/* Whether the checkpoint has replicates of a case under way that are not put back yet. */
static bool has_case(const struct ihp__settling *s, size_t case_number)
{
    return s->resume != NULL && s->done.in_case != 0 && s->done.case_number == case_number;
}

size_t ihp__resume_group(const struct ihp__settling *s, size_t case_number)
{
    return has_case(s, case_number) ? (size_t)s->done.case_first : 0;
}

/* Values by replicate belong on one rank: of fixed weights that of the IHP, otherwise on any. */
static void keep_own_values(const struct ihp__settling *s, struct ihp__replicates *r)
{
    bool fixed = s->context.deck.policies.bootstrap_weights == IHP__BOOTSTRAP_FIXED;
    size_t values = IHP__STATISTICS * r->replicates;
    for (size_t i = 0; i < r->count; i++) {
        size_t owner = fixed ? (r->first + i) % (size_t)s->ranks : 0;
        if (owner != (size_t)s->rank) {
            memset(r->value + i * values, 0, values * sizeof *r->value);
            memset(r->outcome + i * IHP__OUTCOMES, 0, IHP__OUTCOMES * sizeof *r->outcome);
        }
    }
}

enum ihp_status ihp__resume_case(struct ihp__settling *s, size_t case_number,
                                 struct ihp__replicates *r, void *report, size_t report_words)
{
    if (!has_case(s, case_number) || r->first != s->done.case_first) {
        return s->err->status;
    }
    if (s->rank == 0) { /* where they will be added up */
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_REPORT, report, report_words, s->err);
    }
    if (s->err->status == IHP_OK &&
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_VALUE, r->value,
                                  r->count * IHP__STATISTICS * r->replicates, s->err) == IHP_OK &&
        ihp__checkpoint_get_words(s->resume, IHP__SAVED_OUTCOME, r->outcome,
                                  r->count * IHP__OUTCOMES, s->err) == IHP_OK) {
        keep_own_values(s, r);
        r->done = (size_t)s->done.case_done;
        s->done.in_case = 0;
    }
    return s->err->status;
}
