/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days, months and quarters as integers. Conversions count days from 1 March of year 0, so that the
 * leap day is the last of its year. */
#include "base/calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_OF_400_YEARS = 146097, DAYS_TO_1970 = 719468 };

int32_t ihp__day_of_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_1970;
}

void ihp__civil_of_day(int32_t day, int *year, int *month, int *day_of_month)
{
    int32_t shifted = day + DAYS_TO_1970;
    int32_t era = (shifted >= 0 ? shifted : shifted - (DAYS_OF_400_YEARS - 1)) / DAYS_OF_400_YEARS;
    int32_t day_of_era = shifted - era * DAYS_OF_400_YEARS;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* Returns the number that `digits` decimal digits at `text` make, or -1. */
static int number_at(const char *text, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool ihp__day_parse(const char *text, int32_t *day)
{
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    int year = number_at(text, 4), month = number_at(text + 5, 2), date = number_at(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || date < 1 || date > 31) {
        return false;
    }
    int32_t parsed = ihp__day_of_civil(year, month, date);
    int y, m, d;
    ihp__civil_of_day(parsed, &y, &m, &d);
    if (m != month) {
        return false; /* 30 February becomes a day of March */
    }
    *day = parsed;
    return true;
}

bool ihp__month_parse(const char *text, int32_t *month)
{
    if (strlen(text) != 7 || text[4] != '-') {
        return false;
    }
    int year = number_at(text, 4), number = number_at(text + 5, 2);
    if (year < 1 || number < 1 || number > 12) {
        return false;
    }
    *month = (year - 1970) * 12 + number - 1;
    return true;
}

bool ihp__quarter_parse(const char *text, int32_t *quarter)
{
    if (strlen(text) != 6 || text[4] != 'Q') {
        return false;
    }
    int year = number_at(text, 4), number = number_at(text + 5, 1);
    if (year < 1 || number < 1 || number > 4) {
        return false;
    }
    *quarter = year * 4 + number - 1;
    return true;
}

bool ihp__day_in_calendar(int32_t day)
{
    return day >= ihp__day_of_civil(1, 1, 1) && day <= ihp__day_of_civil(9999, 12, 31);
}

bool ihp__month_in_calendar(int32_t month)
{
    return month >= (1 - 1970) * 12 && month <= (9999 - 1970) * 12 + 11;
}

int32_t ihp__month_of_day(int32_t day)
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    return (year - 1970) * 12 + month - 1;
}

/* Gives year and month number (1..12) of a month, also before 1970. */
static void civil_of_month(int32_t month, int *year, int *number)
{
    int32_t from_year_zero = month + 1970 * 12;
    *year = from_year_zero / 12;
    *number = from_year_zero % 12 + 1;
}

int32_t ihp__day_of_month_start(int32_t month)
{
    int year, number;
    civil_of_month(month, &year, &number);
    return ihp__day_of_civil(year, number, 1);
}

const char *ihp__day_format(int32_t day, char buffer[IHP__DATE_TEXT])
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    snprintf(buffer, IHP__DATE_TEXT, "%04u-%02u-%02u", (unsigned)year % 100000,
             (unsigned)month % 100, (unsigned)date % 100);
    return buffer;
}

const char *ihp__month_format(int32_t month, char buffer[IHP__DATE_TEXT])
{
    int year, number;
    civil_of_month(month, &year, &number);
    snprintf(buffer, IHP__DATE_TEXT, "%04u-%02u", (unsigned)year % 100000, (unsigned)number % 100);
    return buffer;
}

const char *ihp__quarter_format(int32_t quarter, char buffer[IHP__DATE_TEXT])
{
    snprintf(buffer, IHP__DATE_TEXT, "%04uQ%u", (unsigned)quarter / 4 % 100000,
             (unsigned)quarter % 4 + 1);
    return buffer;
}

ihp__day16 ihp__day16_of_day(int32_t day)
{
    if (day <= 0) {
        return IHP__DAY16_BEFORE;
    }
    return day >= IHP__DAY16_AFTER ? IHP__DAY16_AFTER : (ihp__day16)day;
}
