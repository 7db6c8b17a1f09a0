/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The deck's own settlement: its sums from the claims, and what follows from them. */
#include "jobs/settle/settling.h"

#include "engine/fact_rows.h"

#include <stdlib.h>

/* ---- saving ---------------------------------------------------------------------------------- */

static struct ihp__saved describe_tally(const struct ihp__settling *s, enum ihp__saved_kind kind)
{
    return (struct ihp__saved){
        .name = "tally", .kind = kind, .words = s->tally->block, .count = s->tally->size};
}

/* Describes the sum of |amount| in cents: a double, of which a word holds the bits. */
static struct ihp__saved describe_magnitude(double *magnitude)
{
    return (struct ihp__saved){
        .name = "magnitude", .kind = IHP__SAVED_OF_RANK_0, .words = magnitude, .count = 1};
}

static struct ihp__saved describe_facts(const struct ihp__settling *s, const char *name,
                                        struct ihp__member_fact *fact, struct ihp__fact_rows *rows)
{
    *rows = (struct ihp__fact_rows){.fact = fact,
                                    .partnerships = s->job.context.program->partnerships,
                                    .acgs = s->job.context.info->acgs};
    return (struct ihp__saved){.name = name,
                               .kind = IHP__SAVED_ROWS,
                               .row_bytes = IHP__FACT_ROW,
                               .pack = ihp__member_fact_pack,
                               .unpack = ihp__member_fact_unpack,
                               .rows = rows};
}

enum ihp_status ihp__claims_save(struct ihp__settling *s, struct ihp__saver *saver)
{
    /* During the first plan's pass the sums are each rank's own; afterwards they are those of all.
     */
    enum ihp__saved_kind kind =
        s->planned.passing && ihp__planned_is_first(s) ? IHP__SAVED_SUM : IHP__SAVED_OF_RANK_0;
    double magnitude = s->job.stats.magnitude;
    MPI_Reduce(s->job.rank == 0 ? MPI_IN_PLACE : &magnitude, &magnitude, 1, MPI_DOUBLE, MPI_SUM, 0,
               s->job.comm);
    const struct ihp__saved sum = describe_magnitude(&magnitude), tally = describe_tally(s, kind);
    enum ihp_status status = ihp__saver_put(saver, &sum);
    status = status == IHP_OK ? ihp__saver_put(saver, &tally) : status;
    status = status == IHP_OK ? ihp__bridge_save(&s->bridge, kind, saver) : status;
    if (status == IHP_OK && s->fact != NULL) {
        struct ihp__fact_rows rows;
        const struct ihp__saved facts = describe_facts(s, "members/fact", s->fact, &rows);
        status = ihp__saver_put(saver, &facts);
    }
    if (status == IHP_OK && s->bridge.sums.fact != NULL) {
        struct ihp__fact_rows rows;
        const struct ihp__saved facts =
            describe_facts(s, "bridge/fact", s->bridge.sums.fact, &rows);
        status = ihp__saver_put(saver, &facts);
    }
    return status;
}

/* Gets back the sums, which will be added up over ranks again: rank 0 has them, the others have
 * none. Not collective. */
static enum ihp_status get_back_sums(struct ihp__settling *s)
{
    const struct ihp__saved tally = describe_tally(s, IHP__SAVED_SUM);
    const struct ihp__saved magnitude = describe_magnitude(&s->job.stats.magnitude);
    if (s->job.rank != 0) {
        return IHP_OK;
    }
    if (ihp__saving_get(&s->saving, &tally) != IHP_OK ||
        ihp__saving_get(&s->saving, &magnitude) != IHP_OK) {
        return s->job.err->status;
    }
    return ihp__bridge_get_back(&s->bridge, &s->saving);
}

/* Gets back what the checkpoint has of the deck's own sums, if there is one. Collective; returns
 * the same status on every rank. */
static enum ihp_status get_back(struct ihp__settling *s)
{
    struct ihp__fact_rows rows;
    if (s->saving.from == NULL) {
        return IHP_OK;
    }
    if (ihp__job_agree(&s->job, get_back_sums(s)) != IHP_OK || s->fact == NULL) {
        return s->job.err->status;
    }
    const struct ihp__saved facts = describe_facts(s, "members/fact", s->fact, &rows);
    if (ihp__saving_get(&s->saving, &facts) != IHP_OK || s->bridge.sums.fact == NULL) {
        return s->job.err->status;
    }
    struct ihp__fact_rows interim_rows;
    const struct ihp__saved interim =
        describe_facts(s, "bridge/fact", s->bridge.sums.fact, &interim_rows);
    return ihp__saving_get(&s->saving, &interim);
}

/* ---- the claims ------------------------------------------------------------------------------ */

static enum ihp_status make_sums(struct ihp__settling *s)
{
    if (s->options->member_files) {
        s->fact = calloc((size_t)s->job.range.count * IHP__PERIODS + 1, sizeof *s->fact);
        if (s->fact == NULL) {
            return ihp__fail_memory(s->job.err, "member facts");
        }
        if (ihp__bridge_keep_facts(&s->bridge, &s->job) != IHP_OK) {
            return s->job.err->status;
        }
    }
    return ihp__tally_create(&s->job.context.shape, &s->tally, s->job.err);
}

enum ihp_status ihp__claims_take(struct ihp__settling *s)
{
    enum ihp_status status = ihp__job_agree(&s->job, make_sums(s));
    status = status == IHP_OK ? get_back(s) : status;
    if (status == IHP_OK && ihp__planned_is_first(s)) { /* a later plan is passed in its turn */
        status = ihp__planned_pass(s, s->tally, s->fact);
    }
    return status == IHP_OK ? ihp__job_check_magnitude(&s->job) : status;
}

/* ---- the settlement -------------------------------------------------------------------------- */

struct ihp__result_input ihp__settling_result(const struct ihp__settling *s)
{
    const struct ihp__context *c = &s->job.context;
    return (struct ihp__result_input){.deck = &c->deck,
                                      .program = c->program,
                                      .store = c->info,
                                      .tally = s->tally,
                                      .finance = &s->finance,
                                      .block = s->block};
}

enum ihp_status ihp__claims_settle(struct ihp__settling *s)
{
    const struct ihp__context *c = &s->job.context;
    struct ihp__result_input input = ihp__settling_result(s);
    if (ihp__job_reduce(&s->job, s->tally) != IHP_OK) {
        return s->job.err->status;
    }
    double start = MPI_Wtime();
    if (ihp__finance_settle(s->tally, c->program, &c->deck, c->info->acg, &s->finance,
                            s->job.notices, s->job.err) == IHP_OK) {
        ihp__until_agreed(ihp__result_tables_create(&input, s->table, s->job.err));
    }
    s->job.stats.own.finish = MPI_Wtime() - start;
    return ihp__agree(s->job.comm, s->job.err);
}
