/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paid/IHP_ID.csv: the members attributed to an IHP month by month, and the dollars paid for each.
 */
#include "result/folder.h"
#include "result/member_rows.h"
#include "result/payment_tables.h"

struct writing {
    const struct ihp__payment_input *in;
    struct ihp__range range;
    const struct ihp__paid_fact *fact;
    const char (*ids)[IHP__MEMBER_ID_MAX + 1];
    int partnership;
};

static const char header[] =
    "member_id,month,reason,window,pbp_eligible,ctc,acg,weight,uplift,dollars\n";

/* Returns the relative risk of a category in a month; the category of every attributed member has
 * one. */
static double weight_of(const struct ihp__payment_curve *curve, size_t acg)
{
    size_t i = 0;
    while (i + 1 < curve->categories && curve->category[i].acg != acg) {
        i++;
    }
    return curve->category[i].weight;
}

/* Adds a member's month. The dollars are not rounded: an IHP's month is rounded once [15.4]. In the
 * month in which the contract ends they are for the days in force [6.1]. */
static bool add_month(const struct writing *w, struct ihp__rows *rows, size_t m, size_t month)
{
    const struct ihp__paid_fact *f = &w->fact[m * w->in->months + month];
    const struct ihp__payment_terms *terms = &w->in->program->payment;
    double weight = weight_of(&w->in->curve[month], f->acg);
    double uplift = ihp__payment_uplift(terms, f->uplift_set);
    double share = ihp__payment_in_force(&w->in->program->partnership[w->partnership],
                                         w->in->first_month + (int32_t)month);
    double dollars =
        f->paid ? ihp__payment_dollars(&w->in->curve[month], terms, weight * (1.0 + uplift)) * share
                : 0;
    char row[512], acg[200], text[IHP__DATE_TEXT];
    int length = snprintf(row, sizeof row, "%s,%s,%s,%d,%d,%d,%s,%.12g,%.12g,%.12g\n", w->ids[m],
                          ihp__month_format(w->in->first_month + (int32_t)month, text),
                          ihp__reason_text((enum ihp__reason)f->reason), f->window, f->paid, f->ctc,
                          ihp__rows_field(w->in->acg_text[f->acg], acg, sizeof acg), weight, uplift,
                          dollars);
    return ihp__rows_add(rows, row, (size_t)length);
}

/* Collects this rank's rows of the IHP in a month. */
static bool collect(const void *context, int section, struct ihp__rows *rows)
{
    const struct writing *w = context;
    for (size_t m = 0; m < w->range.count; m++) {
        const struct ihp__paid_fact *f = &w->fact[m * w->in->months + (size_t)section];
        if (f->attributed && f->partnership == w->partnership &&
            !add_month(w, rows, m, (size_t)section)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__paid_files_write(const char *folder, const struct ihp__payment_input *input,
                                      struct ihp__range range, const struct ihp__paid_fact *fact,
                                      const char (*ids)[IHP__MEMBER_ID_MAX + 1], MPI_Comm comm,
                                      struct ihp_error *err)
{
    char path[IHP__PATH_MAX], name[IHP__ID_MAX + 20];
    enum ihp_status status = ihp__member_folder_make(folder, "paid", path, comm, err);
    for (size_t p = 0; p < input->program->partnerships && status == IHP_OK; p++) {
        const struct writing w = {input, range, fact, ids, (int)p};
        const struct ihp__row_source source = {header, (int)input->months, collect, &w};
        snprintf(name, sizeof name, "%s.csv", input->program->partnership[p].id);
        status = ihp__member_rows_write(path, name, &source, comm, err);
    }
    return status;
}
