/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates in the form that a layout names, and the days and months that they become. */
#include "layout/layout_internal.h"

#include "base/calendar.h"

#include <stdio.h>
#include <string.h>

/* The open end of a span, 9999-12-31, and its month. */
enum { OPEN_DAY = 2932896, OPEN_MONTH = (9999 - 1970) * 12 + 11 };

/* Reads a number of `least` to `most` digits at `*text`, and moves on. */
static bool digits(const char **text, const char *end, int least, int most, int *value)
{
    int count = 0;
    *value = 0;
    while (count < most && *text < end && **text >= '0' && **text <= '9') {
        *value = *value * 10 + (**text - '0');
        (*text)++;
        count++;
    }
    return count >= least;
}

/* Returns true for nothing, and for a time of midnight: " 00:00:00.000", "T00:00:00", ":00:00:00"
 * or " 12:00:00 AM". */
static bool is_midnight(const char *text, const char *end)
{
    static const char twelve[] = " 12:00:00 AM";
    size_t length = (size_t)(end - text);
    if (length == 0 || (length == sizeof twelve - 1 && memcmp(text, twelve, length) == 0)) {
        return true;
    }
    if ((text[0] != ' ' && text[0] != 'T' && text[0] != ':') ||
        (length != 6 && length != 9 && length < 11)) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if (text[i] != (i % 3 == 0 && i <= 6 ? ':' : i == 9 ? '.' : '0')) {
            return false;
        }
    }
    return true;
}

static bool day_of(int year, int month, int day, int32_t *result)
{
    char text[IHP__DATE_TEXT + 24];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return ihp__day_parse(text, result);
}

/* Reads "6/4/2023", or "06-04-2023" and "06.04.2023". */
static bool with_slashes(bool month_first, const char *text, const char *end, int32_t *day)
{
    int first, second, year;
    if (!digits(&text, end, 1, 2, &first) || text == end || strchr("/-.", *text) == NULL) {
        return false;
    }
    char mark = *text++;
    if (!digits(&text, end, 1, 2, &second) || text == end || *text != mark) {
        return false;
    }
    text++;
    return digits(&text, end, 4, 4, &year) && is_midnight(text, end) &&
           day_of(year, month_first ? first : second, month_first ? second : first, day);
}

static bool sas_days(const char *text, const char *end, int32_t *day)
{
    int value;
    bool minus = text < end && *text == '-';
    text += minus;
    if (!digits(&text, end, 1, 7, &value)) {
        return false;
    }
    if (end - text >= 2 && *text == '.') { /* SAS's BEST format and exports write 23376.0 */
        for (text++; text < end && *text == '0';) {
            text++;
        }
    }
    if (text != end) {
        return false;
    }
    *day = ihp__day_of_civil(1960, 1, 1) + (minus ? -value : value);
    return ihp__day_in_calendar(*day);
}

bool ihp__layout_date(enum ihp__layout_dates form, const char *text, size_t length, int32_t *day)
{
    struct ihp__layout_text inner = ihp__layout_trim(text, length);
    const char *end = inner.text + inner.length;
    int32_t read;
    size_t used = ihp__day_read(inner.text, inner.length, &read);
    if (used > 0 && is_midnight(inner.text + used, end)) {
        *day = read;
        return true;
    }
    switch (form) {
    case IHP__LAYOUT_DATES_MONTH_FIRST:
    case IHP__LAYOUT_DATES_DAY_FIRST:
        return with_slashes(form == IHP__LAYOUT_DATES_MONTH_FIRST, inner.text, end, day);
    case IHP__LAYOUT_DATES_SAS:
        return sas_days(inner.text, end, day);
    default:
        return false;
    }
}

/* Returns the month of a day at one end of a span, and what becomes of a part of it. Returns false
 * where a part of a month is not allowed. */
static bool month_of(const struct ihp__layout_table *table, enum ihp__layout_type type, int32_t day,
                     int32_t *month, enum ihp__layout_change *change)
{
    *month = ihp__month_of_day(day);
    bool is_whole = type == IHP__LAYOUT_MONTH ||
                    (type == IHP__LAYOUT_FIRST_MONTH ? ihp__day_of_month_start(*month) == day
                                                     : ihp__month_of_day(day + 1) != *month);
    *change = IHP__LAYOUT_TO_MONTH;
    if (type == IHP__LAYOUT_LAST_MONTH && is_whole && *month == OPEN_MONTH) {
        *change = IHP__LAYOUT_OPEN_END;
        return true;
    }
    if (is_whole) {
        return true;
    }
    if (table->partial == IHP__LAYOUT_PARTIAL_COUNT) {
        *change = IHP__LAYOUT_COUNTED;
        return true;
    }
    *change = IHP__LAYOUT_NOT_COUNTED;
    *month += type == IHP__LAYOUT_FIRST_MONTH ? 1 : -1;
    return table->partial == IHP__LAYOUT_PARTIAL_WHOLE && ihp__month_in_calendar(*month);
}

bool ihp__layout_convert(const struct ihp__layout_table *table, enum ihp__layout_type type,
                         struct ihp__layout_text text, struct ihp__layout_dated *dated)
{
    int32_t month;
    if (!ihp__layout_date(table->dates, text.text, text.length, &dated->day)) {
        return false;
    }
    if (ihp__layout_is_month(type) && month_of(table, type, dated->day, &month, &dated->change)) {
        ihp__month_format(month, dated->text);
        return true;
    }
    ihp__day_format(dated->day, dated->text);
    /* The import says what is wrong with a day in a month's place, and what 9999-12-31 is. */
    const bool is_same =
        text.length == strlen(dated->text) && memcmp(text.text, dated->text, text.length) == 0;
    dated->change = ihp__layout_is_month(type) || is_same || dated->day == OPEN_DAY
                        ? IHP__LAYOUT_SAME
                        : IHP__LAYOUT_DATE;
    return true;
}
