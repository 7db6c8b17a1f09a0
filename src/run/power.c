/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp power: how often chance alone makes savings or losses of a population of a given size. One
 * pass finds what the eligible members bring; populations are then drawn from them and settled. */
#include "power.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const int64_t default_sizes[] = {1000, 2000, 5000, 10000, 20000, 50000, 100000};
static const double default_effects[] = {-0.10, -0.05, -0.02, 0, 0.02, 0.05, 0.10};

/* ---- options --------------------------------------------------------------------------------- */

static enum ihp_status check_sizes(const struct ihp_power_options *o, struct ihp_error *err)
{
    for (size_t i = 0; i < o->sizes && i < IHP_POWER_LIST_MAX; i++) {
        if (o->size[i] < 1 || o->size[i] > IHP_POWER_SIZE_MAX) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "power: --sizes: %" PRId64
                             " is not allowed; sizes are 1 to %d members",
                             o->size[i], IHP_POWER_SIZE_MAX);
        }
        for (size_t j = 0; j < i; j++) {
            if (o->size[j] == o->size[i]) {
                return ihp__fail(err, IHP_ERR_USAGE,
                                 "power: --sizes: %" PRId64 " stands twice; give each size once",
                                 o->size[i]);
            }
        }
    }
    return o->sizes <= IHP_POWER_LIST_MAX
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE, "power: --sizes: %zu are not allowed; at most %d",
                           o->sizes, IHP_POWER_LIST_MAX);
}

static enum ihp_status check_effects(const struct ihp_power_options *o, struct ihp_error *err)
{
    for (size_t i = 0; i < o->effects && i < IHP_POWER_LIST_MAX; i++) {
        if (!(o->effect[i] > -1 && o->effect[i] <= 1)) {
            return ihp__fail(
                err, IHP_ERR_USAGE,
                "power: --effects: %g is not allowed; effects are above -1 and at most "
                "1, such as -0.05 for 5 %% true savings",
                o->effect[i]);
        }
        for (size_t j = 0; j < i; j++) {
            if (o->effect[j] == o->effect[i]) {
                return ihp__fail(err, IHP_ERR_USAGE,
                                 "power: --effects: %g stands twice; give each effect once",
                                 o->effect[i]);
            }
        }
    }
    return o->effects <= IHP_POWER_LIST_MAX
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_USAGE, "power: --effects: %zu are not allowed; at most %d",
                           o->effects, IHP_POWER_LIST_MAX);
}

static enum ihp_status check_options(const struct ihp_power_options *o, struct ihp_error *err)
{
    if (check_sizes(o, err) != IHP_OK || check_effects(o, err) != IHP_OK) {
        return err->status;
    }
    if (o->draws != 0 && (o->draws < 1 || o->draws > IHP_POWER_DRAWS_MAX)) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "power: --draws: %" PRId64 " is not allowed; 1 to %d draws", o->draws,
                         IHP_POWER_DRAWS_MAX);
    }
    if (o->seed_given && o->seed < 0) {
        return ihp__fail(err, IHP_ERR_USAGE,
                         "power: --seed: %" PRId64 " is not allowed; 0 to %" PRId64, o->seed,
                         INT64_MAX);
    }
    return IHP_OK;
}

/* The options with their defaults, once the deck is read. */
static void set_terms(struct ihp__power_run *run)
{
    const struct ihp_power_options *o = run->options;
    struct ihp__power_terms *t = &run->terms;
    t->sizes = o->sizes > 0 ? o->sizes : sizeof default_sizes / sizeof default_sizes[0];
    memcpy(t->size, o->sizes > 0 ? o->size : default_sizes, t->sizes * sizeof *t->size);
    t->effects = o->effects > 0 ? o->effects : sizeof default_effects / sizeof default_effects[0];
    memcpy(t->effect, o->effects > 0 ? o->effect : default_effects, t->effects * sizeof *t->effect);
    t->draws = o->draws > 0 ? (uint64_t)o->draws : IHP_POWER_DRAWS;
    const struct ihp__bootstrap_spec *bootstrap = &run->context.deck.bootstrap;
    t->seed = (uint64_t)(o->seed_given ? o->seed : bootstrap->replicates > 0 ? bootstrap->seed : 1);
    for (size_t i = 0; i < t->sizes; i++) {
        run->to_draw += (uint64_t)t->size[i] * t->draws * run->context.shape.caps;
    }
}

