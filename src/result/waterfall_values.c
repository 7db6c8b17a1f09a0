/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of an IHP's terms in the steps to its amount, as arithmetic that a reader can redo.
 */
#include "finance/finance.h"
#include "result/waterfall.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *ihp__waterfall_term(const struct ihp__waterfall *w, const char *name)
{
    for (size_t r = 0; r < w->terms->rows; r++) {
        const struct ihp__cell *row = ihp__table_row(w->terms, r);
        if (strcmp(row[1].text, name) == 0 && strcmp(row[0].text, w->row[0].text) == 0) {
            return row[2].text;
        }
    }
    return "";
}

const struct ihp__cell *ihp__waterfall_cell(const struct ihp__waterfall *w, const char *column)
{
    return &w->row[ihp__table_column_of(w->settlement, column)];
}

/* Adds to a text; what does not fit is cut off. */
static void add(char text[IHP__WATERFALL_TEXT], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add(char text[IHP__WATERFALL_TEXT], const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, IHP__WATERFALL_TEXT - used, format, arguments);
    va_end(arguments);
}

static double number(const char *text)
{
    return strtod(text, NULL);
}

/* ---- money ----------------------------------------------------------------------------------- */

/* Writes dollars of a term, or its word, such as "none". */
static void add_dollars(const struct ihp__waterfall *w, const char *name,
                        char text[IHP__WATERFALL_TEXT])
{
    char money[IHP__MONEY_TEXT];
    const char *value = ihp__waterfall_term(w, name);
    char *end;
    double dollars = strtod(value, &end);
    bool is_number = end != value && *end == '\0';
    add(text, "%s",
        is_number ? ihp__money_format_grouped(ihp__cents_of_dollars(dollars), money) : value);
}

/* ---- trend ----------------------------------------------------------------------------------- */

/* Writes the factors of the years; the last one of a quarterly statement counts for the months of
 * its period that are in that year [4.6.2]. */
static void add_trend(const struct ihp__waterfall *w, char text[IHP__WATERFALL_TEXT])
{
    int32_t month = 11;
    if (!ihp__month_parse(ihp__waterfall_term(w, "period.last_month"), &month)) {
        return;
    }
    int last = 1970 + month / 12, months = month % 12 + 1, first = last;
    char rate[40], adjustment[40];
    for (;; first--) {
        snprintf(rate, sizeof rate, "trend.%d.rate", first - 1);
        if (ihp__waterfall_term(w, rate)[0] == '\0') {
            break;
        }
    }
    for (int year = first; year <= last; year++) {
        bool whole = year < last || months == 12;
        snprintf(rate, sizeof rate, "trend.%d.rate", year);
        snprintf(adjustment, sizeof adjustment, "trend.%d.adjustment", year);
        add(text, "%s%s(1 + %s) x (1 + %s)", text[0] == '\0' ? "" : " x ", whole ? "" : "(",
            ihp__waterfall_term(w, rate), ihp__waterfall_term(w, adjustment));
        if (!whole) {
            add(text, ")^(%d / 12)", months);
        }
    }
}

/* ---- corridors ------------------------------------------------------------------------------- */

/* Takes corridor `n`, from 1. Returns false if the IHP does not have so many. */
static bool take_corridor(const struct ihp__waterfall *w, int n, struct ihp__corridor *corridor)
{
    char name[40];
    snprintf(name, sizeof name, "corridor.%d.from", n);
    const char *from = ihp__waterfall_term(w, name);
    corridor->from = number(from);
    snprintf(name, sizeof name, "corridor.%d.to", n);
    corridor->to = number(ihp__waterfall_term(w, name));
    snprintf(name, sizeof name, "corridor.%d.share", n);
    corridor->share = number(ihp__waterfall_term(w, name));
    return from[0] != '\0';
}

static double ratio_of(const struct ihp__waterfall *w)
{
    return ihp__cell_number(ihp__waterfall_cell(w, "ratio"), IHP__CELL_RATIO);
}

