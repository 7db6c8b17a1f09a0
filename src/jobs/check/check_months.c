/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of ihp check about the months of each payer: members, lines and dollars per member
 * month; and flags for the months that are outside of the band of those around them. */
#include "jobs/check/check.h"

#include "engine/no_enrollment.h"
#include "result/print_sentence.h"
#include "result/print_table.h"

#include <stdlib.h>
#include <string.h>

/* Adds a count to a table, if it may be shown. */
static void add_count(const struct ihp__check *check, struct ihp__print *print, uint64_t count)
{
    char text[IHP__CHECK_COUNT_TEXT];
    if (count > 0 && count < IHP__CHECK_SHOWN && !check->options->show_small) {
        ihp__print_text(print, ihp__check_shown(check, count, text));
    } else {
        ihp__print_count(print, (int64_t)count);
    }
}

/* Returns the member months of a payer in a month; 0 if it has none. */
static uint64_t member_months(const struct ihp__payer_months *months, uint16_t payer, int32_t month)
{
    struct ihp__payer_month_cell *cell =
        ihp__payer_months_find(months, payer, IHP__ALL_CLASSES, month);
    return cell == NULL ? 0 : cell->member_months;
}

static void add_row(const struct ihp__check *check, struct ihp__print *print,
                    const struct ihp__payer_month_cell *cell)
{
    char month[IHP__DATE_TEXT];
    uint64_t enrolled = member_months(&check->scan->months, cell->payer, cell->month);
    bool hidden = !check->options->show_small && cell->members > 0 &&
                  (cell->members < IHP__CHECK_SHOWN || enrolled < IHP__CHECK_SHOWN);
    ihp__print_text(print, ihp__check_payer(check, cell->payer));
    if (check->options->by_class) {
        ihp__print_text(print, cell->service_class == IHP__ALL_CLASSES
                                   ? "all"
                                   : ihp__code_text(&ihp__service_classes, cell->service_class));
    }
    ihp__print_text(print, ihp__month_format(cell->month, month));
    add_count(check, print, enrolled);
    add_count(check, print, cell->lines);
    add_count(check, print, cell->members);
    if (hidden || enrolled == 0) {
        ihp__print_text(print, hidden ? "not shown" : "-");
    } else {
        ihp__print_cents(print, cell->cents / (int64_t)enrolled);
    }
}

/* Prints the months of each payer. */
static enum ihp_status print_months(const struct ihp__check *check, struct ihp_error *err)
{
    static const struct ihp__print_column columns[] = {
        {"payer", IHP__PRINT_ID, false},
        {"month", IHP__PRINT_TEXT, false},
        {"member months", IHP__PRINT_NUMBER, false},
        {"paid lines", IHP__PRINT_NUMBER, false},
        {"members", IHP__PRINT_NUMBER, false},
        {"PMPM", IHP__PRINT_NUMBER, false},
    };
    static const struct ihp__print_column by_class[] = {
        {"payer", IHP__PRINT_ID, false},          {"service class", IHP__PRINT_TEXT, false},
        {"month", IHP__PRINT_TEXT, false},        {"member months", IHP__PRINT_NUMBER, false},
        {"paid lines", IHP__PRINT_NUMBER, false}, {"members", IHP__PRINT_NUMBER, false},
        {"PMPM", IHP__PRINT_NUMBER, false},
    };
    const struct ihp__payer_months *months = &check->scan->months;
    struct ihp__print print = check->options->by_class
                                  ? IHP__PRINT_BEGIN(check->stream, by_class, 3)
                                  : IHP__PRINT_BEGIN(check->stream, columns, 2);
    ihp__print_set_indent(&print, 4);
    for (size_t c = 0; c < months->cells; c++) {
        if (check->options->by_class || months->cell[c].service_class == IHP__ALL_CLASSES) {
            add_row(check, &print, &months->cell[c]);
        }
    }
    ihp__print_sentence(check->stream, "  Months of service by payer (members: with a paid line; "
                                       "PMPM: dollars per member month of the payer)\n");
    return ihp__print_end(&print, err);
}

/* ---- flags ----------------------------------------------------------------------------------- */

