/* ihp pay and ihp reconcile: the payments of a quarter or a year [15, 5.2.1]. One pass decides
 * every month; the sums are reduced once; the dollars follow from them on every rank alike. */
#include "pay.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- opening --------------------------------------------------------------------------------- */

/* Payments need their numbers and claims of all their months. */
static enum ihp_status check_terms(const struct ihp_pay_run *run)
{
    const struct ihp_deck *deck = &run->context.deck;
    int32_t last = run->rules.first_month + run->rules.months;
    char month[IHP_DATE_TEXT], date[IHP_DATE_TEXT];
    if (!run->context.program->payment.given) {
        return ihp_fail(run->err, IHP_ERR_DATA,
                        "%s/payment.csv: is missing; a payment needs its numbers [15.2.4, 15.3] "
                        "(inputs/program-defaults has those of the contract)",
                        run->context.program->folder);
    }
    if (deck->performance.paid_through < ihp_day_of_month_start(last) - 1) {
        ihp_notice_add(run->notices,
                       "%s: performance.paid_through: %s is before the end of %s, the last month "
                       "paid for, so claims of its window are missing [15.2.2]",
                       deck->path, ihp_day_format(deck->performance.paid_through, date),
                       ihp_month_format(last - 1, month));
    }
    return IHP_OK;
}

/* The rules of every month. Months of quarters with the same rosters share them, so that lines need
 * not be judged again. */
static enum ihp_status make_rules(struct ihp_pay_run *run)
{
    struct ihp_context *c = &run->context;
    const struct ihp_roster_index *before = NULL;
    for (int k = 0; k < run->rules.months; k++) {
        struct ihp_period_rules *rules = &run->rules.month[k];
        int32_t quarter = 1970 * 4 + (run->rules.first_month + k) / 3;
        rules->inclusion = c->program->inclusion;
        rules->code_sets = c->code_sets;
        rules->partnerships = (uint32_t)c->program->partnerships;
        if (ihp_context_roster_of(c, quarter, run->notices, &rules->roster, run->err) != IHP_OK) {
            return run->err->status;
        }
        if (before != NULL && ihp_roster_index_same(before, rules->roster)) {
            rules->roster = before;
        }
        before = rules->roster;
    }
    return IHP_OK;
}

static const char *folder_of(const struct ihp_pay_run *run)
{
    return run->options->output != NULL ? run->options->output : run->context.deck.output;
}

/* Collective. `job` names the files, which must not be there yet. */
static enum ihp_status open_all(struct ihp_pay_run *run, const char *job)
{
    const struct ihp_pay_options *o = run->options;
    const int32_t same[] = {o->first_quarter, o->quarters, o->force, o->member_files};
    if (ihp_context_open_inputs(o->deck_path, &run->context, run->notices, run->err) == IHP_OK) {
        const struct ihp_deck *deck = &run->context.deck;
        ihp_monthly_rules_init(&run->rules, (o->first_quarter - 1970 * 4) * 3, o->quarters * 3,
                               deck->performance.paid_through, &deck->policies);
        if (check_terms(run) == IHP_OK && make_rules(run) == IHP_OK &&
            ihp_store_partition(run->context.store, run->rank, run->ranks, &run->range, run->err) ==
                IHP_OK) {
            ihp_job_check(folder_of(run), job, o->force, run->err);
        }
    }
    if (ihp_agree(run->comm, run->err) != IHP_OK) {
        return run->err->status;
    }
    return ihp_context_check_same(&run->context, same, sizeof same, run->comm, run->err);
}

/* ---- the pass -------------------------------------------------------------------------------- */

static enum ihp_status make_sums(struct ihp_pay_run *run)
{
    const struct ihp_payment_shape shape = {(size_t)run->rules.months,
                                            run->context.program->partnerships,
                                            run->context.info->acgs};
    size_t months = shape.months;
    run->payment = calloc(months * shape.partnerships + 1, sizeof *run->payment);
    if (run->options->member_files) {
        run->fact = calloc((size_t)run->range.count * months + 1, sizeof *run->fact);
    }
    if (run->payment == NULL || (run->options->member_files && run->fact == NULL)) {
        return ihp_fail_memory(run->err, "the members' months");
    }
    return ihp_payment_tally_create(&shape, &run->tally, run->err);
}

/* What the sums say of the store and of categories of service [16.10]. */
static enum ihp_status check_sums(struct ihp_pay_run *run)
{
    const struct ihp_store_info *info = run->context.info;
    const int64_t *seen = run->tally->seen;
    if ((uint64_t)seen[0] != info->members || (uint64_t)seen[1] != info->lines) {
        return ihp_fail(run->err, IHP_ERR_DATA,
                        "%s: %" PRId64 " members and %" PRId64 " lines were seen where the store "
                        "says %" PRIu64 " and %" PRIu64 "; make the store anew with 'ihp import'",
                        info->path, seen[0], seen[1], info->members, info->lines);
    }
    if (seen[2] > 0 && run->context.deck.strict_categories) {
        return ihp_fail(run->err, IHP_ERR_DATA,
                        "%s: %" PRId64 " lines have a category of service that is not in "
                        "categories.csv; 'ihp check' names them; list it there, or leave "
                        "strict_categories out of the deck [16.10]",
                        info->path, seen[2]);
    }
    if (seen[2] > 0) {
        ihp_notice_add(run->notices,
                       "%" PRId64 " lines have a category of service that is not in "
                       "categories.csv: excluded; 'ihp check' names them [16.10]",
                       seen[2]);
    }
    return IHP_OK;
}

