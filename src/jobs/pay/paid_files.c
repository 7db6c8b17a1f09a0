/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the member files and the risk categories of payment runs. */
#include "jobs/pay/paid_files.h"

#include "base/search.h"
#include "jobs/pay/pay.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* No member's month costs more than this, in dollars. */
#define DOLLARS_MAX 1e6

struct reading {
    struct ihp__pay_run *job;
    char (*id)[IHP__MEMBER_ID_MAX + 1]; /* of all members of the store, ascending */
    size_t run;                         /* place among the runs */
    int partnership;
    char path[IHP__PATH_MAX]; /* of the file being read */
};

/* Reads a number of 12 significant digits as results have them, with an exponent if it is small. */
static bool parse_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*number);
}

/* ---- paid/IHP_ID.csv ------------------------------------------------------------------------- */

enum { MEMBER, MONTH, ELIGIBLE, DOLLARS, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"member_id", true}, {"month", true}, {"pbp_eligible", false}, {"dollars", true}};

/* Finds the number of a member. A message has no member's data. */
static enum ihp_status find_member(const struct reading *r, const struct ihp__csv_row *row,
                                   uint64_t *member, struct ihp_error *err)
{
    uint64_t members = r->job->job.context.info->members;
    size_t at;
    IHP__LOWER_BOUND(at, (size_t)members, strcmp(r->id[at], row->field[MEMBER]) < 0);
    if (at == members || strcmp(r->id[at], row->field[MEMBER]) != 0) {
        return ihp__fail_field(err, row, MEMBER,
                               "the store does not have this member; reconcile with a store that "
                               "has all members who were paid for");
    }
    *member = at;
    return IHP_OK;
}