static int count_corridors(const struct ihp__waterfall *w)
{
    struct ihp__corridor corridor;
    int count = 0;
    while (take_corridor(w, count + 1, &corridor)) {
        count++;
    }
    return count;
}

/* Writes share x (to - from) of each corridor between 1 and the ratio, from 1 outward. */
static void add_corridors(const struct ihp__waterfall *w, char text[IHP__WATERFALL_TEXT])
{
    double ratio = ratio_of(w), from = fmin(ratio, 1.0), to = fmax(ratio, 1.0);
    struct ihp__corridor corridor;
    int count = count_corridors(w);
    add(text, "(");
    for (int i = 0; i < count; i++) {
        take_corridor(w, w->losses ? i + 1 : count - i, &corridor);
        double low = fmax(from, corridor.from), high = fmin(to, corridor.to);
        if (high > low) {
            add(text, "%s%.12g x (%.12g - %.12g)", strcmp(text, "(") == 0 ? "" : " + ",
                corridor.share, high, low);
        }
    }
    add(text, "%s)", strcmp(text, "(") == 0 ? "0" : "");
}

/* Writes the share of the corridor in which the ratio lies: from 1 outward, the first one; beyond
 * all of them, under that policy, that of the outermost. */
static void add_pbp_share(const struct ihp__waterfall *w, char text[IHP__WATERFALL_TEXT])
{
    const double one = 1.0, ratio = ratio_of(w);
    struct ihp__corridor corridor;
    int count = count_corridors(w);
    bool outermost =
        strcmp(ihp__waterfall_term(w, "policies.pbp_offset_outside"), "outermost") == 0;
    double share = 0;
    for (int i = 0; i < count; i++) {
        take_corridor(w, w->losses ? i + 1 : count - i, &corridor);
        if (ihp__corridor_share(ratio, &corridor, 1, false, &one) > 0) {
            share = corridor.share;
            break;
        }
        if (i == count - 1) {
            share = ihp__corridor_share(ratio, &corridor, 1, outermost, NULL);
        }
    }
    add(text, "%.12g", share);
}

/* ---- extreme circumstances ------------------------------------------------------------------- */

/* Writes the months in which enough members lived in affected counties, or their members, as a
 * part of twelve months. */
static void add_affected(const struct ihp__waterfall *w, bool months,
                         char text[IHP__WATERFALL_TEXT])
{
    int64_t members = ihp__waterfall_cell(w, "members")->integer;
    int32_t first = 0;
    int count = 0;
    char sum[IHP__WATERFALL_TEXT] = "";
    if (!ihp__month_parse(ihp__waterfall_term(w, "period.first_month"), &first)) {
        return;
    }
    for (int m = 0; m < 12; m++) {
        char name[40], month[IHP__DATE_TEXT];
        snprintf(name, sizeof name, "circumstances.%s", ihp__month_format(first + m, month));
        int64_t affected = strtoll(ihp__waterfall_term(w, name), NULL, 10);
        if (ihp__circumstance_counts(affected, members)) {
            add(sum, "%s%lld", count == 0 ? "" : " + ", (long long)affected);
            count++;
        }
    }
    if (months || count == 0) {
        add(text, "%d / 12", count);
    } else {
        add(text, "(%s) / (12 x %lld)", sum, (long long)members);
    }
}

const char *ihp__waterfall_value(const struct ihp__waterfall *w, const char *name,
                                 char text[IHP__WATERFALL_TEXT])
{
    text[0] = '\0';
    if (strcmp(name, "trend") == 0) {
        add_trend(w, text);
    } else if (strcmp(name, "corridors") == 0) {
        add_corridors(w, text);
    } else if (strcmp(name, "pbp_share") == 0) {
        add_pbp_share(w, text);
    } else if (strcmp(name, "affected_months") == 0) {
        add_affected(w, true, text);
    } else if (strcmp(name, "affected_share") == 0) {
        add_affected(w, false, text);
    } else if (strcmp(name, "pbp") == 0 || strcmp(name, "claims_cap") == 0) {
        add_dollars(w, name, text);
    } else {
        add(text, "%s", ihp__waterfall_term(w, name));
    }
    return text;
}
