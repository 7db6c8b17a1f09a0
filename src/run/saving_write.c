/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a checkpoint: what is done of a settlement. */
#include "checkpoint.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct writing {
    const struct ihp__settling *s;
    struct ihp__checkpoint_writer *file;
    bool in_pass; /* over the claims, for the plan */
    bool closed;  /* the views are the sums of all ranks */
    struct ihp_error *err;
};

/* The sums of the deck's reading are each rank's own during the first plan's pass alone. */
static enum ihp__words_from deck_words(const struct writing *w)
{
    return w->in_pass && w->s->plan->first == w->s->block.first ? IHP__WORDS_SUM
                                                                : IHP__WORDS_OF_RANK_0;
}

static void put_words(struct writing *w, const char *name, enum ihp__words_from from,
                      const void *words, size_t count)
{
    ihp__checkpoint_put_words(w->file, name, from, words, count, w->err);
}

static void put_identity(struct writing *w)
{
    struct ihp__identity identity = {0};
    ihp__identity_of(w->s, &identity, w->err);
    for (size_t i = 0; i < IHP__IDENTITIES; i++) {
        ihp__checkpoint_put_text(w->file, ihp__identity_name[i], identity.text[i], w->err);
    }
}

static void put_done(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    const struct ihp__replicates *r = s->saving.replicates;
    double magnitude = s->stats.magnitude;
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    struct ihp__done done = {
        .starts = s->done.starts + 1,
        .moment = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec,
        .plan_first = s->plan->first,
        .plan_scenarios = s->plan->scenarios,
        .closed = w->closed,
        .settled = s->saving.settled,
        .resampled = s->saving.resampled,
        .resampled_members = s->stats.resampled,
        .in_case = r != NULL,
        .case_number = s->saving.case_number,
        .case_first = r == NULL ? 0 : r->first,
        .case_done = r == NULL ? 0 : r->done,
    };
    MPI_Reduce(s->rank == 0 ? MPI_IN_PLACE : &magnitude, &magnitude, 1, MPI_DOUBLE, MPI_SUM, 0,
               s->comm);
    memcpy(&done.magnitude, &magnitude, sizeof done.magnitude);
    put_words(w, IHP__SAVED_DONE, IHP__WORDS_OF_RANK_0, &done, sizeof done / sizeof(uint64_t));
}

/* The members that no rank has judged yet, range by range. */
static void put_todo(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    enum { WORDS = sizeof(struct ihp__range) / sizeof(uint64_t) };
    int own = (int)(s->todos * WORDS), all = 0;
    int *count = calloc((size_t)s->ranks, sizeof *count);
    int *place = calloc((size_t)s->ranks, sizeof *place);
    uint64_t *word = NULL;
    MPI_Reduce(&own, &all, 1, MPI_INT, MPI_SUM, 0, s->comm);
    if (count == NULL || place == NULL ||
        (s->rank == 0 && (word = calloc((size_t)all + 1, sizeof *word)) == NULL)) {
        ihp__fail_memory(w->err, "the members that are still to do");
    }
    if (ihp__agree(s->comm, w->err) == IHP_OK) {
        MPI_Gather(&own, 1, MPI_INT, count, 1, MPI_INT, 0, s->comm);
        for (int r = 1; r < s->ranks; r++) {
            place[r] = place[r - 1] + count[r - 1];
        }
        MPI_Gatherv(s->todo, own, MPI_UINT64_T, word, count, place, MPI_UINT64_T, 0, s->comm);
        put_words(w, IHP__SAVED_TODO, IHP__WORDS_OF_RANK_0, word, (size_t)all);
    }
    free(word);
    free(count);
    free(place);
}

/* Sums and facts under the deck's reading. */
static void put_deck(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    const struct ihp__bridge_sums *bridge = &s->bridge.sums;
    enum ihp__words_from from = deck_words(w);
    put_words(w, IHP__SAVED_TALLY, from, s->tally->block, s->tally->size);
    if (s->bridge.steps != NULL) {
        put_words(w, IHP__SAVED_INTERIM, from, bridge->interim->block, bridge->interim->size);
        put_words(w, IHP__SAVED_HYBRID, from, bridge->hybrid->block, bridge->hybrid->size);
        put_words(w, IHP__SAVED_MOVES, from, bridge->moves,
                  ihp__moves_size(s->context.program->partnerships));
    }
    if (s->fact != NULL) {
        const struct ihp__member_fact_rows rows = ihp__member_fact_rows_of(s, 0);
        const struct ihp__checkpoint_rows saved = {IHP__SAVED_FACT, IHP__FACT_ROW, s->range,
                                                   s->context.info->members};
        ihp__checkpoint_put_rows(w->file, &saved, ihp__member_fact_pack, &rows, w->err);
    }
}

