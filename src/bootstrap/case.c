/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the replicates of a case, as many IHPs at a time as memory allows. One rank sums up the
 * replicates of an IHP; rank 0 gathers the reports. */
#include "bootstrap/bootstrap.h"

#include "base/agree.h"

#include <stdlib.h>

/* Makes room for the replicates of a group, and puts back those that an earlier start has made. */
static enum ihp_status make_group(const struct ihp__case *c, struct ihp__replicates *r,
                                  struct ihp_error *err)
{
    r->value = calloc(r->count * IHP__STATISTICS * r->replicates, sizeof *r->value);
    r->outcome = calloc(r->count * IHP__OUTCOMES, sizeof *r->outcome);
    r->left_out = calloc(r->count * IHP__STATISTICS * IHP__JACKKNIFE_GROUPS, sizeof *r->left_out);
    if (r->value == NULL || r->outcome == NULL || r->left_out == NULL) {
        return ihp__fail_memory(err, "the replicates");
    }
    return c->hooks.restore == NULL ? IHP_OK : c->hooks.restore(c->hooks.context, r);
}

static void free_group(struct ihp__replicates *r)
{
    free(r->value);
    free(r->outcome);
    free(r->left_out);
}

static enum ihp_status make_replicates(const struct ihp__case *c, struct ihp__replicates *r,
                                       struct ihp_error *err)
{
    return c->deck->policies.bootstrap_weights == IHP__BOOTSTRAP_REFIT
               ? ihp__bootstrap_refit(c, r, err)
               : ihp__bootstrap_fixed(c, r, err);
}

/* Makes the replicates of IHPs first .. first + count - 1, and the reports of those that this rank
 * has. Collective; returns the same status on every rank. */
static enum ihp_status run_group(const struct ihp__case *c, size_t first, size_t count,
                                 double *scratch, struct ihp__case_report *report,
                                 struct ihp_error *err)
{
    int rank, ranks;
    MPI_Comm_rank(c->comm, &rank);
    MPI_Comm_size(c->comm, &ranks);
    struct ihp__replicates r = {
        .first = first, .count = count, .replicates = (size_t)c->deck->bootstrap.replicates};
    ihp__until_agreed(make_group(c, &r, err));
    enum ihp_status status = ihp__agree(c->comm, err);
    if (status == IHP_OK) {
        status = make_replicates(c, &r, err);
    }
    for (size_t i = 0; status == IHP_OK && i < count; i++) {
        if ((first + i) % (size_t)ranks == (size_t)rank) {
            ihp__case_sum_up(c, &r, i, scratch, &report[first + i]);
        }
    }
    free_group(&r);
    return status;
}

enum ihp_status ihp__case_run(const struct ihp__case *c, struct ihp__case_report *report,
                              struct ihp_error *err)
{
    int rank;
    size_t partnerships = c->program->partnerships;
    uint64_t each = (uint64_t)c->deck->bootstrap.replicates * IHP__STATISTICS * sizeof(double);
    size_t count = each > IHP__REPLICATE_BYTES ? 1 : (size_t)(IHP__REPLICATE_BYTES / each);
    double *scratch = calloc(2 * (size_t)c->deck->bootstrap.replicates, sizeof *scratch);
    MPI_Comm_rank(c->comm, &rank);
    if (scratch == NULL) {
        ihp__until_agreed(ihp__fail_memory(err, "the replicates"));
    }
    enum ihp_status status = ihp__agree(c->comm, err);
    for (size_t first = c->first; status == IHP_OK && first < partnerships; first += count) {
        size_t left = partnerships - first;
        status = run_group(c, first, left < count ? left : count, scratch, report, err);
    }
    free(scratch);
    if (status == IHP_OK) {
        int doubles = (int)(partnerships * sizeof *report / sizeof(double));
        MPI_Reduce(rank == 0 ? MPI_IN_PLACE : report, report, doubles, MPI_DOUBLE, MPI_SUM, 0,
                   c->comm);
    }
    return status;
}

uint64_t ihp__case_count_drawn(const struct ihp__case *c)
{
    bool refit = c->deck->policies.bootstrap_weights == IHP__BOOTSTRAP_REFIT;
    uint64_t members = 0;
    for (uint64_t m = 0; m < c->members; m++) {
        bool drawn = false;
        for (int period = 0; period < IHP__PERIODS; period++) {
            const struct ihp__view_fact *f = &c->fact[period][m];
            drawn = drawn || f->partnership >= 0 || (refit && f->weighs);
        }
        members += drawn;
    }
    ihp__sum_u64(c->comm, &members, 1);
    return members;
}
