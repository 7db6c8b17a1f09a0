/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking members by way of the index: batches of lines and rows, and each member's place in them.
 */
#include "pass_state.h"

#include "base/search.h"

/* Claim lines after which their sums are made: enough for a long loop, few enough that a cache
 * still has them. */
enum { SUMMED_AT_ONCE = 4096 };

void ihp__pass_index_years(const struct ihp__context *context, int period, int year[2])
{
    int32_t month = context->rules[period].first_month;
    year[0] = 1970 + month / 12 - context->info->index_year;
    year[1] = 1970 + (month + 11) / 12 - context->info->index_year;
}

bool ihp__pass_index_serves(const struct ihp__context *c)
{
    const struct ihp__store_info *info = c->info;
    if (info->index_years == 0) {
        return false;
    }
    for (size_t i = 0; i < info->procedures; i++) {
        if (c->code_sets[i] != 0 && !info->indexed[i]) {
            return false;
        }
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        int year[2];
        ihp__pass_index_years(c, period, year);
        if (year[0] < 0 || year[1] >= info->index_years) {
            return false;
        }
    }
    return true;
}

/* Sets the lines of a period from the index, which says where calendar years begin. A period that
 * lies in two years has only a part of their lines. */
static void find_run(const struct ihp__pass *p, const uint32_t *year_line,
                     struct ihp__indexed_lines *lines, int period)
{
    const struct ihp__period_rules *rules = &p->context->rules[period];
    const uint16_t *day = p->claims.service_date + lines->first;
    const int first = p->index_year[period][0], last = p->index_year[period][1];
    size_t from = year_line[first], to = year_line[last + 1];
    if (first != last) {
        size_t before, upto, middle = year_line[last];
        const uint16_t *of_first = day + from, *of_last = day + middle;
        IHP__LOWER_BOUND(before, middle - from, of_first[before] < rules->first_day);
        IHP__LOWER_BOUND(upto, to - middle, of_last[upto] <= rules->last_day);
        from += before;
        to = middle + upto;
    }
    lines->year_line[period][0] = (uint32_t)from;
    lines->year_line[period][1] = (uint32_t)to;
}

/* Returns true if the index's lines are exactly the member's lines of the period. Days ascend, so
 * the first and last line and their neighbors are enough to see that. */
static bool run_is_period(const struct ihp__pass *p, const struct ihp__indexed_lines *lines,
                          int period)
{
    const struct ihp__period_rules *rules = &p->context->rules[period];
    const uint16_t *day = p->claims.service_date + lines->first;
    size_t from = lines->year_line[period][0], to = lines->year_line[period][1];
    size_t all = lines->end - lines->first;
    return (from == to || (day[from] >= rules->first_day && day[to - 1] <= rules->last_day)) &&
           (from == 0 || day[from - 1] < rules->first_day) &&
           (to == all || day[to] > rules->last_day);
}

/* Returns `count` lines of the batch in memory, from its line `first` on. */
static struct ihp__claims lines_of_batch(const struct ihp__claims *batch, size_t first,
                                         size_t count)
{
    return (struct ihp__claims){
        .first = batch->first + first,
        .count = count,
        .service_date = batch->service_date + first,
        .known_from = batch->known_from + first,
        .service = batch->service + first,
        .void_date = batch->void_date == NULL ? NULL : batch->void_date + first,
        .amount32 = batch->amount32 == NULL ? NULL : batch->amount32 + first,
        .amount64 = batch->amount64 == NULL ? NULL : batch->amount64 + first,
        .billing = batch->billing + first,
        .treating = batch->treating + first,
    };
}

/* Takes member m, whose lines are in memory, to attribution line by line, because only the
 * procedures of all lines show what its reversals take away. These are read now. They are not among
 * the bytes of the pass, which --estimate knows beforehand. */