/* ---- the pass -------------------------------------------------------------------------------- */

/* Collective. The output is opened before the long work, so that a path that cannot be written is
 * told at once. */
static enum ihp_status open_all(struct ihp__power_run *run)
{
    const struct ihp_power_options *o = run->options;
    if (check_options(o, run->err) == IHP_OK &&
        ihp__context_open(o->deck_path, &run->context, run->notices, run->err) == IHP_OK &&
        ihp__store_partition(run->context.store, run->rank, run->ranks, &run->range, run->err) ==
            IHP_OK) {
        set_terms(run);
    }
    if (ihp__agree(run->comm, run->err) == IHP_OK &&
        ihp__context_check_same(&run->context, &run->terms, sizeof run->terms, run->comm,
                                run->err) == IHP_OK) {
        if (run->rank == 0 && o->output != NULL) {
            ihp__outfile_open(o->output, 0666, &run->output, run->err);
        }
        if (ihp__agree(run->comm, run->err) == IHP_OK && o->output != NULL) {
            ihp__watch_open(&run->watch, o->output);
        }
    }
    return run->err->status;
}

static enum ihp_status make_sums(struct ihp__power_run *run)
{
    run->fact = calloc((size_t)run->range.count * IHP__PERIODS + 1, sizeof *run->fact);
    return run->fact == NULL ? ihp__fail_memory(run->err, "the members' facts")
                             : ihp__tally_create(&run->context.shape, &run->tally, run->err);
}

/* Collective: the members' facts under the deck's reading, and the sums that risk weights need. */
static enum ihp_status pass(struct ihp__power_run *run)
{
    static const size_t slot[IHP__PERIODS] = {IHP__BASE, IHP__PERFORMANCE};
    const struct ihp__pass_options options = {.batch_lines = IHP_BATCH_LINES,
                                              .use_index = true,
                                              .rules = run->context.rules,
                                              .rule_count = IHP__PERIODS,
                                              .progress = ihp__watch_report,
                                              .progress_context = &run->watch};
    struct ihp__pass_cost cost = {0};
    if (make_sums(run) == IHP_OK) {
        const struct ihp__pass_sums sums = {
            .tally = run->tally, .view_fact = run->fact, .slot = slot};
        ihp__pass(&run->context, run->range, &options, &sums, &cost, run->err);
    }
    if (ihp__agree(run->comm, run->err) == IHP_OK) {
        MPI_Allreduce(MPI_IN_PLACE, &cost.magnitude, 1, MPI_DOUBLE, MPI_SUM, run->comm);
        ihp__pass_check_magnitude(&run->context, cost.magnitude, run->err);
        if (run->err->status == IHP_OK &&
            ihp__tally_reduce(run->tally, run->comm, NULL, run->err) == IHP_OK &&
            ihp__pass_check_whole(&run->context, run->tally->store[0], run->tally->store[1],
                                  run->err) == IHP_OK) {
            ihp__pass_check_categories(&run->context, run->tally, run->notices, run->err);
        }
    }
    return ihp__agree(run->comm, run->err);
}

