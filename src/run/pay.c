/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp pay and ihp reconcile: the payments of a quarter or a year [15, 5.2.1]. One pass decides
 * every month; the sums are reduced once; the dollars follow from them on every rank alike. */
#include "pay.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* Payments need their numbers and claims of all their months. */
static enum ihp_status check_terms(const struct ihp__pay_run *run)
{
    const struct ihp__deck *deck = &run->context.deck;
    int32_t last = run->rules.first_month + run->rules.months;
    char month[IHP__DATE_TEXT], date[IHP__DATE_TEXT];
    if (!run->context.program->payment.given) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s/payment.csv: is missing; a payment needs its numbers [15.2.4, 15.3] "
                         "(inputs/program-defaults has those of the contract)",
                         run->context.program->folder);
    }
    if (deck->performance.paid_through < ihp__day_of_month_start(last) - 1) {
        ihp__notice_add(run->notices,
                        "%s: performance.paid_through: %s is before the end of %s, the last month "
                        "paid for, so claims of its window are missing [15.2.2]",
                        deck->path, ihp__day_format(deck->performance.paid_through, date),
                        ihp__month_format(last - 1, month));
    }
    return IHP_OK;
}

static const char *folder_of(const struct ihp__pay_run *run)
{
    return run->options->output != NULL ? run->options->output : run->context.deck.output;
}

static const char *job_name(const struct ihp__pay_run *run)
{
    return run->reconciles ? "reconcile" : "payments";
}

static enum ihp__file_group group_of(const struct ihp__pay_run *run)
{
    return run->reconciles ? IHP__FILES_RECONCILIATION : IHP__FILES_PAYMENTS;
}

/* Collective: ranks that were told different things would mix months, or write into several
 * folders. */
static enum ihp_status check_same_input(struct ihp__pay_run *run)
{
    const struct ihp_pay_options *o = run->options;
    struct {
        int32_t numbers[4];
        char folder[IHP__PATH_MAX];
    } told = {{o->first_quarter, o->quarters, o->force, o->member_files}, ""};
    snprintf(told.folder, sizeof told.folder, "%s", folder_of(run));
    return ihp__context_check_same(&run->context, &told, sizeof told, run->comm, run->err);
}

/* Collective. */
static enum ihp_status open_all(struct ihp__pay_run *run)
{
    const struct ihp_pay_options *o = run->options;
    if (ihp__context_open_inputs(o->deck_path, &run->context, run->notices, run->err) == IHP_OK &&
        ihp__context_monthly_rules(&run->context, (o->first_quarter - 1970 * 4) * 3,
                                   o->quarters * 3, run->notices, &run->rules,
                                   run->err) == IHP_OK &&
        check_terms(run) == IHP_OK &&
        ihp__store_partition(run->context.store, run->rank, run->ranks, &run->range, run->err) ==
            IHP_OK) {
        ihp__until_agreed(ihp__job_files_check(folder_of(run), run->context.deck.program,
                                               group_of(run), o->force, run->err));
    }
    return ihp__agree(run->comm, run->err) == IHP_OK ? check_same_input(run) : run->err->status;
}

/* ---- the pass -------------------------------------------------------------------------------- */

static enum ihp_status make_sums(struct ihp__pay_run *run)
{
    const struct ihp__payment_shape shape = {
        (size_t)run->rules.months, run->context.program->partnerships, run->context.info->acgs};
    size_t months = shape.months;
    run->payment = calloc(months * shape.partnerships + 1, sizeof *run->payment);
    if (run->options->member_files) {
        run->fact = calloc((size_t)run->range.count * months + 1, sizeof *run->fact);
    }
    if (run->payment == NULL || (run->options->member_files && run->fact == NULL)) {
        return ihp__fail_memory(run->err, "the members' months");
    }
    return ihp__payment_tally_create(&shape, &run->tally, run->err);
}

