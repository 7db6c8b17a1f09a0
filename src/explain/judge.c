/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds a member in the store and judges its rows, with a trace of every rule tried. */
#include "explain/explanation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Returns how many of the lines, which are not the last of the member, are whole days: a line and
 * its reversal have one day, and are explained together. A day that fills a batch is cut. */
static size_t whole_days(const struct ihp__claims *claims)
{
    size_t whole = claims->count;
    while (whole > 0 &&
           claims->service_date[whole - 1] == claims->service_date[claims->count - 1]) {
        whole--;
    }
    return whole > 0 ? whole : claims->count;
}

enum ihp_status ihp__explain_each_batch(struct ihp__explanation *e, ihp__explain_batch_fn fn,
                                        enum ihp__period period)
{
    uint64_t line = e->rows.claim_offset[0], end = e->rows.claim_offset[1];
    while (line < end) {
        struct ihp__claims claims;
        size_t count = end - line < IHP__EXPLAIN_LINES ? (size_t)(end - line) : IHP__EXPLAIN_LINES;
        if (ihp__store_read_claims(e->context.store, line, count, e->buffer, &claims, e->err) !=
            IHP_OK) {
            return e->err->status;
        }
        claims.count = line + count < end ? whole_days(&claims) : count;
        if (fn(e, &claims, period) != IHP_OK) {
            return e->err->status;
        }
        line += claims.count;
    }
    return IHP_OK;
}

static enum ihp_status take_batch(struct ihp__explanation *e, const struct ihp__claims *claims,
                                  enum ihp__period period)
{
    (void)period;
    return ihp__member_lines(e->state, claims, 0, claims->count, e->sums)
               ? IHP_OK
               : ihp__fail_memory(e->err, "a member's counts");
}

static enum ihp_status find_member(struct ihp__explanation *e, const char *member_id)
{
    bool found = false;
    if (!ihp__member_id_valid(member_id, strlen(member_id))) {
        return ihp__fail(e->err, IHP_ERR_USAGE,
                         "MEMBER_ID: the text given is not a valid member ID; expected 1 to 20 of "
                         "A-Z a-z 0-9 - _");
    }
    if (ihp__store_find_member(e->context.store, member_id, &e->member, &found, e->err) != IHP_OK) {
        return e->err->status;
    }
    return found ? IHP_OK
                 : ihp__fail(e->err, IHP_ERR_DATA, "%s: has no member with the ID given",
                             e->context.info->path);
}

static enum ihp_status judge_rows(struct ihp__explanation *e)
{
    const unsigned all_columns = IHP__COLUMN_BIT(IHP__CLAIM_COLUMNS) - 1;
    e->sums = calloc(1, sizeof *e->sums);
    e->state = ihp__member_state_create(e->context.rules, IHP__PERIODS);
    if (e->sums == NULL || e->state == NULL) {
        return ihp__fail_memory(e->err, "a member's counts");
    }
    if (ihp__claim_buffer_create(e->context.store, all_columns, IHP__EXPLAIN_LINES, &e->buffer,
                                 e->err) != IHP_OK ||
        ihp__store_read_members(e->context.store, (struct ihp__range){e->member, 1}, &e->rows,
                                e->err) != IHP_OK) {
        return e->err->status;
    }
    ihp__member_begin(e->state, e->rows.span, (size_t)e->rows.span_offset[1],
                      ihp__members_lifetime(&e->rows, 0));
    if (e->context.affected_counties > 0) {
        const struct ihp__range range = {e->member, 1};
        if (ihp__store_read_people(e->context.store, range, IHP__PEOPLE_COUNTY, &e->people,
                                   e->err) != IHP_OK) {
            return e->err->status;
        }
        ihp__member_reside(e->state, e->rows.span, (size_t)e->rows.span_offset[1],
                           e->people.county[0]);
    }
    if (ihp__explain_each_batch(e, take_batch, IHP__BASE) != IHP_OK) {
        return e->err->status;
    }
    return ihp__member_finish(e->state, e->rows.morbidity, (size_t)e->rows.morbidity_offset[1],
                              e->context.none_acg, ihp__context_overrides(&e->context, e->member),
                              e->fact, e->trace)
               ? IHP_OK
               : ihp__fail_memory(e->err, "a member's counts");
}

enum ihp_status ihp__explain_judge(struct ihp__explanation *e, const char *member_id)
{
    return find_member(e, member_id) == IHP_OK ? judge_rows(e) : e->err->status;
}

void ihp__explain_forget(struct ihp__explanation *e)
{
    ihp__members_free(&e->rows);
    ihp__people_free(&e->people);
    ihp__claim_buffer_destroy(&e->buffer);
    ihp__member_state_destroy(&e->state);
    free(e->sums);
    e->sums = NULL;
    memset(e->fact, 0, sizeof e->fact);
    memset(e->trace, 0, sizeof e->trace);
}

enum ihp_status ihp__explain_end(struct ihp__explanation *e)
{
    if (fflush(e->out) != 0) {
        ihp__error_set(e->err, IHP_ERR_RUN, "the explanation cannot be written to its end (%s)",
                       strerror(errno));
    }
    ihp__explain_forget(e);
    ihp__context_close(&e->context);
    return e->err->status;
}
