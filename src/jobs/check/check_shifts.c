/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags of ihp check for payers and service classes whose claims differ far between two periods. */
#include "jobs/check/check.h"

/* Returns the months of a calendar year that the claims have. */
static struct ihp__due_period of_year(const struct ihp__month_window *window, int32_t january)
{
    int32_t last = january + 11;
    return (struct ihp__due_period){january > window->first ? january : window->first,
                                    last < window->last ? last : window->last, window->end};
}

enum ihp_status ihp__check_find_shifts(const struct ihp__check *check,
                                       const struct ihp__month_window *window,
                                       struct ihp__shifts *shifts, struct ihp_error *err)
{
    const struct ihp__payer_months *months = &check->scan->months;
    if (check->deck != NULL) {
        const struct ihp__due_period period[2] = {ihp__due_period_of(&check->deck->base),
                                                  ihp__due_period_of(&check->deck->performance)};
        return ihp__level_shifts_find(months, period, window->end, shifts, err);
    }
    for (int32_t january = window->first / 12 * 12; january + 12 <= window->last; january += 12) {
        const struct ihp__due_period period[2] = {of_year(window, january),
                                                  of_year(window, january + 12)};
        if (ihp__level_shifts_find(months, period, window->end, shifts, err) != IHP_OK) {
            return err->status;
        }
    }
    return IHP_OK;
}

void ihp__check_raise_shifts(struct ihp__check *check, const struct ihp__shifts *shifts,
                             const struct ihp__month_finding *month, size_t months)
{
    for (size_t i = 0; i < shifts->count; i++) {
        char text[IHP__SHIFT_TEXT];
        const struct ihp__shift *shift = &shifts->shift[i];
        enum ihp__check_flag flag = shift->kind == IHP__SHIFT_NEW      ? IHP__FLAG_NEW_PAYERS
                                    : shift->kind == IHP__SHIFT_ABSENT ? IHP__FLAG_MISSING_YEARS
                                    : shift->kind == IHP__SHIFT_ZERO   ? IHP__FLAG_MISSING_YEARS
                                                                       : IHP__FLAG_LEVEL_SHIFTS;
        if (!ihp__shift_is_told(shift, month, months)) {
            ihp__flag_raise(&check->flags, flag, "%s, %s", ihp__check_payer(check, shift->payer),
                            ihp__shift_text(shift, check->options->show_small, text));
        }
    }
}
