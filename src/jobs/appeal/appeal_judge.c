/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides each row by the rules of its list, and what becomes of it [4.6.4]. */
#include "jobs/appeal/appeal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- by the rules ---------------------------------------------------------------------------- */

static enum ihp__period period_of(const struct ihp__appeal *appeal,
                                  const struct ihp__appeal_row *row)
{
    return row->of_month || row->year == appeal->settlement.context.deck.performance.year
               ? IHP__PERFORMANCE
               : IHP__BASE;
}

/* Opens the deck for months of payments, when the first row is of one. */
static enum ihp_status open_payment(struct ihp__appeal *appeal)
{
    if (appeal->payment_open) {
        return IHP_OK;
    }
    appeal->payment.out = stdout;
    appeal->payment.err = appeal->err;
    appeal->payment_open =
        ihp__context_open_inputs(appeal->options->deck_path, &appeal->payment.context,
                                 appeal->notices, appeal->err) == IHP_OK;
    return appeal->err->status;
}

struct ihp__explanation *ihp__appeal_explain(struct ihp__appeal *appeal,
                                             const struct ihp__appeal_row *row,
                                             enum ihp__period *period)
{
    struct ihp__explanation *e = row->of_month ? &appeal->payment : &appeal->settlement;
    *period = period_of(appeal, row);
    ihp__explain_forget(e);
    if (row->of_month && (open_payment(appeal) != IHP_OK ||
                          ihp__explain_take_month(e, row->month, appeal->notices) != IHP_OK)) {
        return NULL;
    }
    if (ihp__explain_judge(e, row->member_id) != IHP_OK) {
        return NULL;
    }
    if (row->of_month && ihp__store_read_people(e->context.store, (struct ihp__range){e->member, 1},
                                                IHP__PEOPLE_BIRTH | IHP__PEOPLE_PAYMENTS,
                                                &e->people, appeal->err) != IHP_OK) {
        return NULL;
    }
    return e;
}

/* Decides a row. A month that does not qualify itself is not attributed [13.3.2, 15.1.3]. */
static enum ihp_status decide(struct ihp__appeal *appeal, struct ihp__appeal_row *row)
{
    enum ihp__period period;
    struct ihp__explanation *e = ihp__appeal_explain(appeal, row, &period);
    if (e == NULL) {
        return appeal->err->status;
    }
    const struct ihp__member_fact *fact = &e->fact[period];
    bool counts = !row->of_month || (fact->qualifying >> 11 & 1u) != 0;
    row->attributed = counts ? fact->partnership : -1;
    row->reason = counts ? fact->reason : IHP__REASON_ENROLLMENT;
    row->window = counts ? fact->window : 1;
    row->section = counts ? ihp__decision_section((enum ihp__reason)row->reason, &e->trace[period])
                          : ihp__reason_section(IHP__REASON_ENROLLMENT);
    ihp__explain_forget(e);
    if (row->claimed != row->reporter && row->attributed != row->reporter &&
        row->claimed != row->attributed) {
        return ihp__fail(appeal->err, IHP_ERR_DATA,
                         "%s:%" PRIu64 ": column member_id: this member (ID not shown) is not on "
                         "the list of the IHP that reports it; claim it for that IHP, remove the "
                         "row, or name the deck of the list that the IHP received",
                         appeal->options->errors_path, row->line);
    }
    return IHP_OK;
}

/* ---- what becomes of a row ------------------------------------------------------------------- */

