/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp pay and ihp reconcile: the payments of a quarter or a year [15, 5.2.1]. One pass decides
 * every month; the sums are reduced once; the dollars follow from them on every rank alike. */
#include "jobs/pay/pay.h"
#include "result/job_files.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* Checks that the program has the numbers of payments, and notes claims that are still to come. */
static enum ihp_status check_terms(const struct ihp__pay_run *run)
{
    const struct ihp__deck *deck = &run->job.context.deck;
    const struct ihp__program *program = run->job.context.program;
    int32_t last = run->rules.first_month + run->rules.months;
    char month[IHP__DATE_TEXT], date[IHP__DATE_TEXT];
    if (!program->payment.given) {
        return ihp__fail(run->job.err, IHP_ERR_DATA,
                         "%s/payment.csv: is missing; a payment needs its numbers [15.2.4, 15.3] "
                         "(inputs/program-defaults has those of the contract)",
                         program->folder);
    }
    if (run->options->paid_count == 0 && /* else each run has its own cut-off */
        deck->performance.paid_through < ihp__day_of_month_start(last) - 1) {
        ihp__notice_add(run->job.notices,
                        "%s: performance.paid_through: %s is before the end of %s, the last month "
                        "paid for, so claims of its window are missing [15.2.2]",
                        deck->path, ihp__day_format(deck->performance.paid_through, date),
                        ihp__month_format(last - 1, month));
    }
    return IHP_OK;
}

static const char *folder_of(const struct ihp__pay_run *run)
{
    return run->options->output != NULL ? run->options->output : run->job.context.deck.output;
}

/* Returns the name of the job's files. */
static const char *files_name(const struct ihp__pay_run *run)
{
    return run->reconciles ? "reconcile" : "payments";
}

static enum ihp__file_group group_of(const struct ihp__pay_run *run)
{
    return run->reconciles ? IHP__FILES_RECONCILIATION : IHP__FILES_PAYMENTS;
}

/* Opens everything. Not collective. */
static enum ihp_status open_inputs(struct ihp__pay_run *run)
{
    const struct ihp_pay_options *o = run->options;
    struct ihp__job *job = &run->job;
    if (ihp__job_open_inputs(job, o->deck_path) != IHP_OK ||
        ihp__context_monthly_rules(&job->context, (o->first_quarter - 1970 * 4) * 3,
                                   o->quarters * 3, job->notices, &run->rules,
                                   job->err) != IHP_OK ||
        check_terms(run) != IHP_OK) {
        return job->err->status;
    }
    const struct ihp__output_request request = {.folder = folder_of(run),
                                                .program = job->context.deck.program,
                                                .group = group_of(run),
                                                .force = o->force,
                                                .first = job->rank == 0};
    if (ihp__output_open(&run->output, &request, job->err) != IHP_OK) {
        return job->err->status;
    }
    return run->reconciles ? ihp__reconcile_open(run) : IHP_OK;
}

/* Opens everything, and refuses ranks that would mix months or write into several folders.
 * Collective; returns the same status on every rank. */
static enum ihp_status open_all(struct ihp__pay_run *run)
{
    const struct ihp_pay_options *o = run->options;
    struct {
        int32_t numbers[5];
        char folder[IHP__PATH_MAX];
    } common = {{o->first_quarter, o->quarters, o->force, o->member_files, (int32_t)o->paid_count},
                ""};
    ihp__until_agreed(open_inputs(run));
    snprintf(common.folder, sizeof common.folder, "%s", folder_of(run));
    if (ihp__job_agree_on_input(&run->job, &common, sizeof common) != IHP_OK) {
        return run->job.err->status;
    }
    ihp__watch_open(&run->job.watch, folder_of(run));
    return IHP_OK;
}

/* ---- the pass -------------------------------------------------------------------------------- */

static enum ihp_status make_sums(struct ihp__pay_run *run)
{
    const struct ihp__context *c = &run->job.context;
    const struct ihp__payment_shape shape = {(size_t)run->rules.months, c->program->partnerships,
                                             c->info->acgs, run->reconciles};
    size_t months = shape.months;
    run->payment = calloc(months * shape.partnerships + 1, sizeof *run->payment);
    if (run->options->member_files) {
        run->fact = calloc((size_t)run->job.range.count * months + 1, sizeof *run->fact);
    }
    if (run->payment == NULL || (run->options->member_files && run->fact == NULL)) {
        return ihp__fail_memory(run->job.err, "the members' months");
    }
    return ihp__payment_tally_create(&shape, &run->tally, run->job.err);
}

/* Checks that the pass saw everything once, and that categories.csv lists the services it saw
 * [16.10]. */
