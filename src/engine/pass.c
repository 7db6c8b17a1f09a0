/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the claims of a range of members: blocks of members, and within them batches of
 * claim lines, flow through the member rules into the sums. Memory is one block's small tables, one
 * batch and one member's counts, all of it used again.
 *
 * A batch holds whole members. A member with more lines than a batch is judged in pieces, line by
 * line. */
#include "engine/pass.h"

#include "base/search.h"

#include <math.h>
#include <stdlib.h>

/* Columns that the rules read of every line. They read the procedure only without the index. */
static const unsigned line_columns =
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) |
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
    IHP__COLUMN_BIT(IHP__CLAIM_BILLING) | IHP__COLUMN_BIT(IHP__CLAIM_TREATING);

struct pass {
    const struct ihp__context *context;
    const struct ihp__pass_options *options;
    struct ihp__range range;
    struct ihp__members members; /* of the block */
    struct ihp__people people;   /* their counties, where any are affected */
    struct ihp__member_state *state;
    struct ihp__claim_buffer *buffer;      /* columns of the indexed way; made when needed */
    struct ihp__claim_buffer *line_buffer; /* columns for judging line by line; made when needed */
    struct ihp__claim_buffer *procedures;  /* of one member's lines; made when needed */
    struct ihp__claims claims;             /* the batch in memory */
    struct ihp__index_buffer *index_buffer;
    struct ihp__index_rows rows;           /* the batch's rows of the index */
    struct ihp__aside aside[IHP__PERIODS]; /* lines of the batch that do not count; owned */
    size_t aside_capacity[IHP__PERIODS];
    struct ihp__line_sums *line_sums;
    const struct ihp__pass_sums *sums;
    struct ihp__member_fact *fact; /* of one member under every view, then the second judgement's;
                                      owned */
    size_t readings, views;        /* of them that make views */
    struct ihp__pass_cost cost;
    struct ihp__pass_cost *reported; /* the caller's */
    struct ihp_error *err;
};

/* Finds the calendar years in which a period lies: one, or two of a quarterly statement. They are
 * counted from the index's first year. */
static void index_years_of(const struct ihp__context *c, int period, int *first, int *last)
{
    int32_t month = c->rules[period].first_month;
    *first = 1970 + month / 12 - c->info->index_year;
    *last = 1970 + (month + 11) / 12 - c->info->index_year;
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
        int first, last;
        index_years_of(c, period, &first, &last);
        if (first < 0 || last >= info->index_years) {
            return false;
        }
    }
    return true;
}

static enum ihp_status check_magnitude(struct pass *p)
{
    for (size_t i = 0; p->claims.amount64 != NULL && i < p->claims.count; i++) {
        p->cost.magnitude += fabs((double)p->claims.amount64[i]);
    }
    return ihp__pass_check_magnitude(p->context, p->cost.magnitude, p->err);
}

