/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ihp explain: one member, every line and rule, for an appeal [4.6.4]. It runs the very functions
 * of a settlement, with a trace. */
#include "jobs/explain/explain.h"

#include "ihp/jobs.h"

#include <stdlib.h>
#include <string.h>

enum ihp_status ihp__explain_each_batch(struct ihp__explaining *x, ihp__explain_batch_fn fn,
                                        enum ihp__period period)
{
    uint64_t line = x->rows.claim_offset[0], end = x->rows.claim_offset[1];
    while (line < end && x->err->status == IHP_OK) {
        struct ihp__claims claims;
        size_t count = end - line < IHP__EXPLAIN_LINES ? (size_t)(end - line) : IHP__EXPLAIN_LINES;
        if (ihp__store_read_claims(x->context.store, line, count, x->buffer, &claims, x->err) ==
            IHP_OK) {
            fn(x, &claims, period);
        }
        line += count;
    }
    return x->err->status;
}

static enum ihp_status take_batch(struct ihp__explaining *x, const struct ihp__claims *claims,
                                  enum ihp__period period)
{
    (void)period;
    return ihp__member_lines(x->state, claims, 0, claims->count, x->sums)
               ? IHP_OK
               : ihp__fail_memory(x->err, "a member's counts");
}

static enum ihp_status print_period(struct ihp__explaining *x, enum ihp__period period)
{
    const struct ihp__member_fact *f = &x->fact[period];
    const struct ihp__period_spec *spec =
        period == IHP__BASE ? &x->context.deck.base : &x->context.deck.performance;
    char date[IHP__DATE_TEXT], money[IHP__MONEY_TEXT];
    fprintf(x->out, "\n%s period %d, claims known that were paid through %s [16.1, 2.7]\n",
            period == IHP__BASE ? "Base" : "Performance", spec->year,
            ihp__day_format(spec->paid_through, date));
    if (ihp__explain_print_decision(x, period) != IHP_OK) {
        return x->err->status;
    }
    fprintf(x->out, "  Cost of %u core lines [16.3.2, 16.10]: %s; %s; risk category %s [16.4.1]\n",
            f->lines, ihp__money_format_grouped(f->cost, money),
            f->enough ? "in the eligible population" : "not in the eligible population",
            x->context.info->acg[f->acg]);
    if (f->partnership >= 0) {
        int64_t cap = x->context.program->partnership[f->partnership].claims_cap;
        fprintf(x->out, "  Capped cost [16.9]: %s\n",
                ihp__money_format_grouped(ihp__capped_cost(f->cost, cap), money));
    }
    return IHP_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum ihp_status find_member(struct ihp__explaining *x, const char *member_id)
{
    bool found = false;
    if (!ihp__member_id_valid(member_id, strlen(member_id))) {
        return ihp__fail(x->err, IHP_ERR_USAGE,
                         "MEMBER_ID: the text given is no member id; expected "
                         "1 to 20 of A-Z a-z 0-9 - _");
    }
    if (ihp__store_find_member(x->context.store, member_id, &x->member, &found, x->err) == IHP_OK &&
        !found) {
        ihp__fail(x->err, IHP_ERR_DATA, "%s: has no member with the id given",
                  x->context.info->path);
    }
    return x->err->status;
}

static enum ihp_status judge_rows(struct ihp__explaining *x)
{
    const unsigned all_columns = IHP__COLUMN_BIT(IHP__CLAIM_COLUMNS) - 1;
    x->sums = calloc(1, sizeof *x->sums);
    x->state = ihp__member_state_create(x->context.rules, IHP__PERIODS);
    if (x->sums == NULL || x->state == NULL) {
        return ihp__fail_memory(x->err, "a member's counts");
    }
    if (ihp__claim_buffer_create(x->context.store, all_columns, IHP__EXPLAIN_LINES, &x->buffer,
                                 x->err) != IHP_OK ||
        ihp__store_read_members(x->context.store, (struct ihp__range){x->member, 1}, &x->rows,
                                x->err) != IHP_OK) {
        return x->err->status;
    }
    ihp__member_begin(x->state, x->rows.span, (size_t)x->rows.span_offset[1]);
    if (x->context.affected_counties > 0) {
        const struct ihp__range range = {x->member, 1};
        if (ihp__store_read_people(x->context.store, range, IHP__PEOPLE_COUNTY, &x->people,
                                   x->err) != IHP_OK) {
            return x->err->status;
        }
        ihp__member_reside(x->state, x->rows.span, (size_t)x->rows.span_offset[1],
                           x->people.county[0]);
    }
    if (ihp__explain_each_batch(x, take_batch, IHP__BASE) != IHP_OK) {
        return x->err->status;
    }
    return ihp__member_finish(x->state, x->rows.morbidity, (size_t)x->rows.morbidity_offset[1],
                              x->context.none_acg, ihp__context_overrides(&x->context, x->member),
                              x->fact, x->trace)
               ? IHP_OK
               : ihp__fail_memory(x->err, "a member's counts");
}

enum ihp_status ihp__explain_judge(struct ihp__explaining *x, const char *member_id)
{
    return find_member(x, member_id) == IHP_OK ? judge_rows(x) : x->err->status;
}

void ihp__explain_end(struct ihp__explaining *x)
{
    if (fflush(x->out) != 0 && x->err->status == IHP_OK) {
        ihp__fail(x->err, IHP_ERR_RUN, "the explanation cannot be written to its end");
    }
    ihp__members_free(&x->rows);
    ihp__people_free(&x->people);
    ihp__claim_buffer_destroy(&x->buffer);
    ihp__member_state_destroy(&x->state);
    free(x->sums);
    ihp__context_close(&x->context);
}

enum ihp_status ihp_explain(const char *deck_path, const char *member_id, FILE *stream,
                            struct ihp_notices *notices, struct ihp_error *err)
{
    struct ihp__explaining x = {.out = stream, .err = err};
    if (ihp__context_open(deck_path, &x.context, notices, err) != IHP_OK) {
        return err->status;
    }
    if (ihp__explain_judge(&x, member_id) == IHP_OK) {
        fprintf(stream,
                "PROTECTED HEALTH INFORMATION: for the appeal of this member only [4.6.4]\n"
                "Member %s, %s settlement under %s\n",
                member_id, x.context.deck.settlement == IHP__FINAL ? "final" : "interim",
                deck_path);
        if (print_period(&x, IHP__BASE) == IHP_OK) {
            print_period(&x, IHP__PERFORMANCE);
        }
    }
    ihp__explain_end(&x);
    return err->status;
}
