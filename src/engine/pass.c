/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the claims of a range of members: blocks of members, and within them batches of
 * claim lines, flow through the member rules into the sums. Memory is one block's small tables, one
 * batch and one member's counts, all of it used again.
 *
 * A batch holds whole members. A member with more lines than a batch is judged in pieces, line by
 * line. */
#include "pass_state.h"

#include <stdlib.h>

static void report_progress(struct ihp__pass *p, uint64_t member)
{
    if (p->options->progress != NULL) {
        p->options->progress(p->options->progress_context,
                             &(struct ihp_progress){.stage = p->options->stage,
                                                    .what = "members of rank 0",
                                                    .done = member - p->range.first,
                                                    .all = p->range.count});
    }
}

/* Loads as many of the lines from `line` up to `end` as a batch holds, for judging line by line. */
static enum ihp_status load_piece(struct ihp__pass *p, uint64_t line, uint64_t end)
{
    uint64_t left = end - line, most = p->options->batch_lines;
    return ihp__pass_load_lines(p, line, left < most ? left : most, false);
}

/* ---- a member -------------------------------------------------------------------------------- */

/* Takes all lines of member m line by line, and loads them in pieces where they are not in
 * memory. */
static enum ihp_status take_lines(struct ihp__pass *p, size_t m)
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

/* Judges a member line by line. Lines of members that follow each other without the index are
 * loaded together. */
static enum ihp_status run_plain_member(struct ihp__pass *p, size_t m)
{
    const uint64_t *offset = p->members.claim_offset;
    uint64_t loaded = p->claims.first + p->claims.count;
    uint64_t end = p->cost.indexed ? offset[m + 1] : offset[p->members.range.count];
    if (!p->cost.indexed && offset[m] >= loaded && offset[m] < end &&
        load_piece(p, offset[m], end) != IHP_OK) {
        return p->err->status;
    }
    ihp__pass_begin_member(p, m);
    return take_lines(p, m) == IHP_OK ? ihp__pass_finish_member(p, m) : p->err->status;
}

/* ---- the range ------------------------------------------------------------------------------- */

static enum ihp_status run_block(struct ihp__pass *p)
{
    size_t members = (size_t)p->members.range.count;
    p->claims = (struct ihp__claims){0};
    for (size_t m = 0; m < members;) {
        size_t end = p->cost.indexed ? ihp__pass_batch_end(p, m) : m;
        if (end > m) {
            if (ihp__pass_indexed_batch(p, m, end) != IHP_OK) {
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
static void add_line_sums(struct ihp__pass *p)
{
    ihp__tally_add_lines(p->sums->tally, p->line_sums);
    *p->line_sums = (struct ihp__line_sums){0};
}

static enum ihp_status load_block(struct ihp__pass *p, struct ihp__range block)
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

static enum ihp_status run_range(struct ihp__pass *p, struct ihp__range range)
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

static enum ihp_status run_all(struct ihp__pass *p)
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

static bool make_work_space(struct ihp__pass *p)
{
    const struct ihp__pass_options *options = p->options;
    size_t second = p->sums->second != NULL ? IHP__PERIODS : 0;
    p->readings = options->rule_count - second;
    for (size_t r = 0; r < p->readings; r++) {
        p->views += options->rules[r].decisions;
    }
    p->first_month = options->rules[0].first_month;
    for (size_t r = 1; r < options->rule_count; r++) {
        int32_t first = options->rules[r].first_month;
        p->first_month = first < p->first_month ? first : p->first_month;
    }
    for (int period = 0; period < IHP__PERIODS; period++) {
        ihp__pass_index_years(p->context, period, p->index_year[period]);
    }
    p->born_by = ihp__day_of_month_start(p->first_month + 1) - 1;
    p->line_sums = calloc(1, sizeof *p->line_sums);
    p->state = ihp__member_state_create(options->rules, options->rule_count);
    p->index_buffer = ihp__index_buffer_create();
    p->fact = calloc(p->views + second, sizeof *p->fact);
    return p->line_sums != NULL && p->state != NULL && p->index_buffer != NULL && p->fact != NULL;
}

static void free_work_space(struct ihp__pass *p)
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
    struct ihp__pass p = {.context = context,
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
