/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attributed/IHP_ID.csv: the members attributed to an IHP; unattributed/members.csv: all others,
 * each with its reason, so that two settlements can be compared without their stores. */
#include "result/folder.h"
#include "result/member_rows.h"
#include "result/result_folder.h"

struct writing {
    const struct ihp__result_input *in;
    struct ihp__range range;
    const struct ihp__member_fact *fact;
    const char (*ids)[IHP__MEMBER_ID_MAX + 1];
    int partnership;
};

static bool add_member(const struct writing *w, struct ihp__rows *rows, size_t m,
                       enum ihp__period period)
{
    const struct ihp__member_fact *f = &w->fact[m * IHP__PERIODS + period];
    size_t cap = w->in->tally->shape.cap_of[f->partnership];
    double weight = w->in->finance->weight[period][cap * w->in->finance->acgs + f->acg];
    char row[512], acg[200], cost[IHP__MONEY_TEXT], capped[IHP__MONEY_TEXT];
    int length =
        snprintf(row, sizeof row, "%s,%s,%s,%d,%d,%s,%s,%s,%.12g\n", w->ids[m],
                 ihp__period_text(period), ihp__reason_text((enum ihp__reason)f->reason), f->window,
                 ihp__months_count(f->qualifying), ihp__money_format(f->cost, cost),
                 ihp__money_format(ihp__capped_cost(f->cost, w->in->tally->shape.cap[cap]), capped),
                 ihp__rows_field(w->in->store->acg[f->acg], acg, sizeof acg), weight);
    return ihp__rows_add(rows, row, (size_t)length);
}

/* Collects this rank's rows of the IHP in a period. */
static bool collect(const void *context, int section, struct ihp__rows *rows)
{
    const struct writing *w = context;
    enum ihp__period period = (enum ihp__period)section;
    for (size_t m = 0; m < w->range.count; m++) {
        if (w->fact[m * IHP__PERIODS + period].partnership == w->partnership &&
            !add_member(w, rows, m, period)) {
            return false;
        }
    }
    return true;
}

/* Collects this rank's rows of the members whom no IHP has, for a reason in a period. */
static bool collect_others(const void *context, int section, struct ihp__rows *rows)
{
    const struct writing *w = context;
    const int reason = section % IHP__REASONS;
    const enum ihp__period period = (enum ihp__period)(section / IHP__REASONS);
    char row[IHP__MEMBER_ID_MAX + 80];
    for (size_t m = 0; m < w->range.count; m++) {
        const struct ihp__member_fact *f = &w->fact[m * IHP__PERIODS + period];
        if (f->partnership >= 0 || f->reason != reason) {
            continue;
        }
        int length =
            snprintf(row, sizeof row, "%s,%s,%s,%d\n", w->ids[m], ihp__period_text(period),
                     ihp__reason_text((enum ihp__reason)reason), ihp__months_count(f->qualifying));
        if (!ihp__rows_add(rows, row, (size_t)length)) {
            return false;
        }
    }
    return true;
}

/* Writes unattributed/members.csv, by period and reason, so that no rank holds all rows at once. */
static enum ihp_status write_others(const char *folder, const struct writing *w, MPI_Comm comm,
                                    struct ihp_error *err)
{
    char path[IHP__PATH_MAX];
    const struct ihp__row_source source = {"member_id,period,reason,member_months\n",
                                           IHP__PERIODS * IHP__REASONS, collect_others, w};
    return ihp__member_folder_make(folder, "unattributed", path, comm, err) == IHP_OK
               ? ihp__member_rows_write(path, "members.csv", &source, comm, err)
               : err->status;
}

enum ihp_status ihp__member_files_write(const char *folder, const struct ihp__result_input *input,
                                        struct ihp__range range,
                                        const struct ihp__member_fact *fact,
                                        const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                        struct ihp_error *err)
{
    char path[IHP__PATH_MAX], name[IHP__ID_MAX + 20];
    enum ihp_status status = ihp__member_folder_make(folder, "attributed", path, comm, err);
    for (size_t p = 0; p < input->finance->partnerships && status == IHP_OK; p++) {
        const struct writing w = {input, range, fact, ids, (int)p};
        const struct ihp__row_source source = {
            "member_id,period,reason,window,member_months,cost,capped_cost,acg,weight\n",
            IHP__PERIODS, collect, &w};
        snprintf(name, sizeof name, "%s.csv", input->program->partnership[p].id);
        status = ihp__member_rows_write(path, name, &source, comm, err);
    }
    const struct writing others = {input, range, fact, ids, -1};
    return status == IHP_OK ? write_others(folder, &others, comm, err) : status;
}