static enum ihp_status attribute_by_line(struct ihp__pass *p, size_t m)
{
    struct ihp__claims read;
    const uint64_t first = p->members.claim_offset[m];
    const size_t count = (size_t)(p->members.claim_offset[m + 1] - first);
    double before = MPI_Wtime();
    if (p->procedures == NULL &&
        ihp__claim_buffer_create(p->context->store, IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE),
                                 (size_t)p->options->batch_lines, &p->procedures,
                                 p->err) != IHP_OK) {
        return p->err->status;
    }
    if (ihp__store_read_claims(p->context->store, first, count, p->procedures, &read, p->err) !=
        IHP_OK) {
        return p->err->status;
    }
    p->cost.read += MPI_Wtime() - before;
    struct ihp__claims lines = lines_of_batch(&p->claims, (size_t)(first - p->claims.first), count);
    lines.procedure = read.procedure;
    return ihp__member_attribute(p->state, &lines, 0, count)
               ? IHP_OK
               : ihp__fail_memory(p->err, "a member's counts");
}

static enum ihp_status fail_index(const struct ihp__pass *p, const char *problem)
{
    return ihp__fail(p->err, IHP_ERR_DATA, "%s: %s; make the store again with 'ihp import'%s",
                     p->context->info->path, problem,
                     p->options->index_advice != NULL ? p->options->index_advice : "");
}

/* Takes all lines of member m, which are in memory, by way of the index. Digests show that an index
 * is the one that was made of the claims; without them its rows are compared with the lines. */
static enum ihp_status take_indexed(struct ihp__pass *p, size_t m)
{
    const struct ihp__members *members = &p->members;
    const struct ihp__store_info *info = p->context->info;
    const uint32_t *year_line = members->year_line + m * (size_t)(info->index_years + 1);
    struct ihp__indexed_lines lines = {
        .claims = &p->claims,
        .first = (size_t)(members->claim_offset[m] - p->claims.first),
        .end = (size_t)(members->claim_offset[m + 1] - p->claims.first),
        .rows = &p->rows,
        .row = (size_t)(members->index_offset[m] - p->rows.first),
        .row_end = (size_t)(members->index_offset[m + 1] - p->rows.first),
    };
    for (int period = 0; period < IHP__PERIODS; period++) {
        find_run(p, year_line, &lines, period);
        if (!run_is_period(p, &lines, period)) {
            return fail_index(p, "column index/year_line does not fit claims/service_date");
        }
    }
    if (!info->has_digests && !ihp__index_rows_fit(&p->rows, lines.row, lines.row_end, &p->claims,
                                                   lines.first, lines.end)) {
        return fail_index(p, "the index does not fit the claims");
    }
    if (!ihp__member_indexed_lines(p->state, &lines, p->aside)) {
        return ihp__fail_memory(p->err, "a member's counts");
    }
    return ihp__member_unclear(p->state) ? attribute_by_line(p, m) : IHP_OK;
}

/* ---- a batch --------------------------------------------------------------------------------- */

size_t ihp__pass_batch_end(const struct ihp__pass *p, size_t m)
{
    const uint64_t *offset = p->members.claim_offset;
    size_t end = m, members = (size_t)p->members.range.count;
    while (end < members && offset[end + 1] - offset[m] <= p->options->batch_lines) {
        end++;
    }
    return end;
}

/* Returns the most lines that are set aside at a time in a batch of members m .. end - 1: those up
 * to the next sums. */
static size_t most_aside(const struct ihp__pass *p, size_t m, size_t end)
{
    const uint64_t *offset = p->members.claim_offset;
    uint64_t most = 0;
    for (; m < end; m++) {
        most = offset[m + 1] - offset[m] > most ? offset[m + 1] - offset[m] : most;
    }
    return SUMMED_AT_ONCE + (size_t)most + IHP__ASIDE_ROOM;
}

