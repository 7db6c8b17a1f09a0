/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convert.h - texts that mean one thing only, although they are not written as an extract should
 * have them: `20230604`, ` MA`, `(50.00)`, `1234567890.0`.
 *
 * Each function reads a whole text of `length` bytes. It returns true if the text means one thing,
 * also if it is written as it should be. It returns false if the text is not valid or could mean
 * two things; `*problem` is then what the text looks like, as the end of "paid_date ...", or is
 * unchanged. Problems are static texts without the value. Nothing here is allocated or collective.
 */
#ifndef IHP_EXTRACT_CONVERT_H
#define IHP_EXTRACT_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Moves the ends of a text inwards over blanks: spaces, tabs, no-break spaces (U+00A0), and the
 * marks without width U+200B and U+FEFF. Returns true if there were any. */
bool ihp__convert_trim(const char **text, size_t *length);

/* The open end of a span: 9999-12-31. */
#define IHP__CONVERT_OPEN_DAY   2932896
#define IHP__CONVERT_OPEN_MONTH ((9999 - 1970) * 12 + 11)

/* The problem of a date whose month and day could be swapped. */
extern const char ihp__convert_two_orders[];

/* Reads a day in any form that `ihp__day_read` knows, also with a time of midnight behind it, such
 * as ` 00:00:00`, `T00:00:00.000` or `:00:00:00`. */
bool ihp__convert_day(const char *text, size_t length, int32_t *day, const char **problem);

/* Reads a month: `2023-06`, `2023/06`, `202306`, `JUN2023`, or the day on which a span of months
 * begins (its first day) or ends (`last`: its last day). */
bool ihp__convert_month(const char *text, size_t length, bool last, int32_t *month,
                        const char **problem);

/* Reads dollars as cents: `142.1200`, `.50`, `50.`, `142.12-`, `(50.00)`, `$1,234.56`, `-$5.00`. A
 * comma is read only where all commas group the digits by three. */
bool ihp__convert_money(const char *text, size_t length, int64_t *cents, const char **problem);

/* Finds the digits of a whole number that has decimals of zeros, such as `1234567890.0`: returns
 * how many bytes come before the point, or 0 if it is another text. */
size_t ihp__convert_whole(const char *text, size_t length, const char **problem);

#endif
