/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes how two periods of a payer differ. */
#include "engine/completeness_internal.h"
#include "engine/level_shifts.h"

#include <stdio.h>

enum { SIDE_TEXT = 160 };

static bool is_hidden(const struct ihp__shift_side *side, bool show_small)
{
    return !show_small && side->lines > 0 &&
           (side->lines < IHP__LEAST_SHOWN || side->members < IHP__LEAST_SHOWN);
}

/* Writes "41,220 lines and $1,230,000 in 2024". */
static const char *sums(const struct ihp__shift_side *side, bool show_small, char text[SIDE_TEXT])
{
    char period[IHP__SPAN_TEXT], lines[IHP__FINDING_SUM_TEXT], dollars[IHP__FINDING_SUM_TEXT];
    bool alone = side->lines <= 0 || is_hidden(side, show_small);
    snprintf(text, SIDE_TEXT, "%s%s%s in %s",
             is_hidden(side, show_small)
                 ? "hardly any line"
                 : ihp__lines_text((uint64_t)side->lines, show_small, lines),
             alone ? "" : " and ", alone ? "" : ihp__dollars_text(side->cents, dollars),
             ihp__span_text(side->first, side->last, period));
    return text;
}

/* Writes "1.23 lines and $412.30 per member month ($1,230,000) in 2024": per `months` member
 * months, as if all lines were paid. */
static const char *rates(const struct ihp__shift_side *side, double months, bool show_small,
                         char text[SIDE_TEXT])
{
    char period[IHP__SPAN_TEXT], money[IHP__MONEY_TEXT], dollars[IHP__FINDING_SUM_TEXT];
    double pmpm = side->cents / months, most = 9e15;
    if (is_hidden(side, show_small)) {
        return sums(side, show_small, text);
    }
    pmpm = pmpm > most ? most : pmpm < -most ? -most : pmpm;
    snprintf(text, SIDE_TEXT, "%.3g lines and %s per member month (%s) in %s", side->lines / months,
             ihp__money_format_grouped((int64_t)pmpm, money),
             ihp__dollars_text(side->cents, dollars),
             ihp__span_text(side->first, side->last, period));
    return text;
}

/* Returns true if one period has lines, but no members whose lines these could be, so that it has
 * far more lines per member month than the other. */
static bool has_no_members(const struct ihp__shift *shift)
{
    const struct ihp__shift_side *less = &shift->side[shift->less];
    const struct ihp__shift_side *more = &shift->side[1 - shift->less];
    return less->lines > IHP__HARDLY_ANY * more->lines && more->all <= IHP__HARDLY_ANY * less->all;
}

const char *ihp__shift_text(const struct ihp__shift *shift, bool show_small,
                            char text[IHP__SHIFT_TEXT])
{
    char a[SIDE_TEXT], b[SIDE_TEXT], lines[IHP__FINDING_SUM_TEXT];
    const struct ihp__shift_side *less = &shift->side[shift->less];
    const struct ihp__shift_side *more = &shift->side[1 - shift->less];
    bool of_class = shift->service_class != IHP__ALL_CLASSES;
    bool own = less->own > 0 && more->own > 0, rate = false;
    const char *name = of_class ? ihp__code_text(&ihp__service_classes, shift->service_class) : "";
    switch (shift->kind) {
    case IHP__SHIFT_NEW:
        snprintf(text, IHP__SHIFT_TEXT, "no member and no line in %s, but %s",
                 ihp__span_text(less->first, less->last, a), sums(more, show_small, b));
        break;
    case IHP__SHIFT_ABSENT:
        if (has_no_members(shift)) {
            snprintf(text, IHP__SHIFT_TEXT, "%s%s%s member month, but %s (%s)", name,
                     of_class ? ": " : "", more->all > (double)more->months ? "hardly any" : "no",
                     sums(more, show_small, a), sums(less, show_small, b));
            break;
        }
        snprintf(text, IHP__SHIFT_TEXT, "%s%s%s, but %s", name, of_class ? ": " : "",
                 sums(less, show_small, a), sums(more, show_small, b));
        break;
    case IHP__SHIFT_ZERO:
        snprintf(text, IHP__SHIFT_TEXT, "%s%s$0.00 for %s in %s, but %s", name,
                 of_class ? ": " : "", ihp__lines_text((uint64_t)less->lines, show_small, lines),
                 ihp__span_text(less->first, less->last, a), sums(more, show_small, b));
        break;
    case IHP__SHIFT_LINES:
    case IHP__SHIFT_DOLLARS:
        rate = true;
        break;
    }
    if (rate) {
        snprintf(text, IHP__SHIFT_TEXT, "%s%s%s, but %s%s", name, of_class ? ": " : "",
                 rates(less, own ? less->own : less->all, show_small, a),
                 rates(more, own ? more->own : more->all, show_small, b),
                 own ? "" : " (of all payers)");
    }
    return text;
}
