/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the claims of a rank for payments: all months of a job are decided together. Sums
 * over a member's lines add up from pieces, so a batch of lines begins and ends wherever it is
 * full. */
#include "jobs/pay/pay.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK_MEMBERS = 16384 };

static const unsigned line_columns =
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE_DATE) | IHP__COLUMN_BIT(IHP__CLAIM_KNOWN_FROM) |
    IHP__COLUMN_BIT(IHP__CLAIM_SERVICE) | IHP__COLUMN_BIT(IHP__CLAIM_AMOUNT) |
    IHP__COLUMN_BIT(IHP__CLAIM_BILLING) | IHP__COLUMN_BIT(IHP__CLAIM_TREATING) |
    IHP__COLUMN_BIT(IHP__CLAIM_VOID_DATE);

struct pay_pass {
    struct ihp__pay_run *run;
    bool indexed;
    struct ihp__monthly_state *state;
    struct ihp__members members; /* the block in memory */
    struct ihp__people people;
    struct ihp__index_buffer *index_buffer;
    struct ihp__index_rows rows; /* of the block */
    struct ihp__claim_buffer *buffer;
    struct ihp__claims claims; /* the batch in memory */
    double magnitude;          /* sum of |amount| where amounts are 64 bits wide */
};

/* Returns true if lines are netted. */
static bool nets(const struct ihp__context *c)
{
    return c->deck.policies.claims.reversals == IHP__REVERSALS_NET;
}

/* Returns true if the index holds every procedure that counts, and digests show that it is the one
 * that was made of the claims: the lines that a payment reads are not enough to compare it with.
 * The years that it has do not matter here. */
static bool index_serves(const struct ihp__context *c)
{
    for (size_t i = 0; i < c->info->procedures; i++) {
        if (c->code_sets[i] != 0 && (c->info->index_years == 0 || !c->info->indexed[i])) {
            return false;
        }
    }
    return c->info->index_years > 0 && c->info->has_digests;
}

/* ---- a member's months ----------------------------------------------------------------------- */

/* Returns true if a member has a care-coordination payment in a month, as is known now [15.1.1]. */
static bool coordinated_now(const struct pay_pass *p, size_t m, int32_t month)
{
    const uint64_t *now = p->people.coordination_offset + m;
    return ihp__coordinated(p->people.coordination + now[0], (size_t)(now[1] - now[0]), month);
}

/* Returns the set of uplifts of a member in a month [15.3.5]. */
static uint8_t uplift_set(const struct pay_pass *p, size_t m, int32_t month)
{
    const uint64_t *social = p->people.social_offset + m;
    return (uint8_t)ihp__uplift_set_of(p->people.social + social[0],
                                       (size_t)(social[1] - social[0]),
                                       ihp__age_at_month(p->people.birth_day[m], month), month);
}

/* Returns what decides a payment next to attribution: care coordination, age, social risk [15.1.1,
 * 15.3]. */
static struct ihp__paid_month paid_month(const struct pay_pass *p, size_t m, int32_t month,
                                         const struct ihp__month_fact *fact)
{
    const struct ihp__people *people = &p->people;
    const uint64_t *then = people->paid_offset + m;
    bool coordinated = coordinated_now(p, m, month);
    bool known = p->run->job.context.info->has_care_coordination_paid
                     ? ihp__coordinated(people->paid + then[0], (size_t)(then[1] - then[0]), month)
                     : coordinated;
    int age = ihp__age_at_month(people->birth_day[m], month);
    return (struct ihp__paid_month){
        .paid = !known,
        .later = coordinated,
        .ctc = age >= 0 && age <= 20 && fact->medical_assistance,
        .uplift_set = uplift_set(p, m, month),
    };
}

/* ---- the reconciliation ---------------------------------------------------------------------- */

/* Returns the override of member m of the block; NULL if there is none. */
static const struct ihp__year_override *override_of(const struct pay_pass *p, size_t m)
{
    return ihp__reconcile_override(&p->run->reconciliation, p->members.range.first + m);
}

/* Adds the months for which an override makes an IHP owed a payment [4.6.4.2]: those that qualify
 * and have no care coordination, unless `paid_to` says that the IHP was paid. */
