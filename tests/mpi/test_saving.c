/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving a run on several ranks. A later start gets back everything that a job handed in,
 * unchanged, by its name and kind alone; a run that is asked to stop ends with that status; and a
 * checkpoint of another run is refused. */
#include "case_folder.h"

#include "engine/fact_rows.h"
#include "engine/saving.h"
#include "result/power_table.h"

#include <math.h>

enum { WORDS = 5, MEMBERS_MOST = 4096 };

/* The stages of an invented job: words of each kind, rows of members, ranges and a table. */
struct stages {
    uint64_t own[WORDS], sum[WORDS], or [WORDS];
    struct ihp__view_fact fact[MEMBERS_MOST];
    struct ihp__fact_rows rows;
    struct ihp__range todo;
    struct ihp__table table;
};

/* A job of the deck in the test's folder that saves these stages. */
struct run {
    struct ihp__job job;
    struct ihp__saving saving;
    struct stages stages;
    struct ihp_notices notices;
    struct ihp_error err;
    volatile sig_atomic_t stop;
};

static void describe(struct stages *s, struct ihp__saved saved[4])
{
    saved[0] = (struct ihp__saved){
        .name = "own", .kind = IHP__SAVED_OF_RANK_0, .words = s->own, .count = WORDS};
    saved[1] =
        (struct ihp__saved){.name = "sum", .kind = IHP__SAVED_SUM, .words = s->sum, .count = WORDS};
    saved[2] =
        (struct ihp__saved){.name = "or", .kind = IHP__SAVED_OR, .words = s->or, .count = WORDS};
    saved[3] = (struct ihp__saved){.name = "members/fact",
                                   .kind = IHP__SAVED_ROWS,
                                   .row_bytes = IHP__VIEW_FACT_ROW,
                                   .pack = ihp__view_fact_pack,
                                   .unpack = ihp__view_fact_unpack,
                                   .rows = &s->rows};
}

static enum ihp_status save(void *context, struct ihp__saver *saver)
{
    struct stages *s = context;
    struct ihp__saved saved[4];
    describe(s, saved);
    for (size_t i = 0; i < 4; i++) {
        enum ihp_status status = ihp__saver_put(saver, &saved[i]);
        if (status != IHP_OK) {
            return status;
        }
    }
    enum ihp_status status = ihp__saver_put_ranges(saver, "todo", &s->todo, 1);
    return status == IHP_OK ? ihp__saver_put_table(saver, "table", &s->table) : status;
}

/* Returns the rows of member m of the store, the same on any number of ranks. */
static struct ihp__view_fact fact_of(uint64_t m)
{
    return (struct ihp__view_fact){
        .cost = (int64_t)m * 1001 - 77, .partnership = -1, .months = (uint8_t)(m % 13)};
}

/* Returns a row of power.csv with awkward numbers. */
static void put_row(struct ihp__table *table)
{
    ihp__table_cents(table, -123450);
    ihp__table_integer(table, INT64_C(1) << 60);
    for (int i = 0; i < 6; i++) {
        ihp__table_ratio(table, 0.1 * i);
    }
    ihp__table_ratio(table, NAN);
}

/* Fills the stages of this rank with data as a run would have it. */
static void fill(struct run *run)
{
    struct stages *s = &run->stages;
    for (uint64_t i = 0; i < WORDS; i++) {
        s->own[i] = rank == 0 ? 100 + i : 999;
        s->sum[i] = (uint64_t)(rank + 1) * (i + 1);
        s->or [i] = i % (uint64_t)run->job.ranks == (uint64_t)rank ? UINT64_C(0xf00) + i : 0;
    }
    for (uint64_t m = 0; m < run->job.range.count; m++) {
        s->fact[m] = fact_of(run->job.range.first + m);
    }
    s->todo = run->job.range;
    if (rank == 0) {
        put_row(&s->table);
    }
}

