/* SPDX-License-Identifier: GPL-3.0-or-later */
/* business_days.h - weekends, holidays and the due dates that depend on them [2.9].
 *
 * A day is days since 1970-01-01, as in calendar.h. A business day is a day from Monday to Friday
 * that is not a holiday. The holidays are a list of the caller's, or those of the State of
 * Minnesota, which `ihp__state_holiday` computes for any year. Nothing here is collective.
 */
#ifndef IHP_BUSINESS_DAYS_H
#define IHP_BUSINESS_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days of the week, as `ihp__weekday` returns them. */
enum ihp__weekday {
    IHP__MONDAY,
    IHP__TUESDAY,
    IHP__WEDNESDAY,
    IHP__THURSDAY,
    IHP__FRIDAY,
    IHP__SATURDAY,
    IHP__SUNDAY
};

/* Holidays in place of the State's, for the years from `first_year` to `last_year`; in other years
 * the State's hold. All zero: the State's in every year. */
struct ihp__holidays {
    const int32_t *day; /* ascending, each once; borrowed */
    size_t days;
    int first_year, last_year; /* last_year 0: no year */
};

/* Returns the day of the week. */
enum ihp__weekday ihp__weekday(int32_t day);

/* Returns the name of a holiday of Minn. Stat. 645.44, subd. 5, if it is observed on this day, or
 * NULL. The statute moves New Year's Day, Juneteenth, Independence Day, Veterans Day and Christmas
 * Day from a Sunday to the Monday after it, and from a Saturday to the Friday before it. For the
 * executive branch, to which the State's agencies belong, the Friday after Thanksgiving Day is a
 * holiday, and Indigenous Peoples Day is not. */
const char *ihp__state_holiday(int32_t day);

/* Returns true for a day from Monday to Friday that is not a holiday. */
bool ihp__is_business_day(const struct ihp__holidays *holidays, int32_t day);

/* Returns the day itself if it is a business day, otherwise the next or the last one before it. */
int32_t ihp__business_day_from(const struct ihp__holidays *holidays, int32_t day);
int32_t ihp__business_day_until(const struct ihp__holidays *holidays, int32_t day);

/* Returns the last business day of a month (months since 1970-01). A list that closes every day of
 * the month gives the last business day before it. */
int32_t ihp__last_business_day(const struct ihp__holidays *holidays, int32_t month);

#endif
