/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the control totals of an import as ihp check judges claims. The totals say when services
 * were, but not when they were paid, nor how many members had one: months in run-out are left out,
 * and members are estimated. */
#include "engine/missing_months.h"

#include "engine/completeness.h"
#include "engine/noted_shifts.h"
#include "store/store_record.h"

#include <stdlib.h>
#include <string.h>

enum {
    NOTICES = 10,
    PERIOD = 12,
    RUN_OUT = 3,         /* months after which a month has nearly all of its lines */
    LINES_OF_MEMBER = 5, /* in a month, of a member with a line; more only makes it judge less */
    LINES_OF_CLASS = 2,  /* the same of one service class */
};

/* Adds paid lines to the cells of all classes and of one. Returns false if memory is short. */
static bool add_lines(struct ihp__payer_months *months, const struct ihp__payer_month_cell *cell)
{
    struct ihp__payer_month_cell all = *cell;
    all.service_class = IHP__ALL_CLASSES;
    return ihp__payer_months_join(months, cell) && ihp__payer_months_join(months, &all);
}

static bool take_claims(const struct ihp__store_info *info, const json_t *rows,
                        struct ihp__payer_months *months)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        const char *service_class = json_string_value(json_array_get(row, 2));
        const char *status = json_string_value(json_array_get(row, 3));
        json_int_t lines = json_integer_value(json_array_get(row, 4));
        int of = service_class == NULL ? -1 : ihp__code_find(&ihp__service_classes, service_class);
        if (!ihp__totals_key(info, row, &month, &payer) || of < 0 || lines <= 0 ||
            (uint64_t)lines > info->lines || status == NULL ||
            strcmp(status, ihp__code_text(&ihp__claim_statuses, IHP__CLAIM_PAID)) != 0) {
            continue;
        }
        struct ihp__payer_month_cell cell = {
            .month = month,
            .payer = (uint16_t)payer,
            .service_class = (uint8_t)of,
            .lines = (uint64_t)lines,
            .cents = json_integer_value(json_array_get(row, 5)),
            .paid = {(uint64_t)lines},
        };
        if (!add_lines(months, &cell)) {
            return false;
        }
    }
    return true;
}

static bool take_members(const struct ihp__store_info *info, const json_t *rows,
                         struct ihp__payer_months *months)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        json_int_t members = json_integer_value(json_array_get(row, 2));
        if (ihp__totals_key(info, row, &month, &payer) && members > 0 &&
            !ihp__payer_months_enroll(months, (uint16_t)payer, month, (uint64_t)members)) {
            return false;
        }
    }
    return true;
}

/* Estimates how many members have a line. */
static void estimate_members(struct ihp__payer_months *months)
{
    for (size_t c = 0; c < months->cells; c++) {
        struct ihp__payer_month_cell *cell = &months->cell[c];
        cell->members = cell->lines / (cell->service_class == IHP__ALL_CLASSES ? LINES_OF_MEMBER
                                                                               : LINES_OF_CLASS);
    }
}

/* Sums the lines of a class of the other payers by month of a period. */
static void sum_others(const struct ihp__payer_months *months, const struct ihp__month_finding *f,
                       int32_t first, double sum[PERIOD])
{
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        int64_t at = (int64_t)cell->month - first;
        if (cell->service_class == f->service_class && cell->payer != f->payer && at >= 0 &&
            at < PERIOD) {
            sum[at] += (double)cell->lines;
        }
    }
}

/* Returns true if the payer has as many lines as usual in a month of the year after those that seem
 * to be missing, also behind the end of their period. */