static enum ihp__check_flag flag_of(enum ihp__month_finding_kind kind)
{
    static const enum ihp__check_flag flag[] = {
        [IHP__MONTH_MISSING] = IHP__FLAG_MISSING_MONTHS,
        [IHP__MONTH_UNPAID] = IHP__FLAG_MISSING_MONTHS,
        [IHP__MONTH_LOW] = IHP__FLAG_LOW_MONTHS,
        [IHP__MONTH_HIGH] = IHP__FLAG_HIGH_MONTHS,
        [IHP__MONTH_LOW_DOLLARS] = IHP__FLAG_ODD_DOLLARS,
        [IHP__MONTH_HIGH_DOLLARS] = IHP__FLAG_ODD_DOLLARS,
        [IHP__MONTH_ZERO] = IHP__FLAG_ZERO_MONTHS,
        [IHP__MONTH_NEGATIVE] = IHP__FLAG_ZERO_MONTHS,
    };
    return flag[kind];
}

/* Raises a flag if months of the look-back are before the claims. */
static void raise_late_begin(struct ihp__check *check, int32_t begin)
{
    char month[IHP__DATE_TEXT], back[IHP__DATE_TEXT];
    if (begin != 0) {
        ihp__flag_raise(&check->flags, IHP__FLAG_LATE_BEGIN,
                        "the claims begin in %s, but attribution looks back to %s, when members "
                        "were enrolled, too [13.3.8]",
                        ihp__month_format(begin, month),
                        ihp__month_format(ihp__claims_first_month(check->deck), back));
    }
}

/* Raises flags for lines of members who are not enrolled. */
static enum ihp_status raise_no_enrollment(struct ihp__check *check, struct ihp_error *err)
{
    struct ihp__no_enrollments list = {0};
    if (check->info->spans == 0) {
        return IHP_OK; /* empty_tables says so */
    }
    if (ihp__no_enrollment_find(&check->scan->months, &check->scan->without, check->deck, &list,
                                err) != IHP_OK) {
        return err->status;
    }
    for (size_t i = 0; i < list.count; i++) {
        char text[IHP__NO_ENROLLMENT_TEXT];
        ihp__flag_raise(&check->flags, IHP__FLAG_NO_ENROLLMENT, "%s, %s; is enrollment missing?",
                        ihp__check_payer(check, list.found[i].payer),
                        ihp__no_enrollment_text(&list.found[i], false, text));
    }
    free(list.found);
    return IHP_OK;
}

/* Raises a flag for each thing that is wrong with the claims. */
static void raise_flags(struct ihp__check *check, const struct ihp__claims_judged *judged)
{
    bool show_small = check->options->show_small;
    for (size_t i = 0; i < judged->findings; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        const struct ihp__month_finding *month = &judged->finding[i];
        ihp__flag_raise(&check->flags, flag_of(month->kind), "%s, %s",
                        ihp__check_payer(check, month->payer),
                        ihp__month_finding_text(month, show_small, text));
    }
    raise_late_begin(check, judged->late_begin);
    ihp__check_raise_shifts(check, &judged->shifts);
    ihp__check_raise_levels(check, &judged->levels);
    for (size_t i = 0; i < judged->ends; i++) {
        char text[IHP__MONTH_FINDING_TEXT];
        const struct ihp__claims_end *end = &judged->end[i];
        ihp__flag_raise(&check->flags, IHP__FLAG_EARLY_END, "%s, %s",
                        end->all_payers ? "all payers" : ihp__check_payer(check, end->payer),
                        ihp__claims_end_text(end, show_small, text));
    }
}

enum ihp_status ihp__check_months(struct ihp__check *check, struct ihp_error *err)
{
    struct ihp__claims_judged judged;
    if (check->scan->months.cells == 0) {
        return IHP_OK;
    }
    if (print_months(check, err) != IHP_OK ||
        ihp__claims_judge(&check->scan->months, check->deck, &judged, err) != IHP_OK) {
        return err->status;
    }
    raise_flags(check, &judged);
    ihp__claims_judged_free(&judged);
    return raise_no_enrollment(check, err);
}
