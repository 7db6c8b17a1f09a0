/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what a job hands in to a checkpoint file, and gives it back to a later start. */
#include "engine/saving.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct ihp__saver {
    const struct ihp__job *job;
    struct ihp__checkpoint_writer *file;
    struct ihp_error *err;
};

/* The numbers that saving itself keeps of a run. */
enum { STARTS, MOMENT, NUMBERS };
#define RUN_NAME "run"

enum { RANGE_WORDS = sizeof(struct ihp__range) / sizeof(uint64_t) };
_Static_assert(sizeof(struct ihp__range) == 2 * sizeof(uint64_t), "a range is two words");

/* Names the rows of this rank's members. */
static struct ihp__checkpoint_rows rows_of(const struct ihp__job *job,
                                           const struct ihp__saved *saved)
{
    return (struct ihp__checkpoint_rows){saved->name, saved->row_bytes, job->range,
                                         job->context.info->members};
}

/* ---- writing --------------------------------------------------------------------------------- */

enum ihp_status ihp__saver_put(struct ihp__saver *saver, const struct ihp__saved *saved)
{
    static const enum ihp__words_from from[] = {[IHP__SAVED_OF_RANK_0] = IHP__WORDS_OF_RANK_0,
                                                [IHP__SAVED_SUM] = IHP__WORDS_SUM,
                                                [IHP__SAVED_OR] = IHP__WORDS_OR};
    const struct ihp__checkpoint_rows rows = rows_of(saver->job, saved);
    return saved->kind == IHP__SAVED_ROWS
               ? ihp__checkpoint_put_rows(saver->file, &rows, saved->pack, saved->rows, saver->err)
               : ihp__checkpoint_put_words(saver->file, saved->name, from[saved->kind],
                                           saved->words, saved->count, saver->err);
}

enum ihp_status ihp__saver_put_table(struct ihp__saver *saver, const char *name,
                                     const struct ihp__table *table)
{
    struct ihp__saved saved = {.name = name, .kind = IHP__SAVED_OF_RANK_0};
    uint64_t *word = calloc(ihp__table_count_words(table) + 1, sizeof *word);
    if (word == NULL || !ihp__table_put_words(table, word)) {
        ihp__until_agreed(ihp__fail_memory(saver->err, "the rows of a table"));
    }
    enum ihp_status status = ihp__agree(saver->job->comm, saver->err);
    if (status == IHP_OK) {
        saved.words = word;
        saved.count = ihp__table_count_words(table);
        status = ihp__saver_put(saver, &saved);
    }
    free(word);
    return status;
}

enum ihp_status ihp__saver_put_ranges(struct ihp__saver *saver, const char *name,
                                      const struct ihp__range *range, size_t count)
{
    const struct ihp__job *job = saver->job;
    struct ihp__saved saved = {.name = name, .kind = IHP__SAVED_OF_RANK_0};
    int own = (int)(count * RANGE_WORDS), all = 0;
    int *counts = calloc((size_t)job->ranks, sizeof *counts);
    int *places = calloc((size_t)job->ranks, sizeof *places);
    uint64_t *word = NULL;
    MPI_Reduce(&own, &all, 1, MPI_INT, MPI_SUM, 0, job->comm);
    if (counts == NULL || places == NULL ||
        (job->rank == 0 && (word = calloc((size_t)all + 1, sizeof *word)) == NULL)) {
        ihp__until_agreed(ihp__fail_memory(saver->err, "the members that are still to do"));
    }
    enum ihp_status status = ihp__agree(job->comm, saver->err);
    if (status == IHP_OK) {
        MPI_Gather(&own, 1, MPI_INT, counts, 1, MPI_INT, 0, job->comm);
        for (int r = 1; r < job->ranks; r++) {
            places[r] = places[r - 1] + counts[r - 1];
        }
        MPI_Gatherv(range, own, MPI_UINT64_T, word, counts, places, MPI_UINT64_T, 0, job->comm);
        saved.words = word;
        saved.count = (uint64_t)all;
        status = ihp__saver_put(saver, &saved);
    }
    free(word);
    free(counts);
    free(places);
    return status;
}

/* Puts the texts that identify the run, and how often it was started. */
static enum ihp_status put_run(struct ihp__saver *saver, const struct ihp__saving *v)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t number[NUMBERS] = {[STARTS] = v->starts + 1,
                                [MOMENT] =
                                    (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec};
    const struct ihp__saved run = {
        .name = RUN_NAME, .kind = IHP__SAVED_OF_RANK_0, .words = number, .count = NUMBERS};
    for (size_t i = 0; i < IHP__IDENTITIES; i++) {
        if (ihp__checkpoint_put_text(saver->file, v->identity[i].name, v->identity[i].text,
                                     saver->err) != IHP_OK) {
            return saver->err->status;
        }
    }
    return ihp__saver_put(saver, &run);
}

