/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The protected files of a package: an IHP's members, and those who came or left. */
#include "result_internal.h"

#include "result/package.h"

#include <stdlib.h>
#include <string.h>

struct writing {
    const struct ihp_result_input *in;
    const struct ihp_package_members *members;
    const struct ihp_shown *shown;
    int partnership;
};

/* Cost and capped cost are those without the lines that are left out [4.6.1.2]. */
static bool add_member(const struct writing *w, struct ihp_rows *rows, size_t m, enum ihp_period q)
{
    const struct ihp_fact *f = &w->members->fact[m * IHP_PERIODS + q];
    size_t cap = w->in->tally->shape.cap_of[f->partnership];
    int64_t reduced = f->cost - w->members->left_out[m * IHP_PERIODS + q];
    char row[600], acg[200], weight[40] = "", birth[IHP_DATE_TEXT];
    char cost[IHP_MONEY_TEXT], capped[IHP_MONEY_TEXT];
    if (!w->shown->weight[q][f->acg].hidden) {
        snprintf(weight, sizeof weight, "%.12g",
                 w->in->finance->weight[q][cap * w->in->finance->acgs + f->acg]);
    }
    int length =
        snprintf(row, sizeof row, "%s,%s,%s,%s,%d,%d,%s,%s,%s,%s\n", w->members->ids[m],
                 ihp_day_format(w->members->birth_day[m], birth), ihp_period_text(q),
                 ihp_reason_text((enum ihp_reason)f->reason), f->window,
                 ihp_months_count(f->qualifying), ihp_money_format(reduced, cost),
                 ihp_money_format(ihp_capped_cost(reduced, w->in->tally->shape.cap[cap]), capped),
                 ihp_rows_field(w->in->store->acg[f->acg], acg, sizeof acg), weight);
    return ihp_rows_add(rows, row, (size_t)length);
}

static bool collect_members(const void *context, int section, struct ihp_rows *rows)
{
    const struct writing *w = context;
    enum ihp_period q = (enum ihp_period)section;
    for (size_t m = 0; m < w->members->range.count; m++) {
        if (w->members->fact[m * IHP_PERIODS + q].partnership == w->partnership &&
            !add_member(w, rows, m, q)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp_package_members_write(const char *folder, const struct ihp_result_input *input,
                                          int partnership,
                                          const struct ihp_package_members *members,
                                          const struct ihp_shown *shown, MPI_Comm comm,
                                          struct ihp_error *err)
{
    const struct writing w = {input, members, shown, partnership};
    const struct ihp_row_source source = {"member_id,birth_date,period,reason,window,member_months,"
                                          "cost,capped_cost,acg,weight\n",
                                          IHP_PERIODS, collect_members, &w};
    return ihp_rank_rows_write(folder, "protected_members.csv", &source, comm, err);
}

struct moving {
    const struct ihp_package_change *change;
    size_t changes;
};

static bool collect_changes(const void *context, int section, struct ihp_rows *rows)
{
    const struct moving *w = context;
    for (size_t i = 0; i < w->changes; i++) {
        const struct ihp_package_change *c = &w->change[i];
        char row[200], birth[IHP_DATE_TEXT];
        if ((int)c->period != section) {
            continue;
        }
        int length = snprintf(row, sizeof row, "%s,%s,%s,%s,%s,%s\n", c->member_id,
                              ihp_day_format(c->birth_day, birth), ihp_period_text(c->period),
                              c->in ? "in" : "out", ihp_change_reason_text(c->reason_now),
                              c->reason_then < 0 ? "" : ihp_change_reason_text(c->reason_then));
        if (!ihp_rows_add(rows, row, (size_t)length)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp_package_changes_write(const char *folder,
                                          const struct ihp_package_change *change, size_t changes,
                                          MPI_Comm comm, struct ihp_error *err)
{
    const struct moving w = {change, changes};
    const struct ihp_row_source source = {
        "member_id,birth_date,period,change,reason_now,reason_then\n", IHP_PERIODS, collect_changes,
        &w};
    return ihp_rank_rows_write(folder, "protected_changes.csv", &source, comm, err);
}