/* Starts the job and opens its checkpoint, if there is one. Collective. */
static enum ihp_status begin(struct run *run, const char *options)
{
    char deck[IHP__PATH_MAX];
    struct ihp__saving_terms terms = {.stop = &run->stop,
                                      .identity = {{"interim", "none"}, {"set of options", ""}},
                                      .save = save,
                                      .context = &run->stages};
    snprintf(terms.identity[1].text, sizeof terms.identity[1].text, "%s", options);
    *run = (struct run){0};
    enum ihp_status status =
        ihp__job_start(&run->job, "test", NULL, NULL, comm, &run->notices, &run->err);
    if (status == IHP_OK) {
        status = ihp__job_agree(&run->job, ihp__job_open(&run->job, path_of("deck.yaml", deck)));
    }
    if (status == IHP_OK) {
        status = ihp__job_agree(&run->job, ihp__saving_open(&run->saving, &run->job, &terms));
    }
    run->stages.rows = (struct ihp__fact_rows){
        .view_fact = run->stages.fact,
        .partnerships = status == IHP_OK ? run->job.context.program->partnerships : 0,
        .acgs = status == IHP_OK ? run->job.context.info->acgs : 0};
    ihp__power_table_begin(&run->stages.table);
    return status;
}

/* Ends the job. Collective. */
static void end(struct run *run)
{
    ihp__table_free(&run->stages.table);
    ihp__saving_close(&run->saving);
    ihp__job_end(&run->job);
    ihp_notices_clear(&run->notices);
}

/* Runs a job that is asked to stop at once, and so leaves a checkpoint. Collective. */
static void leave_checkpoint(const char *options)
{
    static struct run run;
    enum ihp_status began = begin(&run, options);
    fill(&run);
    run.stop = 1;
    enum ihp_status status = began == IHP_OK ? ihp__saving_pause(&run.saving) : began;
    bool earlier = run.saving.from != NULL;
    end(&run);
    assert_int_equal(began, IHP_OK);
    assert_int_equal(status, IHP_STOPPED);
    assert_non_null(strstr(run.err.text, "start it again"));
    assert_false(earlier);
}

/* The data that a later start gets back. */
struct got {
    enum ihp_status words[3], rows, table, ranges;
    struct ihp__range *range;
    size_t count;
};

/* Gets everything back. Collective. */
static void get_back(struct run *run, struct got *got)
{
    struct ihp__saved saved[4];
    describe(&run->stages, saved);
    for (size_t i = 0; i < 3; i++) {
        got->words[i] = ihp__saving_get(&run->saving, &saved[i]);
    }
    got->rows = ihp__saving_get(&run->saving, &saved[3]);
    got->ranges = ihp__saving_get_ranges(&run->saving, "todo", &got->range, &got->count);
    got->table = ihp__saving_get_table(&run->saving, "table", &run->stages.table);
}

static void assert_words(const struct stages *s, uint64_t ranks)
{
    for (uint64_t i = 0; i < WORDS; i++) {
        assert_int_equal(s->own[i], 100 + i);
        assert_int_equal(s->sum[i], (i + 1) * ranks * (ranks + 1) / 2);
        assert_int_equal(s->or [i], UINT64_C(0xf00) + i);
    }
}

static void assert_rows(const struct stages *s, struct ihp__range range)
{
    for (uint64_t m = 0; m < range.count; m++) {
        struct ihp__view_fact expected = fact_of(range.first + m);
        assert_int_equal(s->fact[m].cost, expected.cost);
        assert_int_equal(s->fact[m].partnership, -1);
        assert_int_equal(s->fact[m].months, expected.months);
    }
}

/* Checks that the ranges of the ranks that saved cover the members of the store in order. */
static void assert_ranges(const struct got *got, uint64_t members)
{
    uint64_t past = 0;
    for (size_t i = 0; i < got->count; i++) {
        assert_int_equal(got->range[i].first, past);
        past += got->range[i].count;
    }
    assert_int_equal(past, members);
}

static void assert_table(const struct ihp__table *table)
{
    struct ihp__table expected;
    ihp__power_table_begin(&expected);
    put_row(&expected);
    assert_int_equal(table->rows, 1);
    for (size_t i = 0; i < expected.columns; i++) {
        assert_int_equal(table->cell[i].blank, expected.cell[i].blank);
        assert_int_equal(table->cell[i].integer, expected.cell[i].integer);
        assert_true(expected.cell[i].blank || table->cell[i].ratio == expected.cell[i].ratio);
    }
    ihp__table_free(&expected);
}