static bool goes_on(const struct ihp__payer_months *months, const struct ihp__month_finding *f)
{
    double expected = f->lines_expected / (f->last - f->first + 1), lines[PERIOD] = {0};
    for (size_t c = 0; c < months->cells; c++) {
        const struct ihp__payer_month_cell *cell = &months->cell[c];
        bool same = cell->payer == f->payer || f->payer == IHP__ALL_PAYERS;
        if (cell->service_class == f->service_class && same && cell->month > f->last &&
            cell->month <= f->last + PERIOD) {
            lines[cell->month - f->last - 1] += (double)cell->lines;
        }
    }
    for (size_t i = 0; i < PERIOD; i++) {
        if (2 * lines[i] >= expected) {
            return true;
        }
    }
    return false;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Returns true if the claims may end before months that seem to be missing: the payer has no later
 * lines, and other payers have few in these months, too, or there are none. */
static bool may_be_run_out(const struct ihp__payer_months *months,
                           const struct ihp__month_finding *f, int32_t first)
{
    double others[PERIOD] = {0}, sorted[PERIOD];
    if (goes_on(months, f)) {
        return false;
    }
    sum_others(months, f, first, others);
    memcpy(sorted, others, sizeof sorted);
    qsort(sorted, PERIOD, sizeof sorted[0], ascending);
    double usual = sorted[PERIOD / 2];
    for (int32_t i = f->first - first; i <= f->last - first; i++) {
        if (usual == 0 || others[i] < 0.75 * usual) {
            return true;
        }
    }
    return false;
}

/* Judges the months of one period and adds notices. */
static enum ihp_status note_period(const struct ihp__period_spec *spec,
                                   const struct ihp__store_info *info,
                                   const struct ihp__payer_months *months,
                                   const struct ihp__shifts *shifts, struct ihp_notices *notices,
                                   struct ihp_error *err)
{
    const struct ihp__due_period due = ihp__due_period_of(spec);
    int32_t known = due.through - RUN_OUT;
    struct ihp__month_window window = {.first = due.first,
                                       .last = due.last < known ? due.last : known,
                                       .paid_last = -1,
                                       .end = INT32_MAX / 2};
    struct ihp__month_finding *finding;
    size_t findings, noted = 0;
    if (ihp__payer_months_judge(months, &window, &finding, &findings, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < findings; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        if (finding[i].kind != IHP__MONTH_MISSING || ihp__shifts_contain(shifts, &finding[i]) ||
            may_be_run_out(months, &finding[i], window.first) || noted++ >= NOTICES) {
            continue;
        }
        finding[i].members_expected = 0;
        ihp__notice_add(notices, "%s: %s, %s; 'ihp check' says more", info->path,
                        ihp__noted_payer(info, finding[i].payer),
                        ihp__month_finding_text(&finding[i], false, text));
    }
    if (noted > NOTICES) {
        ihp__notice_add(notices, "%s: %zu more months are missing; 'ihp check' lists them",
                        info->path, noted - NOTICES);
    }
    free(finding);
    return IHP_OK;
}

enum ihp_status ihp__note_missing_months(const struct ihp__deck *deck,
                                         const struct ihp__store *store,
                                         struct ihp_notices *notices, struct ihp_error *err)
{
    const struct ihp__store_info *info = ihp__store_info(store);
    struct ihp__payer_months months = {0};
    struct ihp__shifts shifts = {0};
    json_t *record;
    if (ihp__store_read_record(store, &record, err) != IHP_OK) {
        return err->status;
    }
    const json_t *totals = json_object_get(record, "totals");
    enum ihp_status status = IHP_OK;
    if (!take_claims(info, json_object_get(totals, "claims"), &months) ||
        !take_members(info, json_object_get(totals, "months"), &months)) {
        status = ihp__fail_memory(err, "the months of claims");
    }
    ihp__payer_months_sort(&months);
    estimate_members(&months);
    if (status == IHP_OK) {
        status = ihp__note_level_shifts(deck, RUN_OUT, info, &months, &shifts, notices, err);
    }
    if (status == IHP_OK) {
        status = ihp__note_zero_dollars(deck, json_object_get(totals, "claims"), info, &shifts,
                                        notices, err);
    }
    json_decref(record);
    for (int period = 0; period < 2 && months.cells > 0 && status == IHP_OK; period++) {
        status = note_period(period == 0 ? &deck->base : &deck->performance, info, &months, &shifts,
                             notices, err);
    }
    free(shifts.shift);
    ihp__payer_months_free(&months);
    return status;
}