static enum ihp_status on_paid(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    const struct reading *r = context;
    struct ihp__reconciliation *all = &r->job->reconciliation;
    const struct ihp__range range = r->job->job.range;
    struct ihp__paid_row paid = {.partnership = (int16_t)r->partnership,
                                 .run = (uint8_t)r->run,
                                 .line = (uint32_t)row->line};
    int32_t month;
    if (find_member(r, row, &paid.member, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__month_parse(row->field[MONTH], &month) ||
        !ihp__paid_run_has(&all->run[r->run], month)) {
        return ihp__fail_value(err, row, MONTH, "a month of the span of payments.json");
    }
    if (!parse_number(row->field[DOLLARS], &paid.dollars) || paid.dollars < 0 ||
        paid.dollars > DOLLARS_MAX) {
        return ihp__fail_field(err, row, DOLLARS, "is not a number of dollars from 0 to 1000000");
    }
    bool eligible = row->length[ELIGIBLE] == 0 || strcmp(row->field[ELIGIBLE], "1") == 0;
    if (!eligible || paid.member < range.first || paid.member - range.first >= range.count) {
        return IHP_OK;
    }
    paid.month = (uint8_t)(month - r->job->rules.first_month);
    if (!ihp__array_reserve(&all->row, &all->capacity, all->rows + 1, sizeof *all->row)) {
        return ihp__fail_memory(err, "the members paid for");
    }
    all->row[all->rows++] = paid;
    return IHP_OK;
}

/* Writes the path of a run's member file of an IHP. */
static enum ihp_status member_file(const struct reading *r, size_t run, int partnership,
                                   char path[IHP__PATH_MAX])
{
    char name[IHP__ID_MAX + 20];
    snprintf(name, sizeof name, "paid/%s.csv",
             r->job->job.context.program->partnership[partnership].id);
    return ihp__path_join(path, IHP__PATH_MAX, r->job->reconciliation.run[run].folder, name,
                          r->job->job.err);
}

static enum ihp_status read_members(struct reading *r)
{
    struct stat info;
    struct ihp_error *err = r->job->job.err;
    if (member_file(r, r->run, r->partnership, r->path) != IHP_OK) {
        return err->status;
    }
    if (stat(r->path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is missing, so nobody can say who was paid for; pay again with "
                         "--member-files [15.5]",
                         r->path);
    }
    return ihp__csv_read(r->path, columns, COLUMNS, on_paid, r, NULL, err);
}

/* ---- payment_categories.csv ------------------------------------------------------------------ */

enum { AT_MONTH, AT_ACG, AT_WEIGHT, AT_PERCENTILE, CATEGORY_COLUMNS };

static const struct ihp__csv_column category_columns[CATEGORY_COLUMNS] = {
    {"month", true}, {"acg", true}, {"weight", true}, {"percentile", true}};

/* Returns the number of a category in the store; SIZE_MAX if the store does not have it. */
static size_t find_category(const struct reading *r, const char *text)
{
    const struct ihp__store_info *info = r->job->job.context.info;
    size_t acg = 0;
    while (acg < info->acgs && strcmp(info->acg[acg], text) != 0) {
        acg++;
    }
    return acg < info->acgs ? acg : SIZE_MAX;
}

static enum ihp_status on_category(void *context, const struct ihp__csv_row *row,
                                   struct ihp_error *err)
{
    struct reading *r = context;
    struct ihp__reconciliation *all = &r->job->reconciliation;
    struct ihp__payment_category category = {.acg = find_category(r, row->field[AT_ACG])};
    int32_t month;
    if (!ihp__month_parse(row->field[AT_MONTH], &month) ||
        !ihp__paid_run_has(&all->run[r->run], month)) {
        return ihp__fail_value(err, row, AT_MONTH, "a month of the span of payments.json");
    }
    if (!parse_number(row->field[AT_WEIGHT], &category.weight)) {
        return ihp__fail_value(err, row, AT_WEIGHT, "a number");
    }
    if (!parse_number(row->field[AT_PERCENTILE], &category.percentile) || category.percentile < 0 ||
        category.percentile > 100) {
        return ihp__fail_value(err, row, AT_PERCENTILE, "a number from 0 to 100");
    }
    struct ihp__payment_curve *curve = &all->curve[month - r->job->rules.first_month];
    size_t capacity = curve->categories;
    if (!ihp__array_reserve(&curve->category, &capacity, curve->categories + 1,
                            sizeof *curve->category)) {
        return ihp__fail_memory(err, "the payment's risk categories");
    }
    curve->category[curve->categories++] = category;
    return IHP_OK;
}

static enum ihp_status read_categories(struct reading *r)
{
    const struct ihp__paid_run *run = &r->job->reconciliation.run[r->run];
    struct ihp_error *err = r->job->job.err;
    if (ihp__path_join(r->path, sizeof r->path, run->folder, "payment_categories.csv", err) !=
            IHP_OK ||
        ihp__csv_read(r->path, category_columns, CATEGORY_COLUMNS, on_category, r, NULL, err) !=
            IHP_OK) {
        return err->status;
    }
    for (int month = 0; month < run->months; month++) {
        int32_t place = run->first_month + month - r->job->rules.first_month;
        ihp__payment_curve_again(&r->job->reconciliation.curve[place], &run->terms);
    }
    return IHP_OK;
}

/* ---- all runs -------------------------------------------------------------------------------- */

static int by_member(const void *a, const void *b)
{
    const struct ihp__paid_row *x = a, *y = b;
    if (x->member != y->member) {
        return x->member < y->member ? -1 : 1;
    }
    if (x->month != y->month) {
        return x->month < y->month ? -1 : 1;
    }
    return x->partnership != y->partnership
               ? (x->partnership > y->partnership) - (x->partnership < y->partnership)
               : (x->line > y->line) - (x->line < y->line);
}

/* Sorts the rows, and refuses a member month that is in two of them. */
static enum ihp_status sort_rows(const struct reading *r)
{
    struct ihp__reconciliation *all = &r->job->reconciliation;
    char path[2][IHP__PATH_MAX];
    if (all->rows > 0) {
        qsort(all->row, all->rows, sizeof *all->row, by_member);
    }
    for (size_t i = 1; i < all->rows; i++) {
        const struct ihp__paid_row *a = &all->row[i - 1], *b = &all->row[i];
        if (a->member != b->member || a->month != b->month) {
            continue;
        }
        if (member_file(r, a->run, a->partnership, path[0]) != IHP_OK ||
            member_file(r, b->run, b->partnership, path[1]) != IHP_OK) {
            return r->job->job.err->status;
        }
        return ihp__fail(r->job->job.err, IHP_ERR_DATA,
                         "%s:%lu: column month: the member and the month are on line %lu of %s, "
                         "too; a member month is paid once",
                         path[1], (unsigned long)b->line, (unsigned long)a->line, path[0]);
    }
    return IHP_OK;
}

enum ihp_status ihp__paid_files_read(struct ihp__pay_run *run)
{
    const struct ihp__context *c = &run->job.context;
    struct reading r = {.job = run};
    enum ihp_status status = ihp__store_read_ids(c->store, (struct ihp__range){0, c->info->members},
                                                 &r.id, run->job.err);
    for (r.run = 0; status == IHP_OK && r.run < run->reconciliation.runs; r.run++) {
        for (size_t p = 0; status == IHP_OK && p < c->program->partnerships; p++) {
            r.partnership = (int)p;
            if (run->reconciliation.run[r.run].listed[p]) {
                status = read_members(&r);
            }
        }
        if (status == IHP_OK) {
            status = read_categories(&r);
        }
    }
    free(r.id);
    return status == IHP_OK ? sort_rows(&r) : status;
}
