/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp power: how often chance alone makes savings or losses of a population of a given size. One
 * pass finds what the eligible members bring; populations are then drawn from them and settled. */
#include "jobs/power/power.h"
#include "result/keep_finished.h"
#include "result/power_table.h"
#include "result/print_sentence.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* Opens everything, and makes room for the members' facts. Not collective. */
static enum ihp_status open_inputs(struct ihp__power_run *run)
{
    struct ihp__job *job = &run->job;
    if (ihp__power_check_options(run->options, job->err) != IHP_OK ||
        ihp__job_open(job, run->options->deck_path) != IHP_OK) {
        return job->err->status;
    }
    ihp__power_set_terms(run);
    return IHP_OK;
}

/* Opens the output before the long work, so that a path that cannot be written is reported at once.
 * Not collective; only rank 0 writes. */
static enum ihp_status open_output(struct ihp__power_run *run)
{
    const struct ihp_power_options *options = run->options;
    const struct ihp__context *c = &run->job.context;
    struct ihp__target *output = &run->output;
    struct ihp_error *err = run->job.err;
    if (run->job.rank != 0 || options->output == NULL) {
        return IHP_OK;
    }
    if (ihp__keep_finished_file(options->output, NULL, NULL, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__target_begin(output, options->output, options->force, run->job.notices, err) !=
            IHP_OK ||
        ihp__target_check_input(output, options->deck_path, "the run deck", err) != IHP_OK ||
        ihp__target_check_input(output, c->info->path, "the store", err) != IHP_OK ||
        ihp__target_check_input(output, c->deck.program, "the program folder", err) != IHP_OK ||
        ihp__target_check_input(output, c->deck.interim, "the interim result", err) != IHP_OK ||
        ihp__target_check_new(output, err) != IHP_OK ||
        ihp__target_check_earlier(output, "cap,members,effect,draws,p_savings,p_losses,",
                                  "table of draws", err) != IHP_OK) {
        return err->status;
    }
    return ihp__outfile_open(output->path, 0666, &run->file, err);
}

/* Opens everything, and refuses ranks that opened different things. Collective; returns the same
 * status on every rank. */
static enum ihp_status open_all(struct ihp__power_run *run)
{
    struct ihp__job *job = &run->job;
    ihp__until_agreed(open_inputs(run));
    if (ihp__job_agree_on_input(job, &run->terms, sizeof run->terms) != IHP_OK) {
        return job->err->status;
    }
    if (ihp__job_agree(job, open_output(run)) == IHP_OK && run->options->output != NULL) {
        ihp__watch_open(&job->watch, run->options->output);
    }
    return job->err->status;
}

/* ---- the eligible members -------------------------------------------------------------------- */

static enum ihp_status make_sums(struct ihp__power_run *run)
{
    run->fact = calloc((size_t)run->job.range.count * IHP__PERIODS + 1, sizeof *run->fact);
    return run->fact == NULL
               ? ihp__fail_memory(run->job.err, "the members' facts")
               : ihp__tally_create(&run->job.context.shape, &run->tally, run->job.err);
}

/* Takes the members' facts under the deck's reading, and the sums that risk weights need.
 * Collective; returns the same status on every rank. */
static enum ihp_status pass(struct ihp__power_run *run)
{
    static const size_t slot[IHP__PERIODS] = {IHP__BASE, IHP__PERFORMANCE};
    struct ihp__job *job = &run->job;
    const struct ihp__pass_options options = {.stage = "power",
                                              .batch_lines = job->stats.batch_lines,
                                              .use_index = true,
                                              .rules = job->context.rules,
                                              .rule_count = IHP__PERIODS,
                                              .progress = ihp__watch_report,
                                              .progress_context = &job->watch};
    if (ihp__job_agree(job, make_sums(run)) != IHP_OK) {
        return job->err->status;
    }
    const struct ihp__pass_sums sums = {.tally = run->tally, .view_fact = run->fact, .slot = slot};
    return ihp__job_pass(job, &options, &sums);
}

/* Makes room for the eligible members of this rank: `own` of `all`, after `before`. Not
 * collective. */
static enum ihp_status make_drawables(struct ihp__power_run *run, uint64_t own, uint64_t all,
                                      uint64_t before)
{
    const struct ihp__context *c = &run->job.context;
    char months[IHP__PERIOD_TEXT];
    if (all == 0) {
        return ihp__fail(run->job.err, IHP_ERR_DATA,
                         "%s: the eligible population has 0 members: nobody is enrolled long "
                         "enough in %d or %s [13.3.2], so there is nothing to draw from",
                         c->info->path, c->deck.base.year,
                         ihp__period_months(&c->deck.performance, months));
    }
    if (all > UINT32_MAX) {
        return ihp__fail(run->job.err, IHP_ERR_DATA,
                         "%s: %" PRIu64 " eligible members are more than %" PRIu32, c->info->path,
                         all, UINT32_MAX);
    }
    run->drawables = (struct ihp__drawables){(uint32_t)all, (uint32_t)before, (uint32_t)own, NULL};
    run->drawables.member = calloc((size_t)own + 1, sizeof *run->drawables.member);
    return run->drawables.member != NULL ? IHP_OK
                                         : ihp__fail_memory(run->job.err, "the eligible members");
}

/* Numbers the eligible members of all ranks. Collective; returns the same status on every rank. */
static enum ihp_status count_eligible(struct ihp__power_run *run)
{
    const struct ihp__job *job = &run->job;
    uint64_t own = 0, members = job->range.count;
    for (uint64_t m = 0; m < members; m++) {
        own += run->fact[m].enough || run->fact[members + m].enough;
    }
    uint64_t all = own, before = ihp__sum_before_u64(job->comm, own);
    ihp__sum_u64(job->comm, &all, 1);
    return ihp__job_agree(job, make_drawables(run, own, all, before));
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Prints the table for people. Not collective; only rank 0 prints. */
static enum ihp_status print_report(const struct ihp__power_run *run)
{
    const struct ihp__deck *deck = &run->job.context.deck;
    FILE *report = run->options->report;
    char months[IHP__PERIOD_TEXT];
    if (report == NULL) {
        return IHP_OK;
    }
    ihp__print_sentence(
        report,
        "Populations drawn from the %" PRIu32 " members eligible in %d or %s: %" PRIu64
        " of each size, seed %" PRIu64 "\n",
        run->drawables.population, deck->base.year, ihp__period_months(&deck->performance, months),
        run->terms.draws, run->terms.seed);
    if (ihp__power_print(report, &run->table, deck->threshold, run->job.err) != IHP_OK) {
        return run->job.err->status;
    }
    if (run->options->output != NULL) {
        fprintf(report, "\nResults: %s\n", run->options->output);
    }
    return IHP_OK;
}

/* Writes the table. Not collective; only rank 0 has it. */
static enum ihp_status write_table(struct ihp__power_run *run)
{
    if (run->job.rank != 0) {
        return IHP_OK;
    }
    if (!ihp__table_whole(&run->table)) {
        return ihp__fail_memory(run->job.err, "the table of the draws");
    }
    if (run->file != NULL) {
        ihp__table_put_csv(&run->table, ihp__outfile_stream(run->file));
        if (ihp__outfile_name(&run->file, &run->output, run->job.err) != IHP_OK) {
            return run->job.err->status;
        }
    }
    return print_report(run);
}

/* Writes the table unless the store has changed. Collective; returns the same status on every
 * rank. */
static enum ihp_status write_results(struct ihp__power_run *run)
{
    const struct ihp__job *job = &run->job;
    if (ihp__job_agree(job, ihp__store_check_unchanged(job->context.store, job->err)) != IHP_OK) {
        return job->err->status;
    }
    return ihp__job_agree(job, write_table(run));
}

/* ---- the job --------------------------------------------------------------------------------- */

static void end(struct ihp__power_run *run)
{
    ihp__outfile_abandon(&run->file);
    ihp__target_end(&run->output);
    ihp__table_free(&run->table);
    free(run->drawables.member);
    free(run->fact);
    ihp__tally_destroy(&run->tally);
    ihp__job_end(&run->job);
}

enum ihp_status ihp_power(const struct ihp_power_options *options, MPI_Comm comm,
                          struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__power_run run = {.options = options};
    if (ihp__job_start(&run.job, "power", options->progress, options->progress_context, comm,
                       notices, err) != IHP_OK) {
        return err->status;
    }
    ihp__power_table_begin(&run.table);
    enum ihp_status status = open_all(&run);
    status = status == IHP_OK ? pass(&run) : status;
    status = status == IHP_OK ? count_eligible(&run) : status;
    status = status == IHP_OK ? ihp__power_settle_draws(&run) : status;
    status = status == IHP_OK ? write_results(&run) : status;
    end(&run);
    return status;
}