static void add_gains(struct pay_pass *p, size_t m, const int *paid_to)
{
    struct ihp__pay_run *run = p->run;
    const struct ihp__year_override *o = override_of(p, m);
    const uint64_t *row = p->members.morbidity_offset + m;
    for (int i = 0; o != NULL && o->partnership >= 0 && i < run->rules.months; i++) {
        int32_t month = run->rules.first_month + i;
        const struct ihp__partnership *gains =
            &run->job.context.program->partnership[o->partnership];
        if (paid_to[i] == o->partnership || !ihp__monthly_qualifies(p->state, i) ||
            coordinated_now(p, m, month) ||
            !ihp__partnership_in_force(gains, ihp__day_of_month_start(month))) {
            continue;
        }
        uint16_t acg =
            ihp__morbidity_of_year(p->members.morbidity + row[0], (size_t)(row[1] - row[0]),
                                   run->rules.month[i].acg_year, run->job.context.none_acg);
        ihp__payment_tally_gain(run->tally, (size_t)i, o->partnership, acg,
                                uplift_set(p, m, month));
    }
}

/* Sets each month of `paid_to` to nobody. */
static void paid_to_nobody(int paid_to[IHP__PAY_MONTHS_MAX])
{
    for (int i = 0; i < IHP__PAY_MONTHS_MAX; i++) {
        paid_to[i] = -1;
    }
}

/* Adds what the runs paid for a member, as far as it is taken back. A month with care coordination
 * is taken back for that reason alone. */
static void add_paid_rows(struct pay_pass *p, size_t m)
{
    struct ihp__reconciliation *r = &p->run->reconciliation;
    const struct ihp__year_override *o = override_of(p, m);
    int paid_to[IHP__PAY_MONTHS_MAX];
    paid_to_nobody(paid_to);
    for (; r->next < r->rows && r->row[r->next].member == p->members.range.first + m; r->next++) {
        const struct ihp__paid_row *row = &r->row[r->next];
        paid_to[row->month] = row->partnership;
        if (coordinated_now(p, m, p->run->rules.first_month + row->month)) {
            ihp__payment_tally_paid(p->run->tally, row->partnership,
                                    IHP__RECONCILE_CARE_COORDINATION, row->dollars);
        } else if (o != NULL && o->partnership != row->partnership) {
            ihp__payment_tally_paid(p->run->tally, row->partnership, IHP__RECONCILE_OVERRIDE_OUT,
                                    row->dollars);
        }
    }
    add_gains(p, m, paid_to);
}

/* ---- the months ------------------------------------------------------------------------------ */

/* Adds a member's month. Returns the IHP that is paid for it, -1 if none is. */
static int keep_month(struct pay_pass *p, size_t m, size_t month,
                      const struct ihp__month_fact *fact)
{
    struct ihp__pay_run *run = p->run;
    const struct ihp__year_override *o = override_of(p, m);
    struct ihp__paid_month paid = {0};
    if (fact->partnership >= 0) {
        paid = paid_month(p, m, run->rules.first_month + (int32_t)month, fact);
        paid.out = o != NULL && o->partnership != fact->partnership;
    }
    ihp__payment_tally_add(run->tally, month, fact, &paid);
    if (run->fact != NULL && fact->partnership >= 0) {
        uint64_t place = p->members.range.first + m - run->job.range.first;
        run->fact[place * (size_t)run->rules.months + month] =
            (struct ihp__paid_fact){.acg = fact->acg,
                                    .partnership = fact->partnership,
                                    .reason = fact->reason,
                                    .window = fact->window,
                                    .uplift_set = paid.uplift_set,
                                    .attributed = true,
                                    .paid = paid.paid,
                                    .ctc = paid.ctc};
    }
    return paid.paid ? fact->partnership : -1;
}

