/* SPDX-License-Identifier: GPL-3.0-or-later */
/* money.h - amounts as integer cents, the two roundings of a settlement, and numbers in texts.
 *
 * The parsers return false for a text that is not allowed, and leave their output unchanged then.
 */
#ifndef IHP_MONEY_H
#define IHP_MONEY_H

#include <stdbool.h>
#include <stdint.h>

/* Largest magnitude of one amount, in cents: a cent less than ten thousand million dollars. */
#define IHP__MONEY_MAX 999999999999LL

/* Reads decimal dollars with at most two decimals ("-12.3", "5"; ".50" is not allowed) as cents, up
 * to IHP__MONEY_MAX. */
bool ihp__money_parse(const char *text, int64_t *cents);

/* Size of the texts below, with their end. */
#define IHP__MONEY_TEXT 40

/* Writes cents as dollars with two decimals: "-1234.50". Returns `buffer`. */
const char *ihp__money_format(int64_t cents, char buffer[IHP__MONEY_TEXT]);

/* Size of the text of a count, with its end. */
#define IHP__COUNT_TEXT 32

/* Writes a count as people write it: "3,214". Returns `buffer`. */
const char *ihp__count_format(uint64_t count, char buffer[IHP__COUNT_TEXT]);

/* Writes cents as people write dollars: "-$1,234.50". Returns `buffer`. */
const char *ihp__money_format_grouped(int64_t cents, char buffer[IHP__MONEY_TEXT]);

/* Rounds to 12 significant decimal digits, before a comparison with a threshold and before rounding
 * to cents (docs/methodology.md). NaN and infinities come back unchanged. */
double ihp__round12(double value);

/* Returns the cents of a dollar amount: `ihp__round12`, then half away from zero. Beyond 9e15
 * dollars in magnitude the result is that limit; the amount must be finite. */
int64_t ihp__cents_of_dollars(double dollars);

/* Reads a decimal number in plain notation with an optional sign ("0.98", "-3"). Hexadecimal
 * numbers, exponents, infinities and NaN are not allowed. */
bool ihp__decimal_parse(const char *text, double *value);

/* Reads an integer in [low, high]. */
bool ihp__integer_parse(const char *text, int64_t low, int64_t high, int64_t *value);

#endif
