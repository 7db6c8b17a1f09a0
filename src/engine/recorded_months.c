/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the months of claims from the control totals of an import. */
#include "engine/recorded_months.h"

#include "base/codes.h"
#include "base/search.h"
#include "engine/claims_judge.h"

#include <math.h>
#include <string.h>

/* Finds the number of a payer; -1 if the store has no such payer. */
static int payer_number(const struct ihp__store_info *info, const char *text)
{
    size_t at;
    IHP__LOWER_BOUND(at, info->payers, strcmp(info->payer[at], text) < 0);
    return at < info->payers && strcmp(info->payer[at], text) == 0 ? (int)at : -1;
}

bool ihp__recorded_key(const struct ihp__store_info *info, const json_t *row, int32_t *month,
                       int *payer)
{
    const char *when = json_string_value(json_array_get(row, 0));
    const char *who = json_string_value(json_array_get(row, 1));
    *payer = when == NULL || who == NULL ? -1 : payer_number(info, who);
    return *payer >= 0 && ihp__month_parse(when, month);
}

bool ihp__recorded_paid(const json_t *totals)
{
    return json_is_array(json_object_get(totals, "paid"));
}

/* Takes the lines of a row by lag. Returns false if they are not valid. */
static bool take_lags(const json_t *lags, uint64_t most, uint64_t paid[IHP__LAGS])
{
    size_t i;
    json_t *lag;
    json_array_foreach(lags, i, lag)
    {
        json_int_t lines = json_integer_value(lag);
        if (i >= IHP__LAGS || lines < 0 || (uint64_t)lines > most) {
            return false;
        }
        paid[i] = (uint64_t)lines;
    }
    return true;
}

/* Returns the part of a sum over all lines of a cell that those known at the cut-off have. */
static double known_part(const struct ihp__payer_month_cell *cell, double sum)
{
    double paid = 0;
    for (size_t lag = 0; lag < IHP__LAGS; lag++) {
        paid += (double)cell->paid[lag];
    }
    return paid > 0 ? round(sum * (double)cell->lines / paid) : 0;
}

/* Adds the lines of a row, which is of one service class, also to those of all classes. Returns
 * false if memory is short. */
static bool add_class(const json_t *row, const struct ihp__store_info *info,
                      const struct ihp__deck *deck, struct ihp__payer_months *months)
{
    struct ihp__payer_month_cell cell = {0};
    int payer;
    const char *text = json_string_value(json_array_get(row, 2));
    int of = text == NULL ? -1 : ihp__code_find(&ihp__service_classes, text);
    if (of < 0 || !ihp__recorded_key(info, row, &cell.month, &payer) ||
        !take_lags(json_array_get(row, 5), info->lines, cell.paid)) {
        return true;
    }
    int32_t through = ihp__claims_paid_through(deck, cell.month);
    for (int32_t lag = 0; lag < IHP__LAGS && cell.month + lag <= through; lag++) {
        cell.lines += cell.paid[lag];
    }
    double members = (double)json_integer_value(json_array_get(row, 3));
    double cents = known_part(&cell, (double)json_integer_value(json_array_get(row, 4)));
    cell.payer = (uint16_t)payer;
    cell.service_class = (uint8_t)of;
    cell.cents = fabs(cents) < 9e18 ? (int64_t)cents : 0;
    cell.members = members > 0 ? (uint64_t)known_part(&cell, members) : 0;
    struct ihp__payer_month_cell all = cell;
    all.service_class = IHP__ALL_CLASSES;
    all.members = 0; /* a row of its own has them */
    return ihp__payer_months_join(months, &cell) && ihp__payer_months_join(months, &all);
}

/* Takes the members of rows that are of all classes. The cells are sorted. */
static void take_members(const json_t *rows, const struct ihp__store_info *info,
                         struct ihp__payer_months *months)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        double members = (double)json_integer_value(json_array_get(row, 3));
        if (!json_is_null(json_array_get(row, 2)) || members <= 0 ||
            !ihp__recorded_key(info, row, &month, &payer)) {
            continue;
        }
        struct ihp__payer_month_cell *cell =
            ihp__payer_months_find(months, (uint16_t)payer, IHP__ALL_CLASSES, month);
        if (cell != NULL) {
            cell->members = (uint64_t)known_part(cell, members);
        }
    }
}

/* Adds the paid lines of $0.00 of a row to a cell, as far as they are known. */
static void add_zero(struct ihp__payer_month_cell *cell, double zero)
{
    double known = cell == NULL || zero <= 0 ? 0 : known_part(cell, zero);
    if (known > 0) {
        cell->zero += (uint64_t)known;
    }
}

/* Takes the lines of $0.00 from the totals of claims. The cells are sorted. */
static void take_zero(const json_t *rows, const struct ihp__store_info *info,
                      struct ihp__payer_months *months)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        const char *text = json_string_value(json_array_get(row, 2));
        const char *status = json_string_value(json_array_get(row, 3));
        int of = text == NULL ? -1 : ihp__code_find(&ihp__service_classes, text);
        double zero = (double)json_integer_value(json_array_get(row, 6));
        if (of < 0 || !ihp__recorded_key(info, row, &month, &payer) || status == NULL ||
            strcmp(status, ihp__code_text(&ihp__claim_statuses, IHP__CLAIM_PAID)) != 0) {
            continue;
        }
        add_zero(ihp__payer_months_find(months, (uint16_t)payer, (uint8_t)of, month), zero);
        add_zero(ihp__payer_months_find(months, (uint16_t)payer, IHP__ALL_CLASSES, month), zero);
    }
}

static bool enroll(const json_t *rows, const struct ihp__store_info *info,
                   struct ihp__payer_months *months)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        json_int_t members = json_integer_value(json_array_get(row, 2));
        if (ihp__recorded_key(info, row, &month, &payer) && members > 0 &&
            !ihp__payer_months_enroll(months, (uint16_t)payer, month, (uint64_t)members)) {
            return false;
        }
    }
    return true;
}

enum ihp_status ihp__recorded_months_take(const json_t *totals, const struct ihp__store_info *info,
                                          const struct ihp__deck *deck,
                                          struct ihp__payer_months *months, struct ihp_error *err)
{
    const json_t *paid = json_object_get(totals, "paid");
    bool whole = enroll(json_object_get(totals, "months"), info, months);
    size_t i;
    json_t *row;
    json_array_foreach(paid, i, row)
    {
        whole = whole && add_class(row, info, deck, months);
    }
    if (!whole) {
        return ihp__fail_memory(err, "the months of claims");
    }
    ihp__payer_months_sort(months);
    take_members(paid, info, months);
    take_zero(json_object_get(totals, "claims"), info, months);
    return IHP_OK;
}