/* Returns true if overrides.csv has a determination of the member's year. */
static bool is_decided(const struct ihp__appeal *appeal, const struct ihp__appeal_row *row)
{
    const struct ihp__program *program = appeal->settlement.context.program;
    for (size_t i = 0; i < program->overrides; i++) {
        if (program->override_[i].year == row->year &&
            strcmp(program->override_[i].member_id, row->member_id) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns true if a row claims a month for an IHP whose contract was not in force when the month
 * began: its roster names no IHP then, and an override of the year would reach all other months. */
static bool has_no_contract(const struct ihp__appeal *appeal, const struct ihp__appeal_row *row)
{
    const struct ihp__program *program = appeal->settlement.context.program;
    return row->of_month && row->claimed >= 0 &&
           !ihp__partnership_in_force(&program->partnership[row->claimed],
                                      ihp__day_of_month_start(row->month));
}

static enum ihp__appeal_result result_of(const struct ihp__appeal *appeal,
                                         const struct ihp__appeal_row *row)
{
    if (row->reported > row->report_due.due) {
        return IHP__APPEAL_LATE;
    }
    if (is_decided(appeal, row)) {
        return IHP__APPEAL_DECIDED;
    }
    if (row->claimed == row->attributed) {
        return IHP__APPEAL_ALREADY;
    }
    return has_no_contract(appeal, row) ? IHP__APPEAL_NO_CONTRACT : IHP__APPEAL_PROPOSED;
}

/* Orders rows by member and year, for which overrides.csv has one row. */
static int by_member_and_year(const void *a, const void *b)
{
    const struct ihp__appeal_row *x = *(struct ihp__appeal_row *const *)a,
                                 *y = *(struct ihp__appeal_row *const *)b;
    int order = strcmp(x->member_id, y->member_id);
    if (order != 0) {
        return order;
    }
    return x->year != y->year ? (x->year < y->year ? -1 : 1)
                              : (x->line > y->line) - (x->line < y->line);
}

/* Marks the proposed rows `first` to before `end`, of one member and year, if they do not all claim
 * the same. */
static void mark_conflict(struct ihp__appeal_row **row, size_t first, size_t end)
{
    bool differs = false;
    for (size_t i = first + 1; i < end; i++) {
        differs = differs || row[i]->claimed != row[first]->claimed;
    }
    for (size_t i = first; differs && i < end; i++) {
        row[i]->result = IHP__APPEAL_CONFLICT;
    }
}

static enum ihp_status find_conflicts(struct ihp__appeal *appeal)
{
    struct ihp__appeal_row **row = calloc(appeal->rows + 1, sizeof(struct ihp__appeal_row *));
    size_t count = 0;
    if (row == NULL) {
        return ihp__fail_memory(appeal->err, "the error reports");
    }
    for (size_t i = 0; i < appeal->rows; i++) {
        if (appeal->row[i].result == IHP__APPEAL_PROPOSED) {
            row[count++] = &appeal->row[i];
        }
    }
    qsort(row, count, sizeof *row, by_member_and_year);
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && row[end]->year == row[first]->year &&
               strcmp(row[end]->member_id, row[first]->member_id) == 0) {
            end++;
        }
        mark_conflict(row, first, end);
    }
    free(row);
    return IHP_OK;
}

enum ihp_status ihp__appeal_judge(struct ihp__appeal *appeal)
{
    for (size_t i = 0; i < appeal->rows; i++) {
        if (decide(appeal, &appeal->row[i]) != IHP_OK) {
            return appeal->err->status;
        }
        appeal->row[i].result = result_of(appeal, &appeal->row[i]);
    }
    return find_conflicts(appeal);
}

/* ---- texts ----------------------------------------------------------------------------------- */

const char *ihp__appeal_result_text(enum ihp__appeal_result result)
{
#define TEXT(name, text) [name] = (text),
    static const char *const text[] = {IHP__APPEAL_LIST(TEXT)};
#undef TEXT
    return text[result];
}

const char *ihp__appeal_ihp_text(const struct ihp__appeal *appeal, int partnership)
{
    return partnership < 0 ? "NONE"
                           : appeal->settlement.context.program->partnership[partnership].id;
}

const char *ihp__appeal_period_text(const struct ihp__appeal_row *row, char text[IHP__DATE_TEXT])
{
    if (row->of_month) {
        return ihp__month_format(row->month, text);
    }
    snprintf(text, IHP__DATE_TEXT, "%d", row->year);
    return text;
}
