/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp settle: open, pass, reduce, settle, write. Each rank works on its own members; after every
 * stage the ranks agree, so that an error of one ends all. */
#include "jobs/settle/settling.h"

#include "engine/missing_months.h"
#include "resample/resample.h"
#include "result/bridge_tables.h"
#include "result/result_folder.h"
#include "store/store_record.h"

#include <stdlib.h>
#include <string.h>

/* ---- opening --------------------------------------------------------------------------------- */

static bool only_estimates(const struct ihp__settling *s)
{
    return s->options->dry_run || s->options->estimate;
}

/* Opens everything. An estimate needs no interim but its name: it can be made before the interim is
 * settled. Not collective. */
static enum ihp_status open_inputs(struct ihp__settling *s)
{
    const struct ihp__settings settings = {s->options->set, s->options->sets};
    const struct ihp__deck *deck = &s->job.context.deck;
    if (ihp__instructions_choose(s->job.err) != IHP_OK ||
        ihp__job_open_with(&s->job, s->options->deck_path, &settings) != IHP_OK ||
        ihp__settling_take_block(s) != IHP_OK ||
        (!s->options->estimate && ihp__bridge_open(&s->bridge, &s->job) != IHP_OK)) {
        return s->job.err->status;
    }
    s->job.stats.instructions = deck->bootstrap.replicates == 0 ? NULL : ihp__instructions_chosen();
    if (only_estimates(s)) {
        return ihp__planned_make(s, s->block.first);
    }
    const struct ihp__output_request request = {.folder = deck->output,
                                                .program = deck->program,
                                                .group = IHP__FILES_RESULT,
                                                .force = s->options->force,
                                                .first = s->job.rank == 0};
    if (ihp__note_missing_months(deck, s->job.context.store, s->job.notices, s->job.err) !=
            IHP_OK ||
        ihp__output_open(&s->output, &request, s->job.err) != IHP_OK ||
        ihp__settling_go_on(s) != IHP_OK) {
        return s->job.err->status;
    }
    return ihp__planned_make(s, (size_t)s->from.plan_first);
}

/* Opens everything, and refuses ranks that opened different things. Collective; returns the same
 * status on every rank. */
