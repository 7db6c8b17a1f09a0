/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags of ihp check for payers and service classes whose claims differ far between two periods. */
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
