/* SPDX-License-Identifier: GPL-3.0-or-later */
/* errors.csv: an IHP's error report on its list of attributed members [4.6.4.1]. It names members,
 * and where columns have changed places any field may: no message quotes one. */
#include "jobs/appeal/appeal.h"

#include "base/array.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTER, MEMBER, PERIOD, CLAIMED, RECEIVED, REPORTED, NOTE, COLUMNS };

static const struct ihp__csv_column columns[COLUMNS] = {
    {"ihp_id", true},        {"member_id", true}, {"period", true}, {"claimed", true},
    {"list_received", true}, {"reported", true},  {"note", false},
};

static enum ihp_status refuse(const struct ihp__csv_row *row, size_t field, const char *expected,
                              struct ihp_error *err)
{
    return ihp__fail_field(err, row, field, "the value (not shown) is not valid; expected %s",
                           expected);
}

/* Reads the period of a list: a year of the settlement, or a month of a payment. */
static enum ihp_status read_period(const struct ihp__appeal *appeal, const struct ihp__csv_row *row,
                                   struct ihp__appeal_row *out, struct ihp_error *err)
{
    const struct ihp__deck *deck = &appeal->settlement.context.deck;
    char expected[200];
    int64_t year;
    snprintf(expected, sizeof expected,
             "%d or %d, the years that the deck settles, or a month of %d as YYYY-MM",
             deck->base.year, deck->performance.year, deck->performance.year);
    if (ihp__month_parse(row->field[PERIOD], &out->month)) {
        out->of_month = true;
        out->year = out->month / 12 + 1970;
        return out->year == deck->performance.year ? IHP_OK : refuse(row, PERIOD, expected, err);
    }
    if (!ihp__integer_parse(row->field[PERIOD], 0, 9999, &year) ||
        (year != deck->base.year && year != deck->performance.year)) {
        return refuse(row, PERIOD, expected, err);
    }
    out->year = (int)year;
    return IHP_OK;
}

static enum ihp_status read_ihps(const struct ihp__appeal *appeal, const struct ihp__csv_row *row,
                                 struct ihp__appeal_row *out, struct ihp_error *err)
{
    const struct ihp__program *program = appeal->settlement.context.program;
    out->reporter = ihp__program_find(program, row->field[REPORTER]);
    out->claimed = ihp__program_find(program, row->field[CLAIMED]);
    if (out->reporter < 0) {
        return refuse(row, REPORTER, "an ihp_id of ihps.csv", err);
    }
    if (out->claimed < 0 && strcmp(row->field[CLAIMED], "NONE") != 0) {
        return refuse(row, CLAIMED, "an ihp_id of ihps.csv, or NONE", err);
    }
    return IHP_OK;
}

static enum ihp_status read_days(const struct ihp__appeal *appeal, const struct ihp__csv_row *row,
                                 struct ihp__appeal_row *out, struct ihp_error *err)
{
    const struct ihp_appeal_options *options = appeal->options;
    if (!ihp__day_parse(row->field[RECEIVED], &out->received)) {
        return refuse(row, RECEIVED, "a date, YYYY-MM-DD", err);
    }
    if (!ihp__day_parse(row->field[REPORTED], &out->reported) || out->reported < out->received) {
        return refuse(row, REPORTED, "a date, YYYY-MM-DD, not before list_received", err);
    }
    if (options->answered_given && options->answered < out->reported) {
        return refuse(row, REPORTED, "a date that is not after the day of --answered", err);
    }
    out->report_due = ihp__deadline_after(&appeal->holidays, out->received, IHP__ERROR_REPORT_DAYS);
    return IHP_OK;
}

static enum ihp_status read_member(struct ihp__appeal *appeal, const struct ihp__csv_row *row,
                                   struct ihp__appeal_row *out, struct ihp_error *err)
{
    uint64_t member;
    bool found = false;
    if (!ihp__member_id_valid(row->field[MEMBER], row->length[MEMBER])) {
        return refuse(row, MEMBER, "1 to 20 of A-Z a-z 0-9 - _", err);
    }
    if (ihp__store_find_member(appeal->settlement.context.store, row->field[MEMBER], &member,
                               &found, err) != IHP_OK) {
        return err->status;
    }
    memcpy(out->member_id, row->field[MEMBER], row->length[MEMBER]);
    return found ? IHP_OK
                 : ihp__fail_field(err, row, MEMBER,
                                   "the store has no member with this ID (not shown), so no list "
                                   "can have it; correct the ID");
}

static enum ihp_status on_row(void *context, const struct ihp__csv_row *row, struct ihp_error *err)
{
    struct ihp__appeal *appeal = context;
    struct ihp__appeal_row out = {.line = row->line};
    if (read_ihps(appeal, row, &out, err) != IHP_OK ||
        read_member(appeal, row, &out, err) != IHP_OK ||
        read_period(appeal, row, &out, err) != IHP_OK ||
        read_days(appeal, row, &out, err) != IHP_OK) {
        return err->status;
    }
    if (!ihp__array_reserve(&appeal->row, &appeal->capacity, appeal->rows + 1,
                            sizeof *appeal->row)) {
        return ihp__fail_memory(err, "the error reports");
    }
    appeal->row[appeal->rows++] = out;
    return IHP_OK;
}

/* ---- rows that repeat another ---------------------------------------------------------------- */

/* Compares what a row is about: IHP, member, period. */
static int compare_subject(const struct ihp__appeal_row *x, const struct ihp__appeal_row *y)
{
    if (x->reporter != y->reporter) {
        return x->reporter < y->reporter ? -1 : 1;
    }
    int order = strcmp(x->member_id, y->member_id);
    if (order != 0) {
        return order;
    }
    if (x->year != y->year) {
        return x->year < y->year ? -1 : 1;
    }
    if (x->of_month != y->of_month) {
        return x->of_month ? 1 : -1;
    }
    return (x->month > y->month) - (x->month < y->month);
}

static int compare_lines(const struct ihp__appeal_row *x, const struct ihp__appeal_row *y)
{
    return (x->line > y->line) - (x->line < y->line);
}

static int by_subject(const void *a, const void *b)
{
    int order = compare_subject(a, b);
    return order != 0 ? order : compare_lines(a, b);
}

static int by_ihp_and_line(const void *a, const void *b)
{
    const struct ihp__appeal_row *x = a, *y = b;
    return x->reporter != y->reporter ? (x->reporter < y->reporter ? -1 : 1) : compare_lines(x, y);
}

enum ihp_status ihp__appeal_read(struct ihp__appeal *appeal)
{
    const char *path = appeal->options->errors_path;
    if (ihp__csv_read(path, columns, COLUMNS, on_row, appeal, appeal->notices, appeal->err) !=
        IHP_OK) {
        return appeal->err->status;
    }
    if (appeal->rows == 0) {
        return ihp__fail(appeal->err, IHP_ERR_DATA,
                         "%s: has no rows; an error report has at least "
                         "one",
                         path);
    }
    qsort(appeal->row, appeal->rows, sizeof *appeal->row, by_subject);
    for (size_t i = 1; i < appeal->rows; i++) {
        if (compare_subject(&appeal->row[i - 1], &appeal->row[i]) == 0) {
            return ihp__fail(appeal->err, IHP_ERR_DATA,
                             "%s:%" PRIu64 ": column member_id: ihp_id, member_id and period are "
                             "those of line %" PRIu64 "; keep one of the two rows",
                             path, appeal->row[i].line, appeal->row[i - 1].line);
        }
    }
    qsort(appeal->row, appeal->rows, sizeof *appeal->row, by_ihp_and_line);
    return IHP_OK;
}
