/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The block of sums: its layout, adding a member, reducing over ranks. */
#include "tally/tally.h"

#include <limits.h>
#include <stdlib.h>

/* Hands out arrays of the block, or only counts elements if `block` is NULL. */
struct cursor {
    int64_t *block;
    size_t used;
    bool overflow;
};

/* Returns the next array of the block. */
static int64_t *take(struct cursor *c, size_t rows, size_t columns)
{
    if (columns != 0 && rows > (SIZE_MAX / 16 - c->used) / columns) {
        c->overflow = true;
        return NULL;
    }
    int64_t *part = c->block == NULL ? NULL : c->block + c->used;
    c->used += rows * columns;
    return part;
}

static void lay_out_period(struct cursor *c, const struct ihp__tally_shape *shape,
                           struct ihp__period_tally *t)
{
    size_t p = shape->partnerships;
    t->disposition_lines = take(c, IHP__DISPOSITIONS, 1);
    t->disposition_amount = take(c, IHP__DISPOSITIONS, 1);
    t->unknown_lines = take(c, IHP__SERVICES, 1);
    t->reason_members = take(c, IHP__REASONS, 1);
    t->reason_lines = take(c, IHP__REASONS, 1);
    t->reason_amount = take(c, IHP__REASONS, 1);
    t->attributed = take(c, 3, 1);
    t->above_cap = take(c, 2, 1);
    t->negative = take(c, 1, 1);
    t->not_begun = take(c, 1, 1);
    t->after_death = take(c, 1, 1);
    t->before_birth = take(c, 1, 1);
    t->summary = take(c, IHP__REASONS * 2, p + 1);
    t->eligible_members = take(c, shape->acgs, 1);
    t->eligible_months = take(c, shape->acgs, 1);
    t->eligible_capped = take(c, shape->caps, shape->acgs);
    t->members = take(c, p, 1);
    t->months = take(c, p, 1);
    t->capped = take(c, p, 1);
    t->acg_members = take(c, p, shape->acgs);
    t->acg_months = take(c, p, shape->acgs);
    t->payer_months = take(c, p, shape->payers);
    t->affected = take(c, p, 12);
}

static void lay_out(struct cursor *c, struct ihp__tally *tally)
{
    tally->store = take(c, 3, 1);
    for (int period = 0; period < IHP__PERIODS; period++) {
        lay_out_period(c, &tally->shape, &tally->period[period]);
    }
}

enum ihp_status ihp__tally_create(const struct ihp__tally_shape *shape, struct ihp__tally **out,
                                  struct ihp_error *err)
{
    struct ihp__tally *tally = calloc(1, sizeof *tally);
    if (tally == NULL) {
        return ihp__fail_memory(err, "the sums");
    }
    tally->shape = *shape;
    struct cursor c = {0};
    lay_out(&c, tally);
    tally->size = c.used;
    if (!c.overflow) {
        tally->block = calloc(tally->size, sizeof *tally->block);
    }
    if (tally->block == NULL) {
        free(tally);
        return ihp__fail_memory(err, "the sums by IHP, category and payer");
    }
    c = (struct cursor){.block = tally->block};
    lay_out(&c, tally);
    *out = tally;
    return IHP_OK;
}

uint64_t ihp__tally_bytes(const struct ihp__tally_shape *shape)
{
    struct ihp__tally tally = {.shape = *shape};
    struct cursor c = {0};
    lay_out(&c, &tally);
    return c.overflow ? 0 : c.used * sizeof *tally.block;
}

void ihp__tally_destroy(struct ihp__tally **tally)
{
    if (tally == NULL || *tally == NULL) {
        return;
    }
    free((*tally)->block);
    free(*tally);
    *tally = NULL;
}

int64_t ihp__capped_cost(int64_t cost, int64_t cap)
{
    return cap != 0 && cost > cap ? cap : cost;
}

/* Adds a member's qualifying months to those of their payers. Months in a row mostly have one
 * payer, and are added together, as each addition to a sum in memory waits for the one before. */
static void add_payer_months(int64_t *payer_months, const struct ihp__member_fact *f)
{
    uint16_t payer = f->payer[0];
    int months = 0;
    for (int m = 0; m < 12; m++) {
        bool qualifies = ((f->qualifying >> m) & 1u) != 0;
        if (qualifies && f->payer[m] != payer) {
            payer_months[payer] += months;
            payer = f->payer[m];
            months = 0;
        }
        months += qualifies;
    }
    payer_months[payer] += months;
}