enum ihp_status ihp__saving_write(struct ihp__saving *v, struct ihp_error *err)
{
    struct ihp__saver saver = {.job = v->job, .err = err};
    if (ihp__checkpoint_create(v->path, v->job->comm, &saver.file, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = put_run(&saver, v);
    if (status == IHP_OK) {
        status = v->terms.save(v->terms.context, &saver);
    }
    if (status == IHP_OK) { /* all that is saved was read before this */
        ihp__until_agreed(ihp__store_check_unchanged(v->job->context.store, err));
        status = ihp__agree(v->job->comm, err);
    }
    if (status != IHP_OK) {
        ihp__checkpoint_abandon(&saver.file);
        return status;
    }
    return ihp__checkpoint_commit(&saver.file, err);
}

/* ---- opening --------------------------------------------------------------------------------- */

enum ihp_status ihp__saving_fail_damaged(const struct ihp__saving *v, const char *what)
{
    return ihp__fail(v->job->err, IHP_ERR_DATA, "%s: %s is damaged; use --fresh to start over",
                     v->path, what);
}

static enum ihp_status check_identity(const struct ihp__saving *v)
{
    char text[IHP__IDENTITY_TEXT];
    for (size_t i = 0; i < IHP__IDENTITIES; i++) {
        const struct ihp__identity *own = &v->identity[i];
        if (ihp__checkpoint_get_text(v->from, own->name, text, sizeof text, v->job->err) !=
            IHP_OK) {
            return v->job->err->status;
        }
        if (strcmp(text, own->text) != 0) {
            return ihp__fail(v->job->err, IHP_ERR_USAGE,
                             "%s: is the checkpoint of another %s (%s; this run: %s); start that "
                             "run again, name another output, or use --fresh to start over",
                             v->path, own->name, text, own->text);
        }
    }
    return IHP_OK;
}

enum ihp_status ihp__saving_open(struct ihp__saving *v, struct ihp__job *job,
                                 const struct ihp__saving_terms *terms)
{
    struct stat info;
    bool found;
    uint64_t number[NUMBERS] = {0};
    *v = (struct ihp__saving){
        .job = job, .terms = *terms, .round = MPI_REQUEST_NULL, .last = MPI_Wtime()};
    if (ihp__path_next_to(v->path, sizeof v->path, job->context.deck.output, ".checkpoint.h5",
                          job->err) != IHP_OK ||
        ihp__identity_make(job, terms->identity, v->identity) != IHP_OK) {
        return job->err->status;
    }
    if (terms->fresh) {
        return IHP_OK;
    }
    if (ihp__path_look(v->path, &info, &found, job->err) != IHP_OK || !found) {
        return job->err->status;
    }
    if (ihp__checkpoint_open(v->path, &v->from, job->err) != IHP_OK ||
        check_identity(v) != IHP_OK ||
        ihp__checkpoint_get_words(v->from, RUN_NAME, number, NUMBERS, job->err) != IHP_OK) {
        return job->err->status;
    }
    v->starts = number[STARTS];
    v->moment = number[MOMENT];
    return IHP_OK;
}

void ihp__saving_close(struct ihp__saving *v)
{
    ihp__checkpoint_close(&v->from);
}

/* ---- getting back ---------------------------------------------------------------------------- */

/* Gets the rows of this rank's range; the ranks together check that all are there. Collective. */
static enum ihp_status get_rows(struct ihp__saving *v, const struct ihp__saved *saved)
{
    const struct ihp__job *job = v->job;
    const struct ihp__checkpoint_rows rows = rows_of(job, saved);
    uint64_t digest = 0;
    ihp__until_agreed(
        ihp__checkpoint_get_rows(v->from, &rows, saved->unpack, saved->rows, &digest, job->err));
    return ihp__checkpoint_check_rows(v->from, saved->name, digest, job->comm, job->err);
}

enum ihp_status ihp__saving_get(struct ihp__saving *v, const struct ihp__saved *saved)
{
    return saved->kind == IHP__SAVED_ROWS
               ? get_rows(v, saved)
               : ihp__checkpoint_get_words(v->from, saved->name, saved->words, saved->count,
                                           v->job->err);
}

/* Gets all words of an array, of which there are a multiple of `each`. The caller frees. */
static enum ihp_status get_all(const struct ihp__saving *v, const char *name, uint64_t each,
                               uint64_t **word, uint64_t *count)
{
    struct ihp_error *err = v->job->err;
    if (ihp__checkpoint_count_words(v->from, name, count, err) != IHP_OK) {
        return err->status;
    }
    if (*count % each != 0) {
        return ihp__saving_fail_damaged(v, name);
    }
    *word = calloc((size_t)*count + 1, sizeof **word);
    return *word == NULL ? ihp__fail_memory(err, "what an earlier start has saved")
                         : ihp__checkpoint_get_words(v->from, name, *word, *count, err);
}

enum ihp_status ihp__saving_get_table(struct ihp__saving *v, const char *name,
                                      struct ihp__table *table)
{
    uint64_t count = 0, *word = NULL;
    enum ihp_status status = get_all(v, name, 1, &word, &count);
    if (status == IHP_OK && !ihp__table_take_words(table, word, (size_t)count)) {
        status = table->short_of_memory ? ihp__fail_memory(v->job->err, "the rows of a table")
                                        : ihp__saving_fail_damaged(v, name);
    }
    free(word);
    return status;
}

enum ihp_status ihp__saving_get_ranges(struct ihp__saving *v, const char *name,
                                       struct ihp__range **range, size_t *count)
{
    uint64_t words = 0, *word = NULL;
    enum ihp_status status = get_all(v, name, RANGE_WORDS, &word, &words);
    if (status == IHP_OK) {
        *count = (size_t)words / RANGE_WORDS;
        *range = calloc(*count + 1, sizeof **range);
        status = *range == NULL ? ihp__fail_memory(v->job->err, "the members that are still to do")
                                : IHP_OK;
    }
    for (size_t i = 0; status == IHP_OK && i < *count; i++) {
        (*range)[i] = (struct ihp__range){word[i * RANGE_WORDS], word[i * RANGE_WORDS + 1]};
    }
    free(word);
    return status;
}
