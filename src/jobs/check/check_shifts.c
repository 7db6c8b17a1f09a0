/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags of ihp check for payers and service classes whose claims differ far between two periods, or
 * from those of other payers. */
#include "jobs/check/check.h"

void ihp__check_raise_shifts(struct ihp__check *check, const struct ihp__shifts *shifts)
{
    for (size_t i = 0; i < shifts->count; i++) {
        char text[IHP__SHIFT_TEXT];
        const struct ihp__shift *shift = &shifts->shift[i];
        enum ihp__check_flag flag = shift->kind == IHP__SHIFT_NEW      ? IHP__FLAG_NEW_PAYERS
                                    : shift->kind == IHP__SHIFT_ABSENT ? IHP__FLAG_MISSING_YEARS
                                    : shift->kind == IHP__SHIFT_ZERO   ? IHP__FLAG_MISSING_YEARS
                                                                       : IHP__FLAG_LEVEL_SHIFTS;
        ihp__flag_raise(&check->flags, flag, "%s, %s", ihp__check_payer(check, shift->payer),
                        ihp__shift_text(shift, check->options->show_small, text));
    }
}

void ihp__check_raise_levels(struct ihp__check *check, const struct ihp__payer_levels *levels)
{
    static const enum ihp__check_flag flag[] = {
        [IHP__LEVEL_AMOUNTS] = IHP__FLAG_ODD_AMOUNTS,
        [IHP__LEVEL_IMPLAUSIBLE] = IHP__FLAG_ODD_AMOUNTS,
        [IHP__LEVEL_NO_CLASS] = IHP__FLAG_MISSING_CLASSES,
        [IHP__LEVEL_ZERO] = IHP__FLAG_ZERO_DOLLARS,
        [IHP__LEVEL_ZERO_SHARE] = IHP__FLAG_ZERO_DOLLARS,
    };
    for (size_t i = 0; i < levels->count; i++) {
        char text[IHP__LEVEL_TEXT];
        const struct ihp__payer_level *level = &levels->level[i];
        ihp__flag_raise(&check->flags, flag[level->kind], "%s, %s",
                        ihp__check_payer(check, level->payer),
                        ihp__payer_level_text(level, check->options->show_small, text));
    }
}