static enum ihp_status open_all(struct ihp__settling *s)
{
    const struct ihp_settle_options *o = s->options;
    struct {
        uint64_t options[10], starts, moment;
        struct ihp__done from;
    } common = {0};
    ihp__until_agreed(open_inputs(s));
    const uint64_t options[] = {o->member_files,
                                o->no_index,
                                o->force,
                                o->fresh,
                                o->dry_run,
                                o->estimate,
                                (uint64_t)s->plan_ranks,
                                (uint64_t)(o->rate * 1000),
                                s->block.number,
                                s->block.blocks};
    _Static_assert(sizeof options == sizeof common.options, "all options are compared");
    memcpy(common.options, options, sizeof common.options);
    common.starts = s->saving.starts;
    common.moment = s->saving.moment;
    common.from = s->from;
    if (ihp__job_agree_on_input(&s->job, &common, sizeof common) != IHP_OK) {
        return s->job.err->status;
    }
    if (!only_estimates(s)) {
        ihp__watch_open(&s->job.watch, s->job.context.deck.output);
        ihp__settling_log_going_on(s);
    }
    return IHP_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes the member files, if they are asked for. Collective; returns the same status on every
 * rank. */
static enum ihp_status write_member_files(struct ihp__settling *s)
{
    const struct ihp__job *job = &s->job;
    struct ihp__result_input input = ihp__settling_result(s);
    char(*ids)[IHP__MEMBER_ID_MAX + 1] = NULL;
    if (!s->options->member_files) {
        return IHP_OK;
    }
    enum ihp_status status =
        ihp__job_agree(job, ihp__store_read_ids(job->context.store, job->range, &ids, job->err));
    if (status == IHP_OK) {
        status = ihp__member_files_write(s->output.path, &input, job->range, s->fact,
                                         (const char(*)[IHP__MEMBER_ID_MAX + 1]) ids, job->comm,
                                         job->err);
    }
    if (status == IHP_OK && s->bridge.sums.fact != NULL) {
        const struct ihp__moved_facts facts = {s->fact, s->bridge.sums.fact};
        status = ihp__moved_files_write(s->output.path, job->context.program, job->range, &facts,
                                        (const char(*)[IHP__MEMBER_ID_MAX + 1]) ids, job->comm,
                                        job->err);
    }
    free(ids);
    return status;
}

/* Writes the tables and the manifest with what it says of the import. */
static enum ihp_status write_on_rank_0(struct ihp__settling *s, struct ihp__result_input input)
{
    struct ihp__job *job = &s->job;
    json_t *record;
    enum ihp_status status = ihp__store_read_record(job->context.store, &record, job->err);
    input.import_record = record;
    if (status == IHP_OK) {
        status =
            ihp__result_write(&s->output, &input, s->table, job->notices, &job->stats, job->err);
    }
    json_decref(record);
    return status;
}

/* Writes the tables and, last, the manifest, on rank 0 alone, unless the store has changed.
 * Collective; returns the same status on every rank. */
static enum ihp_status write_tables(struct ihp__settling *s)
{
    const struct ihp__job *job = &s->job;
    struct ihp__result_input input = ihp__settling_result(s);
    if (ihp__job_agree(job, ihp__store_check_unchanged(job->context.store, job->err)) == IHP_OK &&
        job->rank == 0) {
        ihp__until_agreed(write_on_rank_0(s, input));
    }
    return ihp__agree(job->comm, job->err);
}

/* Writes the result folder. Collective; returns the same status on every rank. */
static enum ihp_status write_results(struct ihp__settling *s)
{
    s->job.stats.starts = s->saving.starts + 1;
    if (ihp__job_collect_stats(&s->job) != IHP_OK ||
        ihp__output_begin(&s->output, s->job.comm, s->job.err) != IHP_OK ||
        write_member_files(s) != IHP_OK || write_tables(s) != IHP_OK) {
        return s->job.err->status;
    }
    ihp__saving_remove(&s->saving);
    return IHP_OK;
}

/* Prints the tables of the result for people. */
static enum ihp_status print_tables(const struct ihp__settling *s)
{
    FILE *stream = s->options->report;
    struct ihp__result_input input = ihp__settling_result(s);
    struct ihp__settlement_head head = ihp__settlement_head(&input);
    enum ihp_status status =
        ihp__settlement_print(stream, &head, &s->table[IHP__TABLE_SETTLEMENT], s->job.err);
    if (status == IHP_OK && s->table[IHP__TABLE_BRIDGE].columns > 0) {
        status = ihp__bridge_print(stream, &s->table[IHP__TABLE_BRIDGE], s->job.err);
    }
    if (status == IHP_OK && s->block.blocks > 0) {
        fprintf(
            stream,
            "\nBlock %zu of %zu of the sweep: scenarios %zu to %zu of %zu. 'ihp merge' puts the "
            "blocks together.\n",
            s->block.number, s->block.blocks, s->block.first + 1, s->block.end, s->block.scenarios);
    }
    if (status == IHP_OK && s->table[IHP__TABLE_READINGS_TOTAL].columns > 0) {
        status = ihp__readings_print(stream, &s->table[IHP__TABLE_READINGS_TOTAL], s->job.err);
    } else if (status == IHP_OK && s->table[IHP__TABLE_SCENARIOS].columns > 0) {
        status = ihp__scenarios_print(stream, &s->table[IHP__TABLE_SCENARIOS], IHP__CHANGES_PRINTED,
                                      s->job.err);
    }
    if (status == IHP_OK && s->table[IHP__TABLE_BOOTSTRAP].columns > 0) {
        status = ihp__bootstrap_print(stream, s->job.context.deck.bootstrap.replicates,
                                      &s->table[IHP__TABLE_BOOTSTRAP],
                                      &s->table[IHP__TABLE_BOOTSTRAP_OUTCOMES], s->job.err);
    }
    return status;
}

/* Prints the result on rank 0, if that is asked for. The results are written: they stay whatever
 * happens here. Collective; returns the same status on every rank. */
static enum ihp_status print_report(struct ihp__settling *s)
{
    if (s->job.rank == 0 && s->options->report != NULL && print_tables(s) == IHP_OK) {
        fprintf(s->options->report, "\nResults: %s\n", s->job.context.deck.output);
    }
    return ihp__agree(s->job.comm, s->job.err);
}

/* ---- the job --------------------------------------------------------------------------------- */

static void end(struct ihp__settling *s)
{
    ihp__output_close(&s->output, s->job.notices, s->job.err);
    for (int t = 0; t < IHP__TABLES; t++) {
        ihp__table_free(&s->table[t]);
    }
    ihp__finance_free(&s->finance);
    ihp__tally_destroy(&s->tally);
    ihp__saving_close(&s->saving);
    free(s->planned.todo);
    free(s->fact);
    free(s->effect);
    ihp__resampling_free(&s->resampling);
    ihp__bridge_free(&s->bridge);
    ihp__planned_forget(&s->planned);
    ihp__job_end(&s->job);
}

/* Prints what the run would take. Collective; returns the same status on every rank. */
static enum ihp_status estimate(struct ihp__settling *s)
{
    if (s->job.rank == 0 && s->options->report != NULL) {
        ihp__until_agreed(ihp__settling_estimate(s, s->options->report));
    }
    return ihp__agree(s->job.comm, s->job.err);
}

/* Runs the stages in their order. Collective; returns the same status on every rank. */
static enum ihp_status run_stages(struct ihp__settling *s)
{
    if (ihp__claims_take(s) != IHP_OK || ihp__claims_settle(s) != IHP_OK ||
        ihp__bridge_settle(&s->bridge, &s->job, s->tally, s->finance.settlement,
                           &s->table[IHP__TABLE_BRIDGE],
                           &s->table[IHP__TABLE_BRIDGE_MEMBERS]) != IHP_OK ||
        ihp__resampling_deck(s) != IHP_OK || ihp__sweep_settle(s) != IHP_OK ||
        write_results(s) != IHP_OK) {
        return s->job.err->status;
    }
    return print_report(s);
}

enum ihp_status ihp_settle(const struct ihp_settle_options *options, MPI_Comm comm,
                           struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__settling s = {.options = options};
    if (ihp__job_start(&s.job, "settle", options->progress, options->progress_context, comm,
                       notices, err) != IHP_OK) {
        return err->status;
    }
    s.plan_ranks = options->ranks > 0 ? options->ranks : s.job.ranks;
    if (options->batch_lines > 0) {
        s.job.stats.batch_lines = options->batch_lines;
    }
    enum ihp_status status = open_all(&s);
    if (status == IHP_OK) {
        status = only_estimates(&s) ? estimate(&s) : run_stages(&s);
    }
    end(&s);
    return status;
}
