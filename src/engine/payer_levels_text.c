/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes how a payer differs from other payers, or all payers from what any program has. */
#include "engine/completeness_internal.h"
#include "engine/payer_levels.h"

#include <math.h>
#include <stdio.h>

enum { SIDE_TEXT = 128 };

static int64_t whole(double cents)
{
    double most = 9e15;
    return (int64_t)(cents > most ? most : cents < -most ? -most : cents);
}

/* Returns an estimate with two digits. */
static uint64_t rounded(double lines)
{
    double unit = lines < 100 ? 1 : pow(10, floor(log10(lines)) - 1);
    return (uint64_t)(round(lines / unit) * unit);
}

/* Writes "$117.12 per line and $90.10 per member month", without the latter if it is 0. */
static const char *rates(double per_line, double per_month, char text[SIDE_TEXT])
{
    char line[IHP__MONEY_TEXT], month[IHP__MONEY_TEXT];
    snprintf(text, SIDE_TEXT, "%s per line%s%s%s", ihp__money_format_grouped(whole(per_line), line),
             per_month > 0 ? " and " : "",
             per_month > 0 ? ihp__money_format_grouped(whole(per_month), month) : "",
             per_month > 0 ? " per member month" : "");
    return text;
}

static const char *amounts(const struct ihp__payer_level *level, const char *name, const char *when,
                           char text[IHP__LEVEL_TEXT])
{
    char own[SIDE_TEXT], usual[SIDE_TEXT];
    bool high = level->per_line > level->usual_line;
    double month = level->usual_month > 0 ? level->per_month : 0;
    rates(level->per_line, month, own);
    rates(level->usual_line, month > 0 ? level->usual_month : 0, usual);
    if (level->kind == IHP__LEVEL_AMOUNTS) {
        snprintf(text, IHP__LEVEL_TEXT,
                 "%s%s in %s, as in all periods, but %s at other payers; its amounts may be in "
                 "another unit",
                 name, own, when, usual);
    } else {
        snprintf(text, IHP__LEVEL_TEXT,
                 "%s%s in %s, as in all periods; no program has %s than %s; the amounts may be in "
                 "another unit",
                 name, own, when, high ? "more" : "less", usual);
    }
    return text;
}

const char *ihp__payer_level_text(const struct ihp__payer_level *level, bool show_small,
                                  char text[IHP__LEVEL_TEXT])
{
    char name[64] = "", when[IHP__SPAN_TEXT];
    char lines[IHP__FINDING_SUM_TEXT], expected[IHP__FINDING_SUM_TEXT];
    bool small = !show_small && level->lines > 0 &&
                 (level->lines < IHP__LEAST_SHOWN || level->members < IHP__LEAST_SHOWN);
    if (level->service_class != IHP__ALL_CLASSES) {
        snprintf(name, sizeof name,
                 "%s: ", ihp__code_text(&ihp__service_classes, level->service_class));
    }
    ihp__span_text(level->first, level->last, when);
    const char *found =
        small ? "hardly any line" : ihp__lines_text((uint64_t)level->lines, show_small, lines);
    switch (level->kind) {
    case IHP__LEVEL_AMOUNTS:
    case IHP__LEVEL_IMPLAUSIBLE:
        return amounts(level, name, when, text);
    case IHP__LEVEL_NO_CLASS:
        ihp__lines_text(rounded(level->lines_expected), true, expected);
        snprintf(text, IHP__LEVEL_TEXT,
                 level->payer == IHP__ALL_PAYERS
                     ? "%s%s in %s, as in all periods; any program of this size has %s or more"
                     : "%s%s in %s, as in all periods; about %s are expected by those of other "
                       "payers",
                 name, found, when, expected);
        break;
    case IHP__LEVEL_ZERO:
        snprintf(text, IHP__LEVEL_TEXT, "%s%s of its %s in %s are $0.00, as in all periods", name,
                 level->zero < level->lines ? "nearly all" : "all", found, when);
        break;
    case IHP__LEVEL_ZERO_SHARE:
        snprintf(text, IHP__LEVEL_TEXT,
                 "%.0f%% of its %s in %s are $0.00, and in all periods far more than at other "
                 "payers (%.0f%%)",
                 100 * level->zero / level->lines, found, when, 100 * level->zero_usual);
        break;
    }
    return text;
}