static enum ihp_status load_batch(struct ihp__pass *p, size_t m, size_t end)
{
    const struct ihp__members *members = &p->members;
    uint64_t first = members->claim_offset[m], row = members->index_offset[m];
    uint64_t count = members->claim_offset[end] - first;
    if (ihp__pass_load_lines(p, first, count, true) != IHP_OK) {
        return p->err->status;
    }
    double before = MPI_Wtime();
    uint64_t rows = members->index_offset[end] - row;
    enum ihp_status status = ihp__store_read_index(p->context->store, row, (size_t)rows,
                                                   p->index_buffer, &p->rows, p->err);
    p->cost.read += MPI_Wtime() - before;
    p->cost.bytes += ihp__pass_bytes(p->context->info, 0, rows, true);
    const size_t aside = most_aside(p, m, end);
    for (int period = 0; period < IHP__PERIODS; period++) {
        if (!ihp__array_reserve(&p->aside[period].line, &p->aside_capacity[period], aside,
                                sizeof *p->aside[period].line)) {
            return ihp__fail_memory(p->err, "a batch of claim lines");
        }
    }
    return status;
}

/* Asks the processor to fetch the lines behind `*fetched` in time for the next few members, while
 * this member is decided. Lines are read nearly in order, but from too many columns for a processor
 * to foresee it. Many are fetched at once, because the end of a short loop is mispredicted. */
static void fetch_lines(const struct ihp__pass *p, size_t m, size_t *fetched)
{
    enum { AHEAD = 256, AT_ONCE = 256, LINE = 64 };
    const struct ihp__claims *c = &p->claims;
    const size_t from = *fetched, upto = from + AT_ONCE;
    if (from >= (size_t)(p->members.claim_offset[m + 1] - c->first) + AHEAD || upto > c->count) {
        return;
    }
    for (size_t i = from; i < upto; i += LINE / 2) {
        const size_t half = i + LINE / 4; /* of columns with four bytes each, not two */
        __builtin_prefetch(c->service_date + i);
        __builtin_prefetch(c->known_from + i);
        __builtin_prefetch(c->service + i);
        __builtin_prefetch(c->billing + i);
        __builtin_prefetch(c->billing + half);
        if (c->amount32 != NULL) {
            __builtin_prefetch(c->amount32 + i);
            __builtin_prefetch(c->amount32 + half);
        }
    }
    *fetched = upto;
}

/* Does the same for the other rows of member m. */
static void fetch_member(const struct ihp__pass *p, size_t m)
{
    const struct ihp__index_rows *r = &p->rows;
    size_t row = (size_t)(p->members.index_offset[m] - r->first);
    __builtin_prefetch(p->members.span + p->members.span_offset[m]);
    __builtin_prefetch(p->members.morbidity + p->members.morbidity_offset[m]);
    __builtin_prefetch(r->service_date + row);
    __builtin_prefetch(r->known_from + row);
    __builtin_prefetch(r->procedure + row);
    __builtin_prefetch(r->billing + row);
    __builtin_prefetch(r->treating + row);
}

enum ihp_status ihp__pass_indexed_batch(struct ihp__pass *p, size_t m, size_t end)
{
    if (load_batch(p, m, end) != IHP_OK) {
        return p->err->status;
    }
    const uint64_t *offset = p->members.claim_offset;
    uint64_t added = offset[m]; /* lines that the sums over lines have */
    size_t fetched = 0;
    for (; m < end; m++) {
        fetch_lines(p, m, &fetched);
        if (m + 2 < end) {
            fetch_member(p, m + 2);
        }
        ihp__pass_begin_member(p, m);
        if (take_indexed(p, m) != IHP_OK || ihp__pass_finish_member(p, m) != IHP_OK) {
            return p->err->status;
        }
        if (offset[m + 1] - added >= SUMMED_AT_ONCE || m + 1 == end) {
            ihp__line_sums_add(p->line_sums, p->context->rules, &p->claims,
                               (size_t)(added - p->claims.first),
                               (size_t)(offset[m + 1] - p->claims.first), p->aside);
            added = offset[m + 1];
        }
    }
    return IHP_OK;
}
