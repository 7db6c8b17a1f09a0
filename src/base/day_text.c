/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days in all forms that mean one day only: the year comes first, or the month is a name. */
#include "base/calendar.h"

#include <stddef.h>

/* The least year of a date without marks: `01012012` must not become a day of the year 101. */
enum { YEAR_LEAST = 1800 };

/* Reads the digits at `*at`, at most `most`, and moves on. Returns how many there are. */
static size_t take_digits(const char *text, size_t length, size_t *at, size_t most, int *value)
{
    size_t first = *at;
    *value = 0;
    while (*at < length && *at - first < most && text[*at] >= '0' && text[*at] <= '9') {
        *value = *value * 10 + (text[(*at)++] - '0');
    }
    return *at - first;
}

static bool is_digit_at(const char *text, size_t length, size_t at)
{
    return at < length && text[at] >= '0' && text[at] <= '9';
}

/* Gives the day of a date, if there is one. */
static bool make_day(int year, int month, int date, int32_t *day)
{
    int made[3];
    if (year < 1 || month < 1 || month > 12 || date < 1 || date > 31) {
        return false;
    }
    int32_t of = ihp__day_of_civil(year, month, date);
    ihp__civil_of_day(of, &made[0], &made[1], &made[2]);
    if (made[2] != date) { /* 30 February is a day of March */
        return false;
    }
    *day = of;
    return true;
}

/* Reads 2024-04-30, 2024/04/30, 2024.04.30 or 20240430. */
static size_t read_year_first(const char *text, size_t length, int32_t *day)
{
    size_t at = 0;
    int year, month, date;
    if (take_digits(text, length, &at, 4, &year) != 4 || at == length) {
        return 0;
    }
    const char mark = text[at];
    const bool has_marks = mark == '-' || mark == '/' || mark == '.';
    if (!has_marks && year < YEAR_LEAST) {
        return 0;
    }
    at += has_marks;
    if (take_digits(text, length, &at, 2, &month) != 2 ||
        (has_marks && (at == length || text[at++] != mark)) ||
        take_digits(text, length, &at, 2, &date) != 2 || is_digit_at(text, length, at)) {
        return 0;
    }
    return make_day(year, month, date, day) ? at : 0;
}

size_t ihp__month_name_read(const char *text, size_t length, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; length >= 3 && i < 12; i++) {
        const char *name = names + (ptrdiff_t)3 * i;
        if ((text[0] | 0x20) == name[0] && (text[1] | 0x20) == name[1] &&
            (text[2] | 0x20) == name[2]) {
            *month = i + 1;
            return 3;
        }
    }
    return 0;
}

/* Reads 30APR2024, 30-Apr-2024, 30/Apr/2024, 30 Apr 2024; the day may have one digit. */
static size_t read_month_name(const char *text, size_t length, int32_t *day)
{
    size_t at = 0;
    int year, month, date;
    if (take_digits(text, length, &at, 2, &date) == 0 || at == length) {
        return 0;
    }
    const char mark = text[at];
    const bool has_marks = mark == '-' || mark == '/' || mark == ' ';
    at += has_marks;
    size_t name = ihp__month_name_read(text + at, length - at, &month);
    at += name;
    if (name == 0 || (has_marks && (at == length || text[at++] != mark)) ||
        take_digits(text, length, &at, 4, &year) != 4 || is_digit_at(text, length, at)) {
        return 0;
    }
    return make_day(year, month, date, day) ? at : 0;
}

size_t ihp__day_read(const char *text, size_t length, int32_t *day)
{
    size_t used = read_year_first(text, length, day);
    return used > 0 ? used : read_month_name(text, length, day);
}