/* Collective: numbers the eligible members and makes room for them. */
static enum ihp_status count_eligible(struct ihp__power_run *run)
{
    uint64_t own = 0;
    for (uint64_t m = 0; m < run->range.count; m++) {
        own += run->fact[m].enough || run->fact[run->range.count + m].enough;
    }
    uint64_t all = own, before = ihp__sum_before_u64(run->comm, own);
    ihp__sum_u64(run->comm, &all, 1);
    if (all == 0) {
        ihp__fail(
            run->err, IHP_ERR_DATA,
            "%s: the eligible population has 0 members: nobody is enrolled enough in %d or %d "
            "[13.3.2], so there is nothing to draw from",
            run->context.info->path, run->context.deck.base.year,
            run->context.deck.performance.year);
    } else if (all > UINT32_MAX) {
        ihp__fail(run->err, IHP_ERR_DATA, "%s: %" PRIu64 " eligible members are more than %" PRIu32,
                  run->context.info->path, all, UINT32_MAX);
    } else {
        run->drawables =
            (struct ihp__drawables){(uint32_t)all, (uint32_t)before, (uint32_t)own, NULL};
        run->drawables.member = calloc((size_t)own + 1, sizeof *run->drawables.member);
        if (run->drawables.member == NULL) {
            ihp__fail_memory(run->err, "the eligible members");
        }
    }
    return ihp__agree(run->comm, run->err);
}

/* ---- what comes of it ------------------------------------------------------------------------ */

static enum ihp_status print_report(const struct ihp__power_run *run)
{
    const struct ihp__deck *deck = &run->context.deck;
    fprintf(run->options->report,
            "Populations drawn from the %" PRIu32 " members eligible in %d or %d: %" PRIu64
            " of each size, seed %" PRIu64 "\n",
            run->drawables.population, deck->base.year, deck->performance.year, run->terms.draws,
            run->terms.seed);
    if (ihp__power_print(run->options->report, &run->table, deck->threshold, run->err) != IHP_OK) {
        return run->err->status;
    }
    if (run->options->output != NULL) {
        fprintf(run->options->report, "\nResults: %s\n", run->options->output);
    }
    return IHP_OK;
}

/* Collective: the table, by rank 0. */
static enum ihp_status write_results(struct ihp__power_run *run)
{
    ihp__store_check_unchanged(run->context.store, run->err);
    if (ihp__agree(run->comm, run->err) != IHP_OK) {
        return run->err->status;
    }
    if (run->rank == 0 && !ihp__table_whole(&run->table)) {
        ihp__fail_memory(run->err, "the table of the draws");
    } else if (run->rank == 0) {
        if (run->output != NULL) {
            ihp__table_put_csv(&run->table, ihp__outfile_stream(run->output));
            ihp__outfile_commit(&run->output, run->err);
        }
        if (run->err->status == IHP_OK && run->options->report != NULL) {
            ihp__until_agreed(print_report(run));
        }
    }
    return ihp__agree(run->comm, run->err);
}

static void clean_up(struct ihp__power_run *run)
{
    ihp__outfile_abandon(&run->output);
    ihp__table_free(&run->table);
    free(run->drawables.member);
    free(run->fact);
    ihp__tally_destroy(&run->tally);
    ihp__watch_end(&run->watch, run->err);
    ihp__context_close(&run->context);
    MPI_Comm_free(&run->comm);
}

enum ihp_status ihp_power(const struct ihp_power_options *options, MPI_Comm comm,
                          struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__power_run run = {.options = options, .notices = notices, .err = err};
    if (MPI_Comm_dup(comm, &run.comm) != MPI_SUCCESS) {
        return ihp__fail(err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    if (ihp__watch_start(&run.watch, "power", options->progress, options->progress_context,
                         run.comm, err) != IHP_OK) {
        MPI_Comm_free(&run.comm);
        return err->status;
    }
    MPI_Comm_rank(run.comm, &run.rank);
    MPI_Comm_size(run.comm, &run.ranks);
    ihp__power_table_begin(&run.table);
    if (open_all(&run) == IHP_OK && pass(&run) == IHP_OK && count_eligible(&run) == IHP_OK &&
        ihp__power_settle_draws(&run) == IHP_OK) {
        write_results(&run);
    }
    clean_up(&run);
    return err->status;
}