/* Sums and facts under the plan's views. */
static void put_views(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    size_t count = 0;
    char name[40];
    if (s->views != NULL) {
        const int64_t *sums = ihp__views_sums(s->views, &count);
        put_words(w, IHP__SAVED_VIEWS, w->closed ? IHP__WORDS_OF_RANK_0 : IHP__WORDS_SUM, sums,
                  count);
    }
    for (size_t slot = 0; slot < ihp__settling_slots(s); slot++) {
        const struct ihp__member_fact_rows rows = ihp__member_fact_rows_of(s, slot);
        const struct ihp__checkpoint_rows saved = {ihp__saved_slot(slot, name), IHP__VIEW_FACT_ROW,
                                                   s->range, s->context.info->members};
        ihp__checkpoint_put_rows(w->file, &saved, ihp__view_fact_pack, &rows, w->err);
    }
}

/* The rows that rank 0 has of the tables of scenarios and replicates. */
static void put_tables(struct writing *w)
{
    for (size_t i = 0; i < IHP__SAVED_TABLES; i++) {
        const struct ihp__table *table = &w->s->table[ihp__saved_table[i].table];
        size_t count = ihp__table_count_words(table);
        uint64_t *word = calloc(count + 1, sizeof *word);
        if (word == NULL || !ihp__table_put_words(table, word)) {
            ihp__fail_memory(w->err, "the rows of a table");
        }
        put_words(w, ihp__saved_table[i].name, IHP__WORDS_OF_RANK_0, word, count);
        free(word);
    }
}

static void put_scenarios(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    if (s->effect != NULL) {
        put_words(w, IHP__SAVED_EFFECT, IHP__WORDS_OF_RANK_0, s->effect,
                  ihp__settling_effect_words(s));
    }
    put_tables(w);
}

/* The replicates under way, and those that scenarios are compared with. */
static void put_replicates(struct writing *w)
{
    const struct ihp__settling *s = w->s;
    const struct ihp__replicates *r = s->saving.replicates;
    size_t words;
    const double *amounts = ihp__settling_deck_amounts(s, &words);
    if (amounts != NULL) {
        put_words(w, IHP__SAVED_AMOUNTS, IHP__WORDS_OR, amounts, words);
        const double *left_out = ihp__settling_deck_left_out(s, &words);
        put_words(w, IHP__SAVED_LEFT_OUT, IHP__WORDS_OR, left_out, words);
    }
    if (r != NULL) {
        put_words(w, IHP__SAVED_REPORT, IHP__WORDS_OR, s->saving.report, s->saving.report_words);
        put_words(w, IHP__SAVED_VALUE, IHP__WORDS_OR, r->value,
                  r->count * IHP__STATISTICS * r->replicates);
        put_words(w, IHP__SAVED_OUTCOME, IHP__WORDS_SUM, r->outcome, r->count * IHP__OUTCOMES);
    }
}

enum ihp_status ihp__saving_write(struct ihp__settling *s, bool in_pass, struct ihp_error *err)
{
    struct writing w = {.s = s,
                        .in_pass = in_pass,
                        .closed = s->views != NULL && ihp__views_are_closed(s->views),
                        .err = err};
    if (ihp__checkpoint_create(s->saving.path, s->comm, &w.file, err) != IHP_OK) {
        return err->status;
    }
    put_identity(&w);
    put_done(&w);
    put_todo(&w);
    put_deck(&w);
    put_views(&w);
    put_scenarios(&w);
    put_replicates(&w);
    ihp__store_check_unchanged(s->context.store, err); /* all that is saved was read before this */
    if (ihp__agree(s->comm, err) != IHP_OK) {
        ihp__checkpoint_abandon(&w.file);
        return err->status;
    }
    return ihp__checkpoint_commit(&w.file, err);
}
