/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the periods of a deck by the control totals of an import, and says what a settlement
 * must not overlook. */
#include "engine/noted_shifts.h"

#include "base/codes.h"
#include "base/search.h"

#include <stdlib.h>
#include <string.h>

enum { NOTICES = 10, LINES_LEAST = 100 };

/* Finds the number of a payer; -1 if the store has no such payer. */
static int payer_number(const struct ihp__store_info *info, const char *text)
{
    size_t at;
    IHP__LOWER_BOUND(at, info->payers, strcmp(info->payer[at], text) < 0);
    return at < info->payers && strcmp(info->payer[at], text) == 0 ? (int)at : -1;
}

bool ihp__totals_key(const struct ihp__store_info *info, const json_t *row, int32_t *month,
                     int *payer)
{
    const char *when = json_string_value(json_array_get(row, 0));
    const char *who = json_string_value(json_array_get(row, 1));
    *payer = when == NULL || who == NULL ? -1 : payer_number(info, who);
    return *payer >= 0 && ihp__month_parse(when, month);
}

const char *ihp__noted_payer(const struct ihp__store_info *info, size_t payer)
{
    if (payer == IHP__ALL_PAYERS) {
        return "all payers together";
    }
    return info->payer[payer][0] == '\0' ? "(blank payer)" : info->payer[payer];
}

/* ---- shifts ---------------------------------------------------------------------------------- */

/* Returns a period of a deck without the months within `known` of its cut-off. */
static struct ihp__due_period known_months(const struct ihp__period_spec *spec, int32_t known)
{
    struct ihp__due_period period = ihp__due_period_of(spec);
    int32_t through = period.through - known;
    period.last = period.last < through ? period.last : through;
    period.through = INT32_MAX / 2; /* what is left is known as a whole */
    return period;
}

enum ihp_status ihp__note_level_shifts(const struct ihp__deck *deck, int32_t known,
                                       const struct ihp__store_info *info,
                                       const struct ihp__payer_months *months,
                                       struct ihp__shifts *shifts, struct ihp_notices *notices,
                                       struct ihp_error *err)
{
    const struct ihp__due_period period[2] = {known_months(&deck->base, known),
                                              known_months(&deck->performance, known)};
    size_t noted = 0;
    if (ihp__level_shifts_find(months, period, INT32_MAX / 2, shifts, err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < shifts->count; i++) {
        char text[IHP__SHIFT_TEXT];
        const struct ihp__shift *shift = &shifts->shift[i];
        if (shift->kind != IHP__SHIFT_NEW && noted++ < NOTICES) {
            ihp__notice_add(notices, "%s: %s, %s; 'ihp check' says more", info->path,
                            ihp__noted_payer(info, shift->payer),
                            ihp__shift_text(shift, false, text));
        }
    }
    if (noted > NOTICES) {
        ihp__notice_add(notices,
                        "%s: %zu more payers and service classes differ far between the periods; "
                        "'ihp check' lists them",
                        info->path, noted - NOTICES);
    }
    return IHP_OK;
}

bool ihp__shifts_contain(const struct ihp__shifts *shifts, const struct ihp__month_finding *month)
{
    for (size_t i = 0; i < shifts->count; i++) {
        const struct ihp__shift *shift = &shifts->shift[i];
        const struct ihp__shift_side *less = &shift->side[shift->less];
        bool same = shift->payer == month->payer || shift->payer == IHP__ALL_PAYERS;
        if (shift->kind == IHP__SHIFT_ABSENT && same &&
            (shift->service_class == month->service_class ||
             shift->service_class == IHP__ALL_CLASSES) &&
            month->first >= less->first && month->last <= less->last) {
            return true;
        }
    }
    return false;
}

/* ---- lines of $0.00 -------------------------------------------------------------------------- */

static bool is_in(const struct ihp__period_spec *spec, int32_t month)
{
    return month >= ihp__period_first_month(spec) && month <= ihp__period_last_month(spec);
}

struct zero_lines {
    double lines, zero;
};

/* Sums the paid lines of each payer in the periods of a deck. */
static void sum_zero_lines(const struct ihp__deck *deck, const json_t *rows,
                           const struct ihp__store_info *info, struct zero_lines *sum)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        int32_t month;
        int payer;
        const char *status = json_string_value(json_array_get(row, 3));
        if (ihp__totals_key(info, row, &month, &payer) && status != NULL &&
            strcmp(status, ihp__code_text(&ihp__claim_statuses, IHP__CLAIM_PAID)) == 0 &&
            (is_in(&deck->base, month) || is_in(&deck->performance, month))) {
            sum[payer].lines += (double)json_integer_value(json_array_get(row, 4));
            sum[payer].zero += (double)json_integer_value(json_array_get(row, 6));
        }
    }
}

static bool has_zero_shift(const struct ihp__shifts *shifts, size_t payer)
{
    for (size_t i = 0; i < shifts->count; i++) {
        if (shifts->shift[i].kind == IHP__SHIFT_ZERO && shifts->shift[i].payer == payer &&
            shifts->shift[i].service_class == IHP__ALL_CLASSES) {
            return true;
        }
    }
    return false;
}

enum ihp_status ihp__note_zero_dollars(const struct ihp__deck *deck, const json_t *rows,
                                       const struct ihp__store_info *info,
                                       const struct ihp__shifts *shifts,
                                       struct ihp_notices *notices, struct ihp_error *err)
{
    size_t noted = 0;
    struct zero_lines *sum = calloc(info->payers + 1, sizeof *sum);
    if (sum == NULL) {
        return ihp__fail_memory(err, "the payers of claims");
    }
    sum_zero_lines(deck, rows, info, sum);
    for (size_t p = 0; p < info->payers; p++) {
        if (sum[p].lines >= LINES_LEAST && sum[p].zero > 0.5 * sum[p].lines &&
            !has_zero_shift(shifts, p) && noted++ < NOTICES) {
            ihp__notice_add(notices,
                            "%s: %s: %.0f%% of its paid lines in the two periods are $0.00; if the "
                            "payer is paid by capitation, its encounters require the dollars of "
                            "the services",
                            info->path, ihp__noted_payer(info, p),
                            100 * sum[p].zero / sum[p].lines);
        }
    }
    if (noted > NOTICES) {
        ihp__notice_add(notices, "%s: so are most lines of %zu more payers; 'ihp check' lists them",
                        info->path, noted - NOTICES);
    }
    free(sum);
    return IHP_OK;
}
