/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attributed/<ihp_id>.csv: the members attributed to an IHP. */
#include "result_internal.h"

struct writing {
    const struct ihp_result_input *in;
    struct ihp_range range;
    const struct ihp_fact *fact;
    const char (*ids)[IHP_MEMBER_ID_MAX + 1];
    int partnership;
};

static bool add_member(const struct writing *w, struct ihp_rows *rows, size_t m, enum ihp_period q)
{
    const struct ihp_fact *f = &w->fact[m * IHP_PERIODS + q];
    size_t cap = w->in->tally->shape.cap_of[f->partnership];
    double weight = w->in->finance->weight[q][cap * w->in->finance->acgs + f->acg];
    char row[512], acg[200], cost[IHP_MONEY_TEXT], capped[IHP_MONEY_TEXT];
    int length =
        snprintf(row, sizeof row, "%s,%s,%s,%d,%d,%s,%s,%s,%.12g\n", w->ids[m], ihp_period_text(q),
                 ihp_reason_text((enum ihp_reason)f->reason), f->window,
                 ihp_months_count(f->qualifying), ihp_money_format(f->cost, cost),
                 ihp_money_format(ihp_capped_cost(f->cost, w->in->tally->shape.cap[cap]), capped),
                 ihp_rows_field(w->in->store->acg[f->acg], acg, sizeof acg), weight);
    return ihp_rows_add(rows, row, (size_t)length);
}

/* This rank's rows of the IHP in a period. */
static bool collect(const void *context, int section, struct ihp_rows *rows)
{
    const struct writing *w = context;
    enum ihp_period q = (enum ihp_period)section;
    for (size_t m = 0; m < w->range.count; m++) {
        if (w->fact[m * IHP_PERIODS + q].partnership == w->partnership &&
            !add_member(w, rows, m, q)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp_member_files_write(const char *folder, const struct ihp_result_input *input,
                                       struct ihp_range range, const struct ihp_fact *fact,
                                       const char (*ids)[IHP_MEMBER_ID_MAX + 1], MPI_Comm comm,
                                       struct ihp_error *err)
{
    char path[IHP_PATH_MAX], name[IHP_ID_MAX + 20];
    ihp_member_folder_make(folder, "attributed", path, comm, err);
    for (size_t p = 0; p < input->finance->partnerships && err->status == IHP_OK; p++) {
        const struct writing w = {input, range, fact, ids, (int)p};
        const struct ihp_row_source source = {
            "member_id,period,reason,window,member_months,cost,capped_cost,acg,weight\n",
            IHP_PERIODS, collect, &w};
        snprintf(name, sizeof name, "%s.csv", input->program->partnership[p].id);
        ihp_rank_rows_write(path, name, &source, comm, err);
    }
    return err->status;
}
