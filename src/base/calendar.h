/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar.h - days, months, quarters and moments as integers, and their texts.
 *
 * A date is days since 1970-01-01, a month is months since 1970-01, a quarter is year x 4 + 0..3, a
 * moment is seconds since 1970-01-01 UTC. The calendar is the proleptic Gregorian one. The parsers
 * take years 0001 to 9999 and return false for any other text, with their output unchanged.
 */
#ifndef IHP_CALENDAR_H
#define IHP_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the day of a civil date; month 1..12, day 1..31. */
int32_t ihp__day_of_civil(int year, int month, int day);

/* Gives the civil date of a day. */
void ihp__civil_of_day(int32_t day, int *year, int *month, int *day_of_month);

/* Reads "YYYY-MM-DD", a day that exists. */
bool ihp__day_parse(const char *text, int32_t *day);

/* Reads the day with which a text of `length` bytes begins, in any form that means one day only:
 * 2024-04-30, 2024/04/30, 2024.04.30, 20240430 (from 1800 on), 30APR2024, 30-Apr-2024, 30/Apr/2024,
 * 30 Apr 2024. Returns how many bytes it has, or 0 if there is none. No digit follows it. */
size_t ihp__day_read(const char *text, size_t length, int32_t *day);

/* Reads the name of a month in three letters with which a text begins, in any case, as 1 to 12.
 * Returns 3, or 0 if there is none. */
size_t ihp__month_name_read(const char *text, size_t length, int *month);

/* Reads "YYYY-MM". */
bool ihp__month_parse(const char *text, int32_t *month);

/* Reads "YYYYQn". */
bool ihp__quarter_parse(const char *text, int32_t *quarter);

/* Return true if a day, or a month, is in the years 0001 to 9999. */
bool ihp__day_in_calendar(int32_t day);
bool ihp__month_in_calendar(int32_t month);

/* Returns the month of a day. */
int32_t ihp__month_of_day(int32_t day);

/* Returns the first day of a month. */
int32_t ihp__day_of_month_start(int32_t month);

/* Size of the texts below, with their end. */
#define IHP__DATE_TEXT 16

/* Write "YYYY-MM-DD", "YYYY-MM" and "YYYYQn" into `buffer`, which they return. */
const char *ihp__day_format(int32_t day, char buffer[IHP__DATE_TEXT]);
const char *ihp__month_format(int32_t month, char buffer[IHP__DATE_TEXT]);
const char *ihp__quarter_format(int32_t quarter, char buffer[IHP__DATE_TEXT]);

/* Size of the text of a moment, with its end. */
#define IHP__MOMENT_TEXT 32

/* Writes "YYYY-MM-DDTHH:MM:SSZ" into `buffer`, which it returns; an empty text beyond the
 * calendar. */
const char *ihp__moment_format(int64_t seconds, char buffer[IHP__MOMENT_TEXT]);

/* Reads the text of `ihp__moment_format`. */
bool ihp__moment_parse(const char *text, int64_t *seconds);

/* A claim's date in a store, in 16 bits: 1..65534 are days since 1970-01-01 (to 2149-06-05), 0 is
 * 1970-01-01 or any earlier day, 65535 is 2149-06-06 or any later day. */
typedef uint16_t ihp__day16;
#define IHP__DAY16_BEFORE 0
#define IHP__DAY16_AFTER  65535
ihp__day16 ihp__day16_of_day(int32_t day);

#endif