/* Collective: one pass, one reduction. */
static enum ihp_status pass(struct ihp_pay_run *run)
{
    if (make_sums(run) == IHP_OK) {
        ihp_pay_pass(run);
    }
    if (ihp_agree(run->comm, run->err) != IHP_OK) {
        return run->err->status;
    }
    double magnitude = run->magnitude;
    MPI_Allreduce(MPI_IN_PLACE, &magnitude, 1, MPI_DOUBLE, MPI_SUM, run->comm);
    ihp_pass_check_magnitude(&run->context, magnitude, run->err);
    if (run->err->status == IHP_OK &&
        ihp_payment_tally_reduce(run->tally, run->comm, run->err) == IHP_OK) {
        check_sums(run);
    }
    return ihp_agree(run->comm, run->err);
}

/* ---- what comes of it ------------------------------------------------------------------------ */

static enum ihp_status settle_months(struct ihp_pay_run *run)
{
    const struct ihp_program *program = run->context.program;
    for (int k = 0; k < run->rules.months; k++) {
        if (ihp_payment_curve(&run->tally->month[k], run->context.info->acgs, &program->payment,
                              run->rules.first_month + k, &run->curve[k], run->notices,
                              run->err) != IHP_OK) {
            return run->err->status;
        }
        ihp_payment_settle(run->tally, (size_t)k, &run->curve[k], &program->payment,
                           run->payment + (size_t)k * program->partnerships);
    }
    return IHP_OK;
}

static struct ihp_payment_input payment_input(const struct ihp_pay_run *run)
{
    return (struct ihp_payment_input){run->context.program,
                                      run->context.info->acg,
                                      run->rules.first_month,
                                      (size_t)run->rules.months,
                                      run->curve,
                                      run->payment};
}

/* Writes the tables, by rank 0. */
static enum ihp_status write_tables(struct ihp_pay_run *run, const char *name,
                                    const struct ihp_table *table, size_t tables)
{
    char span[IHP_DATE_TEXT];
    ihp_quarter_format(run->options->first_quarter, span);
    if (run->options->quarters > 1) {
        span[4] = '\0'; /* the year */
    }
    const struct ihp_job job = {name, span, &run->context.deck, run->context.program,
                                run->context.info, table, tables};
    return ihp_job_write(folder_of(run), &job, run->notices, run->err);
}

static enum ihp_status report_payments(struct ihp_pay_run *run)
{
    const struct ihp_payment_input input = payment_input(run);
    struct ihp_table table[IHP_PAYMENT_TABLES] = {{0}};
    if (ihp_payment_tables_create(&input, table, run->err) == IHP_OK &&
        write_tables(run, "payments", table, IHP_PAYMENT_TABLES) == IHP_OK &&
        run->options->report != NULL) {
        ihp_payments_print(run->options->report, &table[IHP_TABLE_PAYMENTS_QUARTER]);
    }
    for (int t = 0; t < IHP_PAYMENT_TABLES; t++) {
        ihp_table_free(&table[t]);
    }
    return run->err->status;
}

static enum ihp_status report_reconciliation(struct ihp_pay_run *run)
{
    const struct ihp_payment_input input = payment_input(run);
    struct ihp_table table = {0};
    if (!run->context.info->has_care_coordination_paid) {
        ihp_notice_add(run->notices,
                       "the store has no care_coordination_paid: payments are taken to have been "
                       "made by care_coordination, so nothing is taken back [15.5]");
    }
    if (ihp_reconcile_table_create(&input, &table, run->err) == IHP_OK &&
        write_tables(run, "reconcile", &table, 1) == IHP_OK && run->options->report != NULL) {
        ihp_reconcile_print(run->options->report, &table);
    }
    ihp_table_free(&table);
    return run->err->status;
}

static void clean_up(struct ihp_pay_run *run)
{
    for (int k = 0; k < IHP_PAY_MONTHS_MAX; k++) {
        ihp_payment_curve_free(&run->curve[k]);
    }
    ihp_payment_tally_destroy(&run->tally);
    free(run->payment);
    free(run->fact);
    ihp_context_close(&run->context);
    MPI_Comm_free(&run->comm);
}

/* Collective: a job of payments, whose tables `report` writes on rank 0. */
static enum ihp_status run_job(const struct ihp_pay_options *options, MPI_Comm comm,
                               const char *name,
                               enum ihp_status (*report)(struct ihp_pay_run *run),
                               struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp_pay_run run = {.options = options, .notices = notices, .err = err};
    if (MPI_Comm_dup(comm, &run.comm) != MPI_SUCCESS) {
        return ihp_fail(err, IHP_ERR_RUN, "MPI could not duplicate the communicator");
    }
    MPI_Comm_rank(run.comm, &run.rank);
    MPI_Comm_size(run.comm, &run.ranks);
    if (open_all(&run, name) == IHP_OK && pass(&run) == IHP_OK) {
        settle_months(&run);
        if (ihp_agree(run.comm, err) == IHP_OK && run.rank == 0) {
            report(&run);
        }
        ihp_agree(run.comm, err);
    }
    clean_up(&run);
    return err->status;
}

enum ihp_status ihp_pay(const struct ihp_pay_options *options, MPI_Comm comm,
                        struct ihp_notices *notices, struct ihp_error *err)
{
    return run_job(options, comm, "payments", report_payments, notices, err);
}

enum ihp_status ihp_reconcile(const struct ihp_pay_options *options, MPI_Comm comm,
                              struct ihp_notices *notices, struct ihp_error *err)
{
    return run_job(options, comm, "reconcile", report_reconciliation, notices, err);
}
