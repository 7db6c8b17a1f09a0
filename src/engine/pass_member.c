/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both ways of a pass need: loading claim lines, beginning and finishing a member. */
#include "pass_state.h"

#include <math.h>

/* Columns that the rules read of every line. They read the procedure only without the index. */
static const unsigned line_columns =
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) |
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
    IHP__COLUMN_BIT(IHP__CLAIM_BILLING) | IHP__COLUMN_BIT(IHP__CLAIM_TREATING);

static enum ihp_status check_magnitude(struct ihp__pass *p)
{
    for (size_t i = 0; p->claims.amount64 != NULL && i < p->claims.count; i++) {
        p->cost.magnitude += fabs((double)p->claims.amount64[i]);
    }
    return ihp__pass_check_magnitude(p->context, p->cost.magnitude, p->err);
}

/* Returns the columns that a pass reads; judging line by line needs the procedure too. */
static unsigned columns_of(const struct ihp__store_info *info, bool indexed)
{
    return line_columns | (info->has_void_dates ? IHP__COLUMN_BIT(IHP__CLAIM_VOID_DATE) : 0) |
           (indexed ? 0 : IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE));
}

uint64_t ihp__pass_bytes(const struct ihp__store_info *info, uint64_t lines, uint64_t index_rows,
                         bool indexed)
{
    return lines * ihp__claim_line_bytes(columns_of(info, indexed), info->wide_amounts) +
           index_rows * ihp__index_row_bytes(info->has_void_dates);
}

/* Makes a buffer for a batch, if there is none yet. */
static enum ihp_status make_buffer(struct ihp__pass *p, struct ihp__claim_buffer **buffer,
                                   bool indexed)
{
    return *buffer != NULL
               ? IHP_OK
               : ihp__claim_buffer_create(p->context->store, columns_of(p->context->info, indexed),
                                          (size_t)p->options->batch_lines, buffer, p->err);
}

enum ihp_status ihp__pass_load_lines(struct ihp__pass *p, uint64_t first, uint64_t count,
                                     bool indexed)
{
    struct ihp__claim_buffer **buffer = indexed ? &p->buffer : &p->line_buffer;
    if (make_buffer(p, buffer, indexed) != IHP_OK) {
        return p->err->status;
    }
    double before = MPI_Wtime();
    enum ihp_status status = ihp__store_read_claims(p->context->store, first, (size_t)count,
                                                    *buffer, &p->claims, p->err);
    p->cost.read += MPI_Wtime() - before;
    p->cost.bytes += ihp__pass_bytes(p->context->info, count, 0, indexed);
    return status == IHP_OK ? check_magnitude(p) : status;
}

/* Returns the lifetime of member m. Births before the first period need not be told apart. */
static struct ihp__lifetime lifetime_of(const struct ihp__pass *p, size_t m)
{
    const struct ihp__members *members = &p->members;
    bool lives = members->death_day == NULL || members->death_day[m] == IHP__NO_DEATH;
    return lives && members->birth_day[m] <= p->born_by
               ? (struct ihp__lifetime){p->first_month, IHP__NO_DEATH}
               : ihp__members_lifetime(members, m);
}

void ihp__pass_begin_member(struct ihp__pass *p, size_t m)
{
    const uint64_t *offset = p->members.span_offset + m;
    const struct ihp__span *span = p->members.span + offset[0];
    size_t spans = (size_t)(offset[1] - offset[0]);
    ihp__member_begin(p->state, span, spans, lifetime_of(p, m));
    if (p->people.county != NULL) {
        ihp__member_reside(p->state, span, spans, p->people.county[m]);
    }
}

/* Adds the facts of a member to the sums; `deck` are those under the deck's reading. */
static void keep_facts(struct ihp__pass *p, uint64_t member,
                       const struct ihp__member_fact deck[IHP__PERIODS])
{
    const struct ihp__pass_sums *sums = p->sums;
    size_t place = (size_t)(member - p->range.first), view = 0;
    ihp__tally_add(sums->tally, deck);
    for (size_t period = 0; sums->fact != NULL && period < IHP__PERIODS; period++) {
        sums->fact[place * IHP__PERIODS + period] = deck[period];
    }
    for (size_t period = 0; sums->part2 != NULL && period < IHP__PERIODS; period++) {
        sums->part2[place * IHP__PERIODS + period] =
            ihp__member_part2(p->state, (enum ihp__period)period);
    }
    for (size_t r = 0; sums->views != NULL && r < p->readings; r++) {
        const struct ihp__period_rules *rules = &p->options->rules[r];
        ihp__views_add_decisions(sums->views, view, &p->fact[view], rules->decisions,
                                 &deck[rules->period]);
        view += rules->decisions;
    }
    for (view = 0; sums->view_fact != NULL && view < p->views; view++) {
        const struct ihp__member_fact *f = &p->fact[view];
        if (sums->slot[view] != SIZE_MAX) {
            sums->view_fact[sums->slot[view] * (size_t)p->range.count + place] =
                (struct ihp__view_fact){f->cost,        f->acg,
                                        f->partnership, (uint8_t)ihp__months_count(f->qualifying),
                                        f->enough,      f->weighs};
        }
    }
    if (sums->second != NULL) {
        sums->second->add(sums->second->context, place, deck, p->fact + p->views);
    }
}

enum ihp_status ihp__pass_finish_member(struct ihp__pass *p, size_t m)
{
    const uint64_t *row = p->members.morbidity_offset + m;
    uint64_t member = p->members.range.first + m;
    if (!ihp__member_finish(p->state, p->members.morbidity + row[0], (size_t)(row[1] - row[0]),
                            p->context->none_acg, ihp__context_overrides(p->context, member),
                            p->fact, NULL)) {
        return ihp__fail_memory(p->err, "a member's counts");
    }
    if (p->views == IHP__PERIODS) {
        keep_facts(p, member, p->fact);
    } else {
        const struct ihp__member_fact deck[IHP__PERIODS] = {
            p->fact[0], p->fact[p->options->rules[0].decisions]};
        keep_facts(p, member, deck);
    }
    return IHP_OK;
}
