/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes what is wrong with months of a payer. Numbers that are expected are rounded, as they are
 * estimates. */
#include "engine/claims_end.h"
#include "engine/completeness_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COUNT_TEXT = 48 };

/* Writes a number of 0 or more with commas. */
static const char *grouped(double number, char text[COUNT_TEXT])
{
    char money[IHP__MONEY_TEXT];
    double most = 9e15, whole = number < most ? round(number) : most;
    ihp__money_format_grouped((int64_t)whole * 100, money);
    money[strlen(money) - 3] = '\0';             /* no cents */
    snprintf(text, COUNT_TEXT, "%s", money + 1); /* no dollar sign */
    return text;
}

/* Writes an estimate with three digits. */
static const char *about(double number, char text[COUNT_TEXT])
{
    double unit = fabs(number) < 1000 ? 1 : pow(10, floor(log10(fabs(number))) - 2);
    return grouped(round(number / unit) * unit, text);
}

const char *ihp__lines_text(uint64_t lines, bool show_small, char text[IHP__FINDING_SUM_TEXT])
{
    char number[COUNT_TEXT];
    if (lines == 0) {
        return "no line";
    }
    if (lines < IHP__LEAST_SHOWN && !show_small) {
        return "under 11 lines";
    }
    snprintf(text, IHP__FINDING_SUM_TEXT, "%s line%s", grouped((double)lines, number),
             lines == 1 ? "" : "s");
    return text;
}

const char *ihp__dollars_text(double cents, char text[IHP__FINDING_SUM_TEXT])
{
    char number[COUNT_TEXT];
    snprintf(text, IHP__FINDING_SUM_TEXT, "%s$%s", cents < 0 ? "-" : "",
             about(fabs(cents) / 100, number));
    return text;
}

const char *ihp__span_text(int32_t first, int32_t last, char text[IHP__SPAN_TEXT])
{
    char from[IHP__DATE_TEXT], to[IHP__DATE_TEXT];
    ihp__month_format(first, from);
    if (first % 12 == 0 && last == first + 11) {
        snprintf(text, IHP__SPAN_TEXT, "%.4s", from);
    } else {
        snprintf(text, IHP__SPAN_TEXT, "%s to %s", from, ihp__month_format(last, to));
    }
    return text;
}

const char *ihp__month_finding_text(const struct ihp__month_finding *f, bool show_small,
                                    char text[IHP__MONTH_FINDING_TEXT])
{
    char from[IHP__DATE_TEXT], to[IHP__DATE_TEXT], when[2 * IHP__DATE_TEXT + 64];
    char found[IHP__FINDING_SUM_TEXT], lines[COUNT_TEXT], members[IHP__FINDING_SUM_TEXT],
        money[IHP__FINDING_SUM_TEXT];
    char had[IHP__FINDING_SUM_TEXT], number[COUNT_TEXT];
    bool several = f->last > f->first, of_class = f->service_class != IHP__ALL_CLASSES;
    snprintf(when, sizeof when, "%s%s%s%s%s",
             of_class ? ihp__code_text(&ihp__service_classes, f->service_class) : "",
             of_class ? ", " : "", ihp__month_format(f->first, from), several ? " to " : "",
             several ? ihp__month_format(f->last, to) : "");
    ihp__lines_text(f->lines, show_small, found);
    switch (f->kind) {
    case IHP__MONTH_UNPAID:
        snprintf(text, IHP__MONTH_FINDING_TEXT,
                 "%s: %s %s paid in %s; about %s lines are paid in each month around", when,
                 ihp__lines_text(f->lines, show_small, found), f->lines > 1 ? "were" : "was",
                 several ? "these months" : "this month",
                 about(f->lines_expected / (f->last - f->first + 1), lines));
        break;
    case IHP__MONTH_MISSING:
    case IHP__MONTH_LOW:
    case IHP__MONTH_HIGH:
        about(f->members_expected, number);
        snprintf(members, sizeof members, "%s%s%s", f->members_expected > 0 ? " of " : "",
                 f->members_expected > 0 ? number : "", f->members_expected > 0 ? " members" : "");
        snprintf(text, IHP__MONTH_FINDING_TEXT,
                 "%s: %s; about %s lines%s and %s are expected from the months around", when,
                 ihp__lines_text(f->lines, show_small, found), about(f->lines_expected, lines),
                 members, ihp__dollars_text(f->cents_expected, money));
        break;
    case IHP__MONTH_LOW_DOLLARS:
    case IHP__MONTH_HIGH_DOLLARS:
        snprintf(text, IHP__MONTH_FINDING_TEXT,
                 "%s: %s for %s; about %s is expected from the months around", when,
                 ihp__dollars_text((double)f->cents, had),
                 ihp__lines_text(f->lines, show_small, found),
                 ihp__dollars_text(f->cents_expected, money));
        break;
    case IHP__MONTH_ZERO:
    case IHP__MONTH_NEGATIVE:
        ihp__dollars_text((double)f->cents, had);
        snprintf(text, IHP__MONTH_FINDING_TEXT, "%s: %s for %s", when,
                 f->kind == IHP__MONTH_NEGATIVE ? had
                 : f->cents == 0                ? "$0.00"
                                                : "nearly $0.00",
                 found);
        if (f->cents_expected > 0) {
            size_t used = strlen(text);
            snprintf(text + used, IHP__MONTH_FINDING_TEXT - used,
                     "; about %s is expected from its other months",
                     ihp__dollars_text(f->cents_expected, money));
        }
        break;
    }
    return text;
}

const char *ihp__claims_end_text(const struct ihp__claims_end *end, bool show_small,
                                 char text[IHP__MONTH_FINDING_TEXT])
{
    char from[IHP__DATE_TEXT], to[IHP__DATE_TEXT], paid[IHP__DATE_TEXT], through[IHP__DATE_TEXT];
    char found[IHP__FINDING_SUM_TEXT], lines[COUNT_TEXT], money[IHP__FINDING_SUM_TEXT];
    snprintf(
        text, IHP__MONTH_FINDING_TEXT,
        "services of %s to %s: %s %s paid after %s, but the cut-off lets in payments up to %s; "
        "about %s lines and %s are expected after %s",
        ihp__month_format(end->period.first, from), ihp__month_format(end->period.last, to),
        ihp__lines_text(end->lines, show_small, found), end->lines > 1 ? "were" : "was",
        ihp__month_format(end->paid_last, paid), ihp__month_format(end->period.through, through),
        about(end->lines_expected, lines), ihp__dollars_text(end->cents_expected, money), paid);
    return text;
}
