/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds payers of lines of $0.00 in the control totals of an import. */
#include "engine/zero_dollars.h"

#include "base/codes.h"
#include "engine/recorded_months.h"

#include <stdlib.h>
#include <string.h>

enum { NOTICES = 10, LINES_LEAST = 100, YEAR = 12 };

const char *ihp__noted_payer(const struct ihp__store_info *info, size_t payer)
{
    if (payer == IHP__ALL_PAYERS) {
        return "all payers together";
    }
    return info->payer[payer][0] == '\0' ? "(blank payer)" : info->payer[payer];
}

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
        if (ihp__recorded_key(info, row, &month, &payer) && status != NULL &&
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
        const struct ihp__shift *shift = &shifts->shift[i];
        if (shift->kind == IHP__SHIFT_ZERO && shift->service_class == IHP__ALL_CLASSES &&
            (shift->payer == payer || shift->payer == IHP__ALL_PAYERS)) {
            return true;
        }
    }
    return false;
}

/* Returns true if most lines of $0.00 of a payer are in months that are told. */
static bool has_zero_months(const struct ihp__claims_judged *judged, size_t payer, double zero)
{
    double told = 0;
    for (size_t i = 0; i < judged->findings; i++) {
        const struct ihp__month_finding *month = &judged->finding[i];
        if (month->kind != IHP__MONTH_ZERO || month->service_class != IHP__ALL_CLASSES) {
            continue;
        }
        if (month->payer == IHP__ALL_PAYERS && month->last - month->first + 1 >= YEAR) {
            return true;
        }
        told += month->payer == payer ? (double)month->lines : 0;
    }
    return told > 0.5 * zero;
}

enum ihp_status ihp__note_zero_dollars(const struct ihp__deck *deck, const json_t *rows,
                                       const struct ihp__store_info *info,
                                       const struct ihp__claims_judged *judged,
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
            !has_zero_shift(&judged->shifts, p) && !has_zero_months(judged, p, sum[p].zero) &&
            noted++ < NOTICES) {
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