static void test_all_kinds_are_got_back(void **state)
{
    (void)state;
    static struct run run;
    struct got got = {.range = NULL};
    make_case("tiny");
    leave_checkpoint("the same");
    enum ihp_status began = begin(&run, "the same");
    bool earlier = run.saving.from != NULL;
    uint64_t starts = run.saving.starts, members = 0;
    struct ihp__range range = run.job.range;
    if (began == IHP_OK && earlier) {
        get_back(&run, &got);
        members = run.job.context.info->members;
    }
    uint64_t ranks = (uint64_t)run.job.ranks;
    struct ihp__table table = run.stages.table;
    run.stages.table = (struct ihp__table){0};
    end(&run);
    assert_string_equal(run.err.text, "");
    assert_true(began == IHP_OK && earlier);
    assert_int_equal(starts, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(got.words[i], IHP_OK);
    }
    assert_int_equal(got.rows, IHP_OK);
    assert_int_equal(got.ranges, IHP_OK);
    assert_int_equal(got.table, IHP_OK);
    assert_words(&run.stages, ranks);
    assert_rows(&run.stages, range);
    assert_ranges(&got, members);
    assert_table(&table);
    ihp__table_free(&table);
    free(got.range);
}

static void test_another_run_is_refused(void **state)
{
    (void)state;
    static struct run run;
    make_case("tiny");
    leave_checkpoint("block 1 of 2");
    enum ihp_status began = begin(&run, "block 2 of 2");
    end(&run);
    assert_int_equal(began, IHP_ERR_USAGE);
    assert_non_null(strstr(run.err.text, "set of options"));
    assert_non_null(strstr(run.err.text, "block 1 of 2"));
    assert_non_null(strstr(run.err.text, "--fresh"));
}

static void test_unknown_name_is_refused(void **state)
{
    (void)state;
    static struct run run;
    uint64_t word = 41;
    const struct ihp__saved other = {
        .name = "other", .kind = IHP__SAVED_OF_RANK_0, .words = &word, .count = 1};
    make_case("tiny");
    leave_checkpoint("the same");
    enum ihp_status began = begin(&run, "the same"), got = IHP_OK;
    if (began == IHP_OK) {
        got = ihp__saving_get(&run.saving, &other);
    }
    end(&run);
    assert_int_equal(began, IHP_OK);
    assert_int_equal(got, IHP_ERR_DATA);
    assert_non_null(strstr(run.err.text, "other"));
    assert_int_equal(word, 41);
}

static void test_error_of_a_rank_is_not_saved(void **state)
{
    (void)state;
    static struct run run;
    char path[IHP__PATH_MAX];
    make_case("tiny");
    enum ihp_status began = begin(&run, "the same"), paused = IHP_OK;
    fill(&run);
    run.stop = 1;
    if (began == IHP_OK && rank == run.job.ranks - 1) {
        ihp__error_set(&run.err, IHP_ERR_DATA, "the last rank has enough");
    }
    if (began == IHP_OK) {
        paused = ihp__saving_pause(&run.saving);
    }
    end(&run);
    assert_int_equal(began, IHP_OK);
    assert_int_equal(paused, IHP_ERR_DATA);
    assert_string_equal(run.err.text, "the last rank has enough");
    assert_int_equal(access(path_of("result.checkpoint.h5", path), F_OK), -1);
}

int main(int argc, char **argv)
{
    ranks_begin(&argc, &argv);
    const struct CMUnitTest tests[] = {
        IN_SHARED_FOLDER(test_all_kinds_are_got_back),
        IN_SHARED_FOLDER(test_another_run_is_refused),
        IN_SHARED_FOLDER(test_unknown_name_is_refused),
        IN_SHARED_FOLDER(test_error_of_a_rank_is_not_saved),
    };
    return ranks_end(cmocka_run_group_tests(tests, NULL, NULL));
}