static void add_attributed(const struct ihp__tally_shape *shape, struct ihp__period_tally *t,
                           const struct ihp__member_fact *f, int months)
{
    size_t p = (size_t)f->partnership;
    int64_t capped = ihp__capped_cost(f->cost, shape->cap[shape->cap_of[p]]);
    t->attributed[0]++;
    t->attributed[1] += f->lines;
    t->attributed[2] += f->cost;
    if (capped != f->cost) {
        t->above_cap[0]++;
        t->above_cap[1] += f->cost - capped;
    }
    t->members[p]++;
    t->months[p] += months;
    t->capped[p] += capped;
    t->acg_members[p * shape->acgs + f->acg]++;
    t->acg_months[p * shape->acgs + f->acg] += months;
    add_payer_months(t->payer_months + p * shape->payers, f);
    for (int m = 0; f->affected != 0 && m < 12; m++) {
        t->affected[p * 12 + (size_t)m] += (f->affected >> m) & 1;
    }
}

void ihp__tally_add(struct ihp__tally *tally, const struct ihp__member_fact fact[IHP__PERIODS])
{
    const struct ihp__tally_shape *shape = &tally->shape;
    tally->store[0]++;
    for (int period = 0; period < IHP__PERIODS; period++) {
        const struct ihp__member_fact *f = &fact[period];
        struct ihp__period_tally *t = &tally->period[period];
        int months = ihp__months_count(f->qualifying);
        size_t none = shape->partnerships;
        size_t column = f->partnership < 0 ? none : (size_t)f->partnership;
        t->summary[((size_t)f->reason * 2 + f->window - 1) * (none + 1) + column]++;
        t->negative[0] += f->cost < 0;
        t->not_begun[0] += f->not_begun;
        t->after_death[0] += f->after_death;
        t->before_birth[0] += f->before_birth;
        if (f->weighs) {
            t->eligible_members[f->acg]++;
            t->eligible_months[f->acg] += months;
            for (size_t cap = 0; cap < shape->caps; cap++) {
                t->eligible_capped[cap * shape->acgs + f->acg] +=
                    ihp__capped_cost(f->cost, shape->cap[cap]);
            }
        }
        if (f->partnership >= 0) {
            add_attributed(shape, t, f, months);
        } else {
            t->reason_members[f->reason]++;
            t->reason_lines[f->reason] += f->lines;
            t->reason_amount[f->reason] += f->cost;
        }
    }
}

void ihp__tally_add_lines(struct ihp__tally *tally, const struct ihp__line_sums *sums)
{
    tally->store[1] += sums->store_lines;
    tally->store[2] += sums->store_amount;
    for (int period = 0; period < IHP__PERIODS; period++) {
        struct ihp__period_tally *t = &tally->period[period];
        for (int s = 0; s < IHP__DISPOSITIONS; s++) {
            t->disposition_lines[s] += sums->lines[period][s];
            t->disposition_amount[s] += sums->amount[period][s];
        }
        for (int s = 0; s < IHP__SERVICES; s++) {
            t->unknown_lines[s] += sums->unknown_lines[period][s];
        }
    }
}

bool ihp__tally_sum(int64_t *block, size_t count, MPI_Comm comm)
{
    enum { PIECE = 1 << 24 }; /* elements; MPI counts are int */
    for (size_t done = 0; done < count; done += PIECE) {
        size_t piece = count - done < PIECE ? count - done : PIECE;
        if (MPI_Allreduce(MPI_IN_PLACE, block + done, (int)piece, MPI_INT64_T, MPI_SUM, comm) !=
            MPI_SUCCESS) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__tally_reduce(struct ihp__tally *tally, MPI_Comm comm, uint64_t *bytes,
                                  struct ihp_error *err)
{
    if (bytes != NULL) {
        *bytes = tally->size * sizeof *tally->block;
    }
    return ihp__tally_sum(tally->block, tally->size, comm)
               ? IHP_OK
               : ihp__fail(err, IHP_ERR_RUN, "MPI could not add the sums of the ranks");
}