/* What the sums say of the store and of categories of service [16.10]. */
static enum ihp_status check_sums(struct ihp__pay_run *run)
{
    const struct ihp__store_info *info = run->context.info;
    const int64_t *seen = run->tally->seen;
    if ((uint64_t)seen[0] != info->members || (uint64_t)seen[1] != info->lines) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s: %" PRId64 " members and %" PRId64 " lines were seen where the store "
                         "says %" PRIu64 " and %" PRIu64 "; make the store anew with 'ihp import'",
                         info->path, seen[0], seen[1], info->members, info->lines);
    }
    if (seen[2] > 0 && run->context.deck.strict_categories) {
        return ihp__fail(run->err, IHP_ERR_DATA,
                         "%s: %" PRId64 " lines have a category of service that is not in "
                         "categories.csv; 'ihp check' names them; list it there, or leave "
                         "strict_categories out of the deck [16.10]",
                         info->path, seen[2]);
    }
    if (seen[2] > 0) {
        ihp__notice_add(run->notices,
                        "claim lines whose category of service is not in categories.csv: %" PRId64
                        ", excluded; 'ihp check' names them [16.10]",
                        seen[2]);
    }
    return IHP_OK;
}

/* Collective: one pass, one reduction. */
static enum ihp_status pass(struct ihp__pay_run *run)
{
    double start = MPI_Wtime();
    if (make_sums(run) == IHP_OK) {
        ihp__pay_pass(run);
    }
    run->stats.own.pass = MPI_Wtime() - start;
    if (ihp__agree(run->comm, run->err) != IHP_OK) {
        return run->err->status;
    }
    double magnitude = run->stats.magnitude;
    MPI_Allreduce(MPI_IN_PLACE, &magnitude, 1, MPI_DOUBLE, MPI_SUM, run->comm);
    ihp__pass_check_magnitude(&run->context, magnitude, run->err);
    start = MPI_Wtime();
    if (run->err->status == IHP_OK &&
        ihp__payment_tally_reduce(run->tally, run->comm, run->err) == IHP_OK) {
        run->stats.own.reduce = MPI_Wtime() - start;
        run->stats.reduced_bytes = run->tally->size * sizeof *run->tally->block;
        check_sums(run);
    }
    return ihp__agree(run->comm, run->err);
}

/* ---- what comes of it ------------------------------------------------------------------------ */

static enum ihp_status settle_months(struct ihp__pay_run *run)
{
    const struct ihp__program *program = run->context.program;
    for (int k = 0; k < run->rules.months; k++) {
        if (ihp__payment_curve(&run->tally->month[k], run->context.info->acgs, &program->payment,
                               run->rules.first_month + k, &run->curve[k], run->notices,
                               run->err) != IHP_OK) {
            return run->err->status;
        }
        ihp__payment_settle(run->tally, (size_t)k, &run->curve[k], &program->payment,
                            run->payment + (size_t)k * program->partnerships);
    }
    return IHP_OK;
}

static struct ihp__payment_input payment_input(const struct ihp__pay_run *run)
{
    return (struct ihp__payment_input){run->context.program,
                                       run->context.info->acg,
                                       run->rules.first_month,
                                       (size_t)run->rules.months,
                                       run->curve,
                                       run->payment};
}

/* The tables of the job, on rank 0 alone. */
static enum ihp_status make_tables(struct ihp__pay_run *run)
{
    const struct ihp__payment_input input = payment_input(run);
    if (!run->reconciles) {
        run->tables = IHP__PAYMENT_TABLES;
        return ihp__payment_tables_create(&input, run->table, run->err);
    }
    if (!run->context.info->has_care_coordination_paid) {
        ihp__notice_add(run->notices,
                        "the store has no care_coordination_paid: payments are taken to have been "
                        "made by care_coordination, so nothing is taken back [15.5]");
    }
    run->tables = 1;
    return ihp__reconcile_table_create(&input, run->table, run->err);
}

/* Collective: paid/<ihp_id>.csv from all ranks' members. */
static enum ihp_status write_member_files(struct ihp__pay_run *run)
{
    const struct ihp__payment_input input = payment_input(run);
    char(*ids)[IHP__MEMBER_ID_MAX + 1] = NULL;
    ihp__store_read_ids(run->context.store, run->range, &ids, run->err);
    if (ihp__agree(run->comm, run->err) == IHP_OK) {
        ihp__paid_files_write(folder_of(run), &input, run->range, run->fact,
                              (const char(*)[IHP__MEMBER_ID_MAX + 1]) ids, run->comm, run->err);
    }
    free(ids);
    return run->err->status;
}

/* "2025Q2", or the year of four quarters. */
static const char *span_of(const struct ihp_pay_options *options, char span[IHP__DATE_TEXT])
{
    ihp__quarter_format(options->first_quarter, span);
    if (options->quarters > 1) {
        span[4] = '\0';
    }
    return span;
}

