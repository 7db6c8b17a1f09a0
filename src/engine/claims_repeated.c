/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaves out what is found twice about the same lines: the larger statement stays. */
#include "engine/claims_repeated.h"

#include "engine/zero_months.h"

enum {
    RUN_OUT = 2, /* months of service before the last payment that have few lines because of it */
};

/* The share of what is expected, from which on months explain why a period has less: the limits of
 * level_shifts.h. */
static const double lines_enough = 0.6, dollars_enough = 0.5;

/* Returns true if what is said of a payer, or of all, is about another payer's lines, too. */
static bool has_payer(uint16_t payer, uint16_t other)
{
    return payer == other || payer == IHP__ALL_PAYERS;
}

static bool has_class(uint8_t service_class, uint8_t other)
{
    return service_class == other || service_class == IHP__ALL_CLASSES;
}

static bool is_low(const struct ihp__month_finding *month)
{
    return month->kind == IHP__MONTH_LOW || month->kind == IHP__MONTH_LOW_DOLLARS;
}

static int32_t months_of(const struct ihp__month_finding *month)
{
    return month->last - month->first + 1;
}

/* ---- months ---------------------------------------------------------------------------------- */

/* Returns true if services of these months are not paid because the claims end. */
static bool is_after_end(const struct ihp__claims_end *end, const struct ihp__month_finding *month)
{
    int32_t from = is_low(month) ? end->paid_last - RUN_OUT : end->paid_last;
    return (end->all_payers || end->payer == month->payer) &&
           (is_low(month) || month->kind == IHP__MONTH_MISSING) && month->first >= from &&
           month->first >= end->period.first && month->last <= end->period.last;
}

/* Returns true if little was paid in a month because services of the months before are missing. */
static bool is_unpaid_service(const struct ihp__month_finding *missing,
                              const struct ihp__month_finding *month)
{
    return month->kind == IHP__MONTH_UNPAID && missing->kind == IHP__MONTH_MISSING &&
           missing->service_class == IHP__ALL_CLASSES && month->first >= missing->first &&
           month->last <= missing->last + 1;
}

/* Returns true if a month has few lines, but not fewer than a month of payment, or a service class,
 * would have that is missing. */
static bool is_low_without(const struct ihp__month_finding *missing,
                           const struct ihp__month_finding *month)
{
    bool unpaid = missing->kind == IHP__MONTH_UNPAID && missing->last >= month->first &&
                  missing->first <= month->last + RUN_OUT;
    bool of_class = missing->kind == IHP__MONTH_MISSING && missing->first <= month->first &&
                    missing->last >= month->last && missing->service_class != IHP__ALL_CLASSES &&
                    month->service_class == IHP__ALL_CLASSES;
    double lack = month->lines_expected - (double)month->lines;
    double most = missing->lines_expected;
    if (of_class) {
        most *= 1.5 * (double)months_of(month) / (double)months_of(missing);
    }
    return is_low(month) && (unpaid || of_class) && lack <= most;
}

/* Returns true if a month has few dollars because all of its lines, or those of a class, are $0.00.
 */
static bool is_low_by_zero(const struct ihp__month_finding *zero,
                           const struct ihp__month_finding *month)
{
    return ihp__is_zero_month(zero) && month->kind == IHP__MONTH_LOW_DOLLARS &&
           zero->first <= month->first && zero->last >= month->last;
}

static bool month_is_repeated(const struct ihp__claims_judged *judged, size_t at)
{
    const struct ihp__month_finding *month = &judged->finding[at];
    for (size_t i = 0; i < judged->ends; i++) {
        if (is_after_end(&judged->end[i], month)) {
            return true;
        }
    }
    for (size_t i = 0; i < judged->findings; i++) {
        const struct ihp__month_finding *other = &judged->finding[i];
        if (i != at && has_payer(other->payer, month->payer) &&
            (is_unpaid_service(other, month) || is_low_without(other, month) ||
             is_low_by_zero(other, month))) {
            return true;
        }
    }
    return ihp__shifts_explain(&judged->shifts, month);
}

/* ---- shifts ---------------------------------------------------------------------------------- */

