/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The protected files of a package: an IHP's members, and those who joined or left. */
#include "result/member_rows.h"
#include "result/package.h"

struct writing {
    const struct ihp__result_input *in;
    const struct ihp__package_members *members;
    const struct ihp__shown *shown;
    int partnership;
};

/* Adds a member's row. Cost and capped cost are without the lines that are left out [4.6.1.2]. */
static bool add_member(const struct writing *w, struct ihp__rows *rows, size_t m,
                       enum ihp__period period)
{
    const struct ihp__member_fact *f = &w->members->fact[m * IHP__PERIODS + period];
    size_t cap = w->in->tally->shape.cap_of[f->partnership];
    int64_t reduced = f->cost - w->members->left_out[m * IHP__PERIODS + period];
    char row[600], acg[200], weight[40] = "", birth[IHP__DATE_TEXT];
    char cost[IHP__MONEY_TEXT], capped[IHP__MONEY_TEXT];
    if (!w->shown->weight[period][f->acg].hidden) {
        snprintf(weight, sizeof weight, "%.12g",
                 w->in->finance->weight[period][cap * w->in->finance->acgs + f->acg]);
    }
    int length =
        snprintf(row, sizeof row, "%s,%s,%s,%s,%d,%d,%s,%s,%s,%s\n", w->members->ids[m],
                 ihp__day_format(w->members->birth_day[m], birth), ihp__period_text(period),
                 ihp__reason_text((enum ihp__reason)f->reason), f->window,
                 ihp__months_count(f->qualifying), ihp__money_format(reduced, cost),
                 ihp__money_format(ihp__capped_cost(reduced, w->in->tally->shape.cap[cap]), capped),
                 ihp__rows_field(w->in->store->acg[f->acg], acg, sizeof acg), weight);
    return ihp__rows_add(rows, row, (size_t)length);
}

static bool collect_members(const void *context, int section, struct ihp__rows *rows)
{
    const struct writing *w = context;
    enum ihp__period period = (enum ihp__period)section;
    for (size_t m = 0; m < w->members->range.count; m++) {
        if (w->members->fact[m * IHP__PERIODS + period].partnership == w->partnership &&
            !add_member(w, rows, m, period)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__package_members_write(const char *folder,
                                           const struct ihp__result_input *input, int partnership,
                                           const struct ihp__package_members *members,
                                           const struct ihp__shown *shown, MPI_Comm comm,
                                           struct ihp_error *err)
{
    const struct writing w = {input, members, shown, partnership};
    const struct ihp__row_source source = {
        "member_id,birth_date,period,reason,window,member_months,"
        "cost,capped_cost,acg,weight\n",
        IHP__PERIODS, collect_members, &w};
    return ihp__member_rows_write(folder, "protected_members.csv", &source, comm, err);
}

struct moving {
    const struct ihp__package_change *change;
    size_t changes;
};

static bool collect_changes(const void *context, int section, struct ihp__rows *rows)
{
    const struct moving *w = context;
    for (size_t i = 0; i < w->changes; i++) {
        const struct ihp__package_change *c = &w->change[i];
        char row[200], birth[IHP__DATE_TEXT];
        if ((int)c->period != section) {
            continue;
        }
        int length = snprintf(row, sizeof row, "%s,%s,%s,%s,%s,%s\n", c->member_id,
                              ihp__day_format(c->birth_day, birth), ihp__period_text(c->period),
                              c->in ? "in" : "out", ihp__change_reason_text(c->reason_now),
                              c->reason_then < 0 ? "" : ihp__change_reason_text(c->reason_then));
        if (!ihp__rows_add(rows, row, (size_t)length)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__package_changes_write(const char *folder,
                                           const struct ihp__package_change *change, size_t changes,
                                           MPI_Comm comm, struct ihp_error *err)
{
    const struct moving w = {change, changes};
    const struct ihp__row_source source = {
        "member_id,birth_date,period,change,reason_now,reason_then\n", IHP__PERIODS,
        collect_changes, &w};
    return ihp__member_rows_write(folder, "protected_changes.csv", &source, comm, err);
}