static enum ihp_status check_sums(struct ihp__pay_run *run)
{
    const struct ihp__context *c = &run->job.context;
    const int64_t *seen = run->tally->seen;
    char date[IHP__DATE_TEXT];
    if (ihp__pass_check_whole(c, seen[IHP__SEEN_MEMBERS], seen[IHP__SEEN_LINES], run->job.err) !=
        IHP_OK) {
        return run->job.err->status;
    }
    if (seen[IHP__SEEN_UNKNOWN] > 0 && c->deck.strict_categories) {
        return ihp__fail(run->job.err, IHP_ERR_DATA,
                         "%s: %" PRId64 " lines have a category of service that is not in "
                         "categories.csv; 'ihp check' names them; list it there, or leave "
                         "strict_categories out of the deck [16.10]",
                         c->info->path, seen[IHP__SEEN_UNKNOWN]);
    }
    if (seen[IHP__SEEN_UNKNOWN] > 0) {
        ihp__notice_add(run->job.notices,
                        "claim lines whose category of service is not in categories.csv: %" PRId64
                        ", excluded; 'ihp check' names them [16.10]",
                        seen[IHP__SEEN_UNKNOWN]);
    }
    if (seen[IHP__SEEN_NOT_BEGUN] > 0) {
        ihp__notice_add(run->job.notices,
                        "%" PRId64 " member months of the payments' windows begin after the "
                        "cut-off %s, so they do not qualify, although enrollment spans cover them "
                        "[2.7]",
                        seen[IHP__SEEN_NOT_BEGUN],
                        ihp__day_format(c->deck.performance.paid_through, date));
    }
    if (seen[IHP__SEEN_BEFORE_BIRTH] > 0) {
        ihp__notice_add(run->job.notices,
                        "%" PRId64 " member months of the payments' windows are before the month "
                        "of the member's birth; %s",
                        seen[IHP__SEEN_BEFORE_BIRTH],
                        ihp__before_birth_text(&c->deck.policies.claims));
    }
    if (seen[IHP__SEEN_AFTER_DEATH] > 0) {
        ihp__notice_add(run->job.notices,
                        "%" PRId64 " member months of the payments' windows are after the month "
                        "of the member's death, so they do not qualify, although enrollment spans "
                        "cover them [13.3.2]",
                        seen[IHP__SEEN_AFTER_DEATH]);
    }
    return IHP_OK;
}

/* Passes the claims once, and adds up the sums of all ranks once. Collective; returns the same
 * status on every rank. */
static enum ihp_status pass(struct ihp__pay_run *run)
{
    struct ihp__job *job = &run->job;
    double start = MPI_Wtime();
    if (make_sums(run) == IHP_OK) {
        ihp__until_agreed(ihp__pay_pass(run));
    }
    job->stats.own.pass = MPI_Wtime() - start;
    if (ihp__agree(job->comm, job->err) != IHP_OK || ihp__job_check_magnitude(job) != IHP_OK) {
        return job->err->status;
    }
    start = MPI_Wtime();
    enum ihp_status status = ihp__payment_tally_reduce(run->tally, job->comm, job->err);
    job->stats.own.reduce = MPI_Wtime() - start;
    job->stats.reduced_bytes = run->tally->size * sizeof *run->tally->block;
    if (status == IHP_OK) {
        ihp__until_agreed(check_sums(run));
    }
    return ihp__agree(job->comm, job->err);
}

/* ---- the payments ---------------------------------------------------------------------------- */

static enum ihp_status settle_months(struct ihp__pay_run *run)
{
    const struct ihp__context *c = &run->job.context;
    const struct ihp__payment_rules rules = {c->program, &c->deck.policies, run->rules.first_month};
    for (size_t i = 0; i < (size_t)run->rules.months; i++) {
        if (ihp__payment_curve(run->tally, i, &rules, &run->curve[i], run->job.notices,
                               run->job.err) != IHP_OK) {
            return run->job.err->status;
        }
        ihp__payment_settle(run->tally, i, &run->curve[i], &rules,
                            run->payment + i * c->program->partnerships);
    }
    return run->reconciles ? ihp__reconcile_finish(run) : IHP_OK;
}

static struct ihp__payment_input payment_input(const struct ihp__pay_run *run)
{
    return (struct ihp__payment_input){run->job.context.program,
                                       run->job.context.info->acg,
                                       &run->job.context.deck.policies,
                                       run->rules.first_month,
                                       (size_t)run->rules.months,
                                       run->curve,
                                       run->payment};
}

