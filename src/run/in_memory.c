/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp_settle_in_memory: the rows of settlement.csv as structs, and no file. */
#include "ihp/settlement.h"

#include "settling.h"

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

/* Collective: opens the deck and takes what the interim paid, where the deck names one [2.12]. */
static enum ihp_status open_all(struct ihp__settling *s)
{
    const struct ihp_settle_options *o = s->options;
    const uint64_t told[] = {o->no_index, s->stats.batch_lines};
    if (check_options(o, s->err) == IHP_OK &&
        ihp__context_open(o->deck_path, &s->context, s->notices, s->err) == IHP_OK &&
        ihp__interim_read(&s->context, &s->bridge.interim, s->notices, s->err) == IHP_OK &&
        ihp__store_partition(s->context.store, s->rank, s->ranks, &s->range, s->err) == IHP_OK) {
        ihp__deck_free(&s->context.deck); /* its sweep: only the deck's own terms are settled */
        s->context.deck.bootstrap.replicates = 0;
        s->context.deck.bootstrap_scenarios = 0;
        ihp__until_agreed(ihp__settling_plan(s, 0));
    }
    return ihp__agree(s->comm, s->err) != IHP_OK
               ? s->err->status
               : ihp__context_check_same(&s->context, told, sizeof told, s->comm, s->err);
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
        .base_tcoc_pmpm_cents = cents_of(s->base_pmpm),
        .base_risk = s->base_risk,
        .members = s->members,
        .member_months = s->months,
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

/* Makes the rows from what is settled. */
static enum ihp_status make_rows(const struct ihp__settling *s, struct ihp_settlement **out)
{
    const struct ihp__deck *deck = &s->context.deck;
    struct ihp_settlement *made = calloc(1, sizeof *made);
    if (made == NULL || (made->row = calloc(s->finance.partnerships, sizeof *made->row)) == NULL) {
        free(made);
        return ihp__fail_memory(s->err, "the rows of the settlement");
    }
    made->base_year = deck->base.year;
    made->performance_year = deck->performance.year;
    made->is_final = deck->settlement == IHP__FINAL;
    made->rows = s->finance.partnerships;
    for (size_t p = 0; p < made->rows; p++) {
        made->row[p] = row_of(&s->context.program->partnership[p], &s->finance.settlement[p]);
    }
    *out = made;
    return IHP_OK;
}

/* Collective: the rows on every rank, or on none. */
static enum ihp_status give_rows(struct ihp__settling *s, struct ihp_settlement **out)
{
    struct ihp_settlement *made = NULL;
    ihp__until_agreed(ihp__store_check_unchanged(s->context.store, s->err));
    if (s->err->status == IHP_OK) {
        ihp__until_agreed(make_rows(s, &made));
    }
    if (ihp__agree(s->comm, s->err) != IHP_OK) {
        ihp_settlement_free(&made);
        return s->err->status;
    }
    *out = made;
    return IHP_OK;
}

enum ihp_status ihp_settle_in_memory(const struct ihp_settle_options *options, MPI_Comm comm,
                                     struct ihp_settlement **out, struct ihp_notices *notices,
                                     struct ihp_error *err)
{
    struct ihp__settling s = {.options = options, .notices = notices, .err = err};
    if (ihp__settling_start(&s, "settle", comm) != IHP_OK) {
        return err->status;
    }
    enum ihp_status status = open_all(&s);
    status = status == IHP_OK ? ihp__settling_take_claims(&s) : status;
    status = status == IHP_OK ? ihp__settling_settle(&s) : status;
    status = status == IHP_OK ? give_rows(&s, out) : status;
    ihp__settling_end(&s);
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