static enum ihp_status finish_member(struct pay_pass *p, size_t m)
{
    const struct ihp__pay_run *run = p->run;
    const uint64_t *row = p->members.morbidity_offset + m;
    struct ihp__month_fact fact[IHP__PAY_MONTHS_MAX];
    if (!ihp__monthly_finish(p->state, p->members.morbidity + row[0], (size_t)(row[1] - row[0]),
                             run->job.context.none_acg, fact)) {
        return ihp__fail_memory(run->job.err, "a member's counts");
    }
    int paid_to[IHP__PAY_MONTHS_MAX];
    for (int month = 0; month < run->rules.months; month++) {
        paid_to[month] = keep_month(p, m, (size_t)month, &fact[month]);
    }
    add_gains(p, m, paid_to);
    return IHP_OK;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Loads as many of the lines from `line` up to `end`, the block's last, as a batch holds. */
static enum ihp_status load_lines(struct pay_pass *p, uint64_t line, uint64_t end)
{
    uint64_t left = end - line, count = left < IHP_BATCH_LINES ? left : IHP_BATCH_LINES;
    if (ihp__store_read_claims(p->run->job.context.store, line, (size_t)count, p->buffer,
                               &p->claims, p->run->job.err) != IHP_OK) {
        return p->run->job.err->status;
    }
    for (size_t i = 0; p->claims.amount64 != NULL && i < p->claims.count; i++) {
        p->magnitude += fabs((double)p->claims.amount64[i]);
    }
    return ihp__pass_check_magnitude(&p->run->job.context, p->magnitude, p->run->job.err);
}

/* Returns the first line of member m to take. The index says where a calendar year begins; the line
 * before it is taken, too, to see that it does. */
static uint64_t first_line(const struct pay_pass *p, size_t m)
{
    const struct ihp__store_info *info = p->run->job.context.info;
    int32_t year = 1970 + (p->run->rules.first_month - 11) / 12 - info->index_year;
    uint64_t line = p->members.claim_offset[m];
    if (!p->indexed || year <= 0 || year >= info->index_years ||
        p->run->rules.month[0].gate_lookback) { /* earlier lines may open the gate */
        return line;
    }
    uint32_t before = p->members.year_line[m * (size_t)(info->index_years + 1) + (size_t)year];
    return before > 0 ? line + before - 1 : line;
}

static enum ihp_status check_first_line(struct pay_pass *p, size_t m, uint64_t line)
{
    if (line == p->members.claim_offset[m] ||
        p->claims.service_date[line - p->claims.first] < p->run->rules.month[0].first_day) {
        return IHP_OK;
    }
    return ihp__fail(p->run->job.err, IHP_ERR_DATA,
                     "%s: column index/year_line does not fit claims/service_date; make the store "
                     "again with 'ihp import'",
                     p->run->job.context.info->path);
}

/* Takes all lines of member m that a window can reach, and loads them in pieces where they are not
 * in memory. */
static enum ihp_status take_lines(struct pay_pass *p, size_t m)
{
    uint64_t first = first_line(p, m), line = first, end = p->members.claim_offset[m + 1];
    uint64_t block_end = p->members.claim_offset[p->members.range.count];
    while (line < end) {
        uint64_t loaded = p->claims.first + p->claims.count;
        if (line < p->claims.first || line >= loaded) {
            if (load_lines(p, line, block_end) != IHP_OK) {
                return p->run->job.err->status;
            }
            continue;
        }
        uint64_t stop = end < loaded ? end : loaded;
        if (line == first && check_first_line(p, m, line) != IHP_OK) {
            return p->run->job.err->status;
        }
        if (!ihp__monthly_lines(p->state, &p->claims, (size_t)(line - p->claims.first),
                                (size_t)(stop - p->claims.first))) {
            return ihp__fail_memory(p->run->job.err, "a member's lines");
        }
        line = stop;
    }
    return IHP_OK;
}

static enum ihp_status run_member(struct pay_pass *p, size_t m)
{
    const struct ihp__members *members = &p->members;
    const uint64_t *span = members->span_offset + m;
    const struct ihp__lifetime life = ihp__members_lifetime(members, m);
    p->run->tally->seen[IHP__SEEN_MEMBERS]++;
    p->run->tally->seen[IHP__SEEN_LINES] +=
        (int64_t)(members->claim_offset[m + 1] - members->claim_offset[m]);
    bool needed =
        ihp__monthly_begin(p->state, members->span + span[0], (size_t)(span[1] - span[0]), life);
    if (p->run->reconciliation.runs > 0) {
        add_paid_rows(p, m);
        return IHP_OK;
    }
    if (!needed) { /* in no month's population: an override alone can make a payment owed */
        int paid_to[IHP__PAY_MONTHS_MAX];
        paid_to_nobody(paid_to);
        add_gains(p, m, paid_to);
        return IHP_OK;
    }
    if (p->indexed) {
        const uint64_t *row = members->index_offset + m;
        if (!ihp__monthly_rows(p->state, &p->rows, (size_t)(row[0] - p->rows.first),
                               (size_t)(row[1] - p->rows.first))) {
            return ihp__fail_memory(p->run->job.err, "a member's lines");
        }
    }
    return take_lines(p, m) == IHP_OK ? finish_member(p, m) : p->run->job.err->status;
}

/* ---- the range ------------------------------------------------------------------------------- */

static enum ihp_status load_block(struct pay_pass *p, struct ihp__range block)
{
    const struct ihp__store *store = p->run->job.context.store;
    struct ihp_error *err = p->run->job.err;
    if (ihp__store_read_members(store, block, &p->members, err) != IHP_OK ||
        ihp__store_read_people(store, block, IHP__PEOPLE_BIRTH | IHP__PEOPLE_PAYMENTS, &p->people,
                               err) != IHP_OK) {
        return err->status;
    }
    p->claims = (struct ihp__claims){0};
    if (!p->indexed || p->run->reconciliation.runs > 0) { /* what was paid needs no lines */
        return IHP_OK;
    }
    uint64_t first = p->members.index_offset[0];
    return ihp__store_read_index(store, first,
                                 (size_t)(p->members.index_offset[block.count] - first),
                                 p->index_buffer, &p->rows, err);
}

static enum ihp_status run_range(struct pay_pass *p)
{
    struct ihp__pay_run *run = p->run;
    for (uint64_t done = 0; done < run->job.range.count;) {
        uint64_t left = run->job.range.count - done;
        struct ihp__range block = {run->job.range.first + done,
                                   left < BLOCK_MEMBERS ? left : BLOCK_MEMBERS};
        if (load_block(p, block) != IHP_OK) {
            return run->job.err->status;
        }
        for (size_t m = 0; m < block.count; m++) {
            if (run_member(p, m) != IHP_OK) {
                return run->job.err->status;
            }
        }
        done += block.count;
        ihp__watch_report(&run->job.watch, &(struct ihp_progress){.stage = "pay",
                                                                  .what = "members of rank 0",
                                                                  .done = done,
                                                                  .all = run->job.range.count});
    }
    run->tally->seen[IHP__SEEN_UNKNOWN] += ihp__monthly_unknown_lines(p->state);
    run->tally->seen[IHP__SEEN_NOT_BEGUN] += ihp__monthly_not_begun(p->state);
    run->tally->seen[IHP__SEEN_AFTER_DEATH] += ihp__monthly_after_death(p->state);
    run->tally->seen[IHP__SEEN_BEFORE_BIRTH] += ihp__monthly_before_birth(p->state);
    return IHP_OK;
}

static enum ihp_status make_work_space(struct pay_pass *p)
{
    struct ihp__pay_run *run = p->run;
    bool procedures = !p->indexed || nets(&run->job.context);
    unsigned columns = line_columns | (procedures ? IHP__COLUMN_BIT(IHP__CLAIM_PROCEDURE) : 0);
    p->state = ihp__monthly_create(&run->rules);
    p->index_buffer = ihp__index_buffer_create();
    return p->state == NULL || p->index_buffer == NULL
               ? ihp__fail_memory(run->job.err, "the pass over the claims")
               : ihp__claim_buffer_create(run->job.context.store, columns, IHP_BATCH_LINES,
                                          &p->buffer, run->job.err);
}

enum ihp_status ihp__pay_pass(struct ihp__pay_run *run)
{
    struct pay_pass p = {.run = run, .indexed = index_serves(&run->job.context)};
    enum ihp_status status = make_work_space(&p);
    if (status == IHP_OK) {
        status = run_range(&p);
    }
    run->job.stats.magnitude = p.magnitude;
    run->job.stats.indexed = p.indexed;
    ihp__members_free(&p.members);
    ihp__people_free(&p.people);
    ihp__claim_buffer_destroy(&p.buffer);
    ihp__index_buffer_destroy(&p.index_buffer);
    ihp__monthly_destroy(&p.state);
    return status;
}
