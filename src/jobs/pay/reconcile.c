/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the payment runs of a year for its reconciliation, and computes what follows from the sums
 * [15.5, 4.6.4.2]. */
#include "jobs/pay/reconcile.h"

#include "base/search.h"
#include "jobs/pay/paid_files.h"
#include "jobs/pay/pay.h"

#include <stdlib.h>

/* ---- overrides of the year ------------------------------------------------------------------- */

static enum ihp_status place_overrides(struct ihp__pay_run *run)
{
    struct ihp__context *c = &run->job.context;
    struct ihp__reconciliation *r = &run->reconciliation;
    int year = run->options->first_quarter / 4;
    r->override_ = calloc(c->program->overrides + 1, sizeof *r->override_);
    if (r->override_ == NULL) {
        return ihp__fail_memory(run->job.err, "overrides");
    }
    for (size_t i = 0; i < c->program->overrides; i++) { /* in member order */
        const struct ihp__override *o = &c->program->override_[i];
        uint64_t member;
        if (o->year != year) {
            continue;
        }
        if (ihp__context_find_overridden(c, o, &member, run->job.err) != IHP_OK) {
            return run->job.err->status;
        }
        r->override_[r->overrides++] = (struct ihp__year_override){member, o->partnership};
    }
    return IHP_OK;
}

const struct ihp__year_override *ihp__reconcile_override(const struct ihp__reconciliation *r,
                                                         uint64_t member)
{
    size_t at;
    IHP__LOWER_BOUND(at, r->overrides, r->override_[at].member < member);
    return at < r->overrides && r->override_[at].member == member ? &r->override_[at] : NULL;
}

/* ---- the runs -------------------------------------------------------------------------------- */

/* Returns the run that paid for a month; NULL if none did. */
static const struct ihp__paid_run *run_of(const struct ihp__reconciliation *r, int32_t month)
{
    for (size_t i = 0; i < r->runs; i++) {
        if (ihp__paid_run_has(&r->run[i], month)) {
            return &r->run[i];
        }
    }
    return NULL;
}

/* Notes each quarter of the year that no run paid for. */
static void note_missing(const struct ihp__pay_run *run)
{
    for (int month = 0; month < run->rules.months; month += 3) {
        char text[IHP__DATE_TEXT];
        if (run_of(&run->reconciliation, run->rules.first_month + month) == NULL) {
            ihp__notice_add(run->job.notices,
                            "--paid: no run of %s is named, so nothing is taken back or owed for "
                            "it [15.5]",
                            ihp__quarter_format(run->options->first_quarter + month / 3, text));
        }
    }
}

static enum ihp_status open_runs(struct ihp__pay_run *run)
{
    const struct ihp_pay_options *o = run->options;
    struct ihp__reconciliation *r = &run->reconciliation;
    char year[16];
    snprintf(year, sizeof year, "%d", (int)(o->first_quarter / 4));
    for (size_t i = 0; i < o->paid_count; i++) {
        r->runs++; /* so that a run is freed after an error, too */
        if (ihp__paid_run_open(o->paid[i], run->job.context.program, IHP__CHECK_ALL, &r->run[i],
                               run->job.notices, run->job.err) != IHP_OK) {
            return run->job.err->status;
        }
    }
    return ihp__paid_runs_check(r->run, r->runs, run->rules.first_month,
                                run->rules.first_month + run->rules.months - 1, year, run->job.err);
}

enum ihp_status ihp__reconcile_open(struct ihp__pay_run *run)
{
    char date[IHP__DATE_TEXT];
    if (run->options->paid_count > IHP__PAID_RUNS_MAX) {
        return ihp__fail(run->job.err, IHP_ERR_USAGE,
                         "--paid: %zu folders are named; a year has 4 quarters, so at most %d are "
                         "read",
                         run->options->paid_count, IHP__PAID_RUNS_MAX);
    }
    if (place_overrides(run) != IHP_OK || open_runs(run) != IHP_OK) {
        return run->job.err->status;
    }
    if (run->reconciliation.runs > 0) {
        note_missing(run);
        ihp__paid_runs_note_ended(run->reconciliation.run, run->reconciliation.runs,
                                  run->rules.first_month,
                                  run->rules.first_month + run->rules.months - 1,
                                  run->job.context.program, run->job.notices);
        return ihp__paid_files_read(run);
    }
    ihp__notice_add(run->job.notices,
                    "no payment run is named with --paid, so payments are computed again with "
                    "claims paid through %s and the rosters of the program folder; what was paid "
                    "may have been something else [15.5]",
                    ihp__day_format(run->job.context.deck.performance.paid_through, date));
    if (!run->job.context.info->has_care_coordination_paid) {
        ihp__notice_add(run->job.notices,
                        "the store has no care_coordination_paid: payments are taken to have been "
                        "made by care_coordination, so nothing is taken back for it [15.5]");
    }
    return IHP_OK;
}

/* ---- the result ------------------------------------------------------------------------------ */

enum ihp_status ihp__reconcile_finish(struct ihp__pay_run *run)
{
    struct ihp__reconciliation *r = &run->reconciliation;
    const struct ihp__program *program = run->job.context.program;
    const struct ihp__payment_rules rules = {program, &run->job.context.deck.policies,
                                             run->rules.first_month};
    struct ihp__paid_by by[IHP__PAY_MONTHS_MAX];
    for (int month = 0; month < run->rules.months; month++) {
        const struct ihp__paid_run *paid = run_of(r, run->rules.first_month + month);
        by[month] = (struct ihp__paid_by){r->runs > 0 ? &r->curve[month] : &run->curve[month],
                                          paid == NULL ? &program->payment : &paid->terms};
    }
    r->result = calloc(program->partnerships * IHP__RECONCILE_REASONS + 1, sizeof *r->result);
    if (r->result == NULL) {
        return ihp__fail_memory(run->job.err, "the reconciliation");
    }
    ihp__payment_reconcile(run->tally, by, &rules, r->result);
    return IHP_OK;
}

void ihp__reconcile_describe(const struct ihp__pay_run *run,
                             struct ihp__job_run paid[IHP__PAID_RUNS_MAX],
                             char overrides[IHP__HASH_TEXT], struct ihp__job_files *files)
{
    const struct ihp__reconciliation *r = &run->reconciliation;
    for (size_t i = 0; i < r->runs; i++) {
        paid[i] = (struct ihp__job_run){r->run[i].span, r->run[i].hash};
    }
    ihp__program_overrides_hash(run->job.context.program, run->options->first_quarter / 4,
                                overrides);
    files->paid = paid;
    files->runs = r->runs;
    files->overrides = overrides;
}

void ihp__reconcile_free(struct ihp__reconciliation *r)
{
    for (size_t i = 0; i < r->runs; i++) {
        ihp__paid_run_free(&r->run[i]);
    }
    for (int month = 0; month < IHP__PAY_MONTHS_MAX; month++) {
        ihp__payment_curve_free(&r->curve[month]);
    }
    free(r->override_);
    free(r->row);
    free(r->result);
    *r = (struct ihp__reconciliation){0};
}