/* Makes the tables of the job. Not collective; only rank 0 has them. */
static enum ihp_status make_tables(struct ihp__pay_run *run)
{
    if (run->job.rank != 0) {
        return IHP_OK;
    }
    if (!run->reconciles) {
        const struct ihp__payment_input input = payment_input(run);
        run->tables = IHP__PAYMENT_TABLES;
        return ihp__payment_tables_create(&input, run->table, run->job.err);
    }
    run->tables = 1;
    return ihp__reconcile_table_create(run->job.context.program, run->reconciliation.result,
                                       run->table, run->job.err);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes paid/<ihp_id>.csv from all ranks' members, if they are asked for. Collective; returns the
 * same status on every rank. */
static enum ihp_status write_member_files(struct ihp__pay_run *run)
{
    const struct ihp__job *job = &run->job;
    const struct ihp__payment_input input = payment_input(run);
    char(*ids)[IHP__MEMBER_ID_MAX + 1] = NULL;
    if (run->fact == NULL) {
        return IHP_OK;
    }
    enum ihp_status status =
        ihp__job_agree(job, ihp__store_read_ids(job->context.store, job->range, &ids, job->err));
    if (status == IHP_OK) {
        status =
            ihp__paid_files_write(run->output.path, &input, job->range, run->fact,
                                  (const char(*)[IHP__MEMBER_ID_MAX + 1]) ids, job->comm, job->err);
    }
    free(ids);
    return status;
}

/* Returns "2025Q2", or the year of four quarters. */
static const char *span_of(const struct ihp_pay_options *options, char span[IHP__DATE_TEXT])
{
    ihp__quarter_format(options->first_quarter, span);
    if (options->quarters > 1) {
        span[4] = '\0';
    }
    return span;
}

/* Makes the tables unless the store has changed. Collective; returns the same status on every
 * rank. */
static enum ihp_status finish_tables(struct ihp__pay_run *run)
{
    const struct ihp__job *job = &run->job;
    if (ihp__job_agree(job, ihp__store_check_unchanged(job->context.store, job->err)) != IHP_OK) {
        return job->err->status;
    }
    return ihp__job_agree(job, make_tables(run));
}

/* Writes everything: all ranks write member files, rank 0 writes the tables and, last, the .json.
 * Collective; returns the same status on every rank. */
static enum ihp_status write_results(struct ihp__pay_run *run)
{
    const struct ihp__job *job = &run->job;
    char span[IHP__DATE_TEXT], overrides[IHP__HASH_TEXT];
    struct ihp__job_run paid[IHP__PAID_RUNS_MAX];
    if (finish_tables(run) != IHP_OK) {
        return job->err->status;
    }
    struct ihp__job_files files = {.name = files_name(run),
                                   .group = group_of(run),
                                   .span = span_of(run->options, span),
                                   .deck = &job->context.deck,
                                   .program = job->context.program,
                                   .store = job->context.info,
                                   .table = run->table,
                                   .tables = run->tables};
    if (run->reconciles) {
        ihp__reconcile_describe(run, paid, overrides, &files);
    }
    enum ihp_status status = ihp__output_begin(&run->output, job->comm, job->err);
    if (status == IHP_OK) {
        status = write_member_files(run);
    }
    if (status == IHP_OK && job->rank == 0) {
        ihp__until_agreed(
            ihp__job_files_write(&run->output, &files, job->notices, &job->stats, job->err));
    }
    return ihp__agree(job->comm, job->err);
}

/* Prints the payments for people. Not collective; only rank 0 prints. */
static enum ihp_status print_report(const struct ihp__pay_run *run)
{
    FILE *report = run->options->report;
    if (run->job.rank != 0 || report == NULL) {
        return IHP_OK;
    }
    enum ihp_status status =
        run->reconciles
            ? ihp__reconcile_print(report, &run->table[0], run->job.err)
            : ihp__payments_print(report, &run->table[IHP__TABLE_PAYMENTS_QUARTER], run->job.err);
    if (status == IHP_OK) {
        fprintf(report, "\nResults: %s\n", folder_of(run));
    }
    return status;
}

/* ---- the job --------------------------------------------------------------------------------- */

/* Runs the stages in their order. Collective; returns the same status on every rank. */
static enum ihp_status run_stages(struct ihp__pay_run *run)
{
    struct ihp__job *job = &run->job;
    if (open_all(run) != IHP_OK || pass(run) != IHP_OK) {
        return job->err->status;
    }
    double start = MPI_Wtime();
    ihp__until_agreed(settle_months(run));
    job->stats.own.finish = MPI_Wtime() - start;
    if (ihp__agree(job->comm, job->err) != IHP_OK || ihp__job_collect_stats(job) != IHP_OK ||
        write_results(run) != IHP_OK) {
        return job->err->status;
    }
    return ihp__job_agree(job, print_report(run));
}

static void end(struct ihp__pay_run *run)
{
    ihp__output_close(&run->output, run->job.notices, run->job.err);
    for (int i = 0; i < IHP__PAY_MONTHS_MAX; i++) {
        ihp__payment_curve_free(&run->curve[i]);
    }
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        ihp__table_free(&run->table[t]);
    }
    ihp__payment_tally_destroy(&run->tally);
    ihp__reconcile_free(&run->reconciliation);
    free(run->payment);
    free(run->fact);
    ihp__job_end(&run->job);
}

/* Runs the payments, or their reconciliation. Collective. */
static enum ihp_status run_job(const struct ihp_pay_options *options, bool reconciles,
                               MPI_Comm comm, struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__pay_run run = {.options = options, .reconciles = reconciles};
    if (ihp__job_start(&run.job, reconciles ? "reconcile" : "pay", options->progress,
                       options->progress_context, comm, notices, err) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = run_stages(&run);
    end(&run);
    return status;
}

enum ihp_status ihp_pay(const struct ihp_pay_options *options, MPI_Comm comm,
                        struct ihp_notices *notices, struct ihp_error *err)
{
    return run_job(options, false, comm, notices, err);
}

enum ihp_status ihp_reconcile(const struct ihp_pay_options *options, MPI_Comm comm,
                              struct ihp_notices *notices, struct ihp_error *err)
{
    return run_job(options, true, comm, notices, err);
}