/* Returns true if the claims end within the months of the side with less. */
static bool is_cut_by_end(const struct ihp__claims_end *end, const struct ihp__shift *shift)
{
    const struct ihp__shift_side *less = &shift->side[shift->less];
    return (end->all_payers || end->payer == shift->payer) && shift->kind != IHP__SHIFT_ZERO &&
           shift->kind != IHP__SHIFT_NEW && less->first >= end->period.first &&
           less->last <= end->period.last && end->paid_last <= less->last;
}

/* Adds what missing months would have had in the side with less. */
static void add_missing(const struct ihp__month_finding *missing,
                        const struct ihp__shift_side *less, double *lines, double *cents)
{
    int32_t first = missing->first > less->first ? missing->first : less->first;
    int32_t last = missing->last < less->last ? missing->last : less->last;
    if (last >= first) {
        double part = (double)(last - first + 1) / (double)months_of(missing);
        *lines += part * (missing->lines_expected - (double)missing->lines);
        *cents += part * (missing->cents_expected - (double)missing->cents);
    }
}

/* Returns true if the side with less would be close to the other with its missing months. They do
 * not explain it if they were left out of the comparison. */
static bool is_cut_by_months(const struct ihp__claims_judged *judged,
                             const struct ihp__shift *shift)
{
    const struct ihp__shift_side *less = &shift->side[shift->less];
    const struct ihp__shift_side *more = &shift->side[1 - shift->less];
    double lines = less->lines, cents = less->cents;
    bool differs = shift->kind == IHP__SHIFT_LINES || shift->kind == IHP__SHIFT_DOLLARS;
    if ((!differs && shift->kind != IHP__SHIFT_ABSENT) ||
        less->months != (size_t)(less->last - less->first + 1)) {
        return false;
    }
    for (size_t i = 0; i < judged->findings; i++) {
        const struct ihp__month_finding *month = &judged->finding[i];
        if ((month->kind == IHP__MONTH_MISSING || ihp__is_zero_month(month)) &&
            has_payer(month->payer, shift->payer) &&
            has_class(month->service_class, shift->service_class)) {
            bool same =
                month->payer == shift->payer && month->service_class == shift->service_class;
            if (!same && month->first <= less->first && month->last >= less->last) {
                return true;
            }
            if (same) {
                add_missing(month, less, &lines, &cents);
            }
        }
    }
    double even = more->own > 0 ? less->own / more->own : more->all > 0 ? less->all / more->all : 0;
    bool changed = lines > less->lines || cents > less->cents;
    return differs && changed && lines >= lines_enough * even * more->lines &&
           cents >= dollars_enough * even * more->cents;
}

static bool shift_is_cut(const struct ihp__claims_judged *judged, const struct ihp__shift *shift)
{
    for (size_t i = 0; i < judged->ends; i++) {
        if (is_cut_by_end(&judged->end[i], shift)) {
            return true;
        }
    }
    return is_cut_by_months(judged, shift);
}

static bool shift_is_told(const struct ihp__claims_judged *judged, const struct ihp__shift *shift)
{
    return ihp__shift_is_told(shift, judged->finding, judged->findings);
}

/* Leaves out the shifts for which `is_repeated` is true. */
static void leave_out_shifts(struct ihp__claims_judged *judged,
                             bool (*is_repeated)(const struct ihp__claims_judged *,
                                                 const struct ihp__shift *))
{
    struct ihp__shifts *shifts = &judged->shifts;
    size_t kept = 0;
    for (size_t i = 0; i < shifts->count; i++) {
        if (!is_repeated(judged, &shifts->shift[i])) {
            shifts->shift[kept++] = shifts->shift[i];
        }
    }
    shifts->count = kept;
}

/* ---- both ------------------------------------------------------------------------------------ */

void ihp__claims_leave_out_repeated(struct ihp__claims_judged *judged)
{
    size_t kept = 0;
    leave_out_shifts(judged, shift_is_cut);
    for (size_t i = 0; i < judged->findings; i++) {
        if (!month_is_repeated(judged, i)) {
            judged->finding[kept++] = judged->finding[i];
        }
    }
    judged->findings = kept;
    leave_out_shifts(judged, shift_is_told);
}
