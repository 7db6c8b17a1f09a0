/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp_settle_in_memory: the rows of settlement.csv as structs, and no file. */
#include "ihp/settlement.h"

#include "engine/own_settlement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(IHP_SETTLEMENT_ID_MAX == IHP__ID_MAX, "an IHP's ID fits into a row");

static enum ihp_status check_options(const struct ihp_settle_options *o, struct ihp_error *err)
{
    const struct {
        const char *name;
        bool given;
    } refused[] = {{"member_files", o->member_files},
                   {"dry_run", o->dry_run},
                   {"estimate", o->estimate},
                   {"blocks", o->blocks > 0}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].given) {
            return ihp__fail(err, IHP_ERR_USAGE,
                             "ihp_settle_in_memory: the option %s is not allowed, because it asks "
                             "for more than the rows of the settlement; use ihp_settle",
                             refused[i].name);
        }
    }
    return IHP_OK;
}

static int64_t cents_of(double dollars)
{
    return isnan(dollars) ? IHP_CENTS_UNDEFINED : ihp__cents_of_dollars(dollars);
}

static struct ihp_settlement_row row_of(const struct ihp__partnership *ihp,
                                        const struct ihp__settlement *s)
{
    struct ihp_settlement_row row = {
        .track = ihp->track,
        .base_members = s->base_members,
        .base_member_months = s->base_months,
        .base_capped_cost_cents = s->base_capped,
        .base_tcoc_pmpm_cents = cents_of(s->base_pmpm),
        .base_risk = s->base_risk,
        .members = s->members,
        .member_months = s->months,
        .capped_cost_cents = s->capped,
        .tcoc_pmpm_cents = cents_of(s->pmpm),
        .risk = s->risk,
        .trend_factor = s->trend_factor,
        .target_pmpm_cents = cents_of(s->target_pmpm),
        .adjusted_target_pmpm_cents = cents_of(s->adjusted_target_pmpm),
        .ratio = s->ratio,
        .gross_difference_cents = cents_of(s->gross_difference),
        .outcome = ihp__outcome_text(s->outcome),
        .shared_before_pbp_cents = cents_of(s->shared_before_pbp),
        .pbp_offset_cents = cents_of(s->pbp_offset),
        .shared_amount_cents = cents_of(s->shared_amount),
        .quality_score = s->quality_score,
        .quality_adjusted_cents = cents_of(s->quality_adjusted),
        .circumstance_reduction_cents = cents_of(s->circumstance_reduction),
        .termination_factor = s->termination_factor,
        .final_amount_cents = cents_of(s->final_amount),
        .interim_paid_cents = s->interim_paid,
        .amount_due_cents = s->amount_due,
    };
    memcpy(row.ihp_id, ihp->id, sizeof row.ihp_id);
    return row;
}

static enum ihp_status make_rows(const struct ihp__own_settlement *m, struct ihp_settlement **out)
{
    const struct ihp__context *c = &m->job.context;
    struct ihp_settlement *made = calloc(1, sizeof *made);
    if (made == NULL || (made->row = calloc(m->finance.partnerships, sizeof *made->row)) == NULL) {
        free(made);
        return ihp__fail_memory(m->job.err, "the rows of the settlement");
    }
    made->base_year = c->deck.base.year;
    made->performance_year = c->deck.performance.year;
    made->performance_month = ihp__period_last_month(&c->deck.performance) % 12 + 1;
    made->is_final = c->deck.settlement == IHP__FINAL;
    made->is_quarterly = c->deck.settlement == IHP__QUARTERLY;
    made->rows = m->finance.partnerships;
    for (size_t p = 0; p < made->rows; p++) {
        made->row[p] = row_of(&c->program->partnership[p], &m->finance.settlement[p]);
    }
    *out = made;
    return IHP_OK;
}

/* Gives the rows to every rank, or to none. Collective; returns the same status on every rank. */
static enum ihp_status give_rows(struct ihp__own_settlement *m, struct ihp_settlement **out)
{
    struct ihp_settlement *made = NULL;
    if (ihp__job_agree(&m->job, make_rows(m, &made)) != IHP_OK) {
        ihp_settlement_free(&made);
        return m->job.err->status;
    }
    *out = made;
    return IHP_OK;
}

enum ihp_status ihp_settle_in_memory(const struct ihp_settle_options *options, MPI_Comm comm,
                                     struct ihp_settlement **out, struct ihp_notices *notices,
                                     struct ihp_error *err)
{
    struct ihp__own_settlement m = {.tally = NULL};
    const struct ihp__settings settings = {options->set, options->sets};
    if (ihp__job_start(&m.job, "settle", options->progress, options->progress_context, comm,
                       notices, err) != IHP_OK) {
        return err->status;
    }
    if (options->batch_lines > 0) {
        m.job.stats.batch_lines = options->batch_lines;
    }
    enum ihp_status status = ihp__job_agree(&m.job, check_options(options, err));
    if (status == IHP_OK) {
        status = ihp__own_settlement_make(&m, options->deck_path, &settings, options->no_index);
    }
    if (status == IHP_OK) {
        status = give_rows(&m, out);
    }
    ihp__own_settlement_end(&m);
    return status;
}

void ihp_settlement_free(struct ihp_settlement **settlement)
{
    if (*settlement != NULL) {
        free((*settlement)->row);
        free(*settlement);
        *settlement = NULL;
    }
}
