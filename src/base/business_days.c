/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weekends, the holidays of Minn. Stat. 645.44, and the business days between them. */
#include "base/business_days.h"

#include "base/calendar.h"
#include "base/search.h"

enum { DAYS_OF_WEEK = 7 };

enum ihp__weekday ihp__weekday(int32_t day)
{
    int32_t from_monday = (day + IHP__THURSDAY) % DAYS_OF_WEEK; /* 1970-01-01 was a Thursday */
    return (enum ihp__weekday)(from_monday < 0 ? from_monday + DAYS_OF_WEEK : from_monday);
}

/* ---- the State's holidays -------------------------------------------------------------------- */

/* A holiday of the same date in each year, from a year on. */
static const struct {
    int month, day, first_year;
    const char *name;
} fixed[] = {
    {1, 1, 0, "New Year's Day"}, {6, 19, 2023, "Juneteenth"},  {7, 4, 0, "Independence Day"},
    {11, 11, 0, "Veterans Day"}, {12, 25, 0, "Christmas Day"},
};

/* A holiday on a day of the week: the n-th of the month, or the last one (0), and how many days
 * after it. */
static const struct {
    int month;
    enum ihp__weekday weekday;
    int number, days_after;
    const char *name;
} floating[] = {
    {1, IHP__MONDAY, 3, 0, "Martin Luther King's Birthday"},
    {2, IHP__MONDAY, 3, 0, "Washington's and Lincoln's Birthday"},
    {5, IHP__MONDAY, 0, 0, "Memorial Day"},
    {9, IHP__MONDAY, 1, 0, "Labor Day"},
    {11, IHP__THURSDAY, 4, 0, "Thanksgiving Day"},
    {11, IHP__THURSDAY, 4, 1, "Friday after Thanksgiving Day"},
};

/* Returns the day on which a holiday of a fixed date is observed. */
static int32_t observed(int32_t day)
{
    switch (ihp__weekday(day)) {
    case IHP__SATURDAY:
        return day - 1;
    case IHP__SUNDAY:
        return day + 1;
    default:
        return day;
    }
}

static const char *fixed_holiday(int32_t day)
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        /* 1 January may be observed on the last day of the year before. */
        int its_year = year + (fixed[i].month == 1 && month == 12);
        if (its_year >= fixed[i].first_year &&
            observed(ihp__day_of_civil(its_year, fixed[i].month, fixed[i].day)) == day) {
            return fixed[i].name;
        }
    }
    return NULL;
}

/* Returns the n-th day of the week of a month (months since 1970-01), or the last one if `number`
 * is 0. */
static int32_t nth_weekday(int32_t month, enum ihp__weekday weekday, int number)
{
    int32_t first = ihp__day_of_month_start(number == 0 ? month + 1 : month);
    int32_t ahead = ((int32_t)weekday - (int32_t)ihp__weekday(first) + DAYS_OF_WEEK) % DAYS_OF_WEEK;
    return first + ahead + (number - 1) * DAYS_OF_WEEK;
}

static const char *floating_holiday(int32_t day)
{
    int year, month, date;
    ihp__civil_of_day(day, &year, &month, &date);
    for (size_t i = 0; i < sizeof floating / sizeof floating[0]; i++) {
        if (floating[i].month == month &&
            nth_weekday(ihp__month_of_day(day), floating[i].weekday, floating[i].number) +
                    floating[i].days_after ==
                day) {
            return floating[i].name;
        }
    }
    return NULL;
}

const char *ihp__state_holiday(int32_t day)
{
    const char *name = fixed_holiday(day);
    return name != NULL ? name : floating_holiday(day);
}

/* ---- business days --------------------------------------------------------------------------- */

static bool is_listed(const struct ihp__holidays *holidays, int32_t day)
{
    size_t at;
    IHP__LOWER_BOUND(at, holidays->days, holidays->day[at] < day);
    return at < holidays->days && holidays->day[at] == day;
}

bool ihp__is_business_day(const struct ihp__holidays *holidays, int32_t day)
{
    int year, month, date;
    if (ihp__weekday(day) >= IHP__SATURDAY) {
        return false;
    }
    ihp__civil_of_day(day, &year, &month, &date);
    bool listed_year =
        holidays->last_year > 0 && holidays->first_year <= year && year <= holidays->last_year;
    return listed_year ? !is_listed(holidays, day) : ihp__state_holiday(day) == NULL;
}

int32_t ihp__business_day_from(const struct ihp__holidays *holidays, int32_t day)
{
    while (!ihp__is_business_day(holidays, day)) {
        day++;
    }
    return day;
}

int32_t ihp__business_day_until(const struct ihp__holidays *holidays, int32_t day)
{
    while (!ihp__is_business_day(holidays, day)) {
        day--;
    }
    return day;
}

int32_t ihp__last_business_day(const struct ihp__holidays *holidays, int32_t month)
{
    return ihp__business_day_until(holidays, ihp__day_of_month_start(month + 1) - 1);
}