/* Collective. The folder is begun by rank 0 alone, member files are written by all, the tables
 * and last the .json by rank 0. */
static enum ihp_status write_results(struct ihp__pay_run *run)
{
    char span[IHP__DATE_TEXT];
    bool begun = false, made = false;
    ihp__store_check_unchanged(run->context.store, run->err);
    if (ihp__agree(run->comm, run->err) != IHP_OK) {
        return run->err->status;
    }
    if (run->rank == 0) {
        make_tables(run);
    }
    const struct ihp__job_files job = {.name = job_name(run),
                                       .group = group_of(run),
                                       .span = span_of(run->options, span),
                                       .deck = &run->context.deck,
                                       .program = run->context.program,
                                       .store = run->context.info,
                                       .table = run->table,
                                       .tables = run->tables};
    if (run->rank == 0 && run->err->status == IHP_OK) {
        begun = ihp__job_files_begin(folder_of(run), &job, &made, run->err) == IHP_OK;
    }
    ihp__agree(run->comm, run->err);
    if (run->err->status == IHP_OK && run->fact != NULL) {
        write_member_files(run);
    }
    if (run->rank == 0 && run->err->status == IHP_OK) {
        ihp__job_files_write(folder_of(run), &job, run->notices, &run->stats, run->err);
    }
    ihp__agree(run->comm, run->err);
    if (begun && run->err->status != IHP_OK) {
        ihp__job_files_abandon(folder_of(run), &job, made);
    }
    return run->err->status;
}

/* Collective: rank 0 prints. */
static enum ihp_status print_report(const struct ihp__pay_run *run)
{
    FILE *report = run->options->report;
    if (run->rank == 0 && report != NULL) {
        enum ihp_status status =
            run->reconciles
                ? ihp__reconcile_print(report, &run->table[0], run->err)
                : ihp__payments_print(report, &run->table[IHP__TABLE_PAYMENTS_QUARTER], run->err);
        if (status == IHP_OK) {
            fprintf(report, "\nResults: %s\n", folder_of(run));
        }
    }
    return ihp__agree(run->comm, run->err);
}

static void clean_up(struct ihp__pay_run *run)
{
    for (int k = 0; k < IHP__PAY_MONTHS_MAX; k++) {
        ihp__payment_curve_free(&run->curve[k]);
    }
    for (int t = 0; t < IHP__PAYMENT_TABLES; t++) {
        ihp__table_free(&run->table[t]);
    }
    ihp__payment_tally_destroy(&run->tally);
    free(run->payment);
    free(run->fact);
    free(run->stats.rank);
    ihp__watch_end(&run->watch, run->err);
    ihp__context_close(&run->context);
    MPI_Comm_free(&run->comm);
}

/* Collective: the payments, or their reconciliation. */
static enum ihp_status run_job(const struct ihp_pay_options *options, bool reconciles,
                               MPI_Comm comm, struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__pay_run run = {
        .options = options, .reconciles = reconciles, .notices = notices, .err = err};
    if (MPI_Comm_dup(comm, &run.comm) != MPI_SUCCESS) {
        return ihp__fail(err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    if (ihp__watch_start(&run.watch, reconciles ? "reconcile" : "pay", options->progress,
                         options->progress_context, run.comm, err) != IHP_OK) {
        MPI_Comm_free(&run.comm);
        return err->status;
    }
    MPI_Comm_rank(run.comm, &run.rank);
    MPI_Comm_size(run.comm, &run.ranks);
    double start = MPI_Wtime();
    if (open_all(&run) == IHP_OK) {
        ihp__watch_open(&run.watch, folder_of(&run));
    }
    run.stats.ranks = run.ranks;
    run.stats.starts = 1; /* it keeps no checkpoint */
    run.stats.batch_lines = IHP_BATCH_LINES;
    run.stats.own.open = MPI_Wtime() - start;
    if (err->status == IHP_OK && pass(&run) == IHP_OK) {
        double settling = MPI_Wtime();
        settle_months(&run);
        run.stats.own.finish = MPI_Wtime() - settling;
        if (ihp__agree(run.comm, err) == IHP_OK &&
            ihp__run_stats_collect(&run.stats, start, run.comm, err) == IHP_OK &&
            write_results(&run) == IHP_OK) {
            ihp__until_agreed(print_report(&run));
        }
    }
    clean_up(&run);
    return err->status;
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