static void report_progress(struct pass *p, uint64_t member)
{
    if (p->options->progress != NULL) {
        p->options->progress(p->options->progress_context,
                             &(struct ihp_progress){.stage = p->options->stage,
                                                    .what = "members of rank 0",
                                                    .done = member - p->range.first,
                                                    .all = p->range.count});
    }
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
static enum ihp_status make_buffer(struct pass *p, struct ihp__claim_buffer **buffer, bool indexed)
{
    return *buffer != NULL
               ? IHP_OK
               : ihp__claim_buffer_create(p->context->store, columns_of(p->context->info, indexed),
                                          (size_t)p->options->batch_lines, buffer, p->err);
}

/* Loads lines for the indexed way, or with the procedure for judging line by line. */
static enum ihp_status load_lines(struct pass *p, uint64_t first, uint64_t count, bool indexed)
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

/* Loads as many of the lines from `line` up to `end` as a batch holds, for judging line by line. */
static enum ihp_status load_piece(struct pass *p, uint64_t line, uint64_t end)
{
    uint64_t left = end - line, most = p->options->batch_lines;
    return load_lines(p, line, left < most ? left : most, false);
}

/* ---- a member -------------------------------------------------------------------------------- */

static void begin_member(struct pass *p, size_t m)
{
    const uint64_t *offset = p->members.span_offset + m;
    const struct ihp__span *span = p->members.span + offset[0];
    size_t spans = (size_t)(offset[1] - offset[0]);
    ihp__member_begin(p->state, span, spans, ihp__members_lifetime(&p->members, m));
    if (p->people.county != NULL) {
        ihp__member_reside(p->state, span, spans, p->people.county[m]);
    }
}

/* Adds the facts of a member to the sums; `deck` are those under the deck's reading. */
static void keep_facts(struct pass *p, uint64_t member,
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

static enum ihp_status finish_member(struct pass *p, size_t m)
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

/* Takes all lines of member m line by line, and loads them in pieces where they are not in
 * memory. */
static enum ihp_status take_lines(struct pass *p, size_t m)
{
    uint64_t line = p->members.claim_offset[m], end = p->members.claim_offset[m + 1];
    while (line < end) {
        uint64_t loaded = p->claims.first + p->claims.count;
        if (line < p->claims.first || line >= loaded) {
            if (load_piece(p, line, end) != IHP_OK) {
                return p->err->status;
            }
            continue;
        }
        uint64_t stop = end < loaded ? end : loaded;
        if (!ihp__member_lines(p->state, &p->claims, (size_t)(line - p->claims.first),
                               (size_t)(stop - p->claims.first), p->line_sums)) {
            return ihp__fail_memory(p->err, "a member's counts");
        }
        line = stop;
    }
    return IHP_OK;
}

/* Sets the lines of a period from the index, which says where calendar years begin. A period that
 * lies in two years has only a part of their lines. */
static void find_run(const struct pass *p, const uint32_t *year_line,
                     struct ihp__indexed_lines *lines, int period)
{
    const struct ihp__period_rules *rules = &p->context->rules[period];
    const uint16_t *day = p->claims.service_date + lines->first;
    int first, last;
    index_years_of(p->context, period, &first, &last);
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
static bool run_is_period(const struct pass *p, const struct ihp__indexed_lines *lines, int period)
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
static enum ihp_status attribute_by_line(struct pass *p, size_t m)
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

static enum ihp_status fail_index(const struct pass *p, const char *problem)
{
    return ihp__fail(p->err, IHP_ERR_DATA, "%s: %s; make the store again with 'ihp import'%s",
                     p->context->info->path, problem,
                     p->options->index_advice != NULL ? p->options->index_advice : "");
}

/* Takes all lines of member m, which are in memory, by way of the index. Digests show that an index
 * is the one that was made of the claims; without them its rows are compared with the lines. */
static enum ihp_status take_indexed(struct pass *p, size_t m)
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

/* Returns the member after the last one whose lines still fit a batch that begins with member m, or
 * m if that member alone does not fit. */
static size_t batch_end(const struct pass *p, size_t m)
{
    const uint64_t *offset = p->members.claim_offset;
    size_t end = m, members = (size_t)p->members.range.count;
    while (end < members && offset[end + 1] - offset[m] <= p->options->batch_lines) {
        end++;
    }
    return end;
}

static enum ihp_status load_batch(struct pass *p, size_t m, size_t end)
{
    const struct ihp__members *members = &p->members;
    uint64_t first = members->claim_offset[m], row = members->index_offset[m];
    uint64_t count = members->claim_offset[end] - first;
    if (load_lines(p, first, count, true) != IHP_OK) {
        return p->err->status;
    }
    double before = MPI_Wtime();
    uint64_t rows = members->index_offset[end] - row;
    enum ihp_status status = ihp__store_read_index(p->context->store, row, (size_t)rows,
                                                   p->index_buffer, &p->rows, p->err);
    p->cost.read += MPI_Wtime() - before;
    p->cost.bytes += ihp__pass_bytes(p->context->info, 0, rows, true);
    for (int period = 0; period < IHP__PERIODS; period++) {
        if (!ihp__array_reserve(&p->aside[period].line, &p->aside_capacity[period],
                                (size_t)count + 1, sizeof *p->aside[period].line)) {
            return ihp__fail_memory(p->err, "a batch of claim lines");
        }
    }
    return status;
}

static enum ihp_status run_indexed_batch(struct pass *p, size_t m, size_t end)
{
    if (load_batch(p, m, end) != IHP_OK) {
        return p->err->status;
    }
    for (; m < end; m++) {
        begin_member(p, m);
        if (take_indexed(p, m) != IHP_OK || finish_member(p, m) != IHP_OK) {
            return p->err->status;
        }
    }
    ihp__line_sums_add_batch(p->line_sums, p->context->rules, &p->claims, p->aside);
    return IHP_OK;
}

/* Judges a member line by line. Lines of members that follow each other without the index are
 * loaded together. */
static enum ihp_status run_plain_member(struct pass *p, size_t m)
{
    const uint64_t *offset = p->members.claim_offset;
    uint64_t loaded = p->claims.first + p->claims.count;
    uint64_t end = p->cost.indexed ? offset[m + 1] : offset[p->members.range.count];
    if (!p->cost.indexed && offset[m] >= loaded && offset[m] < end &&
        load_piece(p, offset[m], end) != IHP_OK) {
        return p->err->status;
    }
    begin_member(p, m);
    return take_lines(p, m) == IHP_OK ? finish_member(p, m) : p->err->status;
}

/* ---- the range ------------------------------------------------------------------------------- */

static enum ihp_status run_block(struct pass *p)
{
    size_t members = (size_t)p->members.range.count;
    p->claims = (struct ihp__claims){0};
    for (size_t m = 0; m < members;) {
        size_t end = p->cost.indexed ? batch_end(p, m) : m;
        if (end > m) {
            if (run_indexed_batch(p, m, end) != IHP_OK) {
                return p->err->status;
            }
            m = end;
            if (m < members) { /* the end of the block is reported below */
                report_progress(p, p->members.range.first + m);
            }
        } else {
            p->claims.count = p->cost.indexed ? 0 : p->claims.count; /* other columns */
            if (run_plain_member(p, m++) != IHP_OK) {
                return p->err->status;
            }
        }
    }
    report_progress(p, p->members.range.first + members);
    return IHP_OK;
}

/* Adds the sums over the lines so far to the tally. */
static void add_line_sums(struct pass *p)
{
    ihp__tally_add_lines(p->sums->tally, p->line_sums);
    *p->line_sums = (struct ihp__line_sums){0};
}

static enum ihp_status load_block(struct pass *p, struct ihp__range block)
{
    const struct ihp__store *store = p->context->store;
    double before = MPI_Wtime();
    enum ihp_status status = ihp__store_read_members(store, block, &p->members, p->err);
    if (status == IHP_OK && p->context->affected_counties > 0) {
        status = ihp__store_read_people(store, block, IHP__PEOPLE_COUNTY, &p->people, p->err);
    }
    p->cost.read += MPI_Wtime() - before;
    return status;
}

static enum ihp_status run_range(struct pass *p, struct ihp__range range)
{
    const struct ihp__pass_options *o = p->options;
    uint64_t most =
        o->batch_lines < IHP__PASS_BLOCK_MEMBERS ? o->batch_lines : IHP__PASS_BLOCK_MEMBERS;
    for (uint64_t done = 0; done < range.count; done += most) {
        uint64_t left = range.count - done;
        struct ihp__range block = {range.first + done, left < most ? left : most};
        if (load_block(p, block) != IHP_OK || run_block(p) != IHP_OK) {
            return p->err->status;
        }
        add_line_sums(p);
        *p->reported = p->cost;
        enum ihp_status status = o->after_block == NULL ? IHP_OK
                                                        : o->after_block(o->after_block_context,
                                                                         block.first + block.count);
        if (status != IHP_OK) {
            return status;
        }
    }
    return IHP_OK;
}

static enum ihp_status run_all(struct pass *p)
{
    const struct ihp__pass_options *o = p->options;
    if (o->todo == NULL) {
        return run_range(p, p->range);
    }
    for (size_t i = 0; i < o->todos; i++) {
        enum ihp_status status = run_range(p, o->todo[i]);
        if (status != IHP_OK) {
            return status;
        }
    }
    return IHP_OK;
}

static bool make_work_space(struct pass *p)
{
    const struct ihp__pass_options *options = p->options;
    size_t second = p->sums->second != NULL ? IHP__PERIODS : 0;
    p->readings = options->rule_count - second;
    for (size_t r = 0; r < p->readings; r++) {
        p->views += options->rules[r].decisions;
    }
    p->line_sums = calloc(1, sizeof *p->line_sums);
    p->state = ihp__member_state_create(options->rules, options->rule_count);
    p->index_buffer = ihp__index_buffer_create();
    p->fact = calloc(p->views + second, sizeof *p->fact);
    return p->line_sums != NULL && p->state != NULL && p->index_buffer != NULL && p->fact != NULL;
}

static void free_work_space(struct pass *p)
{
    ihp__members_free(&p->members);
    ihp__people_free(&p->people);
    ihp__claim_buffer_destroy(&p->buffer);
    ihp__claim_buffer_destroy(&p->line_buffer);
    ihp__claim_buffer_destroy(&p->procedures);
    ihp__index_buffer_destroy(&p->index_buffer);
    ihp__member_state_destroy(&p->state);
    free(p->line_sums);
    free(p->fact);
    for (int period = 0; period < IHP__PERIODS; period++) {
        free(p->aside[period].line);
    }
}

enum ihp_status ihp__pass(const struct ihp__context *context, struct ihp__range range,
                          const struct ihp__pass_options *options,
                          const struct ihp__pass_sums *sums, struct ihp__pass_cost *cost,
                          struct ihp_error *err)
{
    struct pass p = {.context = context,
                     .options = options,
                     .range = range,
                     .sums = sums,
                     .reported = cost,
                     .err = err};
    double start = MPI_Wtime();
    p.cost.indexed = options->use_index && ihp__pass_index_serves(context);
    enum ihp_status status =
        make_work_space(&p) ? run_all(&p) : ihp__fail_memory(err, "the pass over the claims");
    free_work_space(&p);
    p.cost.decide = MPI_Wtime() - start - p.cost.read;
    *cost = p.cost;
    return status;
}
