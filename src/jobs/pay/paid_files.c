/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the member files and the risk categories of payment runs. */
#include "jobs/pay/paid_files.h"

#include "base/search.h"
#include "finance/finance.h"
#include "jobs/pay/pay.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* No member's month costs more than this, in dollars. */
#define DOLLARS_MAX 1e6

/* The rows of a member file for a month. */
struct month_rows {
    int64_t members, eligible;
    double dollars; /* of the eligible */
};

struct reading {
    struct ihp__pay_run *job;
    char (*id)[IHP__MEMBER_ID_MAX + 1]; /* of all members of the store, ascending */
    size_t run;                         /* place among the runs */
    int partnership;
    char path[IHP__PATH_MAX];                     /* of the file being read */
    struct month_rows month[IHP__PAY_MONTHS_MAX]; /* of that file, from the run's first month */
    int64_t unknown_months; /* paid for members whom the store does not have, in all files */
    double unknown_dollars;
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

/* Returns the number of a member; the number of members if the store does not have this one. */
static uint64_t find_member(const struct reading *r, const char *id)
{
    uint64_t members = r->job->job.context.info->members;
    size_t at;
    IHP__LOWER_BOUND(at, (size_t)members, strcmp(r->id[at], id) < 0);
    return at < members && strcmp(r->id[at], id) == 0 ? at : members;
}

/* Adds a row to those of its month. Returns false if nothing was paid for it, or if the member is
 * not one of this rank. */
static bool count_row(struct reading *r, int32_t month, bool eligible,
                      const struct ihp__paid_row *paid)
{
    const struct ihp__range range = r->job->job.range;
    struct month_rows *rows = &r->month[month - r->job->reconciliation.run[r->run].first_month];
    rows->members++;
    if (!eligible) {
        return false;
    }
    rows->eligible++;
    rows->dollars += paid->dollars;
    if (paid->member == r->job->job.context.info->members) {
        r->unknown_months++;
        r->unknown_dollars += paid->dollars;
        return false;
    }
    return paid->member >= range.first && paid->member - range.first < range.count;
}

/* Takes a row. A message has no member's data. */
static enum ihp_status on_paid(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct reading *r = context;
    struct ihp__reconciliation *all = &r->job->reconciliation;
    struct ihp__paid_row paid = {.member = find_member(r, row->field[MEMBER]),
                                 .partnership = (int16_t)r->partnership,
                                 .run = (uint8_t)r->run,
                                 .line = (uint32_t)row->line};
    int32_t month;
    if (!ihp__month_parse(row->field[MONTH], &month) ||
        !ihp__paid_run_has(&all->run[r->run], month)) {
        return ihp__fail_value(err, row, MONTH, "a month of the span of payments.json");
    }
    if (!parse_number(row->field[DOLLARS], &paid.dollars) || paid.dollars < 0 ||
        paid.dollars > DOLLARS_MAX) {
        return ihp__fail_field(err, row, DOLLARS, "is not a number of dollars from 0 to 1000000");
    }
    bool eligible = row->length[ELIGIBLE] == 0 || strcmp(row->field[ELIGIBLE], "1") == 0;
    if (!count_row(r, month, eligible, &paid)) {
        return IHP_OK;
    }
    paid.month = (uint8_t)(month - r->job->rules.first_month);
    if (!ihp__array_reserve(&all->row, &all->capacity, all->rows + 1, sizeof *all->row)) {
        return ihp__fail_memory(err, "the members paid for");
    }
    all->row[all->rows++] = paid;
    return IHP_OK;
}

/* Returns the most cents by which the rows of a month may differ from the payment: half a cent of
 * rounding [15.4], and what rows of 12 digits lose. */
static double tolerance(const struct month_rows *rows)
{
    return 0.5 + 1e-6 + 1e-8 * (double)rows->members;
}

/* Checks that the rows of a month are those that payments.csv of the run has the sums of. */
static enum ihp_status check_month(const struct reading *r, int month)
{
    const struct ihp__paid_run *run = &r->job->reconciliation.run[r->run];
    const struct ihp__program *program = r->job->job.context.program;
    const struct month_rows *rows = &r->month[month];
    size_t place =
        ihp__paid_run_place(run, program, run->first_month + month, (size_t)r->partnership);
    double dollars = rows->dollars;
    char date[IHP__DATE_TEXT], sum[IHP__MONEY_TEXT], paid[IHP__MONEY_TEXT];
    if (run->eligible[place] >= 0 && rows->eligible != run->eligible[place]) {
        return ihp__fail(r->job->job.err, IHP_ERR_DATA,
                         "%s: has %" PRId64 " members of %s paid for in %s, but payments.csv of "
                         "the run has %" PRId64 " (pbp_eligible); the file is not whole or of "
                         "another run; pay again with --member-files [15.5]",
                         r->path, rows->eligible, program->partnership[r->partnership].id,
                         ihp__month_format(run->first_month + month, date), run->eligible[place]);
    }
    if (run->pays_attributed && rows->eligible > 0) {
        dollars *= (double)rows->members / (double)rows->eligible; /* [15.4.1] */
    }
    if (fabs(dollars * 100.0 - (double)run->pbp[place]) > tolerance(rows)) {
        return ihp__fail(r->job->job.err, IHP_ERR_DATA,
                         "%s: the dollars of %s in %s come to %s, but payments.csv of the run has "
                         "%s (pbp_dollars); one of the files was changed; pay again with "
                         "--member-files [15.5]",
                         r->path, program->partnership[r->partnership].id,
                         ihp__month_format(run->first_month + month, date),
                         ihp__money_format(ihp__cents_of_dollars(dollars), sum),
                         ihp__money_format(run->pbp[place], paid));
    }
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
    bool found;
    struct ihp_error *err = r->job->job.err;
    if (member_file(r, r->run, r->partnership, r->path) != IHP_OK) {
        return err->status;
    }
    if (ihp__path_look(r->path, &info, &found, err) != IHP_OK) {
        return err->status;
    }
    if (!found) {
        return ihp__fail(err, IHP_ERR_DATA,
                         "%s: is missing, so nobody can say who was paid for; pay again with "
                         "--member-files [15.5]",
                         r->path);
    }
    memset(r->month, 0, sizeof r->month);
    if (ihp__csv_read(r->path, columns, COLUMNS, on_paid, r, NULL, err) != IHP_OK) {
        return err->status;
    }
    for (int month = 0; month < r->job->reconciliation.run[r->run].months; month++) {
        if (check_month(r, month) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
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

/* Notes what was paid for members whom the store does not have: the State merges two ids by writing
 * all rows under the one that remains. */
static void note_unknown(const struct reading *r)
{
    char text[IHP__MONEY_TEXT];
    if (r->unknown_months > 0) {
        ihp__notice_add(r->job->job.notices,
                        "--paid: %" PRId64 " member months, for which the runs paid %s, are of "
                        "members whom the store does not have, such as merged ids, so nothing is "
                        "taken back for them [15.5]",
                        r->unknown_months,
                        ihp__money_format_grouped(ihp__cents_of_dollars(r->unknown_dollars), text));
    }
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
    note_unknown(&r);
    return status == IHP_OK ? sort_rows(&r) : status;
}
